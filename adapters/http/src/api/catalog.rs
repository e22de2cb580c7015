//! What an engine has loaded, for whoever publishes or serves: journeys by law version, types of life event, contracts.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use parcours_core::catalog::Catalog;
use parcours_core::definition::{
    Definition, LifeEventType, OperationKind, RevisionReason, Service,
};
use parcours_lang::life_event::{json_schema, to_json};
use serde_json::{Map, Value as Told, json};

use super::json::{law, words};
use super::{ApiError, caller};
use crate::site::Site;

/// The catalog, for every credential there is: it is about nobody.
pub(super) async fn read(
    State(site): State<Site>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    caller(&site, &headers)?;
    let loaded = site.desk.loaded();
    let mut told = catalog(&loaded.catalog);
    told["hash"] = json!(loaded.hash().to_string());
    Ok(Json(told).into_response())
}

fn catalog(catalog: &Catalog) -> Told {
    let journeys = catalog.journeys().map(|(name, versions)| {
        json!({
            "journey": name.as_str(),
            "title": versions.last().map(|version| words(&version.title)),
            "versions": versions.iter().map(|version| law_version(version)).collect::<Vec<_>>(),
        })
    });
    json!({
        "journeys": journeys.collect::<Vec<_>>(),
        "life_events": catalog.life_events().map(|kind| life_event(kind)).collect::<Vec<_>>(),
        "services": catalog.services().map(|body| service(body)).collect::<Vec<_>>(),
    })
}

fn law_version(version: &Definition) -> Told {
    let steps = version.steps.iter().map(|step| {
        json!({
            "step": step.id.as_str(),
            "kind": step.kind.as_str(),
            "title": words(&step.title),
            "each": step.each.as_ref().map(|role| role.as_str()),
            "law": law(&step.law),
        })
    });
    let facts = version.facts.values().map(|fact| {
        json!({
            "fact": fact.id.as_str(),
            "title": words(&fact.title),
            "schema": json_schema(&fact.ty),
            "each": fact.each.as_ref().map(|role| role.as_str()),
        })
    });
    json!({
        "version": format!("{}@{}", version.journey, version.applies.from),
        "hash": version.hash.to_string(),
        "wording": version.wording.to_string(),
        "title": words(&version.title),
        "from": version.applies.from.to_string(),
        "until": version.applies.until.map(|day| day.to_string()),
        "starts_on": version.starts.on.as_str(),
        "replaces": version.revision.as_ref().map(|revision| json!({
            "hash": revision.replaces.to_string(),
            "published_on": revision.published_on.to_string(),
            "reason": match revision.reason {
                RevisionReason::Typo => "typo",
                RevisionReason::Error => "error",
                RevisionReason::Amended => "amended",
            },
        })),
        "steps": steps.collect::<Vec<_>>(),
        "facts": facts.collect::<Vec<_>>(),
    })
}

fn life_event(kind: &LifeEventType) -> Told {
    // Checked when it was loaded.
    let schema: Told = serde_json::from_str(&kind.schema).unwrap_or(Told::Null);
    let examples = kind.examples.iter().map(|example| {
        json!({
            "name": example.name,
            "title": words(&example.title),
            "data": to_json(&example.data),
        })
    });
    json!({
        "type": kind.kind.as_str(),
        "title": words(&kind.title),
        "date": kind.date,
        "schema": schema,
        "examples": examples.collect::<Vec<_>>(),
    })
}

fn service(service: &Service) -> Told {
    let operations = service.operations.values().map(|operation| {
        let refusals: Map<String, Told> = operation
            .refusals
            .iter()
            .map(|(code, said)| (code.clone(), words(said)))
            .collect();
        json!({
            "operation": operation.id.to_string(),
            "title": words(&operation.title),
            "kind": match operation.kind {
                OperationKind::Reads => "reads",
                OperationKind::Acts => "acts",
                OperationKind::Undoes => "undoes",
            },
            "arguments": json_schema(&operation.arguments),
            "reply": json_schema(&operation.reply),
            "refusals": refusals,
            "retry": {
                "attempts": operation.retry.attempts,
                "first_seconds": operation.retry.first.as_secs(),
                "factor": operation.retry.factor,
                "longest_seconds": operation.retry.longest.as_secs(),
            },
        })
    });
    let events: Map<String, Told> = service
        .events
        .iter()
        .map(|(event, ty)| (event.to_string(), json_schema(ty)))
        .collect();
    json!({
        "service": service.id.as_str(),
        "title": words(&service.title),
        "contact": {
            "words": words(&service.contact.words),
            "url": service.contact.url,
            "phone": service.contact.phone,
        },
        "operations": operations.collect::<Vec<_>>(),
        "events": events,
    })
}
