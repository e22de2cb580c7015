//! Bad input, over NATS with an ordinary client and over HTTP in raw requests: each is told what is wrong and what to do, is kept
//! where an operator finds it, and changes nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use async_nats::{HeaderMap, jetstream};
use parcours_nats::testing::NatsServer;
use parcours_nats::{DeadLetter, subjects};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::parcours;
use super::serving::{Served, ask};

/// One bad input.
struct Case {
    name: &'static str,
    headers: &'static [(&'static str, &'static str)],
    kind: &'static str,
    body: String,
    /// The code over NATS and in the log, and a piece of what is told over both doors.
    code: &'static str,
    told: &'static str,
    status: u16,
}

fn birth(id: &str) -> Value {
    json!({
        "specversion": "1.0", "type": "birth", "source": "urn:example:mairie", "id": id,
        "data": {
            "born_on": "2026-03-02", "birth_place": "69123",
            "parents": [{ "id": "p-claire", "gave_birth": true }],
            "children": [{ "rank": 1, "born_on": "2026-03-02", "outcome": "alive" }],
        },
    })
}

fn but(id: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut event = birth(id);
    change(&mut event);
    event.to_string()
}

fn cases() -> Vec<Case> {
    let structured: &[_] = &[("Content-Type", "application/cloudevents+json")];
    let case = |name, body, code, told, status| Case {
        name,
        headers: structured,
        kind: "birth",
        body,
        code,
        told,
        status,
    };
    vec![
        case(
            "malformed JSON",
            r#"{"specversion":"1.0","id":"#.to_owned(),
            "not_a_cloudevent",
            "line 1, column",
            400,
        ),
        case(
            "a CloudEvent without a source",
            but("b-1", |event| {
                drop(event.as_object_mut().expect("a map").remove("source"));
            }),
            "attribute",
            "attribute `source` is missing",
            400,
        ),
        Case {
            kind: "wedding",
            ..case(
                "an unknown type",
                but("b-2", |event| event["type"] = "wedding".into()),
                "unknown_type",
                "known are birth",
                422,
            )
        },
        case(
            "data against its schema",
            but("b-3", |event| event["data"]["parents"] = json!([])),
            "data",
            "/parents",
            422,
        ),
        case(
            "a day that does not exist",
            but("b-4", |event| {
                event["data"]["born_on"] = "2026-02-30".into();
            }),
            "data",
            "/born_on: expected a day that exists",
            422,
        ),
        case(
            "a birth to come",
            but("b-16", |event| {
                event["data"]["born_on"] = "2199-01-01".into();
            }),
            "in_the_future",
            "/born_on: this day has not come yet",
            422,
        ),
        case(
            "a source with spaces and wildcards",
            but("b-5", |event| event["source"] = "urn:a > *".into()),
            "attribute",
            "attribute `source` is not a URI-reference",
            400,
        ),
        case(
            "the same name with other content",
            but("original", |event| {
                event["data"]["birth_place"] = "44109".into();
            }),
            "conflict",
            "published",
            409,
        ),
        Case {
            headers: &[
                ("ce-specversion", "1.0"),
                ("ce-type", "birth"),
                ("ce-source", "urn:example:mairie"),
                ("Content-Type", "application/json"),
            ],
            ..case(
                "a binary CloudEvent without an id",
                birth("b-6")["data"].to_string(),
                "attribute",
                "`id`",
                400,
            )
        },
    ]
}

#[expect(
    clippy::disallowed_methods,
    reason = "a wait on other processes ends on the machine's own clock"
)]
fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::yield_now();
    }
}

/// How many journeys began.
fn begun(data: &Path) -> usize {
    let said = parcours(&["log", "export", "--data", data.to_str().expect("UTF-8")]);
    assert_eq!(said.code, Some(0), "{said:?}");
    said.out.matches("{\"started\":{\"holder\"").count()
}

#[test]
fn bad_input_is_told_what_is_wrong_is_kept_and_changes_nothing() {
    let nats = NatsServer::start();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let served = Served::start(
        &data,
        &["--nats", &nats.url(), "--nats-stream-size", "16MiB"],
    );
    let runtime = Runtime::new().expect("threads");
    let client = runtime
        .block_on(async_nats::connect(nats.url()))
        .expect("NATS is there");
    let context = {
        let _in = runtime.enter();
        jetstream::new(client.clone())
    };
    let send = |kind: &str, headers: &[(&str, &str)], body: &str| {
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            sent.insert(*name, *value);
        }
        let (subject, body) = (format!("life-events.{kind}"), body.to_owned());
        runtime.block_on(async {
            client
                .publish_with_headers(subject, sent, body.into())
                .await?;
            client.flush().await.expect("sent");
            Ok::<_, async_nats::PublishError>(())
        })
    };
    let last = |stream: &str, subject: &str| {
        runtime.block_on(async {
            let stream = context.get_stream(stream).await.ok()?;
            let message = stream.get_last_raw_message_by_subject(subject).await.ok()?;
            Some((stream.cached_info().state.messages, message.payload))
        })
    };
    // Before its streams are there, NATS drops what is published without asking for an acknowledgement.
    until("NATS and all else in order", || {
        served
            .get("/readyz")
            .contains(r#""degraded":[]"#)
            .then_some(())
    });
    let original = birth("original").to_string();
    send("birth", &[], &original).expect("sent");
    let receipt = subjects::receipt(&subjects::token("urn:example:mairie", "original"));
    until("the first receipt", || last(subjects::RECEIPTS, &receipt));

    for (letters, case) in (1..).zip(cases()) {
        let Case {
            name,
            headers,
            kind,
            body,
            code,
            told,
            status,
        } = case;
        send(kind, headers, &body).expect("sent");
        let letter = until(&format!("a dead letter: {name}"), || {
            let (count, payload) = last(subjects::REJECTED, "life-events.rejected.*")?;
            (count == letters).then_some(payload)
        });
        let letter: DeadLetter = serde_json::from_slice(&letter).expect("a dead letter");
        assert_eq!(letter.reason.code, code, "{name}: {letter:?}");
        assert!(letter.reason.what.contains(told), "{name}: {letter:?}");
        assert!(letter.sealed().is_some(), "{name}: what was sent is kept");

        let lines: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let answer =
            ask(&served.http, "POST", "/v1/life-events", &lines, &body).expect("an answer");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{name}: {answer}"
        );
        assert!(answer.contains(told), "{name}: {answer}");
        assert!(
            answer.contains("application/problem+json"),
            "{name}: {answer}"
        );
    }

    // Ten megabytes: NATS itself refuses them to their publisher; over HTTP they are read to their end, so that the answer is too.
    let large = "x".repeat(10_000_000);
    send("birth", &[], &large).expect_err("more than a server takes");
    let mut stream = TcpStream::connect(&served.http).expect("it serves");
    let head = format!(
        "POST /v1/life-events HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/cloudevents+json\r\nContent-Length: 10000000\r\n\r\n",
        served.http
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(large.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("larger than 1 MiB"), "{answer}");

    // A correction without its original waits, and says so.
    let orphan = but("c-1", |event| {
        event["corrects"] = "urn:example:mairie/never".into();
    });
    send("birth", &[], &orphan).expect("sent");
    let receipt = subjects::receipt(&subjects::token("urn:example:mairie", "c-1"));
    let (_, waits) = until("the receipt of an orphan", || {
        last(subjects::RECEIPTS, &receipt)
    });
    let waits: Value = serde_json::from_slice(&waits).expect("JSON");
    assert_eq!(waits["receipt"], "orphan", "{waits}");
    let headers = "Content-Type: application/cloudevents+json\r\n";
    let answer = ask(&served.http, "POST", "/v1/life-events", headers, &orphan).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 20") && answer.contains("orphan"),
        "{answer}"
    );

    // The first one is as it was, and everything else goes on.
    let answer =
        ask(&served.http, "POST", "/v1/life-events", headers, &original).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let ready = served.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert_eq!(served.stop(), Some(0));
    assert_eq!(begun(&data), 1, "bad input began no journey");

    // An operator finds each, with its reason, and can open what was sent.
    let path = data.to_str().expect("UTF-8");
    let listed = parcours(&["log", "rejected", "--data", path, "--json"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    let listed: Vec<Value> = listed
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for Case {
        name, code, told, ..
    } in cases()
    {
        let found = listed.iter().any(|one| {
            one["code"] == code && one["what"].as_str().is_some_and(|what| what.contains(told))
        });
        assert!(found, "{name} is not found: {listed:#?}");
    }
    assert!(
        listed.iter().any(|one| one["code"] == "orphan"),
        "{listed:#?}"
    );
    let too_large = listed.iter().any(|one| {
        one["code"] == "too_large"
            && one["what"]
                .as_str()
                .is_some_and(|what| what.contains("10000000 bytes"))
    });
    assert!(too_large, "{listed:#?}");
    let wrong_day = listed.iter().find(|one| {
        one["what"]
            .as_str()
            .is_some_and(|what| what.contains("/born_on"))
    });
    let at = wrong_day.expect("it is found")["at"]
        .as_str()
        .expect("a position");
    let opened = parcours(&["log", "rejected", "--data", path, "--open", at]);
    assert_eq!(opened.code, Some(0), "{opened:?}");
    assert!(opened.out.contains("2026-02-30"), "{opened:?}");
    let ledger = std::fs::read_to_string(data.join("access.jsonl")).expect("a ledger");
    assert!(ledger.contains("rejected life event"), "{ledger}");
    // Whoever is forgotten is forgotten there too, though nobody knew whom it was about.
    let forgotten = parcours(&["forget", "p-claire", "--data", path, "--yes"]);
    assert_eq!(forgotten.code, Some(0), "{forgotten:?}");
    let opened = parcours(&["log", "rejected", "--data", path, "--open", at]);
    assert_eq!(opened.code, Some(1), "{opened:?}");
    let unknown = parcours(&["forget", "p-nobody", "--data", path, "--yes"]);
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    let nowhere = parcours(&["log", "rejected", "--data", path, "--open", "1.2"]);
    assert_eq!(nowhere.code, Some(1), "{nowhere:?}");

    // A definition with an error is never served, and the folder stays as it was.
    let journeys = folder.path().join("journeys");
    std::fs::create_dir_all(journeys.join("birth")).expect("a folder");
    std::fs::write(
        journeys.join("birth/2026-01-01.yaml"),
        "journey: birth\ntitel: {}\n",
    )
    .expect("a file");
    let law = journeys.to_str().expect("UTF-8");
    let refused = parcours(&[
        "serve",
        "--data",
        path,
        "--http",
        "127.0.0.1:0",
        "--journeys",
        law,
    ]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("2026-01-01.yaml:1:1"), "{refused:?}");
    let remedy = format!("`parcours check {law}` tells all");
    assert!(refused.err.contains(&remedy), "{refused:?}");
    assert_eq!(begun(&data), 1);
}
