//! The log on files keeps every promise of a log, with segments so small that a few blocks fill one.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should stop there"
)]

use std::path::Path;

use parcours_log::contract::Storage;
use parcours_segments::{Config, SegmentLog};
use tempfile::TempDir;

struct Folder {
    folder: TempDir,
}

fn fresh() -> Folder {
    Folder {
        folder: TempDir::new().unwrap(),
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

impl Storage for Folder {
    type Log = SegmentLog;

    async fn open(&mut self) -> SegmentLog {
        let config = Config {
            segment_bytes: 4096,
            reserve: 0,
            ..Config::new(self.folder.path())
        };
        SegmentLog::open(config).await.unwrap()
    }

    async fn close(&mut self, log: SegmentLog) {
        log.close().await.unwrap();
    }

    /// What a killed process leaves: the files as they are, whatever it would have written on its way out.
    async fn crash(&mut self, log: SegmentLog) {
        let left = TempDir::new().unwrap();
        copy(self.folder.path(), left.path());
        drop(log);
        self.folder = left;
    }
}

parcours_log::log_contract!(fresh);
