//! What services tell by themselves comes in; who heard it is told. The people are invented.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use futures::StreamExt;
use parcours_core::journey::Step;
use parcours_nats::testing::NatsServer;
use parcours_nats::{Became, Config, Health, Receipt, subjects};
use parcours_runtime::IncidentKind;
use serde_json::{Value, json};

use crate::installed::{Folder, shipped};
use crate::world::{World, soon};

const REGISTRY: &str = "urn:example:registry";
const REGISTERED: &str = "service-events.mairie.birth_registered";

fn registered(id: &str, subject: &str) -> Value {
    json!({
        "specversion": "1.0", "type": "mairie.birth_registered", "source": REGISTRY, "id": id, "subject": subject,
        "data": { "child": 1, "act_number": "q7Rw2ZtK9mBv4XcY", "registered_on": "2026-03-03" },
    })
}

/// Sends it as an ordinary client does, and waits for the receipt.
async fn tell(client: &async_nats::Client, subject: &'static str, event: &Value) -> Receipt {
    let inbox = client.new_inbox();
    let mut replies = client.subscribe(inbox.clone()).await.unwrap();
    let mut headers = async_nats::HeaderMap::new();
    headers.insert(subjects::REPLY_TO, inbox.as_str());
    let body = event.to_string().into();
    let sent = client.publish_with_headers(subject, headers, body).await;
    sent.unwrap();
    let reply = soon("a receipt", replies.next()).await.unwrap();
    serde_json::from_slice(&reply.payload).unwrap()
}

#[tokio::test]
async fn a_birth_that_waits_for_the_town_hall_goes_on_when_it_tells() {
    let server = NatsServer::start();
    let installed = Folder::new(1)
        .open(Config::new(server.url()), &[], shipped())
        .await;
    installed.is(|health| *health == Health::Up).await;
    let client = async_nats::connect(server.url()).await.unwrap();
    // Too early: nobody listens yet, and the name stays free.
    let early = tell(&client, REGISTERED, &registered("a-1", "p-n-1")).await;
    assert_eq!(early.receipt, Became::NobodyListens);
    let journey = installed.birth("n-1").await;
    let key = "declare_birth.child.0".parse().unwrap();
    let state = || async {
        let seen = installed.engine.journey(journey, None).await.unwrap();
        seen.unwrap().journey.step(&key).unwrap().state.clone()
    };
    assert!(!matches!(state().await, Step::Settled { .. }));

    let first = tell(&client, REGISTERED, &registered("a-1", "p-n-1")).await;
    assert_eq!((first.receipt, first.duplicate), (Became::Heard, false));
    assert_eq!(first.journeys, [journey.to_string()]);
    assert!(matches!(state().await, Step::Settled { .. }));

    // By the journey's own id it is the same, and it was heard before.
    let again = tell(
        &client,
        REGISTERED,
        &registered("a-1", &journey.to_string()),
    )
    .await;
    assert_eq!((again.receipt, again.duplicate), (Became::Heard, true));
    let mut other = registered("a-1", "p-n-1");
    other["data"]["act_number"] = json!("13");
    let conflict = tell(&client, REGISTERED, &other).await;
    assert_eq!(conflict.receipt, Became::Conflict);
    other["data"] = json!({});
    let rejected = tell(&client, REGISTERED, &other).await;
    assert_eq!(rejected.receipt, Became::Rejected);
    let mut ahead = registered("a-2", "p-n-1");
    ahead["occurredon"] = json!("2999-01-01");
    let reason = tell(&client, REGISTERED, &ahead).await.reason.unwrap();
    assert_eq!(reason.code, "in_the_future");

    // The receipt of the name is that of what was heard.
    let context = async_nats::jetstream::new(client);
    let token = subjects::told_token("mairie", REGISTRY, "a-1");
    let receipts = context.get_stream(subjects::RECEIPTS).await.unwrap();
    let kept = receipts
        .get_last_raw_message_by_subject(&subjects::told_receipt("mairie", &token))
        .await
        .unwrap();
    let kept: Receipt = serde_json::from_slice(&kept.payload).unwrap();
    assert_eq!(kept, again);
    // The three that were refused have dead letters; what nobody listened to has none.
    let mut rejected = context.get_stream(subjects::REJECTED).await.unwrap();
    soon("three dead letters", async {
        while rejected.info().await.unwrap().state.messages < 3 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mut answers = context.get_stream(subjects::ANSWERS).await.unwrap();
    soon("all of it taken", async {
        while answers.info().await.unwrap().state.messages > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // What is taken has its dead letter, if it gets one: there is no other to come.
    assert_eq!(rejected.info().await.unwrap().state.messages, 3);
    assert_eq!(
        server.files_with(b"q7Rw2ZtK9mBv4XcY"),
        Vec::<std::path::PathBuf>::new()
    );
    installed.stop().await;
}

#[tokio::test]
async fn a_service_is_heard_under_its_own_name_only_and_what_is_wrong_is_said_there() {
    let world = World::new().await;
    let event = registered("a-1", "p-claire");
    let forged = tell(&world.client, "service-events.caf.birth_registered", &event).await;
    let reason = forged.reason.unwrap();
    assert_eq!(reason.code, "subject");
    let token = subjects::told_token("caf", REGISTRY, "a-1");
    let letter = subjects::rejected_service_event(Some("caf"), Some(&token));
    assert_eq!(world.dead_letter(&letter).await.reason, reason);
    assert!(world.engine.told().borrow().heard.is_empty());

    world.publish(REGISTERED, &[], "{").await;
    let letter = world
        .dead_letter("service-events.rejected.mairie.unnamed")
        .await;
    assert_eq!(letter.reason.code, "not_a_cloudevent");
    assert!(world.engine.open(&letter.sealed().unwrap()).is_some());

    let heard = tell(&world.client, REGISTERED, &event).await;
    assert_eq!((heard.receipt, heard.duplicate), (Became::Heard, false));
    world.empty(subjects::ANSWERS).await;
}

#[tokio::test]
async fn what_cannot_be_taken_now_is_heard_later() {
    let world = World::new().await;
    world.engine.set_unavailable(true);
    world
        .publish(REGISTERED, &[], registered("a-1", "p-claire"))
        .await;
    let mut told = world.engine.told();
    let turned_away = told.wait_for(|state| state.turned_away > 0);
    soon("a refusal", turned_away).await.unwrap();
    world.engine.set_unavailable(false);
    let heard = told.wait_for(|state| state.heard.len() == 1);
    soon("the same again", heard).await.unwrap();
    world.empty(subjects::ANSWERS).await;
}

/// Nothing that comes waits longer than until it was tried twice.
fn hardly_waits(config: &mut Config) {
    config.last_chance = Some(config.work_age);
    config.backoff = vec![std::time::Duration::from_millis(50)];
}

#[tokio::test]
async fn what_cannot_be_heard_before_its_age_takes_it_away_is_told_of_and_buried() {
    let world = World::with(hardly_waits).await;
    world.engine.set_unavailable(true);
    let event = registered("a-1", "p-claire");
    let given_up = tell(&world.client, REGISTERED, &event).await;
    assert_eq!(given_up.receipt, Became::Rejected);
    let reason = given_up.reason.unwrap();
    assert_eq!(reason.code, "waited_too_long");
    assert!(reason.what.contains("told so by a test"), "{}", reason.what);
    assert!(reason.what.contains("send it again"), "{}", reason.what);
    let token = subjects::told_token("mairie", REGISTRY, "a-1");
    let letter = subjects::rejected_service_event(Some("mairie"), Some(&token));
    assert_eq!(world.dead_letter(&letter).await.reason, reason);
    world.empty(subjects::ANSWERS).await;

    // Its name is free.
    world.engine.set_unavailable(false);
    let heard = tell(&world.client, REGISTERED, &event).await;
    assert_eq!((heard.receipt, heard.duplicate), (Became::Heard, false));
}

#[tokio::test]
async fn answers_do_not_wait_behind_what_a_journey_cannot_hear_yet() {
    let mut world = World::with(|config| {
        config.answers_wait = std::time::Duration::from_secs(3600);
    })
    .await;
    world.engine.set_held_up(true);
    for number in 0..3 {
        let event = registered(&format!("a-{number}"), "p-claire");
        world.publish(REGISTERED, &[], event).await;
    }
    let mut told = world.engine.told();
    let held_up = told.wait_for(|state| state.turned_away >= 3);
    soon("three refusals", held_up).await.unwrap();
    // Two consumers, each with its own bound, and one start does not wait for the other.
    let stream = world.jetstream().get_stream(subjects::ANSWERS).await;
    let mut names: Vec<String> = stream
        .unwrap()
        .consumer_names()
        .map(Result::unwrap)
        .collect()
        .await;
    names.sort();
    assert_eq!(names, ["parcours", "parcours-told"]);
    world.stopped().await;
    world.started_again().await;
    world.back().await;
    world.engine.set_held_up(false);
    let heard = told.wait_for(|state| state.heard.len() == 3);
    soon("all three", heard).await.unwrap();
    world.empty(subjects::ANSWERS).await;
}

#[tokio::test]
async fn a_journey_that_stands_still_is_named_as_the_reason_and_calls_an_operator() {
    let server = NatsServer::start();
    let folder = Folder::new(1);
    let first = folder.open(Config::new(server.url()), &[], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    let journey = first.birth("n-1").await;
    first.engine.rest().await;
    first.stop().await;
    folder.a_journey_stands_still().await;

    let mut config = Config::new(server.url());
    hardly_waits(&mut config);
    let installed = folder.open(config, &[], shipped()).await;
    installed.is(|health| *health == Health::Up).await;
    let client = async_nats::connect(server.url()).await.unwrap();
    let event = registered("a-1", &journey.to_string());
    let mut correction = json!({
        "specversion": "1.0", "type": "birth", "source": "urn:mairie:69123", "id": "n-2",
        "corrects": "urn:mairie:69123/n-1",
    });
    correction["data"] = json!({
        "born_on": "2026-03-01", "birth_place": "69123", "union": "married",
        "parents": [{ "id": "p-n-1", "gave_birth": true }],
        "children": [{ "rank": 1, "born_on": "2026-03-01", "outcome": "alive" }],
    });
    for (subject, sent) in [(REGISTERED, &event), ("life-events.birth", &correction)] {
        let receipt = tell(&client, subject, sent).await;
        assert_eq!(receipt.receipt, Became::Rejected, "{subject}");
        let reason = receipt.reason.unwrap();
        assert_eq!(reason.code, "waited_too_long", "{subject}");
        for words in ["stands still", "send it again, under the same id"] {
            assert!(reason.what.contains(words), "{subject}: {}", reason.what);
        }
    }
    let incidents = installed.engine.incidents(None, 10).await.unwrap();
    let kinds: Vec<_> = incidents.iter().map(|(_, each)| each.kind).collect();
    let expected = [IncidentKind::IllegalTransition, IncidentKind::Rejected];
    assert_eq!(kinds, expected, "{incidents:?}");
    installed.stop().await;
}
