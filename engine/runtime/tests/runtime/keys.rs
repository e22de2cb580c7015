//! Keys that cannot be read for a while: nobody is taken for damaged, and nothing is forgotten that nobody forgot.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use chrono::NaiveDate;
use parcours_core::PersonId;
use parcours_log::MemoryLog;
use parcours_log::lookups::{Lookups, MemoryLookups};
use parcours_log::seal::{
    Certificate, Found, HeldKey, Installation, KeyError, KeyRef, Keys, MemoryKeys, PersonTag,
    Scope, Sealer, SeededEntropy,
};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, CloudEvent, Engine, EngineParts, OpenError, VirtualClock};

use crate::common::*;
use crate::engine::publisher;

/// Keys on a disk that does not answer while it is away.
struct OnADisk {
    keys: MemoryKeys,
    away: AtomicBool,
}

impl Keys for OnADisk {
    fn installation(&self) -> &Installation {
        self.keys.installation()
    }
    fn data_key(&self, person: PersonTag, scope: Scope) -> Result<HeldKey, KeyError> {
        self.keys.data_key(person, scope)
    }
    fn find(&self, key: KeyRef) -> Result<Found, KeyError> {
        if self.away.load(SeqCst) {
            let source = std::io::Error::other("a broken disk");
            let done = "read";
            return Err(KeyError::Unavailable { done, source });
        }
        self.keys.find(key)
    }
    fn forget(&self, person: PersonTag, on: NaiveDate) -> Result<Certificate, KeyError> {
        self.keys.forget(person, on)
    }
    fn destroy(&self, scope: Scope, on: NaiveDate) -> Result<bool, KeyError> {
        self.keys.destroy(scope, on)
    }
    fn sync(&self) -> Result<(), KeyError> {
        self.keys.sync()
    }
    fn generation(&self) -> u64 {
        self.keys.generation()
    }
}

async fn opened(
    log: &MemoryLog,
    lookups: &Arc<MemoryLookups>,
    keys: &Arc<OnADisk>,
    clock: &VirtualClock,
) -> Result<Engine, OpenError> {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let lookups: Arc<dyn Lookups> = lookups.clone();
    let keys: Arc<dyn Keys> = keys.clone();
    Engine::open(EngineParts {
        log: log.reopened(),
        lookups,
        sealer: Arc::new(Sealer::new(keys, SeededEntropy::new(1))),
        services: Arc::new(Simulated::new(Arc::new(law().catalog), clock.clone())),
        law: law(),
        clock,
        config: parcours_runtime::Config::default(),
    })
    .await
}

#[tokio::test]
async fn keys_that_cannot_be_read_now_damage_no_journey_and_no_dossier() {
    let (log, lookups) = (MemoryLog::new(), Arc::new(MemoryLookups::new()));
    let keys = Arc::new(OnADisk {
        keys: MemoryKeys::new(1),
        away: AtomicBool::new(false),
    });
    let clock = VirtualClock::at(at("2026-03-02T09:00:00"));
    let engine = opened(&log, &lookups, &keys, &clock).await.expect("opens");
    let published = engine.publish(birth("1", "p-claire"), publisher()).await;
    let journey = published.expect("taken").journeys()[0];
    engine.shutdown().await;

    keys.away.store(true, SeqCst);
    let engine = opened(&log, &lookups, &keys, &clock).await.expect("opens");
    let mut looking = tokio::spawn({
        let engine = engine.clone();
        async move { engine.journey(journey, None).await }
    });
    let looked = loop {
        tokio::select! {
            looked = &mut looking => break looked.expect("no panic"),
            () = tokio::task::yield_now() => {
                let later = clock.now().after(std::time::Duration::from_millis(50));
                clock.move_to(later).expect("later");
            }
        }
    };
    assert!(looked.is_err(), "not now");
    assert_eq!(
        engine.health().parked,
        0,
        "it says nothing about the journey"
    );
    engine.shutdown().await;
    let anew = Arc::new(MemoryLookups::new());
    let refused = opened(&log, &anew, &keys, &clock).await;
    assert!(refused.is_err(), "a dossier would lack its journey");

    keys.away.store(false, SeqCst);
    let engine = opened(&log, &anew, &keys, &clock).await.expect("opens");
    let looked = engine.journey(journey, None).await;
    assert!(looked.expect("readable").is_some());
    let claire = PersonId::new("p-claire").expect("a person");
    assert_eq!(engine.dossier(&claire).await.expect("readable"), [journey]);
    engine.shutdown().await;
}

#[tokio::test]
async fn incidents_are_listed_without_opening_what_was_rejected() {
    let (log, lookups) = (MemoryLog::new(), Arc::new(MemoryLookups::new()));
    let keys = Arc::new(OnADisk {
        keys: MemoryKeys::new(1),
        away: AtomicBool::new(false),
    });
    let clock = VirtualClock::at(at("2026-03-02T09:00:00"));
    let engine = opened(&log, &lookups, &keys, &clock).await.expect("opens");
    let data = serde_json::json!({ "born_on": "soon", "parent": { "id": "p-claire" } });
    let wrong = CloudEvent::new("birth", SOURCE, "1", data);
    let published = engine.publish(wrong, publisher()).await;
    assert_eq!(published.expect("told why").word(), "rejected");
    engine.shutdown().await;

    // No key can be read, so whatever were opened would be an error.
    keys.away.store(true, SeqCst);
    let engine = opened(&log, &lookups, &keys, &clock).await.expect("opens");
    let incidents = engine.incidents(None, 10).await.expect("listed");
    let told: Vec<_> = incidents
        .iter()
        .map(|(_, incident)| (incident.kind, incident.what.as_str()))
        .collect();
    let [(kind, what)] = told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(kind, parcours_runtime::IncidentKind::Rejected);
    assert!(what.contains("born_on"), "{what}");
    engine.shutdown().await;
}
