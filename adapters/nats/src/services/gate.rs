//! Whether calls can be handed over now, and which of them NATS has already.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::watch;

/// How many attempts are known to be in NATS: 16 bytes each. NATS itself recognizes one that is not known here.
pub(crate) const KNOWN: usize = 1 << 17;

/// An attempt at a call, by what its message is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Named([u8; 16]);

impl Named {
    /// By the message id of the attempt.
    pub(crate) fn by(message_id: &str) -> Self {
        let mut name = [0; 16];
        name.copy_from_slice(&Sha256::digest(message_id)[..16]);
        Self(name)
    }
}

/// Shut until it is known what NATS holds, and again when the connection ends.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// What NATS has; none while it is shut.
    known: Mutex<Option<HashSet<Named>>>,
    /// How often it was opened.
    opened: watch::Sender<u64>,
}

impl Gate {
    fn known(&self) -> MutexGuard<'_, Option<HashSet<Named>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls can be handed over; these were.
    pub(crate) fn open(&self, known: HashSet<Named>) {
        *self.known() = Some(known);
        self.opened.send_modify(|times| *times += 1);
    }

    /// No call can be handed over.
    pub(crate) fn shut(&self) {
        *self.known() = None;
    }

    /// Counts how often it was opened; a change means that calls can be handed over again.
    pub(crate) fn opened(&self) -> watch::Receiver<u64> {
        self.opened.subscribe()
    }

    /// Which time it is open; none while it is shut.
    pub(crate) fn passing(&self) -> Option<u64> {
        let known = self.known();
        known.as_ref().map(|_| *self.opened.borrow())
    }

    /// Whether NATS has this attempt, as far as is known.
    pub(crate) fn has(&self, attempt: Named) -> bool {
        self.known()
            .as_ref()
            .is_some_and(|known| known.contains(&attempt))
    }

    /// It was handed over, while it was open for this time.
    pub(crate) fn handed_over(&self, attempt: Named, passing: u64) {
        let mut known = self.known();
        if *self.opened.borrow() != passing {
            // What NATS holds was looked at since, and it may have lost its memory.
            return;
        }
        if let Some(known) = known.as_mut().filter(|known| known.len() < KNOWN) {
            known.insert(attempt);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_handed_over_is_known_until_it_opens_again() {
        let (gate, one) = (Gate::default(), Named::by("a#1"));
        assert_eq!(gate.passing(), None);
        gate.open(HashSet::new());
        let first = gate.passing().expect("it is open");
        gate.handed_over(one, first);
        assert!(gate.has(one) && !gate.has(Named::by("a#2")));
        gate.shut();
        assert!(!gate.has(one) && gate.passing().is_none());
        gate.open(HashSet::new());
        gate.handed_over(one, first);
        assert!(!gate.has(one), "told of by an earlier connection");
    }
}
