//! Workers' answers in. What services tell by themselves is in the same stream, and read through another consumer.
//!
//! An answer is JSON, exactly one of `{"reply": {…}}`, `{"refusal": {"code": …}}` and `{"failure": "…"}`, with the key of the call in
//! a header, on the subject that the call named. A failure is of one attempt: the one that a header names, as the call did. What is wrong with it is said in a dead letter, without values.

use parcours_core::journey::CallKey;
use parcours_runtime::repeated_name;

use crate::door::{Engine, Heard, Reason, WorkerAnswer, WorkerSays};
use crate::session::{self, Arrived, NotNow, Session};
use crate::streams::Reads;
use crate::subjects;

/// Takes answers until the session ends.
pub(crate) async fn run<E: Engine>(session: &Session<E>) {
    session
        .work(Reads::ANSWERS, |arrived| take(session, arrived))
        .await;
}

async fn take<E: Engine>(session: &Session<E>, arrived: Arrived) -> Result<(), NotNow> {
    let Arrived {
        message,
        name,
        last_chance,
    } = arrived;
    let heard = match read(&message) {
        Ok(answer) => match session.engine.answer(answer).await {
            Err(error) if last_chance => Heard::Refused(session::given_up(&error)),
            heard => heard?,
        },
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

fn header<'m>(message: &'m async_nats::Message, name: &str) -> Option<&'m str> {
    let headers = message.headers.as_ref()?;
    headers.get(name).map(|value| value.as_str())
}

/// Which attempt a failure is about; none when the worker does not say.
fn attempt(message: &async_nats::Message) -> Result<Option<u32>, Reason> {
    let Some(text) = header(message, subjects::ATTEMPT) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        let what = format!(
            "header {}: not a number; copy it from the call, or leave it out",
            subjects::ATTEMPT
        );
        Reason::new("answer", what)
    })
}

fn read(message: &async_nats::Message) -> Result<WorkerAnswer, Reason> {
    let Some(text) = header(message, subjects::CALL_KEY) else {
        return Err(Reason::new(
            "answer",
            format!(
                "header {}: missing; copy it from the call",
                subjects::CALL_KEY
            ),
        ));
    };
    let Ok(key) = text.parse::<CallKey>() else {
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
    if let Some(place) = repeated_name(&message.payload) {
        let what = format!("{place}: this name is there twice; keep one of the two");
        return Err(Reason::new("answer", what));
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
    let attempt = match says {
        WorkerSays::Failure(_) => attempt(message)?,
        WorkerSays::Reply(_) | WorkerSays::Refusal { .. } => None,
    };
    Ok(WorkerAnswer { key, attempt, says })
}
