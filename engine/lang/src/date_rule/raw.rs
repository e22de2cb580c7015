//! The keys of a date rule, as YAML has them. All are optional here; [`super::check`] says which go together.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

/// A text and where it stands. Boxed, so that reading a rule inside a rule takes little stack.
pub type Text = Box<Spanned<String>>;

/// A rule for each channel, by its name.
type ByChannel = BTreeMap<String, Spanned<RawRule>>;

/// A date rule, unchecked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each key is explained in docs/date-rules.md")]
pub struct RawRule {
    pub hours: Option<Text>,
    pub days: Option<Text>,
    pub clear_days: Option<Text>,
    pub working_days: Option<Text>,
    pub business_days: Option<Text>,
    pub weeks: Option<Text>,
    pub months: Option<Text>,
    pub clear_months: Option<Text>,
    pub years: Option<Text>,
    pub date: Option<Text>,
    pub first_of: Option<Text>,
    pub end_of: Option<Text>,
    pub nth: Option<Text>,
    pub weekday: Option<Text>,
    pub on: Option<Text>,
    pub calendar_years: Option<Text>,
    pub calendar_months: Option<Text>,
    pub latest_of: Option<Box<Spanned<Vec<Spanned<RawRule>>>>>,
    pub earliest_of: Option<Box<Spanned<Vec<Spanned<RawRule>>>>>,
    pub by_channel: Option<Box<Spanned<ByChannel>>>,
    pub after: Option<Text>,
    pub before: Option<Text>,
    pub of: Option<Text>,
    pub of_several: Option<Text>,
    pub start_day: Option<Text>,
    pub missing_day: Option<Text>,
    pub skipping: Option<Box<Spanned<Vec<Spanned<String>>>>>,
    pub distance: Option<Box<Spanned<RawDistance>>>,
    pub roll: Option<Text>,
    pub calendar: Option<Text>,
    pub met_by: Option<Text>,
    pub then: Option<Box<Spanned<RawRule>>>,
}

/// Months added for those who are far away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDistance {
    /// Months for those overseas.
    pub overseas_months: Spanned<u16>,
    /// Months for those abroad.
    pub abroad_months: Spanned<u16>,
    /// Where the person lives.
    pub from: Option<Spanned<String>>,
    /// The seat of the court.
    pub to: Option<Spanned<String>>,
}

/// Two date rules, unchecked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawWindow {
    /// Not before.
    pub opens: Spanned<RawRule>,
    /// Not after.
    pub closes: Spanned<RawRule>,
}

impl RawRule {
    /// The keys that are there, in the order of the reference, with where their values stand.
    pub(super) fn keys(&self) -> Vec<(&'static str, serde_saphyr::Location)> {
        fn at<T>(
            key: &'static str,
            value: &Option<Box<Spanned<T>>>,
        ) -> Option<(&'static str, serde_saphyr::Location)> {
            value.as_ref().map(|value| (key, value.referenced))
        }
        [
            at("hours", &self.hours),
            at("years", &self.years),
            at("months", &self.months),
            at("weeks", &self.weeks),
            at("days", &self.days),
            at("clear_months", &self.clear_months),
            at("clear_days", &self.clear_days),
            at("working_days", &self.working_days),
            at("business_days", &self.business_days),
            at("date", &self.date),
            at("first_of", &self.first_of),
            at("end_of", &self.end_of),
            at("nth", &self.nth),
            at("weekday", &self.weekday),
            at("on", &self.on),
            at("calendar_years", &self.calendar_years),
            at("calendar_months", &self.calendar_months),
            at("latest_of", &self.latest_of),
            at("earliest_of", &self.earliest_of),
            at("by_channel", &self.by_channel),
            at("after", &self.after),
            at("before", &self.before),
            at("of", &self.of),
            at("of_several", &self.of_several),
            at("start_day", &self.start_day),
            at("missing_day", &self.missing_day),
            at("skipping", &self.skipping),
            at("distance", &self.distance),
            at("roll", &self.roll),
            at("calendar", &self.calendar),
            at("met_by", &self.met_by),
            at("then", &self.then),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
