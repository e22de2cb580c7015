//! The account: what the publishers and the workers have in their books, against what the engine has in its log and tells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use parcours_core::journey::CallKey;
use parcours_log::lookups::{Lookups, Mark, Wake};
use parcours_runtime::identity;
use parcours_sled::SledLookups;
use serde_json::Value;

use super::super::parcours;
use super::super::serving::Served;
use super::book::{Book, Entry, Name};
use super::workers::Workers;

/// More than there ever are.
const ALL: usize = 1_000_000;

/// The publishers' books, closed.
pub(super) struct Account {
    book: Book,
    entries: BTreeMap<Name, Entry>,
}

/// A commit of the log, as `log export` tells it.
pub(super) type Commits = Vec<Value>;

impl Account {
    /// # Panics
    /// Something was published and never acknowledged.
    pub(super) fn new(book: &Book) -> Self {
        let entries = book.entries();
        let lost: Vec<_> = entries
            .iter()
            .filter(|(_, entry)| entry.receipt.is_none())
            .collect();
        assert!(lost.is_empty(), "{book}: never acknowledged: {lost:?}");
        Self {
            book: book.clone(),
            entries,
        }
    }

    /// Every journey that somebody was told of.
    fn journeys(&self) -> BTreeSet<&String> {
        let receipts = self
            .entries
            .values()
            .filter_map(|entry| entry.receipt.as_ref());
        receipts.flat_map(|receipt| &receipt.journeys).collect()
    }

    /// Everything that the API tells of journeys and receipts, by address.
    pub(super) fn everything(&self, served: &Served) -> BTreeMap<String, String> {
        let mut paths = Vec::new();
        for journey in self.journeys() {
            paths.push(format!("/v1/journeys/{journey}"));
            paths.push(format!("/v1/journeys/{journey}/history"));
        }
        for (source, id) in self.entries.keys() {
            paths.push(format!("/v1/receipts?source={source}&id={id}"));
        }
        let told = |path: String| {
            let told = self.ask(served, &path);
            (path, told)
        };
        paths.into_iter().map(told).collect()
    }

    fn ask(&self, served: &Served, path: &str) -> String {
        let answer = served.get(path);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(
            head.starts_with("HTTP/1.1 200"),
            "{}: {path}: {answer}",
            self.book
        );
        body.to_owned()
    }

    /// Asks for the first `most` of them again: byte for byte the same.
    pub(super) fn same(
        &self,
        before: &BTreeMap<String, String>,
        served: &Served,
        what: &str,
        most: usize,
    ) {
        for (path, told) in before.iter().take(most) {
            let now = self.ask(served, path);
            assert_eq!(
                *told, now,
                "{}, {what}: {path} is told otherwise",
                self.book
            );
        }
    }

    pub(super) fn log(&self, data: &Path) -> Commits {
        let said = parcours(&["log", "export", "--data", data.to_str().expect("UTF-8")]);
        assert_eq!(said.code, Some(0), "{}: {}", self.book, said.err);
        let commit = |line: &str| serde_json::from_str(line).expect("JSON");
        said.out.lines().map(commit).collect()
    }

    /// Everything that is looked up, as a text that can be compared.
    pub(super) fn lookups(&self, data: &Path) -> String {
        let lookups = SledLookups::open(parcours_sled::Config::new(data.join("lookups")));
        let lookups = lookups.expect("no engine has them open");
        let mut text = String::new();
        let mut note = |what: &str, found: &dyn std::fmt::Debug| {
            writeln!(text, "{what}: {found:#?}").expect("a text grows");
        };
        note("head", &lookups.head().expect("head"));
        note(
            "journeys",
            &lookups.journeys(None, None, ALL).expect("journeys"),
        );
        note("timers", &lookups.due(Wake(i64::MAX), ALL).expect("timers"));
        note(
            "incidents",
            &lookups.incidents(None, ALL).expect("incidents"),
        );
        for mark in Mark::ALL {
            note(
                &format!("{mark:?}"),
                &lookups.marked(mark, None, ALL).expect("marks"),
            );
        }
        note("sweep", &lookups.sweep().expect("sweep"));
        text
    }

    /// Every acknowledged event has its journey, none has two; every call has one key and one content, stands in the log, and was
    /// answered.
    pub(super) fn balance(&self, log: &Commits, workers: &Workers) {
        let book = &self.book;
        let mut begun: BTreeMap<&str, usize> = BTreeMap::new();
        let mut corrected: BTreeSet<&str> = BTreeSet::new();
        let mut receipts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut requested: BTreeMap<String, (String, String)> = BTreeMap::new();
        let mut inputs: BTreeSet<&str> = BTreeSet::new();
        for commit in log {
            let holds = &commit["holds"];
            if holds["kind"] != "decided" {
                if let (Some(name), true) =
                    (holds["published"].as_str(), holds["receipt"].is_object())
                {
                    *receipts.entry(name).or_default() += 1;
                }
                continue;
            }
            let journey = commit["stream"].as_str().expect("a stream");
            inputs.extend(holds["input"].as_str());
            for event in holds["events"].as_array().expect("events") {
                // An event that says nothing more is a word.
                let Some((what, about)) = event.as_object().and_then(|event| event.iter().next())
                else {
                    continue;
                };
                match what.as_str() {
                    "started" => *begun.entry(journey).or_default() += 1,
                    "life_event_corrected" => {
                        corrected.insert(journey);
                    }
                    _ => {}
                }
                let Some(operation) = about["call"]["op"].as_str() else {
                    continue;
                };
                let target = match (about["step"].as_str(), about["fact"].as_str()) {
                    (Some(step), _) => format!("step:{step}"),
                    (None, Some(fact)) => format!("fact:{fact}"),
                    (None, None) => panic!("{book}: a call for nothing: {event}"),
                };
                let key = format!("{journey}/{target}/{}", about["call"]["n"]);
                let content = (
                    operation.to_owned(),
                    about["to"].as_str().unwrap_or("do").to_owned(),
                );
                let earlier = requested.insert(key.clone(), content);
                assert_eq!(earlier, None, "{book}: {key} was requested twice");
            }
        }

        let told = self.journeys();
        for journey in &told {
            let times = begun.get(journey.as_str()).copied().unwrap_or_default();
            assert_eq!(
                times, 1,
                "{book}: the journey {journey} that somebody was told of began so often"
            );
        }
        for journey in begun.keys() {
            assert!(
                told.contains(&(*journey).to_owned()),
                "{book}: {journey} began, and nobody was told of it"
            );
        }
        for (name, entry) in &self.entries {
            let receipt = entry.receipt.as_ref().expect("every one was acknowledged");
            match &entry.corrects {
                None => assert_eq!(receipt.journeys.len(), 1, "{book}: {name:?}: {receipt:?}"),
                Some(original) => assert_eq!(
                    Some(&receipt.journeys),
                    self.entries[original]
                        .receipt
                        .as_ref()
                        .map(|first| &first.journeys),
                    "{book}: {name:?} corrects another's journeys"
                ),
            }
        }
        let started = self
            .entries
            .values()
            .filter(|entry| entry.corrects.is_none())
            .count();
        assert_eq!(
            told.len(),
            started,
            "{book}: journeys told of, and events that start one"
        );
        let doubled: Vec<_> = receipts.iter().filter(|(_, count)| **count != 1).collect();
        assert!(
            doubled.is_empty(),
            "{book}: life events taken twice: {doubled:?}"
        );
        assert_eq!(
            receipts.len(),
            self.entries.len(),
            "{book}: receipts in the log, and events"
        );

        let asked = workers.asked();
        for (key, asked) in &asked {
            assert_eq!(
                asked.contents.len(),
                1,
                "{book}: {key} was asked for two things: {asked:?}"
            );
            let (operation, purpose, _) = asked.contents.first().expect("one");
            let stands = requested.get(key);
            let expected = (operation.clone(), purpose.clone());
            assert_eq!(
                stands,
                Some(&expected),
                "{book}: {key} was asked and stands not in the log so"
            );
        }
        let mut targets: BTreeMap<(String, String), Vec<&String>> = BTreeMap::new();
        for (key, (operation, purpose)) in &requested {
            let call: CallKey = key
                .parse()
                .unwrap_or_else(|_| panic!("{book}: {key} is no key"));
            // A correction may give a call up before it leaves: then another one took its place, and nobody needs to have been asked.
            // Who was asked is heard, however late they answer.
            let replaced = corrected.contains(call.journey.to_string().as_str())
                && asked
                    .keys()
                    .filter_map(|other| other.parse::<CallKey>().ok())
                    .any(|other| {
                        (other.journey, &other.target) == (call.journey, &call.target)
                            && other.number > call.number
                    });
            if replaced && !asked.contains_key(key) {
                continue;
            }
            let story = || -> Vec<String> {
                let of_it = |commit: &&Value| commit["stream"] == call.journey.to_string();
                let told = |commit: &Value| format!("{} {}", commit["at"], commit["holds"]);
                log.iter().filter(of_it).map(told).collect()
            };
            assert!(
                asked.contains_key(key),
                "{book}: {key} ({operation}) is owed, and no worker was ever asked: {:#?}",
                story()
            );
            let input = hex(&identity::answer_to(&call).0);
            assert!(
                inputs.contains(input.as_str()),
                "{book}: {key} ({operation}) was answered by a worker, and the answer is not in the log: {:#?}",
                story()
            );
            if !corrected.contains(call.journey.to_string().as_str()) {
                let target = (format!("{}/{}", call.journey, call.target), purpose.clone());
                targets.entry(target).or_default().push(key);
            }
        }
        let twice: Vec<_> = targets.values().filter(|keys| keys.len() > 1).collect();
        assert!(
            twice.is_empty(),
            "{book}: one thing asked under two keys: {twice:?}"
        );
    }

    /// A restart makes no call again that waits for a worker, that one has or that was answered. What is left: a call that was on its way
    /// when the engine was killed, twice at most each time, and one whose answer was not heard in the time there is for that.
    pub(super) fn sparing(&self, workers: &Workers, kills: u64) {
        let asked = workers.asked();
        let calls: usize = asked.values().map(|asked| asked.times).sum();
        let again = calls - asked.len();
        let bound = asked.len() / 10 + usize::try_from(kills).expect("a few");
        assert!(
            again <= bound,
            "{}: {} calls were made {calls} times, and {bound} times more than once each would be much",
            self.book,
            asked.len()
        );
    }

    /// What went through, in one line.
    pub(super) fn figures(&self, log: &Commits, workers: &Workers) -> String {
        let published: usize = self.entries.values().map(|entry| entry.published).sum();
        let acknowledged: usize = self.entries.values().map(|entry| entry.acknowledged).sum();
        let corrections = self
            .entries
            .values()
            .filter(|entry| entry.corrects.is_some())
            .count();
        let asked = workers.asked();
        let calls: usize = asked.values().map(|asked| asked.times).sum();
        let (twice, late) = workers.oddly();
        format!(
            "{} life events ({corrections} corrections) published {published} times and acknowledged {acknowledged} times, \
             {} journeys; {} calls made {calls} times, {twice} answered twice, {late} late; {} commits",
            self.entries.len(),
            self.journeys().len(),
            asked.len(),
            log.len(),
        )
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
