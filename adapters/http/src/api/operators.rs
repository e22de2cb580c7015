//! For operators: what somebody must look at, and what was rejected, as it came.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_runtime::{Incident, IncidentKind, IncidentPlace, Owner};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, caller};
use crate::access::Caller;
use crate::desk::{Incidents, Letter};
use crate::site::Site;

/// That whoever asks is an operator.
pub(crate) fn operator(site: &Site, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let caller = caller(site, headers)?;
    if caller.operates() {
        Ok(caller)
    } else {
        Err(ApiError::NotAnOperator)
    }
}

/// What somebody must look at.
pub(super) async fn incidents(
    State(site): State<Site>,
    headers: HeaderMap,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Response, ApiError> {
    operator(&site, &headers)?;
    let unreadable = || {
        let most = format!("a number from 1 to {MOST}");
        ApiError::Unreadable(format!(
            "write ?most= as {most}, and ?after= as the `next` of an earlier answer"
        ))
    };
    let Query(Page { after, most }) = page.map_err(|_| unreadable())?;
    let after = after.map(|after| after.parse()).transpose();
    let after: Option<IncidentPlace> = after.map_err(|_| unreadable())?;
    let most = most.unwrap_or(100);
    if !(1..=MOST).contains(&most) {
        return Err(unreadable());
    }
    let Incidents { incidents, next } = site.desk.incidents(after, most).await?;
    let told: Vec<Value> = incidents.iter().map(incident).collect();
    let next = next.map(|next| next.to_string());
    Ok(Json(json!({ "incidents": told, "next": next })).into_response())
}

/// The most incidents in one answer: each journey among them is read again.
const MOST: usize = 1_000;

/// Which part of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    after: Option<String>,
    most: Option<usize>,
}

fn incident((place, incident): &(IncidentPlace, Incident)) -> Value {
    let at = match place {
        IncidentPlace::Receipt(at) => Some(at.to_string()),
        IncidentPlace::Parked(_) | IncidentPlace::Failed(_) => None,
    };
    json!({
        "kind": kind(incident.kind),
        "owner": owner(incident.owner),
        "since": incident.since.to_string(),
        "journey": incident.journey.map(|journey| journey.to_string()),
        "published": incident.published.map(|published| published.to_string()),
        "at": at,
        "what": incident.what,
    })
}

/// The word of a kind of incident.
fn kind(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Parked => "parked",
        IncidentKind::IllegalTransition => "illegal_transition",
        IncidentKind::Restless => "restless",
        IncidentKind::LostDefinition => "lost_definition",
        IncidentKind::StepFailed => "step_failed",
        IncidentKind::AnswerUnfit => "answer_unfit",
        IncidentKind::RuleFailed => "rule_failed",
        IncidentKind::Missed => "missed",
        IncidentKind::Orphan => "orphan",
        IncidentKind::Conflict => "conflict",
        IncidentKind::Rejected => "rejected",
        IncidentKind::Unreadable => "unreadable",
    }
}

/// The word of whoever settles an incident.
pub(crate) fn owner(owner: Owner) -> &'static str {
    match owner {
        Owner::Operator => "operator",
        Owner::Designer => "designer",
        Owner::Agent => "agent",
        Owner::Publisher => "publisher",
    }
}

/// A message that was rejected: by its own name, or by its incident's.
#[derive(Deserialize)]
pub(super) struct Which {
    source: Option<String>,
    id: Option<String>,
    published: Option<String>,
    at: Option<String>,
}

impl Which {
    fn letter(self) -> Option<Letter> {
        match self {
            Self {
                source: Some(source),
                id: Some(id),
                published: None,
                at: None,
            } => Some(Letter::Named { source, id }),
            Self {
                source: None,
                id: None,
                published: Some(published),
                at,
            } => Some(Letter::Of {
                published: published_id(&published)?,
                at: at.map(|at| at.parse()).transpose().ok()?,
            }),
            _ => None,
        }
    }
}

fn published_id(text: &str) -> Option<PublishedId> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok().map(PublishedId)
}

/// What was rejected under a name, byte for byte, once it is written down that somebody reads it: to be saved, never shown as what it says it is.
pub(super) async fn rejected(
    State(site): State<Site>,
    headers: HeaderMap,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, ApiError> {
    let caller = operator(&site, &headers)?;
    let letter = which.ok().and_then(|Query(which)| which.letter());
    let letter = letter.ok_or_else(|| {
        ApiError::Unreadable(
            "name what was rejected as ?source=…&id=…, percent-encoded; or as its incident does, ?published=…&at=…".to_owned(),
        )
    })?;
    let nobodys = JourneyId::from_bytes([0; 16]);
    let by = (&*caller.name, "operator");
    if !site.record(nobodys, "rejected life event", by, None) {
        return Err(ApiError::Ledger);
    }
    let letter = site.desk.dead_letter(letter).await?;
    let letter = letter.ok_or(ApiError::NoSuchLetter)?;
    Ok((
        [
            (CONTENT_TYPE, "application/octet-stream"),
            (CONTENT_DISPOSITION, "attachment; filename=\"rejected\""),
        ],
        letter,
    )
        .into_response())
}
