//! A service that nobody serves holds up no other, and a start hands nothing over twice: with the engine itself, and a real server.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::jetstream::{self, Context};
use futures::StreamExt;
use parcours_nats::subjects::{CALL_KEY, SERVICES};
use parcours_nats::testing::NatsServer;
use parcours_nats::{Config, Health};
use parcours_runtime::Why;

use crate::installed::{Folder, Installed, shipped};
use crate::world::soon;

const BIRTHS: usize = 6;
/// Of each birth the CAF is asked twice: what it tells for one purpose serves no other.
const ASKED: usize = 2 * BIRTHS;
/// How many calls of one operation wait.
const WAITING: i64 = 2;
const WORKERS: [&str; 2] = ["caf", "cpam"];
const PATIENCE: Duration = Duration::from_secs(50);
const READ_HOUSEHOLD: &str = "services.caf.read_household";

fn config(server: &NatsServer) -> Config {
    Config {
        calls_waiting: WAITING,
        ..Config::new(server.url())
    }
}

/// Births of which the CAF is asked how many children there are, and the health insurance whether it knew of them.
async fn births(installed: &Installed) {
    for number in 0..BIRTHS {
        installed.birth(&number.to_string()).await;
    }
}

/// An ordinary worker that takes so many calls on these subjects, and answers none.
async fn takes(context: &Context, subjects: &str, calls: usize) -> BTreeSet<String> {
    let config = jetstream::consumer::pull::Config {
        durable_name: Some(subjects.replace(['.', '*'], "-")),
        filter_subject: subjects.to_owned(),
        ..Default::default()
    };
    let consumer = context
        .create_consumer_on_stream(config, SERVICES)
        .await
        .unwrap();
    let mut taken = BTreeSet::new();
    while taken.len() < calls {
        // One at a time, so that none is in hand when it leaves.
        let one = consumer.batch().max_messages(1).expires(PATIENCE);
        let mut one = one.messages().await.unwrap();
        let message = soon("a call", one.next()).await.unwrap().unwrap();
        let headers = message.headers.as_ref().unwrap();
        let key = headers.get(CALL_KEY).unwrap().to_string();
        assert!(taken.insert(key), "the same call twice");
        message.double_ack().await.unwrap();
    }
    taken
}

/// How many calls wait on a subject.
async fn waiting(context: &Context, subject: &str) -> usize {
    let stream = context.get_stream(SERVICES).await.unwrap();
    let mut of = stream.info_with_subjects(subject).await.unwrap();
    let mut found = 0;
    while let Some(Ok((_, count))) = of.next().await {
        found += count;
    }
    found
}

#[tokio::test]
async fn a_service_without_a_worker_holds_up_no_other_and_has_all_its_calls_once_one_comes() {
    let server = NatsServer::start();
    let installed = Folder::new(1)
        .open(config(&server), &WORKERS, shipped())
        .await;
    installed.is(|health| *health == Health::Up).await;
    let context = jetstream::new(async_nats::connect(server.url()).await.unwrap());
    births(&installed).await;

    // The calls to the health insurance all come through, though no more than two of an operation wait at a time.
    takes(&context, "services.cpam.*", BIRTHS).await;
    assert_eq!(waiting(&context, READ_HOUSEHOLD).await, 2);
    let operations = installed.engine.health().operations;
    let household = "caf.read_household".parse().unwrap();
    let rests = operations[&household].rests.expect("it is full");
    assert_eq!(rests.why, Why::Full);
    let owed = installed.engine.counts().await.unwrap().owed;
    assert_eq!(owed[&household], BIRTHS as u64);

    takes(&context, READ_HOUSEHOLD, ASKED).await;
    assert_eq!(waiting(&context, READ_HOUSEHOLD).await, 0, "and no other");
    installed.stop().await;
}

#[tokio::test]
async fn an_engine_that_starts_again_hands_over_only_what_was_not() {
    let server = NatsServer::start();
    let folder = Folder::new(1);
    let context = jetstream::new(async_nats::connect(server.url()).await.unwrap());
    let first = folder.open(config(&server), &["caf"], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    births(&first).await;
    let mut back = first.nats.workers().back();
    soon("handing over", back.wait_for(|times| *times > 0))
        .await
        .unwrap();
    // Two wait; of those a worker takes one, and another one takes its place.
    let taken = takes(&context, READ_HOUSEHOLD, 1).await;
    soon("another one", async {
        while waiting(&context, READ_HOUSEHOLD).await < 2 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    first.stop().await;

    let second = folder.open(config(&server), &["caf"], shipped()).await;
    let mut back = second.nats.workers().back();
    soon("handing over", back.wait_for(|times| *times > 0))
        .await
        .unwrap();
    second.engine.rest().await;
    assert_eq!(waiting(&context, READ_HOUSEHOLD).await, 2);
    let others = takes(&context, READ_HOUSEHOLD, ASKED - 1).await;
    assert!(others.is_disjoint(&taken));
    assert_eq!(waiting(&context, READ_HOUSEHOLD).await, 0, "and no other");
    second.stop().await;
}
