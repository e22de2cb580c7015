//! Life events, receipts and service operations on NATS.
//!
//! An adapter between JetStream and the engine, which it knows through one small port, [`Engine`]. Everything goes through
//! streams that it creates by itself ([`streams`]), on subjects that are built in one place ([`subjects`]):
//!
//! | direction | module | subject |
//! |---|---|---|
//! | life events in, receipts and dead letters out | [`intake`] | `life-events.<type>`, `receipts.<token>`, `life-events.rejected.<token>` |
//! | calls out to workers | [`services`] | `services.<service>.<operation>` |
//! | their answers in | `answers` | `answers.<token>`, `answers.rejected.<token>` |
//! | what services tell by themselves in | `service_events` | `service-events.<service>.<event>`, `service-events.rejected.<service>.<token>` |
//! | what happened, for anybody, out | [`journeys`] | `journeys.<journey>.<event>` |
//!
//! [`Nats::connect`] never waits for a server: the engine starts without NATS, [`Nats::health`] says so, and everything is
//! taken up again when NATS is there. [`client`] is the other side, for publishers; [`asyncapi`](asyncapi()) describes it all.
//!
//! **Invariants.** A message is acknowledged after the block it caused is durable, and its bytes are overwritten in JetStream's
//! files first. Nothing is acknowledged whose receipt or dead letter was not stored. No subject and no header that Parcours
//! sends holds a value about a person. What is held in memory is bounded by the configuration.

mod answers;
pub mod asyncapi;
pub mod client;
mod config;
mod dead_letter;
mod door;
mod error;
pub mod intake;
pub mod journeys;
mod nats;
mod parcours;
mod receipt;
mod service_events;
pub mod services;
mod session;
pub mod streams;
pub mod subjects;
#[cfg(feature = "testing")]
pub mod testing;
mod withdraw;

pub use asyncapi::asyncapi;
pub use config::{Config, Credentials, Publishers};
pub use dead_letter::DeadLetter;
pub use door::{
    Delivery, Engine, Heard, JourneyEvent, Reason, Unavailable, WorkerAnswer, WorkerSays,
};
pub use error::{NatsError, describe};
pub use nats::{Health, Nats};
pub use parcours::EngineDoor;
pub use receipt::{Became, Receipt};
pub use services::{ServiceRoute, Workers};
pub use withdraw::{Withdrawn, withdraw};
