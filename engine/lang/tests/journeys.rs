//! The journeys that ship with the project load, without a word of complaint.

use std::path::Path;

use parcours_lang::{load, read_dir};

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
