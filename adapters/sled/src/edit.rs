//! Changes that are made together: to entries, and to the digest over them.

use std::collections::BTreeMap;

use parcours_core::intake::PublishedId;
use parcours_log::StreamId;
use parcours_log::lookups::{Change, Noted, Timer, Wake};

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
        for change in &commit.changes {
            match *change {
                Change::Receipt(published) => {
                    let key = key::receipt(published);
                    if self.get(&key)?.is_none() {
                        self.put(key, Some(commit.at.to_be_bytes().to_vec()))?;
                        self.names.push(published);
                    }
                }
                Change::Dossier(person, journey) => {
                    self.put(key::journey(person, journey), Some(vec![]))?;
                }
                Change::Timer(wake) => self.arm(commit.stream, wake)?,
            }
        }
        Ok(())
    }

    pub(crate) fn arm(&mut self, stream: StreamId, wake: Option<Wake>) -> sled::Result<()> {
        let key = key::wake_of(stream);
        if let Some(wake) = self.get(&key)?.as_deref().and_then(key::read_wake) {
            self.put(key::timer(Timer { wake, stream }), None)?;
        }
        if let Some(wake) = wake {
            self.put(key::timer(Timer { wake, stream }), Some(vec![]))?;
        }
        self.put(key, wake.map(|wake| key::wake(wake).to_vec()))
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
