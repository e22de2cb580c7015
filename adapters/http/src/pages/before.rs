//! What stood before a change: a correction is told with its before and its after.

use std::collections::BTreeMap;

use parcours_core::expr::Segment;
use parcours_core::journey::{Event, FactKey, LifeEventTold, StepKey};
use parcours_core::value::Value;
use parcours_core::view::words;

use super::names::Names;

/// What a history has said so far, in the words of its reader.
#[derive(Default)]
pub(super) struct Before {
    facts: BTreeMap<FactKey, String>,
    dues: BTreeMap<StepKey, String>,
    told: BTreeMap<Vec<String>, String>,
}

impl Before {
    /// Takes an event in. Answers what goes in brackets after its sentence, and sentences of their own for what it corrected.
    pub(super) fn changed(
        &mut self,
        names: Names<'_>,
        event: &Event,
    ) -> (Option<String>, Vec<String>) {
        match event {
            Event::FactLearned { fact, value, .. } => {
                let now = value
                    .value()
                    .map(|value| names.value(&fact.id, value))
                    .unwrap_or_default();
                let before = self.facts.insert(fact.clone(), now.clone());
                (otherwise(names, before, &now), Vec::new())
            }
            Event::StepOpened { step, dates, .. } | Event::StepRescheduled { step, dates, .. } => {
                let due = dates.due.as_ref().and_then(|due| due.value());
                let Some(now) = due.map(|due| names.lang.moment(*due)) else {
                    return (None, Vec::new());
                };
                let before = self.dues.insert(step.clone(), now.clone());
                (otherwise(names, before, &now), Vec::new())
            }
            Event::Started { told, .. } => {
                self.told = properties(names, told);
                (None, Vec::new())
            }
            Event::LifeEventCorrected(told) => {
                let now = properties(names, told);
                let before = std::mem::replace(&mut self.told, now);
                (None, self.corrected(names, &before))
            }
            _ => (None, Vec::new()),
        }
    }

    fn corrected(&self, names: Names<'_>, before: &BTreeMap<Vec<String>, String>) -> Vec<String> {
        let lang = names.lang;
        let nothing = || lang.t("rien", "nothing");
        let paths: std::collections::BTreeSet<&Vec<String>> =
            before.keys().chain(self.told.keys()).collect();
        paths
            .into_iter()
            .filter(|path| before.get(*path) != self.told.get(*path))
            .filter_map(|path| {
                let named = called(names, path)?;
                let of = |values: &BTreeMap<Vec<String>, String>| {
                    values.get(path).cloned().unwrap_or_else(nothing)
                };
                let (was, is) = (of(before), of(&self.told));
                Some(lang.pick(
                    format!("{named}\u{a0}: {is} (avant\u{a0}: {was})"),
                    format!("{named}: {is} (before: {was})"),
                ))
            })
            .collect()
    }
}

fn otherwise(names: Names<'_>, before: Option<String>, now: &str) -> Option<String> {
    let before = before.filter(|before| before != now)?;
    Some(names.lang.pick(
        format!("(avant\u{a0}: {before})"),
        format!("(before: {before})"),
    ))
}

/// What the type of life event calls a property, with the place of the person or thing it is of. One without a name is not told.
fn called(names: Names<'_>, path: &[String]) -> Option<String> {
    let is_place = |part: &&String| part.bytes().all(|b| b.is_ascii_digit());
    let label: Vec<&str> = path
        .iter()
        .filter(|part| !is_place(part))
        .map(String::as_str)
        .collect();
    let label = names.label(&label.join("."))?;
    let place = path
        .iter()
        .find(is_place)
        .and_then(|place| place.parse::<usize>().ok());
    Some(match place {
        Some(place) => format!("{label} ({})", place + 1),
        None => label,
    })
}

/// Every property of a life event that can be read, by its path.
fn properties(names: Names<'_>, told: &LifeEventTold) -> BTreeMap<Vec<String>, String> {
    let mut found = BTreeMap::new();
    for part in &told.parts {
        let path = part.at.iter().map(|segment| match segment {
            Segment::Field(name) => name.to_string(),
            Segment::Item(place) => place.to_string(),
        });
        if let Some(value) = part.value.value() {
            flatten(names, path.collect(), value, &mut found);
        }
    }
    found
}

fn flatten(
    names: Names<'_>,
    path: Vec<String>,
    value: &Value,
    found: &mut BTreeMap<Vec<String>, String>,
) {
    let mut below = |name: String, value: &Value| {
        let mut path = path.clone();
        path.push(name);
        flatten(names, path, value, found);
    };
    match value {
        Value::Record(fields) => {
            for (name, value) in fields {
                below(name.clone(), value);
            }
        }
        Value::List(items) => {
            for (place, value) in items.iter().enumerate() {
                below(place.to_string(), value);
            }
        }
        Value::Text(text) => {
            let words = path
                .iter()
                .filter(|part| part.parse::<usize>().is_err())
                .map(String::as_str);
            let labelled = format!("{}={text}", words.collect::<Vec<_>>().join("."));
            let told = names.label(&labelled).unwrap_or_else(|| text.to_string());
            found.insert(path, told);
        }
        _ => {
            found.insert(path, words::value(value, names.lang.0));
        }
    }
}
