//! The folder of journeys, as files.

use std::io;
use std::path::{Path, PathBuf};

use crate::source::Source;

/// The folder of journeys cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Reading failed: try again, or mend permissions.
    #[error("cannot read {path}")]
    Io {
        /// What was being read.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The text is not UTF-8: save it again as UTF-8.
    #[error("{path} is not text in UTF-8; save it again as UTF-8")]
    NotText {
        /// Which file.
        path: PathBuf,
    },
}

/// Collects every `.yaml` file below `folder`, sorted by path. Hidden files and folders are left out; a `.yml` is
/// collected too, so that it is told of rather than silently ignored.
///
/// # Errors
/// [`FolderError`] names the first file or folder that cannot be read.
pub fn read_dir(folder: &Path) -> Result<Vec<Source>, FolderError> {
    let mut sources = Vec::new();
    collect(folder, "", &mut sources)?;
    sources.sort();
    Ok(sources)
}

fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<(), FolderError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| FolderError::Io { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(FolderError::NotText { path });
        };
        if name.starts_with('.') {
            continue;
        }
        let below = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        // A link to a folder above would never end: links are followed to files only.
        let kind = entry.file_type().map_err(failed(&path))?;
        if kind.is_dir() {
            collect(&path, &below, sources)?;
        } else if name.ends_with(".yaml") || name.ends_with(".yml") {
            let bytes = std::fs::read(&path).map_err(failed(&path))?;
            let text = String::from_utf8(bytes).map_err(|_| FolderError::NotText { path })?;
            sources.push(Source::new(below, text));
        }
    }
    Ok(())
}
