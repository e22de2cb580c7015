//! Placeholders in words: `{value.paternity_days}`, and under `each: vehicle`, `{vehicle.plate}`.

use parcours_core::definition::Words;
use parcours_core::value::Type;

use super::graph::Thing;
use super::scope::Checker;
use crate::diagnostic::{Code, did_you_mean};
use crate::read::RawWords;
use crate::source::At;

impl Checker<'_> {
    /// The words, with their placeholders checked.
    pub(super) fn words(&mut self, raw: &RawWords) -> Words {
        let all_exist = self.placeholders(&raw.fr) & self.placeholders(&raw.en);
        let mut fr = names(&raw.fr.value);
        let mut en = names(&raw.en.value);
        fr.sort_unstable();
        en.sort_unstable();
        fr.dedup();
        en.dedup();
        // A name that does not exist is told by itself.
        if all_exist && fr != en {
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

    /// Whether all that the text shows exists.
    fn placeholders(&mut self, text: &At<String>) -> bool {
        let mut all_exist = true;
        for (at, _) in text.value.match_indices('{') {
            let rest = &text.value[at + 1..];
            let end = rest.find('}').unwrap_or(rest.len());
            let name = &rest[..end];
            let span = self
                .report
                .inside(text, at..(at + 2 + end).min(text.value.len()));
            let thing = match name.split_once('.') {
                Some(("value", id)) => Some((self.declares("value", id), Thing::Value(id.into()))),
                Some(("date", id)) => Some((self.declares("date", id), Thing::Date(id.into()))),
                Some(("fact", id)) => Some((self.declares("fact", id), Thing::Fact(id.into()))),
                _ => None,
            };
            let own = self.own_properties();
            match thing {
                Some((true, thing)) => {
                    self.used.insert(name.to_owned());
                    self.is_read(thing, span);
                }
                None if own.iter().any(|property| property == name) => {}
                Some((false, _)) | None => {
                    let known = self.placeholder_names();
                    let known = known.iter().chain(&own).map(String::as_str);
                    let remedy = did_you_mean(name, known);
                    let message = match own.is_empty() {
                        true => format!("`{{{name}}}` names no value, date or fact"),
                        false => format!(
                            "`{{{name}}}` names no value, date or fact, nor anything of the one this is for"
                        ),
                    };
                    self.report.report(Code::Placeholder, span, message, remedy);
                    all_exist = false;
                }
            }
        }
        all_exist
    }

    /// `vehicle.plate`, for all that can be written out of the one that a step is for.
    fn own_properties(&self) -> Vec<String> {
        let Some((Thing::Step(_) | Thing::Fact(_), Some(role))) = &self.owner else {
            return Vec::new();
        };
        let Some(Type::Record(fields)) = self.env.people.get(role) else {
            return Vec::new();
        };
        let written = fields.iter().filter(|(_, field)| is_written_out(&field.ty));
        written.map(|(name, _)| format!("{role}.{name}")).collect()
    }
}

/// Whether a value of it can stand in a text as it is: a choice is a word of the schema, not of people.
fn is_written_out(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Text | Type::Integer | Type::Money | Type::Date | Type::Moment
    )
}

fn names(text: &str) -> Vec<&str> {
    text.match_indices('{')
        .filter_map(|(at, _)| text[at + 1..].split('}').next())
        .collect()
}
