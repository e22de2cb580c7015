//! From text to checked rules.

use std::collections::BTreeMap;

use miette::SourceSpan;
use parcours_core::calendar::{DateRule, Timing, WindowRule};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_saphyr::{Error, Location, Spanned};

use super::{DateRuleError, NameText, RawRule, RawWindow, check, check_in_journey};

/// A date rule in YAML, checked.
///
/// # Errors
///
/// Every problem of the rule; one alone when it is not even YAML of that shape.
pub fn parse(text: &str) -> Result<DateRule<NameText>, Vec<DateRuleError>> {
    check(&read::<Spanned<RawRule>>(text)?)
}

/// A date rule of a journey in YAML, checked.
///
/// # Errors
///
/// As [`parse`]; and where it does not name all that it needs to know of the person.
pub fn parse_in_journey(text: &str) -> Result<DateRule<NameText>, Vec<DateRuleError>> {
    check_in_journey(&read::<Spanned<RawRule>>(text)?)
}

/// What `parcours calendar due` takes: a date rule, or `not_before:` and one, or `window:` with `opens` and `closes`.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_timing(text: &str) -> Result<Timing<NameText>, Vec<DateRuleError>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NotBefore {
        not_before: Spanned<RawRule>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Window {
        window: Spanned<RawWindow>,
    }
    let keys: BTreeMap<String, IgnoredAny> = read(text)?;
    if keys.contains_key("not_before") {
        return check(&read::<NotBefore>(text)?.not_before).map(Timing::NotBefore);
    }
    if keys.contains_key("window") {
        let RawWindow { opens, closes } = read::<Window>(text)?.window.value;
        return match (check(&opens), check(&closes)) {
            (Ok(opens), Ok(closes)) => Ok(Timing::Window(WindowRule { opens, closes })),
            (opens, closes) => Err([opens.err(), closes.err()]
                .into_iter()
                .flatten()
                .flatten()
                .collect()),
        };
    }
    parse(text).map(Timing::Due)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Vec<DateRuleError>> {
    // Read recursively: what is too deep for the checker is not read at all far beyond it, so that the stack never runs out.
    let options = serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        budget: serde_saphyr::budget! { max_depth: 20 },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| vec![not_a_rule(&error)])
}

fn not_a_rule(error: &Error) -> DateRuleError {
    let error = error.without_snippet();
    let at = error
        .location()
        .map_or_else(|| SourceSpan::from((0, 0)), |location| span(&location));
    match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => {
            let nearest = expected.iter().min_by_key(|key| distance(key, field));
            let remedy = match nearest {
                Some(key) if distance(key, field) <= 3 => format!("did you mean `{key}`?"),
                _ => "docs/date-rules.md lists every key of a date rule".to_owned(),
            };
            DateRuleError::UnknownKey {
                key: field.clone(),
                remedy,
                at,
            }
        }
        other => DateRuleError::NotARule {
            message: lowercase(&other.to_string()),
            at,
        },
    }
}

fn lowercase(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_lowercase().to_string())
        .unwrap_or_default();
    format!("{first}{}", letters.as_str().trim_end_matches('.'))
}

/// How many letters to add, drop or change to go from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for letter in from.chars() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (at, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The bytes that a place in the source covers.
pub(super) fn span(location: &Location) -> SourceSpan {
    let span = location.span();
    let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let start = whole(span.byte_offset().unwrap_or_else(|| span.offset()));
    SourceSpan::from((start, whole(span.byte_len().unwrap_or_else(|| span.len()))))
}
