//! Date rules as service designers write them: `{ days: 5, after: child.born_on, roll: next_working_day }`.
//!
//! Reading goes in two steps. [`RawRule`] is the YAML, strict about its keys; it may stand inside other files' raw
//! types, as `Spanned<RawRule>`. [`check`] makes a [`DateRule`] of it whose names are still text with a place in the
//! source ([`NameText`]); `DateRule::try_map` turns those into typed expressions. Every problem of a rule is reported in
//! one pass. The reference for designers is `docs/date-rules.md`.
//!
//! ```
//! use parcours_lang::date_rule;
//!
//! let rule = date_rule::parse("{ days: 5, after: child.born_on, roll: next_working_day, calendar: office }").unwrap();
//! let mut names = Vec::new();
//! rule.for_each_name(&mut |name, _| names.push(name.text.clone()));
//! assert_eq!(names, ["child.born_on"]);
//!
//! let problems = date_rule::parse("{ days: 5, clear_days: 5, after: child.born_on }").unwrap_err();
//! assert_eq!(problems[0].to_string(), "`days` and `clear_days` are two ways to count, in one rule");
//! ```

mod check;
mod error;
mod moves;
mod raw;
mod text;
mod word;

use parcours_core::calendar::DateRule;

pub use check::{check, check_in_journey};
pub use error::DateRuleError;
pub use raw::{RawDistance, RawRule, RawWindow, Text};
pub use text::{parse, parse_in_journey, parse_timing};

/// The name of a date or of an amount, as written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameText {
    /// The expression, as text.
    pub text: String,
    /// Its bytes in the source.
    pub span: miette::SourceSpan,
}

impl AsRef<str> for NameText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// A date rule whose names are still text.
pub type TextRule = DateRule<NameText>;

#[cfg(test)]
mod tests;
