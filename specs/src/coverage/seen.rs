//! What scenarios have been through, noted after each sentence that does something.

use std::collections::BTreeSet;

use parcours_core::definition::Definition;
use parcours_core::journey::{Event, FactKey, Journey, Step, StepRecord};
use parcours_core::name::Role;
use parcours_core::plan::{Situation, Truth, tells_recourse, truth};
use parcours_lang::Loaded;

use super::all::{conditions, version};
use super::{Kind, Point};
use crate::driver::Decided;

/// What was gone through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    points: BTreeSet<Point>,
}

impl Seen {
    /// Whether this was gone through.
    #[must_use]
    pub fn has(&self, point: &Point) -> bool {
        self.points.contains(point)
    }

    /// Adds what another scenario has been through.
    pub fn extend(&mut self, other: Self) {
        self.points.extend(other.points);
    }

    /// Notes where a journey is now.
    pub fn observe(&mut self, law: &Loaded, journey: &Journey) {
        let Some(definition) = definition(law, journey) else {
            return;
        };
        let mut add = self.adder(definition);
        add(Kind::Law, "", "");
        branches(
            definition,
            &Situation::new(&law.catalog, definition, journey),
            &mut add,
        );
        for (key, record) in &journey.steps {
            if let Some(step) = definition.step(&key.id) {
                stood(step, record, &mut add);
            }
        }
    }

    /// Notes all that happened in a journey.
    pub fn happened(&mut self, law: &Loaded, journey: &Journey, history: &[Decided]) {
        let Some(definition) = definition(law, journey) else {
            return;
        };
        let mut add = self.adder(definition);
        for event in history.iter().flat_map(|decided| &decided.events) {
            happened(definition, event, &mut add);
        }
    }

    fn adder<'a>(&'a mut self, definition: &Definition) -> impl FnMut(Kind, &str, &str) + use<'a> {
        let version = version(definition);
        move |kind, name, branch| {
            self.points.insert(Point {
                version: version.clone(),
                kind,
                name: name.to_owned(),
                branch: branch.to_owned(),
            });
        }
    }
}

fn definition<'a>(law: &'a Loaded, journey: &Journey) -> Option<&'a Definition> {
    let chosen = journey.law.as_ref()?;
    law.catalog
        .definition(&chosen.definition)
        .map(AsRef::as_ref)
}

type Add<'a> = dyn FnMut(Kind, &str, &str) + 'a;

fn branches(definition: &Definition, situation: &Situation<'_>, add: &mut Add<'_>) {
    for (name, condition) in conditions(definition) {
        let step = definition
            .steps
            .iter()
            .find(|step| name.split(' ').next() == Some(step.id.as_str()));
        let each: Option<&Role> = step
            .filter(|_| name.contains(' '))
            .and_then(|step| step.each.as_ref());
        for subject in situation.subjects(each) {
            match truth(condition, &situation.of(subject)) {
                Truth::Yes(_) => add(Kind::Condition, &name, "true"),
                Truth::No(_) => add(Kind::Condition, &name, "false"),
                Truth::Unknown(..) => add(Kind::Condition, &name, "unknown"),
                Truth::Fault(_) => {}
            }
        }
    }
}

fn stood(step: &parcours_core::definition::StepDefinition, record: &StepRecord, add: &mut Add<'_>) {
    let id = step.id.as_str();
    if matches!(record.state, Step::NotApplicable) {
        add(Kind::Outcome, id, "not_applicable");
        return;
    }
    add(Kind::Step, id, "");
    for law in &step.law {
        add(Kind::Article, &format!("{id} {}", law.reference), "");
    }
    if record.opened_on.is_some() {
        add(Kind::Outcome, id, "open");
    }
    let word = record.state.word();
    add(Kind::Outcome, id, word);
    if record.missed || matches!(record.state, Step::Lapsed) {
        add(Kind::Deadline, id, "missed");
    } else if record.state.is_settled() {
        add(Kind::Deadline, id, "met");
    }
    if matches!(record.state, Step::Deemed { .. }) {
        for law in step.silence.iter().flat_map(|silence| &silence.law) {
            add(Kind::Article, &format!("{id} {}", law.reference), "");
        }
    }
    if tells_recourse(step, record) {
        for law in step.recourse.iter().flat_map(|recourse| &recourse.law) {
            add(Kind::Article, &format!("{id} {}", law.reference), "");
        }
    }
    if matches!(record.state, Step::Irrevocable) {
        add(Kind::Undo, id, "irrevocable");
    }
}

fn happened(definition: &Definition, event: &Event, add: &mut Add<'_>) {
    match event {
        Event::UndoStarted { step, .. } => add(Kind::Undo, step.id.as_str(), "undone"),
        Event::StepIrrevocable { step, .. } => add(Kind::Undo, step.id.as_str(), "irrevocable"),
        Event::StepRefused { step, code, .. } => {
            add(Kind::Outcome, step.id.as_str(), "refused");
            let call = definition
                .step(&step.id)
                .and_then(|step| step.call.as_ref());
            if let (Some(call), Some(code)) = (call, code.value()) {
                add(
                    Kind::Refusal,
                    &format!("{} {}", step.id, call.operation),
                    code,
                );
            }
        }
        Event::FactUnavailable { fact, origin, code } => {
            if let Some(code) = code.value() {
                unavailable(definition, fact, *origin, code, add);
            }
        }
        _ => {}
    }
}

fn unavailable(definition: &Definition, key: &FactKey, origin: u16, code: &str, add: &mut Add<'_>) {
    let origin = definition
        .facts
        .get(&key.id)
        .and_then(|fact| fact.from.get(usize::from(origin)));
    if let Some(parcours_core::definition::FactOrigin::Service { call, .. }) = origin {
        add(
            Kind::Refusal,
            &format!("{} {}", key.id, call.operation),
            code,
        );
    }
}
