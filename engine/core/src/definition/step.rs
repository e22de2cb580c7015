//! One thing in a journey: an obligation, a right, a service action, a decision, a notice.

use alloc::vec::Vec;

use crate::calendar::{DateRule, Territory, WindowRule};
use crate::definition::{Applies, Call, Law, Recourse, Settling, Silence, Undo, Words};
use crate::expr::Expr;
use crate::name::{FactId, JourneyName, Role, RouteId, ServiceId, StepId};

/// What kind of thing a step is, in the law's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// Must be done: cites its law, and says what happens if it is not.
    Obligation,
    /// May be had: cites its law; not using it breaks nothing, but may lose it.
    Right,
    /// An administration does it by itself.
    Service,
    /// An agent decides.
    Decision,
    /// People are told.
    Notice,
}

/// A step of a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct StepDefinition {
    /// Stable across law versions.
    pub id: StepId,
    /// Obligation, right, …
    pub kind: StepKind,
    /// What it is called.
    pub title: Words,
    /// What to do and how, in plain words.
    pub explain: Option<Words>,
    /// One step for each of these people or things.
    pub each: Option<Role>,
    /// Who acts; the holder when absent.
    pub who: Option<Role>,
    /// Where, and so under which calendar.
    pub office: Option<Office>,
    /// Its own selector, where the law dates this rule apart from the journey.
    pub applies: Option<Applies>,
    /// The route it belongs to.
    pub route: Option<RouteId>,
    /// On what condition.
    pub when: Option<Expr>,
    /// What must be settled first.
    pub after: Vec<Dependency>,
    /// It may not be done before this.
    pub not_before: Option<DateRule<Expr>>,
    /// It must be done by this.
    pub due: Option<DateRule<Expr>>,
    /// It may be done only between two dates.
    pub window: Option<WindowRule<Expr>>,
    /// From when it counts once had, which is not when it was claimed.
    pub effect: Option<DateRule<Expr>>,
    /// Which calendar its dates follow; the office's when absent.
    pub calendar: Option<Territory>,
    /// What to bring, and who already holds it.
    pub evidence: Vec<Evidence>,
    /// What ends it well. Any one is enough.
    pub settled_by: Vec<Settling>,
    /// The service action that carries it out.
    pub call: Option<Call>,
    /// How it is taken back.
    pub undo: Option<Undo>,
    /// What an administration's silence means here.
    pub silence: Option<Silence>,
    /// What if the date passes.
    pub missed: Option<Missed>,
    /// How to contest.
    pub recourse: Vec<Recourse>,
    /// What it costs, when it does.
    pub cost: Option<Words>,
    /// The articles it comes from. Never empty for an obligation or a right.
    pub law: Vec<Law>,
    /// Nobody is told when this step changes (a death before the declaration of birth).
    pub quiet: Option<Expr>,
}

/// Where a step is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Office {
    /// The service.
    pub service: ServiceId,
    /// The INSEE code of the commune whose office is competent; the service's national desk when absent.
    pub of: Option<Expr>,
}

/// A step that must come first.
#[derive(Clone, Debug, PartialEq)]
pub enum Dependency {
    /// In this journey; of the same child when both are `each: child`, else every one of them.
    Step(StepId),
    /// In another person's journey: the seller's, the other spouse's.
    Peer {
        /// Which journey.
        journey: JourneyName,
        /// The role its holder has in this one.
        role: Role,
        /// The step there.
        step: StepId,
    },
}

/// A document or a fact to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is called.
    pub title: Words,
    /// The administration that issues it and so need not ask for it.
    pub held_by: Option<ServiceId>,
    /// The fact it proves.
    pub proves: Option<FactId>,
    /// Needed only then.
    pub when: Option<Expr>,
}

/// What happens when the date passes and the step is not settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Missed {
    /// In plain words.
    pub words: Words,
    /// And for the journey.
    pub then: MissedConsequence,
}

/// What a missed date does to the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissedConsequence {
    /// It stays to be done, overdue.
    StaysOpen,
    /// It is lost.
    Lapses,
    /// An agent must look at it.
    Incident,
}

/// One of several ways through; its steps are in the plan while its condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Its name.
    pub id: RouteId,
    /// What it is called.
    pub title: Words,
    /// Taken when. It may speak of missed or refused steps: `step.declare_birth.missed`.
    pub when: Expr,
    /// Said when it is left.
    pub left: Option<Words>,
}

impl StepKind {
    /// The key in a definition: `obligation`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Obligation => "obligation",
            Self::Right => "right",
            Self::Service => "service",
            Self::Decision => "decision",
            Self::Notice => "notice",
        }
    }

    /// The kind named so, if there is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Obligation,
            Self::Right,
            Self::Service,
            Self::Decision,
            Self::Notice,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}
