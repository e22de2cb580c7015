//! For a terminal: a line a file, failures in full, and what is not covered.

use std::fmt::Write as _;

use parcours_core::calendar::Language;

use super::{sentence, trouble};
use crate::coverage::{Coverage, Kind, Share};
use crate::run::{Failure, Feature, Run, Scenario};
use crate::words::pick;

/// A line for each file with its counts, then each failure: where, the sentence, what was expected and what stands. The journeys as
/// they stood are in the other reports. The language is that of whoever reads, while a failure speaks that of its scenario.
#[must_use]
pub fn text(run: &Run, language: Language) -> String {
    let mut text = String::new();
    let wide = run
        .features
        .iter()
        .map(|feature| feature.path.display().to_string().chars().count())
        .max();
    let wide = wide.unwrap_or_default();
    for feature in &run.features {
        let path = feature.path.display().to_string();
        let failed = feature
            .scenarios
            .iter()
            .filter(|scenario| scenario.failure.is_some())
            .count();
        let all = feature.scenarios.len();
        let mark = if failed > 0 || feature.unreadable.is_some() {
            "✘"
        } else {
            "✔"
        };
        let counts = match (&feature.unreadable, failed) {
            // Below, in full, with its line.
            (Some((_, why)), _) => why.lines().next().unwrap_or_default().to_owned(),
            (None, 0) => scenarios(all, language),
            (None, failed) => format!(
                "{}, {failed} {}",
                scenarios(all, language),
                pick(language, ("en échec", "failed"))
            ),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{mark} {path:<wide$}  {counts}");
    }
    for feature in &run.features {
        if let Some((line, why)) = &feature.unreadable {
            let _ = writeln!(text, "\n{}:{line}\n  {why}", feature.path.display());
        }
        for scenario in &feature.scenarios {
            if let Some(failure) = &scenario.failure {
                failed(&mut text, feature, scenario, failure);
            }
        }
    }
    let (passed, failed) = (run.passed(), run.failed());
    if run.scenarios().any(|scenario| scenario.failure.is_some()) {
        let _ = writeln!(
            text,
            "\n{}",
            pick(
                language,
                (
                    "Tout le parcours de chaque échec\u{a0}: parcours spec --report html -o echecs.html",
                    "The whole journey of each failure: parcours spec --report html -o failures.html"
                )
            )
        );
    }
    let _ = match language {
        Language::French => writeln!(
            text,
            "\n{}\u{a0}: {passed} {}, {failed} en échec",
            scenarios(passed + failed, language),
            if passed < 2 { "réussi" } else { "réussis" }
        ),
        Language::English => writeln!(
            text,
            "\n{}: {passed} passed, {failed} failed",
            scenarios(passed + failed, language)
        ),
    };
    text
}

fn scenarios(count: usize, language: Language) -> String {
    match (count, language) {
        (0 | 1, Language::French) => format!("{count} scénario"),
        (_, Language::French) => format!("{count} scénarios"),
        (1, Language::English) => "1 scenario".to_owned(),
        (_, Language::English) => format!("{count} scenarios"),
    }
}

fn failed(text: &mut String, feature: &Feature, scenario: &Scenario, failure: &Failure) {
    let _ = writeln!(
        text,
        "\n{}:{}  {}",
        feature.path.display(),
        failure.line,
        scenario.name
    );
    let _ = writeln!(text, "  {}", sentence(feature, failure));
    indented(text, "  → ", &trouble(feature, failure));
    indented(text, "    ", &failure.context);
}

fn indented(text: &mut String, first: &str, lines: &str) {
    let mut before = first;
    for line in lines.lines() {
        let _ = writeln!(text, "{before}{line}");
        before = "    ";
    }
}

/// An aligned table of what of each law version was gone through, then what was not, with file and line below `journeys`.
#[must_use]
pub fn coverage(coverage: &Coverage, journeys: &str, language: Language) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut header = vec![pick(language, ("loi", "law")).to_owned()];
    header.extend(
        Kind::ALL
            .iter()
            .filter(|kind| **kind != Kind::Law)
            .map(|kind| pick(language, kind.words()).to_owned()),
    );
    header.push("%".to_owned());
    rows.push(header);
    for version in coverage.versions() {
        rows.push(row(coverage, Some(version), version));
    }
    rows.push(row(coverage, None, pick(language, ("en tout", "in all"))));
    let mut text = String::new();
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    for row in &rows {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if column == 0 {
                write!(text, "{cell:<width$}")
            } else {
                write!(text, "  {cell:>width$}")
            };
        }
        text.push('\n');
    }
    let missing: Vec<_> = coverage.missing().collect();
    if !missing.is_empty() {
        let _ = writeln!(
            text,
            "\n{}",
            pick(
                language,
                (
                    "aucun scénario n’est passé par\u{a0}:",
                    "no scenario has been through:"
                )
            )
        );
    }
    for point in missing {
        let place = coverage
            .place(point)
            .map(|(path, line)| format!("{journeys}/{path}:{line}"))
            .unwrap_or_default();
        let kind = pick(language, point.kind.words());
        let name = if point.name.is_empty() {
            &point.version
        } else {
            &point.name
        };
        let colon = pick(language, ("\u{a0}:", ":"));
        let branch = &point.branch;
        let _ = writeln!(
            text,
            "{}",
            format!("  {place}  {kind}{colon} {name} {branch}").trim_end()
        );
    }
    text
}

fn row(coverage: &Coverage, version: Option<&str>, name: &str) -> Vec<String> {
    let of = |share: Share| {
        if share.all == 0 {
            "–".to_owned()
        } else {
            format!("{}/{}", share.seen, share.all)
        }
    };
    let mine =
        |point: &crate::coverage::Point| version.is_none_or(|version| point.version == version);
    let mut row = vec![name.to_owned()];
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Law) {
        row.push(of(
            coverage.share(|point| mine(point) && point.kind == *kind)
        ));
    }
    row.push(coverage.share(mine).percent().to_string());
    row
}
