//! What services tell by themselves, over a real engine in memory. The people are invented.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::api::{birth, publish, send, site, told};
use crate::support::Answered;

const REGISTRY: &str = "mairie-system";

/// The town hall registered the birth of the first child.
fn registered(id: &str, subject: &str) -> Value {
    json!({
        "specversion": "1.0", "type": "fr.lyon.mairie.birth_registered", "source": "urn:example:registry", "id": id,
        "subject": subject, "occurredon": "2026-03-03",
        "data": { "child": 1, "act_number": "2026-12", "registered_on": "2026-03-03" },
    })
}

async fn tell(router: &Router, token: &str, event: &Value) -> Answered {
    let media = "application/cloudevents+json";
    let path = "/v1/service-events";
    send(router, "POST", path, token, media, event.to_string()).await
}

async fn started(router: &Router, event: &Value) -> String {
    let receipt = told(&publish(router, event).await);
    receipt["journeys"][0].as_str().unwrap().to_owned()
}

async fn journey(router: &Router, id: &str) -> Value {
    let path = format!("/v1/journeys/{id}");
    told(&send(router, "GET", &path, "agent", "", "").await)
}

fn step<'a>(journey: &'a Value, key: &str) -> &'a Value {
    let steps = journey["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["step"] == key);
    step.unwrap_or_else(|| panic!("no {key}"))
}

fn problem(answer: &Answered, status: StatusCode, word: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text);
    let told = told(answer);
    assert_eq!(told["type"], format!("urn:parcours:problem:{word}"));
    told
}

#[tokio::test]
async fn a_service_tells_and_the_step_that_waited_for_it_is_done_on_that_day() {
    let router = parcours_http::router(site().await);
    let id = started(&router, &birth("1")).await;
    let before = journey(&router, &id).await;
    assert_ne!(step(&before, "declare_birth.child.0")["group"], "done");

    let first = tell(&router, REGISTRY, &registered("a-1", &id)).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let heard = told(&first);
    assert_eq!(
        (heard["heard"].clone(), heard["repeated"].clone()),
        (json!([id]), json!(false))
    );
    assert_eq!(heard["position"], first.header("parcours-position"));
    let after = journey(&router, &id).await;
    assert_eq!(step(&after, "declare_birth.child.0")["group"], "done");
    let path = format!("/v1/journeys/{id}/history");
    let history = told(&send(&router, "GET", &path, "agent", "", "").await);
    let last = history["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(last["actor"]["kind"], "service", "{last}");
    assert_eq!(last["occurred_on"], "2026-03-03", "{last}");

    // The same in binary mode, and about the person: it was heard before.
    let again = Request::post("/v1/service-events")
        .header("authorization", format!("Bearer {REGISTRY}"))
        .header("content-type", "application/json")
        .header("ce-specversion", "1.0")
        .header("ce-type", "mairie.birth_registered")
        .header("ce-source", "urn:example:registry")
        .header("ce-id", "a-1")
        .header("ce-subject", "p-claire")
        .body(Body::from(registered("a-1", &id)["data"].to_string()))
        .unwrap();
    let again = Answered::of(router.clone().oneshot(again).await.unwrap()).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    assert_eq!(told(&again)["repeated"], true);
    assert_eq!(told(&again)["heard"], json!([id]));
    let unchanged = told(&send(&router, "GET", &path, "agent", "", "").await);
    assert_eq!(unchanged["entries"], history["entries"]);
}

#[tokio::test]
async fn the_same_name_with_other_content_is_a_conflict_and_changes_nothing() {
    let router = parcours_http::router(site().await);
    let id = started(&router, &birth("1")).await;
    assert_eq!(
        tell(&router, REGISTRY, &registered("a-1", &id))
            .await
            .status,
        StatusCode::OK
    );
    let before = journey(&router, &id).await;
    let mut data = registered("a-1", &id);
    data["data"]["act_number"] = json!("2026-13");
    let mut day = registered("a-1", &id);
    day["occurredon"] = json!("2026-03-04");
    let mut event = registered("a-1", &id);
    event["type"] = json!("mairie.surname_recorded");
    event["data"] = json!({ "child": 1, "recorded_on": "2026-03-03" });
    for other in [data, day, event] {
        let answer = tell(&router, REGISTRY, &other).await;
        problem(&answer, StatusCode::CONFLICT, "conflict");
    }
    assert_eq!(journey(&router, &id).await, before);
}

#[tokio::test]
async fn who_is_told_of_by_their_name_has_it_heard_in_each_journey_that_listens() {
    let router = parcours_http::router(site().await);
    let first = started(&router, &birth("1")).await;
    let second = started(&router, &birth("2")).await;
    let mut somebody = birth("3");
    somebody["data"]["parents"][0]["id"] = json!("p-zoe");
    let hers = started(&router, &somebody).await;
    let mut taken_back = birth("4");
    taken_back["id"] = json!("5");
    taken_back["retracts"] = json!("4");
    let retracted = started(&router, &birth("4")).await;
    assert_eq!(publish(&router, &taken_back).await.status, StatusCode::OK);

    let answer = tell(&router, REGISTRY, &registered("a-1", "p-claire")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut heard: Vec<String> = serde_json::from_value(told(&answer)["heard"].clone()).unwrap();
    heard.sort();
    let mut both = vec![first.clone(), second];
    both.sort();
    assert_eq!(heard, both, "and not {hers} or {retracted}");
    let hers = journey(&router, &hers).await;
    assert_ne!(step(&hers, "declare_birth.child.0")["group"], "done");

    // One that has not heard it yet hears it, and the others once; also where one of those has ended.
    let mut over = birth("7");
    over["retracts"] = json!("2");
    assert_eq!(publish(&router, &over).await.status, StatusCode::OK);
    let third = started(&router, &birth("6")).await;
    let answer = told(&tell(&router, REGISTRY, &registered("a-1", "p-claire")).await);
    assert_eq!(answer["repeated"], false);
    let heard: Vec<String> = serde_json::from_value(answer["heard"].clone()).unwrap();
    assert!(heard.contains(&third) && heard.len() == 3, "{heard:?}");
}

#[tokio::test]
async fn what_nobody_listens_to_is_said_and_may_be_told_again_once_somebody_does() {
    let router = parcours_http::router(site().await);
    let early = registered("a-1", "p-claire");
    let answer = tell(&router, REGISTRY, &early).await;
    let nobody = problem(&answer, StatusCode::NOT_FOUND, "nobody-listens");
    assert!(nobody["detail"].as_str().unwrap().contains("send it again"));
    let id = started(&router, &birth("1")).await;
    // Known, and of no interest to a birth.
    let mut voter = registered("a-2", &id);
    voter["type"] = json!("mairie.voter_registered");
    voter["data"] =
        json!({ "person": "p-claire", "commune": "69123", "registered_on": "2026-03-03" });
    let answer = tell(&router, REGISTRY, &voter).await;
    problem(&answer, StatusCode::NOT_FOUND, "nobody-listens");
    let answer = tell(&router, REGISTRY, &early).await;
    assert_eq!(told(&answer)["heard"], json!([id]), "{}", answer.text);
}

#[tokio::test]
async fn what_cannot_be_heard_is_told_where_and_what_to_do() {
    let router = parcours_http::router(site().await);
    let id = started(&router, &birth("1")).await;
    let before = journey(&router, &id).await;
    for token in ["service", "agent", "publisher", "reader", "operator"] {
        let answer = tell(&router, token, &registered("a-1", &id)).await;
        problem(&answer, StatusCode::FORBIDDEN, "not-your-service");
    }
    let answer = tell(&router, "nobody", &registered("a-1", &id)).await;
    problem(&answer, StatusCode::UNAUTHORIZED, "no-credential");

    let with = |name: &str, value: Value| {
        let mut event = registered("a-1", &id);
        event[name] = value;
        event
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let mut data = registered("a-1", &id);
    data["data"] = json!({ "child": "first", "registered_on": "2026-02-30", "canary": "x9K2" });
    for (event, status, word, says) in [
        (data.clone(), unprocessable, "rejected", "/registered_on"),
        (
            with("type", json!("birth")),
            unprocessable,
            "rejected",
            "`mairie.birth_registered`",
        ),
        (
            with("type", json!("mairie.wed")),
            unprocessable,
            "rejected",
            "birth_registered",
        ),
        (
            with("subject", json!("nobody at all")),
            unprocessable,
            "rejected",
            "`subject`",
        ),
        (
            with("subject", Value::Null),
            unprocessable,
            "rejected",
            "`subject`",
        ),
        (
            with("occurredon", json!("2026-02-30")),
            unprocessable,
            "rejected",
            "`occurredon`",
        ),
        (
            with("corrects", json!("a-0")),
            unprocessable,
            "rejected",
            "id of its own",
        ),
        (
            with("data", Value::Null),
            unprocessable,
            "rejected",
            "expected",
        ),
        (
            with("occurredon", json!("2026-03-09")),
            unprocessable,
            "in-the-future",
            "2026-03-09",
        ),
        (
            with("occurredon", json!("1789-07-14")),
            unprocessable,
            "too-long-ago",
            "1789",
        ),
        (
            with("id", json!("")),
            StatusCode::BAD_REQUEST,
            "unreadable",
            "`id`",
        ),
    ] {
        let answer = tell(&router, REGISTRY, &event).await;
        let told = problem(&answer, status, word);
        assert!(told.to_string().contains(says), "{says}: {told}");
        assert!(!answer.text.contains("x9K2"), "{}", answer.text);
    }
    let places = told(&tell(&router, REGISTRY, &data).await)["errors"].clone();
    assert!(places.as_array().unwrap().len() >= 3, "{places}");
    let large = "x".repeat(2_000_000);
    let answer = send(
        &router,
        "POST",
        "/v1/service-events",
        REGISTRY,
        "application/cloudevents+json",
        large,
    )
    .await;
    problem(&answer, StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    assert_eq!(journey(&router, &id).await, before);
    // None of it used the name up.
    assert_eq!(
        tell(&router, REGISTRY, &registered("a-1", &id))
            .await
            .status,
        StatusCode::OK
    );
}
