//! A journey as it stands: the fold of its events.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime};

use crate::calendar::Moment;
use crate::definition::{RecourseKind, SilenceMeaning};
use crate::expr::Segment;
use crate::id::{JourneyId, PersonId};
use crate::journey::{
    Because, CallMade, CallPurpose, CallTarget, Dates, FactKey, InputId, LifeEvent, LifeEventTold,
    Links, SettledBy, Source, StepKey, Subject, Until,
};
use crate::name::{DefinitionHash, EventName, JourneyName, OperationId, Role};
use crate::personal::Personal;
use crate::value::{Reason, Value};

/// One running journey.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// Its id.
    pub id: JourneyId,
    /// Which journey it is.
    pub name: JourneyName,
    /// Whose it is: whom it began for, until a correction puts somebody else in their place.
    pub holder: Personal<PersonId>,
    /// The life event, as it is told now.
    pub told: LifeEventTold,
    /// Who is who, by role, once a correction has moved, added or taken somebody away.
    pub people: BTreeMap<Role, Numbered>,
    /// The law version that applies; none until one does.
    pub law: Option<ChosenLaw>,
    /// What is known.
    pub facts: BTreeMap<FactKey, Fact>,
    /// What was asked, and of whom.
    pub inquiries: BTreeMap<FactKey, Inquiry>,
    /// Every step that the plan ever held.
    pub steps: BTreeMap<StepKey, StepRecord>,
    /// Calls that have no answer yet.
    pub calls: BTreeMap<u32, OpenCall>,
    /// Calls that are out no more: answered, or given up. What is still answered to those is not lost.
    pub closed: BTreeMap<u32, ClosedCall>,
    /// How many calls were ever made: the next one's number is one more.
    pub calls_made: u32,
    /// What services told by themselves, in order.
    pub service_events: Vec<ServiceEvent>,
    /// Steps of other people's journeys that are settled.
    pub peers: BTreeSet<(JourneyName, Role, StepKey)>,
    /// Whether it goes on.
    pub phase: Phase,
    /// The inputs it has heard.
    pub heard: BTreeSet<InputId>,
    /// The links that open it no more.
    pub links: Links,
}

/// The numbers of the people or things in a role: each keeps theirs, and nobody gets another's.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Numbered {
    /// Of those who are there, in the order they are told.
    pub here: Vec<u16>,
    /// Of those who are there no more, with what was told of them last.
    pub gone: BTreeMap<u16, Personal<Value>>,
}

impl Numbered {
    /// A number that nobody has had.
    fn free(&self) -> u16 {
        let used = self.here.iter().chain(self.gone.keys()).max();
        used.map_or(0, |most| most.saturating_add(1))
    }
}

/// What a service told by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceEvent {
    /// What.
    pub event: EventName,
    /// Its data.
    pub data: Personal<Value>,
    /// The day it is true of.
    pub on: Personal<NaiveDate>,
}

/// Whether a journey goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// There is something to do or to wait for.
    Running,
    /// Nothing is left.
    Ended,
    /// Its life event did not happen; what was done is being, or was, taken back.
    Retracted,
}

/// The law version a journey is under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenLaw {
    /// The definition.
    pub definition: DefinitionHash,
    /// A date that would decide is unknown.
    pub provisional: bool,
    /// Why this one.
    pub because: Because,
}

/// A fact, as known.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What it is.
    pub value: Personal<Value>,
    /// From whom.
    pub source: Source,
    /// The day it is true of.
    pub occurred_on: Personal<NaiveDate>,
    /// What is claimed instead: it counts as unknown until that is settled.
    pub disputed: Option<Dispute>,
}

/// A contest about a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispute {
    /// What is claimed instead, when somebody did.
    pub claimed: Option<Personal<Value>>,
}

/// How far the search for a fact has come.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Inquiry {
    /// Places in its `from:` list that have said no, each in the definition that it stands in.
    pub exhausted: BTreeSet<(DefinitionHash, u16)>,
    /// The place that was asked and has not answered, and its call.
    pub pending: Option<(u16, u32)>,
    /// The people asked.
    pub asked: Option<Role>,
}

impl Inquiry {
    /// Nothing more is expected of this place in the `from:` list, so the next one is asked.
    pub(super) fn exhaust(&mut self, law: Option<DefinitionHash>, origin: u16) {
        self.exhausted.extend(law.map(|law| (law, origin)));
        if self.pending.is_some_and(|(place, _)| place == origin) {
            self.pending = None;
        }
    }
}

/// A call without an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenCall {
    /// What it is for.
    pub target: CallTarget,
    /// To do or to undo.
    pub purpose: CallPurpose,
    /// The call.
    pub made: CallMade,
    /// The place in the `from:` list of its fact that asks, when it is made for one.
    pub origin: Option<u16>,
    /// The service has taken it and has not decided.
    pub acknowledged: bool,
    /// The answer that broke its contract and waits to be looked at, while no better one has come.
    pub unfit: Option<Unfit>,
    /// Which attempt was made last, or is being made, from 1.
    pub attempt: u32,
    /// When the next one is made, if that one failed: civil time. Erased with its holder, it is never made.
    pub again: Option<Personal<NaiveDateTime>>,
    /// What happened to the last one that failed, in the words that came with it.
    pub failed: Option<Personal<String>>,
}

impl OpenCall {
    /// Whether an attempt at it is to be made, or under way: not once the service has it, nor while the next attempt waits.
    #[must_use]
    pub fn is_owed(&self) -> bool {
        !self.acknowledged && self.again.is_none()
    }

    /// Whether this attempt has come to nothing yet, so that its failure is news.
    pub(super) fn is_out(&self, attempt: u32) -> bool {
        self.is_owed() && self.attempt == attempt
    }

    /// Whether its next attempt has waited long enough.
    pub(super) fn is_due(&self, now: NaiveDateTime) -> bool {
        let due =
            |again: &Personal<NaiveDateTime>| again.value().is_some_and(|again| *again <= now);
        self.again.as_ref().is_some_and(due)
    }
}

/// An answer that breaks the contract of the operation called.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfit {
    /// Since when somebody must look at it.
    pub since: NaiveDate,
    /// What was wrong with the last one.
    pub what: Personal<String>,
}

/// A call that is out no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedCall {
    /// What it was for.
    pub target: CallTarget,
    /// To do or to undo.
    pub purpose: CallPurpose,
    /// What was called.
    pub operation: OperationId,
}

/// Everything kept about a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRecord {
    /// Where it stands.
    pub state: Step,
    /// Why.
    pub because: Because,
    /// The law that opened it is not certain.
    pub provisional: bool,
    /// Nobody is told.
    pub quiet: bool,
    /// Its dates, while it is open or requested.
    pub dates: Dates,
    /// Its date has passed while it was not settled.
    pub missed: bool,
    /// The day an agent was called because of that, where the law wants one.
    pub incident: Option<NaiveDate>,
    /// Since when a rule of it decides nothing, because it does not fit what is known.
    pub fault: Option<NaiveDate>,
    /// The day its call failed for good.
    pub failed_on: Option<NaiveDate>,
    /// It had its place in the journey once, before whatever it waits for or stands for now.
    pub had_place: bool,
    /// The day it opened.
    pub opened_on: Option<NaiveDate>,
    /// The day the service was first asked.
    pub requested_on: Option<NaiveDate>,
    /// What the service was last asked with.
    pub sent: Option<Personal<BTreeMap<String, Value>>>,
    /// How many of the services' own messages came before it was refused or taken back, and so settle it no more.
    pub spent: usize,
    /// The calls up to this number are taken back, or were: whatever is still answered to them changes nothing.
    pub taken_back: u32,
    /// The day the person said that they do not want it, while what a service did all the same is taken back.
    pub declined: Option<Personal<NaiveDate>>,
    /// When the clock of silence stood still, and since when it does now.
    pub suspended: Suspension,
    /// What the office has said of the file.
    pub file: File,
    /// The notice of refusal is silent about appeals.
    pub notice_defective: bool,
    /// What the service replied last.
    pub reply: Option<Personal<Value>>,
    /// What was said about a refusal.
    pub motive: Option<Personal<String>>,
    /// Appeals that were lodged.
    pub appeals: Vec<(RecourseKind, Personal<NaiveDate>)>,
}

/// What the office has said of the file that a step sent it (CRPA L114-5).
#[derive(Clone, Debug, PartialEq, Default)]
pub struct File {
    /// Each time it asked for pieces, in order.
    pub asked: Vec<Pieces>,
    /// The last day it said that it had them all.
    pub complete_on: Option<NaiveDate>,
    /// How many of the services' own messages were heard for it.
    pub heard: usize,
}

/// Pieces that the office asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Pieces {
    /// The day it did.
    pub asked_on: NaiveDate,
    /// Which.
    pub which: Personal<String>,
    /// The last day to send them, when it gave one.
    pub until: Option<NaiveDate>,
    /// The day it had them.
    pub received_on: Option<NaiveDate>,
}

impl File {
    /// The pieces that the office waits for.
    pub fn missing(&self) -> impl DoubleEndedIterator<Item = &Pieces> {
        self.asked
            .iter()
            .filter(|pieces| pieces.received_on.is_none())
    }
}

/// A stopped clock.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Suspension {
    /// From which day, and until which it ran again.
    pub spans: Vec<(NaiveDate, NaiveDate)>,
    /// Since when it stands still now.
    pub since: Option<NaiveDate>,
}

/// Where a step stands. Each state holds exactly what is known in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It waits.
    Waiting(Until),
    /// It does not apply.
    NotApplicable,
    /// It can be done.
    Open,
    /// The service was asked.
    Requested {
        /// The call.
        call: u32,
    },
    /// It ended well.
    Settled {
        /// The day that counts.
        on: Personal<NaiveDate>,
        /// What settled it.
        by: SettledBy,
    },
    /// Silence decided.
    Deemed {
        /// The day it was acquired.
        on: Personal<NaiveDate>,
        /// Accepted or refused.
        means: SilenceMeaning,
    },
    /// The answer was no.
    Refused {
        /// The day it was notified.
        on: Personal<NaiveDate>,
        /// The service's code, or `decision`.
        code: Personal<String>,
    },
    /// The person does not want it.
    Declined {
        /// The day.
        on: Personal<NaiveDate>,
    },
    /// Its time ran out.
    Lapsed,
    /// An incident: an agent must look.
    Failed {
        /// To do or to undo.
        purpose: CallPurpose,
        /// What happened.
        what: Personal<String>,
    },
    /// It is being taken back.
    Undoing {
        /// The call, once made; none for an inverse act.
        call: Option<u32>,
    },
    /// It was taken back.
    Undone,
    /// It should be taken back and cannot.
    Irrevocable,
}

impl Step {
    /// The word for it, as in `step.<id>.<word>` and on the wire.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting(_) => "waiting",
            Self::NotApplicable => "not_applicable",
            Self::Open => "open",
            Self::Requested { .. } => "requested",
            Self::Settled { .. } => "settled",
            Self::Deemed { .. } => "deemed",
            Self::Refused { .. } => "refused",
            Self::Declined { .. } => "declined",
            Self::Lapsed => "lapsed",
            Self::Failed { .. } => "failed",
            Self::Undoing { .. } => "undoing",
            Self::Undone => "undone",
            Self::Irrevocable => "irrevocable",
        }
    }

    /// Whether what it stands for was granted or done: settled, or deemed accepted.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(
            self,
            Self::Settled { .. }
                | Self::Deemed {
                    means: SilenceMeaning::Acceptance,
                    ..
                }
        )
    }

    /// Whether it was turned down, expressly or by silence.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Deemed {
                    means: SilenceMeaning::Refusal,
                    ..
                }
        )
    }

    /// Whether a service was asked, to do or to take back, and its answer is waited for.
    #[must_use]
    pub fn call_is_out(&self) -> bool {
        matches!(
            self,
            Self::Requested { .. } | Self::Undoing { call: Some(_) }
        )
    }

    /// What failed however often it was tried, and what happened.
    #[must_use]
    #[expect(clippy::wildcard_enum_match_arm, reason = "one state is a failure")]
    pub fn failure(&self) -> Option<(CallPurpose, &Personal<String>)> {
        match self {
            Self::Failed { purpose, what } => Some((*purpose, what)),
            _ => None,
        }
    }

    /// Whether it is being taken back, or could not be: what failed then is the undo.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        matches!(
            self,
            Self::Undoing { .. }
                | Self::Failed {
                    purpose: CallPurpose::Undo,
                    ..
                }
        )
    }

    /// Whether somebody is to do something about it, or something is under way.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(
            self,
            Self::Waiting(_)
                | Self::Open
                | Self::Requested { .. }
                | Self::Failed { .. }
                | Self::Undoing { .. }
        )
    }
}

impl StepRecord {
    /// A step that nothing has been decided about.
    #[must_use]
    pub fn new(state: Step, because: Because) -> Self {
        Self {
            state,
            because,
            provisional: false,
            quiet: false,
            dates: Dates::default(),
            missed: false,
            incident: None,
            fault: None,
            failed_on: None,
            had_place: false,
            opened_on: None,
            requested_on: None,
            sent: None,
            spent: 0,
            taken_back: 0,
            declined: None,
            suspended: Suspension::default(),
            file: File::default(),
            notice_defective: false,
            reply: None,
            motive: None,
            appeals: Vec::new(),
        }
    }
}

impl StepRecord {
    /// Remembers that the person declined it, while it is something else for a time.
    pub(super) fn keep_declined(&mut self) {
        if let Step::Declined { on } = &self.state {
            self.declined = Some(on.clone());
        }
    }

    /// The same step, to be gone through afresh: what settled it once does not settle it again.
    #[must_use]
    pub(super) fn afresh(&self) -> Self {
        Self {
            spent: self.spent,
            taken_back: self.taken_back,
            fault: self.fault,
            had_place: self.had_place,
            file: File {
                heard: self.file.heard,
                ..File::default()
            },
            ..Self::new(Step::NotApplicable, self.because.clone())
        }
    }
}

impl LifeEventTold {
    /// Its data, put together again; what was forgotten is a hole.
    #[must_use]
    pub fn data(&self) -> Value {
        let mut whole = Value::Record(BTreeMap::new());
        for part in &self.parts {
            let value = part
                .value
                .value()
                .cloned()
                .unwrap_or(Value::Unknown(Reason::Erased));
            put(&mut whole, &part.at, value);
        }
        whole
    }

    /// Whose life event it is.
    #[must_use]
    pub fn holder(&self) -> Personal<PersonId> {
        let whose = self.name.about().clone();
        self.name.clone().map(|_| whose)
    }

    /// The life event as it was told; none once anybody in it was forgotten.
    #[must_use]
    pub fn whole(&self) -> Option<LifeEvent> {
        let name = self.name.value()?;
        let forgotten = self.parts.iter().any(|part| part.value.is_erased());
        (!forgotten).then_some(LifeEvent {
            kind: self.kind.clone(),
            source: name.source.clone(),
            id: name.id.clone(),
            occurred_on: *self.occurred_on.value()?,
            data: self.data(),
        })
    }
}

impl Journey {
    /// Whether whose it is now was forgotten. It is at rest then: it hears what it is told, and nothing is decided, asked or tried.
    #[must_use]
    pub fn is_forgotten(&self) -> bool {
        self.holder.is_erased()
    }

    /// The calls of which an attempt is to be made, or under way.
    pub(super) fn owed(&self) -> impl Iterator<Item = &OpenCall> {
        let calls = (!self.is_forgotten()).then(|| self.calls.values());
        calls.into_iter().flatten().filter(|call| call.is_owed())
    }

    /// The call of this number, if it is one of these.
    pub(super) fn owed_call(&self, number: u32) -> Option<&OpenCall> {
        let call = self.calls.get(&number).filter(|call| call.is_owed());
        call.filter(|_| !self.is_forgotten())
    }

    /// The data of the life event, put together again; what was forgotten is a hole.
    #[must_use]
    pub fn life_event_data(&self) -> Value {
        self.told.data()
    }

    /// The number of whoever is told at this place in a role.
    #[must_use]
    pub fn number(&self, role: &Role, place: usize) -> u16 {
        let small = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
        let Some(known) = self.people.get(role) else {
            return small(place);
        };
        // Whom no correction told of, but another law counts in.
        let beyond = || known.free().saturating_add(small(place - known.here.len()));
        known.here.get(place).copied().unwrap_or_else(beyond)
    }

    /// Where somebody is told; none when they are not there.
    #[must_use]
    pub fn place(&self, subject: &Subject) -> Option<usize> {
        let Some(known) = self.people.get(&subject.role) else {
            return Some(usize::from(subject.index));
        };
        let here = known
            .here
            .iter()
            .position(|number| *number == subject.index);
        let beyond = || subject.index.checked_sub(known.free());
        here.or_else(|| Some(known.here.len() + usize::from(beyond()?)))
    }

    /// The day it happened; none once forgotten.
    #[must_use]
    pub fn occurred_on(&self) -> Option<NaiveDate> {
        self.told.occurred_on.value().copied()
    }

    /// What was called, if the journey ever made that call, whether it is out or closed.
    #[must_use]
    pub fn called(&self, target: &CallTarget, number: u32) -> Option<&OperationId> {
        let out = self.calls.get(&number);
        let out = out.map(|call| (&call.target, &call.made.operation));
        let closed = self.closed.get(&number);
        let closed = closed.map(|call| (&call.target, &call.operation));
        let (of, operation) = out.or(closed)?;
        (of == target).then_some(operation)
    }

    /// The call that is out for a step and was answered against its contract, if one was.
    #[must_use]
    pub fn unfit(&self, step: &StepKey) -> Option<&Unfit> {
        self.calls
            .values()
            .filter(|call| matches!(&call.target, CallTarget::Step(of) if of == step))
            .find_map(|call| call.unfit.as_ref())
    }

    /// The attempt at a call that was made last; none when the call is not out.
    #[must_use]
    pub fn attempt(&self, target: &CallTarget, number: u32) -> Option<u32> {
        let open = self.calls.get(&number)?;
        (open.target == *target).then_some(open.attempt)
    }

    /// The step's record, if the plan ever held it.
    #[must_use]
    pub fn step(&self, key: &StepKey) -> Option<&StepRecord> {
        self.steps.get(key)
    }

    /// The date the step's deadline falls, as reckoned when it opened or was last rescheduled.
    #[must_use]
    pub fn due(&self, key: &StepKey) -> Option<Moment> {
        self.steps.get(key)?.dates.due.as_ref()?.value().copied()
    }
}

/// Puts `value` at `path`, making the records and lists on the way. A hole on the way stays a hole.
fn put(whole: &mut Value, path: &[Segment], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        match (whole, value) {
            // The whole arrives first, without the parts about others; those are already in when it does not.
            (Value::Record(fields), Value::Record(more)) => fields.extend(more),
            (whole, value) => *whole = value,
        }
        return;
    };
    match (first, whole) {
        (Segment::Field(name), Value::Record(fields)) => {
            let empty = match rest.first() {
                Some(Segment::Item(_)) => Value::List(Vec::new()),
                Some(Segment::Field(_)) | None => Value::Record(BTreeMap::new()),
            };
            put(
                fields.entry(String::from(&**name)).or_insert(empty),
                rest,
                value,
            );
        }
        (Segment::Item(index), Value::List(items)) => {
            while items.len() <= *index {
                items.push(Value::Record(BTreeMap::new()));
            }
            if let Some(item) = items.get_mut(*index) {
                put(item, rest, value);
            }
        }
        (Segment::Field(_) | Segment::Item(_), _) => {}
    }
}
