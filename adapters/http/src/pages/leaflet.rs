//! The journey on one sheet of paper: what to do, by when, by which law, whom to ask, and the way back to the page.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::Days;
use qrcodegen::{QrCode, QrCodeEcc};

use super::html;
use super::names::Names;
use super::problem::Problem;
use super::reader::Reader;
use super::sheet::Sheet;
use crate::site::Site;
use crate::text::Lang;

/// How long a link lasts that an agent prints: the person comes back to a counter for another.
const LINK_LASTS: Days = Days::new(366);

#[derive(Template)]
#[template(path = "leaflet.html")]
struct LeafletPage<'a> {
    lang: Lang,
    base: &'a str,
    /// The address that opens the journey; none where the agent who prints has no right to give one.
    address: Option<String>,
    code: Option<Code>,
    printed: String,
    /// The last day of the link, when it has one that is known here.
    until: Option<String>,
    sheet: Sheet,
}

/// The address as a picture to scan.
struct Code {
    size: i32,
    path: String,
}

/// The leaflet of a journey.
pub(super) async fn page(State(site): State<Site>, reader: Reader) -> Response {
    match read(&site, &reader).await {
        Ok(page) => page,
        Err(problem) => problem.page(reader.ask.lang),
    }
}

async fn read(site: &Site, reader: &Reader) -> Result<Response, Problem> {
    let seen = reader.look(site, "leaflet", reader.ask.seen).await?;
    let loaded = site.desk.loaded();
    let names = Names::new(reader.ask.lang, &loaded.catalog, &seen).printed();
    let today = site.today();
    // What goes on paper for a citizen opens the citizen's page, never the agents'.
    let until = today.checked_add_days(LINK_LASTS);
    let path = match &reader.agent {
        None => Some(reader.base.clone()),
        Some(_) if reader.makes_links() => {
            let link = seen.link(&site.links, today, until)?;
            let link = link.ok_or(Problem::Forgotten(None))?;
            reader.record(site, "new link", Some(&link))?;
            Some(link.path())
        }
        Some(_) => None,
    };
    let host = site.address.as_deref().unwrap_or_default();
    let address = path.map(|path| format!("{host}{path}"));
    Ok(html(&LeafletPage {
        lang: reader.ask.lang,
        base: &reader.base,
        code: site
            .address
            .as_ref()
            .and_then(|_| code(address.as_deref()?)),
        printed: reader.ask.lang.date(today),
        until: until
            .filter(|_| reader.makes_links())
            .map(|until| reader.ask.lang.date(until)),
        sheet: Sheet::new(names, &seen.view, today, None),
        address,
    }))
}

fn code(address: &str) -> Option<Code> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let quiet = 4;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + quiet, y + quiet));
            }
        }
    }
    Some(Code {
        size: code.size() + 2 * quiet,
        path,
    })
}
