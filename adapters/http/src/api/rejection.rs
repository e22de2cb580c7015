//! What the core answers instead of a decision, as problems: one table.

use axum::http::StatusCode;
use parcours_core::journey::Rejection;

/// The status, the stable type and the title of a rejection. Its words name the remedy.
pub(super) fn told(rejection: &Rejection) -> (StatusCode, &'static str, &'static str) {
    match rejection {
        Rejection::NotStarted => (StatusCode::NOT_FOUND, "no-such-journey", "No such journey"),
        Rejection::NoSuchFact(_) => (StatusCode::NOT_FOUND, "no-such-fact", "No such fact"),
        Rejection::NoSuchStep(_) => (StatusCode::NOT_FOUND, "no-such-step", "No such step"),
        Rejection::NoSuchJourney(_) => (
            StatusCode::NOT_FOUND,
            "no-such-definition",
            "Not in the catalog",
        ),
        Rejection::NotYours { .. } => (StatusCode::FORBIDDEN, "not-yours", "Not yours to settle"),
        Rejection::NotNow { .. } => (StatusCode::CONFLICT, "not-now", "Not now"),
        Rejection::NotYoursToTell { .. } => (
            StatusCode::FORBIDDEN,
            "not-yours-to-tell",
            "Not yours to tell",
        ),
        Rejection::AlreadyStarted => (StatusCode::CONFLICT, "already-started", "Already started"),
        Rejection::NothingToDispute(_) => (
            StatusCode::CONFLICT,
            "nothing-to-dispute",
            "Nothing to contest",
        ),
        Rejection::Retracted => (StatusCode::CONFLICT, "retracted", "Taken back"),
        Rejection::WhichOne { .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "which-one",
            "Which one is not said",
        ),
        Rejection::WrongType { .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong-type",
            "Not a value of this fact",
        ),
        Rejection::InTheFuture(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "in-the-future",
            "Not yet come",
        ),
        Rejection::TooLongAgo(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "too-long-ago",
            "Too long ago",
        ),
        Rejection::NoSuchAppeal(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "no-such-appeal",
            "No such appeal",
        ),
        Rejection::AnswerUnfit { .. } => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad-reply",
            "Not the contract's reply",
        ),
        Rejection::NameUsed => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "The key of another request",
        ),
        Rejection::NoHolder(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "no-holder",
            "Nobody’s journey",
        ),
        Rejection::LostDefinition(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "lost-definition",
            "The catalog lost a definition",
        ),
    }
}
