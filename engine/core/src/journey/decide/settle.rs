//! The plan beside what is; the difference becomes events, until nothing changes.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use chrono::NaiveDateTime;

use super::compare::{compare, faults, nothing};
use super::draft::Draft;
use super::inquire::{self, inquire, is_needed};
use super::{Context, NotDecided, ROUNDS, Rejection};
use crate::catalog::Catalog;
use crate::definition::Definition;
use crate::journey::{
    Because, CallTarget, Event, Journey, OpenCall, Phase, Rule, Step, StepKey, Until,
};
use crate::plan::{self, Choice, Plan, Situation};

/// A plan that is carried out as far as it can be.
#[derive(Default)]
pub(super) struct Settled {
    /// When it next changes by itself.
    pub(super) wake: Option<NaiveDateTime>,
    /// Steps that nobody is told of, as planned now or in an earlier round.
    pub(super) quiet: BTreeSet<StepKey>,
}

/// Plans and compares until the plan is carried out as far as it can be.
pub(super) fn settle(draft: &mut Draft, context: Context<'_>) -> Result<Settled, NotDecided> {
    let mut settled = Settled::default();
    // Nobody is left for whom anything could be planned.
    if draft.journey.is_forgotten() {
        return Ok(settled);
    }
    for _ in 0..ROUNDS {
        let events = round(draft, context, &mut settled)?;
        if events.is_empty() {
            return Ok(settled);
        }
        for event in events {
            draft.push(event)?;
        }
    }
    let last = draft.events.last().map_or("nothing", Event::name);
    Err(NotDecided::Restless(alloc::format!(
        "after {ROUNDS} rounds it still changes, lastly by {last}"
    )))
}

fn round(
    draft: &Draft,
    context: Context<'_>,
    settled: &mut Settled,
) -> Result<Vec<Event>, NotDecided> {
    let journey = &draft.journey;
    let (changed, fault) = law(journey, context.catalog);
    if let Some((to, event)) = changed {
        let mut events = asked_no_more(draft, context.catalog, &to);
        events.push(event);
        return Ok(events);
    }
    let Some(law) = &journey.law else {
        return Ok(Vec::new());
    };
    let definition = context
        .catalog
        .definition(&law.definition)
        .ok_or(Rejection::LostDefinition(law.definition))?;
    let situation = Situation::new(context.catalog, definition, journey);
    // Which law applies cannot be told: the one it is under stands, and its first step says so.
    if let Some(fault) = fault {
        situation.fault(fault);
    }
    let plan = plan::plan(&situation, context.now);

    let mut events = Vec::new();
    for (key, planned) in &plan.steps {
        let Some(step) = definition.step(&key.id) else {
            continue;
        };
        events.extend(faults(draft, key, planned));
        events.extend(compare(draft, context, &situation, step, key, planned));
    }
    for key in journey
        .steps
        .keys()
        .filter(|key| !plan.steps.contains_key(*key))
    {
        let step = definition.step(&key.id);
        events.extend(nothing(journey, step, key, Because::rule(Rule::NoSubject)));
    }
    events.extend(inquire(
        draft,
        &situation,
        &plan,
        law.because.lacking.iter(),
    ));
    // Whatever gives a call up comes first.
    if events.is_empty() {
        events.extend(repeated(&situation, &plan, context.now));
    }
    if events.is_empty() {
        events.extend(phase(journey, &plan));
    }
    number_calls(journey.calls_made, &mut events);
    settled.wake = wake(&situation, &plan);
    settled.quiet.extend(quiet(&plan));
    Ok(events)
}

/// When there is something to do again without anybody saying anything.
pub(super) fn wake(situation: &Situation<'_>, plan: &Plan) -> Option<NaiveDateTime> {
    let again = waiting(situation, plan).filter_map(|call| call.again.as_ref()?.value().copied());
    plan.next_change.into_iter().chain(again).min()
}

/// The calls whose next attempt waits, and is to be made.
fn waiting<'a>(
    situation: &'a Situation<'_>,
    plan: &Plan,
) -> impl Iterator<Item = &'a OpenCall> + use<'a> {
    let failed = || {
        let calls = situation.journey.calls.values();
        calls.filter(|call| call.again.is_some())
    };
    // Hardly ever does any call wait: nothing else is looked at then.
    let any = failed().next().is_some();
    let wanted = any.then(|| inquire::wanted(situation, plan));
    let wanted = wanted.unwrap_or_default();
    failed().filter(move |call| is_needed(situation, &wanted, call))
}

/// The calls whose next attempt is due.
fn repeated<'a>(
    situation: &'a Situation<'_>,
    plan: &Plan,
    now: NaiveDateTime,
) -> impl Iterator<Item = Event> + use<'a> {
    let due = waiting(situation, plan).filter(move |call| call.is_due(now));
    due.map(|call| Event::CallRepeated {
        target: call.target.clone(),
        call: call.made.number,
        attempt: call.attempt.saturating_add(1),
    })
}

fn quiet(plan: &Plan) -> impl Iterator<Item = StepKey> {
    let steps = plan.steps.iter().filter(|(_, planned)| planned.quiet);
    steps.map(|(key, _)| key.clone())
}

/// Calls decided in one round are numbered in their order.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these two events hold a call to number"
)]
fn number_calls(made: u32, events: &mut [Event]) {
    let calls = events.iter_mut().filter_map(|event| match event {
        Event::CallRequested { call, .. } | Event::FactRequested { call, .. } => Some(call),
        _ => None,
    });
    for (number, call) in (made + 1..).zip(calls) {
        call.number = number;
    }
}

/// The law version, if it is not the one the journey is under; and what keeps it from being chosen.
fn law(journey: &Journey, catalog: &Catalog) -> (Option<(Arc<Definition>, Event)>, Option<String>) {
    if journey.phase == Phase::Retracted {
        return (None, None);
    }
    let (definition, provisional, because) = match plan::law_version(catalog, journey) {
        Choice::Sure(definition, used) => (definition, false, Because::used(Rule::Law, &used)),
        // What chose the law is forgotten: the choice stands.
        Choice::Provisional(_, lacking, _)
            if journey.law.is_some() && plan::is_forgotten(&lacking) =>
        {
            return (None, None);
        }
        Choice::Provisional(definition, lacking, used) => (
            definition,
            true,
            Because::lacking(Rule::Law, lacking, &used),
        ),
        // Nothing to change to: the plan itself says that no law applies.
        Choice::None(_) => return (None, None),
        Choice::Fault(fault) => return (None, Some(fault)),
    };
    let unchanged = journey.law.as_ref().is_some_and(|law| {
        law.definition == definition.hash
            && law.provisional == provisional
            && law.because.lacking == because.lacking
    });
    let chosen = Event::LawChosen {
        definition: definition.hash,
        provisional,
        because,
    };
    ((!unchanged).then_some((definition, chosen)), None)
}

/// The questions to services that `law` does not ask, or reads otherwise: given up before it is chosen.
fn asked_no_more(draft: &Draft, catalog: &Catalog, law: &Definition) -> Vec<Event> {
    let journey = &draft.journey;
    let before = journey.law.as_ref();
    let before = before.and_then(|law| catalog.definition(&law.definition));
    let calls = journey.calls.values().filter_map(|call| {
        let (CallTarget::Fact(fact), Some(origin)) = (&call.target, call.origin) else {
            return None;
        };
        let was = before.and_then(|law| law.origin(fact, origin));
        let stays = was.is_some() && was == law.origin(fact, origin);
        (!stays).then(|| Event::FactUnavailable {
            fact: fact.clone(),
            origin,
            code: draft.about_holder("not_asked".into()),
        })
    });
    calls.collect()
}

/// Whether the journey goes on.
fn phase(journey: &Journey, plan: &Plan) -> Option<Event> {
    let waits_for_people = plan
        .wanted
        .iter()
        .filter_map(|fact| journey.inquiries.get(fact))
        .any(|inquiry| inquiry.asked.is_some() || inquiry.pending.is_some());
    let live = |key: &StepKey| is_live(journey, key, 0);
    let goes_on = plan.steps.keys().any(live) || waits_for_people;
    match (journey.phase, goes_on) {
        (Phase::Running, false) => Some(Event::JourneyEnded),
        (Phase::Ended, true) => Some(Event::JourneyReopened),
        (Phase::Running, true) | (Phase::Ended | Phase::Retracted, _) => None,
    }
}

/// Whether a step can still come to something. One that waits only for steps that cannot is as dead as they are.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only waiting steps depend on others"
)]
fn is_live(journey: &Journey, key: &StepKey, depth: usize) -> bool {
    let Some(record) = journey.steps.get(key) else {
        return false;
    };
    match &record.state {
        Step::Waiting(Until::Steps(steps)) => {
            depth < 64 && steps.iter().any(|step| is_live(journey, step, depth + 1))
        }
        // Nobody can be asked any more.
        Step::Waiting(Until::Facts) if plan::is_forgotten(&record.because.lacking) => false,
        _ => record.state.is_live(),
    }
}
