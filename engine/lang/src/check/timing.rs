//! Dates that can never be told, or never be kept: what a rule starts from may be absent, a window closes before it opens.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use parcours_core::calendar::{DateRule, Given, Moment, Place, Territory, WindowRule, resolve};
use parcours_core::expr::{Expr, Root, StepAspect, Term};
use parcours_core::value::{Type, Value};

use super::graph::Thing;
use super::scope::Checker;
use crate::cel::{self, Env, Expected};
use crate::diagnostic::Code;
use crate::raw::RawStep;
use crate::read::{Id, Literal, Raw, Text};
use crate::source::At;

/// The years over which a window is tried: one of them has a 29 February.
const YEARS: std::ops::RangeInclusive<i32> = 2024..=2025;

impl Checker<'_> {
    /// What is sure to be there where a step applies: its own condition says so, or that of its route.
    pub(super) fn given_by(&self, when: Option<&Option<Expr>>, route: Option<&Id>) -> Vec<Term> {
        let mut there = when
            .and_then(Option::as_ref)
            .map(cel::there_where)
            .unwrap_or_default();
        let routes = self.raw.routes.get().into_iter();
        let route = routes
            .flat_map(|routes| &routes.entries)
            .find(|(name, _)| route.is_some_and(|route| route.0.value == name.value));
        let condition = route.and_then(|(_, route)| route.as_ref()?.when.get());
        if let Some(condition) = condition
            && let Ok(condition) = cel::compile(&condition.value, &self.env, &Expected::condition())
        {
            there.extend(cel::there_where(&condition));
        }
        there
    }

    /// A date that a rule starts from must come some day. One that a step brings is waited for; a property that the life event
    /// lacks never comes.
    pub(super) fn will_be_there(&mut self, text: &Text, expression: &Expr, env: &Env) {
        if let Term::Read(reference) = expression.term()
            && let Root::Date(date) = reference.root()
            && let Some(lacks) = self.may_lack.get(&**date).cloned()
        {
            for (term, written) in lacks {
                self.asked_before(text, term, &written);
            }
            return;
        }
        let of_a_step =
            |reference: &parcours_core::expr::Ref| matches!(reference.root(), Root::Step(..));
        let waited_for = matches!(expression.term(), Term::Read(reference) if of_a_step(reference));
        if waited_for || cel::compile(&text.value, env, &Expected::anything()).is_ok() {
            return;
        }
        self.asked_before(text, expression.term().clone(), &text.value);
    }

    /// Whether where the rule stands says that `term` is there. Of a date with a name, who reads it must.
    fn asked_before(&mut self, text: &Text, term: Term, written: &str) {
        if let Some((Thing::Date(date), _)) = &self.owner {
            let lacks = self.may_lack.entry(date.clone()).or_default();
            lacks.push((term, written.to_owned()));
            return;
        }
        if self.guards.contains(&term) {
            return;
        }
        let message = match text.value == written {
            true => format!("`{written}` may be absent, and then this date never comes"),
            false => format!(
                "`{}` rests on `{written}`, which may be absent, and then this date never comes",
                text.value
            ),
        };
        let remedy = format!(
            "let the step apply only with it, `when: has({written})`, or say which date stands for it: `has({written}) ? {written} : …`"
        );
        self.report
            .report(Code::ConditionMayBeAbsent, text.span, message, remedy);
    }

    /// An appeal is counted from the refusal: what is refused is not settled.
    pub(super) fn is_refused_first(&mut self, due: &DateRule<Expr>, raw: &Raw, step: &At<String>) {
        let mut settled = None;
        let Ok(_) = due.try_map(&mut |name: &Expr, _: Place| {
            for reference in name.references() {
                if let Root::Step(id, StepAspect::SettledOn) = reference.root()
                    && **id == *step.value
                {
                    settled.get_or_insert_with(|| name.source().to_owned());
                }
            }
            Ok::<(), std::convert::Infallible>(())
        });
        let Some(written) = settled else { return };
        let span = self.report.within(raw.0.span, &written);
        let message = format!(
            "this appeal is counted from `{written}`, and what is refused is not settled: its date never comes"
        );
        let remedy = format!("count from the refusal: `step.{}.refused_on`", step.value);
        self.report.report(Code::AppealStart, span, message, remedy);
    }

    /// A window, or `not_before` with `due`, that closes before it opens whatever the date.
    pub(super) fn is_never_open(
        &mut self,
        raw: &RawStep,
        not_before: &Option<Option<DateRule<Expr>>>,
        due: &Option<Option<DateRule<Expr>>>,
        window: &Option<Option<WindowRule<Expr>>>,
    ) {
        let (opens, closes, span) = match (window, not_before, due) {
            (Some(Some(window)), _, _) => {
                let span = raw.window.get().map(|window| window.span);
                (&window.opens, &window.closes, span)
            }
            (_, Some(Some(not_before)), Some(Some(due))) => {
                (not_before, due, raw.due.get().map(|due| due.0.span))
            }
            _ => return,
        };
        let (Some(example), Some(span)) = (self.never_between(opens, closes), span) else {
            return;
        };
        let (from, opens, closes) = example;
        let message = match from {
            Some(from) => format!(
                "this closes before it opens: counted from {from}, it opens on {opens} and closes on {closes}"
            ),
            None => {
                format!("this closes before it opens: it opens on {opens} and closes on {closes}")
            }
        };
        let remedy = "look at which rule is which, at the units and at `after` and `before`";
        self.report.report(Code::EmptyWindow, span, message, remedy);
    }

    /// An example, when there is no day between the two whatever the one date that they start from.
    fn never_between(
        &self,
        opens: &DateRule<Expr>,
        closes: &DateRule<Expr>,
    ) -> Option<(Option<Moment>, Moment, Moment)> {
        let mut starts: BTreeMap<String, Option<Moment>> = BTreeMap::new();
        let mut amounts: BTreeMap<String, i64> = BTreeMap::new();
        for rule in [opens, closes] {
            rule.try_map(&mut |name: &Expr, place: Place| {
                let source = name.source().to_owned();
                match place {
                    Place::Date if *name.ty() == Type::Date => {
                        starts.insert(source, constant_day(name));
                        Ok(())
                    }
                    Place::Amount => {
                        amounts.insert(source, self.constant(name).ok_or(())?);
                        Ok(())
                    }
                    Place::Date | Place::TimeOfDay | Place::Whereabouts => Err(()),
                }
            })
            .ok()?;
        }
        let free: Vec<&String> = starts
            .iter()
            .filter(|(_, day)| day.is_none())
            .map(|(name, _)| name)
            .collect();
        let mut given = Given::new(Territory::Metropole);
        for (name, amount) in &amounts {
            given = given.with_amount(name, *amount);
        }
        for (name, day) in &starts {
            if let Some(day) = day {
                given = given.with(name, *day);
            }
        }
        let dates = |given: &Given| {
            let of = |rule: &DateRule<Expr>| {
                let Ok(rule) = rule.try_map(&mut |name: &Expr, _: Place| {
                    Ok::<_, std::convert::Infallible>(name.source().to_owned())
                });
                resolve(&rule, &mut given.clone()).ok()
            };
            let (opens, closes) = (of(opens)?, of(closes)?);
            let last = closes.perhaps().unwrap_or_else(|| closes.due());
            (last.ends() < opens.due().starts()).then(|| (opens.due(), closes.due()))
        };
        match free.as_slice() {
            [] => dates(&given).map(|(opens, closes)| (None, opens, closes)),
            [name] => {
                let first = NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1)?;
                let days = first
                    .iter_days()
                    .take_while(|day| YEARS.contains(&day.year()));
                let mut example = None;
                for day in days {
                    let day = Moment::on(day).ok()?;
                    let (opens, closes) = dates(&given.clone().with(name, day))?;
                    example.get_or_insert((Some(day), opens, closes));
                }
                example
            }
            _ => None,
        }
    }

    /// A number that is the same for everybody: written, or a legal value that has only ever had one.
    fn constant(&self, name: &Expr) -> Option<i64> {
        match name.term() {
            Term::Literal(Value::Integer(number)) => Some(*number),
            Term::Read(reference) => {
                let Root::LegalValue(id) = reference.root() else {
                    return None;
                };
                let values = self.raw.values.get()?;
                let (_, value) = values.entries.iter().find(|(name, _)| name.value == **id)?;
                match value.as_ref()?.from.get()?.0.as_slice() {
                    [(_, Literal(only))] => only.value.trim().parse().ok(),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// A date that is written in the rule.
fn constant_day(name: &Expr) -> Option<Moment> {
    match name.term() {
        Term::Literal(Value::Date(day)) => Moment::on(*day).ok(),
        _ => None,
    }
}
