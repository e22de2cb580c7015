//! What must be done outside, once the events are durable: plain data, and always readable from state again.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::id::JourneyId;
use crate::journey::{CallPurpose, CallTarget, Event, Journey, OpenCall};
use crate::name::OperationId;
use crate::personal::Personal;
use crate::value::Value;

/// The name of a call: the same for every attempt at it, so that a service can tell a repeat from a second request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallKey {
    /// The journey.
    pub journey: JourneyId,
    /// The step or fact.
    pub target: CallTarget,
    /// The number of the call in the journey.
    pub number: u32,
}

impl CallKey {
    /// How much sooner than at most an attempt is made, in parts of 65 536: as if at random, so that calls which failed together are not
    /// made again together, and the same whenever it is worked out.
    pub(super) fn spread(&self, attempt: u32) -> u16 {
        let text = alloc::format!("{self}/{attempt}");
        // FNV-1a, and the end of SplitMix64, since the first alone leaves texts that end alike near each other.
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let [high, low, ..] = (hash ^ (hash >> 31)).to_be_bytes();
        u16::from_be_bytes([high, low])
    }
}

/// Something to do outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Call an operation of a service. Its answer is an input, whenever it comes.
    Call {
        /// The idempotency key.
        key: CallKey,
        /// To do or to undo.
        purpose: CallPurpose,
        /// What is called.
        operation: OperationId,
        /// With what.
        arguments: Personal<BTreeMap<String, Value>>,
        /// Which attempt at it this is, from 1.
        attempt: u32,
    },
}

/// What `event` asks for, in the journey as it stands after the decision; nothing when the same decision gave that up.
#[must_use]
pub fn effects(journey: &Journey, event: &Event) -> Option<Effect> {
    let number = match event {
        Event::CallRequested { call, .. } | Event::FactRequested { call, .. } => call.number,
        Event::CallRepeated { call, .. } => *call,
        Event::Started { .. }
        | Event::LifeEventCorrected(_)
        | Event::PeopleNumbered { .. }
        | Event::LifeEventRetracted
        | Event::LawChosen { .. }
        | Event::FactLearned { .. }
        | Event::FactDisputed { .. }
        | Event::FactUnavailable { .. }
        | Event::QuestionAsked { .. }
        | Event::StepWaits { .. }
        | Event::StepSetAside { .. }
        | Event::StepOpened { .. }
        | Event::StepRescheduled { .. }
        | Event::StepOverdue { .. }
        | Event::RuleFailed { .. }
        | Event::RuleMended { .. }
        | Event::AnswerUnfit { .. }
        | Event::CallAttemptFailed { .. }
        | Event::StepLapsed { .. }
        | Event::CallAcknowledged { .. }
        | Event::AnsweredLate { .. }
        | Event::ServiceTold { .. }
        | Event::SilenceSuspended { .. }
        | Event::FileIncomplete { .. }
        | Event::FileComplete { .. }
        | Event::StepSettled { .. }
        | Event::StepDeemed { .. }
        | Event::StepRefused { .. }
        | Event::StepDeclined { .. }
        | Event::StepFailed { .. }
        | Event::StepResumed { .. }
        | Event::UndoStarted { .. }
        | Event::StepUndone { .. }
        | Event::StepIrrevocable { .. }
        | Event::AppealLodged { .. }
        | Event::PeerChanged { .. }
        | Event::LinksRevoked { .. }
        | Event::Heard
        | Event::JourneyEnded
        | Event::JourneyReopened => return None,
    };
    let call = journey.owed_call(number)?;
    Some(effect(journey.id, call))
}

fn effect(journey: JourneyId, call: &OpenCall) -> Effect {
    Effect::Call {
        key: CallKey {
            journey,
            target: call.target.clone(),
            number: call.made.number,
        },
        purpose: call.purpose,
        operation: call.made.operation.clone(),
        arguments: call.made.arguments.clone(),
        attempt: call.attempt,
    }
}

/// What is still owed after a crash: every call that has no answer, by its present attempt. Services know a repeat by its key. One
/// whose next attempt waits is left to its timer, and none is left once its holder was forgotten.
#[must_use]
pub fn resume(journey: &Journey) -> Vec<Effect> {
    let owed = journey.owed();
    owed.map(|call| effect(journey.id, call)).collect()
}

/// As written in headers and logs: `<journey>/step:declare_birth.child.0/3`.
impl fmt::Display for CallKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.journey, self.target, self.number)
    }
}

/// A text that is not the key of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "not the key of a call; copy it from the call, as in `<journey>/step:declare_birth.child.0/3`"
)]
pub struct NotACallKey;

/// As it is shown, and in no other spelling: names are made of that text.
impl FromStr for CallKey {
    type Err = NotACallKey;

    fn from_str(text: &str) -> Result<Self, NotACallKey> {
        let read = || {
            let mut parts = text.split('/');
            let (journey, target, number) = (parts.next()?, parts.next()?, parts.next()?);
            let target = match target.split_once(':')? {
                ("step", step) => CallTarget::Step(step.parse().ok()?),
                ("fact", fact) => CallTarget::Fact(fact.parse().ok()?),
                _ => return None,
            };
            Some(Self {
                journey: journey.parse().ok()?,
                target,
                number: number.parse().ok()?,
            })
        };
        read()
            .filter(|key: &Self| key.to_string() == text)
            .ok_or(NotACallKey)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn attempts_are_spread_over_all_there_is_and_always_in_the_same_way() {
        let spread = |call: u32, attempt: u32| {
            let key = CallKey {
                journey: JourneyId::new(7, [0xA5; 14]),
                target: "pay".parse().map(CallTarget::Step).expect("a step"),
                number: call,
            };
            key.spread(attempt)
        };
        let all: alloc::vec::Vec<u16> = (0..1_000).map(|call| spread(call, 2)).collect();
        for sixteenth in 0..16_u16 {
            let here = all.iter().filter(|spread| **spread >> 12 == sixteenth);
            assert!((30..=95).contains(&here.count()), "{sixteenth}: {all:?}");
        }
        assert_ne!(spread(1, 2), spread(1, 3));
        // What it came to is written down, so it may change one day: but not without anybody noticing.
        assert_eq!(spread(1, 2), 6_222);
    }

    #[test]
    fn the_key_of_a_call_reads_back_as_it_is_shown() {
        let journey = JourneyId::new(7, [0xA5; 14]);
        for target in [
            "step:declare_birth.child.0",
            "step:pay",
            "fact:dependent_children",
            "fact:employee.parent.1",
        ] {
            let text = format!("{journey}/{target}/3");
            assert_eq!(text.parse::<CallKey>().expect(&text).to_string(), text);
        }
        for bad in [
            "",
            "é",
            "//",
            "a/b/c",
            "x/step:a/1",
            &format!("{journey}/pay/3"),
            &format!("{journey}/step:pay/03"),
            &format!("{journey}/step:pay/3/4"),
        ] {
            assert_eq!(bad.parse::<CallKey>(), Err(NotACallKey), "{bad}");
        }
    }
}
