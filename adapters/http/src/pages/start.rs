//! The first page: what this server is, and the sample lives of a demonstration.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use parcours_log::Position;

use super::html;
use super::reader::Ask;
use crate::site::Site;
use crate::text::Lang;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    lang: Lang,
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
    for sample in &site.samples {
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
    html(&StartPage {
        lang,
        samples,
        journeys: loaded
            .catalog
            .journeys()
            .filter_map(|(_, versions)| versions.last())
            .map(|definition| lang.words(&definition.title))
            .collect(),
    })
}
