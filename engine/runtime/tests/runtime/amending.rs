//! Corrections and retractions: of what, in which order, and of whom.

use parcours_core::intake::Receipt;
use parcours_core::journey::Phase;
use parcours_core::{JourneyId, PersonId};
use parcours_runtime::{CloudEvent, IncidentKind, Reference, Stage};
use serde_json::json;

use crate::common::*;

fn of(original: &str) -> Reference {
    Reference::new(SOURCE, original)
}

fn correction(id: &str, original: &str, born_on: &str) -> CloudEvent {
    let data = json!({ "born_on": born_on, "parent": { "id": "p-claire" } });
    CloudEvent::new("birth", SOURCE, id, data).correcting(of(original))
}

fn retraction(id: &str, original: &str) -> CloudEvent {
    CloudEvent::retracting("birth", SOURCE, id, of(original))
}

fn wedding(id: &str) -> CloudEvent {
    let data = json!({ "held_on": "2026-02-20", "spouse": { "id": "p-claire" } });
    CloudEvent::new("wedding", SOURCE, id, data)
}

fn word_of(stage: &mut Stage, event: CloudEvent) -> &'static str {
    stage.publish(event).expect("taken").word()
}

/// The code and the words of a refusal.
fn refused(stage: &mut Stage, event: CloudEvent) -> (String, String) {
    match stage.publish(event).expect("taken").receipt {
        Receipt::Rejected { reason } => (reason.code, reason.what),
        other => panic!("{}", other.word(None)),
    }
}

fn stands(stage: &mut Stage, journey: JourneyId) -> (Phase, String) {
    let journey = stage.journey(journey).expect("there").journey;
    let on = journey.occurred_on().expect("known").to_string();
    (journey.phase, on)
}

#[test]
fn an_event_is_corrected_and_retracted_by_one_of_its_own_type_only() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    let before = stage.journey(journey).expect("there").journey;
    for other in [
        wedding("2").correcting(of("1")),
        CloudEvent::retracting("wedding", SOURCE, "3", of("1")),
    ] {
        let (code, what) = refused(&mut stage, other);
        assert_eq!(code, "another_type");
        assert!(what.contains("the original is a `birth`"), "{what}");
    }
    let after = stage.journey(journey).expect("there").journey;
    assert_eq!(before, after, "nothing has changed");
    assert_eq!(stage.journeys(), [journey], "nothing has started");
}

#[test]
fn a_correction_that_came_first_waits_no_more_once_its_original_is_of_another_type() {
    let mut stage = stage();
    assert_eq!(
        word_of(&mut stage, wedding("2").correcting(of("1"))),
        "orphan"
    );
    let journey = started(&mut stage, "1", "p-claire");
    assert_eq!(
        stands(&mut stage, journey),
        (Phase::Running, "2026-03-01".into())
    );
    let kept = stage.receipt(SOURCE, "2").expect("readable").expect("kept");
    let Receipt::Rejected { reason } = kept.receipt else {
        panic!("{}", kept.receipt.word(None))
    };
    assert_eq!(reason.code, "another_type");
    let incidents = stage.incidents().expect("readable");
    let kinds: Vec<IncidentKind> = incidents.iter().map(|each| each.kind).collect();
    assert_eq!(kinds, [IncidentKind::Rejected]);
    let letter = stage.dead_letter(SOURCE, "2").expect("readable");
    assert!(letter.is_some(), "an operator finds what was sent");
}

#[test]
fn the_last_correction_holds_and_one_after_a_retraction_says_that_it_happened_after_all() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    assert_eq!(
        word_of(&mut stage, correction("2", "1", "2026-02-27")),
        "corrected"
    );
    // A correction of a correction is one of the original.
    assert_eq!(
        word_of(&mut stage, correction("3", "2", "2026-02-26")),
        "corrected"
    );
    assert_eq!(
        stands(&mut stage, journey),
        (Phase::Running, "2026-02-26".into())
    );
    assert_eq!(word_of(&mut stage, retraction("4", "3")), "retracted");
    assert_eq!(stands(&mut stage, journey).0, Phase::Retracted);
    let (code, what) = refused(&mut stage, retraction("5", "4"));
    assert_eq!(code, "retracted");
    assert!(what.contains("publish a correction"), "{what}");
    assert_eq!(stands(&mut stage, journey).0, Phase::Retracted);
    for (id, original) in [("6", "1"), ("7", "4")] {
        assert_eq!(
            word_of(&mut stage, correction(id, original, "2026-02-25")),
            "corrected"
        );
        assert_eq!(
            stands(&mut stage, journey),
            (Phase::Running, "2026-02-25".into())
        );
    }
}

#[test]
fn a_chain_of_corrections_may_be_as_long_as_it_likes() {
    let mut stage = stage();
    let journey = started(&mut stage, "0", "p-claire");
    for number in 1..40 {
        let day = format!("2026-02-{:02}", 1 + number % 28);
        let correction = correction(&number.to_string(), &(number - 1).to_string(), &day);
        assert_eq!(word_of(&mut stage, correction), "corrected", "{number}");
        assert_eq!(stands(&mut stage, journey), (Phase::Running, day));
    }
    assert_eq!(word_of(&mut stage, retraction("r", "39")), "retracted");
    assert_eq!(refused(&mut stage, retraction("s", "r")).0, "retracted");
}

#[test]
fn what_was_about_somebody_forgotten_is_not_corrected_and_calls_nobody() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    word_of(&mut stage, wedding("w"));
    stage
        .forget(&PersonId::new("p-claire").expect("an id"))
        .expect("forgotten");
    let before = stage.journey(journey).expect("there").journey;
    let incidents = stage.incidents().expect("readable").len();
    for event in [
        correction("2", "1", "2026-02-27"),
        retraction("3", "1"),
        wedding("4").correcting(of("w")),
    ] {
        let id = event.id.clone();
        assert_eq!(refused(&mut stage, event).0, "forgotten");
        let kept = stage.receipt(SOURCE, &id).expect("readable");
        assert_eq!(kept, None, "nothing is kept of it");
    }
    assert_eq!(before, stage.journey(journey).expect("there").journey);
    assert_eq!(stage.incidents().expect("readable").len(), incidents);
    assert_eq!(stage.journeys(), [journey]);
}

#[test]
fn nobody_is_twice_in_an_event_and_its_days_are_its_own() {
    let mut files = sources();
    let twins = include_str!("../journeys/life-events/birth.yaml")
        .replace(
            "    stillborn: { type: boolean }\n",
            "    children: { type: array, items: { type: object, additionalProperties: false, properties: { rank: { type: integer }, \
             id: { type: string }, born_on: { type: string, format: date } } } }\n    stillborn: { type: boolean }\n",
        )
        .replace("people: [ parent ]", "people: [ parent, children ]");
    let birth = |file: &parcours_lang::Source| !file.path.ends_with("life-events/birth.yaml");
    files.retain(birth);
    files.push(parcours_lang::Source::new("life-events/birth.yaml", twins));
    let mut stage = Stage::new(loaded(&files), at("2026-03-02T09:00:00"));
    let born = |id: &str, one: serde_json::Value, other: serde_json::Value| {
        let data = json!({ "born_on": "2026-03-01", "parent": { "id": "p-claire" }, "children": [one, other] });
        CloudEvent::new("birth", SOURCE, id, data)
    };
    for (one, other, place) in [
        (
            json!({ "rank": 1 }),
            json!({ "rank": 1 }),
            "/children/1/rank",
        ),
        (
            json!({ "id": "p-a" }),
            json!({ "id": "p-a" }),
            "/children/1/id",
        ),
        (
            json!({}),
            json!({ "born_on": "2020-03-01" }),
            "/children/1/born_on",
        ),
        (
            json!({}),
            json!({ "born_on": "2028-03-01" }),
            "/children/1/born_on",
        ),
        (
            json!({}),
            json!({ "born_on": "0001-01-01" }),
            "/children/1/born_on",
        ),
    ] {
        let (code, what) = refused(&mut stage, born("1", one, other));
        assert_eq!(code, "data");
        assert!(what.starts_with(place), "{what}");
    }
    let twins = born(
        "1",
        json!({ "rank": 1 }),
        json!({ "rank": 2, "born_on": "2026-03-02" }),
    );
    assert_eq!(word_of(&mut stage, twins), "started");
}
