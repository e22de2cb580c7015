//! The agents' pages: what waits for them, and a journey with the same reasons as its holder sees.

use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use parcours_core::JourneyId;

use super::names::with_subject;
use super::reader::{Agent, AgentAt};
use super::{acts, citizen, history, html, ics, leaflet, preview};
use crate::desk::{TaskKind, Tasks};
use crate::site::Site;
use crate::text::Lang;

pub(super) fn routes() -> Router<Site> {
    let at = "/agent/journeys/{journey}";
    Router::new()
        .route("/agent", get(tasks).post(open))
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
            &format!("{at}/facts/{{key}}/preview"),
            post(async |s: State<Site>, AgentAt(r), k, f| preview::fact(s, r, k, f).await),
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
    only: Option<String>,
    /// What was pasted to open a journey by, when it names none.
    pasted: Option<String>,
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
    let Tasks { tasks, only } = match site.desk.tasks().await {
        Ok(found) => found,
        Err(error) => return super::problem::Problem::from(error).page(lang),
    };
    let today = site.today();
    let list = |id, kind, fr: &str, en: &str| List {
        id,
        title: lang.t(fr, en),
        tasks: tasks
            .iter()
            .filter(|task| task.kind == kind && agent.caller.works_for(task.office.as_ref()))
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
    html(&TasksPage {
        lang,
        lists,
        only: only.map(|only| {
            lang.pick(
                format!("Il y a beaucoup de parcours : pour les décisions et les dates, seuls {only} ont été regardés. Tous les incidents sont là."),
                format!("There are many journeys: for decisions and dates, only {only} were looked at. Every incident is here."),
            )
        }),
        pasted: agent.pasted.clone(),
    })
}

/// What an agent pastes or types to open a journey: its address, as on the person's leaflet, or its code.
#[derive(serde::Deserialize)]
struct Pasted {
    #[serde(default)]
    at: String,
}

async fn open(
    State(site): State<Site>,
    mut agent: Agent,
    pasted: Result<Form<Pasted>, FormRejection>,
) -> Response {
    let at = pasted.map(|Form(pasted)| pasted.at).unwrap_or_default();
    let id = at
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find_map(|part| part.parse::<JourneyId>().ok());
    match id {
        Some(id) => {
            let lang = agent.ask.lang.code();
            Redirect::to(&format!("/agent/journeys/{id}?lang={lang}")).into_response()
        }
        None => {
            agent.pasted = Some(at);
            let page = tasks(State(site), agent).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
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
