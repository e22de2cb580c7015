//! Invented life events, each of other people: the examples of the catalog, moved to these days.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use parcours_core::definition::LifeEventType;
use parcours_core::value::Value;
use parcours_lang::Loaded;
use parcours_lang::life_event::to_json;
use parcours_runtime::CloudEvent;

use crate::sample;

pub(super) const SOURCE: &str = "urn:parcours:bench";

/// Of ten life events; those of other catalogs come in turn.
const MIX: [&str; 10] = [
    "birth", "move", "job_loss", "move", "birth", "move", "job_loss", "move", "birth", "job_loss",
];

/// What is published, and how much of each.
pub(super) struct Lives {
    /// Data of each kind: one for each example.
    examples: BTreeMap<String, Vec<(Arc<LifeEventType>, String, Value)>>,
    /// Kinds, in the turn in which they come.
    turn: Vec<String>,
}

impl Lives {
    /// Every example of every life event that some journey starts with, as if it had happened a few days before `today`.
    ///
    /// # Errors
    /// There is none, or its dates cannot be moved.
    pub(super) fn of(law: &Loaded, today: NaiveDate) -> Result<Self, String> {
        let on = today.checked_sub_days(Days::new(3)).unwrap_or(today);
        let mut examples: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for kind in law.catalog.life_events() {
            if law.catalog.started_by(&kind.kind).next().is_none() {
                continue;
            }
            for example in &kind.examples {
                let (data, _) = sample::moved(example.data.clone(), kind, on)?;
                let of_kind = examples.entry(kind.kind.as_str().to_owned()).or_default();
                of_kind.push((kind.clone(), example.name.clone(), data));
            }
        }
        let mut turn: Vec<String> = MIX
            .iter()
            .filter(|kind| examples.contains_key(**kind))
            .map(ToString::to_string)
            .collect();
        if turn.is_empty() {
            turn = examples.keys().cloned().collect();
        }
        if turn.is_empty() {
            return Err(
                "these journeys have no life event with an example: there is nothing to publish"
                    .to_owned(),
            );
        }
        Ok(Self { examples, turn })
    }

    /// How many of each kind there are in a turn: `birth 3, job_loss 3, move 4`.
    pub(super) fn mix(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for kind in &self.turn {
            *counts.entry(kind).or_default() += 1;
        }
        let counts: Vec<String> = counts
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        format!("of {}: {}", self.turn.len(), counts.join(", "))
    }

    /// The life event number `n`, which nobody else's people are in.
    pub(super) fn event(&self, n: usize) -> CloudEvent {
        let kind = &self.turn[n % self.turn.len()];
        let of_kind = &self.examples[kind];
        // Through the examples one after the other, whatever the turn.
        let (ty, _, data) = &of_kind[(n / self.turn.len() + n) % of_kind.len()];
        event(ty, data, n)
    }

    /// Each example once, by its name.
    pub(super) fn each(&self) -> impl Iterator<Item = (String, CloudEvent)> {
        let all = self.examples.values().flatten();
        all.enumerate()
            .map(|(n, (ty, name, data))| (format!("{} {name}", ty.kind), event(ty, data, n)))
    }
}

fn event(ty: &LifeEventType, data: &Value, n: usize) -> CloudEvent {
    let mut data = data.clone();
    if let Value::Record(fields) = &mut data {
        for role in &ty.people {
            if let Some(people) = fields.get_mut(role) {
                name(people, &format!("b{n}-{role}"));
            }
        }
    }
    CloudEvent::new(ty.kind.as_str(), SOURCE, n.to_string(), to_json(&data))
}

/// Gives each of these people a name of their own.
fn name(people: &mut Value, prefix: &str) {
    let Value::List(people) = people else {
        return;
    };
    for (index, person) in people.iter_mut().enumerate() {
        if let Value::Record(person) = person
            && let Some(id) = person.get_mut("id")
        {
            *id = Value::text(format!("{prefix}-{index}"));
        }
    }
}
