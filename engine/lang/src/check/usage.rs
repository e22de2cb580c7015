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

    /// Facts, values, dates and routes that nothing reads.
    pub(super) fn unused(&mut self) {
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
