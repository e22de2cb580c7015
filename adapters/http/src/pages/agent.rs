//! The agents' pages: what waits for them, and a journey with the same reasons as its holder sees.

use askama::Template;
use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use parcours_core::JourneyId;
use parcours_core::journey::TroubleAbout;
use parcours_log::StreamId;
use parcours_log::lookups::{WorkKind, WorkPlace};

use super::names::with_subject;
use super::reader::{Agent, AgentAt};
use super::{acts, citizen, history, html, ics, leaflet, preview};
use crate::desk::{Task, Tasks, Wanted};
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
        .route(
            &format!("{at}/links"),
            post(async |s: State<Site>, AgentAt(r), k, f| acts::links(s, r, k, f).await),
        )
}

#[derive(Template)]
#[template(path = "agent/tasks.html")]
struct TasksPage {
    lang: Lang,
    lists: Vec<List>,
    /// What was pasted to open a journey by, when it names none.
    pasted: Option<String>,
    /// One list only, and not from its start.
    part: bool,
}

/// The tasks of one kind.
struct List {
    id: &'static str,
    title: String,
    tasks: Vec<Line>,
    /// The address of the next page.
    next: Option<String>,
}

struct Line {
    path: String,
    step: String,
    journey: String,
    /// The day of the life event, and the end of the journey's code: what tells it from the others.
    happened: Option<String>,
    code: String,
    due: Option<String>,
    relative: Option<String>,
}

/// How many journeys are looked at for each list: each is read again.
const PAGE: usize = 25;

/// The lists, the most pressing first.
const LISTS: [(&str, WorkKind, &str, &str); 6] = [
    (
        "incidents",
        WorkKind::Failed,
        "Incidents : un service n’a pas répondu",
        "Incidents: a service did not answer",
    ),
    (
        "unfit",
        WorkKind::Unfit,
        "Réponses d’un service qui ne peuvent pas servir",
        "Answers of a service that cannot be used",
    ),
    (
        "missed",
        WorkKind::Missed,
        "Dates limites dépassées, à examiner par un agent",
        "Deadlines that have passed, for an agent to look at",
    ),
    (
        "decisions",
        WorkKind::Decision,
        "Décisions à prendre",
        "Decisions to make",
    ),
    (
        "contested",
        WorkKind::Contested,
        "Informations contestées, à vérifier",
        "Contested information, to check",
    ),
    (
        "overdue",
        WorkKind::Overdue,
        "Dates limites dépassées",
        "Deadlines that have passed",
    ),
];

/// Which list, and from where on; all of them when none is named.
#[derive(serde::Deserialize)]
struct Part {
    list: Option<String>,
    after: Option<String>,
}

/// A place in a list, as it stands in an address: `<due>.<journey>`.
fn written(place: WorkPlace) -> String {
    format!("{}.{}", place.due, JourneyId::from_bytes(place.stream.0))
}

fn read(place: &str) -> Option<WorkPlace> {
    let (due, journey) = place.split_once('.')?;
    let journey: JourneyId = journey.parse().ok()?;
    Some(WorkPlace {
        due: due.parse().ok()?,
        stream: StreamId(*journey.as_bytes()),
    })
}

async fn tasks(
    State(site): State<Site>,
    part: Result<Query<Part>, QueryRejection>,
    agent: Agent,
) -> Response {
    let part = part.ok().map(|Query(part)| part);
    let list = part.as_ref().and_then(|part| part.list.as_deref());
    let after = part.as_ref().and_then(|part| read(part.after.as_deref()?));
    listed(&site, list, after, agent).await
}

async fn listed(
    site: &Site,
    only: Option<&str>,
    after: Option<WorkPlace>,
    agent: Agent,
) -> Response {
    let lang = agent.ask.lang;
    let today = site.today();
    let mut lists = Vec::new();
    let part = LISTS.iter().any(|(id, ..)| Some(*id) == only);
    for (id, kind, fr, en) in LISTS {
        if part && only != Some(id) {
            continue;
        }
        let wanted = Wanted {
            kind,
            services: agent.caller.services().cloned(),
            after: after.filter(|_| part),
            most: PAGE,
        };
        let Tasks { tasks, next } = match site.desk.tasks(wanted).await {
            Ok(found) => found,
            Err(error) => return super::problem::Problem::from(error).page(lang),
        };
        let line = |task: Task| Line {
            path: format!(
                "/agent/journeys/{}?lang={}{}",
                task.journey,
                lang.code(),
                match &task.about {
                    TroubleAbout::Step(step) => format!("#step-{step}"),
                    TroubleAbout::Fact(_) => String::new(),
                }
            ),
            step: with_subject(
                lang.words(&task.title),
                task.place.map(|place| place.to_string()).as_deref(),
            ),
            journey: lang.words(&task.journey_title),
            happened: task.happened_on.map(|day| lang.date(day)),
            code: short_code(task.journey),
            due: task.due.map(|due| lang.date(due)),
            relative: task.due.map(|due| lang.relative(due, today)),
        };
        lists.push(List {
            id,
            title: lang.t(fr, en),
            tasks: tasks.into_iter().map(line).collect(),
            next: next.map(|next| {
                let (next, lang) = (written(next), lang.code());
                format!("/agent?list={id}&after={next}&lang={lang}")
            }),
        });
    }
    html(&TasksPage {
        lang,
        lists,
        pasted: agent.pasted.clone(),
        part,
    })
}

/// The last letters of a journey's code: enough to tell the rows of a list apart.
fn short_code(journey: JourneyId) -> String {
    let code = journey.to_string();
    let from = code.len().saturating_sub(6);
    format!("…{}", code.get(from..).unwrap_or(&code))
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
        .find_map(|part| part.to_ascii_lowercase().parse::<JourneyId>().ok());
    match id {
        Some(id) => {
            let lang = agent.ask.lang.code();
            Redirect::to(&format!("/agent/journeys/{id}?lang={lang}")).into_response()
        }
        None => {
            agent.pasted = Some(at);
            let page = listed(&site, None, None, agent).await;
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
