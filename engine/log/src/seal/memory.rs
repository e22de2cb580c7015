//! Keys in memory: the twin of the key file for tests and simulations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;

use super::entropy::{Entropy, SeededEntropy};
use super::key::{DataKey, KeyRef};
use super::keys::{Certificate, Found, HeldKey, KeyError, Keys};
use super::tag::{Installation, PersonTag, Scope};

/// Keys that live as long as the process. The same seed gives the same keys, so a simulation can be repeated.
pub struct MemoryKeys {
    installation: Installation,
    generation: AtomicU64,
    state: Mutex<State>,
}

struct State {
    entropy: SeededEntropy,
    keys: BTreeMap<KeyRef, Entry>,
    serving: BTreeMap<Scope, KeyRef>,
    destroyed: BTreeSet<KeyRef>,
    forgotten: BTreeMap<PersonTag, NaiveDate>,
}

struct Entry {
    person: PersonTag,
    held: HeldKey,
    durable: bool,
}

impl MemoryKeys {
    /// No keys yet, of an installation made from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut entropy = SeededEntropy::new(seed);
        let mut secret = [0; 32];
        entropy
            .fill(&mut secret)
            .expect("a seed always gives bytes");
        let state = State {
            entropy,
            keys: BTreeMap::new(),
            serving: BTreeMap::new(),
            destroyed: BTreeSet::new(),
            forgotten: BTreeMap::new(),
        };
        Self {
            installation: Installation::new(&secret),
            generation: AtomicU64::new(0),
            state: Mutex::new(state),
        }
    }

    /// Loses what a loss of power would lose: the keys made since the latest [`sync`](Keys::sync).
    pub fn lose_power(&self) {
        let mut state = self.state();
        state.keys.retain(|_, entry| entry.durable);
        let State { keys, serving, .. } = &mut *state;
        serving.retain(|_, name| keys.contains_key(name));
        self.generation.fetch_add(1, Ordering::Release);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn drop_key(&mut self, name: KeyRef) {
        if let Some(entry) = self.keys.remove(&name) {
            self.serving.remove(&entry.held.scope);
            self.destroyed.insert(name);
        }
    }
}

impl Keys for MemoryKeys {
    fn installation(&self) -> &Installation {
        &self.installation
    }

    fn data_key(&self, person: PersonTag, scope: Scope) -> Result<HeldKey, KeyError> {
        let mut state = self.state();
        if let Some(entry) = state
            .serving
            .get(&scope)
            .and_then(|name| state.keys.get(name))
        {
            return Ok(entry.held.clone());
        }
        let name = KeyRef::draw(&mut state.entropy)?;
        let held = HeldKey {
            name,
            scope,
            key: DataKey::draw(&mut state.entropy)?,
        };
        state.serving.insert(scope, name);
        state.keys.insert(
            name,
            Entry {
                person,
                held: held.clone(),
                durable: false,
            },
        );
        Ok(held)
    }

    fn find(&self, key: KeyRef) -> Result<Found, KeyError> {
        let state = self.state();
        Ok(match state.keys.get(&key) {
            Some(entry) => Found::Key(entry.held.clone()),
            None if state.destroyed.contains(&key) => Found::Destroyed,
            None => Found::NeverExisted,
        })
    }

    fn forget(&self, person: PersonTag, on: NaiveDate) -> Result<Certificate, KeyError> {
        let mut state = self.state();
        let theirs = state
            .keys
            .iter()
            .filter(|(_, entry)| entry.person == person);
        let theirs: Vec<_> = theirs.map(|(name, _)| *name).collect();
        for name in &theirs {
            state.drop_key(*name);
        }
        let before = state.forgotten.get(&person).copied();
        if !theirs.is_empty() || before.is_none() {
            state.forgotten.insert(person, on);
        }
        if !theirs.is_empty() {
            self.generation.fetch_add(1, Ordering::Release);
        }
        Ok(Certificate {
            person,
            on,
            data_keys: theirs.len(),
            before,
        })
    }

    fn destroy(&self, scope: Scope, _on: NaiveDate) -> Result<bool, KeyError> {
        let mut state = self.state();
        let Some(name) = state.serving.get(&scope).copied() else {
            return Ok(false);
        };
        state.drop_key(name);
        self.generation.fetch_add(1, Ordering::Release);
        Ok(true)
    }

    fn sync(&self) -> Result<(), KeyError> {
        self.state()
            .keys
            .values_mut()
            .for_each(|entry| entry.durable = true);
        Ok(())
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract;
    use super::*;

    #[test]
    fn memory_keys_keep_the_contract() {
        contract::keys(&MemoryKeys::new(5));
    }

    #[test]
    fn power_takes_what_was_not_synced_and_nothing_else() {
        let keys = MemoryKeys::new(5);
        let person = PersonTag::from_bytes([1; 16]);
        let kept = keys.data_key(person, Scope::from_bytes([1; 16])).unwrap();
        keys.sync().unwrap();
        let lost = keys.data_key(person, Scope::from_bytes([2; 16])).unwrap();
        keys.lose_power();
        assert!(matches!(keys.find(kept.name).unwrap(), Found::Key(_)));
        assert!(matches!(keys.find(lost.name).unwrap(), Found::NeverExisted));
        assert_ne!(
            keys.data_key(person, Scope::from_bytes([2; 16]))
                .unwrap()
                .name,
            lost.name
        );
    }
}
