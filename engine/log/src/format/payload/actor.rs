//! Who decided, or let it be decided. People by their ids, and so under a seal.

use parcours_core::journey::{Actor, ActorKind, Assurance, Channel};
use parcours_core::{PersonId, Personal};

use super::error::{DecodeError, EncodeError};
use super::stored::{Loading, Stored, Storing, choice, record, worded};
use super::tree::Tree;
use super::vault;

/// What the id of an actor is kept for, and the class that says how long.
const ACTING: &str = "acting";
/// Whom the name of a publisher is about when nothing in the decision tells.
const SYSTEMS: &str = "systems";

/// An actor with its names under a seal.
pub(super) struct SealedActor {
    kind: SealedKind,
    on_behalf_of: Option<Personal<PersonId>>,
    mandate: Option<Personal<String>>,
    assurance: Assurance,
    channel: Channel,
}

enum SealedKind {
    Citizen(Personal<PersonId>),
    Agent(Personal<PersonId>),
    Service(parcours_core::name::ServiceId),
    Source(Personal<String>),
    Engine,
}

record!(SealedActor {
    kind = "who",
    on_behalf_of = "for",
    mandate = "mandate",
    assurance = "assurance",
    channel = "channel",
});

choice!(SealedKind {
    Citizen(person) = "citizen",
    Agent(person) = "agent",
    Service(service) = "service",
    Source(source) = "source",
    Engine = "engine",
});

choice!(Assurance {
    None = "none",
    Low = "low",
    Substantial = "substantial",
    High = "high",
});

choice!(Channel {
    Online = "online",
    Counter = "counter",
    Post = "post",
    Phone = "phone",
    System = "system",
});

impl SealedActor {
    /// A mandate is about whoever gave it; the name of a publisher about whoever the life event is about, in case it
    /// names them.
    pub(super) fn of(actor: &Actor, concerned: Option<&PersonId>) -> Self {
        let systems = PersonId::new(SYSTEMS).expect("a good id");
        let concerned = concerned.unwrap_or(&systems);
        let (kind, acts) = match &actor.kind {
            ActorKind::Citizen(id) => (SealedKind::Citizen(sealed(id, id.clone())), id),
            ActorKind::Agent(id) => (SealedKind::Agent(sealed(id, id.clone())), id),
            ActorKind::Service(service) => (SealedKind::Service(service.clone()), concerned),
            ActorKind::Source(source) => (
                SealedKind::Source(sealed(concerned, source.clone())),
                concerned,
            ),
            ActorKind::Engine => (SealedKind::Engine, concerned),
        };
        let giver = actor.on_behalf_of.as_ref().unwrap_or(acts);
        Self {
            kind,
            on_behalf_of: actor.on_behalf_of.as_ref().map(|id| sealed(id, id.clone())),
            mandate: actor
                .mandate
                .as_ref()
                .map(|mandate| sealed(giver, mandate.clone())),
            assurance: actor.assurance,
            channel: actor.channel,
        }
    }

    /// The actor; a forgotten person or name reads [`vault::ERASED`].
    pub(super) fn open(self) -> Actor {
        let person = |id: Personal<PersonId>| id.into_value().unwrap_or_else(vault::nobody);
        let name =
            |name: Personal<String>| name.into_value().unwrap_or_else(|| vault::ERASED.into());
        Actor {
            kind: match self.kind {
                SealedKind::Citizen(id) => ActorKind::Citizen(person(id)),
                SealedKind::Agent(id) => ActorKind::Agent(person(id)),
                SealedKind::Service(service) => ActorKind::Service(service),
                SealedKind::Source(source) => ActorKind::Source(name(source)),
                SealedKind::Engine => ActorKind::Engine,
            },
            on_behalf_of: self.on_behalf_of.map(person),
            mandate: self.mandate.map(name),
            assurance: self.assurance,
            channel: self.channel,
        }
    }
}

fn sealed<T>(about: &PersonId, value: T) -> Personal<T> {
    Personal::new(
        about.clone(),
        vault::word(ACTING),
        vault::class(ACTING),
        value,
    )
}
