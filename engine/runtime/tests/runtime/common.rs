//! What the tests share: an invented law, and short ways to say things.

use std::path::Path;
use std::sync::LazyLock;

use chrono::NaiveDateTime;
use parcours_core::JourneyId;
use parcours_core::journey::{Actor, Says, Step};
use parcours_core::name::EventName;
use parcours_core::value::Value;
use parcours_lang::{Loaded, Source, load, read_dir};
use parcours_runtime::{CloudEvent, Stage};
use serde_json::json;

pub(crate) const SOURCE: &str = "urn:example:mairie";

pub(crate) fn sources() -> Vec<Source> {
    read_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys"))
        .expect("the folder of journeys")
}

pub(crate) fn loaded(sources: &[Source]) -> Loaded {
    let (loaded, problems) = load(sources);
    loaded.unwrap_or_else(|| panic!("{problems:#?}"))
}

pub(crate) fn law() -> Loaded {
    static LAW: LazyLock<Loaded> = LazyLock::new(|| loaded(&sources()));
    LAW.clone()
}

pub(crate) fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a date and time")
}

pub(crate) fn stage() -> Stage {
    Stage::new(law(), at("2026-03-02T09:00:00"))
}

/// A birth on 1 March 2026, a Sunday, to an invented person.
pub(crate) fn birth(id: &str, person: &str) -> CloudEvent {
    CloudEvent::new(
        "birth",
        SOURCE,
        id,
        json!({ "born_on": "2026-03-01", "parent": { "id": person } }),
    )
}

pub(crate) fn started(stage: &mut Stage, id: &str, person: &str) -> JourneyId {
    let published = stage.publish(birth(id, person)).expect("the log takes it");
    match published.journeys()[..] {
        [journey] => journey,
        _ => panic!("{}", published.word()),
    }
}

/// The town hall tells that it registered the birth.
pub(crate) fn registered(stage: &mut Stage, journey: JourneyId) {
    let event: EventName = "mairie.birth_registered".parse().expect("an event");
    let data = Value::record([("act_number", Value::text("12"))]);
    let actor = Actor::service(event.service.clone());
    stage
        .says(journey, actor, None, Says::Told { event, data })
        .expect("heard");
}

pub(crate) fn word(stage: &mut Stage, journey: JourneyId, step: &str) -> &'static str {
    let snapshot = stage.journey(journey).expect("there is such a journey");
    let key = step.parse().expect("a step");
    snapshot
        .journey
        .step(&key)
        .map_or("none", |record| Step::word(&record.state))
}
