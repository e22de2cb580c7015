//! The words that keys can say.

use chrono::Weekday;
use parcours_core::calendar::{
    Calendar, Edge, MetBy, MissingDay, Period, Pick, StartDay, Territory, Which,
};

/// What a key can say, and what each word means.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const WEEKDAYS: Words<Weekday> = &[
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

const MONTHS: Words<(u8, u8)> = &[
    ("january", (1, 31)),
    ("february", (2, 29)),
    ("march", (3, 31)),
    ("april", (4, 30)),
    ("may", (5, 31)),
    ("june", (6, 30)),
    ("july", (7, 31)),
    ("august", (8, 31)),
    ("september", (9, 30)),
    ("october", (10, 31)),
    ("november", (11, 30)),
    ("december", (12, 31)),
];

pub(super) const PERIODS: Words<(Which, Period)> = &[
    ("month", (Which::This, Period::Month)),
    ("next_month", (Which::Next, Period::Month)),
    ("previous_month", (Which::Previous, Period::Month)),
    ("half_month", (Which::This, Period::HalfMonth)),
    ("next_half_month", (Which::Next, Period::HalfMonth)),
    ("previous_half_month", (Which::Previous, Period::HalfMonth)),
    ("year", (Which::This, Period::Year)),
    ("next_year", (Which::Next, Period::Year)),
    ("previous_year", (Which::Previous, Period::Year)),
];

pub(super) const PICKS: Words<Pick> = &[("latest", Pick::Latest), ("earliest", Pick::Earliest)];

pub(super) const START_DAYS: Words<StartDay> = &[
    ("excluded", StartDay::Excluded),
    ("included", StartDay::Included),
];

pub(super) const MISSING_DAYS: Words<MissingDay> = &[
    ("last_of_month", MissingDay::LastOfMonth),
    ("first_of_next_month", MissingDay::FirstOfNext),
];

pub(super) const MET_BY: Words<MetBy> = &[("sending", MetBy::Sending), ("receipt", MetBy::Receipt)];

/// How the last day moves, before its calendar is known.
#[derive(Clone, Copy)]
pub(super) enum RollWord {
    None,
    NextWorkingDay,
    Unsettled,
}

pub(super) const ROLLS: Words<RollWord> = &[
    ("next_working_day", RollWord::NextWorkingDay),
    ("none", RollWord::None),
    ("unsettled", RollWord::Unsettled),
];

/// A kind of day that a count passes over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Skipped {
    Sundays,
    Weekends,
    Holidays,
}

pub(super) const SKIPPED: Words<Skipped> = &[
    ("sundays", Skipped::Sundays),
    ("weekends", Skipped::Weekends),
    ("holidays", Skipped::Holidays),
];

/// Key and edge: `first_of`, `end_of`.
pub(super) const fn edge_key(edge: Edge) -> &'static str {
    match edge {
        Edge::First => "first_of",
        Edge::Last => "end_of",
    }
}

pub(super) fn find<T: Copy>(words: Words<T>, text: &str) -> Option<T> {
    words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, meaning)| *meaning)
}

pub(super) fn choices<T>(words: Words<T>) -> String {
    words
        .iter()
        .map(|(word, _)| *word)
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn calendar(text: &str) -> Option<Calendar> {
    if text == "office" {
        Some(Calendar::Office)
    } else {
        Territory::from_id(text).map(Calendar::Of)
    }
}

pub(super) fn calendar_choices() -> String {
    let territories = Territory::ALL.map(Territory::id).join(", ");
    format!("office, {territories}")
}

/// What `on:` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OnDay {
    OfMonth(u8),
    OfYear { day: u8, month: u8 },
}

pub(super) fn on_day(text: &str) -> Option<OnDay> {
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())
            .flatten()
    };
    match text.split_once(' ') {
        None => number(text)
            .filter(|day| (1..=31).contains(day))
            .map(OnDay::OfMonth),
        Some((day, month)) => {
            let (month, longest) = find(MONTHS, month)?;
            number(day)
                .filter(|day| (1..=longest).contains(day))
                .map(|day| OnDay::OfYear { day, month })
        }
    }
}
