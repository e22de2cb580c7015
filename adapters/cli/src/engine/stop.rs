//! Being asked to stop: Ctrl-C, or SIGTERM from whoever runs it.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears when the process is asked to stop. It listens from when it is made, and so is made before anything is opened or told:
/// without it, a signal would end the process in the middle of what it does.
pub(crate) struct Stop {
    terminated: Signal,
    interrupted: Signal,
}

impl Stop {
    /// Begins to listen. What comes from here on is heard, however late somebody asks.
    ///
    /// # Errors
    /// The system does not let us.
    pub(crate) fn listen() -> Result<Self, String> {
        let heard = |kind| signal(kind).map_err(|error| format!("cannot hear signals: {error}"));
        Ok(Self {
            terminated: heard(SignalKind::terminate())?,
            interrupted: heard(SignalKind::interrupt())?,
        })
    }

    /// Resolves once the process is asked to stop.
    pub(crate) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
        }
    }

    /// Does `work`, unless the process is asked to stop before it is done: then it is dropped where it is, which must do no more
    /// harm than a loss of power.
    pub(crate) async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.asked() => None,
            done = work => Some(done),
        }
    }
}
