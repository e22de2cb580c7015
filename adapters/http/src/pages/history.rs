//! What was believed when: every decision of a journey in words, with the day it is true of and the day it was written down.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{NaiveDate, Timelike};
use parcours_core::calendar::Moment;
use parcours_core::definition::SilenceMeaning;
use parcours_core::journey::{Actor, ActorKind, CallPurpose, CallTarget, Channel, Event};
use parcours_core::{PersonId, Personal};

use super::before::Before;
use super::html;
use super::names::Names;
use super::problem::Problem;
use super::reader::Reader;
use crate::access::{Credentials, Signature};
use crate::desk::Recorded;
use crate::site::Site;
use crate::text::Lang;

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage<'a> {
    lang: Lang,
    base: &'a str,
    title: String,
    entries: Vec<Entry>,
}

struct Entry {
    recorded: String,
    recorded_iso: String,
    occurred: Option<String>,
    who: String,
    lines: Vec<String>,
    /// Steps that were only placed: to come, or not for this person.
    placed: Vec<String>,
    /// How many those are.
    placed_count: String,
}

/// The history of a journey, the latest first.
pub(super) async fn page(State(site): State<Site>, reader: Reader) -> Response {
    match read(&site, &reader).await {
        Ok(page) => page,
        Err(problem) => problem.page(reader.ask.lang),
    }
}

async fn read(site: &Site, reader: &Reader) -> Result<Response, Problem> {
    let seen = reader.look(site, "history", reader.ask.seen).await?;
    let history = site.desk.history(reader.journey, seen.position).await?;
    let loaded = site.desk.loaded();
    let names = Names::new(reader.ask.lang, &loaded.catalog, &seen);
    let told = Told {
        credentials: &site.credentials,
        by_agent: reader.agent.is_some(),
    };
    let mut before = Before::default();
    let mut entries: Vec<Entry> = history
        .iter()
        .filter_map(|recorded| entry(names, told, recorded, &mut before))
        .collect();
    entries.reverse();
    Ok(html(&HistoryPage {
        lang: reader.ask.lang,
        base: &reader.base,
        title: reader.ask.lang.words(&seen.view.title),
        entries,
    }))
}

/// To whom a history is told, and who knows the agents in it.
#[derive(Clone, Copy)]
struct Told<'a> {
    credentials: &'a Credentials,
    /// An agent reads it: it is not about them.
    by_agent: bool,
}

fn entry(
    names: Names<'_>,
    told: Told<'_>,
    recorded: &Recorded,
    before: &mut Before,
) -> Option<Entry> {
    let lang = names.lang;
    let (mut lines, mut placed) = (Vec::new(), Vec::new());
    for event in &recorded.events {
        // How often a service was asked is for those who look after it.
        if !told.by_agent && !event.is_news() {
            continue;
        }
        if said_better(event, &recorded.events) {
            // What it would have changed is told all the same, should it change again.
            before.changed(names, event);
            continue;
        }
        let (otherwise, corrected) = before.changed(names, event);
        let Some(mut line) = in_words(names, event) else {
            continue;
        };
        if let Some(otherwise) = otherwise {
            line = format!("{line} {otherwise}");
        }
        let only_placed = matches!(event, Event::StepWaits { .. } | Event::StepSetAside { .. });
        if only_placed {
            placed.push(line);
        } else {
            lines.push(line);
        }
        lines.extend(corrected);
    }
    // Two or three are told with the rest; a whole plan is folded.
    if placed.len() <= 3 {
        lines.append(&mut placed);
    }
    let at = recorded.recorded_at;
    let date = lang.date(at.date());
    (!lines.is_empty() || !placed.is_empty()).then(|| Entry {
        recorded: lang.pick(
            format!("{date} à {}\u{a0}h\u{a0}{:02}", at.hour(), at.minute()),
            format!("{date} at {:02}:{:02}", at.hour(), at.minute()),
        ),
        recorded_iso: at.format("%Y-%m-%dT%H:%M").to_string(),
        occurred: recorded
            .occurred_on
            .filter(|day| *day != at.date())
            .map(|day| lang.date(day)),
        who: who(names, told, &recorded.actor),
        lines,
        placed_count: lang.count(
            placed.len(),
            (
                "démarche à venir ou qui ne s’applique pas",
                "démarches à venir ou qui ne s’appliquent pas",
            ),
            (
                "step to come or that does not apply",
                "steps to come or that do not apply",
            ),
        ),
        placed,
    })
}

/// A step without a date of its own that opens, when the same decision says what became of it at once.
fn said_better(event: &Event, events: &[Event]) -> bool {
    let Event::StepOpened { step, dates, .. } = event else {
        return false;
    };
    dates.due.is_none()
        && events.iter().any(|other| match other {
            Event::CallRequested { step: of, .. } | Event::StepSettled { step: of, .. } => {
                of == step
            }
            _ => false,
        })
}

/// Who said it, and how it came in.
fn who(names: Names<'_>, told: Told<'_>, actor: &Actor) -> String {
    let lang = names.lang;
    let who = match &actor.kind {
        ActorKind::Citizen(_) if told.by_agent => lang.t("La personne", "The person"),
        ActorKind::Citizen(_) => lang.t("Vous", "You"),
        ActorKind::Agent(agent) => {
            let who = signed(names, &told.credentials.signature(agent), agent);
            match (actor.on_behalf_of.is_some(), told.by_agent) {
                (false, _) => who,
                (true, false) => lang.pick(format!("{who}, pour vous"), format!("{who}, for you")),
                (true, true) => lang.pick(
                    format!("{who}, pour la personne"),
                    format!("{who}, for the person"),
                ),
            }
        }
        ActorKind::Service(service) => names.service(service),
        ActorKind::Source(source) => lang.pick(
            format!("Déclaré par {source}"),
            format!("Published by {source}"),
        ),
        ActorKind::Engine => lang.t("Le calendrier, ou une règle", "The calendar, or a rule"),
    };
    let channel = match actor.channel {
        Channel::Online => lang.t("en ligne", "online"),
        Channel::Counter => lang.t("au guichet", "at the counter"),
        Channel::Post => lang.t("par courrier", "by post"),
        Channel::Phone => lang.t("par téléphone", "by telephone"),
        Channel::System => return who,
    };
    format!("{who}, {channel}")
}

/// How an agent is called: by name and position where they are given, else by staff name and service.
pub(crate) fn signed(names: Names<'_>, signature: &Signature, agent: &PersonId) -> String {
    let lang = names.lang;
    if let Some(signs) = &signature.signs {
        return lang.text(signs);
    }
    let services: Vec<String> = signature
        .services
        .iter()
        .map(|service| names.service(service))
        .collect();
    let who = lang.pick(
        format!("Agent n°\u{a0}{agent}"),
        format!("Agent no. {agent}"),
    );
    if services.is_empty() {
        who
    } else {
        format!("{who} ({})", services.join(", "))
    }
}

/// An event in a sentence; none when it says nothing to people.
pub(crate) fn in_words(names: Names<'_>, event: &Event) -> Option<String> {
    let lang = names.lang;
    let step = |key| {
        let title = names.step(key);
        lang.pick(format!("«\u{a0}{title}\u{a0}»"), format!("“{title}”"))
    };
    let fact = |key| {
        let title = names.fact(key);
        lang.pick(format!("«\u{a0}{title}\u{a0}»"), format!("“{title}”"))
    };
    let say = |what: String, fr: &str, en: &str| {
        Some(format!(
            "{what}{}",
            lang.pick(format!("\u{a0}: {fr}"), format!(": {en}"))
        ))
    };
    let on = |what: String, day: &Personal<NaiveDate>, fr: &str, en: &str| {
        let day = lang.day(day);
        Some(lang.pick(
            format!("{what}\u{a0}: {fr} le {day}"),
            format!("{what}: {en} on {day}"),
        ))
    };
    match event {
        Event::Started { .. } => Some(lang.t("Le parcours a commencé", "The journey began")),
        Event::LifeEventCorrected(_) => Some(lang.t(
            "L’évènement a été corrigé : tout a été revu",
            "The life event was corrected: everything was worked out again",
        )),
        // What follows from it is told step by step.
        Event::PeopleNumbered { .. } => None,
        Event::LifeEventRetracted => {
            Some(lang.t("L’évènement a été retiré", "The life event was withdrawn"))
        }
        Event::LawChosen {
            provisional: false, ..
        } => Some(lang.t(
            "La loi qui s’applique a été déterminée",
            "The law that applies was determined",
        )),
        Event::LawChosen {
            provisional: true, ..
        } => Some(lang.t(
            "Une loi a été retenue provisoirement",
            "A law was taken provisionally",
        )),
        Event::FactLearned {
            fact: key, value, ..
        } => Some(match value.value() {
            Some(value) => {
                let value = names.value(&key.id, value);
                lang.pick(
                    format!("{}\u{a0}: {value}", names.fact(key)),
                    format!("{}: {value}", names.fact(key)),
                )
            }
            None => return say(fact(key), "effacé", "erased"),
        }),
        Event::FactDisputed { fact: key, claimed } => {
            match claimed.as_ref().and_then(|claimed| claimed.value()) {
                Some(value) => {
                    let value = names.value(&key.id, value);
                    say(
                        fact(key),
                        &format!("contesté, ce serait {value}"),
                        &format!("contested, said to be {value}"),
                    )
                }
                None => say(fact(key), "contesté", "contested"),
            }
        }
        Event::FactRequested {
            fact: key, call, ..
        } => {
            let service = names.service(&call.operation.service);
            say(
                fact(key),
                &format!("question envoyée – {service}"),
                &format!("question sent – {service}"),
            )
        }
        Event::FactUnavailable { fact: key, .. } => say(
            fact(key),
            "le service ne peut pas répondre",
            "the service cannot tell",
        ),
        Event::QuestionAsked { fact: key, .. } => {
            say(fact(key), "la question vous est posée", "you are asked")
        }
        Event::StepWaits { step: key, .. } => say(step(key), "à venir", "to come"),
        Event::StepSetAside { step: key, .. } => {
            say(step(key), "ne s’applique pas", "does not apply")
        }
        Event::StepOpened {
            step: key, dates, ..
        } => match dates.due.as_ref().and_then(|due| due.value()) {
            Some(due) => {
                let due = lang.moment(*due);
                say(
                    step(key),
                    &format!("possible, au plus tard le {due}"),
                    &format!("open, until {due}"),
                )
            }
            None => say(step(key), "possible", "open"),
        },
        Event::StepRescheduled {
            step: key, dates, ..
        } => match dates.due.as_ref().and_then(|due| due.value()) {
            Some(due) => {
                let due = lang.moment(*due);
                say(
                    step(key),
                    &format!("la date limite est maintenant le {due}"),
                    &format!("the deadline is now {due}"),
                )
            }
            None => say(step(key), "les dates ont changé", "its dates have changed"),
        },
        Event::StepOverdue { step: key, .. } => say(
            step(key),
            "la date limite est passée",
            "the deadline has passed",
        ),
        Event::RuleFailed { step: key, .. } => say(
            step(key),
            "une règle ne peut pas être appliquée, elle est à corriger",
            "a rule cannot be applied, it has to be repaired",
        ),
        Event::RuleMended { step: key } => say(
            step(key),
            "la règle s’applique de nouveau",
            "the rule can be applied again",
        ),
        Event::AnswerUnfit { target, .. } => say(
            match target {
                CallTarget::Fact(key) => fact(key),
                CallTarget::Step(key) => step(key),
            },
            "la réponse du service n’est pas utilisable, elle est à corriger",
            "the service’s answer cannot be used, it has to be repaired",
        ),
        Event::StepLapsed { step: key } => {
            say(step(key), "le délai est passé", "the time has run out")
        }
        Event::CallRequested {
            step: key,
            purpose,
            call,
        } => {
            let service = names.service(&call.operation.service);
            match purpose {
                CallPurpose::Do => say(
                    step(key),
                    &format!("demande envoyée – {service}"),
                    &format!("request sent – {service}"),
                ),
                CallPurpose::Undo => say(
                    step(key),
                    &format!("demande d’annulation envoyée – {service}"),
                    &format!("request to take it back sent – {service}"),
                ),
            }
        }
        Event::CallAttemptFailed {
            target,
            attempt,
            again,
            ..
        } => {
            let next = again.as_ref().map(|again| {
                let at = again.value().and_then(|again| Moment::at(*again).ok());
                at.map(|at| lang.moment(at))
            });
            let (fr, en) = match next {
                Some(Some(at)) => (
                    format!(", la suivante le {at}"),
                    format!(", the next one on {at}"),
                ),
                Some(None) => (", une autre suit".into(), ", another one follows".into()),
                None => (
                    ", c’était la dernière".into(),
                    ", it was the last one".into(),
                ),
            };
            say(
                match target {
                    CallTarget::Fact(key) => fact(key),
                    CallTarget::Step(key) => step(key),
                },
                &format!("la tentative n°\u{a0}{attempt} a échoué{fr}"),
                &format!("attempt no. {attempt} failed{en}"),
            )
        }
        Event::CallRepeated {
            target, attempt, ..
        } => say(
            match target {
                CallTarget::Fact(key) => fact(key),
                CallTarget::Step(key) => step(key),
            },
            &format!("tentative n°\u{a0}{attempt}, après un échec"),
            &format!("attempt no. {attempt}, after a failure"),
        ),
        Event::CallAcknowledged { step: key, .. } => say(
            step(key),
            "demande reçue par le service",
            "request received by the service",
        ),
        Event::AnsweredLate {
            step: key,
            reply: Some(_),
            ..
        } => say(
            step(key),
            "le service a fait après coup ce qui ne lui était plus demandé",
            "the service did after all what it was no longer asked",
        ),
        Event::AnsweredLate {
            step: key,
            reply: None,
            ..
        } => say(
            step(key),
            "le service a répondu non, sans que cela change rien",
            "the service answered no, which changes nothing",
        ),
        Event::ServiceTold { event, on: day, .. } => {
            let service = names.service(&event.service);
            on(
                service,
                day,
                "une nouvelle qui concerne ce parcours,",
                "news that concerns this journey,",
            )
        }
        Event::SilenceSuspended {
            step: key,
            suspended: true,
            on: day,
        } => on(
            step(key),
            day,
            "le délai de réponse est suspendu",
            "the time to answer stands still",
        ),
        Event::SilenceSuspended {
            step: key,
            suspended: false,
            on: day,
        } => on(
            step(key),
            day,
            "le délai de réponse reprend",
            "the time to answer goes on",
        ),
        Event::FileIncomplete {
            step: key,
            on: day,
            pieces,
            ..
        } => {
            let which = pieces.value().map(String::as_str).unwrap_or_default();
            let which = if which.is_empty() {
                String::new()
            } else {
                format!(" ({which})")
            };
            on(
                step(key),
                day,
                &format!("des pièces manquent{which}, demandées"),
                &format!("pieces are missing{which}, asked for"),
            )
        }
        Event::FileComplete {
            step: key, on: day, ..
        } => on(step(key), day, "dossier complet", "file complete"),
        Event::StepSettled {
            step: key, on: day, ..
        } => on(step(key), day, "fait", "done"),
        Event::StepDeemed {
            step: key,
            on: day,
            means: SilenceMeaning::Acceptance,
        } => on(
            step(key),
            day,
            "accordé par le silence de l’administration",
            "granted by the administration’s silence",
        ),
        Event::StepDeemed {
            step: key,
            on: day,
            means: SilenceMeaning::Refusal,
        } => on(
            step(key),
            day,
            "refusé par le silence de l’administration",
            "refused by the administration’s silence",
        ),
        Event::StepRefused {
            step: key, on: day, ..
        } => on(step(key), day, "refusé", "refused"),
        Event::StepDeclined { step: key, on: day } => {
            on(step(key), day, "vous y avez renoncé", "you gave it up")
        }
        Event::StepFailed {
            step: key,
            purpose: CallPurpose::Undo,
            ..
        } => say(
            step(key),
            "n’a pas pu être annulé, un agent s’en occupe",
            "could not be taken back, an agent is looking into it",
        ),
        Event::StepFailed { step: key, .. } => say(
            step(key),
            "le service n’a pas pu être joint, un agent s’en occupe",
            "the service could not be reached, an agent is looking into it",
        ),
        Event::StepResumed { step: key } => say(step(key), "repris", "taken up again"),
        Event::UndoStarted { step: key, .. } => {
            say(step(key), "en cours d’annulation", "being taken back")
        }
        Event::StepUndone { step: key } => say(step(key), "annulé", "taken back"),
        Event::StepIrrevocable { step: key, .. } => say(
            step(key),
            "ne peut plus être annulé",
            "cannot be taken back any more",
        ),
        Event::AppealLodged {
            step: key,
            kind,
            on: day,
        } => {
            let kind = names.recourse(*kind);
            let what = lang.pick(
                format!("{}, {}", step(key), kind.to_lowercase()),
                format!("{}, {}", step(key), kind.to_lowercase()),
            );
            on(what, day, "déposé", "lodged")
        }
        Event::PeerChanged { settled, .. } => Some(if *settled {
            lang.t(
                "Une autre personne a fait une démarche liée à ce parcours",
                "Somebody else did a step that this journey depends on",
            )
        } else {
            lang.t(
                "Une démarche d’une autre personne n’est plus acquise",
                "Somebody else’s step no longer holds",
            )
        }),
        Event::LinksRevoked { link: Some(_) } => Some(lang.t(
            "Un lien qui ouvrait ce parcours a été retiré",
            "A link that opened this journey was withdrawn",
        )),
        Event::LinksRevoked { link: None } => Some(lang.t(
            "Les liens qui ouvraient ce parcours ont tous été retirés",
            "All links that opened this journey were withdrawn",
        )),
        Event::Heard => None,
        Event::JourneyEnded => Some(lang.t("Le parcours est terminé", "The journey ended")),
        Event::JourneyReopened => Some(lang.t("Le parcours reprend", "The journey goes on")),
    }
}
