//! What an input says, written down before anything is planned.

use chrono::{Months, NaiveDate};

use super::answer::answers;
use super::draft::{Draft, holder_of};
use super::learn::learn;
use super::may::{By, Taken, may};
use super::told::told;
use super::who;
use super::{Context, NotDecided, Rejection, declined};
use crate::definition::Definition;
use crate::id::{JourneyId, PersonId};
use crate::journey::{Act, Event, Input, LifeEventTold, Phase, Says, SettledBy, StepKey};
use crate::personal::Personal;
use crate::plan::{self, Choice, Situation};

/// The first event of a journey.
pub(super) fn begins(
    _id: JourneyId,
    input: &Input,
    context: Context<'_>,
) -> Result<Event, Rejection> {
    let Says::Start {
        journey,
        holder,
        life_event,
    } = &input.says
    else {
        return Err(Rejection::NotStarted);
    };
    if context.catalog.versions(journey).is_empty() {
        return Err(Rejection::NoSuchJourney(journey.clone()));
    }
    let kind = context.catalog.life_event(&life_event.kind);
    let told = told(life_event, kind.map(AsRef::as_ref), holder);
    let holder = Personal::new(
        holder.clone(),
        super::draft::journey_purpose(),
        super::draft::journey_long(),
        holder.clone(),
    );
    Ok(Event::Started {
        journey: journey.clone(),
        holder,
        told,
    })
}

/// Writes down what `input` says to a journey that has started.
pub(super) fn says(
    draft: &mut Draft,
    input: &Input,
    context: Context<'_>,
) -> Result<(), NotDecided> {
    let on = input.occurred_on.unwrap_or(draft.today);
    can_have_been(draft, &input.says, on)?;
    match &input.says {
        Says::Start { .. } => Err(Rejection::AlreadyStarted.into()),
        Says::Correct(life_event) => {
            let kind = context.catalog.life_event(&life_event.kind);
            let kind = kind.map(AsRef::as_ref);
            let mut told = told(life_event, kind, &draft.holder());
            if draft.journey.is_forgotten() {
                // What is told of whoever was forgotten does not bring them back.
                told.name = told.name.erase();
            } else if let Some(holder) = holder_of_corrected(draft, context, &told) {
                told = super::told::told(life_event, kind, &holder);
            }
            if draft.journey.phase != Phase::Running {
                draft.push(Event::JourneyReopened)?;
            }
            let before = who::is_there(draft, context)?;
            draft.push(Event::LifeEventCorrected(told))?;
            who::is_who(draft, context, &before)
        }
        Says::Retract => match draft.journey.phase {
            Phase::Retracted => Ok(()),
            Phase::Running | Phase::Ended => Ok(draft.push(Event::LifeEventRetracted)?),
        },
        Says::Fact { fact, value } => learn(draft, context, fact, value, &input.actor, on),
        Says::Dispute { fact } => {
            let Some(known) = draft.journey.facts.get(fact) else {
                return Err(Rejection::NothingToDispute(fact.id.clone()).into());
            };
            if known.disputed.is_some() {
                return Ok(());
            }
            Ok(draft.push(Event::FactDisputed {
                fact: fact.clone(),
                claimed: None,
            })?)
        }
        Says::Answer {
            target,
            call,
            answer,
        } => answers(draft, context, target, *call, answer, on),
        Says::Told { event, data } => {
            let data = draft.about_holder(data.clone());
            Ok(draft.push(Event::ServiceTold {
                event: event.clone(),
                data,
                on: draft.about_holder(on),
            })?)
        }
        Says::Act { step, act } => acts(draft, context, step, act, input, on),
        Says::Peer {
            from,
            journey,
            role,
            step,
            settled,
        } => Ok(draft.push(Event::PeerChanged {
            from: *from,
            journey: journey.clone(),
            role: role.clone(),
            step: step.clone(),
            settled: *settled,
        })?),
        Says::RevokeLinks { link } => {
            if link.is_some_and(|link| draft.journey.links.revoked.contains(&link)) {
                return Ok(());
            }
            Ok(draft.push(Event::LinksRevoked { link: *link })?)
        }
        Says::Tick | Says::NewCatalog => Ok(()),
    }
}

/// Whose journey it is by what its life event says now, under the law that it gives; none where that cannot be told.
fn holder_of_corrected(
    draft: &Draft,
    context: Context<'_>,
    told: &LifeEventTold,
) -> Option<PersonId> {
    let mut journey = draft.journey.clone();
    journey.told = told.clone();
    let definition = match plan::law_version(context.catalog, &journey) {
        Choice::Sure(definition, _) => definition,
        Choice::Provisional(..) | Choice::None(_) | Choice::Fault(_) => {
            let law = journey.law.as_ref()?;
            context.catalog.definition(&law.definition)?.clone()
        }
    };
    let situation = Situation::new(context.catalog, &definition, &journey);
    holder_of(&definition, &situation).ok()
}

/// Whether what is said can have happened on that day. What systems tell may be of tomorrow, which it is already where they are:
/// Nouméa is ten hours ahead of Paris. Nobody acts on a step years before there was a reason to.
fn can_have_been(draft: &Draft, says: &Says, on: NaiveDate) -> Result<(), Rejection> {
    let (first, last) = match says {
        Says::Answer { .. } | Says::Told { .. } => (None, draft.today.succ_opt()),
        Says::Act { .. } => {
            let event = draft.journey.occurred_on();
            let before = event.and_then(|event| event.checked_sub_months(BEFORE));
            (
                before.map(|before| before.min(draft.today)),
                Some(draft.today),
            )
        }
        Says::Fact { .. } => (None, Some(draft.today)),
        Says::Start { .. }
        | Says::Correct(_)
        | Says::Retract
        | Says::Dispute { .. }
        | Says::Peer { .. }
        | Says::RevokeLinks { .. }
        | Says::Tick
        | Says::NewCatalog => return Ok(()),
    };
    let first = first.or_else(|| NaiveDate::from_ymd_opt(1900, 1, 1));
    if last.is_some_and(|last| on > last) {
        return Err(Rejection::InTheFuture(on));
    }
    if first.is_some_and(|first| on < first) {
        return Err(Rejection::TooLongAgo(on));
    }
    Ok(())
}

/// How long before a life event something may have been done about it.
const BEFORE: Months = Months::new(24);

/// The definition that a journey is under, if it is under one.
pub(super) fn definition<'a>(
    draft: &Draft,
    context: Context<'a>,
) -> Result<Option<&'a Definition>, Rejection> {
    match &draft.journey.law {
        None => Ok(None),
        Some(law) => match context.catalog.definition(&law.definition) {
            Some(definition) => Ok(Some(definition)),
            None => Err(Rejection::LostDefinition(law.definition)),
        },
    }
}

fn acts(
    draft: &mut Draft,
    context: Context<'_>,
    key: &StepKey,
    act: &Act,
    input: &Input,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    if on > draft.today {
        return Err(Rejection::InTheFuture(on).into());
    }
    let missing = || Rejection::NoSuchStep(key.clone());
    let definition = definition(draft, context)?.ok_or_else(missing)?;
    let step = definition.step(&key.id).ok_or_else(missing)?;
    let record = draft.journey.steps.get(key).ok_or_else(missing)?;
    let by = By::from(&input.actor);
    let situation = Situation::new(context.catalog, definition, &draft.journey);
    if may(&situation, step, key, record, act.doable(), by)? == Taken::Already {
        return Ok(());
    }
    let state = record.state.clone();
    let event = match act {
        Act::Done => {
            let by = match by {
                By::Agent => SettledBy::Recorded,
                By::Person(_) | By::Publisher | By::System => SettledBy::Declared,
            };
            settled(key, draft.about_holder(on), by)
        }
        Act::Decline => {
            draft.push(Event::StepDeclined {
                step: key.clone(),
                on: draft.about_holder(on),
            })?;
            let Some(event) = declined::told(step, key, &state) else {
                return Ok(());
            };
            event
        }
        Act::Accept if state.is_taken_back() => Event::StepUndone { step: key.clone() },
        Act::Accept => settled(key, draft.about_holder(on), SettledBy::Decision),
        Act::Refuse { motive } => Event::StepRefused {
            step: key.clone(),
            on: draft.about_holder(on),
            code: draft.about_holder("decision".into()),
            motive: Some(draft.about_holder(motive.clone())),
            notice_defective: false,
        },
        Act::Resume | Act::Retry => Event::StepResumed { step: key.clone() },
        Act::AskPieces { pieces, until } => Event::FileIncomplete {
            step: key.clone(),
            on: draft.about_holder(on),
            pieces: draft.about_holder(pieces.clone()),
            until: until.map(|until| draft.about_holder(until)),
            told: None,
        },
        Act::HavePieces => Event::FileComplete {
            step: key.clone(),
            on: draft.about_holder(on),
            told: None,
        },
        Act::Appeal(kind) => {
            if !step.recourse.iter().any(|recourse| recourse.kind == *kind) {
                return Err(Rejection::NoSuchAppeal(key.clone()).into());
            }
            Event::AppealLodged {
                step: key.clone(),
                kind: *kind,
                on: draft.about_holder(on),
            }
        }
    };
    Ok(draft.push(event)?)
}

fn settled(step: &StepKey, on: Personal<NaiveDate>, by: SettledBy) -> Event {
    Event::StepSettled {
        step: step.clone(),
        on,
        by,
        reply: None,
    }
}
