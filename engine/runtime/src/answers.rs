//! Answers of services, as every door takes them: read by the contract of the operation, named by the call, and judged by the
//! core alone.
//!
//! A door that hands an answer over learns the verdict from what was decided: [`Done::unfit`] the first time, and
//! [`Rejection::AnswerUnfit`](parcours_core::journey::Rejection) when the same is said again. Either way the call waits for a
//! better answer under the same name.

use chrono::NaiveDate;
use parcours_core::definition::Operation;
use parcours_core::journey::{Actor, Answer, CallKey, Event, Input, Journey, Says};
use parcours_lang::life_event::from_json;
use serde_json::Value as Json;
use thiserror::Error;

use crate::identity;
use crate::machine::Done;

/// More problems than these are not told: whoever repairs ten looks at the contract.
const MOST: usize = 10;

/// A reply in JSON, as the contract of the operation names it. What cannot be read so is an answer too: the core judges it.
#[must_use]
pub fn reply(said: &Json, contract: &Operation) -> Answer {
    match from_json(said, &contract.reply) {
        Ok(reply) => Answer::Reply(reply),
        Err(problems) => {
            let told: Vec<String> = problems
                .iter()
                .take(MOST)
                .map(|problem| problem.under("/reply").to_string())
                .collect();
            Answer::Unfit {
                what: told.join("; "),
            }
        }
    }
}

/// A failure, as a service tells it: of the attempt that it names, else of the one that was made last.
///
/// # Errors
/// [`NoSuchAttempt`]: that one was not made.
pub fn failure(
    journey: &Journey,
    key: &CallKey,
    attempt: Option<u32>,
    what: String,
) -> Result<Answer, NoSuchAttempt> {
    // At a call that is out no more, any attempt is over.
    let made = journey.attempt(&key.target, key.number);
    match (attempt, made) {
        (Some(0), _) => Err(NoSuchAttempt(0)),
        (Some(named), Some(made)) if named > made => Err(NoSuchAttempt(named)),
        (named, made) => Ok(Answer::Failure {
            attempt: named.or(made).unwrap_or(1),
            what,
        }),
    }
}

/// A failure of an attempt that was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("attempt {0} at this call was not made; copy the attempt from the call, or leave it out")]
pub struct NoSuchAttempt(pub u32);

/// The answer to a call as an input: named by the call, so that it counts once however often and by whichever door it comes. That an
/// attempt failed is named by the attempt too, so that each counts, and an answer after it.
#[must_use]
pub fn to(key: &CallKey, actor: Actor, occurred_on: Option<NaiveDate>, answer: Answer) -> Input {
    Input {
        id: match &answer {
            Answer::Failure { attempt, .. } => identity::attempt_failed(key, *attempt),
            Answer::Reply(_) | Answer::Refusal { .. } | Answer::Unfit { .. } => {
                identity::answer_to(key)
            }
        },
        actor,
        occurred_on,
        says: Says::Answer {
            target: key.target.clone(),
            call: key.number,
            answer,
        },
    }
}

impl Done {
    /// What is wrong with the answer that was told, where it breaks its contract; without values.
    #[must_use]
    pub fn unfit(&self) -> Option<&str> {
        self.events.iter().find_map(|event| match event {
            Event::AnswerUnfit { what, .. } => what.value().map(String::as_str),
            _ => None,
        })
    }
}
