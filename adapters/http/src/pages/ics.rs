//! The deadlines of a journey for a calendar (RFC 5545).

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{Days, NaiveDateTime};
use parcours_core::calendar::Moment;
use parcours_core::view::{Group, JourneyView, StepView};

use super::names::{Names, with_subject};
use super::problem::Problem;
use super::reader::Reader;
use super::step::capital;
use crate::site::Site;
use crate::text::Lang;

/// The calendar of a journey.
pub(super) async fn file(State(site): State<Site>, reader: Reader) -> Response {
    match read(&site, &reader).await {
        Ok(file) => file,
        Err(problem) => problem.page(reader.ask.lang),
    }
}

async fn read(site: &Site, reader: &Reader) -> Result<Response, Problem> {
    let seen = reader.look(site, "calendar", reader.ask.seen).await?;
    let loaded = site.desk.loaded();
    let names = Names::new(reader.ask.lang, &loaded.catalog, &seen);
    let address = site
        .address
        .as_ref()
        .map(|host| format!("{host}{}", reader.base));
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"parcours.ics\""),
    ];
    let calendar = calendar(names, &seen.view, site.desk.now(), address.as_deref());
    Ok((headers, calendar).into_response())
}

fn calendar(
    names: Names<'_>,
    view: &JourneyView,
    now: NaiveDateTime,
    address: Option<&str>,
) -> String {
    let lang = names.lang;
    let mut file = File::default();
    file.line("BEGIN:VCALENDAR");
    file.line("VERSION:2.0");
    file.line("PRODID:-//Parcours//Parcours//FR");
    file.line("CALSCALE:GREGORIAN");
    file.text("X-WR-CALNAME", &lang.words(&view.title));
    // Quiet steps are told to nobody, and a calendar tells.
    let steps = view.steps.iter().filter(|step| {
        !step.quiet
            && matches!(
                step.group,
                Group::ToDo | Group::UnderWay | Group::Coming | Group::Closed
            )
    });
    for step in steps {
        let title = with_subject(lang.words(&step.title), step.subject.as_deref());
        if let Some(due) = step.due.as_ref().filter(|_| step.group != Group::Closed) {
            let lines = due.explain(lang.0);
            event(
                &mut file,
                lang,
                view,
                step,
                "due",
                &title,
                due.due(),
                &lines,
                now,
                address,
            );
        }
        for recourse in &step.recourse {
            let Some(due) = recourse
                .due
                .as_ref()
                .filter(|_| !recourse.not_opposable && !recourse.lodged)
            else {
                continue;
            };
            let title = format!(
                "{}{}{title}",
                names.recourse(recourse.kind),
                lang.pick("\u{a0}: ", ": ")
            );
            let word = super::recourse_word(recourse.kind);
            event(
                &mut file,
                lang,
                view,
                step,
                word,
                &title,
                due.due(),
                &due.explain(lang.0),
                now,
                address,
            );
        }
    }
    file.line("END:VCALENDAR");
    file.0
}

#[expect(
    clippy::too_many_arguments,
    reason = "all of them are in the one entry"
)]
fn event(
    file: &mut File,
    lang: Lang,
    view: &JourneyView,
    step: &StepView,
    what: &str,
    title: &str,
    due: Moment,
    explained: &[String],
    now: NaiveDateTime,
    address: Option<&str>,
) {
    file.line("BEGIN:VEVENT");
    file.line(&format!("UID:{what}.{}@{}.parcours", step.key, view.id));
    // Which revision it is: the day is enough, and no time zone is needed for it.
    file.line(&format!("DTSTAMP:{}T000000Z", now.format("%Y%m%d")));
    match due.time() {
        // Local times of the place, as the law counts them: no time zone.
        Some(_) => file.line(&format!("DTSTART:{}", due.ends().format("%Y%m%dT%H%M%S"))),
        None => {
            let next = due
                .date()
                .checked_add_days(Days::new(1))
                .unwrap_or(due.date());
            file.line(&format!(
                "DTSTART;VALUE=DATE:{}",
                due.date().format("%Y%m%d")
            ));
            file.line(&format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
        }
    }
    file.text(
        "SUMMARY",
        &lang.pick(
            format!("Dernier jour\u{a0}: {title}"),
            format!("Last day: {title}"),
        ),
    );
    let mut lines: Vec<String> = explained
        .iter()
        .map(|line| capital(&lang.text(line)))
        .collect();
    lines.extend(step.law.iter().map(|law| law.reference.clone()));
    file.text("DESCRIPTION", &lines.join("\n"));
    if let Some(address) = address {
        file.line(&format!("URL:{address}"));
    }
    file.line("TRANSP:TRANSPARENT");
    file.line("BEGIN:VALARM");
    file.line("ACTION:DISPLAY");
    file.line("TRIGGER:-P2D");
    file.text("DESCRIPTION", title);
    file.line("END:VALARM");
    file.line("END:VEVENT");
}

/// Lines of at most 75 bytes, ended as the standard says.
#[derive(Default)]
struct File(String);

impl File {
    fn line(&mut self, line: &str) {
        let mut bytes = 0;
        for c in line.chars() {
            if bytes + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                bytes = 1;
            }
            self.0.push(c);
            bytes += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn text(&mut self, name: &str, text: &str) {
        let mut escaped = format!("{name}:");
        for c in text.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                '\r' => {}
                _ => escaped.push(c),
            }
        }
        self.line(&escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_letters_and_texts_are_escaped() {
        let mut file = File::default();
        file.text("SUMMARY", &format!("a,b;c\\d\n{}", "é".repeat(100)));
        assert!(
            file.0.starts_with("SUMMARY:a\\,b\\;c\\\\d\\néé"),
            "{}",
            file.0
        );
        assert!(file.0.ends_with("\r\n"));
        assert!(file.0.split("\r\n").all(|line| line.len() <= 75));
        let unfolded = file.0.replace("\r\n ", "");
        assert!(unfolded.contains(&"é".repeat(100)));
    }
}
