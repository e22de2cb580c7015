//! The fold: what a journey is after an event. It decides nothing, and names the pairs that cannot be.
//!
//! An [`IllegalTransition`] means that the log is wrong, or that a decision was: that journey is parked and an
//! operator told, while the others go on.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime};
use thiserror::Error;

use crate::expr::Segment;
use crate::id::JourneyId;
use crate::journey::state::{
    ChosenLaw, ClosedCall, Dispute, Fact, File, Journey, OpenCall, Phase, Pieces, ServiceEvent,
    Step, StepRecord, Unfit,
};
use crate::journey::{
    Because, CallMade, CallPurpose, CallTarget, Event, Inquiry, Links, Part, Rule, StepKey, Until,
};
use crate::personal::Personal;

/// An event that cannot happen to a journey as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{event} cannot happen {}while {state}", of_step(.step))]
pub struct IllegalTransition {
    /// The event's name.
    pub event: &'static str,
    /// The step it is about.
    pub step: Option<StepKey>,
    /// How the step, or the journey, stands.
    pub state: String,
}

fn of_step(step: &Option<StepKey>) -> String {
    step.as_ref()
        .map(|step| alloc::format!("to `{step}` "))
        .unwrap_or_default()
}

/// The journey that begins with `event`.
///
/// # Errors
/// [`IllegalTransition`] unless it is [`Event::Started`].
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "one event begins a journey; no other does"
)]
pub fn begin(id: JourneyId, event: &Event) -> Result<Journey, IllegalTransition> {
    match event {
        Event::Started {
            journey,
            holder,
            told,
        } => Ok(Journey {
            id,
            name: journey.clone(),
            holder: holder.clone(),
            told: told.clone(),
            people: BTreeMap::new(),
            law: None,
            facts: BTreeMap::new(),
            inquiries: BTreeMap::new(),
            steps: BTreeMap::new(),
            calls: BTreeMap::new(),
            closed: BTreeMap::new(),
            calls_made: 0,
            service_events: Vec::new(),
            peers: BTreeSet::new(),
            phase: Phase::Running,
            heard: BTreeSet::new(),
            links: Links::default(),
        }),
        other => Err(IllegalTransition {
            event: other.name(),
            step: other.step().cloned(),
            state: "the journey has not started".to_string(),
        }),
    }
}

/// The number of somebody who is gone.
fn numbered(part: &Part) -> Option<u16> {
    match part.at.last()? {
        Segment::Item(number) => u16::try_from(*number).ok(),
        Segment::Field(_) => None,
    }
}

impl Journey {
    /// Applies one event that occurred on `today`.
    ///
    /// # Errors
    /// [`IllegalTransition`] when it cannot happen as the journey stands; the journey is then as it was.
    #[expect(
        clippy::too_many_lines,
        clippy::wildcard_enum_match_arm,
        reason = "one match that names every event is easier to check than many"
    )]
    pub fn apply(&mut self, event: &Event, today: NaiveDate) -> Result<(), IllegalTransition> {
        match event {
            Event::Started { .. } => return Err(self.refuse(event)),
            Event::LifeEventCorrected(told) => {
                self.holder = told.holder();
                self.told = told.clone();
            }
            Event::PeopleNumbered {
                role,
                numbers,
                gone,
            } => {
                let known = self.people.entry(role.clone()).or_default();
                for part in gone {
                    if let Some(number) = numbered(part) {
                        known.gone.insert(number, part.value.clone());
                    }
                }
                known.gone.retain(|number, _| !numbers.contains(number));
                known.here = numbers.clone();
            }
            Event::LifeEventRetracted => {
                self.phase = Phase::Retracted;
                // Nothing more is asked about what did not happen.
                self.close_calls(|call| matches!(call.target, CallTarget::Fact(_)));
                for inquiry in self.inquiries.values_mut() {
                    inquiry.pending = None;
                    inquiry.asked = None;
                }
            }
            Event::LawChosen {
                definition,
                provisional,
                because,
            } => {
                self.law = Some(ChosenLaw {
                    definition: *definition,
                    provisional: *provisional,
                    because: because.clone(),
                });
            }
            Event::FactLearned {
                fact,
                value,
                source,
                occurred_on,
            } => {
                self.close_fact_call(fact);
                self.inquiries.remove(fact);
                let known = Fact {
                    value: value.clone(),
                    source: source.clone(),
                    occurred_on: occurred_on.clone(),
                    disputed: None,
                };
                self.facts.insert(fact.clone(), known);
            }
            Event::FactDisputed { fact, claimed } => match self.facts.get_mut(fact) {
                Some(known) => {
                    known.disputed = Some(Dispute {
                        claimed: claimed.clone(),
                    });
                }
                None => return Err(self.refuse(event)),
            },
            Event::FactRequested { fact, origin, call } => {
                let target = CallTarget::Fact(fact.clone());
                self.open_call(target, CallPurpose::Do, call, Some(*origin));
                self.inquiry(fact).pending = Some((*origin, call.number));
            }
            Event::FactUnavailable { fact, origin, .. } => {
                let target = CallTarget::Fact(fact.clone());
                self.close_calls(|call| call.target == target && call.origin == Some(*origin));
                self.exhaust(fact, *origin);
            }
            Event::QuestionAsked { fact, role } => self.inquiry(fact).asked = Some(role.clone()),
            Event::StepWaits {
                step,
                until,
                because,
            } => {
                let record = self.reopenable(step, event)?;
                // A request that was made stays made while its step waits.
                let before = match record.state {
                    Step::Waiting(_) | Step::Open => record.clone(),
                    _ => record.afresh(),
                };
                *record = StepRecord {
                    // While a fact decides whether it applies, it has no place yet.
                    had_place: before.had_place || *until != Until::Facts,
                    state: Step::Waiting(until.clone()),
                    because: because.clone(),
                    ..before
                };
            }
            Event::StepSetAside { step, because } => {
                let told = self.service_events.len();
                let record = self.reopenable(step, event)?;
                // What is to be done once more is not done by what did it before.
                if record.state.is_settled() {
                    record.spent = told;
                }
                *record = StepRecord {
                    because: because.clone(),
                    ..record.afresh()
                };
            }
            Event::StepOpened {
                step,
                dates,
                provisional,
                quiet,
                because,
            } => {
                let record = self.reopenable(step, event)?;
                let before = match record.state {
                    Step::Waiting(_) => record.clone(),
                    _ => record.afresh(),
                };
                // What passed while it waited for others has passed, unless its date is put off.
                let due = dates.due.as_ref().and_then(Personal::value);
                let passed = due.is_some_and(|due| due.ends() <= NaiveDateTime::from(today));
                let same = passed || before.dates.due == dates.due;
                *record = StepRecord {
                    had_place: true,
                    state: Step::Open,
                    because: because.clone(),
                    missed: before.missed && same,
                    incident: before.incident.filter(|_| same),
                    dates: dates.clone(),
                    provisional: *provisional,
                    quiet: *quiet,
                    opened_on: Some(today),
                    ..before
                };
            }
            Event::StepRescheduled {
                step,
                dates,
                provisional,
                because,
            } => {
                let record = self.existing(step, event)?;
                // What was missed stays missed unless its date is put off: routes are taken because of it.
                let due = dates.due.as_ref().and_then(Personal::value);
                let passed = due.is_some_and(|due| due.ends() <= NaiveDateTime::from(today));
                // One that waits is only put off.
                record.missed &= !matches!(record.state, Step::Waiting(_))
                    && (passed || record.dates.due == dates.due);
                record.incident = record.incident.filter(|_| record.missed);
                record.dates = dates.clone();
                record.provisional = *provisional;
                record.because = because.clone();
            }
            Event::StepOverdue { step, incident } => {
                let record = self.in_state(step, event, |state| {
                    matches!(
                        state,
                        Step::Waiting(_)
                            | Step::Open
                            | Step::Requested { .. }
                            | Step::Failed { .. }
                    )
                })?;
                record.missed = true;
                record.incident = incident.then_some(today);
            }
            Event::RuleFailed { step, .. } => {
                self.existing(step, event)?.fault = Some(today);
            }
            Event::RuleMended { step } => self.existing(step, event)?.fault = None,
            // The call stays out for a better answer. A fact is asked elsewhere meanwhile.
            Event::AnswerUnfit { call, what, .. } => {
                let Some(open) = self.calls.get_mut(call) else {
                    return Err(self.refuse(event));
                };
                let since = open.unfit.as_ref().map_or(today, |unfit| unfit.since);
                open.unfit = Some(Unfit {
                    since,
                    what: what.clone(),
                });
                if let (CallTarget::Fact(fact), Some(origin)) = (&open.target, open.origin) {
                    let fact = fact.clone();
                    self.exhaust(&fact, origin);
                }
            }
            Event::StepLapsed { step } => {
                let record = self.in_state(step, event, |state| {
                    matches!(state, Step::Open | Step::Waiting(_) | Step::Failed { .. })
                })?;
                record.missed = true;
                record.state = Step::Lapsed;
            }
            Event::CallRequested {
                step,
                purpose,
                call,
            } => {
                let allowed = |state: &Step| match purpose {
                    CallPurpose::Do => matches!(state, Step::Open),
                    CallPurpose::Undo => matches!(state, Step::Undoing { call: None }),
                };
                let record = self.in_state(step, event, allowed)?;
                match purpose {
                    CallPurpose::Do => {
                        record.state = Step::Requested { call: call.number };
                        record.requested_on.get_or_insert(today);
                        record.sent = Some(call.arguments.clone());
                    }
                    CallPurpose::Undo => {
                        record.state = Step::Undoing {
                            call: Some(call.number),
                        }
                    }
                }
                self.open_call(CallTarget::Step(step.clone()), *purpose, call, None);
            }
            Event::CallAttemptFailed {
                target,
                call,
                attempt,
                what,
                again,
            } => {
                let open = self.out(*call, target, event)?;
                if !open.is_out(*attempt) {
                    return Err(self.refuse(event));
                }
                open.again = again.clone();
                open.failed = Some(what.clone());
            }
            Event::CallRepeated {
                target,
                call,
                attempt,
            } => {
                let open = self.out(*call, target, event)?;
                if open.again.is_none() || open.attempt.checked_add(1) != Some(*attempt) {
                    return Err(self.refuse(event));
                }
                open.attempt = *attempt;
                open.again = None;
            }
            Event::CallAcknowledged { step, call, reply } => {
                let record = self.in_state(step, event, |state| {
                    *state == Step::Requested { call: *call }
                })?;
                record.reply = Some(reply.clone());
                if let Some(open) = self.calls.get_mut(call) {
                    open.acknowledged = true;
                    open.unfit = None;
                    open.again = None;
                    open.failed = None;
                }
            }
            Event::AnsweredLate { step, .. } => {
                self.existing(step, event)?;
            }
            Event::ServiceTold { event, data, on } => {
                self.service_events.push(ServiceEvent {
                    event: event.clone(),
                    data: data.clone(),
                    on: on.clone(),
                });
            }
            Event::SilenceSuspended {
                step,
                suspended,
                on,
            } => {
                let record = self.existing(step, event)?;
                // Once the day is forgotten, the day it was recorded stands in for it.
                let on = on.value().copied().unwrap_or(today);
                if *suspended {
                    record.suspended.since.get_or_insert(on);
                } else if let Some(since) = record.suspended.since.take() {
                    record.suspended.spans.push((since, on));
                }
            }
            Event::FileIncomplete {
                step,
                on,
                pieces,
                until,
                told,
            } => {
                let file = &mut self.with_service(step, event)?.file;
                // Once the day is forgotten, the day it was recorded stands in for it.
                file.asked.push(Pieces {
                    asked_on: on.value().copied().unwrap_or(today),
                    which: pieces.clone(),
                    until: until.as_ref().and_then(Personal::value).copied(),
                    received_on: None,
                });
                file.heard(*told);
            }
            Event::FileComplete { step, on, told } => {
                let file = &mut self.with_service(step, event)?.file;
                let on = on.value().copied().unwrap_or(today);
                for pieces in &mut file.asked {
                    pieces.received_on.get_or_insert(on);
                }
                file.complete_on = Some(on);
                file.heard(*told);
            }
            Event::StepSettled {
                step,
                on,
                by,
                reply,
            } => {
                let record = self.in_state(step, event, |state| {
                    !matches!(
                        state,
                        Step::Undoing { .. } | Step::Undone | Step::Irrevocable
                    )
                })?;
                record.state = Step::Settled {
                    on: on.clone(),
                    by: by.clone(),
                };
                if reply.is_some() {
                    record.reply = reply.clone();
                }
                self.close_step_calls(step);
            }
            Event::StepDeemed { step, on, means } => {
                let spent = self.service_events.len();
                let record = self.in_state(step, event, |state| {
                    matches!(state, Step::Requested { .. } | Step::Open)
                })?;
                record.spent = spent;
                record.state = Step::Deemed {
                    on: on.clone(),
                    means: *means,
                };
                self.close_step_calls(step);
            }
            Event::StepRefused {
                step,
                on,
                code,
                motive,
                notice_defective,
            } => {
                let spent = self.service_events.len();
                let record = self.in_state(step, event, |state| {
                    matches!(
                        state,
                        Step::Open
                            | Step::Requested { .. }
                            | Step::Settled { .. }
                            | Step::Deemed { .. }
                            | Step::Failed { .. }
                    )
                })?;
                record.spent = spent;
                record.state = Step::Refused {
                    on: on.clone(),
                    code: code.clone(),
                };
                record.motive = motive.clone();
                record.notice_defective = *notice_defective;
                self.close_step_calls(step);
            }
            Event::StepDeclined { step, on } => {
                let spent = self.service_events.len();
                let record = self.in_state(step, event, |state| {
                    matches!(
                        state,
                        Step::Open
                            | Step::Waiting(_)
                            | Step::Requested { .. }
                            | Step::Failed { .. }
                    )
                })?;
                record.spent = spent;
                record.state = Step::Declined { on: on.clone() };
                self.close_step_calls(step);
            }
            Event::StepFailed {
                step,
                purpose,
                what,
            } => {
                let record = self.in_state(step, event, |state| match purpose {
                    CallPurpose::Do => matches!(state, Step::Requested { .. }),
                    CallPurpose::Undo => {
                        matches!(state, Step::Undoing { .. } | Step::Declined { .. })
                    }
                })?;
                record.keep_declined();
                record.failed_on = Some(today);
                record.state = Step::Failed {
                    purpose: *purpose,
                    what: what.clone(),
                };
                self.close_step_calls(step);
            }
            Event::StepResumed { step } => {
                let record = self.in_state(step, event, |state| {
                    matches!(
                        state,
                        Step::Failed { .. } | Step::Declined { .. } | Step::Lapsed
                    ) || state.call_is_out()
                })?;
                record.state = match &record.state {
                    Step::Failed {
                        purpose: CallPurpose::Undo,
                        ..
                    }
                    | Step::Undoing { .. } => Step::Undoing { call: None },
                    Step::Waiting(_)
                    | Step::NotApplicable
                    | Step::Open
                    | Step::Requested { .. }
                    | Step::Settled { .. }
                    | Step::Deemed { .. }
                    | Step::Refused { .. }
                    | Step::Declined { .. }
                    | Step::Lapsed
                    | Step::Failed { .. }
                    | Step::Undone
                    | Step::Irrevocable => Step::Open,
                };
                self.close_step_calls(step);
            }
            Event::UndoStarted { step, because } => {
                let made = self.calls_made;
                let record = self.in_state(step, event, |state| {
                    state.is_settled()
                        || matches!(
                            state,
                            Step::Waiting(_)
                                | Step::Open
                                | Step::Requested { .. }
                                | Step::Failed { .. }
                                | Step::Refused { .. }
                                | Step::Declined { .. }
                                | Step::Lapsed
                        )
                })?;
                record.keep_declined();
                record.taken_back = made;
                record.state = Step::Undoing { call: None };
                record.because = because.clone();
                self.close_step_calls(step);
            }
            Event::StepUndone { step } => {
                let spent = self.service_events.len();
                let record = self.in_state(step, event, |state| {
                    matches!(
                        state,
                        Step::Undoing { .. }
                            | Step::Failed {
                                purpose: CallPurpose::Undo,
                                ..
                            }
                    )
                })?;
                record.spent = spent;
                // What the person did not want is back where they left it.
                match record.declined.take() {
                    Some(on) => {
                        record.state = Step::Declined { on };
                        let fresh = record.afresh();
                        record.sent = None;
                        record.requested_on = None;
                        record.suspended = fresh.suspended;
                        record.file = fresh.file;
                    }
                    None => record.state = Step::Undone,
                }
                self.close_step_calls(step);
            }
            Event::StepIrrevocable { step, because } => {
                let record = self.in_state(step, event, |state| {
                    state.is_settled()
                        || matches!(state, Step::Requested { .. } | Step::Failed { .. })
                })?;
                record.state = Step::Irrevocable;
                record.because = because.clone();
                self.close_step_calls(step);
            }
            Event::AppealLodged { step, kind, on } => {
                self.existing(step, event)?
                    .appeals
                    .push((*kind, on.clone()));
            }
            Event::PeerChanged {
                journey,
                role,
                step,
                settled,
                ..
            } => {
                let peer = (journey.clone(), role.clone(), step.clone());
                if *settled {
                    self.peers.insert(peer);
                } else {
                    self.peers.remove(&peer);
                }
            }
            Event::LinksRevoked { link } => self.links.revoke(*link),
            Event::Heard => {}
            Event::JourneyEnded => match self.phase {
                Phase::Running => self.phase = Phase::Ended,
                Phase::Ended | Phase::Retracted => return Err(self.refuse(event)),
            },
            Event::JourneyReopened => match self.phase {
                Phase::Ended | Phase::Retracted => self.phase = Phase::Running,
                Phase::Running => return Err(self.refuse(event)),
            },
        }
        Ok(())
    }

    fn refuse(&self, event: &Event) -> IllegalTransition {
        let state = match event.step() {
            None => alloc::format!("the journey is {:?}", self.phase),
            Some(step) => match self.steps.get(step) {
                Some(record) => alloc::format!("it is {}", record.state.word()),
                None => "the plan never held it".to_string(),
            },
        };
        IllegalTransition {
            event: event.name(),
            step: event.step().cloned(),
            state,
        }
    }

    fn existing(
        &mut self,
        step: &StepKey,
        event: &Event,
    ) -> Result<&mut StepRecord, IllegalTransition> {
        if !self.steps.contains_key(step) {
            return Err(self.refuse(event));
        }
        Ok(self.steps.get_mut(step).expect("looked up just above"))
    }

    fn in_state(
        &mut self,
        step: &StepKey,
        event: &Event,
        allowed: impl Fn(&Step) -> bool,
    ) -> Result<&mut StepRecord, IllegalTransition> {
        if !self
            .steps
            .get(step)
            .is_some_and(|record| allowed(&record.state))
        {
            return Err(self.refuse(event));
        }
        self.existing(step, event)
    }

    /// A step that a service is at work on.
    fn with_service(
        &mut self,
        step: &StepKey,
        event: &Event,
    ) -> Result<&mut StepRecord, IllegalTransition> {
        self.in_state(step, event, |state| {
            matches!(state, Step::Requested { .. } | Step::Open)
        })
    }

    /// The step, new or in a state that planning may replace. What a service has begun or done is taken back first.
    fn reopenable(
        &mut self,
        step: &StepKey,
        event: &Event,
    ) -> Result<&mut StepRecord, IllegalTransition> {
        let begun = self.steps.get(step).is_some_and(|record| {
            matches!(
                record.state,
                Step::Requested { .. } | Step::Undoing { .. } | Step::Irrevocable
            )
        });
        if begun {
            return Err(self.refuse(event));
        }
        let waiting = || StepRecord::new(Step::NotApplicable, Because::rule(Rule::Applies));
        Ok(self.steps.entry(step.clone()).or_insert_with(waiting))
    }

    fn inquiry(&mut self, fact: &crate::journey::FactKey) -> &mut Inquiry {
        self.inquiries.entry(fact.clone()).or_default()
    }

    fn exhaust(&mut self, fact: &crate::journey::FactKey, origin: u16) {
        let law = self.law.as_ref().map(|law| law.definition);
        self.inquiry(fact).exhaust(law, origin);
    }

    fn open_call(
        &mut self,
        target: CallTarget,
        purpose: CallPurpose,
        made: &CallMade,
        origin: Option<u16>,
    ) {
        self.calls_made = self.calls_made.max(made.number);
        self.calls.insert(
            made.number,
            OpenCall {
                target,
                purpose,
                made: made.clone(),
                origin,
                acknowledged: false,
                unfit: None,
                attempt: 1,
                again: None,
                failed: None,
            },
        );
    }

    /// A call that is out.
    fn out(
        &mut self,
        number: u32,
        target: &CallTarget,
        event: &Event,
    ) -> Result<&mut OpenCall, IllegalTransition> {
        let is_out = self
            .calls
            .get(&number)
            .is_some_and(|open| open.target == *target);
        if !is_out {
            return Err(self.refuse(event));
        }
        Ok(self.calls.get_mut(&number).expect("looked up just above"))
    }

    fn close_step_calls(&mut self, step: &StepKey) {
        let target = CallTarget::Step(step.clone());
        self.close_calls(|call| call.target == target);
    }

    fn close_fact_call(&mut self, fact: &crate::journey::FactKey) {
        let target = CallTarget::Fact(fact.clone());
        self.close_calls(|call| call.target == target);
    }

    fn close_calls(&mut self, closes: impl Fn(&OpenCall) -> bool) {
        for (number, call) in self.calls.extract_if(.., |_, call| closes(call)) {
            let closed = ClosedCall {
                target: call.target,
                purpose: call.purpose,
                operation: call.made.operation,
            };
            self.closed.insert(number, closed);
        }
    }
}

impl File {
    /// A message that was heard is not heard again.
    fn heard(&mut self, told: Option<u32>) {
        let next = told.and_then(|place| usize::try_from(place).ok()?.checked_add(1));
        self.heard = self.heard.max(next.unwrap_or(0));
    }
}
