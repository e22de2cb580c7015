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
use parcours_nats::{Health, JourneyEvent, NatsError, WorkerSays, subjects};
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
async fn a_call_made_while_nats_is_down_is_refused_at_once_and_lost_calls_are_made_again() {
    let mut world = World::with(|config| config.longest_wait = Duration::from_millis(100)).await;
    let workers = world.nats.as_ref().unwrap().workers();
    soon("a call handed over", workers.hand_over(call(1, "p-1")))
        .await
        .unwrap();
    let mut back = workers.back();
    back.borrow_and_update();
    world.server.stop();
    world.is(|health| matches!(health, Health::Down(_))).await;
    let refused = soon("an answer", workers.hand_over(call(2, "p-2"))).await;
    assert!(
        matches!(refused, Err(NatsError::Unavailable { .. })),
        "{refused:?}"
    );
    world.server.restart();

    soon("NATS is back", back.changed()).await.unwrap();
    soon("the call handed over", workers.hand_over(call(2, "p-2")))
        .await
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

async fn calls(world: &World) -> (u64, u64) {
    let stream = world.jetstream().get_stream(subjects::SERVICES).await;
    let state = &stream.unwrap().cached_info().state.clone();
    (state.messages, state.last_sequence)
}

#[tokio::test]
async fn a_start_hands_nothing_over_that_waits_or_that_a_worker_took() {
    let mut world = World::new().await;
    let workers = world.nats.as_ref().unwrap().workers();
    for number in [1, 2] {
        soon("a call handed over", workers.hand_over(call(number, "p-1")))
            .await
            .unwrap();
    }
    let message = next_call(&world).await;
    message.double_ack().await.unwrap();
    assert_eq!(calls(&world).await, (1, 2));

    world.stopped().await;
    // A call of which the server knows no message id: only a look at what waits can tell.
    let long_ago = [
        (subjects::CALL_KEY, &*call(3, "").key.to_string()),
        (subjects::ATTEMPT, "1"),
    ];
    world
        .publish("services.caf.open_child_benefit", &long_ago, "{}")
        .await;
    world.started_again().await;
    world.back().await;
    let workers = world.nats.as_ref().unwrap().workers();
    for number in [1, 2, 3] {
        soon("the same again", workers.hand_over(call(number, "p-1")))
            .await
            .unwrap();
    }
    assert_eq!(calls(&world).await, (2, 3), "waiting, and ever handed over");
    let mut second = call(2, "p-1");
    second.attempt = 2;
    soon("another attempt", workers.hand_over(second))
        .await
        .unwrap();
    assert_eq!(calls(&world).await, (3, 4));
}

#[tokio::test]
async fn what_was_answered_meanwhile_is_heard_before_calls_are_handed_over() {
    let mut world = World::with(|config| config.answers_wait = Duration::from_secs(60)).await;
    world.stopped().await;
    world.engine.set_unavailable(true);
    let key = call(1, "").key.to_string();
    world
        .publish(
            &subjects::answer(&key),
            &[(subjects::CALL_KEY, &key)],
            json!({ "reply": { "from": "2026-04-01" } }),
        )
        .await;
    world.started_again().await;
    let mut engine = world.engine.told();
    soon(
        "an answer turned away",
        engine.wait_for(|state| state.turned_away > 0),
    )
    .await
    .unwrap();
    world.is(|health| *health == Health::Up).await;
    let workers = world.nats.as_ref().unwrap().workers();
    let refused = soon("an answer", workers.hand_over(call(1, "p-1"))).await;
    assert!(
        matches!(refused, Err(NatsError::Unavailable { .. })),
        "the engine may learn that it was answered: {refused:?}"
    );
    world.engine.set_unavailable(false);
    world.back().await;
    assert_eq!(engine.borrow().answers.len(), 1);
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

fn is_full(refused: &Result<(), NatsError>, of: &str) {
    let told = matches!(refused, Err(NatsError::Full { what }) if what.contains(of));
    assert!(told, "{refused:?}");
}

#[tokio::test]
async fn an_operation_that_nobody_serves_is_full_and_the_others_go_on() {
    let world = World::with(|config| config.calls_waiting = 3).await;
    let workers = world.nats.as_ref().unwrap().workers();
    for number in 1..=3 {
        soon("a call handed over", workers.hand_over(call(number, "p-1")))
            .await
            .unwrap();
    }
    let refused = soon("a refusal", workers.hand_over(call(4, "p-1"))).await;
    is_full(&refused, "maximum messages per subject");
    let mut other = call(5, "p-1");
    other.operation = "cpam.open_leave".parse().unwrap();
    soon("another service", workers.hand_over(other))
        .await
        .unwrap();

    // Whoever was refused is stored once there is room: the server did not remember it.
    next_call(&world).await.double_ack().await.unwrap();
    soon("there is room", workers.hand_over(call(4, "p-1")))
        .await
        .unwrap();
    assert_eq!(calls(&world).await.0, 4);
}

#[tokio::test]
async fn a_call_is_refused_while_the_stream_of_calls_is_full_and_handed_over_once_there_is_room() {
    let world = World::with(|config| config.calls_bytes = 64 << 10).await;
    let jetstream = world.jetstream();
    let filler = "x".repeat(20 << 10);
    loop {
        let sent = jetstream
            .publish("services.caf.filler", filler.clone().into())
            .await;
        if sent.unwrap().await.is_err() {
            break;
        }
    }
    let workers = world.nats.as_ref().unwrap().workers();
    let large = || call(1, &"y".repeat(20 << 10));
    let refused = soon("a refusal", workers.hand_over(large())).await;
    is_full(&refused, "maximum bytes");
    let mut stream = jetstream.get_stream(subjects::SERVICES).await.unwrap();
    stream.purge().await.unwrap();
    soon("the call handed over", workers.hand_over(large()))
        .await
        .unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 1);
    assert!(world.nats.as_ref().unwrap().health().borrow().clone() == Health::Up);
}
