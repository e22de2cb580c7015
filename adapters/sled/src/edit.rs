//! Changes that are made together: to entries, and to the digest over them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use parcours_core::intake::PublishedId;
use parcours_core::name::OperationId;
use parcours_log::lookups::{Change, Mark, Noted, Standing, Timer, Work};
use parcours_log::{CommitPosition, StreamId};

use crate::key;

/// Entries as they will be, over those that are.
pub(crate) struct Edit<'a> {
    db: &'a sled::Db,
    entries: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// The digest of all entries, as they will be.
    pub(crate) digest: u128,
    /// The names that got a receipt.
    pub(crate) names: Vec<PublishedId>,
}

impl<'a> Edit<'a> {
    pub(crate) fn over(db: &'a sled::Db, digest: u128) -> Self {
        Self {
            db,
            entries: BTreeMap::new(),
            digest,
            names: Vec::new(),
        }
    }

    /// Notes commits, which come after all that is noted. Those of one stream make one entry.
    pub(crate) fn note(&mut self, commits: &[Noted]) -> sled::Result<()> {
        let mut streams: HashMap<StreamId, (CommitPosition, Vec<u8>)> = HashMap::new();
        for commit in commits {
            match streams.entry(commit.stream) {
                Entry::Vacant(new) => {
                    new.insert((commit.at, Vec::new()));
                }
                Entry::Occupied(mut seen) => seen.get_mut().1.extend(commit.at.to_be_bytes()),
            }
        }
        for (stream, (first, more)) in streams {
            // A place in the log is noted once: there is nothing before it to look for.
            let key = key::commit(stream, first);
            self.digest ^= key::digest(&key, &more);
            self.entries.insert(key, Some(more));
        }
        for commit in commits {
            for change in &commit.changes {
                self.change(commit, change)?;
            }
        }
        Ok(())
    }

    fn change(&mut self, commit: &Noted, change: &Change) -> sled::Result<()> {
        match change {
            Change::Receipt { published, named } => {
                let key = key::receipt(*published);
                let before = self.get(&key)?.as_deref().and_then(key::read_receipt);
                if let Some((before, taken)) = before {
                    if taken && !named {
                        return Ok(());
                    }
                    let before = key::incident(before);
                    if self.get(&before)?.is_some() {
                        self.count(key::COUNT_OF_INCIDENTS.to_vec(), -1)?;
                    }
                    self.remove(before)?;
                } else {
                    self.names.push(*published);
                }
                self.put(key, Some(key::write_receipt(commit.at, *named)))
            }
            Change::Incident => {
                let key = key::incident(commit.at);
                if self.get(&key)?.is_none() {
                    self.count(key::COUNT_OF_INCIDENTS.to_vec(), 1)?;
                }
                self.put(key, Some(vec![]))
            }
            Change::Orphan {
                published,
                original,
                waits,
            } => self.put(key::orphan(*original, *published), waits.then(Vec::new)),
            Change::Kept {
                published,
                kind,
                kept,
            } => self.put(key::kept_one(kind, *published), kept.then(Vec::new)),
            Change::Began(journey, name) => {
                let key = key::journey(*journey);
                if self.get(&key)?.is_none() {
                    self.count(key::count_of_journeys(name), 1)?;
                }
                self.put(key, Some(name.as_str().into()))?;
                self.put(key::named_journey(name, *journey), Some(vec![]))
            }
            Change::Dossier(person, journey) => {
                self.put(key::in_dossier(*person, *journey), Some(vec![]))
            }
            Change::Stands(standing) => self.stand(commit.stream, standing),
            Change::Law => self.sweep(Some(StreamId([0; 16]))),
            Change::Swept => self.sweep(None),
        }
    }

    pub(crate) fn sweep(&mut self, to: Option<StreamId>) -> sled::Result<()> {
        self.put(key::SWEEP.to_vec(), to.map(|to| to.0.to_vec()))
    }

    pub(crate) fn stand(&mut self, stream: StreamId, standing: &Standing) -> sled::Result<()> {
        let key = key::standing(stream);
        let before = self.get(&key)?.as_deref().and_then(key::read_standing);
        let before = before.unwrap_or_default();
        if before == *standing {
            return Ok(());
        }
        if let Some(wake) = before.wake {
            self.put(key::timer(Timer { wake, stream }), None)?;
        }
        if let Some(wake) = standing.wake {
            self.put(key::timer(Timer { wake, stream }), Some(vec![]))?;
        }
        for mark in Mark::ALL {
            if before.has(mark) != standing.has(mark) {
                let marked = standing.has(mark).then(Vec::new);
                self.count(
                    key::count_of_mark(mark),
                    if marked.is_some() { 1 } else { -1 },
                )?;
                self.put(key::mark(mark, stream), marked)?;
            }
        }
        for by in before.owed.listed() {
            self.put(key::owed_by(by, stream), None)?;
            self.count_owed(by, -1)?;
        }
        for by in standing.owed.listed() {
            self.put(key::owed_by(by, stream), Some(vec![]))?;
            self.count_owed(by, 1)?;
        }
        for work in &before.work {
            self.put(key::work_of(work, stream), None)?;
            self.count_work(work, -1)?;
        }
        for work in &standing.work {
            self.put(key::work_of(work, stream), Some(vec![]))?;
            self.count_work(work, 1)?;
        }
        self.put(key, key::write_standing(standing))
    }

    fn count_owed(&mut self, by: Option<&OperationId>, more: i64) -> sled::Result<()> {
        match by {
            Some(by) => self.count(key::count_of_owed(by), more),
            None => Ok(()),
        }
    }

    /// Each is counted once, and not again for the agents of each service.
    fn count_work(&mut self, work: &Work, times: i64) -> sled::Result<()> {
        if work.service.is_some() {
            return Ok(());
        }
        self.count(key::count_of_work(work.kind), times * i64::from(work.count))
    }

    fn count(&mut self, key: Vec<u8>, more: i64) -> sled::Result<()> {
        let before = self.get(&key)?.as_deref().and_then(key::read_count);
        let now = before.unwrap_or_default().saturating_add_signed(more);
        let now = (now > 0).then(|| now.to_be_bytes().to_vec());
        self.put(key, now)
    }

    pub(crate) fn remove(&mut self, key: Vec<u8>) -> sled::Result<()> {
        self.put(key, None)
    }

    fn get(&self, key: &[u8]) -> sled::Result<Option<Vec<u8>>> {
        match self.entries.get(key) {
            Some(value) => Ok(value.clone()),
            None => Ok(self.db.get(key)?.map(|value| value.to_vec())),
        }
    }

    fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) -> sled::Result<()> {
        let before = self.get(&key)?;
        if before == value {
            return Ok(());
        }
        for entry in [&before, &value].into_iter().flatten() {
            self.digest ^= key::digest(&key, entry);
        }
        self.entries.insert(key, value);
        Ok(())
    }

    /// All of it at once.
    pub(crate) fn into_batch(self) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for (key, value) in self.entries {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        batch
    }
}
