//! Who reads a journey on the pages: its holder, by a signed link, or an agent.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use parcours_core::journey::{Actor, Channel};
use parcours_core::{JourneyId, PersonId};
use parcours_log::Position;

use super::problem::Problem;
use crate::access::{self, Caller};
use crate::desk::{Recorded, Seen};
use crate::links::{BadLink, Link};
use crate::site::Site;
use crate::text::Lang;

/// A reader in front of a journey.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub(crate) journey: JourneyId,
    /// The address of the journey's page for this reader.
    pub(crate) base: String,
    /// An agent; the holder otherwise.
    pub(crate) agent: Option<(PersonId, Caller)>,
    /// The link that the holder came by.
    link: Option<Link>,
    pub(crate) ask: Ask,
}

/// What an address asks for.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) lang: Lang,
    /// What the reader has seen: `?seen=`.
    pub(crate) seen: Position,
    /// They just said something, about what is there on the page: `?noted=`.
    pub(crate) noted: Option<String>,
}

impl Ask {
    pub(crate) fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let find = |name: &str| {
            query.split('&').find_map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (key == name).then_some(value)
            })
        };
        Self {
            lang: Lang::choose(find("lang"), &parts.headers),
            seen: find("seen")
                .and_then(|token| token.parse().ok())
                .unwrap_or_default(),
            noted: find("noted")
                .filter(|anchor| {
                    anchor.len() < 200
                        && anchor
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
                })
                .map(str::to_owned),
        }
    }
}

impl FromRequestParts<Site> for Ask {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// The holder, let in by the link.
pub(crate) struct Holder(pub(crate) Reader);

impl FromRequestParts<Site> for Holder {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let ask = Ask::of(parts);
        let refuse = |problem: Problem| problem.page(ask.lang);
        let params = Path::<Vec<(String, String)>>::from_request_parts(parts, site).await;
        let Ok(Path(params)) = params else {
            return Err(refuse(Problem::NotFound));
        };
        let find = |name: &str| {
            params
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
                .unwrap_or_default()
        };
        let signature = find("signature");
        let journey: JourneyId = find("journey")
            .parse()
            .map_err(|_| refuse(Problem::Link(BadLink::Forged)))?;
        let link = site
            .links
            .verify(journey, signature, site.today())
            .map_err(|bad| refuse(Problem::Link(bad)))?;
        let base = format!("/j/{journey}/{signature}");
        Ok(Self(Reader {
            journey,
            base,
            agent: None,
            link: Some(link),
            ask,
        }))
    }
}

/// An agent, let in by a credential.
pub(crate) struct Agent {
    pub(crate) person: PersonId,
    pub(crate) caller: Caller,
    pub(crate) ask: Ask,
    /// What they pasted to open a journey, when it names none.
    pub(crate) pasted: Option<super::agent::Pasted>,
}

impl FromRequestParts<Site> for Agent {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let ask = Ask::of(parts);
        let caller = site.credentials.caller(&parts.headers);
        let person = caller.as_ref().and_then(Caller::agent);
        match (person, caller) {
            (Some(person), Some(caller)) => Ok(Self {
                person,
                caller,
                ask,
                pasted: None,
            }),
            _ => Err(super::agent::who_are_you(ask.lang).into_response()),
        }
    }
}

/// An agent in front of a journey.
pub(crate) struct AgentAt(pub(crate) Reader);

impl FromRequestParts<Site> for AgentAt {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let agent = Agent::from_request_parts(parts, site).await?;
        let not_found = || Problem::NotFound.page(agent.ask.lang);
        let params = Path::<Vec<(String, String)>>::from_request_parts(parts, site).await;
        let Path(params) = params.map_err(|_| not_found())?;
        let journey: JourneyId = params
            .iter()
            .find(|(key, _)| key == "journey")
            .and_then(|(_, value)| value.parse().ok())
            .ok_or_else(not_found)?;
        Ok(Self(Reader {
            journey,
            base: format!("/agent/journeys/{journey}"),
            agent: Some((agent.person, agent.caller)),
            link: None,
            ask: agent.ask,
        }))
    }
}

impl Reader {
    /// The name that form tokens are made for.
    pub(crate) fn who(&self) -> &str {
        self.agent
            .as_ref()
            .map_or("holder", |(person, _)| person.as_str())
    }

    /// Reads the journey, and writes down that it was read.
    pub(crate) async fn look(
        &self,
        site: &Site,
        what: &'static str,
        at_least: Position,
    ) -> Result<Seen, Problem> {
        let mut seen = site.desk.journey(self.journey, at_least).await?;
        if let Some((_, caller)) = &self.agent
            && !caller.may_see(&seen.view)
        {
            return Err(Problem::Office);
        }
        if let Some(link) = &self.link {
            seen.come_by(link, site)?;
        }
        self.record(site, what, self.link.as_ref())?;
        if seen.holder.is_none() {
            return Err(Problem::Forgotten(self.days(site).await));
        }
        Ok(seen)
    }

    /// The days on which the journey began, and something was last noted in it.
    async fn days(&self, site: &Site) -> Option<(NaiveDate, NaiveDate)> {
        let history = site
            .desk
            .history(self.journey, Position::START)
            .await
            .ok()?;
        let day = |recorded: &Recorded| recorded.recorded_at.date();
        Some((day(history.first()?), day(history.last()?)))
    }

    /// Writes down a reading, by this link or of it. Agents see nothing that is not written down; holders are not kept from what is theirs.
    pub(crate) fn record(
        &self,
        site: &Site,
        what: &'static str,
        link: Option<&Link>,
    ) -> Result<(), Problem> {
        let by = match &self.agent {
            Some((_, caller)) => (caller.name.as_str(), "agent at work"),
            None => ("holder", "signed link"),
        };
        let link = link.map(|link| link.id);
        if site.record(self.journey, what, by, link) || self.agent.is_none() {
            Ok(())
        } else {
            Err(Problem::Ledger)
        }
    }

    /// Whether it is an agent who may make links for holders, and revoke them.
    pub(crate) fn makes_links(&self) -> bool {
        let agent = self.agent.as_ref();
        agent.is_some_and(|(_, caller)| caller.makes_links())
    }

    /// Who acts when this reader sends a form: the holder; an agent for them, in the way they came; or an agent as such.
    pub(crate) fn actor(&self, holder: &PersonId, channel: Option<Channel>) -> Actor {
        let agent = self.agent.as_ref().map(|(agent, _)| agent);
        access::actor(agent, holder, channel)
    }
}
