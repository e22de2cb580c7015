//! The Gherkin of `features/`, run entirely through the library: one file of the folder, one line here when it fails.

use std::path::PathBuf;
use std::sync::Arc;

use parcours_core::calendar::Language;
use parcours_specs::coverage::Kind;
use parcours_specs::report;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn every_scenario_passes() {
    let sources =
        parcours_lang::read_dir(&root().join("journeys")).expect("the folder of journeys");
    let (loaded, problems) = parcours_lang::load(&sources);
    let problems: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.path(), problem.message()))
        .collect();
    let loaded = Arc::new(loaded.unwrap_or_else(|| panic!("{}", problems.join("\n"))));
    let run = parcours_specs::run(&[root().join("features")], &loaded).expect("features");
    let text = report::text(&run, Language::English);
    assert_eq!(run.failed(), 0, "{text}");
    let share = run.coverage.total();
    println!(
        "{text}\n{}",
        report::coverage(&run.coverage, "journeys", Language::English)
    );
    assert!(
        share.percent() >= 95,
        "only {}% of the definitions are gone through",
        share.percent()
    );
    for kind in [Kind::Refusal, Kind::Undo, Kind::Deadline, Kind::Condition] {
        let share = run.coverage.share(|point| point.kind == kind);
        assert!(
            share.percent() >= 90,
            "only {}% of the {} are gone through",
            share.percent(),
            kind.words().1
        );
    }
}
