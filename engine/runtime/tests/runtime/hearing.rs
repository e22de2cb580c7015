//! What services tell by themselves, and who hears it.

use chrono::NaiveDate;
use parcours_core::journey::{Event, Step};
use parcours_core::{JourneyId, PersonId};
use parcours_runtime::service_events::{Heard, NotHeard};
use parcours_runtime::{CloudEvent, Recorded};
use serde_json::json;

use crate::common::birth;
use crate::engine::{Behave, World, publisher};

fn registered(id: &str, subject: &str, act: &str) -> CloudEvent {
    let data = json!({ "act_number": act });
    CloudEvent {
        subject: Some(subject.to_owned()),
        ..CloudEvent::new("mairie.birth_registered", "urn:example:registry", id, data)
    }
}

async fn started(world: &World, id: &str, person: &str) -> JourneyId {
    let published = world.engine.publish(birth(id, person), publisher()).await;
    published.expect("taken").journeys()[0]
}

async fn last(world: &World, journey: JourneyId) -> Recorded {
    let history = world.engine.history(journey).await.expect("readable");
    history.last().expect("it began").clone()
}

fn unfit(heard: Result<Heard, NotHeard>) -> String {
    match heard {
        Err(NotHeard::Unfit(refusal)) => refusal.what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_service_tells_settles_the_step_that_waits_for_it_and_counts_once() {
    let world = World::new(Behave::Never).await;
    let journey = started(&world, "1", "p-claire").await;
    let told = registered("a", "p-claire", "12");
    let first = world.engine.hear(&told).await.expect("heard");
    assert_eq!((&first.journeys[..], first.again), (&[journey][..], false));
    let seen = world.engine.journey(journey, Some(first.position)).await;
    let seen = seen.expect("readable").expect("there");
    let step = seen.journey.step(&"declare_birth".parse().expect("a step"));
    assert!(step.is_some_and(|step| matches!(step.state, Step::Settled { .. })));

    // Also after a restart, and with another `time`, which is of each sending.
    let world = world.again(Behave::Never).await;
    let before = last(&world, journey).await.position;
    let sent_again = CloudEvent {
        time: Some(parcours_runtime::Instant::of_civil(
            "2026-03-01T08:00:00".parse().expect("a time"),
        )),
        ..told
    };
    let again = world.engine.hear(&sent_again).await.expect("heard before");
    assert!(again.again);
    assert_eq!(again.journeys, [journey]);
    assert_eq!(last(&world, journey).await.position, before);
}

#[tokio::test]
async fn of_two_that_come_at_once_under_one_name_one_is_a_conflict() {
    let world = World::new(Behave::Never).await;
    let journey = started(&world, "1", "p-claire").await;
    let (one, other) = (
        registered("a", "p-claire", "12"),
        registered("a", "p-claire", "13"),
    );
    let (one, other) = tokio::join!(world.engine.hear(&one), world.engine.hear(&other));
    let conflict = |heard: &Result<Heard, NotHeard>| *heard == Err(NotHeard::Conflict);
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert!(conflict(&one) != conflict(&other), "{one:?} {other:?}");
    let history = world.engine.history(journey).await.expect("readable");
    let told = history.iter().flat_map(|recorded| &recorded.events);
    let told = told.filter(|event| matches!(event, Event::ServiceTold { .. }));
    assert_eq!(told.count(), 1);
}

#[tokio::test]
async fn the_day_is_the_one_said_else_that_of_its_time_else_today() {
    let world = World::new(Behave::Never).await;
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let time = "2026-02-27T23:30:00Z";
    for (number, (said, time, expected)) in [
        (Some("2026-02-26"), Some(time), "2026-02-26"),
        // In Paris it is the next day.
        (None, Some(time), "2026-02-28"),
        (None, None, "2026-03-02"),
    ]
    .into_iter()
    .enumerate()
    {
        let person = format!("p-{number}");
        let journey = started(&world, &number.to_string(), &person).await;
        let mut event = registered("a", &person, "12").to_json();
        if let Some(said) = said {
            event["occurredon"] = json!(said);
        }
        if let Some(time) = time {
            event["time"] = json!(time);
        }
        let event = CloudEvent::structured(event.to_string().as_bytes()).expect("an event");
        world.engine.hear(&event).await.expect("heard");
        let on = last(&world, journey).await.occurred_on;
        assert_eq!(on, day(expected), "{said:?} {time:?}");
    }
}

#[tokio::test]
async fn nobody_hears_it_for_somebody_who_was_forgotten() {
    let world = World::new(Behave::Never).await;
    let journey = started(&world, "1", "p-claire").await;
    let claire = PersonId::new("p-claire").expect("a person");
    world.engine.forget(&claire).await.expect("forgotten");
    let by_name = world.engine.hear(&registered("a", "p-claire", "12")).await;
    assert_eq!(by_name, Err(NotHeard::Nobody));
    let journey = journey.to_string();
    let by_journey = world.engine.hear(&registered("a", &journey, "12")).await;
    assert_eq!(by_journey, Err(NotHeard::Forgotten));
}

#[tokio::test]
async fn what_is_no_event_of_a_service_is_told_by_its_place() {
    let world = World::new(Behave::Never).await;
    let event = |ty: &str| CloudEvent {
        ty: ty.to_owned(),
        ..registered("a", "p-claire", "12")
    };
    for (ty, says) in [
        ("birth", "does not end with"),
        ("mairie.Birth", "does not end with"),
        ("unknown.birth_registered", "no service `unknown`"),
        ("mairie.wed", "known are birth_registered"),
        ("caf.wed", "it tells nothing by itself"),
    ] {
        let what = unfit(world.engine.hear(&event(ty)).await);
        assert!(
            what.starts_with("attribute `type`") && what.contains(says),
            "{what}"
        );
    }
    let mut wrong = event("mairie.birth_registered");
    wrong.data = Some(json!({ "act_number": 12, "canary": "x9K2" }));
    let what = unfit(world.engine.hear(&wrong).await);
    assert!(
        what.contains("/act_number") && !what.contains("x9K2"),
        "{what}"
    );
}
