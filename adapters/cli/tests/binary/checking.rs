//! `check` and `schema`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{parcours, root};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, below) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &below);
        } else {
            fs::copy(&path, &below).expect("a copy");
        }
    }
}

/// The shipped journeys with one word of one file replaced.
fn broken(right: &str, wrong: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&root().join("journeys"), folder.path());
    let file = folder.path().join("birth/2021-07-01.yaml");
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains(right));
    fs::write(&file, text.replacen(right, wrong, 1)).expect("a file");
    folder
}

#[test]
fn the_shipped_journeys_are_fine() {
    let said = parcours(&["check"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.out.contains("3 journeys under 5 law versions"),
        "{said:?}"
    );
    assert!(!said.out.contains('\u{1b}'), "no colour without a terminal");
}

#[test]
fn a_broken_definition_is_told_with_its_place_and_its_remedy() {
    let folder = broken("kind: right", "kind: rihgt");
    let path = folder.path().to_str().unwrap();
    let said = parcours(&["check", path]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let line = said.err.lines().find(|line| line.contains("╭─[")).unwrap();
    assert!(
        line.contains(&format!("{path}/birth/2021-07-01.yaml:")),
        "{line}"
    );
    for part in [
        "parcours::shape::unknown_word",
        "`rihgt` is not a kind of step",
        "did you mean `right`?",
        "1 error",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
}

#[test]
fn a_program_reads_the_same_problems_and_the_same_exit_code() {
    let folder = broken("kind: right", "kind: rihgt");
    let said = parcours(&["check", folder.path().to_str().unwrap(), "--json"]);
    assert_eq!(said.code, Some(1));
    let read: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&read["fine"], &read["errors"]), (&false.into(), &1.into()));
    assert_eq!(
        read["diagnostics"][0]["code"],
        "parcours::shape::unknown_word"
    );
    let line = read["diagnostics"][0]["line"].as_u64().unwrap();
    let text = fs::read_to_string(folder.path().join("birth/2021-07-01.yaml")).unwrap();
    let at = usize::try_from(line).unwrap() - 1;
    assert_eq!(text.lines().nth(at).unwrap().trim(), "kind: rihgt");
}

#[test]
fn warnings_can_be_denied() {
    let unused = "facts:\n  nobody_reads_this:\n    type: boolean\n    about: household\n    purpose: leave_rights\n    \
        retention: journey\n    title: { fr: \"Essai\", en: \"Trial\" }\n    question: { fr: \"Essai ?\", en: \"Trial?\" }\n    \
        from:\n      - ask: parent\n";
    let folder = broken("facts:\n", unused);
    let path = folder.path().to_str().unwrap();
    assert_eq!(parcours(&["check", path]).code, Some(0));
    let said = parcours(&["check", path, "--deny-warnings"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("parcours::unused"), "{said:?}");
}

#[test]
fn every_kind_of_file_has_a_schema() {
    for name in ["definition", "service", "life_event", "credentials"] {
        let said = parcours(&["schema", name]);
        assert_eq!(said.code, Some(0));
        let schema: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
    }
}

#[test]
fn each_door_has_its_document() {
    for (name, version, holds) in [
        ("asyncapi", "3.0.0", "services.caf.read_household"),
        ("openapi", "3.1.0", "/v1/life-events"),
    ] {
        let said = parcours(&["schema", name]);
        assert_eq!(said.code, Some(0), "{said:?}");
        let document: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(document[name], version);
        assert!(said.out.contains(holds), "{holds} is not in {name}");
    }
}
