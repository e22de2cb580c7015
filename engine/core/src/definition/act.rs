//! What is done about a step: calls, their undo, silence, appeals.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::DateRule;
use crate::definition::{Law, Words};
use crate::expr::Expr;
use crate::name::{EventName, OperationId, Role, StepId};

/// A call to an operation of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// `caf.open_child_benefit`.
    pub operation: OperationId,
    /// Each argument by name; the call waits until all are known.
    pub arguments: BTreeMap<String, Expr>,
    /// What its answer does to the step.
    pub answer: Answering,
}

/// What a positive answer means for the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// The answer itself settles the step.
    Settles,
    /// It is only received: something else settles the step.
    Acknowledges,
}

/// What settles a step. `occurred_on` of the settling input is the date that counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Settling {
    /// A service says so: `mairie.birth_registered`. `matching` ties it to the right child.
    Event {
        /// The event's name.
        event: EventName,
        /// A condition over `reply` and the subject; any event of this name when absent.
        matching: Option<Expr>,
    },
    /// People in this role say they have done it.
    Declared(Role),
    /// An agent decides.
    Decision,
    /// The call's own answer.
    Answer,
    /// Nothing to do: known as soon as it applies (a notice).
    Told,
}

/// How a step is taken back when its reason falls away.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    /// A service operation, with its own arguments; the saga's compensation.
    Operation(Call),
    /// An inverse legal act: another step of this journey.
    Act(StepId),
    /// It cannot be, and why.
    None(Words),
}

/// What an administration's silence means (CRPA L231-1, L231-4 and their exceptions).
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// Accepted or refused.
    pub means: SilenceMeaning,
    /// Counted from the clock's start.
    pub after: DateRule<Expr>,
    /// Which of the two clocks.
    pub counts_from: SilenceClock,
    /// What a service says when the file lacks pieces.
    pub incomplete: Option<Incomplete>,
    /// What a service says when it has the whole file.
    pub complete: Option<Hearing>,
    /// The clock stands still while this holds.
    pub suspended_while: Option<Expr>,
    /// The articles.
    pub law: Vec<Law>,
}

/// A message of a service that concerns a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Hearing {
    /// The event's name.
    pub event: EventName,
    /// A condition over `reply` and the subject; any event of this name when absent.
    pub matching: Option<Expr>,
}

/// How a service says which pieces a file lacks, and by when it wants them (CRPA L114-5).
#[derive(Clone, Debug, PartialEq)]
pub struct Incomplete {
    /// The message.
    pub told: Hearing,
    /// What is missing, over `reply`: a text, or a list of texts.
    pub pieces: Expr,
    /// The last day to send them, over `reply`; may be absent.
    pub until: Option<Expr>,
}

/// Accepted or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceMeaning {
    /// Deemed granted.
    Acceptance,
    /// Deemed refused.
    Refusal,
}

/// From which receipt an administration's silence is counted, and so what missing pieces do to its clock (CRPA L114-3,
/// L114-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SilenceClock {
    /// The day the competent office had the complete file: acceptance. The clock does not run while pieces are missing, and starts
    /// afresh on the day they are all there.
    CompleteFile,
    /// The day the first office, even a wrong one, had the request: refusal. The clock stands still from the day pieces are asked
    /// for until they are there, and no longer than the time given to send them.
    FirstReceipt,
}

/// One way to contest, with its own clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Recourse {
    /// What kind.
    pub kind: RecourseKind,
    /// In plain words: to whom, how.
    pub words: Words,
    /// By when; not opposable when the notice did not say so (CJA R421-5).
    pub due: Option<DateRule<Expr>>,
    /// It must come before any court.
    pub mandatory: bool,
    /// Where it goes next.
    pub then: Option<RecourseKind>,
    /// The articles.
    pub law: Vec<Law>,
}

/// The kinds of appeal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecourseKind {
    /// To the same authority.
    Gracious,
    /// To its superior.
    Hierarchical,
    /// A prior appeal that the law requires (CRA, RAPO).
    PriorAppeal,
    /// Mediation.
    Mediation,
    /// The administrative court.
    AdministrativeCourt,
    /// The judicial court.
    JudicialCourt,
    /// The labour court (prud'hommes).
    LabourCourt,
    /// A tax complaint.
    TaxComplaint,
}

impl RecourseKind {
    /// Its word in definitions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gracious => "gracious",
            Self::Hierarchical => "hierarchical",
            Self::PriorAppeal => "prior_appeal",
            Self::Mediation => "mediation",
            Self::AdministrativeCourt => "administrative_court",
            Self::JudicialCourt => "judicial_court",
            Self::LabourCourt => "labour_court",
            Self::TaxComplaint => "tax_complaint",
        }
    }
}
