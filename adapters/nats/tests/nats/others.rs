//! The publisher's side, and the document that describes it all.

use std::time::Duration;

use parcours_lang::{load, read_dir};
use parcours_nats::client::{self, PublishError};
use parcours_nats::{Became, Credentials, asyncapi, subjects};

use crate::world::{World, birth};

#[tokio::test]
async fn a_publisher_waits_for_its_receipt() {
    let world = World::new().await;
    let patience = Duration::from_secs(30);
    let url = world.server.url();
    let receipt = client::publish(&url, &Credentials::None, &birth("n-1"), patience)
        .await
        .unwrap();
    assert_eq!(receipt.receipt, Became::Started);

    let mut nameless = birth("n-2");
    nameless["id"] = "".into();
    let refused = client::publish(&url, &Credentials::None, &nameless, patience)
        .await
        .unwrap_err();
    assert!(matches!(refused, PublishError::Event(what) if what.contains("`id`")));
}

#[tokio::test]
async fn a_publisher_is_told_whether_its_event_is_stored() {
    let mut world = World::new().await;
    world.engine.set_unavailable(true);
    let url = world.server.url();
    let short = Duration::from_millis(500);
    let stored = client::publish(&url, &Credentials::None, &birth("n-1"), short)
        .await
        .unwrap_err();
    assert!(
        matches!(stored, PublishError::NoReceiptYet { subject } if subject.starts_with("receipts."))
    );
    world.server.stop();
    let not = client::publish(&url, &Credentials::None, &birth("n-1"), short)
        .await
        .unwrap_err();
    assert!(matches!(not, PublishError::NotPublished(_)));
}

#[test]
fn every_subject_is_in_the_document_with_its_contract() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../journeys");
    let loaded = load(&read_dir(folder.as_ref()).unwrap())
        .0
        .expect("the shipped journeys are good");
    let document = asyncapi(&loaded.catalog);
    let channels = document["channels"].as_object().unwrap();
    let addresses: Vec<&str> = channels
        .values()
        .map(|channel| channel["address"].as_str().unwrap())
        .collect();
    for pattern in [
        subjects::LIFE_EVENTS_SUBJECTS,
        subjects::RECEIPTS_SUBJECTS,
        subjects::REJECTED_LIFE_EVENTS,
        subjects::REJECTED_ANSWERS,
        subjects::SERVICES_SUBJECTS,
        subjects::ANSWERS_SUBJECTS,
        subjects::JOURNEYS_SUBJECTS,
    ] {
        let matches = |address: &&str| {
            let (address, pattern): (Vec<_>, Vec<_>) =
                (address.split('.').collect(), pattern.split('.').collect());
            address.len() == pattern.len()
                && address
                    .iter()
                    .zip(&pattern)
                    .all(|(one, other)| *other == "*" || one == other)
        };
        assert!(addresses.iter().any(matches), "{pattern}");
    }
    for service in loaded.catalog.services() {
        for operation in service.operations.keys() {
            assert!(
                addresses.contains(&subjects::call(operation).as_str()),
                "{operation}"
            );
        }
    }
    let birth =
        &channels["life_event_birth"]["messages"]["message"]["payload"]["properties"]["data"];
    assert_eq!(birth["properties"]["born_on"]["format"], "date");
}
