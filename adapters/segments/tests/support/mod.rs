//! A folder as data: the bytes of each of its files, by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

pub(crate) type Image = BTreeMap<String, Vec<u8>>;

/// What is in the folder now. The lock holds nothing and is left out.
pub(crate) fn image_of(folder: &Path) -> Image {
    let entries = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed"));
    let named = entries.map(|entry| {
        (
            entry.file_name().into_string().expect("names are plain"),
            entry.path(),
        )
    });
    let files = named.filter(|(name, _)| name != "lock");
    files
        .map(|(name, path)| (name, fs::read(path).expect("files can be read")))
        .collect()
}

/// A new folder that holds this: in memory where the machine offers it, since these tests make hundreds.
pub(crate) fn folder_of(image: &Image) -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        TempDir::new_in(memory)
    } else {
        TempDir::new()
    };
    let folder = folder.expect("there is room for a folder");
    for (name, bytes) in image {
        fs::write(folder.path().join(name), bytes).expect("there is room for a file");
    }
    folder
}
