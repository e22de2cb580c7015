//! What people, and agents for them, say over the API: acts on steps, and facts.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use parcours_core::journey::{Act, Channel, FactKey, Input, InputId, Rejection, Says, StepKey};
use parcours_lang::life_event::from_json;
use parcours_runtime::identity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Data, json};

use super::at::{At, Body, NotABody, not_json};
use super::{ApiError, POSITION};
use crate::access::actor;
use crate::desk::{DeskError, Seen};
use crate::pages::recourse_named;
use crate::site::Site;

/// The header that names a request: sent again with the same body, it counts once.
pub(super) const IDEMPOTENCY: &str = "idempotency-key";

/// Something done about a step.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Act")]
pub(super) struct ActBody {
    act: ActWord,
    /// The day it is true of; today when absent.
    #[schemars(extend("format" = "date"))]
    on: Option<String>,
    /// With `refuse`, and only then: the law requires it (CRPA, art. L211-2).
    motive: Option<String>,
    /// With `appeal`, and only then: a `kind` that the step lists under `recourse`.
    appeal: Option<String>,
    /// With `ask_pieces`, and only then: which pieces the file lacks (CRPA, art. L114-5).
    pieces: Option<String>,
    /// With `ask_pieces`: the last day to send them.
    #[schemars(extend("format" = "date"))]
    until: Option<String>,
    /// How the holder came to the agent; with `on_behalf_of`.
    channel: Option<ChannelWord>,
    /// From an agent who writes down what the holder does; with `channel`.
    on_behalf_of: Option<Behalf>,
}

/// What is done. Agents alone accept, refuse and retry, ask for the pieces that a file lacks and say that they have them.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ActWord {
    Done,
    Decline,
    Resume,
    Accept,
    Refuse,
    Retry,
    AskPieces,
    HavePieces,
    Appeal,
}

/// The ways that people come to an agent.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ChannelWord {
    Counter,
    Post,
    Phone,
}

/// For whom an agent speaks.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Behalf {
    /// The person whose journey it is.
    Holder,
}

/// A fact: its value, or that what is known is contested.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Fact")]
pub(super) struct FactBody {
    /// Of the fact's type: amounts as texts (`"1250.50"`), days as `"2026-03-02"`.
    value: Option<Data>,
    /// `true`, without a value: what is known is contested.
    dispute: Option<bool>,
    /// The day it is true of; today when absent.
    #[schemars(extend("format" = "date"))]
    on: Option<String>,
    /// How the holder came to the agent; with `on_behalf_of`.
    channel: Option<ChannelWord>,
    /// From an agent who writes down what the holder says; with `channel`.
    on_behalf_of: Option<Behalf>,
}

/// Takes an act on a step.
pub(super) async fn act(
    State(site): State<Site>,
    at: At,
    headers: HeaderMap,
    body: Result<Body<ActBody>, NotABody>,
) -> Result<Response, ApiError> {
    let Body(body) = body.map_err(|rejection| {
        not_json(
            &rejection,
            "an act is {\"act\": …} with one of done, decline, resume, accept, refuse, retry, ask_pieces, have_pieces, \
             appeal; and, where they apply, `on`, `motive`, `appeal`, `pieces`, `until`, `channel`, `on_behalf_of`",
        )
    })?;
    let step: StepKey = at
        .key
        .parse()
        .map_err(|error: parcours_core::journey::NotAKey| ApiError::NoSuchKey(error.to_string()))?;
    let act = act_of(&body)?;
    let spoken = Spoken {
        about: "act",
        on: body.on.as_deref(),
        channel: body.channel,
        on_behalf_of: body.on_behalf_of,
        body: json!(body).to_string(),
    };
    spoken
        .heard(&site, &at, &headers, |seen| {
            if let Some(on_it) = seen.view.step(&step) {
                let office = on_it.office.as_ref();
                at.may_say(office.map(|office| &office.service))?;
            }
            Ok(Says::Act { step, act })
        })
        .await
}

/// Takes a fact, or that it is contested.
pub(super) async fn fact(
    State(site): State<Site>,
    at: At,
    headers: HeaderMap,
    body: Result<Body<FactBody>, NotABody>,
) -> Result<Response, ApiError> {
    const SHAPE: &str = "a fact is {\"value\": …}, or {\"dispute\": true}; and, where they apply, `on`, `channel`, `on_behalf_of`";
    let Body(body) = body.map_err(|rejection| not_json(&rejection, SHAPE))?;
    let fact: FactKey = at
        .key
        .parse()
        .map_err(|error: parcours_core::journey::NotAKey| ApiError::NoSuchKey(error.to_string()))?;
    let spoken = Spoken {
        about: "fact",
        on: body.on.as_deref(),
        channel: body.channel,
        on_behalf_of: body.on_behalf_of,
        body: json!(body).to_string(),
    };
    spoken
        .heard(&site, &at, &headers, |seen| {
            match (&body.value, body.dispute) {
                (Some(value), None) => {
                    let loaded = site.desk.loaded();
                    let definition = seen
                        .view
                        .law
                        .as_ref()
                        .and_then(|law| loaded.catalog.definition(&law.hash));
                    let declared = definition
                        .and_then(|definition| definition.facts.get(&fact.id))
                        .ok_or_else(|| DeskError::from(Rejection::NoSuchFact(fact.id.clone())))?;
                    at.may_tell(declared)?;
                    let value = from_json(value, &declared.ty).map_err(|problems| {
                        ApiError::BadValue(problems.iter().map(ToString::to_string).collect())
                    })?;
                    Ok(Says::Fact { fact, value })
                }
                (None, Some(true)) => Ok(Says::Dispute { fact }),
                _ => Err(ApiError::Unreadable(SHAPE.to_owned())),
            }
        })
        .await
}

/// What every body says besides what it is about.
pub(super) struct Spoken<'a> {
    /// What it is read for, in the ledger.
    about: &'static str,
    on: Option<&'a str>,
    channel: Option<ChannelWord>,
    on_behalf_of: Option<Behalf>,
    body: String,
}

impl Spoken<'_> {
    /// By whoever it is, of today.
    pub(super) fn now(about: &'static str, body: String) -> Self {
        Self {
            about,
            on: None,
            channel: None,
            on_behalf_of: None,
            body,
        }
    }

    /// Says to the journey what `says` makes of it, as it stands.
    pub(super) async fn heard(
        self,
        site: &Site,
        at: &At,
        headers: &HeaderMap,
        says: impl FnOnce(&Seen) -> Result<Says, ApiError>,
    ) -> Result<Response, ApiError> {
        let on = day(self.on)?;
        let with = channel(at, self.channel, self.on_behalf_of)?;
        at.may_say(None)?;
        let seen = at.look(site, self.about).await?;
        let says = says(&seen)?;
        let heard = Heard {
            at,
            headers,
            seen: &seen,
            body: self.body,
            with,
            on,
        };
        heard.tell(site, says).await
    }
}

/// Something said, and all that names it.
struct Heard<'a> {
    at: &'a At,
    headers: &'a HeaderMap,
    seen: &'a Seen,
    body: String,
    with: Option<Channel>,
    on: Option<NaiveDate>,
}

impl Heard<'_> {
    async fn tell(&self, site: &Site, says: Says) -> Result<Response, ApiError> {
        let holder = self.seen.holder.as_ref().ok_or(ApiError::Forgotten)?;
        let agent = self.at.agent.as_ref().map(|(agent, _)| agent);
        let input = Input {
            id: self.id(says.kind())?,
            actor: actor(agent, holder, self.with),
            occurred_on: self.on,
            says,
        };
        let done = site.desk.tell(self.at.journey, input).await?;
        let position = done.position.to_string();
        Ok((
            [(POSITION, position.clone())],
            Json(json!({ "position": position })),
        )
            .into_response())
    }

    /// One name for one thing said: by the client's own name for it, else by what had happened before it was said. Its first half
    /// is the client's name, so that the core sees the same name for another thing.
    fn id(&self, kind: &str) -> Result<InputId, ApiError> {
        let position = format!("at {}", self.seen.position);
        let journey = self.at.journey.to_string();
        let part = |what: &str, parts: &[&str]| {
            let mut all = vec!["http api", what, journey.as_str(), self.at.who()];
            all.extend(parts);
            identity::input(&all).0
        };
        let said = [kind, self.at.key.as_str(), self.body.as_str()];
        let key = match self.headers.get(IDEMPOTENCY).map(|value| value.to_str()) {
            None => {
                let all = [said[0], said[1], said[2], &position];
                return Ok(InputId(part("said", &all)));
            }
            Some(Ok(name)) if (1..=255).contains(&name.len()) => name,
            Some(_) => {
                return Err(ApiError::Unreadable(
                    "`Idempotency-Key` has 1 to 255 ASCII characters; a UUID does".to_owned(),
                ));
            }
        };
        let (name, digest) = (part("key", &[key]), part("what", &said));
        let half = |with: [u8; 8]| {
            let mut id = name;
            id[8..].copy_from_slice(&with);
            InputId(id)
        };
        let mut end = [0; 8];
        end.copy_from_slice(&digest[..8]);
        Ok(half(end))
    }
}

fn act_of(body: &ActBody) -> Result<Act, ApiError> {
    let wrong = |what: &str| Err(ApiError::Unreadable(what.to_owned()));
    if body.motive.is_some() && !matches!(body.act, ActWord::Refuse) {
        return wrong("only `refuse` has a `motive`; leave it out");
    }
    if body.appeal.is_some() && !matches!(body.act, ActWord::Appeal) {
        return wrong("only `appeal` names an `appeal`; leave it out");
    }
    if (body.pieces.is_some() || body.until.is_some()) && !matches!(body.act, ActWord::AskPieces) {
        return wrong("only `ask_pieces` has `pieces` and `until`; leave them out");
    }
    Ok(match body.act {
        ActWord::Done => Act::Done,
        ActWord::Decline => Act::Decline,
        ActWord::Resume => Act::Resume,
        ActWord::Accept => Act::Accept,
        ActWord::Retry => Act::Retry,
        ActWord::HavePieces => Act::HavePieces,
        ActWord::AskPieces => match body.pieces.as_deref().map(str::trim) {
            None | Some("") => {
                return wrong("name the `pieces` that are missing (CRPA, art. L114-5)");
            }
            Some(pieces) => Act::AskPieces {
                pieces: pieces.to_owned(),
                until: day(body.until.as_deref())?,
            },
        },
        ActWord::Refuse => match body.motive.as_deref().map(str::trim) {
            None | Some("") => {
                return wrong(
                    "give the `motive` of the refusal: the law requires it (CRPA, art. L211-2)",
                );
            }
            Some(motive) => Act::Refuse {
                motive: motive.to_owned(),
            },
        },
        ActWord::Appeal => match body.appeal.as_deref().and_then(recourse_named) {
            None => {
                return wrong("name the `appeal` by a `kind` that the step lists under `recourse`");
            }
            Some(kind) => Act::Appeal(kind),
        },
    })
}

fn day(on: Option<&str>) -> Result<Option<NaiveDate>, ApiError> {
    on.map(str::parse).transpose().map_err(|_| {
        ApiError::Unreadable("`on` is not a day that exists; write it as 2026-03-02".to_owned())
    })
}

/// How the holder came, when an agent speaks for them.
fn channel(
    at: &At,
    channel: Option<ChannelWord>,
    behalf: Option<Behalf>,
) -> Result<Option<Channel>, ApiError> {
    let wrong = |what: &str| Err(ApiError::Unreadable(what.to_owned()));
    match (channel, behalf) {
        (None, None) => Ok(None),
        _ if at.agent.is_none() => {
            wrong("the holder speaks for themselves: leave `channel` and `on_behalf_of` out")
        }
        (Some(channel), Some(Behalf::Holder)) => Ok(Some(match channel {
            ChannelWord::Counter => Channel::Counter,
            ChannelWord::Post => Channel::Post,
            ChannelWord::Phone => Channel::Phone,
        })),
        (None, Some(_)) => {
            wrong("say how the holder came: `channel` is one of counter, post, phone")
        }
        (Some(_), None) => {
            wrong("`channel` goes with \"on_behalf_of\": \"holder\"; an agent as such has none")
        }
    }
}
