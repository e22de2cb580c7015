//! What somebody must look at in a journey: read from its state, so that nothing about it can be forgotten.

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::journey::{CallTarget, FactKey, Journey, Step, StepKey};

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

impl Journey {
    /// All that somebody must look at, steps first.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        for (key, record) in &self.steps {
            let failed = match record.state {
                Step::Failed { .. } => record.failed_on,
                Step::Waiting(_)
                | Step::NotApplicable
                | Step::Open
                | Step::Requested { .. }
                | Step::Settled { .. }
                | Step::Deemed { .. }
                | Step::Refused { .. }
                | Step::Declined { .. }
                | Step::Lapsed
                | Step::Undoing { .. }
                | Step::Undone
                | Step::Irrevocable => None,
            };
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
