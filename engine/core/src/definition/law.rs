//! Law, its dates, and the words people read.

use alloc::string::String;

use chrono::NaiveDate;

use crate::expr::Expr;
use crate::name::DefinitionHash;

/// A text in both languages. Never empty in either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// French, as shown on the pages.
    pub fr: String,
    /// English.
    pub en: String,
}

/// An article, and where to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// `Code civil, art. 55`.
    pub reference: String,
    /// An address on Légifrance or service-public.gouv.fr.
    pub url: Option<String>,
}

/// Which dates of fact a rule is the law for: `by` at or after `from`, and before `until`.
///
/// `by` is a date; `max(a, b)` means *a or b on or after the date*, so one known date may decide alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Applies {
    /// The date of fact that chooses; the journey's own when a step or value does not name one.
    pub by: Expr,
    /// First date the rule applies to.
    pub from: NaiveDate,
    /// First date it no longer applies to.
    pub until: Option<NaiveDate>,
}

/// A file that repairs a published one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Hash of the file it stands in for.
    pub replaces: DefinitionHash,
    /// When it was published.
    pub published_on: NaiveDate,
    /// What was wrong.
    pub reason: RevisionReason,
}

/// Why a published file is replaced, and so what happens to open journeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevisionReason {
    /// Words only: shown at once, decides nothing.
    Typo,
    /// The file said what the law never said: open journeys are planned again.
    Error,
    /// The law itself was changed before or after entering into force: open journeys are planned again.
    Amended,
}
