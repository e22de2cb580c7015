//! A folder as data: the bytes of each of its files, by name; in a folder of its own, by its path.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use tempfile::TempDir;

pub(crate) type Image = BTreeMap<String, Vec<u8>>;

/// What is in the folder now. Locks hold nothing and are left out.
pub(crate) fn image_of(folder: &Path) -> Image {
    let mut image = Image::new();
    let entries = fs::read_dir(folder).expect("the folder is there");
    for entry in entries {
        let entry = entry.expect("it can be listed");
        let name = entry.file_name().into_string().expect("names are plain");
        if entry.path().is_dir() {
            let inside = image_of(&entry.path()).into_iter();
            image.extend(inside.map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else if name != "lock" {
            image.insert(name, fs::read(entry.path()).expect("files can be read"));
        }
    }
    image
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
        let path = folder.path().join(name);
        let inside = path.parent().expect("a file is in a folder");
        parcours_segments::private_folder(inside).expect("there is room for a folder");
        let mut file = OpenOptions::new();
        let file = file.write(true).create_new(true).mode(0o600).open(path);
        let written = file.and_then(|mut file| file.write_all(bytes));
        written.expect("there is room for a file");
    }
    folder
}
