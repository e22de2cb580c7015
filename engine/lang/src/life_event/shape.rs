//! From JSON Schema to our types.
//!
//! | schema | type |
//! |---|---|
//! | `type: object`, `properties`, `required`, `additionalProperties: false` | record |
//! | `type: array`, `items` | list |
//! | `type: string` · with `enum` · `format: date` · `format: date-time` · `format: money` | text · choice · date · moment · money |
//! | `type: integer` · `type: boolean` · `type: number` with `multipleOf: 0.01` | integer · boolean · money |
//!
//! Everything that only narrows (`pattern`, `minimum`, `minItems`, …) may stand beside these and is checked by the schema itself.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::value::{Field, Type};
use serde_json::Value as Json;

/// Something in a schema that no type of ours can be read from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unsupported {
    /// JSON pointer of the place.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) remedy: String,
}

/// Keys that decide a shape in ways a type cannot follow.
const REFUSED: &[&str] = &[
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "prefixItems",
    "patternProperties",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// The type of data that a schema accepts, or everything in it that has none.
pub(crate) fn shape(schema: &Json) -> Result<Type, Vec<Unsupported>> {
    let mut problems = Vec::new();
    let ty = read(schema, "", &mut problems);
    match ty {
        Some(ty) if problems.is_empty() => Ok(ty),
        _ => Err(problems),
    }
}

fn read(schema: &Json, pointer: &str, problems: &mut Vec<Unsupported>) -> Option<Type> {
    let mut refuse = |at: String, message: &str, remedy: &str| {
        problems.push(Unsupported {
            pointer: at,
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        });
    };
    let Some(object) = schema.as_object() else {
        refuse(
            pointer.to_owned(),
            "a schema is a mapping",
            "write `type:` and what goes with it",
        );
        return None;
    };
    for key in REFUSED.iter().filter(|key| object.contains_key(**key)) {
        let message = format!("`{key}` would give this data more than one shape");
        refuse(
            format!("{pointer}/{key}"),
            &message,
            "write each shape out, or publish two types of life event",
        );
    }
    let format = object.get("format").and_then(Json::as_str);
    match object.get("type").and_then(Json::as_str) {
        Some("string") => match (object.get("enum"), format) {
            (Some(words), _) => {
                let words: Option<BTreeSet<String>> = words.as_array().and_then(|words| {
                    words
                        .iter()
                        .map(|word| word.as_str().map(str::to_owned))
                        .collect()
                });
                if words.is_none() {
                    refuse(
                        format!("{pointer}/enum"),
                        "the choices of a text are texts",
                        "quote each choice",
                    );
                }
                words.map(Type::Choice)
            }
            (None, Some("date")) => Some(Type::Date),
            (None, Some("date-time")) => Some(Type::Moment),
            (None, Some("money")) => Some(Type::Money),
            (None, _) => Some(Type::Text),
        },
        Some("integer") => Some(Type::Integer),
        Some("boolean") => Some(Type::Bool),
        Some("number") => {
            let cents = object.get("multipleOf").and_then(Json::as_f64) == Some(0.01);
            if !cents {
                refuse(
                    format!("{pointer}/type"),
                    "a number that is neither an integer nor money",
                    "write `type: integer`, or `type: number` with `multipleOf: 0.01` for an amount of money",
                );
            }
            cents.then_some(Type::Money)
        }
        Some("array") => match object.get("items") {
            Some(items) => read(items, &format!("{pointer}/items"), problems).map(Type::list),
            None => {
                refuse(
                    pointer.to_owned(),
                    "a list whose items are not described",
                    "add `items:`",
                );
                None
            }
        },
        Some("object") => {
            if object.get("additionalProperties") != Some(&Json::Bool(false)) {
                refuse(
                    pointer.to_owned(),
                    "an object that accepts properties nobody described",
                    "add `additionalProperties: false`: what is not needed is not taken",
                );
            }
            record(object, pointer, problems)
        }
        other => {
            let message = match other {
                Some(other) => format!("`{other}` is not a type that can be used"),
                None => "nothing says which type this is".to_owned(),
            };
            refuse(
                format!("{pointer}/type"),
                &message,
                "write `type: object`, `array`, `string`, `integer`, `boolean` or `number`",
            );
            None
        }
    }
}

fn record(
    object: &serde_json::Map<String, Json>,
    pointer: &str,
    problems: &mut Vec<Unsupported>,
) -> Option<Type> {
    let none = serde_json::Map::new();
    let properties = object
        .get("properties")
        .and_then(Json::as_object)
        .unwrap_or(&none);
    let required: Vec<&str> = object
        .get("required")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    for name in required
        .iter()
        .filter(|name| !properties.contains_key(**name))
    {
        problems.push(Unsupported {
            pointer: format!("{pointer}/required"),
            message: format!("`{name}` is required and is not among the properties"),
            remedy: "describe it under `properties`, or do not require it".to_owned(),
        });
    }
    let mut fields = BTreeMap::new();
    for (name, schema) in properties {
        let ty = read(schema, &format!("{pointer}/properties/{name}"), problems);
        if let Some(ty) = ty {
            fields.insert(
                name.clone(),
                Field {
                    ty,
                    optional: !required.contains(&name.as_str()),
                },
            );
        }
    }
    Some(Type::Record(fields))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_has_a_type() {
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["born_on"],
            "properties": {
                "born_on": { "type": "string", "format": "date" },
                "income": { "type": "number", "multipleOf": 0.01 },
                "children": { "type": "array", "items": { "type": "string", "enum": ["a", "b"] } },
            },
        });
        let expected = Type::record([
            ("born_on", Field::required(Type::Date)),
            ("income", Field::optional(Type::Money)),
            (
                "children",
                Field::optional(Type::list(Type::choice(["a", "b"]))),
            ),
        ]);
        assert_eq!(shape(&schema), Ok(expected));
    }

    #[test]
    fn every_place_without_a_type_is_named() {
        let schema = json!({
            "type": "object", "required": ["b"],
            "properties": { "a": { "type": "number" }, "c": { "oneOf": [] } },
        });
        let found: Vec<String> = shape(&schema)
            .expect_err("bad")
            .into_iter()
            .map(|problem| problem.pointer)
            .collect();
        assert_eq!(
            found,
            [
                "",
                "/required",
                "/properties/a/type",
                "/properties/c/oneOf",
                "/properties/c/type"
            ]
        );
    }
}
