//! How far an engine is that opens, for whoever waits for it; and the way to have it leave off.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use futures::{Stream, StreamExt};
use parcours_core::view::words::grouped;
use parcours_log::{Block, Head, Log, LogError, Position};

/// How far the lookups are that are brought to the head of the log: told while it goes on, to anybody who holds a copy.
#[derive(Clone, Debug, Default)]
pub struct Opening(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    /// Everything is read, and not only what came since.
    anew: AtomicBool,
    journeys: AtomicU64,
    block: AtomicU64,
    of: AtomicU64,
    leave_off: AtomicBool,
}

impl Opening {
    /// Has it leave off at the next block. What was noted until then is good, and the next start goes on from there.
    pub fn leave_off(&self) {
        self.0.leave_off.store(true, Relaxed);
    }

    pub(crate) fn begins_anew(&self) {
        self.0.anew.store(true, Relaxed);
        self.0.journeys.store(0, Relaxed);
    }

    pub(crate) fn began(&self, journeys: usize) {
        let journeys = u64::try_from(journeys).unwrap_or(u64::MAX);
        self.0.journeys.fetch_add(journeys, Relaxed);
    }

    /// The same log, whose reading is watched.
    pub(crate) fn of<L: Log>(&self, log: L) -> Watched<L> {
        self.0.of.store(log.head().position.to_u64(), Relaxed);
        Watched {
            log,
            opening: self.clone(),
        }
    }

    fn read(&self, position: Position) -> Result<(), LogError> {
        self.0.block.fetch_max(position.to_u64(), Relaxed);
        if self.0.leave_off.load(Relaxed) {
            return Err(LogError::Unavailable {
                reason: "it was asked to leave off".to_owned(),
            });
        }
        Ok(())
    }
}

/// In words: `rebuilding lookups: 12,000 journeys so far, 43 % of the log read`.
impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = &*self.0;
        let [read, of] = [&told.block, &told.of].map(|number| u128::from(number.load(Relaxed)));
        // What a position counts is the log's affair: only how far it is of the last can be told.
        let Some(share) = (read * 100).checked_div(of) else {
            return f.write_str("opening the data folder");
        };
        let journeys = grouped(told.journeys.load(Relaxed), ',');
        let what = match told.anew.load(Relaxed) {
            true => "rebuilding lookups",
            false => "bringing lookups up to date",
        };
        write!(
            f,
            "{what}: {journeys} journeys so far, {share} % of the log read"
        )
    }
}

/// A log whose reading is watched, and can be left off.
pub(crate) struct Watched<L> {
    log: L,
    opening: Opening,
}

impl<L: Log> Log for Watched<L> {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<L> {
        self.log.append(expected, block)
    }

    fn read(
        &self,
        from: Position,
    ) -> impl Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<L> {
        let opening = self.opening.clone();
        self.log.read(from).map(move |next| {
            let (position, block) = next?;
            opening.read(position)?;
            Ok((position, block))
        })
    }

    fn get(&self, at: Position) -> impl Future<Output = Result<Block, LogError>> + Send + use<L> {
        self.log.get(at)
    }

    fn head(&self) -> Head {
        self.log.head()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_is_told_in_numbers_that_can_be_read() {
        let opening = Opening::default();
        assert_eq!(opening.to_string(), "opening the data folder");
        let copy = opening.clone();
        copy.0.of.store(250_000, Relaxed);
        copy.begins_anew();
        copy.began(12_000);
        copy.read(Position::from_u64(30_100)).expect("goes on");
        assert_eq!(
            opening.to_string(),
            "rebuilding lookups: 12,000 journeys so far, 12 % of the log read"
        );
        opening.leave_off();
        assert!(copy.read(Position::from_u64(30_101)).is_err());
    }
}
