//! Who is in front of a journey over the API: its holder, by the signature of the link, or an agent, by a credential.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use parcours_core::definition::FactDefinition;
use parcours_core::name::ServiceId;
use parcours_core::{JourneyId, PersonId};
use parcours_log::Position;
use parcours_runtime::repeated_name;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::access::{Caller, presented};
use crate::desk::{DeskError, Seen};
use crate::links::Link;
use crate::site::Site;

/// Somebody in front of a journey, and what they have seen of it.
pub(super) struct At {
    pub(super) journey: JourneyId,
    /// The link that the holder came by.
    link: Option<Link>,
    /// An agent; the holder otherwise.
    pub(super) agent: Option<(PersonId, Caller)>,
    at_least: Position,
    /// What else the path names: the key of a step or of a fact.
    pub(super) key: String,
}

#[derive(Deserialize)]
struct AtLeast {
    at_least: Option<String>,
}

impl FromRequestParts<Site> for At {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        let params: Result<Path<Vec<(String, String)>>, _> =
            Path::from_request_parts(parts, site).await;
        let Path(params) =
            params.map_err(|_| ApiError::Unreadable("the address is not UTF-8".to_owned()))?;
        let find = |name: &str| {
            let found = params.iter().find(|(key, _)| key == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let journey: JourneyId = find("journey")
            .parse()
            .map_err(|_| DeskError::NoSuchJourney)?;
        // The signature of a link is good as a bearer token for its own journey.
        let link = presented(&parts.headers)
            .and_then(|token| site.links.verify(journey, &token, site.today()).ok());
        let agent = if link.is_some() {
            None
        } else {
            let caller = super::caller(site, &parts.headers)?;
            // A reader signs nothing: the name only tells what they see from what others say.
            let reader = || PersonId::new("reader").ok().filter(|_| caller.only_reads());
            let agent = caller.agent().or_else(reader).ok_or(ApiError::NotForYou)?;
            Some((agent, caller))
        };
        let query: Result<Query<AtLeast>, QueryRejection> =
            Query::from_request_parts(parts, site).await;
        let Query(AtLeast { at_least }) = query
            .map_err(|_| ApiError::Unreadable("write ?at_least=<position> once".to_owned()))?;
        let at_least = match at_least.as_deref() {
            None => Position::START,
            Some(token) => token.parse().map_err(|error: parcours_log::NotAPosition| {
                ApiError::Unreadable(error.to_string())
            })?,
        };
        Ok(Self {
            journey,
            link,
            agent,
            at_least,
            key: find("key").to_owned(),
        })
    }
}

impl At {
    /// Reads the journey and writes down that it was read. An agent sees nothing that is not written down; a holder is not kept
    /// from what is theirs. Once it is forgotten, there is nothing to see in it, here as on the pages.
    pub(super) async fn look(&self, site: &Site, what: &'static str) -> Result<Seen, ApiError> {
        let mut seen = site.desk.journey(self.journey, self.at_least).await?;
        if let Some(link) = &self.link {
            seen.come_by(link, site)?;
        }
        if let Some((_, caller)) = &self.agent
            && !caller.may_see(&seen.view)
        {
            return Err(ApiError::NotYourOffice);
        }
        self.record(site, what, self.link.as_ref())?;
        if seen.holder.is_none() {
            return Err(ApiError::Forgotten);
        }
        Ok(seen)
    }

    /// Writes down that they did this, by this link or about it. Of agents, nothing is done that is not written down.
    pub(super) fn record(
        &self,
        site: &Site,
        what: &'static str,
        link: Option<&Link>,
    ) -> Result<(), ApiError> {
        let by = match &self.agent {
            Some((_, caller)) if caller.only_reads() => (caller.name.as_str(), "reader"),
            Some((_, caller)) => (caller.name.as_str(), "agent at work"),
            None => ("holder", "signed link"),
        };
        let link = link.map(|link| link.id);
        if site.record(self.journey, what, by, link) || self.agent.is_none() {
            Ok(())
        } else {
            Err(ApiError::Ledger)
        }
    }

    /// That they may make and revoke links: whoever has one acts as the holder, so that it is a right of its own.
    pub(super) fn may_make_links(&self) -> Result<(), ApiError> {
        match &self.agent {
            None => Err(ApiError::NotForYou),
            Some((_, caller)) if caller.only_reads() => Err(ApiError::OnlyReads),
            Some((_, caller)) if !caller.makes_links() => Err(ApiError::MakesNoLinks),
            Some(_) => Ok(()),
        }
    }

    /// That they may say something here at all, and decide what is done at the office of `service`.
    pub(super) fn may_say(&self, deciding: Option<&ServiceId>) -> Result<(), ApiError> {
        match &self.agent {
            Some((_, caller)) if caller.only_reads() => Err(ApiError::OnlyReads),
            Some((_, caller)) if !caller.works_for(deciding) => Err(ApiError::NotYourOffice),
            _ => Ok(()),
        }
    }

    /// That they may tell this fact, if anybody may: an agent of other services than those that hold it writes down what people
    /// are asked, and nothing else.
    pub(super) fn may_tell(&self, fact: &FactDefinition) -> Result<(), ApiError> {
        match &self.agent {
            Some((_, caller)) if !caller.may_tell(fact) => Err(ApiError::NotYourOffice),
            _ => Ok(()),
        }
    }

    /// The name that inputs are told apart by.
    pub(super) fn who(&self) -> &str {
        self.agent
            .as_ref()
            .map_or("holder", |(person, _)| person.as_str())
    }
}

/// A body in JSON, in which no object has one name twice.
pub(super) struct Body<T>(pub(super) T);

/// A body that is not one.
pub(super) enum NotABody {
    /// No JSON, or not what is asked for.
    Json(JsonRejection),
    /// One name is there twice: where.
    Repeated(String),
}

/// For a handler that does not say what its body has.
impl IntoResponse for NotABody {
    fn into_response(self) -> Response {
        not_json(
            &self,
            "the body is not what is asked for here; see /v1/openapi.json",
        )
        .into_response()
    }
}

impl<T: DeserializeOwned> FromRequest<Site> for Body<T> {
    type Rejection = NotABody;

    async fn from_request(request: Request, site: &Site) -> Result<Self, NotABody> {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, site)
            .await
            .map_err(|rejection| NotABody::Json(rejection.into()))?;
        if let Some(place) = repeated_name(&bytes) {
            return Err(NotABody::Repeated(place));
        }
        let request = Request::from_parts(parts, bytes.into());
        match Json::from_request(request, site).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(NotABody::Json(rejection)),
        }
    }
}

/// What is wrong with a body that is not what is asked for: `shape` says in a sentence what it has.
pub(super) fn not_json(rejection: &NotABody, shape: &str) -> ApiError {
    let rejection = match rejection {
        NotABody::Json(rejection) => rejection,
        NotABody::Repeated(place) => {
            let what = format!("{place}: this name is there twice; keep one of the two");
            return ApiError::Unreadable(what);
        }
    };
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ApiError::MediaType("send the body as application/json".to_owned())
        }
        _ => ApiError::Unreadable(shape.to_owned()),
    }
}
