//! Workers' answers in.
//!
//! An answer is JSON, exactly one of `{"reply": {…}}`, `{"refusal": {"code": …}}` and `{"failure": "…"}`, with the key of the call in
//! a header, on the subject that the call named. What is wrong with it is said in a dead letter, without values.

use parcours_core::JourneyId;
use parcours_core::definition::Operation;
use parcours_core::journey::{Answer, CallKey, CallTarget};
use parcours_lang::life_event::from_json;
use serde_json::Value;

use crate::door::{Engine, Heard, Reason, WorkerAnswer, WorkerSays};
use crate::session::{self, Arrived, NotNow, Session};
use crate::subjects;

/// Takes answers until the session ends.
pub(crate) async fn run<E: Engine>(session: &Session<E>) {
    session
        .work(subjects::ANSWERS, |arrived| take(session, arrived))
        .await;
}

async fn take<E: Engine>(session: &Session<E>, arrived: Arrived) -> Result<(), NotNow> {
    let Arrived { message, name } = arrived;
    let heard = match read(&message) {
        Ok(answer) => session.engine.answer(answer).await?,
        Err(reason) => Heard::Refused(reason),
    };
    let reason = match heard {
        Heard::Durable => return Ok(()),
        Heard::Refused(reason) => reason,
    };
    let subject = message.subject.as_str();
    let token = subject.rsplit('.').next().unwrap_or("unnamed");
    let delivery = session::delivery(&message);
    session
        .bury(
            subjects::rejected_answer(token),
            subject,
            &name,
            reason,
            &delivery,
        )
        .await
}

fn read(message: &async_nats::Message) -> Result<WorkerAnswer, Reason> {
    let header = message
        .headers
        .as_ref()
        .and_then(|headers| headers.get(subjects::CALL_KEY));
    let Some(text) = header else {
        return Err(Reason::new(
            "answer",
            format!(
                "header {}: missing; copy it from the call",
                subjects::CALL_KEY
            ),
        ));
    };
    let Some(key) = call_key(text.as_str()) else {
        return Err(Reason::new(
            "answer",
            format!(
                "header {}: not the key of a call; copy it from the call",
                subjects::CALL_KEY
            ),
        ));
    };
    if message.subject.as_str() != subjects::answer(&key.to_string()) {
        return Err(Reason::new(
            "answer",
            format!(
                "the subject is not that of this call; answer on the one that {} names",
                subjects::ANSWER_TO
            ),
        ));
    }
    // serde's own words would repeat what was sent.
    let says: WorkerSays = serde_json::from_slice(&message.payload).map_err(|error| {
        let what = format!(
            "line {}, column {}: not an answer; write {{\"reply\": {{…}}}}, {{\"refusal\": {{\"code\": …}}}} or {{\"failure\": \"…\"}}",
            error.line(),
            error.column()
        );
        Reason::new("answer", what)
    })?;
    Ok(WorkerAnswer { key, says })
}

/// The key of a call, as its header shows it: `<journey>/step:declare_birth.child.0/3`.
#[must_use]
pub fn call_key(text: &str) -> Option<CallKey> {
    let mut parts = text.split('/');
    let (journey, target, number) = (parts.next()?, parts.next()?, parts.next()?);
    let target = match target.split_once(':')? {
        ("step", step) => CallTarget::Step(step.parse().ok()?),
        ("fact", fact) => CallTarget::Fact(fact.parse().ok()?),
        _ => return None,
    };
    let key = CallKey {
        journey: journey.parse::<JourneyId>().ok()?,
        target,
        number: number.parse().ok()?,
    };
    // One key has one text: its token is made from it.
    (parts.next().is_none() && key.to_string() == text).then_some(key)
}

/// A worker's answer as the engine takes it, checked against the contract of the operation called.
///
/// # Errors
/// What breaks the contract, where and how, without values.
pub fn checked(says: &WorkerSays, operation: &Operation) -> Result<Answer, Reason> {
    match says {
        WorkerSays::Reply(reply) => from_json(&Value::Object(reply.clone()), &operation.reply)
            .map(Answer::Reply)
            .map_err(|problems| {
                let said: Vec<String> = problems
                    .iter()
                    .take(10)
                    .map(|problem| format!("/reply{problem}"))
                    .collect();
                Reason::new("answer", said.join("; "))
            }),
        WorkerSays::Refusal {
            code,
            words,
            notice_defective,
        } if operation.refusals.contains_key(code) => Ok(Answer::Refusal {
            code: code.clone(),
            words: words.clone(),
            notice_defective: *notice_defective,
        }),
        WorkerSays::Refusal { .. } => {
            let known: Vec<&str> = operation.refusals.keys().map(String::as_str).collect();
            let what = format!("/refusal/code: expected one of {}", known.join(", "));
            Err(Reason::new("answer", what))
        }
        WorkerSays::Failure(what) => Ok(Answer::Failure { what: what.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_call_reads_back_as_it_is_shown() {
        let journey = JourneyId::new(7, [0xA5; 14]);
        for target in [
            "step:declare_birth.child.0",
            "step:pay",
            "fact:dependent_children",
        ] {
            let text = format!("{journey}/{target}/3");
            assert_eq!(call_key(&text).expect(&text).to_string(), text);
        }
        for bad in [
            "",
            "a/b/c",
            &format!("{journey}/pay/3"),
            &format!("{journey}/step:pay/03"),
            &format!("{journey}/step:pay/3/4"),
        ] {
            assert_eq!(call_key(bad), None, "{bad}");
        }
    }
}
