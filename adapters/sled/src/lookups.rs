//! The lookups themselves.

use std::ops::Bound;
use std::path::Path;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};
use parcours_log::lookups::{
    Counts, LookupError, Lookups, Mark, Noted, Standing, Timer, Wake, WorkKind, WorkPlace,
};
use parcours_log::seal::PersonTag;
use parcours_log::{CommitPosition, Head, StreamId};
use tracing::warn;

use crate::edit::Edit;
use crate::filter::Filter;
use crate::folder::{self, Config, OpenError, Opened, guarded};
use crate::key;
use crate::seal;

/// Lookups in a folder. Opening reads all of them once; afterwards nothing waits for the disk to be safe.
pub struct SledLookups {
    config: Config,
    /// Nothing once they failed: every call is then refused until they are cleared.
    state: RwLock<Option<Opened>>,
}

impl SledLookups {
    /// Opens what is in the folder, or nothing yet. What cannot be used is moved aside with a warning; call
    /// [`catch_up`](parcours_log::lookups::catch_up) in any case.
    ///
    /// # Errors
    /// [`OpenError`] when no lookups can be kept there at all.
    pub fn open(config: Config) -> Result<Self, OpenError> {
        let state = RwLock::new(Some(folder::open(&config)?));
        Ok(Self { config, state })
    }

    /// Makes the next start read every entry, as after a killed process. The folder must be closed.
    pub fn distrust(folder: &Path) {
        seal::take_away(folder);
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<Opened>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Opened>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks something up. Once something failed, nothing is looked up any more.
    fn look<T>(
        &self,
        work: impl FnOnce(&Opened) -> sled::Result<Option<T>>,
    ) -> Result<T, LookupError> {
        let found = match &*self.read() {
            Some(opened) => guarded("reading", || work(opened)),
            None => return Err(closed()),
        };
        found
            .and_then(|found| found.ok_or_else(mangled))
            .inspect_err(|error| self.close(error))
    }

    /// The last 16 bytes of the keys under a prefix, after these.
    fn tail(
        &self,
        prefix: &[u8],
        after: Option<[u8; 16]>,
        most: usize,
    ) -> Result<Vec<[u8; 16]>, LookupError> {
        self.look(|opened| {
            let found = page(&opened.db, prefix, after.as_ref()).take(most);
            found.map(|entry| Ok(key::last(&entry?.0))).collect()
        })
    }

    fn edit(
        &self,
        work: impl FnOnce(&Opened, &mut Edit<'_>) -> sled::Result<Head>,
    ) -> Result<(), LookupError> {
        let mut state = self.write();
        let opened = state.as_mut().ok_or_else(closed)?;
        let edited = guarded("writing", || {
            let mut edit = Edit::over(&opened.db, opened.digest);
            let head = work(opened, &mut edit)?;
            let (digest, names) = (edit.digest, std::mem::take(&mut edit.names));
            let mut batch = edit.into_batch();
            batch.insert(key::HEAD, key::write_head(head, digest));
            opened.db.apply_batch(batch)?;
            Ok((head, digest, names))
        });
        let edited = edited.and_then(|(head, digest, names)| {
            (opened.head, opened.digest) = (head, digest);
            names
                .into_iter()
                .for_each(|name| opened.filter.insert(name));
            if opened.filter.is_full() {
                opened.filter = guarded("reading", || refilled(opened))?;
            }
            Ok(())
        });
        drop(state);
        edited.inspect_err(|error| self.close(error))
    }

    fn close(&self, error: &LookupError) {
        if let Some(opened) = self.write().take() {
            warn!(folder = %self.config.folder.display(), %error, "lookups closed");
            // sled may panic once more while it closes.
            let _ = guarded("closing", || {
                drop(opened);
                Ok(())
            });
        }
    }
}

/// Leaves what lets the next start believe it without reading every entry.
impl Drop for SledLookups {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = state.take() {
            folder::close(&self.config.folder, opened);
        }
    }
}

/// The entries under a prefix, after what follows it.
fn page<const N: usize>(
    db: &sled::Db,
    prefix: &[u8],
    after: Option<&[u8; N]>,
) -> impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>> {
    let last = [prefix, &[0xff; N]].concat();
    let from = match after {
        Some(after) => Bound::Excluded([prefix, after].concat()),
        None => Bound::Included(prefix.to_vec()),
    };
    db.range((from, Bound::Included(last)))
}

fn journey(entry: &(sled::IVec, sled::IVec)) -> sled::Result<Option<(JourneyId, JourneyName)>> {
    let id = key::last(&entry.0).map(JourneyId::from_bytes);
    let name = std::str::from_utf8(&entry.1).ok();
    let name = name.and_then(|name| JourneyName::new(name).ok());
    Ok(id.zip(name))
}

/// A larger filter of all the names there are.
fn refilled(opened: &Opened) -> sled::Result<Filter> {
    let mut filter = Filter::with_room_for(opened.filter.names());
    for entry in opened.db.scan_prefix(key::RECEIPTS) {
        if let Some(Ok(name)) = entry?.0.get(1..).map(TryInto::try_into) {
            filter.insert(PublishedId(name));
        }
    }
    Ok(filter)
}

fn closed() -> LookupError {
    LookupError {
        reason: "closed since something failed".into(),
    }
}

fn mangled() -> LookupError {
    LookupError {
        reason: "an entry is not what was written".into(),
    }
}

impl Lookups for SledLookups {
    fn head(&self) -> Result<Head, LookupError> {
        self.read()
            .as_ref()
            .map(|opened| opened.head)
            .ok_or_else(closed)
    }

    fn note(&self, head: Head, commits: &[Noted]) -> Result<(), LookupError> {
        if head.position <= self.head()?.position {
            return Ok(());
        }
        self.edit(|_, edit| {
            edit.note(commits)?;
            Ok(head)
        })
    }

    fn stream(&self, stream: StreamId) -> Result<Vec<CommitPosition>, LookupError> {
        self.look(|opened| {
            let mut all = Vec::new();
            for entry in opened.db.scan_prefix(key::stream(stream)) {
                let (key, value) = entry?;
                match key::read_commits(&key, &value) {
                    Some(commits) => all.extend(commits),
                    None => return Ok(None),
                }
            }
            Ok(Some(all))
        })
    }

    fn receipt(&self, published: PublishedId) -> Result<Option<CommitPosition>, LookupError> {
        self.look(|opened| {
            if !opened.filter.may_hold(published) {
                return Ok(Some(None));
            }
            Ok(match opened.db.get(key::receipt(published))? {
                Some(bytes) => key::read_receipt(&bytes).map(|(at, _)| Some(at)),
                None => Some(None),
            })
        })
    }

    fn dossier(&self, person: PersonTag) -> Result<Vec<JourneyId>, LookupError> {
        self.look(|opened| {
            let keys = opened.db.scan_prefix(key::dossier(person)).keys();
            keys.map(|key| {
                let journey = key?.get(17..).and_then(|bytes| bytes.try_into().ok());
                Ok(journey.map(JourneyId::from_bytes))
            })
            .collect()
        })
    }

    fn due(&self, until: Wake, most: usize) -> Result<Vec<Timer>, LookupError> {
        let last = Timer {
            wake: until,
            stream: StreamId([0xff; 16]),
        };
        self.look(|opened| {
            let keys = opened
                .db
                .range(key::TIMERS.to_vec()..=key::timer(last))
                .keys();
            keys.take(most)
                .map(|key| Ok(key::read_timer(&key?)))
                .collect()
        })
    }

    fn journeys(
        &self,
        name: Option<&JourneyName>,
        after: Option<JourneyId>,
        most: usize,
    ) -> Result<Vec<(JourneyId, JourneyName)>, LookupError> {
        let after = after.map(|after| *after.as_bytes());
        let Some(name) = name else {
            return self.look(|opened| {
                let found = page(&opened.db, key::JOURNEYS, after.as_ref());
                found.take(most).map(|entry| journey(&entry?)).collect()
            });
        };
        let ids = self.tail(&key::named(name), after, most)?.into_iter();
        Ok(ids
            .map(|id| (JourneyId::from_bytes(id), name.clone()))
            .collect())
    }

    fn orphans(&self, original: PublishedId) -> Result<Vec<PublishedId>, LookupError> {
        let found = self.tail(&key::orphans(original), None, usize::MAX)?;
        Ok(found.into_iter().map(PublishedId).collect())
    }

    fn kept(
        &self,
        kind: &LifeEventKind,
        after: Option<PublishedId>,
        most: usize,
    ) -> Result<Vec<PublishedId>, LookupError> {
        let found = self.tail(&key::kept(kind), after.map(|after| after.0), most)?;
        Ok(found.into_iter().map(PublishedId).collect())
    }

    fn incidents(
        &self,
        after: Option<CommitPosition>,
        most: usize,
    ) -> Result<Vec<CommitPosition>, LookupError> {
        let after = after.map(CommitPosition::to_be_bytes);
        self.look(|opened| {
            let found = page(&opened.db, key::INCIDENTS, after.as_ref()).take(most);
            found
                .map(|entry| Ok(key::read_position(entry?.0.get(1..).unwrap_or_default())))
                .collect()
        })
    }

    fn marked(
        &self,
        mark: Mark,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        let found = self.tail(&key::marks(mark), after.map(|after| after.0), most)?;
        Ok(found.into_iter().map(StreamId).collect())
    }

    fn owed(
        &self,
        by: Option<&OperationId>,
        after: Option<StreamId>,
        most: usize,
    ) -> Result<Vec<StreamId>, LookupError> {
        let found = self.tail(&key::owed(by), after.map(|after| after.0), most)?;
        Ok(found.into_iter().map(StreamId).collect())
    }

    fn work(
        &self,
        kind: WorkKind,
        service: Option<&ServiceId>,
        after: Option<WorkPlace>,
        most: usize,
    ) -> Result<Vec<WorkPlace>, LookupError> {
        let after = after.map(key::place);
        self.look(|opened| {
            let prefix = key::work(kind, service);
            let found = page(&opened.db, &prefix, after.as_ref()).take(most);
            found.map(|entry| Ok(key::read_place(&entry?.0))).collect()
        })
    }

    fn counts(&self) -> Result<Counts, LookupError> {
        self.look(|opened| {
            let mut counts = Counts::default();
            for entry in opened.db.scan_prefix(key::COUNTS) {
                let (key, value) = entry?;
                let Some(count) = key::read_count(&value) else {
                    return Ok(None);
                };
                match key.get(1..).and_then(<[u8]>::split_first) {
                    Some((b'j', name)) => {
                        let name = std::str::from_utf8(name).ok();
                        let Some(name) = name.and_then(|name| JourneyName::new(name).ok()) else {
                            return Ok(None);
                        };
                        counts.journeys.insert(name, count);
                    }
                    Some((b'e', name)) => {
                        let name = std::str::from_utf8(name).ok();
                        let Some(name) = name.and_then(|name| name.parse().ok()) else {
                            return Ok(None);
                        };
                        counts.owed.insert(name, count);
                    }
                    Some((b'i', [])) => counts.incidents = count,
                    Some(_) => {
                        if *key == *key::count_of_mark(Mark::Parked) {
                            counts.parked = count;
                        }
                        let kinds = WorkKind::ALL.into_iter();
                        counts.work.extend(
                            kinds
                                .filter(|kind| *key == *key::count_of_work(*kind))
                                .map(|kind| (kind, count)),
                        );
                    }
                    None => return Ok(None),
                }
            }
            Ok(Some(counts))
        })
    }

    fn sweep(&self) -> Result<Option<StreamId>, LookupError> {
        self.look(|opened| {
            Ok(match opened.db.get(key::SWEEP)? {
                Some(bytes) => key::last(&bytes).map(|to| Some(StreamId(to))),
                None => Some(None),
            })
        })
    }

    fn swept(&self, to: Option<StreamId>) -> Result<(), LookupError> {
        self.edit(|opened, edit| {
            edit.sweep(to)?;
            Ok(opened.head)
        })
    }

    fn stand(&self, streams: &[(StreamId, Standing)]) -> Result<(), LookupError> {
        self.edit(|opened, edit| {
            streams
                .iter()
                .try_for_each(|(stream, standing)| edit.stand(*stream, standing))?;
            Ok(opened.head)
        })
    }

    fn forget(&self, person: PersonTag) -> Result<(), LookupError> {
        self.edit(|opened, edit| {
            for key in opened.db.scan_prefix(key::dossier(person)).keys() {
                edit.remove(key?.to_vec())?;
            }
            Ok(opened.head)
        })
    }

    fn clear(&self) -> Result<(), LookupError> {
        let mut state = self.write();
        let failed = state.is_none();
        if let Some(opened) = state.take() {
            // Whatever closing says, nothing of it is wanted any more.
            let _ = guarded("closing", || {
                drop(opened);
                Ok(())
            });
        }
        let folder = &self.config.folder;
        let gone = if failed {
            folder::move_aside(folder).map(drop)
        } else {
            folder::remove(folder)
        };
        gone.map_err(|error| LookupError {
            reason: format!("clearing {}: {error}", folder.display()),
        })?;
        let opened = folder::open(&self.config).map_err(|error| LookupError {
            reason: error.to_string(),
        })?;
        *state = Some(opened);
        Ok(())
    }

    fn may_block(&self) -> bool {
        true
    }
}
