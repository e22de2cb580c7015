//! The keys as a whole: on disk, across crashes, restores and forgetting.

mod canary;
mod crash;
mod model;
mod opening;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use parcours_log::seal::{Keys, Opened, Place, Plain, SealedValue, Sealer, SeededEntropy};
use tempfile::TempDir;

use super::KeyFile;
use super::file::offset;
use super::slot::{SLOT, Slot};

const KINDS: [&str; 3] = ["fact/income", "fact/rent", "fact/children"];

fn on(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

/// Keys of a new installation, in a folder that goes with the test.
fn new(seed: u64) -> (TempDir, KeyFile) {
    let outside = tempfile::tempdir().unwrap();
    let keys = KeyFile::create(&outside.path().join("keys"), SeededEntropy::new(seed)).unwrap();
    (outside, keys)
}

fn reopen(keys: KeyFile, seed: u64) -> KeyFile {
    let folder = keys.folder().to_owned();
    drop(keys);
    KeyFile::open(&folder, SeededEntropy::new(seed)).unwrap()
}

fn person(number: u8) -> PersonId {
    PersonId::new(&format!("u-{number}")).unwrap()
}

fn journey(number: u8) -> JourneyId {
    JourneyId::new(number.into(), [number; 14])
}

fn place(of: u8) -> Place<'static> {
    Place {
        journey: journey(of),
        name: KINDS[usize::from(of) % KINDS.len()],
    }
}

fn about(who: u8, value: &str) -> Personal<Vec<u8>> {
    let purpose = Purpose::new("housing_benefit").unwrap();
    Personal::new(
        person(who),
        purpose,
        Retention::new("while_journey_open").unwrap(),
        value.into(),
    )
}

/// A sealer that remembers nothing, so that every call reads the file.
fn sealer(keys: &Arc<KeyFile>, seed: u64) -> Sealer<KeyFile> {
    Sealer::remembering(Arc::clone(keys), SeededEntropy::new(seed), 0)
}

fn known(opened: Opened) -> Plain {
    match opened {
        Opened::Known(value) => value.into_value().unwrap(),
        other => panic!("not known: {other:?}"),
    }
}

/// All secrets in the key file, as they stand there.
fn secrets(folder: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(folder.join("keys")).unwrap();
    let slots = bytes[usize::try_from(offset(0)).unwrap()..]
        .as_chunks::<SLOT>()
        .0;
    let secret = |(number, slot)| match Slot::decode(number, slot) {
        Slot::Person(person) => Some(person.key.expose().to_vec()),
        Slot::Data(data) => Some(data.wrapped.to_vec()),
        Slot::Free | Slot::Damaged => None,
    };
    (0..).zip(slots).filter_map(secret).collect()
}

/// The live slots, by number.
fn live(folder: &Path) -> Vec<u32> {
    let bytes = fs::read(folder.join("keys")).unwrap();
    let slots = bytes[usize::try_from(offset(0)).unwrap()..]
        .as_chunks::<SLOT>()
        .0;
    let live = |(number, slot): &(u32, &[u8; SLOT])| {
        matches!(Slot::decode(*number, slot), Slot::Person(_) | Slot::Data(_))
    };
    (0..)
        .zip(slots)
        .filter(live)
        .map(|(number, _)| number)
        .collect()
}

/// Which file under `folder` contains any of `what`.
fn found_in(folder: &Path, what: &[Vec<u8>]) -> Option<String> {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if let Some(found) = found_in(&path, what) {
                return Some(found);
            }
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        // A secret is at least 16 random bytes: half of one is as telling as all of it.
        let halves = what
            .iter()
            .flat_map(|secret| secret.chunks(16))
            .filter(|half| half.len() >= 8);
        for half in halves {
            if bytes.windows(half.len()).any(|window| window == half) {
                return Some(path.display().to_string());
            }
        }
    }
    None
}
