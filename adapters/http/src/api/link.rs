//! Links to a journey: an agent makes one for its holder, gives it on paper or by whatever way they know the person, and revokes what was
//! lost, or all there are.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::Days;
use parcours_core::journey::Says;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ApiError;
use super::at::{At, Body, NotABody, not_json};
use super::said::Spoken;
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

/// Which links open the journey no more: one of the two.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RevokedLinks")]
pub(super) struct RevokeBody {
    /// One: by its `link`, as it was told when it was made, or by the link itself.
    link: Option<String>,
    /// `true`: all that there are.
    all: Option<bool>,
}

/// Makes one, for whose journey it is now. Whoever has it acts as that person, so that it is written down who had it made.
pub(super) async fn make(
    State(site): State<Site>,
    at: At,
    body: Result<Body<LinkBody>, NotABody>,
) -> Result<Response, ApiError> {
    const SHAPE: &str = "how long it is good is {\"days\": …}, from 1 to 400";
    at.may_make_links()?;
    let Body(body) = body.map_err(|rejection| not_json(&rejection, SHAPE))?;
    let wrong = || ApiError::Unreadable(SHAPE.to_owned());
    let days = (1..=400).contains(&body.days).then_some(body.days);
    let days = Days::new(days.ok_or_else(wrong)?);
    let today = site.today();
    let seen = at.look(&site, "link").await?;
    let link = seen.link(&site.links, today, today.checked_add_days(days))?;
    let link = link.ok_or(ApiError::Forgotten)?;
    at.record(&site, "new link", Some(&link))?;
    let path = link.path();
    let told = json!({
        "link": site.links.name(at.journey, link.id),
        "path": path,
        "url": site.address.as_ref().map(|address| format!("{address}{path}")),
        "until": link.until.map(|day| day.to_string()),
    });
    Ok((StatusCode::CREATED, Json(told)).into_response())
}

/// Revokes one, or all there are. It stands in the history, so that the holder sees it, and who did.
pub(super) async fn revoke(
    State(site): State<Site>,
    at: At,
    headers: HeaderMap,
    body: Result<Body<RevokeBody>, NotABody>,
) -> Result<Response, ApiError> {
    const SHAPE: &str = "what is revoked is {\"link\": …}, the `link` told when it was made or the link itself; or {\"all\": true}";
    at.may_make_links()?;
    let Body(body) = body.map_err(|rejection| not_json(&rejection, SHAPE))?;
    let link = match (&body.link, body.all) {
        (Some(text), None) => {
            let link = site.links.named(at.journey, text);
            Some(link.ok_or(ApiError::NoSuchLink)?)
        }
        (None, Some(true)) => None,
        _ => return Err(ApiError::Unreadable(SHAPE.to_owned())),
    };
    let body = json!(link.map(|link| link.0)).to_string();
    Spoken::now("link", body)
        .heard(&site, &at, &headers, |_| Ok(Says::RevokeLinks { link }))
        .await
}
