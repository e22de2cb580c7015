//! A life event's data, taken apart by the people it is about, so that one can be forgotten without the others.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "people stand in lists or alone, whatever they are"
)]

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::draft::{journey_long, journey_purpose, person_id};
use crate::definition::LifeEventType;
use crate::expr::Segment;
use crate::id::PersonId;
use crate::journey::{EventIdentity, LifeEvent, LifeEventTold, Part};
use crate::personal::Personal;
use crate::value::Value;

/// The life event, each part about its person. People without an id of their own are the holder's.
pub fn told(
    life_event: &LifeEvent,
    kind: Option<&LifeEventType>,
    holder: &PersonId,
) -> LifeEventTold {
    let seal = |about: PersonId, at: Vec<Segment>, value: Value| Part {
        at,
        value: Personal::new(about, journey_purpose(), journey_long(), value),
    };
    let mut rest = life_event.data.clone();
    let mut parts = Vec::new();
    if let Value::Record(fields) = &mut rest {
        for property in kind.map(|kind| kind.people.as_slice()).unwrap_or_default() {
            let Some(value) = fields.remove(property) else {
                continue;
            };
            let at = |index: Option<usize>| {
                let mut at = vec![Segment::Field(property.as_str().into())];
                at.extend(index.map(Segment::Item));
                at
            };
            let about = |value: &Value| person_id(value).unwrap_or_else(|| holder.clone());
            match value {
                Value::List(people) if !people.is_empty() => parts.extend(
                    people
                        .into_iter()
                        .enumerate()
                        .map(|(index, person)| seal(about(&person), at(Some(index)), person)),
                ),
                single => parts.push(seal(about(&single), at(None), single)),
            }
        }
    }
    parts.insert(0, seal(holder.clone(), Vec::new(), rest));
    let identity = EventIdentity {
        source: String::from(&*life_event.source),
        id: String::from(&*life_event.id),
    };
    LifeEventTold {
        kind: life_event.kind.clone(),
        name: Personal::new(holder.clone(), journey_purpose(), journey_long(), identity),
        occurred_on: Personal::new(
            holder.clone(),
            journey_purpose(),
            journey_long(),
            life_event.occurred_on,
        ),
        parts,
    }
}
