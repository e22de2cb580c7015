//! Operators: what they take, and what a part of the text may count on because of the parts before it.

use std::ops::Range;

use ::cel::IdedExpr;
use ::cel::common::ast::{CallExpr, Expr as Cel, LiteralValue, operators};
use parcours_core::expr::{Comparison, Ref, Root, Term};
use parcours_core::value::{Type, Value};

use super::fits::either;
use super::lower::{Lowering, Typed};
use super::problem::Code;
use super::suggest::closest;

impl Lowering<'_> {
    pub(super) fn call(
        &mut self,
        node: &IdedExpr,
        call: &CallExpr,
        span: Range<usize>,
    ) -> Option<Typed> {
        let comparison = match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND, _) => {
                return self.junction(node, operators::LOGICAL_AND, span);
            }
            (operators::LOGICAL_OR, _) => return self.junction(node, operators::LOGICAL_OR, span),
            (operators::LOGICAL_NOT, [of]) => {
                let of = self.condition(of)?;
                return Some(Typed {
                    term: Term::Not(Box::new(of.term)),
                    ty: Type::Bool,
                    span,
                });
            }
            (operators::CONDITIONAL, [condition, then, otherwise]) => {
                return self.choice([condition, then, otherwise], span);
            }
            (operators::EQUALS, _) => Comparison::Equal,
            (operators::NOT_EQUALS, _) => Comparison::NotEqual,
            (operators::LESS, _) => Comparison::Less,
            (operators::LESS_EQUALS, _) => Comparison::LessOrEqual,
            (operators::GREATER, _) => Comparison::Greater,
            (operators::GREATER_EQUALS, _) => Comparison::GreaterOrEqual,
            (operators::IN, [item, list]) => return self.is_in(item, list, span),
            (operators::ADD | operators::SUBSTRACT, [left, right]) => {
                return self.sum(call.func_name == operators::ADD, left, right, span);
            }
            (operators::NEGATE, [of]) => {
                let of = self.lower(of)?;
                if !matches!(of.ty, Type::Integer | Type::Money) {
                    let message =
                        format!("`-` takes an integer or an amount, and this is {}", of.ty);
                    self.problem(
                        Code::WrongType,
                        of.span,
                        message,
                        "take the sign away; `!` says \"not\"",
                    );
                    return None;
                }
                return Some(Typed {
                    term: Term::Negate(Box::new(of.term)),
                    ty: of.ty,
                    span,
                });
            }
            (operators::INDEX, [list, index]) => return self.item(list, index, span),
            _ => return self.function(call, span),
        };
        let [left, right] = call.args.as_slice() else {
            return self.function(call, span);
        };
        self.compare(comparison, left, right, span)
    }

    /// `a && b && …`, where each part may count on those before it; `a || b || …`, where each may count on those before it
    /// being false.
    fn junction(&mut self, node: &IdedExpr, operator: &str, span: Range<usize>) -> Option<Typed> {
        let is_and = operator == operators::LOGICAL_AND;
        let mut parts = Vec::new();
        flatten(node, operator, &mut parts);
        let known = self.present.len();
        let mut terms = Vec::with_capacity(parts.len());
        let mut whole = true;
        for part in parts {
            match self.condition(part) {
                Some(part) => {
                    present_if(&part.term, is_and, &mut self.present);
                    terms.push(part.term);
                }
                None => whole = false,
            }
        }
        self.present.truncate(known);
        let term = if is_and {
            Term::And(terms)
        } else {
            Term::Or(terms)
        };
        whole.then_some(Typed {
            term,
            ty: Type::Bool,
            span,
        })
    }

    fn choice(
        &mut self,
        [condition, then, otherwise]: [&IdedExpr; 3],
        span: Range<usize>,
    ) -> Option<Typed> {
        let condition = self.condition(condition);
        let mut branch = |node, holds| {
            let known = self.present.len();
            if let Some(condition) = &condition {
                present_if(&condition.term, holds, &mut self.present);
            }
            let branch = self.lower(node);
            self.present.truncate(known);
            branch
        };
        let (then, otherwise) = (branch(then, true), branch(otherwise, false));
        let (condition, then, otherwise) = (condition?, then?, otherwise?);
        let Some(ty) = either(&then.ty, &otherwise.ty) else {
            let message = format!(
                "one way this is {}, the other way {}",
                then.ty, otherwise.ty
            );
            self.problem(
                Code::WrongType,
                otherwise.span,
                message,
                "make both of one type",
            );
            return None;
        };
        let term = Term::If(
            Box::new(condition.term),
            Box::new(then.term),
            Box::new(otherwise.term),
        );
        Some(Typed { term, ty, span })
    }

    /// A part that must be true or false.
    pub(super) fn condition(&mut self, node: &IdedExpr) -> Option<Typed> {
        let typed = self.lower(node)?;
        if typed.ty == Type::Bool {
            return Some(typed);
        }
        let message = format!(
            "`{}` is {}, where true or false is expected",
            self.written(&typed.span),
            typed.ty
        );
        self.problem(
            Code::WrongType,
            typed.span,
            message,
            "compare it with something",
        );
        None
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        left: &IdedExpr,
        right: &IdedExpr,
        span: Range<usize>,
    ) -> Option<Typed> {
        let (left, right) = (self.lower(left), self.lower(right));
        let (left, right) = (left?, right?);
        if either(&left.ty, &right.ty).is_none() {
            return self.cannot_compare(&left, &right, span);
        }
        self.choices(&left, &right.ty);
        self.choices(&right, &left.ty);
        if let (Type::Choice(here), Type::Choice(there)) = (&left.ty, &right.ty)
            && here.is_disjoint(there)
        {
            self.problem(
                Code::NotAChoice,
                span.clone(),
                "these two never have a word in common",
                "compare things that can be equal",
            );
        }
        let is_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if is_order && !left.ty.is_ordered() {
            let message = format!("{} has no order", left.ty);
            self.problem(
                Code::WrongType,
                span,
                message,
                "only numbers, amounts and dates can be larger or smaller; use `==`, `!=` or `in`",
            );
            return None;
        }
        Some(Typed {
            term: Term::Compare(comparison, Box::new(left.term), Box::new(right.term)),
            ty: Type::Bool,
            span,
        })
    }

    fn cannot_compare(&mut self, left: &Typed, right: &Typed, span: Range<usize>) -> Option<Typed> {
        let help = match (&left.ty, &right.ty) {
            (Type::Money, Type::Integer) | (Type::Integer, Type::Money) => {
                "write amounts with two decimals, like 1250.00".to_owned()
            }
            (Type::Date, Type::Text) | (Type::Text, Type::Date) => {
                "write dates as `date(\"2021-07-01\")`".to_owned()
            }
            (Type::Date, Type::Moment) | (Type::Moment, Type::Date) => {
                "compare dates with dates, and moments with moments".to_owned()
            }
            (Type::Bool, _) | (_, Type::Bool) => {
                "write `a < b && b < c` for a chain; `x` alone for \"x is true\"".to_owned()
            }
            (Type::Integer, Type::Text | Type::Choice(_))
            | (Type::Text | Type::Choice(_), Type::Integer) => {
                "write a text between quotes, a number without".to_owned()
            }
            (Type::List(_), _) => format!(
                "write `{} in {}`, or ask its `size(…)`",
                self.written(&right.span),
                self.written(&left.span)
            ),
            (_, Type::List(_)) => format!(
                "write `{} in {}`",
                self.written(&left.span),
                self.written(&right.span)
            ),
            _ => "compare values of one type".to_owned(),
        };
        let message = format!("{} cannot be compared with {}", left.ty, right.ty);
        self.problem(Code::WrongType, span, message, help);
        None
    }

    /// Checks that a text written in the expression is one of the words it stands beside.
    pub(super) fn choices(&mut self, written: &Typed, beside: &Type) {
        if let (Term::Literal(Value::Text(word)), Type::Choice(words)) = (&written.term, beside)
            && !words.contains(word)
        {
            let help = match closest(word, words.iter().map(String::as_str)) {
                Some(close) => format!("did you mean '{close}'?"),
                None => format!("it is {beside}"),
            };
            self.problem(
                Code::NotAChoice,
                written.span.clone(),
                format!("it is never '{word}'"),
                help,
            );
        }
    }

    fn is_in(&mut self, item: &IdedExpr, list: &IdedExpr, span: Range<usize>) -> Option<Typed> {
        let (item, of) = (self.lower(item), self.lower(list));
        let (item, of) = (item?, of?);
        let Type::List(ty) = &of.ty else {
            let message = format!("`in` looks into a list, and this is {}", of.ty);
            self.problem(
                Code::WrongType,
                of.span,
                message,
                "write the list between brackets, as `x in ['a', 'b']`",
            );
            return None;
        };
        if either(&item.ty, ty).is_none() {
            let inner = Typed {
                ty: (**ty).clone(),
                ..of.clone()
            };
            return self.cannot_compare(&item, &inner, span);
        }
        self.choices(&item, ty);
        if let (Term::List(words), Type::Choice(_), Cel::List(written)) =
            (&of.term, &item.ty, &list.expr)
        {
            for (word, node) in words.iter().zip(&written.elements) {
                let word = Typed {
                    term: word.clone(),
                    ty: Type::Text,
                    span: self.span(node),
                };
                self.choices(&word, &item.ty);
            }
        }
        Some(Typed {
            term: Term::In(Box::new(item.term), Box::new(of.term)),
            ty: Type::Bool,
            span,
        })
    }

    fn sum(
        &mut self,
        is_add: bool,
        left: &IdedExpr,
        right: &IdedExpr,
        span: Range<usize>,
    ) -> Option<Typed> {
        let (left, right) = (self.lower(left), self.lower(right));
        let (left, right) = (left?, right?);
        let ty = match (&left.ty, &right.ty) {
            (Type::Integer, Type::Integer) => Type::Integer,
            (Type::Money, Type::Money) => Type::Money,
            (here, there) => {
                let sign = if is_add { '+' } else { '-' };
                let help = if matches!(here, Type::Date | Type::Moment)
                    || matches!(there, Type::Date | Type::Moment)
                {
                    "reckon the date with a rule under `dates:`, and compare with `date.<its name>`"
                } else if matches!(
                    (here, there),
                    (Type::Money, Type::Integer) | (Type::Integer, Type::Money)
                ) {
                    "write amounts with two decimals, like 1250.00"
                } else {
                    "only two integers or two amounts can be added"
                };
                let message = format!("`{sign}` cannot take {here} and {there}");
                self.problem(Code::WrongType, span, message, help);
                return None;
            }
        };
        let (left, right) = (Box::new(left.term), Box::new(right.term));
        let term = if is_add {
            Term::Add(left, right)
        } else {
            Term::Subtract(left, right)
        };
        Some(Typed { term, ty, span })
    }

    fn item(&mut self, list: &IdedExpr, index: &IdedExpr, span: Range<usize>) -> Option<Typed> {
        let list = self.lower(list)?;
        let Type::List(of) = list.ty else {
            self.problem(
                Code::WrongType,
                list.span,
                format!("this is {} and has no items", list.ty),
                "take `[…]` away",
            );
            return None;
        };
        let at = match &index.expr {
            Cel::Literal(LiteralValue::Int(at)) => usize::try_from(*at.inner()).ok(),
            _ => None,
        };
        let Some(at) = at else {
            let span = self.span(index);
            self.problem(
                Code::NotSupported,
                span,
                "an item is taken by a number written out",
                "write `[0]` for the first, or ask `.all(x, …)` or `.exists(x, …)`",
            );
            return None;
        };
        let term = match list.term {
            Term::Read(reference) => Term::Read(reference.item(at)),
            other => Term::Item(Box::new(other), at),
        };
        Some(Typed {
            term,
            ty: *of,
            span,
        })
    }

    pub(super) fn list(&mut self, elements: &[IdedExpr], span: Range<usize>) -> Option<Typed> {
        let items: Vec<_> = elements.iter().map(|element| self.lower(element)).collect();
        let items: Vec<_> = items.into_iter().collect::<Option<_>>()?;
        let mut ty: Option<Type> = None;
        for item in &items {
            let together = match &ty {
                None => Some(item.ty.clone()),
                Some(before) => either(before, &item.ty),
            };
            let Some(together) = together else {
                let message = format!("this is {}, among others that are not", item.ty);
                self.problem(
                    Code::WrongType,
                    item.span.clone(),
                    message,
                    "list values of one type",
                );
                return None;
            };
            ty = Some(together);
        }
        let Some(ty) = ty else {
            self.problem(
                Code::NotSupported,
                span,
                "an empty list says nothing",
                "ask `size(…) == 0` whether a list is empty",
            );
            return None;
        };
        Some(Typed {
            term: Term::List(items.into_iter().map(|item| item.term).collect()),
            ty: Type::list(ty),
            span,
        })
    }
}

/// The operands of a chain of one operator, in the order of the text.
fn flatten<'n>(node: &'n IdedExpr, operator: &str, parts: &mut Vec<&'n IdedExpr>) {
    match &node.expr {
        Cel::Call(call) if call.func_name == operator && call.target.is_none() => {
            call.args
                .iter()
                .for_each(|part| flatten(part, operator, parts));
        }
        _ => parts.push(node),
    }
}

/// Adds what is there if `condition` turns out as `holds`.
pub(super) fn present_if(condition: &Term, holds: bool, present: &mut Vec<Term>) {
    match condition {
        Term::Has(of) if holds => present.push((**of).clone()),
        Term::Read(state) if holds => {
            if let (Root::Step(step, aspect), []) = (state.root(), state.path())
                && let Some(date) = aspect.dated_by()
            {
                present.push(Term::Read(Ref::step(step, date)));
            }
        }
        Term::Not(of) => present_if(of, !holds, present),
        Term::And(parts) if holds => parts
            .iter()
            .for_each(|part| present_if(part, true, present)),
        Term::Or(parts) if !holds => parts
            .iter()
            .for_each(|part| present_if(part, false, present)),
        _ => {}
    }
}
