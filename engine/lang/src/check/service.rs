//! A public body's system, checked.

use std::collections::BTreeMap;
use std::time::Duration;

use parcours_core::calendar::Territory;
use parcours_core::definition::{
    Contact, Operation, Retry, Service, SimulatedAnswer, Simulation, Words,
};
use parcours_core::expr::Expr;
use parcours_core::name::{EventName, OperationId, ServiceId};
use parcours_core::value::Type;

use super::Report;
use super::known::KnownOperation;
use crate::cel::{self, Env, Expected};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::raw::{RawAnswer, RawOperation, RawService};
use crate::read::{Opt, RawWords, Text};
use crate::source::{At, File};

/// Checks a service. `None` when it has errors; they are in `problems`.
pub(crate) fn service(
    raw: &RawService,
    file: &File,
    problems: &mut Vec<Diagnostic>,
) -> Option<Service> {
    let mut report = Report { file, problems };
    let id = raw
        .service
        .get()
        .and_then(|id| ServiceId::new(&id.0.value).ok());
    let territory = raw.territory.get().and_then(|text| {
        let territory = Territory::from_id(&text.value);
        if territory.is_none() {
            let remedy = did_you_mean(
                &text.value,
                Territory::ALL.iter().map(|territory| territory.id()),
            );
            report.report(
                Code::UnknownWord,
                text.span,
                format!("`{}` is no territory", text.value),
                remedy,
            );
        }
        territory
    });
    let contact = raw.contact.get().and_then(|contact| {
        Some(Contact {
            words: contact.words.get().map(RawWords::words)?,
            url: contact.url.get().map(|url| url.value.clone()),
            phone: contact.phone.get().map(|phone| phone.value.clone()),
        })
    });
    let mut operations = BTreeMap::new();
    let mut whole = !matches!(raw.operations, Opt::Broken) && !matches!(raw.events, Opt::Broken);
    for (name, raw) in raw
        .operations
        .get()
        .into_iter()
        .flat_map(|named| &named.entries)
    {
        let checked = raw
            .as_ref()
            .and_then(|raw| operation(id.as_ref(), name, raw, &mut report));
        whole &= checked.is_some();
        operations.extend(checked.map(|operation| (operation.id.clone(), operation)));
    }
    let mut events = BTreeMap::new();
    for (name, fields) in raw
        .events
        .get()
        .into_iter()
        .flat_map(|named| &named.entries)
    {
        let event = id
            .clone()
            .and_then(|id| EventName::new(id, &name.value).ok());
        let checked = event.zip(fields.as_ref().map(|fields| fields.0.ty.clone()));
        whole &= checked.is_some();
        events.extend(checked);
    }
    whole.then_some(())?;
    Some(Service {
        id: id?,
        title: raw.title.get()?.words(),
        contact: contact?,
        territory: territory?,
        operations,
        events,
    })
}

fn operation(
    service: Option<&ServiceId>,
    name: &At<String>,
    raw: &RawOperation,
    report: &mut Report<'_>,
) -> Option<Operation> {
    let id = service.and_then(|service| OperationId::new(service.clone(), &name.value).ok());
    let contract = KnownOperation::of(raw);
    let refusals: Option<BTreeMap<String, Words>> = match &raw.refusals {
        Opt::Absent => Some(BTreeMap::new()),
        Opt::Broken => None,
        Opt::Given(named) => named
            .entries
            .iter()
            .map(|(code, words)| Some((code.value.clone(), words.as_ref()?.words())))
            .collect(),
    };
    let simulation = simulation(raw, contract.as_ref(), report);
    let contract = contract?;
    Some(Operation {
        id: id?,
        title: raw.title.get()?.words(),
        kind: contract.kind,
        arguments: contract.arguments,
        reply: contract.reply,
        refusals: refusals?,
        retry: retry(raw)?,
        simulation: simulation?,
    })
}

fn retry(raw: &RawOperation) -> Option<Retry> {
    let mut retry = Retry {
        attempts: 6,
        first: Duration::from_secs(30),
        factor: 4,
        longest: Duration::from_secs(6 * 3_600),
    };
    match &raw.retry {
        Opt::Absent => {}
        Opt::Broken => return None,
        Opt::Given(raw) => {
            retry.attempts = raw.attempts.get().map_or(retry.attempts, |number| number.0);
            retry.first = raw.first.get().map_or(retry.first, |wait| wait.0);
            retry.factor = raw.factor.get().map_or(retry.factor, |number| number.0);
            retry.longest = raw.longest.get().map_or(retry.longest, |wait| wait.0);
        }
    }
    Some(retry)
}

fn simulation(
    raw: &RawOperation,
    contract: Option<&KnownOperation>,
    report: &mut Report<'_>,
) -> Option<Simulation> {
    let simulator = raw.simulator.get()?;
    let mut env = Env::default();
    if let Some(contract) = contract {
        env.bound
            .insert("argument".to_owned(), contract.arguments.clone());
    }
    let mut cases = Vec::new();
    let mut whole = true;
    for case in simulator
        .cases
        .get()
        .into_iter()
        .flat_map(|list| &list.items)
    {
        // With broken arguments, what names them would be complained of again.
        let when = case
            .when
            .get()
            .filter(|_| contract.is_some())
            .and_then(|when| expression(when, &env, &Expected::condition(), report));
        let answered = answer(&case.answer(), raw, contract, &env, report);
        whole &= when.is_some() && answered.is_some();
        cases.extend(when.zip(answered));
    }
    let otherwise = simulator
        .otherwise
        .get()
        .and_then(|otherwise| answer(otherwise, raw, contract, &env, report));
    let broken = matches!(simulator.cases, Opt::Broken)
        || matches!(simulator.after, Opt::Broken)
        || simulator.cases.get().is_some_and(|list| list.broken);
    (whole && !broken).then_some(())?;
    let after = simulator.after.get().map_or(Duration::ZERO, |wait| wait.0);
    Some(Simulation {
        after,
        cases,
        otherwise: otherwise?,
    })
}

fn answer(
    raw: &RawAnswer,
    operation: &RawOperation,
    contract: Option<&KnownOperation>,
    env: &Env,
    report: &mut Report<'_>,
) -> Option<SimulatedAnswer> {
    let absent = [
        raw.reply.is_absent(),
        raw.refuse.is_absent(),
        raw.fail.is_absent(),
        raw.silence.is_absent(),
    ];
    if absent.iter().filter(|absent| !**absent).count() != 1 {
        let message = "a simulated answer is exactly one of `reply`, `refuse`, `fail`, `silence`";
        report.report(
            Code::KeyConflict,
            raw.span,
            message,
            "keep the one that this case shows",
        );
        return None;
    }
    if let Some(code) = raw.refuse.get() {
        let known: Vec<&str> = operation
            .refusals
            .get()
            .into_iter()
            .flat_map(|named| named.names())
            .collect();
        if !known.contains(&code.0.value.as_str()) && !matches!(operation.refusals, Opt::Broken) {
            let message = format!("the operation never refuses with `{}`", code.0.value);
            report.report(
                Code::UnknownName,
                code.0.span,
                message,
                did_you_mean(&code.0.value, known),
            );
            return None;
        }
        return Some(SimulatedAnswer::Refuse(code.0.value.clone()));
    }
    if let Some(text) = raw.fail.get() {
        return Some(SimulatedAnswer::Fail(text.value.clone()));
    }
    if let Some(silence) = raw.silence.get() {
        if !silence.0 {
            report.report(
                Code::KeyConflict,
                raw.span,
                "`silence: false` answers nothing",
                "write `silence: true`, or another answer",
            );
            return None;
        }
        return Some(SimulatedAnswer::Silence);
    }
    let reply = raw.reply.get()?;
    let Type::Record(fields) = &contract?.reply else {
        return None;
    };
    let mut values = BTreeMap::new();
    let mut whole = true;
    for (name, text) in &reply.entries {
        let Some(field) = fields.get(&name.value) else {
            let remedy = did_you_mean(&name.value, fields.keys().map(String::as_str));
            report.report(
                Code::CallArgument,
                name.span,
                format!("the reply has no `{}`", name.value),
                remedy,
            );
            whole = false;
            continue;
        };
        let expected = Expected::of(field.ty.clone());
        let expected = if field.optional {
            expected.or_absent()
        } else {
            expected
        };
        match text
            .as_ref()
            .and_then(|text| expression(text, env, &expected, report))
        {
            Some(value) => {
                values.insert(name.value.clone(), value);
            }
            None => whole = false,
        }
    }
    for (name, field) in fields.iter().filter(|(_, field)| !field.optional) {
        if !reply.entries.iter().any(|(given, _)| given.value == *name) {
            let message = format!("this reply lacks `{name}`, {}", field.ty);
            report.report(
                Code::CallArgument,
                raw.span,
                message,
                format!("add `{name}: …` to it, as the operation's `reply` promises"),
            );
            whole = false;
        }
    }
    whole.then_some(SimulatedAnswer::Reply(values))
}

fn expression(
    text: &Text,
    env: &Env,
    expected: &Expected,
    report: &mut Report<'_>,
) -> Option<Expr> {
    match cel::compile(&text.value, env, expected) {
        Ok(expression) => Some(expression),
        Err(problems) => {
            for problem in problems {
                let span = report.inside(text, problem.span.clone());
                report.report(
                    Code::of_condition(problem.code),
                    span,
                    problem.message,
                    problem.help,
                );
            }
            None
        }
    }
}
