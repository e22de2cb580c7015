//! The date of the fact chooses the law.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "only dates under max and min are taken apart; any other term is a date"
)]

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::catalog::Catalog;
use crate::definition::{Applies, Definition, RevisionReason};
use crate::expr::{Comparison, Expr, Extreme, Lacking, Outcome, Scope, Term, Used, eval};
use crate::journey::Journey;
use crate::name::DefinitionHash;
use crate::plan::situation::Situation;
use crate::value::{Reason, Type, Value};

/// Whether something is so.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// It is, because of these.
    Yes(Used),
    /// It is not, because of these.
    No(Used),
    /// It cannot be said for lack of these.
    Unknown(BTreeSet<Lacking>, Used),
    /// It has no answer: the rule and the data do not fit.
    Fault(alloc::string::String),
}

/// Whether a condition holds.
#[must_use]
pub fn truth(condition: &Expr, scope: &dyn Scope) -> Truth {
    match eval(condition, scope) {
        Outcome::Known {
            value: Value::Bool(true),
            used,
        } => Truth::Yes(used),
        Outcome::Known {
            value: Value::Bool(false),
            used,
        } => Truth::No(used),
        Outcome::Known { value, .. } => Truth::Fault(alloc::format!(
            "`{condition}` is {}, not true or false",
            value.kind()
        )),
        Outcome::Unknown { lacking, used } => Truth::Unknown(lacking, used),
        Outcome::Failed { failure, .. } => Truth::Fault(alloc::format!("`{condition}`: {failure}")),
    }
}

/// The condition that `by` is `date` or later. `max(a, b)` becomes *a or b is*, so that one known date may decide alone;
/// `min(a, b)` becomes *a and b are*. In `max`, what is known to be absent does not count.
fn reached(by: &Expr, date: NaiveDate) -> Expr {
    fn later(term: Term, date: NaiveDate) -> Term {
        Term::Compare(
            Comparison::GreaterOrEqual,
            Box::new(term),
            Box::new(Term::Literal(Value::Date(date))),
        )
    }
    /// One of the dates that an extreme is taken of, or a list of them.
    fn part(extreme: Extreme, term: &Term, date: NaiveDate) -> Term {
        match term {
            Term::Extreme(extreme, parts) => all_or_any(*extreme, parts, date),
            Term::Read(_) | Term::Field(..) if extreme == Extreme::Max => Term::And(vec![
                Term::Has(Box::new(term.clone())),
                later(Term::Extreme(extreme, vec![term.clone()]), date),
            ]),
            other => later(Term::Extreme(extreme, vec![other.clone()]), date),
        }
    }
    fn all_or_any(extreme: Extreme, parts: &[Term], date: NaiveDate) -> Term {
        let parts = parts.iter().map(|term| part(extreme, term, date)).collect();
        match extreme {
            Extreme::Max => Term::Or(parts),
            Extreme::Min => Term::And(parts),
        }
    }
    let condition = match by.term() {
        Term::Extreme(extreme, parts) => all_or_any(*extreme, parts, date),
        single => later(single.clone(), date),
    };
    Expr::new(alloc::format!("{by} >= {date}"), Type::Bool, condition)
}

/// Whether a rule is the law for these dates of fact.
#[must_use]
pub fn applies(rule: &Applies, scope: &dyn Scope) -> Truth {
    let mut read = Used::new();
    match truth(&reached(&rule.by, rule.from), scope) {
        Truth::Yes(used) => read.extend(used),
        other => return other,
    }
    let Some(until) = rule.until else {
        return Truth::Yes(read);
    };
    match truth(&reached(&rule.by, until), scope) {
        Truth::Yes(used) => Truth::No(used),
        Truth::No(used) => {
            read.extend(used);
            Truth::Yes(read)
        }
        unsure => unsure,
    }
}

/// Whether what is lacking was known and is forgotten: nobody can be asked for it.
#[must_use]
pub fn is_forgotten(lacking: &BTreeSet<Lacking>) -> bool {
    lacking.iter().any(|each| each.reason == Reason::Erased)
        && lacking.iter().all(|each| each.reason != Reason::NotKnown)
}

/// One of several things that the law dates.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice<T> {
    /// This one, because of these.
    Sure(T, Used),
    /// This one for now: these would decide.
    Provisional(T, BTreeSet<Lacking>, Used),
    /// None applies to this date.
    None(Used),
    /// The selector has no answer.
    Fault(alloc::string::String),
}

/// The latest of `versions` (the earliest first) whose date is reached.
pub fn choose<T>(versions: impl DoubleEndedIterator<Item = (T, Truth)>) -> Choice<T> {
    let mut lacking = BTreeSet::new();
    let mut read = Used::new();
    let mut fallback = None;
    for (version, reached) in versions.rev() {
        match reached {
            Truth::Yes(used) => {
                read.extend(used);
                return if lacking.is_empty() {
                    Choice::Sure(version, read)
                } else {
                    Choice::Provisional(version, lacking, read)
                };
            }
            Truth::No(used) => read.extend(used),
            Truth::Unknown(more, used) => {
                lacking.extend(more);
                read.extend(used);
                // With nothing to go by, the newest is the likeliest.
                fallback.get_or_insert(version);
            }
            Truth::Fault(fault) => return Choice::Fault(fault),
        }
    }
    match fallback {
        Some(version) => Choice::Provisional(version, lacking, read),
        None => Choice::None(read),
    }
}

/// The value of a dated value, by the date of fact that `by` tells.
pub(super) fn dated<'a>(
    by: &Expr,
    from: &'a alloc::collections::BTreeMap<NaiveDate, Value>,
    scope: &dyn Scope,
) -> Choice<&'a Value> {
    choose(
        from.iter()
            .map(|(date, value)| (value, truth(&reached(by, *date), scope)))
            .collect::<Vec<_>>()
            .into_iter(),
    )
}

/// The law version of the journey's definition that its dates of fact choose.
#[must_use]
pub fn law_version(catalog: &Catalog, journey: &Journey) -> Choice<Arc<Definition>> {
    let candidates: Vec<_> = catalog
        .versions(&journey.name)
        .iter()
        .map(|version| {
            let pinned = journey
                .law
                .as_ref()
                .and_then(|law| catalog.definition(&law.definition));
            let version = match pinned {
                // What was decided stays pinned to what decided it, unless the file is repaired.
                Some(pinned)
                    if pinned.applies.from == version.applies.from
                        && !repairs(catalog, version, pinned.hash) =>
                {
                    pinned
                }
                Some(_) | None => version,
            };
            let situation = Situation::new(catalog, version, journey);
            (
                version.clone(),
                applies(&version.applies, &situation.of(None)),
            )
        })
        .collect();
    choose(candidates.into_iter())
}

/// Whether `version` stands in for the definition `pinned`, itself or through others, because that was wrong or the law was
/// changed. A corrected sentence has the same hash and repairs nothing.
fn repairs(catalog: &Catalog, version: &Definition, pinned: DefinitionHash) -> bool {
    let mut version = Some(version);
    let mut decides_otherwise = false;
    // A chain of revisions is never longer than the catalog; a loop of hashes cannot be made.
    while let Some(revision) = version.and_then(|version| version.revision.as_ref()) {
        decides_otherwise |= revision.reason != RevisionReason::Typo;
        if revision.replaces == pinned {
            return decides_otherwise;
        }
        version = catalog.definition(&revision.replaces).map(AsRef::as_ref);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Lookup, Ref, Root};

    struct Dates(Option<&'static str>, Option<&'static str>);

    impl Scope for Dates {
        fn get(&self, root: &Root) -> Lookup<'_> {
            let date = match root {
                Root::Fact(id) if &**id == "born_on" => self.0,
                _ => self.1,
            };
            match date {
                Some(text) => Lookup::from(Value::Date(text.parse().expect("a date"))),
                None => Lookup::Unknown(Reason::NotKnown),
            }
        }
    }

    fn days(born: Option<&'static str>, due: Option<&'static str>) -> Choice<i64> {
        let term = Term::Extreme(
            Extreme::Max,
            vec![
                Term::Read(Ref::fact("born_on")),
                Term::Read(Ref::fact("due_on")),
            ],
        );
        let by = Expr::new("max(fact.born_on, fact.due_on)", Type::Date, term);
        let from = [("2002-01-01", 11), ("2021-07-01", 25)].map(|(date, days)| {
            (
                date.parse::<NaiveDate>().expect("a date"),
                Value::Integer(days),
            )
        });
        match dated(&by, &from.into_iter().collect(), &Dates(born, due)) {
            Choice::Sure(Value::Integer(days), used) => Choice::Sure(*days, used),
            Choice::Provisional(Value::Integer(days), lacking, used) => {
                Choice::Provisional(*days, lacking, used)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn born_or_due_after_the_change_is_under_the_new_law() {
        assert!(matches!(
            days(Some("2021-06-30"), Some("2021-06-30")),
            Choice::Sure(11, _)
        ));
        assert!(matches!(
            days(Some("2021-07-01"), Some("2021-06-30")),
            Choice::Sure(25, _)
        ));
        assert!(matches!(
            days(Some("2021-06-30"), Some("2021-07-10")),
            Choice::Sure(25, _)
        ));
    }

    #[test]
    fn one_known_date_may_decide_alone() {
        assert!(matches!(
            days(Some("2021-07-01"), None),
            Choice::Sure(25, _)
        ));
    }

    #[test]
    fn an_unknown_date_that_would_decide_makes_the_choice_provisional() {
        let Choice::Provisional(11, lacking, _) = days(Some("2021-06-30"), None) else {
            panic!("not provisional")
        };
        assert_eq!(
            lacking
                .into_iter()
                .map(|each| each.reference)
                .collect::<Vec<_>>(),
            [Ref::fact("due_on")]
        );
    }
}
