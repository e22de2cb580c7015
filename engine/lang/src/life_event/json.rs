//! JSON and our values, back and forth, by type.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDateTime};
use parcours_core::value::{Money, Type, Value};
use serde_json::{Map, Value as Json};

use super::Problem;

/// The years that a date in somebody's life can be of: whoever is alive was born in one of them.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Reads `json` as a value of type `ty`: dates and amounts exactly, no field that the type does not have.
///
/// # Errors
/// Every place where it is not of the type.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value, Vec<Problem>> {
    let mut problems = Vec::new();
    let value = read(json, ty, "", &mut problems);
    value.filter(|_| problems.is_empty()).ok_or(problems)
}

fn read(json: &Json, ty: &Type, pointer: &str, problems: &mut Vec<Problem>) -> Option<Value> {
    let value = match (ty, json) {
        (Type::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
        (Type::Integer, Json::Number(number)) => integer(number).map(Value::Integer),
        (Type::Money, Json::Number(number)) => number.to_string().parse().ok().map(Value::Money),
        (Type::Money, Json::String(text)) => text.parse::<Money>().ok().map(Value::Money),
        (Type::Text, Json::String(text)) => Some(Value::text(text)),
        (Type::Choice(words), Json::String(word)) => {
            words.contains(word).then(|| Value::text(word))
        }
        (Type::Date, Json::String(text)) => crate::read::day(text)
            .filter(|day| YEARS.contains(&day.year()))
            .map(Value::Date),
        (Type::Moment, Json::String(text)) => moment(text)
            .filter(|moment| YEARS.contains(&moment.year()))
            .map(Value::Moment),
        (Type::List(of), Json::Array(items)) => {
            let read: Vec<Option<Value>> = items
                .iter()
                .enumerate()
                .map(|(index, item)| read(item, of, &format!("{pointer}/{index}"), problems))
                .collect();
            return read
                .into_iter()
                .collect::<Option<Vec<_>>>()
                .map(Value::List);
        }
        (Type::Record(fields), Json::Object(given)) => {
            return record(given, fields, pointer, problems);
        }
        _ => None,
    };
    if value.is_none() {
        problems.push(Problem {
            pointer: pointer.to_owned(),
            expected: ty.to_string(),
            remedy: remedy(ty).to_owned(),
        });
    }
    value
}

fn record(
    given: &Map<String, Json>,
    fields: &BTreeMap<String, parcours_core::value::Field>,
    pointer: &str,
    problems: &mut Vec<Problem>,
) -> Option<Value> {
    let before = problems.len();
    let mut read_fields = BTreeMap::new();
    for (name, field) in fields {
        let at = format!("{pointer}/{}", escape(name));
        match given.get(name) {
            Some(json) => {
                if let Some(value) = read(json, &field.ty, &at, problems) {
                    read_fields.insert(name.clone(), value);
                }
            }
            None if field.optional => {}
            None => problems.push(Problem {
                pointer: at,
                expected: field.ty.to_string(),
                remedy: format!("add `{name}`"),
            }),
        }
    }
    let unknown = given.keys().filter(|name| !fields.contains_key(*name));
    problems.extend(unknown.map(|name| no_such(pointer, name, fields.keys().map(String::as_str))));
    (problems.len() == before).then_some(Value::Record(read_fields))
}

/// A property that is not taken. Whoever chose its name may have put somebody's in it: what is known is told, and not what was given.
pub(super) fn no_such<'a>(
    pointer: &str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Problem {
    let names: Vec<String> = known.clone().map(|name| format!("`{name}`")).collect();
    Problem {
        pointer: pointer.to_owned(),
        expected: match names.as_slice() {
            [] => "no property here".to_owned(),
            names => format!("no property besides {}", names.join(", ")),
        },
        remedy: match crate::diagnostic::did_you_mean(name, known) {
            near if near.ends_with('?') => near,
            _ => "take out what has another name".to_owned(),
        },
    }
}

/// A JSON pointer's way to write a name (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn remedy(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "write true or false, without quotes",
        Type::Integer => "write a whole number, without quotes",
        Type::Money => "write euros with at most two decimals and a point: 1250.50",
        Type::Text | Type::Choice(_) => "write a text in quotes",
        Type::Date => "write a day that exists, of the years 1900 to 2200, as \"2026-03-02\"",
        Type::Moment => {
            "write a date and local time, of the years 1900 to 2200, as \"2026-03-02T14:30:00\""
        }
        Type::List(_) => "write a list in [ ]",
        Type::Record(_) => "write an object in { }",
    }
}

/// `2` and, as JSON allows, `2.0`.
fn integer(number: &serde_json::Number) -> Option<i64> {
    let text = number.to_string();
    number
        .as_i64()
        .or_else(|| text.strip_suffix(".0")?.parse().ok())
}

/// The wall clock of the place concerned, as it is written: an offset from UTC is read and not applied.
fn moment(text: &str) -> Option<NaiveDateTime> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|moment| moment.naive_local())
        .ok()
        .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok())
}

/// Writes a value as JSON: amounts as decimal texts, dates as `2026-03-02`, holes as `null`.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => Json::Bool(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Money(value) => Json::String(value.to_string()),
        Value::Text(text) => Json::String(text.clone()),
        Value::Date(date) => Json::String(date.to_string()),
        Value::Moment(moment) => Json::String(moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Record(fields) => Json::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), to_json(value)))
                .collect(),
        ),
        Value::Unknown(_) => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_read_to_the_cent_from_numbers_and_from_texts() {
        for json in [json!(1250.5), json!("1250.50"), json!(1250.50)] {
            assert_eq!(
                from_json(&json, &Type::Money),
                Ok(Value::cents(125_050)),
                "{json}"
            );
        }
        assert_eq!(from_json(&json!(0.07), &Type::Money), Ok(Value::cents(7)));
        assert!(from_json(&json!(0.075), &Type::Money).is_err());
    }

    #[test]
    fn a_day_of_no_life_is_refused() {
        for day in ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"] {
            assert!(from_json(&json!(day), &Type::Date).is_err(), "{day}");
            let moment = json!(format!("{day}T10:00:00"));
            assert!(from_json(&moment, &Type::Moment).is_err(), "{day}");
        }
        for day in ["1900-01-01", "2200-12-31"] {
            assert!(from_json(&json!(day), &Type::Date).is_ok(), "{day}");
        }
    }

    #[test]
    fn every_place_is_named() {
        use parcours_core::value::Field;
        let ty = Type::record([
            ("born_on", Field::required(Type::Date)),
            ("children", Field::required(Type::list(Type::Integer))),
        ]);
        let problems = from_json(
            &json!({ "born_on": "2026-02-30", "children": [1, "x"], "bornon": 1 }),
            &ty,
        );
        let found: Vec<String> = problems
            .expect_err("bad")
            .into_iter()
            .map(|problem| problem.pointer)
            .collect();
        assert_eq!(found, ["/born_on", "/children/1", ""]);
    }

    #[test]
    fn a_value_reads_back_as_it_was_written() {
        let ty = Type::list(Type::Moment);
        let value = from_json(
            &json!(["2026-03-02T14:30:00+01:00", "2026-03-02T14:30:00"]),
            &ty,
        )
        .expect("good");
        assert_eq!(from_json(&to_json(&value), &ty), Ok(value));
    }
}
