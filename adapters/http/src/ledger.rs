//! Who read which journey, when, and on what ground: written apart from the log, and without any value.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDateTime;
use parcours_core::JourneyId;
use parcours_runtime::Instant;
use serde_json::json;

/// One reading of a journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// When: civil time.
    pub at: NaiveDateTime,
    /// Which journey.
    pub journey: JourneyId,
    /// What was read: `page`, `leaflet`, `calendar`, `history`, `view`, `because`; `list` of a row with initials; or said: `act`, `fact`; `new link` when one was made.
    pub what: &'static str,
    /// Who: `holder`, or the name of a credential.
    pub who: String,
    /// On what ground: `signed link`, or what the credential is for.
    pub ground: &'static str,
    /// The name of the link they came by, or that they had made; it opens nothing.
    pub link: Option<String>,
}

/// Where readings are written down.
pub trait Ledger: Send + Sync + 'static {
    /// Writes one down. When that fails, an agent or a system is not shown the journey; its holder is.
    ///
    /// # Errors
    /// When it could not be written.
    fn record(&self, read: &Read) -> io::Result<()>;
}

/// A ledger in a file that nobody else reads: one JSON object a line, its time in UTC, only ever appended to. A line that was cut, by a
/// full disk or a loss of power, stays as it is; the next one stands apart from it.
#[derive(Debug)]
pub struct FileLedger(Mutex<Lines>);

#[derive(Debug)]
struct Lines {
    file: File,
    /// The last line may have no end.
    cut: bool,
}

impl FileLedger {
    /// Opens, or begins, the ledger at `path`.
    ///
    /// # Errors
    /// When the file can be neither opened nor created.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(0))? > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        let cut = last != *b"\n";
        Ok(Self(Mutex::new(Lines { file, cut })))
    }
}

impl Ledger for FileLedger {
    fn record(&self, read: &Read) -> io::Result<()> {
        let mut line = json!({
            "at": Instant::of_civil(read.at).utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "journey": read.journey.to_string(),
            "what": read.what,
            "who": read.who,
            "ground": read.ground,
        });
        if let Some(link) = &read.link {
            line["link"] = json!(link);
        }
        // A poisoned lock only says that a write panicked.
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Lines { file, cut } = &mut *lines;
        put(file, cut, &line.to_string())
    }
}

/// Writes a line, apart from one that was cut. When that fails, `cut` says whether what went out has no end.
fn put(file: &mut impl Write, cut: &mut bool, line: &str) -> io::Result<()> {
    let apart = if *cut { "\n" } else { "" };
    let text = format!("{apart}{line}\n");
    let mut rest = text.as_bytes();
    // One write a line, unless the disk takes less: two processes that append do not mix theirs.
    while !rest.is_empty() {
        match file.write(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(taken) => {
                let (out, left) = rest.split_at(taken);
                *cut = !out.ends_with(b"\n");
                rest = left;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A ledger in memory, for tests and demonstrations.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<Vec<Read>>);

impl MemoryLedger {
    /// What was read so far.
    #[must_use]
    pub fn reads(&self) -> Vec<Read> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Ledger for MemoryLedger {
    fn record(&self, read: &Read) -> io::Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(read.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    #[derive(Default)]
    struct Disk {
        room: usize,
        text: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.room);
            if taken == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room -= taken;
            self.text.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_leaves_no_line_that_is_empty_and_none_that_is_mixed() {
        for (room, left) in [
            (0, "whole\n"),
            (2, "on\nwhole\n"),
            (3, "one\nwhole\n"),
            (4, "one\nwhole\n"),
        ] {
            let (mut disk, mut cut) = (Disk::default(), false);
            disk.room = room;
            assert_eq!(put(&mut disk, &mut cut, "one").is_ok(), room == 4);
            // It stays full for a while, and has room for the end of a line only.
            assert!(put(&mut disk, &mut cut, "nothing").is_err());
            disk.room = usize::from(cut);
            assert!(put(&mut disk, &mut cut, "nothing").is_err());
            disk.room = 100;
            put(&mut disk, &mut cut, "whole").unwrap();
            assert_eq!(String::from_utf8_lossy(&disk.text), left, "room for {room}");
            assert!(!cut);
        }
    }

    #[test]
    fn every_reading_is_a_line_that_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.jsonl");
        let read = Read {
            at: "2026-03-02T10:00:00".parse().unwrap(),
            journey: JourneyId::new(1, [2; 14]),
            what: "page",
            who: "holder".to_owned(),
            ground: "signed link",
            link: Some("abcdefghijklmnop".to_owned()),
        };
        FileLedger::open(&path).unwrap().record(&read).unwrap();
        // The disk was full in the middle of a line.
        let cut = OpenOptions::new().append(true).open(&path).unwrap();
        { &cut }.write_all(b"{\"at\":\"2026-").unwrap();
        FileLedger::open(&path).unwrap().record(&read).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("{\"at\":\"2026-\n", "");
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["journey"], read.journey.to_string());
        assert_eq!(lines[1]["link"], "abcdefghijklmnop");
        assert_eq!(lines[1]["at"], "2026-03-02T09:00:00Z");
        #[cfg(unix)]
        {
            let about = std::fs::metadata(&path).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions());
            assert_eq!(mode & 0o777, 0o600, "nobody else reads who read what");
        }
    }
}
