//! Processor time and memory of this process, and how the time divides.
//!
//! The engine enters a span around each kind of work; this notes the processor time of the thread between entering and leaving.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The spans that are timed, and what people call them.
pub(super) const KINDS: [(&str, &str); 4] = [
    ("decide", "planning"),
    ("seal", "sealing"),
    ("append", "log"),
    ("note", "lookups"),
];

static SPENT: [AtomicU64; KINDS.len()] = [const { AtomicU64::new(0) }; KINDS.len()];

thread_local! {
    static ENTERED: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// Processor time, of all kinds of work and in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent {
    /// As in [`KINDS`].
    pub(super) of: [Duration; KINDS.len()],
    /// Of the whole process.
    pub(super) all: Duration,
}

impl Spent {
    /// Until now.
    pub(super) fn now() -> Self {
        Self {
            of: std::array::from_fn(|kind| {
                Duration::from_nanos(SPENT[kind].load(Ordering::Relaxed))
            }),
            all: clock(ClockId::ProcessCPUTime),
        }
    }

    /// Since then.
    pub(super) fn since(self, then: Self) -> Self {
        Self {
            of: std::array::from_fn(|kind| self.of[kind].saturating_sub(then.of[kind])),
            all: self.all.saturating_sub(then.all),
        }
    }

    /// What no span was around: reading life events, batches, answers of services, threads that wake each other.
    pub(super) fn rest(&self) -> Duration {
        self.all.saturating_sub(self.of.iter().sum())
    }
}

fn clock(of: ClockId) -> Duration {
    let read = clock_gettime(of);
    let seconds = u64::try_from(read.tv_sec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(read.tv_nsec).unwrap_or(0))
}

/// Times the spans of [`KINDS`], and nothing else: a span's id is the number of its kind.
pub(super) struct Timing;

impl Timing {
    /// From now on spans are timed, in every thread.
    pub(super) fn begin() {
        // Another measurement of this process may have begun it.
        let _begun = tracing::subscriber::set_global_default(Self);
    }
}

fn kind(metadata: &Metadata<'_>) -> Option<usize> {
    KINDS.iter().position(|(span, _)| *span == metadata.name())
}

impl Subscriber for Timing {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("parcours") && kind(metadata).is_some()
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let kind = kind(span.metadata()).unwrap_or_default();
        Id::from_u64(kind as u64 + 1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(clock(ClockId::ThreadCPUTime)));
    }

    fn exit(&self, span: &Id) {
        let began = ENTERED.with_borrow_mut(Vec::pop);
        let spent = usize::try_from(span.into_u64() - 1).ok();
        if let (Some(began), Some(spent)) = (began, spent.and_then(|kind| SPENT.get(kind))) {
            let took = clock(ClockId::ThreadCPUTime).saturating_sub(began);
            let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
            spent.fetch_add(took, Ordering::Relaxed);
        }
    }
}

/// From now on the most memory is that from now on, where the system can do it.
pub(super) fn forget_peak() {
    // Without it the peak is that of the whole run so far.
    let _forgotten = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this process has held, in bytes, where the system says so.
pub(super) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line?.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_inside_a_span_is_counted_under_its_name_and_nothing_else_is() {
        let before = Spent::now();
        tracing::subscriber::with_default(Timing, || {
            let work = || {
                let begun = clock(ClockId::ThreadCPUTime);
                while clock(ClockId::ThreadCPUTime) < begun + Duration::from_millis(2) {}
            };
            tracing::debug_span!("seal").in_scope(work);
            tracing::debug_span!("effect").in_scope(work);
        });
        let spent = Spent::now().since(before);
        let [decide, seal, append, note] = spent.of;
        assert!(seal >= Duration::from_millis(2), "{spent:?}");
        assert_eq!([decide, append, note], [Duration::ZERO; 3]);
        assert!(spent.rest() >= Duration::from_millis(2), "{spent:?}");
    }
}
