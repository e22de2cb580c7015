//! Date rules, reckoned in a situation.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the kinds of value it counts from; no other is a date or a number"
)]

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::calendar::{
    self, Channel, DateRule, Deadline, Distance, Moment, Territory, Told, Unresolved, Whereabouts,
};
use crate::definition::{Office, StepDefinition};
use crate::expr::{Expr, Failure, Lacking, Outcome, Ref, Used, eval};
use crate::journey::Subject;
use crate::plan::situation::{Situation, View};
use crate::value::{Reason, Value};

/// Why there is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoDate {
    /// Not yet: all of this must be known first. Ask for it.
    Lacking(BTreeSet<Lacking>),
    /// The rule and what is known do not fit: an incident for whoever wrote it.
    Fault(String),
}

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
    ) -> Result<Deadline, NoDate> {
        self.reckon_telling(rule, step, subject, &|_| Told::default())
    }

    /// The same, with what `told` knows of the dates that it starts from in its working-out.
    ///
    /// # Errors
    /// As [`reckon`](Self::reckon).
    pub fn reckon_telling(
        &self,
        rule: &DateRule<Expr>,
        step: Option<&StepDefinition>,
        subject: Option<&Subject>,
        told: &dyn Fn(&Expr) -> Told,
    ) -> Result<Deadline, NoDate> {
        let view = self.of(subject.cloned());
        let dates = Dates {
            view: &view,
            step,
            not_before: None,
            raised: false,
            told,
            still: &[],
            fault: None,
        };
        dates.reckon(rule)
    }

    /// The same, counted from no earlier day than this one, where there is one: the day a file was complete. The days on which the
    /// clock stood `still` are not counted where days are counted one by one.
    ///
    /// # Errors
    /// As [`reckon`](Self::reckon).
    pub(super) fn reckon_from(
        &self,
        rule: &DateRule<Expr>,
        step: &StepDefinition,
        subject: Option<&Subject>,
        complete_on: Option<NaiveDate>,
        still: &[(NaiveDate, NaiveDate)],
    ) -> Result<Deadline, NoDate> {
        let view = self.of(subject.cloned());
        let dates = Dates {
            view: &view,
            step: Some(step),
            told: &|_| Told::default(),
            not_before: complete_on,
            raised: false,
            still,
            fault: None,
        };
        dates.reckon(rule)
    }
}

/// The situation, as date rules ask it.
struct Dates<'v, 'a> {
    view: &'v View<'a>,
    step: Option<&'v StepDefinition>,
    /// A date that a rule starts from counts as this one where it is earlier.
    not_before: Option<NaiveDate>,
    /// Whether one was.
    raised: bool,
    told: &'v dyn Fn(&Expr) -> Told,
    /// When the clock stood still.
    still: &'v [(NaiveDate, NaiveDate)],
    /// The first name that has no value that fits; there is no date then, whatever the rest says.
    fault: Option<String>,
}

impl Dates<'_, '_> {
    fn reckon(mut self, rule: &DateRule<Expr>) -> Result<Deadline, NoDate> {
        let resolved = calendar::resolve(rule, &mut self);
        match (self.fault, resolved) {
            (Some(fault), _) => Err(NoDate::Fault(fault)),
            (None, Ok(deadline)) => Ok(match self.not_before {
                Some(on) if self.raised => deadline.since_complete(on),
                Some(_) | None => deadline,
            }),
            (None, Err(Unresolved::Lacking(lacking))) => Err(NoDate::Lacking(lacking)),
            (None, Err(Unresolved::Impossible(why))) => Err(NoDate::Fault(why.to_string())),
        }
    }

    /// What `expr` comes to, whole.
    fn value(&mut self, expr: &Expr) -> Result<Value, BTreeSet<Lacking>> {
        match eval(expr, self.view) {
            Outcome::Known { value, used } if !value.is_complete() => Err(forgotten(&used, expr)),
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
            Outcome::Failed { failure, .. } => Err(self.fault(format!("`{expr}`: {failure}"))),
        }
    }

    /// Notes what does not fit; nothing is lacking.
    fn fault(&mut self, what: String) -> BTreeSet<Lacking> {
        self.fault.get_or_insert(what);
        BTreeSet::new()
    }

    fn wrong_kind(&mut self, expr: &Expr, value: &Value, wanted: &str) -> BTreeSet<Lacking> {
        self.fault(format!("`{expr}` is {}, not {wanted}", value.kind()))
    }
}

/// What was read and holds a hole where somebody was forgotten.
fn forgotten(used: &Used, expr: &Expr) -> BTreeSet<Lacking> {
    let references: BTreeSet<Ref> = if used.is_empty() {
        expr.references()
    } else {
        used.keys().cloned().collect()
    };
    references
        .into_iter()
        .map(|reference| Lacking {
            reference,
            reason: Reason::Erased,
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
        let mut moments = match &value {
            Value::List(items) => items.iter().map(moment).collect::<Option<Vec<_>>>(),
            single => moment(single).map(|one| alloc::vec![one]),
        };
        let not_before = self.not_before.and_then(|day| Moment::on(day).ok());
        if let (Some(first), Some(moments)) = (not_before, &mut moments) {
            for moment in moments.iter_mut().filter(|it| it.date() < first.date()) {
                *moment = first;
                self.raised = true;
            }
        }
        moments.ok_or_else(|| self.wrong_kind(name, &value, "a date of the years 1583 to 9999"))
    }

    fn told(&mut self, name: &Expr) -> Told {
        (self.told)(name)
    }

    fn amount(&mut self, name: &Expr) -> Result<i64, BTreeSet<Lacking>> {
        match self.value(name)? {
            Value::Integer(amount) => Ok(amount),
            other => Err(self.wrong_kind(name, &other, "a whole number")),
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

    /// Never asked: in a journey, a rule says from where to where.
    fn distance(&mut self) -> Result<Distance, BTreeSet<Lacking>> {
        Ok(Distance::Near)
    }

    fn whereabouts(&mut self, name: &Expr) -> Result<Whereabouts, BTreeSet<Lacking>> {
        match self.value(name)? {
            Value::Text(code) => Whereabouts::from_insee(&code).ok_or_else(|| {
                let wrong = "is no INSEE code of a commune, a department or a country";
                self.fault(format!("`{name}` {wrong}"))
            }),
            other => Err(self.wrong_kind(name, &other, "an INSEE code")),
        }
    }

    fn seat(&mut self) -> Result<Whereabouts, BTreeSet<Lacking>> {
        match self.step.and_then(|step| step.office.as_ref()) {
            Some(Office { of: Some(of), .. }) => self.whereabouts(of),
            Some(Office { service, of: None }) => {
                let service = self.view.situation.catalog.service(service);
                let territory = service.map_or(Territory::Metropole, |it| it.territory);
                Ok(Whereabouts::of(territory))
            }
            // The language asks for one of the two.
            None => Ok(Whereabouts::Metropole),
        }
    }

    fn channel(&mut self) -> Option<Channel> {
        None
    }

    fn stood_still(&mut self) -> Vec<(NaiveDate, NaiveDate)> {
        self.still.to_vec()
    }
}
