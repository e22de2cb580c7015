//! Those who live far from the court have longer (Code de procédure civile, art. 643 and 644; CJA, art. R421-7).

use parcours_core::calendar::Language;
use parcours_core::catalog::Catalog;
use parcours_core::journey::{Act, Event};
use parcours_core::value::Value;
use parcours_lang::Source;

use crate::life::{Life, catalog_of, family, sources};

/// A right that an agent may refuse, and a court that has two clear months, and more for those who are far.
fn trial(to: &str) -> Catalog {
    let text = format!(
        r#"
journey: trial
title: {{ fr: "Audience", en: "Hearing" }}
applies: {{ by: event.arrived_on, from: 2020-01-01 }}
starts: {{ on: arrival }}
holder: event.adults[0]
people: {{ adult: event.adults }}
facts:
  home:
    type: text
    about: household
    purpose: trial
    title: {{ fr: "Lieu de vie", en: "Place of residence" }}
    question: {{ fr: "Où habitez-vous ?", en: "Where do you live?" }}
    from: [ {{ ask: adult }} ]
steps:
  hearing:
    kind: right
    title: {{ fr: "Audience", en: "Hearing" }}
    who: adult
    office: {{ service: office, of: event.place }}
    settled_by: [ {{ decision: agent }} ]
    recourse:
      - kind: administrative_court
        words: {{ fr: "Saisissez le tribunal.", en: "Go to court." }}
        due:
          clear_months: 2
          after: step.hearing.refused_on
          distance: {{ overseas_months: 1, abroad_months: 2, from: fact.home{to} }}
          roll: next_working_day
          calendar: metropole
        law: [ {{ ref: "CJA, art. R421-7" }} ]
    law: [ {{ ref: "Code inventé, art. 20" }} ]
"#
    );
    let mut all = sources("../../specs/fixtures/definitions/core");
    all.push(Source::new("trial/2020-01-01.yaml", text));
    catalog_of(&all)
}

fn refused(catalog: &Catalog) -> Life<'_> {
    let mut life = Life::new(catalog, "arrival", family());
    life.on("2026-09-10");
    life.starts("trial", "p-nadia");
    life.agent_does(
        "hearing",
        Act::Refuse {
            motive: "no".into(),
        },
    );
    life
}

/// By when, and what people read of it.
fn by(life: &Life<'_>) -> (String, Vec<String>) {
    let recourse = &life.step_view("hearing").recourse[0];
    let due = recourse.due.as_ref().expect("a date");
    (due.due().to_string(), due.explain(Language::English))
}

#[test]
fn where_the_person_lives_is_asked_and_decides() {
    let catalog = trial(r#", to: "'75056'""#);
    for (home, due, why) in [
        ("69123", "2026-11-12", None),
        ("67482", "2026-11-12", None),
        (
            "97105",
            "2026-12-11",
            Some("1 month more for distance (overseas)"),
        ),
        (
            "98818",
            "2026-12-11",
            Some("1 month more for distance (overseas)"),
        ),
        (
            "99109",
            "2027-01-11",
            Some("2 months more for distance (abroad)"),
        ),
    ] {
        let mut life = refused(&catalog);
        life.then_among_others(["step_refused hearing", "question_asked home"]);
        assert_eq!(life.step_view("hearing").recourse[0].due, None);
        life.says("home", Value::text(home));
        let (date, said) = by(&life);
        assert_eq!(date, due, "{home}");
        let told = said.iter().find(|line| line.contains("distance"));
        assert_eq!(told.map(String::as_str), why, "{home}");
    }
}

#[test]
fn without_another_seat_it_is_the_office_s() {
    // The family's office is in the commune where it arrives, in European France.
    let catalog = trial("");
    let mut life = refused(&catalog);
    life.says("home", Value::text("97105"));
    assert_eq!(by(&life).0, "2026-12-11");

    let catalog = trial(r#", to: "'97105'""#);
    let mut life = refused(&catalog);
    life.says("home", Value::text("97120"));
    assert_eq!(by(&life).0, "2026-11-12", "both are in Guadeloupe");
}

#[test]
fn a_code_that_is_none_calls_the_designer() {
    let catalog = trial("");
    let mut life = refused(&catalog);
    life.says("home", Value::text("Pointe-à-Pitre"))
        .then_among_others(["rule_failed hearing"]);
    let events = life.last().as_ref().unwrap();
    let what = events.iter().find_map(|event| match event {
        Event::RuleFailed { what, .. } => what.value().cloned(),
        _ => None,
    });
    assert!(what.unwrap().contains("is no INSEE code"));
    assert_eq!(life.step_view("hearing").recourse[0].due, None);
}
