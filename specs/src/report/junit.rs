//! For a build server: JUnit's XML.

use std::fmt::Write as _;

use super::{escaped, trouble};
use crate::run::Run;

/// One test suite a file, one test case a scenario.
#[must_use]
pub fn junit(run: &Run) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: f64 = run
        .scenarios()
        .map(|scenario| scenario.took.as_secs_f64())
        .sum();
    let (tests, failures) = (run.passed() + run.failed(), run.failed());
    // Writing to a String cannot fail.
    let _ = writeln!(
        xml,
        "<testsuites name=\"parcours\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"{all:.3}\">"
    );
    for feature in &run.features {
        let path = escaped(&feature.path.display().to_string());
        let unreadable = usize::from(feature.unreadable.is_some());
        let failed = unreadable
            + feature
                .scenarios
                .iter()
                .filter(|scenario| scenario.failure.is_some())
                .count();
        let time: f64 = feature
            .scenarios
            .iter()
            .map(|scenario| scenario.took.as_secs_f64())
            .sum();
        let tests = unreadable + feature.scenarios.len();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\" time=\"{time:.3}\">",
            escaped(&feature.name)
        );
        if let Some((line, why)) = &feature.unreadable {
            let _ = writeln!(
                xml,
                "    <testcase name=\"{path}\" classname=\"{path}\" time=\"0\">"
            );
            let _ = writeln!(
                xml,
                "      <failure message=\"{0}\">{path}:{line} {0}</failure>\n    </testcase>",
                escaped(why)
            );
        }
        for scenario in &feature.scenarios {
            let name = escaped(&format!("{} ({})", scenario.name, scenario.line));
            let took = scenario.took.as_secs_f64();
            let _ = write!(
                xml,
                "    <testcase name=\"{name}\" classname=\"{path}\" time=\"{took:.3}\""
            );
            let Some(failure) = &scenario.failure else {
                xml.push_str("/>\n");
                continue;
            };
            let what = escaped(&trouble(feature, failure));
            let message = what.lines().next().unwrap_or_default();
            let (sentence, story) = (escaped(&failure.sentence), escaped(&failure.story));
            let _ = writeln!(
                xml,
                ">\n      <failure message=\"{message}\">{path}:{} {sentence}\n{what}\n{story}</failure>\n    </testcase>",
                failure.line
            );
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}
