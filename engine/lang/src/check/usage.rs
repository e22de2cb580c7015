//! What the definition says of itself as a whole: rings, dead ends, and things that nothing reads.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::definition::{Dependency, Route, StepDefinition};
use parcours_core::name::{RouteId, StepId};

use super::definition::is_never;
use super::graph::Thing;
use super::scope::Checker;
use crate::diagnostic::Code;
use crate::source::Span;

impl Checker<'_> {
    /// No condition depends on its own answer, no step waits for itself.
    pub(super) fn cycles(&mut self) {
        for cycle in self.graph.cycles() {
            let first = &cycle.things[0];
            let ring: Vec<String> = cycle
                .things
                .iter()
                .chain([first])
                .map(Thing::to_string)
                .collect();
            let ring = ring.join(" → ");
            let span = self.place_of(first).unwrap_or_default();
            if cycle.only_after {
                let remedy = "one of them must come first: remove it from the `after` of one step";
                self.report.report(
                    Code::AfterCycle,
                    span,
                    format!("these steps wait for one another: {ring}"),
                    remedy,
                );
            } else {
                let remedy = "decide one of them by something else: a fact, a date, or a step outside of the ring";
                self.report.report(
                    Code::ConditionCycle,
                    span,
                    format!("each of these is decided by the next: {ring}"),
                    remedy,
                );
            }
        }
    }

    fn place_of(&self, thing: &Thing) -> Option<Span> {
        fn key<T>(named: Option<&crate::read::Named<T>>, id: &str) -> Option<Span> {
            Some(
                named?
                    .entries
                    .iter()
                    .find(|(name, _)| name.value == id)?
                    .0
                    .span,
            )
        }
        match thing {
            Thing::Step(id) => key(self.raw.steps.get(), id),
            Thing::Route(id) => key(self.raw.routes.get(), id),
            Thing::Fact(id) => key(self.raw.facts.get(), id),
            Thing::Value(id) => key(self.raw.values.get(), id),
            Thing::Date(id) => key(self.raw.dates.get(), id),
        }
    }

    /// Steps that no person can ever have in their plan.
    pub(super) fn unreachable(
        &mut self,
        steps: &[StepDefinition],
        routes: &Option<BTreeMap<RouteId, Route>>,
    ) {
        let closed: BTreeSet<&RouteId> = routes
            .iter()
            .flatten()
            .filter(|(_, route)| is_never(&route.when))
            .map(|(id, _)| id)
            .collect();
        let mut dead: BTreeMap<&StepId, String> = BTreeMap::new();
        loop {
            let before = dead.len();
            for step in steps
                .iter()
                .filter(|step| !dead.contains_key(&step.id))
                .collect::<Vec<_>>()
            {
                let why = if step.when.as_ref().is_some_and(is_never) {
                    Some("its condition is never true".to_owned())
                } else if let Some(route) =
                    step.route.as_ref().filter(|route| closed.contains(route))
                {
                    Some(format!("its route `{route}` is never taken"))
                } else {
                    step.after.iter().find_map(|dependency| match dependency {
                        Dependency::Step(id) if dead.contains_key(id) => {
                            Some(format!("it waits for `{id}`, which can never be in a plan"))
                        }
                        Dependency::Step(_) | Dependency::Peer { .. } => None,
                    })
                };
                if let Some(why) = why {
                    dead.insert(&step.id, why);
                }
            }
            if dead.len() == before {
                break;
            }
        }
        // An inverse act waits for its own turn.
        super::step::inverse_acts(steps).for_each(|act| {
            dead.remove(act);
        });
        for (step, why) in dead {
            let span = self
                .place_of(&Thing::Step(step.as_str().to_owned()))
                .unwrap_or_default();
            let message = format!("step `{step}` can never be in a plan: {why}");
            self.report.report(
                Code::Unreachable,
                span,
                message,
                "mend the condition, or remove the step",
            );
        }
    }

    /// A fact of each child is read where one child is meant: under `each:` of that role.
    pub(super) fn one_of_each(&mut self) {
        let facts = self.raw.facts.get().into_iter();
        let of_each: BTreeMap<&str, &str> = facts
            .flat_map(|facts| &facts.entries)
            .filter_map(|(name, fact)| {
                let each = fact.as_ref()?.each.get()?;
                Some((name.value.as_str(), each.0.value.as_str()))
            })
            .collect();
        let each_of = |owner: &Thing| -> Option<&str> {
            match owner {
                Thing::Fact(id) => of_each.get(id.as_str()).copied(),
                Thing::Step(id) => {
                    let steps = self.raw.steps.get()?;
                    let (_, step) = steps.entries.iter().find(|(name, _)| name.value == *id)?;
                    Some(step.as_ref()?.each.get()?.0.value.as_str())
                }
                Thing::Route(_) | Thing::Value(_) | Thing::Date(_) => None,
            }
        };
        let mut told = BTreeSet::new();
        for (owner, read) in &self.readers {
            // Values and dates are worked out for whoever reads them.
            if matches!(owner, Thing::Value(_) | Thing::Date(_)) {
                continue;
            }
            for (thing, at) in read {
                for (fact, role) in self.facts_behind(thing, &of_each) {
                    if each_of(owner) == Some(role) {
                        continue;
                    }
                    let through = match thing {
                        Thing::Fact(id) if *id == fact => format!("`fact.{fact}` is"),
                        other => format!("{other} rests on `fact.{fact}`, which is"),
                    };
                    let message = format!(
                        "{through} for each {role}, and the {owner} is not: nothing says which {role} is meant"
                    );
                    let remedy = match owner {
                        Thing::Route(_) => format!(
                            "decide the route by something that is not for each {role}, and give steps `each: {role}`"
                        ),
                        _ => format!("add `each: {role}` to the {owner}"),
                    };
                    told.insert((*at, message, remedy));
                }
            }
        }
        for (at, message, remedy) in told {
            self.report.report(Code::WhichOne, at, message, remedy);
        }
    }

    /// The facts of each of a role that `thing` is, or rests on through values and dates.
    fn facts_behind<'r>(
        &self,
        thing: &Thing,
        of_each: &BTreeMap<&str, &'r str>,
    ) -> BTreeSet<(String, &'r str)> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut rest = vec![thing.clone()];
        while let Some(thing) = rest.pop() {
            match &thing {
                Thing::Fact(id) => {
                    found.extend(of_each.get(id.as_str()).map(|role| (id.clone(), *role)));
                }
                Thing::Value(_) | Thing::Date(_) if seen.insert(thing.clone()) => {
                    let reads = self.readers.get(&thing).into_iter().flatten();
                    rest.extend(reads.map(|(thing, _)| thing.clone()));
                }
                Thing::Value(_) | Thing::Date(_) | Thing::Step(_) | Thing::Route(_) => {}
            }
        }
        found
    }

    /// Legal values that say nothing for the first dates of the law they are read under.
    pub(super) fn begins_late(&mut self, steps: &[StepDefinition]) {
        let law = self.raw.applies.get();
        let Some(law) = law.and_then(|applies| Some(applies.from.get()?.value)) else {
            return;
        };
        let mut late = Vec::new();
        for (name, value) in self
            .raw
            .values
            .get()
            .into_iter()
            .flat_map(|values| &values.entries)
        {
            let Some(value) = value.as_ref().filter(|value| value.by.is_absent()) else {
                continue;
            };
            let table = value.from.get().map(|table| &table.0);
            let Some((first, _)) = table.and_then(|table| table.first()) else {
                continue;
            };
            let first = table
                .into_iter()
                .flatten()
                .map(|(date, _)| date)
                .min_by_key(|date| date.value)
                .unwrap_or(first);
            // A step that is younger than the file reads what was set when it came.
            let younger = |step: &StepDefinition| {
                let own = step.applies.as_ref();
                own.is_some_and(|own| own.from >= first.value)
            };
            let read = steps.iter().any(|step| {
                let thing = Thing::Step(step.id.as_str().to_owned());
                !younger(step) && self.rests_on(&thing, &Thing::Value(name.value.clone()))
            });
            if first.value > law && read {
                late.push((name.value.clone(), first.clone()));
            }
        }
        for (name, first) in late {
            let message = format!(
                "the law of this file applies from {law}, and `{name}` has no value before {}",
                first.value
            );
            let remedy = "add what it was before; what comes later stands in a law version of its own, or in a step with `applies:`";
            self.report
                .report(Code::BeginsLate, first.span, message, remedy);
        }
    }

    /// Whether `thing` reads the other, by itself or through what it reads.
    fn rests_on(&self, thing: &Thing, other: &Thing) -> bool {
        let mut seen = BTreeSet::new();
        let mut rest = vec![thing.clone()];
        while let Some(thing) = rest.pop() {
            if thing == *other {
                return true;
            }
            // What another step rests on is its own affair.
            let own = seen.is_empty() || !matches!(thing, Thing::Step(_));
            if own && seen.insert(thing.clone()) {
                let reads = self.readers.get(&thing).into_iter().flatten();
                rest.extend(reads.map(|(thing, _)| thing.clone()));
            }
        }
        false
    }

    /// Whether something in this file cannot be read, so that nobody knows what it names.
    fn is_misread(&self) -> bool {
        let path = &self.report.file.path;
        self.report
            .problems
            .iter()
            .any(|problem| problem.path() == path && problem.code().hides_names())
    }

    /// Facts, values, dates and routes that nothing reads. Of a file with a mistake in a name, nobody can say: what it was meant to
    /// name would be told to be removed.
    pub(super) fn unused(&mut self) {
        if self.is_misread() {
            return;
        }
        let raw = self.raw;
        fn keys<'n, T>(
            kind: &'static str,
            named: Option<&'n crate::read::Named<T>>,
        ) -> Vec<(&'static str, &'n str, Span)> {
            let entries = named.into_iter().flat_map(|named| &named.entries);
            entries
                .map(|(name, _)| (kind, name.value.as_str(), name.span))
                .collect()
        }
        let declared = [
            keys("fact", raw.facts.get()),
            keys("value", raw.values.get()),
            keys("date", raw.dates.get()),
            keys("route", raw.routes.get()),
        ];
        for (kind, id, span) in declared.into_iter().flatten() {
            if !self.used.contains(&format!("{kind}.{id}")) {
                let message = format!("nothing reads the {kind} `{id}`");
                let remedy = match kind {
                    "route" => "give it steps with `route:`, or remove it",
                    "fact" => "remove it: what is not needed is not asked and not kept",
                    _ => "use it in a condition, a date rule or a text, or remove it",
                };
                self.report.report(Code::Unused, span, message, remedy);
            }
        }
    }
}
