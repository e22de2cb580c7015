//! What is left in the folder when it is closed in good order: a hash of its files, so that the next start need not read every entry to
//! believe them.
//!
//! The file says: version (1), hash of the files (32), head and digest as in the entry of the head, names in the filter (8), its bits,
//! hash of all of that (32). Whatever is not as it was written is as good as no file: then every entry is read.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::filter::Filter;

/// The version of this file; another one is not read.
const VERSION: u8 = 1;

/// Its name, among the files of sled.
const NAME: &str = "sealed";

/// Its name while it is being written.
const NEW: &str = "sealing";

/// What a good close left.
pub(crate) struct Seal {
    /// The entry of the head, as it was.
    pub(crate) head: Vec<u8>,
    pub(crate) filter: Filter,
}

/// Leaves it. The folder must be closed.
pub(crate) fn leave(folder: &Path, head: &[u8], filter: &Filter) -> io::Result<()> {
    let mut bytes = vec![VERSION];
    bytes.extend(files(folder)?.as_bytes());
    bytes.extend((head.len() as u64).to_be_bytes());
    bytes.extend(head);
    bytes.extend(filter.write());
    let hash = blake3::hash(&bytes);
    bytes.extend(hash.as_bytes());
    File::create(folder.join(NEW))?.write_all(&bytes)?;
    fs::rename(folder.join(NEW), folder.join(NAME))
}

/// Reads it, and whether the files are those that it speaks of. Whatever is wrong: nothing.
pub(crate) fn read(folder: &Path) -> Option<Seal> {
    let bytes = fs::read(folder.join(NAME)).ok()?;
    let (bytes, hash) = bytes.split_last_chunk::<32>()?;
    if blake3::hash(bytes).as_bytes() != hash {
        return None;
    }
    let (version, rest) = bytes.split_first()?;
    let (of_files, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let (head, filter) = rest.split_at_checked(length)?;
    if *version != VERSION || files(folder).ok()?.as_bytes() != of_files {
        return None;
    }
    Some(Seal {
        head: head.to_vec(),
        filter: Filter::read(filter)?,
    })
}

/// Takes it away; from now on the folder changes. Nothing there is fine.
pub(crate) fn take_away(folder: &Path) {
    // It would only speak of other files.
    let _gone = fs::remove_file(folder.join(NAME));
}

/// A hash of the names and the contents of all files of a folder, but for its own.
fn files(root: &Path) -> io::Result<blake3::Hash> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if [NAME, NEW].iter().all(|own| path != root.join(own)) {
                found.push(path);
            }
        }
    }
    found.sort();
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; 1 << 20];
    for path in found {
        let name = path.strip_prefix(root).unwrap_or(&path);
        let mut file = File::open(&path)?;
        hasher.update(name.as_os_str().as_encoded_bytes());
        hasher.update(&file.metadata()?.len().to_be_bytes());
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            hasher.update(chunk.get(..read).unwrap_or_default());
        }
    }
    Ok(hasher.finalize())
}

#[cfg(test)]
mod tests {
    use parcours_log::lookups::{Lookups, Noted};
    use parcours_log::{CommitPosition, Hash, Head, Position, StreamId};

    use super::*;
    use crate::{Config, SledLookups};

    fn note(lookups: &SledLookups, block: u64) {
        let block = Position::from_u64(block);
        let at = CommitPosition { block, index: 0 };
        let stream = StreamId([7; 16]);
        let head = Head {
            position: block,
            hash: Hash::ZERO,
        };
        let changes = Vec::new();
        let noted = Noted {
            at,
            stream,
            changes,
        };
        lookups.note(head, &[noted]).expect("notable");
    }

    #[test]
    fn what_was_closed_in_good_order_is_believed_until_it_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = || SledLookups::open(Config::new(folder.path())).expect("it opens");
        let lookups = open();
        note(&lookups, 1);
        assert!(read(folder.path()).is_none(), "it is open");
        drop(lookups);
        assert!(read(folder.path()).is_some(), "it was closed");

        let lookups = open();
        assert!(read(folder.path()).is_none(), "it is open again");
        assert_eq!(
            lookups.head().expect("readable").position,
            Position::from_u64(1)
        );
        note(&lookups, 2);
        drop(lookups);
        let file = folder.path().join("db");
        let mut bytes = fs::read(&file).expect("readable");
        bytes[40] ^= 1;
        fs::write(&file, bytes).expect("writable");
        assert!(read(folder.path()).is_none(), "one bit has changed");
    }
}
