//! The folder of journeys: found, read, and loaded for the verbs that run on one.

use std::path::{Path, PathBuf};

use clap::Args;
use parcours_lang::{FolderError, Loaded, Source, load, read_dir};

use crate::report;
use crate::terminal::Paint;

/// `--journeys`.
#[derive(Debug, Args)]
pub(crate) struct Folder {
    /// The folder of journeys: definitions, services and types of life event.
    #[arg(
        id = "journeys",
        long = "journeys",
        value_name = "DIR",
        default_value = "journeys"
    )]
    pub(crate) path: PathBuf,
}

impl Folder {
    /// Loads the folder. Warnings are for `parcours check` to tell.
    ///
    /// # Errors
    /// A text that says what is wrong, each error with its place, ready to be shown.
    pub(crate) fn load(&self, paint: Paint) -> Result<Loaded, String> {
        let sources = sources(&self.path)?;
        let (loaded, problems) = load(&sources);
        loaded.ok_or_else(|| {
            let errors: Vec<_> = problems
                .iter()
                .filter(|problem| problem.severity() == parcours_lang::Severity::Error)
                .collect();
            format!(
                "{}\nthe journeys in {} cannot be used: {}; `parcours check {1}` tells all",
                errors
                    .iter()
                    .take(3)
                    .map(|problem| report::shown(&self.path, problem, paint))
                    .collect::<String>(),
                self.path.display(),
                report::counted(errors.len(), "error", "errors"),
            )
        })
    }
}

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
