//! What the writer has published: the durable head and the segments up to it. Readers never look past it.

use std::sync::{PoisonError, RwLock};

use parcours_log::{Head, LogError, Position};

use crate::segment::Segment;

/// Shared by the handles, the writer and the readers of one log.
#[derive(Debug)]
pub(crate) struct View(RwLock<Published>);

#[derive(Debug)]
struct Published {
    head: Head,
    segments: Vec<Segment>,
}

impl View {
    pub(crate) fn new(head: Head, segments: Vec<Segment>) -> Self {
        Self(RwLock::new(Published { head, segments }))
    }

    pub(crate) fn head(&self) -> Head {
        self.0.read().unwrap_or_else(PoisonError::into_inner).head
    }

    /// A block is durable.
    pub(crate) fn advance(&self, head: Head) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).head = head;
    }

    /// A segment is durable.
    pub(crate) fn add(&self, segment: Segment) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .segments
            .push(segment);
    }

    /// The log was recovered.
    pub(crate) fn replace(&self, head: Head, segments: Vec<Segment>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Published { head, segments };
    }

    /// The segment that holds this address, and the one after it.
    pub(crate) fn find(&self, address: u64) -> Result<(Segment, Option<Segment>), LogError> {
        let published = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let after = published
            .segments
            .partition_point(|segment| segment.header.base <= address);
        let found = after
            .checked_sub(1)
            .and_then(|at| published.segments.get(at));
        match found.filter(|segment| address < segment.end()) {
            Some(segment) => Ok((segment.clone(), published.segments.get(after).cloned())),
            None => Err(LogError::Absent {
                position: Position::from_u64(address),
                head: published.head.position,
            }),
        }
    }
}
