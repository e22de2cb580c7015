//! `parcours calendar due "{ days: 5, after: birth, roll: next_working_day }" --from 2026-03-02`

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write;

use clap::Args;
use miette::{NamedSource, Report};
use parcours_core::calendar::{
    Channel, Deadline, Given, Language, MetBy, Missing, Moment, Place, Territory, Timing,
    Unresolved, Whereabouts, Window, channel_in_words, moment_in_words, resolve, resolve_window,
};
use parcours_lang::date_rule::{DateRuleError, NameText, parse_timing};
use serde_json::{Value, json};

use super::{Far, Lang, a_channel, a_territory};
use crate::report::wrapped;
use crate::terminal::{Answer, Paint};

/// The date that a rule gives, with its working-out.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours calendar due '{ days: 5, after: birth, roll: next_working_day }' --from 2026-03-02\n  \
    parcours calendar due '{ clear_days: 15, after: receipt }' --at receipt=2026-03-02\n\n\
    docs/date-rules.md says all that a rule can say.")]
pub(crate) struct Arguments {
    /// A date rule; or `not_before:` and one; or `window:` with `opens` and `closes`.
    rule: String,
    /// The date that the rule starts from: 2026-03-02, or 2026-05-22T18:00 with a time of day.
    #[arg(long, value_name = "DATE", value_parser = a_moment)]
    from: Option<Moment>,
    /// A date by its name in the rule, where it names several; twice for a name that stands for two.
    #[arg(long, value_name = "NAME=DATE", value_parser = a_named_moment)]
    at: Vec<(String, Moment)>,
    /// A number by its name in the rule.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = named::<u16>)]
    amount: Vec<(String, u16)>,
    /// A place by its name in the rule, as an INSEE code: of a commune, a department or a country.
    #[arg(long, value_name = "NAME=CODE", value_parser = a_place)]
    place: Vec<(String, Whereabouts)>,
    /// Where the office is: a territory, or the INSEE code of a department or a commune.
    #[arg(long, default_value = "metropole", value_parser = a_territory)]
    territory: Territory,
    /// One channel only: online, paper, counter, phone.
    #[arg(long, value_parser = a_channel)]
    channel: Option<Channel>,
    /// How far the person is from the office or the court, for a rule that does not say from where.
    #[arg(long, default_value = "near")]
    distance: Far,
    /// For a program to read.
    #[arg(long)]
    json: bool,
    /// The language to answer in.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

/// A date, or a date with a time. The law counts by the minute: whole minutes may be written with their seconds.
fn a_moment(text: &str) -> Result<Moment, String> {
    let refused = |error: parcours_core::calendar::NotADate| match text.split_once(['T', ' ']) {
        Some((day, time)) if day.parse::<Moment>().is_ok() => {
            let zone = time.ends_with('Z') || time.contains(['+', '-']);
            let seconds = time.split(':').count() > 2 && !zone;
            let minute = time.get(..5).unwrap_or("18:00");
            if zone {
                format!(
                    "a time is that of the clock on the wall, without a zone: write {day}T{minute}"
                )
            } else if seconds {
                format!("times are counted to the minute, without seconds: write {day}T{minute}")
            } else {
                format!("`{time}` is no time of day: write {day}T18:00")
            }
        }
        _ => error.to_string(),
    };
    let whole = text.strip_suffix(":00").filter(|rest| rest.contains(':'));
    text.parse()
        .or_else(|error| whole.unwrap_or_default().parse().map_err(|_| error))
        .map_err(refused)
}

fn a_named_moment(text: &str) -> Result<(String, Moment), String> {
    let (name, date) = text.split_once('=').ok_or("write NAME=DATE")?;
    Ok((name.to_owned(), a_moment(date)?))
}

fn named<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<(String, T), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let value = value.parse().map_err(|error: T::Err| error.to_string())?;
    Ok((name.to_owned(), value))
}

fn a_place(text: &str) -> Result<(String, Whereabouts), String> {
    let (name, code) = text.split_once('=').ok_or("write NAME=CODE")?;
    let place = Whereabouts::from_insee(code)
        .ok_or("no such commune, department or country: write its INSEE code, 97105 or 99109")?;
    Ok((name.to_owned(), place))
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let timing = match parse_timing(&arguments.rule) {
        Ok(timing) => timing,
        Err(problems) => return Answer::WrongUse(rendered(&arguments.rule, problems)),
    };
    let mut given = match given(arguments, &timing) {
        Ok(given) => given,
        Err(message) => return Answer::WrongUse(message),
    };
    let answer = match &timing {
        Timing::Due(rule) => resolve(rule, &mut given).map(Reckoned::Due),
        Timing::NotBefore(rule) => resolve(rule, &mut given).map(Reckoned::NotBefore),
        Timing::Window(rule) => {
            resolve_window(rule, &mut given).map(|window| Reckoned::Window(Box::new(window)))
        }
    };
    let language = arguments.lang.into();
    match answer {
        Ok(reckoned) if arguments.json => Answer::Fine(format!("{:#}", reckoned.json(language))),
        Ok(reckoned) => Answer::Fine(reckoned.text(language, paint)),
        Err(Unresolved::Lacking(missing)) => Answer::WrongUse(lacking(&missing)),
        Err(Unresolved::Impossible(why)) => Answer::No(format!("there is no such date: {why}")),
    }
}

/// `--from` is the one date that `--at` does not name.
fn given(arguments: &Arguments, timing: &Timing<NameText>) -> Result<Given, String> {
    let (mut dates, mut amounts, mut places) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let Ok(_) = timing.try_map(&mut |name, place| {
        match place {
            Place::Amount => amounts.insert(name.text.clone()),
            Place::Whereabouts => places.insert(name.text.clone()),
            Place::Date | Place::TimeOfDay => dates.insert(name.text.clone()),
        };
        Ok::<(), Infallible>(())
    });
    let mut given = Given::new(arguments.territory).at_distance(arguments.distance.into());
    if let Some(channel) = arguments.channel {
        given = given.by(channel);
    }
    for (name, moment) in &arguments.at {
        if !dates.contains(name) {
            return Err(format!(
                "--at {name}=…: the rule names no date `{name}`, but {}",
                list(&dates)
            ));
        }
        given = given.with(name, *moment);
    }
    for (name, amount) in &arguments.amount {
        if !amounts.contains(name) {
            return Err(format!(
                "--amount {name}=…: the rule names no number `{name}`, but {}",
                list(&amounts)
            ));
        }
        given = given.with_amount(name, i64::from(*amount));
    }
    for (name, place) in &arguments.place {
        if !places.contains(name) {
            return Err(format!(
                "--place {name}=…: the rule names no place `{name}`, but {}",
                list(&places)
            ));
        }
        given = given.with_place(name, *place);
    }
    let unnamed: BTreeSet<_> = dates
        .into_iter()
        .filter(|name| !arguments.at.iter().any(|(given, _)| given == name))
        .collect();
    match (arguments.from, unnamed.len()) {
        (None, _) => Ok(given),
        (Some(from), 1) => Ok(unnamed
            .iter()
            .fold(given, |given, name| given.with(name, from))),
        (Some(_), 0) => {
            Err("--from: every date of the rule is given by --at already, take one out".to_owned())
        }
        (Some(_), _) => Err(format!(
            "--from could be any of {}: give all but one by --at NAME=DATE",
            list(&unnamed)
        )),
    }
}

fn list(names: &BTreeSet<String>) -> String {
    match names.len() {
        0 => "none at all".to_owned(),
        _ => names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn lacking(missing: &BTreeSet<Missing>) -> String {
    let needed: Vec<_> = missing
        .iter()
        .map(|lack| match lack {
            Missing::Date(name) if missing.len() == 1 => {
                format!("--from DATE, or --at {name}=DATE")
            }
            Missing::Date(name) => format!("--at {name}=DATE"),
            Missing::Amount(name) => format!("--amount {name}=NUMBER"),
            Missing::Place(name) => format!("--place {name}=CODE"),
            Missing::Office => "--territory TERRITORY".to_owned(),
        })
        .collect();
    format!("the date cannot be told yet: give {}", needed.join(" and "))
}

fn rendered(rule: &str, problems: Vec<DateRuleError>) -> String {
    let reports = problems.into_iter().map(|problem| {
        let report =
            Report::new(problem).with_source_code(NamedSource::new("RULE", rule.to_owned()));
        format!("{report:?}")
    });
    reports.collect::<Vec<_>>().join("\n")
}

/// What was asked for.
enum Reckoned {
    Due(Deadline),
    NotBefore(Deadline),
    Window(Box<Window>),
}

impl Reckoned {
    fn json(&self, language: Language) -> Value {
        match self {
            Self::Due(deadline) => json!({ "due": as_json(deadline, language) }),
            Self::NotBefore(deadline) => json!({ "not_before": as_json(deadline, language) }),
            Self::Window(window) => {
                json!({ "opens": as_json(&window.opens, language), "closes": as_json(&window.closes, language) })
            }
        }
    }

    fn text(&self, language: Language, paint: Paint) -> String {
        let title = |fr: &'static str, en: &'static str| match language {
            Language::French => fr,
            Language::English => en,
        };
        match self {
            Self::Due(deadline) => as_text(
                title("au plus tard le", "no later than"),
                deadline,
                language,
                paint,
            ),
            Self::NotBefore(deadline) => {
                as_text(title("à partir du", "from"), deadline, language, paint)
            }
            Self::Window(window) => format!(
                "{}\n{}",
                as_text(title("à partir du", "from"), &window.opens, language, paint),
                as_text(title("jusqu’au", "to"), &window.closes, language, paint)
            ),
        }
    }
}

fn as_json(deadline: &Deadline, language: Language) -> Value {
    let channels: serde_json::Map<_, _> = deadline
        .channels()
        .iter()
        .map(|(channel, deadline)| (channel.id().to_owned(), as_json(deadline, language)))
        .collect();
    json!({
        "date": deadline.due().to_string(),
        "perhaps": deadline.perhaps().map(|perhaps| perhaps.to_string()),
        "met_by": deadline.met_by().map(|met_by| match met_by {
            MetBy::Sending => "sending",
            MetBy::Receipt => "receipt",
        }),
        "working_out": deadline.explain(language),
        "channels": channels,
    })
}

fn as_text(title: &str, deadline: &Deadline, language: Language, paint: Paint) -> String {
    let date = paint.strong(&moment_in_words(deadline.due(), language));
    let mut text = format!(
        "{title} {date}  {}\n",
        paint.faint(&deadline.due().to_string())
    );
    let names = deadline.channels().keys();
    let names = names.map(|channel| channel_in_words(*channel, language).chars().count());
    let wide = names.max().unwrap_or_default();
    for (channel, deadline) in deadline.channels() {
        let date = paint.strong(&moment_in_words(deadline.due(), language));
        let channel = channel_in_words(*channel, language);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {channel:<wide$}  {date}");
    }
    let mut lines = deadline.explain(language);
    if let Some(met_by) = deadline.met_by() {
        let line = match (met_by, language) {
            (MetBy::Sending, Language::French) => "il suffit d’avoir envoyé à cette date",
            (MetBy::Receipt, Language::French) => "l’envoi doit être reçu à cette date",
            (MetBy::Sending, Language::English) => "it is enough to have sent it by then",
            (MetBy::Receipt, Language::English) => "it must have been received by then",
        };
        lines.push(line.to_owned());
    }
    for line in lines {
        for (at, part) in wrapped(&line, 96).iter().enumerate() {
            let indent = if at == 0 { "  " } else { "    " };
            let _ = writeln!(text, "{indent}{part}");
        }
    }
    text
}
