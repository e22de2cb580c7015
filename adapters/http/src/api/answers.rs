//! Answers of services that work over HTTP: each to one call, whose key it repeats.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use parcours_core::journey::{Answer, CallKey, Rejection};
use parcours_log::Position;
use parcours_runtime::answers;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Data, json};

use super::at::{self, not_json};
use super::{ApiError, Known, POSITION};
use crate::desk::DeskError;
use crate::site::Site;

/// What an answer has.
const SHAPE: &str = "the answer has `call` and exactly one of `reply` (a record), `refusal` ({ \"code\": … }) and `failure` (a text); besides \
                     these only `occurred_on`, and `attempt` with a failure; see the operation’s contract";

/// The answer to a call: its key, and exactly one of `reply`, `refusal` and `failure`, as workers on NATS write them.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Answer")]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    /// `<journey>/step:<key>/<number>`, as the call carried it.
    call: String,
    /// The day that the answer is true of; today when absent.
    #[schemars(extend("format" = "date"))]
    occurred_on: Option<String>,
    /// Yes, with the record that the operation's contract names.
    reply: Option<Map<String, Data>>,
    /// No.
    refusal: Option<Refusal>,
    /// It could not be done this time: one attempt at the call has failed. Why, without values about anybody.
    failure: Option<String>,
    /// Which attempt failed, as the call said; the last one that was made when absent.
    attempt: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Refusal {
    /// One of the operation's refusals.
    code: String,
    /// What the service adds, for the person.
    words: Option<String>,
    /// The notice is silent about appeals.
    #[serde(default)]
    notice_defective: bool,
}

/// Takes an answer. Sent again it changes nothing and says so, as does the failure of an attempt that is over; one to a call that was
/// given up is kept, and says so.
pub(super) async fn answer(
    State(site): State<Site>,
    Known(caller): Known,
    body: Result<at::Body<Body>, at::NotABody>,
) -> Result<Response, ApiError> {
    let at::Body(body) = body.map_err(|rejection| not_json(&rejection, SHAPE))?;
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
    let answer = match (body.reply, body.refusal, body.failure) {
        (Some(reply), None, None) => answers::reply(&Data::Object(reply), contract),
        (None, Some(refusal), None) => Answer::Refusal {
            code: refusal.code,
            words: refusal.words,
            notice_defective: refusal.notice_defective,
        },
        (None, None, Some(what)) => answers::failure(&seen.journey, &key, body.attempt, what)
            .map_err(|error| ApiError::Unreadable(format!("`attempt`: {error}")))?,
        _ => return Err(ApiError::Unreadable(SHAPE.to_owned())),
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
