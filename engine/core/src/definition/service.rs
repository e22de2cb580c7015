//! Public bodies, their operations and contracts; types of life event.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::calendar::Territory;
use crate::definition::Words;
use crate::expr::Expr;
use crate::name::{EventName, LifeEventKind, OperationId, ServiceId};
use crate::value::{Type, Value};

/// A public body's system.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// `caf`.
    pub id: ServiceId,
    /// What people call it.
    pub title: Words,
    /// Whom to ask, and how.
    pub contact: Contact,
    /// Its calendar when a step names no commune.
    pub territory: Territory,
    /// What can be asked of it.
    pub operations: BTreeMap<OperationId, Operation>,
    /// What it tells by itself, and the type of what it says.
    pub events: BTreeMap<EventName, Type>,
}

/// How to reach a service, at a counter too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// In plain words.
    pub words: Words,
    /// Its site.
    pub url: Option<String>,
    /// A telephone number, as people dial it.
    pub phone: Option<String>,
}

/// What can be asked of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `caf.read_household`.
    pub id: OperationId,
    /// What it is called.
    pub title: Words,
    /// Reads, acts or takes back.
    pub kind: OperationKind,
    /// Type of its arguments: a record.
    pub arguments: Type,
    /// Type of a positive reply: a record.
    pub reply: Type,
    /// Refusals it may give, with their words.
    pub refusals: BTreeMap<String, Words>,
    /// How a call that fails is made again.
    pub retry: Retry,
    /// How the simulator answers.
    pub simulation: Simulation,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Tells a fact and changes nothing.
    Reads,
    /// Changes something.
    Acts,
    /// Takes back an act.
    Undoes,
}

/// Attempts at one call, all under one idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// At most so many, the first included. Then an incident.
    pub attempts: u32,
    /// Before the second attempt. This and every other wait is up to a quarter shorter, by the call: what failed together is not tried
    /// again together.
    pub first: Duration,
    /// Each wait is the one before times this.
    pub factor: u32,
    /// No wait is longer.
    pub longest: Duration,
}

impl Retry {
    /// How long a call waits before this attempt (the second has number 2): between three quarters of the time and all of it, by how it
    /// is `spread`, from nothing to all there is; none when there is no such attempt.
    #[must_use]
    pub fn wait_spread(&self, attempt: u32, spread: u16) -> Option<Duration> {
        let wait = self.wait_before(attempt)?;
        let quarter = u64::try_from(wait.as_millis() / 4).unwrap_or(u64::MAX >> 16);
        let sooner = quarter.saturating_mul(u64::from(spread)) >> 16;
        Some(wait.saturating_sub(Duration::from_millis(sooner)))
    }

    /// How long to wait before this attempt at most; none when there is no such attempt.
    #[must_use]
    pub fn wait_before(&self, attempt: u32) -> Option<Duration> {
        if attempt > self.attempts {
            return None;
        }
        let factor = self.factor.max(1).checked_pow(attempt.saturating_sub(2));
        let wait = factor.and_then(|factor| self.first.checked_mul(factor));
        Some(wait.unwrap_or(self.longest).min(self.longest))
    }
}

/// How the simulator of a service answers an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// How long it takes.
    pub after: Duration,
    /// The first whose condition over the arguments holds answers.
    pub cases: Vec<(Expr, SimulatedAnswer)>,
    /// Otherwise.
    pub otherwise: SimulatedAnswer,
}

/// A simulated answer.
#[derive(Clone, Debug, PartialEq)]
pub enum SimulatedAnswer {
    /// A reply: each property, over `argument`.
    Reply(BTreeMap<String, Expr>),
    /// A refusal, by its code.
    Refuse(String),
    /// An outage: the call fails and is tried again.
    Fail(String),
    /// Nothing comes back.
    Silence,
}

/// A type of life event.
#[derive(Clone, Debug, PartialEq)]
pub struct LifeEventType {
    /// `birth`.
    pub kind: LifeEventKind,
    /// What people call it.
    pub title: Words,
    /// The property of its data that says when it happened.
    pub date: String,
    /// It may be published before that date: a move that is planned, a contract that will end. Nobody is born tomorrow.
    pub may_be_ahead: bool,
    /// The property that says in which commune it happened, by INSEE code: whose day it is there. Mainland France when none.
    pub place: Option<String>,
    /// The type of its data, a record.
    pub data: Type,
    /// Properties that hold people other than the holder (lists of records, or one record).
    pub people: Vec<String>,
    /// What people call its properties, by their path without places in lists: `children.born_on`.
    pub labels: BTreeMap<String, Words>,
    /// Its JSON Schema, as text, for those who validate before they publish.
    pub schema: String,
    /// Invented examples, as data.
    pub examples: Vec<Example>,
}

/// An invented life event.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// `twins`.
    pub name: String,
    /// What it shows.
    pub title: Words,
    /// Its data.
    pub data: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_up_to_the_longest_and_then_it_is_over() {
        let seconds = Duration::from_secs;
        let retry = Retry {
            attempts: 5,
            first: seconds(10),
            factor: 3,
            longest: seconds(60),
        };
        let waits: Vec<_> = (2..=6).map(|attempt| retry.wait_before(attempt)).collect();
        assert_eq!(
            waits,
            [
                Some(seconds(10)),
                Some(seconds(30)),
                Some(seconds(60)),
                Some(seconds(60)),
                None
            ]
        );
        assert_eq!(retry.wait_spread(3, 0), Some(seconds(30)));
        assert_eq!(
            retry.wait_spread(3, 1 << 15),
            Some(Duration::from_millis(26_250))
        );
        let soonest = retry.wait_spread(3, u16::MAX).expect("an attempt");
        assert!(soonest > Duration::from_millis(22_499) && soonest < seconds(23));
        assert_eq!(retry.wait_spread(6, 7), None);
        let many = Retry {
            attempts: u32::MAX,
            ..retry
        };
        assert_eq!(many.wait_before(u32::MAX), Some(seconds(60)));
    }
}
