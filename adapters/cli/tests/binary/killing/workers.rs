//! Workers of every service, over NATS: they answer as the catalog's simulators would, some calls twice, some late, and remember
//! under which key they were asked what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use async_nats::jetstream::{self, Context};
use async_nats::{HeaderMap, Message};
use futures::StreamExt;
use parcours_core::catalog::Catalog;
use parcours_core::journey::{Answer, CallPurpose};
use parcours_core::value::Value as Known;
use parcours_core::{Personal, Purpose, Retention};
use parcours_lang::life_event::{from_json, to_json};
use parcours_nats::subjects;
use parcours_runtime::services::{Call, simulate};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::super::root;
use super::super::serving::Served;
use super::book::{Book, Chance, PATIENCE};

/// What was asked under one key.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// Operation, purpose and arguments: one content, it is hoped.
    pub(super) contents: BTreeSet<(String, String, String)>,
    pub(super) times: usize,
    /// Where the answer goes, and the answer; none when the service keeps silent.
    answer: Option<(String, String)>,
}

#[derive(Default)]
struct Seen {
    asked: BTreeMap<String, Asked>,
    /// Answers that are given late: key, subject, body.
    held: Vec<(String, String, String)>,
    /// No answer is held back any more.
    at_once: bool,
    twice: usize,
    late: usize,
}

/// Workers at work until they are dropped.
pub(super) struct Workers {
    seen: Arc<Mutex<Seen>>,
    context: Context,
    runtime: Runtime,
}

impl Workers {
    pub(super) fn start(url: &str, seed: u64) -> Self {
        let runtime = Runtime::new().expect("threads can be started");
        let sources = parcours_lang::read_dir(&root().join("journeys")).expect("the journeys");
        let catalog = parcours_lang::load(&sources)
            .0
            .expect("without an error")
            .catalog;
        let (context, mut calls) = runtime.block_on(async {
            let context = jetstream::new(async_nats::connect(url).await.expect("NATS is there"));
            let config = jetstream::consumer::pull::Config {
                durable_name: Some("workers".to_owned()),
                filter_subject: subjects::SERVICES_SUBJECTS.to_owned(),
                ..Default::default()
            };
            let consumer = context
                .create_consumer_on_stream(config, subjects::SERVICES)
                .await;
            let consumer = consumer.expect("the stream of calls is there");
            (
                context,
                consumer.messages().await.expect("calls can be read"),
            )
        });
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let (theirs, publish) = (seen.clone(), context.clone());
        runtime.spawn(async move {
            let mut chance = Chance::new(seed);
            while let Some(Ok(call)) = calls.next().await {
                for (key, to, body) in taken(&theirs, &catalog, &call, &mut chance) {
                    answer(&publish, &key, to, body).await;
                }
                call.ack().await.expect("acknowledged");
            }
        });
        Self {
            seen,
            context,
            runtime,
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was asked, by key.
    pub(super) fn asked(&self) -> BTreeMap<String, Asked> {
        self.seen().asked.clone()
    }

    /// How many answers were given twice, and late.
    pub(super) fn oddly(&self) -> (usize, usize) {
        let seen = self.seen();
        (seen.twice, seen.late)
    }

    /// Gives what was held back, and waits until nothing is left to do.
    pub(super) fn finish(&self, book: &Book, served: &Served) {
        let held = {
            let mut seen = self.seen();
            seen.at_once = true;
            std::mem::take(&mut seen.held)
        };
        self.runtime.block_on(async {
            for (key, to, body) in held {
                answer(&self.context, &key, to, body).await;
            }
        });
        self.idle(book, served);
    }

    /// Every answer once more, and beside it another one under the same key.
    pub(super) fn answer_again(&self, book: &Book, served: &Served) {
        let asked = self.asked();
        self.runtime.block_on(async {
            for (key, asked) in asked.iter().take(200) {
                let Some((to, body)) = &asked.answer else {
                    continue;
                };
                let other = json!({ "failure": "another answer, late" }).to_string();
                answer(&self.context, key, to.clone(), other).await;
                answer(&self.context, key, to.clone(), body.clone()).await;
            }
        });
        self.idle(book, served);
    }

    /// Waits until no message is left in NATS and the engine has nothing in hand.
    #[expect(
        clippy::disallowed_methods,
        reason = "a wait on other processes ends on the machine's own clock"
    )]
    pub(super) fn idle(&self, book: &Book, served: &Served) {
        let start = Instant::now();
        let mut quiet = 0;
        // An answer may bring the next call: it is quiet when it was, several times, one after the other.
        while quiet < 5 {
            let waiting = self.waiting();
            let busy = busy(served);
            quiet = if waiting.is_empty() && busy.is_empty() {
                quiet + 1
            } else {
                0
            };
            assert!(
                start.elapsed() < PATIENCE,
                "{book}: never at rest: {waiting:?} wait in NATS, {busy:?} in the engine"
            );
        }
    }

    fn waiting(&self) -> Vec<(&'static str, u64)> {
        let streams = [subjects::LIFE_EVENTS, subjects::SERVICES, subjects::ANSWERS];
        let count = |name| {
            let stream = self.runtime.block_on(self.context.get_stream(name));
            (name, stream.expect("a stream").cached_info().state.messages)
        };
        streams
            .into_iter()
            .map(count)
            .filter(|(_, messages)| *messages > 0)
            .collect()
    }
}

/// What the engine has in hand, by its own measurements.
fn busy(served: &Served) -> Vec<String> {
    let metrics = served.get("/metrics");
    // What a service owes and was not handed yet is in the hands of nobody: the last one lists it.
    let wanted = [
        "parcours_requests_waiting ",
        "parcours_calls_under_way ",
        "parcours_calls_owed{",
    ];
    let of = |name: &&str| metrics.lines().any(|line| line.starts_with(*name));
    assert!(wanted.iter().all(of), "{metrics}");
    let lines = metrics
        .lines()
        .filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    let busy = lines.filter(|line| !line.ends_with(" 0"));
    busy.map(str::to_owned).collect()
}

async fn answer(context: &Context, key: &str, to: String, body: String) {
    let mut headers = HeaderMap::new();
    headers.insert(subjects::CALL_KEY, key);
    let stored = context.publish_with_headers(to, headers, body.into()).await;
    stored.expect("sent").await.expect("stored by JetStream");
}

/// Writes a call down, and gives the answers to send now.
fn taken(
    seen: &Mutex<Seen>,
    catalog: &Catalog,
    call: &Message,
    chance: &mut Chance,
) -> Vec<(String, String, String)> {
    let headers = call.headers.as_ref().expect("a call has headers");
    let header = |name: &str| headers.get(name).expect("it is there").as_str().to_owned();
    let (key, to) = (header(subjects::CALL_KEY), header(subjects::ANSWER_TO));
    let operation = call.subject.trim_start_matches("services.").to_owned();
    let arguments = String::from_utf8(call.payload.to_vec()).expect("UTF-8");
    let says = says(
        catalog,
        &key,
        &operation,
        &header(subjects::PURPOSE),
        &arguments,
    );
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = seen.asked.entry(key.clone()).or_default();
    asked.times += 1;
    asked
        .contents
        .insert((operation, header(subjects::PURPOSE), arguments));
    let Some(says) = says else { return Vec::new() };
    asked.answer = Some((to.clone(), says.clone()));
    let one = (key, to, says);
    let mut now = Vec::new();
    match chance.below(8) {
        0 if !seen.at_once => {
            seen.late += 1;
            seen.held.push(one);
        }
        1 => {
            seen.twice += 1;
            now.extend([one.clone(), one]);
        }
        _ => now.push(one),
    }
    if seen.held.len() > 20 {
        let late = seen.held.remove(0);
        now.push(late);
    }
    now
}

/// What the simulator of the catalog answers.
fn says(
    catalog: &Catalog,
    key: &str,
    operation: &str,
    purpose: &str,
    arguments: &str,
) -> Option<String> {
    let id = operation.parse().expect("an operation");
    let contract = catalog.operation(&id).expect("it is in the catalog");
    let json: Value = serde_json::from_str(arguments).expect("JSON");
    let arguments = match from_json(&json, &contract.arguments).expect("by the contract") {
        Known::Record(fields) => fields,
        other => panic!("arguments are a record: {other:?}"),
    };
    let word = "a good word";
    let call = Call {
        key: key.parse().expect("the key of a call"),
        purpose: if purpose == "undo" {
            CallPurpose::Undo
        } else {
            CallPurpose::Do
        },
        operation: id,
        arguments: Personal::new(
            parcours_core::intake::Kept::nobody(),
            Purpose::new("test").expect(word),
            Retention::new("test").expect(word),
            arguments,
        ),
        attempt: 1,
    };
    let says = match simulate(catalog, &call).comes? {
        Ok(Answer::Reply(reply)) => json!({ "reply": to_json(&reply) }),
        Ok(Answer::Refusal { code, .. }) => json!({ "refusal": { "code": code } }),
        Ok(Answer::Unfit { what } | Answer::Failure { what, .. }) | Err(what) => {
            json!({ "failure": what })
        }
    };
    Some(says.to_string())
}
