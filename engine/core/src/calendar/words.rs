//! A working-out in plain words, in French and in English.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{Datelike, NaiveDate, Timelike};

use super::holiday::Holiday;
use super::moment::Moment;
use super::rule::{Channel, Direction, Distance, Edge, Period, Pick, StartDay, WeeklyRest, Which};
use super::worked::{Closed, Worked};

/// A language that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Français.
    French,
    /// English.
    English,
}

use Language::{English, French};

const WEEKDAYS: [(&str, &str); 7] = [
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

impl Language {
    const fn of(self, (fr, en): (&'static str, &'static str)) -> &'static str {
        match self {
            French => fr,
            English => en,
        }
    }
}

fn weekday(date: NaiveDate, language: Language) -> &'static str {
    let index = date.weekday().num_days_from_monday();
    WEEKDAYS
        .iter()
        .zip(0..)
        .find(|(_, at)| *at == index)
        .map_or("", |(names, _)| language.of(*names))
}

/// `mardi 5 mai 2026`, `Tuesday 5 May 2026`.
///
/// ```
/// # use parcours_core::calendar::*;
/// let first = Moment::from_ymd(2026, 5, 1)?.date();
/// assert_eq!(date_in_words(first, Language::French), "vendredi 1er mai 2026");
/// assert_eq!(date_in_words(first, Language::English), "Friday 1 May 2026");
/// # Ok::<(), NotADate>(())
/// ```
pub fn date_in_words(date: NaiveDate, language: Language) -> String {
    let month = MONTHS
        .iter()
        .zip(1..)
        .find(|(_, at)| *at == date.month())
        .map_or("", |(names, _)| language.of(*names));
    let day = match (date.day(), language) {
        (1, French) => "1er".to_string(),
        (day, _) => day.to_string(),
    };
    format!("{} {day} {month} {}", weekday(date, language), date.year())
}

/// As [`date_in_words`], with the time of day when it has one: `… à 18 h 00`, `… at 18:00`.
pub fn moment_in_words(moment: Moment, language: Language) -> String {
    let date = date_in_words(moment.date(), language);
    match (moment.time(), language) {
        (None, _) => date,
        (Some(time), French) => {
            format!("{date} à {}\u{a0}h\u{a0}{:02}", time.hour(), time.minute())
        }
        (Some(time), English) => format!("{date} at {:02}:{:02}", time.hour(), time.minute()),
    }
}

pub(super) fn worked_in_words(worked: &Worked, language: Language) -> String {
    let date = |date| date_in_words(date, language);
    let at = |moment: &Moment| moment_in_words(*moment, language);
    match worked {
        Worked::ForChannel(channel) => match language {
            French => format!("{}\u{a0}:", channel_in_words(*channel, language)),
            English => format!("{}:", channel_in_words(*channel, language)),
        },
        Worked::Started { from, day, called } => {
            let counts = match day {
                None => "",
                Some(StartDay::Excluded) => {
                    language.of((", jour qui ne compte pas", ", a day that does not count"))
                }
                Some(StartDay::Included) => {
                    language.of((", jour qui compte", ", a day that counts"))
                }
            };
            let from = at(from);
            match (called, language) {
                (Some(called), French) => format!(
                    "point de départ\u{a0}: «\u{a0}{}\u{a0}», {from}{counts}",
                    called.fr
                ),
                (Some(called), English) => format!("starts on “{}”, {from}{counts}", called.en),
                (None, French) => format!("point de départ\u{a0}: {from}{counts}"),
                (None, English) => format!("starts on {from}{counts}"),
            }
        }
        Worked::Stayed { at: date, called } => match (called, language) {
            (Some(called), French) => {
                format!("«\u{a0}{}\u{a0}»\u{a0}: {}", called.fr, at(date))
            }
            (Some(called), English) => format!("“{}”: {}", called.en, at(date)),
            (None, French) => format!("c’est cette date\u{a0}: {}", at(date)),
            (None, English) => format!("that very date: {}", at(date)),
        },
        Worked::Kept { pick, of, moment } | Worked::Chosen { pick, of, moment } => {
            match (pick, language) {
                (Pick::Latest, French) => {
                    format!("la dernière des {of} dates\u{a0}: {}", at(moment))
                }
                (Pick::Earliest, French) => {
                    format!("la première des {of} dates\u{a0}: {}", at(moment))
                }
                (Pick::Latest, English) => format!("the latest of {of} dates: {}", at(moment)),
                (Pick::Earliest, English) => format!("the earliest of {of} dates: {}", at(moment)),
            }
        }
        Worked::Extended { distance, months } => {
            let months = amount(
                u32::from(*months),
                ("mois", "mois"),
                ("month", "months"),
                language,
            );
            match (distance, language) {
                (Distance::Overseas, French) => {
                    format!("{months} de plus à cause de l’éloignement (outre-mer)")
                }
                (Distance::Abroad, French) => {
                    format!("{months} de plus à cause de l’éloignement (étranger)")
                }
                (Distance::Near, French) => format!("{months} de plus"),
                (Distance::Overseas, English) => format!("{months} more for distance (overseas)"),
                (Distance::Abroad, English) => format!("{months} more for distance (abroad)"),
                (Distance::Near, English) => format!("{months} more"),
            }
        }
        Worked::CountedSpan {
            direction,
            years,
            months,
            days,
            to,
        } => counted(
            &span(u32::from(*years), *months, *days, language),
            *direction,
            to,
            language,
        ),
        Worked::CountedHours {
            direction,
            hours,
            to,
        } => {
            let hours = amount(
                u32::from(*hours),
                ("heure", "heures"),
                ("hour", "hours"),
                language,
            );
            counted(&hours, *direction, to, language)
        }
        Worked::CountedDays {
            direction,
            days,
            rest,
            holidays,
            to,
        } => {
            let days = u32::from(*days);
            let days = match (rest, holidays) {
                (WeeklyRest::Sundays, true) => amount(
                    days,
                    ("jour ouvrable", "jours ouvrables"),
                    ("working day", "working days"),
                    language,
                ),
                (WeeklyRest::Weekends, true) => amount(
                    days,
                    ("jour ouvré", "jours ouvrés"),
                    ("business day", "business days"),
                    language,
                ),
                (WeeklyRest::None, true) => amount(
                    days,
                    ("jour hors jours fériés", "jours hors jours fériés"),
                    ("day but holidays", "days but holidays"),
                    language,
                ),
                (WeeklyRest::Sundays, false) => amount(
                    days,
                    ("jour hors dimanches", "jours hors dimanches"),
                    ("day but Sundays", "days but Sundays"),
                    language,
                ),
                (WeeklyRest::Weekends, false) => amount(
                    days,
                    (
                        "jour hors samedis et dimanches",
                        "jours hors samedis et dimanches",
                    ),
                    ("day but weekends", "days but weekends"),
                    language,
                ),
                (WeeklyRest::None, false) => {
                    amount(days, ("jour", "jours"), ("day", "days"), language)
                }
            };
            counted(&days, *direction, to, language)
        }
        Worked::NoSuchDay { wanted, taken } => match language {
            French => format!(
                "ce mois n’a pas de jour {wanted}\u{a0}: on retient le {}",
                date(*taken)
            ),
            English => format!(
                "that month has no day {wanted}: {} stands for it",
                date(*taken)
            ),
        },
        Worked::LastDayFree { to } => match language {
            French => format!(
                "délai franc, le dernier jour ne compte pas non plus\u{a0}: {}",
                at(to)
            ),
            English => format!(
                "a clear period, so the last day does not count either: {}",
                at(to)
            ),
        },
        Worked::SkippedHoliday(holiday) => {
            let said = match language {
                French => format!(
                    "le {} ne compte pas\u{a0}: {}",
                    date(holiday.date),
                    holiday.name.fr
                ),
                English => format!("{} does not count: {}", date(holiday.date), holiday.name.en),
            };
            match only(holiday, language) {
                Some(only) => format!("{said}, {only}"),
                None => said,
            }
        }
        Worked::SkippedRest(days) => rested(days, language),
        Worked::RolledInSomePlaces { holiday, elsewhere } => {
            let only = only(holiday, language).unwrap_or_default();
            match language {
                French => format!(
                    "«\u{a0}{}\u{a0}» est férié {only}\u{a0}: ailleurs, l’échéance est le {}, vérifiez",
                    holiday.name.fr,
                    at(elsewhere)
                ),
                English => format!(
                    "{} is a holiday {only}: elsewhere it ends on {}, so make sure",
                    holiday.name.en,
                    at(elsewhere)
                ),
            }
        }
        Worked::WentToEdge {
            edge,
            which,
            period,
            to,
        } => {
            format!(
                "{}{} {}",
                edge_in_words(*edge, *which, *period, language),
                colon(language),
                at(to)
            )
        }
        Worked::WentToWeekday { nth, direction, to } => {
            let day = weekday(to.date(), language);
            let ordinal = ordinal(*nth, language);
            let side = match direction {
                Direction::After => language.of(("suivant", "after")),
                Direction::Before => language.of(("précédent", "before")),
            };
            format!("{ordinal} {day} {side}{} {}", colon(language), at(to))
        }
        Worked::FileComplete { on } => {
            let on = date_in_words(*on, language);
            match language {
                French => {
                    format!("le dossier est complet depuis le {on}\u{a0}: le délai part de ce jour")
                }
                English => format!("the file is complete since {on}: time runs from that day"),
            }
        }
        Worked::StoodStill { days, to } => {
            let days = amount(*days, ("jour", "jours"), ("day", "days"), language);
            match language {
                French => format!("délai suspendu pendant {days}\u{a0}: {}", at(to)),
                English => format!("time stood still for {days}: {}", at(to)),
            }
        }
        Worked::WentToDay { to } => match language {
            French => format!("date fixée\u{a0}: {}", at(to)),
            English => format!("on the set day: {}", at(to)),
        },
        Worked::Rolled { from, to, why } => match language {
            French => format!(
                "{}\u{a0}: l’échéance est reportée au {}",
                closed(from, why, language),
                at(to)
            ),
            English => format!(
                "{}: the deadline moves to {}",
                closed(from, why, language),
                at(to)
            ),
        },
        Worked::RollUnsettled { from, to, why } => match language {
            French => format!(
                "{}\u{a0}: le droit ne dit pas si l’échéance est reportée au {}, mieux vaut ne pas attendre",
                closed(from, why, language),
                at(to)
            ),
            English => format!(
                "{}: the law does not say whether the deadline moves to {}, better not to wait",
                closed(from, why, language),
                at(to)
            ),
        },
    }
}

const fn colon(language: Language) -> &'static str {
    language.of(("\u{a0}:", ":"))
}

fn counted(length: &str, direction: Direction, to: &Moment, language: Language) -> String {
    let to = moment_in_words(*to, language);
    match (direction, language) {
        (Direction::After, French) => format!("{length} plus tard\u{a0}: {to}"),
        (Direction::Before, French) => format!("{length} plus tôt\u{a0}: {to}"),
        (Direction::After, English) => format!("{length} later: {to}"),
        (Direction::Before, English) => format!("{length} earlier: {to}"),
    }
}

/// Where it is a holiday, when not everywhere.
fn only(holiday: &Holiday, language: Language) -> Option<&'static str> {
    holiday.only.map(|only| language.of((only.fr, only.en)))
}

/// Days of rest that were passed over: each of a few, else the first and the last of them.
fn rested(days: &[NaiveDate], language: Language) -> String {
    const FEW: usize = 4;
    let date = |date: &NaiveDate| date_in_words(*date, language);
    match (days, language) {
        ([], _) => String::new(),
        ([only], French) => format!("le {} ne compte pas", date(only)),
        ([only], English) => format!("{} does not count", date(only)),
        ([few @ .., last], _) if days.len() <= FEW => {
            let few: Vec<String> = few.iter().map(date).collect();
            let and = language.of((" et ", " and "));
            let listed = format!("{}{and}{}", few.join(", "), date(last));
            match language {
                French => format!("ne comptent pas\u{a0}: {listed}"),
                English => format!("these do not count: {listed}"),
            }
        }
        ([first, .., last], French) => format!(
            "{} jours de repos ne comptent pas, du {} au {}",
            days.len(),
            date(first),
            date(last)
        ),
        ([first, .., last], English) => format!(
            "{} days of rest do not count, from {} to {}",
            days.len(),
            date(first),
            date(last)
        ),
    }
}

fn closed(from: &Moment, why: &Closed, language: Language) -> String {
    let day = date_in_words(from.date(), language);
    match (why, language) {
        (Closed::Saturday(_) | Closed::Sunday(_), French) => {
            format!("le {day} n’est pas un jour ouvré")
        }
        (Closed::Saturday(_) | Closed::Sunday(_), English) => format!("{day} is not worked"),
        (Closed::Holiday(holiday), French) => format!("le {day} est férié ({})", holiday.name.fr),
        (Closed::Holiday(holiday), English) => format!("{day} is a holiday ({})", holiday.name.en),
    }
}

fn amount(
    number: u32,
    (un, plusieurs): (&str, &str),
    (one, many): (&str, &str),
    language: Language,
) -> String {
    // French counts 0 as singular, English as plural.
    let word = match (language, number) {
        (French, 0 | 1) => un,
        (French, _) => plusieurs,
        (English, 1) => one,
        (English, _) => many,
    };
    format!("{number} {word}")
}

fn span(years: u32, months: u32, days: u32, language: Language) -> String {
    let parts: Vec<String> = [
        (years, ("an", "ans"), ("year", "years")),
        (months, ("mois", "mois"), ("month", "months")),
        (days, ("jour", "jours"), ("day", "days")),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, fr, en)| amount(number, fr, en, language))
    .collect();
    match parts.as_slice() {
        [] => amount(0, ("jour", "jours"), ("day", "days"), language),
        [only] => only.clone(),
        [first @ .., last] => format!(
            "{} {} {last}",
            first.join(", "),
            language.of(("puis", "then"))
        ),
    }
}

fn ordinal(number: u8, language: Language) -> String {
    match (language, number) {
        (French, 1) => "1er".to_string(),
        (French, _) => format!("{number}e"),
        (English, _) => match (number % 10, number % 100) {
            (1, rest) if rest != 11 => format!("{number}st"),
            (2, rest) if rest != 12 => format!("{number}nd"),
            (3, rest) if rest != 13 => format!("{number}rd"),
            _ => format!("{number}th"),
        },
    }
}

fn edge_in_words(edge: Edge, which: Which, period: Period, language: Language) -> String {
    let day = match edge {
        Edge::First => language.of(("premier jour", "first day")),
        Edge::Last => language.of(("dernier jour", "last day")),
    };
    let of = match (which, period) {
        (Which::This, Period::HalfMonth) => ("de la quinzaine", "of the half-month"),
        (Which::Next, Period::HalfMonth) => ("de la quinzaine suivante", "of the next half-month"),
        (Which::Previous, Period::HalfMonth) => {
            ("de la quinzaine précédente", "of the half-month before")
        }
        (Which::This, Period::Month) => ("du mois", "of the month"),
        (Which::Next, Period::Month) => ("du mois suivant", "of the next month"),
        (Which::Previous, Period::Month) => ("du mois précédent", "of the month before"),
        (Which::This, Period::Year) => ("de l’année", "of the year"),
        (Which::Next, Period::Year) => ("de l’année suivante", "of the next year"),
        (Which::Previous, Period::Year) => ("de l’année précédente", "of the year before"),
    };
    format!("{day} {}", language.of(of))
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Online, Self::Paper, Self::Counter, Self::Phone];

    /// The word used in rules and on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Paper => "paper",
            Self::Counter => "counter",
            Self::Phone => "phone",
        }
    }

    /// The channel with this [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.id() == id)
    }
}

/// `en ligne`, `online`.
pub fn channel_in_words(channel: Channel, language: Language) -> &'static str {
    language.of(match channel {
        Channel::Online => ("en ligne", "online"),
        Channel::Paper => ("sur papier", "on paper"),
        Channel::Counter => ("au guichet", "at the counter"),
        Channel::Phone => ("par téléphone", "by telephone"),
    })
}
