//! Who is forgotten is forgotten on NATS, too: calls that wait, and dead letters that name them. The people are invented.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::time::Duration;

use parcours_core::PersonId;
use parcours_log::seal::{MemoryKeys, OsEntropy, Sealer};
use parcours_nats::testing::NatsServer;
use parcours_nats::{
    Config, Credentials, Health, NatsError, Withdrawn, client, subjects, withdraw,
};
use serde_json::json;

use crate::installed::{Folder, shipped};
use crate::world::soon;

const PATIENCE: Duration = Duration::from_secs(60);

async fn messages(server: &NatsServer, stream: &str) -> u64 {
    let context = async_nats::jetstream::new(async_nats::connect(server.url()).await.unwrap());
    match context.get_stream(stream).await {
        Ok(stream) => stream.cached_info().state.messages,
        Err(_) => 0,
    }
}

#[tokio::test]
async fn waiting_calls_and_the_dead_letters_that_name_somebody_are_withdrawn_and_no_others() {
    let server = NatsServer::start();
    let folder = Folder::new(1);
    let installed = folder
        .open(Config::new(server.url()), &["caf"], shipped())
        .await;
    installed.is(|health| *health == Health::Up).await;
    installed.birth("claire").await;
    for (id, person) in [("wrong-1", "p-claire"), ("wrong-2", "p-claire-b")] {
        let event = json!({
            "specversion": "1.0", "type": "birth", "source": "urn:mairie:69123", "id": id,
            "data": { "born_on": "2026-02-30", "parents": [{ "id": person }] },
        });
        let url = server.url();
        let receipt = client::publish(&url, &Credentials::None, None, &event, PATIENCE).await;
        assert!(receipt.unwrap().receipt.is_dead());
    }
    soon("a call for a worker", async {
        while messages(&server, subjects::SERVICES).await == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    installed.engine.settle().await;
    installed.stop().await;
    let calls = messages(&server, subjects::SERVICES).await;
    assert_eq!(messages(&server, subjects::REJECTED).await, 2);

    let sealer = folder.sealer();
    let claire = PersonId::new("p-claire").unwrap();
    let forget = async || {
        withdraw(
            &server.url(),
            &Credentials::None,
            &sealer,
            &claire,
            PATIENCE,
        )
        .await
        .unwrap()
    };
    let expected = Withdrawn {
        calls,
        letters: 1,
        ..Withdrawn::default()
    };
    assert_eq!(forget().await, expected);
    assert_eq!(messages(&server, subjects::SERVICES).await, 0);
    assert_eq!(messages(&server, subjects::REJECTED).await, 1);
    assert_eq!(forget().await, Withdrawn::default());

    // The engine makes again what it is owed.
    let again = folder
        .open(Config::new(server.url()), &["caf"], shipped())
        .await;
    soon("the call again", async {
        while messages(&server, subjects::SERVICES).await < calls {
            tokio::task::yield_now().await;
        }
    })
    .await;
    again.stop().await;

    let others = Sealer::new(std::sync::Arc::new(MemoryKeys::new(2)), OsEntropy);
    let refused = withdraw(
        &server.url(),
        &Credentials::None,
        &others,
        &claire,
        PATIENCE,
    )
    .await;
    assert!(
        matches!(&refused, Err(NatsError::Refused { what }) if what.contains("installation")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn where_there_is_nothing_nothing_is_withdrawn_and_where_nobody_answers_it_is_said() {
    let server = NatsServer::start();
    let sealer = Folder::new(1).sealer();
    let claire = PersonId::new("p-claire").unwrap();
    let nothing = withdraw(
        &server.url(),
        &Credentials::None,
        &sealer,
        &claire,
        PATIENCE,
    )
    .await;
    assert_eq!(nothing.unwrap(), Withdrawn::default());
    let nobody = "nats://127.0.0.1:9";
    let patience = Duration::from_millis(200);
    let away = withdraw(nobody, &Credentials::None, &sealer, &claire, patience).await;
    assert!(
        matches!(&away, Err(NatsError::Unavailable { what }) if what.contains("127.0.0.1:9")),
        "{away:?}"
    );
}

#[tokio::test]
async fn what_names_somebody_in_any_spelling_is_withdrawn_from_what_waits_and_what_was_rejected() {
    let server = NatsServer::start();
    let folder = Folder::new(1);
    let installed = folder.open(Config::new(server.url()), &[], shipped()).await;
    installed.is(|health| *health == Health::Up).await;
    let context = async_nats::jetstream::new(async_nats::connect(server.url()).await.unwrap());
    let store = async |subject: &'static str, headers: &[(&str, &str)], body: &str| {
        let mut map = async_nats::HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, *value);
        }
        let sent = context.publish_with_headers(subject, map, body.to_owned().into());
        sent.await.unwrap().await.unwrap();
    };
    let binary = |id: &'static str, subject: &'static str| {
        [
            ("ce-specversion", "1.0"),
            ("ce-type", "birth"),
            ("ce-source", "urn:mairie:69123"),
            ("ce-id", id),
            ("ce-subject", subject),
            ("Content-Type", "application/json"),
        ]
    };
    let escaped = |id: &str, born_on: &str, person: &str| {
        let id = format!(
            r#""specversion":"1.0","type":"birth","source":"urn:mairie:69123","id":"{id}""#
        );
        format!(r#"{{{id},"data":{{"born_on":"{born_on}","parents":[{{"id":"{person}"}}]}}}}"#)
    };
    let eloise = r"p-\u00e9lo\u00efse";
    // Four are rejected, of which three name her.
    store(
        "life-events.birth",
        &[],
        &escaped("r-1", "2026-02-30", eloise),
    )
    .await;
    store(
        "life-events.birth",
        &[],
        &escaped("r-2", "2026-02-30", "p-berthe"),
    )
    .await;
    store(
        "life-events.birth",
        &binary("r-3", "p-%C3%A9lo%C3%AFse"),
        "{}",
    )
    .await;
    store("life-events.birth", &[], &format!("no event: {eloise}")).await;
    soon("four dead letters", async {
        while messages(&server, subjects::REJECTED).await < 4 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    installed.stop().await;
    // And no engine takes what comes now.
    store(
        "life-events.birth",
        &[],
        &escaped("w-1", "2026-03-02", eloise),
    )
    .await;
    store(
        "life-events.birth",
        &[],
        &escaped("w-2", "2026-03-02", "p-berthe"),
    )
    .await;
    store(
        "publishers.lyon.life-events.birth",
        &binary("w-3", "p-%c3%a9lo%c3%afse"),
        "{}",
    )
    .await;
    store(
        "answers.x",
        &[],
        &format!(r#"{{"reply":{{"of":"{eloise}"}}}}"#),
    )
    .await;
    store("answers.y", &[], r#"{"reply":{}}"#).await;

    let person = PersonId::new("p-éloïse").unwrap(); // invented
    let sealer = folder.sealer();
    let url = server.url();
    let forget = async || withdraw(&url, &Credentials::None, &sealer, &person, PATIENCE).await;
    let expected = Withdrawn {
        letters: 3,
        untaken: 3,
        waiting: 2,
        ..Withdrawn::default()
    };
    assert_eq!(forget().await.unwrap(), expected);
    assert_eq!(
        server.files_with(eloise.as_bytes()),
        Vec::<std::path::PathBuf>::new()
    );
    // Who waits for a receipt is told not to send it again.
    let receipts = context.get_stream(subjects::RECEIPTS).await.unwrap();
    for (publisher, id) in [(None, "w-1"), (Some("lyon"), "w-3")] {
        let token = subjects::token("urn:mairie:69123", id);
        let at = subjects::receipt_for(publisher, &token);
        let receipt = receipts.get_last_raw_message_by_subject(&at).await.unwrap();
        let receipt: parcours_nats::Receipt = serde_json::from_slice(&receipt.payload).unwrap();
        assert_eq!(receipt.reason.unwrap().code, "forgotten", "{id}");
    }
    let again = Withdrawn {
        waiting: 2,
        ..Withdrawn::default()
    };
    assert_eq!(forget().await.unwrap(), again);
}
