//! `publish` over a real nats-server and over HTTP, and `forget`.

use std::collections::BTreeMap;
use std::path::Path;

use parcours_nats::testing::NatsServer;
use serde_json::Value;

use super::serving::Served;
use super::{Said, parcours};

fn publish(nats: &NatsServer, words: &[&str]) -> Said {
    parcours(&[&["publish"], words, &["--nats", &nats.url()]].concat())
}

/// The journeys of the log, each with the number of its commits and of its beginnings.
fn journeys(data: &Path) -> BTreeMap<String, (usize, usize)> {
    let path = data.to_str().expect("UTF-8");
    let said = parcours(&["log", "export", "--data", path]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let mut journeys = BTreeMap::new();
    for line in said.out.lines() {
        let commit: Value = serde_json::from_str(line).expect("JSON");
        if commit["holds"]["kind"] == "decided" {
            let journey = commit["stream"].as_str().expect("a journey").to_owned();
            let (commits, begun): &mut (usize, usize) = journeys.entry(journey).or_default();
            *commits += 1;
            let events = commit["holds"]["events"].to_string();
            *begun += usize::from(events.contains("\"started\""));
        }
    }
    journeys
}

#[test]
fn a_life_event_is_published_once_and_its_receipt_given_as_often_as_asked() {
    let nats = NatsServer::start();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let served = Served::start(&data, &["--nats", &nats.url()]);
    let first = publish(&nats, &["birth", "--id", "1", "--patience", "60"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.contains("1 journey started"), "{first:?}");
    let again = publish(
        &nats,
        &["birth", "--id", "1", "--lang", "fr", "--patience", "60"],
    );
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.contains("déjà publié"), "{again:?}");
    let other = publish(
        &nats,
        &[
            "birth",
            "--id",
            "1",
            "--example",
            "twins",
            "--patience",
            "60",
        ],
    );
    assert_eq!(
        other.code,
        Some(1),
        "another content under the same name: {other:?}"
    );
    assert!(other.err.contains("conflict"), "{other:?}");
    assert_eq!(served.stop(), Some(0));
    assert_eq!(journeys(&data).len(), 1);

    // Somebody is forgotten, and the log still verifies.
    let path = data.to_str().expect("UTF-8");
    let asked = parcours(&["forget", "p-claire", "--data", path]);
    assert_eq!(asked.code, Some(2), "{asked:?}");
    let certificate = parcours(&["forget", "p-claire", "--data", path, "--yes"]);
    assert_eq!(certificate.code, Some(0), "{certificate:?}");
    assert!(
        certificate.out.contains("Certificate of erasure"),
        "{certificate:?}"
    );
    assert!(!certificate.out.contains("p-claire"), "{certificate:?}");
    assert_eq!(parcours(&["log", "verify", "--data", path]).code, Some(0));
    let again = Served::start(&data, &[]);
    assert_eq!(
        again.stop(),
        Some(0),
        "a journey whose holder is forgotten still opens"
    );
}

#[test]
fn a_life_event_is_published_over_http_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(&folder.path().join("data"), &[]);
    let url = format!("http://{}", served.http);
    let publish = |words: &[&str]| {
        parcours(
            &[
                &["publish", "birth", "--http", &url, "--patience", "60"],
                words,
            ]
            .concat(),
        )
    };
    let first = publish(&["--id", "1"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.out.contains("1 journey started"), "{first:?}");
    let again = publish(&["--id", "1"]);
    assert!(again.out.contains("published before"), "{again:?}");
    let other = publish(&["--id", "1", "--example", "twins"]);
    assert_eq!(other.code, Some(1), "{other:?}");
    assert!(other.err.contains("conflict"), "{other:?}");
    assert!(served.get("/healthz").contains("alive"));
}

#[test]
fn what_is_published_without_a_server_is_not_published() {
    let said = parcours(&[
        "publish",
        "birth",
        "--nats",
        "nats://127.0.0.1:1",
        "--patience",
        "1",
    ]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("not published"), "{said:?}");
}

#[test]
fn a_whole_cloudevent_is_published_as_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(&folder.path().join("data"), &[]);
    let url = format!("http://{}", served.http);
    let file = |name: &str, more: &str, day: &str| {
        let path = folder.path().join(name);
        let event = format!(
            r#"{{"specversion":"1.0","id":"{name}","source":"urn:example:hospital","type":"birth"{more},"data":{{"born_on":"{day}","birth_place":"69123","parents":[{{"id":"p-1","gave_birth":true}}],"children":[{{"rank":1,"born_on":"{day}","outcome":"alive"}}]}}}}"#
        );
        std::fs::write(&path, event).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let publish = |kind: &str, file: &str, more: &[&str]| {
        parcours(&[&["publish", kind, file, "--http", &url, "--json"], more].concat())
    };
    let receipt = |said: &Said| -> Value { serde_json::from_str(&said.out).expect("JSON") };

    let first = file("n-1", "", "2026-03-02");
    let started = publish("birth", &first, &[]);
    assert_eq!(started.code, Some(0), "{started:?}");
    assert_eq!(receipt(&started)["id"], "n-1");
    let again = publish("birth", &first, &[]);
    assert_eq!(receipt(&again)["duplicate"], true, "{again:?}");
    let names = r#","corrects":"urn:example:hospital/n-1""#;
    let correction = file("n-2", names, "2026-03-03");
    let corrected = publish("birth", &correction, &[]);
    assert_eq!(receipt(&corrected)["receipt"], "corrected", "{corrected:?}");
    assert_eq!(
        receipt(&corrected)["journeys"],
        receipt(&started)["journeys"]
    );

    for (kind, more) in [
        ("move", &[][..]),
        ("birth", &["--id", "other"]),
        ("birth", &["--source", "urn:x"]),
        ("birth", &["--on", "2026-03-04"]),
    ] {
        let wrong = publish(kind, &first, more);
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(wrong.err.contains("whole CloudEvent"), "{wrong:?}");
    }

    // What is refused is a receipt for a program, too.
    let conflict = file("n-1", "", "2026-03-04");
    let refused = publish("birth", &conflict, &[]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(receipt(&refused)["receipt"], "conflict", "{refused:?}");
    assert_eq!(served.stop(), Some(0));
}
