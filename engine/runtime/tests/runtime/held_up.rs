//! What is told while a journey stands still: nothing of it is lost, and nothing waits for it in vain.

use parcours_core::JourneyId;
use parcours_core::intake::Receipt;
use parcours_log::Position;
use parcours_runtime::intake::Message;
use parcours_runtime::{CloudEvent, IncidentKind, Reference, Stage};
use serde_json::json;

use crate::common::*;

fn correction(id: &str, original: &str, born_on: &str) -> CloudEvent {
    let data = json!({ "born_on": born_on, "parent": { "id": "p-claire" } });
    CloudEvent::new("birth", SOURCE, id, data).correcting(Reference::new(SOURCE, original))
}

/// A byte that is not as it was written; the same again mends it.
fn flip(stage: &Stage, block: Position) {
    assert!(stage.log().damage(block, 40, 1), "there is such a byte");
}

/// A journey that was corrected once, and the block of its last commit, with others after it.
fn corrected(stage: &mut Stage) -> (JourneyId, Position) {
    let journey = started(stage, "1", "p-claire");
    let published = stage.publish(correction("2", "1", "2026-02-28"));
    assert_eq!(published.expect("taken").word(), "corrected");
    registered(stage, journey);
    let history = stage.history(journey).expect("readable");
    let last = history.last().expect("registered").position.block;
    started(stage, "other", "p-karim");
    (journey, last)
}

#[test]
fn what_is_corrected_while_its_journey_stands_still_is_taken_once_it_goes_on() {
    let mut stage = stage();
    let (journey, block) = corrected(&mut stage);
    flip(&stage, block);
    stage.recover().expect("the others can be read");
    let retraction = CloudEvent::retracting("birth", SOURCE, "5", Reference::new(SOURCE, "1"));
    let told = [
        correction("3", "1", "2026-02-27"),
        // A correction of a correction asks the journey for the name of its original.
        correction("4", "2", "2026-02-26"),
        retraction,
    ];
    for event in &told {
        let refused = stage.publish(event.clone()).expect_err("not now");
        assert!(refused.reason.contains("stands still"), "{refused}");
        let receipt = stage.receipt(SOURCE, &event.id).expect("readable");
        assert_eq!(receipt, None, "its name is free");
    }
    let incidents = stage.incidents().expect("readable");
    let kinds: Vec<_> = incidents.iter().map(|each| each.kind).collect();
    assert_eq!(kinds, [IncidentKind::IllegalTransition]);

    flip(&stage, block);
    stage.recover().expect("readable");
    let words = ["corrected", "corrected", "retracted"];
    for (event, word) in told.into_iter().zip(words) {
        let published = stage.publish(event).expect("taken");
        assert_eq!((published.word(), published.again), (word, false));
    }
    let stands = stage.journey(journey).expect("there").journey;
    assert_eq!(
        stands.occurred_on().expect("known").to_string(),
        "2026-02-26"
    );
    assert_eq!(stands.phase, parcours_core::journey::Phase::Retracted);
}

#[test]
fn what_a_journey_is_owed_is_asked_again_when_another_law_lets_it_go_on() {
    let mut stage = stage();
    let (journey, block) = corrected(&mut stage);
    flip(&stage, block);
    stage.recover().expect("the others can be read");
    // The office answers, and the journey does not hear it.
    stage.advance(at("2026-03-02T12:00:00")).expect("later");
    let asked = |stage: &Stage| {
        let called = stage.called().iter();
        called
            .filter(|called| called.call.key.journey == journey)
            .count()
    };
    let before = asked(&stage);
    flip(&stage, block);
    stage.reload(law()).expect("taken");
    assert_eq!(asked(&stage), before + 1, "under its key");
    stage.advance(at("2026-03-02T14:00:00")).expect("later");
    assert_eq!(word(&mut stage, journey, "child_benefit"), "settled");
}

/// A law under which a wedding may come with more numbers than can be kept.
fn with_numbers() -> parcours_lang::Loaded {
    let mut files = sources();
    for file in &mut files {
        if file.path.contains("life-events/") {
            file.text = file.text.replacen(
                "  properties:\n",
                "  properties:\n    numbers: { type: array, items: { type: integer } }\n",
                1,
            );
        }
    }
    loaded(&files)
}

#[test]
fn what_says_more_than_can_be_kept_is_rejected_whatever_it_would_start() {
    let mut stage = Stage::new(with_numbers(), at("2026-03-02T09:00:00"));
    let journey = started(&mut stage, "1", "p-claire");
    let numbers = vec![1; 300_000];
    let birth = json!({ "born_on": "2026-03-01", "parent": { "id": "p-ada" }, "numbers": numbers });
    let wedding =
        json!({ "held_on": "2026-02-20", "spouse": { "id": "p-ada" }, "numbers": numbers });
    let birth = |id: &str| CloudEvent::new("birth", SOURCE, id, birth.clone());
    for event in [
        CloudEvent::new("wedding", SOURCE, "2", wedding),
        birth("3"),
        birth("4").correcting(Reference::new(SOURCE, "1")),
    ] {
        let published = stage.publish(event).expect("answered");
        let Receipt::Rejected { reason } = published.receipt else {
            panic!("{}", published.word())
        };
        assert_eq!(reason.code, "too_large");
    }
    let incidents = stage.incidents().expect("readable");
    assert_eq!(incidents.len(), 3, "somebody must look at each");
    assert_eq!(stage.journeys(), [journey], "nothing has started");
}

#[test]
fn a_rejected_event_as_large_as_may_be_is_told_why_once_and_for_all() {
    let mut stage = stage();
    let data = format!("\"{}\"", "a".repeat((1 << 20) - 2));
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-type", "moon"),
        ("ce-source", SOURCE),
        ("ce-id", "1"),
        ("content-type", "application/json"),
    ];
    for again in [false, true] {
        let message = Message::received(headers, data.as_bytes());
        let published = stage.publish(message).expect("answered");
        let Receipt::Rejected { reason } = published.receipt else {
            panic!("{}", published.word())
        };
        assert_eq!((&*reason.code, published.again), ("unknown_type", again));
    }
    let letter = stage.dead_letter(SOURCE, "1").expect("readable");
    assert_eq!(
        letter, None,
        "with its envelope it is longer than any value"
    );
}
