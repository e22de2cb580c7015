//! The publisher's side, and the document that describes it all.

use std::time::Duration;

use parcours_lang::{load, read_dir};
use parcours_nats::client::{self, PublishError};
use parcours_nats::testing::{MemoryEngine, NatsServer};
use parcours_nats::{
    Became, Config, Credentials, Health, Nats, asyncapi, describe, streams, subjects,
};

use crate::world::{World, birth, soon};

#[tokio::test]
async fn a_publisher_waits_for_its_receipt() {
    let world = World::new().await;
    let patience = Duration::from_secs(30);
    let url = world.server.url();
    let receipt = client::publish(&url, &Credentials::None, None, &birth("n-1"), patience)
        .await
        .unwrap();
    assert_eq!(receipt.receipt, Became::Started);

    let mut nameless = birth("n-2");
    nameless["id"] = "".into();
    let refused = client::publish(&url, &Credentials::None, None, &nameless, patience)
        .await
        .unwrap_err();
    assert!(matches!(refused, PublishError::Event(what) if what.contains("`id`")));
}

#[tokio::test]
async fn a_publisher_is_told_whether_its_event_is_stored() {
    let mut world = World::new().await;
    world.engine.set_unavailable(true);
    let url = world.server.url();
    let short = Duration::from_secs(5);
    let stored = client::publish(&url, &Credentials::None, None, &birth("n-1"), short)
        .await
        .unwrap_err();
    assert!(
        matches!(stored, PublishError::NoReceiptYet { subject } if subject.starts_with("receipts."))
    );
    world.server.stop();
    let not = client::publish(&url, &Credentials::None, None, &birth("n-1"), short)
        .await
        .unwrap_err();
    assert!(matches!(not, PublishError::NotPublished(_)));
}

#[tokio::test]
async fn a_publisher_is_told_what_the_server_refuses() {
    let server = NatsServer::configured(
        r#"authorization { users: [
            { user: lyon, password: secret, permissions: { publish: [ "publishers.lyon.life-events.*" ], subscribe: [ "_INBOX.lyon.>" ] } }
            { user: deaf, password: secret, permissions: { publish: [ "life-events.*" ], subscribe: [ "_INBOX.deaf.>" ] } }
        ] }"#,
    );
    let url = server.url();
    let publish = async |user: &str, password: &str, publisher: Option<&str>| {
        let credentials = Credentials::User {
            name: user.to_owned(),
            password: password.to_owned(),
        };
        let patience = Duration::from_secs(60);
        let event = birth("n-1");
        let published = client::publish(&url, &credentials, publisher, &event, patience);
        let error = published.await.expect_err("nobody takes it");
        (describe(&error), error)
    };
    let (said, _) = publish("lyon", "secret", None).await;
    assert!(said.contains("NATS refuses"), "{said}");
    assert!(
        said.to_lowercase().contains("permissions violation"),
        "{said}"
    );
    assert!(
        said.contains("life-events.birth") && said.contains("--publisher"),
        "{said}"
    );
    // It may, and nothing is there that would take it.
    let (said, _) = publish("lyon", "secret", Some("lyon")).await;
    let subject = "nothing takes `publishers.lyon.life-events.birth`";
    assert!(
        said.contains(subject) && said.contains("parcours serve"),
        "{said}"
    );
    // The subject may be used, and no answer is heard.
    let (said, error) = publish("deaf", "secret", None).await;
    assert!(matches!(error, PublishError::Unheard(_)), "{said}");
    assert!(said.contains("_INBOX"), "{said}");
    let (said, _) = publish("lyon", "wrong", None).await;
    assert!(said.contains("does not let us in"), "{said}");
}

#[test]
fn every_subject_is_in_the_document_with_its_contract() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../journeys");
    let loaded = load(&read_dir(folder.as_ref()).unwrap())
        .0
        .expect("the shipped journeys are good");
    let document = asyncapi(&loaded.catalog);
    let channels = document["channels"].as_object().unwrap();
    let addresses: Vec<&str> = channels
        .values()
        .map(|channel| channel["address"].as_str().unwrap())
        .collect();
    for pattern in [
        subjects::LIFE_EVENTS_SUBJECTS,
        subjects::RECEIPTS_SUBJECTS,
        subjects::PUBLISHERS_RECEIPTS_SUBJECTS,
        subjects::SERVICES_RECEIPTS_SUBJECTS,
        subjects::REJECTED_LIFE_EVENTS,
        subjects::REJECTED_ANSWERS,
        subjects::SERVICES_SUBJECTS,
        subjects::ANSWERS_SUBJECTS,
        subjects::SERVICE_EVENTS_SUBJECTS,
        subjects::REJECTED_SERVICE_EVENTS,
        subjects::JOURNEYS_SUBJECTS,
    ] {
        let matches = |address: &&str| {
            let (address, pattern): (Vec<_>, Vec<_>) =
                (address.split('.').collect(), pattern.split('.').collect());
            address.len() == pattern.len()
                && address
                    .iter()
                    .zip(&pattern)
                    .all(|(one, other)| *other == "*" || one == other)
        };
        assert!(addresses.iter().any(matches), "{pattern}");
    }
    for service in loaded.catalog.services() {
        for operation in service.operations.keys() {
            assert!(
                addresses.contains(&subjects::call(operation).as_str()),
                "{operation}"
            );
        }
    }
    let birth =
        &channels["life_event_birth"]["messages"]["message"]["payload"]["properties"]["data"];
    assert_eq!(birth["properties"]["born_on"]["format"], "date");
}

#[expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]
/// What an engine that connects so is told of its health, once that is more than that it has not connected yet.
async fn told_of(config: Config) -> String {
    let nats = Nats::connect(config)
        .await
        .unwrap()
        .serve(MemoryEngine::default());
    let mut health = nats.health();
    let told = |health: &Health| *health != Health::Down("not connected yet".to_owned());
    let health = soon("its health", health.wait_for(told)).await.unwrap();
    match &*health {
        Health::Up => "up".to_owned(),
        Health::Down(why) => why.clone(),
    }
}

#[tokio::test]
async fn a_server_without_room_is_told_of_with_the_remedy() {
    let limits = "jetstream { max_file_store: 100MB, max_memory_store: 20MB }";
    let server = NatsServer::configured(limits);
    let config = Config::new(server.url());
    let why = told_of(config.clone()).await;
    assert!(why.contains("stream LIFE_EVENTS"), "{why}");
    assert!(why.contains("--nats-stream-size"), "{why}");
    let why = told_of(Config {
        stream_bytes: 10 << 20,
        ..config.clone()
    })
    .await;
    assert!(why.contains("stream SERVICES"), "{why}");
    assert!(why.contains("--nats-calls-size"), "{why}");
    let why = told_of(Config {
        stream_bytes: 10 << 20,
        calls_bytes: 10 << 20,
        ..config
    })
    .await;
    assert_eq!(why, "up");
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_is_told_of_without_the_password() {
    let server =
        NatsServer::configured("authorization { user: parcours, password: right-password }");
    let with = |name: &str, password: &str| Config {
        credentials: Credentials::User {
            name: name.to_owned(),
            password: password.to_owned(),
        },
        ..Config::new(server.url())
    };
    let why = told_of(with("parcours", "wrong-password")).await;
    assert!(why.contains("does not let us in"), "{why}");
    assert!(!why.contains("wrong-password"), "{why}");
    assert_eq!(told_of(with("parcours", "right-password")).await, "up");
    let bad = Config::new("nats://parcours:secret-word@[");
    let said = Nats::connect(bad).await.unwrap_err().to_string();
    assert!(!said.contains("secret-word"), "{said}");
}

#[tokio::test]
async fn erasing_what_is_gone_already_is_fine() {
    let world = World::new().await;
    let context = world.jetstream();
    let stored = context.publish("receipts.x", "{}".into()).await;
    let sequence = stored.unwrap().await.unwrap().sequence;
    for sequence in [sequence, sequence, sequence + 1000] {
        streams::erase(&context, subjects::RECEIPTS, sequence)
            .await
            .unwrap();
    }
}
