//! The page of sentences says what the code does: each sentence is one function, in both languages, and none is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cucumber::World as _;
use cucumber::feature::Ext as _;
use cucumber::gherkin::{Feature, GherkinEnv, LineCol, Span, Step, StepType};
use cucumber::step::{Collection, Location};
use parcours_specs::words::State;
use parcours_specs::{World, vocabulary};

/// The functions that a sentence is, whatever its keyword, by file and first line of what follows its attributes.
fn functions(sentence: &str) -> BTreeSet<(String, usize)> {
    among(&World::collection(), sentence)
}

fn among(collection: &Collection<World>, sentence: &str) -> BTreeSet<(String, usize)> {
    let mut found = BTreeSet::new();
    for ty in [StepType::Given, StepType::When, StepType::Then] {
        let step = Step {
            keyword: String::new(),
            ty,
            value: sentence.replace('’', "'"),
            docstring: None,
            table: None,
            span: Span::default(),
            position: LineCol::default(),
        };
        let matched = collection
            .find(&step)
            .unwrap_or_else(|error| panic!("{sentence}: {error}"));
        if let Some((_, _, location, _)) = matched {
            found.insert(function(location.expect("attributes say where they are")));
        }
    }
    found
}

fn source(path: &str) -> String {
    let file = Path::new(path).file_name().expect("a file");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/vocabulary")
        .join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The function below an attribute.
fn function(location: Location) -> (String, usize) {
    let text = source(location.path);
    let from = location.line as usize;
    let line = (from..)
        .zip(text.lines().skip(from))
        .find(|(_, line)| line.starts_with("fn "));
    (location.path.to_owned(), line.expect("a function").0)
}

#[test]
fn each_sentence_of_the_page_is_one_meaning_in_both_languages() {
    let mut rows = 0;
    for (english, french) in vocabulary::rows() {
        let (in_english, in_french) = (functions(english), functions(french));
        assert_eq!(in_english.len(), 1, "`{english}` is {in_english:?}");
        assert_eq!(
            in_english, in_french,
            "`{english}` and `{french}` are two meanings"
        );
        rows += 1;
    }
    assert!(rows > 80, "only {rows} sentences are on the page");
}

#[test]
fn no_sentence_is_left_out_of_the_page() {
    let told: BTreeSet<(String, usize)> = vocabulary::rows()
        .flat_map(|(english, _)| functions(english))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/vocabulary");
    let mut written = 0;
    for entry in fs::read_dir(folder).expect("the vocabulary") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("a source");
        let mut after_attribute = false;
        for line in text.lines() {
            if line.starts_with("#[given(")
                || line.starts_with("#[when(")
                || line.starts_with("#[then(")
            {
                after_attribute = true;
            } else if line.starts_with("fn ") && std::mem::take(&mut after_attribute) {
                written += 1;
            }
        }
    }
    assert_eq!(
        told.len(),
        written,
        "the page tells {} meanings of {written}",
        told.len()
    );
}

/// What a feature file says, sentence by sentence, outlines written out.
fn said(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a feature");
    let id = if path.to_string_lossy().ends_with(".fr.feature") {
        "fr"
    } else {
        "en"
    };
    let env = GherkinEnv::new(id).expect("a language of Gherkin");
    let feature = Feature::parse(text, env)
        .map_err(|error| error.to_string())
        .and_then(|feature| feature.expand_examples().map_err(|error| error.to_string()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let scenarios = feature.scenarios.into_iter();
    scenarios
        .flat_map(|scenario| scenario.steps)
        .map(|step| step.value.replace('\u{a0}', " "))
        .collect()
}

#[test]
fn no_sentence_is_left_unused_by_the_shipped_features() {
    let collection = World::collection();
    let mut sentences = BTreeSet::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../features");
    for journey in fs::read_dir(folder).expect("the features") {
        for entry in fs::read_dir(journey.expect("a folder").path()).expect("a folder") {
            sentences.extend(said(&entry.expect("a file").path()));
        }
    }
    let used: BTreeSet<_> = sentences
        .iter()
        .flat_map(|sentence| among(&collection, sentence))
        .collect();
    let unused: Vec<&str> = vocabulary::rows()
        .filter(|(english, _)| among(&collection, english).is_disjoint(&used))
        .map(|(english, _)| english)
        .collect();
    assert!(unused.is_empty(), "no scenario says: {unused:#?}");
}

#[test]
fn every_state_of_a_step_is_on_the_page() {
    for (french, english) in State::ALL.iter().map(|state| state.words()) {
        assert!(
            vocabulary::PAGE.contains(&format!("| {english} | {french} |")),
            "{english}"
        );
    }
}
