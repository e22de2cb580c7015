//! The engine itself behind the door, with a worker beside it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use parcours_core::journey::CallKey;
use parcours_lang::{load, read_dir};
use parcours_log::MemoryLog;
use parcours_log::lookups::MemoryLookups;
use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
use parcours_nats::testing::NatsServer;
use parcours_nats::{
    Became, Config, Credentials, EngineDoor, Nats, ServiceRoute, client, subjects,
};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, Engine, EngineParts, SystemClock};
use serde_json::json;

use crate::world::soon;

#[tokio::test]
async fn a_birth_over_nats_starts_a_journey_whose_call_a_worker_answers() {
    let server = NatsServer::start();
    let nats = Nats::connect(Config::new(server.url())).await.unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../journeys");
    let law = load(&read_dir(folder.as_ref()).unwrap())
        .0
        .expect("the shipped journeys are good");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let caf = ["caf".parse().unwrap()];
    let route = ServiceRoute {
        by_workers: caf.into(),
        workers: nats.workers(),
        others: Arc::new(Simulated::new(Arc::new(law.catalog.clone()), clock.clone())),
    };
    let keys: Arc<dyn parcours_log::seal::Keys> = Arc::new(MemoryKeys::new(1));
    let sealer = Arc::new(Sealer::new(keys, OsEntropy));
    let engine = Engine::open(EngineParts {
        log: MemoryLog::new(),
        lookups: Arc::new(MemoryLookups::new()),
        sealer: sealer.clone(),
        services: Arc::new(route),
        law,
        clock,
        config: Default::default(),
    })
    .await
    .unwrap();
    let nats = EngineDoor::new(engine.clone(), sealer).serve(nats);
    let mut health = nats.health();
    soon(
        "NATS up",
        health.wait_for(|health| *health == parcours_nats::Health::Up),
    )
    .await
    .unwrap();

    let birth = json!({
        "specversion": "1.0", "type": "birth", "source": "urn:mairie:69123", "id": "n-1",
        "data": {
            "born_on": "2026-03-02", "birth_place": "69123", "union": "married",
            "parents": [{ "id": "p-claire", "gave_birth": true }],
            "children": [{ "rank": 1, "born_on": "2026-03-02", "outcome": "alive" }],
        },
    });
    let publish = || client_publish(&server, &birth);
    let first = publish().await;
    assert_eq!((first.receipt, first.duplicate), (Became::Started, false));
    let again = publish().await;
    assert_eq!(
        (again.receipt, again.duplicate, &again.journeys),
        (Became::Started, true, &first.journeys)
    );

    let client = async_nats::connect(server.url()).await.unwrap();
    let context = async_nats::jetstream::new(client.clone());
    let config = async_nats::jetstream::consumer::pull::Config {
        durable_name: Some("caf".into()),
        filter_subject: "services.caf.*".into(),
        ..Default::default()
    };
    let consumer = context
        .create_consumer_on_stream(config, subjects::SERVICES)
        .await
        .unwrap();
    let call = soon("a call", consumer.messages().await.unwrap().next())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(call.subject.as_str(), "services.caf.read_household");
    let headers = call.headers.as_ref().unwrap();
    let (to, key) = (
        headers.get(subjects::ANSWER_TO).unwrap(),
        headers.get(subjects::CALL_KEY).unwrap(),
    );
    let journey = first.journeys[0].parse().unwrap();
    let asked = key.as_str().parse::<CallKey>().unwrap();
    let mut rejected = context.get_stream(subjects::REJECTED).await.unwrap();
    // A failure counts once, however often it is delivered; one of an attempt that was not made is refused.
    assert_eq!(headers.get(subjects::ATTEMPT).unwrap().as_str(), "1");
    for attempt in ["1", "1", "2", "second"] {
        let mut failure = async_nats::HeaderMap::new();
        failure.insert(subjects::CALL_KEY, key.as_str());
        failure.insert(subjects::ATTEMPT, attempt);
        let said = json!({ "failure": "a database is away" }).to_string();
        let sent = context.publish_with_headers(to.as_str().to_owned(), failure, said.into());
        sent.await.unwrap().await.unwrap();
    }
    soon("two dead letters", async {
        while rejected.info().await.unwrap().state.messages < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let failures = async || {
        let history = engine.history(journey).await.unwrap();
        let events = history.into_iter().flat_map(|recorded| recorded.events);
        events
            .filter(|event| event.name() == "call_attempt_failed")
            .count()
    };
    soon("one failed attempt", async {
        while failures().await == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;

    // The answer comes while the next attempt waits.
    let said = json!({ "reply": { "dependent_children": 1, "resources_under_ceiling": true } });
    let mut answer = async_nats::HeaderMap::new();
    answer.insert(subjects::CALL_KEY, key.as_str());
    context
        .publish_with_headers(to.as_str().to_owned(), answer, said.to_string().into())
        .await
        .unwrap()
        .await
        .unwrap();
    call.double_ack().await.unwrap();

    let mut told = engine.subscribe();
    soon("the answer in the journey", async {
        loop {
            let snapshot = engine.journey(journey, None).await.unwrap().unwrap();
            let mut calls = snapshot.journey.calls.values();
            let owed =
                calls.any(|call| call.target == asked.target && call.made.number == asked.number);
            if !owed {
                break;
            }
            told.recv().await.unwrap();
        }
    })
    .await;
    assert_eq!(failures().await, 1);
    assert_eq!(rejected.info().await.unwrap().state.messages, 2);
    assert!(engine.health().nats);
    nats.shutdown().await;
    engine.shutdown().await;
}

async fn client_publish(server: &NatsServer, event: &serde_json::Value) -> parcours_nats::Receipt {
    client::publish(
        &server.url(),
        &Credentials::None,
        None,
        event,
        Duration::from_secs(60),
    )
    .await
    .unwrap()
}
