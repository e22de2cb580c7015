//! One running journey: what comes in, what is decided, what it is then, what must be done outside.
//!
//! `decide(journey, input, context)` records what the input says, then plans and compares with what is until nothing
//! changes, and answers the events. `apply` folds an event and decides nothing. `effects` are plain data, carried out only
//! once the events are durable; `resume` tells from state alone what is still owed.

mod actor;
mod because;
mod decide;
mod effect;
mod event;
mod evolve;
mod input;
mod key;
mod link;
mod state;
mod trouble;

pub use actor::{Actor, ActorKind, Assurance, Channel};
pub use because::{Because, Rule};
pub(crate) use decide::{By, offered};
pub use decide::{
    Context, Decision, Doable, NotDecided, Rejection, Remedy, Starts, Teller, decide, holder_now,
    look, people, starts, told,
};
pub use effect::{CallKey, Effect, NotACallKey, effects, resume};
pub use event::{
    CallMade, CallPurpose, CallTarget, Dates, Event, EventIdentity, LifeEventTold, Part, SettledBy,
    Source, Until,
};
pub use evolve::{IllegalTransition, begin};
pub use input::{Act, Answer, Input, InputId, LifeEvent, Says};
pub use key::{FactKey, NotAKey, StepKey, Subject};
pub use link::{LinkId, Links};
pub use state::{
    ChosenLaw, ClosedCall, Dispute, Fact, File, Inquiry, Journey, Numbered, OpenCall, Phase,
    Pieces, ServiceEvent, Step, StepRecord, Suspension, Unfit,
};
pub use trouble::{Hindrance, HindranceKind, Trouble, TroubleAbout, TroubleKind};
