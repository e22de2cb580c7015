//! The API: life events in, receipts and journeys out, in JSON; errors as RFC 9457 problems with stable types.

mod answers;
mod at;
mod catalog;
mod journey;
mod json;
mod link;
mod openapi;
mod operators;
mod problem;
mod rejection;
mod routes;
mod said;
mod service_events;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use parcours_core::intake::{Receipt, Refusal};
use parcours_runtime::cloud_event::{CloudEvent, CloudEventError};
use parcours_runtime::intake::{FORGOTTEN, Message};
use serde::Deserialize;
use serde_json::json;

use crate::access::Caller;
use crate::body::{self, NoBody};
use crate::site::Site;
pub use openapi::document as openapi;
pub(crate) use operators::{operator, owner};
pub(crate) use problem::ApiError;
pub(crate) use routes::routes;

/// The header that carries the position of an answer; sent back as `?at_least=`, it makes a read see at least that.
pub(crate) const POSITION: &str = "parcours-position";

fn caller(site: &Site, headers: &HeaderMap) -> Result<Caller, ApiError> {
    site.credentials.caller(headers).ok_or(ApiError::WhoAreYou)
}

/// Somebody whose credential is known; asked for before the body is read.
struct Known(Caller);

impl FromRequestParts<Site> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        caller(site, &parts.headers).map(Self)
    }
}

/// Whether an address is one of the API, where errors are problems and not pages.
pub(crate) fn is_under(path: &str) -> bool {
    path.starts_with("/v1/")
}

/// Where life events are published.
pub(crate) const LIFE_EVENTS: &str = "/v1/life-events";

/// Keeps, for an operator to find, that a publisher sent more than an event may have: not what it sent.
pub(crate) async fn keep_too_large(site: &Site, headers: &HeaderMap, error: CloudEventError) {
    let Some(actor) = site
        .credentials
        .caller(headers)
        .and_then(|caller| caller.publishes_unnamed())
    else {
        return;
    };
    let unreadable = Message::Unreadable {
        error,
        bytes: Vec::new(),
    };
    // It is refused all the same when it could not be kept.
    let _kept = site.desk.publish(unreadable, actor).await;
}

/// Keeps, for an operator to find, that a publisher spoke for somebody else: an incident, under no name that is another's.
async fn not_your_source(site: &Site, caller: &Caller, event: Box<CloudEvent>) -> ApiError {
    if caller.publishes_unnamed().is_some() {
        let reason = Refusal {
            code: "source".to_owned(),
            what: format!(
                "publisher `{}`, over HTTP: {}",
                caller.name,
                ApiError::NotYourSource
            ),
        };
        // It is refused all the same when it could not be kept.
        let _kept = site.desk.refuse(Message::Event(event), reason).await;
    }
    ApiError::NotYourSource
}

async fn publish(
    State(site): State<Site>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let caller = caller(&site, &headers)?;
    let body = match body::whole(body).await {
        Ok(body) => body,
        Err(NoBody::TooLarge(error)) => {
            keep_too_large(&site, &headers, error).await;
            return Err(ApiError::TooLarge);
        }
        Err(NoBody::Broken) => {
            let what = "the body did not arrive whole; send it again".to_owned();
            return Err(ApiError::Unreadable(what));
        }
    };
    // A header that is no text is no attribute; what lacks then is told by name.
    let text = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let event = match Message::received(text, &body) {
        Message::Event(event) => event,
        Message::Unreadable { error, bytes } => {
            let told = ApiError::from(error.clone());
            if let Some(actor) = caller.publishes_unnamed() {
                // Kept for an operator to find. What is wrong is told all the same when it could not be.
                let unreadable = Message::Unreadable { error, bytes };
                let _kept = site.desk.publish(unreadable, actor).await;
            }
            return Err(told);
        }
    };
    let Some(actor) = caller.publishes(&event.source) else {
        return Err(not_your_source(&site, &caller, event).await);
    };
    // Whoever corrects or takes back what somebody said, must be able to say it in their name.
    if let Some(original) = event.original()
        && caller.publishes(&original.source).is_none()
    {
        return Err(not_your_source(&site, &caller, event).await);
    }
    let published = site.desk.publish(Message::Event(event), actor).await?;
    let status = match &published.receipt {
        Receipt::Rejected { reason } if reason.code == FORGOTTEN => {
            return Err(ApiError::Forgotten);
        }
        Receipt::Rejected { reason } => return Err(ApiError::Rejected(reason.clone())),
        Receipt::Conflict { .. } => return Err(ApiError::Conflict),
        _ if published.again => StatusCode::OK,
        Receipt::Started { .. } => StatusCode::CREATED,
        Receipt::NoJourney | Receipt::Orphan => StatusCode::ACCEPTED,
        Receipt::Corrected { .. } | Receipt::Duplicate => StatusCode::OK,
    };
    let journeys: Vec<String> = published
        .journeys()
        .iter()
        .map(ToString::to_string)
        .collect();
    let receipt = json!({
        "receipt": published.word(),
        "repeated": published.again,
        "journeys": journeys,
        "position": published.position.to_string(),
    });
    Ok((
        status,
        [(POSITION, published.position.to_string())],
        Json(receipt),
    )
        .into_response())
}

#[derive(Deserialize)]
struct Named {
    source: String,
    id: String,
}

impl Named {
    fn read(named: Result<Query<Self>, QueryRejection>) -> Result<Query<Self>, ApiError> {
        named.map_err(|_| {
            ApiError::Unreadable("name the event as ?source=…&id=…, percent-encoded".to_owned())
        })
    }
}

async fn receipt(
    State(site): State<Site>,
    headers: HeaderMap,
    named: Result<Query<Named>, QueryRejection>,
) -> Result<Response, ApiError> {
    let caller = caller(&site, &headers)?;
    let Query(named) = Named::read(named)?;
    if !caller.operates() {
        caller
            .publishes(&named.source)
            .ok_or(ApiError::NotYourSource)?;
    }
    let intake = site
        .desk
        .receipt(&named.source, &named.id)
        .await?
        .ok_or(ApiError::NoSuchReceipt)?;
    let journeys: Vec<String> = match &intake.receipt {
        Receipt::Started { journeys } => journeys.iter().map(|each| each.id.to_string()).collect(),
        Receipt::Corrected { journeys } => journeys.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let mut told = json!({ "receipt": intake.receipt.word(intake.about), "journeys": journeys });
    if let Receipt::Rejected { reason } = &intake.receipt {
        told["code"] = json!(reason.code);
        told["errors"] = json!(reason.what.lines().collect::<Vec<_>>());
    }
    Ok(Json(told).into_response())
}

async fn ready(State(site): State<Site>) -> Response {
    let health = site.desk.health();
    let status = if health.not_ready.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let told = json!({
        "ready": health.not_ready.is_empty(),
        "not_ready": health.not_ready,
        "degraded": health.degraded,
    });
    (status, Json(told)).into_response()
}
