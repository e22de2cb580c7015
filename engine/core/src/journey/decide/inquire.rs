//! Tell us once: a fact that is lacking is asked of the service that holds it, then of a person.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::draft::Draft;
use crate::definition::FactOrigin;
use crate::expr::{Lacking, Outcome, eval};
use crate::journey::{Event, FactKey, Inquiry, Phase};
use crate::plan::{Plan, Situation};

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
    first
        .iter()
        .cloned()
        .chain(rest)
        .filter_map(|key| {
            let inquiry = draft.journey.inquiries.get(&key).unwrap_or(&nothing);
            next(draft, situation, &key, inquiry)
        })
        .collect()
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
                let scope = situation.of(key.of.clone());
                let mut arguments = alloc::collections::BTreeMap::new();
                let mut ready = true;
                for (name, expr) in &call.arguments {
                    match eval(expr, &scope) {
                        Outcome::Known { value, .. } if value.is_complete() => {
                            arguments.insert(name.clone(), value);
                        }
                        Outcome::Failed {
                            failure: crate::expr::Failure::Absent(_),
                            ..
                        } => {}
                        Outcome::Known { .. }
                        | Outcome::Unknown { .. }
                        | Outcome::Failed { .. } => ready = false,
                    }
                }
                // The service cannot be asked without these, so the next origin is.
                if ready {
                    let call = draft.call(&call.operation, arguments, fact.purpose.clone());
                    return Some(Event::FactRequested {
                        fact: key.clone(),
                        origin: place,
                        call,
                    });
                }
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
