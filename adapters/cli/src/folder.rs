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
    /// Makes the folder if it is not there, and says whether it can be written in.
    ///
    /// # Errors
    /// That it cannot, and the remedy.
    pub(crate) fn make(&self) -> Result<(), String> {
        let told = |what: &str, error: &std::io::Error| {
            format!(
                "cannot {what} {}: {error}; give the user that runs this the right to write there, or another folder by --data",
                self.path.display()
            )
        };
        parcours_segments::private_folder(&self.path).map_err(|error| told("make", &error))?;
        let tried = tempfile::tempfile_in(&self.path).map_err(|error| told("write in", &error))?;
        drop(tried);
        Ok(())
    }

    /// Who read which journey, and who opened what was rejected.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.path.join("access.jsonl")
    }

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

    /// The log as it is now, beside whoever writes it: what was durable when it was asked for can be read.
    ///
    /// # Errors
    /// What is wrong, and the remedy.
    pub(crate) async fn look_at_log(&self) -> Result<SegmentLog, String> {
        self.has_log()?;
        let config = Config::new(self.log());
        match SegmentLog::open(config.clone()).await {
            Ok(log) => Ok(log),
            // Somebody writes it, or it may only be read.
            Err(LogError::Unavailable { .. }) => {
                SegmentLog::look(config).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// Opens the log, and keeps everybody else out. Another process that has it open is told of.
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

/// `16MiB`, `1GiB`, `0`: bytes, in whole units.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let wrong =
        || format!("`{text}` is no size; write a whole number and a unit, as 64MiB or 2GiB");
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];
    let (digits, shift) = units
        .into_iter()
        .find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)))
        .or_else(|| (text == "0").then_some((text, 0)))
        .ok_or_else(wrong)?;
    let count: u64 = digits.trim().parse().map_err(|_| wrong())?;
    count.checked_mul(1 << shift).ok_or_else(wrong)
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
    fn sizes_are_read_and_nothing_else_is() {
        assert_eq!(
            ["0", "7KiB", "2 GiB"].map(size),
            [Ok(0), Ok(7 << 10), Ok(2 << 30)]
        );
        for bad in ["", "7", "-1MiB", "1.5GiB", "20000000TiB", "MiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bytes_are_told_in_the_unit_that_fits() {
        let told = [7, 1024, 1536, 16 << 20, 5 << 40].map(bytes);
        assert_eq!(
            told,
            ["7 bytes", "1.0 KiB", "1.5 KiB", "16.0 MiB", "5.0 TiB"]
        );
    }
}
