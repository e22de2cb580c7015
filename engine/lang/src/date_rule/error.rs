//! What may be wrong in a date rule. Each says what, where, and what to write instead.

use miette::{Diagnostic, SourceSpan};

/// One problem of a date rule. Tell the designer; the file is not usable before it is mended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Diagnostic)]
pub enum DateRuleError {
    /// Not YAML, or not the shape of a date rule.
    #[error("{message}")]
    #[diagnostic(
        code(parcours::date_rule::not_a_rule),
        help("a date rule is written between braces: {{ days: 5, after: child.born_on }}")
    )]
    NotARule {
        /// The reader's words.
        message: String,
        /// Where.
        #[label("here")]
        at: SourceSpan,
    },
    /// A key that no date rule has.
    #[error("`{key}` is not a key of a date rule")]
    #[diagnostic(code(parcours::date_rule::unknown_key), help("{remedy}"))]
    UnknownKey {
        /// As written.
        key: String,
        /// What might have been meant.
        remedy: String,
        /// Where.
        #[label("this key")]
        at: SourceSpan,
    },
    /// Nothing says how the date is reckoned.
    #[error("the rule does not say how its date is reckoned")]
    #[diagnostic(
        code(parcours::date_rule::says_nothing),
        help(
            "add a count (`days: 5`), a named day (`first_of: next_month`), or `date:` for the date itself"
        )
    )]
    SaysNothing {
        /// Where.
        #[label("this rule")]
        at: SourceSpan,
    },
    /// Two ways to reckon in one rule.
    #[error("`{first}` and `{second}` are two ways to count, in one rule")]
    #[diagnostic(
        code(parcours::date_rule::says_two_things),
        help(
            "keep one; for one after the other, put the second under `then:` with `after: that_day`"
        )
    )]
    SaysTwoThings {
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// Where the other is.
        #[label("the second")]
        at: SourceSpan,
    },
    /// A key that means nothing beside the others.
    #[error("`{key}` means nothing beside `{beside}`")]
    #[diagnostic(code(parcours::date_rule::misplaced_key), help("{remedy}"))]
    Misplaced {
        /// The key.
        key: &'static str,
        /// What the rule is about.
        beside: &'static str,
        /// What to do.
        remedy: &'static str,
        /// Where.
        #[label("take this out")]
        at: SourceSpan,
    },
    /// A key that another one needs.
    #[error("`{of}` needs {wanted} beside it")]
    #[diagnostic(code(parcours::date_rule::missing_key), help("{remedy}"))]
    Missing {
        /// The key that is there.
        of: &'static str,
        /// What is not.
        wanted: &'static str,
        /// An example.
        remedy: &'static str,
        /// Where.
        #[label("here")]
        at: SourceSpan,
    },
    /// More than one date to start from.
    #[error("`{first}` and `{second}` both say where the rule starts")]
    #[diagnostic(
        code(parcours::date_rule::two_starts),
        help("keep one; for the later of two dates, write `latest_of:` with a rule for each")
    )]
    TwoStarts {
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// Where the other is.
        #[label("the second")]
        at: SourceSpan,
    },
    /// A number that is not one, or out of bounds.
    #[error("`{key}: {found}` is not a number from {least} to {most}")]
    #[diagnostic(
        code(parcours::date_rule::bad_number),
        help(
            "write a whole number, or the name of a value where a count is expected (`value.paternity_days`)"
        )
    )]
    BadNumber {
        /// The key.
        key: &'static str,
        /// As written.
        found: String,
        /// The least it may be.
        least: u16,
        /// The most it may be.
        most: u16,
        /// Where.
        #[label("this number")]
        at: SourceSpan,
    },
    /// A word that the key does not know.
    #[error("`{found}` is not something `{key}` can say")]
    #[diagnostic(
        code(parcours::date_rule::unknown_word),
        help("write one of: {choices}")
    )]
    UnknownWord {
        /// The key.
        key: &'static str,
        /// As written.
        found: String,
        /// What it can say.
        choices: String,
        /// Where.
        #[label("this word")]
        at: SourceSpan,
    },
    /// A list with nothing in it, or a name with no letters.
    #[error("`{key}` is empty")]
    #[diagnostic(code(parcours::date_rule::empty), help("{remedy}"))]
    Empty {
        /// The key.
        key: &'static str,
        /// What to do.
        remedy: &'static str,
        /// Where.
        #[label("here")]
        at: SourceSpan,
    },
    /// `on:` names no day.
    #[error("`on: {found}` is no day of the calendar")]
    #[diagnostic(
        code(parcours::date_rule::no_such_day),
        help("write a day and a month, `on: 31 december`, or a day of the month, `on: 15`")
    )]
    NoSuchDay {
        /// As written.
        found: String,
        /// Where.
        #[label("this day")]
        at: SourceSpan,
    },
    /// `that_day` where there is none.
    #[error("`that_day` is the result of the rule before, and there is none here")]
    #[diagnostic(
        code(parcours::date_rule::no_that_day),
        help("name the date the rule starts from; `that_day` belongs under `then:`")
    )]
    NoThatDay {
        /// Where.
        #[label("nothing comes before this")]
        at: SourceSpan,
    },
    /// Rules inside rules inside rules.
    #[error("the rule is nested more than {most} deep")]
    #[diagnostic(
        code(parcours::date_rule::too_deep),
        help("give a part of it a name under `dates:` and use that")
    )]
    TooDeep {
        /// How deep it may be.
        most: usize,
        /// Where.
        #[label("this one")]
        at: SourceSpan,
    },
}
