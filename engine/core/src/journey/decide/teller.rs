//! Who may tell a fact: whom its definition asks, and administrations. What follows from the law or from the life event
//! is nobody's to tell. Who may say that a step is done: the people it names, and agents for them.

use alloc::vec::Vec;

use super::draft::{Draft, holder_of, person_id};
use super::may::By;
use super::{Rejection, Remedy, Teller};
use crate::catalog::Catalog;
use crate::definition::{FactDefinition, FactOrigin, Settling, StepDefinition};
use crate::expr::{Lookup, Root, Scope};
use crate::id::PersonId;
use crate::journey::{Actor, ActorKind, FactKey, Journey};
use crate::name::Role;
use crate::plan::Situation;

/// Whether `actor` may tell the fact `key`.
pub(super) fn may_tell(
    draft: &Draft,
    situation: &Situation<'_>,
    fact: &FactDefinition,
    key: &FactKey,
    actor: &Actor,
) -> Result<(), Rejection> {
    let asks = |origin: &FactOrigin| matches!(origin, FactOrigin::Ask(_));
    let holds = |origin: &FactOrigin| matches!(origin, FactOrigin::Service { .. });
    let not = |teller: Teller| {
        Err(Rejection::NotYoursToTell {
            fact: key.id.clone(),
            teller,
        })
    };
    if !fact.from.iter().any(|origin| asks(origin) || holds(origin)) {
        return not(Teller::Nobody);
    }
    match &actor.kind {
        // What another administration attests is evidence too. An agent writes down what they were told or shown; the doors know
        // which services they work for.
        ActorKind::Service(_) | ActorKind::Agent(_) | ActorKind::Engine => Ok(()),
        ActorKind::Source(_) => not(Teller::Asked),
        ActorKind::Citizen(person) => {
            if !fact.from.iter().any(asks) {
                return not(Teller::Service);
            }
            let asked = |origin: &FactOrigin| match origin {
                FactOrigin::Ask(role) => is_in(situation, role, person),
                FactOrigin::Event(_) | FactOrigin::Derived(_) | FactOrigin::Service { .. } => false,
            };
            if !fact.from.iter().any(asked) {
                return not(Teller::Asked);
            }
            let told = draft.journey.facts.contains_key(key);
            let scope = situation.of(key.of.clone());
            let root = Root::Fact(key.id.as_str().into());
            match scope.get(&root) {
                Lookup::Value(_) if !told => not(Teller::Publisher),
                Lookup::Value(_) | Lookup::Missing | Lookup::Unknown(_) => Ok(()),
            }
        }
    }
}

/// Whether it is theirs to say that a step is done.
pub(super) fn may_declare(
    situation: &Situation<'_>,
    step: &StepDefinition,
    by: By<'_>,
) -> Result<(), Remedy> {
    let declared = declared_by(step).next().is_some();
    match by {
        // For people who may say so, or for the office that decides it. What is asked of a service is done when the service says so.
        By::Agent if declared || is_theirs(step) => Ok(()),
        By::Agent => Err(Remedy::new(
            "la demande est faite au service, et c’est lui qui dit quand c’est fait ; un agent ne décide qu’après un incident",
            "the service is asked, and tells when it is done; an agent decides only after an incident",
        )),
        _ if !declared => Err(Remedy::new(
            "c’est une administration qui dit quand c’est fait",
            "an administration tells when it is done",
        )),
        By::System => Ok(()),
        By::Person(person) if declares(situation, step, person) => Ok(()),
        By::Person(_) | By::Publisher => Err(Remedy::new(
            "ce sont les personnes que la démarche désigne, ou un agent pour elles",
            "the people whom the step names do, or an agent for them",
        )),
    }
}

/// Whether an agent's word ends a step: it decides it, or no service is ever asked, and what an office would tell is told at a counter.
fn is_theirs(step: &StepDefinition) -> bool {
    step.settled_by.contains(&Settling::Decision) || step.call.is_none()
}

/// Whether a person is one of those who say that a step is done.
pub(crate) fn declares(
    situation: &Situation<'_>,
    step: &StepDefinition,
    person: &PersonId,
) -> bool {
    declared_by(step).any(|role| is_in(situation, role, person))
}

fn declared_by(step: &StepDefinition) -> impl Iterator<Item = &Role> {
    step.settled_by.iter().filter_map(|by| match by {
        Settling::Declared(role) => Some(role),
        Settling::Event { .. } | Settling::Decision | Settling::Answer | Settling::Told => None,
    })
}

/// Whether a person is in a role. Whoever has no id of their own is in the holder's care.
fn is_in(situation: &Situation<'_>, role: &Role, person: &PersonId) -> bool {
    let holder = situation.journey.holder.value();
    situation
        .members(role)
        .iter()
        .any(|member| person_id(member).as_ref().or(holder) == Some(person))
}

/// Who is in a journey, as told now: whoever its definition makes its holder, then those in its roles. Nobody where nobody can be
/// read in it.
#[must_use]
pub fn people(journey: &Journey, catalog: &Catalog) -> Vec<PersonId> {
    let law = journey.law.as_ref();
    let Some(definition) = law.and_then(|law| catalog.definition(&law.definition)) else {
        return Vec::new();
    };
    let situation = Situation::new(catalog, definition, journey);
    let roles = definition.people.keys();
    let members = roles.flat_map(|role| situation.members(role).iter().filter_map(person_id));
    let holder = holder_of(definition, &situation).ok();
    holder.into_iter().chain(members).collect()
}

/// Whose a journey is now: a correction may have put somebody else in the place of whom it began for. None once whose it is was
/// forgotten.
#[must_use]
pub fn holder_now(journey: &Journey, catalog: &Catalog) -> Option<PersonId> {
    let told = journey.holder.value()?;
    let law = journey.law.as_ref();
    let definition = law.and_then(|law| catalog.definition(&law.definition));
    let now = definition.and_then(|definition| {
        let situation = Situation::new(catalog, definition, journey);
        holder_of(definition, &situation).ok()
    });
    Some(now.unwrap_or_else(|| told.clone()))
}
