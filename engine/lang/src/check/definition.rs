//! A law version of a journey, checked.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::definition::{
    Applies, DatedValue, Definition, NamedDate, Revision, Route, Starts,
};
use parcours_core::expr::Expr;
use parcours_core::name::{
    DateId, DefinitionHash, JourneyName, LifeEventKind, Role, RouteId, ValueId,
};
use parcours_core::value::{Type, Value};

use super::graph::{Graph, Thing};
use super::scope::Checker;
use super::{Known, Report};
use crate::cel::{self, Env, Expected};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::hash::{decisions, wording};
use crate::raw::{RawApplies, RawDate, RawDefinition, RawRoute, RawValue};
use crate::read::{Literal, Named, Opt, Text};
use crate::source::{At, File};

/// Names that an expression already knows by themselves.
const TAKEN: &[&str] = &[
    "event",
    "fact",
    "value",
    "date",
    "step",
    "people",
    "reply",
    "argument",
    "holder",
    "household",
    "true",
    "false",
    "has",
    "size",
    "max",
    "min",
    "all",
    "exists",
    "filter",
    "map",
    "in",
];

/// Who is in a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Members {
    People,
    Things,
}

/// Checks a definition. `None` when it has errors; they and the warnings are in `problems`.
pub(crate) fn definition(
    raw: &RawDefinition,
    file: &File,
    known: &Known,
    problems: &mut Vec<Diagnostic>,
) -> Option<Definition> {
    let mut checker = Checker {
        report: Report { file, problems },
        known,
        raw,
        env: Env::default(),
        broken: BTreeSet::new(),
        used: BTreeSet::new(),
        reads: BTreeSet::new(),
        seats: Vec::new(),
        graph: Graph::default(),
        guards: Vec::new(),
        asked: BTreeSet::new(),
        may_lack: BTreeMap::new(),
        readers: BTreeMap::new(),
        owner: None,
    };
    checker.definition()
}

impl Checker<'_> {
    fn definition(&mut self) -> Option<Definition> {
        let raw = self.raw;
        let journey = raw
            .journey
            .get()
            .and_then(|id| JourneyName::new(&id.0.value).ok());
        let title = raw.title.get().map(|words| self.words(words));
        let summary = self.words_of(raw.summary.get());
        let starts = self.starts();
        let holder = self.holder();
        let people = self.roles(&raw.people, Members::People);
        let things = self.roles(&raw.things, Members::Things);
        self.declare();
        let applies = raw.applies.get().and_then(|applies| {
            if applies.by.is_absent() {
                let remedy =
                    "add `by:` with the date of fact that chooses the law: `by: event.born_on`";
                self.report.report(
                    Code::MissingKey,
                    applies.span,
                    "`applies` of a journey has no `by`",
                    remedy,
                );
            }
            let env = self.env.clone();
            self.applies(applies, &env, None)
        });
        self.reads.clear();
        let revision = raw.revision.get().and_then(|revision| {
            let hash = revision.0.replaces.get()?;
            let replaces = DefinitionHash::from_hex(&hash.value);
            if replaces.is_none() {
                let remedy =
                    "copy the 64 hexadecimal digits that `parcours check` shows for the file";
                self.report.report(
                    Code::RevisionOf,
                    hash.span,
                    "this is not the hash of a definition",
                    remedy,
                );
            }
            Some(Revision {
                replaces: replaces?,
                published_on: revision.0.published_on.get()?.value,
                reason: revision.0.reason.get()?.value,
            })
        });
        let values = self.each_named(&raw.values, ValueId::new, |checker, id, raw| {
            checker.value(id, raw)
        });
        let facts = self.each_named(
            &raw.facts,
            parcours_core::name::FactId::new,
            |checker, id, raw| checker.fact(id, raw),
        );
        let dates = self.each_named(&raw.dates, DateId::new, |checker, id, raw| {
            checker.date(id, raw)
        });
        let routes = self.each_named(&raw.routes, RouteId::new, |checker, id, raw| {
            checker.route(id, raw)
        });
        let mut steps = Vec::new();
        let mut whole = true;
        for (id, step) in raw.steps.get().into_iter().flat_map(|named| &named.entries) {
            let step = step.as_ref().and_then(|step| self.step(id, step));
            whole &= step.is_some();
            steps.extend(step);
        }
        self.owner = None;
        self.cycles();
        self.inverse_acts();
        self.never_comes();
        self.unreachable(&steps, &routes);
        self.one_of_each();
        self.begins_late(&steps);
        self.unused();
        let broken_parts = !whole
            || matches!(raw.summary, Opt::Broken)
            || revision.is_none() && !raw.revision.is_absent();
        (!broken_parts).then_some(())?;
        Some(Definition {
            journey: journey?,
            hash: decisions(raw),
            wording: wording(raw),
            title: title?,
            summary,
            applies: applies?,
            revision,
            starts: starts?,
            holder: holder?,
            people: people?,
            things: things?,
            values: values?,
            facts: facts?,
            dates: dates?,
            routes: routes?,
            steps,
        })
    }

    fn starts(&mut self) -> Option<Starts> {
        let raw = self.raw.starts.get()?;
        let on = raw.on.get()?;
        let name = &on.0.value;
        match self.known.life_events.get(name) {
            Some(Some(ty)) => self.env.event = Some(ty.clone()),
            Some(None) => {
                self.broken.insert("event".to_owned());
            }
            None => {
                let remedy = did_you_mean(name, self.known.life_events.keys().map(String::as_str));
                let message = format!("`{name}` is no type of life event");
                self.report
                    .report(Code::UnknownName, on.0.span, message, remedy);
                self.broken.insert("event".to_owned());
            }
        }
        let env = self.env.clone();
        let when = raw.when.get().map(|when| self.condition(when, &env));
        if matches!(raw.when, Opt::Broken) {
            return None;
        }
        let when = match when {
            Some(when) => Some(when?),
            None => None,
        };
        Some(Starts {
            on: LifeEventKind::new(name).ok()?,
            when,
        })
    }

    fn holder(&mut self) -> Option<Expr> {
        let text = self.raw.holder.get()?;
        let env = self.env.clone();
        let expression = self.expression(text, &env, &Expected::anything())?;
        if !is_person(expression.ty()) {
            let message = format!(
                "the holder is {}, where a person is expected",
                expression.ty()
            );
            let remedy =
                "name a record that always has an `id`, or a text that is one: `event.parents[0]`";
            self.report
                .report(Code::ConditionWrongType, text.span, message, remedy);
            return None;
        }
        Some(expression)
    }

    /// Roles, of people or things: lists of records, or one record, from the life event.
    fn roles(&mut self, raw: &Opt<Named<Text>>, of: Members) -> Option<BTreeMap<Role, Expr>> {
        let mut env = self.env.clone();
        env.people.clear();
        let mut roles = BTreeMap::new();
        let mut whole = !matches!(raw, Opt::Broken);
        for (name, text) in raw.get().into_iter().flat_map(|named| &named.entries) {
            if TAKEN.contains(&name.value.as_str()) || self.env.people.contains_key(&name.value) {
                let message = format!(
                    "`{}` already means something else in conditions",
                    name.value
                );
                self.report.report(
                    Code::NameTaken,
                    name.span,
                    message,
                    "choose another singular name: `child`, `parent`, `vehicle`",
                );
                whole = false;
            }
            let expression = text
                .as_ref()
                .and_then(|text| self.expression(text, &env, &Expected::anything().or_absent()));
            let role = Role::new(&name.value).ok();
            let Some((expression, role)) = expression.zip(role) else {
                self.broken
                    .extend([name.value.clone(), format!("people.{}", name.value)]);
                whole = false;
                continue;
            };
            let one = match expression.ty() {
                Type::List(of) => (**of).clone(),
                other => other.clone(),
            };
            if let (Members::People, Some(text)) = (of, text) {
                whole &= self.is_made_of_people(text, &name.value, expression.term(), &one);
            }
            self.env.people.insert(name.value.clone(), one);
            roles.insert(role, expression);
        }
        whole.then_some(roles)
    }

    /// Puts facts, values, dates and steps within reach of expressions.
    fn declare(&mut self) {
        let raw = self.raw;
        for (name, fact) in raw.facts.get().into_iter().flat_map(|named| &named.entries) {
            match fact.as_ref().and_then(super::fact::type_of) {
                Some(ty) => {
                    self.env.facts.insert(name.value.clone(), ty);
                }
                None => {
                    self.broken.insert(format!("fact.{}", name.value));
                }
            }
        }
        for (name, value) in raw
            .values
            .get()
            .into_iter()
            .flat_map(|named| &named.entries)
        {
            match value.as_ref().and_then(|value| value.r#type.get()) {
                Some(ty) => {
                    self.env.values.insert(name.value.clone(), ty.ty.clone());
                }
                None => {
                    self.broken.insert(format!("value.{}", name.value));
                }
            }
        }
        if let Some(dates) = raw.dates.get() {
            self.env.dates = dates.names().map(str::to_owned).collect();
        }
        if let Some(steps) = raw.steps.get() {
            self.env.steps = steps.names().map(str::to_owned).collect();
        }
    }

    fn each_named<T, I: Ord, O>(
        &mut self,
        raw: &Opt<Named<T>>,
        id: impl Fn(&str) -> Result<I, parcours_core::name::NameError>,
        mut check: impl FnMut(&mut Self, &At<String>, &T) -> Option<O>,
    ) -> Option<BTreeMap<I, O>> {
        let mut checked = BTreeMap::new();
        let mut whole = !matches!(raw, Opt::Broken);
        for (name, raw) in raw.get().into_iter().flat_map(|named| &named.entries) {
            let one = raw.as_ref().and_then(|raw| check(self, name, raw));
            match id(&name.value).ok().zip(one) {
                Some((id, one)) => {
                    checked.insert(id, one);
                }
                None => whole = false,
            }
        }
        whole.then_some(checked)
    }

    /// When a rule applies; `otherwise` chooses when it names no date of its own.
    pub(super) fn applies(
        &mut self,
        raw: &RawApplies,
        env: &Env,
        otherwise: Option<&RawApplies>,
    ) -> Option<Applies> {
        let by = raw.by.get().or_else(|| otherwise?.by.get())?;
        let by = self.expression(by, env, &Expected::date_of_fact());
        let from = raw.from.get()?;
        let until = raw.until.get();
        if let Some(until) = until.filter(|until| until.value <= from.value) {
            let message = format!(
                "this applies from {} and until {}: never",
                from.value, until.value
            );
            self.report.report(
                Code::VersionDate,
                until.span,
                message,
                "`until` is the first date it no longer applies to: give a later one",
            );
            return None;
        }
        Some(Applies {
            by: by?,
            from: from.value,
            until: until.map(|until| until.value),
        })
    }

    fn value(&mut self, id: &At<String>, raw: &RawValue) -> Option<DatedValue> {
        self.owner = Some((Thing::Value(id.value.clone()), None));
        let title = self.words_of(raw.title.get());
        self.unit_fits(raw);
        let ty = raw.r#type.get();
        if let Some(ty) =
            ty.filter(|ty| matches!(ty.ty, Type::List(_) | Type::Record(_) | Type::Moment))
        {
            let remedy = "write `boolean`, `integer`, `money`, `text` or `date`";
            self.report.report(
                Code::ValueType,
                ty.span,
                format!("a legal value cannot be {}", ty.ty),
                remedy,
            );
            return None;
        }
        let env = self.env.clone();
        self.reads.clear();
        let by = raw
            .by
            .get()
            .map(|by| self.expression(by, &env, &Expected::date_of_fact()));
        self.needs_what_was_read(&Thing::Value(id.value.clone()));
        let law = match raw.law.get() {
            Some(law) => self.articles(&law.0, &format!("value `{}`", id.value))?,
            None => Vec::new(),
        };
        let ty = &ty?.ty;
        let mut from = BTreeMap::new();
        for (date, literal) in &raw.from.get()?.0 {
            match value_of(literal, ty) {
                Some(value) => {
                    from.insert(date.value, value);
                }
                None => {
                    let message = format!("`{}` is not {ty}", literal.0.value);
                    self.report
                        .report(Code::ValueType, literal.0.span, message, example(ty));
                }
            }
        }
        let whole = from.len() == raw.from.get()?.0.len()
            && !matches!(raw.by, Opt::Broken)
            && !matches!(raw.law, Opt::Broken);
        let by = match by {
            Some(by) => Some(by?),
            None => None,
        };
        whole.then_some(())?;
        Some(DatedValue {
            title,
            unit: raw.unit.get()?.0.value.clone(),
            by,
            from,
            law,
        })
    }

    fn date(&mut self, id: &At<String>, raw: &RawDate) -> Option<NamedDate> {
        self.owner = Some((Thing::Date(id.value.clone()), None));
        let title = self.words_of(raw.title.get());
        self.reads.clear();
        let env = self.env.clone();
        let rule = self.date_rule(raw.rule.get()?, &env);
        self.has_a_seat(false);
        self.needs_what_was_read(&Thing::Date(id.value.clone()));
        Some(NamedDate { title, rule: rule? })
    }

    fn route(&mut self, id: &At<String>, raw: &RawRoute) -> Option<Route> {
        self.owner = Some((Thing::Route(id.value.clone()), None));
        let title = raw.title.get().map(|title| self.words(title));
        let left = self.words_of(raw.left.get());
        self.reads.clear();
        let env = self.env.clone();
        let when = raw
            .when
            .get()
            .and_then(|when| self.condition_of_a_place(when, &env));
        self.needs_what_was_read(&Thing::Route(id.value.clone()));
        Some(Route {
            id: RouteId::new(&id.value).ok()?,
            title: title?,
            when: when?,
            left,
        })
    }
}

/// A record that always has a text `id`, or a text.
fn is_person(ty: &Type) -> bool {
    match ty {
        Type::Text => true,
        Type::Record(fields) => fields
            .get("id")
            .is_some_and(|id| !id.optional && matches!(id.ty, Type::Text)),
        _ => false,
    }
}

/// A literal of a legal value, read by its type.
fn value_of(literal: &Literal, ty: &Type) -> Option<Value> {
    let text = literal.0.value.trim();
    match ty {
        Type::Bool => text.parse().ok().map(Value::Bool),
        Type::Integer => text.parse().ok().map(Value::Integer),
        Type::Money => text.parse().ok().map(Value::Money),
        Type::Text => Some(Value::text(text)),
        Type::Date => crate::read::day(text).map(Value::Date),
        Type::Choice(_) | Type::Moment | Type::List(_) | Type::Record(_) => None,
    }
}

fn example(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "write `true` or `false`",
        Type::Integer => "write digits only: `11`",
        Type::Money => "write euros with a point and at most two decimals: `1250.50`",
        Type::Date => "write year-month-day: `2021-07-01`",
        _ => "write a text",
    }
}

/// Whether a condition is never true, as its text shows.
pub(super) fn is_never(condition: &Expr) -> bool {
    cel::constant(condition) == Some(false)
}
