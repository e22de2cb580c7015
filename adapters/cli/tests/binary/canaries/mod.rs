//! What is told of people is in no file in clear, at no time; and once they are forgotten, in no file at all.
//!
//! High-entropy texts that stand nowhere by chance go in by every door that takes free text: the name and the data of life
//! events over NATS and HTTP, taken, rejected and unreadable; forms; replies and refusals of workers; and, in [`said`], every text
//! that the schemas leave free and whatever is said to a journey. Then every file of the data folder and of JetStream is read.

mod fields;
mod said;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use async_nats::jetstream::{self, Context};
use parcours_http::{Links, NewLink};
use parcours_log::seal::{Keys, OsEntropy};
use parcours_nats::client::publish;
use parcours_nats::testing::NatsServer;
use parcours_nats::{Config, Credentials, streams, subjects};
use parcours_segments::keys::KeyFile;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::parcours;
use crate::serving::{Served, ask};
use crate::worker::Worker;

/// The workers' own words: a reply, and a refusal.
const REFERENCE: &str = "c7Qx2Rv9Lm4Tz8Wk1Ns5";
const REFUSAL: &str = "h3Fd6Yb0Gj9Pc2Xu7Ve4";

/// Texts to look for, each with where it went in.
#[derive(Debug, Default)]
struct Canaries(Vec<(String, String)>);

impl Canaries {
    fn put(&mut self, place: &str) -> String {
        let text = format!("c{}", uuid::Uuid::new_v4().simple());
        self.0.push((place.to_owned(), text.clone()));
        text
    }

    /// A birth with one in every text that is free.
    fn birth(&mut self, door: &str) -> Value {
        let mut new = |place: &str| self.put(&format!("{place} ({door})"));
        json!({
            "specversion": "1.0",
            "type": "birth",
            "source": format!("urn:example:{}", new("source")),
            "id": new("id"),
            "subject": new("subject"),
            "data": {
                "born_on": "2026-03-29",
                "birth_place": "67482",
                "union": "none",
                "parents": [
                    { "id": new("first parent"), "gave_birth": true, "first_name": new("first name") },
                    { "id": new("second parent"), "gave_birth": false, "first_name": new("second name") },
                ],
                "children": [
                    { "rank": 1, "born_on": "2026-03-29", "outcome": "alive", "id": new("first child"), "first_name": new("child") },
                    { "rank": 2, "born_on": "2026-03-30", "outcome": "alive", "id": new("second child"), "first_name": new("twin") },
                ],
            },
        })
    }

    fn of(&self, place: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| name == place);
        &found.expect("it went in").1
    }

    /// Where they are, with the file: nowhere, it is hoped.
    fn found(&self, folders: &[&Path]) -> BTreeSet<(String, PathBuf)> {
        let mut found = BTreeSet::new();
        for path in files(folders) {
            let bytes = content(&path);
            for (place, text) in &self.0 {
                let name = path.to_string_lossy();
                if has(&bytes, text.as_bytes()) || name.contains(text) {
                    found.insert((place.clone(), path.clone()));
                }
            }
        }
        found
    }
}

fn files(folders: &[&Path]) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = folders.iter().map(|&folder| folder.to_owned()).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

/// Without the zeros at its end, which are room for more.
fn content(path: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(path).expect("a file");
    let last = bytes.iter().rposition(|byte| *byte != 0);
    bytes.truncate(last.map_or(0, |last| last + 1));
    bytes
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn works(operation: &str, arguments: &Value) -> Value {
    assert_eq!(operation, "announce_late_birth");
    if arguments["child"] == 1 {
        json!({ "reply": { "reference": REFERENCE } })
    } else {
        json!({ "refusal": { "code": "other_court", "words": REFUSAL } })
    }
}

/// Waits until `done`, which other processes bring about.
#[expect(
    clippy::disallowed_methods,
    reason = "a wait on other processes ends on the machine's own clock"
)]
pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::yield_now();
    }
}

fn messages(runtime: &Runtime, context: &Context, stream: &str) -> u64 {
    let stream = runtime.block_on(context.get_stream(stream));
    stream.expect("a stream").cached_info().state.messages
}

/// The value of the first attribute `name` after `start`.
fn attribute<'a>(page: &'a str, start: &str, name: &str) -> &'a str {
    let (_, rest) = page
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start} in {page}"));
    let (_, rest) = rest
        .split_once(&format!("{name}=\""))
        .expect("an attribute");
    rest.split('"').next().expect("its end")
}

fn links(data: &Path) -> Links {
    let keys = KeyFile::open(&data.join("keys"), OsEntropy).expect("keys");
    Links::new(&keys.installation().derive("parcours v1 links of journeys"))
}

#[test]
fn what_is_told_of_people_is_in_no_file_and_what_is_forgotten_is_in_no_answer() {
    let mut canaries = Canaries::default();
    canaries.0.push(("reply".to_owned(), REFERENCE.to_owned()));
    canaries.0.push(("refusal".to_owned(), REFUSAL.to_owned()));
    let nats = NatsServer::start();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let everywhere = [folder.path(), nats.store()];
    let runtime = Runtime::new().expect("threads");
    let context = runtime.block_on(async {
        let context = jetstream::new(async_nats::connect(nats.url()).await.expect("NATS"));
        let prepared = streams::prepare(&context, &Config::new(nats.url()), None).await;
        prepared.expect("streams");
        context
    });
    let publish = |event: &Value, seconds| {
        let patience = Duration::from_secs(seconds);
        runtime.block_on(publish(
            &nats.url(),
            &Credentials::None,
            None,
            event,
            patience,
        ))
    };

    // While no engine runs, what is published waits in a file: so the search does find what is there.
    let birth = canaries.birth("NATS");
    publish(&birth, 5).expect_err("nobody takes it");
    assert_eq!(canaries.found(&everywhere).len(), 3 + 8, "the event's own");

    let worker = Worker::start(&nats.url(), "tribunal", works);
    let served = Served::start(&data, &["--nats", &nats.url(), "--workers", "tribunal"]);
    let receipt = publish(&birth, 60).expect("it is taken");
    let journey = receipt.journeys.first().expect("a journey").clone();

    // Others: over HTTP; refused for its data; under a name that is taken; and what is no event at all.
    let other = canaries.birth("HTTP").to_string();
    let headers = "Content-Type: application/cloudevents+json\r\n";
    let taken = ask(&served.http, "POST", "/v1/life-events", headers, &other).expect("an answer");
    assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");
    let mut rejected = canaries.birth("rejected");
    let (name, value) = (canaries.put("a field's name"), canaries.put("its value"));
    rejected["data"]["parents"][0][name] = value.into();
    assert!(publish(&rejected, 60).expect("a receipt").receipt.is_dead());
    let wrong = rejected.to_string();
    let refused = ask(&served.http, "POST", "/v1/life-events", headers, &wrong).expect("an answer");
    assert!(refused.starts_with("HTTP/1.1 422"), "{refused}");
    let mut conflict = birth;
    conflict["data"]["parents"][0]["first_name"] = canaries.put("conflict").into();
    assert!(publish(&conflict, 60).expect("a receipt").receipt.is_dead());
    let nothing = format!("{} is no event", canaries.put("unreadable"));
    runtime.block_on(async {
        let stored = context.publish("life-events.birth", nothing.into()).await;
        stored.expect("sent").await.expect("stored");
    });
    until("four calls answered", || worker.asked().len() == 4);
    let waiting = [subjects::LIFE_EVENTS, subjects::ANSWERS];
    until("all taken", || {
        waiting
            .iter()
            .all(|stream| messages(&runtime, &context, stream) == 0)
    });
    assert_eq!(messages(&runtime, &context, subjects::REJECTED), 3);
    assert_eq!(served.stop(), Some(0));
    assert_eq!(canaries.found(&everywhere), BTreeSet::new());

    // The page shows them, so they are kept; a form says more.
    let links = links(&data);
    let holder = canaries.of("first parent (NATS)").parse().expect("an id");
    let link = links.make(&NewLink {
        journey: journey.parse().expect("an id"),
        holder: &holder,
        round: 0,
        made: "2026-03-29".parse().expect("a day"),
        until: None,
    });
    let page = link.expect("made").path();
    let token = page.rsplit('/').next().expect("a signature").to_owned();
    let journey = format!("/v1/journeys/{journey}");
    let served = Served::start(&data, &["--nats", &nats.url(), "--workers", "tribunal"]);
    let shown = served.get(&format!("{page}?lang=en"));
    assert!(shown.contains(canaries.of("child (NATS)")), "{shown}");
    let form = "id=\"fact-first_common_child\"";
    let action = attribute(&shown, form, "action").to_owned();
    let token_of_form = attribute(&shown, form, "value").to_owned();
    let typed = canaries.put("typed");
    let again = served.post(&action, &format!("token={token_of_form}&value={typed}"));
    assert!(again.starts_with("HTTP/1.1 422"), "{again}");
    let noted = served.post(&action, &format!("token={token_of_form}&value=true"));
    assert!(noted.starts_with("HTTP/1.1 303"), "{noted}");
    assert_eq!(served.stop(), Some(0));
    assert_eq!(canaries.found(&everywhere), BTreeSet::new());

    // One after the other is forgotten: what is about them is erased, and in the end there is nobody left to show it to.
    let keys = data.join("keys").join("keys");
    let before = std::fs::read(&keys).expect("keys");
    let path = data.to_str().expect("UTF-8");
    let people = [
        "second child",
        "first child",
        "second parent",
        "first parent",
    ];
    for (left, person) in people.iter().enumerate() {
        for door in ["NATS", "HTTP"] {
            let id = canaries.of(&format!("{person} ({door})")).to_owned();
            let forgotten = parcours(&["forget", &id, "--data", path, "--yes"]);
            assert_eq!(forgotten.code, Some(0), "{forgotten:?}");
            assert!(
                forgotten.out.contains("Certificate of erasure"),
                "{forgotten:?}"
            );
        }
        let sound = parcours(&["log", "verify", "--data", path]);
        assert_eq!(sound.code, Some(0), "{sound:?}");
        let served = Served::start(&data, &[]);
        let history = served.get(&format!("{page}/history?lang=en"));
        let api = served.get_as(&token, &journey);
        let status = if left + 1 < people.len() {
            assert!(api.contains("\"erased\""), "{api}");
            "HTTP/1.1 200"
        } else {
            "HTTP/1.1 410"
        };
        for told in [&api, &history] {
            assert!(told.starts_with(status), "{told}");
        }
        for gone in &people[..=left] {
            let id = canaries.of(&format!("{gone} (NATS)"));
            assert!(!history.contains(id) && !api.contains(id), "{gone}");
        }
        if left + 1 == people.len() {
            for (place, text) in &canaries.0 {
                assert!(!api.contains(text.as_str()), "{place}: {api}");
            }
        }
        assert_eq!(served.stop(), Some(0));
    }
    assert_eq!(canaries.found(&everywhere), BTreeSet::new());

    destroyed_keys_are_nowhere(&before, &keys, &everywhere, 2 * 8);
}

/// The bytes of destroyed keys were overwritten, and are nowhere else. There are more than so many pieces of them.
fn destroyed_keys_are_nowhere(before: &[u8], keys: &Path, everywhere: &[&Path], many: usize) {
    let after = std::fs::read(keys).expect("keys");
    let pieces = |bytes: &[u8]| -> Vec<[u8; 16]> {
        let (pieces, _) = bytes.as_chunks::<16>();
        pieces.to_vec()
    };
    let destroyed: BTreeSet<[u8; 16]> = pieces(before)
        .into_iter()
        .zip(pieces(&after))
        .filter(|(was, is)| was != is && *was != [0; 16])
        .map(|(was, _)| was)
        .collect();
    assert!(destroyed.len() > many, "{} pieces of keys", destroyed.len());
    for file in files(everywhere) {
        let bytes = content(&file);
        let left = bytes
            .windows(16)
            .filter(|window| destroyed.contains(*window))
            .count();
        assert_eq!(left, 0, "destroyed keys in {}", file.display());
    }
}
