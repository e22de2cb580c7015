//! The first page: what this server is, and the sample lives of a demonstration.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

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
    html(&StartPage {
        lang,
        samples: site
            .samples
            .iter()
            .map(|sample| SampleLine {
                title: lang.words(&sample.title),
                text: lang.words(&sample.text),
                path: site.links.path(sample.journey, None),
            })
            .collect(),
        journeys: loaded
            .catalog
            .journeys()
            .filter_map(|(_, versions)| versions.last())
            .map(|definition| lang.words(&definition.title))
            .collect(),
    })
}
