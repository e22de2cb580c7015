//! The API over a real engine in memory. The people are invented.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use parcours_core::PersonId;
use parcours_core::name::ServiceId;
use parcours_http::{Credential, Credentials, EngineDesk, Grant, Link, Links, MemoryLedger, Site};
use parcours_log::lookups::MemoryLookups;
use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
use parcours_log::{MemoryLog, Position};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, Engine, EngineParts, VirtualClock};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{Answered, shipped};

const SOURCE: &str = "https://maternity.example/lyon";

/// A new link for whose journey it is.
pub(crate) async fn link(site: &Site, journey: &str) -> Link {
    let seen = site.desk.journey(journey.parse().unwrap(), Position::START);
    let made = seen.await.unwrap();
    let made = made.link(&site.links, site.desk.now().date(), None);
    made.unwrap().expect("somebody's journey")
}

pub(crate) async fn site() -> Site {
    let law = (*shipped()).clone();
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::at("2026-03-04T10:00:00".parse().unwrap()));
    let engine = Engine::open(EngineParts {
        log: MemoryLog::new(),
        lookups: Arc::new(MemoryLookups::new()),
        sealer: Arc::new(Sealer::new(Arc::new(MemoryKeys::new(1)), OsEntropy)),
        services: Arc::new(Simulated::new(Arc::new(law.catalog.clone()), clock.clone())),
        law,
        clock: clock.clone(),
        config: Default::default(),
    })
    .await
    .unwrap();
    let sources = vec!["https://maternity.example/".to_owned()];
    Site {
        desk: Arc::new(EngineDesk::new(engine, clock)),
        links: Links::new(&[7; 32]),
        ledger: Arc::new(MemoryLedger::default()),
        credentials: Credentials::new([
            Credential::new("maternity", "publisher", Grant::Publisher { sources }),
            Credential::new(
                "caf",
                "service",
                Grant::Service(ServiceId::new("caf").unwrap()),
            ),
            Credential::new(
                "registry",
                "mairie-system",
                Grant::Service(ServiceId::new("mairie").unwrap()),
            ),
            Credential::new(
                "desk",
                "agent",
                Grant::agent(PersonId::new("agent-7").unwrap()),
            ),
            Credential::new(
                "elsewhere",
                "tax-agent",
                Grant::Agent {
                    person: PersonId::new("agent-8").unwrap(),
                    services: Some([ServiceId::new("france_travail").unwrap()].into()),
                },
            ),
            Credential::new(
                "town hall",
                "mairie-agent",
                Grant::Agent {
                    person: PersonId::new("agent-9").unwrap(),
                    services: Some([ServiceId::new("mairie").unwrap()].into()),
                },
            ),
            Credential::new("audit", "reader", Grant::Reader),
            Credential::new("on call", "operator", Grant::Operator),
        ]),
        address: None,
        samples: parcours_http::Samples::default(),
    }
}

pub(crate) fn birth(id: &str) -> Value {
    json!({
        "specversion": "1.0", "type": "birth", "source": SOURCE, "id": id,
        "data": {
            "born_on": "2026-03-02", "birth_place": "69123", "union": "married", "older_children": 1,
            "parents": [
                { "id": "p-claire", "gave_birth": true, "first_name": "Claire" },
                { "id": "p-karim", "gave_birth": false, "first_name": "Karim" },
            ],
            "children": [{ "rank": 1, "born_on": "2026-03-02", "outcome": "alive", "first_name": "Nour" }],
        },
    })
}

pub(crate) async fn send(
    router: &Router,
    method: &str,
    path: &str,
    token: &str,
    media: &str,
    body: impl Into<Body>,
) -> Answered {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", media)
        .body(body.into())
        .unwrap();
    Answered::of(router.clone().oneshot(request).await.unwrap()).await
}

pub(crate) async fn publish(router: &Router, event: &Value) -> Answered {
    send(
        router,
        "POST",
        "/v1/life-events",
        "publisher",
        "application/cloudevents+json",
        event.to_string(),
    )
    .await
}

pub(crate) fn told(answer: &Answered) -> Value {
    serde_json::from_str(&answer.text).unwrap()
}

#[tokio::test]
async fn a_life_event_gets_a_receipt_and_its_journey_can_be_read_at_once() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let first = publish(&router, &birth("1")).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let receipt = told(&first);
    let id = receipt["journeys"][0].as_str().unwrap().to_owned();
    assert_eq!(receipt["receipt"], "started");
    let position = first.header("parcours-position").to_owned();

    let again = publish(&router, &birth("1")).await;
    assert_eq!(
        (again.status, told(&again)["repeated"].clone()),
        (StatusCode::OK, json!(true))
    );
    assert_eq!(told(&again)["journeys"], receipt["journeys"]);

    let mut other = birth("1");
    other["data"]["born_on"] = json!("2026-03-01");
    let conflict = publish(&router, &other).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT, "{}", conflict.text);
    assert_eq!(told(&conflict)["type"], "urn:parcours:problem:conflict");

    let path = format!("/v1/journeys/{id}?at_least={position}");
    let link = link(&site, &id).await.token().to_owned();
    for token in ["agent", &link] {
        let view = send(&router, "GET", &path, token, "", "").await;
        assert_eq!(view.status, StatusCode::OK, "{}", view.text);
        let view = told(&view);
        assert_eq!(view["title"]["fr"], "Naissance d’un enfant");
        let step = view["steps"]
            .as_array()
            .unwrap()
            .iter()
            .find(|step| step["step"] == "declare_birth.child.0");
        let step = step.expect("the birth is to be registered");
        assert_eq!(step["due"]["date"], "2026-03-09");
        assert!(step["because"]["words"]["fr"].is_string());
    }
    for (token, status) in [
        ("nobody", StatusCode::UNAUTHORIZED),
        ("service", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(
            send(&router, "GET", &path, token, "", "").await.status,
            status
        );
    }
    let page = send(
        &router,
        "GET",
        &self::link(&site, &id).await.path(),
        "",
        "",
        "",
    )
    .await;
    assert_eq!(page.status, StatusCode::OK);
    crate::support::page::checked(&page.text, "fr");

    let found = send(
        &router,
        "GET",
        &format!("/v1/receipts?source={SOURCE}&id=1"),
        "publisher",
        "",
        "",
    )
    .await;
    assert_eq!(told(&found)["journeys"], receipt["journeys"]);
    let mut taken_back = birth("1");
    taken_back["id"] = json!("3");
    taken_back["retracts"] = json!("1");
    let answered = told(&publish(&router, &taken_back).await);
    assert_eq!(answered["receipt"], "retracted");
    let found = format!("/v1/receipts?source={SOURCE}&id=3");
    let found = told(&send(&router, "GET", &found, "publisher", "", "").await);
    assert_eq!(found["receipt"], answered["receipt"], "whenever it is read");
    assert_eq!(found["journeys"], answered["journeys"]);
    let missing = send(
        &router,
        "GET",
        &format!("/v1/receipts?source={SOURCE}&id=2"),
        "publisher",
        "",
        "",
    )
    .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bad_input_is_told_what_is_wrong_and_loses_nothing() {
    let router = parcours_http::router(site().await);
    let event = "application/cloudevents+json";
    let mut no_id = birth("1");
    no_id.as_object_mut().unwrap().remove("id");
    let mut bad_day = birth("1");
    bad_day["data"]["born_on"] = json!("2026-02-30");
    let mut theirs = birth("1");
    theirs["source"] = json!("https://another.example/");
    let mut unknown = birth("1");
    unknown["type"] = json!("wedding");
    for (media, body, status, kind) in [
        (event, "{".to_owned(), StatusCode::BAD_REQUEST, "unreadable"),
        (event, String::new(), StatusCode::BAD_REQUEST, "unreadable"),
        (
            event,
            no_id.to_string(),
            StatusCode::BAD_REQUEST,
            "unreadable",
        ),
        (
            "application/json",
            "{}".to_owned(),
            StatusCode::BAD_REQUEST,
            "unreadable",
        ),
        (
            "application/cloudevents-batch+json",
            "[]".to_owned(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
        ),
        (
            event,
            "x".repeat(10_000_000),
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
        ),
        (
            event,
            theirs.to_string(),
            StatusCode::FORBIDDEN,
            "not-your-source",
        ),
        (
            event,
            bad_day.to_string(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "rejected",
        ),
        (
            event,
            unknown.to_string(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "rejected",
        ),
    ] {
        let shown: String = body.chars().take(60).collect();
        let answer = send(&router, "POST", "/v1/life-events", "publisher", media, body).await;
        assert_eq!(answer.status, status, "{shown}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(
            told(&answer)["type"],
            format!("urn:parcours:problem:{kind}"),
            "{shown}"
        );
        assert!(!answer.text.contains("Claire"), "{}", answer.text);
    }
    let bad = send(
        &router,
        "POST",
        "/v1/life-events",
        "publisher",
        event,
        bad_day.to_string(),
    )
    .await;
    assert!(
        told(&bad)["errors"][0]
            .as_str()
            .unwrap()
            .starts_with("/born_on"),
        "{}",
        bad.text
    );
    let good = publish(&router, &birth("1")).await;
    assert_eq!(
        good.status,
        StatusCode::CREATED,
        "a rejected event does not use its id up"
    );
}

#[tokio::test]
async fn a_publisher_who_speaks_for_somebody_else_is_an_incident_and_is_counted() {
    let router = parcours_http::router(site().await);
    let mut theirs = birth("1");
    theirs["source"] = json!("https://another.example/");
    let mut taken_back = birth("2");
    taken_back["retracts"] = json!("https://another.example/1");
    let event = "application/cloudevents+json";
    // An agent is no publisher: that is told, and nobody is called for it.
    for (who, body) in [
        ("publisher", &theirs),
        ("publisher", &theirs),
        ("publisher", &taken_back),
        ("agent", &theirs),
    ] {
        let body = body.to_string();
        let answer = send(&router, "POST", "/v1/life-events", who, event, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    }
    let incidents = send(&router, "GET", "/v1/incidents", "operator", "", "").await;
    let incidents = told(&incidents)["incidents"].as_array().unwrap().clone();
    assert_eq!(incidents.len(), 2, "{incidents:?}");
    for incident in &incidents {
        assert_eq!(incident["owner"], "publisher");
        let what = incident["what"].as_str().unwrap();
        assert!(what.contains("may not publish under that source"), "{what}");
    }
    let (published, at) = (&incidents[0]["published"], &incidents[0]["at"]);
    let letter = format!(
        "/v1/rejected?published={}&at={}",
        published.as_str().unwrap(),
        at.as_str().unwrap()
    );
    let letter = send(&router, "GET", &letter, "operator", "", "").await;
    assert_eq!(told(&letter)["source"], "https://another.example/");
    let metrics = send(&router, "GET", "/metrics", "operator", "", "").await;
    for line in [
        "parcours_refused_at_doors_total 2",
        "parcours_incidents{owner=\"publisher\"} 2",
    ] {
        assert!(metrics.text.contains(line), "{}", metrics.text);
    }
}

#[tokio::test]
async fn answers_are_for_calls_that_wait_and_from_their_own_service() {
    let router = parcours_http::router(site().await);
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let none = json!({ "call": format!("{id}/step:child_benefit/99"), "reply": {} }).to_string();
    let answer = send(
        &router,
        "POST",
        "/v1/answers",
        "service",
        "application/json",
        none,
    )
    .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    // The number of a call is not told to readers: every one is tried.
    let (mut met, mut taken, mut failed) = (Vec::new(), None, Vec::new());
    for number in 1..=20 {
        for fact in ["employee.parent.0", "resources_under_ceiling"] {
            // What is against the contract leaves the call open for what is not.
            for mut says in [
                json!({ "reply": {} }),
                json!({ "refusal": { "code": "never_heard_of" } }),
                // An attempt fails once, however often that is said; and one that was not made does not.
                json!({ "failure": "away", "attempt": 1 }),
                json!({ "failure": "away", "attempt": 1 }),
                json!({ "failure": "away" }),
                json!({ "failure": "away", "attempt": 2 }),
                json!({ "reply": { "dependent_children": 1, "resources_under_ceiling": true } }),
            ] {
                let call = format!("{id}/fact:{fact}/{number}");
                says["call"] = json!(call);
                let body = says.to_string();
                let answer = send(
                    &router,
                    "POST",
                    "/v1/answers",
                    "service",
                    "application/json",
                    body,
                )
                .await;
                if says.get("failure").is_some() && answer.status != StatusCode::NOT_FOUND {
                    failed.push((fact, answer.status, told(&answer)["repeated"].clone()));
                } else if answer.status == StatusCode::OK {
                    taken = Some((call, told(&answer)["closed_before"].clone()));
                }
                met.push((fact, answer.status));
            }
        }
    }
    assert!(
        met.contains(&("employee.parent.0", StatusCode::FORBIDDEN)),
        "the CAF does not answer for the CPAM"
    );
    assert!(met.contains(&("resources_under_ceiling", StatusCode::UNPROCESSABLE_ENTITY)));
    assert!(met.contains(&("resources_under_ceiling", StatusCode::OK)));
    assert!(!met.contains(&("employee.parent.0", StatusCode::OK)));
    failed.retain(|(fact, ..)| *fact == "resources_under_ceiling");
    let failed: Vec<_> = failed
        .into_iter()
        .map(|(_, status, repeated)| (status.as_u16(), repeated))
        .collect();
    let expected = [
        (200, json!(false)),
        (200, json!(true)),
        (200, json!(true)),
        (400, json!(null)),
    ];
    assert_eq!(failed, expected);
    // Said again, even otherwise, it is harmless: the call is closed.
    let (call, closed_before) = taken.expect("one was taken");
    assert_eq!(closed_before, json!(false));
    let again = json!({ "call": call, "failure": "too late" }).to_string();
    let media = "application/json";
    let repeated = send(
        &router,
        "POST",
        "/v1/answers",
        "service",
        media,
        again.clone(),
    )
    .await;
    assert_eq!(repeated.status, StatusCode::OK, "{}", repeated.text);
    assert_eq!(told(&repeated)["closed_before"], json!(true));
    assert_eq!(
        told(&repeated)["position"],
        repeated.header("parcours-position")
    );
    let other = send(&router, "POST", "/v1/answers", "agent", media, again).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN, "{}", other.text);
    let two = json!({ "call": call, "reply": {}, "refusal": { "code": "never_heard_of" } });
    let none = json!({ "call": call });
    let misspelt = json!({ "call": call, "reply": {}, "occured_on": "2026-03-02" });
    for (body, remedy) in [
        (two, "exactly one"),
        (none, "exactly one"),
        (misspelt, "only `occurred_on`"),
    ] {
        let body = body.to_string();
        let refused = send(&router, "POST", "/v1/answers", "service", media, body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text);
        assert!(refused.text.contains(remedy), "{}", refused.text);
    }
    for body in ["{", "{}", r#"{"call":"x","reply":{}}"#, r#"{"call":"x"}"#] {
        let answer = send(
            &router,
            "POST",
            "/v1/answers",
            "service",
            "application/json",
            body,
        )
        .await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{body}: {}",
            answer.text
        );
    }
    let open = send(
        &router,
        "POST",
        "/v1/answers",
        "nobody",
        "application/json",
        "{}",
    )
    .await;
    assert_eq!(open.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn probes_say_how_it_is() {
    let router = parcours_http::router(site().await);
    assert_eq!(
        send(&router, "GET", "/healthz", "", "", "").await.status,
        StatusCode::OK
    );
    let ready = send(&router, "GET", "/readyz", "", "", "").await;
    assert_eq!(
        (ready.status, told(&ready)["ready"].clone()),
        (StatusCode::OK, json!(true))
    );
}

#[tokio::test]
async fn measurements_count_what_came_in_and_hold_nothing_about_anybody() {
    let router = parcours_http::router(site().await);
    let started = publish(&router, &birth("1")).await;
    publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let path = format!("/v1/journeys/{id}/steps/declare_birth.child.0/acts");
    let media = "application/json";
    for act in ["done", "decline"] {
        let body = json!({ "act": act }).to_string();
        send(&router, "POST", &path, "agent", media, body).await;
    }
    let measured = send(&router, "GET", "/metrics", "operator", "", "").await;
    assert_eq!(measured.status, StatusCode::OK);
    assert!(measured.header("content-type").starts_with("text/plain"));
    let lines: Vec<&str> = measured.text.lines().collect();
    for expected in [
        "parcours_http_receipts_total{receipt=\"started\",became=\"new\"} 1",
        "parcours_http_receipts_total{receipt=\"started\",became=\"repeated\"} 1",
        "parcours_http_inputs_total{kind=\"act\",became=\"taken\"} 1",
        "parcours_http_inputs_total{kind=\"act\",became=\"rejected\"} 1",
        "parcours_journeys_total{journey=\"birth\"} 1",
        "parcours_journeys_parked 0",
        "parcours_lane_open 1",
        "parcours_incidents{owner=\"publisher\"} 0",
        "parcours_http_visible_seconds_count 2",
        "# TYPE parcours_http_visible_seconds histogram",
        "# TYPE parcours_timers_late_seconds gauge",
    ] {
        assert!(lines.contains(&expected), "{expected}\n{}", measured.text);
    }
    for value in [&*id, "Claire", "p-claire", "maternity", "69123"] {
        assert!(!measured.text.contains(value), "{value}");
    }
}
