//! A type of life event, ready to check data.

use std::fmt;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind as Kind;
use parcours_core::value::{Type, Value};
use serde_json::Value as Json;

use super::from_json;
use super::json::{escape, no_such};

/// One thing wrong with the data of a life event. It never repeats the data, which is about somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}: expected {expected}; {remedy}", at(.pointer))]
pub struct Problem {
    /// JSON pointer of the place (RFC 6901): `/children/0/born_on`; empty for the whole.
    pub pointer: String,
    /// What was expected there, in words.
    pub expected: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// The same, of what is at `pointer` in something larger.
    #[must_use]
    pub fn under(&self, pointer: &str) -> Self {
        Self {
            pointer: format!("{pointer}{}", self.pointer),
            ..self.clone()
        }
    }
}

fn at(pointer: &str) -> &str {
    if pointer.is_empty() {
        "the data"
    } else {
        pointer
    }
}

/// The contract of one type of life event: its schema, compiled, and the type its data has here.
#[derive(Clone)]
pub struct Contract {
    schema: Json,
    validator: Validator,
    ty: Type,
}

impl fmt::Debug for Contract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contract")
            .field("type", &self.ty)
            .finish_non_exhaustive()
    }
}

impl Contract {
    /// The contract that `schema` states, for data of type `ty`.
    ///
    /// # Errors
    /// Where the schema is not JSON Schema 2020-12, and how.
    pub(crate) fn new(schema: Json, ty: Type) -> Result<Self, (String, String)> {
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .with_format("money", |text: &str| {
                text.parse::<parcours_core::value::Money>().is_ok()
            })
            .with_format("date-time", |text: &str| {
                from_json(&Json::from(text), &Type::Moment).is_ok()
            })
            .with_format("date", |text: &str| crate::read::day(text).is_some())
            .build(&schema)
            .map_err(|error| (error.instance_path().to_string(), error.to_string()))?;
        Ok(Self {
            schema,
            validator,
            ty,
        })
    }

    /// The JSON Schema, as publishers get it.
    #[must_use]
    pub fn schema(&self) -> &Json {
        &self.schema
    }

    /// The type its data has in conditions.
    #[must_use]
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Checks data against the schema and reads it.
    ///
    /// # Errors
    /// Every problem, by place: never empty.
    pub fn check(&self, data: &Json) -> Result<Value, Vec<Problem>> {
        let mut problems: Vec<Problem> = self
            .validator
            .iter_errors(data)
            .flat_map(|error| explain(&error, &self.schema))
            .collect();
        if problems.is_empty() {
            match from_json(data, &self.ty) {
                Ok(value) => return Ok(value),
                Err(found) => problems = found,
            }
        }
        problems.sort();
        problems.dedup();
        Err(problems)
    }
}

/// A schema's refusal in our words, without the data.
fn explain(error: &jsonschema::ValidationError<'_>, schema: &Json) -> Vec<Problem> {
    let pointer = error.instance_path().to_string();
    let one = |expected: String, remedy: &str| {
        vec![Problem {
            pointer: pointer.clone(),
            expected,
            remedy: remedy.to_owned(),
        }]
    };
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Problem {
                pointer: format!("{pointer}/{}", escape(name)),
                expected: "a value".to_owned(),
                remedy: format!("add `{name}`"),
            }]
        }
        Kind::AdditionalProperties { unexpected } => {
            let path = error.schema_path().to_string();
            let beside = path.rsplit_once('/').map_or("", |(beside, _)| beside);
            let known = schema.pointer(&format!("{beside}/properties"));
            let known = known.and_then(Json::as_object);
            let names = known.into_iter().flatten().map(|(name, _)| name.as_str());
            unexpected
                .iter()
                .map(|name| no_such(&pointer, name, names.clone()))
                .collect()
        }
        Kind::Format { format } => match format.as_str() {
            "date" => one("a day that exists".to_owned(), "write it as \"2026-03-02\""),
            "date-time" => one(
                "a date and time".to_owned(),
                "write it as \"2026-03-02T14:30:00\", as the clock on the wall shows it",
            ),
            "money" => one(
                "an amount of money".to_owned(),
                "write euros with at most two decimals and a point: \"1250.50\"",
            ),
            other => one(
                format!("a text of the format `{other}`"),
                "write it as the format says",
            ),
        },
        Kind::Enum { options } => one(
            format!("one of {options}"),
            "write one of these words exactly",
        ),
        Kind::Type { kind } => {
            use jsonschema::types::JsonType as Ty;
            let single = match kind {
                jsonschema::error::TypeKind::Single(ty) => Some(*ty),
                jsonschema::error::TypeKind::Multiple(_) => None,
            };
            let (expected, remedy) = match single {
                Some(Ty::String) => (
                    "a text",
                    "write it in quotes, also where it is made of digits: \"69123\"",
                ),
                Some(Ty::Boolean) => ("true or false", "write true or false, without quotes"),
                Some(Ty::Integer) => ("a whole number", "write digits only, without quotes"),
                Some(Ty::Number) => ("a number", "write it without quotes, with a point: 1250.50"),
                Some(Ty::Array) => ("a list", "write a list in [ ]"),
                Some(Ty::Object) => ("an object", "write its properties in { }"),
                Some(Ty::Null) | None => (
                    "another type",
                    "look at the type's schema: it says what this is",
                ),
            };
            one(expected.to_owned(), remedy)
        }
        Kind::Minimum { limit } => one(format!("at least {limit}"), "give a larger number"),
        Kind::Maximum { limit } => one(format!("at most {limit}"), "give a smaller number"),
        Kind::MinItems { limit } => one(
            format!("at least {limit} of them"),
            "give those that are missing",
        ),
        Kind::MaxItems { limit } => one(
            format!("at most {limit} of them"),
            "publish the others in an event of their own",
        ),
        Kind::MinLength { limit } => one(
            format!("a text of at least {limit} characters"),
            "write it out",
        ),
        Kind::MaxLength { limit } => one(
            format!("a text of at most {limit} characters"),
            "shorten it",
        ),
        Kind::Pattern { pattern } => one(
            format!("a text of the form {pattern}"),
            "look at the type's schema: it says what this is",
        ),
        Kind::MultipleOf { multiple_of } => one(
            format!("a multiple of {multiple_of}"),
            "an amount has at most two decimals",
        ),
        Kind::UniqueItems => one("items that differ".to_owned(), "remove what is there twice"),
        other => one(
            format!("what `{}` asks for", other.keyword()),
            "look at the type's schema: it says what this is",
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn birth() -> Contract {
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["born_on", "children"],
            "properties": {
                "born_on": { "type": "string", "format": "date" },
                "income": { "type": "number", "multipleOf": 0.01 },
                "children": { "type": "array", "minItems": 1, "items": { "type": "integer" } },
            },
        });
        let ty = super::super::shape(&schema).expect("has a type");
        Contract::new(schema, ty).expect("is a schema")
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        let problems = birth()
            .check(&json!({ "born_on": "2026-02-30", "children": [1] }))
            .expect_err("30 February");
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].to_string(),
            "/born_on: expected a day that exists; write it as \"2026-03-02\""
        );
    }

    #[test]
    fn all_problems_are_told_at_once_and_none_repeats_the_data() {
        let problems = birth()
            .check(&json!({ "children": [], "Claire": "Claire" }))
            .expect_err("bad");
        let pointers: Vec<&str> = problems
            .iter()
            .map(|problem| problem.pointer.as_str())
            .collect();
        assert_eq!(pointers, ["", "/born_on", "/children"]);
        assert!(
            problems
                .iter()
                .all(|problem| !problem.to_string().contains("Claire"))
        );
        assert_eq!(
            problems[0].expected,
            "no property besides `born_on`, `children`, `income`"
        );
        assert_eq!(
            problems[0].under("/reply").to_string(),
            "/reply: expected no property besides `born_on`, `children`, `income`; take out what has another name"
        );
    }

    #[test]
    fn an_amount_is_read_exactly() {
        let value = birth()
            .check(&json!({ "born_on": "2026-03-02", "children": [1], "income": 0.07 }))
            .expect("good");
        assert!(matches!(value, Value::Record(fields) if fields["income"] == Value::cents(7)));
        assert!(
            birth()
                .check(&json!({ "born_on": "2026-03-02", "children": [1], "income": 0.075 }))
                .is_err()
        );
    }
}
