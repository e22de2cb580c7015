//! What a person declined stays declined, whatever a service does all the same.

use alloc::vec::Vec;

use super::draft::Draft;
use super::undo;
use crate::definition::{StepDefinition, Undo};
use crate::journey::{Because, CallPurpose, Event, Rule, Step, StepKey};

/// What follows when a person declines a step that is `state`: a service that was asked is told at once, where it can be.
pub(super) fn told(step: &StepDefinition, key: &StepKey, state: &Step) -> Option<Event> {
    let tells = state.call_is_out() && matches!(step.undo, Some(Undo::Operation(_)));
    tells.then(|| Event::UndoStarted {
        step: key.clone(),
        because: Because::rule(Rule::Declined),
    })
}

/// What follows when a service did all the same what the person had declined: it is taken back, by whoever can.
pub(super) fn granted(draft: &Draft, step: &StepDefinition, key: &StepKey) -> Vec<Event> {
    match step.undo {
        Some(Undo::Operation(_) | Undo::Act(_)) => {
            undo::starts(&draft.journey, step, key, Because::rule(Rule::Declined))
        }
        Some(Undo::None(_)) | None => alloc::vec![Event::StepFailed {
            step: key.clone(),
            purpose: CallPurpose::Undo,
            what: draft.about_holder("a service did it after the person had declined it".into()),
        }],
    }
}
