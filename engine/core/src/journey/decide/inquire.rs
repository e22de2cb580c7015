//! Tell us once: a fact that is lacking is asked of the service that holds it, then of a person.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::draft::Draft;
use crate::definition::FactOrigin;
use crate::expr::Lacking;
use crate::journey::{CallMade, CallTarget, Event, FactKey, Inquiry, OpenCall, Phase};
use crate::plan::{Ask, Plan, Situation};

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
    if inquiry.pending.is_some() {
        return None;
    }
    let fact = situation.definition.facts.get(&key.id)?;
    match situation.asks(key) {
        Ask::Service(origin, call, arguments) => {
            let call = draft.call(&call.operation, arguments, fact.purpose.clone());
            // The same question is under way for another fact; its answer will serve both, if one is to be had.
            let under_way = draft
                .journey
                .calls
                .values()
                .any(|open| open.unfit.is_none() && is_same(&open.made, &call));
            (!under_way).then(|| Event::FactRequested {
                fact: key.clone(),
                origin,
                call,
            })
        }
        Ask::People(role) => (inquiry.asked.as_ref() != Some(role)).then(|| Event::QuestionAsked {
            fact: key.clone(),
            role: role.clone(),
        }),
        // They are wanted too.
        Ask::First(_) | Ask::Nobody => None,
    }
}

/// The facts that something waits for: what chooses the law, and what the plan wants.
pub(super) fn wanted(situation: &Situation<'_>, plan: &Plan) -> BTreeSet<FactKey> {
    let law = situation.journey.law.as_ref();
    let lacking = law.map(|law| &law.because.lacking);
    let mut wanted = lacking.map_or_else(BTreeSet::new, |lacking| situation.askable(lacking, None));
    wanted.extend(plan.wanted.iter().cloned());
    wanted
}

/// Whether anything waits for the answer to a call: a fact that nobody needs any more is not asked for again, until somebody does. One
/// answer serves every fact that would be asked for in the same words.
pub(super) fn is_needed(
    situation: &Situation<'_>,
    wanted: &BTreeSet<FactKey>,
    call: &OpenCall,
) -> bool {
    let CallTarget::Fact(asked) = &call.target else {
        return true;
    };
    let asks_the_same = |key: &FactKey| {
        let fact = situation.definition.facts.get(&key.id);
        match (situation.asks(key), fact) {
            (Ask::Service(_, one, arguments), Some(fact)) => {
                one.operation == call.made.operation
                    && call.made.arguments.value() == Some(&arguments)
                    && *call.made.arguments.purpose() == fact.purpose
            }
            _ => false,
        }
    };
    wanted.contains(asked) || wanted.iter().any(asks_the_same)
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
                        let arguments = situation.reading(call, key.of.as_ref()).ok()?;
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
