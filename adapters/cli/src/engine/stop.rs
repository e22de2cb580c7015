//! Being asked to stop: Ctrl-C, or SIGTERM from whoever runs it.

use std::future::Future;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

/// The target of the log lines that say that it stops, which are told unless somebody says otherwise.
pub(crate) const STOPPING: &str = "parcours::stopping";

/// Hears when the process is asked to stop. It listens from when it is made, and so is made before anything is opened or told:
/// without it, a signal would end the process in the middle of what it does.
pub(crate) struct Stop {
    terminated: Signal,
    interrupted: Signal,
    asked: bool,
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
            asked: false,
        })
    }

    /// Resolves once the process is asked to stop, and says so in the log.
    pub(crate) async fn asked(&mut self) {
        let by = tokio::select! {
            _ = self.terminated.recv() => "SIGTERM",
            _ = self.interrupted.recv() => "SIGINT",
        };
        self.asked = true;
        info!(target: STOPPING, "stopping: {by}; nothing new is taken, what is under way is finished");
    }

    /// Says in the log that it has stopped, where it was asked to.
    pub(crate) fn has_stopped(&self) {
        if self.asked {
            info!(target: STOPPING, "stopped");
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
