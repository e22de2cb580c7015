//! Taking back what was done: by the service that did it, or by an act of people that undoes it.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::compare::purpose_of;
use super::draft::Draft;
use crate::definition::{StepDefinition, Undo};
use crate::expr::Lacking;
use crate::journey::{Because, CallPurpose, Event, Journey, Rule, StepKey, StepRecord};
use crate::name::{OperationId, StepId};
use crate::plan::{Call, Planned, is_taken_back_by};

/// It begins. What took it back another time is to be done anew.
pub(super) fn starts(
    journey: &Journey,
    step: &StepDefinition,
    key: &StepKey,
    because: Because,
) -> Vec<Event> {
    let mut events = alloc::vec![Event::UndoStarted {
        step: key.clone(),
        because,
    }];
    if let Some(Undo::Act(inverse)) = &step.undo {
        let acts = acts(journey, inverse, key);
        let done = acts.filter(|(_, record)| record.state.is_settled());
        events.extend(done.map(|(act, _)| Event::StepSetAside {
            step: act.clone(),
            because: Because::rule(Rule::InverseAct),
        }));
    }
    events
}

/// The next thing to do about a step that is being taken back; `call` is out for it.
pub(super) fn goes_on(
    draft: &Draft,
    step: &StepDefinition,
    key: &StepKey,
    planned: &Planned,
    call: Option<u32>,
) -> Option<Event> {
    match (&step.undo, call) {
        (Some(Undo::Operation(undo)), None) => match &planned.undo {
            Some(Call::Ready(arguments)) => Some(Event::CallRequested {
                step: key.clone(),
                purpose: CallPurpose::Undo,
                call: draft.call(&undo.operation, arguments.clone(), purpose_of(key)),
            }),
            // Nobody may know it any more, so an agent must.
            Some(Call::Lacking(lacking)) => Some(Event::StepFailed {
                step: key.clone(),
                purpose: CallPurpose::Undo,
                what: draft.about_holder(lacks(&undo.operation, lacking)),
            }),
            None => None,
        },
        (Some(Undo::Act(inverse)), None) => {
            let acts = || acts(&draft.journey, inverse, key);
            let done = acts().any(|(_, record)| record.state.is_settled());
            let left = acts().any(|(_, record)| record.state.is_live());
            (done && !left).then(|| Event::StepUndone { step: key.clone() })
        }
        (Some(Undo::Operation(_) | Undo::Act(_)), Some(_)) | (Some(Undo::None(_)) | None, _) => {
            None
        }
    }
}

/// The acts by which the step of `key` is taken back.
fn acts<'a>(
    journey: &'a Journey,
    inverse: &'a StepId,
    key: &'a StepKey,
) -> impl Iterator<Item = (&'a StepKey, &'a StepRecord)> {
    let steps = journey.steps.iter();
    steps.filter(move |(act, _)| act.id == *inverse && is_taken_back_by(key, act))
}

/// Why a call cannot be made: the names of what it lacks, never a value.
fn lacks(operation: &OperationId, lacking: &BTreeSet<Lacking>) -> String {
    let mut what = format!("{operation} cannot be called for lack of");
    for (place, each) in lacking.iter().enumerate() {
        what.push_str(if place == 0 { " " } else { ", " });
        what.push_str(&each.reference.to_string());
    }
    what
}
