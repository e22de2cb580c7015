//! Everything there is to go through, from the definitions.

use std::collections::BTreeSet;

use parcours_core::catalog::Catalog;
use parcours_core::definition::{
    Definition, FactOrigin, MissedConsequence, Settling, StepDefinition, StepKind, Undo,
};
use parcours_core::expr::{Expr, Root};
use parcours_core::name::{FactId, OperationId};

use super::{Kind, Point};

/// The name of a law version.
pub(super) fn version(definition: &Definition) -> String {
    format!("{}@{}", definition.journey, definition.applies.from)
}

/// Everything there is to go through in the current law versions of every journey.
#[must_use]
pub fn all(catalog: &Catalog) -> BTreeSet<Point> {
    let definitions = catalog.journeys().flat_map(|(_, versions)| versions);
    definitions
        .flat_map(|definition| of(definition, catalog))
        .collect()
}

fn of(definition: &Definition, catalog: &Catalog) -> Vec<Point> {
    let mut points = Vec::new();
    let version = version(definition);
    let mut add = |kind: Kind, name: &str, branch: &str| {
        points.push(Point {
            version: version.clone(),
            kind,
            name: name.to_owned(),
            branch: branch.to_owned(),
        });
    };
    add(Kind::Law, "", "");
    for (name, expr) in conditions(definition) {
        // `quiet: "true"` has one way through it.
        if expr.references().is_empty() {
            continue;
        }
        add(Kind::Condition, &name, "true");
        add(Kind::Condition, &name, "false");
        if may_be_unknown(definition, expr) {
            add(Kind::Condition, &name, "unknown");
        }
    }
    let refusals = |operation: &OperationId| {
        let codes = catalog
            .operation(operation)
            .map(|operation| operation.refusals.keys().cloned());
        codes
            .into_iter()
            .flatten()
            .map(|code| (operation.to_string(), code))
            .collect::<Vec<_>>()
    };
    for fact in definition.facts.values() {
        for origin in &fact.from {
            if let FactOrigin::Service { call, .. } = origin {
                for (operation, code) in refusals(&call.operation) {
                    add(Kind::Refusal, &format!("{} {operation}", fact.id), &code);
                }
            }
        }
    }
    for step in &definition.steps {
        let id = step.id.as_str();
        add(Kind::Step, id, "");
        for outcome in outcomes(step, definition, catalog) {
            add(Kind::Outcome, id, outcome);
        }
        if step.due.is_some() || step.window.is_some() {
            add(Kind::Deadline, id, "met");
            add(Kind::Deadline, id, "missed");
        }
        match &step.undo {
            Some(Undo::Operation(_) | Undo::Act(_)) => add(Kind::Undo, id, "undone"),
            Some(Undo::None(_)) => add(Kind::Undo, id, "irrevocable"),
            None => {}
        }
        if let Some(call) = &step.call {
            for (operation, code) in refusals(&call.operation) {
                add(Kind::Refusal, &format!("{id} {operation}"), &code);
            }
        }
        for law in &step.law {
            add(Kind::Article, &format!("{id} {}", law.reference), "");
        }
        for law in step.silence.iter().flat_map(|silence| &silence.law) {
            add(Kind::Article, &format!("{id} {}", law.reference), "");
        }
        for law in step.recourse.iter().flat_map(|recourse| &recourse.law) {
            add(Kind::Article, &format!("{id} {}", law.reference), "");
        }
    }
    points
}

/// What a step can come to, as its definition says.
fn outcomes(
    step: &StepDefinition,
    definition: &Definition,
    catalog: &Catalog,
) -> Vec<&'static str> {
    let mut outcomes = Vec::new();
    if step.kind != StepKind::Notice {
        outcomes.push("open");
    }
    if !step.settled_by.is_empty() {
        outcomes.push("settled");
    }
    let inverse = definition
        .steps
        .iter()
        .any(|other| matches!(&other.undo, Some(Undo::Act(act)) if *act == step.id));
    if step.when.is_some() || step.route.is_some() || step.applies.is_some() || inverse {
        outcomes.push("not_applicable");
    }
    if step
        .missed
        .as_ref()
        .is_some_and(|missed| missed.then == MissedConsequence::Lapses)
    {
        outcomes.push("lapsed");
    }
    let operation = step
        .call
        .as_ref()
        .and_then(|call| catalog.operation(&call.operation));
    let refuses = operation.is_some_and(|operation| !operation.refusals.is_empty());
    if refuses || step.settled_by.contains(&Settling::Decision) {
        outcomes.push("refused");
    }
    if step.silence.is_some() {
        outcomes.push("deemed");
    }
    outcomes
}

/// The conditions of a definition, each with the name it is counted by.
pub(super) fn conditions(definition: &Definition) -> Vec<(String, &Expr)> {
    let mut conditions = Vec::new();
    conditions.extend(
        definition
            .starts
            .when
            .as_ref()
            .map(|when| ("starts".to_owned(), when)),
    );
    for route in definition.routes.values() {
        conditions.push((route.id.to_string(), &route.when));
    }
    for step in &definition.steps {
        conditions.extend(
            step.when
                .as_ref()
                .map(|when| (format!("{} when", step.id), when)),
        );
        conditions.extend(
            step.quiet
                .as_ref()
                .map(|quiet| (format!("{} quiet", step.id), quiet)),
        );
        let suspended = step
            .silence
            .as_ref()
            .and_then(|silence| silence.suspended_while.as_ref());
        conditions.extend(suspended.map(|while_| (format!("{} suspended", step.id), while_)));
    }
    conditions
}

/// Whether it reads a fact that somebody has to be asked for.
fn may_be_unknown(definition: &Definition, expr: &Expr) -> bool {
    expr.references()
        .iter()
        .any(|reference| match reference.root() {
            Root::Fact(id) => asked(definition, id, 0),
            Root::Event
            | Root::LegalValue(_)
            | Root::Date(_)
            | Root::Step(..)
            | Root::People(_)
            | Root::Bound(_) => false,
        })
}

fn asked(definition: &Definition, id: &str, depth: usize) -> bool {
    let fact = FactId::new(id)
        .ok()
        .and_then(|id| definition.facts.get(&id));
    fact.is_some_and(|fact| {
        fact.from.iter().any(|origin| match origin {
            FactOrigin::Service { .. } | FactOrigin::Ask(_) => true,
            FactOrigin::Derived(expr) => {
                depth < 8
                    && expr
                        .references()
                        .iter()
                        .any(|reference| match reference.root() {
                            Root::Fact(id) => asked(definition, id, depth + 1),
                            _ => false,
                        })
            }
            FactOrigin::Event(_) => false,
        })
    })
}
