//! What is remembered, bounded: the least recently used goes first.

use std::cell::Cell;
use std::collections::BTreeMap;

/// A bounded map. What is dropped can be read again.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    entries: BTreeMap<K, (Cell<u64>, V)>,
    clock: Cell<u64>,
    most: usize,
}

impl<K: Ord + Copy, V> Cache<K, V> {
    /// At most about `most` entries: an eighth more for a while, so that dropping is done in bulk.
    pub(super) fn of(most: usize) -> Self {
        Self {
            entries: BTreeMap::new(),
            clock: Cell::new(0),
            most: most.max(1),
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        let (used, value) = self.entries.get(key)?;
        used.set(self.tick());
        Some(value)
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        let now = self.tick();
        self.entries.insert(key, (Cell::new(now), value));
        if self.entries.len() > self.most + self.most / 8 {
            let mut by_use: Vec<(u64, K)> = self
                .entries
                .iter()
                .map(|(key, (used, _))| (used.get(), *key))
                .collect();
            by_use.sort_unstable();
            for (_, key) in by_use.iter().take(self.entries.len() - self.most) {
                self.entries.remove(key);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    fn tick(&self) -> u64 {
        self.clock.set(self.clock.get() + 1);
        self.clock.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = Cache::of(2);
        cache.put(1, "one");
        cache.put(2, "two");
        assert_eq!(cache.get(&1), Some(&"one"));
        cache.put(3, "three");
        assert_eq!(
            (cache.get(&1), cache.get(&2), cache.get(&3)),
            (Some(&"one"), None, Some(&"three"))
        );
    }
}
