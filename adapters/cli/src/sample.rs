//! Invented life events: the examples of a type, or a file, with their dates moved.

use std::path::Path;

use chrono::{NaiveDate, TimeDelta};
use parcours_core::definition::LifeEventType;
use parcours_core::value::Value;
use parcours_lang::Loaded;

/// The data of a life event: of an example by its name, of a file, or of the first example. Also says which.
///
/// # Errors
/// What to give by `option` instead.
pub(crate) fn told(
    loaded: &Loaded,
    kind: &LifeEventType,
    with: Option<&str>,
    option: &str,
) -> Result<(String, Value), String> {
    let Some(name) = with else {
        let first = kind.examples.first();
        return first
            .map(|example| (example.name.clone(), example.data.clone()))
            .ok_or_else(|| {
                format!(
                    "the life event `{}` has no example: give its data by {option} FILE",
                    kind.kind
                )
            });
    };
    let example = kind.examples.iter().find(|example| example.name == name);
    match example {
        Some(example) => Ok((example.name.clone(), example.data.clone())),
        None if Path::new(name).is_file() => {
            Ok((name.to_owned(), read(loaded, kind, Path::new(name))?))
        }
        None => {
            let names: Vec<_> = kind
                .examples
                .iter()
                .map(|example| format!("`{}`", example.name))
                .collect();
            Err(format!(
                "{option} {name}: there is no such file, and no such example of `{}`, but {}",
                kind.kind,
                names.join(", ")
            ))
        }
    }
}

/// The file, where it holds a whole CloudEvent and not only the data of one.
///
/// # Errors
/// It cannot be read.
pub(crate) fn whole(path: &Path) -> Result<Option<serde_json::Value>, String> {
    let json = json(path)?;
    Ok(json.get("specversion").is_some().then_some(json))
}

fn json(path: &Path) -> Result<serde_json::Value, String> {
    let wrong = |what: String| format!("{}: {what}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    serde_saphyr::from_str(&text).map_err(|error| wrong(error.to_string()))
}

fn read(loaded: &Loaded, kind: &LifeEventType, path: &Path) -> Result<Value, String> {
    let wrong = |what: String| format!("{}: {what}", path.display());
    let json = json(path)?;
    // A whole CloudEvent will do: its data is taken.
    let json = match json.get("specversion").and(json.get("data")) {
        Some(data) => data.clone(),
        None => json,
    };
    loaded
        .validate_life_event(&kind.kind, &json)
        .map_err(|problems| {
            let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
            wrong(problems.join("\n"))
        })
}

/// `data` with all its dates moved by as many days, so that it happens on `on`; and by how many.
///
/// # Errors
/// It does not say when it happened, or a date would leave the calendar.
pub(crate) fn moved(
    data: Value,
    kind: &LifeEventType,
    on: NaiveDate,
) -> Result<(Value, i64), String> {
    let happened =
        happened(&data, kind).ok_or_else(|| format!("the data does not say `{}`", kind.date))?;
    let by = on - happened;
    Ok((shifted(data, by)?, by.num_days()))
}

/// The day on which `data` says that it happened.
pub(crate) fn happened(data: &Value, kind: &LifeEventType) -> Option<NaiveDate> {
    let Value::Record(fields) = data else {
        return None;
    };
    match fields.get(&kind.date) {
        Some(Value::Date(date)) => Some(*date),
        Some(Value::Moment(moment)) => Some(moment.date()),
        _ => None,
    }
}

fn shifted(value: Value, by: TimeDelta) -> Result<Value, String> {
    let left = || "the day is too far away: the dates of the example leave the calendar".to_owned();
    Ok(match value {
        Value::Date(date) => Value::Date(date.checked_add_signed(by).ok_or_else(left)?),
        Value::Moment(when) => Value::Moment(when.checked_add_signed(by).ok_or_else(left)?),
        Value::List(items) => Value::List(
            items
                .into_iter()
                .map(|item| shifted(item, by))
                .collect::<Result<_, _>>()?,
        ),
        Value::Record(fields) => Value::Record(
            fields
                .into_iter()
                .map(|(name, value)| Ok((name, shifted(value, by)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other,
    })
}
