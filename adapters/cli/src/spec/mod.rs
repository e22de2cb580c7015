//! `parcours spec`: scenarios in French and in English, run over the real engine on virtual time.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use parcours_specs::{Fault, Run, report, run_watched};

use crate::journeys::Folder;
use crate::lang::Lang;
use crate::terminal::{Answer, Paint, bar};

/// Runs the Gherkin: scenarios in French and in English, with time that passes at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours spec\n  \
    parcours spec features/birth --coverage --min 60\n  \
    parcours spec --report html -o scenarios.html\n\n\
    The sentences that scenarios are made of are in docs/specs.md.\n\
    Exit codes: 0 all pass, 1 a scenario fails, there is none, or too little is covered, 2 wrong use.")]
pub(crate) struct Arguments {
    /// Files of scenarios, or folders of them.
    #[arg(value_name = "PATH", default_value = "features")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    journeys: Folder,
    /// Tell what of the definitions no scenario has been through.
    #[arg(long)]
    coverage: bool,
    /// The least that scenarios must go through, in percent of all there is.
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(0..=100))]
    min: Option<u8>,
    /// For a browser, a build server or a program to read.
    #[arg(long, value_name = "FORMAT")]
    report: Option<Report>,
    /// The file to write the report to; the standard output when none is given.
    #[arg(short, long, value_name = "FILE", requires = "report")]
    output: Option<PathBuf>,
    /// The language to answer in. A failure speaks the language of its scenario.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

/// `--report`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Report {
    Html,
    Junit,
    Json,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let loaded = match arguments.journeys.load(paint) {
        Ok(loaded) => Arc::new(loaded),
        Err(message) => return Answer::WrongUse(message),
    };
    let bar = bar(arguments.lang.either("scénarios", "scenarios"));
    let shown = bar.clone();
    let watch = move |over: usize, all: usize| {
        shown.set_length(all as u64);
        shown.set_position(over as u64);
    };
    let run = run_watched(&arguments.paths, &loaded, watch);
    bar.finish_and_clear();
    let run = match run {
        Ok(run) => run,
        // A build whose scenarios went missing must not go on as if they had passed.
        Err(fault @ Fault::NoFeatures(_)) => return Answer::No(fault.to_string()),
        Err(fault) => {
            let why = std::error::Error::source(&fault)
                .map(|why| format!(": {why}"))
                .unwrap_or_default();
            return Answer::WrongUse(format!("{fault}{why}"));
        }
    };
    tell(arguments, &run)
}

fn tell(arguments: &Arguments, run: &Run) -> Answer {
    let lang = arguments.lang;
    let percent = run.coverage.total().percent();
    let enough = arguments.min.is_none_or(|min| percent >= usize::from(min));
    let fine = run.failed() == 0 && enough;
    let report = arguments.report.map(|report| match report {
        Report::Html => report::html(run, lang.into()),
        Report::Junit => report::junit(run),
        Report::Json => format!("{:#}\n", report::json(run)),
    });
    let needed = arguments.min.filter(|_| !enough).map(|min| match lang {
        Lang::Fr => format!("{percent} % parcourus : il en faut {min}"),
        Lang::En => format!("{percent}% gone through: {min} are needed"),
    });
    // A report on the standard output is all that is said there.
    if let (Some(report), None) = (&report, &arguments.output) {
        if let Some(needed) = &needed {
            crate::terminal::remark(needed);
        }
        return if fine {
            Answer::Fine(report.clone())
        } else {
            Answer::NoRead(report.clone())
        };
    }
    if let (Some(report), Some(path)) = (report, &arguments.output)
        && let Err(error) = std::fs::write(path, report)
    {
        return Answer::WrongUse(format!("cannot write {}: {error}", path.display()));
    }
    let mut text = report::text(run, lang.into());
    if arguments.coverage {
        let journeys = arguments.journeys.path.display().to_string();
        text.push('\n');
        text.push_str(&report::coverage(&run.coverage, &journeys, lang.into()));
    }
    if let Some(needed) = needed {
        text.push_str(&needed);
    }
    if fine {
        Answer::Fine(text)
    } else {
        Answer::No(text)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Shell {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn said(line: &[&str]) -> Answer {
        let journeys = root().join("journeys");
        let mut words = vec![
            "spec".to_owned(),
            "--journeys".to_owned(),
            journeys.display().to_string(),
        ];
        words.extend(line.iter().map(ToString::to_string));
        run(&Shell::parse_from(words).arguments, Paint::Plain)
    }

    fn scenario(folder: &tempfile::TempDir, said: &str) -> String {
        let path = folder.path().join("one.en.feature");
        let text = format!(
            "Feature: One\n  Scenario: A birth\n    Given a birth on 2026-03-04 in Lyon (69123)\n    \
             When the event is published on 2026-03-05\n    Then {said}\n"
        );
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    #[test]
    fn what_passes_is_told_in_a_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = scenario(&folder, "there is 1 journey");
        let Answer::Fine(text) = said(&[&path]) else {
            panic!("not fine")
        };
        assert!(text.ends_with("1 scenario: 1 passed, 0 failed\n"), "{text}");
    }

    #[test]
    fn too_little_covered_is_a_no() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = scenario(&folder, "there is 1 journey");
        let Answer::No(text) = said(&[&path, "--coverage", "--min", "90", "--lang", "fr"]) else {
            panic!("not a no")
        };
        assert!(text.ends_with("il en faut 90"), "{text}");
    }

    #[test]
    fn a_failure_and_wrong_use_are_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = scenario(&folder, "there are 2 journeys");
        let Answer::NoRead(xml) = said(&[&path, "--report", "junit"]) else {
            panic!("not a no")
        };
        assert!(xml.contains("failures=\"1\""), "{xml}");
        assert!(matches!(said(&["nowhere"]), Answer::WrongUse(_)));
        let empty = tempfile::tempdir().expect("a folder");
        let Answer::No(text) = said(&[&empty.path().display().to_string()]) else {
            panic!("an empty folder passed")
        };
        assert!(text.contains("no `.feature` file at"), "{text}");
        assert!(Shell::try_parse_from(["spec", "--min", "10"]).is_err());
    }
}
