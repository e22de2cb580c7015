//! `parcours check`: every diagnostic of a folder of journeys, in one pass.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use parcours_lang::{Diagnostic, Loaded, Severity, Source, load};
use serde_json::{Value, json};

use crate::journeys::sources;
use crate::report::{counted, shown};
use crate::terminal::{Answer, Paint};

/// Says all that is wrong with a folder of journeys: code, file:line:column, excerpt, cause and remedy.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours check\n  \
    parcours check journeys --deny-warnings --json\n\n\
    `parcours explain CODE` tells more about one kind of problem.\n\
    Exit codes: 0 nothing wrong (or warnings only), 1 errors, 2 wrong use.")]
pub(crate) struct Arguments {
    /// The folder of journeys.
    #[arg(value_name = "DIR", default_value = "journeys")]
    folder: PathBuf,
    /// Take warnings for errors.
    #[arg(long)]
    deny_warnings: bool,
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let sources = match sources(&arguments.folder) {
        Ok(sources) => sources,
        Err(message) => return Answer::WrongUse(message),
    };
    let (loaded, problems) = load(&sources);
    let found = Found {
        errors: count(&problems, Severity::Error),
        warnings: count(&problems, Severity::Warning),
        loaded,
        problems,
        files: sources,
    };
    let fine = found.errors == 0 && !(arguments.deny_warnings && found.warnings > 0);
    match (arguments.json, fine) {
        (true, true) => Answer::Fine(format!("{:#}", found.json(arguments, fine))),
        (true, false) => Answer::NoRead(format!("{:#}", found.json(arguments, fine))),
        (false, true) => Answer::Fine(found.text(arguments, paint)),
        (false, false) => Answer::No(found.text(arguments, paint)),
    }
}

fn count(problems: &[Diagnostic], severity: Severity) -> usize {
    problems
        .iter()
        .filter(|problem| problem.severity() == severity)
        .count()
}

struct Found {
    errors: usize,
    warnings: usize,
    loaded: Option<Loaded>,
    problems: Vec<Diagnostic>,
    files: Vec<Source>,
}

impl Found {
    fn text(&self, arguments: &Arguments, paint: Paint) -> String {
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&shown(&arguments.folder, problem, paint));
        }
        let counts = match (self.errors, self.warnings) {
            (0, 0) => "nothing wrong".to_owned(),
            (0, warnings) => counted(warnings, "warning", "warnings"),
            (errors, 0) => counted(errors, "error", "errors"),
            (errors, warnings) => format!(
                "{}, {}",
                counted(errors, "error", "errors"),
                counted(warnings, "warning", "warnings")
            ),
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "{}: ", paint.strong(&counts));
        let _ = match &self.loaded {
            Some(loaded) => writeln!(text, "{}", Self::contents(loaded)),
            None => {
                let hit: BTreeSet<_> = self.problems.iter().map(Diagnostic::path).collect();
                writeln!(
                    text,
                    "in {} of {} files; `parcours explain CODE` tells more about each",
                    hit.len(),
                    self.files.len()
                )
            }
        };
        text
    }

    /// `3 journeys under 5 law versions, 16 services, 3 types of life event`.
    fn contents(loaded: &Loaded) -> String {
        let catalog = &loaded.catalog;
        let versions = catalog.journeys().map(|(_, versions)| versions.len());
        format!(
            "{} under {}, {}, {}",
            counted(catalog.journeys().count(), "journey", "journeys"),
            counted(versions.sum(), "law version", "law versions"),
            counted(catalog.services().count(), "service", "services"),
            counted(
                catalog.life_events().count(),
                "type of life event",
                "types of life event"
            ),
        )
    }

    fn json(&self, arguments: &Arguments, fine: bool) -> Value {
        let problems = self.problems.iter().map(|problem| {
            let (line, column) = problem.position();
            json!({
                "code": problem.code().as_str(),
                "severity": match problem.severity() {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                },
                "file": arguments.folder.join(problem.path()).display().to_string(),
                "line": line,
                "column": column,
                "bytes": [problem.span().start, problem.span().end],
                "message": problem.message(),
                "remedy": problem.remedy(),
            })
        });
        json!({
            "fine": fine,
            "errors": self.errors,
            "warnings": self.warnings,
            "files": self.files.len(),
            "hash": self.loaded.as_ref().map(|loaded| loaded.hash().to_string()),
            "diagnostics": problems.collect::<Vec<_>>(),
        })
    }
}
