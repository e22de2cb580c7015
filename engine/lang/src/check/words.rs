//! Placeholders in words: `{value.paternity_days}`.

use parcours_core::definition::Words;

use super::scope::Checker;
use crate::diagnostic::{Code, did_you_mean};
use crate::read::RawWords;
use crate::source::At;

impl Checker<'_> {
    /// The words, with their placeholders checked.
    pub(super) fn words(&mut self, raw: &RawWords) -> Words {
        self.placeholders(&raw.fr);
        self.placeholders(&raw.en);
        let mut fr = names(&raw.fr.value);
        let mut en = names(&raw.en.value);
        fr.sort_unstable();
        en.sort_unstable();
        fr.dedup();
        en.dedup();
        if fr != en {
            self.report.report(
                Code::Placeholder,
                raw.en.span,
                "the two languages do not show the same values",
                "put the same placeholders in both: what one reader learns, the other must learn too",
            );
        }
        raw.words()
    }

    pub(super) fn words_of(&mut self, raw: Option<&RawWords>) -> Option<Words> {
        raw.map(|raw| self.words(raw))
    }

    fn placeholders(&mut self, text: &At<String>) {
        for (at, _) in text.value.match_indices('{') {
            let rest = &text.value[at + 1..];
            let end = rest.find('}').unwrap_or(rest.len());
            let name = &rest[..end];
            let span = self
                .report
                .inside(text, at..(at + 2 + end).min(text.value.len()));
            let exists = match name.split_once('.') {
                Some(("value", id)) => self.declares("value", id),
                Some(("date", id)) => self.declares("date", id),
                Some(("fact", id)) => self.declares("fact", id),
                _ => false,
            };
            if exists {
                self.used.insert(name.to_owned());
            } else {
                let known = self.placeholder_names();
                let remedy = did_you_mean(name, known.iter().map(String::as_str));
                let message = format!("`{{{name}}}` names no value, date or fact");
                self.report.report(Code::Placeholder, span, message, remedy);
            }
        }
    }
}

fn names(text: &str) -> Vec<&str> {
    text.match_indices('{')
        .filter_map(|(at, _)| text[at + 1..].split('}').next())
        .collect()
}
