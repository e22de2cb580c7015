//! Date rules, reckoned in a situation.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the kinds of value it counts from; no other is a date or a number"
)]

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::calendar::{self, Channel, DateRule, Deadline, Distance, Moment, Territory, Unresolved};
use crate::definition::StepDefinition;
use crate::expr::{Expr, Failure, Lacking, Outcome, Ref, Used, eval};
use crate::journey::Subject;
use crate::plan::situation::{Situation, View};
use crate::value::{Reason, Value};

impl Situation<'_> {
    /// The deadline that `rule` gives for a step, or all that it lacks.
    ///
    /// # Errors
    /// What is lacking, or what is wrong with the rule in this situation.
    pub fn reckon(
        &self,
        rule: &DateRule<Expr>,
        step: Option<&StepDefinition>,
        subject: Option<&Subject>,
    ) -> Result<Deadline, Unresolved<Lacking>> {
        let view = self.of(subject.cloned());
        calendar::resolve(rule, &mut Dates { view: &view, step })
    }
}

/// The situation, as date rules ask it.
struct Dates<'v, 'a> {
    view: &'v View<'a>,
    step: Option<&'v StepDefinition>,
}

impl Dates<'_, '_> {
    fn value(&self, expr: &Expr) -> Result<Value, BTreeSet<Lacking>> {
        match eval(expr, self.view) {
            Outcome::Known { value, .. } => Ok(value),
            Outcome::Unknown { lacking, .. } => Err(lacking),
            // What is absent may still come: a step that is not settled yet has no date.
            Outcome::Failed {
                failure: Failure::Absent(reference),
                ..
            } => Err(BTreeSet::from([Lacking {
                reference,
                reason: Reason::Undecided,
            }])),
            Outcome::Failed { used, .. } => Err(undecided(&used, expr)),
        }
    }
}

fn undecided(used: &Used, expr: &Expr) -> BTreeSet<Lacking> {
    let references: BTreeSet<Ref> = if used.is_empty() {
        expr.references()
    } else {
        used.keys().cloned().collect()
    };
    references
        .into_iter()
        .map(|reference| Lacking {
            reference,
            reason: Reason::Undecided,
        })
        .collect()
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Date(date) => Moment::on(*date).ok(),
        Value::Moment(when) => Moment::at(*when).ok(),
        _ => None,
    }
}

impl calendar::Situation<Expr> for Dates<'_, '_> {
    type Lacks = Lacking;

    fn moments(&mut self, name: &Expr) -> Result<Vec<Moment>, BTreeSet<Lacking>> {
        let value = self.value(name)?;
        let moments = match &value {
            Value::List(items) => items.iter().map(moment).collect::<Option<Vec<_>>>(),
            single => moment(single).map(|one| alloc::vec![one]),
        };
        moments.ok_or_else(|| undecided(&Used::new(), name))
    }

    fn amount(&mut self, name: &Expr) -> Result<i64, BTreeSet<Lacking>> {
        match self.value(name)? {
            Value::Integer(amount) => Ok(amount),
            _ => Err(undecided(&Used::new(), name)),
        }
    }

    fn office(&mut self) -> Result<Territory, BTreeSet<Lacking>> {
        let Some(step) = self.step else {
            return Ok(Territory::Metropole);
        };
        if let Some(territory) = step.calendar {
            return Ok(territory);
        }
        let Some(office) = &step.office else {
            return Ok(Territory::Metropole);
        };
        let national = self
            .view
            .situation
            .catalog
            .service(&office.service)
            .map_or(Territory::Metropole, |it| it.territory);
        match &office.of {
            None => Ok(national),
            Some(commune) => match self.value(commune)? {
                Value::Text(code) => Ok(Territory::from_insee(&code).unwrap_or(national)),
                _ => Ok(national),
            },
        }
    }

    fn distance(&mut self) -> Result<Distance, BTreeSet<Lacking>> {
        Ok(Distance::Near)
    }

    fn channel(&mut self) -> Option<Channel> {
        None
    }
}
