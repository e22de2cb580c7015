//! A rule that does not fit what is known decides nothing, wherever it stands, and calls its designer: `RuleFailed`.

use parcours_core::catalog::Catalog;
use parcours_core::journey::{Act, Event};
use parcours_core::value::Value;
use parcours_lang::Source;

use crate::life::{Life, catalog_of, drop, family, set, sources};

/// The invented country, with one more journey: these dates, this step, and a number that people tell.
fn court(by: &str, dates: &str, step: &str) -> Catalog {
    let text = format!(
        r#"
journey: trial
title: {{ fr: "Audience", en: "Hearing" }}
applies: {{ by: "{by}", from: 2020-01-01 }}
starts: {{ on: arrival }}
holder: event.adults[0]
people: {{ adult: event.adults, child: event.children }}
facts:
  delay:
    type: integer
    about: household
    purpose: trial
    title: {{ fr: "Délai fixé", en: "Time set" }}
    question: {{ fr: "Quel délai a été fixé ?", en: "How long was set?" }}
    from: [ {{ ask: adult }} ]
{dates}
steps:
  hearing:
    kind: right
    title: {{ fr: "Audience", en: "Hearing" }}
    when: fact.delay > 0
    who: adult
    law: [ {{ ref: "Code inventé, art. 20" }} ]
{step}
"#
    );
    let mut all = sources("../../specs/fixtures/definitions/core");
    all.push(Source::new("trial/2020-01-01.yaml", text));
    catalog_of(&all)
}

/// Declared by an adult, or decided by an agent, and then contested.
const DECIDED: &str = "    settled_by: [ { decision: agent } ]\n";

fn summoned(catalog: &Catalog) -> Life<'_> {
    let mut life = Life::new(catalog, "arrival", family());
    life.on("2026-03-02");
    life.starts("trial", "p-nadia");
    life
}

/// The words of the incident that the last decision called.
fn incident(life: &Life<'_>) -> String {
    let events = life.last().as_ref().expect("decided");
    let mut failed = events.iter().filter_map(|event| match event {
        Event::RuleFailed { what, .. } => what.value().cloned(),
        _ => None,
    });
    failed
        .next()
        .unwrap_or_else(|| panic!("nobody was called: {events:?}"))
}

const RECOURSE: &str = r#"    recourse:
      - kind: gracious
        words: { fr: "Écrivez.", en: "Write." }
        due: { days: fact.delay, after: step.hearing.refused_on }
        law: [ { ref: "Code inventé, art. 21" } ]
"#;

#[test]
fn whether_people_are_told_cannot_be_worked_out() {
    let step = format!("{DECIDED}{RECOURSE}    quiet: fact.delay + 9223372036854775807 > 0\n");
    let catalog = court("event.arrived_on", "", &step);
    let mut life = summoned(&catalog);
    life.says("delay", Value::Integer(1));
    assert!(incident(&life).contains("too large"), "{}", incident(&life));
    assert!(!life.step_view("hearing").quiet);
}

#[test]
fn the_date_of_an_appeal_cannot_be_reckoned() {
    let catalog = court("event.arrived_on", "", &format!("{DECIDED}{RECOURSE}"));
    let mut life = summoned(&catalog);
    life.says("delay", Value::Integer(99_999));
    let refuse = Act::Refuse {
        motive: "no".into(),
    };
    life.agent_does("hearing", refuse)
        .then_among_others(["step_refused hearing", "rule_failed hearing"]);
    assert!(incident(&life).contains("99999"), "{}", incident(&life));
}

#[test]
fn what_stops_the_clock_of_silence_cannot_be_worked_out() {
    let step = format!(
        r#"    call: {{ operation: office.ask_permit, arguments: {{ person: "event.adults[0].id" }}, answer: acknowledges }}
    undo: {{ none: {{ fr: "Non.", en: "No." }} }}
    silence:
      means: refusal
      after: {{ months: 2, after: step.hearing.requested_on }}
      counts_from: first_receipt
      suspended_while: fact.delay + 9223372036854775807 > 0
      law: [ {{ ref: "Code inventé, art. 3" }} ]
{DECIDED}{RECOURSE}"#
    );
    let catalog = court("event.arrived_on", "", &step);
    let mut life = summoned(&catalog);
    life.says("delay", Value::Integer(1));
    assert!(incident(&life).contains("too large"), "{}", incident(&life));
}

#[test]
fn a_named_date_cannot_be_reckoned_whoever_reads_it() {
    let dates = "dates:\n  set: { rule: { days: fact.delay, after: event.arrived_on } }";
    for step in [
        "    not_before: { date: date.set }\n",
        "    effect: { date: date.set }\n",
        "    quiet: date.set > event.arrived_on\n",
    ] {
        let catalog = court(
            "event.arrived_on",
            dates,
            &format!("{step}{DECIDED}{RECOURSE}"),
        );
        let mut life = summoned(&catalog);
        life.says("delay", Value::Integer(99_999));
        let what = incident(&life);
        assert!(
            what.contains("date.set") && what.contains("99999"),
            "{step}: {what}"
        );
        life.says("delay", Value::Integer(10))
            .then_among_others(["rule_mended hearing"]);
    }
}

#[test]
fn which_law_applies_cannot_be_told_any_more() {
    let catalog = court(
        "max(people.child.map(c, c.born_on))",
        "",
        &format!("{DECIDED}{RECOURSE}"),
    );
    let mut life = summoned(&catalog);
    life.corrects(|data| set(data, "children", Value::List(Vec::new())))
        .then_among_others(["life_event_corrected", "rule_failed hearing"]);
    assert!(
        incident(&life).contains("empty list"),
        "{}",
        incident(&life)
    );
    life.corrects(|data| {
        *data = family();
        drop(data, "announced_on");
    })
    .then_among_others(["rule_mended hearing"]);
}

#[test]
fn whether_a_message_settles_a_step_cannot_be_told() {
    let step = "    settled_by: [ { event: office.registered, matching: \"reply.child + 9223372036854775807 > 0\" } ]\n";
    let catalog = court("event.arrived_on", "", step);
    let mut life = summoned(&catalog);
    life.says("delay", Value::Integer(1));
    life.office_tells("registered", [("child", Value::Integer(1))])
        .then_among_others(["service_told", "rule_failed hearing"]);
    assert!(
        incident(&life).contains("office.registered"),
        "{}",
        incident(&life)
    );
    life.stands("hearing", "open");
    // One that can be told settles it, and nobody needs to look any more.
    life.office_tells("registered", [("child", Value::Integer(0))])
        .then_among_others(["step_settled hearing", "rule_mended hearing"]);
}
