//! Words people read, in French and in English.

use parcours_core::definition::Words;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::record::keys_of;
use super::{Canonical, Part, Read, Reader, Text};
use crate::diagnostic::Code;
use crate::source::{At, Span};
use crate::yaml::Node;

/// `{ fr: "Naissance", en: "Birth" }`.
#[derive(Clone, Debug)]
pub(crate) struct RawWords {
    pub(crate) fr: At<String>,
    pub(crate) en: At<String>,
}

impl RawWords {
    /// The words, as people read them.
    pub(crate) fn words(&self) -> Words {
        Words {
            fr: self.fr.value.clone(),
            en: self.en.value.clone(),
        }
    }
}

impl Read for RawWords {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if !keys_of(node, "words", &["fr", "en"], reader) {
            return None;
        }
        let fr = language(node, "fr", "French", reader);
        let en = language(node, "en", "English", reader);
        Some(Self { fr: fr?, en: en? })
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": { "fr": { "type": "string", "minLength": 1 }, "en": { "type": "string", "minLength": 1 } },
            "required": ["fr", "en"],
            "additionalProperties": false,
        })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        match part {
            Part::Decisions => None,
            Part::Wording => Canonical::map([
                (
                    "fr".to_owned(),
                    Some(Canonical::Text(self.fr.value.clone())),
                ),
                (
                    "en".to_owned(),
                    Some(Canonical::Text(self.en.value.clone())),
                ),
            ]),
        }
    }
}

fn language(words: &Node, key: &str, name: &str, reader: &mut Reader<'_>) -> Option<At<String>> {
    let whole: Span = words.span;
    match words.get(key) {
        None => {
            let remedy =
                format!("add `{key}: \"…\"`: everybody reads the pages in French or in English");
            reader.report(
                Code::NoLanguage,
                whole,
                format!("these words are not said in {name}"),
                remedy,
            );
            None
        }
        Some(node) if node.is_empty() => {
            empty(node.span, name, reader);
            None
        }
        Some(node) => {
            let text = Text::read(node, reader)?;
            if text.value.trim().is_empty() {
                empty(node.span, name, reader);
                return None;
            }
            Some(At {
                value: text.value.trim().to_owned(),
                span: node.span,
            })
        }
    }
}

fn empty(span: Span, name: &str, reader: &mut Reader<'_>) {
    reader.report(
        Code::EmptyWords,
        span,
        format!("the words in {name} are empty"),
        "say it in a short, plain sentence",
    );
}
