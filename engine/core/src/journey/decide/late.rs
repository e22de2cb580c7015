//! An answer to a call that is out no more: given up by a correction, by a person, by an agent, for lack of an answer.
//!
//! What a service did is never lost. It counts where the step can still take it; planning then takes it back if it should not
//! be. Where it is being taken back already, or says nothing new, it is kept and told.

use alloc::string::String;

use chrono::NaiveDate;

use super::answer::{Fit, judged};
use super::draft::Draft;
use super::say::definition;
use super::{Context, NotDecided, Rejection, declined};
use crate::definition::{Answering, SilenceMeaning};
use crate::journey::{
    Answer, CallPurpose, CallTarget, ClosedCall, Event, SettledBy, Step, StepKey,
};
use crate::value::Value;

/// Writes down what an answer to a call that is not out says.
pub(super) fn answers_late(
    draft: &mut Draft,
    context: Context<'_>,
    target: &CallTarget,
    number: u32,
    answer: &Answer,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    // A call that was never made. A fact is known by now, or asked elsewhere.
    let closed = draft.journey.closed.get(&number).cloned();
    let (Some(closed), CallTarget::Step(key)) = (closed, target) else {
        return Ok(());
    };
    let record = draft.journey.steps.get(key).cloned();
    let record = record.filter(|_| closed.target == *target);
    let (Some(record), Some(definition)) = (record, definition(draft, context)?) else {
        return Ok(());
    };
    let answer = judged(context, &closed.operation, answer)
        .map_err(|what| Rejection::AnswerUnfit { what })?;
    let step = definition.step(&key.id);
    let is_taken_back = number <= record.taken_back;
    match (closed.purpose, answer) {
        (CallPurpose::Do, Fit::Reply(reply)) if !is_taken_back => match (&record.state, step) {
            (Step::Declined { .. }, Some(step)) if !only_acknowledges(Some(step)) => {
                let granted = declined::granted(draft, step, key);
                draft.push(keeps_reply(draft, key, number, reply))?;
                for event in granted {
                    draft.push(event)?;
                }
                Ok(())
            }
            (state, _) if can_settle(state) && !only_acknowledges(step) => {
                Ok(draft.push(Event::StepSettled {
                    step: key.clone(),
                    on: draft.about_holder(on),
                    by: SettledBy::Answer(number),
                    reply: Some(draft.about_holder(reply.clone())),
                })?)
            }
            _ => Ok(draft.push(keeps_reply(draft, key, number, reply))?),
        },
        (
            CallPurpose::Do,
            Fit::Refusal {
                code,
                words,
                notice_defective,
            },
        ) if !is_taken_back && waits_for_a_word(draft, key, number, &record.state) => Ok(draft
            .push(Event::StepRefused {
                step: key.clone(),
                on: draft.about_holder(on),
                code: draft.about_holder(code.into()),
                motive: words.map(|words| draft.about_holder(words.into())),
                notice_defective,
            })?),
        (CallPurpose::Undo, Fit::Reply(_)) if !is_taken_back && record.state.is_taken_back() => {
            Ok(draft.push(Event::StepUndone { step: key.clone() })?)
        }
        (_, Fit::Reply(reply)) => Ok(draft.push(keeps_reply(draft, key, number, reply))?),
        (_, Fit::Refusal { code, .. }) => {
            let code = Some(draft.about_holder(String::from(code)));
            Ok(draft.push(Event::AnsweredLate {
                step: key.clone(),
                call: number,
                reply: None,
                code,
            })?)
        }
        // That it cannot be had is no news.
        (_, Fit::Failure(_)) => Ok(()),
    }
}

fn keeps_reply(draft: &Draft, key: &StepKey, number: u32, reply: &Value) -> Event {
    Event::AnsweredLate {
        step: key.clone(),
        call: number,
        reply: Some(draft.about_holder(reply.clone())),
        code: None,
    }
}

/// Whether the service's yes still ends the step well.
fn can_settle(state: &Step) -> bool {
    matches!(
        state,
        Step::Waiting(_)
            | Step::NotApplicable
            | Step::Open
            | Step::Requested { .. }
            | Step::Refused { .. }
            | Step::Deemed {
                means: SilenceMeaning::Refusal,
                ..
            }
            | Step::Lapsed
            | Step::Failed {
                purpose: CallPurpose::Do,
                ..
            }
    )
}

/// Whether the service's no still says something: nobody has said anything since, or somebody has only said that it was done while the
/// service was being asked. An administration's word counts more than that.
fn waits_for_a_word(draft: &Draft, key: &StepKey, number: u32, state: &Step) -> bool {
    match state {
        Step::Settled {
            by: SettledBy::Declared | SettledBy::Recorded,
            ..
        } => is_last(draft, key, number),
        Step::Failed { purpose, .. } => *purpose == CallPurpose::Do,
        Step::Deemed { means, .. } => *means == SilenceMeaning::Refusal,
        Step::Waiting(_)
        | Step::NotApplicable
        | Step::Open
        | Step::Requested { .. }
        | Step::Settled { .. }
        | Step::Refused { .. }
        | Step::Declined { .. }
        | Step::Lapsed
        | Step::Undoing { .. }
        | Step::Undone
        | Step::Irrevocable => false,
    }
}

/// Whether it was the last call that was made to have the step done.
fn is_last(draft: &Draft, key: &StepKey, number: u32) -> bool {
    let later = draft.journey.closed.range(number.saturating_add(1)..);
    let again = |closed: &ClosedCall| {
        closed.purpose == CallPurpose::Do
            && matches!(&closed.target, CallTarget::Step(step) if step == key)
    };
    !later.into_iter().any(|(_, closed)| again(closed))
}

fn only_acknowledges(step: Option<&crate::definition::StepDefinition>) -> bool {
    step.and_then(|step| step.call.as_ref())
        .is_some_and(|call| call.answer == Answering::Acknowledges)
}
