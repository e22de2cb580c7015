//! From the parser's tree to the core's: names and types are checked on the way.

use std::ops::Range;
use std::sync::Arc;

use ::cel::IdedExpr;
use ::cel::common::ast::{Expr as Cel, LiteralValue, SelectExpr, SourceInfo};
use parcours_core::expr::{Expr, Ref, StepAspect, Term};
use parcours_core::value::{Money, Type, Value};

use super::Expected;
use super::env::Env;
use super::fits::fits;
use super::problem::{Code, Problem};
use super::scan::Scanned;
use super::suggest::closest;

pub(super) struct Lowering<'a> {
    pub(super) scanned: &'a Scanned<'a>,
    pub(super) places: &'a SourceInfo,
    pub(super) env: &'a Env,
    problems: Vec<Problem>,
    /// The names that macros give their items, innermost last.
    pub(super) items: Vec<(Arc<str>, Type)>,
    /// What `has()` has been asked of, and is there, at this point of the text.
    pub(super) present: Vec<Term>,
    /// The next `max(…)` is the date of fact, or a part of it: its dates may be absent.
    pub(super) dates_of_fact: bool,
}

/// A part of the expression, checked.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) term: Term,
    pub(super) ty: Type,
    pub(super) span: Range<usize>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(scanned: &'a Scanned<'a>, places: &'a SourceInfo, env: &'a Env) -> Self {
        Self {
            scanned,
            places,
            env,
            problems: Vec::new(),
            items: Vec::new(),
            present: Vec::new(),
            dates_of_fact: false,
        }
    }

    /// The whole expression, if nothing is wrong with it.
    pub(super) fn finish(
        mut self,
        tree: &IdedExpr,
        expected: &Expected,
    ) -> Result<Expr, Vec<Problem>> {
        let is_max = matches!(&tree.expr, Cel::Call(call) if call.func_name == "max");
        self.dates_of_fact = expected.date_of_fact && is_max;
        let whole = if expected.may_be_absent {
            self.place(tree).map(|(whole, _)| whole)
        } else {
            self.lower(tree)
        };
        if let (Some(whole), Some(ty)) = (&whole, &expected.ty) {
            if let Type::Choice(_) = ty {
                self.choices(whole, ty);
            }
            let is_text = matches!(
                (&whole.term, ty),
                (Term::Literal(Value::Text(_)), Type::Choice(_))
            );
            if !is_text && !fits(&whole.ty, ty) {
                let help = match ty {
                    Type::Bool => "compare it with something, so that it is true or false",
                    Type::Money if whole.ty == Type::Integer => {
                        "write amounts with two decimals, like 1250.00"
                    }
                    _ => "answer with what is expected here, or change what is declared",
                };
                self.problem(
                    Code::WrongType,
                    whole.span.clone(),
                    format!("this is {}, and {ty} is expected", whole.ty),
                    help,
                );
            }
        }
        match whole {
            Some(whole) if self.problems.is_empty() => {
                Ok(Expr::new(self.scanned.source, whole.ty, whole.term))
            }
            Some(_) | None => {
                self.problems
                    .sort_by_key(|problem| (problem.span.start, problem.span.end));
                self.problems.dedup();
                Err(self.problems)
            }
        }
    }

    pub(super) fn problem(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Problem::new(code, span, message, help));
    }

    /// A part whose value is read: what may be absent must have been asked for first.
    pub(super) fn lower(&mut self, node: &IdedExpr) -> Option<Typed> {
        let (typed, optional) = self.place(node)?;
        if optional && !self.present.contains(&typed.term) {
            let written = &self.scanned.source[typed.span.clone()];
            let help =
                format!("ask first: `has({written}) && …`, or `has({written}) ? {written} : …`");
            self.problem(
                Code::MayBeAbsent,
                typed.span.clone(),
                format!("`{written}` may be absent"),
                help,
            );
        }
        Some(typed)
    }

    /// A part, and whether it may be absent.
    pub(super) fn place(&mut self, node: &IdedExpr) -> Option<(Typed, bool)> {
        let span = self.span(node);
        match &node.expr {
            Cel::Ident(name) => self.name(name, span).map(|typed| (typed, false)),
            Cel::Select(select) => self.select(select, span),
            Cel::Literal(literal) => self
                .literal(node, literal, span)
                .map(|typed| (typed, false)),
            Cel::List(list) => self.list(&list.elements, span).map(|typed| (typed, false)),
            Cel::Call(call) => self.call(node, call, span).map(|typed| (typed, false)),
            Cel::Map(_) | Cel::Struct(_) | Cel::Comprehension(_) | Cel::Unspecified => {
                self.problem(
                    Code::NotSupported,
                    span,
                    "conditions cannot make records",
                    "compare the fields one by one",
                );
                None
            }
        }
    }

    fn name(&mut self, name: &str, span: Range<usize>) -> Option<Typed> {
        if let Some((item, ty)) = self.items.iter().rev().find(|(item, _)| **item == *name) {
            return Some(Typed {
                term: Term::Var(item.clone()),
                ty: ty.clone(),
                span,
            });
        }
        if let Some(ty) = self.env.bound.get(name) {
            return Some(Typed {
                term: Term::Read(Ref::bound(name)),
                ty: ty.clone(),
                span,
            });
        }
        match (name, &self.env.event) {
            ("event", Some(ty)) => {
                return Some(Typed {
                    term: Term::Read(Ref::event()),
                    ty: ty.clone(),
                    span,
                });
            }
            ("fact" | "value" | "date" | "people" | "step", _)
                if self.env.roots().any(|root| root == name) =>
            {
                let help = format!("say which, as `{name}.…`");
                self.problem(
                    Code::UnknownName,
                    span,
                    format!("`{name}` alone names nothing"),
                    help,
                );
            }
            ("today" | "now", _) => self.no_clock(span, name),
            _ => {
                let items: Vec<_> = self
                    .items
                    .iter()
                    .map(|(item, _)| item.to_string())
                    .collect();
                let env = self.env;
                self.unknown(
                    "name",
                    name,
                    span,
                    env.roots().chain(items.iter().map(String::as_str)),
                );
            }
        }
        None
    }

    fn select(&mut self, select: &SelectExpr, span: Range<usize>) -> Option<(Typed, bool)> {
        let field = select.field.as_str();
        if let Cel::Ident(group) = &select.operand.expr
            && let Some(found) = self.declared(group, field, &span)
        {
            return found.map(|(reference, ty)| {
                (
                    Typed {
                        term: Term::Read(reference),
                        ty,
                        span,
                    },
                    false,
                )
            });
        }
        if let Cel::Select(inner) = &select.operand.expr
            && inner.operand.expr == Cel::Ident("step".to_owned())
            && self.env.roots().any(|root| root == "step")
        {
            let env = self.env;
            let step = inner.field.as_str();
            if !env.steps.contains(step) {
                let at = self.span(&select.operand);
                self.unknown("step", step, at, env.steps.iter().map(String::as_str));
                return None;
            }
            let Some(aspect) = StepAspect::named(field) else {
                self.unknown(
                    "state of a step",
                    field,
                    span,
                    StepAspect::ALL.iter().map(|aspect| aspect.as_str()),
                );
                return None;
            };
            return Some((
                Typed {
                    term: Term::Read(Ref::step(step, aspect)),
                    ty: aspect.ty(),
                    span,
                },
                aspect.ty() == Type::Date,
            ));
        }
        let of = self.lower(&select.operand)?;
        let Type::Record(fields) = &of.ty else {
            let help = match &of.ty {
                Type::List(_) => {
                    "a list has no fields; ask each item, with `.all(x, x.…)` or `.exists(x, x.…)`"
                }
                _ => "take the field away",
            };
            let message = format!(
                "`{}` is {} and has no fields",
                &self.scanned.source[of.span.clone()],
                of.ty
            );
            self.problem(Code::WrongType, span, message, help);
            return None;
        };
        let Some(declared) = fields.get(field) else {
            self.unknown("field", field, span, fields.keys().map(String::as_str));
            return None;
        };
        let term = match of.term {
            Term::Read(reference) => Term::Read(reference.field(field)),
            other => Term::Field(Box::new(other), field.into()),
        };
        Some((
            Typed {
                term,
                ty: declared.ty.clone(),
                span,
            },
            declared.optional,
        ))
    }

    /// What `group.id` declares; `None` if `group` is no group, `Some(None)` if it has no such id, which is then said.
    fn declared(
        &mut self,
        group: &str,
        id: &str,
        span: &Range<usize>,
    ) -> Option<Option<(Ref, Type)>> {
        let env = self.env;
        if !env.roots().any(|root| root == group) {
            return None;
        }
        let (found, names): (_, Vec<&String>) = match group {
            "fact" => (
                env.facts.get(id).map(|ty| (Ref::fact(id), ty.clone())),
                env.facts.keys().collect(),
            ),
            "value" => (
                env.values
                    .get(id)
                    .map(|ty| (Ref::legal_value(id), ty.clone())),
                env.values.keys().collect(),
            ),
            "date" => (
                env.dates.contains(id).then(|| (Ref::date(id), Type::Date)),
                env.dates.iter().collect(),
            ),
            "people" => (
                env.people
                    .get(id)
                    .map(|ty| (Ref::people(id), Type::list(ty.clone()))),
                env.people.keys().collect(),
            ),
            "step" => {
                if env.steps.contains(id) {
                    let help = format!("ask how it stands, as `step.{id}.settled`");
                    self.problem(
                        Code::UnknownName,
                        span.clone(),
                        "a step alone is neither true nor false",
                        help,
                    );
                } else {
                    self.unknown(
                        "step",
                        id,
                        span.clone(),
                        env.steps.iter().map(String::as_str),
                    );
                }
                return Some(None);
            }
            _ => return None,
        };
        if found.is_none() {
            self.unknown(
                group,
                id,
                span.clone(),
                names.into_iter().map(String::as_str),
            );
        }
        Some(found)
    }

    fn unknown<'n>(
        &mut self,
        what: &str,
        name: &str,
        span: Range<usize>,
        known: impl Iterator<Item = &'n str>,
    ) {
        let known: Vec<_> = known.collect();
        let help = match closest(name, known.iter().copied()) {
            Some(close) => format!("did you mean `{close}`?"),
            None if known.is_empty() => "none is declared here".to_owned(),
            None if known.len() <= 12 => format!("there is {}", list(&known)),
            None => "declare it first".to_owned(),
        };
        self.problem(
            Code::UnknownName,
            span,
            format!("there is no {what} `{name}` here"),
            help,
        );
    }

    pub(super) fn no_clock(&mut self, span: Range<usize>, name: &str) {
        let help = "name the date under `dates:`, or say in `due:`, `not_before:` or `window:` when it matters";
        self.problem(
            Code::NoClock,
            span,
            format!("conditions never know the time, so there is no `{name}`"),
            help,
        );
    }

    fn literal(
        &mut self,
        node: &IdedExpr,
        literal: &LiteralValue,
        span: Range<usize>,
    ) -> Option<Typed> {
        let (value, ty) = match literal {
            LiteralValue::Boolean(value) => (Value::Bool(*value.inner()), Type::Bool),
            LiteralValue::Int(value) => (Value::Integer(*value.inner()), Type::Integer),
            LiteralValue::String(value) => (Value::text(value.inner()), Type::Text),
            LiteralValue::Double(value) => {
                // The parser's float only says the sign; the amount is read from the text.
                let digits = self
                    .token(node)
                    .map(|token| self.scanned.text(token))
                    .unwrap_or_default();
                let sign = if value.inner().is_sign_negative() {
                    "-"
                } else {
                    ""
                };
                match format!("{sign}{digits}").parse::<Money>() {
                    Ok(money) => (Value::Money(money), Type::Money),
                    Err(error) => {
                        let help = "write euros and cents, like 30000.50; a rate is not an amount";
                        self.problem(
                            Code::BadAmount,
                            span,
                            format!("`{sign}{digits}` is {error}"),
                            help,
                        );
                        return None;
                    }
                }
            }
            LiteralValue::Null => {
                self.problem(
                    Code::NotSupported,
                    span,
                    "conditions have no `null`",
                    "ask `has(…)` whether something is there",
                );
                return None;
            }
            LiteralValue::Bytes(_) | LiteralValue::UInt(_) => {
                self.problem(
                    Code::NotSupported,
                    span,
                    "conditions have no such literal",
                    "write a plain number or text",
                );
                return None;
            }
        };
        Some(Typed {
            term: Term::Literal(value),
            ty,
            span,
        })
    }
}

/// "`a`, `b`, `c`"
fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
