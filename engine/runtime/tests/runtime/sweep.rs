//! Another law: every open journey looks at itself, a page at a time, whatever happens on the way.

use parcours_core::JourneyId;
use parcours_lang::{Loaded, Source};
use parcours_log::LogError;
use parcours_log::memory::Fault;
use parcours_runtime::Stage;

use crate::common::*;

/// More than two pages.
const BIRTHS: usize = 300;

const FILE: &str = "birth/2020-01-01.yaml";

/// The same law with ten days to register instead of five: the published file had an error.
fn repaired() -> Loaded {
    let mut sources = sources();
    let wrong = law();
    let wrong = wrong
        .catalog
        .versions(&"birth".parse().expect("a name"))
        .last()
        .expect("loaded")
        .hash;
    let file = sources.iter().find(|source| source.path == FILE);
    let text = file.expect("it is there").text.clone();
    let revision = format!(
        "revision: {{ replaces: \"{wrong}\", published_on: 2026-03-02, reason: error }}\nstarts:"
    );
    let text =
        text.replacen("starts:", &revision, 1)
            .replacen("due: { days: 5,", "due: { days: 10,", 1);
    sources.push(Source::new("birth/2020-01-01.2026-03-02.yaml", text));
    loaded(&sources)
}

fn filled() -> (Stage, Vec<JourneyId>) {
    let mut stage = stage();
    let births = (0..BIRTHS)
        .map(|n| started(&mut stage, &n.to_string(), &format!("p-{n}")))
        .collect();
    (stage, births)
}

/// How many have been moved by the repair.
fn moved(stage: &Stage, births: &[JourneyId]) -> usize {
    let rescheduled = |birth: &&JourneyId| {
        let history = stage.history(**birth).expect("readable");
        let mut events = history.iter().flat_map(|recorded| &recorded.events);
        events.any(|event| event.name() == "step_rescheduled")
    };
    births.iter().filter(rescheduled).count()
}

#[test]
fn an_error_in_a_published_file_is_repaired_in_every_open_journey() {
    let (mut stage, births) = filled();
    stage.reload(repaired()).expect("taken");
    assert_eq!(moved(&stage, &births), BIRTHS);
    let blocks = parcours_log::Log::head(stage.log());
    stage.recover().expect("readable");
    assert_eq!(
        parcours_log::Log::head(stage.log()),
        blocks,
        "it is swept once"
    );
    stage.lose_lookups();
    stage.recover().expect("readable");
    assert_eq!(
        parcours_log::Log::head(stage.log()),
        blocks,
        "the log says that it is swept"
    );
}

#[test]
fn a_sweep_goes_on_after_the_power_failed_in_the_middle() {
    let (mut stage, births) = filled();
    // The block of the law, its answer, and what comes of the first pages.
    stage.crash_after(BIRTHS);
    let answered = stage.reload(repaired());
    assert!(stage.is_crashed());
    assert!(answered.is_ok(), "the law was recorded long before");
    let before = moved(&stage, &births);
    assert!((1..BIRTHS).contains(&before), "{before} were moved");
    stage.recover().expect("readable");
    assert_eq!(moved(&stage, &births), BIRTHS);
}

#[test]
fn a_sweep_goes_on_after_the_disk_refused_a_block_of_it() {
    let (mut stage, births) = filled();
    stage.log().inject(Fault::WrittenYet(LogError::Unavailable {
        reason: "its answer is lost".into(),
    }));
    for _ in 0..3 {
        stage.log().inject(Fault::Refused(LogError::Full {
            free: 0,
            reserve: 1,
        }));
    }
    // The block of the law itself may be refused: it is loaded again then.
    while stage.reload(repaired()).is_err() {}
    stage.settle();
    assert_eq!(moved(&stage, &births), BIRTHS);
}
