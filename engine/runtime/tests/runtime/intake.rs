use parcours_core::intake::{Receipt, Refusal};
use parcours_lang::Source;
use parcours_runtime::intake::{Message, Under};
use parcours_runtime::{CloudEvent, IncidentKind, Reference, Stage};
use serde_json::json;

use crate::common::*;

fn kinds(stage: &mut parcours_runtime::Stage) -> Vec<IncidentKind> {
    stage
        .incidents()
        .expect("readable")
        .iter()
        .map(|incident| incident.kind)
        .collect()
}

fn retraction(id: &str, original: &str) -> CloudEvent {
    CloudEvent::retracting("birth", SOURCE, id, Reference::new(SOURCE, original))
}

#[test]
fn the_same_event_gets_the_first_receipt_again() {
    let mut stage = stage();
    let first = stage.publish(birth("1", "p-claire")).expect("taken");
    let again = stage.publish(birth("1", "p-claire")).expect("taken");
    assert_eq!(
        (first.word(), first.again, again.again),
        ("started", false, true)
    );
    assert_eq!(again.receipt, first.receipt);
    assert_eq!(stage.journeys().len(), 1);
}

#[test]
fn another_content_under_one_name_is_a_conflict_and_the_first_stays() {
    let mut stage = stage();
    let first = stage.publish(birth("1", "p-claire")).expect("taken");
    for _ in 0..2 {
        let other = stage.publish(birth("1", "p-karim")).expect("taken");
        assert_eq!(other.word(), "conflict");
    }
    assert_eq!(
        stage
            .publish(birth("1", "p-claire"))
            .expect("taken")
            .receipt,
        first.receipt
    );
    assert_eq!(kinds(&mut stage), [IncidentKind::Conflict]);
    assert_eq!(stage.journeys().len(), 1);
}

#[test]
fn a_rejected_event_says_where_and_leaves_its_name_free() {
    let mut stage = stage();
    let wrong = CloudEvent::new(
        "birth",
        SOURCE,
        "1",
        json!({ "born_on": "2026-02-30", "parent": { "id": "p-claire" } }),
    );
    for _ in 0..2 {
        let published = stage.publish(wrong.clone()).expect("taken");
        let Receipt::Rejected { reason } = &published.receipt else {
            panic!("{}", published.word())
        };
        assert_eq!(reason.code, "data");
        assert!(
            reason
                .what
                .starts_with("/born_on: expected a day that exists"),
            "{}",
            reason.what
        );
    }
    assert_eq!(kinds(&mut stage), [IncidentKind::Rejected]);
    let letter = stage
        .dead_letter(SOURCE, "1")
        .expect("readable")
        .expect("kept");
    assert!(
        String::from_utf8(letter)
            .expect("JSON")
            .contains("2026-02-30")
    );

    assert_eq!(
        stage.publish(birth("1", "p-claire")).expect("taken").word(),
        "started"
    );
    assert_eq!(kinds(&mut stage), []);
}

#[test]
fn nobody_is_born_on_a_day_to_come() {
    let mut stage = stage();
    let born = |id: &str, ahead: u64| {
        let day = stage.now().date() + chrono::Days::new(ahead);
        let data = json!({ "born_on": day.to_string(), "parent": { "id": "p-claire" } });
        CloudEvent::new("birth", SOURCE, id, data)
    };
    let (today, tomorrow, later) = (born("0", 0), born("1", 1), born("2", 2));
    assert_eq!(stage.publish(today).expect("taken").word(), "started");
    for event in [tomorrow, later] {
        let published = stage.publish(event).expect("taken");
        let Receipt::Rejected { reason } = published.receipt else {
            panic!("{}", published.word())
        };
        assert_eq!(reason.code, "in_the_future");
        assert!(
            reason
                .what
                .starts_with("/born_on: this day has not come yet, it is 2026-"),
            "{}",
            reason.what
        );
        assert!(
            reason
                .what
                .contains("publish the event once it has happened")
        );
    }
}

#[test]
fn a_day_that_has_come_where_it_happened_has_come() {
    let mut sources = sources();
    for source in &mut sources {
        if source.path == "life-events/birth.yaml" {
            source.text = source
                .text
                .replace("date: born_on\n", "date: born_on\nplace: town\n")
                .replacen(
                    "  properties:\n",
                    "  properties:\n    town: { type: string }\n",
                    1,
                );
        }
    }
    let law = loaded(&sources);
    let born_tomorrow = |town: &str, hour: u32| {
        let now = at(&format!("2026-11-22T{hour:02}:07:00"));
        let data = json!({ "born_on": "2026-11-23", "town": town, "parent": { "id": "p-claire" } });
        let published =
            Stage::new(law.clone(), now).publish(CloudEvent::new("birth", SOURCE, "1", data));
        published.expect("taken").word() == "started"
    };
    // Nouméa is ten hours ahead in winter, La Réunion three; Fort-de-France is behind.
    for (town, hour, there) in [
        ("98818", 13, false),
        ("98818", 15, true),
        ("97411", 20, false),
        ("97411", 22, true),
        ("97209", 23, false),
        ("69123", 23, false),
    ] {
        assert_eq!(born_tomorrow(town, hour), there, "{town} at {hour}");
    }
}

#[test]
fn nobody_has_an_id_that_means_something_else_here() {
    let mut stage = stage();
    for id in ["erased", "nobody", "systems", "rejected", "rejected-1"] {
        let published = stage.publish(birth(id, id)).expect("taken");
        let Receipt::Rejected { reason } = published.receipt else {
            panic!("{}", published.word())
        };
        assert!(reason.what.starts_with("/parent/id:"), "{}", reason.what);
    }
    started(&mut stage, "1", "p-erased");
}

#[test]
fn an_unknown_type_is_told_which_there_are() {
    let mut stage = stage();
    let published = stage
        .publish(CloudEvent::new("fr.parcours.moon", SOURCE, "1", json!({})))
        .expect("taken");
    let Receipt::Rejected { reason } = published.receipt else {
        panic!("{}", published.word())
    };
    assert_eq!(reason.code, "unknown_type");
    assert!(
        reason.what.ends_with("known are birth, wedding"),
        "{}",
        reason.what
    );
}

#[test]
fn bytes_that_are_no_event_are_rejected_and_kept() {
    let mut stage = stage();
    let message = Message::received([("content-type", "application/cloudevents+json")], b"{");
    let published = stage.publish(message).expect("taken");
    assert_eq!(published.word(), "rejected");
    assert_eq!(kinds(&mut stage), [IncidentKind::Rejected]);
}

#[test]
fn a_correction_goes_to_the_journey_of_its_original() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    let data = json!({ "born_on": "2026-02-27", "parent": { "id": "p-claire" } });
    let correction =
        CloudEvent::new("birth", SOURCE, "2", data).correcting(Reference::new(SOURCE, "1"));
    let published = stage.publish(correction.clone()).expect("taken");
    assert_eq!(
        (published.word(), published.journeys()),
        ("corrected", vec![journey])
    );
    let corrected = stage.journey(journey).expect("there").journey;
    assert_eq!(
        corrected.occurred_on().expect("known").to_string(),
        "2026-02-27"
    );
    assert_eq!(
        corrected.told.name.value().map(|name| name.id.as_str()),
        Some("1")
    );
    assert!(stage.publish(correction).expect("taken").again);
    assert_eq!(stage.journeys(), [journey]);
}

#[test]
fn a_retraction_takes_back_what_was_done() {
    let mut stage = stage();
    let journey = started(&mut stage, "1", "p-claire");
    stage.advance(at("2026-03-02T10:00:00")).expect("later");
    registered(&mut stage, journey);
    stage.advance(at("2026-03-02T11:00:00")).expect("later");
    assert_eq!(word(&mut stage, journey, "child_benefit"), "settled");
    let published = stage.publish(retraction("2", "1")).expect("taken");
    assert_eq!(
        (published.word(), published.journeys()),
        ("retracted", vec![journey])
    );
    stage.advance(at("2026-03-02T12:00:00")).expect("later");
    assert_eq!(word(&mut stage, journey, "child_benefit"), "undone");
}

#[test]
fn a_long_chain_of_amendments_that_came_first_is_applied_to_its_end_and_goes_on() {
    let mut stage = stage();
    let born =
        |day| json!({ "born_on": format!("2026-02-{day:02}"), "parent": { "id": "p-claire" } });
    let correction = |id: u32, day: u32| {
        let earlier = Reference::new(SOURCE, (id - 1).to_string());
        CloudEvent::new("birth", SOURCE, id.to_string(), born(day)).correcting(earlier)
    };
    // Each corrects the one before, and the last comes first.
    for id in (2..=21).rev() {
        let published = stage.publish(correction(id, id)).expect("taken");
        assert_eq!(published.word(), "orphan");
    }
    let journey = started(&mut stage, "1", "p-claire");
    let born_on = |stage: &mut parcours_runtime::Stage| {
        let journey = stage.journey(journey).expect("there").journey;
        journey.occurred_on().expect("known").to_string()
    };
    assert_eq!(born_on(&mut stage), "2026-02-21");
    assert_eq!(kinds(&mut stage), [], "none waits");
    let published = stage.publish(correction(22, 22)).expect("taken");
    assert_eq!(published.word(), "corrected");
    assert_eq!(born_on(&mut stage), "2026-02-22");
}

#[test]
fn an_orphan_waits_for_its_original() {
    let mut stage = stage();
    let data = json!({ "born_on": "2026-02-27", "parent": { "id": "p-claire" } });
    let correction =
        CloudEvent::new("birth", SOURCE, "2", data).correcting(Reference::new(SOURCE, "1"));
    assert_eq!(stage.publish(correction).expect("taken").word(), "orphan");
    assert_eq!(
        stage.publish(retraction("3", "2")).expect("taken").word(),
        "orphan"
    );
    assert_eq!(
        kinds(&mut stage),
        [IncidentKind::Orphan, IncidentKind::Orphan]
    );

    let journey = started(&mut stage, "1", "p-claire");
    let now = stage.journey(journey).expect("there").journey;
    assert_eq!(now.occurred_on().expect("known").to_string(), "2026-02-27");
    assert_eq!(
        now.phase,
        parcours_core::journey::Phase::Retracted,
        "and what amends the amendment, in turn"
    );
    assert_eq!(kinds(&mut stage), []);
    assert_eq!(
        stage
            .receipt(SOURCE, "2")
            .expect("readable")
            .expect("kept")
            .receipt
            .word(None),
        "corrected"
    );
}

#[test]
fn what_starts_nothing_is_kept_until_a_law_starts_it() {
    let mut stage = stage();
    let wedding = CloudEvent::new(
        "wedding",
        SOURCE,
        "w",
        json!({ "held_on": "2026-05-02", "spouse": { "id": "p-ada" } }),
    );
    assert_eq!(
        stage.publish(wedding.clone()).expect("taken").word(),
        "no_journey"
    );
    let text = include_str!("../journeys/birth/2020-01-01.yaml");
    let text = text
        .replace("journey: birth", "journey: union")
        .replace("event.born_on", "event.held_on")
        .replace("{ on: birth }", "{ on: wedding }")
        .replace("event.parent", "event.spouse");
    let mut files = sources();
    files.push(Source::new("union/2020-01-01.yaml", text));
    stage.reload(loaded(&files)).expect("taken");
    let started = stage.publish(wedding).expect("taken");
    assert_eq!((started.word(), started.again), ("started", true));
    assert!(stage.journey(started.journeys()[0]).is_some());
}

#[test]
fn a_correction_of_what_started_nothing_is_what_a_later_law_sees() {
    let mut stage = stage();
    let wedding = |id: &str, on: &str| {
        CloudEvent::new(
            "wedding",
            SOURCE,
            id,
            json!({ "held_on": on, "spouse": { "id": "p-ada" } }),
        )
    };
    stage.publish(wedding("w", "2026-05-02")).expect("taken");
    let correction = wedding("x", "2026-05-09").correcting(Reference::new(SOURCE, "w"));
    let published = stage.publish(correction).expect("taken");
    assert_eq!(
        (published.word(), published.journeys()),
        ("corrected", vec![])
    );
    let kept = stage
        .receipt(SOURCE, "w")
        .expect("readable")
        .expect("kept")
        .kept;
    let parcours_core::intake::Kept::Told(kept) = &kept[0] else {
        panic!("the life event")
    };
    assert_eq!(
        kept.whole().expect("known").occurred_on.to_string(),
        "2026-05-09"
    );
    assert_eq!(kept.name.about().as_str(), "p-ada");
}

#[test]
fn what_a_door_refuses_is_kept_and_touches_no_name_that_is_not_its_sender_s() {
    let mut stage = stage();
    let first = stage.publish(birth("1", "p-claire")).expect("taken");
    let foreign = Refusal {
        code: "source".to_owned(),
        what: "attribute `source`: this publisher does not speak for that source".to_owned(),
    };
    let forged = [birth("1", "p-karim"), birth("2", "p-karim")];
    for again in [false, true] {
        for event in forged.clone() {
            let refused = stage.refuse(event, foreign.clone(), Under::NoName);
            let refused = refused.expect("kept");
            assert_eq!((refused.word(), refused.again), ("rejected", again));
        }
    }
    assert_eq!(kinds(&mut stage), [IncidentKind::Rejected; 2]);
    let incidents = stage.incidents().expect("readable");
    assert!(incidents.iter().all(|each| each.what == foreign.what));
    assert_eq!(stage.receipt(SOURCE, "2").expect("readable"), None);
    let theirs = stage.publish(birth("1", "p-claire")).expect("taken");
    assert_eq!((theirs.receipt, theirs.again), (first.receipt, true));
    let theirs = stage.publish(birth("2", "p-claire")).expect("taken");
    assert_eq!(theirs.word(), "started", "the name was free");
}

#[test]
fn what_is_given_up_says_so_under_its_own_name_until_it_is_taken() {
    let mut stage = stage();
    let late = Refusal {
        code: "waited_too_long".to_owned(),
        what: "it waited; send it again".to_owned(),
    };
    let refuse = |stage: &mut parcours_runtime::Stage| {
        let refused = stage.refuse(birth("1", "p-claire"), late.clone(), Under::ItsName);
        refused.expect("kept").receipt
    };
    let Receipt::Rejected { reason } = refuse(&mut stage) else {
        panic!("it is rejected")
    };
    assert_eq!(reason, late);
    let receipt = stage.receipt(SOURCE, "1").expect("readable");
    assert_eq!(receipt.expect("kept").receipt, Receipt::Rejected { reason });
    let taken = stage.publish(birth("1", "p-claire")).expect("taken");
    assert_eq!(taken.word(), "started");
    // It came again by another way: what was taken stays so.
    assert_eq!(refuse(&mut stage), taken.receipt);
}
