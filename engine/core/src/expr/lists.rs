//! Evaluation of what is asked of a list: `in`, `size`, `max`, `.all` and its kin; and of `&&` and `||`, which are `.all`
//! and `.exists` over what is written out.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use super::eval::{Eval, Truth, order};
use super::found::{Found, Same, any_same};
use super::outcome::{Failure, Lacking, Used};
use super::term::{Extreme, Quantifier, Term};
use crate::value::Value;

/// Kleene's `&&` (decided by false) or `||` (decided by true), over any number of operands.
struct Junction {
    decided_by: bool,
    used: Used,
    lacking: BTreeSet<Lacking>,
    failure: Option<Failure>,
}

impl Junction {
    fn decided_by(decided_by: bool) -> Self {
        Self {
            decided_by,
            used: Used::new(),
            lacking: BTreeSet::new(),
            failure: None,
        }
    }

    /// Takes an operand in. Once one decides, the answer rests on that one alone, and it is given back.
    fn take(&mut self, truth: Truth, used: Used) -> Option<Used> {
        match truth {
            Truth::Known(known) if known == self.decided_by => return Some(used),
            Truth::Known(_) => {}
            Truth::Unknown(lacking) => self.lacking.extend(lacking),
            Truth::Failed(failure) => self.failure = self.failure.take().or(Some(failure)),
        }
        merge(&mut self.used, used);
        None
    }

    /// The answer when no operand decided. Unknown comes before failed: what is unknown may still decide.
    fn finish<'a>(self, used: &mut Used) -> Found<'a> {
        merge(used, self.used);
        if !self.lacking.is_empty() {
            return Found::Unknown(self.lacking);
        }
        match self.failure {
            Some(failure) => Found::Failed(failure),
            None => Found::computed(!self.decided_by),
        }
    }
}

pub(super) fn merge(into: &mut Used, from: Used) {
    if into.is_empty() {
        *into = from;
    } else {
        from.into_iter()
            .for_each(|(reference, reading)| super::found::note(into, &reference, reading));
    }
}

impl<'a> Eval<'a> {
    /// `a && b && …` (decided by false) or `a || b || …` (decided by true).
    pub(super) fn junction(
        &mut self,
        decided_by: bool,
        operands: &'a [Term],
        used: &mut Used,
    ) -> Found<'a> {
        let mut junction = Junction::decided_by(decided_by);
        for operand in operands {
            let mut its_own = Used::new();
            let truth = self.truth(operand, &mut its_own);
            if let Some(deciding) = junction.take(truth, its_own) {
                merge(used, deciding);
                return Found::computed(decided_by);
            }
        }
        junction.finish(used)
    }

    /// `list.all(name, body)` and its kin.
    pub(super) fn each(
        &mut self,
        quantifier: Quantifier,
        list: &'a Term,
        name: &'a str,
        body: &'a Term,
        used: &mut Used,
    ) -> Found<'a> {
        let list = self.term(list, used);
        let mut sized = Used::new();
        list.note_size(&mut sized);
        let items = match list.into_items() {
            Ok(items) => items,
            Err(otherwise) => return otherwise,
        };
        match quantifier {
            Quantifier::All => self.quantify(false, items, name, body, sized, used),
            Quantifier::Exists => self.quantify(true, items, name, body, sized, used),
            Quantifier::Filter => {
                merge(used, sized);
                self.filter(items, name, body, used)
            }
            Quantifier::Map => {
                merge(used, sized);
                let mapped = items
                    .into_iter()
                    .map(|item| self.with(name, item, |eval| eval.term(body, used)))
                    .collect();
                Found::List(mapped)
            }
        }
    }

    fn quantify(
        &mut self,
        decided_by: bool,
        items: Vec<Found<'a>>,
        name: &'a str,
        body: &'a Term,
        sized: Used,
        used: &mut Used,
    ) -> Found<'a> {
        let mut junction = Junction::decided_by(decided_by);
        junction.used = sized.clone();
        for item in items {
            let mut its_own = Used::new();
            let truth = self.with(name, item, |eval| eval.truth(body, &mut its_own));
            if let Some(deciding) = junction.take(truth, its_own) {
                merge(used, sized);
                merge(used, deciding);
                return Found::computed(decided_by);
            }
        }
        junction.finish(used)
    }

    fn filter(
        &mut self,
        items: Vec<Found<'a>>,
        name: &'a str,
        body: &'a Term,
        used: &mut Used,
    ) -> Found<'a> {
        let mut kept = Vec::new();
        let mut all_lacking = BTreeSet::new();
        let mut failed = None;
        for item in items {
            match self.with(name, item.clone(), |eval| eval.truth(body, used)) {
                Truth::Known(true) => kept.push(item),
                Truth::Known(false) => {}
                Truth::Unknown(lacking) => all_lacking.extend(lacking),
                Truth::Failed(failure) => failed = failed.or(Some(failure)),
            }
        }
        match failed {
            Some(failure) => Found::Failed(failure),
            None if !all_lacking.is_empty() => Found::Unknown(all_lacking),
            None => Found::List(kept),
        }
    }

    /// `item in list`.
    pub(super) fn is_in(&mut self, item: &'a Term, list: &'a Term, used: &mut Used) -> Found<'a> {
        let item = self.term(item, used);
        let list = self.term(list, used);
        item.note(used);
        list.note(used);
        let items = match (&item, list.into_items()) {
            (Found::Failed(_), _) => return item,
            (_, Err(otherwise @ Found::Failed(_))) => return otherwise,
            (Found::Unknown(lacking), Err(Found::Unknown(more))) => {
                return Found::Unknown(lacking.union(&more).cloned().collect());
            }
            (Found::Unknown(_), Ok(_)) => return item,
            (_, Err(otherwise)) => return otherwise,
            (Found::Value(..) | Found::List(_), Ok(items)) => items,
        };
        match any_same(items.iter().map(|candidate| item.same(candidate))) {
            Same::Yes => Found::computed(true),
            Same::No => Found::computed(false),
            Same::Unknown(lacking) => Found::Unknown(lacking),
            Same::Failed(failure) => Found::Failed(failure),
        }
    }

    /// `size(list)`: known as soon as the list is, whatever its items.
    pub(super) fn size(&mut self, list: &'a Term, used: &mut Used) -> Found<'a> {
        let list = self.term(list, used);
        list.note_size(used);
        match list.into_items() {
            Ok(items) => match i64::try_from(items.len()) {
                Ok(size) => Found::computed(size),
                Err(_) => Found::Failed(Failure::Overflow),
            },
            Err(otherwise) => otherwise,
        }
    }

    /// `max(a, list, …)` or `min(a, list, …)`.
    pub(super) fn extreme(
        &mut self,
        extreme: Extreme,
        of: &'a [Term],
        used: &mut Used,
    ) -> Found<'a> {
        let mut all = Vec::with_capacity(of.len());
        for term in of {
            let found = self.term(term, used);
            if found.is_list() {
                found.note_size(used);
                all.extend(
                    found
                        .into_items()
                        .unwrap_or_else(|otherwise| vec![otherwise]),
                );
            } else {
                all.push(found);
            }
        }
        extreme_of(extreme, all, used)
    }
}

/// The largest or smallest of these.
fn extreme_of<'a>(extreme: Extreme, items: Vec<Found<'a>>, used: &mut Used) -> Found<'a> {
    let values = match values(items, used) {
        Ok(values) => values,
        Err(otherwise) => return otherwise,
    };
    let mut best: Option<Cow<'a, Value>> = None;
    for value in values {
        let better = match &best {
            None => order(&value, &value).map(|_| true),
            Some(best) => order(&value, best).map(|order| match extreme {
                Extreme::Max => order.is_gt(),
                Extreme::Min => order.is_lt(),
            }),
        };
        match better {
            Ok(true) => best = Some(value),
            Ok(false) => {}
            Err(failure) => return Found::Failed(failure),
        }
    }
    match (best, extreme) {
        (Some(best), _) => Found::Value(best, None),
        (None, Extreme::Max) => Found::Failed(Failure::Empty("largest item")),
        (None, Extreme::Min) => Found::Failed(Failure::Empty("smallest item")),
    }
}

/// The values of these, noted as used; or what is to be answered instead: the first failure, or all that is lacking.
pub(super) fn values<'a>(
    found: Vec<Found<'a>>,
    used: &mut Used,
) -> Result<Vec<Cow<'a, Value>>, Found<'a>> {
    let mut values = Vec::with_capacity(found.len());
    let mut all_lacking = BTreeSet::new();
    let mut failed = None;
    for one in found {
        one.note(used);
        match one {
            Found::Value(value, _) => values.push(value),
            Found::Unknown(lacking) => all_lacking.extend(lacking),
            Found::Failed(failure) => failed = failed.or(Some(failure)),
            Found::List(_) => {
                failed = failed.or(Some(Failure::Type {
                    expected: "a single value",
                    found: "a list",
                }));
            }
        }
    }
    match failed {
        Some(failure) => Err(Found::Failed(failure)),
        None if !all_lacking.is_empty() => Err(Found::Unknown(all_lacking)),
        None => Ok(values),
    }
}
