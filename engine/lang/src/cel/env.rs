//! What an expression may name.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::value::Type;

/// What is declared where an expression stands. What is not declared cannot be named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Env {
    /// `event`: the type of the life event's data, a record.
    pub event: Option<Type>,
    /// `fact.<id>`.
    pub facts: BTreeMap<String, Type>,
    /// `value.<id>`.
    pub values: BTreeMap<String, Type>,
    /// `date.<id>`: named date rules; all read as dates.
    pub dates: BTreeSet<String>,
    /// `step.<id>.<aspect>`.
    pub steps: BTreeSet<String>,
    /// `people.<role>`: the type of one of them; the reference reads as a list.
    pub people: BTreeMap<String, Type>,
    /// Names bound here: `child` under `each: child`, `reply` where an answer is read, `argument` in a simulator.
    pub bound: BTreeMap<String, Type>,
}

impl Env {
    /// The names an expression can begin with here.
    pub(super) fn roots(&self) -> impl Iterator<Item = &str> {
        let groups = [
            ("event", self.event.is_some()),
            ("fact", !self.facts.is_empty()),
            ("value", !self.values.is_empty()),
            ("date", !self.dates.is_empty()),
            ("step", !self.steps.is_empty()),
            ("people", !self.people.is_empty()),
        ];
        groups
            .into_iter()
            .filter(|(_, there)| *there)
            .map(|(name, _)| name)
            .chain(self.bound.keys().map(String::as_str))
    }
}
