//! What waits is not safe from its date.

use std::sync::LazyLock;

use parcours_core::catalog::Catalog;
use parcours_core::journey::{Act, TroubleAbout, TroubleKind};
use parcours_core::value::Value;
use parcours_lang::Source;

use crate::life::{Life, catalog_of, date, family, set, sources};

const ESTATE: &str = r#"
journey: estate
title: { fr: "Succession", en: "Estate" }
applies: { by: event.arrived_on, from: 2020-01-01 }
starts: { on: arrival }
holder: event.adults[0]
people: { adult: event.adults, child: event.children }
facts:
  employed:
    type: boolean
    about: household
    purpose: estate
    title: { fr: "Salarié", en: "Employed" }
    question: { fr: "Était-il salarié ?", en: "Was he employed?" }
    from: [ { ask: adult } ]
  returned_on:
    type: date
    about: household
    purpose: estate
    title: { fr: "Jour de remise", en: "Day of return" }
    question: { fr: "Quand ?", en: "When?" }
    from: [ { ask: adult } ]
steps:
  declare:
    kind: obligation
    title: { fr: "Déclarer", en: "Declare" }
    who: adult
    settled_by: [ { declared: adult } ]
    law: [ { ref: "Code inventé, art. 30" } ]
  bury:
    kind: obligation
    title: { fr: "Inhumer", en: "Bury" }
    who: adult
    after: [ { step: declare } ]
    due: { days: 6, after: event.arrived_on }
    settled_by: [ { declared: adult } ]
    missed: { words: { fr: "Un agent vous appelle.", en: "An agent calls you." }, then: incident }
    law: [ { ref: "Code inventé, art. 31" } ]
  claim:
    kind: right
    title: { fr: "Demander", en: "Claim" }
    who: adult
    after: [ { step: declare } ]
    due: { days: 10, after: event.arrived_on }
    settled_by: [ { declared: adult } ]
    missed: { words: { fr: "Le droit est perdu.", en: "The right is lost." }, then: lapses }
    law: [ { ref: "Code inventé, art. 32" } ]
  deposit:
    kind: obligation
    title: { fr: "Rendre", en: "Give back" }
    who: adult
    after: [ { step: declare } ]
    due: { months: 1, after: fact.returned_on }
    settled_by: [ { declared: adult } ]
    missed: { words: { fr: "Réclamez.", en: "Claim it." }, then: incident }
    law: [ { ref: "Code inventé, art. 34" } ]
  refund:
    kind: right
    title: { fr: "Remboursement", en: "Refund" }
    who: adult
    after: [ { step: declare } ]
    due: { months: 1, after: fact.returned_on }
    settled_by: [ { declared: adult } ]
    missed: { words: { fr: "C’est perdu.", en: "It is lost." }, then: lapses }
    law: [ { ref: "Code inventé, art. 35" } ]
  grant:
    kind: right
    title: { fr: "Capital", en: "Grant" }
    who: adult
    when: fact.employed
    due: { days: 20, after: event.arrived_on }
    settled_by: [ { declared: adult } ]
    missed: { words: { fr: "Demandez quand même.", en: "Ask all the same." }, then: stays_open }
    law: [ { ref: "Code inventé, art. 33" } ]
"#;

static COUNTRY: LazyLock<Catalog> = LazyLock::new(|| {
    let mut all = sources("../../specs/fixtures/definitions/core");
    all.push(Source::new("estate/2020-01-01.yaml", ESTATE));
    catalog_of(&all)
});

/// Nobody has declared anything.
fn left() -> Life<'static> {
    let mut life = Life::new(&COUNTRY, "arrival", family());
    life.on("2026-03-02");
    life.starts("estate", "p-nadia");
    life.stands("bury", "waiting").stands("claim", "waiting");
    life
}

#[test]
fn a_date_passes_while_a_step_waits_for_another() {
    let mut life = left();
    life.waits_until("2026-03-09").then(["step_overdue bury"]);
    assert!(life.step_view("bury").overdue);
    let troubles = life.journey().troubles();
    assert!(troubles.iter().any(|it| it.kind == TroubleKind::Missed));
    life.waits_until("2026-03-13").then(["step_lapsed claim"]);
    life.waits_until("2026-04-10");
    life.stands("bury", "waiting").stands("claim", "lapsed");
    // It is said once: what opens late is late already.
    life.does("declare", Act::Done).then([
        "step_settled declare",
        "step_opened bury",
        "step_opened deposit",
        "step_opened refund",
    ]);
    assert!(life.step_view("bury").overdue);
    life.stands("claim", "lapsed");
}

#[test]
fn a_date_that_passes_while_nobody_knows_whether_it_concerns_them_is_told() {
    let mut life = left();
    let passed = |life: &Life<'_>| life.step_view("grant").passed_unknown().is_some();
    life.waits_until("2026-03-21").stands("grant", "waiting");
    assert!(!passed(&life), "until the end of the twentieth day");
    life.waits_until("2026-03-23").stands("grant", "waiting");
    assert!(passed(&life) && life.step_view("grant").overdue);
    life.says("employed", Value::Bool(true))
        .stands("grant", "open");
    assert!(!passed(&life) && life.step_view("grant").overdue);
}

#[test]
fn a_date_that_is_put_off_is_not_missed_any_more() {
    let mut life = left();
    life.waits_until("2026-03-09").then(["step_overdue bury"]);
    life.on("2026-03-10")
        .corrects(|data| set(data, "arrived_on", date("2026-03-08")))
        .then_among_others(["step_rescheduled bury"]);
    assert!(!life.step_view("bury").overdue);
    life.waits_until("2026-03-15").then(["step_overdue bury"]);
    // There and back again, it settles each time.
    life.on("2026-03-16")
        .corrects(|data| set(data, "arrived_on", date("2026-03-01")))
        .corrects(|data| set(data, "arrived_on", date("2026-03-15")));
    assert!(!life.step_view("bury").overdue);
    life.corrects(|data| set(data, "arrived_on", date("2026-03-01")));
    assert!(life.step_view("bury").overdue);
    life.corrects(|data| set(data, "arrived_on", date("2026-03-15")));
    assert!(!life.step_view("bury").overdue);
}

#[test]
fn a_date_that_cannot_be_told_for_now_is_no_other_date() {
    let mut life = left();
    life.says("returned_on", date("2026-03-02"));
    life.waits_until("2026-04-03")
        .then_among_others(["step_overdue deposit"]);
    life.disputes("returned_on")
        .then(["fact_disputed returned_on"]);
    assert!(life.step_view("deposit").overdue, "while it waits");
    life.does("declare", Act::Done)
        .then_among_others(["step_opened deposit"]);
    assert!(life.step_view("deposit").overdue, "once it can be done");
    let missed = |life: &Life<'_>| {
        let mut troubles = life.journey().troubles().into_iter();
        troubles.any(|it| it.about == TroubleAbout::Step("deposit".parse().unwrap()))
    };
    assert!(missed(&life), "an agent still looks at it");
    life.agent_says("returned_on", date("2026-03-20"))
        .then_among_others(["step_rescheduled deposit"]);
    assert!(!life.step_view("deposit").overdue, "it was another date");
    assert!(!missed(&life));
}

#[test]
fn what_lapsed_stays_lapsed_while_its_date_is_contested() {
    let mut life = left();
    life.says("returned_on", date("2026-03-02"));
    life.does("declare", Act::Done);
    life.waits_until("2026-04-03")
        .then_among_others(["step_lapsed refund"]);
    life.disputes("returned_on").stands("refund", "lapsed");
    life.agent_says("returned_on", date("2026-03-20"))
        .stands("refund", "open");
}

#[test]
fn a_date_that_passes_while_a_question_waits_is_shown_and_claims_nothing() {
    let mut life = left();
    life.waits_until("2026-03-31");
    life.stands("grant", "waiting");
    assert!(life.step_view("grant").overdue);
    life.says("employed", Value::Bool(false));
    life.stands("grant", "not_applicable");
    assert!(!life.step_view("grant").overdue);
    life.says("employed", Value::Bool(true));
    assert!(life.step_view("grant").overdue);
}
