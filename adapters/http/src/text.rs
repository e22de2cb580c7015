//! Words of the pages: which language, its typography, and dates told from today.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use parcours_core::Personal;
use parcours_core::calendar::{Language, Moment, date_in_words, moment_in_words};
use parcours_core::definition::Words;
use parcours_core::view::words::typographic;

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lang(pub(crate) Language);

impl Lang {
    pub(crate) const FRENCH: Self = Self(Language::French);
    pub(crate) const ENGLISH: Self = Self(Language::English);

    /// What was asked for by name, else what the browser prefers, else French.
    pub(crate) fn choose(asked: Option<&str>, headers: &HeaderMap) -> Self {
        match asked {
            Some("fr") => Self::FRENCH,
            Some("en") => Self::ENGLISH,
            _ => headers
                .get(ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok())
                .map_or(Self::FRENCH, preferred),
        }
    }

    /// `fr`, `en`: as in `lang` attributes.
    pub(crate) fn code(self) -> &'static str {
        self.pick("fr", "en")
    }

    pub(crate) fn pick<T>(self, fr: T, en: T) -> T {
        match self.0 {
            Language::French => fr,
            Language::English => en,
        }
    }

    /// One of two texts, in its typography.
    pub(crate) fn t(self, fr: &str, en: &str) -> String {
        typographic(self.pick(fr, en), self.0)
    }

    /// The text in this language, in its typography.
    pub(crate) fn words(self, words: &Words) -> String {
        self.t(&words.fr, &words.en)
    }

    /// A text of this language that comes from elsewhere, in its typography.
    pub(crate) fn text(self, text: &str) -> String {
        self.t(text, text)
    }

    /// `3 démarches`, `1 démarche`: nought is singular in French only.
    pub(crate) fn count(
        self,
        number: usize,
        fr: (&'static str, &'static str),
        en: (&'static str, &'static str),
    ) -> String {
        let (one, many) = self.pick(fr, en);
        let singular = number == 1 || (number == 0 && self == Self::FRENCH);
        format!("{number}\u{a0}{}", if singular { one } else { many })
    }

    pub(crate) fn date(self, date: NaiveDate) -> String {
        date_in_words(date, self.0)
    }

    /// A day that may have been forgotten with its person.
    pub(crate) fn day(self, day: &Personal<NaiveDate>) -> String {
        match day.value() {
            Some(day) => self.date(*day),
            None => self.t("[date effacée]", "[erased date]"),
        }
    }

    /// `à 14 h 03`, `on 2 March 2026 at 14:03`: the day too, when it is another one.
    pub(crate) fn at(self, at: NaiveDateTime, today: NaiveDate) -> String {
        let (hour, minute) = (at.hour(), at.minute());
        let time = self.pick(
            format!("à {hour}\u{a0}h\u{a0}{minute:02}"),
            format!("at {hour:02}:{minute:02}"),
        );
        if at.date() == today {
            return time;
        }
        let day = self.date(at.date());
        self.pick(format!("le {day} {time}"), format!("on {day} {time}"))
    }

    pub(crate) fn moment(self, moment: Moment) -> String {
        moment_in_words(moment, self.0)
    }

    /// `aujourd’hui`, `dans 3 jours`, `il y a 2 jours`.
    pub(crate) fn relative(self, date: NaiveDate, today: NaiveDate) -> String {
        let days = (date - today).num_days();
        match days {
            0 => self.pick("aujourd’hui", "today").to_owned(),
            1 => self.pick("demain", "tomorrow").to_owned(),
            -1 => self.pick("hier", "yesterday").to_owned(),
            _ => {
                let (number, (fr, en)) = match days.unsigned_abs() {
                    days @ ..=59 => (days, ("jours", "days")),
                    // Half a month more or less: the exact date always stands beside it.
                    days @ 60..=729 => ((days + 15) / 30, ("mois", "months")),
                    days => ((days + 182) / 365, ("ans", "years")),
                };
                let about = days.unsigned_abs() >= 60;
                match (days > 0, self.0) {
                    (true, Language::French) => {
                        format!(
                            "dans {}{number}\u{a0}{fr}",
                            if about { "environ " } else { "" }
                        )
                    }
                    (true, Language::English) => {
                        format!("in {}{number}\u{a0}{en}", if about { "about " } else { "" })
                    }
                    (false, Language::French) => {
                        format!(
                            "il y a {}{number}\u{a0}{fr}",
                            if about { "environ " } else { "" }
                        )
                    }
                    (false, Language::English) => {
                        format!(
                            "{}{number}\u{a0}{en} ago",
                            if about { "about " } else { "" }
                        )
                    }
                }
            }
        }
    }

    /// `en retard de 3 jours`.
    pub(crate) fn late_by(self, due: NaiveDate, today: NaiveDate) -> String {
        let days = usize::try_from((today - due).num_days()).unwrap_or(0);
        if days == 0 {
            return self.t("le délai est passé", "the time has run out");
        }
        if days >= 60 {
            // The exact date stands beside it.
            let months = self.count((days + 15) / 30, ("mois", "mois"), ("month", "months"));
            return self.pick(
                format!("en retard d’environ {months}"),
                format!("about {months} late"),
            );
        }
        let days = self.count(days, ("jour", "jours"), ("day", "days"));
        self.pick(format!("en retard de {days}"), format!("{days} late"))
    }
}

/// The first of our languages in an `Accept-Language`, by weight.
fn preferred(header: &str) -> Lang {
    let mut best: Option<(f32, Lang)> = None;
    for part in header.split(',').take(32) {
        let mut pieces = part.split(';');
        let tag = pieces
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        let lang = match tag.split('-').next() {
            Some("fr") => Lang::FRENCH,
            Some("en") => Lang::ENGLISH,
            _ => continue,
        };
        let weight = pieces
            .find_map(|piece| piece.trim().strip_prefix("q="))
            .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, lang));
        }
    }
    best.map_or(Lang::FRENCH, |(_, lang)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_browser_chooses_unless_the_reader_did() {
        for (header, lang) in [
            ("", Lang::FRENCH),
            ("en-GB,en;q=0.9", Lang::ENGLISH),
            ("de, fr;q=0.4, en;q=0.8", Lang::ENGLISH),
            ("fr;q=0, en;q=0.1", Lang::ENGLISH),
            ("*", Lang::FRENCH),
            ("en;q=x", Lang::FRENCH),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(Lang::choose(None, &headers), lang, "{header}");
            assert_eq!(Lang::choose(Some("fr"), &headers), Lang::FRENCH);
            assert_eq!(Lang::choose(Some("<x>"), &headers), lang);
        }
    }

    #[test]
    fn a_time_is_told_with_its_day_when_it_is_another_one() {
        let at = "2026-03-02T14:03:27".parse().unwrap();
        let told = |lang: Lang, today| lang.at(at, day(today));
        assert_eq!(told(Lang::FRENCH, "2026-03-02"), "à 14\u{a0}h\u{a0}03");
        assert_eq!(told(Lang::ENGLISH, "2026-03-02"), "at 14:03");
        assert_eq!(
            told(Lang::FRENCH, "2026-03-03"),
            "le lundi 2 mars 2026 à 14\u{a0}h\u{a0}03"
        );
        assert_eq!(
            told(Lang::ENGLISH, "2026-03-03"),
            "on Monday 2 March 2026 at 14:03"
        );
    }

    #[test]
    fn a_date_is_told_from_today() {
        let today = day("2026-03-02");
        for (date, fr, en) in [
            ("2026-03-02", "aujourd’hui", "today"),
            ("2026-03-05", "dans 3\u{a0}jours", "in 3\u{a0}days"),
            ("2026-02-28", "il y a 2\u{a0}jours", "2\u{a0}days ago"),
            (
                "2026-06-02",
                "dans environ 3\u{a0}mois",
                "in about 3\u{a0}months",
            ),
            (
                "2029-03-02",
                "dans environ 3\u{a0}ans",
                "in about 3\u{a0}years",
            ),
        ] {
            assert_eq!(Lang::FRENCH.relative(day(date), today), fr);
            assert_eq!(Lang::ENGLISH.relative(day(date), today), en);
        }
        assert_eq!(
            Lang::FRENCH.late_by(day("2026-03-01"), today),
            "en retard de 1\u{a0}jour"
        );
        assert_eq!(
            Lang::FRENCH.late_by(day("2025-07-01"), today),
            "en retard d’environ 8\u{a0}mois"
        );
        assert_eq!(
            Lang::ENGLISH.count(0, ("x", "x"), ("step", "steps")),
            "0\u{a0}steps"
        );
    }
}
