//! `try` and `explain`.

use serde_json::Value;

use super::{Said, parcours};

fn tried(words: &[&str]) -> Value {
    let said = parcours(&[&["try", "birth", "--json"], words].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    serde_json::from_str(&said.out).expect("JSON")
}

fn said(words: &[&str]) -> Said {
    parcours(&[&["try"], words].concat())
}

#[test]
fn the_day_before_the_reform_gives_eleven_days_for_now() {
    let read = tried(&["--on", "2021-06-30"]);
    assert_eq!(read["law"]["version"], "birth@2016-11-20");
    assert_eq!(read["law"]["provisional"], true);
    assert_eq!(read["facts"]["paternity_leave_days"]["value"], 11);
    assert_eq!(read["life_event"]["left_out"], "due_on");
    // What must be known first, and what it would change.
    assert_eq!(read["law"]["why"]["lacking"][0]["reference"], "fact.due_on");
    let otherwise = &read["otherwise"][0];
    assert_eq!(otherwise["set"], "due_on=2021-07-01");
    assert_eq!(otherwise["law"], "birth@2021-07-01");
    let changes = otherwise["changes"].as_array().expect("changes");
    assert!(
        changes
            .iter()
            .any(|change| change["then"] == 25 && change["now"] == 11),
        "{changes:?}"
    );
}

#[test]
fn the_day_of_the_reform_gives_twenty_five_days_and_the_article() {
    let read = tried(&["--on", "2021-07-01"]);
    assert_eq!(read["law"]["version"], "birth@2021-07-01");
    assert_eq!(read["law"]["provisional"], false);
    assert_eq!(read["otherwise"], Value::Array(Vec::new()));
    assert_eq!(read["facts"]["paternity_leave_days"]["value"], 25);
    let days = &read["values"]["paternity_days"];
    assert_eq!(
        (&days["value"], &days["unit"]),
        (&25.into(), &"days".into())
    );
    assert_eq!(days["law"][0]["ref"], "Code du travail, art. L1225-35");
}

#[test]
fn a_child_expected_after_the_reform_is_under_the_new_law() {
    for name in ["event.due_on=2021-07-10", "due_on=2021-07-10"] {
        let read = tried(&["--on", "2021-06-30", "--set", name]);
        assert_eq!(read["facts"]["paternity_leave_days"]["value"], 25, "{name}");
        assert_eq!(read["law"]["provisional"], false, "{name}");
    }
    let named = tried(&["--on", "2021-06-30", "--with", "premature"]);
    assert_eq!(named["facts"]["paternity_leave_days"]["value"], 25);
}

#[test]
fn people_read_the_same_in_both_languages() {
    let english = said(&["birth", "--on", "2021-06-30"]);
    let french = said(&["birth", "--on", "2021-06-30", "--lang", "fr"]);
    for (said, parts) in [
        (
            english,
            [
                "birth@2016-11-20, provisionally",
                "Days of paternity leave: 25 instead of 11",
                "11 days (provisional)",
                "Monday 5 July 2021",
                "Code civil, art. 55",
            ],
        ),
        (
            french,
            [
                "birth@2016-11-20, à titre provisoire",
                "Jours de congé de paternité : 25 au lieu de 11",
                "11 jours (provisoire)",
                "lundi 5 juillet 2021",
                "Code civil, art. 55",
            ],
        ),
    ] {
        assert_eq!(said.code, Some(0), "{said:?}");
        // French puts spaces that do not break before its colons.
        let out = said.out.replace('\u{a0}', " ");
        for part in parts {
            assert!(out.contains(part), "{part}: {out}");
        }
    }
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    for journey in ["birth", "move", "job_loss"] {
        for lang in ["fr", "en"] {
            let said = said(&[
                journey,
                "--on",
                "2026-03-02",
                "--lang",
                lang,
                "--all",
                "--until",
                "2026-12-31",
            ]);
            assert_eq!(said.code, Some(0), "{said:?}");
            for line in said.out.lines() {
                assert!(line.chars().count() <= 100, "{journey} {lang}: {line}");
            }
            assert!(!said.out.contains("\n\n\n"), "{}", said.out);
        }
    }
}

#[test]
fn time_goes_on_and_what_is_missed_is_said() {
    let read = tried(&["--on", "2026-03-02", "--until", "2026-03-10"]);
    let steps = read["steps"].as_array().expect("steps");
    let declared = steps
        .iter()
        .find(|step| step["step"] == "declare_birth.child.0")
        .expect("the step");
    assert_eq!(declared["due"]["date"], "2026-03-09");
    assert_eq!(declared["state"], "lapsed");
}

#[test]
fn facts_can_be_set_for_everybody_or_for_one() {
    let all = tried(&["--on", "2026-03-02", "--set", "employee=false"]);
    assert_eq!(all["facts"]["employee.parent.1"]["value"], false);
    let two = tried(&[
        "--on",
        "2026-03-02",
        "--with",
        "twins",
        "--set",
        "older_children=3",
    ]);
    assert_eq!(two["facts"]["dependent_children"]["value"], 5);
    assert_eq!(two["facts"]["paternity_leave_days"]["value"], 32);
}

#[test]
fn every_journey_can_be_tried_on_every_example() {
    for (journey, on) in [
        ("birth", "2026-03-02"),
        ("move", "2026-03-02"),
        ("job_loss", "2026-03-02"),
    ] {
        let wrong = said(&[journey, "--on", on, "--with", "nobody"]);
        assert_eq!(wrong.code, Some(2));
        let names: Vec<&str> = wrong.err.split('`').skip(3).step_by(2).collect();
        assert!(names.len() >= 3, "{wrong:?}");
        for name in names {
            let said = said(&[
                journey,
                "--on",
                on,
                "--with",
                name,
                "--until",
                "2026-12-31",
                "--all",
            ]);
            assert_eq!(said.code, Some(0), "{journey} {name}: {said:?}");
        }
    }
}

#[test]
fn what_is_asked_wrongly_says_what_there_is() {
    for (words, told) in [
        (
            &["brith", "--on", "2026-03-02"][..],
            "there is no journey `brith`, but `birth`",
        ),
        (
            &["birth", "--on", "2026-02-30"],
            "invalid value '2026-02-30'",
        ),
        (
            &[
                "birth",
                "--on",
                "2026-03-02",
                "--set",
                "event.dueon=2026-03-09",
            ],
            "there is no `dueon`, but `birth_place`",
        ),
        (
            &[
                "birth",
                "--on",
                "2026-03-02",
                "--set",
                "older_children=many",
            ],
            "--set older_children=…: an integer is expected",
        ),
        (
            &[
                "birth",
                "--on",
                "2026-03-02",
                "--set",
                "event.birth_place=Lyon",
            ],
            "/birth_place",
        ),
        (
            &["birth", "--on", "2026-03-02", "--until", "2026-03-01"],
            "give a later day",
        ),
    ] {
        let said = said(words);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
}

#[test]
fn a_step_is_said_to_be_done_and_a_refusal_shows_how_to_contest() {
    let words = [
        "--on",
        "2026-03-02",
        "--set",
        "older_children=1",
        "--done",
        "declare_birth@2026-03-05",
        "--done",
        "record_birth@2026-03-06",
        "--said",
        "child_benefit=refused",
    ];
    let read = tried(&words);
    assert_eq!(read["seen_on"], "2026-03-06");
    let step = |name: &str| {
        let steps = read["steps"].as_array().expect("steps");
        let found = steps.iter().find(|step| step["step"] == name);
        found.expect("the step").clone()
    };
    assert_eq!(step("declare_birth.child.0")["state"], "settled");
    let benefit = step("child_benefit");
    assert_eq!(benefit["state"], "refused");
    let appeal = &benefit["recourse"][0];
    assert_eq!(
        (&appeal["kind"], &appeal["then"], &appeal["due"]["date"]),
        (
            &"prior_appeal".into(),
            &"judicial_court".into(),
            &"2026-05-06".into()
        )
    );
    assert_eq!(
        appeal["law"][0]["ref"],
        "Code de la sécurité sociale, art. R142-1-A"
    );

    let told = said(&[&["birth"], &words[..]].concat());
    for part in [
        "In the CAF’s view, you do not live in France on a stable basis.",
        "Prior appeal, required before any court, then judicial court",
        "Wednesday 6 May 2026",
        "Code de la sécurité sociale, art. R142-1-A",
        "done: Register the birth · Nour",
    ] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    let silent = tried(&[
        "--on",
        "2026-03-02",
        "--set",
        "older_children=1",
        "--done",
        "declare_birth@2026-03-05",
        "--done",
        "record_birth@2026-03-06",
        "--said",
        "child_benefit=silence",
        "--until",
        "2026-05-10",
    ]);
    let steps = silent["steps"].as_array().expect("steps");
    let benefit = steps.iter().find(|step| step["step"] == "child_benefit");
    let benefit = benefit.expect("the step");
    assert_eq!(
        (&benefit["state"], &benefit["group"]),
        (&"deemed".into(), &"closed".into())
    );
}

#[test]
fn what_a_step_waits_for_what_to_bring_and_what_if_it_is_missed_are_told() {
    let told = said(&["birth", "--on", "2026-03-02"]);
    for part in [
        "waits for    The birth record is made · Nour",
        "evidence     Birth record, already held by: Town hall",
        "evidence     Identity document of the parents",
        "if missed    The town hall can no longer register the birth.",
        "cost         Paid in full",
    ] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
}

#[test]
fn the_day_that_is_set_is_the_day_it_happens() {
    let read = tried(&["--on", "2026-03-02", "--set", "event.born_on=2026-02-27"]);
    assert_eq!(read["on"], "2026-02-27");
    let told = said(&[
        "birth",
        "--on",
        "2026-03-02",
        "--set",
        "event.born_on=2026-02-27",
    ]);
    assert!(
        told.out.contains("happened     Friday 27 February 2026")
            && told
                .out
                .contains("--set event.born_on tells another day than --on"),
        "{}",
        told.out
    );
}

#[test]
fn what_is_said_of_a_step_is_refused_as_at_the_doors() {
    for (words, code, told) in [
        (
            &["--done", "declare"][..],
            2,
            "there is no such step, but `declare_birth`",
        ),
        (
            &["--said", "child_benefit=maybe"],
            2,
            "a reason for which the service refuses: not_resident, paid_to_other_parent",
        ),
        (&["--said", "declare_birth=silence"], 2, "asks no service"),
        (
            &["--said", "declare_birth=declined@2026-03-03"],
            1,
            "an obligation cannot be declined",
        ),
        (
            &["--done", "child_benefit@2026-03-03"],
            1,
            "the service is asked, and tells when it is done",
        ),
        (
            &[
                "--done",
                "declare_birth@2026-04-01",
                "--until",
                "2026-03-20",
            ],
            1,
            "there is no day on which that can be said",
        ),
        (&["--done", "declare_birth@soon"], 2, "`soon` is no date"),
    ] {
        let said = said(&[&["birth", "--on", "2026-03-02"], words].concat());
        assert_eq!(said.code, Some(code), "{said:?}");
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
}

#[test]
fn no_title_is_told_with_its_braces() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = super::root().join("specs/fixtures/definitions/core");
    for source in parcours_lang::read_dir(&from).expect("the fixtures") {
        let path = folder.path().join(&source.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let text = source
            .text
            .replace("en: \"Form\"", "en: \"Form of {fact.grant_days} days\"")
            .replace(
                "fr: \"Formulaire\"",
                "fr: \"Formulaire de {fact.grant_days} jours\"",
            )
            .replace("en: \"Days of grant\"", "en: \"Days up to {date.last}\"")
            .replace("fr: \"Jours d’aide\"", "fr: \"Jours jusqu’au {date.last}\"")
            .replace(
                "routes:\n",
                "dates:\n  last: { rule: { days: 3, after: event.arrived_on } }\nroutes:\n",
            );
        std::fs::write(path, text).expect("a file");
    }
    let folder = folder.path().to_str().expect("a path");
    let told = said(&[
        "grant",
        "--on",
        "2020-03-02",
        "--journeys",
        folder,
        "--until",
        "2020-04-10",
    ]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(!told.out.contains('{'), "{}", told.out);
    for part in [
        "overdue: Form of 12 days",
        "Days up to Thursday 5 March 2020",
    ] {
        let unwrapped = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains(part), "{part}: {}", told.out);
    }
}

#[test]
fn a_date_that_no_law_covers_is_answered_no() {
    let said = said(&["birth", "--on", "2010-01-01"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("applies from 2016-11-20"), "{said:?}");
}

#[test]
fn a_code_is_explained() {
    let page = parcours(&["explain", "step::no_law"]);
    assert_eq!(page.code, Some(0));
    assert!(
        page.out.contains("without its article") && page.out.contains("Mended"),
        "{page:?}"
    );
    let all = parcours(&["explain"]);
    assert!(all.out.lines().count() > 50, "{all:?}");
    let wrong = parcours(&["explain", "step::nolaw"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("parcours::step::no_law"), "{wrong:?}");
}
