//! Every text that the schemas of life events leave free, and all that people, agents, services and workers say afterwards.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::jetstream::{self, Context};
use parcours_nats::client::publish;
use parcours_nats::testing::NatsServer;
use parcours_nats::{Config, Credentials, streams, subjects};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::fields::{DAY, shipped};
use super::{Canaries, destroyed_keys_are_nowhere, messages, until};
use crate::parcours;
use crate::serving::{Served, ask};
use crate::worker::Worker;

/// The workers' own words: in a reply, in a refusal, in a failure, and where an answer breaks its contract.
const REFERENCE: &str = "k4Wd8Zn2Qb6Ht1Xs9Mv7";
const REFUSAL: &str = "t9Lx3Gc7Ry1Jf5Pn8Bk2";
const FAILURE: &str = "v2Hs6Md0Ka4Wq8Ez3Tu9";
const UNFIT: &str = "p7Bn1Xf5Vj9Cr3Lw6Dy0";

fn works(operation: &str, arguments: &Value) -> Value {
    match operation {
        "announce_late_birth" if arguments["child"] == 1 => {
            json!({ "reply": { "reference": REFERENCE } })
        }
        "announce_late_birth" => {
            json!({ "refusal": { "code": "other_court", "words": REFUSAL } })
        }
        reads if reads.starts_with("read_") => json!({ "failure": FAILURE }),
        _ => json!({ "refusal": { "code": UNFIT, "words": UNFIT } }),
    }
}

/// Everything that outlives a process, and who serves.
struct Place {
    nats: NatsServer,
    folder: tempfile::TempDir,
    runtime: Runtime,
    context: Context,
    served: Option<Served>,
}

impl Place {
    fn new() -> Self {
        let nats = NatsServer::start();
        let runtime = Runtime::new().expect("threads");
        let context = runtime.block_on(async {
            let context = jetstream::new(async_nats::connect(nats.url()).await.expect("NATS"));
            let prepared = streams::prepare(&context, &Config::new(nats.url()), None).await;
            prepared.expect("streams");
            context
        });
        Self {
            nats,
            folder: tempfile::tempdir().expect("a folder"),
            runtime,
            context,
            served: None,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn everywhere(&self) -> [&Path; 2] {
        [self.folder.path(), self.nats.store()]
    }

    fn serve(&mut self) {
        let url = self.nats.url();
        let words = ["--nats", &url, "--workers", "tribunal,caf"];
        self.served = Some(Served::start(&self.data(), &words));
    }

    fn served(&self) -> &Served {
        self.served.as_ref().expect("it serves")
    }

    /// Publishes over NATS; answers the receipt's word, and the journeys.
    fn publish(&self, event: &Value) -> (Value, Vec<String>) {
        let patience = Duration::from_secs(60);
        let url = self.nats.url();
        let receipt = publish(&url, &Credentials::None, None, event, patience);
        let receipt = self.runtime.block_on(receipt).expect("a receipt");
        (json!(receipt.receipt), receipt.journeys)
    }

    /// Sends what has no receipt.
    fn send(&self, subject: &str, what: String) {
        self.runtime.block_on(async {
            let stored = self.context.publish(subject.to_owned(), what.into()).await;
            stored.expect("sent").await.expect("stored");
        });
    }

    /// Says something over HTTP, and is answered with this status.
    fn say(&self, path: &str, headers: &str, body: &Value, status: u16) -> String {
        let headers = format!("{headers}\r\n");
        let answer = ask(
            &self.served().http,
            "POST",
            path,
            &headers,
            &body.to_string(),
        );
        let answer = answer.expect("an answer");
        let wanted = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&wanted), "{path} {body}: {answer}");
        answer
    }

    /// Stops once nothing waits in NATS: what does is there in clear, until it is taken.
    fn rest(&mut self) {
        let waits = |place: &Self, stream| messages(&place.runtime, &place.context, stream) > 0;
        loop {
            for stream in [subjects::LIFE_EVENTS, subjects::SERVICES, subjects::ANSWERS] {
                until("all taken", || !waits(self, stream));
            }
            assert_eq!(self.served.take().expect("it serves").stop(), Some(0));
            // Workers go on, and answer.
            until("all calls answered", || !waits(self, subjects::SERVICES));
            if !waits(self, subjects::ANSWERS) {
                return;
            }
            self.serve();
        }
    }
}

const JSON: &str = "Content-Type: application/json";
const EVENT: &str = "Content-Type: application/cloudevents+json";

#[test]
fn whatever_is_said_to_a_journey_is_in_no_file_and_is_forgotten_with_its_people() {
    let mut canaries = Canaries::default();
    for (place, text) in [
        ("reply", REFERENCE),
        ("refusal", REFUSAL),
        ("failure", FAILURE),
        ("unfit", UNFIT),
    ] {
        canaries.0.push((place.to_owned(), text.to_owned()));
    }
    let law = shipped();
    let mut place = Place::new();
    let workers = ["tribunal", "caf"].map(|it| Worker::start(&place.nats.url(), it, works));
    place.serve();

    // Each type with all that it may hold; then corrected, by what says everything otherwise but whose journey it is.
    let events = canaries.of_each_type(&law, "told");
    let mut journeys = Vec::new();
    for event in &events {
        let (word, began) = place.publish(event);
        assert_eq!((word, began.len()), (json!("started"), 1), "{event}");
        journeys.push((
            event["type"].as_str().expect("a type").to_owned(),
            began[0].clone(),
        ));
    }
    let mut corrections = canaries.of_each_type(&law, "corrected");
    for (correction, event) in corrections.iter_mut().zip(&events) {
        for role in ["parents", "movers", "workers"] {
            if let Some(holder) = correction["data"].get_mut(role) {
                let never_said = holder[0]["id"].take();
                canaries.0.retain(|(_, text)| never_said != text.as_str());
                holder[0]["id"] = event["data"][role][0]["id"].clone();
            }
        }
        correction["corrects"] = named(event);
        let answer = place.say("/v1/life-events", EVENT, correction, 200);
        assert!(answer.contains("\"corrected\""), "{answer}");
    }
    // One that came before its original, and one taken back.
    let mut orphans = canaries.of_each_type(&law, "orphan");
    for orphan in &mut orphans {
        let other = format!("urn:example:{}/1", canaries.put("original never seen"));
        orphan["corrects"] = other.into();
        assert_eq!(place.publish(orphan).0, "orphan");
    }
    let of = |kind: &str| {
        let journey = journeys.iter().find(|(name, _)| name == kind);
        format!("/v1/journeys/{}", journey.expect("it began").1)
    };

    // Workers: a reply, a refusal, a failure, an answer against its contract; and by HTTP the same again.
    let asked = |worker: &Worker, operation: &str| {
        let calls = worker.asked().into_iter();
        let call = calls.filter(|(_, asked)| asked.iter().any(|(name, _)| name == operation));
        call.map(|(key, _)| key).collect::<Vec<_>>()
    };
    let [court, caf] = &workers;
    until("two late births are announced", || {
        asked(court, "announce_late_birth").len() >= 2
    });
    until("a household is asked for", || {
        !asked(caf, "read_household").is_empty()
    });
    until("an address is changed", || {
        !asked(caf, "change_address").is_empty()
    });
    let call = &asked(caf, "change_address")[0];
    let answers = "/v1/answers";
    let mut answer = |what: &str, says: fn(&str) -> Value, status| {
        let mut body = says(&canaries.put(what));
        body["call"] = call.as_str().into();
        place.say(answers, JSON, &body, status);
    };
    answer("failure over HTTP", |it| json!({ "failure": it }), 200);
    answer(
        "unfit over HTTP",
        |it| json!({ "reply": { "recorded_on": it } }),
        422,
    );
    answer("unfit name", |it| json!({ "reply": { it: true } }), 422);
    answer("no answer", |it| json!({ it: true }), 400);
    let nobodys = json!({ "call": canaries.put("call"), "failure": "no" });
    place.say(answers, JSON, &nobodys, 400);
    place.send("answers.0123456789abcdef", canaries.put("answer of nobody"));
    place.send(
        "service-events.mairie.birth_registered",
        canaries.put("told by nobody"),
    );

    // A service tells by itself: heard, unfit, and about somebody whom nobody knows.
    let mut told = json!({
        "specversion": "1.0",
        "type": "mairie.birth_registered",
        "source": format!("urn:example:{}", canaries.put("service source")),
        "id": canaries.put("service event"),
        "subject": events[0]["data"]["parents"][0]["id"],
        "data": { "child": 1, "act_number": canaries.put("act number"), "registered_on": DAY },
    });
    let heard = place.say("/v1/service-events", EVENT, &told, 200);
    assert!(heard.contains(&journeys[0].1), "{heard}");
    told["id"] = canaries.put("unfit service event").into();
    told["data"]["registered_on"] = canaries.put("unfit day").into();
    place.say("/v1/service-events", EVENT, &told, 422);
    told["data"]["registered_on"] = DAY.into();
    told["subject"] = canaries.put("nobody").into();
    place.say("/v1/service-events", EVENT, &told, 404);

    // Facts and acts, of an agent for the holder; named by the client, and wrong.
    let birth = of("birth");
    let fact = |name: &str| format!("{birth}/facts/{name}");
    let yes = json!({ "value": true, "on_behalf_of": "holder", "channel": "counter" });
    let headers = format!(
        "{JSON}\r\nIdempotency-Key: {}",
        canaries.put("idempotency key")
    );
    place.say(&fact("first_common_child"), &headers, &yes, 200);
    place.say(
        &fact("first_common_child"),
        JSON,
        &json!({ "dispute": true }),
        200,
    );
    let wrong = json!({ "value": canaries.put("value of a fact") });
    place.say(&fact("resources_under_ceiling"), JSON, &wrong, 422);
    place.say(&fact(&canaries.put("fact")), JSON, &yes, 404);
    let job_loss = of("job_loss");
    let act = |step: &str| format!("{job_loss}/steps/{step}/acts");
    let low = json!({ "value": true });
    place.say(&format!("{job_loss}/facts/low_income"), JSON, &low, 200);
    let done = json!({ "act": "done" });
    place.say(&act("claim_income_support"), JSON, &done, 200);
    let pieces = json!({ "act": "ask_pieces", "pieces": canaries.put("pieces") });
    place.say(&act("income_support"), JSON, &pieces, 200);
    let refused = json!({ "act": "refuse", "motive": canaries.put("motive") });
    place.say(&act("extend_registration_time"), JSON, &refused, 200);
    let appeal = json!({ "act": "appeal", "appeal": canaries.put("appeal") });
    place.say(&act("extend_registration_time"), JSON, &appeal, 400);
    let unknown = json!({ "act": "done", "note": canaries.put("note") });
    place.say(&act("register"), JSON, &unknown, 400);
    place.say(&act(&canaries.put("step")), JSON, &done, 404);

    // A link is in no file, whether it opens the journey still or does not any more.
    let link = || place.say(&format!("{birth}/links"), JSON, &json!({ "days": 3 }), 201);
    for what in ["a link", "a revoked link"] {
        let made = link();
        let (_, signature) = made.split_once("\"path\":\"/j/").expect("a link");
        let signature = signature.split(['/', '"']).nth(1).expect("a signature");
        canaries.0.push((what.to_owned(), signature.to_owned()));
    }
    let revoke = format!("{birth}/links/revoked");
    let lost = json!({ "link": canaries.of("a revoked link") });
    place.say(&revoke, JSON, &lost, 200);
    place.say(&revoke, JSON, &json!({ "link": canaries.put("link") }), 404);

    // What is taken back, with words of its own.
    let moved = events.iter().find(|event| event["type"] == "move");
    let mut retraction = json!({
        "specversion": "1.0",
        "type": "move",
        "source": format!("urn:example:{}", canaries.put("source of a retraction")),
        "id": canaries.put("retraction"),
    });
    retraction["retracts"] = named(moved.expect("it began"));
    assert_eq!(place.publish(&retraction).0, "retracted");

    // All of it is known still, and in no file.
    let told = |path: &str| {
        let history = format!("{path}/history");
        place.served().get(path) + &place.served().get(&history)
    };
    let (of_birth, of_job_loss) = (told(&birth), told(&job_loss));
    for (kept, what) in [
        (&of_birth, "birth told source"),
        (&of_birth, "birth corrected parents 0 first_name"),
        (&of_job_loss, "pieces"),
        (&of_job_loss, "motive"),
    ] {
        assert!(kept.contains(canaries.of(what)), "{what}: {kept}");
    }
    place.rest();
    assert_eq!(canaries.found(&place.everywhere()), BTreeSet::new());

    // Everybody is forgotten.
    let keys = place.data().join("keys").join("keys");
    let before = std::fs::read(&keys).expect("keys");
    let data = place.data();
    let path = data.to_str().expect("UTF-8");
    for person in canaries.people() {
        let forgotten = parcours(&["forget", &person, "--data", path, "--yes"]);
        assert_eq!(
            forgotten.code,
            Some(0),
            "{person}: {forgotten:?} {canaries:?}"
        );
    }
    assert_eq!(canaries.found(&place.everywhere()), BTreeSet::new());
    let everywhere = place.everywhere();
    destroyed_keys_are_nowhere(&before, &keys, &everywhere, 2 * journeys.len());
    place.serve();
    for (kind, journey) in &journeys {
        for path in [
            format!("/v1/journeys/{journey}"),
            format!("/v1/journeys/{journey}/history"),
        ] {
            let told = place.served().get(&path);
            assert!(told.starts_with("HTTP/1.1 410"), "{kind}: {told}");
            for (what, text) in &canaries.0 {
                assert!(!told.contains(text.as_str()), "{kind} tells {what}: {told}");
            }
        }
    }
    place.rest();
    assert_eq!(canaries.found(&place.everywhere()), BTreeSet::new());
}

/// An event as others refer to it.
fn named(event: &Value) -> Value {
    let word = |name: &str| event[name].as_str().expect("a text").to_owned();
    format!("{}/{}", word("source"), word("id")).into()
}
