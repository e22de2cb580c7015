//! `log` and `bench append`, over a folder written here.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use futures::executor::block_on;
use parcours_core::JourneyId;
use parcours_core::PersonId;
use parcours_core::journey::{Actor, Event, InputId};
use parcours_log::format::payload::{self, CatalogRecord, Decided};
use parcours_log::seal::{OsEntropy, Sealer};
use parcours_log::{Commit, Log, StreamId};
use parcours_segments::keys::KeyFile;
use parcours_segments::{Config, SegmentLog};
use serde_json::Value;

use super::{Said, parcours};

const CANARY: &str = "u-canary-q7x2v9";

/// A data folder with a catalog and two decisions of one journey; the actor is an invented person.
fn written() -> (tempfile::TempDir, JourneyId) {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = KeyFile::create(&folder.path().join("keys"), OsEntropy).expect("keys");
    let sealer = Sealer::new(Arc::new(keys), OsEntropy);
    let config = Config {
        segment_bytes: 4096,
        reserve: 0,
        ..Config::new(folder.path().join("log"))
    };
    let log = block_on(SegmentLog::open(config)).expect("a log");
    let journey = JourneyId::new(7, [1; 14]);
    let catalog = CatalogRecord {
        files: [(
            "birth/2021-07-01.yaml".to_owned(),
            "journey: birth".to_owned(),
        )]
        .into(),
        definitions: BTreeMap::new(),
    };
    let decided = |number| Decided {
        journey,
        input: InputId([number; 16]),
        actor: Actor::citizen(PersonId::new(CANARY).expect("an id")),
        occurred_on: None,
        events: vec![Event::Heard, Event::JourneyEnded],
        stands: None,
    };
    let payloads = [
        (StreamId([0; 16]), payload::encode(&catalog, &sealer)),
        (
            StreamId(*journey.as_bytes()),
            payload::encode(&decided(1), &sealer),
        ),
        (
            StreamId(*journey.as_bytes()),
            payload::encode(&decided(2), &sealer),
        ),
    ];
    for (number, (stream, payload)) in (0..).zip(payloads) {
        sealer.sync().expect("durable keys");
        let commit = Commit {
            partition: journey.partition(),
            stream,
            recorded_at: 1_772_438_400_000_000 + number,
            payload: payload.expect("a payload"),
        };
        let head = log.head();
        block_on(log.append(head.position, head.next(vec![commit]))).expect("appended");
    }
    block_on(log.close()).expect("closed");
    (folder, journey)
}

fn log(words: &[&str], folder: &Path) -> Said {
    let path = folder.to_str().expect("UTF-8");
    parcours(&[&["log"], words, &["--data", path]].concat())
}

#[test]
fn what_was_decided_is_shown_and_nobody_is_named() {
    let (folder, journey) = written();
    let all = log(&["show"], folder.path());
    assert_eq!(all.code, Some(0), "{all:?}");
    assert_eq!(all.out.lines().count(), 3, "{}", all.out);
    for part in [
        "2026-03-02T08:00:00Z",
        "catalog of 1 file",
        "heard, journey_ended",
        &journey.to_string(),
    ] {
        assert!(all.out.contains(part), "{part}: {}", all.out);
    }
    let one = log(
        &["show", "--journey", &journey.to_string(), "--json"],
        folder.path(),
    );
    assert_eq!(one.out.lines().count(), 2, "{}", one.out);
    let first: Value = serde_json::from_str(one.out.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["holds"]["events"][0], "heard");
    assert!(!one.out.contains(CANARY) && !all.out.contains(CANARY));
    let last = log(&["show", "--last", "1"], folder.path());
    assert_eq!(last.out.lines().count(), 1);
}

#[test]
fn there_is_nothing_to_show_of_a_folder_without_a_log() {
    let folder = tempfile::tempdir().expect("a folder");
    for verb in ["show", "verify", "export"] {
        let said = log(&[verb], folder.path());
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("there is no log"), "{said:?}");
    }
    assert!(!folder.path().join("log").exists(), "looking makes nothing");
}

#[test]
fn a_changed_bit_is_told_with_its_place() {
    let (folder, _) = written();
    let sound = log(&["verify", "--json"], folder.path());
    assert_eq!(sound.code, Some(0), "{sound:?}");
    let read: Value = serde_json::from_str(&sound.out).expect("JSON");
    assert_eq!(
        (&read["sound"], &read["commits"]),
        (&true.into(), &3.into())
    );

    let segment = fs::read_dir(folder.path().join("log"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|end| end == "segment"))
        .expect("a segment");
    let mut bytes = fs::read(&segment).expect("a file");
    let at = bytes
        .windows(14)
        .position(|window| window == b"journey: birth")
        .expect("the catalog stands in the open");
    bytes[at] ^= 1;
    fs::write(&segment, bytes).expect("a file");
    let damaged = log(&["verify"], folder.path());
    assert_eq!(damaged.code, Some(1), "{damaged:?}");
    assert!(
        damaged.err.contains("damaged in 1 place") && damaged.err.contains("at byte"),
        "{damaged:?}"
    );
}

#[test]
fn an_export_holds_every_commit() {
    let (folder, _) = written();
    let file = folder.path().join("log.jsonl");
    let said = log(
        &["export", "-o", file.to_str().expect("UTF-8")],
        folder.path(),
    );
    assert_eq!(said.code, Some(0), "{said:?}");
    let text = fs::read_to_string(file).expect("a file");
    assert_eq!(log(&["export"], folder.path()).out, text);
    let kinds: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["holds"]["kind"].clone())
        .collect();
    assert_eq!(kinds, ["catalog", "decided", "decided"]);
}

#[test]
fn what_is_backed_up_can_be_brought_back_and_the_forgotten_stay_forgotten() {
    let (folder, _) = written();
    let place = tempfile::tempdir().expect("a folder");
    let path = |name: &str| place.path().join(name).to_str().expect("UTF-8").to_owned();
    let (to, keys) = (path("backup"), path("vault"));
    let together = log(&["backup", "--to", &to, "--keys-to", &to], folder.path());
    assert_eq!(together.code, Some(2), "{together:?}");
    let inside = format!("{to}/log");
    let inside = log(
        &["backup", "--to", &to, "--keys-to", &inside],
        folder.path(),
    );
    assert_eq!(inside.code, Some(2), "{inside:?}");
    assert!(!Path::new(&to).exists(), "nothing is left of it");
    fs::write(folder.path().join("access.jsonl"), "{}\n").expect("a ledger");
    let said = log(&["backup", "--to", &to, "--keys-to", &keys], folder.path());
    assert_eq!(said.code, Some(0), "{said:?}");
    let again = log(&["backup", "--to", &to, "--keys-to", &keys], folder.path());
    assert_eq!(
        again.code,
        Some(2),
        "a backup overwrites nothing: {again:?}"
    );

    // Somebody is forgotten after the backup was made.
    let opened = KeyFile::open(&folder.path().join("keys"), OsEntropy).expect("keys");
    let sealer = Sealer::new(Arc::new(opened), OsEntropy);
    let person = PersonId::new(CANARY).expect("an id");
    let day = "2026-03-05".parse().expect("a day");
    sealer.forget(&person, day).expect("forgotten");
    drop(sealer);

    let back = place.path().join("restored");
    let list = folder.path().join("keys/forgotten");
    let said = log(
        &[
            "restore",
            "--from",
            &to,
            "--keys-from",
            &keys,
            "--forgotten",
            list.to_str().expect("UTF-8"),
        ],
        &back,
    );
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("keys of 0 people"), "{said:?}");
    let ledger = fs::read_to_string(back.join("access.jsonl")).expect("a ledger");
    assert_eq!(ledger, "{}\n", "who read what is kept");
    for made in [&back, &back.join("log"), &back.join("keys")] {
        let mode = fs::metadata(made)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{} is for others", made.display());
    }
    assert_eq!(
        log(&["export"], &back).out,
        log(&["export"], folder.path()).out
    );

    // A backup that is not whole any more is not taken.
    let segments = Path::new(&to).join("log");
    for entry in fs::read_dir(&segments).expect("a folder") {
        fs::remove_file(entry.expect("an entry").path()).expect("removed");
    }
    let other = place.path().join("other");
    let said = log(&["restore", "--from", &to, "--keys-from", &keys], &other);
    assert_eq!(said.code, Some(1), "{said:?}");
    let left = fs::read_dir(&other).expect("the folder").count();
    assert_eq!(left, 0, "another backup can be tried there");
}

#[test]
fn appending_is_measured_beside_a_plain_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let said = parcours(&[
        "bench", "append", "--on", path, "--blocks", "2", "--rounds", "1", "--json",
    ]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let read: Value = serde_json::from_str(&said.out).expect("JSON");
    let figures = read["append"].as_array().expect("figures");
    assert_eq!(figures.len(), 4);
    assert!(
        figures
            .iter()
            .all(|figure| figure["plain_file"].as_f64() > Some(0.0))
    );
    assert!(
        fs::read_dir(folder.path())
            .expect("a folder")
            .next()
            .is_none(),
        "the scratch folder is gone"
    );
}
