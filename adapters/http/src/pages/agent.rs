//! The agents' pages: what waits for them, and a journey with the same reasons as its holder sees.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::Days;
use parcours_core::JourneyId;
use parcours_core::journey::TroubleAbout;
use parcours_log::lookups::{WorkKind, WorkPlace};
use parcours_log::{Position, StreamId};

use super::names::with_subject;
use super::problem::Problem;
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
    pasted: Option<Pasted>,
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
    /// The day of the life event, the initials of the people in it and the beginning of the journey's code: what tells it from the others.
    happened: Option<String>,
    initials: String,
    code: String,
    /// What is to be done first in it besides, and by when.
    then: Option<String>,
    due: Option<String>,
    relative: Option<String>,
}

/// How many journeys are looked at for each list: each is read again.
const PAGE: usize = 25;

/// How far away what is to be done next may be: what is due in years is nothing to settle now.
const NEXT: Days = Days::new(100);

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
    let soon = today + NEXT;
    let mut lists = Vec::new();
    // Of each journey whose initials may be shown, whether that is written down: once for the whole page.
    let mut told = BTreeMap::new();
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
            Err(error) => return Problem::from(error).page(lang),
        };
        for task in tasks.iter().filter(|task| !task.initials.is_empty()) {
            // Initials say something about people: whom they are shown to is written down, or they are not shown.
            told.entry(task.journey).or_insert_with(|| {
                let by = (&*agent.caller.name, "agent at work");
                site.record(task.journey, "list", by, None)
            });
        }
        let line = |task: Task| Line {
            initials: match told.get(&task.journey) {
                Some(true) => initials(&task.initials),
                _ => String::new(),
            },
            then: task
                .next
                .as_ref()
                .filter(|(_, due)| *due <= soon)
                .map(|(title, due)| {
                    let (title, due) = (lang.words(title), lang.date(*due));
                    format!("{title}, {due}")
                }),
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

/// How many letters of a code stand in a list: more than enough to tell its rows apart, and to find one again.
const SHORT: usize = 8;

/// The first letters of a journey's code, in two groups.
fn short_code(journey: JourneyId) -> String {
    let code = journey.to_string();
    let short = code.get(..SHORT).unwrap_or(&code);
    let (first, second) = short.split_at(short.len() / 2);
    format!("{first}-{second}")
}

/// `N. C.`
fn initials(letters: &[char]) -> String {
    let each: Vec<String> = letters.iter().map(|letter| format!("{letter}.")).collect();
    each.join("\u{a0}")
}

/// What an agent pastes or types to open a journey: its address, as on the person's leaflet, or its code, or the beginning of it.
#[derive(serde::Deserialize)]
struct Typed {
    #[serde(default)]
    at: String,
}

/// What was typed and opens nothing.
#[derive(Clone, Debug)]
pub(crate) struct Pasted {
    at: String,
    /// It is the beginning of several codes.
    several: bool,
}

/// The fewest letters of a code that are looked for: two more than all codes of a partition have in common.
const FEWEST: usize = 6;

/// The journeys that are meant by the beginning of a code, of those that the agent may see.
async fn meant(site: &Site, agent: &Agent, typed: &str) -> Result<Vec<JourneyId>, Problem> {
    let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric());
    let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    let mut theirs = Vec::new();
    if letters.len() >= FEWEST {
        for id in site.desk.beginning(&letters, PAGE).await? {
            let seen = site.desk.journey(id, Position::START).await;
            if seen.is_ok_and(|seen| agent.caller.may_see(&seen.view)) {
                theirs.push(id);
            }
        }
    }
    Ok(theirs)
}

async fn open(
    State(site): State<Site>,
    mut agent: Agent,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let at = typed.map(|Form(typed)| typed.at).unwrap_or_default();
    let whole = at
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find_map(|part| part.to_ascii_lowercase().parse::<JourneyId>().ok());
    let found = match whole {
        Some(id) => vec![id],
        None => match meant(&site, &agent, &at).await {
            Ok(found) => found,
            Err(problem) => return problem.page(agent.ask.lang),
        },
    };
    match found[..] {
        [id] => {
            let lang = agent.ask.lang.code();
            Redirect::to(&format!("/agent/journeys/{id}?lang={lang}")).into_response()
        }
        _ => {
            let several = found.len() > 1;
            agent.pasted = Some(Pasted { at, several });
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
