//! One thing in a journey.

use parcours_core::definition::{MissedConsequence, StepKind};

use super::{RawApplies, RawCall, RawLaw, RawRecourse, RawSettling, RawSilence, RawUndo};
use crate::read::{Flag, Id, Listed, Opt, Raw, RawWords, Req, Said, Text, choice, record};

record! {
    /// A step.
    RawStep as "a step" {
        /// obligation, right, service, decision or notice.
        kind: Req<KindWord>,
        /// What it is called.
        title: Req<RawWords>,
        /// What to do and how.
        explain: Opt<RawWords>,
        /// One step for each of these people or things; their name is then a variable.
        each: Opt<Id>,
        /// The role that acts; the holder when absent.
        who: Opt<Id>,
        /// Where it is done.
        office: Opt<RawOffice>,
        /// The calendar of this step's dates: `office`, or a territory.
        calendar: Opt<Text>,
        /// This rule's own dates of law.
        applies: Opt<RawApplies>,
        /// The route it belongs to.
        route: Opt<Id>,
        /// On what condition.
        when: Opt<Text>,
        /// What must be settled first.
        after: Opt<Listed<RawDependency>>,
        /// It may not be done before this.
        not_before: Opt<Raw>,
        /// It must be done by this.
        due: Opt<Raw>,
        /// It may be done only between two dates.
        window: Opt<RawWindow>,
        /// From when it counts once had.
        effect: Opt<Raw>,
        /// What to bring, and who already holds it.
        evidence: Opt<Listed<RawEvidence>>,
        /// The service action that carries it out.
        call: Opt<RawCall>,
        /// What ends it well; any one is enough.
        settled_by: Opt<Listed<RawSettling>>,
        /// How it is taken back when its reason falls away.
        undo: Opt<RawUndo>,
        /// It is there only to take another step back, which names it: `undo: { act: … }`.
        inverse: Opt<Flag>,
        /// What an administration's silence means here.
        silence: Opt<RawSilence>,
        /// What happens when its date passes.
        missed: Opt<RawMissed>,
        /// How to contest.
        recourse: Opt<Listed<RawRecourse>>,
        /// What it costs.
        cost: Opt<RawWords>,
        /// The articles it comes from.
        law: Opt<Said<Listed<RawLaw>>>,
        /// Nobody is told when this step changes, while this holds.
        quiet: Opt<Text>,
    }
}

choice! {
    /// Kinds of step.
    KindWord as "a kind of step" => StepKind {
        "obligation" => StepKind::Obligation,
        "right" => StepKind::Right,
        "service" => StepKind::Service,
        "decision" => StepKind::Decision,
        "notice" => StepKind::Notice,
    }
}

record! {
    /// Where a step is done.
    RawOffice as "`office`" {
        /// The service.
        service: Req<Id>,
        /// The INSEE code of the commune whose office is competent.
        of: Opt<Text>,
    }
}

record! {
    /// What must come first: `step`, or `peer`.
    RawDependency as "what comes first" {
        /// A step of this journey.
        step: Opt<Id>,
        /// A step of another person's journey: refused for now.
        peer: Opt<RawPeer>,
    }
}

record! {
    /// A step of another person's journey. Refused: nothing tells this journey when it is settled.
    RawPeer as "`peer`" {
        /// Which journey.
        journey: Req<Id>,
        /// The role its holder has in this one.
        role: Req<Id>,
        /// The step there.
        step: Req<Id>,
    }
}

record! {
    /// Between two dates.
    RawWindow as "`window`" {
        /// Not before.
        opens: Req<Raw>,
        /// Not after.
        closes: Req<Raw>,
    }
}

record! {
    /// A document or a fact to show.
    RawEvidence as "an item of evidence" {
        /// What it is called.
        title: Req<RawWords>,
        /// The administration that issues it, so that nobody asks people for it.
        held_by: Opt<Id>,
        /// The fact it proves.
        proves: Opt<Id>,
        /// Needed only then.
        when: Opt<Text>,
    }
}

record! {
    /// What happens when the date passes.
    RawMissed as "`missed`" {
        /// In plain words.
        words: Req<RawWords>,
        /// And for the step: stays_open, lapses or incident.
        then: Req<ConsequenceWord>,
    }
}

choice! {
    /// What a missed date does.
    ConsequenceWord as "what a missed date does" => MissedConsequence {
        "stays_open" => MissedConsequence::StaysOpen,
        "lapses" => MissedConsequence::Lapses,
        "incident" => MissedConsequence::Incident,
    }
}
