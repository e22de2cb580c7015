//! What a tester reads when a scenario is wrong: each kind of failure, in full.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use cucumber::then;
use parcours_core::calendar::Language;
use parcours_specs::{Run, World, report};

/// A second meaning for a sentence of the vocabulary, in this test only.
#[then(regex = "^rien ne (change|bouge)$")]
fn nothing_moves(_: &mut World, _word: String) {}

fn run(name: &str, text: &str) -> (tempfile::TempDir, Run) {
    watched(name, text, |_, _| ())
}

fn watched(
    name: &str,
    text: &str,
    watch: impl Fn(usize, usize) + 'static,
) -> (tempfile::TempDir, Run) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let sources = parcours_lang::read_dir(&root.join("journeys")).expect("the folder of journeys");
    let (loaded, _) = parcours_lang::load(&sources);
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), text).expect("a file");
    let run = parcours_specs::run_watched(
        &[folder.path().to_owned()],
        &Arc::new(loaded.expect("a catalog")),
        watch,
    )
    .expect("features");
    (folder, run)
}

fn told(name: &str, text: &str) -> String {
    let (folder, run) = run(name, text);
    assert!(run.failed() > 0, "it passed");
    let text = report::text(&run, Language::English);
    text.replace(&format!("{}/", folder.path().display()), "")
}

/// A failure without the journey as it stood.
fn told_shortly(name: &str, text: &str) -> String {
    let told = told(name, text);
    told.split("\n    it is")
        .next()
        .unwrap_or_default()
        .split("\n    nous sommes")
        .next()
        .unwrap_or_default()
        .to_owned()
}

const PUBLISHED: &str = "Feature: One\n  Scenario: A birth\n    Given a birth on 2026-03-04 in Lyon (69123)\n    \
                         When the event is published on 2026-03-05\n";

#[test]
fn whoever_watches_is_told_after_each_scenario_whatever_became_of_it() {
    let text = format!(
        "{PUBLISHED}    Then there is 1 journey\n  Scenario Outline: Others\n    Given a birth on <day> in Lyon (69123)\n    \
         When the event is published on 2026-03-06\n    Then there are 2 journeys\n    Examples:\n      | day |\n      \
         | 2026-03-04 |\n      | 2026-03-05 |\n"
    );
    let told: Rc<RefCell<Vec<(usize, usize)>>> = Rc::default();
    let note = Rc::clone(&told);
    let (_folder, run) = watched("one.en.feature", &text, move |over, all| {
        note.borrow_mut().push((over, all));
    });
    assert_eq!((run.passed(), run.failed()), (1, 2));
    assert_eq!(*told.borrow(), [(1, 3), (2, 3), (3, 3)]);
}

#[test]
fn an_unknown_sentence_names_the_nearest() {
    let text = format!(
        "{PUBLISHED}    Then the step \"declare_birth\" (child 1) must be done by 2026-03-09\n"
    );
    insta::assert_snapshot!(told_shortly("one.en.feature", &text));
}

#[test]
fn an_unknown_sentence_in_french_names_the_nearest_in_french() {
    let text = "# language: fr\nFonctionnalité: Un\n  Scénario: Une naissance\n    \
                Étant donné une naissance le 4 mars 2026 à Lyon (69123)\n    Quand l’évènement est publier le 5 mars 2026\n";
    insta::assert_snapshot!(told_shortly("one.fr.feature", text));
}

#[test]
fn an_ambiguous_sentence_names_what_it_could_mean() {
    let text = "# language: fr\nFonctionnalité: Un\n  Scénario: Rien\n    Alors rien ne change\n";
    insta::assert_snapshot!(told_shortly("one.fr.feature", text));
}

#[test]
fn an_event_that_is_not_defined_names_those_that_are() {
    let text = "Feature: One\n  Scenario: A wedding\n    Given the example \"big\" of the event \"wedding\"\n";
    insta::assert_snapshot!(told_shortly("one.en.feature", text));
}

#[test]
fn a_step_that_is_not_defined_names_the_nearest() {
    let text = format!("{PUBLISHED}    Then the step \"declare_brith\" (child 1) is to be done\n");
    insta::assert_snapshot!(told_shortly("one.en.feature", &text));
}

#[test]
fn a_date_that_is_wrong_shows_its_working_out_and_the_journey() {
    let text =
        format!("{PUBLISHED}    Then the step \"declare_birth\" (child 1) is due by 2026-03-10\n");
    let told = told("one.en.feature", &text);
    insta::assert_snapshot!(told.split("\n    it is").next().unwrap_or_default());
    let after: Vec<&str> = told
        .lines()
        .skip_while(|line| !line.starts_with("    it is"))
        .collect();
    assert_eq!(
        after,
        [
            "    it is Thursday 5 March 2026, 08:00",
            "    Birth of a child (birth@2021-07-01)",
            "      declare_birth.child.0  to be done  by 2026-03-09",
            "",
            "The whole journey of each failure: parcours spec --report html -o failures.html",
            "",
            "1 scenario: 0 passed, 1 failed",
        ],
        "{told}"
    );
    let (_, run) = run("one.en.feature", &text);
    let story = report::html(&run, Language::English);
    for part in ["step_opened welcome", "https://example.org/scenarios: "] {
        assert!(story.contains(part), "{part} is not in\n{story}");
    }
}

#[test]
fn a_failure_in_french_is_in_french_and_short() {
    let text = "# language: fr\nFonctionnalité: Un\n  Scénario: Une naissance\n    \
                Étant donné une naissance le 4 mars 2026 à Lyon (69123)\n    \
                Quand l’évènement est publié le 5 mars 2026\n    \
                Quand on décline \"declare_birth\" (child 1) le 6 mars 2026\n    \
                Alors la démarche \"declare_birth\" (child 1) est faite\n";
    let told = told("one.fr.feature", text);
    assert!(told.contains("one.fr.feature:7  Une naissance"), "{told}");
    assert!(told.contains("une obligation ne se décline pas"), "{told}");
    assert!(
        told.contains("nous sommes le vendredi 6 mars 2026"),
        "{told}"
    );
    assert!(told.lines().count() <= 14, "{told}");
    for english in ["obligation cannot", "journey", "step_opened"] {
        assert!(
            !told
                .replace("The whole journey of each failure", "")
                .contains(english),
            "{english}: {told}"
        );
    }
}

#[test]
fn a_file_in_french_that_does_not_say_so_is_told_to() {
    let told = told(
        "one.fr.feature",
        "Fonctionnalité: Un\n  Scénario: Une naissance\n    Étant donné une naissance le 4 mars 2026\n",
    );
    assert!(
        told.contains("écrivez `# language: fr` sur sa première ligne"),
        "{told}"
    );
    let told = self::told(
        "one.en.feature",
        "Feature: One\n  Scenario: A birth\n    Given a birth on 2026-03-04\n    Gven a birth\n",
    );
    assert!(
        told.contains("this line is not in its place: “Gven a birth”"),
        "{told}"
    );
    assert!(told.lines().count() <= 9, "{told}");
}

#[test]
fn an_act_that_was_not_accepted_must_be_said() {
    let text =
        format!("{PUBLISHED}    When \"declare_birth\" (child 1) is declined on 2026-03-06\n");
    insta::assert_snapshot!(told_shortly("one.en.feature", &text));
    let said =
        format!("{text}    Then that is not accepted: \"an obligation cannot be declined\"\n");
    let (_, run) = run("one.en.feature", &said);
    assert_eq!(run.failed(), 0, "{}", report::text(&run, Language::English));
}

#[test]
fn a_file_that_cannot_be_read_says_where() {
    let told = told(
        "one.en.feature",
        "Scenario: A birth\n    Given it is 2026-03-02\n",
    );
    assert!(told.contains("one.en.feature:1\n"), "{told}");
    let told = self::told("one.de.feature", "# language: de\nFunktionalität: Eins\n");
    assert!(told.contains("language `de` is not spoken here"), "{told}");
}

#[test]
fn a_scenario_that_says_nothing_fails() {
    assert!(
        told("one.en.feature", "Feature: One\n  Scenario: Nothing\n")
            .contains("the scenario says nothing")
    );
}

#[test]
fn a_scenario_that_expects_nothing_fails() {
    let told = told("one.en.feature", PUBLISHED);
    assert!(
        told.contains("one.en.feature:2") && told.contains("expects nothing, so it cannot fail"),
        "{told}"
    );
    let french = "# language: fr\nFonctionnalité: Un\n  Contexte:\n    Étant donné une naissance le 4 mars 2026\n  \
                  Scénario: Une naissance\n    Quand l’évènement est publié le 5 mars 2026\n";
    let told = self::told("one.fr.feature", french);
    assert!(told.contains("n’attend rien"), "{told}");
}

#[test]
fn nothing_changes_where_nothing_happens_is_no_proof() {
    for given in ["", "    Given a birth on 2026-03-04\n"] {
        let text = format!("Feature: One\n  Scenario: Empty\n{given}    Then nothing changes\n");
        let told = told("one.en.feature", &text);
        assert!(told.contains("nothing has happened yet"), "{told}");
    }
}

#[test]
fn a_file_without_a_scenario_fails() {
    let told = told("one.en.feature", "Feature: One\n  Nothing yet.\n");
    assert!(
        told.contains("one.en.feature:1\n  no scenario in this file"),
        "{told}"
    );
}

#[test]
fn a_sentence_after_one_that_fails_is_not_passed_over_in_silence() {
    let text = format!(
        "{PUBLISHED}    Then the moon is blue\n    And the receipt says \"started\"\n  Scenario: Another\n    \
         Given a birth on 2026-03-04\n    When the event is published on 2026-03-05\n    Then there is 1 journey\n"
    );
    let (_, run) = run("one.en.feature", &text);
    assert_eq!((run.passed(), run.failed()), (1, 1));
}

#[test]
fn reports_tell_the_failure_and_are_well_formed() {
    let text = format!("{PUBLISHED}    Then the receipt says \"<&>\"\n");
    let (_, run) = run("one.en.feature", &text);
    let junit = report::junit(&run);
    assert!(junit.contains("tests=\"1\" failures=\"1\""), "{junit}");
    assert!(
        junit.contains("&lt;&amp;&gt;") && !junit.contains("<&>"),
        "{junit}"
    );
    let html = report::html(&run, Language::French);
    assert!(
        html.contains("0 réussi, 1 en échec") && !html.contains("<script"),
        "{html}"
    );
    let json = report::json(&run);
    assert_eq!(json["features"][0]["scenarios"][0]["failure"]["line"], 5);
    assert_eq!(json["failed"], 1);
    assert!(json["coverage"]["all"].as_u64() > Some(1000));
}

#[test]
fn a_failure_of_a_french_scenario_is_french_throughout() {
    let head = "# language: fr\nFonctionnalité: Un\n  Scénario: Une naissance\n    \
                Étant donné une naissance le 4 mars 2026 à Lyon (69123)\n";
    for (sentences, wanted) in [
        (
            "    Quand l'évènement est publié le 31 avril 2026\n",
            "→ « 31 avril 2026 » n’est pas un jour ; écrivez 2026-03-02 ou 2 mars 2026",
        ),
        (
            "    Quand l'évènement est publié le 5 mars 2026\n    Alors la démarche \"declare_birth\" (child 0) est à faire\n",
            "→ « \"declare_birth\" (child 0) » : on compte à partir de 1",
        ),
        (
            "    Quand l'évènement est publié le 5 mars 2026\n    Et on répond \"deux\" à la question \"dependent_children\" le 6 mars 2026\n",
            "la valeur n’est pas ce qui est attendu : écrivez un nombre entier, sans guillemets",
        ),
    ] {
        let told = told("one.fr.feature", &format!("{head}{sentences}")).replace('\u{a0}', " ");
        let told = told.replace('\u{202f}', " ");
        assert!(told.contains(wanted), "{told}");
        for english in ["can not be parsed", "expected", "write ", "\u{1f}"] {
            assert!(!told.contains(english), "{english}: {told}");
        }
    }
}

#[test]
fn one_scenario_is_not_several() {
    let (_folder, run) = run("one.en.feature", PUBLISHED_ALONE);
    let told = report::text(&run, Language::French);
    assert!(
        told.contains("1 scénario\u{a0}: 1 réussi, 0 en échec"),
        "{told}"
    );
}

const PUBLISHED_ALONE: &str = "Feature: One\n  Scenario: A birth\n    Given a birth on 2026-03-04 in Lyon (69123)\n    \
                               When the event is published on 2026-03-05\n    Then the step \"declare_birth\" (child 1) is to be done\n";
