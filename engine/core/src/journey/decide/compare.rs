//! One step as planned beside the step as it is: what must change.

use alloc::vec::Vec;

use super::draft::Draft;
use super::{Context, declined, file, undo};
use crate::calendar::{Deadline, Moment};
use crate::definition::{
    Answering, MissedConsequence, Settling, SilenceMeaning, StepDefinition, Undo,
};
use crate::id::Purpose;
use crate::journey::{
    Because, CallPurpose, Dates, Event, Journey, Rule, ServiceEvent, SettledBy, Step, StepKey,
    StepRecord, Until,
};
use crate::personal::Personal;
use crate::plan::{self, Call, Planned, Should, Situation, Truth};
use crate::value::Value;

/// What must change for one step to be as planned.
pub(super) fn compare(
    draft: &Draft,
    context: Context<'_>,
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &Planned,
) -> Vec<Event> {
    let journey = &draft.journey;
    let record = journey.steps.get(key);
    if planned.should != Should::Nothing
        && let Some(event) = told_by_service(draft, situation, step, key, record)
    {
        return alloc::vec![event];
    }
    if planned.should == Should::ToDo
        && let Some(event) = file::told(draft, situation, step, key)
    {
        return alloc::vec![event];
    }
    if let Some(record) = record
        && matches!(record.state, Step::Declined { .. })
        && settling_news(draft, situation, step, key, record).is_some()
    {
        return declined::granted(draft, step, key);
    }
    if let Some(Step::Undoing { call }) = record.map(|record| &record.state) {
        return undo::goes_on(draft, step, key, planned, *call)
            .into_iter()
            .collect();
    }
    match &planned.should {
        Should::Nothing => nothing(journey, Some(step), key, planned.because.clone()),
        // What rested on something forgotten stands as it was decided.
        Should::Undecided(lacking) if record.is_some() && plan::is_forgotten(lacking) => Vec::new(),
        Should::Undecided(_) => waits(record, key, Until::Facts, &planned.because)
            .into_iter()
            .collect(),
        Should::After(steps) => {
            // It is owed: its date runs while others are late.
            if let Some(record) = record
                && let Some(event) = passed_by(draft, context, step, key, planned, record)
            {
                return alloc::vec![event];
            }
            if record.is_some_and(|record| record.state == Step::Lapsed)
                && (planned.due_unknown || has_passed(context, planned))
            {
                return Vec::new();
            }
            waits(record, key, Until::Steps(steps.clone()), &planned.because)
                .into_iter()
                .collect()
        }
        Should::AfterPeers => waits(record, key, Until::Peers, &planned.because)
            .into_iter()
            .collect(),
        Should::NotYet => match &planned.opens {
            Some(opens) => {
                let until = Until::Date(draft.about_holder(opens.due()));
                waits(record, key, until, &planned.because)
                    .into_iter()
                    .collect()
            }
            None => Vec::new(),
        },
        Should::ToDo => to_do(draft, context, step, key, planned, record),
    }
}

/// Rules that decide nothing because they do not fit what is known: said once, and once more when they do.
pub(super) fn faults(draft: &Draft, key: &StepKey, planned: &Planned) -> Option<Event> {
    let known = draft.journey.steps.get(key)?.fault.is_some();
    match (planned.faults.is_empty(), known) {
        (false, false) => Some(Event::RuleFailed {
            step: key.clone(),
            what: draft.about_holder(planned.faults.join("; ")),
        }),
        (true, true) => Some(Event::RuleMended { step: key.clone() }),
        (true, false) | (false, true) => None,
    }
}

/// A service event that settles the step, whenever it came: what arrives early is kept, not refused.
fn told_by_service(
    draft: &Draft,
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    record: Option<&StepRecord>,
) -> Option<Event> {
    let open = record.is_none_or(|record| {
        matches!(
            record.state,
            Step::Waiting(_)
                | Step::Open
                | Step::Requested { .. }
                | Step::Lapsed
                | Step::Failed {
                    purpose: CallPurpose::Do,
                    ..
                }
                | Step::NotApplicable
                // An appeal that was heard, or an answer after the silence.
                | Step::Refused { .. }
                | Step::Deemed {
                    means: SilenceMeaning::Refusal,
                    ..
                }
        )
    });
    if !open {
        return None;
    }
    // A step that nobody has planned yet gets its record first, in this same decision.
    let (told, data) = settling_news(draft, situation, step, key, record?)?;
    Some(Event::StepSettled {
        step: key.clone(),
        on: told.on.clone(),
        by: SettledBy::Event(told.event.clone()),
        reply: Some(draft.about_holder(data.clone())),
    })
}

/// What a service told by itself that settles the step, and had not been told when it was last refused or taken back.
fn settling_news<'d>(
    draft: &'d Draft,
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    record: &StepRecord,
) -> Option<(&'d ServiceEvent, &'d Value)> {
    let news = draft.journey.service_events.iter().skip(record.spent);
    news.into_iter().find_map(|told| {
        let data = told.data.value()?;
        let settles = step.settled_by.iter().any(|by| match by {
            Settling::Event { event, matching } if *event == told.event => {
                let scope = situation.with(key.of.clone(), "reply", data);
                matching
                    .as_ref()
                    .is_none_or(|condition| matches!(plan::truth(condition, &scope), Truth::Yes(_)))
            }
            Settling::Event { .. }
            | Settling::Declared(_)
            | Settling::Decision
            | Settling::Answer
            | Settling::Told => false,
        });
        settles.then_some((told, data))
    })
}

/// A step that has no place: set aside, or taken back if something was begun.
pub(super) fn nothing(
    journey: &Journey,
    step: Option<&StepDefinition>,
    key: &StepKey,
    because: Because,
) -> Vec<Event> {
    let undo = step.and_then(|step| Some((step, step.undo.as_ref()?)));
    let set_aside = |because: Because| {
        alloc::vec![Event::StepSetAside {
            step: key.clone(),
            because,
        }]
    };
    let Some(record) = journey.steps.get(key) else {
        return set_aside(because);
    };
    match &record.state {
        Step::NotApplicable if record.because.rule == because.rule => Vec::new(),
        // A call that failed may have been carried out, however long its step has waited since.
        Step::Waiting(_) | Step::Open | Step::Lapsed
            if record.sent.is_some() && matches!(undo, Some((_, Undo::Operation(_)))) =>
        {
            undo.map(|(step, _)| undo::starts(journey, step, key, because))
                .unwrap_or_default()
        }
        Step::NotApplicable | Step::Waiting(_) | Step::Open | Step::Lapsed => set_aside(because),
        // What a person did not want stays unwanted, should its reason come back.
        Step::Declined { .. }
        | Step::Refused { .. }
        | Step::Undone
        | Step::Irrevocable
        | Step::Undoing { .. }
        | Step::Failed {
            purpose: CallPurpose::Undo,
            ..
        }
        | Step::Deemed {
            means: SilenceMeaning::Refusal,
            ..
        } => Vec::new(),
        Step::Settled { .. }
        | Step::Deemed { .. }
        | Step::Requested { .. }
        | Step::Failed { .. } => match undo {
            Some((step, Undo::Operation(_) | Undo::Act(_))) => {
                undo::starts(journey, step, key, because)
            }
            Some((_, Undo::None(_))) => alloc::vec![Event::StepIrrevocable {
                step: key.clone(),
                because,
            }],
            // An incident about what is not asked any more is none.
            None if matches!(record.state, Step::Failed { .. }) => set_aside(because),
            // It was done, by a person or an office, and nothing undoes it: it stays done.
            None => Vec::new(),
        },
    }
}

/// A step that has its place, but not yet.
fn waits(
    record: Option<&StepRecord>,
    key: &StepKey,
    until: Until,
    because: &Because,
) -> Option<Event> {
    let event = || Event::StepWaits {
        step: key.clone(),
        until: until.clone(),
        because: because.clone(),
    };
    match record {
        None => Some(event()),
        Some(record) => match &record.state {
            Step::Waiting(now) => (*now != until || record.because != *because).then(event),
            Step::NotApplicable | Step::Open | Step::Undone | Step::Lapsed => Some(event()),
            Step::Requested { .. }
            | Step::Settled { .. }
            | Step::Deemed { .. }
            | Step::Refused { .. }
            | Step::Declined { .. }
            | Step::Failed { .. }
            | Step::Undoing { .. }
            | Step::Irrevocable => None,
        },
    }
}

/// Whether its date is surely past.
fn has_passed(context: Context<'_>, planned: &Planned) -> bool {
    planned
        .due
        .as_ref()
        .is_some_and(|due| context.now >= plan::end(due))
}

/// What its date does to a step that waits for others: it passes, or was put off after it had.
fn passed_by(
    draft: &Draft,
    context: Context<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &Planned,
    record: &StepRecord,
) -> Option<Event> {
    let unknown = planned.forgotten || planned.due_unknown;
    if !matches!(record.state, Step::Waiting(Until::Steps(_))) || unknown {
        return None;
    }
    match (has_passed(context, planned), record.missed) {
        (true, false) => Some(missed(step, key, record)),
        (false, true) => Some(Event::StepRescheduled {
            step: key.clone(),
            dates: dates(draft, planned),
            provisional: planned.provisional,
            because: record.because.clone(),
        }),
        (true, true) | (false, false) => None,
    }
}

fn dates(draft: &Draft, planned: &Planned) -> Dates {
    let about = |date: &Option<Deadline>| date.as_ref().map(|it| draft.about_holder(it.due()));
    Dates {
        due: about(&planned.due),
        effect: about(&planned.effect),
    }
}

/// A step to be done, or to be had.
fn to_do(
    draft: &Draft,
    context: Context<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &Planned,
    record: Option<&StepRecord>,
) -> Vec<Event> {
    let dates = dates(draft, planned);
    let dates = match record {
        Some(record) if planned.forgotten => record.dates.clone(),
        Some(record) => kept(planned, dates, record),
        None => dates,
    };
    let passed = has_passed(context, planned);
    let opened = || Event::StepOpened {
        step: key.clone(),
        dates: dates.clone(),
        provisional: planned.provisional,
        quiet: planned.quiet,
        because: planned.because.clone(),
    };
    if let Some(record) = record
        && was_sent_otherwise(step, planned, record)
    {
        let because = Because {
            rule: Rule::Arguments,
            ..planned.because.clone()
        };
        return alloc::vec![Event::UndoStarted {
            step: key.clone(),
            because
        }];
    }
    let Some(record) = record else {
        return alloc::vec![opened()];
    };
    match &record.state {
        Step::Waiting(_) | Step::NotApplicable | Step::Undone => alloc::vec![opened()],
        Step::Lapsed => {
            let put_off = record.dates.due != dates.due && !passed;
            if put_off {
                alloc::vec![opened()]
            } else {
                Vec::new()
            }
        }
        Step::Open
        | Step::Requested { .. }
        | Step::Failed {
            purpose: CallPurpose::Do,
            ..
        } => {
            if record.dates != dates || record.provisional != planned.provisional {
                return alloc::vec![Event::StepRescheduled {
                    step: key.clone(),
                    dates,
                    provisional: planned.provisional,
                    because: planned.because.clone(),
                }];
            }
            let mut events = Vec::new();
            events.extend(silence(draft, context, step, key, planned, record));
            if events.is_empty() && passed && !record.missed {
                events.push(missed(step, key, record));
            }
            if events.is_empty() && record.state == Step::Open {
                events.extend(act(draft, step, key, planned));
            }
            events
        }
        Step::Failed { .. }
        | Step::Settled { .. }
        | Step::Deemed { .. }
        | Step::Refused { .. }
        | Step::Declined { .. }
        | Step::Undoing { .. }
        | Step::Irrevocable => Vec::new(),
    }
}

/// Whether a service was asked, or did something, with what is no longer true: it is taken back, then asked for afresh.
fn was_sent_otherwise(step: &StepDefinition, planned: &Planned, record: &StepRecord) -> bool {
    // A call that failed may have been carried out all the same.
    let begun = record.state.is_settled()
        || matches!(
            record.state,
            Step::Open
                | Step::Requested { .. }
                | Step::Failed {
                    purpose: CallPurpose::Do,
                    ..
                }
        );
    let (Some(Call::Ready(now)), Some(sent)) = (&planned.call, &record.sent) else {
        return false;
    };
    begun
        && matches!(step.undo, Some(Undo::Operation(_)))
        && sent.value().is_some_and(|sent| sent != now)
}

/// The dates to write down, beside those that are: what was forgotten with its person is not written down again, and what cannot be
/// told now is not another date.
fn kept(planned: &Planned, now: Dates, record: &StepRecord) -> Dates {
    let then = &record.dates;
    let over = matches!(record.state, Step::NotApplicable | Step::Undone);
    let keep = |now: Option<Personal<Moment>>, then: &Option<Personal<Moment>>, unknown: bool| {
        match then {
            Some(then) if then.is_erased() || (unknown && !over) => Some(then.clone()),
            Some(_) | None => now,
        }
    };
    Dates {
        due: keep(now.due, &then.due, planned.due_unknown),
        effect: keep(now.effect, &then.effect, planned.effect_unknown),
    }
}

fn missed(step: &StepDefinition, key: &StepKey, record: &StepRecord) -> Event {
    let lapses = step
        .missed
        .as_ref()
        .is_some_and(|missed| missed.then == MissedConsequence::Lapses);
    // A request made in time is not lost because its answer is late.
    let unasked = record.state == Step::Open
        || (matches!(record.state, Step::Waiting(_)) && record.requested_on.is_none());
    if lapses && unasked {
        Event::StepLapsed { step: key.clone() }
    } else {
        Event::StepOverdue {
            step: key.clone(),
            incident: step
                .missed
                .as_ref()
                .is_some_and(|missed| missed.then == MissedConsequence::Incident),
        }
    }
}

/// What an administration's silence has come to.
fn silence(
    draft: &Draft,
    context: Context<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &Planned,
    record: &StepRecord,
) -> Option<Event> {
    let silence = step.silence.as_ref()?;
    if !matches!(record.state, Step::Requested { .. } | Step::Open) || record.requested_on.is_none()
    {
        return None;
    }
    if planned.suspended != record.suspended.since.is_some() {
        return Some(Event::SilenceSuspended {
            step: key.clone(),
            suspended: planned.suspended,
            on: draft.about_holder(draft.today),
        });
    }
    let ends = plan::end(planned.silence.as_ref()?);
    let decided = context.now >= ends;
    decided.then(|| Event::StepDeemed {
        step: key.clone(),
        on: draft.about_holder(ends.date().pred_opt().unwrap_or_else(|| ends.date())),
        means: silence.means,
    })
}

/// What the engine does by itself about an open step.
fn act(draft: &Draft, step: &StepDefinition, key: &StepKey, planned: &Planned) -> Option<Event> {
    if let (Some(call), Some(Call::Ready(arguments))) = (&step.call, &planned.call) {
        // Nothing is asked of a service under a law that may not be the right one.
        if planned.provisional {
            return None;
        }
        return Some(Event::CallRequested {
            step: key.clone(),
            purpose: CallPurpose::Do,
            call: draft.call(&call.operation, arguments.clone(), purpose_of(key)),
        });
    }
    let told = step.settled_by.contains(&Settling::Told)
        && step
            .call
            .as_ref()
            .is_none_or(|call| call.answer == Answering::Acknowledges);
    told.then(|| Event::StepSettled {
        step: key.clone(),
        on: draft.about_holder(draft.today),
        by: SettledBy::Told,
        reply: None,
    })
}

/// What a call's arguments are used for: the step itself.
pub(super) fn purpose_of(key: &StepKey) -> Purpose {
    Purpose::new(key.id.as_str()).expect("a step's id is a snake_case word")
}
