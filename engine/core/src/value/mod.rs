//! Typed values: what facts, life-event data, legal values and dates are made of.
//!
//! A [`Value`] is data and nothing else: no floats, no clock, no time zone. Dates are civil dates
//! ([`NaiveDate`]) and moments are civil date-times as read on the wall clock of the place concerned. Money is
//! an exact count of cents ([`Money`]). A leaf may also be a hole ([`Value::Unknown`]): a field that nobody has told us
//! yet, that two sources dispute, or that was erased with the person it was about. A field that is *known to be
//! absent* is simply not in its record.
//!
//! [`Type`] mirrors values, with the optional fields of records and closed choices of words.

mod kind;
mod money;

pub use kind::{Field, Mismatch, Type};
pub use money::{Money, NotMoney};

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::{NaiveDate, NaiveDateTime};

/// A typed value.
///
/// The derived order is total, so that values can be kept in ordered sets; between values of one type it is the order
/// conditions use (`false < true`, numbers, amounts, dates). Between values of different types it means nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// An amount of money.
    Money(Money),
    /// A word or a text, as given; compared code point by code point.
    Text(String),
    /// A civil date, without time.
    Date(NaiveDate),
    /// A civil date and time, without time zone.
    Moment(NaiveDateTime),
    /// A list, in the order given.
    List(Vec<Value>),
    /// Named fields. A field that is absent is known to be absent.
    Record(BTreeMap<String, Value>),
    /// A hole: there may be a value here, and it cannot be read. An expression that reads it is unknown.
    Unknown(Reason),
}

/// Why something cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nobody has said yet; it can be asked.
    NotKnown,
    /// What was declared and the evidence differ; somebody must settle it.
    Disputed,
    /// It was known and was erased with its person; it is never asked again.
    Erased,
    /// It will follow from what the plan has not decided yet, so nobody can be asked.
    Undecided,
}

impl Reason {
    /// The word for it, as kept in data.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotKnown => "not known",
            Self::Disputed => "disputed",
            Self::Erased => "erased",
            Self::Undecided => "undecided",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An amount of money, in cents.
    pub fn cents(cents: i64) -> Self {
        Self::Money(Money::from_cents(cents))
    }

    /// A record of these fields; a name given twice keeps its last value.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Record(
            fields
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// A list of these values.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// Whether this value can be read through and through, without meeting a hole.
    pub fn is_complete(&self) -> bool {
        match self {
            Self::List(items) => items.iter().all(Self::is_complete),
            Self::Record(fields) => fields.values().all(Self::is_complete),
            Self::Unknown(_) => false,
            Self::Bool(_)
            | Self::Integer(_)
            | Self::Money(_)
            | Self::Text(_)
            | Self::Date(_)
            | Self::Moment(_) => true,
        }
    }

    /// The word for what kind of value this is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "an integer",
            Self::Money(_) => "an amount of money",
            Self::Text(_) => "a text",
            Self::Date(_) => "a date",
            Self::Moment(_) => "a date and time",
            Self::List(_) => "a list",
            Self::Record(_) => "a record",
            Self::Unknown(_) => "an unknown value",
        }
    }
}

/// Shows the value as a condition would write it: `true`, `2`, `30000.50`, `"mairie"`, `2021-07-01`, `[1, 2]`,
/// `{born_on: 2021-07-01}`; a hole shows its reason.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Money(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Date(value) => write!(f, "{value}"),
            Self::Moment(value) => write!(f, "{}", value.format("%Y-%m-%dT%H:%M:%S%.f")),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            Self::Record(fields) => {
                f.write_str("{")?;
                for (index, (name, value)) in fields.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{name}: {value}")?;
                }
                f.write_str("}")
            }
            Self::Unknown(reason) => write!(f, "({reason})"),
        }
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

value_from! {
    bool => Bool, i64 => Integer, Money => Money, &str => Text, String => Text,
    NaiveDate => Date, NaiveDateTime => Moment, Vec<Value> => List, BTreeMap<String, Value> => Record,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_value_shows_itself_as_a_condition_would_write_it() {
        let born_on = NaiveDate::from_ymd_opt(2021, 7, 1).unwrap();
        let value = Value::record([
            ("born_on", Value::from(born_on)),
            ("at", Value::from(born_on.and_hms_opt(8, 5, 0).unwrap())),
            ("income", Value::cents(3_000_050)),
            (
                "names",
                Value::list([Value::text("Zoé \"Z\""), Value::Unknown(Reason::Erased)]),
            ),
        ]);
        assert_eq!(
            value.to_string(),
            r#"{at: 2021-07-01T08:05:00, born_on: 2021-07-01, income: 30000.50, names: ["Zoé \"Z\"", (erased)]}"#
        );
    }

    #[test]
    fn a_hole_anywhere_makes_a_value_incomplete() {
        let whole = Value::record([("a", Value::list([Value::Integer(1)]))]);
        let holed = Value::record([("a", Value::list([Value::Unknown(Reason::NotKnown)]))]);
        assert!(whole.is_complete());
        assert!(!holed.is_complete());
    }
}
