//! `serve` when something is not there: NATS, room on the disk, the right to write, its lookups, time to finish.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use parcours_core::JourneyId;
use parcours_nats::testing::NatsServer;
use serde_json::Value;

use super::canaries::until;
use super::parcours;
use super::serving::{Served, ask};

fn birth(id: &str, day: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"urn:example:hospital","type":"birth","data":{{"born_on":"{day}","birth_place":"69123","parents":[{{"id":"p-{id}","gave_birth":true}}],"children":[{{"rank":1,"born_on":"{day}","outcome":"alive"}}]}}}}"#
    )
}

const MEDIA: &str = "Content-Type: application/cloudevents+json\r\n";

fn publish(served: &Served, id: &str) -> String {
    let born = birth(id, "2026-03-02");
    ask(&served.http, "POST", "/v1/life-events", MEDIA, &born).expect("an answer")
}

/// The journey that a birth starts.
fn started(served: &Served, id: &str) -> String {
    let answer = publish(served, id);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let receipt = body(&answer);
    receipt["journeys"][0]
        .as_str()
        .expect("a journey")
        .to_owned()
}

fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[test]
fn without_nats_at_its_start_it_serves_says_so_and_catches_up() {
    let mut nats = NatsServer::start();
    let url = nats.url();
    nats.stop();
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(&folder.path().join("data"), &["--nats", &url]);
    let ready = served.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    // Beside it, what was just written may not be noted yet.
    let degraded = body(&ready)["degraded"].to_string();
    assert!(degraded.contains("NATS"), "{degraded}");
    started(&served, "1");

    nats.restart();
    until("NATS is found", || {
        served.get("/readyz").contains(r#""degraded":[]"#)
    });
    let words = [
        "publish",
        "birth",
        "--id",
        "2",
        "--patience",
        "60",
        "--nats",
        &url,
    ];
    let said = parcours(&words);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn whoever_is_told_that_it_serves_finds_the_streams() {
    let nats = NatsServer::start();
    let folder = tempfile::tempdir().expect("a folder");
    let served = Served::start(&folder.path().join("data"), &["--nats", &nats.url()]);
    let ready = served.get("/readyz");
    assert!(!ready.contains("NATS"), "{ready}");
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_service_that_no_journey_knows_has_no_workers() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data = data.to_str().expect("UTF-8");
    let nats = ["--nats", "nats://127.0.0.1:1", "--workers", "cfa"];
    let said = parcours(&[&["serve", "--data", data], &nats[..]].concat());
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("--workers cfa") && said.err.contains("caf, "),
        "{said:?}"
    );
}

#[test]
fn below_the_reserve_input_is_refused_in_words_and_reads_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let served = Served::start(&data, &[]);
    let journey = started(&served, "1");
    let path = format!("/v1/journeys/{journey}");
    assert_eq!(served.stop(), Some(0));

    let full = Served::start(&data, &["--keep-free", "1000000TiB"]);
    for _ in 0..3 {
        let refused = publish(&full, "2");
        assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
        let told = body(&refused)["detail"].to_string();
        assert!(told.contains("bytes are free"), "{told}");
        let read = full.get(&path);
        assert!(read.starts_with("HTTP/1.1 200"), "{read}");
    }
    until("/readyz tells of it", || {
        full.get("/readyz").contains("bytes are free")
    });
    assert_eq!(full.stop(), Some(0));

    let served = Served::start(&data, &[]);
    started(&served, "2");
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_folder_that_cannot_be_written_is_told_with_the_remedy() {
    // Nobody makes or writes anything there, whoever they are.
    for (place, what) in [
        ("/proc/parcours", "cannot make"),
        ("/proc/self", "cannot write in"),
    ] {
        let said = parcours(&["serve", "--data", place, "--http", "127.0.0.1:0"]);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.err.contains(&format!("{what} {place}")), "{said:?}");
        assert!(said.err.contains("the right to write"), "{said:?}");
        assert_eq!(said.out, "", "{said:?}");
    }
}

#[test]
fn a_request_in_flight_is_answered_before_it_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut served = Served::start(&data, &[]);
    let born = birth("1", "2026-03-02");
    let mut stream = TcpStream::connect(&served.http).expect("it listens");
    let head = format!(
        "POST /v1/life-events HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n{MEDIA}Content-Length: {}\r\n\r\n",
        born.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("it reads on");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    let asked = Command::new("kill")
        .args(["-TERM", &served.process.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(asked.success());
    // It takes nothing new: then it has heard.
    until("it listens no more", || {
        TcpStream::connect(&served.http).is_err()
    });
    stream.write_all(born.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(served.process.wait().expect("it ends").code(), Some(0));

    let receipt = body(&answer);
    let journey = receipt["journeys"][0].as_str().expect("a journey");
    let path = data.to_str().expect("UTF-8");
    let shown = parcours(&["log", "show", "--data", path, "--journey", journey]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
}

#[test]
fn the_log_is_looked_at_beside_the_engine_that_writes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let path = data.to_str().expect("UTF-8");
    let served = Served::start(&data, &[]);
    let journey = started(&served, "1");
    let shown = parcours(&["log", "show", "--data", path, "--journey", &journey]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let exported = parcours(&["log", "export", "--data", path]);
    assert!(exported.out.contains(&journey), "{exported:?}");

    let wrong = birth("2", "2026-02-30");
    let refused = ask(&served.http, "POST", "/v1/life-events", MEDIA, &wrong).expect("an answer");
    assert!(refused.starts_with("HTTP/1.1 422"), "{refused}");
    let listed = parcours(&["log", "rejected", "--data", path, "--json"]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    let told: Value = serde_json::from_str(listed.out.trim()).expect("one line of JSON");
    let at = told["at"].as_str().expect("a place");
    let opened = parcours(&["log", "rejected", "--data", path, "--open", at]);
    assert_eq!(opened.code, Some(1), "the engine has the keys: {opened:?}");
    assert!(opened.err.contains("/v1/rejected"), "{opened:?}");

    // As it says: the engine opens it, once it is written down that somebody reads it.
    let incidents = body(&served.get("/v1/incidents"));
    let incident = &incidents["incidents"][0];
    assert_eq!(incident["at"], told["at"]);
    let published = incident["published"].as_str().expect("a name");
    let letter = served.get(&format!("/v1/rejected?published={published}&at={at}"));
    assert!(letter.contains("2026-02-30"), "{letter}");
    let ledger = std::fs::read_to_string(data.join("access.jsonl")).expect("UTF-8");
    let line = ledger
        .lines()
        .rfind(|line| line.contains("rejected life event"));
    let line: Value = serde_json::from_str(line.expect("a line of the ledger")).expect("JSON");
    assert_eq!(
        (&line["who"], &line["ground"]),
        (&"local".into(), &"operator".into())
    );
    assert_eq!(served.stop(), Some(0));
}

/// What becomes of a file.
type Damage<'a> = &'a dyn Fn(&Path);

/// Finds these bytes in a file and changes one bit of each place; says how many there were.
fn flip(file: &Path, bytes: &[u8]) -> usize {
    let mut content = std::fs::read(file).expect("readable");
    let windows = content.windows(bytes.len());
    let places: Vec<usize> = windows
        .enumerate()
        .filter_map(|(at, window)| (window == bytes).then_some(at))
        .collect();
    for at in &places {
        content[at + 3] ^= 4;
    }
    std::fs::write(file, content).expect("writable");
    places.len()
}

#[test]
fn lookups_cut_changed_or_of_an_older_layout_are_made_anew_and_answer_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let lookups = data.join("lookups");
    let served = Served::start(&data, &[]);
    let journeys: Vec<String> = ["1", "2", "3"].map(|id| started(&served, id)).into();
    let wrong = birth("4", "2026-02-30");
    let refused = ask(&served.http, "POST", "/v1/life-events", MEDIA, &wrong).expect("an answer");
    assert!(refused.starts_with("HTTP/1.1 422"), "{refused}");
    let answers = |served: &Served| {
        let of = |journey: &String| body(&served.get(&format!("/v1/journeys/{journey}/history")));
        let mut answers: Vec<Value> = journeys.iter().map(of).collect();
        answers.push(body(&served.get("/v1/incidents")));
        let agents = served.get("/agent");
        answers.push(agents.matches("/agent/journeys/").count().into());
        answers
    };
    let expected = answers(&served);
    assert_eq!(served.stop(), Some(0));
    assert!(lookups.join("sealed").is_file(), "closed in good order");

    let id: JourneyId = journeys[0].parse().expect("an id");
    let cut = |file: &Path| {
        let content = std::fs::read(file).expect("readable");
        // What is behind was made and never written.
        let written = content.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        std::fs::write(file, &content[..written / 2]).expect("writable");
    };
    let changed = |file: &Path| assert!(flip(file, &id.as_bytes()[4..]) > 0, "it is there");
    let older = |_: &Path| {
        let db = sled::open(&lookups).expect("it opens");
        let head = db.get("h").expect("readable").expect("a head");
        let older: Vec<u8> = [&[head[0] - 1], &head[1..]].concat();
        db.insert("h", older).expect("writable");
        db.flush().expect("writable");
    };
    // What is left of a file that was cut may be how the lookups stood earlier: that is whole, and only the rest is read again.
    let damages: [(&str, Damage<'_>, bool); 3] = [
        ("cut", &cut, false),
        ("changed", &changed, true),
        ("older", &older, true),
    ];
    for (what, damage, anew) in damages {
        damage(&lookups.join("db"));
        let logged = folder.path().join("log");
        let served = logging(&data, &logged);
        assert_eq!(answers(&served), expected, "{what}");
        assert_eq!(served.stop(), Some(0));
        let log = std::fs::read_to_string(&logged).expect("UTF-8");
        assert!(
            !anew || log.contains("made anew from the log"),
            "{what}: {log}"
        );
    }
}

/// Starts one whose log lines go to a file.
fn logging(data: &Path, logged: &Path) -> Served {
    let log = std::fs::File::create(logged).expect("a file");
    let process = Command::new(env!("CARGO_BIN_EXE_parcours"))
        .args(["serve", "--simulate", "--http", "127.0.0.1:0", "--data"])
        .arg(data)
        .current_dir(super::root())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the binary runs");
    let http = String::new();
    Served { process, http }.ready()
}
