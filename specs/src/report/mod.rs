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

/// What is wrong with a sentence, in the words of its language.
fn trouble(feature: &Feature, failure: &Failure) -> String {
    let language = feature.language;
    match &failure.trouble {
        Trouble::Wrong(what) => what.clone(),
        Trouble::Unknown(None) => {
            pick(language, ("phrase inconnue", "unknown sentence")).to_owned()
        }
        Trouble::Unknown(Some(near)) => {
            let (unknown, near_is) = pick(
                language,
                (
                    ("phrase inconnue", "vouliez-vous dire"),
                    ("unknown sentence", "did you mean"),
                ),
            );
            format!("{unknown}; {near_is} :\n  {near}")
                .replace(" :\n", pick(language, (" :\n", ":\n")))
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
