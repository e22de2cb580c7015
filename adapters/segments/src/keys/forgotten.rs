//! The list of what was destroyed on purpose. Appended and synced before keys are overwritten, and never shortened.
//!
//! Records of 32 bytes, numbers little-endian. First `PARCFGTN`, fingerprint of the installation (16), version (4, 1),
//! crc32c of those (4). Then batches, one a destruction: a head (`0xB0`, 3 zeros, count (4), crc32c of the entries (4),
//! 16 zeros, crc32c of the head (4)), then `count` entries: kind (1 a person, 2 a data key), 3 zeros, the day (4, days from
//! 0001-01-01, which is 1), person tag or name of the data key (16), slot (8, all ones if there was none).
//!
//! A batch cut short at the end was never acknowledged and is cut off; anything else that does not read is damage.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use parcours_log::seal::{KeyRef, PersonTag};

use super::error::OpenError;

const RECORD: usize = 32;
const NO_SLOT: u64 = u64::MAX;

/// One thing destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) what: What,
    pub(super) on: NaiveDate,
    /// Where it stood, to finish overwriting it there.
    pub(super) slot: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Person(PersonTag),
    Data(KeyRef),
}

/// The list, and what it comes to.
pub(super) struct Forgotten {
    file: File,
    end: u64,
    entries: u64,
    people: HashMap<PersonTag, Last>,
    data: HashSet<KeyRef>,
    slots: HashSet<u32>,
    /// How many bytes of an unfinished batch were cut off on opening.
    pub(super) cut: u64,
}

/// The latest forgetting of one person.
#[derive(Clone, Copy)]
struct Last {
    entry: u64,
    on: NaiveDate,
}

impl Forgotten {
    /// The bytes of an empty list.
    pub(super) fn empty(fingerprint: [u8; 16]) -> [u8; RECORD] {
        let mut head = [0; RECORD];
        head[..8].copy_from_slice(b"PARCFGTN");
        head[8..24].copy_from_slice(&fingerprint);
        head[24..28].copy_from_slice(&1_u32.to_le_bytes());
        seal(&mut head);
        head
    }

    /// Reads the whole list.
    pub(super) fn open(file: File, path: &Path, fingerprint: [u8; 16]) -> Result<Self, OpenError> {
        let length = file.metadata().map_err(OpenError::io("read", path))?.len();
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        file.read_exact_at(&mut bytes, 0)
            .map_err(OpenError::io("read", path))?;

        match bytes.first_chunk::<RECORD>() {
            Some(head) if *head == Self::empty(fingerprint) => {}
            Some(head)
                if head.starts_with(b"PARCFGTN")
                    && sealed(head)
                    && head[24..28] == 1_u32.to_le_bytes() =>
            {
                return Err(OpenError::OtherInstallation {
                    path: path.to_owned(),
                });
            }
            _ => {
                return Err(OpenError::Foreign {
                    path: path.to_owned(),
                    what: "list of forgotten people",
                });
            }
        }
        let mut list = Self {
            file,
            end: RECORD as u64,
            entries: 0,
            people: HashMap::new(),
            data: HashSet::new(),
            slots: HashSet::new(),
            cut: 0,
        };
        let mut at = RECORD;
        while let Some((entries, size)) = batch(&bytes[at..]) {
            entries.iter().for_each(|entry| list.learn(entry));
            at += size;
        }
        if (at + RECORD..bytes.len())
            .step_by(RECORD)
            .any(|later| batch(&bytes[later..]).is_some())
        {
            return Err(OpenError::Damaged {
                path: path.to_owned(),
                at: at as u64,
                what: "a batch that does not read",
            });
        }
        list.end = at as u64;
        list.cut = length - list.end;
        if list.cut > 0 {
            list.file
                .set_len(list.end)
                .map_err(OpenError::io("cut", path))?;
            list.file.sync_all().map_err(OpenError::io("sync", path))?;
        }
        Ok(list)
    }

    /// Adds `entries` for good: once this returns they survive loss of power.
    pub(super) fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        let bytes = encode(entries);
        self.file.write_all_at(&bytes, self.end)?;
        self.file.sync_data()?;
        self.end += bytes.len() as u64;
        entries.iter().for_each(|entry| self.learn(entry));
        Ok(())
    }

    /// How many entries there are: the clock by which keys are older or younger than a forgetting.
    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// When `person` was last forgotten.
    pub(super) fn last(&self, person: PersonTag) -> Option<NaiveDate> {
        self.people.get(&person).map(|last| last.on)
    }

    /// Whether a key of `person`, made when there were `born` entries, was to be destroyed since.
    pub(super) fn covers(&self, person: PersonTag, born: u64) -> bool {
        self.people
            .get(&person)
            .is_some_and(|last| born <= last.entry)
    }

    /// Whether the data key of this name was destroyed.
    pub(super) fn has(&self, key: KeyRef) -> bool {
        self.data.contains(&key)
    }

    /// Whether a key was ever destroyed in this slot.
    pub(super) fn touched(&self, slot: u32) -> bool {
        self.slots.contains(&slot)
    }

    fn learn(&mut self, entry: &Entry) {
        match entry.what {
            What::Person(person) => {
                self.people.insert(
                    person,
                    Last {
                        entry: self.entries,
                        on: entry.on,
                    },
                );
            }
            What::Data(key) => {
                self.data.insert(key);
            }
        }
        self.slots.extend(entry.slot);
        self.entries += 1;
    }
}

fn encode(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = vec![0; RECORD];
    for entry in entries {
        let (kind, name) = match &entry.what {
            What::Person(person) => (1, person.as_bytes()),
            What::Data(key) => (2, key.as_bytes()),
        };
        bytes.extend_from_slice(&[kind, 0, 0, 0]);
        bytes.extend_from_slice(&entry.on.num_days_from_ce().to_le_bytes());
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(&entry.slot.map_or(NO_SLOT, u64::from).to_le_bytes());
    }
    let sum = crc32c::crc32c(&bytes[RECORD..]);
    let mut head = [0; RECORD];
    head[0] = 0xB0;
    head[4..8].copy_from_slice(
        &u32::try_from(entries.len())
            .expect("no more entries than slots")
            .to_le_bytes(),
    );
    head[8..12].copy_from_slice(&sum.to_le_bytes());
    seal(&mut head);
    bytes[..RECORD].copy_from_slice(&head);
    bytes
}

/// The batch that `bytes` begin with, and how many bytes it takes.
fn batch(bytes: &[u8]) -> Option<(Vec<Entry>, usize)> {
    let (head, rest) = bytes.split_first_chunk::<RECORD>()?;
    if head[0] != 0xB0 || !sealed(head) {
        return None;
    }
    let count = usize::try_from(u32::from_le_bytes(head[4..8].try_into().ok()?)).ok()?;
    let body = rest.get(..count.checked_mul(RECORD)?)?;
    if head[8..12] != crc32c::crc32c(body).to_le_bytes() {
        return None;
    }
    let entries = body
        .chunks_exact(RECORD)
        .map(entry)
        .collect::<Option<Vec<_>>>()?;
    Some((entries, RECORD + body.len()))
}

fn entry(record: &[u8]) -> Option<Entry> {
    let name: [u8; 16] = record[8..24].try_into().ok()?;
    let what = match record[0] {
        1 => What::Person(PersonTag::from_bytes(name)),
        2 => What::Data(KeyRef::from_bytes(name)),
        _ => return None,
    };
    let on =
        NaiveDate::from_num_days_from_ce_opt(i32::from_le_bytes(record[4..8].try_into().ok()?))?;
    let slot = match u64::from_le_bytes(record[24..32].try_into().ok()?) {
        NO_SLOT => None,
        slot => Some(u32::try_from(slot).ok()?),
    };
    Some(Entry { what, on, slot })
}

fn seal(record: &mut [u8; RECORD]) {
    let sum = crc32c::crc32c(&record[..RECORD - 4]);
    record[RECORD - 4..].copy_from_slice(&sum.to_le_bytes());
}

fn sealed(record: &[u8; RECORD]) -> bool {
    record[RECORD - 4..] == crc32c::crc32c(&record[..RECORD - 4]).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn batches() -> [Vec<Entry>; 2] {
        let on = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let person = Entry {
            what: What::Person(PersonTag::from_bytes([1; 16])),
            on,
            slot: None,
        };
        let data = |n: u8| Entry {
            what: What::Data(KeyRef::from_bytes([n; 16])),
            on,
            slot: Some(n.into()),
        };
        [vec![person, data(2), data(3)], vec![data(4)]]
    }

    fn open(bytes: &[u8]) -> (Result<Forgotten, OpenError>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("forgotten");
        fs::write(&path, bytes).unwrap();
        let file = File::options().read(true).write(true).open(&path).unwrap();
        (Forgotten::open(file, &path, [9; 16]), folder)
    }

    fn written() -> Vec<u8> {
        let [first, second] = batches();
        [
            Forgotten::empty([9; 16]).to_vec(),
            encode(&first),
            encode(&second),
        ]
        .concat()
    }

    #[test]
    fn what_is_appended_is_read_again() {
        let (list, folder) = open(&Forgotten::empty([9; 16]));
        let mut list = list.unwrap();
        for batch in batches() {
            list.append(&batch).unwrap();
        }
        assert_eq!(
            fs::read(folder.path().join("forgotten")).unwrap(),
            written()
        );
        let (again, _folder) = open(&written());
        let again = again.unwrap();
        for list in [&list, &again] {
            assert_eq!((list.entries(), list.cut), (4, 0));
            assert!(
                (2..=4).all(|n| list.has(KeyRef::from_bytes([n; 16])) && list.touched(n.into()))
            );
            let person = PersonTag::from_bytes([1; 16]);
            assert_eq!(list.last(person), NaiveDate::from_ymd_opt(2026, 3, 2));
            assert!(list.covers(person, 0) && !list.covers(person, 1));
        }
    }

    #[test]
    fn a_batch_cut_short_anywhere_was_never_acknowledged() {
        let whole = written();
        let second = whole.len() - 2 * RECORD;
        for length in second..whole.len() {
            let (list, folder) = open(&whole[..length]);
            let list = list.unwrap();
            assert_eq!((list.entries(), list.cut), (3, (length - second) as u64));
            assert_eq!(
                fs::read(folder.path().join("forgotten")).unwrap(),
                whole[..second]
            );
        }
    }

    #[test]
    fn damage_before_the_end_is_located_and_not_skipped() {
        for byte in RECORD..RECORD * 5 {
            let mut garbled = written();
            garbled[byte] ^= 0x40;
            let refused = open(&garbled).0.err().expect("refused");
            assert!(
                matches!(refused, OpenError::Damaged { at: 32, .. }),
                "byte {byte}: {refused}"
            );
        }
    }

    #[test]
    fn a_list_of_other_keys_or_of_another_kind_is_refused() {
        assert!(matches!(
            open(&Forgotten::empty([8; 16])).0,
            Err(OpenError::OtherInstallation { .. })
        ));
        assert!(matches!(
            open(b"something else, and long enough too").0,
            Err(OpenError::Foreign { .. })
        ));
        assert!(matches!(open(b"").0, Err(OpenError::Foreign { .. })));
    }
}
