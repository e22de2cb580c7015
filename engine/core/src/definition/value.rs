//! Amounts, durations and dates that the law states.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::calendar::DateRule;
use crate::definition::{Law, Words};
use crate::expr::Expr;
use crate::value::Value;

/// A value that changes with the law: 11 days, then 25.
#[derive(Clone, Debug, PartialEq)]
pub struct DatedValue {
    /// Its name on the pages.
    pub title: Option<Words>,
    /// `days`, `euros`, …
    pub unit: String,
    /// The date of fact that chooses; the journey's own when absent.
    pub by: Option<Expr>,
    /// Each value from the date of fact it applies to. Never empty.
    pub from: BTreeMap<NaiveDate, Value>,
    /// Where the law says so.
    pub law: Vec<Law>,
}

/// A date rule with a name, so that conditions can compare it: `date.turns_16 <= event.moved_on`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedDate {
    /// Its name on the pages.
    pub title: Option<Words>,
    /// How it is reckoned.
    pub rule: DateRule<Expr>,
}
