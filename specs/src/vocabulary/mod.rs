//! The sentences, one function a meaning, each with its French and its English.
//!
//! `docs/specs.md` lists them for those who write scenarios, with examples in both languages; a test holds that page to this code.

mod answers;
mod happens;
mod then_calls;
mod then_facts;
mod then_journey;
mod then_steps;
mod time;

use serde_json::Value as Json;

use crate::words::{Given, both};

/// The page that lists the sentences.
pub const PAGE: &str = include_str!("../../../docs/specs.md");

/// Examples of the sentences in one language, as the page has them.
pub fn examples(french: bool) -> impl Iterator<Item = &'static str> {
    rows().map(move |(en, fr)| if french { fr } else { en })
}

/// The sentences of the page, each in English and in French.
pub fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split("` | `");
        let (en, fr) = (cells.next()?, cells.next()?);
        Some((en, fr.split_once("` |").map_or(fr, |(fr, _)| fr)))
    })
}

/// Puts `value` at a path such as `children[0].born_on`; takes what is there away when there is no value.
fn put(data: &mut Json, path: &str, value: Option<Json>) -> Result<(), String> {
    let wrong = || {
        both(
            format!("« {path} » n'est pas un endroit des données ; écrivez children[0].born_on"),
            format!("`{path}` is no place in the data; write children[0].born_on"),
        )
    };
    let mut at = data;
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let (name, index) = match part.split_once('[') {
            None => (part, None),
            Some((name, rest)) => {
                let index: usize = rest
                    .strip_suffix(']')
                    .and_then(|index| index.parse().ok())
                    .ok_or_else(wrong)?;
                (name, Some(index))
            }
        };
        let fields = at.as_object_mut().ok_or_else(wrong)?;
        let last = parts.peek().is_none();
        match (index, last) {
            (None, true) => {
                match value {
                    Some(value) => fields.insert(name.to_owned(), value),
                    None => fields.remove(name),
                };
                return Ok(());
            }
            (None, false) => at = fields.get_mut(name).ok_or_else(wrong)?,
            (Some(index), _) => {
                let items = fields
                    .get_mut(name)
                    .and_then(Json::as_array_mut)
                    .ok_or_else(wrong)?;
                if last {
                    match value {
                        Some(value) if index == items.len() => items.push(value),
                        Some(value) => *items.get_mut(index).ok_or_else(wrong)? = value,
                        None if index < items.len() => {
                            items.remove(index);
                        }
                        None => return Err(wrong()),
                    }
                    return Ok(());
                }
                at = items.get_mut(index).ok_or_else(wrong)?;
            }
        }
    }
    Err(wrong())
}

/// The rows of a step's table.
fn table(step: &cucumber::gherkin::Step) -> Result<&[Vec<String>], String> {
    step.table
        .as_ref()
        .map(|table| table.rows.as_slice())
        .ok_or_else(|| {
            both(
                "il faut un tableau sous cette phrase".to_owned(),
                "a table is needed under this sentence".to_owned(),
            )
        })
}

/// A table of names and values, one a row.
fn pairs(step: &cucumber::gherkin::Step) -> Result<Vec<(String, Json)>, String> {
    let pair = |row: &Vec<String>| match row.as_slice() {
        [name, value] => Ok((name.clone(), value.parse::<Given>()?.0)),
        _ => Err(both(
            "chaque ligne de ce tableau est un nom et une valeur".to_owned(),
            "each row of this table is a name and a value".to_owned(),
        )),
    };
    table(step)?.iter().map(pair).collect()
}

/// A table of one record: names in the first row, values in the second.
fn record(step: &cucumber::gherkin::Step) -> Result<Json, String> {
    let [names, values] = table(step)? else {
        return Err(both(
            "ce tableau a des noms sur sa première ligne et des valeurs sur la seconde".to_owned(),
            "this table has names in its first row and values in its second".to_owned(),
        ));
    };
    let mut record = serde_json::Map::new();
    for (name, value) in names.iter().zip(values) {
        record.insert(name.clone(), value.parse::<Given>()?.0);
    }
    Ok(Json::Object(record))
}
