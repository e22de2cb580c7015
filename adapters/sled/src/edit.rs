//! Changes that are made together: to entries, and to the digest over them.

use std::collections::BTreeMap;

use parcours_core::intake::PublishedId;
use parcours_log::StreamId;
use parcours_log::lookups::{Change, Mark, Noted, Standing, Timer};

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

    pub(crate) fn note(&mut self, commit: &Noted) -> sled::Result<()> {
        self.put(key::commit(commit.stream, commit.at), Some(vec![]))?;
        commit
            .changes
            .iter()
            .try_for_each(|change| self.change(commit, change))
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
                    self.remove(key::incident(before))?;
                } else {
                    self.names.push(*published);
                }
                self.put(key, Some(key::write_receipt(commit.at, *named)))
            }
            Change::Incident => self.put(key::incident(commit.at), Some(vec![])),
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
                self.put(key::journey(*journey), Some(name.as_str().into()))?;
                self.put(key::named_journey(name, *journey), Some(vec![]))
            }
            Change::Dossier(person, journey) => {
                self.put(key::in_dossier(*person, *journey), Some(vec![]))
            }
            Change::Stands(standing) => self.stand(commit.stream, *standing),
            Change::Law => self.sweep(Some(StreamId([0; 16]))),
            Change::Swept => self.sweep(None),
        }
    }

    pub(crate) fn sweep(&mut self, to: Option<StreamId>) -> sled::Result<()> {
        self.put(key::SWEEP.to_vec(), to.map(|to| to.0.to_vec()))
    }

    pub(crate) fn stand(&mut self, stream: StreamId, standing: Standing) -> sled::Result<()> {
        let key = key::standing(stream);
        let before = self.get(&key)?.as_deref().and_then(key::read_standing);
        let before = before.unwrap_or_default();
        if before == standing {
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
                self.put(key::mark(mark, stream), marked)?;
            }
        }
        self.put(key, key::write_standing(standing))
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
        for entry in [self.get(&key)?, value.clone()].into_iter().flatten() {
            self.digest ^= key::digest(&key, &entry);
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
