//! Reading a journey: as it stands, as it went, and why one step stands as it does.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use parcours_core::journey::{
    Actor, ActorKind, CallTarget, Event, FactKey, Rejection, Rule, StepKey,
};
use serde_json::{Value as Told, json};

use super::at::At;
use super::{ApiError, POSITION, json as shape};
use crate::desk::{DeskError, Recorded, Seen};
use crate::pages::{Names, in_words, signed};
use crate::site::Site;
use crate::text::Lang;

fn answer(seen: &Seen, body: Told) -> Response {
    ([(POSITION, seen.position.to_string())], Json(body)).into_response()
}

/// How it stands.
pub(super) async fn view(State(site): State<Site>, at: At) -> Result<Response, ApiError> {
    let seen = at.look(&site, "view").await?;
    let agent = at.agent.as_ref().map(|(_, caller)| caller);
    Ok(answer(&seen, shape::journey(&seen, agent)))
}

/// How it went: every decision, the earliest first.
pub(super) async fn history(State(site): State<Site>, at: At) -> Result<Response, ApiError> {
    let seen = at.look(&site, "history").await?;
    let history = site.desk.history(at.journey, seen.position).await?;
    let loaded = site.desk.loaded();
    let names = |lang| Names::new(lang, &loaded.catalog, &seen);
    let (french, english) = (names(Lang::FRENCH), names(Lang::ENGLISH));
    let entries: Vec<Told> = history
        .iter()
        .map(|recorded| entry(&site, recorded, french, english))
        .collect();
    Ok(answer(
        &seen,
        json!({ "id": at.journey.to_string(), "entries": entries }),
    ))
}

fn entry(site: &Site, recorded: &Recorded, french: Names<'_>, english: Names<'_>) -> Told {
    let events: Vec<Told> = recorded
        .events
        .iter()
        .map(|event| {
            let words = in_words(french, event).zip(in_words(english, event));
            let (step, fact) = about(event);
            json!({
                "event": event.name(),
                "step": step.map(ToString::to_string),
                "fact": fact.map(ToString::to_string),
                "words": words.map(|(fr, en)| json!({ "fr": fr, "en": en })),
            })
        })
        .collect();
    json!({
        "position": recorded.position.to_string(),
        "recorded_at": recorded.recorded_at.format("%Y-%m-%dT%H:%M:%S").to_string(),
        "occurred_on": recorded.occurred_on.map(|day| day.to_string()),
        "actor": actor(site, &recorded.actor, english),
        "events": events,
    })
}

/// Who said it: an agent as they sign, and no citizen by name.
fn actor(site: &Site, actor: &Actor, names: Names<'_>) -> Told {
    let (kind, name) = match &actor.kind {
        ActorKind::Citizen(_) => ("citizen", None),
        ActorKind::Agent(agent) => {
            let signature = site.credentials.signature(agent);
            ("agent", Some(signed(names, &signature, agent)))
        }
        ActorKind::Service(service) => ("service", Some(service.to_string())),
        ActorKind::Source(source) => ("source", Some(source.clone())),
        ActorKind::Engine => ("engine", None),
    };
    json!({
        "kind": kind,
        "name": name,
        "on_behalf_of": actor.on_behalf_of.as_ref().map(|_| "holder"),
        "assurance": actor.assurance.as_str(),
        "channel": actor.channel.as_str(),
    })
}

/// The step, or the fact, that an event is about.
fn about(event: &Event) -> (Option<&StepKey>, Option<&FactKey>) {
    match event {
        Event::FactLearned { fact, .. }
        | Event::FactDisputed { fact, .. }
        | Event::FactRequested { fact, .. }
        | Event::FactUnavailable { fact, .. }
        | Event::AnswerUnfit {
            target: CallTarget::Fact(fact),
            ..
        }
        | Event::CallAttemptFailed {
            target: CallTarget::Fact(fact),
            ..
        }
        | Event::CallRepeated {
            target: CallTarget::Fact(fact),
            ..
        }
        | Event::QuestionAsked { fact, .. } => (None, Some(fact)),
        Event::StepWaits { step, .. }
        | Event::StepSetAside { step, .. }
        | Event::StepOpened { step, .. }
        | Event::StepRescheduled { step, .. }
        | Event::StepOverdue { step, .. }
        | Event::RuleFailed { step, .. }
        | Event::RuleMended { step }
        | Event::AnswerUnfit {
            target: CallTarget::Step(step),
            ..
        }
        | Event::CallAttemptFailed {
            target: CallTarget::Step(step),
            ..
        }
        | Event::CallRepeated {
            target: CallTarget::Step(step),
            ..
        }
        | Event::StepLapsed { step }
        | Event::CallRequested { step, .. }
        | Event::CallAcknowledged { step, .. }
        | Event::AnsweredLate { step, .. }
        | Event::SilenceSuspended { step, .. }
        | Event::FileIncomplete { step, .. }
        | Event::FileComplete { step, .. }
        | Event::StepSettled { step, .. }
        | Event::StepDeemed { step, .. }
        | Event::StepRefused { step, .. }
        | Event::StepDeclined { step, .. }
        | Event::StepFailed { step, .. }
        | Event::StepResumed { step }
        | Event::UndoStarted { step, .. }
        | Event::StepUndone { step }
        | Event::StepIrrevocable { step, .. }
        | Event::AppealLodged { step, .. } => (Some(step), None),
        // The step of a peer is in another journey.
        Event::PeerChanged { .. }
        | Event::LinksRevoked { .. }
        | Event::Started { .. }
        | Event::LifeEventCorrected(_)
        | Event::PeopleNumbered { .. }
        | Event::LifeEventRetracted
        | Event::LawChosen { .. }
        | Event::ServiceTold { .. }
        | Event::Heard
        | Event::JourneyEnded
        | Event::JourneyReopened => (None, None),
    }
}

/// Why a step stands as it does.
pub(super) async fn because(State(site): State<Site>, at: At) -> Result<Response, ApiError> {
    let key: StepKey = at
        .key
        .parse()
        .map_err(|error: parcours_core::journey::NotAKey| ApiError::NoSuchKey(error.to_string()))?;
    let seen = at.look(&site, "because").await?;
    let step = seen
        .view
        .step(&key)
        .ok_or_else(|| DeskError::from(Rejection::NoSuchStep(key.clone())))?;
    let law = seen.view.law.as_ref();
    Ok(answer(
        &seen,
        json!({
            "step": key.to_string(),
            "state": step.state.word(),
            "provisional": step.provisional,
            "rule": rule(&step.why.rule),
            "because": shape::why(&step.why),
            "law": shape::law(&step.law),
            "dates": {
                "opens": step.opens.as_ref().map(shape::deadline),
                "due": step.due.as_ref().map(shape::deadline),
                "effect": step.effect.as_ref().map(shape::deadline),
                "silence": step.silence.as_ref().map(|(deadline, _)| shape::deadline(deadline)),
            },
            "version": law.map(|law| json!({
                "version": law.version.to_string(),
                "hash": law.hash.to_string(),
                "wording": law.wording.to_string(),
                "provisional": law.provisional,
                "because": shape::why(&law.why),
            })),
        }),
    ))
}

/// The word of a rule, as in the definition where it has one.
fn rule(rule: &Rule) -> &'static str {
    match rule {
        Rule::Applies => "applies",
        Rule::Law => "law",
        Rule::When => "when",
        Rule::Route(_) => "route",
        Rule::After => "after",
        Rule::NotBefore => "not_before",
        Rule::Due => "due",
        Rule::Arguments => "arguments",
        Rule::InverseAct => "inverse_act",
        Rule::NoSubject => "no_subject",
        Rule::Declined => "declined",
        Rule::Retracted => "retracted",
        Rule::NoLaw => "no_law",
        Rule::Starts => "starts",
    }
}
