//! The first page: what this server is; in a demonstration, its invented lives and what was published to it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use parcours_log::Position;

use super::html;
use super::reader::Ask;
use crate::samples::Begun;
use crate::site::Site;
use crate::text::Lang;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    lang: Lang,
    begun: Vec<SampleLine>,
    samples: Vec<SampleLine>,
    journeys: Vec<String>,
}

struct SampleLine {
    title: String,
    text: String,
    path: String,
}

pub(super) async fn page(State(site): State<Site>, ask: Ask) -> Response {
    let lang = ask.lang;
    let loaded = site.desk.loaded();
    let mut samples = Vec::new();
    for sample in site.samples.lives() {
        let seen = site.desk.journey(sample.journey, Position::START).await;
        let link = seen.and_then(|seen| seen.link(&site.links, site.today(), None));
        match link {
            Ok(Some(link)) => samples.push(SampleLine {
                title: lang.words(&sample.title),
                text: lang.words(&sample.text),
                path: link.path(),
            }),
            // Whom it was about was forgotten.
            Ok(None) => {}
            Err(error) => return super::problem::Problem::from(error).page(lang),
        }
    }
    let mut begun = Vec::new();
    for one in site.samples.begun() {
        // One that stands still has its incident, and hides no other.
        begun.extend(line(&site, one, lang).await);
    }
    html(&StartPage {
        lang,
        begun,
        samples,
        journeys: loaded
            .catalog
            .journeys()
            .filter_map(|(_, versions)| versions.last())
            .map(|definition| lang.words(&definition.title))
            .collect(),
    })
}

/// A journey that began; none when it cannot be read now, or whom it was about was forgotten.
async fn line(site: &Site, begun: Begun, lang: Lang) -> Option<SampleLine> {
    let seen = site.desk.journey(begun.journey, Position::START).await;
    let seen = seen.ok()?;
    let link = seen.link(&site.links, site.today(), None).ok()??;
    let published = lang.at(begun.at, site.today());
    let text = match seen.view.occurred_on.map(|day| lang.date(day)) {
        Some(day) => lang.pick(
            format!("Évènement du {day}, publié {published}."),
            format!("Event of {day}, published {published}."),
        ),
        None => lang.pick(
            format!("Évènement publié {published}."),
            format!("Published {published}."),
        ),
    };
    Some(SampleLine {
        title: lang.words(&seen.view.title),
        text: lang.text(&text),
        path: link.path(),
    })
}
