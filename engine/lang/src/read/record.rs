//! Mappings with known keys, lists, and mappings from ids.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::{Canonical, Id, Part, Read, Reader};
use crate::diagnostic::{Code, did_you_mean};
use crate::source::{At, Span};
use crate::yaml::{Kind, Node};

/// A field of a record.
pub(crate) trait Field: Sized {
    /// Whether the record must have it.
    const REQUIRED: bool;
    /// Reads it, or notes that it is not there.
    fn read(
        found: Option<&Node>,
        key: &'static str,
        record: (&'static str, Span),
        reader: &mut Reader<'_>,
    ) -> Self;
    /// The schema of its value.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
    /// What of it is hashed.
    fn canonical(&self, part: Part) -> Option<Canonical>;
}

/// A field that must be there; `None` when it is not or cannot be read, which is reported.
#[derive(Clone, Debug)]
pub(crate) struct Req<T>(pub(crate) Option<T>);

/// A field that may be there.
#[derive(Clone, Debug)]
pub(crate) enum Opt<T> {
    /// It is not there.
    Absent,
    /// It is there and cannot be read, which is reported.
    Broken,
    /// It says this.
    Given(T),
}

impl<T> Req<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T> Opt<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Broken => None,
        }
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T: Read> Field for Req<T> {
    const REQUIRED: bool = true;

    fn read(
        found: Option<&Node>,
        key: &'static str,
        record: (&'static str, Span),
        reader: &mut Reader<'_>,
    ) -> Self {
        match found {
            Some(node) if !node.is_empty() => Self(T::read(node, reader)),
            Some(_) | None => {
                let (what, span) = record;
                let at = found.map_or(span, |node| node.span);
                let message = format!("{what} has no `{key}`");
                reader.report(Code::MissingKey, at, message, format!("add `{key}:` to it"));
                Self(None)
            }
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        self.0.as_ref()?.canonical(part)
    }
}

impl<T: Read> Field for Opt<T> {
    const REQUIRED: bool = false;

    fn read(
        found: Option<&Node>,
        key: &'static str,
        record: (&'static str, Span),
        reader: &mut Reader<'_>,
    ) -> Self {
        match found {
            None => Self::Absent,
            Some(node) if node.is_empty() => {
                let (what, _) = record;
                let message = format!("`{key}` of {what} says nothing");
                reader.report(
                    Code::MissingKey,
                    node.span,
                    message,
                    "say something after the colon, or remove the key",
                );
                Self::Broken
            }
            Some(node) => T::read(node, reader).map_or(Self::Broken, Self::Given),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        self.get()?.canonical(part)
    }
}

/// Reports what is not a mapping, and keys that the record does not have.
pub(crate) fn keys_of(
    node: &Node,
    what: &'static str,
    known: &[&'static str],
    reader: &mut Reader<'_>,
) -> bool {
    let Kind::Map(entries) = &node.kind else {
        reader.wrong_shape(
            node,
            &format!("{what} (a mapping)"),
            &format!(
                "write `{{ {}: … }}`; its keys are {}",
                known.first().copied().unwrap_or_default(),
                known.join(", ")
            ),
        );
        return false;
    };
    for (key, _) in entries {
        if !known.contains(&key.value.as_str()) {
            let message = format!("{what} has no key `{}`", key.value);
            reader.report(
                Code::UnknownKey,
                key.span,
                message,
                did_you_mean(&key.value, known.iter().copied()),
            );
        }
    }
    true
}

/// Declares a record: its name in messages, then its fields. See the module.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $name:ident as $what:literal {
            $($(#[doc = $field_doc:literal])+ $field:ident: $ty:ty,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub(crate) struct $name {
            /// Where it is written.
            #[expect(clippy::allow_attributes, reason = "not every record's place is asked for")]
            #[allow(dead_code, reason = "not every record's place is asked for")]
            pub(crate) span: $crate::source::Span,
            $($(#[doc = $field_doc])+ pub(crate) $field: $ty,)+
        }

        impl $crate::read::Read for $name {
            fn read(node: &$crate::yaml::Node, reader: &mut $crate::read::Reader<'_>) -> Option<Self> {
                use $crate::read::Field as _;
                const KEYS: &[&str] = &[$($crate::read::record::key(stringify!($field)),)+];
                if !$crate::read::record::keys_of(node, $what, KEYS, reader) {
                    return None;
                }
                let record = ($what, node.span);
                Some(Self {
                    span: node.span,
                    $($field: {
                        const KEY: &str = $crate::read::record::key(stringify!($field));
                        <$ty>::read(node.get(KEY), KEY, record, reader)
                    },)+
                })
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                struct Schemed;
                impl schemars::JsonSchema for Schemed {
                    fn schema_name() -> std::borrow::Cow<'static, str> {
                        stringify!($name).trim_start_matches("Raw").into()
                    }

                    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                        $crate::read::record::record_schema(
                            &[$($doc,)+],
                            vec![$((
                                $crate::read::record::key(stringify!($field)),
                                <$ty as $crate::read::Field>::schema(generator),
                                <$ty as $crate::read::Field>::REQUIRED,
                                &[$($field_doc,)+] as &[&str],
                            ),)+],
                        )
                    }
                }
                generator.subschema_for::<Schemed>()
            }

            fn canonical(&self, part: $crate::read::Part) -> Option<$crate::read::Canonical> {
                use $crate::read::Field as _;
                $crate::read::Canonical::map([
                    $(($crate::read::record::key(stringify!($field)).to_owned(), self.$field.canonical(part)),)+
                ])
            }
        }
    };
}
pub(crate) use record;

/// A field's key: `type` for `r#type`.
pub(crate) const fn key(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// The schema of a record, with the comments of its declaration as descriptions.
pub(crate) fn record_schema(doc: &[&str], fields: Vec<(&str, Schema, bool, &[&str])>) -> Schema {
    let text = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.2)
        .map(|field| field.0)
        .collect();
    let properties: serde_json::Map<String, serde_json::Value> = fields
        .iter()
        .map(|(key, schema, _, doc)| {
            let described = json!({ "description": text(doc), "allOf": [schema] });
            ((*key).to_owned(), described)
        })
        .collect();
    json_schema!({
        "type": "object",
        "description": text(doc),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Declares a closed choice of words and what each means.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $name:ident as $what:literal => $target:ty { $($word:literal => $value:expr,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub(crate) struct $name {
            #[expect(clippy::allow_attributes, reason = "a choice of one word has nothing to tell")]
            #[allow(dead_code, reason = "a choice of one word has nothing to tell")]
            pub(crate) value: $target,
            /// As it is written.
            pub(crate) word: &'static str,
        }

        impl $crate::read::Read for $name {
            fn read(node: &$crate::yaml::Node, reader: &mut $crate::read::Reader<'_>) -> Option<Self> {
                const WORDS: &[&str] = &[$($word,)+];
                let given = $crate::read::Text::read(node, reader)?;
                $(if given.value == $word {
                    return Some(Self { value: $value, word: $word });
                })+
                reader.report(
                    $crate::diagnostic::Code::UnknownWord,
                    node.span,
                    format!("`{}` is not {}", given.value, $what),
                    $crate::diagnostic::did_you_mean(&given.value, WORDS.iter().copied()),
                );
                None
            }

            fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "enum": [$($word,)+] })
            }

            fn canonical(&self, part: $crate::read::Part) -> Option<$crate::read::Canonical> {
                (part == $crate::read::Part::Decisions)
                    .then(|| $crate::read::Canonical::Text(self.word.to_owned()))
            }
        }
    };
}
pub(crate) use choice;

/// What people read and no decision rests on: an article, a unit.
#[derive(Clone, Debug)]
pub(crate) struct Said<T>(pub(crate) T);

impl<T: Read> Read for Said<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, reader).map(Self)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        match part {
            Part::Decisions => None,
            Part::Wording => Canonical::list([
                self.0.canonical(Part::Decisions),
                self.0.canonical(Part::Wording),
            ]),
        }
    }
}

/// A list.
#[derive(Clone, Debug)]
pub(crate) struct Listed<T> {
    pub(crate) span: Span,
    pub(crate) items: Vec<T>,
    /// Some item could not be read.
    pub(crate) broken: bool,
}

impl<T: Read> Read for Listed<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Kind::List(nodes) = &node.kind else {
            reader.wrong_shape(
                node,
                "a list",
                "write `[ … ]`, or one item a line after `- `",
            );
            return None;
        };
        let items: Vec<T> = nodes
            .iter()
            .filter_map(|node| T::read(node, reader))
            .collect();
        Some(Self {
            span: node.span,
            broken: items.len() < nodes.len(),
            items,
        })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({ "type": "array", "items": items })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        Canonical::list(self.items.iter().map(|item| item.canonical(part)))
    }
}

/// A mapping from ids, in the order written. A value that cannot be read keeps its name, so that what names it still does.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub(crate) entries: Vec<(At<String>, Option<T>)>,
}

impl<T> Named<T> {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.value.as_str())
    }
}

impl<T: Read> Read for Named<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            reader.wrong_shape(node, "a mapping from ids", "write `name: …`, one a line");
            return None;
        };
        let entries = entries
            .iter()
            .map(|(name, node)| {
                Id::check(&name.value, name.span, reader);
                (name.clone(), T::read(node, reader))
            })
            .collect();
        Some(Self { entries })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
            "additionalProperties": items,
        })
    }

    fn canonical(&self, part: Part) -> Option<Canonical> {
        // The order of the file is the order people read in; no decision rests on it.
        let order = (part == Part::Wording).then(|| {
            Canonical::list(
                self.names()
                    .map(|name| Some(Canonical::Text(name.to_owned()))),
            )
        });
        let entries = self.entries.iter().map(|(name, value)| {
            let value = value.as_ref().and_then(|value| value.canonical(part));
            let held = (part == Part::Decisions).then(|| Canonical::Text(String::new()));
            (name.value.clone(), value.or(held))
        });
        Canonical::map(entries.chain([("(order)".to_owned(), order.flatten())]))
    }
}
