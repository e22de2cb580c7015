//! The OpenAPI 3.1 document of the API, made of the table of routes.

mod answered;

use std::sync::LazyLock;

use axum::Json;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::POSITION;
use super::routes::{Body, By, ROUTES, Route};
use super::said::IDEMPOTENCY;

/// The document, as it is served.
pub(super) async fn read() -> Json<Value> {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
    Json(DOCUMENT.clone())
}

/// The OpenAPI 3.1 document of the API: always the same for the same program.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method] = operation;
    }
    let mut schemas = answered::schemas();
    schemas.extend(generator.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Parcours",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Life events in, journeys out. Every answer about the log carries its position; a read that \
                            presents it sees at least that.",
        },
        "servers": [{ "url": "/", "description": "wherever this document came from" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "credential": {
                    "type": "http", "scheme": "bearer",
                    "description": "the token of a credential: a publisher's, a service's, an agent's, a reader's or an operator's",
                },
                "link": {
                    "type": "http", "scheme": "bearer",
                    "description": "the signature of the journey's link, the last part of /j/<journey>/<signature>",
                },
            },
            "responses": {
                "Problem": {
                    "description": "RFC 9457; `detail` names the remedy",
                    "content": { "application/problem+json": { "schema": named("Problem") } },
                },
            },
        },
    })
}

fn named(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn cloud_event(schema: &str) -> Value {
    json!({
        "application/cloudevents+json": { "schema": named(schema) },
        "application/json": { "schema": { "description": "binary mode: the data alone, attributes in ce- headers" } },
    })
}

fn operation(route: &Route, generator: &mut schemars::SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = ["journey", "key"]
        .into_iter()
        .filter(|name| route.path.contains(&format!("{{{name}}}")))
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect();
    parameters.extend(route.query.iter().map(|(name, required, what)| {
        json!({
            "name": name, "in": "query", "required": required, "description": what,
            "schema": { "type": "string" },
        })
    }));
    if route.method == "post" && route.by == By::Reader {
        parameters.push(json!({
            "name": IDEMPOTENCY, "in": "header",
            "description": "a name for this request: sent again with the same body, it counts once",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }));
    }
    let mut responses: Map<String, Value> = Map::new();
    for status in route.problems {
        responses.insert(
            status.to_string(),
            json!({ "$ref": "#/components/responses/Problem" }),
        );
    }
    for (status, when, schema) in route.answers {
        let media = match *schema {
            "Text" => "text/plain",
            "Bytes" => "application/octet-stream",
            _ => "application/json",
        };
        let mut answer = json!({
            "description": when,
            "content": { media: { "schema": named(schema) } },
        });
        if route.by != By::Nothing
            && !matches!(
                *schema,
                "Catalog" | "KeptReceipt" | "Incidents" | "Link" | "Bytes" | "Text"
            )
        {
            answer["headers"] = json!({ POSITION: { "schema": { "type": "string" } } });
        }
        responses.insert(status.to_string(), answer);
    }
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses,
        "security": match route.by {
            By::Nothing => json!([]),
            By::Credential(_) => json!([{ "credential": [] }]),
            By::Reader => json!([{ "credential": [] }, { "link": [] }]),
        },
    });
    if let By::Credential(kind) = route.by {
        operation["x-credential"] = json!(kind);
    }
    if let Some(body) = &route.body {
        let content = match body {
            Body::LifeEvent => cloud_event("LifeEvent"),
            Body::ServiceEvent => cloud_event("ServiceEvent"),
            Body::Json(shape) => json!({ "application/json": { "schema": shape(generator) } }),
        };
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_in_the_document_under_a_name_of_its_own() {
        let document = document();
        let mut names = std::collections::BTreeSet::new();
        for route in ROUTES {
            let operation = &document["paths"][route.path][route.method];
            assert_eq!(operation["operationId"], route.name, "{}", route.path);
            assert!(names.insert(route.name), "{}", route.name);
        }
        let documented: usize = document["paths"]
            .as_object()
            .unwrap()
            .values()
            .map(|path| path.as_object().unwrap().len())
            .sum();
        assert_eq!(documented, ROUTES.len());
    }

    #[test]
    fn every_reference_is_to_a_schema_that_is_there() {
        fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
            match value {
                Value::Object(fields) => {
                    for (name, value) in fields {
                        match value.as_str().filter(|_| name == "$ref") {
                            Some(reference) => found.push(reference),
                            None => references(value, found),
                        }
                    }
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > ROUTES.len());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }
}
