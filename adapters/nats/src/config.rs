//! What an operator sets.

use std::path::PathBuf;
use std::time::Duration;

/// Where NATS is, who we are there, and the bounds of what passes through.
#[derive(Clone, Debug)]
pub struct Config {
    /// Servers, as `nats://host:4222`, comma-separated.
    pub url: String,
    /// Who we are.
    pub credentials: Credentials,
    /// Whom this connection's publishers may speak for: CloudEvents `source` must begin with one of these. Empty: any
    /// source. Accounts that publish for different bodies each get a connection of their own with their own list.
    pub sources: Vec<String>,
    /// Subjects that a publisher may have its receipt sent to, by prefix. Others are ignored, so that nobody makes the engine
    /// publish where they themselves may not.
    pub reply_prefixes: Vec<String>,
    /// Life events, calls and answers worked on at the same time.
    pub in_flight: usize,
    /// How long a message waits for an acknowledgement before it is delivered again. An engine that starts takes up at once what
    /// an earlier one left, so this counts only where the connection broke, or an acknowledgement was lost.
    pub ack_wait: Duration,
    /// The waits before what the engine could not take is delivered again; the last one repeats.
    pub backoff: Vec<Duration>,
    /// How long life events, calls and answers wait at most for who should take them.
    pub work_age: Duration,
    /// How long receipts can be read.
    pub receipt_age: Duration,
    /// How long dead letters are kept.
    pub dead_letter_age: Duration,
    /// The most bytes of each stream on disk. JetStream reserves as much for each of the five when it makes them. A full stream
    /// of work refuses publishers, who then try again.
    pub stream_bytes: i64,
    /// The most bytes of the calls that wait for workers, which JetStream keeps, and reserves, in memory.
    pub calls_bytes: i64,
    /// Copies of each stream in a cluster.
    pub replicas: usize,
    /// How long a request to JetStream may take.
    pub timeout: Duration,
    /// Times between attempts to reach a server or to set up the streams grow up to this.
    pub longest_wait: Duration,
}

/// How we say who we are.
#[derive(Clone, Default)]
pub enum Credentials {
    /// Not at all.
    #[default]
    None,
    /// A user and a password.
    User {
        /// The user.
        name: String,
        /// The password.
        password: String,
    },
    /// A credentials file (JWT and seed).
    File(PathBuf),
}

/// Never shows a password.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::User { name, .. } => write!(f, "User({name})"),
            Self::File(path) => write!(f, "File({})", path.display()),
        }
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Config {
    /// Ordinary settings for the servers at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            credentials: Credentials::None,
            sources: Vec::new(),
            reply_prefixes: vec!["_INBOX.".to_owned()],
            in_flight: 64,
            ack_wait: Duration::from_secs(30),
            backoff: [1, 5, 15, 60].map(Duration::from_secs).to_vec(),
            work_age: 7 * DAY,
            receipt_age: 7 * DAY,
            dead_letter_age: 30 * DAY,
            stream_bytes: 256 << 20,
            calls_bytes: 64 << 20,
            replicas: 1,
            timeout: Duration::from_secs(5),
            longest_wait: Duration::from_secs(5),
        }
    }

    /// Whether a publisher of this connection may speak for `source`.
    #[must_use]
    pub fn admits(&self, source: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|prefix| speaks_for(prefix, source))
    }

    /// How long to wait before delivery number `delivered` (from 1) is followed by another.
    #[must_use]
    pub(crate) fn wait_after(&self, delivered: i64) -> Duration {
        let index = usize::try_from(delivered.saturating_sub(1)).unwrap_or(0);
        let last = self.backoff.last().copied();
        self.backoff
            .get(index)
            .copied()
            .or(last)
            .unwrap_or(Duration::from_secs(1))
    }
}

/// `source` is `prefix`, or continues it at a boundary: `urn:ville:lyon` does not speak for `urn:ville:lyonnais`.
fn speaks_for(prefix: &str, source: &str) -> bool {
    source.strip_prefix(prefix).is_some_and(|rest| {
        rest.is_empty()
            || prefix.ends_with(['/', ':', '#'])
            || rest.starts_with(['/', ':', '#', '?'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_admitted_by_whole_parts() {
        let config = Config {
            sources: vec![
                "urn:mairie:69123".into(),
                "https://maternite.example/".into(),
            ],
            ..Config::new("")
        };
        assert!(config.admits("urn:mairie:69123"));
        assert!(config.admits("urn:mairie:69123:etat-civil"));
        assert!(config.admits("https://maternite.example/lyon"));
        assert!(!config.admits("urn:mairie:691234"));
        assert!(!config.admits("https://maternite.example.org/"));
        assert!(Config::new("").admits("anything"));
    }

    #[test]
    fn waits_grow_and_the_last_one_repeats() {
        let config = Config::new("");
        let waits: Vec<u64> = (0..=6).map(|n| config.wait_after(n).as_secs()).collect();
        assert_eq!(waits, [1, 1, 5, 15, 60, 60, 60]);
    }
}
