//! Functions and macros: `has`, `size`, `max`, `min`, `date`, `.all`, `.exists`, `.filter`, `.map`.

use std::ops::Range;
use std::sync::Arc;

use ::cel::IdedExpr;
use ::cel::common::ast::{CallExpr, Expr as Cel, LiteralValue};
use chrono::NaiveDate;
use parcours_core::expr::{Extreme, Quantifier, Term};
use parcours_core::value::{Type, Value};

use super::fits::either;
use super::lower::{Lowering, Typed};
use super::operators::present_if;
use super::problem::Code;
use super::suggest::closest;

const FUNCTIONS: [&str; 5] = ["has", "size", "max", "min", "date"];
const MACROS: [&str; 4] = ["all", "exists", "filter", "map"];

impl Lowering<'_> {
    pub(super) fn function(&mut self, call: &CallExpr, span: Range<usize>) -> Option<Typed> {
        match (&call.target, call.func_name.as_str(), call.args.as_slice()) {
            (None, "has", [of]) => self.has(of, span),
            (None, "size", [of]) => self.size(of, span),
            (None, "max", of @ [_, ..]) => self.extreme(Extreme::Max, of, span),
            (None, "min", of @ [_, ..]) => self.extreme(Extreme::Min, of, span),
            (None, "date", [of]) => self.date(of, span),
            (None, name @ ("has" | "size" | "date" | "max" | "min"), args) => {
                let given = args.len();
                self.problem(
                    Code::Syntax,
                    span,
                    format!(
                        "`{name}(…)` takes {}, not {given}",
                        if matches!(name, "max" | "min") {
                            "at least one value"
                        } else {
                            "one value"
                        }
                    ),
                    "give it what it takes",
                );
                None
            }
            (Some(list), "all", [name, body]) => self.each(Quantifier::All, list, name, body, span),
            (Some(list), "exists", [name, body]) => {
                self.each(Quantifier::Exists, list, name, body, span)
            }
            (Some(list), "filter", [name, body]) => {
                self.each(Quantifier::Filter, list, name, body, span)
            }
            (Some(list), "map", [name, body]) => self.each(Quantifier::Map, list, name, body, span),
            (Some(_), name, _) if MACROS.contains(&name) => {
                let help = format!("name the item, then say what is asked of it: `.{name}(x, …)`");
                self.problem(
                    Code::Syntax,
                    span,
                    format!("`.{name}(…)` takes a name and an expression"),
                    help,
                );
                None
            }
            (target, name, _) => {
                self.not_ours(target.is_some(), name, span);
                None
            }
        }
    }

    fn not_ours(&mut self, on_a_target: bool, name: &str, span: Range<usize>) {
        let help = match name {
            "now" | "today" => return self.no_clock(span, name),
            "timestamp" | "duration" | "getFullYear" | "getMonth" | "getDayOfMonth" => {
                "write a date as `date(\"2021-07-01\")`; reckon others with a rule under `dates:`"
                    .to_owned()
            }
            "exists_one" | "existsOne" => "write `size(list.filter(x, …)) == 1`".to_owned(),
            "contains" | "startsWith" | "endsWith" | "matches" => {
                "declare the fact with `choices:` and compare with `==` or `in`".to_owned()
            }
            "int" | "uint" | "double" | "string" | "bytes" | "bool" | "dyn" | "type" => {
                "declare the fact with the type it has".to_owned()
            }
            _ if on_a_target && FUNCTIONS.contains(&name) => format!("write `{name}(…)` around it"),
            _ if !on_a_target && MACROS.contains(&name) => {
                format!("write it after a list: `list.{name}(x, …)`")
            }
            _ => {
                let names = if on_a_target {
                    MACROS.as_slice()
                } else {
                    FUNCTIONS.as_slice()
                };
                match closest(name, names.iter().copied()) {
                    Some(close) => format!("did you mean `{close}`?"),
                    None => "there is `has`, `size`, `max`, `min`, `date`, `.all`, `.exists`, `.filter` and `.map`".to_owned(),
                }
            }
        };
        let shown = if on_a_target {
            format!(".{name}(…)")
        } else {
            format!("{name}(…)")
        };
        self.problem(
            Code::NotSupported,
            span,
            format!("conditions have no `{shown}`"),
            help,
        );
    }

    fn has(&mut self, of: &IdedExpr, span: Range<usize>) -> Option<Typed> {
        let (of, optional) = self.place(of)?;
        if !optional {
            let written = self.written(&of.span);
            let message = format!("`{written}` is never absent");
            let help = if matches!(&of.term, Term::Read(reference) if reference.path().is_empty()) {
                "use it as it is: while it is not known, the condition waits and asks for it"
            } else {
                "use it as it is, or declare it optional"
            };
            self.problem(Code::AlwaysThere, of.span, message, help);
            return None;
        }
        Some(Typed {
            term: Term::Has(Box::new(of.term)),
            ty: Type::Bool,
            span,
        })
    }

    fn size(&mut self, of: &IdedExpr, span: Range<usize>) -> Option<Typed> {
        let of = self.lower(of)?;
        if !matches!(of.ty, Type::List(_)) {
            let message = format!("`size` counts the items of a list, and this is {}", of.ty);
            self.problem(Code::WrongType, of.span, message, "give it a list");
            return None;
        }
        Some(Typed {
            term: Term::Size(Box::new(of.term)),
            ty: Type::Integer,
            span,
        })
    }

    fn extreme(&mut self, extreme: Extreme, of: &[IdedExpr], span: Range<usize>) -> Option<Typed> {
        // Only in a `max` that is itself the date of fact, or a part of it, may dates be absent.
        let dates_of_fact = std::mem::take(&mut self.dates_of_fact) && extreme == Extreme::Max;
        let of: Vec<_> = of
            .iter()
            .map(|one| match &one.expr {
                Cel::Select(_) if dates_of_fact => self.place(one).map(|(one, _)| one),
                Cel::Call(call) if dates_of_fact && matches!(call.func_name.as_str(), "max") => {
                    self.dates_of_fact = true;
                    let one = self.lower(one);
                    self.dates_of_fact = false;
                    one
                }
                _ => self.lower(one),
            })
            .collect();
        let of: Vec<_> = of.into_iter().collect::<Option<_>>()?;
        let mut ty: Option<Type> = None;
        for one in &of {
            let inner = if let Type::List(inner) = &one.ty {
                inner
            } else {
                &one.ty
            };
            let together = match &ty {
                None => Some(inner.clone()),
                Some(before) => either(before, inner),
            };
            match together {
                Some(together) if together.is_ordered() => ty = Some(together),
                Some(_) | None => {
                    let message = format!(
                        "this is {}, which cannot be compared with the others",
                        one.ty
                    );
                    self.problem(
                        Code::WrongType,
                        one.span.clone(),
                        message,
                        "give numbers, amounts or dates, all of one type",
                    );
                    return None;
                }
            }
        }
        let term = Term::Extreme(extreme, of.into_iter().map(|one| one.term).collect());
        ty.map(|ty| Typed { term, ty, span })
    }

    fn date(&mut self, of: &IdedExpr, span: Range<usize>) -> Option<Typed> {
        let Cel::Literal(LiteralValue::String(text)) = &of.expr else {
            let help = "write the date out, as `date(\"2021-07-01\")`; reckon others with a rule under `dates:`";
            self.problem(
                Code::NotSupported,
                span,
                "`date(…)` takes a date written out",
                help,
            );
            return None;
        };
        let text = text.inner();
        let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|date| date.to_string() == text);
        match parsed {
            Some(date) => Some(Typed {
                term: Term::Literal(Value::Date(date)),
                ty: Type::Date,
                span,
            }),
            None => {
                let at = self.span(of);
                self.problem(
                    Code::BadDate,
                    at,
                    format!("'{text}' is not a date"),
                    "write year, month and day, like \"2021-07-01\"",
                );
                None
            }
        }
    }

    fn each(
        &mut self,
        quantifier: Quantifier,
        list: &IdedExpr,
        name: &IdedExpr,
        body: &IdedExpr,
        span: Range<usize>,
    ) -> Option<Typed> {
        let list = self.lower(list);
        let name = self.item_name(name);
        let (list, name) = (list?, name?);
        let Type::List(of) = list.ty else {
            let message = format!("`{}` is {}, not a list", self.written(&list.span), list.ty);
            self.problem(Code::WrongType, list.span, message, "ask this of a list");
            return None;
        };
        let known = self.present.len();
        self.items.push((name.clone(), (*of).clone()));
        let body = if quantifier == Quantifier::Map {
            self.lower(body)
        } else {
            self.condition(body)
        };
        self.items.pop();
        self.present.truncate(known);
        let body = body?;
        let ty = match quantifier {
            Quantifier::All | Quantifier::Exists => Type::Bool,
            Quantifier::Map => Type::list(body.ty),
            Quantifier::Filter => Type::list(kept(*of, &name, &body.term)),
        };
        let (list, body) = (Box::new(list.term), Box::new(body.term));
        Some(Typed {
            term: Term::Each {
                quantifier,
                list,
                name,
                body,
            },
            ty,
            span,
        })
    }

    fn item_name(&mut self, node: &IdedExpr) -> Option<Arc<str>> {
        let span = self.span(node);
        let Cel::Ident(name) = &node.expr else {
            self.problem(
                Code::Syntax,
                span,
                "the first thing between the brackets names the item",
                "write a name, as `x` in `.all(x, …)`",
            );
            return None;
        };
        let reserved = [
            "event", "fact", "value", "date", "people", "step", "today", "now",
        ]
        .contains(&name.as_str());
        if reserved
            || self.env.bound.contains_key(name)
            || self.items.iter().any(|(item, _)| **item == **name)
        {
            self.problem(
                Code::TakenName,
                span,
                format!("`{name}` already means something here"),
                "give the item another name",
            );
            return None;
        }
        Some(name.as_str().into())
    }
}

/// The type of the items that `condition` keeps: a field it asked `has()` of is there.
fn kept(mut of: Type, name: &Arc<str>, condition: &Term) -> Type {
    let mut present = Vec::new();
    present_if(condition, true, &mut present);
    if let Type::Record(fields) = &mut of {
        for term in present {
            if let Term::Field(item, field) = &term
                && **item == Term::Var(name.clone())
                && let Some(field) = fields.get_mut(&**field)
            {
                field.optional = false;
            }
        }
    }
    of
}
