//! The OpenAPI document is current, is all there is, and says what is true of real answers.

use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use parcours_core::PersonId;
use parcours_http::{Credential, Credentials, Grant};
use serde_json::{Value, json};

use crate::support::World;

#[test]
fn the_document_that_is_checked_in_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/schemas/openapi.json");
    let current = parcours_http::openapi();
    if std::env::var_os("PARCOURS_WRITE_SCHEMAS").is_some() {
        let text = serde_json::to_string_pretty(&current).unwrap();
        std::fs::write(&path, format!("{text}\n")).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    assert!(
        kept == current,
        "run this test once with PARCOURS_WRITE_SCHEMAS=1 and look at what changed"
    );
}

fn world() -> World {
    let mut world = World::at("2026-03-04T10:00:00");
    let agent = Grant::agent(PersonId::new("agent-7").unwrap());
    world.credentials = Credentials::new([Credential::new("desk", "agent", agent)]);
    world
}

#[tokio::test]
async fn every_documented_route_is_served() {
    let world = world();
    let id = world.desk.begin("birth", "one_child").to_string();
    let document = parcours_http::openapi();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let at = path
                .replace("{journey}", &id)
                .replace("{key}", "declare_birth.child.0");
            let request = Request::builder().method(&*method.to_uppercase()).uri(&at);
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            // Whoever comes without a credential is asked for one wherever one is needed, and answered elsewhere.
            let expected = if operation["security"] == json!([]) {
                200
            } else {
                401
            };
            assert_eq!(
                answer.status.as_u16(),
                expected,
                "{method} {path}: {}",
                answer.text
            );
            let unknown = Request::builder().method("PATCH").uri(&at);
            let unknown = world.send(unknown.body(Body::empty()).unwrap()).await;
            assert_eq!(unknown.status.as_u16(), 405, "{path}");
        }
    }
}

#[tokio::test]
async fn real_answers_are_as_documented() {
    let world = world();
    let id = world.desk.begin("birth", "one_child");
    let document = parcours_http::openapi();
    let problems = |schema: &str, answer: &Value| -> Vec<String> {
        let root = json!({
            "$ref": format!("#/components/schemas/{schema}"),
            "components": document["components"],
        });
        let validator = jsonschema::draft202012::new(&root).unwrap();
        validator
            .iter_errors(answer)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    };
    let checked = |schema: &str, answer: &Value| {
        let problems = problems(schema, answer);
        assert!(problems.is_empty(), "{schema}: {problems:#?}");
    };
    let because = format!("/v1/journeys/{id}/steps/declare_birth.child.0/because");
    for (path, status, schema) in [
        (format!("/v1/journeys/{id}"), 200, "Journey"),
        (format!("/v1/journeys/{id}/history"), 200, "History"),
        (because, 200, "Because"),
        ("/v1/catalog".to_owned(), 200, "Catalog"),
        ("/readyz".to_owned(), 200, "Readiness"),
        (
            format!("/v1/journeys/{id}/steps/fly/because"),
            404,
            "Problem",
        ),
    ] {
        let request = Request::get(&path).header("authorization", "Bearer agent");
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text);
        checked(schema, &serde_json::from_str(&answer.text).unwrap());
    }
    let acts = format!("/v1/journeys/{id}/steps/declare_birth.child.0/acts");
    let act = json!({ "act": "done" });
    checked("Act", &act);
    let request = Request::post(&acts)
        .header("authorization", "Bearer agent")
        .header("content-type", "application/json");
    let answer = world
        .send(request.body(act.to_string().into()).unwrap())
        .await;
    checked("Taken", &serde_json::from_str(&answer.text).unwrap());
    assert_eq!(
        problems("Taken", &json!({})).len(),
        1,
        "it lacks its position"
    );
}
