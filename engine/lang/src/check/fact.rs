//! What must be known, checked.

use parcours_core::definition::{About, FactDefinition, FactOrigin, OperationKind};
use parcours_core::name::FactId;
use parcours_core::value::Type;
use parcours_core::{Purpose, Retention};

use super::act::CallUse;
use super::graph::Thing;
use super::scope::Checker;
use crate::cel::{Env, Expected};
use crate::diagnostic::Code;
use crate::raw::{RawFact, RawOrigin};
use crate::read::Opt;
use crate::source::At;

/// The type of a fact: a text with choices is a choice. `None` when its declaration is broken.
pub(super) fn type_of(raw: &RawFact) -> Option<Type> {
    let ty = &raw.r#type.get()?.ty;
    match &raw.choices {
        Opt::Given(choices) if *ty == Type::Text => Some(Type::choice(choices.names())),
        Opt::Given(_) | Opt::Absent => Some(ty.clone()),
        Opt::Broken => None,
    }
}

impl Checker<'_> {
    pub(super) fn fact(&mut self, id: &At<String>, raw: &RawFact) -> Option<FactDefinition> {
        let role = raw.each.get().map(|each| each.0.value.clone());
        self.owner = Some((Thing::Fact(id.value.clone()), role));
        let title = raw.title.get().map(|title| self.words(title));
        let question = self.words_of(raw.question.get());
        let choices = self.choices(raw);
        let (env, each) = self.under(raw.each.get());
        let about = self.about(raw);
        self.reads.clear();
        let ty = type_of(raw);
        let origins: Option<Vec<FactOrigin>> = raw.from.get().and_then(|list| {
            if list.items.is_empty() && !list.broken {
                let message = format!("nobody can supply the fact `{}`", id.value);
                let remedy = "say where it comes from: the life event, other facts, a service, a person: `from: [ { ask: parent } ]`";
                self.report.report(Code::NoOrigin, list.span, message, remedy);
            }
            let origins: Vec<Option<FactOrigin>> =
                list.items.iter().map(|origin| self.origin(origin, ty.as_ref(), &env)).collect();
            (!list.broken && !origins.is_empty()).then(|| origins.into_iter().collect()).flatten()
        });
        self.needs_what_was_read(&Thing::Fact(id.value.clone()));
        self.asking(id, raw);
        let whole = !matches!(raw.each, Opt::Broken) && !matches!(raw.question, Opt::Broken);
        (whole && each.is_some() == raw.each.get().is_some()).then_some(())?;
        let retention = raw
            .retention
            .get()
            .map_or("journey", |retention| retention.value);
        Some(FactDefinition {
            id: FactId::new(&id.value).ok()?,
            ty: ty?,
            choices: choices?,
            each,
            about: about?,
            purpose: Purpose::new(&raw.purpose.get()?.0.value).ok()?,
            retention: Retention::new(retention).ok()?,
            title: title?,
            question,
            from: origins?,
        })
    }

    fn choices(
        &mut self,
        raw: &RawFact,
    ) -> Option<Vec<(String, parcours_core::definition::Words)>> {
        let named = match &raw.choices {
            Opt::Absent => return Some(Vec::new()),
            Opt::Broken => return None,
            Opt::Given(named) => named,
        };
        if let Some(ty) = raw.r#type.get().filter(|ty| ty.ty != Type::Text) {
            let message = format!("only a text has choices, and this is {}", ty.ty);
            self.report.report(
                Code::BadChoices,
                ty.span,
                message,
                "write `type: text`, or remove `choices`",
            );
            return None;
        }
        let read: Vec<_> = named
            .entries
            .iter()
            .map(|(word, words)| Some((word.value.clone(), self.words(words.as_ref()?))))
            .collect();
        read.into_iter().collect()
    }

    fn about(&mut self, raw: &RawFact) -> Option<About> {
        let about = raw.about.get()?;
        match about.0.value.as_str() {
            "household" => Some(About::Household),
            "holder" => Some(About::Holder),
            _ => self.people_role(about).map(About::Role),
        }
    }

    fn origin(&mut self, raw: &RawOrigin, ty: Option<&Type>, env: &Env) -> Option<FactOrigin> {
        let given = [
            raw.event.is_absent(),
            raw.derived.is_absent(),
            raw.service.is_absent(),
            raw.ask.is_absent(),
        ];
        if given.iter().filter(|absent| !**absent).count() != 1 {
            let remedy = "say one in each: `- event: …`, `- derived: …`, `- service: …` or `- ask: …`; they are tried in order";
            self.report.report(
                Code::KeyConflict,
                raw.span,
                "an origin is exactly one of `event`, `derived`, `service`, `ask`",
                remedy,
            );
            return None;
        }
        let expected = ty
            .map_or_else(Expected::anything, |ty| Expected::of(ty.clone()))
            .or_absent();
        if let Some(text) = raw.event.get() {
            let only_event = Env {
                event: env.event.clone(),
                bound: env.bound.clone(),
                ..Env::default()
            };
            return self
                .expression(text, &only_event, &expected)
                .map(FactOrigin::Event);
        }
        if let Some(text) = raw.derived.get() {
            return self
                .expression(text, env, &expected)
                .map(FactOrigin::Derived);
        }
        if let Some(raw) = raw.service.get() {
            let call = self.call(raw, CallUse::Fact, env);
            let take = self.take(raw, ty);
            return Some(FactOrigin::Service {
                call: call?,
                take: take?,
            });
        }
        self.people_role(raw.ask.get()?).map(FactOrigin::Ask)
    }

    /// The way into the reply, checked against what the fact is.
    fn take(&mut self, raw: &crate::raw::RawCall, ty: Option<&Type>) -> Option<Vec<String>> {
        let Opt::Given(take) = &raw.take else {
            if raw.take.is_absent() {
                let remedy = "name what of the reply is the fact: `take: dependent_children`";
                self.report.report(
                    Code::MissingKey,
                    raw.span,
                    "this call does not say what to take from the reply",
                    remedy,
                );
            }
            return None;
        };
        let operation = self.known_operation(&raw.operation.get()?.0.value)?;
        let path: Vec<String> = take.0.value.split('.').map(str::to_owned).collect();
        let mut at = &operation.reply;
        for name in &path {
            let Type::Record(fields) = at else {
                let message = format!("`{name}` is taken from {at}, which has no fields");
                self.report.report(
                    Code::CallTake,
                    take.0.span,
                    message,
                    "take a field of a record",
                );
                return None;
            };
            let Some(field) = fields.get(name) else {
                let remedy =
                    crate::diagnostic::did_you_mean(name, fields.keys().map(String::as_str));
                self.report.report(
                    Code::CallTake,
                    take.0.span,
                    format!("the reply holds no `{name}`"),
                    remedy,
                );
                return None;
            };
            at = &field.ty;
        }
        if let Some(ty) = ty.filter(|ty| !same_kind(at, ty)) {
            let message = format!(
                "`{}` of the reply is {at}, and the fact is {ty}",
                take.0.value
            );
            self.report.report(
                Code::CallTake,
                take.0.span,
                message,
                "give both the same type",
            );
            return None;
        }
        Some(path)
    }

    /// People are asked last, in words, and only for what no administration holds.
    fn asking(&mut self, id: &At<String>, raw: &RawFact) {
        let Some(list) = raw.from.get() else { return };
        let Some(at) = list.items.iter().position(|origin| !origin.ask.is_absent()) else {
            return;
        };
        let span = list.items[at].span;
        if raw.question.is_absent() {
            let message = format!(
                "people are asked for `{}`, and there is no question",
                id.value
            );
            let remedy = "add `question: { fr: \"…\", en: \"…\" }`, as one would say it aloud";
            self.report.report(Code::NoQuestion, span, message, remedy);
        }
        let service_first = list.items[..at]
            .iter()
            .any(|origin| !origin.service.is_absent());
        if service_first {
            return;
        }
        let service_later = list.items[at..]
            .iter()
            .any(|origin| !origin.service.is_absent());
        let held_by = self.holder_of(&id.value);
        if service_later {
            let message = format!(
                "people are asked for `{}` before the service that holds it",
                id.value
            );
            self.report.report(
                Code::AskHeld,
                span,
                message,
                "tell us once: put `service:` before `ask:`",
            );
        } else if let Some(held_by) = held_by {
            let message = format!("people are asked for `{}`, which {held_by}", id.value);
            self.report.report(
                Code::AskHeld,
                span,
                message,
                "tell us once: ask the service first, with `- service: …` before `- ask: …`",
            );
        }
    }

    /// An administration that already holds a fact: an operation tells it by this name, or a document proves it.
    fn holder_of(&self, fact: &str) -> Option<String> {
        let told = self.known.operations().find_map(|(name, operation)| {
            let operation = operation?;
            let reads = operation.kind == OperationKind::Reads;
            let holds =
                matches!(&operation.reply, Type::Record(fields) if fields.contains_key(fact));
            (reads && holds).then(|| format!("`{name}` tells"))
        });
        told.or_else(|| {
            let steps = self.raw.steps.get()?;
            let evidence = steps
                .entries
                .iter()
                .filter_map(|(_, step)| step.as_ref()?.evidence.get());
            evidence.flat_map(|list| &list.items).find_map(|item| {
                let proves = item.proves.get()?.0.value == fact;
                let by = item.held_by.get()?;
                // Who has nothing that can be read cannot be asked: an employer, a hospital.
                let service = self.known.services.get(&by.0.value)?;
                let mut operations = service.operations.values().flatten();
                let can_be_asked =
                    operations.any(|operation| operation.kind == OperationKind::Reads);
                (proves && can_be_asked).then(|| format!("`{}` proves", by.0.value))
            })
        })
    }
}

/// Whether a value of the one can be had as the other: a choice is a text that is checked when it arrives.
fn same_kind(found: &Type, wanted: &Type) -> bool {
    let is_text = |ty: &Type| matches!(ty, Type::Text | Type::Choice(_));
    found == wanted || is_text(found) && is_text(wanted)
}
