//! What services tell by themselves: `mairie.birth_registered`, as a CloudEvent.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use parcours_runtime::CloudEvent;
use parcours_runtime::service_events::{NotHeard, named};
use serde_json::json;

use super::{ApiError, POSITION, caller};
use crate::body::{self, NoBody};
use crate::desk::DeskError;
use crate::site::Site;

/// Tells an event to the journeys that listen to it. Sent again it changes nothing.
pub(super) async fn tell(
    State(site): State<Site>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let caller = caller(&site, &headers)?;
    let body = body::whole(body).await.map_err(|error| match error {
        NoBody::TooLarge(_) => ApiError::TooLarge,
        NoBody::Broken => {
            ApiError::Unreadable("the body did not arrive whole; send it again".to_owned())
        }
    })?;
    let text = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let event = CloudEvent::received(text, &body)?;
    let whose = named(&event).map_err(ApiError::Rejected)?.service;
    caller.answers(&whose).ok_or(ApiError::NotYourService)?;
    let heard = site.desk.hear(event).await?;
    let journeys: Vec<String> = heard.journeys.iter().map(ToString::to_string).collect();
    let position = heard.position.to_string();
    let told = json!({ "heard": journeys, "repeated": heard.again, "position": position });
    Ok(([(POSITION, position)], Json(told)).into_response())
}

impl From<NotHeard> for ApiError {
    fn from(error: NotHeard) -> Self {
        match error {
            NotHeard::Unfit(reason) => Self::Rejected(reason),
            NotHeard::Conflict => Self::Conflict,
            NotHeard::Nobody => Self::NobodyListens,
            NotHeard::Forgotten => Self::Forgotten,
            NotHeard::Refused(refused) => Self::Desk(DeskError::from(refused)),
        }
    }
}
