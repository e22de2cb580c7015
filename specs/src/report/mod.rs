//! What a run says, for whoever reads it.

mod html;
mod json;
mod junit;
mod text;

pub use html::html;
pub use json::json;
pub use junit::junit;
pub use text::{coverage, text};

use crate::run::{Failure, Feature, Trouble};
use crate::words::pick;
use parcours_core::calendar::Language;

/// A text of a language in its typography: in French, curly apostrophes and spaces that do not break. What is in quotes is somebody
/// else's, and stays as it is.
fn typographic(text: &str, language: Language) -> String {
    if language == Language::English {
        return text.to_owned();
    }
    let mut quoted = false;
    let mut set = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        quoted ^= letter == '"';
        let next = letters.peek().copied();
        match letter {
            '\'' if !quoted => set.push('’'),
            ' ' if !quoted && matches!(next, Some(':' | '»')) => set.push('\u{a0}'),
            ' ' if !quoted && matches!(next, Some(';' | '!' | '?')) => set.push('\u{202f}'),
            '«' if !quoted && next == Some(' ') => {
                letters.next();
                set.push_str("«\u{a0}");
            }
            _ => set.push(letter),
        }
    }
    set
}

/// The sentence that failed, in its typography.
fn sentence(feature: &Feature, failure: &Failure) -> String {
    typographic(&failure.sentence, feature.language)
}

/// What is wrong with a sentence, in the words of its language.
fn trouble(feature: &Feature, failure: &Failure) -> String {
    typographic(&plain_trouble(feature, failure), feature.language)
}

fn plain_trouble(feature: &Feature, failure: &Failure) -> String {
    let language = feature.language;
    match &failure.trouble {
        Trouble::Wrong(what) => what.clone(),
        Trouble::Unknown(near) if near.is_empty() => {
            pick(language, ("phrase inconnue", "unknown sentence")).to_owned()
        }
        Trouble::Unknown(near) => {
            let (unknown, near_is) = pick(
                language,
                (
                    ("phrase inconnue", "vouliez-vous dire"),
                    ("unknown sentence", "did you mean"),
                ),
            );
            let before = pick(language, (" ; ", "; "));
            let after = pick(language, (" :", ":"));
            format!("{unknown}{before}{near_is}{after}\n  {}", near.join("\n  "))
        }
        Trouble::Ambiguous(patterns) => {
            let ambiguous = pick(
                language,
                (
                    "phrase ambiguë : elle peut se lire de plusieurs façons",
                    "ambiguous sentence: it can be read in several ways",
                ),
            );
            format!("{ambiguous}\n  {}", patterns.join("\n  "))
        }
    }
}

/// Text with what XML and HTML take for themselves written out, and what they forbid left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(letter),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}
