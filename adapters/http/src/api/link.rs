//! A new link to a journey, for its holder: an agent gives it, on paper or by whatever way they know the person.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::Days;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::ApiError;
use super::at::{At, Body, NotABody, not_json};
use crate::site::Site;

/// How long a new link is good.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewLink")]
pub(super) struct LinkBody {
    /// For so many days, today not counted: 1 to 400.
    #[schemars(range(min = 1, max = 400))]
    days: u64,
}

/// Makes one. Whoever has it acts as the holder, so that it is written down who had it made.
pub(super) async fn make(
    State(site): State<Site>,
    at: At,
    body: Result<Body<LinkBody>, NotABody>,
) -> Result<Response, ApiError> {
    const SHAPE: &str = "how long it is good is {\"days\": …}, from 1 to 400";
    if at.agent.is_none() {
        return Err(ApiError::NotForYou);
    }
    at.may_say(None)?;
    let Body(body) = body.map_err(|rejection| not_json(&rejection, SHAPE))?;
    let wrong = || ApiError::Unreadable(SHAPE.to_owned());
    let days = (1..=400).contains(&body.days).then_some(body.days);
    let until = site
        .today()
        .checked_add_days(Days::new(days.ok_or_else(wrong)?));
    let seen = at.look(&site, "link").await?;
    if !seen.is_still_theirs(&site) {
        return Err(ApiError::NotTheirsAnyMore);
    }
    let path = site.links.path(at.journey, until);
    let told = json!({
        "path": path,
        "url": site.address.as_ref().map(|address| format!("{address}{path}")),
        "until": until.map(|day| day.to_string()),
    });
    Ok((StatusCode::CREATED, Json(told)).into_response())
}
