//! Answers of services, as every door takes them: read by the contract of the operation, named by the call, and judged by the
//! core alone.
//!
//! A door that hands an answer over learns the verdict from what was decided: [`Done::unfit`] the first time, and
//! [`Rejection::AnswerUnfit`](parcours_core::journey::Rejection) when the same is said again. Either way the call waits for a
//! better answer under the same name.

use chrono::NaiveDate;
use parcours_core::definition::Operation;
use parcours_core::journey::{Actor, Answer, CallKey, Event, Input, Says};
use parcours_lang::life_event::from_json;
use serde_json::Value as Json;

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

/// The answer to a call as an input: named by the call, so that it counts once however often and by whichever door it comes. That the
/// call failed for good has a name of its own, so that an answer after it counts too.
#[must_use]
pub fn to(key: &CallKey, actor: Actor, occurred_on: Option<NaiveDate>, answer: Answer) -> Input {
    Input {
        id: match &answer {
            Answer::Failure { .. } => identity::given_up(key),
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
