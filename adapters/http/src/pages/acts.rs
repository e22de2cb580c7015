//! Forms: one thing said to a journey, then back to its page.

use std::collections::BTreeMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use parcours_core::journey::{Act, Channel, FactKey, Input, InputId, Says, StepKey};
use parcours_core::value::Value;

use super::citizen::again;
use super::field;
use super::names::recourse_named;
use super::problem::Problem;
use super::reader::Reader;
use super::sheet::Refused;
use crate::desk::Seen;
use crate::site::Site;

/// The fields of a form, by name.
pub(super) type Fields = Result<Form<BTreeMap<String, String>>, FormRejection>;
/// The parts of the address, by name.
pub(super) type Parts = Path<BTreeMap<String, String>>;

/// What a form says, once it is known to be ours.
pub(super) struct Said {
    pub(super) key: String,
    fields: BTreeMap<String, String>,
    pub(super) seen: Seen,
}

impl Said {
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// That it cannot be taken, before anybody has said why.
    pub(super) fn refused(&self, step: bool) -> Refused {
        Refused {
            key: self.key.clone(),
            typed: self.fields.clone(),
            message: String::new(),
            step,
        }
    }

    /// The way in which it reached the agent who types it.
    pub(super) fn channel(&self) -> Option<Channel> {
        match Channel::named(self.field("channel"))? {
            channel @ (Channel::Counter | Channel::Post | Channel::Phone) => Some(channel),
            Channel::Online | Channel::System => None,
        }
    }
}

/// Reads a form that is ours, and the journey as its reader had seen it at least.
pub(super) async fn heard(
    site: &Site,
    reader: &Reader,
    Path(mut parts): Parts,
    fields: Fields,
) -> Result<Said, Problem> {
    let Form(fields) = fields.map_err(|_| Problem::Form)?;
    let token = fields.get("token").map(String::as_str).unwrap_or_default();
    let at = site
        .links
        .seen(reader.who(), reader.journey, token)
        .ok_or(Problem::Form)?;
    let seen = reader.look(site, "page", at).await?;
    Ok(Said {
        key: parts.remove("key").unwrap_or_default(),
        fields,
        seen,
    })
}

/// A form about a step.
pub(super) async fn step(
    State(site): State<Site>,
    reader: Reader,
    parts: Parts,
    fields: Fields,
) -> Response {
    let said = match heard(&site, &reader, parts, fields).await {
        Ok(said) => said,
        Err(problem) => return problem.page(reader.ask.lang),
    };
    let lang = reader.ask.lang;
    let Ok(step) = said.key.parse::<StepKey>() else {
        return Problem::NotFound.page(lang);
    };
    let refuse = |message: String| {
        let refused = Refused {
            message,
            ..said.refused(true)
        };
        again(&site, &reader, &said.seen, &refused)
    };
    let agent = reader.agent.is_some();
    let act = match said.field("act") {
        "done" => Act::Done,
        "decline" => Act::Decline,
        "resume" => Act::Resume,
        "appeal" => match recourse_named(said.field("kind")) {
            Some(kind) => Act::Appeal(kind),
            None => return Problem::Form.page(lang),
        },
        "accept" if agent => Act::Accept,
        "retry" if agent => Act::Retry,
        "have_pieces" if agent => Act::HavePieces,
        "ask_pieces" if agent => {
            let until = match said.field("until") {
                "" => None,
                typed => match field::day(typed) {
                    Some(day) => Some(day),
                    None => return refuse(field::not_a_day(lang)),
                },
            };
            match said.field("pieces").trim() {
                "" => {
                    return refuse(lang.t(
                        "Dites quelles pièces manquent : la loi l’exige (CRPA, art. L114-5).",
                        "Say which pieces are missing: the law requires it (CRPA, art. L114-5).",
                    ));
                }
                pieces => Act::AskPieces {
                    pieces: pieces.to_owned(),
                    until,
                },
            }
        }
        "refuse" if agent => match said.field("motive").trim() {
            "" => {
                return refuse(lang.t(
                    "Écrivez le motif du refus : la loi l’exige (code des relations entre le public et l’administration, art. L211-2).",
                    "Write the reason for the refusal: the law requires it (code of relations between the public and the administration, art. L211-2).",
                ));
            }
            motive => Act::Refuse {
                motive: motive.to_owned(),
            },
        },
        _ => return Problem::Form.page(lang),
    };
    let on_it = said.seen.view.step(&step);
    if let Some((_, caller)) = &reader.agent
        && let Some(on_it) = on_it
    {
        let office = on_it.office.as_ref();
        if !caller.works_for(office.map(|office| &office.service)) {
            return Problem::Office.page(lang);
        }
    }
    let on = match said.field("on") {
        "" => None,
        typed => match field::day(typed) {
            Some(day) => Some(day),
            None => return refuse(field::not_a_day(lang)),
        },
    };
    say(&site, &reader, &said, Says::Act { step, act }, on).await
}

/// A form that answers a question, or changes an answer.
pub(super) async fn fact(
    State(site): State<Site>,
    reader: Reader,
    parts: Parts,
    fields: Fields,
) -> Response {
    match answered(&site, &reader, parts, fields).await {
        Ok((said, fact, value)) => {
            say(&site, &reader, &said, Says::Fact { fact, value }, None).await
        }
        Err(answer) => *answer,
    }
}

/// What a form answers, and about which fact; the page to show instead when it cannot be read.
pub(super) async fn answered(
    site: &Site,
    reader: &Reader,
    parts: Parts,
    fields: Fields,
) -> Result<(Said, FactKey, Value), Box<Response>> {
    let lang = reader.ask.lang;
    let not_found = || Box::new(Problem::NotFound.page(lang));
    let heard = heard(site, reader, parts, fields).await;
    let said = heard.map_err(|problem| Box::new(problem.page(lang)))?;
    let fact = said.key.parse::<FactKey>().map_err(|_| not_found())?;
    let loaded = site.desk.loaded();
    let names = super::names::Names::new(lang, &loaded.catalog, &said.seen);
    let definition = names.fact_definition(&fact.id).ok_or_else(not_found)?;
    if let Some((_, caller)) = &reader.agent
        && !caller.may_tell(definition)
    {
        return Err(Box::new(Problem::Office.page(lang)));
    }
    match field::read(lang, &definition.ty, said.field("value")) {
        Ok(value) => Ok((said, fact, value)),
        Err(message) => {
            let refused = Refused {
                message,
                ..said.refused(false)
            };
            Err(Box::new(again(site, reader, &said.seen, &refused)))
        }
    }
}

/// A form that contests a fact.
pub(super) async fn dispute(
    State(site): State<Site>,
    reader: Reader,
    parts: Parts,
    fields: Fields,
) -> Response {
    let said = match heard(&site, &reader, parts, fields).await {
        Ok(said) => said,
        Err(problem) => return problem.page(reader.ask.lang),
    };
    match said.key.parse::<FactKey>() {
        Ok(fact) => say(&site, &reader, &said, Says::Dispute { fact }, None).await,
        Err(_) => Problem::NotFound.page(reader.ask.lang),
    }
}

/// A form by which an agent revokes a link, or all that there are.
pub(super) async fn links(
    State(site): State<Site>,
    reader: Reader,
    parts: Parts,
    fields: Fields,
) -> Response {
    let lang = reader.ask.lang;
    if !reader.makes_links() {
        return Problem::NoLinks.page(lang);
    }
    let said = match heard(&site, &reader, parts, fields).await {
        Ok(said) => said,
        Err(problem) => return problem.page(lang),
    };
    let link = match said.field("which") {
        "all" => None,
        "one" => match site.links.named(reader.journey, said.field("link")) {
            Some(link) => Some(link),
            None => return Problem::NoSuchLink.page(lang),
        },
        _ => return Problem::Form.page(lang),
    };
    say(&site, &reader, &said, Says::RevokeLinks { link }, None).await
}

async fn say(
    site: &Site,
    reader: &Reader,
    said: &Said,
    says: Says,
    on: Option<NaiveDate>,
) -> Response {
    let Some(holder) = &said.seen.holder else {
        return Problem::Forgotten(None).page(reader.ask.lang);
    };
    let anchor = match &says {
        Says::Act { step, .. } => format!("step-{step}"),
        Says::Fact { fact, .. } | Says::Dispute { fact } => format!("fact-{fact}"),
        Says::RevokeLinks { .. } => "links".to_owned(),
        _ => "main".to_owned(),
    };
    let input = Input {
        id: input_id(reader, said, says.kind()),
        actor: reader.actor(holder, said.channel()),
        occurred_on: on,
        says,
    };
    match site.desk.tell(reader.journey, input).await {
        Ok(done) => {
            let (lang, position) = (reader.ask.lang.code(), done.position);
            let to = format!("{}?lang={lang}&seen={position}&noted={anchor}", reader.base);
            Redirect::to(&to).into_response()
        }
        Err(error) => {
            let refused = said.refused(anchor.starts_with("step-"));
            Problem::from(error).beside(site, reader, &said.seen, refused)
        }
    }
}

/// The same form sent twice is one input: its name is made of all that it says, and of what its reader had seen.
pub(super) fn input_id(reader: &Reader, said: &Said, kind: &str) -> InputId {
    let mut hasher = blake3::Hasher::new_derive_key("parcours 2026 http form input");
    let mut part = |text: &str| {
        hasher
            .update(&(text.len() as u64).to_be_bytes())
            .update(text.as_bytes());
    };
    part(&reader.journey.to_string());
    part(reader.who());
    part(kind);
    part(&said.key);
    for (name, value) in &said.fields {
        part(name);
        part(value);
    }
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    InputId(id)
}
