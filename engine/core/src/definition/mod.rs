//! What one kind of life event entails under the law of one period.
//!
//! A [`Definition`] is one law version of a journey, checked by construction: `parcours-lang` reads YAML,
//! resolves every name and type, and only then builds one. Nothing in here can be half right, so the planner
//! has no errors of its own. Texts are [`Words`], in French and in English; law is cited by [`Law`].
//!
//! Ids are stable across law versions: `declare_birth` is the same step in every version of `birth`.

mod act;
mod fact;
mod law;
mod service;
mod step;
mod value;

pub use act::{
    Answering, Call, Hearing, Incomplete, Recourse, RecourseKind, Settling, Silence, SilenceClock,
    SilenceMeaning, Undo,
};
pub use fact::{About, FactDefinition, FactOrigin};
pub use law::{Applies, Law, Revision, RevisionReason, Words};
pub use service::{
    Contact, Example, LifeEventType, Operation, OperationKind, Retry, Service, SimulatedAnswer,
    Simulation,
};
pub use step::{
    Dependency, Evidence, Missed, MissedConsequence, Office, Route, StepDefinition, StepKind,
};
pub use value::{DatedValue, NamedDate};

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::expr::Expr;
use crate::journey::FactKey;
use crate::name::{
    DateId, DefinitionHash, EventName, FactId, JourneyName, LifeEventKind, Role, RouteId, StepId,
    ValueId,
};

/// One law version of a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// `birth`: the folder of the definition.
    pub journey: JourneyName,
    /// Hash of everything that can change a decision. A corrected sentence leaves it alone.
    pub hash: DefinitionHash,
    /// Hash of the words only.
    pub wording: DefinitionHash,
    /// What people call it.
    pub title: Words,
    /// One or two sentences: what this journey takes care of.
    pub summary: Option<Words>,
    /// From which date of fact this version is the law.
    pub applies: Applies,
    /// Set when this file repairs a published one.
    pub revision: Option<Revision>,
    /// The life event that starts it, and on what condition.
    pub starts: Starts,
    /// Whose dossier the journey is in: a record with an `id`, or an id.
    pub holder: Expr,
    /// People in roles. Role names are singular and are also the variable under `each:`.
    pub people: BTreeMap<Role, Expr>,
    /// Collections that are not people: vehicles, contracts, ballots. Named and used as roles are.
    pub things: BTreeMap<Role, Expr>,
    /// Amounts and durations that the law dates.
    pub values: BTreeMap<ValueId, DatedValue>,
    /// What must be known, and from whom.
    pub facts: BTreeMap<FactId, FactDefinition>,
    /// Dates that conditions and rules refer to by name.
    pub dates: BTreeMap<DateId, NamedDate>,
    /// Alternative ways through, chosen by a condition.
    pub routes: BTreeMap<RouteId, Route>,
    /// In the order of the file, which is the order people read them in.
    pub steps: Vec<StepDefinition>,
}

/// What starts a journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Starts {
    /// The type of life event.
    pub on: LifeEventKind,
    /// A further condition over `event`; an event that does not meet it starts nothing and is kept.
    pub when: Option<Expr>,
}

impl Definition {
    /// The step called `id`.
    #[must_use]
    pub fn step(&self, id: &StepId) -> Option<&StepDefinition> {
        self.steps.iter().find(|step| step.id == *id)
    }

    /// Where a fact comes from, at this place in its `from:` list.
    #[must_use]
    pub fn origin(&self, fact: &FactKey, place: u16) -> Option<&FactOrigin> {
        self.facts.get(&fact.id)?.from.get(usize::from(place))
    }

    /// Whether a step of it listens to what a service tells by this name: to be settled by it, or to learn what became of its file.
    #[must_use]
    pub fn listens_to(&self, told: &EventName) -> bool {
        let settles = |by: &Settling| matches!(by, Settling::Event { event, .. } if event == told);
        self.steps.iter().any(|step| {
            let silence = step.silence.as_ref();
            let lacks = silence.and_then(|silence| silence.incomplete.as_ref());
            let whole = silence.and_then(|silence| silence.complete.as_ref());
            let mut hearings = lacks.map(|lacks| &lacks.told).into_iter().chain(whole);
            step.settled_by.iter().any(settles) || hearings.any(|hearing| hearing.event == *told)
        })
    }
}
