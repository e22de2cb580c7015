//! What was decided and kept: the closed list. Past tense; each says which states accept it in `evolve`.
//!
//! Whatever comes from a person, or from what is known of one, is [`Personal`]: values, and dates, codes and words too, since the
//! day a step was settled may be the day a child was born. In the open stand only ids, numbers of calls and names that
//! the catalog gives.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use chrono::{NaiveDate, NaiveDateTime};

use crate::calendar::Moment;
use crate::definition::{RecourseKind, SilenceMeaning};
use crate::expr::Segment;
use crate::id::{JourneyId, PersonId};
use crate::journey::{Because, FactKey, LinkId, StepKey};
use crate::name::{DefinitionHash, EventName, JourneyName, LifeEventKind, OperationId, Role};
use crate::personal::Personal;
use crate::value::Value;

/// One thing that was decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The journey began. Only as the first event.
    Started {
        /// Which journey.
        journey: JourneyName,
        /// Whose dossier it is in.
        holder: Personal<PersonId>,
        /// What happened.
        told: LifeEventTold,
    },
    /// The life event was corrected: this is what it says now, and whom it is about has the journey from now on.
    LifeEventCorrected(LifeEventTold),
    /// A correction moved, added or took away some of the people or things in a role: who is who from now on.
    PeopleNumbered {
        /// Their role.
        role: Role,
        /// The number of each, in the order they are told now.
        numbers: Vec<u16>,
        /// Who is there no more, at their number, as they were told last.
        gone: Vec<Part>,
    },
    /// The life event did not happen.
    LifeEventRetracted,
    /// This law version applies, for now or for sure.
    LawChosen {
        /// The definition.
        definition: DefinitionHash,
        /// A date that would decide is unknown.
        provisional: bool,
        /// Why.
        because: Because,
    },
    /// A fact became known, or is known otherwise than before.
    FactLearned {
        /// Which.
        fact: FactKey,
        /// What it is.
        value: Personal<Value>,
        /// From whom.
        source: Source,
        /// The day it is true of.
        occurred_on: Personal<NaiveDate>,
    },
    /// A fact is contested: it counts as unknown until an agent or new evidence settles it.
    FactDisputed {
        /// Which.
        fact: FactKey,
        /// What is claimed instead, when somebody did.
        claimed: Option<Personal<Value>>,
    },
    /// The service that holds a fact was asked.
    FactRequested {
        /// Which fact.
        fact: FactKey,
        /// Place in its `from:` list.
        origin: u16,
        /// The call.
        call: CallMade,
    },
    /// The service does not know it, or cannot say.
    FactUnavailable {
        /// Which fact.
        fact: FactKey,
        /// Place in its `from:` list.
        origin: u16,
        /// Its answer.
        code: Personal<String>,
    },
    /// A person is asked.
    QuestionAsked {
        /// Which fact.
        fact: FactKey,
        /// Who is asked.
        role: Role,
    },
    /// A step waits, and for what.
    StepWaits {
        /// Which step.
        step: StepKey,
        /// For what.
        until: Until,
        /// Why.
        because: Because,
    },
    /// A step does not apply.
    StepSetAside {
        /// Which step.
        step: StepKey,
        /// Why not.
        because: Because,
    },
    /// A step can be done, or had, from now on.
    StepOpened {
        /// Which step.
        step: StepKey,
        /// Its dates.
        dates: Dates,
        /// The law version, or its own, is not certain yet.
        provisional: bool,
        /// Nobody is told.
        quiet: bool,
        /// Why.
        because: Because,
    },
    /// The dates of an open step are others now.
    StepRescheduled {
        /// Which step.
        step: StepKey,
        /// Its dates.
        dates: Dates,
        /// Whether it is still uncertain.
        provisional: bool,
        /// Why.
        because: Because,
    },
    /// The date has passed and the step is not settled.
    StepOverdue {
        /// Which step.
        step: StepKey,
        /// The law wants an agent to look at it.
        incident: bool,
    },
    /// A rule of the step and what is known do not fit, so that it decides nothing: an incident for its designer.
    RuleFailed {
        /// Which step.
        step: StepKey,
        /// What does not fit.
        what: Personal<String>,
    },
    /// The rules of the step decide again.
    RuleMended {
        /// Which step.
        step: StepKey,
    },
    /// A service's answer breaks the contract of its operation, and decides nothing: an incident. The call stays out, for a
    /// better answer under the same name; a fact is asked elsewhere meanwhile.
    AnswerUnfit {
        /// What was called for.
        target: CallTarget,
        /// Which call.
        call: u32,
        /// What is wrong with it.
        what: Personal<String>,
    },
    /// The date has passed and the step is lost.
    StepLapsed {
        /// Which step.
        step: StepKey,
    },
    /// A service is asked to act, or to take an act back.
    CallRequested {
        /// For which step.
        step: StepKey,
        /// To do or to undo.
        purpose: CallPurpose,
        /// The call.
        call: CallMade,
    },
    /// An attempt at a call brought no answer. The call stays out until `again`; with none, what a call that failed comes to
    /// is in the same decision.
    CallAttemptFailed {
        /// What was called for.
        target: CallTarget,
        /// Which call.
        call: u32,
        /// Which attempt, from 1.
        attempt: u32,
        /// What happened.
        what: Personal<String>,
        /// When the next attempt is made, as the operation said then: civil time.
        again: Option<Personal<NaiveDateTime>>,
    },
    /// The wait is over and nobody has answered: the call is made again, under the same name.
    CallRepeated {
        /// What it is made for.
        target: CallTarget,
        /// Which call.
        call: u32,
        /// Which attempt this is.
        attempt: u32,
    },
    /// The service took the request and has not decided.
    CallAcknowledged {
        /// For which step.
        step: StepKey,
        /// Which call.
        call: u32,
        /// What it said.
        reply: Personal<Value>,
    },
    /// A service answered a call that had been given up, and nothing is to be done about it: it is kept, and told.
    AnsweredLate {
        /// For which step.
        step: StepKey,
        /// Which call.
        call: u32,
        /// What it replied, when it did what had been asked.
        reply: Option<Personal<Value>>,
        /// The service's code, when it refused.
        code: Option<Personal<String>>,
    },
    /// A service told something that concerns this journey.
    ServiceTold {
        /// What.
        event: EventName,
        /// Its data.
        data: Personal<Value>,
        /// The day it is true of.
        on: Personal<NaiveDate>,
    },
    /// The clock of an administration's silence stands still, or goes on.
    SilenceSuspended {
        /// Which step.
        step: StepKey,
        /// Whether it stands still.
        suspended: bool,
        /// The day.
        on: Personal<NaiveDate>,
    },
    /// The office lacks pieces, and says which: until it has them the clock of its silence does not run, or stands still (CRPA
    /// L114-5).
    FileIncomplete {
        /// Which step.
        step: StepKey,
        /// The day it asked for them.
        on: Personal<NaiveDate>,
        /// Which pieces.
        pieces: Personal<String>,
        /// The last day to send them, when it gave one.
        until: Option<Personal<NaiveDate>>,
        /// Which of the services' own messages said so, by its place; an agent when none did.
        told: Option<u32>,
    },
    /// The office has the whole file.
    FileComplete {
        /// Which step.
        step: StepKey,
        /// The day it had it.
        on: Personal<NaiveDate>,
        /// Which of the services' own messages said so, by its place; an agent when none did.
        told: Option<u32>,
    },
    /// A step ended well.
    StepSettled {
        /// Which step.
        step: StepKey,
        /// The day that counts.
        on: Personal<NaiveDate>,
        /// What settled it.
        by: SettledBy,
        /// What the service replied, when it did.
        reply: Option<Personal<Value>>,
    },
    /// Silence decided.
    StepDeemed {
        /// Which step.
        step: StepKey,
        /// The day it was acquired.
        on: Personal<NaiveDate>,
        /// Accepted or refused.
        means: SilenceMeaning,
    },
    /// The answer is no.
    StepRefused {
        /// Which step.
        step: StepKey,
        /// The day it was notified.
        on: Personal<NaiveDate>,
        /// The service's code, or `decision`.
        code: Personal<String>,
        /// What was said about it.
        motive: Option<Personal<String>>,
        /// The notice is silent about appeals, so their time does not run.
        notice_defective: bool,
    },
    /// The person does not want it.
    StepDeclined {
        /// Which step.
        step: StepKey,
        /// The day.
        on: Personal<NaiveDate>,
    },
    /// A call failed however often it was tried: an incident.
    StepFailed {
        /// Which step.
        step: StepKey,
        /// To do or to undo.
        purpose: CallPurpose,
        /// What happened.
        what: Personal<String>,
    },
    /// An agent put a failed step back to work.
    StepResumed {
        /// Which step.
        step: StepKey,
    },
    /// What was done is being taken back.
    UndoStarted {
        /// Which step.
        step: StepKey,
        /// Why.
        because: Because,
    },
    /// It was taken back.
    StepUndone {
        /// Which step.
        step: StepKey,
    },
    /// It cannot be taken back.
    StepIrrevocable {
        /// Which step.
        step: StepKey,
        /// Why it should have been.
        because: Because,
    },
    /// An appeal was lodged.
    AppealLodged {
        /// Against which step.
        step: StepKey,
        /// Which appeal.
        kind: RecourseKind,
        /// The day.
        on: Personal<NaiveDate>,
    },
    /// A step of another person's journey was settled, or no longer is.
    PeerChanged {
        /// Whose.
        from: JourneyId,
        /// Which journey.
        journey: JourneyName,
        /// The role of its holder.
        role: Role,
        /// The step there.
        step: StepKey,
        /// Whether it is settled.
        settled: bool,
    },
    /// A link to the journey, or every one there was, opens it no more.
    LinksRevoked {
        /// Which; all of them when none.
        link: Option<LinkId>,
    },
    /// An input was heard and changes nothing by itself (a timer, a repeated answer).
    Heard,
    /// Nothing is left to do or to wait for. What arrives later opens it again.
    JourneyEnded,
    /// There is something to do again.
    JourneyReopened,
}

/// A life event, as kept: its data in parts, each about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifeEventTold {
    /// Its type.
    pub kind: LifeEventKind,
    /// CloudEvents `source` and `id`.
    pub name: Personal<EventIdentity>,
    /// The day it happened.
    pub occurred_on: Personal<NaiveDate>,
    /// The parts of its data.
    pub parts: Vec<Part>,
}

/// CloudEvents `source` and `id`: they may name somebody, and so are sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventIdentity {
    /// `source`.
    pub source: String,
    /// `id`.
    pub id: String,
}

/// A part of a life event's data about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it goes: nothing for the whole, `children`, 0 for the first child.
    pub at: Vec<Segment>,
    /// What is there, less the parts that are about somebody else.
    pub value: Personal<Value>,
}

/// Who says a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A person.
    Declared,
    /// An agent, who has seen it.
    Agent,
    /// An administration: evidence.
    Evidence(crate::name::ServiceId),
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// Facts that decide whether, or until when, it applies.
    Facts,
    /// Steps that come first.
    Steps(Vec<StepKey>),
    /// Steps of other people's journeys.
    Peers,
    /// A date.
    Date(Personal<Moment>),
}

/// The dates of a step, all reckoned by its rules. Each can be reckoned again, with its working-out.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Dates {
    /// By when.
    pub due: Option<Personal<Moment>>,
    /// From when it counts.
    pub effect: Option<Personal<Moment>>,
}

/// A call, as kept before it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct CallMade {
    /// Its number in the journey: part of its idempotency key, the same for every attempt.
    pub number: u32,
    /// What is called.
    pub operation: OperationId,
    /// With what.
    pub arguments: Personal<BTreeMap<String, Value>>,
}

/// To do, or to undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPurpose {
    /// The action.
    Do,
    /// Its compensation.
    Undo,
}

/// What a call was made for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallTarget {
    /// A step.
    Step(StepKey),
    /// A fact.
    Fact(FactKey),
}

/// What settled a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettledBy {
    /// A service said so.
    Event(EventName),
    /// The call's answer.
    Answer(u32),
    /// A person declared it.
    Declared,
    /// An agent wrote down that it is done, for the person or for the office.
    Recorded,
    /// An agent decided.
    Decision,
    /// A notice was given.
    Told,
}

impl Event {
    /// The name of the event in the log and in subjects: `step_opened`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::LifeEventCorrected(_) => "life_event_corrected",
            Self::PeopleNumbered { .. } => "people_numbered",
            Self::LifeEventRetracted => "life_event_retracted",
            Self::LawChosen { .. } => "law_chosen",
            Self::FactLearned { .. } => "fact_learned",
            Self::FactDisputed { .. } => "fact_disputed",
            Self::FactRequested { .. } => "fact_requested",
            Self::FactUnavailable { .. } => "fact_unavailable",
            Self::QuestionAsked { .. } => "question_asked",
            Self::StepWaits { .. } => "step_waits",
            Self::StepSetAside { .. } => "step_set_aside",
            Self::StepOpened { .. } => "step_opened",
            Self::StepRescheduled { .. } => "step_rescheduled",
            Self::StepOverdue { .. } => "step_overdue",
            Self::RuleFailed { .. } => "rule_failed",
            Self::RuleMended { .. } => "rule_mended",
            Self::AnswerUnfit { .. } => "answer_unfit",
            Self::StepLapsed { .. } => "step_lapsed",
            Self::CallRequested { .. } => "call_requested",
            Self::CallAttemptFailed { .. } => "call_attempt_failed",
            Self::CallRepeated { .. } => "call_repeated",
            Self::CallAcknowledged { .. } => "call_acknowledged",
            Self::AnsweredLate { .. } => "answered_late",
            Self::ServiceTold { .. } => "service_told",
            Self::SilenceSuspended { .. } => "silence_suspended",
            Self::FileIncomplete { .. } => "file_incomplete",
            Self::FileComplete { .. } => "file_complete",
            Self::StepSettled { .. } => "step_settled",
            Self::StepDeemed { .. } => "step_deemed",
            Self::StepRefused { .. } => "step_refused",
            Self::StepDeclined { .. } => "step_declined",
            Self::StepFailed { .. } => "step_failed",
            Self::StepResumed { .. } => "step_resumed",
            Self::UndoStarted { .. } => "undo_started",
            Self::StepUndone { .. } => "step_undone",
            Self::StepIrrevocable { .. } => "step_irrevocable",
            Self::AppealLodged { .. } => "appeal_lodged",
            Self::PeerChanged { .. } => "peer_changed",
            Self::LinksRevoked { .. } => "links_revoked",
            Self::Heard => "heard",
            Self::JourneyEnded => "journey_ended",
            Self::JourneyReopened => "journey_reopened",
        }
    }

    /// Whether it tells anybody outside something: how often a service had to be asked does not.
    #[must_use]
    pub fn is_news(&self) -> bool {
        !matches!(
            self,
            Self::CallAttemptFailed { .. } | Self::CallRepeated { .. }
        )
    }

    /// The step it is about, if it is about one.
    #[must_use]
    pub fn step(&self) -> Option<&StepKey> {
        match self {
            Self::StepWaits { step, .. }
            | Self::StepSetAside { step, .. }
            | Self::StepOpened { step, .. }
            | Self::StepRescheduled { step, .. }
            | Self::StepOverdue { step, .. }
            | Self::RuleFailed { step, .. }
            | Self::RuleMended { step }
            | Self::AnswerUnfit {
                target: CallTarget::Step(step),
                ..
            }
            | Self::CallAttemptFailed {
                target: CallTarget::Step(step),
                ..
            }
            | Self::CallRepeated {
                target: CallTarget::Step(step),
                ..
            }
            | Self::StepLapsed { step }
            | Self::CallRequested { step, .. }
            | Self::CallAcknowledged { step, .. }
            | Self::AnsweredLate { step, .. }
            | Self::SilenceSuspended { step, .. }
            | Self::FileIncomplete { step, .. }
            | Self::FileComplete { step, .. }
            | Self::StepSettled { step, .. }
            | Self::StepDeemed { step, .. }
            | Self::StepRefused { step, .. }
            | Self::StepDeclined { step, .. }
            | Self::StepFailed { step, .. }
            | Self::StepResumed { step }
            | Self::UndoStarted { step, .. }
            | Self::StepUndone { step }
            | Self::StepIrrevocable { step, .. }
            | Self::AppealLodged { step, .. } => Some(step),
            Self::Started { .. }
            | Self::LifeEventCorrected(_)
            | Self::PeopleNumbered { .. }
            | Self::LifeEventRetracted
            | Self::LawChosen { .. }
            | Self::FactLearned { .. }
            | Self::FactDisputed { .. }
            | Self::FactRequested { .. }
            | Self::FactUnavailable { .. }
            | Self::AnswerUnfit {
                target: CallTarget::Fact(_),
                ..
            }
            | Self::CallAttemptFailed {
                target: CallTarget::Fact(_),
                ..
            }
            | Self::CallRepeated {
                target: CallTarget::Fact(_),
                ..
            }
            | Self::QuestionAsked { .. }
            | Self::ServiceTold { .. }
            | Self::PeerChanged { .. }
            | Self::LinksRevoked { .. }
            | Self::Heard
            | Self::JourneyEnded
            | Self::JourneyReopened => None,
        }
    }
}

impl fmt::Display for CallTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(step) => write!(f, "step:{step}"),
            Self::Fact(fact) => write!(f, "fact:{fact}"),
        }
    }
}
