//! The journeys that ship with the project load, without a word of complaint.

use std::path::Path;

use parcours_lang::{Source, load, load_recorded, read_dir};

fn rendered(problems: &[parcours_lang::Diagnostic]) -> String {
    let handler =
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .with_width(140);
    let mut text = String::new();
    for problem in problems {
        handler
            .render_report(&mut text, problem)
            .expect("a report can be rendered");
    }
    text
}

#[test]
fn every_shipped_journey_loads() {
    let folder = std::env::var_os("PARCOURS_JOURNEYS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys"),
        Into::into,
    );
    let sources = read_dir(&folder).expect("the folder of journeys can be read");
    let (loaded, problems) = load(&sources);
    assert!(loaded.is_some(), "{}", rendered(&problems));
    // How a decision of an adviser on unemployment benefit is contested is still to be written, and is told.
    let others: Vec<_> = problems
        .into_iter()
        .filter(|problem| problem.code() != parcours_lang::Code::NoRecourse)
        .collect();
    assert!(others.is_empty(), "{}", rendered(&others));
}

#[test]
fn what_was_taken_once_is_read_again_whatever_is_checked_since() {
    let shipped = read_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys"))
        .expect("the folder of journeys");
    let with = |path: &str, this: &str, that: &str| -> Vec<Source> {
        let edited = shipped.iter().map(|source| {
            let text = match source.path == path {
                true => source.text.replacen(this, that, 1),
                false => source.text.clone(),
            };
            Source::new(source.path.clone(), text)
        });
        edited.collect()
    };
    for before in [
        // As it was written before a step had to say that it is an inverse act.
        with("move/2020-01-01.yaml", "    inverse: true", "    # inverse"),
        // And before everybody in an event had to be somebody who can be forgotten.
        with(
            "life-events/birth.yaml",
            "people: [ parents, children ]",
            "people: [ parents ]",
        ),
    ] {
        assert!(load(&before).0.is_none(), "not by the checks of today");
        let read = load_recorded(&before).expect("it was taken once");
        assert_eq!(read.sources().len(), shipped.len());
        assert_eq!(read.catalog.journeys().count(), 3);
    }

    let broken = with("move/2020-01-01.yaml", "holder: ", "holder: nobody.");
    let problems = load_recorded(&broken).expect_err("nothing can be made of it");
    assert!(
        !problems.is_empty()
            && problems
                .iter()
                .all(|one| one.path() == "move/2020-01-01.yaml")
    );
}
