//! Where each key stands, built on opening and held in memory: some 150 bytes a data key, and no key itself.

use std::collections::HashMap;

use parcours_log::seal::{KeyRef, PersonTag, Scope, WrapPlace};

use super::forgotten::{Entry, Forgotten, What};
use super::slot::{PersonSlot, Slot};

#[derive(Default)]
pub(super) struct Index {
    names: HashMap<KeyRef, DataAt>,
    scopes: HashMap<Scope, KeyRef>,
    people: HashMap<PersonTag, PersonAt>,
}

/// Where a data key stands, and whose it is.
#[derive(Clone, Copy)]
pub(super) struct DataAt {
    pub(super) slot: u32,
    pub(super) person: PersonTag,
    pub(super) scope: Scope,
}

/// Where a person key stands, and which data keys it wraps.
pub(super) struct PersonAt {
    pub(super) slot: u32,
    pub(super) data: Vec<KeyRef>,
}

impl Index {
    pub(super) fn named(&self, name: KeyRef) -> Option<DataAt> {
        self.names.get(&name).copied()
    }

    pub(super) fn serving(&self, scope: Scope) -> Option<KeyRef> {
        self.scopes.get(&scope).copied()
    }

    pub(super) fn person(&self, person: PersonTag) -> Option<&PersonAt> {
        self.people.get(&person)
    }

    pub(super) fn counts(&self) -> (usize, usize) {
        (self.people.len(), self.names.len())
    }

    pub(super) fn add_person(&mut self, person: PersonTag, slot: u32) {
        self.people.insert(
            person,
            PersonAt {
                slot,
                data: Vec::new(),
            },
        );
    }

    /// Adds a data key of a person added before.
    pub(super) fn add_data(&mut self, name: KeyRef, at: DataAt) {
        if let Some(person) = self.people.get_mut(&at.person) {
            person.data.push(name);
            self.scopes.insert(at.scope, name);
            self.names.insert(name, at);
        }
    }

    /// Takes a person out, with all their data keys: the slots to overwrite.
    pub(super) fn remove_person(&mut self, person: PersonTag) -> Vec<u32> {
        let Some(at) = self.people.remove(&person) else {
            return Vec::new();
        };
        let data = at
            .data
            .iter()
            .filter_map(|name| self.remove_name(*name))
            .map(|at| at.slot);
        let mut slots: Vec<_> = data.collect();
        slots.push(at.slot);
        slots
    }

    /// Takes a data key out, and its person's key if it was the last: the slots to overwrite.
    pub(super) fn remove_data(&mut self, name: KeyRef) -> Vec<u32> {
        let Some(at) = self.remove_name(name) else {
            return Vec::new();
        };
        let mut slots = vec![at.slot];
        if let Some(person) = self.people.get_mut(&at.person) {
            person.data.retain(|other| *other != name);
            if person.data.is_empty() {
                slots.extend(self.remove_person(at.person));
            }
        }
        slots
    }

    fn remove_name(&mut self, name: KeyRef) -> Option<DataAt> {
        let at = self.names.remove(&name)?;
        self.scopes.remove(&at.scope);
        Some(at)
    }
}

/// What reading all slots gave.
#[derive(Default)]
pub(super) struct Scan {
    people: Vec<(u32, [u8; 16], PersonTag, u64)>,
    data: Vec<(u32, WrapPlace)>,
    pub(super) free: Vec<u32>,
    pub(super) damaged: Vec<u32>,
}

/// What is to be done about it.
pub(super) struct Settled {
    pub(super) index: Index,
    /// Slots to overwrite: what is in the list of the forgotten, and what is of no use to anybody.
    pub(super) wipe: Vec<u32>,
    /// How many of them held a key that was in the list.
    pub(super) finished: usize,
    /// Data keys of forgotten people that the list does not name yet.
    pub(super) unlisted: Vec<Entry>,
    /// Data keys without their person's key.
    pub(super) orphans: usize,
    /// A person with two keys: never written so.
    pub(super) twice: Option<u32>,
}

impl Scan {
    pub(super) fn see(&mut self, number: u32, slot: &Slot) {
        match slot {
            Slot::Free => self.free.push(number),
            Slot::Damaged => self.damaged.push(number),
            Slot::Person(PersonSlot {
                name, tag, born, ..
            }) => self.people.push((number, *name, *tag, *born)),
            Slot::Data(data) => self.data.push((number, data.place)),
        }
    }

    /// Applies the list of the forgotten to what was read.
    pub(super) fn settle(&self, list: &Forgotten) -> Settled {
        let mut settled = Settled {
            index: Index::default(),
            wipe: Vec::new(),
            finished: 0,
            unlisted: Vec::new(),
            orphans: 0,
            twice: None,
        };
        let mut named = HashMap::new();
        for (slot, name, tag, born) in &self.people {
            let gone = list.covers(*tag, *born);
            named.insert(*name, (*tag, gone));
            if gone {
                settled.wipe.push(*slot);
            } else if settled.index.person(*tag).is_some() {
                settled.twice = Some(*slot);
            } else {
                settled.index.add_person(*tag, *slot);
            }
        }
        for (slot, place) in &self.data {
            let person = named.get(&place.wrapped_by);
            match person {
                _ if list.has(place.key) => settled.wipe.push(*slot),
                Some((tag, true)) => {
                    settled.wipe.push(*slot);
                    let on = list.last(*tag).expect("the list covers this person");
                    settled.unlisted.push(Entry {
                        what: What::Data(place.key),
                        on,
                        slot: Some(*slot),
                    });
                }
                Some((tag, false)) => {
                    settled.index.add_data(
                        place.key,
                        DataAt {
                            slot: *slot,
                            person: *tag,
                            scope: place.scope,
                        },
                    );
                }
                None => settled.orphans += 1,
            }
        }
        settled.finished = settled.wipe.len();
        // A person key without data keys serves nothing: made just before power failed, or the last data key went.
        let idle: Vec<_> = settled
            .index
            .people
            .iter()
            .filter(|(_, at)| at.data.is_empty())
            .map(|(tag, _)| *tag)
            .collect();
        for tag in idle {
            settled.wipe.extend(settled.index.remove_person(tag));
        }
        // A slot torn while a key was being destroyed may still show half of it.
        settled
            .wipe
            .extend(self.damaged.iter().filter(|slot| list.touched(**slot)));
        settled
    }
}
