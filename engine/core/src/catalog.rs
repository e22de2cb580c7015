//! Everything an engine has loaded, each thing by its content.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::definition::{Definition, LifeEventType, Operation, Service};
use crate::name::{DefinitionHash, JourneyName, LifeEventKind, OperationId, ServiceId};

/// All definitions, services and types of life event.
///
/// A published definition is never taken out: a journey pinned to it would be lost. What a revision replaces stays
/// here too, by its hash only.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    definitions: BTreeMap<DefinitionHash, Arc<Definition>>,
    versions: BTreeMap<JourneyName, Vec<Arc<Definition>>>,
    services: BTreeMap<ServiceId, Arc<Service>>,
    life_events: BTreeMap<LifeEventKind, Arc<LifeEventType>>,
}

impl Catalog {
    /// A catalog of these. Law versions of a journey with the same first date are revisions; the one that no other
    /// replaces is the current one.
    #[must_use]
    pub fn new(
        definitions: impl IntoIterator<Item = Definition>,
        services: impl IntoIterator<Item = Service>,
        life_events: impl IntoIterator<Item = LifeEventType>,
    ) -> Self {
        let mut catalog = Self {
            services: services
                .into_iter()
                .map(|service| (service.id.clone(), Arc::new(service)))
                .collect(),
            life_events: life_events
                .into_iter()
                .map(|kind| (kind.kind.clone(), Arc::new(kind)))
                .collect(),
            ..Self::default()
        };
        for definition in definitions {
            catalog
                .definitions
                .insert(definition.hash, Arc::new(definition));
        }
        catalog.index();
        catalog
    }

    /// Keeps definitions of an earlier catalog by their hash, for the journeys that are pinned to them.
    #[must_use]
    pub fn keeping(mut self, earlier: &Self) -> Self {
        let current: Vec<_> = self.definitions.keys().copied().collect();
        for (hash, definition) in &earlier.definitions {
            self.definitions
                .entry(*hash)
                .or_insert_with(|| definition.clone());
        }
        self.index();
        for versions in self.versions.values_mut() {
            let is_current = |definition: &Arc<Definition>| current.contains(&definition.hash);
            if versions.iter().any(is_current) {
                versions.retain(is_current);
            }
        }
        self
    }

    fn index(&mut self) {
        let replaced: Vec<_> = self
            .definitions
            .values()
            .filter_map(|each| Some((each.hash, each.revision.as_ref()?.replaces)))
            // A corrected sentence leaves the hash as it was: the file then stands in for itself.
            .filter(|(hash, replaces)| hash != replaces)
            .map(|(_, replaces)| replaces)
            .collect();
        self.versions.clear();
        for definition in self
            .definitions
            .values()
            .filter(|each| !replaced.contains(&each.hash))
        {
            self.versions
                .entry(definition.journey.clone())
                .or_default()
                .push(definition.clone());
        }
        for versions in self.versions.values_mut() {
            versions.sort_by_key(|definition| definition.applies.from);
        }
    }

    /// The definition of this content.
    #[must_use]
    pub fn definition(&self, hash: &DefinitionHash) -> Option<&Arc<Definition>> {
        self.definitions.get(hash)
    }

    /// The current law versions of a journey, the earliest first.
    #[must_use]
    pub fn versions(&self, journey: &JourneyName) -> &[Arc<Definition>] {
        self.versions.get(journey).map_or(&[], Vec::as_slice)
    }

    /// The journeys there are, each with its current law versions.
    pub fn journeys(&self) -> impl Iterator<Item = (&JourneyName, &[Arc<Definition>])> {
        self.versions
            .iter()
            .map(|(name, versions)| (name, versions.as_slice()))
    }

    /// The journeys that a type of life event can start, by their current law versions.
    pub fn started_by<'a>(
        &'a self,
        kind: &'a LifeEventKind,
    ) -> impl Iterator<Item = &'a JourneyName> {
        self.versions
            .iter()
            .filter(move |(_, versions)| versions.iter().any(|version| version.starts.on == *kind))
            .map(|(name, _)| name)
    }

    /// A service.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Arc<Service>> {
        self.services.get(id)
    }

    /// An operation of a service.
    #[must_use]
    pub fn operation(&self, id: &OperationId) -> Option<&Operation> {
        self.services.get(&id.service)?.operations.get(id)
    }

    /// All services.
    pub fn services(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.services.values()
    }

    /// A type of life event.
    #[must_use]
    pub fn life_event(&self, kind: &LifeEventKind) -> Option<&Arc<LifeEventType>> {
        self.life_events.get(kind)
    }

    /// All types of life event.
    pub fn life_events(&self) -> impl Iterator<Item = &Arc<LifeEventType>> {
        self.life_events.values()
    }
}
