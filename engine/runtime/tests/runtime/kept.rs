//! Life events that wait for a law: nobody in them who was forgotten comes back.

use parcours_core::PersonId;
use parcours_lang::Source;
use parcours_runtime::{CloudEvent, Stage};
use serde_json::json;

use crate::common::*;

/// Weddings of two, and with `begins` a journey that begins with one.
fn weddings(begins: bool) -> parcours_lang::Loaded {
    let mut files = sources();
    let birth = |file: &&Source| file.path == "birth/2020-01-01.yaml";
    let text = files.iter().find(birth).expect("loaded").text.clone();
    for file in &mut files {
        if file.path == "life-events/wedding.yaml" {
            file.text = file
                .text
                .replace("people: [ spouse ]", "people: [ spouses ]")
                .replace("[ held_on, spouse ]", "[ held_on, spouses ]")
                .replace(
                    "    spouse:\n      type: object\n      additionalProperties: false\n      required: [ id ]\n      properties:\n        id: { type: string, minLength: 1, maxLength: 64 }\n",
                    "    spouses: { type: array, minItems: 2, items: { type: object, additionalProperties: false, required: [ id ], properties: { id: { type: string, minLength: 1, maxLength: 64 } } } }\n",
                )
                .replace("spouse: { id: p-ada }", "spouses: [ { id: p-ada }, { id: p-ben } ]");
        }
    }
    if begins {
        let text = text
            .replace("journey: birth", "journey: marriage")
            .replace("starts: { on: birth }", "starts: { on: wedding }")
            .replace("event.born_on", "event.held_on")
            .replace("[event.parent]", "event.spouses")
            .replace("event.parent.id", "\"event.spouses[0].id\"")
            .replace("event.parent", "event.spouses[0]");
        files.push(Source::new("marriage/2020-01-01.yaml", text));
    }
    loaded(&files)
}

fn wedding(id: &str, other: &str) -> CloudEvent {
    let data = json!({ "held_on": "2026-02-20", "spouses": [{ "id": "p-ada" }, { "id": other }] });
    CloudEvent::new("wedding", SOURCE, id, data)
}

#[test]
fn whoever_is_forgotten_does_not_come_back_with_an_event_that_waited_under_somebody_else() {
    let mut stage = Stage::new(weddings(false), at("2026-03-02T09:00:00"));
    for (id, other) in [("1", "p-ben"), ("2", "p-karim")] {
        let published = stage.publish(wedding(id, other)).expect("taken");
        assert_eq!(published.word(), "no_journey");
    }
    let orphan = wedding("4", "p-ben").correcting(parcours_runtime::Reference::new(SOURCE, "3"));
    assert_eq!(stage.publish(orphan).expect("taken").word(), "orphan");
    let ben = PersonId::new("p-ben").expect("a person");
    let certificate = stage.forget(&ben).expect("forgotten");
    assert_eq!(certificate.data_keys, 2, "he was known in two events");

    stage.reload(weddings(true)).expect("taken");
    let word = |stage: &Stage, id| {
        let receipt = stage.receipt(SOURCE, id).expect("readable");
        receipt.expect("kept").receipt.word(None)
    };
    assert_eq!(word(&stage, "1"), "no_journey");
    assert_eq!(word(&stage, "2"), "started", "it was kept whole");
    let published = stage.publish(wedding("3", "p-karim")).expect("taken");
    assert_eq!(published.word(), "started");
    assert_eq!(
        word(&stage, "4"),
        "orphan",
        "nothing is left to correct it by"
    );
    assert_eq!(stage.dossier(&ben), []);
}
