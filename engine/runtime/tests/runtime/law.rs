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

/// With another version of it, of a later day.
fn with_a_later(law: &Loaded) -> Loaded {
    let mut sources = law.sources().to_vec();
    let first = sources
        .iter()
        .find(|one| one.path == "birth/2020-01-01.yaml");
    let text = &first.expect("there").text;
    let later = text.replace("from: 2020-01-01", "from: 2024-01-01");
    sources.push(Source::new("birth/2024-01-01.yaml", later));
    loaded(&sources)
}

#[tokio::test]
async fn a_published_definition_that_changes_in_place_or_is_gone_is_told_of() {
    let log = MemoryLog::new();
    let keys = Arc::new(MemoryKeys::new(1));
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::at(at("2026-03-02T09:00:00")));
    let edit = edited("days: 9", "days: 5");
    let reworded = edited("Passez à la mairie.", "Allez à la mairie.");
    let two = with_a_later(&edit);
    for (law, changed, gone) in [
        (law(), "", ""),
        (law(), "", ""),
        (reworded, "", ""),
        (edit.clone(), "birth/2020-01-01.yaml", ""),
        (edit.clone(), "", ""),
        (two, "", ""),
        (edit, "", "birth/2024-01-01.yaml"),
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
        let health = engine.health();
        assert_eq!(
            (health.changed.concat(), health.gone.concat()),
            (changed.into(), gone.into())
        );
        engine.shutdown().await;
    }
}
