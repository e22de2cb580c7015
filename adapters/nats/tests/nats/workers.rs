//! Calls go out to a worker, its answer comes back; what happens is told.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::time::Duration;

use async_nats::jetstream;
use futures::StreamExt;
use parcours_core::JourneyId;
use parcours_core::journey::{CallKey, CallTarget};
use parcours_nats::services::Call;
use parcours_nats::{Health, JourneyEvent, WorkerSays, subjects};
use serde_json::{Value, json};

use crate::world::{World, soon};

fn call(number: u32, canary: &str) -> Call {
    Call {
        key: CallKey {
            journey: JourneyId::new(3, [9; 14]),
            target: CallTarget::Step("child_benefit".parse().unwrap()),
            number,
        },
        operation: "caf.open_child_benefit".parse().unwrap(),
        undo: false,
        attempt: 1,
        arguments: json!({ "person": canary }).as_object().unwrap().clone(),
    }
}

/// An ordinary worker: takes one call, checks nothing, hands it over with the means to answer.
async fn next_call(world: &World) -> jetstream::Message {
    let config = jetstream::consumer::pull::Config {
        durable_name: Some("caf".into()),
        filter_subject: "services.caf.open_child_benefit".into(),
        ..Default::default()
    };
    let consumer = world
        .jetstream()
        .create_consumer_on_stream(config, subjects::SERVICES)
        .await
        .unwrap();
    let mut messages = consumer.messages().await.unwrap();
    soon("a call", messages.next()).await.unwrap().unwrap()
}

fn header(message: &jetstream::Message, name: &str) -> String {
    message
        .headers
        .as_ref()
        .unwrap()
        .get(name)
        .unwrap()
        .as_str()
        .to_owned()
}

async fn answer(world: &World, message: &jetstream::Message, says: Value) {
    let (to, key) = (
        header(message, subjects::ANSWER_TO),
        header(message, subjects::CALL_KEY),
    );
    world
        .publish(&to, &[(subjects::CALL_KEY, &key)], says)
        .await;
    message.double_ack().await.unwrap();
}

#[tokio::test]
async fn a_worker_answers_a_call_and_neither_is_left_in_a_file() {
    let (asked, told) = ("r5Jt8WqZ2mXc7Vb1", "y4Hg6KpL9sDf3Nw0");
    let world = World::new().await;
    let workers = world.nats.as_ref().unwrap().workers();
    soon("a call handed over", workers.hand_over(call(1, asked)))
        .await
        .unwrap();
    // The answer to a lost acknowledgement: the same attempt again is the same message.
    soon("the same again", workers.hand_over(call(1, asked)))
        .await
        .unwrap();

    let message = next_call(&world).await;
    assert_eq!(header(&message, subjects::ATTEMPT), "1");
    assert_eq!(header(&message, subjects::PURPOSE), "do");
    assert_eq!(
        serde_json::from_slice::<Value>(&message.payload).unwrap(),
        json!({ "person": asked })
    );
    answer(&world, &message, json!({ "reply": { "from": told } })).await;
    let mut engine = world.engine.told();
    let state = soon(
        "an answer",
        engine.wait_for(|state| !state.answers.is_empty()),
    )
    .await
    .unwrap()
    .clone();
    assert_eq!(state.answers[0].key, call(1, "").key);
    assert!(
        matches!(&state.answers[0].says, WorkerSays::Reply(reply) if reply["from"] == json!(told))
    );

    world.empty(subjects::ANSWERS).await;
    world.empty(subjects::SERVICES).await;
    for canary in [asked, told] {
        assert_eq!(
            world.server.files_with(canary.as_bytes()),
            Vec::<std::path::PathBuf>::new()
        );
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_has_a_dead_letter_and_takes_nobody_s_place() {
    let world = World::new().await;
    let workers = world.nats.as_ref().unwrap().workers();
    for (number, says) in [
        (1, json!({ "reply": {}, "failure": "Camille" })),
        (2, json!({ "refusal": { "code": "not_in_the_contract" } })),
        (3, json!("Camille")),
    ] {
        soon("a call handed over", workers.hand_over(call(number, "p-1")))
            .await
            .unwrap();
        let message = next_call(&world).await;
        let token = header(&message, subjects::ANSWER_TO).replace("answers.", "");
        answer(&world, &message, says).await;
        let letter = world.dead_letter(&subjects::rejected_answer(&token)).await;
        assert_eq!(letter.reason.code, "answer");
        assert!(
            !letter.reason.what.contains("Camille"),
            "{}",
            letter.reason.what
        );
    }
    // An answer on a subject of one's own choosing answers nothing.
    let key = call(1, "").key.to_string();
    world
        .publish(
            "answers.elsewhere",
            &[(subjects::CALL_KEY, &key)],
            json!({ "reply": {} }),
        )
        .await;
    world.dead_letter("answers.rejected.elsewhere").await;
    assert!(world.engine.told().borrow().answers.is_empty());
}

#[tokio::test]
async fn a_call_made_while_nats_is_down_is_handed_over_afterwards_and_lost_calls_are_made_again() {
    let mut world = World::with(|config| config.longest_wait = Duration::from_millis(100)).await;
    let workers = world.nats.as_ref().unwrap().workers();
    soon("a call handed over", workers.hand_over(call(1, "p-1")))
        .await
        .unwrap();
    world.server.stop();
    world.is(|health| matches!(health, Health::Down(_))).await;
    let waiting = tokio::spawn(async move { workers.hand_over(call(2, "p-2")).await });
    world.server.restart();

    soon("the call handed over", waiting)
        .await
        .unwrap()
        .unwrap();
    world.is(|health| *health == Health::Up).await;
    // The first call was in the memory of the server that is gone.
    let mut engine = world.engine.told();
    soon("made again", engine.wait_for(|state| state.made_again > 0))
        .await
        .unwrap();
    assert_eq!(
        header(&next_call(&world).await, subjects::CALL_KEY),
        call(2, "").key.to_string()
    );
}

#[tokio::test]
async fn a_call_that_a_worker_had_and_that_is_owed_still_is_handed_over_again() {
    let world = World::new().await;
    let workers = world.nats.as_ref().unwrap().workers();
    for _ in 0..3 {
        soon("a call handed over", workers.hand_over(call(1, "p-1")))
            .await
            .unwrap();
        // While nobody has taken it, it is there once.
        soon("the same again", workers.hand_over(call(1, "p-1")))
            .await
            .unwrap();
        let message = next_call(&world).await;
        assert_eq!(
            header(&message, subjects::CALL_KEY),
            call(1, "").key.to_string()
        );
        message.double_ack().await.unwrap();
        world.empty(subjects::SERVICES).await;
    }
}

#[tokio::test]
async fn what_happens_is_told_once_and_goes_on_after_a_restart() {
    let mut world = World::with(|config| config.longest_wait = Duration::from_millis(100)).await;
    let mut told = world.messages(subjects::JOURNEYS, "journeys.birth.*").await;
    let read = |message: jetstream::Message| {
        serde_json::from_slice::<JourneyEvent>(&message.payload).unwrap()
    };
    world.engine.happens("started", None);
    world
        .engine
        .happens("step_opened", Some("declare_birth.child.0"));
    for expected in ["p1", "p2"] {
        let message = soon("an event", told.next()).await.unwrap();
        assert_eq!(header(&message, subjects::MESSAGE_ID), expected);
        assert_eq!(read(message).position, expected);
    }
    drop(told);

    world.server.stop();
    world.is(|health| matches!(health, Health::Down(_))).await;
    world
        .engine
        .happens("step_settled", Some("declare_birth.child.0"));
    world.server.restart();
    world.is(|health| *health == Health::Up).await;
    let mut told = world
        .messages(subjects::JOURNEYS, "journeys.birth.step_settled")
        .await;
    let event = read(soon("the third event", told.next()).await.unwrap());
    assert_eq!(
        (event.position.as_str(), event.step.as_deref()),
        ("p3", Some("declare_birth.child.0"))
    );
    let mut stream = world
        .jetstream()
        .get_stream(subjects::JOURNEYS)
        .await
        .unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 3);
}

#[tokio::test]
async fn it_stops_in_good_order_and_without_a_server_too() {
    let mut world = World::new().await;
    soon("a shutdown", world.nats.take().unwrap().shutdown()).await;

    let nowhere = parcours_nats::Config::new("nats://127.0.0.1:9");
    let nats = parcours_nats::Nats::connect(nowhere)
        .await
        .unwrap()
        .serve(world.engine.clone());
    assert!(matches!(*nats.health().borrow(), Health::Down(_)));
    soon("a shutdown without a server", nats.shutdown()).await;
}

#[tokio::test]
async fn a_call_waits_while_the_stream_of_calls_is_full_and_is_handed_over_once_there_is_room() {
    let world = World::with(|config| config.calls_bytes = 64 << 10).await;
    let jetstream = world.jetstream();
    let fill = async || {
        let filler = "x".repeat(20 << 10);
        let sent = jetstream
            .publish("services.caf.filler", filler.into())
            .await;
        sent.unwrap().await
    };
    let mut stored = 0;
    let full = loop {
        match fill().await {
            Ok(_) => stored += 1,
            Err(full) => break full,
        }
    };
    assert!(
        stored > 0 && full.to_string().contains("maximum bytes"),
        "{stored}: {full}"
    );

    let workers = world.nats.as_ref().unwrap().workers();
    let mut handed = std::pin::pin!(workers.hand_over(call(1, &"y".repeat(20 << 10))));
    // Each of these is refused in its turn, and so was the call before them.
    let refused = async {
        for _ in 0..5 {
            fill().await.unwrap_err();
        }
    };
    tokio::select! {
        biased;
        done = &mut handed => panic!("there is no room: {done:?}"),
        () = refused => {}
    }
    let mut stream = jetstream.get_stream(subjects::SERVICES).await.unwrap();
    stream.purge().await.unwrap();
    soon("the call handed over", handed).await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 1);
    assert!(world.nats.as_ref().unwrap().health().borrow().clone() == Health::Up);
}
