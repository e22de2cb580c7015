//! What somebody must look at in a journey: read from its state, so that nothing about it can be forgotten.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime};

use crate::journey::{CallTarget, FactKey, Journey, OpenCall, StepKey};
use crate::name::OperationId;
use crate::personal::Personal;

/// Something that an agent or a designer must look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// What it is about.
    pub about: TroubleAbout,
    /// The day it began.
    pub since: NaiveDate,
}

/// A step or a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TroubleAbout {
    /// A step.
    Step(StepKey),
    /// A fact.
    Fact(FactKey),
}

/// Kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// A call failed however often it was tried: an agent decides the step, or has the service asked again.
    CallFailed,
    /// A service answered, and not as the contract of its operation says: it is to be repaired, and an agent can decide.
    AnswerUnfit,
    /// A rule of a definition does not fit what is known, and so decides nothing: its designer repairs it.
    RuleFailed,
    /// A date passed and the definition wants an agent to look: `missed: { then: incident }`.
    Missed,
}

/// What keeps a service from doing what it was asked, or from telling what it holds, in the words that came from it. They are for
/// those who look after it, and never for the people it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Hindrance<'a> {
    /// What was called for.
    pub about: CallTarget,
    /// What was called; none when no call could be made.
    pub operation: Option<&'a OperationId>,
    /// What kind.
    pub kind: HindranceKind,
    /// What happened.
    pub what: &'a Personal<String>,
}

/// Kinds of hindrance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HindranceKind {
    /// It could not be had, however often it was tried.
    Failed,
    /// The answer is not what the contract of the operation says.
    AnswerUnfit,
    /// An attempt failed, and there is another.
    TryingAgain {
        /// Which attempt is being made, or was made last, from 1.
        attempt: u32,
        /// When the next one is made, while it waits: civil time.
        again: Option<NaiveDateTime>,
    },
}

impl HindranceKind {
    /// The word for it on the wire: `trying_again`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::AnswerUnfit => "answer_unfit",
            Self::TryingAgain { .. } => "trying_again",
        }
    }
}

impl OpenCall {
    fn hindrance(&self) -> Option<Hindrance<'_>> {
        let (kind, what) = match (&self.unfit, &self.failed) {
            (Some(unfit), _) => (HindranceKind::AnswerUnfit, &unfit.what),
            (None, Some(failed)) => {
                let kind = HindranceKind::TryingAgain {
                    attempt: self.attempt,
                    again: self.again.as_ref().and_then(Personal::value).copied(),
                };
                (kind, failed)
            }
            (None, None) => return None,
        };
        Some(Hindrance {
            about: self.target.clone(),
            operation: Some(&self.made.operation),
            kind,
            what,
        })
    }
}

impl Journey {
    /// What keeps services from answering now: what failed for good first, then calls in the order they were made.
    #[must_use]
    pub fn hindrances(&self) -> Vec<Hindrance<'_>> {
        let failed = self.steps.iter().filter_map(|(key, record)| {
            let (purpose, what) = record.state.failure()?;
            let about = CallTarget::Step(key.clone());
            let mut closed = self.closed.values().rev();
            let called = closed.find(|call| call.target == about && call.purpose == purpose);
            Some(Hindrance {
                operation: called.map(|call| &call.operation),
                kind: HindranceKind::Failed,
                what,
                about,
            })
        });
        let out = self.calls.values().filter_map(OpenCall::hindrance);
        failed.chain(out).collect()
    }

    /// All that somebody must look at, steps first.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        for (key, record) in &self.steps {
            let failed = record
                .failed_on
                .filter(|_| record.state.failure().is_some());
            let unfit = self.unfit(key).map(|unfit| unfit.since);
            let missed = record.incident.filter(|_| record.state.is_live());
            let found = [
                (TroubleKind::CallFailed, failed),
                (TroubleKind::AnswerUnfit, unfit),
                (TroubleKind::RuleFailed, record.fault),
                (TroubleKind::Missed, missed),
            ];
            troubles.extend(found.into_iter().filter_map(|(kind, since)| {
                let about = TroubleAbout::Step(key.clone());
                Some(Trouble {
                    kind,
                    about,
                    since: since?,
                })
            }));
        }
        troubles.extend(self.calls.values().filter_map(|call| match &call.target {
            CallTarget::Fact(key) => Some(Trouble {
                kind: TroubleKind::AnswerUnfit,
                about: TroubleAbout::Fact(key.clone()),
                since: call.unfit.as_ref()?.since,
            }),
            CallTarget::Step(_) => None,
        }));
        troubles
    }
}
