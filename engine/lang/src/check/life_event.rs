//! A type of life event, checked: its schema has a type, its properties are there, its examples keep to it.

use std::collections::BTreeMap;

use parcours_core::definition::{Example, LifeEventType, Words};
use parcours_core::name::LifeEventKind;
use parcours_core::value::{Field, Type, Value};

use super::Report;
use super::people::everybody_is_told;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::life_event::{Contract, shape};
use crate::raw::{RawExample, RawLifeEvent};
use crate::read::{Id, Opt, json};
use crate::source::{File, Span};
use crate::yaml::{Kind, Node};

/// Checks a type of life event. `None` when it has errors; they are in `problems`.
pub(crate) fn life_event(
    raw: &RawLifeEvent,
    file: &File,
    problems: &mut Vec<Diagnostic>,
) -> Option<(LifeEventType, Contract)> {
    let mut report = Report { file, problems };
    let kind = raw
        .life_event
        .get()
        .and_then(|id| LifeEventKind::new(&id.0.value).ok());
    let node = &raw.schema.get()?.0;
    let schema = json(node);
    let ty = match shape(&schema) {
        Ok(ty) => ty,
        Err(unsupported) => {
            for one in unsupported {
                let span = place(node, &one.pointer);
                report.report(Code::LifeEventSchema, span, one.message, one.remedy);
            }
            return None;
        }
    };
    let Type::Record(fields) = &ty else {
        report.report(
            Code::LifeEventSchema,
            node.span,
            "the data of a life event is a record",
            "write `type: object`",
        );
        return None;
    };
    let text = schema.to_string();
    let contract = match Contract::new(schema, ty.clone()) {
        Ok(contract) => contract,
        Err((pointer, message)) => {
            let remedy = "keep to JSON Schema 2020-12";
            report.report(
                Code::LifeEventSchema,
                place(node, &pointer),
                message,
                remedy,
            );
            return None;
        }
    };
    let date = raw.date.get().map(|date| {
        let known = fields.get(&date.0.value);
        let fits = known
            .is_some_and(|field| !field.optional && matches!(field.ty, Type::Date | Type::Moment));
        if !fits {
            let message = match known {
                Some(_) => format!("`{}` is not a date that is always there", date.0.value),
                None => format!("the schema has no property `{}`", date.0.value),
            };
            let dates = fields
                .iter()
                .filter(|(_, field)| matches!(field.ty, Type::Date | Type::Moment));
            let may_be_absent =
                known.is_some_and(|field| matches!(field.ty, Type::Date | Type::Moment));
            let remedy = if may_be_absent {
                format!("add `{}` to `required:` of the schema", date.0.value)
            } else {
                did_you_mean(&date.0.value, dates.map(|(name, _)| name.as_str()))
            };
            report.report(Code::LifeEventSchema, date.0.span, message, remedy);
        }
        fits.then(|| date.0.value.clone())
    });
    let whereabouts = match &raw.place {
        Opt::Absent => Some(None),
        Opt::Broken => None,
        Opt::Given(id) => place_of(id, fields, &mut report).map(Some),
    };
    let people: Vec<Option<String>> = raw
        .people
        .get()
        .into_iter()
        .flat_map(|list| &list.items)
        .map(|id| {
            let known = fields.get(&id.0.value);
            let fits = known.is_some_and(is_people);
            if !fits {
                let people = fields
                    .iter()
                    .filter(|(_, field)| is_people(field))
                    .map(|(name, _)| name.as_str());
                let message = format!(
                    "`{}` holds no record of a person, nor a list of them",
                    id.0.value
                );
                report.report(
                    Code::LifeEventSchema,
                    id.0.span,
                    message,
                    did_you_mean(&id.0.value, people),
                );
            }
            fits.then(|| id.0.value.clone())
        })
        .collect();
    if !matches!(raw.people, Opt::Broken) {
        let at = |name: &str| place(node, &format!("/properties/{name}"));
        everybody_is_told(raw, fields, at, &mut report);
    }
    let labels = labels(raw, &ty, &mut report);
    let examples: Vec<Option<Example>> = raw
        .examples
        .get()
        .into_iter()
        .flat_map(|list| &list.items)
        .map(|raw| {
            let example = example(raw, &contract, &mut report)?;
            each_person_once(raw, &example, &people, &mut report);
            Some(example)
        })
        .collect();
    each_example_once(raw, &mut report);
    if let Some(list) = raw
        .examples
        .get()
        .filter(|list| list.items.is_empty() && !list.broken)
    {
        let remedy = "add an invented example: it is what `parcours try` uses";
        report.report(
            Code::LifeEventExample,
            list.span,
            "there is no example",
            remedy,
        );
        return None;
    }
    let broken = matches!(raw.people, Opt::Broken)
        || matches!(raw.may_be_ahead, Opt::Broken)
        || raw.examples.get().is_none_or(|list| list.broken);
    (!broken).then_some(())?;
    let kind = LifeEventType {
        kind: kind?,
        title: raw.title.get()?.words(),
        date: date??,
        may_be_ahead: raw.may_be_ahead.get().is_some_and(|flag| flag.0),
        place: whereabouts?,
        data: ty,
        labels: labels?,
        people: people.into_iter().collect::<Option<_>>()?,
        schema: text,
        examples: examples.into_iter().collect::<Option<_>>()?,
    };
    Some((kind, contract))
}

/// The property that says where it happened, a text.
fn place_of(id: &Id, fields: &BTreeMap<String, Field>, report: &mut Report<'_>) -> Option<String> {
    let name = &id.0.value;
    let is_text = |field: &&Field| matches!(field.ty, Type::Text | Type::Choice(_));
    if fields.get(name).as_ref().is_some_and(is_text) {
        return Some(name.clone());
    }
    let message = match fields.get(name) {
        Some(field) => format!(
            "`{name}` is {}, where the INSEE code of a commune is expected",
            field.ty
        ),
        None => format!("the schema has no property `{name}`"),
    };
    let texts = fields.iter().filter(|(_, field)| is_text(field));
    let remedy = did_you_mean(name, texts.map(|(name, _)| name.as_str()));
    report.report(Code::LifeEventSchema, id.0.span, message, remedy);
    None
}

/// What people call its properties; every path leads somewhere.
fn labels(
    raw: &RawLifeEvent,
    ty: &Type,
    report: &mut Report<'_>,
) -> Option<BTreeMap<String, Words>> {
    let labels = match &raw.labels {
        Opt::Absent => return Some(BTreeMap::new()),
        Opt::Broken => return None,
        Opt::Given(labels) => labels,
    };
    let mut known = Vec::new();
    paths(ty, "", &mut known);
    let mut checked = BTreeMap::new();
    for (path, words) in &labels.0 {
        if !known.contains(&path.value) {
            let remedy = did_you_mean(&path.value, known.iter().map(String::as_str));
            let message = format!("the schema has no property `{}`", path.value);
            report.report(Code::LifeEventSchema, path.span, message, remedy);
        } else if let Some(words) = words {
            checked.insert(path.value.clone(), words.words());
        }
    }
    (checked.len() == labels.0.len()).then_some(checked)
}

/// The path of every property, places in lists left out; and of each word it may take, `children.outcome=alive`.
fn paths(ty: &Type, prefix: &str, known: &mut Vec<String>) {
    match ty {
        Type::Choice(words) => known.extend(words.iter().map(|word| format!("{prefix}={word}"))),
        Type::List(of) => paths(of, prefix, known),
        Type::Record(fields) => {
            for (name, field) in fields {
                let path = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                paths(&field.ty, &path, known);
                known.push(path);
            }
        }
        _ => {}
    }
}

fn is_people(field: &Field) -> bool {
    match &field.ty {
        Type::Record(_) => true,
        Type::List(of) => matches!(**of, Type::Record(_)),
        _ => false,
    }
}

/// Examples are asked for by name.
fn each_example_once(raw: &RawLifeEvent, report: &mut Report<'_>) {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let examples = raw.examples.get().into_iter();
    for name in examples
        .flat_map(|list| &list.items)
        .filter_map(|example| example.name.get())
    {
        match names.get(name.0.value.as_str()) {
            Some(first) => {
                let (line, _) = report.file.position(first.start);
                let message = format!(
                    "`{}` is already the example of line {line}, and nobody could ask for this one",
                    name.0.value
                );
                let remedy = "give each example a name of its own";
                report.report(Code::NameTaken, name.0.span, message, remedy);
            }
            None => {
                names.insert(&name.0.value, name.0.span);
            }
        }
    }
}

fn example(raw: &RawExample, contract: &Contract, report: &mut Report<'_>) -> Option<Example> {
    let node = &raw.data.get()?.0;
    match contract.check(&json(node)) {
        Ok(data) => Some(Example {
            name: raw.name.get()?.0.value.clone(),
            title: raw.title.get()?.words(),
            data,
        }),
        Err(problems) => {
            for problem in problems {
                let at = if problem.pointer.is_empty() {
                    "the data".to_owned()
                } else {
                    format!("`{}`", problem.pointer)
                };
                let message = format!("{at}: {} is expected", problem.expected);
                report.report(
                    Code::LifeEventExample,
                    place(node, &problem.pointer),
                    message,
                    problem.remedy,
                );
            }
            None
        }
    }
}

/// Nobody stands twice in a list of people: an event that says so is turned away.
fn each_person_once(
    raw: &RawExample,
    example: &Example,
    people: &[Option<String>],
    report: &mut Report<'_>,
) {
    let Value::Record(fields) = &example.data else {
        return;
    };
    for list in people.iter().flatten() {
        let Some(Value::List(members)) = fields.get(list) else {
            continue;
        };
        let mut seen = BTreeMap::new();
        for (index, member) in members.iter().enumerate() {
            let Value::Record(member) = member else {
                continue;
            };
            let Some(Value::Text(id)) = member.get("id") else {
                continue;
            };
            let Some(first) = seen.insert(id.clone(), index) else {
                continue;
            };
            let message =
                format!("`/{list}/{index}/id`: `{id}` is already the person of `/{list}/{first}`");
            let remedy = "keep one of the two, or give each an id of their own";
            let node = raw.data.get().map(|data| &data.0);
            let at = node.map(|node| place(node, &format!("/{list}/{index}/id")));
            report.report(
                Code::LifeEventExample,
                at.unwrap_or_default(),
                message,
                remedy,
            );
        }
    }
}

/// The place of a JSON pointer, or of as much of it as is there.
fn place(node: &Node, pointer: &str) -> Span {
    let mut at = node;
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let next = match &at.kind {
            Kind::Map(_) => at.get(&name),
            Kind::List(items) => name
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index)),
            Kind::Scalar { .. } => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at.span
}
