//! A tried journey, as a program reads it.

use parcours_core::calendar::{Deadline, Language};
use parcours_core::definition::{Definition, Law, Words};
use parcours_core::expr::{Lookup, Root, Scope};
use parcours_core::journey::{Step, Until};
use parcours_core::plan::Situation;
use parcours_core::value::Value;
use parcours_core::view::words::filled;
use parcours_core::view::{FactStanding, Ground, Group, StepView, Why};
use parcours_lang::life_event::to_json;
use serde_json::{Value as Json, json};

use super::Tried;
use super::otherwise::{Change, Otherwise};

/// What the law sets: an amount, a duration, a date.
pub(super) struct Amount<'a> {
    pub(super) name: String,
    pub(super) title: Words,
    pub(super) unit: &'a str,
    pub(super) value: Value,
    /// A date that would decide is unknown.
    pub(super) provisional: bool,
    pub(super) law: &'a [Law],
}

/// The legal values of a definition, as they are for this journey.
pub(super) fn amounts<'a>(tried: &Tried<'_>, definition: &'a Definition) -> Vec<Amount<'a>> {
    let situation = Situation::new(tried.catalog, definition, &tried.journey);
    let scope = situation.of(None);
    definition
        .values
        .iter()
        .filter_map(|(id, dated)| {
            situation.was_provisional();
            let Lookup::Value(value) = scope.get(&Root::LegalValue(id.as_str().into())) else {
                return None;
            };
            let provisional = situation.was_provisional();
            let untitled = || Words {
                fr: id.to_string(),
                en: id.to_string(),
            };
            Some(Amount {
                name: id.to_string(),
                title: dated
                    .title
                    .as_ref()
                    .map_or_else(untitled, |title| filled(title, &scope)),
                unit: &dated.unit,
                value: value.into_owned(),
                provisional,
                law: &dated.law,
            })
        })
        .collect()
}

/// All of it.
pub(super) fn data(tried: &Tried<'_>) -> Json {
    let view = &tried.view;
    let law = view.law.as_ref().map(|law| {
        json!({
            "version": law.version.to_string(),
            "from": law.version.from.to_string(),
            "hash": law.hash.to_string(),
            "provisional": law.provisional,
            "why": why(&law.why),
        })
    });
    let values = tried.definition().map(|definition| {
        let amounts = amounts(tried, definition);
        amounts
            .iter()
            .map(|amount| {
                let value = json!({
                    "value": to_json(&amount.value),
                    "unit": amount.unit,
                    "provisional": amount.provisional,
                    "title": words(&amount.title),
                    "law": articles(amount.law),
                });
                (amount.name.clone(), value)
            })
            .collect::<serde_json::Map<_, _>>()
    });
    let facts = view.facts.iter().map(|fact| {
        let (standing, value) = match &fact.standing {
            FactStanding::Known(value) => ("known", to_json(value)),
            FactStanding::Unknown => ("unknown", Json::Null),
            FactStanding::Disputed => ("disputed", Json::Null),
            FactStanding::Erased => ("erased", Json::Null),
        };
        (
            fact.key.to_string(),
            json!({ "title": words(&fact.title), "standing": standing, "value": value }),
        )
    });
    let questions = view.questions.iter().map(|question| {
        json!({
            "fact": question.fact.to_string(),
            "question": words(&question.question),
            "service": question.service.as_ref().map(ToString::to_string),
            "to": question.to.as_ref().map(ToString::to_string),
        })
    });
    json!({
        "journey": view.journey.to_string(),
        "title": words(&view.title),
        "on": tried.person.life_event.occurred_on.to_string(),
        "seen_on": tried.seen_on.to_string(),
        "life_event": {
            "type": tried.person.life_event.kind.to_string(),
            "example": tried.person.from,
            "left_out": tried.person.left_out,
            "data": to_json(&tried.person.life_event.data),
        },
        "law": law,
        "otherwise": tried.otherwise.iter().map(otherwise).collect::<Vec<_>>(),
        "values": values,
        "facts": facts.collect::<serde_json::Map<_, _>>(),
        "questions": questions.collect::<Vec<_>>(),
        "steps": view.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn words(words: &Words) -> Json {
    json!({ "fr": words.fr, "en": words.en })
}

fn articles(law: &[Law]) -> Vec<Json> {
    law.iter()
        .map(|law| json!({ "ref": law.reference, "url": law.url }))
        .collect()
}

fn why(why: &Why) -> Json {
    let ground = |ground: &Ground| {
        json!({
            "reference": ground.reference.to_string(),
            "title": words(&ground.title),
            "found": ground.found.as_ref().map(words),
        })
    };
    json!({
        "words": words(&why.words),
        "grounds": why.grounds.iter().map(ground).collect::<Vec<_>>(),
        "lacking": why.lacking.iter().map(ground).collect::<Vec<_>>(),
    })
}

fn deadline(deadline: &Deadline) -> Json {
    json!({
        "date": deadline.due().to_string(),
        "working_out": {
            "fr": deadline.explain(Language::French),
            "en": deadline.explain(Language::English),
        },
    })
}

fn step(step: &StepView) -> Json {
    let group = match step.group {
        Group::ToDo => "to_do",
        Group::UnderWay => "under_way",
        Group::Coming => "coming",
        Group::Done => "done",
        Group::Closed => "closed",
        Group::NotForYou => "not_for_you",
    };
    json!({
        "step": step.key.to_string(),
        "kind": step.kind.as_str(),
        "title": words(&step.title),
        "subject": step.subject,
        "explain": step.explain.as_ref().map(words),
        "group": group,
        "state": step.state.word(),
        "provisional": step.provisional,
        "overdue": step.overdue,
        "quiet": step.quiet,
        "office": step.office.as_ref().map(|office| office.service.to_string()),
        "opens": step.opens.as_ref().map(deadline),
        "due": step.due.as_ref().map(deadline),
        "effect": step.effect.as_ref().map(deadline),
        "waits_for": match &step.state {
            Step::Waiting(Until::Steps(before)) => before.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        },
        "evidence": step.evidence.iter().map(|evidence| json!({
            "title": words(&evidence.title),
            "held_by": evidence.held_by.as_ref().map(words),
        })).collect::<Vec<_>>(),
        "cost": step.cost.as_ref().map(words),
        "missed": step.missed.as_ref().map(words),
        "refusal": step.refusal.as_ref().map(words),
        "recourse": step.recourse.iter().map(|recourse| json!({
            "kind": recourse.kind.as_str(),
            "words": words(&recourse.words),
            "due": recourse.due.as_ref().map(deadline),
            "mandatory": recourse.mandatory,
            "not_opposable": recourse.not_opposable,
            "then": recourse.then.map(|then| then.as_str()),
            "lodged": recourse.lodged,
            "law": articles(&recourse.law),
        })).collect::<Vec<_>>(),
        "why": why(&step.why),
        "law": articles(&step.law),
    })
}

fn otherwise(otherwise: &Otherwise) -> Json {
    let change = |change: &Change| match change {
        Change::Value { title, then, now } => {
            json!({ "what": "value", "title": words(title), "then": to_json(then), "now": to_json(now) })
        }
        Change::Gained(title) => json!({ "what": "gained", "title": words(title) }),
        Change::Lost(title) => json!({ "what": "lost", "title": words(title) }),
        Change::Due { title, then, now } => {
            json!({ "what": "due", "title": words(title), "then": then.to_string(), "now": now.to_string() })
        }
    };
    json!({
        "set": format!("{}={}", otherwise.name, otherwise.on),
        "law": otherwise.law.to_string(),
        "changes": otherwise.changes.iter().map(change).collect::<Vec<_>>(),
    })
}
