//! For a program.

use serde_json::{Value, json};

use super::trouble;
use crate::coverage::{Coverage, Kind};
use crate::run::Run;
use crate::words::pick;
use parcours_core::calendar::Language;

/// Every scenario and what became of it, and the coverage.
#[must_use]
pub fn json(run: &Run) -> Value {
    let features = run.features.iter().map(|feature| {
        let scenarios = feature.scenarios.iter().map(|scenario| {
            json!({
                "name": scenario.name,
                "line": scenario.line,
                "passed": scenario.failure.is_none(),
                "milliseconds": scenario.took.as_secs_f64() * 1000.0,
                "steps": scenario.steps,
                "failure": scenario.failure.as_ref().map(|failure| json!({
                    "line": failure.line,
                    "sentence": failure.sentence,
                    "what": trouble(feature, failure),
                    "story": failure.story,
                })),
            })
        });
        json!({
            "path": feature.path.display().to_string(),
            "language": pick(feature.language, ("fr", "en")),
            "name": feature.name,
            "unreadable": feature.unreadable.as_ref().map(|(line, why)| json!({ "line": line, "what": why })),
            "scenarios": scenarios.collect::<Vec<_>>(),
        })
    });
    json!({
        "passed": run.passed(),
        "failed": run.failed(),
        "features": features.collect::<Vec<_>>(),
        "coverage": of(&run.coverage),
    })
}

fn of(coverage: &Coverage) -> Value {
    let total = coverage.total();
    let kinds: serde_json::Map<String, Value> = Kind::ALL
        .iter()
        .map(|kind| {
            let share = coverage.share(|point| point.kind == *kind);
            (
                pick(Language::English, kind.words()).to_owned(),
                json!({ "seen": share.seen, "all": share.all }),
            )
        })
        .collect();
    let missing = coverage.missing().map(|point| {
        let place = coverage.place(point);
        json!({
            "law": point.version,
            "kind": pick(Language::English, point.kind.words()),
            "name": point.name,
            "branch": point.branch,
            "file": place.map(|(path, _)| path),
            "line": place.map(|(_, line)| line),
        })
    });
    json!({
        "percent": total.percent(),
        "seen": total.seen,
        "all": total.all,
        "kinds": kinds,
        "missing": missing.collect::<Vec<_>>(),
    })
}
