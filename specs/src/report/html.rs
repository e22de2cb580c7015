//! For a browser: one page that holds all it needs and reads without scripts.

use std::fmt::Write as _;

use parcours_core::calendar::Language;

use super::{escaped, sentence, trouble, typographic};
use crate::coverage::Kind;
use crate::run::{Feature, Run, Scenario};
use crate::words::pick;

const STYLE: &str = "\
:root{color-scheme:light dark;--ok:#18753c;--no:#ce0500;--line:#8884}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}\
h2{margin-top:2rem;border-top:1px solid var(--line);padding-top:1rem}\
details{margin:.25rem 0;padding:.25rem .5rem;border-left:.25rem solid var(--ok)}\
details.no{border-color:var(--no)}summary{cursor:pointer}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:.5rem}\
table{border-collapse:collapse;display:block;overflow-x:auto}\
th,td{padding:.25rem .75rem;text-align:right;border-bottom:1px solid var(--line)}\
th:first-child,td:first-child{text-align:left;white-space:nowrap}\
.no>summary strong{color:var(--no)}";

/// Every scenario with its sentences and what became of it, and the coverage.
#[must_use]
pub fn html(run: &Run, language: Language) -> String {
    let say = |fr, en| pick(language, (fr, en));
    let title = say("Scénarios de Parcours", "Scenarios of Parcours");
    let lang = say("fr", "en");
    let (passed, failed) = (run.passed(), run.failed());
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    // Writing to a String cannot fail.
    let _ = match language {
        Language::French => writeln!(
            page,
            "<p><strong>{passed} {}, {failed} en échec</strong></p>",
            if passed < 2 { "réussi" } else { "réussis" }
        ),
        Language::English => writeln!(
            page,
            "<p><strong>{passed} passed, {failed} failed</strong></p>"
        ),
    };
    covered(&mut page, run, language);
    for feature in &run.features {
        one(&mut page, feature, language);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn one(page: &mut String, feature: &Feature, language: Language) {
    let lang = pick(feature.language, ("fr", "en"));
    let _ = writeln!(
        page,
        "<section lang=\"{lang}\">\n<h2>{}</h2>",
        escaped(&feature.name)
    );
    let _ = writeln!(
        page,
        "<p><code>{}</code></p>",
        escaped(&feature.path.display().to_string())
    );
    if !feature.description.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", escaped(&feature.description));
    }
    if let Some((line, why)) = &feature.unreadable {
        let _ = writeln!(page, "<pre>{line}: {}</pre>", escaped(why));
    }
    for scenario in &feature.scenarios {
        told(page, feature, scenario, language);
    }
    page.push_str("</section>\n");
}

fn told(page: &mut String, feature: &Feature, scenario: &Scenario, language: Language) {
    let (class, open, word) = match scenario.failure {
        None => ("ok", "", pick(language, ("réussi", "passed"))),
        Some(_) => ("no", " open", pick(language, ("en échec", "failed"))),
    };
    let _ = writeln!(
        page,
        "<details class=\"{class}\"{open}>\n<summary>{} — <strong>{word}</strong></summary>\n<pre>{}</pre>",
        escaped(&scenario.name),
        escaped(&typographic(&scenario.steps.join("\n"), feature.language))
    );
    if let Some(failure) = &scenario.failure {
        let what = escaped(&trouble(feature, failure));
        let (sentence, story) = (
            escaped(&sentence(feature, failure)),
            escaped(&failure.story),
        );
        let _ = writeln!(
            page,
            "<p>{}: <code>{sentence}</code></p>\n<pre>{what}\n\n{story}</pre>",
            failure.line
        );
    }
    page.push_str("</details>\n");
}

fn covered(page: &mut String, run: &Run, language: Language) {
    let coverage = &run.coverage;
    let (title, law, all) = pick(
        language,
        (
            ("Ce que les scénarios parcourent", "Loi", "En tout"),
            ("What the scenarios go through", "Law", "In all"),
        ),
    );
    let _ = write!(
        page,
        "<h2>{title}</h2>\n<table>\n<thead><tr><th scope=\"col\">{law}</th>"
    );
    let kinds: Vec<Kind> = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| *kind != Kind::Law)
        .collect();
    for kind in &kinds {
        let _ = write!(
            page,
            "<th scope=\"col\">{}</th>",
            pick(language, kind.words())
        );
    }
    page.push_str("<th scope=\"col\">%</th></tr></thead>\n<tbody>\n");
    let versions = coverage.versions().into_iter().map(Some).chain([None]);
    for version in versions {
        let mine =
            |point: &crate::coverage::Point| version.is_none_or(|version| point.version == version);
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th>",
            escaped(version.unwrap_or(all))
        );
        for kind in &kinds {
            let share = coverage.share(|point| mine(point) && point.kind == *kind);
            let _ = write!(page, "<td>{}/{}</td>", share.seen, share.all);
        }
        let _ = writeln!(page, "<td>{}</td></tr>", coverage.share(mine).percent());
    }
    page.push_str("</tbody>\n</table>\n");
    let none = pick(
        language,
        (
            "Ce qu’aucun scénario ne parcourt",
            "What no scenario goes through",
        ),
    );
    let _ = writeln!(
        page,
        "<details class=\"no\"><summary>{none}</summary>\n<ul>"
    );
    for point in coverage.missing() {
        let place = coverage
            .place(point)
            .map(|(path, line)| format!("{path}:{line}"))
            .unwrap_or_default();
        let kind = pick(language, point.kind.words());
        let _ = writeln!(
            page,
            "<li><code>{}</code> {kind}: {} {}</li>",
            escaped(&place),
            escaped(&point.name),
            escaped(&point.branch)
        );
    }
    page.push_str("</ul>\n</details>\n");
}
