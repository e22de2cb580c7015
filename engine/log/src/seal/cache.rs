//! A bounded memory of keys, for the hot path.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::key::KeyRef;
use super::keys::HeldKey;
use super::tag::Scope;

/// Keys used lately, by name and by what they serve, at most about `most` of each.
///
/// **Invariant**: holds nothing that was in hand before the latest destruction of a key; see [`at`](Self::at).
pub(super) struct Cache {
    generation: u64,
    by_name: Recent<KeyRef>,
    by_scope: Recent<Scope>,
}

impl Cache {
    pub(super) fn new(most: usize) -> Self {
        Self {
            generation: 0,
            by_name: Recent::new(most),
            by_scope: Recent::new(most),
        }
    }

    /// The cache as of `generation`: emptied if keys were destroyed since it was last used.
    pub(super) fn at(&mut self, generation: u64) -> &mut Self {
        if self.generation != generation {
            self.by_name.clear();
            self.by_scope.clear();
            self.generation = generation;
        }
        self
    }

    pub(super) fn named(&mut self, name: KeyRef) -> Option<Arc<HeldKey>> {
        self.by_name.get(&name)
    }

    pub(super) fn serving(&mut self, scope: Scope) -> Option<Arc<HeldKey>> {
        self.by_scope.get(&scope)
    }

    /// Keeps a key looked up as of `generation`, unless keys were destroyed meanwhile. Found by name only: a key
    /// found so may have been succeeded by another for the same scope.
    pub(super) fn keep(&mut self, key: &Arc<HeldKey>, generation: u64) {
        if self.generation == generation {
            self.by_name.put(key.name, Arc::clone(key));
        }
    }

    /// As [`keep`](Self::keep), for a key that serves its scope today.
    pub(super) fn keep_serving(&mut self, key: &Arc<HeldKey>, generation: u64) {
        self.keep(key, generation);
        if self.generation == generation {
            self.by_scope.put(key.scope, Arc::clone(key));
        }
    }
}

/// Two halves: what was used since the young half was begun, and what was used in the half before. A full young half
/// becomes the old one, and the old one is dropped. Approximates least recently used, without a list.
struct Recent<K> {
    half: usize,
    young: HashMap<K, Arc<HeldKey>>,
    old: HashMap<K, Arc<HeldKey>>,
}

impl<K: Copy + Eq + Hash> Recent<K> {
    fn new(most: usize) -> Self {
        Self {
            half: (most / 2).max(1),
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    fn get(&mut self, by: &K) -> Option<Arc<HeldKey>> {
        if let Some(key) = self.young.get(by) {
            return Some(Arc::clone(key));
        }
        let key = self.old.remove(by)?;
        self.put(*by, Arc::clone(&key));
        Some(key)
    }

    fn put(&mut self, by: K, key: Arc<HeldKey>) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(by, key);
    }

    fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::DataKey;
    use super::*;

    fn key(number: u8) -> Arc<HeldKey> {
        Arc::new(HeldKey {
            name: KeyRef::from_bytes([number; 16]),
            scope: Scope::from_bytes([number; 16]),
            key: DataKey::from_bytes(&[number; 32]),
        })
    }

    #[test]
    fn stays_bounded_and_keeps_what_is_used() {
        let mut cache = Cache::new(8);
        for number in 0..200 {
            cache.keep(&key(number), 0);
            assert!(
                cache.named(KeyRef::from_bytes([0; 16])).is_some(),
                "after {number}"
            );
        }
        assert!(cache.by_name.young.len() + cache.by_name.old.len() <= 8);
        assert!(cache.named(KeyRef::from_bytes([100; 16])).is_none());
    }

    #[test]
    fn a_destruction_empties_it_and_keeps_out_what_was_looked_up_before() {
        let mut cache = Cache::new(8);
        cache.keep_serving(&key(1), 0);
        assert!(cache.at(0).serving(Scope::from_bytes([1; 16])).is_some());
        assert!(cache.at(1).serving(Scope::from_bytes([1; 16])).is_none());
        assert!(cache.named(KeyRef::from_bytes([1; 16])).is_none());
        cache.keep_serving(&key(1), 0);
        assert!(cache.named(KeyRef::from_bytes([1; 16])).is_none());
    }
}
