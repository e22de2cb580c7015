//! Calls, what settles a step, undo, recourse.

use std::collections::BTreeMap;

use parcours_core::definition::{
    Answering, Call, Hearing, OperationKind, Recourse, Settling, Undo,
};
use parcours_core::name::{EventName, OperationId};
use parcours_core::value::Type;

use super::known::KnownOperation;
use super::scope::Checker;
use crate::cel::{Env, Expected};
use crate::diagnostic::{Code, did_you_mean};
use crate::raw::{RawCall, RawRecourse, RawSettling, RawStep, RawUndo};
use crate::read::{Id, Listed, Opt, Text};
use crate::source::At;

/// What a call is for, and so which kinds of operation serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallUse {
    Fact,
    /// Of something that people must do or may have.
    Step,
    /// Of what an administration does or decides by itself: it may be asked what it has come to.
    OfficeStep,
    Undo,
}

impl Checker<'_> {
    /// The contract of `service.operation`, when it is declared and whole.
    pub(super) fn known_operation(&self, name: &str) -> Option<KnownOperation> {
        let (service, operation) = name.split_once('.')?;
        self.known
            .services
            .get(service)?
            .operations
            .get(operation)?
            .clone()
    }

    fn operation(&mut self, id: &Id) -> Option<OperationId> {
        let name = &id.0.value;
        let declared = name.split_once('.').is_some_and(|(service, operation)| {
            self.known
                .services
                .get(service)
                .is_some_and(|known| known.unread || known.operations.contains_key(operation))
        });
        if !declared {
            let names: Vec<String> = self.known.operations().map(|(name, _)| name).collect();
            let remedy = did_you_mean(name, names.iter().map(String::as_str));
            self.report.report(
                Code::UnknownName,
                id.0.span,
                format!("no service has the operation `{name}`"),
                remedy,
            );
            return None;
        }
        name.parse().ok()
    }

    /// A call, its arguments checked against the operation's contract.
    pub(super) fn call(&mut self, raw: &RawCall, purpose: CallUse, env: &Env) -> Option<Call> {
        let id = raw.operation.get()?;
        let operation = self.operation(id);
        let contract = self.known_operation(&id.0.value);
        if let Some(contract) = &contract {
            self.kind_fits(id, contract, purpose);
        }
        self.misplaced_keys(raw, purpose);
        let arguments = self.arguments(raw, contract.as_ref(), env);
        let answer = raw
            .answer
            .get()
            .map_or(Answering::Settles, |answer| answer.value);
        (!matches!(raw.answer, Opt::Broken)).then_some(())?;
        Some(Call {
            operation: operation?,
            arguments: arguments?,
            answer,
        })
    }

    fn kind_fits(&mut self, id: &Id, contract: &KnownOperation, purpose: CallUse) {
        let name = &id.0.value;
        let (message, remedy) = match (purpose, contract.kind) {
            (CallUse::Fact, OperationKind::Reads)
            | (CallUse::Step, OperationKind::Acts)
            | (CallUse::OfficeStep, OperationKind::Acts | OperationKind::Reads)
            | (CallUse::Undo, OperationKind::Undoes | OperationKind::Acts) => return,
            (CallUse::Fact, _) => (
                format!("`{name}` changes something, and a fact is only read"),
                "call an operation of `kind: reads`",
            ),
            (CallUse::Step, OperationKind::Reads) => (
                format!("`{name}` only tells something, and nobody does or gets anything by it"),
                "make what it tells a fact, `from: [ { service: { operation: … } } ]`, or call an operation of `kind: acts`",
            ),
            (CallUse::Step | CallUse::OfficeStep, OperationKind::Undoes) => (
                format!("`{name}` takes something back, and a step carries something out"),
                "call an operation of `kind: acts`, and put this one under `undo:`",
            ),
            (CallUse::Undo, OperationKind::Reads) => (
                format!("`{name}` changes nothing, so it cannot take anything back"),
                "call an operation of `kind: undoes`",
            ),
        };
        self.report
            .report(Code::CallKind, id.0.span, message, remedy);
    }

    fn misplaced_keys(&mut self, raw: &RawCall, purpose: CallUse) {
        if purpose != CallUse::Fact && !raw.take.is_absent() {
            let remedy = "remove it: only a fact takes something from a reply";
            self.report.report(
                Code::KeyConflict,
                raw.span,
                "`take` in the call of a step",
                remedy,
            );
        }
        match purpose {
            CallUse::Step | CallUse::OfficeStep if raw.answer.is_absent() => {
                let remedy = "add `answer: settles`, or `answer: acknowledges` when something else settles the step";
                self.report.report(
                    Code::MissingKey,
                    raw.span,
                    "this call does not say what its answer means",
                    remedy,
                );
            }
            CallUse::Fact if !raw.answer.is_absent() => {
                self.report.report(
                    Code::KeyConflict,
                    raw.span,
                    "`answer` in the call of a fact",
                    "remove it: the answer is the fact",
                );
            }
            CallUse::Step | CallUse::OfficeStep | CallUse::Fact | CallUse::Undo => {}
        }
    }

    fn arguments(
        &mut self,
        raw: &RawCall,
        contract: Option<&KnownOperation>,
        env: &Env,
    ) -> Option<BTreeMap<String, parcours_core::expr::Expr>> {
        let given = match &raw.arguments {
            Opt::Broken => return None,
            Opt::Absent => &[][..],
            Opt::Given(named) => &named.entries,
        };
        let fields = match contract.map(|contract| &contract.arguments) {
            Some(Type::Record(fields)) => Some(fields),
            _ => None,
        };
        let mut arguments = BTreeMap::new();
        let mut whole = true;
        for (name, text) in given {
            let field = fields.map(|fields| fields.get(&name.value));
            let expected = match field {
                Some(None) => {
                    let remedy = did_you_mean(
                        &name.value,
                        fields
                            .into_iter()
                            .flat_map(|fields| fields.keys().map(String::as_str)),
                    );
                    self.report.report(
                        Code::CallArgument,
                        name.span,
                        format!("the operation has no argument `{}`", name.value),
                        remedy,
                    );
                    whole = false;
                    Expected::anything().or_absent()
                }
                Some(Some(field)) if field.optional => Expected::of(field.ty.clone()).or_absent(),
                Some(Some(field)) => Expected::of(field.ty.clone()),
                None => Expected::anything().or_absent(),
            };
            match text
                .as_ref()
                .and_then(|text| self.expression(text, env, &expected))
            {
                Some(expression) => {
                    arguments.insert(name.value.clone(), expression);
                }
                None => whole = false,
            }
        }
        for (name, field) in fields.into_iter().flatten() {
            if !field.optional && !given.iter().any(|(given, _)| given.value == *name) {
                let message = format!("the operation needs the argument `{name}`, {}", field.ty);
                self.report.report(
                    Code::CallArgument,
                    raw.span,
                    message,
                    format!("add `{name}: …` under `arguments`"),
                );
                whole = false;
            }
        }
        (whole && contract.is_some()).then_some(arguments)
    }

    /// What settles a step.
    pub(super) fn settled_by(&mut self, raw: &RawStep, env: &Env) -> Option<Vec<Settling>> {
        let list = match &raw.settled_by {
            Opt::Broken => return None,
            Opt::Absent => None,
            Opt::Given(list) => Some(list),
        };
        let items: Vec<Option<Settling>> = list
            .into_iter()
            .flat_map(|list| &list.items)
            .map(|item| self.settling(item, raw, env))
            .collect();
        let mut settled_by: Vec<Settling> = items.into_iter().collect::<Option<_>>()?;
        let call_settles = raw
            .call
            .get()
            .and_then(|call| call.answer.get())
            .is_some_and(|answer| answer.value == Answering::Settles);
        if call_settles && !settled_by.contains(&Settling::Answer) {
            settled_by.push(Settling::Answer);
        }
        (!list.is_some_and(|list| list.broken)).then_some(settled_by)
    }

    fn settling(&mut self, raw: &RawSettling, step: &RawStep, env: &Env) -> Option<Settling> {
        let absent = [
            raw.event.is_absent(),
            raw.declared.is_absent(),
            raw.decision.is_absent(),
            raw.answer.is_absent(),
            raw.told.is_absent(),
        ];
        if absent.iter().filter(|absent| !**absent).count() != 1 {
            let message = "a way to settle is exactly one of `event`, `declared`, `decision`, `answer`, `told`";
            self.report.report(
                Code::KeyConflict,
                raw.span,
                message,
                "say one in each `- …`; any one of them is enough",
            );
            return None;
        }
        if !raw.matching.is_absent() && raw.event.is_absent() {
            let remedy = "put it beside `event:`, whose data `reply` is";
            self.report.report(
                Code::KeyConflict,
                raw.span,
                "`matching` without `event`",
                remedy,
            );
        }
        if let Some(event) = raw.event.get() {
            let (hearing, _) = self.hearing(event, &raw.matching, env)?;
            return Some(Settling::Event {
                event: hearing.event,
                matching: hearing.matching,
            });
        }
        if let Some(role) = raw.declared.get() {
            return self.people_role(role).map(Settling::Declared);
        }
        if raw.decision.get().is_some() {
            return Some(Settling::Decision);
        }
        if raw.answer.get().is_some() {
            if step.call.is_absent() {
                let remedy = "add `call:`, or name another way to settle the step";
                self.report.report(
                    Code::KeyConflict,
                    raw.span,
                    "the answer of a call that is not made",
                    remedy,
                );
                return None;
            }
            return Some(Settling::Answer);
        }
        let told = raw.told.get()?;
        if !told.0 {
            self.report.report(
                Code::KeyConflict,
                raw.span,
                "`told: false` settles nothing",
                "write `told: true`, or remove it",
            );
            return None;
        }
        Some(Settling::Told)
    }

    /// A message of a service, and what may be named beside it: `reply` is its data.
    pub(super) fn hearing(
        &mut self,
        event: &Id,
        matching: &Opt<Text>,
        env: &Env,
    ) -> Option<(Hearing, Env)> {
        let name = &event.0.value;
        let declared = name
            .split_once('.')
            .and_then(|(service, event)| self.known.services.get(service)?.events.get(event));
        let Some(declared) = declared.cloned() else {
            let unread = name
                .split_once('.')
                .and_then(|(service, _)| self.known.services.get(service));
            if unread.is_some_and(|service| service.unread) {
                return None;
            }
            let names: Vec<String> = self.known.events().collect();
            let remedy = did_you_mean(name, names.iter().map(String::as_str));
            self.report.report(
                Code::UnknownName,
                event.0.span,
                format!("no service emits `{name}`"),
                remedy,
            );
            return None;
        };
        let mut env = env.clone();
        let reply = declared?;
        env.bound.insert("reply".to_owned(), reply);
        let matching = match matching {
            Opt::Absent => None,
            Opt::Broken => return None,
            Opt::Given(text) => Some(self.condition(text, &env)?),
        };
        self.is_about_one(event, matching.as_ref());
        let event: EventName = name.parse().ok()?;
        Some((Hearing { event, matching }, env))
    }

    pub(super) fn undo(&mut self, raw: &RawUndo, env: &Env) -> Option<Undo> {
        let absent = [
            raw.operation.is_absent(),
            raw.act.is_absent(),
            raw.none.is_absent(),
        ];
        if absent.iter().filter(|absent| !**absent).count() != 1 {
            let message = "`undo` is exactly one of `operation`, `act`, `none`";
            self.report.report(
                Code::KeyConflict,
                raw.span,
                message,
                "keep the one that says how this step is taken back",
            );
            return None;
        }
        if let Some(call) = raw.operation.get() {
            return self.call(call, CallUse::Undo, env).map(Undo::Operation);
        }
        if let Some(step) = raw.act.get() {
            self.used.insert(format!("act.{}", step.0.value));
            return self.step_id(&step.0).map(Undo::Act);
        }
        raw.none.get().map(|words| Undo::None(self.words(words)))
    }

    /// Asking for the same again takes nothing back.
    pub(super) fn takes_back(&mut self, step: &RawStep) {
        let undo = step.undo.get().and_then(|undo| undo.operation.get());
        let (Some(claim), Some(undo)) = (step.call.get(), undo) else {
            return;
        };
        let (Some(claimed), Some(undone)) = (claim.operation.get(), undo.operation.get()) else {
            return;
        };
        if claimed.0.value != undone.0.value {
            return;
        }
        // The same operation may set what it had set back to what it was: another value of some argument says so.
        let arguments = |call: &RawCall| -> BTreeMap<String, String> {
            let given = call.arguments.get().into_iter();
            given
                .flat_map(|named| &named.entries)
                .filter_map(|(name, text)| {
                    Some((name.value.clone(), text.as_ref()?.value.trim().to_owned()))
                })
                .collect()
        };
        let (first, back) = (arguments(claim), arguments(undo));
        let otherwise = back
            .iter()
            .any(|(name, text)| first.get(name).is_some_and(|first| first != text));
        if otherwise {
            return;
        }
        let message = format!(
            "`{}` is what the step itself calls, with the same arguments: doing it again takes nothing back",
            undone.0.value
        );
        let remedy = "call the operation that takes it back, or say `act:` with the step that does, or `none:` and why";
        self.report
            .report(Code::CallKind, undone.0.span, message, remedy);
    }

    /// Each recourse that is said to come next is one of the step.
    pub(super) fn goes_on_somewhere(&mut self, list: &Listed<RawRecourse>, step: &At<String>) {
        if list.broken {
            return;
        }
        let kinds: Vec<&str> = list
            .items
            .iter()
            .filter_map(|item| Some(item.kind.get()?.word))
            .collect();
        if kinds.len() < list.items.len() {
            return;
        }
        for item in &list.items {
            let (Some(kind), Some(then)) = (item.kind.get(), item.then.get()) else {
                continue;
            };
            let others = kinds.iter().copied().filter(|each| *each != kind.word);
            let named: Vec<&str> = others.collect();
            let next = then.word;
            if named.contains(&next) {
                continue;
            }
            let (message, remedy) = if next == kind.word {
                (
                    format!("`{next}` is said to come after itself"),
                    "name what comes next, or remove `then`".to_owned(),
                )
            } else {
                (
                    format!("`{}` has no recourse `{next}` to go on to", step.value),
                    format!(
                        "add it, with its words, its date and its law: `- kind: {next}`; else {}",
                        match named.as_slice() {
                            [] => "remove `then`".to_owned(),
                            _ => did_you_mean(next, named.iter().copied()),
                        }
                    ),
                )
            };
            self.report
                .report(Code::UnknownName, item.span, message, remedy);
        }
    }

    pub(super) fn recourse(
        &mut self,
        raw: &RawRecourse,
        env: &Env,
        step: &At<String>,
    ) -> Option<Recourse> {
        let words = raw.words.get().map(|words| self.words(words));
        let due = match &raw.due {
            Opt::Absent => Some(None),
            Opt::Broken => None,
            Opt::Given(rule) => {
                let due = self.date_rule(rule, env);
                if let Some(due) = &due {
                    self.is_refused_first(due, rule, step);
                }
                due.map(Some)
            }
        };
        let law = raw
            .law
            .get()
            .and_then(|law| self.articles(&law.0, "a recourse"));
        self.appeals_in_time(raw, &step.value);
        let broken = matches!(raw.mandatory, Opt::Broken) || matches!(raw.then, Opt::Broken);
        (!broken).then_some(())?;
        Some(Recourse {
            kind: raw.kind.get()?.value,
            words: words?,
            due: due?,
            mandatory: raw.mandatory.get().is_some_and(|flag| flag.0),
            then: raw.then.get().map(|kind| kind.value),
            law: law?,
        })
    }
}
