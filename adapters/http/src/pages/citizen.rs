//! The journey's page, as its holder and as agents read it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use parcours_core::journey::{CallTarget, Hindrance, HindranceKind};
use parcours_core::view::Doable;

use super::field::Field;
use super::names::Names;
use super::problem::Problem;
use super::reader::{Holder, Reader};
use super::sheet::{Refused, Sheet};
use super::{acts, history, html, ics, leaflet, preview};
use crate::access::Caller;
use crate::desk::Seen;
use crate::site::Site;
use crate::text::Lang;

pub(super) fn routes() -> Router<Site> {
    let at = "/j/{journey}/{signature}";
    Router::new()
        .route(at, get(page))
        .route(
            &format!("{at}/print"),
            get(async |s: State<Site>, Holder(r)| leaflet::page(s, r).await),
        )
        .route(
            &format!("{at}/calendar.ics"),
            get(async |s: State<Site>, Holder(r)| ics::file(s, r).await),
        )
        .route(
            &format!("{at}/history"),
            get(async |s: State<Site>, Holder(r)| history::page(s, r).await),
        )
        .route(
            &format!("{at}/steps/{{key}}"),
            post(async |s: State<Site>, Holder(r), k, f| acts::step(s, r, k, f).await),
        )
        .route(
            &format!("{at}/facts/{{key}}"),
            post(async |s: State<Site>, Holder(r), k, f| acts::fact(s, r, k, f).await),
        )
        .route(
            &format!("{at}/facts/{{key}}/preview"),
            post(async |s: State<Site>, Holder(r), k, f| preview::fact(s, r, k, f).await),
        )
        .route(
            &format!("{at}/disputes/{{key}}"),
            post(async |s: State<Site>, Holder(r), k, f| acts::dispute(s, r, k, f).await),
        )
}

async fn page(State(site): State<Site>, Holder(reader): Holder) -> Response {
    show(&site, &reader).await
}

/// The page of a journey, for whoever reads it.
pub(super) async fn show(site: &Site, reader: &Reader) -> Response {
    match reader.look(site, "page", reader.ask.seen).await {
        Ok(seen) => written(site, reader, &seen, None),
        Err(problem) => problem.page(reader.ask.lang),
    }
}

/// The page again, with what could not be taken.
pub(super) fn again(site: &Site, reader: &Reader, seen: &Seen, refused: &Refused) -> Response {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        written(site, reader, seen, Some(refused)),
    )
        .into_response()
}

#[derive(Template)]
#[template(path = "journey.html")]
struct JourneyPage<'a> {
    lang: Lang,
    base: &'a str,
    /// The code of the journey, for agents.
    code: String,
    token: String,
    today: String,
    /// The same in words, for paper.
    printed: String,
    noted: Option<&'a str>,
    refused: Option<Summary>,
    /// How the person came to the agent, in the form that could not be taken.
    channel: &'a str,
    sheet: Sheet,
    agent: Option<AgentView>,
    /// An agent who makes and revokes links.
    makes_links: bool,
}

/// What is wrong with a form, and where.
struct Summary {
    anchor: String,
    message: String,
}

/// What an agent sees more.
struct AgentView {
    decidable: Vec<(String, Decidable)>,
    hindered: Vec<Hindered>,
}

/// What keeps a service from answering.
struct Hindered {
    title: String,
    /// Where it is on the page.
    anchor: Option<String>,
    operation: Option<String>,
    again: String,
    /// In the words that came from it; none once they were forgotten.
    what: Option<String>,
}

impl JourneyPage<'_> {
    fn decidable(&self, key: &str) -> Option<&Decidable> {
        self.agent
            .as_ref()?
            .decidable
            .iter()
            .find(|(of, _)| of == key)
            .map(|(_, decidable)| decidable)
    }
}

/// What an agent can do about a step, besides passing on what its holder says.
struct Decidable {
    accept: bool,
    refuse: bool,
    retry: bool,
    /// It is being taken back: what is accepted is that this was done by hand.
    by_hand: bool,
    /// An office is at work on a file whose silence means something: what it lacks can be said, and that it has it all.
    file: bool,
    /// What no service is asked for, and nobody but an office would tell.
    done: bool,
}

impl Decidable {
    fn decide(&self) -> bool {
        self.accept || self.refuse
    }
}

fn written(site: &Site, reader: &Reader, seen: &Seen, refused: Option<&Refused>) -> Response {
    let loaded = site.desk.loaded();
    let names = Names::new(reader.ask.lang, &loaded.catalog, seen);
    let today = site.today();
    let mut sheet = Sheet::new(names, &seen.view, today, refused);
    if let Some((_, caller)) = &reader.agent {
        let others = seen.view.steps.iter().filter(|step| {
            let office = step.office.as_ref();
            !caller.works_for(office.map(|office| &office.service))
        });
        sheet.is_only_read(&others.map(|step| step.key.to_string()).collect());
    }
    html(&JourneyPage {
        lang: reader.ask.lang,
        base: &reader.base,
        code: reader.journey.to_string(),
        token: site.links.form(reader.who(), reader.journey, seen.position),
        today: today.to_string(),
        printed: reader.ask.lang.date(today),
        noted: reader.ask.noted.as_deref().filter(|_| refused.is_none()),
        refused: refused.map(|refused| Summary {
            anchor: sheet.anchor(refused),
            message: refused.message.clone(),
        }),
        channel: refused
            .map(|refused| refused.typed("channel"))
            .unwrap_or_default(),
        sheet,
        agent: reader.agent.as_ref().map(|(_, caller)| AgentView {
            decidable: decidable(seen, caller),
            hindered: hindered(names, &caller.hindrances(seen)),
        }),
        makes_links: reader.makes_links(),
    })
}

fn decidable(seen: &Seen, caller: &Caller) -> Vec<(String, Decidable)> {
    let each = seen.view.steps.iter().filter_map(|step| {
        let may: Vec<Doable> = caller.may_do(step).collect();
        let theirs = |what| may.contains(&what) && step.is_for_office(what);
        let decidable = Decidable {
            accept: theirs(Doable::Accept),
            refuse: theirs(Doable::Refuse),
            retry: theirs(Doable::Retry),
            by_hand: step.state.is_taken_back(),
            file: theirs(Doable::AskPieces),
            done: theirs(Doable::Done) && !may.contains(&Doable::Accept),
        };
        let nothing = !may.iter().any(|what| step.is_for_office(*what));
        (!nothing).then(|| (step.key.to_string(), decidable))
    });
    each.collect()
}

/// What keeps services from answering: what for, when it is asked again, and in what words it failed.
fn hindered(names: Names<'_>, hindrances: &[Hindrance<'_>]) -> Vec<Hindered> {
    let lang = names.lang;
    let hindered = |hindrance: &Hindrance<'_>| {
        let again = match &hindrance.kind {
            HindranceKind::Failed => {
                lang.t("Plus aucun essai n’est prévu.", "It is not tried any more.")
            }
            HindranceKind::AnswerUnfit => lang.t(
                "La réponse n’est pas celle que prévoit le contrat du service.",
                "The answer is not what the contract of the service says.",
            ),
            HindranceKind::TryingAgain { attempt, again } => {
                match again {
                    Some(again) => {
                        let day = lang.date(again.date());
                        let time = again.format("%H:%M");
                        lang.pick(
                        format!("Essai n° {attempt} sans réponse, le suivant le {day} à {time}."),
                        format!("Attempt {attempt} brought no answer; the next is on {day} at {time}."),
                    )
                    }
                    None => lang.pick(
                        format!("Essai n° {attempt} en cours."),
                        format!("Attempt {attempt} is under way."),
                    ),
                }
            }
        };
        let (title, anchor) = match &hindrance.about {
            CallTarget::Step(step) => (names.step(step), Some(format!("step-{step}"))),
            CallTarget::Fact(fact) => (names.fact(fact), None),
        };
        Hindered {
            title,
            anchor,
            operation: hindrance.operation.map(ToString::to_string),
            again,
            what: hindrance.what.value().cloned(),
        }
    };
    hindrances.iter().map(hindered).collect()
}

impl Problem {
    /// For a form: the domain's no beside the form, anything else on a page of its own.
    pub(super) fn beside(
        self,
        site: &Site,
        reader: &Reader,
        seen: &Seen,
        refused: Refused,
    ) -> Response {
        match &self {
            Self::Desk(crate::desk::DeskError::Rejected(rejection)) => {
                let message = super::problem::rejected(reader.ask.lang, rejection);
                again(site, reader, seen, &Refused { message, ..refused })
            }
            _ => self.page(reader.ask.lang),
        }
    }
}
