//! Who may tell a fact: whom its definition asks, and administrations. What follows from the law or from the life event
//! is nobody's to tell.

use super::draft::{Draft, holder_of, person_id};
use super::{Rejection, Teller};
use crate::catalog::Catalog;
use crate::definition::{FactDefinition, FactOrigin};
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
                FactOrigin::Ask(role) => is_in(draft, situation, role, person),
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

/// Whether a person is in a role. Whoever has no id of their own is in the holder's care.
fn is_in(draft: &Draft, situation: &Situation<'_>, role: &Role, person: &PersonId) -> bool {
    let holder = draft.holder();
    situation
        .members(role)
        .iter()
        .any(|member| person_id(member).unwrap_or_else(|| holder.clone()) == *person)
}

/// Whether a person is in a journey: its definition makes them its holder, or they are in one of its roles. Where nobody can be read
/// in it, nothing says that they are not.
#[must_use]
pub fn concerns(journey: &Journey, catalog: &Catalog, person: &PersonId) -> bool {
    let law = journey.law.as_ref();
    let Some(definition) = law.and_then(|law| catalog.definition(&law.definition)) else {
        return true;
    };
    let situation = Situation::new(catalog, definition, journey);
    let roles = definition.people.keys();
    let members = roles.flat_map(|role| situation.members(role).iter().filter_map(person_id));
    let mut people = members.chain(holder_of(definition, &situation)).peekable();
    people.peek().is_none() || people.any(|each| each == *person)
}
