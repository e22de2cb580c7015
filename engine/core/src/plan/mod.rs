//! What should be, by the law of what is known.
//!
//! [`plan`] is a pure function of a definition, a journey's facts and the moment. It knows what steps have come to, since
//! law and conditions speak of that, but it decides nothing: `journey::decide` compares the plan with what is and
//! writes down the difference.

mod asking;
mod aspect;
mod dates;
mod law;
mod silence;
mod situation;
mod step;

pub use asking::Ask;
pub use dates::NoDate;
pub use law::{Choice, Truth, applies, choose, is_forgotten, law_version, truth};
pub use silence::Still;
pub use situation::{Situation, View};
pub use step::{Call, Planned, PlannedRecourse, Should, tells_recourse};
pub(crate) use step::{end, is_taken_back_by};

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDateTime;

use crate::journey::{FactKey, StepKey};
use crate::name::RouteId;

/// What should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Each step, for each of its people or things.
    pub steps: BTreeMap<StepKey, Planned>,
    /// The same steps as people read them.
    pub order: Vec<StepKey>,
    /// Routes that are taken.
    pub routes: BTreeSet<RouteId>,
    /// Facts that something waits for.
    pub wanted: BTreeSet<FactKey>,
    /// When the plan next changes by itself, if it does: civil time.
    pub next_change: Option<NaiveDateTime>,
}

/// Plans `situation` as of `now`, civil time.
#[must_use]
pub fn plan(situation: &Situation<'_>, now: NaiveDateTime) -> Plan {
    let mut plan = Plan {
        steps: BTreeMap::new(),
        order: Vec::new(),
        routes: BTreeSet::new(),
        wanted: BTreeSet::new(),
        next_change: None,
    };
    for route in situation.definition.routes.values() {
        if let Truth::Yes(_) = truth(&route.when, &situation.of(None)) {
            plan.routes.insert(route.id.clone());
        }
    }
    if let Some(law) = &situation.journey.law {
        plan.wanted
            .extend(situation.askable(&law.because.lacking, None));
    }
    let never = step::never(situation);
    for step in &situation.definition.steps {
        for subject in situation.subjects(step.each.as_ref()) {
            let key = StepKey::new(step.id.clone(), subject);
            let planned = step::plan_step(situation, step, &key, now, never.as_ref());
            plan.add(key, planned, now);
        }
    }
    // Who they are cannot be told, so that nobody's step is planned: the last one that is says so.
    if let Some(planned) = plan.order.last().and_then(|key| plan.steps.get_mut(key)) {
        planned.faults.extend(situation.take_faults());
    }
    // What was done for somebody who is not there any more may be theirs to take back.
    for step in &situation.definition.steps {
        for key in step::called_back_for_the_gone(situation, step) {
            let planned = step::plan_step(situation, step, &key, now, never.as_ref());
            plan.add(key, planned, now);
        }
    }
    for (key, record) in &situation.journey.steps {
        if let Some(step) = situation.definition.step(&key.id)
            && !plan.steps.contains_key(key)
        {
            // What was begun for them is still told while it is taken back.
            if record.state.is_live() {
                plan.order.push(key.clone());
            }
            let planned = step::plan_gone(situation, step, key);
            plan.steps.insert(key.clone(), planned);
        }
    }
    plan
}

impl Plan {
    /// Adds a step in the order people read them, with what it waits for and when it changes.
    fn add(&mut self, key: StepKey, planned: Planned, now: NaiveDateTime) {
        self.wanted.extend(planned.wanted.iter().cloned());
        for change in planned.changes() {
            if change > now && self.next_change.is_none_or(|next| change < next) {
                self.next_change = Some(change);
            }
        }
        self.order.push(key.clone());
        self.steps.insert(key, planned);
    }

    /// Rules and data that do not fit, each with its step: incidents for whoever wrote the definition.
    pub fn faults(&self) -> impl Iterator<Item = (&StepKey, &String)> {
        self.steps
            .iter()
            .flat_map(|(key, planned)| planned.faults.iter().map(move |fault| (key, fault)))
    }
}
