//! A disk and what it may hold after loss of power: what was synced, and any part of what was not.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Image;
use crate::trace::Operation;

#[derive(Clone, Default)]
pub(crate) struct Disk {
    files: Vec<Content>,
    /// Names that are durable, where the folders they are in are.
    names: BTreeMap<String, usize>,
    /// Folders in it that are durable.
    folders: BTreeSet<String>,
    /// Names given, changed and taken away since their folder was last synced, in order.
    renamings: Vec<Renaming>,
}

#[derive(Clone, Default)]
struct Content {
    synced: Vec<u8>,
    writes: Vec<(usize, Vec<u8>)>,
}

#[derive(Clone)]
enum Renaming {
    MadeFolder(String),
    Made(String, usize),
    Renamed(String, String),
    Removed(String),
}

impl Renaming {
    /// The folder whose sync makes it durable.
    fn folder(&self) -> &str {
        match self {
            Self::MadeFolder(name)
            | Self::Made(name, _)
            | Self::Renamed(_, name)
            | Self::Removed(name) => folder_of(name),
        }
    }
}

/// The folder that a name is in: of the whole disk, the empty one.
fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl Disk {
    /// The folders that a running system shows.
    pub(crate) fn folders(&self) -> BTreeSet<String> {
        self.after(self.renamings.len()).1
    }

    /// The files that a running system shows, by name, and how many there ever were.
    pub(crate) fn files(&self) -> (BTreeMap<String, usize>, usize) {
        (self.named(self.renamings.len()), self.files.len())
    }

    pub(crate) fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Make { name, file } => {
                assert_eq!(
                    *file,
                    self.files.len(),
                    "files are numbered as they are made"
                );
                self.files.push(Content::default());
                self.renamings.push(Renaming::Made(name.clone(), *file));
            }
            Operation::Write {
                file,
                offset,
                bytes,
            } => self.files[*file].writes.push((*offset, bytes.clone())),
            Operation::SyncFile { file, .. } => {
                let content = &mut self.files[*file];
                for (offset, bytes) in std::mem::take(&mut content.writes) {
                    write(&mut content.synced, offset, &bytes);
                }
            }
            Operation::MakeFolder { name } => {
                self.renamings.push(Renaming::MadeFolder(name.clone()));
            }
            Operation::SyncFolder { name } => {
                let renamings = std::mem::take(&mut self.renamings).into_iter();
                let (synced, not_yet) = renamings.partition(|one| one.folder() == name);
                self.renamings = synced;
                (self.names, self.folders) = self.after(self.renamings.len());
                self.renamings = not_yet;
            }
            Operation::Rename { from, to } => self
                .renamings
                .push(Renaming::Renamed(from.clone(), to.clone())),
            Operation::Remove { name } => self.renamings.push(Renaming::Removed(name.clone())),
            Operation::Acknowledge(_) => (),
        }
    }

    /// Only what was synced.
    pub(crate) fn synced(&self) -> Image {
        self.named(0)
            .into_iter()
            .map(|(name, file)| (name, self.files[file].synced.clone()))
            .collect()
    }

    /// All that was written.
    pub(crate) fn everything(&self) -> Image {
        let whole = |content: &Content| {
            let mut bytes = content.synced.clone();
            content
                .writes
                .iter()
                .for_each(|(offset, written)| write(&mut bytes, *offset, written));
            bytes
        };
        self.named(self.renamings.len())
            .into_iter()
            .map(|(name, file)| (name, whole(&self.files[file])))
            .collect()
    }

    /// What was synced and, by chance, some of the rest: names in their order, as file systems keep them; writes each by
    /// itself, whole, torn or missing.
    pub(crate) fn some(&self, chance: &mut Chance) -> Image {
        let names = self.named(chance.below(self.renamings.len() + 1));
        let torn = |content: &Content, chance: &mut Chance| {
            let mut bytes = content.synced.clone();
            for (offset, written) in &content.writes {
                let part = match chance.below(5) {
                    0 => 0..0,
                    1 => 0..written.len(),
                    2 => 0..chance.below(written.len() + 1),
                    3 => chance.below(written.len() + 1)..written.len(),
                    _ => {
                        let start = chance.below(written.len() + 1);
                        start..start + chance.below(written.len() - start + 1)
                    }
                };
                if !part.is_empty() {
                    write(&mut bytes, offset + part.start, &written[part]);
                }
            }
            bytes
        };
        names
            .into_iter()
            .map(|(name, file)| (name, torn(&self.files[file], chance)))
            .collect()
    }

    /// The names after so many of the renamings that aren't synced; a file in a folder that is not there is not there.
    fn named(&self, count: usize) -> BTreeMap<String, usize> {
        let (mut names, folders) = self.after(count);
        names.retain(|name, _| folder_of(name).is_empty() || folders.contains(folder_of(name)));
        names
    }

    fn after(&self, count: usize) -> (BTreeMap<String, usize>, BTreeSet<String>) {
        let mut names = self.names.clone();
        let mut folders = self.folders.clone();
        for renaming in &self.renamings[..count] {
            match renaming {
                Renaming::MadeFolder(name) => drop(folders.insert(name.clone())),
                Renaming::Made(name, file) => drop(names.insert(name.clone(), *file)),
                Renaming::Renamed(from, to) => {
                    let file = names.remove(from).expect("what is renamed is there");
                    names.insert(to.clone(), file);
                }
                Renaming::Removed(name) => drop(names.remove(name)),
            }
        }
        (names, folders)
    }
}

fn write(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
    let end = offset + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(written);
}

/// Numbers that look random, and are the same in every run (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}
