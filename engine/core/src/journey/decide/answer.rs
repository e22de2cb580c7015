//! A service's answer to a call: judged here, and nowhere else, against the contract of the operation that was called.
//!
//! Doors only read what arrives, whatever its form. What breaks the contract decides nothing and does not use its name up, so that
//! the service can be repaired and answer the same call again.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::draft::Draft;
use super::late::answers_late;
use super::learn::fact_answer;
use super::say::definition;
use super::{Context, NotDecided, Rejection};
use crate::definition::{Answering, Definition};
use crate::journey::{
    Answer, CallKey, CallPurpose, CallTarget, Event, OpenCall, SettledBy, StepKey, Unfit,
};
use crate::name::OperationId;
use crate::personal::Personal;
use crate::value::Value;

/// An answer that the contract of its operation allows.
#[derive(Clone, Copy)]
pub(super) enum Fit<'a> {
    /// Yes, with the record of the contract.
    Reply(&'a Value),
    /// No, for one of the contract's reasons.
    Refusal {
        code: &'a str,
        words: Option<&'a str>,
        notice_defective: bool,
    },
    /// It could not be had, however often it was tried.
    Failure(&'a str),
}

/// Writes down what the answer to a call says.
pub(super) fn answers(
    draft: &mut Draft,
    context: Context<'_>,
    target: &CallTarget,
    number: u32,
    answer: &Answer,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    let Some(open) = draft
        .journey
        .calls
        .get(&number)
        .filter(|open| open.target == *target)
        .cloned()
    else {
        return answers_late(draft, context, target, number, answer, on);
    };
    let Some(definition) = definition(draft, context)? else {
        return Ok(());
    };
    if let Answer::Failure { attempt, what } = answer {
        let again = next_attempt(draft, context, &open, *attempt);
        let is_last = again.is_none();
        draft.push(Event::CallAttemptFailed {
            target: target.clone(),
            call: number,
            attempt: *attempt,
            what: draft.about_holder(what.clone()),
            again,
        })?;
        if !is_last {
            return Ok(());
        }
    }
    let answer = match judged(context, &open.made.operation, answer) {
        Ok(answer) => answer,
        Err(what) => return unfit(draft, target, number, open.unfit.as_ref(), what),
    };
    match target {
        CallTarget::Fact(fact) => fact_answer(draft, context, definition, fact, &open, answer, on),
        CallTarget::Step(step) => step_answer(draft, definition, step, number, &open, answer, on),
    }
}

/// When a call whose attempt failed is made again, by the law in force now; none when that was the last one.
fn next_attempt(
    draft: &Draft,
    context: Context<'_>,
    open: &OpenCall,
    attempt: u32,
) -> Option<Personal<NaiveDateTime>> {
    let operation = context.catalog.operation(&open.made.operation)?;
    let next = attempt.checked_add(1)?;
    let key = CallKey {
        journey: draft.journey.id,
        target: open.target.clone(),
        number: open.made.number,
    };
    let wait = operation.retry.wait_spread(next, key.spread(next))?;
    let again = context
        .now
        .checked_add_signed(TimeDelta::from_std(wait).ok()?)?;
    Some(draft.about_holder(again))
}

/// The answer, if it is one that the operation's contract allows; else what is wrong with it, without values.
pub(super) fn judged<'a>(
    context: Context<'_>,
    operation: &OperationId,
    answer: &'a Answer,
) -> Result<Fit<'a>, String> {
    let contract = context.catalog.operation(operation);
    match answer {
        Answer::Reply(reply) => match contract.map(|contract| contract.reply.check(reply)) {
            None | Some(Ok(())) => Ok(Fit::Reply(reply)),
            Some(Err(mismatch)) => Err(alloc::format!("the reply of {operation}: {mismatch}")),
        },
        Answer::Refusal {
            code,
            words,
            notice_defective,
        } => match contract.map(|contract| &contract.refusals) {
            Some(refusals) if !refusals.contains_key(code) => {
                let known: Vec<&str> = refusals.keys().map(String::as_str).collect();
                let known = known.join(", ");
                Err(alloc::format!(
                    "the refusal of {operation}: it has no such code; it has: {known}"
                ))
            }
            Some(_) | None => Ok(Fit::Refusal {
                code,
                words: words.as_deref(),
                notice_defective: *notice_defective,
            }),
        },
        Answer::Unfit { what } => Err(what.clone()),
        Answer::Failure { what, .. } => Ok(Fit::Failure(what)),
    }
}

/// The call stays out: a service that was repaired answers it again, or an agent decides. The same said again is no news.
fn unfit(
    draft: &mut Draft,
    target: &CallTarget,
    number: u32,
    before: Option<&Unfit>,
    what: String,
) -> Result<(), NotDecided> {
    if before.is_some_and(|before| before.what.value() == Some(&what)) {
        return Err(Rejection::AnswerUnfit { what }.into());
    }
    Ok(draft.push(Event::AnswerUnfit {
        target: target.clone(),
        call: number,
        what: draft.about_holder(what),
    })?)
}

fn step_answer(
    draft: &mut Draft,
    definition: &Definition,
    key: &StepKey,
    number: u32,
    open: &OpenCall,
    answer: Fit<'_>,
    on: NaiveDate,
) -> Result<(), NotDecided> {
    let step = definition.step(&key.id);
    let event = match (open.purpose, answer) {
        (CallPurpose::Do, Fit::Reply(reply)) => {
            let reply = draft.about_holder(reply.clone());
            match step
                .and_then(|step| step.call.as_ref())
                .map(|call| call.answer)
            {
                Some(Answering::Acknowledges) => Event::CallAcknowledged {
                    step: key.clone(),
                    call: number,
                    reply,
                },
                Some(Answering::Settles) | None => Event::StepSettled {
                    step: key.clone(),
                    on: draft.about_holder(on),
                    by: SettledBy::Answer(number),
                    reply: Some(reply),
                },
            }
        }
        (CallPurpose::Undo, Fit::Reply(_)) => Event::StepUndone { step: key.clone() },
        (
            CallPurpose::Do,
            Fit::Refusal {
                code,
                words,
                notice_defective,
            },
        ) => Event::StepRefused {
            step: key.clone(),
            on: draft.about_holder(on),
            code: draft.about_holder(code.into()),
            motive: words.map(|words| draft.about_holder(words.into())),
            notice_defective,
        },
        (CallPurpose::Undo, Fit::Refusal { code, .. }) => Event::StepFailed {
            step: key.clone(),
            purpose: CallPurpose::Undo,
            what: draft.about_holder(alloc::format!("{} refused: {code}", open.made.operation)),
        },
        (purpose, Fit::Failure(what)) => Event::StepFailed {
            step: key.clone(),
            purpose,
            what: draft.about_holder(what.into()),
        },
    };
    Ok(draft.push(event)?)
}
