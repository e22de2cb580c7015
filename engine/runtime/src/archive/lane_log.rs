//! Any log, held as one type: the engine asks for no parameter of it.

use std::sync::Arc;

use futures::StreamExt;
use parcours_log::{Block, Hash, Head, Log, LogError, Position};

use crate::clock::BoxFuture;

/// Any log, as an object.
pub(crate) trait AnyLog: Send + Sync {
    fn append_any(
        &self,
        expected: Position,
        block: Block,
    ) -> BoxFuture<'static, Result<Head, LogError>>;
    fn read_any(
        &self,
        from: Position,
    ) -> Box<dyn futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin>;
    fn get_any(&self, at: Position) -> BoxFuture<'static, Result<Block, LogError>>;
    fn head_any(&self) -> Head;
}

impl<L: Log> AnyLog for L {
    fn append_any(
        &self,
        expected: Position,
        block: Block,
    ) -> BoxFuture<'static, Result<Head, LogError>> {
        Box::pin(Log::append(self, expected, block))
    }

    fn read_any(
        &self,
        from: Position,
    ) -> Box<dyn futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin> {
        Box::new(Log::read(self, from))
    }

    fn get_any(&self, at: Position) -> BoxFuture<'static, Result<Block, LogError>> {
        Box::pin(Log::get(self, at))
    }

    fn head_any(&self) -> Head {
        Log::head(self)
    }
}

/// The log of a lane, whichever it is. A clone is another handle.
#[derive(Clone)]
pub(crate) struct LaneLog(pub(crate) Arc<dyn AnyLog>);

impl LaneLog {
    /// The hash of the stored bytes of the block at `at`: as the block behind it says it, or the head.
    pub(crate) async fn hash(&self, at: Position) -> Result<Hash, LogError> {
        let head = self.head();
        if head.position == at {
            return Ok(head.hash);
        }
        match self.read(at).next().await.transpose()? {
            Some((_, behind)) => Ok(behind.previous),
            None => Err(LogError::Unavailable {
                reason: format!("nothing is behind {at} yet"),
            }),
        }
    }
}

impl Log for LaneLog {
    fn append(
        &self,
        expected: Position,
        block: Block,
    ) -> impl Future<Output = Result<Head, LogError>> + Send + use<> {
        self.0.append_any(expected, block)
    }

    fn read(
        &self,
        from: Position,
    ) -> impl futures::Stream<Item = Result<(Position, Block), LogError>> + Send + Unpin + use<>
    {
        self.0.read_any(from)
    }

    fn get(&self, at: Position) -> impl Future<Output = Result<Block, LogError>> + Send + use<> {
        self.0.get_any(at)
    }

    fn head(&self) -> Head {
        self.0.head_any()
    }
}
