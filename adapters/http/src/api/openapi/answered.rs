//! What is answered, as JSON Schema. A test holds real answers against these.

use parcours_core::view::Doable;
use serde_json::{Map, Value, json};

/// The schemas of answers, by name.
pub(super) fn schemas() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let maybe = |what: Value| json!({ "anyOf": [what, { "type": "null" }] });
    let list = |of: Value| json!({ "type": "array", "items": of });
    let yes = || json!({ "type": "boolean" });
    let named = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let day = || json!({ "type": "string", "format": "date" });
    let schemas = [
        ("Text", text()),
        ("Bytes", json!({ "type": "string", "format": "binary" })),
        (
            "Incidents",
            of(json!({ "incidents": list(of(json!({
                "kind": { "enum": [
                    "parked", "illegal_transition", "restless", "lost_definition", "step_failed", "answer_unfit", "rule_failed",
                    "missed", "orphan", "conflict", "rejected", "unreadable",
                ] },
                "owner": { "enum": ["operator", "designer", "agent", "publisher"] },
                "since": day(),
                "journey": maybe(text()),
                "published": maybe(json!({ "type": "string", "description": "the name of the life event that it is about, or that began the journey" })),
                "at": maybe(json!({ "type": "string", "description": "of a receipt: which of those under that name" })),
                "what": text(),
            }))), "next": maybe(json!({ "type": "string", "description": "there may be more: send it as `after`" })) })),
        ),
        (
            "Document",
            json!({ "type": "object", "description": "OpenAPI 3.1" }),
        ),
        ("Words", of(json!({ "fr": text(), "en": text() }))),
        (
            "Article",
            of(json!({ "reference": text(), "url": maybe(text()) })),
        ),
        (
            "Deadline",
            of(json!({
                "date": day(),
                "time": maybe(text()),
                "perhaps": maybe(day()),
                "worked_out": of(json!({ "fr": list(text()), "en": list(text()) })),
            })),
        ),
        (
            "Ground",
            of(
                json!({ "reference": text(), "title": named("Words"), "found": maybe(named("Words")) }),
            ),
        ),
        (
            "Why",
            of(json!({
                "words": named("Words"),
                "grounds": list(named("Ground")),
                "lacking": list(named("Ground")),
            })),
        ),
        (
            "Problem",
            json!({
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": { "type": "string", "pattern": "^urn:parcours:problem:[a-z-]+$" },
                    "title": text(),
                    "status": { "type": "integer" },
                    "detail": { "type": "string", "description": "what is wrong, and the remedy" },
                    "code": text(),
                    "errors": { "type": "array", "items": text(), "description": "each by JSON pointer" },
                },
            }),
        ),
        (
            "LifeEvent",
            json!({
                "type": "object",
                "description": "CloudEvents 1.0; the schema of `data` is in the catalog, by type",
                "required": ["specversion", "type", "source", "id"],
                "properties": {
                    "specversion": { "const": "1.0" },
                    "type": { "type": "string", "description": "`birth`, or a name that ends in `.birth`" },
                    "source": { "type": "string", "format": "uri-reference" },
                    "id": { "type": "string", "minLength": 1 },
                    "time": { "type": "string", "format": "date-time" },
                    "corrects": { "type": "string", "description": "source/id of the event that this one says again" },
                    "retracts": { "type": "string", "description": "source/id of the event that did not happen" },
                    "data": {},
                },
            }),
        ),
        (
            "ServiceEvent",
            json!({
                "type": "object",
                "description": "CloudEvents 1.0; the contract of `data` is in the catalog, by service and event",
                "required": ["specversion", "type", "source", "id", "subject", "data"],
                "properties": {
                    "specversion": { "const": "1.0" },
                    "type": { "type": "string", "description": "`mairie.birth_registered`, or a name that ends in `.mairie.birth_registered`" },
                    "source": { "type": "string", "format": "uri-reference" },
                    "id": { "type": "string", "minLength": 1 },
                    "subject": { "type": "string", "description": "the id of the journey, or of the person whose journeys hear it" },
                    "time": { "type": "string", "format": "date-time" },
                    "occurredon": { "type": "string", "format": "date", "description": "the day it is true of; that of `time` when absent, else today" },
                    "data": {},
                },
            }),
        ),
        (
            "Heard",
            of(json!({ "heard": list(text()), "repeated": yes(), "position": text() })),
        ),
        (
            "Receipt",
            of(json!({
                "receipt": text(),
                "repeated": yes(),
                "journeys": list(text()),
                "position": text(),
            })),
        ),
        (
            "KeptReceipt",
            json!({
                "type": "object",
                "required": ["receipt", "journeys"],
                "properties": {
                    "receipt": text(), "journeys": list(text()),
                    "code": text(), "errors": list(text()),
                },
            }),
        ),
        (
            "Link",
            of(
                json!({ "link": text(), "path": text(), "url": maybe(text()), "until": maybe(day()) }),
            ),
        ),
        ("Taken", of(json!({ "position": text() }))),
        (
            "Answered",
            of(json!({ "position": text(), "closed_before": yes(), "repeated": yes() })),
        ),
        (
            "Readiness",
            of(json!({ "ready": yes(), "not_ready": list(text()), "degraded": list(text()) })),
        ),
        (
            "Journey",
            of(json!({
                "id": text(),
                "journey": text(),
                "title": named("Words"),
                "phase": { "enum": ["running", "ended", "retracted"] },
                "occurred_on": maybe(day()),
                "law": maybe(of(json!({ "version": text(), "provisional": yes(), "why": named("Why") }))),
                "questions": list(named("Question")),
                "facts": list(named("KnownFact")),
                "steps": list(named("Step")),
                "hindrances": list(named("Hindrance")),
            })),
        ),
        (
            "Hindrance",
            json!({
                "type": "object",
                "description": "what keeps a service from answering, in the words that came from it; told to agents only",
                "properties": {
                    "step": maybe(text()),
                    "fact": maybe(text()),
                    "operation": maybe(text()),
                    "kind": { "enum": ["failed", "answer_unfit", "trying_again"] },
                    "what": maybe(text()),
                    "attempt": maybe(json!({ "type": "integer", "minimum": 1 })),
                    "again": maybe(text()),
                },
            }),
        ),
        (
            "Question",
            of(json!({
                "fact": text(),
                "question": named("Words"),
                "type": text(),
                "choices": list(of(json!({ "value": text(), "title": named("Words") }))),
                "asked_of": maybe(text()),
                "for_steps": list(text()),
            })),
        ),
        (
            "KnownFact",
            of(json!({
                "fact": text(),
                "title": named("Words"),
                "standing": { "enum": ["known", "unknown", "disputed", "erased"] },
                "value": {},
                "source": maybe(json!({ "type": "string", "description": "declared, agent, or service:<id>; null when it follows from the life event or from other facts" })),
                "on": maybe(day()),
            })),
        ),
        (
            "Step",
            json!({
                "type": "object",
                "required": ["step", "kind", "title", "group", "state", "provisional", "overdue", "law", "because", "can"],
                "properties": {
                    "step": text(),
                    "kind": text(),
                    "title": named("Words"),
                    "for": maybe(text()),
                    "explain": maybe(named("Words")),
                    "group": { "enum": ["to_do", "under_way", "coming", "done", "closed", "not_for_you"] },
                    "state": text(),
                    "provisional": yes(),
                    "overdue": yes(),
                    "quiet": yes(),
                    "opens": maybe(named("Deadline")),
                    "due": maybe(named("Deadline")),
                    "effect": maybe(named("Deadline")),
                    "silence": maybe(of(json!({ "by": named("Deadline"), "means": { "enum": ["acceptance", "refusal"] } }))),
                    "asked_on": maybe(day()),
                    "who": maybe(text()),
                    "cost": maybe(named("Words")),
                    "missed": maybe(named("Words")),
                    "office": maybe(of(json!({
                        "service": text(), "title": named("Words"), "contact": named("Words"), "url": maybe(text()), "phone": maybe(text()),
                    }))),
                    "evidence": list(of(json!({ "title": named("Words"), "held_by": maybe(named("Words")) }))),
                    "refusal": maybe(named("Words")),
                    "added": maybe(json!({ "type": "string", "description": "what whoever refused wrote, in their own words" })),
                    "recourse": list(of(json!({
                        "kind": text(), "words": named("Words"), "due": maybe(named("Deadline")), "mandatory": yes(),
                        "not_opposable": yes(), "lodged": yes(), "law": list(named("Article")),
                    }))),
                    "law": list(named("Article")),
                    "because": named("Why"),
                    "can": list(json!({
                        "enum": Doable::ALL.map(Doable::as_str),
                        "description": "what whoever asks can do about it: the holder, or the agent",
                    })),
                },
            }),
        ),
        (
            "History",
            of(json!({ "id": text(), "entries": list(named("Entry")) })),
        ),
        (
            "Entry",
            of(json!({
                "position": text(),
                "recorded_at": { "type": "string", "description": "civil time in Paris: 2026-03-02T14:30:00" },
                "occurred_on": maybe(day()),
                "actor": of(json!({
                    "kind": { "enum": ["citizen", "agent", "service", "source", "engine"] },
                    "name": maybe(text()),
                    "on_behalf_of": maybe(json!({ "const": "holder" })),
                    "assurance": { "enum": ["none", "low", "substantial", "high"] },
                    "channel": { "enum": ["online", "counter", "post", "phone", "system"] },
                })),
                "events": list(of(json!({
                    "event": text(),
                    "step": maybe(text()),
                    "fact": maybe(text()),
                    "words": maybe(named("Words")),
                }))),
            })),
        ),
        (
            "Because",
            of(json!({
                "step": text(),
                "state": text(),
                "provisional": yes(),
                "rule": text(),
                "because": named("Why"),
                "law": list(named("Article")),
                "dates": of(json!({
                    "opens": maybe(named("Deadline")),
                    "due": maybe(named("Deadline")),
                    "effect": maybe(named("Deadline")),
                    "silence": maybe(named("Deadline")),
                })),
                "version": maybe(of(json!({
                    "version": text(),
                    "hash": text(),
                    "wording": text(),
                    "provisional": yes(),
                    "because": named("Why"),
                }))),
            })),
        ),
        (
            "Catalog",
            of(json!({
                "hash": text(),
                "journeys": list(of(json!({
                    "journey": text(),
                    "title": named("Words"),
                    "versions": list(named("LawVersion")),
                }))),
                "life_events": list(of(json!({
                    "type": text(),
                    "title": named("Words"),
                    "date": text(),
                    "schema": { "type": "object", "description": "JSON Schema of `data`" },
                    "examples": list(of(json!({ "name": text(), "title": named("Words"), "data": {} }))),
                }))),
                "services": list(named("Service")),
            })),
        ),
        (
            "LawVersion",
            of(json!({
                "version": text(),
                "hash": text(),
                "wording": text(),
                "title": named("Words"),
                "from": day(),
                "until": maybe(day()),
                "starts_on": text(),
                "replaces": maybe(of(json!({ "hash": text(), "published_on": day(), "reason": text() }))),
                "steps": list(of(json!({
                    "step": text(), "kind": text(), "title": named("Words"), "each": maybe(text()),
                    "law": list(named("Article")),
                }))),
                "facts": list(of(json!({
                    "fact": text(), "title": named("Words"), "schema": { "type": "object" }, "each": maybe(text()),
                }))),
            })),
        ),
        (
            "Service",
            of(json!({
                "service": text(),
                "title": named("Words"),
                "contact": of(json!({ "words": named("Words"), "url": maybe(text()), "phone": maybe(text()) })),
                "operations": list(of(json!({
                    "operation": text(),
                    "title": named("Words"),
                    "kind": { "enum": ["reads", "acts", "undoes"] },
                    "arguments": { "type": "object" },
                    "reply": { "type": "object" },
                    "refusals": { "type": "object", "additionalProperties": named("Words") },
                    "retry": of(json!({
                        "attempts": { "type": "integer" },
                        "first_seconds": { "type": "integer" },
                        "factor": { "type": "integer" },
                        "longest_seconds": { "type": "integer" },
                    })),
                }))),
                "events": { "type": "object", "additionalProperties": { "type": "object" } },
            })),
        ),
    ];
    schemas
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

/// A record that has all of these.
fn of(properties: Value) -> Value {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
        .collect();
    json!({ "type": "object", "required": required, "properties": properties })
}
