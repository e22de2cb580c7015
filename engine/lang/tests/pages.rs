//! Each code's page shows its mistake, and how it is mended: both are tried.

use std::collections::BTreeMap;

use parcours_lang::{Code, Diagnostic, Source, load};

/// What stands around the fragments of the pages.
const FRAME: &[(&str, &str)] = &[
    ("journey", "journey: birth\n"),
    ("title", "title: { fr: \"Naissance\", en: \"Birth\" }\n"),
    (
        "applies",
        "applies: { by: event.born_on, from: 2021-07-01 }\n",
    ),
    ("starts", "starts: { on: birth }\n"),
    ("holder", "holder: event.parents[0]\n"),
    (
        "people",
        "people: { parent: event.parents, child: event.children }\n",
    ),
    (
        "steps",
        "steps:\n  welcome:\n    kind: notice\n    title: { fr: \"Bienvenue\", en: \"Welcome\" }\n    settled_by: [ { told: true } ]\n",
    ),
];

/// A fragment, with what it does not say itself.
fn framed(fragment: &str) -> String {
    let mut text = fragment.to_owned();
    for (key, block) in FRAME {
        if !fragment
            .lines()
            .any(|line| line.starts_with(&format!("{key}:")))
        {
            text.push_str(block);
        }
    }
    text
}

/// The files of an example: `# birth/2021-07-01.yaml` begins one; without any, it is that one.
fn sources(example: &str) -> Vec<Source> {
    let mut given: Vec<(String, String)> = Vec::new();
    for line in example.lines() {
        match line
            .strip_prefix("# ")
            .filter(|path| path.ends_with(".yaml"))
        {
            Some(path) => given.push((path.to_owned(), String::new())),
            None => {
                if given.is_empty() {
                    given.push(("birth/2021-07-01.yaml".to_owned(), String::new()));
                }
                if let Some((_, text)) = given.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    let beside = [
        (
            "services/caf.yaml",
            include_str!("../../../specs/fixtures/definitions/frame/caf.yaml"),
        ),
        (
            "life-events/birth.yaml",
            include_str!("../../../specs/fixtures/definitions/frame/birth.yaml"),
        ),
        ("birth/2021-07-01.yaml", ""),
    ];
    let mut files: Vec<Source> = given
        .iter()
        .map(|(path, text)| {
            let standard = beside
                .iter()
                .find(|(name, _)| name == path)
                .map_or("", |(_, text)| text);
            let text = match path.starts_with("birth/") {
                true => framed(text),
                false if text.is_empty() => standard.to_owned(),
                false => text.clone(),
            };
            Source::new(path, text)
        })
        .collect();
    for (path, text) in beside {
        if !given.iter().any(|(name, _)| name == path) {
            let text = if path.starts_with("birth/") {
                framed(text)
            } else {
                text.to_owned()
            };
            files.push(Source::new(path, text));
        }
    }
    files
}

/// The two examples of a page.
fn examples(code: Code) -> Vec<&'static str> {
    code.page()
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

fn rendered(problems: &[Diagnostic]) -> String {
    let handler =
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .with_width(120);
    let mut text = String::new();
    for problem in problems {
        handler
            .render_report(&mut text, problem)
            .expect("a report can be rendered");
    }
    text
}

#[test]
fn each_page_shows_its_own_mistake_and_mends_it() {
    let mut wrong = BTreeMap::new();
    for code in Code::ALL {
        let shown = examples(*code);
        let [bad, good] = shown.as_slice() else {
            wrong.insert(code.as_str(), format!("{} examples", shown.len()));
            continue;
        };
        let (_, problems) = load(&sources(bad));
        if !problems.iter().any(|problem| problem.code() == *code) {
            wrong.insert(
                code.as_str(),
                format!("the mistake is not found:\n{}", rendered(&problems)),
            );
            continue;
        }
        let (loaded, problems) = load(&sources(good));
        if loaded.is_none() || !problems.is_empty() {
            wrong.insert(
                code.as_str(),
                format!("what is mended is not:\n{}", rendered(&problems)),
            );
        }
    }
    let told: Vec<String> = wrong
        .iter()
        .map(|(code, why)| format!("{code}: {why}"))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn mistakes_are_told_as_they_always_were() {
    let told: Vec<String> = Code::ALL
        .iter()
        .flat_map(|code| {
            examples(*code)
                .first()
                .map(|bad| rendered(&load(&sources(bad)).1))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}
