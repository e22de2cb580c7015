//! The HTTP doors of Parcours: pages for people, and a JSON API for systems.
//!
//! - [`Site`] says what they are made of: an engine ([`EngineDesk`]) behind the port [`Desk`], [`Links`], [`Credentials`], a [`Ledger`].
//! - [`serve`] listens; [`serve_front`] does before there is an engine, and tells of it ([`Front`]); [`router`] is the same without a socket, for tests.
//! - Pages need no JavaScript, no cookie and no account: a signed link opens a journey ([`Links`]), a credential opens the
//!   agents' desk ([`Credential`]).
//! - Whoever reads a journey is written down in a ledger of its own, without any value.

mod access;
mod api;
mod assets;
mod body;
mod desk;
mod engine;
mod front;
mod guard;
mod ledger;
mod links;
mod local;
mod metrics;
mod pages;
mod samples;
mod server;
mod site;
mod text;

pub use access::{ANYBODY, Credential, Credentials, Grant, NotATokenHash, TokenHash};
pub use api::openapi;
pub use desk::{Desk, DeskError, Health, Incidents, Letter, Recorded, Seen, Task, Tasks, Wanted};
pub use engine::EngineDesk;
pub use front::Front;
pub use ledger::{FileLedger, Ledger, MemoryLedger, Read};
pub use links::{BadLink, Link, Links, NewLink};
pub use metrics::Gauges;
pub use samples::{Begun, Sample, Samples};
pub use server::{ServeError, router, serve, serve_front};
pub use site::Site;
