//! Facts, as people, agents and services tell them.

use alloc::vec::Vec;

use chrono::NaiveDate;

use super::answer::Fit;
use super::draft::Draft;
use super::inquire::also_told;
use super::say::definition;
use super::teller::may_tell;
use super::{Context, NotDecided, Rejection};
use crate::definition::{Definition, FactDefinition, FactOrigin};
use crate::journey::{
    Actor, ActorKind, Event, FactKey, OpenCall, Source, StepKey, StepRecord, Subject,
};
use crate::personal::Personal;
use crate::plan::Situation;
use crate::value::Value;

/// Writes down what somebody says of a fact.
pub(super) fn learn(
    draft: &mut Draft,
    context: Context<'_>,
    key: &FactKey,
    value: &Value,
    actor: &Actor,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    let unknown = || Rejection::NoSuchFact(key.id.clone());
    let definition = definition(draft, context)?.ok_or_else(unknown)?;
    let fact = definition.facts.get(&key.id).ok_or_else(unknown)?;
    if on > draft.today {
        return Err(Rejection::InTheFuture(on).into());
    }
    fact.check(value).map_err(|mismatch| Rejection::WrongType {
        fact: key.id.clone(),
        mismatch,
    })?;
    let event = {
        let situation = Situation::new(context.catalog, definition, &draft.journey);
        match (&fact.each, &key.of) {
            (None, None) => {}
            (Some(role), Some(of)) if of.role == *role && is_told_of(&situation, of) => {}
            (None, Some(_)) => return Err(unknown().into()),
            (Some(role), _) => {
                return Err(Rejection::WhichOne {
                    fact: key.id.clone(),
                    role: role.clone(),
                }
                .into());
            }
        }
        may_tell(draft, &situation, fact, key, actor)?;
        let source = match &actor.kind {
            ActorKind::Service(service) => Source::Evidence(service.clone()),
            ActorKind::Agent(_) => Source::Agent,
            ActorKind::Citizen(_) | ActorKind::Source(_) | ActorKind::Engine => Source::Declared,
        };
        let value = draft.about(&situation, fact, key.of.as_ref(), value.clone());
        let on = draft.about(&situation, fact, key.of.as_ref(), on);
        learned(draft, key, value, source, on)
    };
    if let Some(event) = event {
        draft.push(event)?;
    }
    Ok(())
}

/// Whether facts are still told of somebody: they are there, or something done for them is being taken back.
fn is_told_of(situation: &Situation<'_>, of: &Subject) -> bool {
    let mut steps = situation.journey.steps.iter();
    let live = |(key, record): (&StepKey, &StepRecord)| {
        key.of.as_ref() == Some(of) && record.state.is_live()
    };
    situation.member(of).is_some() || (situation.told_of(of).is_some() && steps.any(live))
}

/// A new value beside an old one: what a service or an agent attested is not overruled by a declaration, it is contested by one.
fn learned(
    draft: &Draft,
    key: &FactKey,
    value: Personal<Value>,
    source: Source,
    occurred_on: Personal<NaiveDate>,
) -> Option<Event> {
    if let Some(known) = draft.journey.facts.get(key) {
        let same = known.value.value() == value.value();
        let attested = known.source != Source::Declared && source == Source::Declared;
        if same && known.disputed.is_none() && (attested || known.source == source) {
            return None;
        }
        if attested && !same {
            return Some(Event::FactDisputed {
                fact: key.clone(),
                claimed: Some(value),
            });
        }
        // Whoever contested it now says the same: it stands as it was attested.
        if attested {
            return Some(Event::FactLearned {
                fact: key.clone(),
                value: known.value.clone(),
                source: known.source.clone(),
                occurred_on: known.occurred_on.clone(),
            });
        }
    }
    Some(Event::FactLearned {
        fact: key.clone(),
        value,
        source,
        occurred_on,
    })
}

/// What a service answers about a fact.
pub(super) fn fact_answer(
    draft: &mut Draft,
    context: Context<'_>,
    definition: &Definition,
    key: &FactKey,
    open: &OpenCall,
    answer: Fit<'_>,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    let Some(origin) = open.origin else {
        return Ok(());
    };
    let unavailable = |code: &str| Event::FactUnavailable {
        fact: key.clone(),
        origin,
        code: draft.about_holder(code.into()),
    };
    let fact = definition.facts.get(&key.id);
    let event = match (answer, fact) {
        (Fit::Reply(reply), Some(fact)) => match taken(fact, origin, reply) {
            Some(value) if fact.check(&value).is_ok() => {
                let situation = Situation::new(context.catalog, definition, &draft.journey);
                Event::FactLearned {
                    fact: key.clone(),
                    value: draft.about(&situation, fact, key.of.as_ref(), value),
                    source: Source::Evidence(open.made.operation.service.clone()),
                    occurred_on: draft.about(&situation, fact, key.of.as_ref(), on),
                }
            }
            Some(_) => unavailable("wrong_type"),
            None => unavailable("not_in_reply"),
        },
        (Fit::Reply(_), None) => unavailable("not_asked"),
        (Fit::Refusal { code, .. }, _) => unavailable(code),
        (Fit::Failure(_), _) => unavailable("failure"),
    };
    draft.push(event)?;
    share(draft, context, definition, open, answer, on)
}

/// Learns from the same reply what else it tells, so that a service is not asked twice.
fn share(
    draft: &mut Draft,
    context: Context<'_>,
    definition: &Definition,
    open: &OpenCall,
    answer: Fit<'_>,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    let Fit::Reply(reply) = answer else {
        return Ok(());
    };
    let events: Vec<Event> = {
        let situation = Situation::new(context.catalog, definition, &draft.journey);
        let learn = |(key, place): (FactKey, u16)| {
            let fact = definition.facts.get(&key.id)?;
            let value = taken(fact, place, reply).filter(|value| fact.ty.check(value).is_ok())?;
            let value = draft.about(&situation, fact, key.of.as_ref(), value);
            let source = Source::Evidence(open.made.operation.service.clone());
            let occurred_on = draft.about(&situation, fact, key.of.as_ref(), on);
            Some(Event::FactLearned {
                fact: key,
                value,
                source,
                occurred_on,
            })
        };
        also_told(draft, &situation, &open.made)
            .into_iter()
            .filter_map(learn)
            .collect()
    };
    for event in events {
        draft.push(event)?;
    }
    Ok(())
}

/// What `take:` finds in a reply.
fn taken(fact: &FactDefinition, origin: u16, reply: &Value) -> Option<Value> {
    let FactOrigin::Service { take, .. } = fact.from.get(usize::from(origin))? else {
        return None;
    };
    let mut value = reply;
    for name in take {
        let Value::Record(fields) = value else {
            return None;
        };
        value = fields.get(name)?;
    }
    Some(value.clone())
}
