//! Texts, ids, numbers, dates, waits, types: everything that is not a mapping with known keys.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use parcours_core::value::{Field as TypeField, Type};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{Canonical, Part, Read, Reader};
use crate::diagnostic::{Code, did_you_mean};
use crate::source::{At, Span};
use crate::yaml::{Kind, Node};

/// Only decisions rest on it.
fn decides(part: Part, text: impl Into<String>) -> Option<Canonical> {
    (part == Part::Decisions).then(|| Canonical::Text(text.into()))
}

/// The text of a scalar; lists and mappings are reported.
fn scalar<'n>(node: &'n Node, expected: &str, reader: &mut Reader<'_>) -> Option<&'n str> {
    match &node.kind {
        Kind::Scalar { text, .. } => Some(text),
        Kind::List(_) | Kind::Map(_) => {
            let remedy = match &node.kind {
                Kind::Map(_) if expected.contains("expression") => {
                    "quote the text: braces and `: ` mean a mapping to YAML"
                }
                Kind::List(_) if expected.contains("expression") => {
                    "quote the text: brackets mean a list to YAML"
                }
                _ => "write it on one line after the colon, in quotes if it contains `: ` or `#`",
            };
            reader.wrong_shape(node, expected, remedy);
            None
        }
    }
}

/// A text: a name, an address, a condition. What it means is checked later.
pub(crate) type Text = At<String>;

impl Read for Text {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = scalar(node, "a text or an expression", reader)?;
        Some(At {
            value: text.to_owned(),
            span: node.span,
        })
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }

    /// Spaces outside of quotes say nothing.
    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, without_layout(&self.value))
    }
}

/// `fact.a>=2` for `fact.a  >= 2`: spaces stay within quotes, and between words as one.
fn without_layout(text: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut escaped = false;
    let mut space = false;
    for c in text.chars() {
        if let Some(open) = quote {
            out.push(c);
            let ends = c == open && !escaped;
            escaped = c == '\\' && !escaped;
            if ends {
                quote = None;
            }
            continue;
        }
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && word(c) && out.chars().last().is_some_and(word) {
            out.push(' ');
        }
        space = false;
        if matches!(c, '\'' | '"') {
            quote = Some(c);
        }
        out.push(c);
    }
    out
}

/// A snake_case id, or several joined by points (`caf.read_household`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) At<String>);

impl Id {
    /// Reports `text` when it is not snake_case.
    pub(crate) fn check(text: &str, span: Span, reader: &mut Reader<'_>) -> bool {
        let good = |part: &str| {
            let mut chars = part.chars();
            part.len() <= 64
                && chars.next().is_some_and(|c| c.is_ascii_lowercase())
                && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let fine = good(text);
        if !fine {
            let message = format!("`{text}` is not an id");
            let remedy = "write small letters without accents, digits and `_`, a letter first, at most 64: `declare_birth`";
            reader.report(Code::BadId, span, message, remedy);
        }
        fine
    }
}

impl Read for Id {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = scalar(node, "an id", reader)?;
        let parts: Vec<bool> = text
            .split('.')
            .map(|part| Self::check(part, node.span, reader))
            .collect();
        parts.into_iter().all(|fine| fine).then(|| {
            Self(At {
                value: text.to_owned(),
                span: node.span,
            })
        })
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$" })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, &self.0.value)
    }
}

/// A date, `2021-07-01`.
pub(crate) type Day = At<NaiveDate>;

/// Reads `2021-07-01` and no other spelling.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (date.to_string() == text).then_some(date)
}

impl Read for Day {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = scalar(node, "a date", reader)?;
        let value = day(text);
        if value.is_none() {
            let message = format!("`{text}` is not a date");
            reader.report(
                Code::WrongShape,
                node.span,
                message,
                "write year-month-day, a day that exists: `2021-07-01`",
            );
        }
        Some(At {
            value: value?,
            span: node.span,
        })
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, self.value.to_string())
    }
}

/// A whole number from 1.
#[derive(Clone, Debug)]
pub(crate) struct Number(pub(crate) u32);

impl Read for Number {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let number = scalar(node, "a number", reader)?
            .parse()
            .ok()
            .filter(|number| *number >= 1);
        if number.is_none() {
            reader.wrong_shape(node, "a whole number from 1", "write digits only: `6`");
        }
        number.map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1 })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, self.0.to_string())
    }
}

/// `true` or `false`.
#[derive(Clone, Debug)]
pub(crate) struct Flag(pub(crate) bool);

impl Read for Flag {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Scalar { text, plain: true } if text == "true" => Some(Self(true)),
            Kind::Scalar { text, plain: true } if text == "false" => Some(Self(false)),
            _ => {
                reader.wrong_shape(
                    node,
                    "`true` or `false`",
                    "write `true` or `false`, without quotes",
                );
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "boolean" })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, self.0.to_string())
    }
}

/// How long to wait: `30s`, `5m`, `6h`, `2d`.
#[derive(Clone, Debug)]
pub(crate) struct Wait(pub(crate) Duration);

impl Read for Wait {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = scalar(node, "a wait", reader)?;
        let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
        let wait = units.iter().find_map(|(unit, seconds)| {
            let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
            (count <= 100_000).then(|| Duration::from_secs(count * seconds))
        });
        if wait.is_none() {
            let message = format!("`{text}` is not a wait");
            reader.report(
                Code::WrongShape,
                node.span,
                message,
                "write seconds, minutes, hours or days: `30s`, `5m`, `6h`, `2d`",
            );
        }
        wait.map(Self)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+[smhd]$" })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, self.0.as_secs().to_string())
    }
}

/// A value of a type said elsewhere: `11`, `1250.50`, `true`, a text, a date.
#[derive(Clone, Debug)]
pub(crate) struct Literal(pub(crate) At<String>);

impl Read for Literal {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = scalar(node, "a value", reader)?;
        Some(Self(At {
            value: text.to_owned(),
            span: node.span,
        }))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, &self.0.value)
    }
}

/// Anything; whoever knows what it is reads it: a date rule, a JSON Schema, an example.
#[derive(Clone, Debug)]
pub(crate) struct Raw(pub(crate) Node);

impl Read for Raw {
    fn read(node: &Node, _: &mut Reader<'_>) -> Option<Self> {
        Some(Self(node.clone()))
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        fn of(node: &Node) -> Canonical {
            match &node.kind {
                Kind::Scalar { text, .. } => Canonical::Text(without_layout(text)),
                Kind::List(items) => Canonical::List(items.iter().map(of).collect()),
                Kind::Map(entries) => Canonical::Map(
                    entries
                        .iter()
                        .map(|(key, node)| (key.value.clone(), of(node)))
                        .collect(),
                ),
            }
        }
        (part == Part::Decisions).then(|| of(&self.0))
    }
}

/// A type: `integer`, `{ list: date }`, `{ record: { child: integer, optional_note?: text } }`.
#[derive(Clone, Debug)]
pub(crate) struct TypeText {
    pub(crate) ty: Type,
    pub(crate) span: Span,
}

/// The plain types, by the word for each.
const PLAIN: &[(&str, Type)] = &[
    ("boolean", Type::Bool),
    ("integer", Type::Integer),
    ("money", Type::Money),
    ("text", Type::Text),
    ("date", Type::Date),
    ("moment", Type::Moment),
];

impl TypeText {
    fn ty(node: &Node, reader: &mut Reader<'_>) -> Option<Type> {
        match &node.kind {
            Kind::Scalar { text, .. } => {
                let plain = PLAIN.iter().find(|(word, _)| word == text);
                if plain.is_none() {
                    let remedy = did_you_mean(text, PLAIN.iter().map(|(word, _)| *word));
                    reader.report(
                        Code::UnknownWord,
                        node.span,
                        format!("`{text}` is not a type"),
                        remedy,
                    );
                }
                plain.map(|(_, ty)| ty.clone())
            }
            Kind::Map(entries) if entries.len() == 1 && entries[0].0.value == "list" => {
                Self::ty(&entries[0].1, reader).map(Type::list)
            }
            Kind::Map(entries) if entries.len() == 1 && entries[0].0.value == "record" => {
                Self::fields(&entries[0].1, reader)
            }
            Kind::Map(_) | Kind::List(_) => {
                reader.wrong_shape(
                    node,
                    "a type",
                    "write `boolean`, `integer`, `money`, `text`, `date`, `moment`, `{ list: TYPE }` or `{ record: { name: TYPE } }`",
                );
                None
            }
        }
    }

    /// The fields of a record; `name?` may be lacking.
    fn fields(node: &Node, reader: &mut Reader<'_>) -> Option<Type> {
        let Kind::Map(entries) = &node.kind else {
            reader.wrong_shape(
                node,
                "names with their types",
                "write `{ name: TYPE, optional_name?: TYPE }`",
            );
            return None;
        };
        let mut fields = BTreeMap::new();
        let mut whole = true;
        for (key, node) in entries {
            let (name, optional) = key
                .value
                .strip_suffix('?')
                .map_or((key.value.as_str(), false), |name| (name, true));
            let good = Id::check(name, key.span, reader);
            match Self::ty(node, reader) {
                Some(ty) if good => {
                    fields.insert(name.to_owned(), TypeField { ty, optional });
                }
                _ => whole = false,
            }
        }
        whole.then_some(Type::Record(fields))
    }
}

impl Read for TypeText {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Self::ty(node, reader).map(|ty| Self {
            ty,
            span: node.span,
        })
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "enum": PLAIN.iter().map(|(word, _)| *word).collect::<Vec<_>>() },
            { "type": "object", "minProperties": 1, "maxProperties": 1, "properties": { "list": {}, "record": { "type": "object" } }, "additionalProperties": false },
        ] })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        decides(part, type_text(&self.ty))
    }
}

/// The fields of a record, without the word `record`: arguments, replies, what an event says.
#[derive(Clone, Debug)]
pub(crate) struct FieldsText(pub(crate) TypeText);

impl Read for FieldsText {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        TypeText::fields(node, reader).map(|ty| {
            Self(TypeText {
                ty,
                span: node.span,
            })
        })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let of = TypeText::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": of })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        self.0.canonical(part)
    }
}

/// A type in one line, unlike any other type.
fn type_text(ty: &Type) -> String {
    match ty {
        Type::List(of) => format!("list({})", type_text(of)),
        Type::Record(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, field)| {
                    format!(
                        "{name}{}:{}",
                        if field.optional { "?" } else { "" },
                        type_text(&field.ty)
                    )
                })
                .collect();
            format!("record({})", fields.join(","))
        }
        Type::Choice(words) => format!("choice({words:?})"),
        plain => PLAIN
            .iter()
            .find(|(_, ty)| ty == plain)
            .map_or_else(String::new, |(word, _)| (*word).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_of_an_expression_says_nothing_and_its_words_do() {
        assert_eq!(
            without_layout(" fact.a  >=  2"),
            without_layout("fact.a>=2")
        );
        assert_ne!(
            without_layout("fact.a == 'x y'"),
            without_layout("fact.a == 'xy'")
        );
        assert_eq!(without_layout("a in  b"), "a in b");
        assert_ne!(without_layout(r"'a\' b'"), without_layout(r"'a\'b'"));
    }

    #[test]
    fn a_day_has_one_spelling() {
        assert!(day("2021-07-01").is_some());
        assert_eq!(day("2021-7-1"), None);
        assert_eq!(day("2026-02-30"), None);
        assert_eq!(day("+2021-07-01"), None);
    }
}
