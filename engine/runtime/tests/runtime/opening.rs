//! An engine that opens says how far it is, and leaves off when asked to.

use std::sync::Arc;

use parcours_log::MemoryLog;
use parcours_log::lookups::{Lookups, MemoryLookups};
use parcours_log::seal::{Keys, MemoryKeys, Sealer, SeededEntropy};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, Engine, EngineParts, OpenError, Opening, VirtualClock};

use crate::common::*;
use crate::engine::publisher;

async fn opened(
    log: &MemoryLog,
    lookups: &Arc<MemoryLookups>,
    keys: &Arc<MemoryKeys>,
    opening: Opening,
) -> Result<Engine, OpenError> {
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::at(at("2026-03-02T09:00:00")));
    let lookups: Arc<dyn Lookups> = lookups.clone();
    let keys: Arc<dyn Keys> = keys.clone();
    let parts = EngineParts {
        log: log.reopened(),
        lookups,
        sealer: Arc::new(Sealer::new(keys, SeededEntropy::new(1))),
        services: Arc::new(Simulated::new(Arc::new(law().catalog), clock.clone())),
        law: law(),
        clock,
        config: parcours_runtime::Config::default(),
    };
    Engine::open_telling(parts, opening).await
}

#[tokio::test]
async fn how_far_lookups_are_is_told_and_what_was_left_off_is_taken_up_again() {
    let (log, keys) = (MemoryLog::new(), Arc::new(MemoryKeys::new(1)));
    let first = Arc::new(MemoryLookups::new());
    let engine = opened(&log, &first, &keys, Opening::default()).await;
    let engine = engine.expect("opens");
    for id in ["1", "2", "3"] {
        let person = format!("p-{id}");
        let published = engine.publish(birth(id, &person), publisher()).await;
        assert_eq!(published.expect("taken").word(), "started");
    }
    engine.shutdown().await;

    let anew = Arc::new(MemoryLookups::new());
    let opening = Opening::default();
    opening.leave_off();
    let left_off = opened(&log, &anew, &keys, opening).await;
    assert!(left_off.is_err(), "it was asked to");

    let opening = Opening::default();
    let engine = opened(&log, &anew, &keys, opening.clone()).await;
    let engine = engine.expect("opens");
    let told = opening.to_string();
    assert!(
        told == "rebuilding lookups: 3 journeys so far, 100 % of the log read",
        "{told}"
    );
    assert_eq!(
        engine.journeys(None, None, 9).await.expect("listed").len(),
        3
    );
    engine.shutdown().await;
}
