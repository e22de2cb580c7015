//! An AsyncAPI 3 document of everything that passes over NATS, generated from the catalog.

use parcours_core::catalog::Catalog;
use parcours_core::name::EventName;
use parcours_core::value::Type;
use parcours_lang::life_event::json_schema;
use serde_json::{Map, Value, json};

use crate::subjects;

/// The document: a channel for each type of life event with its schema, receipts, dead letters, each operation of a service with
/// its contract, answers, and what happens in journeys.
#[must_use]
pub fn asyncapi(catalog: &Catalog) -> Value {
    let mut document = Document::default();
    for kind in catalog.life_events() {
        let data: Value = serde_json::from_str(&kind.schema).unwrap_or_else(|_| json!({}));
        let name = format!("life_event_{}", kind.kind);
        let event = json!({
            "type": "object",
            "required": ["specversion", "type", "source", "id", "data"],
            "properties": {
                "specversion": { "const": "1.0" },
                "type": { "type": "string", "description": format!("`{0}`, or a name that ends in `.{0}`", kind.kind) },
                "source": { "type": "string", "format": "uri-reference" },
                "id": { "type": "string", "minLength": 1 },
                "time": { "type": "string", "format": "date-time" },
                "corrects": { "type": "string", "description": "source/id of the event that this one says again, otherwise" },
                "retracts": { "type": "string", "description": "source/id of the event that did not happen; then without data" },
                "data": data,
            },
        });
        let headers = json!({ "type": "object", "properties": {
            (subjects::REPLY_TO): { "type": "string", "description": "a subject of yours for the receipt, under _INBOX." },
        }});
        let message = json!({
            "title": kind.title.en, "contentType": "application/cloudevents+json", "headers": headers, "payload": event,
        });
        document.channel(
            &name,
            &subjects::life_event(kind.kind.as_str()),
            "receive",
            message.clone(),
            &[],
        );
        document.channel(
            &format!("{name}_by"),
            &subjects::life_event_by("{publisher}", kind.kind.as_str()),
            "receive",
            message,
            &["publisher"],
        );
    }
    let reason = json!({ "type": "object", "properties": { "code": text(), "what": text() } });
    let receipt = json!({ "type": "object", "required": ["receipt"], "properties": {
        "receipt": { "enum": ["started", "corrected", "retracted", "duplicate", "no_journey", "rejected", "conflict", "orphan", "heard", "nobody_listens"] },
        "duplicate": { "type": "boolean" },
        "journeys": { "type": "array", "items": text() },
        "reason": reason,
        "position": text(),
    }});
    let receipt = plain("Receipt", receipt);
    document.channel(
        "receipts",
        &subjects::receipt("{token}"),
        "send",
        receipt.clone(),
        &["token"],
    );
    document.channel(
        "receipts_by",
        &subjects::receipt_for(Some("{publisher}"), "{token}"),
        "send",
        receipt.clone(),
        &["publisher", "token"],
    );
    document.channel(
        "receipts_told",
        &subjects::told_receipt("{service}", "{token}"),
        "send",
        receipt,
        &["service", "token"],
    );
    let dead = json!({ "type": "object", "properties": {
        "reason": reason, "subject": text(), "bytes": { "type": "integer" },
        "sealed": { "type": "string", "contentEncoding": "base64", "description": "opened by an agent of the installation" },
    }});
    let rejected = subjects::rejected_life_event(Some("{token}"));
    document.channel(
        "life_events_rejected",
        &rejected,
        "send",
        plain("Dead letter", dead.clone()),
        &["token"],
    );

    for service in catalog.services() {
        for operation in service.operations.values() {
            let refusals: Vec<&str> = operation.refusals.keys().map(String::as_str).collect();
            let headers = json!({ "type": "object", "properties": {
                (subjects::CALL_KEY): { "type": "string", "description": "the same for every attempt" },
                (subjects::ATTEMPT): { "type": "string" },
                (subjects::PURPOSE): { "enum": ["do", "undo"] },
                (subjects::ANSWER_TO): { "type": "string", "description": "where the answer goes" },
                (subjects::MESSAGE_ID): { "type": "string" },
            }});
            let message = json!({
                "title": operation.title.en, "contentType": "application/json",
                "headers": headers, "payload": json_schema(&operation.arguments),
                "x-reply": json_schema(&operation.reply), "x-refusals": refusals,
            });
            let name = format!("call_{}", operation.id).replace('.', "_");
            document.channel(&name, &subjects::call(&operation.id), "send", message, &[]);
        }
    }
    for service in catalog.services() {
        for (event, contract) in &service.events {
            document.channel(
                &format!("told_{event}").replace('.', "_"),
                &subjects::service_event(event),
                "receive",
                told(event, contract),
                &[],
            );
        }
    }
    let answer = json!({ "oneOf": [
        only("reply", json!({ "type": "object", "description": "by the operation's x-reply" })),
        only("refusal", json!({ "type": "object", "additionalProperties": false, "required": ["code"], "properties": {
            "code": text(), "words": text(), "notice_defective": { "type": "boolean" },
        }})),
        only("failure", text()),
    ]});
    let headers = json!({ "type": "object", "required": [subjects::CALL_KEY], "properties": {
        (subjects::CALL_KEY): text(),
        (subjects::ATTEMPT): { "type": "string", "description": "with a failure: which attempt it is about, as the call said" },
    }});
    let message = json!({ "title": "Answer", "contentType": "application/json", "headers": headers, "payload": answer });
    document.channel("answers", "answers.{token}", "receive", message, &["token"]);
    let rejected = subjects::rejected_answer("{token}");
    document.channel(
        "answers_rejected",
        &rejected,
        "send",
        plain("Dead letter", dead.clone()),
        &["token"],
    );
    let rejected = subjects::rejected_service_event(Some("{service}"), Some("{token}"));
    document.channel(
        "service_events_rejected",
        &rejected,
        "send",
        plain("Dead letter", dead),
        &["service", "token"],
    );

    let event = json!({ "type": "object", "properties": {
        "position": text(), "journey": text(), "journey_id": text(), "event": text(), "step": text(), "quiet": { "type": "boolean" },
    }});
    let happens = subjects::journey("{journey}", "{event}");
    document.channel(
        "journeys",
        &happens,
        "send",
        plain("What happened", event),
        &["journey", "event"],
    );
    document.finish()
}

/// What a service tells by itself.
fn told(event: &EventName, contract: &Type) -> Value {
    json!({
        "title": event.to_string(), "contentType": "application/cloudevents+json",
        "headers": { "type": "object", "properties": {
            (subjects::REPLY_TO): { "type": "string", "description": "a subject of yours for the receipt, under _INBOX." },
        }},
        "payload": {
            "type": "object",
            "required": ["specversion", "type", "source", "id", "subject", "data"],
            "properties": {
                "specversion": { "const": "1.0" },
                "type": { "type": "string", "description": format!("`{event}`, or a name that ends in `.{event}`") },
                "source": { "type": "string", "format": "uri-reference" },
                "id": { "type": "string", "minLength": 1 },
                "subject": { "type": "string", "description": "the id of the journey, or of the person whose journeys hear it" },
                "time": { "type": "string", "format": "date-time" },
                "occurredon": { "type": "string", "format": "date", "description": "the day it is true of; that of `time` when absent, else today" },
                "data": json_schema(contract),
            },
        },
    })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn plain(title: &str, payload: Value) -> Value {
    json!({ "title": title, "contentType": "application/json", "payload": payload })
}

fn only(name: &str, value: Value) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": [name], "properties": { (name): value } })
}

#[derive(Default)]
struct Document {
    channels: Map<String, Value>,
    operations: Map<String, Value>,
}

impl Document {
    /// A channel, and what Parcours does there: it receives what others publish, and sends the rest.
    fn channel(
        &mut self,
        name: &str,
        address: &str,
        action: &str,
        message: Value,
        parameters: &[&str],
    ) {
        let mut channel = json!({ "address": address, "messages": { "message": message } });
        if !parameters.is_empty() {
            channel["parameters"] = parameters
                .iter()
                .map(|name| ((*name).to_owned(), json!({})))
                .collect();
        }
        self.channels.insert(name.to_owned(), channel);
        let operation =
            json!({ "action": action, "channel": { "$ref": format!("#/channels/{name}") } });
        self.operations
            .insert(format!("{action}_{name}"), operation);
    }

    fn finish(self) -> Value {
        json!({
            "asyncapi": "3.0.0",
            "info": {
                "title": "Parcours over NATS",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Life events in, receipts out, calls for workers, answers and what services tell in, what happens in journeys out.",
            },
            "defaultContentType": "application/json",
            "channels": self.channels,
            "operations": self.operations,
        })
    }
}
