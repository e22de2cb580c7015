//! What is said and read over the API, with the journeys that ship. The people are invented.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use parcours_core::journey::{ActorKind, Channel, Step};
use parcours_core::name::ServiceId;
use parcours_core::{JourneyId, PersonId};
use parcours_http::{Credential, Credentials, Grant};
use serde_json::{Value, json};

use crate::support::{Answered, World};

const DECLARE: &str = "declare_birth.child.0";

fn world() -> (World, JourneyId) {
    let mut world = World::at("2026-03-04T10:00:00");
    let agent = Grant::agent(PersonId::new("agent-7").unwrap());
    let caf = Grant::Service(ServiceId::new("caf").unwrap());
    world.credentials = Credentials::new([
        Credential::new("desk", "agent", agent),
        Credential::new("caf", "service", caf),
    ]);
    let id = world.desk.begin("birth", "one_child");
    (world, id)
}

async fn ask(world: &World, method: &str, path: &str, token: &str, body: Value) -> Answered {
    named(world, method, path, token, body, None).await
}

async fn named(
    world: &World,
    method: &str,
    path: &str,
    token: &str,
    body: Value,
    name: Option<&str>,
) -> Answered {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    if let Some(name) = name {
        request = request.header("idempotency-key", name);
    }
    world
        .send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

fn told(answer: &Answered) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{}", answer.text))
}

fn problem(answer: &Answered) -> (u16, String) {
    let told = told(answer);
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{told}"
    );
    let kind = told["type"].as_str().unwrap();
    let kind = kind.strip_prefix("urn:parcours:problem:").unwrap();
    (answer.status.as_u16(), kind.to_owned())
}

#[tokio::test]
async fn the_holder_and_agents_read_why_and_what_happened_and_nobody_else_does() {
    let (world, id) = world();
    let link = world.link(id, None).token().to_owned();
    for path in [
        format!("/v1/journeys/{id}/history"),
        format!("/v1/journeys/{id}/steps/{DECLARE}/because"),
    ] {
        for token in [&link, "agent"] {
            let answer = ask(&world, "GET", &path, token, Value::Null).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            assert!(!answer.header("parcours-position").is_empty());
        }
        for (token, status) in [("service", 403), ("nobody", 401)] {
            let answer = ask(&world, "GET", &path, token, Value::Null).await;
            assert_eq!(problem(&answer).0, status);
        }
    }
    let because = format!("/v1/journeys/{id}/steps/{DECLARE}/because");
    let because = told(&ask(&world, "GET", &because, "agent", Value::Null).await);
    assert_eq!(because["dates"]["due"]["date"], "2026-03-09");
    assert_eq!(because["version"]["version"], "birth@2021-07-01");
    assert!(because["law"][0]["reference"].is_string(), "{because}");
    let history = format!("/v1/journeys/{id}/history");
    let history = told(&ask(&world, "GET", &history, "agent", Value::Null).await);
    let first = &history["entries"][0];
    assert_eq!(first["events"][0]["event"], "started");
    assert_eq!(first["actor"]["kind"], "source");
    let opened = first["events"].as_array().unwrap().iter();
    let mut opened = opened.filter(|event| event["step"] == DECLARE);
    assert!(opened.any(|event| {
        event["event"] == "step_opened"
            && event["words"]["en"]
                .as_str()
                .unwrap()
                .contains("9 March 2026")
    }));
    let whats: Vec<(&str, String)> = world
        .ledger
        .reads()
        .iter()
        .map(|read| (read.what, read.who.clone()))
        .collect();
    assert!(whats.contains(&("because", "desk".to_owned())), "{whats:?}");
    assert!(whats.contains(&("history", "holder".to_owned())));

    let missing = format!("/v1/journeys/{id}/steps/fly/because");
    let missing = ask(&world, "GET", &missing, "agent", Value::Null).await;
    assert_eq!(problem(&missing), (404, "no-such-step".to_owned()));
}

#[tokio::test]
async fn an_act_is_taken_from_whoever_may_and_counts_once() {
    let (world, id) = world();
    let link = world.link(id, None).token().to_owned();
    let acts = |step: &str| format!("/v1/journeys/{id}/steps/{step}/acts");
    let done = json!({ "act": "done", "on": "2026-03-03", "channel": "counter", "on_behalf_of": "holder" });
    let before = world.desk.decisions(id);
    for _ in 0..2 {
        let answer = named(
            &world,
            "POST",
            &acts(DECLARE),
            "agent",
            done.clone(),
            Some("1"),
        )
        .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(
            told(&answer)["position"],
            answer.header("parcours-position")
        );
    }
    assert_eq!(world.desk.decisions(id), before + 1);
    let last = world.desk.last(id);
    assert!(matches!(last.actor.kind, ActorKind::Agent(_)));
    assert_eq!(last.actor.channel, Channel::Counter);
    assert_eq!(last.occurred_on, "2026-03-03".parse().ok());
    assert!(matches!(
        world.desk.state_of(id, DECLARE),
        Step::Settled { .. }
    ));

    for (token, step, body, expected) in [
        (
            "agent",
            DECLARE,
            json!({ "act": "decline" }),
            (409, "not-now"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "done", "on": "2026-03-05" }),
            (422, "in-the-future"),
        ),
        (
            "agent",
            "fly",
            json!({ "act": "done" }),
            (404, "no-such-step"),
        ),
        ("agent", "É", json!({ "act": "done" }), (404, "no-such-key")),
        (
            "agent",
            DECLARE,
            json!({ "act": "dance" }),
            (400, "unreadable"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "refuse" }),
            (400, "unreadable"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "done", "motive": "x" }),
            (400, "unreadable"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "appeal", "appeal": "shout" }),
            (400, "unreadable"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "appeal", "appeal": "gracious" }),
            (409, "not-now"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "done", "on": "2026-02-30" }),
            (400, "unreadable"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "done", "on_behalf_of": "holder" }),
            (400, "unreadable"),
        ),
        (
            "agent",
            DECLARE,
            json!({ "act": "done", "channel": "post" }),
            (400, "unreadable"),
        ),
        (
            &*link,
            DECLARE,
            json!({ "act": "done", "channel": "post", "on_behalf_of": "holder" }),
            (400, "unreadable"),
        ),
        (
            &*link,
            DECLARE,
            json!({ "act": "accept" }),
            (403, "not-yours"),
        ),
        (
            "service",
            DECLARE,
            json!({ "act": "done" }),
            (403, "not-for-you"),
        ),
        (
            "nobody",
            DECLARE,
            json!({ "act": "done" }),
            (401, "no-credential"),
        ),
    ] {
        let step = if step == "É" { "%C3%89" } else { step };
        let answer = ask(&world, "POST", &acts(step), token, body.clone()).await;
        let (status, kind) = problem(&answer);
        assert_eq!((status, &*kind), expected, "{body}: {}", answer.text);
    }
    assert_eq!(
        world.desk.decisions(id),
        before + 1,
        "what is refused changes nothing"
    );
}

#[tokio::test]
async fn a_fact_is_told_contested_and_checked_against_its_type() {
    let (world, id) = world();
    let link = world.link(id, None).token().to_owned();
    let facts = |fact: &str| format!("/v1/journeys/{id}/facts/{fact}");
    let view = format!("/v1/journeys/{id}");
    let view = told(&ask(&world, "GET", &view, &link, Value::Null).await);
    let known = view["facts"].as_array().unwrap();
    assert!(
        known
            .iter()
            .any(|fact| fact["fact"] == "resources_under_ceiling"),
        "{known:?}"
    );
    let answer = ask(
        &world,
        "POST",
        &facts("resources_under_ceiling"),
        &link,
        json!({ "value": true }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let standing = || async {
        let view = format!("/v1/journeys/{id}");
        let view = told(&ask(&world, "GET", &view, &link, Value::Null).await);
        let facts = view["facts"].as_array().unwrap().clone();
        let fact = facts
            .into_iter()
            .find(|fact| fact["fact"] == "resources_under_ceiling");
        fact.unwrap()["standing"].clone()
    };
    assert_eq!(standing().await, "known");
    let contest = json!({ "dispute": true });
    let answer = ask(
        &world,
        "POST",
        &facts("resources_under_ceiling"),
        &link,
        contest.clone(),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(standing().await, "disputed");

    for (fact, body, expected) in [
        (
            "resources_under_ceiling",
            json!({ "value": "yes" }),
            (422, "wrong-type"),
        ),
        (
            "resources_under_ceiling",
            json!({ "value": null }),
            (400, "unreadable"),
        ),
        (
            "resources_under_ceiling",
            json!({ "dispute": false }),
            (400, "unreadable"),
        ),
        (
            "resources_under_ceiling",
            json!({ "value": true, "dispute": true }),
            (400, "unreadable"),
        ),
        (
            "employee.parent.9",
            json!({ "value": true }),
            (422, "which-one"),
        ),
        ("height", json!({ "value": 3 }), (404, "no-such-fact")),
        (
            "employee.parent.0",
            contest.clone(),
            (409, "nothing-to-dispute"),
        ),
    ] {
        let answer = ask(&world, "POST", &facts(fact), "agent", body.clone()).await;
        let (status, kind) = problem(&answer);
        assert_eq!((status, &*kind), expected, "{fact} {body}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_catalog_has_hashes_schemas_and_contracts() {
    let (world, _) = world();
    let answer = ask(&world, "GET", "/v1/catalog", "service", Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let told = told(&answer);
    let find = |list: &str, key: &str, name: &str| {
        let all = told[list].as_array().unwrap();
        all.iter().find(|each| each[key] == name).unwrap().clone()
    };
    let birth = find("journeys", "journey", "birth");
    let version = &birth["versions"][1];
    assert_eq!(version["version"], "birth@2021-07-01");
    assert!(version["hash"].as_str().unwrap().len() >= 32);
    let kind = find("life_events", "type", "birth");
    assert_eq!(kind["schema"]["type"], "object");
    assert!(!kind["examples"].as_array().unwrap().is_empty());
    let caf = find("services", "service", "caf");
    let operation = &caf["operations"][0];
    assert_eq!(operation["reply"]["type"], "object", "{operation}");
    let closed = ask(&world, "GET", "/v1/catalog", "nobody", Value::Null).await;
    assert_eq!(problem(&closed), (401, "no-credential".to_owned()));
}
