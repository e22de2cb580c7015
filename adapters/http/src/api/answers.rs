//! Answers of services that work over HTTP: each to one call, whose key it repeats.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use parcours_core::journey::{Answer, CallKey, Rejection};
use parcours_log::Position;
use parcours_runtime::answers;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Data, json};

use super::at::{self, not_json};
use super::{ApiError, POSITION, caller};
use crate::desk::DeskError;
use crate::site::Site;

/// The answer to a call.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Answer")]
pub(super) struct Body {
    /// `<journey>/step:<key>/<number>`, as the call carried it.
    call: String,
    /// The day that the answer is true of; today when absent.
    #[schemars(extend("format" = "date"))]
    occurred_on: Option<String>,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// Yes, and this is the reply that the operation's contract names.
    Reply(Data),
    /// No.
    Refusal {
        code: String,
        words: Option<String>,
        /// The notice is silent about appeals.
        #[serde(default)]
        notice_defective: bool,
    },
    /// It could not be done this time: one attempt at the call has failed.
    Failure {
        /// Why, without values about anybody.
        what: String,
        /// Which attempt, as the call said; the last one that was made when absent.
        attempt: Option<u32>,
    },
}

/// Takes an answer. Sent again it changes nothing and says so, as does the failure of an attempt that is over; one to a call that was
/// given up is kept, and says so.
pub(super) async fn answer(
    State(site): State<Site>,
    headers: HeaderMap,
    body: Result<at::Body<Body>, at::NotABody>,
) -> Result<Response, ApiError> {
    let caller = caller(&site, &headers)?;
    let at::Body(body) = body.map_err(|rejection| {
        not_json(
            &rejection,
            "the answer has `call` and one of `reply`, `refusal`, `failure`; see the operation’s contract",
        )
    })?;
    let key: CallKey = body.call.parse().map_err(|_| {
        ApiError::Unreadable("`call` is not the key of a call; send it back as it came".to_owned())
    })?;
    let occurred_on = match body.occurred_on.as_deref().map(str::parse::<NaiveDate>) {
        None => None,
        Some(Ok(day)) => Some(day),
        Some(Err(_)) => {
            return Err(ApiError::Unreadable(
                "`occurred_on` is not a day that exists; write it as 2026-03-02".to_owned(),
            ));
        }
    };
    let seen = site.desk.journey(key.journey, Position::START).await?;
    let operation = seen
        .journey
        .called(&key.target, key.number)
        .ok_or(ApiError::NoSuchCall)?;
    let actor = caller
        .answers(&operation.service)
        .ok_or(ApiError::NotYourService)?;
    let loaded = site.desk.loaded();
    let contract = loaded
        .catalog
        .operation(operation)
        .ok_or(ApiError::NoSuchCall)?;
    let answer = match body.outcome {
        Outcome::Reply(reply) => answers::reply(&reply, contract),
        Outcome::Refusal {
            code,
            words,
            notice_defective,
        } => Answer::Refusal {
            code,
            words,
            notice_defective,
        },
        Outcome::Failure { what, attempt } => answers::failure(&seen.journey, &key, attempt, what)
            .map_err(|error| ApiError::Unreadable(format!("`failure.attempt`: {error}")))?,
    };
    let input = answers::to(&key, actor, occurred_on, answer);
    let done = site.desk.tell(key.journey, input).await?;
    // The same said again is refused with these words.
    if let Some(what) = done.unfit().map(ToOwned::to_owned) {
        return Err(DeskError::from(Rejection::AnswerUnfit { what }).into());
    }
    let closed = !seen.journey.calls.contains_key(&key.number);
    Ok(heard(done.position, closed, done.events.is_empty()))
}

fn heard(position: Position, closed: bool, repeated: bool) -> Response {
    let position = position.to_string();
    let told = json!({ "position": position, "closed_before": closed, "repeated": repeated });
    ([(POSITION, position)], Json(told)).into_response()
}
