//! The pages: for people, without JavaScript, on any screen and on paper, in French and in English.
//!
//! [`sheet`] makes a journey ready to be shown, sentence by sentence; templates only place the sentences. The citizen's page, the
//! agent's and the leaflet are the same sheet. Forms come back to [`acts`], which says one thing to the journey and goes
//! back to the page, at a position that has seen it.

mod acts;
mod agent;
mod before;
mod citizen;
mod field;
mod history;
mod ics;
mod leaflet;
mod names;
mod preview;
mod problem;
mod reader;
mod sheet;
mod start;
mod step;

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

pub(crate) use history::{in_words, signed};
pub(crate) use names::{Names, recourse_named, recourse_word};

use crate::site::Site;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(start::page))
        .merge(citizen::routes())
        .merge(agent::routes())
}

/// A template as a page.
pub(crate) fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page that says that what was sent is too long.
pub(crate) fn too_large(lang: crate::text::Lang) -> Response {
    let error = crate::desk::DeskError::TooLarge(String::new());
    problem::Problem::from(error).page(lang)
}

/// What is said to whoever is elsewhere, where nobody is asked who they are.
pub(crate) fn only_this_machine(lang: crate::text::Lang) -> Response {
    problem::Problem::Elsewhere.page(lang)
}

/// The page for what could not be done now.
pub(crate) fn unavailable(lang: crate::text::Lang, why: crate::desk::DeskError) -> Response {
    problem::Problem::from(why).page(lang)
}

/// The page that says that there is none.
pub(crate) fn not_found(lang: crate::text::Lang) -> Response {
    problem::Problem::NotFound.page(lang)
}
