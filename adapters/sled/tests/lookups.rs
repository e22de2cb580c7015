//! Lookups that are deleted, damaged or of another log are rebuilt as they were. The people are invented.
#![expect(clippy::unwrap_used, reason = "these are tests, helpers included")]

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use futures::executor::block_on;
use parcours_core::intake::{Amends, ContentDigest, Intake, PublishedId, Receipt};
use parcours_core::journey::{Actor, Event, EventIdentity, InputId, LifeEventTold};
use parcours_core::name::{JourneyName, LifeEventKind, ServiceId};
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use parcours_log::format::payload::{self, Decided, DecodeError};
use parcours_log::lookups::{
    CaughtUp, Change, Lookups, Mark, MemoryLookups, Owed, Project, Recorded, Standing, Wake, Work,
    WorkKind, catch_up, contract,
};
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{Commit, CommitPosition, Log, MemoryLog, StreamId};
use parcours_sled::{Config, OpenError, SledLookups};

type Seal = Sealer<MemoryKeys>;

const PEOPLE: u8 = 5;
const JOURNEYS: u8 = 40;

fn sealer() -> Seal {
    Sealer::new(Arc::new(MemoryKeys::new(1)), SeededEntropy::new(2))
}

fn person(number: u8) -> PersonId {
    PersonId::new(&format!("u-Jx4Tq8Vn2K-{}", number % PEOPLE)).unwrap()
}

fn about<T>(number: u8, value: T) -> Personal<T> {
    let [purpose, class] = ["child_benefit", "while_journey_open"];
    Personal::new(
        person(number),
        Purpose::new(purpose).unwrap(),
        Retention::new(class).unwrap(),
        value,
    )
}

fn journey(number: u8) -> JourneyId {
    JourneyId::new(number.into(), [number; 14])
}

fn published(number: u8) -> PublishedId {
    PublishedId([number; 16])
}

fn commit(stream: [u8; 16], number: u8, payload: Vec<u8>) -> Commit {
    Commit {
        partition: number.into(),
        stream: StreamId(stream),
        recorded_at: i64::from(number),
        payload,
    }
}

fn decided(sealer: &Seal, number: u8, events: Vec<Event>) -> Commit {
    let decided = Decided {
        journey: journey(number),
        input: InputId([number; 16]),
        actor: Actor::engine(),
        occurred_on: None,
        events,
        stands: None,
    };
    let payload = payload::encode(&decided, sealer).unwrap();
    commit(*journey(number).as_bytes(), number, payload)
}

/// A life event, the journey it starts, and something that follows.
fn life(sealer: &Seal, number: u8) -> Vec<Commit> {
    let intake = Intake {
        published: published(number),
        content: ContentDigest([number; 32]),
        kind: Some(LifeEventKind::new("birth").unwrap()),
        about: (number % 3 == 1).then(|| Amends::Corrects(published(number / 2))),
        receipt: match number % 3 {
            0 => Receipt::NoJourney,
            1 => Receipt::Orphan,
            _ => Receipt::Conflict {
                first: ContentDigest([1; 32]),
            },
        },
        kept: vec![],
        root: None,
        words: None,
    };
    let told = LifeEventTold {
        kind: LifeEventKind::new("birth").unwrap(),
        name: about(
            number,
            EventIdentity {
                source: "urn:maternity".into(),
                id: number.to_string(),
            },
        ),
        occurred_on: about(number, NaiveDate::from_ymd_opt(2026, 3, 2).unwrap()),
        parts: vec![],
    };
    let started = Event::Started {
        journey: JourneyName::new("birth").unwrap(),
        holder: about(number, person(number)),
        told,
    };
    let receipt = payload::encode(&intake, sealer).unwrap();
    vec![
        commit(published(number).0, number, receipt),
        decided(sealer, number, vec![started]),
        decided(sealer, number, vec![Event::Heard]),
    ]
}

fn append(log: &MemoryLog, commits: Vec<Commit>) {
    let head = log.head();
    block_on(log.append(head.position, head.next(commits))).unwrap();
}

fn log(sealer: &Seal, numbers: impl Iterator<Item = u8>) -> MemoryLog {
    let log = MemoryLog::new();
    numbers.for_each(|number| append(&log, life(sealer, number)));
    log
}

/// Work that depends on a number: none for every third.
fn owed(number: i64) -> Owed {
    let operations = ["caf.pay", "caf.read", "mairie.tell"]
        .into_iter()
        .enumerate();
    let owing = operations.filter(|(bit, _)| number >> bit & 1 == 1);
    let owing = owing.map(|(_, name)| name.parse().expect("an operation"));
    match number % 4 {
        0 => Owed::Nothing,
        3 => Owed::Unknown,
        _ => Owed::by(owing.collect()),
    }
}

fn work(number: i64) -> Vec<Work> {
    let day = |days| NaiveDate::from_ymd_opt(2026, 3, 1)?.checked_add_days(chrono::Days::new(days));
    let service = ServiceId::new("caf").unwrap();
    let late = |service| Work {
        kind: WorkKind::Overdue,
        service,
        due: u64::try_from(number).ok().and_then(day),
        count: 1,
    };
    match number % 3 {
        0 => vec![],
        1 => vec![late(None)],
        _ => vec![late(None), late(Some(service))],
    }
}

/// What the runtime does: payloads say receipts and dossiers, plans say timers.
struct Runtime<'a>(&'a Seal);

impl Project for Runtime<'_> {
    fn changes(
        &mut self,
        at: CommitPosition,
        commit: &Commit,
        last: bool,
    ) -> Result<Vec<Change>, DecodeError> {
        let mut changes = Recorded(self.0).changes(at, commit, last)?;
        if at.index > 0 {
            let wake = Wake(i64::from(at.index) * 1_000 - commit.recorded_at * 40);
            changes.push(Change::Stands(Standing {
                wake: (commit.recorded_at % 3 != 0).then_some(wake),
                owed: owed(commit.recorded_at),
                failed: commit.recorded_at % 5 == 0,
                parked: commit.recorded_at % 7 == 0,
                work: work(commit.recorded_at),
            }));
        }
        Ok(changes)
    }
}

fn caught_up(log: &MemoryLog, lookups: &impl Lookups, sealer: &Seal) -> CaughtUp {
    block_on(catch_up(log, lookups, &mut Runtime(sealer))).unwrap()
}

/// Everything that can be looked up, in words.
fn everything(lookups: &impl Lookups, sealer: &Seal) -> Vec<String> {
    let mut all = vec![
        format!("{:?}", lookups.head()),
        format!("{:?}", lookups.due(Wake(i64::MAX), 1_000)),
        format!("{:?}", lookups.journeys(None, None, 1_000)),
        format!("{:?}", lookups.incidents(None, 1_000)),
        format!("{:?}", lookups.sweep()),
    ];
    let name = JourneyName::new("birth").unwrap();
    all.push(format!("{:?}", lookups.journeys(Some(&name), None, 1_000)));
    let kind = LifeEventKind::new("birth").unwrap();
    all.push(format!("{:?}", lookups.kept(&kind, None, 1_000)));
    for mark in Mark::ALL {
        all.push(format!("{:?}", lookups.marked(mark, None, 1_000)));
    }
    let caf = ServiceId::new("caf").unwrap();
    for service in [None, Some(&caf)] {
        let work = lookups.work(WorkKind::Overdue, service, None, 1_000);
        all.push(format!("{work:?}"));
    }
    all.push(format!("{:?}", lookups.counts()));
    for number in 0..=JOURNEYS {
        let stream = lookups.stream(StreamId(*journey(number).as_bytes()));
        all.push(format!(
            "{stream:?} {:?}",
            lookups.stream(StreamId(published(number).0))
        ));
        all.push(format!("{:?}", lookups.receipt(published(number))));
        all.push(format!("{:?}", lookups.orphans(published(number))));
        all.push(format!(
            "{:?}",
            lookups.dossier(sealer.tag(&person(number)))
        ));
    }
    all
}

fn twin(log: &MemoryLog, sealer: &Seal) -> Vec<String> {
    let lookups = MemoryLookups::new();
    caught_up(log, &lookups, sealer);
    everything(&lookups, sealer)
}

fn open(folder: &Path) -> SledLookups {
    SledLookups::open(Config::new(folder)).unwrap()
}

#[test]
fn lookups_in_sled_keep_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    contract::lookups(&open(&folder.path().join("lookups")));
}

#[test]
fn a_deleted_folder_comes_back_as_it_was() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("lookups");
    let log = log(&sealer, 0..JOURNEYS);
    let lookups = open(&folder);
    let done = caught_up(&log, &lookups, &sealer);
    assert_eq!(
        (done.blocks, done.rebuilt, done.head),
        (JOURNEYS.into(), false, log.head())
    );
    let before = everything(&lookups, &sealer);
    assert_eq!(before, twin(&log, &sealer));
    assert_eq!(
        lookups.dossier(sealer.tag(&person(3))).unwrap().len(),
        usize::from(JOURNEYS / PEOPLE)
    );
    drop(lookups);

    std::fs::remove_dir_all(&folder).unwrap();
    let lookups = open(&folder);
    caught_up(&log, &lookups, &sealer);
    assert_eq!(everything(&lookups, &sealer), before);
}

#[test]
fn only_what_is_new_is_read_again() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    let log = log(&sealer, 0..10);
    caught_up(&log, &open(folder.path()), &sealer);
    append(&log, life(&sealer, 10));
    let lookups = open(folder.path());
    let done = caught_up(&log, &lookups, &sealer);
    assert_eq!((done.blocks, done.rebuilt), (1, false));
    assert_eq!(everything(&lookups, &sealer), twin(&log, &sealer));
}

#[test]
fn lookups_of_another_log_or_ahead_of_this_one_are_rebuilt() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    caught_up(&log(&sealer, 0..10), &open(folder.path()), &sealer);
    for other in [log(&sealer, 20..40), log(&sealer, 20..23), MemoryLog::new()] {
        let lookups = open(folder.path());
        assert!(caught_up(&other, &lookups, &sealer).rebuilt);
        assert_eq!(everything(&lookups, &sealer), twin(&other, &sealer));
    }
}

#[test]
fn whatever_bit_changes_in_the_folder_the_lookups_come_back_as_they_were() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("lookups");
    let log = log(&sealer, 0..JOURNEYS);
    let wanted = twin(&log, &sealer);
    caught_up(&log, &open(&folder), &sealer);
    let mut rebuilt = 0;
    for round in 0..24_usize {
        let mut files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        let file = &files[round % files.len()];
        let mut bytes = std::fs::read(file).unwrap();
        // Where sled has written; the rest of its file is unused.
        let used = bytes
            .iter()
            .rposition(|&byte| byte != 0)
            .map_or(0, |last| last + 1);
        if used == 0 {
            continue;
        }
        if round % 8 == 7 {
            bytes.truncate(used / 2);
        } else {
            bytes[round * 7_919 % used] ^= 1 << (round % 8);
        }
        std::fs::write(file, bytes).unwrap();
        let lookups = open(&folder);
        let done = caught_up(&log, &lookups, &sealer);
        rebuilt += usize::from(done.blocks > 0);
        assert_eq!(everything(&lookups, &sealer), wanted, "round {round}");
    }
    assert!(
        rebuilt > 0,
        "no damage was ever noticed: the test damages nothing"
    );
    assert!(folder.with_extension("damaged").is_dir());
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    let log = log(&sealer, 0..3);
    let lookups = open(folder.path());
    caught_up(&log, &lookups, &sealer);
    let second = SledLookups::open(Config::new(folder.path()));
    assert!(
        matches!(second, Err(OpenError::InUse { .. })),
        "{:?}",
        second.err()
    );
    assert_eq!(everything(&lookups, &sealer), twin(&log, &sealer));
}

#[test]
fn a_file_in_the_place_of_the_folder_is_moved_aside() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    let place = folder.path().join("lookups");
    std::fs::write(&place, "not a folder").unwrap();
    let log = log(&sealer, 0..3);
    let lookups = open(&place);
    caught_up(&log, &lookups, &sealer);
    assert_eq!(everything(&lookups, &sealer), twin(&log, &sealer));
    assert_eq!(
        std::fs::read(place.with_extension("damaged")).unwrap(),
        b"not a folder"
    );
}

#[test]
fn no_file_names_anybody() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    caught_up(&log(&sealer, 0..JOURNEYS), &open(folder.path()), &sealer);
    let (mut read, mut files) = (0, vec![folder.path().to_path_buf()]);
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        read += bytes.len();
        assert!(
            !bytes.windows(10).any(|window| window == b"Jx4Tq8Vn2K"),
            "{}",
            path.display()
        );
    }
    assert!(read > 1_000);
}

#[test]
fn a_forgotten_person_has_no_dossier_not_even_after_a_rebuild() {
    let (sealer, folder) = (sealer(), tempfile::tempdir().unwrap());
    let log = log(&sealer, 0..JOURNEYS);
    let lookups = open(folder.path());
    caught_up(&log, &lookups, &sealer);
    let tag = sealer.tag(&person(1));
    sealer
        .forget(&person(1), NaiveDate::from_ymd_opt(2030, 1, 1).unwrap())
        .unwrap();
    lookups.forget(tag).unwrap();
    assert_eq!(lookups.dossier(tag), Ok(vec![]));
    assert_eq!(everything(&lookups, &sealer), twin(&log, &sealer));
}
