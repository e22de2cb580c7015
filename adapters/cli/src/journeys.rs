//! The folder of journeys, found and read.

use std::path::Path;

use parcours_lang::{FolderError, Source, read_dir};

/// Every file of a folder of journeys.
///
/// # Errors
/// A text that says what to give instead, when there is no such folder, it cannot be read, or it holds no definition.
pub(crate) fn sources(folder: &Path) -> Result<Vec<Source>, String> {
    let told = |error: FolderError| match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    if !folder.is_dir() {
        return Err(format!(
            "there is no folder `{}`: give the folder that holds `life-events/`, `services/` and one folder a journey",
            folder.display()
        ));
    }
    let sources = read_dir(folder).map_err(told)?;
    if sources.is_empty() {
        return Err(format!(
            "`{}` holds no `.yaml` file: give the folder that holds `life-events/`, `services/` and one folder a journey",
            folder.display()
        ));
    }
    Ok(sources)
}
