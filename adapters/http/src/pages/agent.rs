//! The agents' pages: what waits for them, and a journey with the same reasons as its holder sees.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::names::with_subject;
use super::reader::{Agent, AgentAt};
use super::{acts, citizen, history, html, ics, leaflet};
use crate::desk::TaskKind;
use crate::site::Site;
use crate::text::Lang;

pub(super) fn routes() -> Router<Site> {
    let at = "/agent/journeys/{journey}";
    Router::new()
        .route("/agent", get(tasks))
        .route(
            at,
            get(async |State(site): State<Site>, AgentAt(r)| citizen::show(&site, &r).await),
        )
        .route(
            &format!("{at}/print"),
            get(async |s: State<Site>, AgentAt(r)| leaflet::page(s, r).await),
        )
        .route(
            &format!("{at}/calendar.ics"),
            get(async |s: State<Site>, AgentAt(r)| ics::file(s, r).await),
        )
        .route(
            &format!("{at}/history"),
            get(async |s: State<Site>, AgentAt(r)| history::page(s, r).await),
        )
        .route(
            &format!("{at}/steps/{{key}}"),
            post(async |s: State<Site>, AgentAt(r), k, f| acts::step(s, r, k, f).await),
        )
        .route(
            &format!("{at}/facts/{{key}}"),
            post(async |s: State<Site>, AgentAt(r), k, f| acts::fact(s, r, k, f).await),
        )
        .route(
            &format!("{at}/disputes/{{key}}"),
            post(async |s: State<Site>, AgentAt(r), k, f| acts::dispute(s, r, k, f).await),
        )
}

#[derive(Template)]
#[template(path = "agent/tasks.html")]
struct TasksPage {
    lang: Lang,
    lists: Vec<List>,
}

/// The tasks of one kind.
struct List {
    id: &'static str,
    title: String,
    tasks: Vec<Line>,
}

struct Line {
    path: String,
    step: String,
    journey: String,
    due: Option<String>,
    relative: Option<String>,
}

async fn tasks(State(site): State<Site>, agent: Agent) -> Response {
    let lang = agent.ask.lang;
    let tasks = match site.desk.tasks().await {
        Ok(tasks) => tasks,
        Err(error) => return super::problem::Problem::from(error).page(lang),
    };
    let today = site.today();
    let list = |id, kind, fr: &str, en: &str| List {
        id,
        title: lang.t(fr, en),
        tasks: tasks
            .iter()
            .filter(|task| task.kind == kind)
            .map(|task| Line {
                path: format!(
                    "/agent/journeys/{}?lang={}#step-{}",
                    task.journey,
                    lang.code(),
                    task.step
                ),
                step: with_subject(lang.words(&task.step_title), None),
                journey: lang.words(&task.journey_title),
                due: task.due.map(|due| lang.date(due)),
                relative: task.due.map(|due| lang.relative(due, today)),
            })
            .collect(),
    };
    let lists = vec![
        list(
            "incidents",
            TaskKind::Incident,
            "Incidents : un service n’a pas répondu",
            "Incidents: a service did not answer",
        ),
        list(
            "decisions",
            TaskKind::Decision,
            "Décisions à prendre",
            "Decisions to make",
        ),
        list(
            "overdue",
            TaskKind::Overdue,
            "Dates dépassées",
            "Dates that have passed",
        ),
    ];
    html(&TasksPage { lang, lists })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct WhoPage {
    lang: Lang,
    title: String,
    text: String,
}

/// Asks an agent for their credential.
pub(super) fn who_are_you(lang: Lang) -> impl IntoResponse {
    let page = html(&WhoPage {
        lang,
        title: lang.t("Réservé aux agents", "For agents only"),
        text: lang.t(
            "Donnez votre nom et votre mot de passe d’agent.",
            "Give your agent’s name and password.",
        ),
    });
    (
        StatusCode::UNAUTHORIZED,
        [(
            WWW_AUTHENTICATE,
            "Basic realm=\"Parcours\", charset=\"UTF-8\"",
        )],
        page,
    )
}
