//! What an operator sets.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where NATS is, who we are there, and the bounds of what passes through.
#[derive(Clone, Debug)]
pub struct Config {
    /// Servers, as `nats://host:4222`, comma-separated.
    pub url: String,
    /// Who we are.
    pub credentials: Credentials,
    /// Whom publishers may speak for.
    pub publishers: Publishers,
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
    /// How long life events, answers and what services tell wait at most for an engine that takes them.
    pub work_age: Duration,
    /// The end of that time, in which a message that cannot be taken becomes a dead letter with a receipt that says why, before its age
    /// would take it away in silence. Half a day where it is not said, and half of [`work_age`](Self::work_age) at most.
    pub last_chance: Option<Duration>,
    /// How long receipts can be read.
    pub receipt_age: Duration,
    /// How long dead letters are kept.
    pub dead_letter_age: Duration,
    /// The most bytes of each stream on disk. JetStream reserves as much for each of the five when it makes them. A full stream
    /// of work refuses publishers, who then try again.
    pub stream_bytes: i64,
    /// The most bytes of the calls that wait for workers, which JetStream keeps, and reserves, in memory.
    pub calls_bytes: i64,
    /// How many calls of one operation wait for workers at most. What is more stays with the engine, which owes it: a service whose
    /// workers are away takes no room from the others.
    pub calls_waiting: i64,
    /// How long NATS recognizes a call that it was handed, taken by a worker or not, so that a start of the engine does not ask for it
    /// again. Some 400 bytes a call in the memory of the server.
    pub calls_remembered: Duration,
    /// How long calls are held back at most, when the engine starts or NATS comes back, until the answers are heard that workers gave
    /// meanwhile.
    pub answers_wait: Duration,
    /// Whether the streams of another installation become this one's.
    pub take_over: bool,
    /// Copies of each stream in a cluster.
    pub replicas: usize,
    /// How long a request to JetStream may take.
    pub timeout: Duration,
    /// Times between attempts to reach a server or to set up the streams grow up to this.
    pub longest_wait: Duration,
}

/// Whom publishers may speak for. It is asked for each life event, so that the answer may change while the engine runs.
#[derive(Clone)]
pub struct Publishers(Arc<MayPublish>);

type MayPublish = dyn Fn(Option<&str>, &str) -> bool + Send + Sync;

impl Publishers {
    /// Whether the publisher of this name, or whoever publishes without one, may say that a life event has this `source`.
    #[must_use]
    pub fn new(may: impl Fn(Option<&str>, &str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(may))
    }

    pub(crate) fn may(&self, publisher: Option<&str>, source: &str) -> bool {
        (self.0)(publisher, source)
    }
}

/// Anybody may speak for anybody: whom to trust is left to the NATS server.
impl Default for Publishers {
    fn default() -> Self {
        Self::new(|_, _| true)
    }
}

impl std::fmt::Debug for Publishers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Publishers(…)")
    }
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
            publishers: Publishers::default(),
            reply_prefixes: vec!["_INBOX.".to_owned()],
            in_flight: 64,
            ack_wait: Duration::from_secs(30),
            backoff: [1, 5, 15, 60].map(Duration::from_secs).to_vec(),
            work_age: 7 * DAY,
            last_chance: None,
            receipt_age: 7 * DAY,
            dead_letter_age: 30 * DAY,
            stream_bytes: 256 << 20,
            calls_bytes: 64 << 20,
            calls_waiting: 1000,
            calls_remembered: Duration::from_hours(6),
            answers_wait: Duration::from_secs(10),
            take_over: false,
            replicas: 1,
            timeout: Duration::from_secs(5),
            longest_wait: Duration::from_secs(5),
        }
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

    /// How long a message that has waited for `age` may still be left to come again.
    #[must_use]
    pub(crate) fn left(&self, age: Duration) -> Duration {
        self.work_age
            .saturating_sub(self.last_chance())
            .saturating_sub(age)
    }

    /// Whether a message of this age, which could not be taken now, is given up: in its last chance, once every growing wait was waited,
    /// so that nothing is given up for what passes, or when too little of it is left.
    #[must_use]
    pub(crate) fn gives_up(&self, age: Duration, delivered: i64) -> bool {
        let waited = usize::try_from(delivered).is_ok_and(|times| times > self.backoff.len());
        let rest = self.work_age.saturating_sub(age);
        self.left(age).is_zero() && (waited || rest < self.last_chance() / 2)
    }

    fn last_chance(&self) -> Duration {
        let ordinary = (DAY / 2).min(self.work_age / 2);
        self.last_chance.unwrap_or(ordinary)
    }

    /// How long to wait after delivery number `delivered` of a message that may still be left so long: there is always a delivery in
    /// its last chance, and in that there are several.
    #[must_use]
    pub(crate) fn wait_within(&self, left: Duration, delivered: i64) -> Duration {
        let most = match left.is_zero() {
            true => self.last_chance() / 4,
            false => left,
        };
        self.wait_after(delivered).min(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_the_last_one_repeats() {
        let config = Config::new("");
        let waits: Vec<u64> = (0..=6).map(|n| config.wait_after(n).as_secs()).collect();
        assert_eq!(waits, [1, 1, 5, 15, 60, 60, 60]);
    }

    #[test]
    fn a_message_is_looked_at_again_before_its_age_takes_it_away() {
        let seconds = Duration::from_secs;
        let mut config = Config::new("");
        assert_eq!(config.left(seconds(0)), DAY * 13 / 2);
        assert_eq!(config.left(DAY * 7), Duration::ZERO);
        config.work_age = seconds(40);
        assert_eq!(config.left(seconds(15)), seconds(5));
        assert_eq!(config.wait_within(seconds(5), 9), seconds(5));
        assert_eq!(config.wait_within(seconds(5), 1), seconds(1));
        assert_eq!(config.left(seconds(20)), Duration::ZERO);
        assert_eq!(config.wait_within(Duration::ZERO, 9), seconds(5));
        let gives_up = |age, delivered| config.gives_up(seconds(age), delivered);
        assert!(!gives_up(19, 99), "its last chance has not come");
        assert!(!gives_up(21, 1) && !gives_up(21, 4), "it may pass");
        assert!(gives_up(21, 5), "it did not");
        assert!(gives_up(31, 1), "there is no time left");
    }
}
