//! What a definition's hash stands for: decisions, not words or layout.

use std::path::Path;

use parcours_core::name::JourneyName;
use parcours_lang::{Loaded, Source, load, read_dir};

fn shipped() -> Vec<Source> {
    read_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys"))
        .expect("the folder of journeys can be read")
}

fn loaded(sources: &[Source]) -> Loaded {
    let (loaded, problems) = load(sources);
    loaded.unwrap_or_else(|| panic!("{problems:#?}"))
}

/// The shipped journeys, with `edit` made to the birth of 2021.
fn edited(edit: impl Fn(&str) -> String) -> Loaded {
    let mut sources = shipped();
    let birth = sources
        .iter_mut()
        .find(|source| source.path == "birth/2021-07-01.yaml")
        .expect("shipped");
    let text = edit(&birth.text);
    assert!(text != birth.text, "the edit changes the file");
    birth.text = text;
    loaded(&sources)
}

fn hashes(loaded: &Loaded) -> [String; 2] {
    let birth = JourneyName::new("birth").expect("shipped");
    let version = loaded.catalog.versions(&birth).last().expect("shipped");
    [version.hash.to_string(), version.wording.to_string()]
}

#[test]
fn a_reworded_definition_decides_the_same() {
    let before = hashes(&loaded(&shipped()));
    let after = hashes(&edited(|text| {
        text.replacen("Naissance d", "La naissance d", 1)
    }));
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
}

#[test]
fn layout_says_nothing() {
    let before = loaded(&shipped());
    let after = edited(|text| {
        let spaced: Vec<String> = text
            .lines()
            .map(|line| line.replace(" >= ", "   >=   "))
            .collect();
        format!("# said again\n\n{}\n", spaced.join("\n"))
    });
    assert_eq!(hashes(&before), hashes(&after));
    assert_eq!(before.hash(), after.hash());
}

#[test]
fn another_number_of_days_is_another_law() {
    let before = loaded(&shipped());
    let after = edited(|text| text.replacen("{ 2016-11-20: 5 }", "{ 2016-11-20: 6 }", 1));
    assert_ne!(hashes(&before)[0], hashes(&after)[0]);
    assert_eq!(hashes(&before)[1], hashes(&after)[1]);
    assert_ne!(before.hash(), after.hash());
}

#[test]
fn the_files_that_are_kept_load_to_the_same_hashes() {
    let first = loaded(&shipped());
    let mut kept = first.sources().to_vec();
    kept.reverse();
    let again = loaded(&kept);
    assert_eq!(first.hash(), again.hash());
    assert_eq!(hashes(&first), hashes(&again));
    assert_eq!(first.sources(), again.sources());
}

#[test]
fn a_corrected_sentence_is_shown_and_pins_nothing_anew() {
    let before = loaded(&shipped());
    let [hash, wording] = hashes(&before);
    let mut sources = shipped();
    let birth = sources
        .iter()
        .find(|source| source.path == "birth/2021-07-01.yaml")
        .expect("shipped");
    let text = birth.text.replacen("Naissance d", "La naissance d", 1);
    let revision = format!(
        "revision: {{ replaces: {hash}, published_on: 2026-01-10, reason: typo }}\nstarts:"
    );
    let text = text.replacen("starts:", &revision, 1);
    sources.push(Source::new("birth/2021-07-01.2026-01-10.yaml", text));

    let after = loaded(&sources);

    let [same, corrected] = hashes(&after);
    assert_eq!(hash, same);
    assert_ne!(wording, corrected);
    let birth = JourneyName::new("birth").expect("shipped");
    assert_eq!(
        before.catalog.versions(&birth).len(),
        after.catalog.versions(&birth).len()
    );
}
