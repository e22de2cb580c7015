//! The handle that the engine holds.

use std::future::Future;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use futures::channel::oneshot;
use futures::{Stream, StreamExt as _};
use parcours_log::{Block, Head, Log, LogError, Position};

use crate::config::Config;
use crate::folder::Folder;
use crate::reader::{self, Batch, Place};
use crate::recovery;
use crate::view::View;
use crate::writer::{Request, Writer};

/// The log on segment files: one lane, in one folder, written by one process.
///
/// Clones are handles on the same lane. All work on files is done by threads of its own, so it runs under any executor and
/// never holds up a worker. Blocks survive loss of power if the disk keeps the promise of `fdatasync`, and if an interrupted
/// write changes no byte besides its own.
#[derive(Clone, Debug)]
pub struct SegmentLog {
    threads: Arc<Threads>,
    view: Arc<View>,
}

/// What the handles share; when the last one is gone the threads end, and the lock is given back.
#[derive(Debug)]
struct Threads {
    writer: Mutex<Option<Sender<Request>>>,
    readers: Mutex<Option<Sender<reader::Request>>>,
    handles: Vec<JoinHandle<()>>,
}

impl SegmentLog {
    /// Opens the log of this folder, through recovery, or makes a new one.
    ///
    /// `Unavailable` if another process has it open, `Corrupt` with the place if what was acknowledged doesn't read, `Full`
    /// if there is no room for a first segment.
    pub async fn open(config: Config) -> Result<Self, LogError> {
        let (sender, receiver) = mpsc::channel();
        let (answer, opened) = oneshot::channel();
        let readers = config.readers.max(1);
        let writer = spawn("log-writer", move || {
            let recovered = Folder::lock(&config.folder).and_then(|folder| {
                let (tail, segments) = recovery::recover(&folder, &config)?;
                let view = Arc::new(View::new(tail.head, segments));
                Ok((Writer::new(folder, config, Arc::clone(&view), tail), view))
            });
            match recovered {
                Err(error) => {
                    let _ignored = answer.send(Err(error));
                }
                // If nobody waits for the answer any more, nobody will ever write.
                Ok((writer, view)) => {
                    if answer.send(Ok(view)).is_ok() {
                        writer.run(&receiver);
                    }
                }
            }
        })?;
        let view = opened.await.map_err(|_| gone())??;
        Self::over(view, Some(sender), vec![writer], readers)
    }

    /// Looks at the log in a folder that another process has open: what was durable at that moment can be read, nothing is
    /// changed, and no lock is taken. Appends get `Closed`.
    ///
    /// `Corrupt` with the place when a segment is missing or is not what was made.
    pub fn look(config: Config) -> Result<Self, LogError> {
        let (head, segments) = recovery::look(&config.folder)?;
        let view = Arc::new(View::new(head, segments));
        Self::over(view, None, Vec::new(), config.readers.max(1))
    }

    fn over(
        view: Arc<View>,
        writer: Option<Sender<Request>>,
        mut handles: Vec<JoinHandle<()>>,
        readers: usize,
    ) -> Result<Self, LogError> {
        let (read, requests) = mpsc::channel();
        let requests = Arc::new(Mutex::new(requests));
        for _ in 0..readers {
            let (requests, view) = (Arc::clone(&requests), Arc::clone(&view));
            handles.push(spawn("log-reader", move || reader::run(&requests, &view))?);
        }
        let threads = Threads {
            writer: Mutex::new(writer),
            readers: Mutex::new(Some(read)),
            handles,
        };
        Ok(Self {
            threads: Arc::new(threads),
            view,
        })
    }

    /// After a write error: goes through recovery, and takes blocks again. Gives the head, which tells whether the block whose
    /// append failed survived. Also well on a lane that is open.
    pub async fn reopen(&self) -> Result<Head, LogError> {
        let (answer, answered) = oneshot::channel();
        self.write(Request::Reopen { answer })?;
        answered.await.map_err(|_| gone())?
    }

    /// Ends the writing in good order and gives the lock of the folder back. Other handles can still read.
    ///
    /// Dropping the last handle does the same, but waits for it in place.
    pub async fn close(self) -> Result<(), LogError> {
        let (answer, answered) = oneshot::channel();
        self.write(Request::Close { answer })?;
        answered.await.map_err(|_| gone())?
    }

    fn write(&self, request: Request) -> Result<(), LogError> {
        let sender = self
            .threads
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sender
            .as_ref()
            .and_then(|sender| sender.send(request).ok())
            .ok_or_else(gone)
    }

    fn ask(&self, request: reader::Request) -> Result<(), LogError> {
        let sender = self
            .threads
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sender
            .as_ref()
            .and_then(|sender| sender.send(request).ok())
            .ok_or_else(gone)
    }

    #[cfg(test)]
    pub(crate) fn break_folder(&self) {
        self.write(Request::BreakFolder)
            .expect("the writer is there");
    }

    #[cfg(test)]
    pub(crate) fn break_disk(&self) {
        self.write(Request::Break).expect("the writer is there");
    }
}

impl Log for SegmentLog {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<> {
        let log = self.clone();
        async move {
            let (answer, answered) = oneshot::channel();
            log.write(Request::Append {
                expected,
                block,
                answer,
            })?;
            answered.await.map_err(|_| gone())?
        }
    }

    fn read(
        &self,
        from: Position,
    ) -> impl Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<> {
        let log = self.clone();
        let batches = futures::stream::unfold(Some(Place::After(from)), move |place| {
            let log = log.clone();
            async move {
                let (answer, answered) = oneshot::channel();
                let asked = log.ask(reader::Request::Next {
                    from: place?,
                    answer,
                });
                let batch = match asked {
                    Ok(()) => answered.await.map_err(|_| gone()),
                    Err(error) => Err(error),
                };
                let batch = batch.unwrap_or_else(|error| Batch {
                    blocks: Vec::new(),
                    next: None,
                    error: Some(error),
                });
                let items = batch.blocks.into_iter().map(Ok).chain(batch.error.map(Err));
                Some((futures::stream::iter(items), batch.next))
            }
        });
        batches.flatten().boxed()
    }

    fn get(&self, at: Position) -> impl Future<Output = Result<Block, LogError>> + Send + use<> {
        let log = self.clone();
        async move {
            let (answer, answered) = oneshot::channel();
            log.ask(reader::Request::Get { at, answer })?;
            answered.await.map_err(|_| gone())?
        }
    }

    fn head(&self) -> Head {
        self.view.head()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Without senders the threads find nothing more to do; what was asked for before is done first.
        self.writer
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.readers
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        for handle in self.handles.drain(..) {
            if handle.join().is_err() {
                tracing::error!("a thread of the log has panicked");
            }
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, LogError> {
    let spawned = std::thread::Builder::new().name(name.into()).spawn(work);
    spawned.map_err(|error| LogError::Unavailable {
        reason: format!("cannot start a thread: {error}"),
    })
}

fn gone() -> LogError {
    LogError::Closed {
        reason: "the log was closed, or is only looked at".into(),
    }
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt as _;
    use parcours_log::contract::{append, commit, read};
    use tempfile::TempDir;

    use super::*;

    async fn small(folder: &TempDir) -> SegmentLog {
        let config = Config {
            segment_bytes: 4096,
            reserve: 0,
            ..Config::new(folder.path())
        };
        SegmentLog::open(config).await.unwrap()
    }

    #[tokio::test]
    async fn after_a_write_error_the_lane_is_closed_and_reads_go_on_until_it_is_reopened() {
        let folder = TempDir::new().unwrap();
        let log = small(&folder).await;
        let mut written = vec![append(&log, 1, 2).await];
        log.break_disk();
        let head = log.head();
        let block = head.next(vec![commit(2)]);
        for _ in 0..2 {
            let refused = log.append(head.position, block.clone()).await;
            assert!(
                matches!(&refused, Err(LogError::Closed { reason }) if reason.contains(".segment")),
                "{refused:?}"
            );
        }
        assert_eq!(read(&log, Position::START).await, written);
        assert_eq!(log.get(head.position).await, Ok(written[0].1.clone()));

        assert_eq!(log.reopen().await, Ok(head));
        written.push(append(&log, 3, 1).await);
        assert_eq!(
            log.read(Position::START).try_collect::<Vec<_>>().await,
            Ok(written)
        );
    }

    #[tokio::test]
    async fn a_segment_whose_name_may_be_lost_closes_the_lane_before_another_block_is_written() {
        let folder = TempDir::new().unwrap();
        let log = small(&folder).await;
        let mut written = vec![append(&log, 1, 2).await];
        log.break_folder();
        let head = log.head();
        let large = parcours_log::Commit {
            payload: vec![7; 5000],
            ..commit(2)
        };
        // The first needs a segment of its own, the second would fit where the first block is.
        for block in [head.next(vec![large]), head.next(vec![commit(2)])] {
            let refused = log.append(head.position, block).await;
            assert!(
                matches!(refused, Err(LogError::Closed { .. })),
                "{refused:?}"
            );
        }
        assert_eq!(log.reopen().await, Ok(head));
        written.push(append(&log, 2, 1).await);
        log.close().await.unwrap();
        let log = small(&folder).await;
        assert_eq!(read(&log, Position::START).await, written);
    }

    #[tokio::test]
    async fn a_log_that_somebody_has_open_can_be_looked_at_and_nothing_of_it_changes() {
        let folder = TempDir::new().unwrap();
        let config = || Config::new(folder.path());
        let empty = SegmentLog::look(config()).unwrap();
        assert_eq!(empty.head(), Head::EMPTY);
        let log = small(&folder).await;
        assert_eq!(SegmentLog::look(config()).unwrap().head(), Head::EMPTY);
        let mut written = Vec::new();
        for number in 1..40 {
            written.push(append(&log, number, 3).await);
            let seen = SegmentLog::look(config()).unwrap();
            assert_eq!(seen.head(), log.head(), "after block {number}");
            assert_eq!(read(&seen, Position::START).await, written);
        }
        let seen = SegmentLog::look(config()).unwrap();
        let refused = seen.append(seen.head().position, seen.head().next(vec![commit(1)]));
        assert!(matches!(refused.await, Err(LogError::Closed { .. })));
        append(&log, 40, 1).await;
        assert_eq!(
            read(&seen, Position::START).await,
            written,
            "as it was then"
        );
    }

    #[tokio::test]
    async fn reopening_a_lane_that_is_well_changes_nothing() {
        let folder = TempDir::new().unwrap();
        let log = small(&folder).await;
        let written = parcours_log::contract::append_some(&log, 12).await;
        assert_eq!(log.reopen().await, Ok(log.head()));
        assert_eq!(read(&log, Position::START).await, written);
    }

    #[tokio::test]
    async fn reopening_over_damage_is_refused_and_the_lane_stays_closed() {
        use std::os::unix::fs::FileExt as _;
        let folder = TempDir::new().unwrap();
        let log = small(&folder).await;
        append(&log, 1, 1).await;
        let (second, _) = append(&log, 2, 1).await;
        log.break_disk();
        let file = folder.path().join("0000000000000000.segment");
        let offset = second.to_u64() + 50;
        std::fs::File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .write_all_at(b"X", offset)
            .unwrap();

        let refused = log.reopen().await;
        assert!(
            matches!(&refused, Err(LogError::Corrupt(damage)) if damage.position == Some(second) && damage.block == Some(2)),
            "{refused:?}"
        );
        let closed = log
            .append(log.head().position, log.head().next(vec![]))
            .await;
        assert!(matches!(closed, Err(LogError::Closed { .. })), "{closed:?}");
    }
}
