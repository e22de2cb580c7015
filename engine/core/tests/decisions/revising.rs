//! A published file is repaired by another; what becomes of open journeys.

use parcours_core::catalog::Catalog;
use parcours_lang::Source;

use crate::life::{COUNTRY, arrives, catalog_of, family, sources};

const FOLDER: &str = "../../specs/fixtures/definitions/core";
const FILE: &str = "grant/2026-01-01.yaml";

/// The country, with ten days to register instead of five, in a file that gives this reason.
fn repaired(reason: &str) -> Catalog {
    let mut sources = sources(FOLDER);
    let text = sources
        .iter()
        .find(|source| source.path == FILE)
        .expect("it is there")
        .text
        .clone();
    let wrong = COUNTRY
        .versions(&"grant".parse().expect("a name"))
        .last()
        .expect("loaded")
        .hash;
    let revision = format!(
        "revision: {{ replaces: \"{wrong}\", published_on: 2026-03-04, reason: {reason} }}\nstarts:"
    );
    let text = text.replacen("starts:", &revision, 1).replacen(
        "due: { days: 5, after: child.born_on }",
        "due: { days: 10, after: child.born_on }",
        1,
    );
    sources.push(Source::new("grant/2026-01-01.2026-03-04.yaml", text));
    catalog_of(&sources).keeping(&COUNTRY)
}

#[test]
fn an_error_in_a_published_file_is_repaired_in_open_journeys() {
    let catalog = repaired("error");
    let mut life = arrives(family());
    let before = life
        .journey
        .as_ref()
        .and_then(|journey| journey.law.clone())
        .expect("under a law");
    life.on("2026-03-04")
        .loads(&catalog)
        .then_among_others(["law_chosen", "step_rescheduled register.child.0"]);
    let after = life
        .journey
        .as_ref()
        .and_then(|journey| journey.law.clone())
        .expect("under a law");
    assert_ne!(before.definition, after.definition);
}

#[test]
fn a_file_that_was_only_edited_moves_no_journey_that_it_did_not_start() {
    let mut edited = sources(FOLDER);
    for source in &mut edited {
        source.text = source.text.replacen(
            "due: { days: 5, after: child.born_on }",
            "due: { days: 10, after: child.born_on }",
            1,
        );
    }
    let catalog = catalog_of(&edited).keeping(&COUNTRY);
    let mut life = arrives(family());
    life.on("2026-03-03").loads(&catalog).nothing_happened();
}
