//! Instants in UTC, the wall clock of mainland France, and who tells the time.
//!
//! What is recorded is an [`Instant`]; what law counts is civil time. The two are tied by one rule, that of Directive 2000/84/EC:
//! UTC+1, and UTC+2 from the last Sunday of March, 01:00 UTC, to the last Sunday of October, 01:00 UTC. It is applied to every year, so
//! that what was decided at an instant can always be decided again; a change of that law is to be added here by date.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use thiserror::Error;
use tokio::sync::watch;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

const HOUR: i64 = 3_600_000_000;

impl Instant {
    /// From microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The first instant at which the wall clock in Paris reads `civil` or later. Twice a year that matters: of the hour
    /// that comes twice it is the first, and for an hour that does not come it is the one after.
    #[must_use]
    pub fn of_civil(civil: NaiveDateTime) -> Self {
        let wall = civil.and_utc().timestamp_micros();
        let (summer, winter) = (Self(wall - 2 * HOUR), Self(wall - HOUR));
        if summer.is_summer() {
            summer
        } else if !winter.is_summer() {
            winter
        } else {
            // Between the two: the clock jumps over it.
            Self(winter.0 - winter.0.rem_euclid(HOUR))
        }
    }

    /// What the wall clock in Paris reads.
    #[must_use]
    pub fn civil(self) -> NaiveDateTime {
        let offset = if self.is_summer() { 2 } else { 1 };
        self.utc() + TimeDelta::hours(offset)
    }

    /// The date on the wall in Paris.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.civil().date()
    }

    /// What a clock in UTC reads.
    #[must_use]
    pub fn utc(self) -> NaiveDateTime {
        DateTime::from_timestamp_micros(self.0)
            .unwrap_or_default()
            .naive_utc()
    }

    /// This much later.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        let wait = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(wait))
    }

    fn is_summer(self) -> bool {
        let utc = self.utc();
        let change = |month| {
            NaiveDate::from_weekday_of_month_opt(utc.year(), month, Weekday::Sun, 5)
                .or_else(|| {
                    NaiveDate::from_weekday_of_month_opt(utc.year(), month, Weekday::Sun, 4)
                })
                .and_then(|sunday| sunday.and_hms_opt(1, 0, 0))
        };
        match (change(3), change(10)) {
            (Some(begins), Some(ends)) => begins <= utc && utc < ends,
            _ => false,
        }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.utc().format("%Y-%m-%dT%H:%M:%S%.6f"))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instant({self})")
    }
}

/// A future that is boxed, so that ports can be objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who tells the time. The only one that asks the machine is [`SystemClock`].
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Instant;

    /// Resolves once it is `when`, at once if that has passed.
    fn sleep_until(&self, when: Instant) -> BoxFuture<'static, ()>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one clock that asks the machine"
        )]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        // A machine that believes it is before 1970 has no time to tell; the partition never goes back anyway.
        Instant::default().after(since.unwrap_or_default())
    }

    fn sleep_until(&self, when: Instant) -> BoxFuture<'static, ()> {
        let micros = when.0.saturating_sub(self.now().0).max(0);
        // A wait of years is looked at again each day: machines sleep, and their clocks are set.
        let wait = Duration::from_micros(micros.unsigned_abs()).min(Duration::from_hours(24));
        Box::pin(tokio::time::sleep(wait))
    }
}

/// A clock that tests move. A clone is another handle on the same one.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<watch::Sender<Instant>>>);

/// A virtual clock was told to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it is {now} already, and time does not go back to {asked}: start a new stage there")]
pub struct GoesBack {
    /// What it is, civil time.
    pub now: NaiveDateTime,
    /// What was asked for, civil time.
    pub asked: NaiveDateTime,
}

impl VirtualClock {
    /// A clock that reads `civil` on the wall in Paris.
    #[must_use]
    pub fn at(civil: NaiveDateTime) -> Self {
        Self(Arc::new(Mutex::new(watch::Sender::new(Instant::of_civil(
            civil,
        )))))
    }

    /// Moves it, waking who waited for a time up to then.
    ///
    /// # Errors
    /// [`GoesBack`]; it stays where it is.
    pub fn move_to(&self, to: Instant) -> Result<(), GoesBack> {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = *sender.borrow();
        if to < now {
            return Err(GoesBack {
                now: now.civil(),
                asked: to.civil(),
            });
        }
        sender.send_replace(to);
        Ok(())
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Instant {
        *self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .borrow()
    }

    fn sleep_until(&self, when: Instant) -> BoxFuture<'static, ()> {
        let mut seen = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .subscribe();
        Box::pin(async move {
            if seen.wait_for(|now| *now >= when).await.is_err() {
                // Nobody can move the clock any more, so that time never comes.
                std::future::pending::<()>().await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(text: &str) -> NaiveDateTime {
        text.parse().expect("a date and time")
    }

    #[test]
    fn the_wall_clock_reads_back_as_it_was_set() {
        for text in [
            "2026-01-15T12:00:00",
            "2026-07-15T12:00:00",
            "1996-03-31T03:00:00",
        ] {
            assert_eq!(Instant::of_civil(civil(text)).civil(), civil(text));
        }
        let summer = Instant::of_civil(civil("2026-07-15T12:00:00"));
        assert_eq!(summer.to_string(), "2026-07-15T10:00:00.000000Z");
    }

    #[test]
    fn an_hour_that_does_not_come_is_the_one_after() {
        let skipped = Instant::of_civil(civil("2026-03-29T02:30:00"));
        assert_eq!(skipped.civil(), civil("2026-03-29T03:00:00"));
    }

    #[test]
    fn of_an_hour_that_comes_twice_it_is_the_first() {
        let twice = Instant::of_civil(civil("2026-10-25T02:30:00"));
        assert_eq!(twice.to_string(), "2026-10-25T00:30:00.000000Z");
        assert_eq!(
            twice.after(Duration::from_hours(1)).civil(),
            civil("2026-10-25T02:30:00")
        );
    }

    #[test]
    fn a_virtual_clock_does_not_go_back() {
        let clock = VirtualClock::at(civil("2026-03-02T09:00:00"));
        let earlier = Instant::of_civil(civil("2026-03-01T09:00:00"));
        assert!(clock.move_to(earlier).is_err());
        assert_eq!(clock.now().civil(), civil("2026-03-02T09:00:00"));
    }

    #[tokio::test]
    async fn a_virtual_clock_wakes_who_waited() {
        let clock = VirtualClock::at(civil("2026-03-02T09:00:00"));
        let when = Instant::of_civil(civil("2026-03-05T00:00:00"));
        let waiting = tokio::spawn(clock.sleep_until(when));
        clock.move_to(when).expect("later");
        waiting.await.expect("woken");
    }
}
