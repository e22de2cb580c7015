//! The law that an engine is opened with, beside what was recorded.

use std::sync::Arc;

use parcours_lang::{Loaded, Source};
use parcours_log::lookups::MemoryLookups;
use parcours_log::memory::MemoryLog;
use parcours_log::seal::{MemoryKeys, Sealer, SeededEntropy};
use parcours_runtime::services::Simulated;
use parcours_runtime::{Clock, Config, Engine, EngineParts, VirtualClock};

use crate::common::*;

/// The law in which this stands for that in the definition of a birth.
fn edited(this: &str, for_that: &str) -> Loaded {
    let sources = sources().into_iter().map(|source| {
        if source.path == "birth/2020-01-01.yaml" {
            assert!(source.text.contains(for_that), "{for_that}");
            Source::new(source.path, source.text.replace(for_that, this))
        } else {
            source
        }
    });
    loaded(&sources.collect::<Vec<_>>())
}

#[tokio::test]
async fn a_published_definition_that_changes_in_place_is_told_of_and_one_whose_words_change_is_not()
{
    let log = MemoryLog::new();
    let keys = Arc::new(MemoryKeys::new(1));
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::at(at("2026-03-02T09:00:00")));
    let later = edited("days: 9", "days: 5");
    let reworded = edited("Passez à la mairie.", "Allez à la mairie.");
    for (law, changed) in [
        (law(), &[][..]),
        (law(), &[]),
        (reworded, &[]),
        (later.clone(), &["birth/2020-01-01.yaml"]),
        (later, &[]),
    ] {
        let engine = Engine::open(EngineParts {
            log: log.reopened(),
            lookups: Arc::new(MemoryLookups::new()),
            sealer: Arc::new(Sealer::new(keys.clone(), SeededEntropy::new(1))),
            services: Arc::new(Simulated::new(Arc::new(law.catalog.clone()), clock.clone())),
            law,
            clock: clock.clone(),
            config: Config::default(),
        });
        let engine = engine.await.expect("opens");
        engine.settle().await;
        assert_eq!(*engine.health().changed, *changed);
        engine.shutdown().await;
    }
}
