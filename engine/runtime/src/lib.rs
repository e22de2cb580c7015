//! The partition machine and its shells: intake, decisions, timers, effects, recovery.
//!
//! [`machine::Machine`] is the loop of Parcours, written once and pure: requests and reports come in through
//! [`handle`](machine::Machine::handle), and what is to be done comes out as a list of [`Output`](machine::Output)s: append
//! this block, acknowledge, answer, dispatch this call, wake me then. It decides each request of a batch on an *overlay* of
//! what the earlier ones changed; nothing leaves before the block is durable, and if the block fails all of it is dropped.
//!
//! Two shells carry the outputs out:
//!
//! - [`Stage`]: synchronous, on virtual time, with simulated services. Specs, `parcours try` and simulations run on it, and
//!   can stop it between any two outputs.
//! - [`Engine`]: a cloneable handle on a tokio task over any log, keys, clock and services. The doors (HTTP, NATS) use it.
//!
//! | module | what |
//! |---|---|
//! | [`cloud_event`] | CloudEvents 1.0, structured and binary, checked by attribute |
//! | [`intake`] | what becomes of a published life event: receipts, duplicates, corrections |
//! | [`clock`] | instants in UTC, civil time in Europe/Paris |
//! | [`machine`] | the machine |
//! | [`answers`] | services' answers, as every door takes them |
//! | [`service_events`] | what services tell by themselves, and who hears it |
//! | [`named`] | whom a message names that was rejected |
//! | [`services`] | the port to services, their retries, and the simulator |
//! | [`stage`] | the synchronous driver |
//! | [`waiting`] | what waits for somebody in a journey |
//! | [`engine`] | the asynchronous driver |
//!
//! What is looked up (streams, journeys by name, receipts, dossiers, timers, what is owed) is in
//! [`Lookups`](parcours_log::lookups::Lookups) that an engine is given: in memory, or on disk. They are noted after each block,
//! behind the answers; opened again, they are read on from where they were, and only journeys with something to do are
//! loaded. Deleted, broken, of another log or ahead of it, they are made anew, the same.
//!
//! **Invariants.** No effect before its block is durable. A timer only proposes. The same input counts once. One journey's
//! fault parks that journey and no other. Log lines and spans hold ids, names and positions, never values.

pub mod answers;
mod archive;
pub mod clock;
pub mod cloud_event;
pub mod engine;
pub mod identity;
pub mod intake;
mod keeper;
pub mod machine;
pub mod named;
mod opening;
mod repeated;
pub mod service_events;
pub mod services;
pub mod stage;
pub mod waiting;

pub use archive::{IncidentPlace, NotAPlace, ReadError, Recorded};
pub use clock::{Clock, Instant, SystemClock, VirtualClock};
pub use cloud_event::{CloudEvent, CloudEventError, Reference};
pub use engine::{
    Bookmark, CallsTo, Chronicle, Config, Engine, EngineParts, Health, Lane, Listed, OpenError,
    Place, Rests, Told, Why,
};
pub use machine::{
    Done, Happened, Incident, IncidentKind, Owner, Published, Refused, Snapshot, Unavailable,
};
pub use opening::Opening;
pub use repeated::repeated_name;
pub use stage::{Called, Script, Stage};
