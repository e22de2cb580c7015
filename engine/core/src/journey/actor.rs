//! Who is speaking: every input says so.

use alloc::string::String;
use core::fmt;

use crate::id::PersonId;
use crate::name::ServiceId;

/// Who gave an input, for whom, and how sure we are.
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Whom it acts for, when not for itself.
    pub on_behalf_of: Option<PersonId>,
    /// The mandate it acts under; required to act on behalf of somebody.
    pub mandate: Option<String>,
    /// How its identity was established.
    pub assurance: Assurance,
    /// The way it came in.
    pub channel: Channel,
}

/// The kinds of actor.
#[derive(Clone, PartialEq, Eq)]
pub enum ActorKind {
    /// A person the journey is about, or who helps one.
    Citizen(PersonId),
    /// Somebody who works in an administration, by an opaque staff name.
    Agent(PersonId),
    /// A service's own system.
    Service(ServiceId),
    /// Whoever published a life event, by CloudEvents `source`.
    Source(String),
    /// The engine: a timer, a new catalog, another journey.
    Engine,
}

/// How an identity was established (levels of the eIDAS regulation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// Nobody checked.
    None,
    /// A signed link, or a declared identity.
    Low,
    /// Two factors, or an agent who saw a document.
    Substantial,
    /// A qualified means of identification, or a system's own credential.
    High,
}

/// The way an input came in. Some deadlines depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// A page or an application.
    Online,
    /// At a counter.
    Counter,
    /// On paper, by post.
    Post,
    /// By telephone.
    Phone,
    /// From a system.
    System,
}

impl Actor {
    /// The engine itself.
    #[must_use]
    pub fn engine() -> Self {
        Self::system(ActorKind::Engine)
    }

    /// A service's own system.
    #[must_use]
    pub fn service(service: ServiceId) -> Self {
        Self::system(ActorKind::Service(service))
    }

    /// A citizen who follows a signed link.
    #[must_use]
    pub fn citizen(person: PersonId) -> Self {
        Self {
            kind: ActorKind::Citizen(person),
            on_behalf_of: None,
            mandate: None,
            assurance: Assurance::Low,
            channel: Channel::Online,
        }
    }

    /// An agent who is logged in.
    #[must_use]
    pub fn agent(person: PersonId) -> Self {
        Self {
            kind: ActorKind::Agent(person),
            on_behalf_of: None,
            mandate: None,
            assurance: Assurance::Substantial,
            channel: Channel::Online,
        }
    }

    /// A system, by its credential.
    #[must_use]
    pub fn system(kind: ActorKind) -> Self {
        Self {
            kind,
            on_behalf_of: None,
            mandate: None,
            assurance: Assurance::High,
            channel: Channel::System,
        }
    }
}

/// Shows the kind only: ids of people do not belong in a log line.
impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            ActorKind::Citizen(_) => "citizen",
            ActorKind::Agent(_) => "agent",
            ActorKind::Service(service) => {
                return write!(f, "Actor({service}, {:?})", self.channel);
            }
            ActorKind::Source(_) => "source",
            ActorKind::Engine => "engine",
        };
        write!(f, "Actor({kind}, {:?})", self.channel)
    }
}

macro_rules! words {
    ($name:ident: $($variant:ident = $word:literal),+ $(,)?) => {
        impl $name {
            /// The stored word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one of that word.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(Assurance: None = "none", Low = "low", Substantial = "substantial", High = "high");
words!(Channel: Online = "online", Counter = "counter", Post = "post", Phone = "phone", System = "system");
