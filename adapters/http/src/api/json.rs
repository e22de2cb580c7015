//! A journey as JSON: words in both languages, dates with their working-out, keys as in addresses.

use parcours_core::calendar::{Deadline, Language};
use parcours_core::definition::{Law, SilenceMeaning, Words};
use parcours_core::journey::{CallTarget, Hindrance, HindranceKind, Phase, Source};
use parcours_core::view::{Doable, FactStanding, Ground, Group, JourneyView, StepView, Why};
use parcours_lang::life_event::to_json;
use serde_json::{Value as Json, json};

use crate::access::Caller;
use crate::desk::Seen;

/// A journey, as its holder sees it, or an agent.
pub(crate) fn journey(seen: &Seen, agent: Option<&Caller>) -> Json {
    let view: &JourneyView = &seen.view;
    let mut told = json!({
        "id": view.id.to_string(),
        "journey": view.journey.as_str(),
        "title": words(&view.title),
        "phase": match view.phase {
            Phase::Running => "running",
            Phase::Ended => "ended",
            Phase::Retracted => "retracted",
        },
        "occurred_on": view.occurred_on.map(|date| date.to_string()),
        "law": view.law.as_ref().map(|law| json!({
            "version": law.version.to_string(),
            "provisional": law.provisional,
            "why": why(&law.why),
        })),
        "questions": view.questions.iter().map(|question| json!({
            "fact": question.fact.to_string(),
            "question": words(&question.question),
            "type": question.ty.to_string(),
            "choices": question.choices.iter().map(|(word, title)| json!({ "value": word, "title": words(title) })).collect::<Vec<_>>(),
            "asked_of": question.service.as_ref().map(|service| service.as_str()),
            "for_steps": question.for_steps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "facts": view.facts.iter().map(|fact| json!({
            "fact": fact.key.to_string(),
            "title": words(&fact.title),
            "standing": match fact.standing {
                FactStanding::Known(_) => "known",
                FactStanding::Unknown => "unknown",
                FactStanding::Disputed => "disputed",
                FactStanding::Erased => "erased",
            },
            "value": match &fact.standing {
                FactStanding::Known(value) => to_json(value),
                FactStanding::Unknown | FactStanding::Disputed | FactStanding::Erased => Json::Null,
            },
            "source": fact.source.as_ref().map(|source| match source {
                Source::Declared => "declared".to_owned(),
                Source::Agent => "agent".to_owned(),
                Source::Evidence(service) => format!("service:{service}"),
            }),
            "on": fact.occurred_on.map(|day| day.to_string()),
        })).collect::<Vec<_>>(),
        "steps": view.steps.iter().map(|each| step(seen, each, agent)).collect::<Vec<_>>(),
    });
    if let Some(caller) = agent.filter(|caller| caller.looks_after_calls()) {
        told["hindrances"] = caller.hindrances(seen).iter().map(hindrance).collect();
    }
    told
}

/// What keeps a service from answering, for its agents only: the words are a system's own, about its work and not about people, and may
/// hold anything.
fn hindrance(hindrance: &Hindrance<'_>) -> Json {
    let (attempt, again) = match &hindrance.kind {
        HindranceKind::TryingAgain { attempt, again } => (Some(*attempt), *again),
        HindranceKind::Failed | HindranceKind::AnswerUnfit => (None, None),
    };
    let (step, fact) = match &hindrance.about {
        CallTarget::Step(step) => (Some(step.to_string()), None),
        CallTarget::Fact(fact) => (None, Some(fact.to_string())),
    };
    json!({
        "step": step,
        "fact": fact,
        "operation": hindrance.operation.map(ToString::to_string),
        "kind": hindrance.kind.as_str(),
        "what": hindrance.what.value(),
        "attempt": attempt,
        "again": again.map(|again| again.format("%Y-%m-%dT%H:%M:%S").to_string()),
    })
}

fn step(seen: &Seen, step: &StepView, agent: Option<&Caller>) -> Json {
    let record = seen.journey.steps.get(&step.key);
    let added = record
        .filter(|_| step.state.is_refused())
        .and_then(|record| record.motive.as_ref()?.value());
    json!({
        "step": step.key.to_string(),
        "kind": step.kind.as_str(),
        "title": words(&step.title),
        "for": step.subject,
        "explain": step.explain.as_ref().map(words),
        "group": match step.group {
            Group::ToDo => "to_do",
            Group::UnderWay => "under_way",
            Group::Coming => "coming",
            Group::Done => "done",
            Group::Closed => "closed",
            Group::NotForYou => "not_for_you",
        },
        "state": step.state.word(),
        "provisional": step.provisional,
        "overdue": step.overdue,
        "quiet": step.quiet,
        "opens": step.opens.as_ref().map(deadline),
        "due": step.due.as_ref().map(deadline),
        "effect": step.effect.as_ref().map(deadline),
        "silence": step.silence.as_ref().map(|(by, means)| json!({
            "by": deadline(by),
            "means": match means {
                SilenceMeaning::Acceptance => "acceptance",
                SilenceMeaning::Refusal => "refusal",
            },
        })),
        "clock": step.clock.as_ref().map(|clock| json!({
            "stands_still": clock.stands_still,
            "missing": clock.missing,
            "until": clock.until.map(|day| day.to_string()),
            "words": words(&clock.words),
        })),
        "asked_on": record.and_then(|record| record.requested_on).map(|day| day.to_string()),
        "who": step.who.as_ref().map(|role| role.as_str()),
        "cost": step.cost.as_ref().map(words),
        "missed": step.missed.as_ref().map(words),
        "office": step.office.as_ref().map(|office| json!({
            "service": office.service.as_str(),
            "title": words(&office.title),
            "contact": words(&office.contact.words),
            "url": office.contact.url,
            "phone": office.contact.phone,
        })),
        "evidence": step.evidence.iter().map(|evidence| json!({
            "title": words(&evidence.title),
            "held_by": evidence.held_by.as_ref().map(words),
        })).collect::<Vec<_>>(),
        "refusal": step.refusal.as_ref().map(words),
        "added": added,
        "recourse": step.recourse.iter().map(|recourse| json!({
            "kind": crate::pages::recourse_word(recourse.kind),
            "words": words(&recourse.words),
            "due": recourse.due.as_ref().map(deadline),
            "mandatory": recourse.mandatory,
            "not_opposable": recourse.not_opposable,
            "lodged": recourse.lodged,
            "law": law(&recourse.law),
        })).collect::<Vec<_>>(),
        "law": law(&step.law),
        "because": why(&step.why),
        "can": can(step, agent).into_iter().map(Doable::as_str).collect::<Vec<_>>(),
    })
}

fn can(step: &StepView, agent: Option<&Caller>) -> Vec<Doable> {
    match agent {
        Some(caller) => caller.may_do(step).collect(),
        None => step.doable.clone(),
    }
}

pub(super) fn words(words: &Words) -> Json {
    json!({ "fr": words.fr, "en": words.en })
}

pub(super) fn law(law: &[Law]) -> Vec<Json> {
    law.iter()
        .map(|law| json!({ "reference": law.reference, "url": law.url }))
        .collect()
}

pub(super) fn deadline(deadline: &Deadline) -> Json {
    json!({
        "date": deadline.due().date().to_string(),
        "time": deadline.due().time().map(|time| time.format("%H:%M").to_string()),
        "perhaps": deadline.perhaps().map(|perhaps| perhaps.date().to_string()),
        "worked_out": {
            "fr": deadline.explain(Language::French),
            "en": deadline.explain(Language::English),
        },
    })
}

pub(super) fn why(why: &Why) -> Json {
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
