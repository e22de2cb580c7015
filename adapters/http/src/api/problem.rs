//! Errors of the API, in one table: what happened, its stable type, its status.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use parcours_core::intake::Refusal;
use parcours_core::journey::Rejection;
use parcours_runtime::CloudEventError;
use serde_json::json;

use crate::desk::{DeskError, Shut};

/// What the API answers instead of what was asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ApiError {
    /// No credential, or none that is known.
    #[error("no known credential was presented; send Authorization: Bearer <token>")]
    WhoAreYou,
    /// A request from elsewhere, where nobody is asked who they are.
    #[error(
        "nobody is asked who they are here, so only this machine is served, as 127.0.0.1 or localhost and through no proxy; to serve \
         others, start it with --credentials FILE"
    )]
    OnlyThisMachine,
    /// A good credential for something else.
    #[error(
        "this credential is not for reading journeys; an agent's is, or the signature of the journey's link"
    )]
    NotForYou,
    /// A credential that reads, and says nothing.
    #[error(
        "this credential only reads journeys; an agent's says things, or the signature of the journey's link"
    )]
    OnlyReads,
    /// An agent of other services.
    #[error(
        "this credential is for agents of other services; see the services it is configured for"
    )]
    NotYourOffice,
    /// An agent who may read and say things, and has no right to links.
    #[error(
        "this credential makes and revokes no links, since whoever has one acts as the person it is for; an agent's that `links` says so of does"
    )]
    MakesNoLinks,
    /// A credential for something else than running the engine.
    #[error("this is for operators; see the credentials that are configured")]
    NotAnOperator,
    /// An address that nothing is under.
    #[error("nothing is at this address; `/v1/openapi.json` lists what there is")]
    NoSuchAddress,
    /// A method that the address does not know.
    #[error("this address does not take that method; `/v1/openapi.json` says which it takes")]
    NotThatMethod,
    /// Nothing was rejected under that name, or it has been erased.
    #[error(
        "nothing that was rejected is kept under this name; `/v1/incidents` tells the names there are"
    )]
    NoSuchLetter,
    /// A publisher under somebody else's name.
    #[error(
        "this credential may not publish under that source; see the sources it is configured for"
    )]
    NotYourSource,
    /// More than 1 MiB.
    #[error("the body is larger than 1 MiB; refer to documents instead of sending them")]
    TooLarge,
    /// The body is of a kind that nobody reads here.
    #[error("{0}")]
    MediaType(String),
    /// Something else than what is asked for.
    #[error("{0}")]
    Unreadable(String),
    /// A life event that is not of its type.
    #[error("{}", .0.what)]
    Rejected(Refusal),
    /// The same name with other content.
    #[error(
        "an event of this source and id was published before with other content; give the new one an id of its own"
    )]
    Conflict,
    /// A service that speaks for another one.
    #[error("this credential may not speak for that service")]
    NotYourService,
    /// What a service told, and no journey waits for.
    #[error(
        "no journey listens to this event for that `subject` today, and it is not kept; send it again, under the same id, once a journey has begun"
    )]
    NobodyListens,
    /// No such call was ever made.
    #[error("this journey never made that call; send `call` back as it came")]
    NoSuchCall,
    /// The value is not what the fact is declared to be; each line names its place by JSON pointer.
    #[error("the value is not what the fact is declared to be: {}", .0.join("\n"))]
    BadValue(Vec<String>),
    /// The address names neither a step nor a fact.
    #[error("{0}")]
    NoSuchKey(String),
    /// Everything about the holder was erased.
    #[error("the file of this person has been erased; nothing can be said to it any more")]
    Forgotten,
    /// The link of somebody who is not in the journey any more.
    #[error(
        "the person this link was for is not in this journey any more, since what was published about it was corrected; ask whoever gave you the link"
    )]
    NotTheirsAnyMore,
    /// What should be revoked is none of the journey's.
    #[error(
        "this is no link to this journey; give its `link`, as it was told when it was made, or the link itself"
    )]
    NoSuchLink,
    /// A link that was revoked.
    #[error("this link was withdrawn; ask whoever gave it for another")]
    LinkRevoked,
    /// Nobody published it.
    #[error("no event of this source and id has arrived")]
    NoSuchReceipt,
    /// The reading could not be written down.
    #[error("the access ledger cannot be written, so nothing is shown; tell an operator")]
    Ledger,
    /// What the engine says.
    #[error("{}", said(.0))]
    Desk(#[from] DeskError),
}

impl From<Shut> for ApiError {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Revoked => Self::LinkRevoked,
            Shut::NotTheirs => Self::NotTheirsAnyMore,
        }
    }
}

impl From<CloudEventError> for ApiError {
    fn from(error: CloudEventError) -> Self {
        match error {
            CloudEventError::TooLarge { .. } => Self::TooLarge,
            CloudEventError::Batch => Self::MediaType(error.to_string()),
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

/// What the engine says, in the words of this door.
fn said(error: &DeskError) -> String {
    match error {
        DeskError::Rejected(Rejection::NameUsed) => {
            "this `Idempotency-Key` was used here for something else; give each thing that is said a key of its own"
                .to_owned()
        }
        other => other.to_string(),
    }
}

impl ApiError {
    fn told(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::WhoAreYou => (StatusCode::UNAUTHORIZED, "no-credential", "Nobody known"),
            Self::OnlyThisMachine => (
                StatusCode::MISDIRECTED_REQUEST,
                "only-this-machine",
                "Only this machine is served",
            ),
            Self::NotForYou => (
                StatusCode::FORBIDDEN,
                "not-for-you",
                "Not for this credential",
            ),
            Self::OnlyReads => (StatusCode::FORBIDDEN, "only-reads", "Reads only"),
            Self::NotYourOffice => (
                StatusCode::FORBIDDEN,
                "not-your-office",
                "Not a service you work for",
            ),
            Self::MakesNoLinks => (StatusCode::FORBIDDEN, "makes-no-links", "No right to links"),
            Self::NotAnOperator => (StatusCode::FORBIDDEN, "not-an-operator", "For operators"),
            Self::NoSuchAddress => (StatusCode::NOT_FOUND, "no-such-address", "No such address"),
            Self::NotThatMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "not-that-method",
                "Not a method of this address",
            ),
            Self::NoSuchLetter => (
                StatusCode::NOT_FOUND,
                "no-such-letter",
                "Nothing of that name was rejected",
            ),
            Self::NotYourSource => (StatusCode::FORBIDDEN, "not-your-source", "Not your source"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
            Self::MediaType(_) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "Not a kind that is read here",
            ),
            Self::Unreadable(_) => (StatusCode::BAD_REQUEST, "unreadable", "Cannot be read"),
            Self::Rejected(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "rejected",
                "Event rejected",
            ),
            Self::Conflict => (
                StatusCode::CONFLICT,
                "conflict",
                "Published before, otherwise",
            ),
            Self::NotYourService => (
                StatusCode::FORBIDDEN,
                "not-your-service",
                "Not your service",
            ),
            Self::NobodyListens => (StatusCode::NOT_FOUND, "nobody-listens", "Nobody listens"),
            Self::NoSuchCall => (StatusCode::NOT_FOUND, "no-such-call", "No such call"),
            Self::NoSuchReceipt => (StatusCode::NOT_FOUND, "no-such-receipt", "No such receipt"),
            Self::Desk(DeskError::NoSuchJourney) => {
                (StatusCode::NOT_FOUND, "no-such-journey", "No such journey")
            }
            Self::BadValue(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "wrong-type",
                "Not a value of this fact",
            ),
            Self::NoSuchKey(_) => (StatusCode::NOT_FOUND, "no-such-key", "Not a key"),
            Self::Forgotten => (StatusCode::GONE, "forgotten", "Erased"),
            Self::NotTheirsAnyMore => (
                StatusCode::GONE,
                "not-yours-any-more",
                "Not your journey any more",
            ),
            Self::NoSuchLink => (StatusCode::NOT_FOUND, "no-such-link", "No such link"),
            Self::LinkRevoked => (StatusCode::GONE, "link-revoked", "Link withdrawn"),
            Self::Desk(DeskError::Rejected(rejection)) => super::rejection::told(rejection),
            Self::Desk(DeskError::TooLarge(_)) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large")
            }
            Self::Desk(DeskError::Behind) => {
                (StatusCode::SERVICE_UNAVAILABLE, "behind", "Not here yet")
            }
            Self::Desk(DeskError::Parked) => (StatusCode::SERVICE_UNAVAILABLE, "parked", "Parked"),
            Self::Ledger | Self::Desk(DeskError::Unavailable(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Not available now",
            ),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, name, title) = self.told();
        let mut problem = json!({
            "type": format!("urn:parcours:problem:{name}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        if let Self::Rejected(refusal) = &self {
            // Each line names its place by JSON pointer.
            let places: Vec<&str> = refusal.what.lines().collect();
            problem["code"] = json!(refusal.code);
            problem["errors"] = json!(places);
        }
        if let Self::BadValue(places) = &self {
            problem["errors"] = json!(places);
        }
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            axum::http::HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                axum::http::HeaderValue::from_static("Bearer"),
            );
        }
        response
    }
}
