//! What an input says, written down before anything is planned.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an act names the states it is for; every other state is refused"
)]

use chrono::{Months, NaiveDate};

use super::answer::answers;
use super::draft::Draft;
use super::learn::learn;
use super::teller::may_declare;
use super::told::told;
use super::who;
use super::{Context, NotDecided, Rejection, Remedy, declined};
use crate::definition::{Definition, Settling, SilenceMeaning, StepDefinition, Undo};
use crate::id::JourneyId;
use crate::journey::{
    Act, ActorKind, CallPurpose, Event, Input, Phase, Says, SettledBy, Step, StepKey,
};
use crate::personal::Personal;
use crate::plan::Situation;

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
            let told = told(life_event, kind.map(AsRef::as_ref), &draft.holder());
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
    let state = record.state.clone();
    // What a service said against its contract leaves the call open for an agent; once the service has answered well, it is settled.
    let unfit = draft.journey.unfit(key).is_some();
    // What is being taken back can still be acted on: by whoever does the inverse act, by the agent after an incident.
    if draft.journey.phase == Phase::Retracted && !state.is_live() {
        return Err(Rejection::Retracted.into());
    }
    let is_agent = matches!(input.actor.kind, ActorKind::Agent(_));
    let not_now = |remedy: Remedy| {
        NotDecided::from(Rejection::NotNow {
            step: key.clone(),
            state: state.word(),
            remedy,
        })
    };
    let not_yours = |remedy: Remedy| {
        NotDecided::from(Rejection::NotYours {
            step: key.clone(),
            remedy,
        })
    };
    let event = match act {
        Act::Done => {
            let situation = Situation::new(context.catalog, definition, &draft.journey);
            may_declare(&situation, step, &input.actor).map_err(not_yours)?;
            match state {
                Step::Settled { .. } => return Ok(()),
                Step::Open | Step::Requested { .. } | Step::Lapsed | Step::Declined { .. } => {}
                // A service that does not take it over leaves the duty where it was: with the person.
                Step::Refused { .. } if step.kind == crate::definition::StepKind::Obligation => {}
                _ => {
                    return Err(not_now(Remedy::new(
                        "elle ne peut pas se faire maintenant ; regardez ce qu’elle attend",
                        "it cannot be done now; see what it waits for",
                    )));
                }
            }
            settled(key, draft.about_holder(on), SettledBy::Declared)
        }
        Act::Decline => match state {
            Step::Declined { .. } => return Ok(()),
            Step::Open | Step::Waiting(_) | Step::Requested { .. } => {
                if step.kind == crate::definition::StepKind::Obligation {
                    return Err(not_yours(Remedy::new(
                        "une obligation ne se décline pas",
                        "an obligation cannot be declined",
                    )));
                }
                draft.push(Event::StepDeclined {
                    step: key.clone(),
                    on: draft.about_holder(on),
                })?;
                let Some(event) = declined::told(step, key, &state) else {
                    return Ok(());
                };
                event
            }
            _ => {
                return Err(not_now(Remedy::new(
                    "on ne décline que ce qui est proposé",
                    "only what is offered can be declined",
                )));
            }
        },
        Act::Resume => match state {
            Step::Declined { .. } => Event::StepResumed { step: key.clone() },
            _ => {
                return Err(not_now(Remedy::new(
                    "on ne reprend que ce qui a été décliné",
                    "only what was declined can be taken up again",
                )));
            }
        },
        Act::Accept => {
            may_decide(step, &state, is_agent, unfit).map_err(not_yours)?;
            if let Step::Failed {
                purpose: CallPurpose::Undo,
                ..
            } = state
            {
                return Ok(draft.push(Event::StepUndone { step: key.clone() })?);
            }
            match state {
                // An appeal that was heard, or an answer after the silence.
                _ if state.is_refused() => {}
                Step::Open | Step::Requested { .. } | Step::Failed { .. } => {}
                _ => {
                    return Err(not_now(Remedy::new(
                        "il n’y a rien à décider maintenant",
                        "there is nothing to decide now",
                    )));
                }
            }
            settled(key, draft.about_holder(on), SettledBy::Decision)
        }
        Act::Refuse { motive } => {
            may_decide(step, &state, is_agent, unfit).map_err(not_yours)?;
            match state {
                Step::Failed {
                    purpose: CallPurpose::Undo,
                    ..
                } => {
                    return Err(not_now(Remedy::new(
                        "demandez à nouveau au service, ou acceptez une fois l’annulation faite à la main",
                        "ask the service again, or accept once it is taken back by hand",
                    )));
                }
                // After the silence, a decision may still say no, and why.
                Step::Open
                | Step::Requested { .. }
                | Step::Failed { .. }
                | Step::Deemed {
                    means: SilenceMeaning::Refusal,
                    ..
                } => {}
                _ => {
                    return Err(not_now(Remedy::new(
                        "il n’y a rien à décider maintenant",
                        "there is nothing to decide now",
                    )));
                }
            }
            Event::StepRefused {
                step: key.clone(),
                on: draft.about_holder(on),
                code: draft.about_holder("decision".into()),
                motive: Some(draft.about_holder(motive.clone())),
                notice_defective: false,
            }
        }
        Act::Retry => {
            if !is_agent {
                return Err(not_yours(Remedy::new(
                    "c’est un agent qui demande à nouveau au service",
                    "an agent asks the service again",
                )));
            }
            match state {
                Step::Failed {
                    purpose: CallPurpose::Undo,
                    ..
                } if matches!(step.undo, None | Some(Undo::None(_))) => {
                    return Err(not_now(Remedy::new(
                        "aucun service ne l’annule : acceptez une fois que c’est fait à la main",
                        "no service takes it back: accept once that is done by hand",
                    )));
                }
                Step::Failed { .. } => Event::StepResumed { step: key.clone() },
                _ if state.call_is_out() && unfit => Event::StepResumed { step: key.clone() },
                _ => {
                    return Err(not_now(Remedy::new(
                        "on ne réessaie qu’un incident",
                        "only an incident can be tried again",
                    )));
                }
            }
        }
        Act::AskPieces { .. } | Act::HavePieces => {
            if !is_agent {
                return Err(not_yours(Remedy::new(
                    "c’est le service qui dit quelles pièces lui manquent",
                    "the office says which pieces it lacks",
                )));
            }
            let asked = matches!(state, Step::Open | Step::Requested { .. })
                && step.silence.is_some()
                && record.requested_on.is_some();
            if !asked {
                return Err(not_now(Remedy::new(
                    "aucun service n’instruit de dossier pour elle",
                    "no office is at work on a file for it",
                )));
            }
            match act {
                Act::AskPieces { pieces, until } => Event::FileIncomplete {
                    step: key.clone(),
                    on: draft.about_holder(on),
                    pieces: draft.about_holder(pieces.clone()),
                    until: until.map(|until| draft.about_holder(until)),
                    told: None,
                },
                _ => Event::FileComplete {
                    step: key.clone(),
                    on: draft.about_holder(on),
                    told: None,
                },
            }
        }
        Act::Appeal(kind) => {
            if !state.is_refused() {
                return Err(not_now(Remedy::new(
                    "on ne conteste qu’un refus",
                    "only a refusal can be contested",
                )));
            }
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

/// Agents decide what is theirs to decide, and what could not be automatic.
fn may_decide(
    step: &StepDefinition,
    state: &Step,
    is_agent: bool,
    unfit: bool,
) -> Result<(), Remedy> {
    if !is_agent {
        return Err(Remedy::new("c’est un agent qui décide", "an agent decides"));
    }
    let theirs = unfit
        || step.settled_by.contains(&Settling::Decision)
        || matches!(state, Step::Failed { .. });
    if theirs {
        Ok(())
    } else {
        Err(Remedy::new(
            "c’est le service qui décide ; un agent, seulement après un incident",
            "the service decides; an agent only after an incident",
        ))
    }
}
