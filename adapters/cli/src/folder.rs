//! The data folder of an installation, and what lies where in it.

use std::path::{Path, PathBuf};

use clap::Args;
use parcours_log::LogError;
use parcours_segments::{Config, SegmentLog};

/// `--data`.
#[derive(Clone, Debug, Args)]
pub(crate) struct Data {
    /// The data folder of the engine.
    #[arg(id = "data", long = "data", value_name = "DIR")]
    pub(crate) path: PathBuf,
}

impl Data {
    /// The log: the truth.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// What is looked up over the log. Deleting it while nothing has it open loses nothing but time.
    pub(crate) fn lookups(&self) -> PathBuf {
        self.path.join("lookups")
    }

    /// The keys of values about people.
    pub(crate) fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// Says that there is a log, so that looking at one never makes one.
    ///
    /// # Errors
    /// What to give instead.
    pub(crate) fn has_log(&self) -> Result<(), String> {
        if self.log().is_dir() {
            Ok(())
        } else {
            Err(format!(
                "there is no log in `{}`: give the data folder that `parcours serve --data` was started with",
                self.path.display()
            ))
        }
    }

    /// Opens the log for reading. Another process that has it open is told of.
    ///
    /// # Errors
    /// What is wrong, and the remedy.
    pub(crate) async fn open_log(&self) -> Result<SegmentLog, String> {
        self.has_log()?;
        SegmentLog::open(Config::new(self.log()))
            .await
            .map_err(|error| refused(&error))
    }
}

/// A refusal of the log, with what to do while an engine runs.
pub(crate) fn refused(error: &LogError) -> String {
    match error {
        LogError::Unavailable { .. } => {
            format!("{error}; if an engine runs on this folder, stop it first")
        }
        other => other.to_string(),
    }
}

/// Bytes, as people read them.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} bytes");
    }
    let mut tenths = count * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// Whether nothing lies there yet.
pub(crate) fn is_empty(path: &Path) -> bool {
    std::fs::read_dir(path).map_or(true, |mut entries| entries.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_unit_that_fits() {
        let told = [7, 1024, 1536, 16 << 20, 5 << 40].map(bytes);
        assert_eq!(
            told,
            ["7 bytes", "1.0 KiB", "1.5 KiB", "16.0 MiB", "5.0 TiB"]
        );
    }
}
