//! What an act of people takes back.

use parcours_core::catalog::Catalog;
use parcours_core::journey::Act;
use parcours_core::value::Value;

use crate::life::{Life, country_with, date, family, record, set};

const BADGE: &str = r#"
journey: badge
title: { fr: "Cartes", en: "Badges" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults, child: event.children }
facts:
  told_on:
    type: date
    each: child
    about: child
    purpose: badge
    retention: journey
    title: { fr: "Jour de la lettre", en: "Day of the letter" }
    question: { fr: "Quel jour avez-vous reçu la lettre ?", en: "On which day did the letter come?" }
    from: [ { ask: adult } ]
steps:
  badge:
    kind: obligation
    title: { fr: "Prendre la carte", en: "Take the badge" }
    each: child
    who: adult
    when: event.place == '69123'
    settled_by:
      - event: office.registered
        matching: reply.child == child.rank
      - declared: adult
    undo: { act: hand_back }
    law: [ { ref: "Code inventé, art. 40" } ]
  hand_back:
    kind: obligation
    title: { fr: "Rendre la carte", en: "Hand the badge back" }
    inverse: true
    each: child
    who: adult
    due: { days: 10, after: fact.told_on }
    settled_by:
      - event: office.grant_opened
        matching: reply.amount == child.rank
      - declared: adult
    missed: { words: { fr: "Rendez-la quand même.", en: "Hand it back all the same." }, then: stays_open }
    law: [ { ref: "Code inventé, art. 41" } ]
"#;

fn country() -> Catalog {
    country_with(&[("badge/2020-01-01.yaml", BADGE)])
}

/// Both children have their badge.
fn badged(catalog: &Catalog) -> Life<'_> {
    let mut life = Life::new(catalog, "arrival", family());
    life.on("2026-03-02");
    life.starts("badge", "p-nadia");
    for rank in [1, 2] {
        life.office_tells("registered", [("child", Value::Integer(rank))]);
    }
    life.stands("badge.child.0", "settled")
        .stands("badge.child.1", "settled");
    life
}

fn moves(life: &mut Life<'_>, place: &str) {
    life.corrects(|data| set(data, "place", Value::text(place)));
}

#[test]
fn whoever_is_there_no_more_is_told_what_is_theirs_to_take_back() {
    let catalog = country();
    let mut life = badged(&catalog);
    let other = record([
        ("rank", Value::Integer(1)),
        ("born_on", date("2026-03-02")),
        ("id", Value::text("p-zoe")),
    ]);
    life.on("2026-03-05")
        .corrects(|data| set(data, "children", Value::List(vec![other])))
        .then_among_others([
            "people_numbered",
            "undo_started badge.child.1",
            "step_opened hand_back.child.1",
            "question_asked told_on.child.1",
        ]);
    assert!(
        life.view()
            .steps
            .iter()
            .any(|step| step.key.to_string() == "hand_back.child.1")
    );
    life.says("told_on.child.1", date("2026-03-04"))
        .then_among_others(["step_rescheduled hand_back.child.1"]);
    // The office tells it of them, as they were told last.
    life.office_tells("grant_opened", [("amount", Value::Integer(2))])
        .then_among_others([
            "step_settled hand_back.child.1",
            "step_undone badge.child.1",
        ]);
    life.does("hand_back.child.0", Act::Done)
        .then_among_others([
            "step_settled hand_back.child.0",
            "step_undone badge.child.0",
        ]);
    life.stands("hand_back.child.2", "not_applicable");
    life.says("told_on.child.1", date("2026-03-05"))
        .rejected("that is in this journey");
}

#[test]
fn the_second_time_something_is_taken_back_it_is_to_be_done_again() {
    let catalog = country();
    let mut life = badged(&catalog);
    moves(&mut life, "75056");
    life.stands("hand_back.child.0", "open");
    life.office_tells("grant_opened", [("amount", Value::Integer(1))])
        .then([
            "service_told",
            "step_settled hand_back.child.0",
            "step_undone badge.child.0",
        ]);
    moves(&mut life, "69123");
    life.does("badge.child.0", Act::Done)
        .stands("badge.child.0", "settled")
        .stands("hand_back.child.0", "settled");
    moves(&mut life, "75056");
    life.then_among_others([
        "undo_started badge.child.0",
        "step_set_aside hand_back.child.0",
        "step_opened hand_back.child.0",
    ]);
    life.stands("badge.child.0", "undoing");
    life.office_tells("grant_opened", [("amount", Value::Integer(1))])
        .then_among_others([
            "step_settled hand_back.child.0",
            "step_undone badge.child.0",
        ]);
}
