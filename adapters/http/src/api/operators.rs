//! For operators: what somebody must look at, and what was rejected, as it came.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use parcours_core::JourneyId;
use parcours_runtime::{Incident, IncidentKind, Owner};
use serde_json::{Value, json};

use super::{ApiError, Named, caller};
use crate::access::Caller;
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
) -> Result<Response, ApiError> {
    operator(&site, &headers)?;
    let incidents = site.desk.incidents().await?;
    let told: Vec<Value> = incidents.iter().map(incident).collect();
    Ok(Json(json!({ "incidents": told })).into_response())
}

fn incident(incident: &Incident) -> Value {
    json!({
        "kind": kind(incident.kind),
        "owner": owner(incident.owner),
        "since": incident.since.to_string(),
        "journey": incident.journey.map(|journey| journey.to_string()),
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

/// What was rejected under a name, byte for byte, once it is written down that somebody reads it: to be saved, never shown as what it says it is.
pub(super) async fn rejected(
    State(site): State<Site>,
    headers: HeaderMap,
    named: Result<Query<Named>, QueryRejection>,
) -> Result<Response, ApiError> {
    let caller = operator(&site, &headers)?;
    let Query(named) = Named::read(named)?;
    let nobodys = JourneyId::from_bytes([0; 16]);
    if !site.record(nobodys, "rejected life event", &caller.name, "operator") {
        return Err(ApiError::Ledger);
    }
    let letter = site.desk.dead_letter(&named.source, &named.id).await?;
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
