//! What is wrong with an expression.

use std::fmt;
use std::ops::Range;

use super::scan::{Kind, Scanned};

/// One thing wrong with an expression, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// Where, in bytes of the expression's own text.
    pub span: Range<usize>,
    /// What to write instead, or whom it takes to decide.
    pub help: String,
}

impl Problem {
    pub(super) fn new(
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            span,
            help: help.into(),
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal,)+) => {
        /// The kinds of problems; each has a name that never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])+ $variant,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name, as `parcours::condition::unknown_name`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => concat!("parcours::condition::", $name),)+ }
            }
        }
    };
}

codes! {
    /// It is longer, or nests deeper, than a reader could follow.
    TooLong = "too_long",
    /// It cannot be read as an expression.
    Syntax = "syntax",
    /// It uses something that conditions do not have.
    NotSupported = "not_supported",
    /// It asks what time it is.
    NoClock = "no_clock",
    /// It names something that is not declared.
    UnknownName = "unknown_name",
    /// It puts together, or answers, values of the wrong types.
    WrongType = "wrong_type",
    /// An amount is not written in euros and cents.
    BadAmount = "bad_amount",
    /// A date does not exist or is not written as year-month-day.
    BadDate = "bad_date",
    /// A text is compared with a word that it can never be.
    NotAChoice = "not_a_choice",
    /// It reads what may be absent without asking `has()` first.
    MayBeAbsent = "may_be_absent",
    /// It asks `has()` of what is always there.
    AlwaysThere = "always_there",
    /// A macro gives its item a name that already means something.
    TakenName = "taken_name",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the parser could not read, in words of ours: it lists grammar rules, which help nobody.
pub(super) fn syntax(scanned: &Scanned<'_>, errors: &::cel::ParseErrors) -> Problem {
    let source = scanned.source;
    let place = errors
        .errors
        .iter()
        .map(|error| error.pos)
        .filter(|(line, _)| *line > 0)
        .min();
    let start = place.and_then(|(line, column)| {
        let line_start: usize = source
            .split_inclusive('\n')
            .take(usize::try_from(line).ok()?.checked_sub(1)?)
            .map(str::len)
            .sum();
        let column = usize::try_from(column).ok()?;
        // The parser counts columns in characters, the first being 0.
        let within = source
            .get(line_start..)?
            .char_indices()
            .nth(column)
            .map(|(at, _)| at)?;
        Some(line_start + within)
    });
    let token = start.and_then(|start| scanned.tokens.iter().find(|token| token.span.end > start));
    let Some(token) = token else {
        let end = source.trim_end().len();
        let help = "write what comes after the last sign, or take that sign away";
        return Problem::new(
            Code::Syntax,
            end..end,
            "the expression stops too early",
            help,
        );
    };
    let written = scanned.text(token);
    let help = match written {
        "and" | "et" => "write `&&`",
        "or" | "ou" => "write `||`",
        "not" | "non" => "write `!` just before what is not",
        _ if token.kind == Kind::Text => {
            "a backslash stands only before a quote, another backslash, or `n`"
        }
        _ => "look just before it for a missing `&&`, `||`, comma or bracket",
    };
    Problem::new(
        Code::Syntax,
        token.span.clone(),
        format!("`{written}` cannot stand here"),
        help,
    )
}
