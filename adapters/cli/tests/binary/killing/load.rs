//! Publishers that never pause: over NATS with several messages on their way, over HTTP one after the other, again until answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use async_nats::{HeaderMap, jetstream};
use futures::StreamExt;
use parcours_nats::subjects;
use serde_json::Value;

use super::super::serving::ask;
use super::book::{Book, Chance, Name, PATIENCE, Receipt};

/// Publishers of each kind.
const PUBLISHERS: u64 = 3;
/// Messages that a NATS publisher has on their way.
const ON_THEIR_WAY: usize = 12;

/// Publishers at work.
pub(super) struct Load {
    stop: Arc<AtomicBool>,
    publishers: Vec<JoinHandle<()>>,
}

impl Load {
    pub(super) fn start(url: &str, book: &Book, chance: &mut Chance) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut publishers = Vec::new();
        for number in 0..PUBLISHERS {
            let (one, other) = (Chance::new(chance.next()), Chance::new(chance.next()));
            let publisher = Publisher::new("nats", number, book, &stop, one);
            let url = url.to_owned();
            publishers.push(std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime
                    .expect("a runtime")
                    .block_on(publisher.over_nats(&url));
            }));
            let publisher = Publisher::new("http", number, book, &stop, other);
            publishers.push(std::thread::spawn(move || publisher.over_http()));
        }
        Self { stop, publishers }
    }

    /// Nothing more is begun; waits until everything on its way has its receipt.
    pub(super) fn finish(self) {
        self.stop.store(true, Ordering::SeqCst);
        for publisher in self.publishers {
            if let Err(panic) = publisher.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}

struct Publisher {
    source: String,
    book: Book,
    stop: Arc<AtomicBool>,
    chance: Chance,
    count: u64,
}

impl Publisher {
    fn new(door: &str, number: u64, book: &Book, stop: &Arc<AtomicBool>, chance: Chance) -> Self {
        Self {
            source: format!("urn:{door}:{number}"),
            book: book.clone(),
            stop: stop.clone(),
            chance,
            count: 0,
        }
    }

    fn next(&mut self) -> Option<Name> {
        if self.stop.load(Ordering::SeqCst) {
            return None;
        }
        self.count += 1;
        Some(self.book.next(&self.source, self.count, &mut self.chance))
    }

    /// NATS keeps what the engine has not taken, so a message is published once; its receipt comes, sooner or later.
    async fn over_nats(mut self, url: &str) {
        let client = async_nats::connect(url).await.expect("NATS is there");
        let inbox = client.new_inbox();
        let mut receipts = client
            .subscribe(format!("{inbox}.*"))
            .await
            .expect("subscribed");
        let context = jetstream::new(client);
        let mut on_their_way: BTreeMap<u64, Name> = BTreeMap::new();
        let mut message = 0_u64;
        loop {
            let next = if on_their_way.len() < ON_THEIR_WAY {
                self.next()
            } else {
                None
            };
            if let Some(name) = next {
                let event = self.book.event(&name);
                let kind = event["type"].as_str().expect("a type");
                message += 1;
                let mut headers = HeaderMap::new();
                headers.insert(subjects::REPLY_TO, format!("{inbox}.{message}"));
                let stored = context
                    .publish_with_headers(
                        subjects::life_event(kind),
                        headers,
                        event.to_string().into(),
                    )
                    .await
                    .expect("sent");
                stored.await.expect("stored by JetStream");
                on_their_way.insert(message, name);
                continue;
            }
            if on_their_way.is_empty() {
                return;
            }
            let received = tokio::time::timeout(PATIENCE, receipts.next()).await;
            let Ok(Some(received)) = received else {
                let lost: Vec<_> = on_their_way.values().collect();
                panic!(
                    "{}: published on NATS, and never a receipt: {lost:?}",
                    self.book
                );
            };
            let number = received
                .subject
                .rsplit('.')
                .next()
                .and_then(|end| end.parse().ok());
            let json: Value = serde_json::from_slice(&received.payload).expect("JSON");
            let receipt = Receipt::of(&json).unwrap_or_else(|| panic!("{}: {json}", self.book));
            // A second receipt of one message: the engine was killed before it was rid of the message.
            if let Some(name) = on_their_way.remove(&number.expect("our own number")) {
                self.book.acknowledged(&name, receipt, "NATS");
            }
        }
    }

    /// Whoever got no answer cannot know what became of it, and says the same again.
    fn over_http(mut self) {
        while let Some(name) = self.next() {
            let event = self.book.event(&name).to_string();
            let mut start = 0;
            let receipt = loop {
                let (address, this) = self.book.served_after(start);
                match publish(&address, &event) {
                    Some((200..=299, body)) => {
                        let json: Value = serde_json::from_str(&body).expect("JSON");
                        break Receipt::of(&json)
                            .unwrap_or_else(|| panic!("{}: {json}", self.book));
                    }
                    Some((503, _)) => {}
                    Some((status, body)) => {
                        panic!(
                            "{}: {name:?} over HTTP is answered {status}: {body}",
                            self.book
                        )
                    }
                    // It was killed: the next one is asked.
                    None => start = this,
                }
            };
            self.book.acknowledged(&name, receipt, "HTTP");
        }
    }
}

/// Status and body of a whole answer; none when the connection broke before its end.
fn publish(address: &str, event: &str) -> Option<(u16, String)> {
    let headers = "Content-Type: application/cloudevents+json\r\n";
    let answer = ask(address, "POST", "/v1/life-events", headers, event).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    })?;
    (body.len() == length).then(|| (status, body.to_owned()))
}
