//! Life events come in, receipts and dead letters go out.

use std::time::Duration;

use futures::StreamExt;
use parcours_nats::{Became, Nats, Publishers, Receipt, subjects};
use serde_json::json;

use crate::world::{SOURCE, World, birth, soon};

#[tokio::test]
async fn a_plain_publication_starts_a_journey_and_leaves_a_receipt() {
    let world = World::new().await;
    world.publish("life-events.birth", &[], birth("n-1")).await;

    let receipt = world.receipt(SOURCE, "n-1").await;
    assert_eq!(receipt.receipt, Became::Started);
    assert_eq!(receipt.journeys.len(), 1);
    assert!(!receipt.duplicate);
    world.empty(subjects::LIFE_EVENTS).await;
}

#[tokio::test]
async fn structured_and_binary_are_the_same_event() {
    let world = World::new().await;
    let structured = [("Content-Type", "application/cloudevents+json")];
    world
        .publish("life-events.birth", &structured, birth("n-1"))
        .await;
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);

    let binary = [
        ("ce-specversion", "1.0"),
        ("ce-type", "birth"),
        ("ce-source", SOURCE),
        ("ce-id", "n-2"),
        ("Content-Type", "application/json"),
    ];
    world
        .publish(
            "life-events.birth",
            &binary,
            json!({ "born_on": "2026-03-02" }),
        )
        .await;
    assert_eq!(world.receipt(SOURCE, "n-2").await.receipt, Became::Started);
}

#[tokio::test]
async fn the_publisher_can_wait_for_its_receipt_and_a_repeat_brings_the_first_one_again() {
    let world = World::new().await;
    let inbox = world.client.new_inbox();
    let mut replies = world.client.subscribe(inbox.clone()).await.unwrap();
    for duplicate in [false, true] {
        world
            .publish(
                "life-events.birth",
                &[(subjects::REPLY_TO, &inbox)],
                birth("n-1"),
            )
            .await;
        let reply = soon("a reply", replies.next()).await.unwrap();
        let receipt: Receipt = serde_json::from_slice(&reply.payload).unwrap();
        assert_eq!(receipt.receipt, Became::Started);
        assert_eq!(receipt.duplicate, duplicate);
    }
    assert!(
        world
            .engine
            .told()
            .borrow()
            .taken
            .values()
            .all(|&journeys| journeys == 1)
    );
}

#[tokio::test]
async fn what_is_no_cloudevent_has_a_dead_letter_that_says_how_to_put_it_right() {
    let world = World::new().await;
    world
        .publish("life-events.birth", &[], "Camille is born")
        .await;

    let letter = world.dead_letter("life-events.rejected.unnamed").await;
    assert_eq!(letter.reason.code, "attribute");
    assert!(letter.reason.what.contains("send"), "{:?}", letter.reason);
    assert_eq!(letter.subject, "life-events.birth");
    let content = world
        .engine
        .open(&letter.sealed().unwrap())
        .expect("the engine opens it");
    let content: serde_json::Value = serde_json::from_slice(&content).unwrap();
    assert_eq!(content["body"], "Q2FtaWxsZSBpcyBib3Ju");
    world.empty(subjects::LIFE_EVENTS).await;
}

#[tokio::test]
async fn an_unknown_type_and_bad_data_are_answered_and_the_name_stays_free() {
    let world = World::new().await;
    let mut event = birth("n-1");
    event["type"] = json!("rejected");
    // A type by the name of the dead letters' subject is a type like any other.
    world.publish("life-events.rejected", &[], event).await;
    let letter = world.dead_letter("life-events.rejected.*").await;
    assert_eq!(letter.reason.code, "unknown_type");
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Rejected);

    let mut event = birth("n-2");
    event["data"] = json!({});
    world.publish("life-events.birth", &[], event).await;
    assert_eq!(
        world.receipt(SOURCE, "n-2").await.reason.unwrap().code,
        "data"
    );
    let inbox = world.client.new_inbox();
    let mut replies = world.client.subscribe(inbox.clone()).await.unwrap();
    world
        .publish(
            "life-events.birth",
            &[(subjects::REPLY_TO, &inbox)],
            birth("n-2"),
        )
        .await;
    soon("a reply", replies.next()).await.unwrap();
    assert_eq!(world.receipt(SOURCE, "n-2").await.receipt, Became::Started);
}

#[tokio::test]
async fn what_is_rejected_leaves_the_receipt_of_what_was_taken_under_the_same_name() {
    let world = World::new().await;
    world.publish("life-events.birth", &[], birth("n-1")).await;
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);

    let mut malformed = birth("n-1");
    malformed.as_object_mut().unwrap().remove("specversion");
    world.publish("life-events.birth", &[], malformed).await;
    let token = subjects::token(SOURCE, "n-1");
    world
        .dead_letter(&subjects::rejected_life_event(Some(&token)))
        .await;
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);
}

#[tokio::test]
async fn another_content_under_the_same_name_is_a_conflict_and_the_first_receipt_stays() {
    let world = World::new().await;
    world.publish("life-events.birth", &[], birth("n-1")).await;
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);

    let mut other = birth("n-1");
    other["data"]["born_on"] = json!("2026-03-03");
    world.publish("life-events.birth", &[], other).await;
    let token = subjects::token(SOURCE, "n-1");
    let letter = world
        .dead_letter(&subjects::rejected_life_event(Some(&token)))
        .await;
    assert_eq!(letter.reason.code, "conflict");
    world.empty(subjects::LIFE_EVENTS).await;
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);
}

#[tokio::test]
async fn an_orphan_correction_and_an_event_that_starts_nothing_have_their_receipts() {
    let world = World::new().await;
    let mut correction = birth("n-2");
    correction["corrects"] = json!("urn:mairie:69123/n-1");
    world.publish("life-events.birth", &[], correction).await;
    assert_eq!(world.receipt(SOURCE, "n-2").await.receipt, Became::Orphan);

    let mut moved = birth("m-1");
    moved["type"] = json!("fr.parcours.move");
    world.publish("life-events.move", &[], moved).await;
    assert_eq!(
        world.receipt(SOURCE, "m-1").await.receipt,
        Became::NoJourney
    );
}

#[tokio::test]
async fn nobody_publishes_for_another_source_nor_one_type_as_another() {
    let world = World::with(|config| {
        config.publishers =
            Publishers::new(|name, source| name == Some("lyon") && source == "urn:mairie:69123");
    })
    .await;
    let named = |kind: &str| subjects::life_event_by("lyon", kind);
    let mut forged = birth("n-1");
    forged["source"] = json!("urn:mairie:75056");
    for (subject, id, source, code) in [
        (named("birth"), "n-1", "urn:mairie:75056", "source"),
        (
            subjects::life_event_by("paris", "birth"),
            "n-2",
            SOURCE,
            "source",
        ),
        (subjects::life_event("birth"), "n-3", SOURCE, "source"),
        (named("move"), "n-4", SOURCE, "subject"),
    ] {
        let mut event = birth(id);
        event["source"] = json!(source);
        world.publish(&subject, &[], event).await;
        let token = subjects::token(source, id);
        let letter = world
            .dead_letter(&subjects::rejected_life_event(Some(&token)))
            .await;
        assert_eq!(letter.reason.code, code, "{subject}");
    }
    world.empty(subjects::LIFE_EVENTS).await;
    assert!(world.engine.told().borrow().taken.is_empty());
    // Somebody is told in the data folder, too.
    let refused = world.engine.told().borrow().refused.clone();
    let codes: Vec<&str> = refused.iter().map(|reason| reason.code.as_str()).collect();
    assert_eq!(codes, ["source", "source", "source", "subject"]);
    // The receipt of a name is written for nobody but whoever may publish under it.
    let mut receipts = world
        .jetstream()
        .get_stream(subjects::RECEIPTS)
        .await
        .unwrap();
    assert_eq!(receipts.info().await.unwrap().state.messages, 0);

    // Nor corrects what another published: whoever did that corrects it.
    for (id, how) in [("n-6", "corrects"), ("n-7", "retracts")] {
        let mut event = birth(id);
        event[how] = json!("urn:mairie:75056/n-1");
        world.publish(&named("birth"), &[], event).await;
        let token = subjects::token(SOURCE, id);
        let letter = world
            .dead_letter(&subjects::rejected_life_event(Some(&token)))
            .await;
        assert_eq!(letter.reason.code, "source", "{how}");
        assert!(letter.reason.what.contains("`corrects`"), "{how}");
    }
    assert!(world.engine.told().borrow().taken.is_empty());

    world.publish(&named("birth"), &[], birth("n-5")).await;
    // Under a subject that is theirs alone.
    let token = subjects::token(SOURCE, "n-5");
    let theirs = subjects::receipt_for(Some("lyon"), &token);
    let mut found = world.messages(subjects::RECEIPTS, &theirs).await;
    let message = soon("a receipt", found.next()).await.unwrap();
    let receipt: Receipt = serde_json::from_slice(&message.payload).unwrap();
    assert_eq!(receipt.receipt, Became::Started);
}

#[tokio::test]
async fn what_the_engine_cannot_take_comes_again_until_it_can() {
    let world = World::new().await;
    world.engine.set_unavailable(true);
    world.publish("life-events.birth", &[], birth("n-1")).await;
    soon(
        "three refusals",
        world.engine.told().wait_for(|told| told.turned_away >= 3),
    )
    .await
    .unwrap();
    world.engine.set_unavailable(false);
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);
    world.empty(subjects::LIFE_EVENTS).await;
}

#[tokio::test]
async fn an_engine_that_starts_takes_at_once_what_a_killed_one_had_in_hand() {
    let long = Duration::from_secs(3600);
    let settings = move |config: &mut parcours_nats::Config| {
        config.ack_wait = long;
        config.backoff = vec![long];
        // Its hands are full, so nothing else would be delivered either.
        config.in_flight = 2;
    };
    let mut world = World::with(settings).await;
    world.engine.set_unavailable(true);
    for number in 0..3 {
        let event = birth(&format!("n-{number}"));
        world.publish("life-events.birth", &[], event).await;
    }
    soon(
        "two refusals",
        world.engine.told().wait_for(|told| told.turned_away >= 2),
    )
    .await
    .unwrap();
    drop(world.nats.take());
    world.engine.set_unavailable(false);
    let mut config = parcours_nats::Config::new(world.server.url());
    settings(&mut config);
    let next = Nats::connect(config).await.unwrap();
    world.nats = Some(next.serve(world.engine.clone()));
    for number in 0..3 {
        let receipt = world.receipt(SOURCE, &format!("n-{number}")).await;
        assert_eq!(receipt.receipt, Became::Started, "{number}");
    }
    world.empty(subjects::LIFE_EVENTS).await;
}

#[tokio::test]
async fn the_engine_starts_without_nats_and_takes_what_came_while_nats_was_down() {
    let mut world = World::with(|config| {
        config.longest_wait = Duration::from_millis(100);
        config.ack_wait = Duration::from_secs(1);
    })
    .await;
    world.engine.set_unavailable(true);
    for number in 0..5 {
        world
            .jetstream()
            .publish(
                "life-events.birth",
                birth(&format!("n-{number}")).to_string().into(),
            )
            .await
            .unwrap()
            .await
            .unwrap();
    }
    world.server.stop();
    world
        .is(|health| matches!(health, parcours_nats::Health::Down(_)))
        .await;
    world.engine.set_unavailable(false);
    world.server.restart();
    world
        .is(|health| *health == parcours_nats::Health::Up)
        .await;
    for number in 0..5 {
        assert_eq!(
            world.receipt(SOURCE, &format!("n-{number}")).await.receipt,
            Became::Started
        );
    }
    assert_eq!(world.engine.told().borrow().taken.len(), 5);
}

#[tokio::test]
async fn a_value_is_in_no_file_of_jetstream_once_its_message_was_taken() {
    let world = World::new().await;
    let canaries = ["k7Qw9ZrT2xVb4Lm8", "p3Nf6YhJ1sDc5Gt0", "w8Xe2RuK7vBq4Mz9"];
    // The engine waits, so that all of them lie in the files first, one of them with what will be rejected.
    world.engine.set_unavailable(true);
    for (number, canary) in canaries.iter().enumerate() {
        let mut event = birth(&format!("n-{number}"));
        event["data"]["first_name"] = json!(canary);
        if number == 1 {
            event["data"].as_object_mut().unwrap().remove("born_on");
        }
        world
            .jetstream()
            .publish("life-events.birth", event.to_string().into())
            .await
            .unwrap()
            .await
            .unwrap();
    }
    for canary in canaries {
        assert!(
            !world.server.files_with(canary.as_bytes()).is_empty(),
            "the test can see the files"
        );
    }
    world.engine.set_unavailable(false);
    for number in 0..canaries.len() {
        world.receipt(SOURCE, &format!("n-{number}")).await;
    }
    world.empty(subjects::LIFE_EVENTS).await;
    for canary in canaries {
        assert_eq!(
            world.server.files_with(canary.as_bytes()),
            Vec::<std::path::PathBuf>::new()
        );
    }
}

#[tokio::test]
async fn a_correction_that_its_journey_cannot_take_in_time_is_rejected_and_its_name_stays_free() {
    let world = World::with(|config| config.last_chance = Some(config.work_age)).await;
    world.publish("life-events.birth", &[], birth("n-1")).await;
    assert_eq!(world.receipt(SOURCE, "n-1").await.receipt, Became::Started);
    world.engine.set_held_up(true);
    let mut correction = birth("n-2");
    correction["corrects"] = json!(format!("{SOURCE}/n-1"));
    world.publish("life-events.birth", &[], &correction).await;
    let token = subjects::token(SOURCE, "n-2");
    let letter = world
        .dead_letter(&subjects::rejected_life_event(Some(&token)))
        .await;
    assert_eq!(letter.reason.code, "waited_too_long");
    assert!(
        letter.reason.what.contains("stands still"),
        "{:?}",
        letter.reason
    );
    assert!(world.engine.open(&letter.sealed().unwrap()).is_some());
    let receipt = world.receipt(SOURCE, "n-2").await;
    assert_eq!(receipt, Receipt::rejected(letter.reason.clone()));
    assert_eq!(world.engine.told().borrow().refused, [letter.reason]);
    world.empty(subjects::LIFE_EVENTS).await;

    world.engine.set_held_up(false);
    world.publish("life-events.birth", &[], &correction).await;
    let mut receipts = world
        .messages(subjects::RECEIPTS, &subjects::receipt(&token))
        .await;
    soon("the receipt of what was taken", async {
        loop {
            let message = receipts.next().await.unwrap();
            let receipt: Receipt = serde_json::from_slice(&message.payload).unwrap();
            if receipt.receipt == Became::Orphan {
                break;
            }
        }
    })
    .await;
}
