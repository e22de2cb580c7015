//! What the three kinds of file may say, key by key. The comments here are the descriptions editors show.

mod act;
mod definition;
mod service;
mod step;

pub(crate) use act::{RawCall, RawIncomplete, RawRecourse, RawSettling, RawSilence, RawUndo};
pub(crate) use definition::{
    RawApplies, RawDate, RawDefinition, RawFact, RawLaw, RawOrigin, RawRoute, RawValue,
};
pub(crate) use service::{RawAnswer, RawExample, RawLifeEvent, RawOperation, RawService};
pub(crate) use step::{RawDependency, RawMissed, RawOffice, RawStep, RawWindow};
