//! What is done about a step.

use parcours_core::definition::{Answering, RecourseKind, SilenceClock, SilenceMeaning};

use super::RawLaw;
use crate::read::{Flag, Id, Listed, Named, Opt, Raw, RawWords, Req, Said, Text, choice, record};

record! {
    /// A call to an operation of a service.
    RawCall as "a call" {
        /// `caf.open_child_benefit`.
        operation: Req<Id>,
        /// Each argument of the operation, as an expression.
        arguments: Opt<Named<Text>>,
        /// Of a step's call: whether a positive answer settles the step, or only acknowledges the request.
        answer: Opt<AnswerWord>,
        /// Of a fact's call: what of the reply is the fact.
        take: Opt<Id>,
    }
}

choice! {
    /// What a positive answer means.
    AnswerWord as "what an answer does" => Answering {
        "settles" => Answering::Settles,
        "acknowledges" => Answering::Acknowledges,
    }
}

record! {
    /// One way for a step to be settled: exactly one of `event`, `declared`, `decision`, `answer`, `told`.
    RawSettling as "a way to settle" {
        /// A service says so: `mairie.birth_registered`.
        event: Opt<Id>,
        /// With `event`: which of them, as a condition over `reply`.
        matching: Opt<Text>,
        /// People in this role say they have done it.
        declared: Opt<Id>,
        /// An agent decides.
        decision: Opt<DecisionWord>,
        /// The call's own positive answer.
        answer: Opt<CallWord>,
        /// A notice is settled when it is given.
        told: Opt<Flag>,
    }
}

choice! {
    /// Who decides.
    DecisionWord as "who decides" => () { "agent" => (), }
}

choice! {
    /// Whose answer.
    CallWord as "whose answer settles the step" => () { "call" => (), }
}

record! {
    /// How a step is taken back: exactly one of `operation`, `act`, `none`.
    RawUndo as "`undo`" {
        /// A service operation.
        operation: Opt<RawCall>,
        /// Another step of this file.
        act: Opt<Id>,
        /// It cannot be, and why.
        none: Opt<RawWords>,
    }
}

record! {
    /// What an administration's silence means.
    RawSilence as "`silence`" {
        /// Accepted or refused.
        means: Req<MeansWord>,
        /// When silence has lasted long enough.
        after: Req<Raw>,
        /// From which of the two receipts it is counted.
        counts_from: Req<ClockWord>,
        /// What a service says when the file lacks pieces (CRPA, art. L114-5).
        incomplete: Opt<RawIncomplete>,
        /// What a service says when it has the whole file.
        complete: Opt<RawHearing>,
        /// The clock stands still while this holds.
        suspended_while: Opt<Text>,
        /// The articles.
        law: Req<Said<Listed<RawLaw>>>,
    }
}

record! {
    /// How a service says which pieces it lacks.
    RawIncomplete as "`incomplete`" {
        /// Its message: `caf.pieces_requested`.
        event: Req<Id>,
        /// Which of them, as a condition over `reply`.
        matching: Opt<Text>,
        /// The pieces, over `reply`: a text, or a list of texts.
        pieces: Req<Text>,
        /// The last day to send them, over `reply`; it may be absent.
        until: Opt<Text>,
    }
}

record! {
    /// How a service says that it has the whole file.
    RawHearing as "`complete`" {
        /// Its message: `caf.pieces_received`.
        event: Req<Id>,
        /// Which of them, as a condition over `reply`.
        matching: Opt<Text>,
    }
}

choice! {
    /// Accepted or refused.
    MeansWord as "what silence means" => SilenceMeaning {
        "acceptance" => SilenceMeaning::Acceptance,
        "refusal" => SilenceMeaning::Refusal,
    }
}

choice! {
    /// Which receipt.
    ClockWord as "a receipt to count from" => SilenceClock {
        "complete_file" => SilenceClock::CompleteFile,
        "first_receipt" => SilenceClock::FirstReceipt,
    }
}

record! {
    /// One way to contest.
    RawRecourse as "a recourse" {
        /// What kind of appeal.
        kind: Req<RecourseWord>,
        /// To whom and how.
        words: Req<RawWords>,
        /// By when.
        due: Opt<Raw>,
        /// It must come before any court.
        mandatory: Opt<Flag>,
        /// Where it goes next.
        then: Opt<RecourseWord>,
        /// The articles.
        law: Req<Said<Listed<RawLaw>>>,
    }
}

choice! {
    /// Kinds of appeal.
    RecourseWord as "a kind of recourse" => RecourseKind {
        "gracious" => RecourseKind::Gracious,
        "hierarchical" => RecourseKind::Hierarchical,
        "prior_appeal" => RecourseKind::PriorAppeal,
        "mediation" => RecourseKind::Mediation,
        "administrative_court" => RecourseKind::AdministrativeCourt,
        "judicial_court" => RecourseKind::JudicialCourt,
        "labour_court" => RecourseKind::LabourCourt,
        "tax_complaint" => RecourseKind::TaxComplaint,
    }
}
