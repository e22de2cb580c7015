//! The key file in use.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use parcours_log::seal::{
    Certificate, DataKey, Entropy, Found, HeldKey, Installation, KeyError, KeyRef, Keys, PersonKey,
    PersonTag, Scope, WrapPlace, unwrap_key, wrap_key,
};
use zeroize::Zeroizing;

use super::forgotten::{Entry, Forgotten, What};
use super::header::PAGE;
use super::index::{DataAt, Index};
use super::open::Opening;
use super::slot::{DataSlot, PersonSlot, SLOT, Slot, SlotBytes};

/// How many slots are added at a time: 64 KiB, written out so that overwriting one later needs no space.
pub(super) const EXTENT: u32 = 512;

/// Keys in a file of their own. See the [module](super) for the files, the README for what breaks and what then.
///
/// **Invariant**: a key destroyed is in no file any more once [`Keys::forget`] or [`Keys::destroy`] returns, and
/// never comes back. After a failed write the keys are closed: those already there can be read, nothing is made,
/// synced or destroyed until they are opened again.
pub struct KeyFile {
    pub(super) folder: PathBuf,
    pub(super) installation: Installation,
    pub(super) file: File,
    pub(super) generation: AtomicU64,
    /// Held during a sync, so that nobody takes another's unfinished sync for a finished one.
    pub(super) syncing: Mutex<()>,
    pub(super) state: Mutex<State>,
    pub(super) opening: Opening,
    pub(super) _lock: File,
}

pub(super) struct State {
    pub(super) list: Forgotten,
    pub(super) index: Index,
    pub(super) entropy: Box<dyn Entropy>,
    /// Slots to write keys in, the next one last.
    pub(super) free: Vec<u32>,
    /// Slots that hold neither a key nor nothing, and may hold what is left of one.
    pub(super) damaged: Vec<u32>,
    pub(super) slots: u32,
    /// Whether a slot was written since the latest sync.
    pub(super) dirty: bool,
    pub(super) closed: bool,
}

/// Where a slot begins in the file.
pub(super) fn offset(slot: u32) -> u64 {
    PAGE as u64 + u64::from(slot) * SLOT as u64
}

impl KeyFile {
    /// What opening found.
    #[must_use]
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The folder of the keys.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// State is never left half changed by a panic: files and memory change in steps that recovery knows.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, slot: u32) -> Result<Slot, KeyError> {
        let mut bytes: SlotBytes = Zeroizing::new([0; SLOT]);
        let read = self.file.read_exact_at(&mut *bytes, offset(slot));
        read.map_err(|source| KeyError::Unavailable {
            done: "read",
            source,
        })?;
        Ok(Slot::decode(slot, &bytes))
    }

    fn read_person(&self, state: &State, person: PersonTag) -> Result<PersonSlot, KeyError> {
        let slot = state
            .index
            .person(person)
            .expect("a data key is indexed under its person")
            .slot;
        match self.read(slot)? {
            Slot::Person(found) if found.tag == person => Ok(found),
            _ => Err(KeyError::Corrupt { slot: slot.into() }),
        }
    }

    fn read_data(&self, state: &State, name: KeyRef, at: DataAt) -> Result<HeldKey, KeyError> {
        let corrupt = KeyError::Corrupt {
            slot: at.slot.into(),
        };
        let Slot::Data(data) = self.read(at.slot)? else {
            return Err(corrupt);
        };
        let person = self.read_person(state, at.person)?;
        if data.place.key != name || data.place.wrapped_by != person.name {
            return Err(corrupt);
        }
        let key = unwrap_key(&person.key, &data.wrapped, &data.place).ok_or(corrupt)?;
        Ok(HeldKey {
            name,
            scope: data.place.scope,
            key,
        })
    }

    /// The key of a person, made at first use.
    fn person(&self, state: &mut State, tag: PersonTag) -> Result<PersonSlot, KeyError> {
        if state.index.person(tag).is_some() {
            return self.read_person(state, tag);
        }
        let mut name = [0; 16];
        state.entropy.fill(&mut name)?;
        let key = PersonKey::draw(&mut *state.entropy)?;
        let person = PersonSlot {
            name,
            tag,
            born: state.list.entries(),
            key,
        };
        let slot = self.free_slot(state)?;
        self.write(state, slot, &person.encode(slot))?;
        state.index.add_person(tag, slot);
        Ok(person)
    }

    fn write(&self, state: &mut State, slot: u32, bytes: &SlotBytes) -> Result<(), KeyError> {
        state.dirty = true;
        self.file
            .write_all_at(&**bytes, offset(slot))
            .map_err(|source| state.close(source))
    }

    fn free_slot(&self, state: &mut State) -> Result<u32, KeyError> {
        if let Some(slot) = state.free.pop() {
            return Ok(slot);
        }
        let full = || io::Error::other("no more slots can be numbered");
        let after = state
            .slots
            .checked_add(EXTENT)
            .ok_or_else(|| state.close(full()))?;
        let zeros = vec![0; EXTENT as usize * SLOT];
        let grown = self
            .file
            .write_all_at(&zeros, offset(state.slots))
            .and_then(|()| self.file.sync_all());
        grown.map_err(|source| state.close(source))?;
        state.free.extend((state.slots + 1..after).rev());
        Ok(std::mem::replace(&mut state.slots, after))
    }

    /// Overwrites slots by random bytes, for good, and frees them.
    fn wipe(&self, state: &mut State, slots: &[u32]) -> Result<(), KeyError> {
        for &slot in slots {
            let random =
                Slot::destroyed(slot, &mut *state.entropy).inspect_err(|_| state.closed = true)?;
            self.write(state, slot, &random)?;
        }
        self.file
            .sync_data()
            .map_err(|source| state.close(source))?;
        state.free.extend(slots);
        Ok(())
    }

    /// What does not read may be what is left of a key of anybody: no certificate while it stands there.
    fn wipe_damaged(&self, state: &mut State) -> Result<(), KeyError> {
        if state.damaged.is_empty() {
            return Ok(());
        }
        let damaged = std::mem::take(&mut state.damaged);
        self.wipe(state, &damaged)
    }

    fn told(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

impl State {
    fn open(&self) -> Result<(), KeyError> {
        if self.closed {
            Err(KeyError::Closed)
        } else {
            Ok(())
        }
    }

    fn close(&mut self, source: io::Error) -> KeyError {
        self.closed = true;
        KeyError::Unavailable {
            done: "written",
            source,
        }
    }

    fn list(&mut self, entries: &[Entry]) -> Result<(), KeyError> {
        self.list
            .append(entries)
            .map_err(|source| self.close(source))
    }
}

impl Keys for KeyFile {
    fn installation(&self) -> &Installation {
        &self.installation
    }

    fn data_key(&self, person: PersonTag, scope: Scope) -> Result<HeldKey, KeyError> {
        let state = &mut *self.state();
        if let Some((name, at)) = state
            .index
            .serving(scope)
            .and_then(|name| Some((name, state.index.named(name)?)))
        {
            return self.read_data(state, name, at);
        }
        state.open()?;
        let wrapping = self.person(state, person)?;
        let name = KeyRef::draw(&mut *state.entropy)?;
        let key = DataKey::draw(&mut *state.entropy)?;
        let place = WrapPlace {
            key: name,
            scope,
            wrapped_by: wrapping.name,
        };
        let wrapped = wrap_key(&wrapping.key, &key, &place, &mut *state.entropy)?;
        let slot = self.free_slot(state)?;
        self.write(state, slot, &DataSlot { place, wrapped }.encode(slot))?;
        state.index.add_data(
            name,
            DataAt {
                slot,
                person,
                scope,
            },
        );
        Ok(HeldKey { name, scope, key })
    }

    fn find(&self, key: KeyRef) -> Result<Found, KeyError> {
        let state = &*self.state();
        match state.index.named(key) {
            Some(at) => self.read_data(state, key, at).map(Found::Key),
            None if state.list.has(key) => Ok(Found::Destroyed),
            None => Ok(Found::NeverExisted),
        }
    }

    fn forget(&self, person: PersonTag, on: NaiveDate) -> Result<Certificate, KeyError> {
        let state = &mut *self.state();
        state.open()?;
        let before = state.list.last(person);
        let Some(at) = state.index.person(person) else {
            // Listed all the same: a backup may have a key of theirs that is not here.
            if before.is_none() {
                state.list(&[Entry {
                    what: What::Person(person),
                    on,
                    slot: None,
                }])?;
            }
            self.wipe_damaged(state)?;
            return Ok(Certificate {
                person,
                on,
                data_keys: 0,
                before,
            });
        };
        let mut entries = vec![Entry {
            what: What::Person(person),
            on,
            slot: Some(at.slot),
        }];
        entries.extend(at.data.iter().map(|&name| Entry {
            what: What::Data(name),
            on,
            slot: state.index.named(name).map(|at| at.slot),
        }));
        state.list(&entries)?;
        let slots = state.index.remove_person(person);
        self.told();
        self.wipe(state, &slots)?;
        self.wipe_damaged(state)?;
        Ok(Certificate {
            person,
            on,
            data_keys: entries.len() - 1,
            before,
        })
    }

    fn destroy(&self, scope: Scope, on: NaiveDate) -> Result<bool, KeyError> {
        let state = &mut *self.state();
        state.open()?;
        let Some(name) = state.index.serving(scope) else {
            return Ok(false);
        };
        let slot = state.index.named(name).map(|at| at.slot);
        state.list(&[Entry {
            what: What::Data(name),
            on,
            slot,
        }])?;
        let slots = state.index.remove_data(name);
        self.told();
        self.wipe(state, &slots)?;
        Ok(true)
    }

    fn sync(&self) -> Result<(), KeyError> {
        let _one = self.syncing.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut state = self.state();
            state.open()?;
            if !std::mem::take(&mut state.dirty) {
                return Ok(());
            }
        }
        self.file
            .sync_data()
            .map_err(|source| self.state().close(source))
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (people, data_keys) = self.state().index.counts();
        write!(
            f,
            "KeyFile({}, {people} people, {data_keys} data keys)",
            self.folder.display()
        )
    }
}
