//! Who may come in, to the real binary: a file of credentials, read again on a signal; and no secret in any log line.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::canaries::until;
use super::parcours;
use super::serving::{Served, ask};

/// A token and its hash, as the verb makes them.
fn token() -> (String, String) {
    let said = parcours(&["token", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let made: Value = serde_json::from_str(&said.out).expect("JSON");
    let of = |name: &str| made[name].as_str().expect("a text").to_owned();
    (of("token"), of("hash"))
}

fn write(path: &Path, publisher: &str, agent: &str) {
    let text = format!(
        "publishers:\n  - {{ name: hospital, token: \"{publisher}\", sources: [ \"urn:example:hospital\" ] }}\n\
         agents:\n  - {{ name: counter, token: \"{agent}\", agent: agent-7 }}\n"
    );
    std::fs::write(path, text).expect("the file is written");
}

const BIRTH: &str = r#"{"specversion":"1.0","id":"1","source":"urn:example:hospital","type":"birth","data":{"born_on":"2026-03-02","birth_place":"69123","parents":[{"id":"p-claire","gave_birth":true}],"children":[{"rank":1,"born_on":"2026-03-02","outcome":"alive"}]}}"#;

fn publish(served: &Served, token: &str) -> String {
    let headers =
        format!("Authorization: Bearer {token}\r\nContent-Type: application/cloudevents+json\r\n");
    ask(&served.http, "POST", "/v1/life-events", &headers, BIRTH).expect("an answer")
}

#[test]
fn whoever_has_a_token_comes_in_and_other_tokens_hold_after_a_hangup() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials.yaml");
    let ((publisher, its_hash), (agent, agents_hash)) = (token(), token());
    assert_ne!(publisher, agent);
    write(&file, &its_hash, &agents_hash);
    let data = folder.path().join("data");
    let named = file.to_str().expect("UTF-8");
    let public = ["--public", "https://parcours.example/"];
    let served = Served::start(&data, &["--credentials", named, public[0], public[1]]);

    for (token, expected) in [("", "401"), (&*agent, "403"), (&*publisher, "201")] {
        let answer = publish(&served, token);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {expected}")),
            "{answer}"
        );
    }
    let answer = publish(&served, &publisher);
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let receipt: Value = serde_json::from_str(body).expect("JSON");
    let journey = receipt["journeys"][0]
        .as_str()
        .expect("a journey")
        .to_owned();
    let seen = served.get_as(&agent, &format!("/v1/journeys/{journey}"));
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
    let leaflet = served.get_as(&agent, &format!("/agent/journeys/{journey}/print"));
    assert!(leaflet.contains("https://parcours.example/j/"), "{leaflet}");

    // Another token for the publisher: the old one ends with the signal, nobody is interrupted.
    let (new, new_hash) = token();
    write(&file, &new_hash, &agents_hash);
    let asked = Command::new("kill")
        .args(["-HUP", &served.process.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(asked.success());
    until("the file is read again", || {
        publish(&served, &new).starts_with("HTTP/1.1 200")
    });
    assert!(publish(&served, &publisher).starts_with("HTTP/1.1 401"));
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_hangup_that_comes_while_it_opens_ends_nothing_and_is_heeded() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials.yaml");
    let ((old, old_hash), (_, agents_hash)) = (token(), token());
    write(&file, &old_hash, &agents_hash);
    let named = file.to_str().expect("UTF-8");
    let served = Served::begin(&folder.path().join("data"), &["--credentials", named]);
    // From the first moment on which it hears signals, before it has read any file.
    served.hears();
    let (new, new_hash) = token();
    let beside = folder.path().join("new.yaml");
    write(&beside, &new_hash, &agents_hash);
    std::fs::rename(&beside, &file).expect("the file is there at once");
    let asked = Command::new("kill")
        .args(["-HUP", &served.process.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(asked.success());
    let served = served.ready();
    until("the new file holds", || {
        publish(&served, &new).starts_with("HTTP/1.1 20")
    });
    assert!(publish(&served, &old).starts_with("HTTP/1.1 401"));
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_file_of_credentials_that_is_wrong_is_refused_with_every_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials.yaml");
    std::fs::write(
        &file,
        "operators:\n  - { name: on-call, token: hunter2 }\nservices:\n  - { name: x, token: y, service: nowhere }\n",
    )
    .expect("the file is written");
    let (data, named) = (folder.path().join("data"), file.to_str().expect("UTF-8"));
    let path = data.to_str().expect("UTF-8");
    let said = parcours(&[
        "serve",
        "--data",
        path,
        "--http",
        "0.0.0.0:0",
        "--credentials",
        named,
    ]);
    assert_eq!(said.code, Some(1), "{said:?}");
    for expected in [
        "credentials.yaml:2:5:",
        "credentials.yaml:4:5:",
        "parcours token",
        "nowhere",
    ] {
        assert!(said.err.contains(expected), "{expected} is not in {said:?}");
    }
    assert!(!said.err.contains("hunter2"), "{said:?}");
}

#[test]
fn the_command_line_publishes_with_a_token_to_an_engine_that_asks_for_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials.yaml");
    let ((publisher, its_hash), (agent, agents_hash)) = (token(), token());
    write(&file, &its_hash, &agents_hash);
    let named = file.to_str().expect("UTF-8");
    let served = Served::start(&folder.path().join("data"), &["--credentials", named]);
    let http = format!("http://{}", served.http);
    for (token, code) in [(&agent, Some(1)), (&publisher, Some(0))] {
        let held = folder.path().join("token");
        std::fs::write(&held, format!("{token}\n")).expect("the file is written");
        let held = held.to_str().expect("UTF-8");
        let source = "urn:example:hospital";
        let said = parcours(&[
            "publish",
            "birth",
            "--http",
            &http,
            "--source",
            source,
            "--token-file",
            held,
        ]);
        assert_eq!(said.code, code, "{said:?}");
    }
}

#[test]
fn no_log_line_holds_a_link_however_much_is_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    let logged = folder.path().join("log");
    let log = std::fs::File::create(&logged).expect("a file");
    let mut process = Command::new(env!("CARGO_BIN_EXE_parcours"))
        .args(["serve", "--simulate", "--http", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("data"))
        .current_dir(super::root())
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    BufReader::new(process.stdout.take().expect("it is piped"))
        .read_line(&mut line)
        .expect("a line");
    let http = line
        .trim()
        .strip_prefix("serving http://")
        .expect("it serves");
    let http = http.to_owned();
    let served = Served { process, http };

    let json = |answer: &str| -> Value {
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    };
    let receipt = json(&publish(&served, "none"));
    let journey = receipt["journeys"][0]
        .as_str()
        .expect("a journey")
        .to_owned();
    let links = format!("/v1/journeys/{journey}/links");
    let media = "Content-Type: application/json\r\n";
    let made = ask(&served.http, "POST", &links, media, r#"{"days":9}"#).expect("an answer");
    let path = json(&made)["path"].as_str().expect("a path").to_owned();
    let (_, signature) = path.rsplit_once('/').expect("it has parts");
    for read in [
        path.clone(),
        format!("{path}/history"),
        format!("{path}/print"),
    ] {
        let page = served.get(&read);
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(page.contains("referrer-policy: no-referrer"), "{page}");
    }
    let other = if path.ends_with('x') { "y" } else { "x" };
    let forged = served.get(&format!("{}{other}", &path[..path.len() - 1]));
    assert!(forged.starts_with("HTTP/1.1 404"), "{forged}");
    let view = served.get_as(signature, &format!("/v1/journeys/{journey}"));
    assert!(view.starts_with("HTTP/1.1 200"), "{view}");
    assert_eq!(served.stop(), Some(0));

    let log = std::fs::read_to_string(&logged).expect("UTF-8");
    assert!(log.contains("TRACE"), "everything is logged");
    assert!(!log.contains(signature), "a link is in the log");
    let ledger = folder.path().join("data/access.jsonl");
    let ledger = std::fs::read_to_string(ledger).expect("UTF-8");
    assert!(
        ledger.contains(&journey) && !ledger.contains(signature),
        "{ledger}"
    );
}
