//! What happens in journeys is told whatever stops, each once and in order.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::time::Duration;

use async_nats::jetstream::{self, context::Context};
use futures::StreamExt;
use parcours_nats::testing::NatsServer;
use parcours_nats::{Config, Health, JourneyEvent, subjects};
use parcours_runtime::Engine;

use crate::installed::{Folder, shipped};
use crate::world::soon;

fn config(server: &NatsServer) -> Config {
    Config {
        longest_wait: Duration::from_millis(100),
        timeout: Duration::from_secs(1),
        ..Config::new(server.url())
    }
}

async fn context(server: &NatsServer) -> Context {
    let client = async_nats::ConnectOptions::new()
        .max_reconnects(None)
        .connect(server.url());
    jetstream::new(client.await.unwrap())
}

/// All that happened by the log.
async fn recorded(engine: &Engine) -> Vec<String> {
    engine.settle().await;
    let head = engine.health().position;
    let mut chronicle = engine.chronicle(None).await.unwrap();
    let mut recorded = Vec::new();
    while let Some(told) = chronicle.next().await.unwrap() {
        recorded.push(told.bookmark().to_string());
        if told.at.block == head && recorded.len() >= count(engine).await {
            break;
        }
    }
    recorded
}

/// How many things happened, by the histories of all journeys.
async fn count(engine: &Engine) -> usize {
    let mut count = 0;
    for journey in engine.journeys(None, None, usize::MAX).await.unwrap() {
        let history = engine.history(journey.id).await.unwrap();
        count += history
            .iter()
            .map(|commit| commit.events.len())
            .sum::<usize>();
    }
    count
}

/// The first `many` messages of the stream, by the position that their bodies say.
async fn told(server: &NatsServer, many: usize) -> Vec<String> {
    let config = jetstream::consumer::pull::OrderedConfig {
        filter_subject: subjects::JOURNEYS_SUBJECTS.to_owned(),
        ..Default::default()
    };
    let consumer = context(server)
        .await
        .create_consumer_on_stream(config, subjects::JOURNEYS)
        .await
        .unwrap();
    let messages = consumer.messages().await.unwrap();
    let positions = messages
        .filter_map(async |message| {
            serde_json::from_slice::<JourneyEvent>(&message.unwrap().payload).ok()
        })
        .map(|event| event.position)
        .take(many)
        .collect();
    soon("everything on the stream", positions).await
}

async fn messages(server: &NatsServer) -> u64 {
    let context = context(server).await;
    let mut stream = context.get_stream(subjects::JOURNEYS).await.unwrap();
    stream.info().await.unwrap().state.messages
}

#[tokio::test]
async fn nothing_is_missing_when_nats_was_away_while_much_happened() {
    let mut server = NatsServer::start();
    let folder = Folder::new(1);
    let installed = folder.open(config(&server), &[], shipped()).await;
    installed.is(|health| *health == Health::Up).await;
    for birth in 0..5 {
        installed.birth(&format!("before-{birth}")).await;
    }
    server.stop();
    for birth in 0..20 {
        installed.birth(&format!("while-{birth}")).await;
    }
    installed.engine.rest().await;
    let behind = installed.engine.told_behind().await.unwrap();
    assert!(behind.is_some(), "it is said that NATS was not told");
    server.restart();
    for birth in 0..5 {
        installed.birth(&format!("after-{birth}")).await;
    }
    installed.engine.rest().await;
    let recorded = recorded(&installed.engine).await;
    assert!(recorded.len() > 100, "{}", recorded.len());
    assert_eq!(told(&server, recorded.len()).await, recorded);
    assert_eq!(messages(&server).await, recorded.len() as u64);
    soon("that NATS was told", async {
        while installed.engine.told_behind().await.unwrap().is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    installed.stop().await;
}

#[tokio::test]
async fn nothing_is_missing_when_the_engine_stopped_before_it_could_tell() {
    let mut server = NatsServer::start();
    let folder = Folder::new(1);
    let first = folder.open(config(&server), &[], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    first.birth("told").await;
    first.engine.rest().await;
    let before = recorded(&first.engine).await;
    assert_eq!(told(&server, before.len()).await, before);
    server.stop();
    first.birth("not-told").await;
    first.engine.rest().await;
    let recorded_first = recorded(&first.engine).await;
    drop(first);

    server.restart();
    let second = folder.open(config(&server), &[], shipped()).await;
    assert_eq!(told(&server, recorded_first.len()).await, recorded_first);
    second.birth("later").await;
    second.engine.rest().await;
    let all = recorded(&second.engine).await;
    assert_eq!(told(&server, all.len()).await, all);
    assert_eq!(messages(&server).await, all.len() as u64);
    second.stop().await;
}

#[tokio::test]
async fn a_message_of_somebody_else_on_the_stream_neither_stops_nor_repeats_what_is_told() {
    let server = NatsServer::start();
    let folder = Folder::new(1);
    let first = folder.open(config(&server), &[], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    first.birth("1").await;
    first.engine.rest().await;
    let before = recorded(&first.engine).await;
    assert_eq!(told(&server, before.len()).await, before);
    let context = context(&server).await;
    for _ in 0..3 {
        let stored = context.publish("journeys.birth.started", "a mistake".into());
        stored.await.unwrap().await.unwrap();
    }
    first.birth("2").await;
    first.engine.rest().await;
    let all = recorded(&first.engine).await;
    assert_eq!(told(&server, all.len()).await, all);
    assert_eq!(messages(&server).await, all.len() as u64 + 3);
    first.stop().await;
}

/// All that the stream tells, in its order.
async fn all_told(server: &NatsServer) -> Vec<String> {
    told(server, messages(server).await as usize).await
}

#[tokio::test]
async fn what_happens_after_an_older_backup_was_restored_is_told_from_where_the_two_part() {
    let server = NatsServer::start();
    let folder = Folder::new(1);
    let first = folder.open(config(&server), &[], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    first.birth("kept").await;
    first.engine.rest().await;
    let kept = recorded(&first.engine).await;
    let backup = folder.copied().await;
    for birth in ["lost-1", "lost-2"] {
        first.birth(birth).await;
        first.engine.rest().await;
    }
    let lost = recorded(&first.engine).await;
    assert_eq!(told(&server, lost.len()).await, lost);
    first.stop().await;

    // It goes on for longer than what was lost, away from NATS: its blocks lie where the lost ones lay.
    let away = Config::new("nats://127.0.0.1:9");
    let restored = backup.open(away, &[], shipped()).await;
    for birth in ["else-1", "else-2", "else-3"] {
        restored.birth(birth).await;
        restored.engine.rest().await;
    }
    restored.stop().await;
    let restored = backup.open(config(&server), &[], shipped()).await;
    let now = recorded(&restored.engine).await;
    assert_eq!(now[..kept.len()], kept);
    let mut expected = lost.clone();
    expected.extend_from_slice(&now[kept.len()..]);
    assert_eq!(told(&server, expected.len()).await, expected);
    // Names tell apart what happened at one place in two ways.
    let names: std::collections::BTreeSet<_> = expected.iter().collect();
    assert_eq!(names.len(), expected.len());
    restored.stop().await;

    // The newer backup is found after all: it goes on from what it told last.
    let again = folder.open(config(&server), &[], shipped()).await;
    again.birth("later").await;
    again.engine.rest().await;
    let all = recorded(&again.engine).await;
    expected.extend_from_slice(&all[lost.len()..]);
    assert_eq!(told(&server, expected.len()).await, expected);
    again.stop().await;
    assert_eq!(all_told(&server).await, expected);
}

#[tokio::test]
async fn what_happened_in_an_installation_that_takes_over_is_told_from_the_start() {
    let server = NatsServer::start();
    let first = Folder::new(1).open(config(&server), &[], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    first.birth("theirs").await;
    first.engine.rest().await;
    let mut expected = recorded(&first.engine).await;
    assert_eq!(told(&server, expected.len()).await, expected);
    first.stop().await;

    let taking = Config {
        take_over: true,
        ..config(&server)
    };
    let second = Folder::new(2).open(taking, &[], shipped()).await;
    // As long as the other's: the last place it told is a place here, too.
    second.birth("shorts").await;
    second.birth("longer").await;
    second.engine.rest().await;
    expected.extend(recorded(&second.engine).await);
    assert_eq!(told(&server, expected.len()).await, expected);
    second.stop().await;
    assert_eq!(all_told(&server).await, expected);
}
