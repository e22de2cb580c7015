//! Whose data is whose: a life event is kept apart by person, so that each can be forgotten without the others.
//!
//! What stands in a property that `people:` of the type names is sealed for the person it is about; all the rest is the holder's. So
//! every record of a person has its place there, and every role of people is made of such records. Anybody else would stay on the
//! page after they were forgotten.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::expr::{Quantifier, Root, Segment, Term};
use parcours_core::value::{Field, Type};

use super::Report;
use super::scope::Checker;
use crate::diagnostic::Code;
use crate::raw::RawLifeEvent;
use crate::read::Text;
use crate::source::Span;

/// Records with an `id` that `people:` does not reach.
pub(super) fn everybody_is_told(
    raw: &RawLifeEvent,
    fields: &BTreeMap<String, Field>,
    span: impl Fn(&str) -> Span,
    report: &mut Report<'_>,
) {
    let listed = listed(raw);
    for (name, field) in fields {
        let mut found = Vec::new();
        records_with_an_id(&field.ty, name, &mut found);
        let own = |path: &str| path == name && is_people(&field.ty);
        for path in found {
            let at = span(name);
            if own(&path) {
                if !listed.contains(name) {
                    let message = format!(
                        "`{name}` holds records with an `id`, and `people:` does not name it: whoever they are could never be forgotten"
                    );
                    let remedy = format!(
                        "add `{name}` to `people:`; what is no person has its number under another name than `id`"
                    );
                    report.report(Code::NobodyForgets, at, message, remedy);
                }
                continue;
            }
            let message = format!(
                "`{path}` holds records with an `id` inside of `{name}`: whoever they are could never be forgotten by themselves"
            );
            let remedy = "give people a property of their own at the top of the data, and name it in `people:`; what is no person has its \
                          number under another name than `id`";
            report.report(Code::NobodyForgets, at, message, remedy);
        }
    }
}

fn listed(raw: &RawLifeEvent) -> BTreeSet<String> {
    let list = raw.people.get().into_iter();
    list.flat_map(|list| &list.items)
        .map(|id| id.0.value.clone())
        .collect()
}

/// A record, or a list of records.
fn is_people(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => true,
        Type::List(of) => matches!(**of, Type::Record(_)),
        _ => false,
    }
}

/// The path of every record that has an `id`, places in lists left out.
fn records_with_an_id(ty: &Type, path: &str, found: &mut Vec<String>) {
    match ty {
        Type::List(of) => records_with_an_id(of, path, found),
        Type::Record(fields) => {
            if has_an_id(ty) {
                found.push(path.to_owned());
            }
            for (name, field) in fields {
                records_with_an_id(&field.ty, &format!("{path}.{name}"), found);
            }
        }
        _ => {}
    }
}

fn has_an_id(ty: &Type) -> bool {
    match ty {
        Type::Record(fields) => {
            let id = fields.get("id").map(|field| &field.ty);
            matches!(id, Some(Type::Text | Type::Choice(_)))
        }
        _ => false,
    }
}

/// The names of properties on the way to something in the data of the event.
type Path = Vec<String>;

impl Checker<'_> {
    /// A role of people is made of records that `people:` of the type of life event names. False for what is no record at all: nothing
    /// can be made of it.
    pub(super) fn is_made_of_people(
        &mut self,
        text: &Text,
        role: &str,
        term: &Term,
        one: &Type,
    ) -> bool {
        let Type::Record(_) = one else {
            let message = format!("`{role}` is {one}, where records of people are expected");
            let remedy = "name a property of the event that holds a record, or a list of them: `event.parents`";
            self.report
                .report(Code::ConditionWrongType, text.span, message, remedy);
            return false;
        };
        let starts = self.raw.starts.get().and_then(|starts| starts.on.get());
        let Some((kind, known)) = starts.and_then(|on| {
            let people = self.known.people.get(&on.0.value)?.as_ref()?;
            Some((on.0.value.clone(), people))
        }) else {
            return true;
        };
        let paths = places(term, &BTreeMap::new());
        let stray = paths.iter().find(|path| match path.as_slice() {
            // Of what has an `id`, the type of life event says so itself.
            [property] => !known.contains(property) && !has_an_id(one),
            _ => !has_an_id(one) || path.is_empty(),
        });
        let Some(path) = stray else { return true };
        let (message, remedy) = match path.as_slice() {
            [property] => (
                format!(
                    "`{role}` are people of this journey, and `people:` of the life event `{kind}` does not name `{property}`"
                ),
                format!(
                    "add `{property}` to `people:` in life-events/{kind}.yaml; what is no person goes under `things:`"
                ),
            ),
            _ => (
                format!(
                    "`{role}` are people of this journey, and they have no property of their own in the life event `{kind}`"
                ),
                format!(
                    "give them a property of their own at the top of the data of life-events/{kind}.yaml, and name it in `people:` there"
                ),
            ),
        };
        // It can be acted on: what was recorded before this was asked is read again.
        self.report
            .report(Code::NobodyForgets, text.span, message, remedy);
        true
    }
}

/// Where in the event's data the records stand that `term` answers, itself or in a list.
fn places(term: &Term, bound: &BTreeMap<&str, BTreeSet<Path>>) -> BTreeSet<Path> {
    match term {
        Term::Read(reference) if matches!(reference.root(), Root::Event) => {
            let fields = reference.path().iter().filter_map(|segment| match segment {
                Segment::Field(name) => Some(name.to_string()),
                Segment::Item(_) => None,
            });
            BTreeSet::from([fields.collect()])
        }
        Term::Var(name) => bound.get(&**name).cloned().unwrap_or_default(),
        Term::Item(list, _) => places(list, bound),
        Term::Field(record, name) => places(record, bound)
            .into_iter()
            .map(|mut path| {
                path.push(name.to_string());
                path
            })
            .collect(),
        Term::List(items) => items.iter().flat_map(|item| places(item, bound)).collect(),
        Term::If(_, then, otherwise) => {
            let mut both = places(then, bound);
            both.extend(places(otherwise, bound));
            both
        }
        Term::Each {
            quantifier,
            list,
            name,
            body,
        } => {
            let items = places(list, bound);
            match quantifier {
                Quantifier::Filter => items,
                Quantifier::Map => {
                    let mut bound = bound.clone();
                    bound.insert(name, items);
                    places(body, &bound)
                }
                Quantifier::All | Quantifier::Exists => BTreeSet::new(),
            }
        }
        _ => BTreeSet::new(),
    }
}
