//! Tell us once: a fact that is lacking is asked of the service that holds it, then of a person.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::Draft;
use crate::definition::{Call, FactOrigin};
use crate::expr::{Failure, Lacking, Outcome, eval};
use crate::journey::{CallMade, Event, FactKey, Inquiry, Phase, Subject};
use crate::plan::{Plan, Situation};
use crate::value::Value;

/// The next question for each fact that something waits for. One call at a time for a fact; a person is asked once.
pub(super) fn inquire<'a>(
    draft: &Draft,
    situation: &Situation<'_>,
    plan: &Plan,
    law: impl Iterator<Item = &'a Lacking>,
) -> Vec<Event> {
    if draft.journey.phase == Phase::Retracted {
        return Vec::new();
    }
    let lacking: BTreeSet<Lacking> = law.cloned().collect();
    // What chooses the law is asked first.
    let first = situation.askable(&lacking, None);
    let rest = plan
        .wanted
        .iter()
        .filter(|key| !first.contains(*key))
        .cloned();
    let nothing = Inquiry::default();
    let mut events: Vec<Event> = Vec::new();
    for key in first.iter().cloned().chain(rest) {
        let inquiry = draft.journey.inquiries.get(&key).unwrap_or(&nothing);
        let Some(event) = next(draft, situation, &key, inquiry) else {
            continue;
        };
        let asks_the_same = |earlier: &Event| match (earlier, &event) {
            (Event::FactRequested { call: one, .. }, Event::FactRequested { call: other, .. }) => {
                is_same(one, other)
            }
            _ => false,
        };
        if !events.iter().any(asks_the_same) {
            events.push(event);
        }
    }
    events
}

fn next(
    draft: &Draft,
    situation: &Situation<'_>,
    key: &FactKey,
    inquiry: &Inquiry,
) -> Option<Event> {
    if inquiry.pending.is_some() || inquiry.asked.is_some() {
        return None;
    }
    let fact = situation.definition.facts.get(&key.id)?;
    for (place, origin) in fact.from.iter().enumerate() {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        match origin {
            FactOrigin::Event(_) | FactOrigin::Derived(_) => {}
            FactOrigin::Service { .. } if inquiry.exhausted.contains(&place) => {}
            FactOrigin::Service { call, .. } => {
                // The service cannot be asked without its arguments, so the next origin is.
                let Some(arguments) = arguments(situation, call, key.of.as_ref()) else {
                    continue;
                };
                let call = draft.call(&call.operation, arguments, fact.purpose.clone());
                // The same question is under way for another fact; its answer will serve both, if one is to be had.
                if draft
                    .journey
                    .calls
                    .values()
                    .any(|open| open.unfit.is_none() && is_same(&open.made, &call))
                {
                    return None;
                }
                return Some(Event::FactRequested {
                    fact: key.clone(),
                    origin: place,
                    call,
                });
            }
            FactOrigin::Ask(role) => {
                return Some(Event::QuestionAsked {
                    fact: key.clone(),
                    role: role.clone(),
                });
            }
        }
    }
    None
}

/// The arguments of a reading call; none while one of them is not known.
fn arguments(
    situation: &Situation<'_>,
    call: &Call,
    of: Option<&Subject>,
) -> Option<BTreeMap<String, Value>> {
    let scope = situation.of(of.cloned());
    let mut arguments = BTreeMap::new();
    for (name, expr) in &call.arguments {
        match eval(expr, &scope) {
            Outcome::Known { value, .. } if value.is_complete() => {
                arguments.insert(name.clone(), value);
            }
            // An optional argument that nobody gave is not sent.
            Outcome::Failed {
                failure: Failure::Absent(_),
                ..
            } => {}
            Outcome::Known { .. } | Outcome::Unknown { .. } | Outcome::Failed { .. } => {
                return None;
            }
        }
    }
    Some(arguments)
}

/// Whether two calls ask the same of the same service, for the same purpose: then one is enough. Data gathered for one
/// purpose serves no other (CRPA L114-8).
fn is_same(one: &CallMade, other: &CallMade) -> bool {
    one.operation == other.operation
        && one.arguments.value() == other.arguments.value()
        && one.arguments.purpose() == other.arguments.purpose()
}

/// The other facts that the answer to `made` tells, with the place in their `from:` list that asks for it.
pub(super) fn also_told(
    draft: &Draft,
    situation: &Situation<'_>,
    made: &CallMade,
) -> Vec<(FactKey, u16)> {
    let mut told = Vec::new();
    for fact in situation.definition.facts.values() {
        for subject in situation.subjects(fact.each.as_ref()) {
            let key = FactKey::new(fact.id.clone(), subject);
            let inquiry = draft.journey.inquiries.get(&key);
            let is_open = !draft.journey.facts.contains_key(&key)
                && inquiry
                    .is_none_or(|inquiry| inquiry.pending.is_none() && inquiry.asked.is_none());
            if !is_open {
                continue;
            }
            let place = (0..)
                .zip(&fact.from)
                .find_map(|(place, origin)| match origin {
                    FactOrigin::Service { call, .. } if call.operation == made.operation => {
                        let arguments = arguments(situation, call, key.of.as_ref())?;
                        let call = draft.call(&call.operation, arguments, fact.purpose.clone());
                        is_same(made, &call).then_some(place)
                    }
                    FactOrigin::Service { .. }
                    | FactOrigin::Event(_)
                    | FactOrigin::Derived(_)
                    | FactOrigin::Ask(_) => None,
                });
            told.extend(place.map(|place| (key, place)));
        }
    }
    told
}
