//! For tests, of this crate and of others: a nats-server of one's own, and a twin in memory of the engine's port.

mod engine;
mod server;

pub use engine::MemoryEngine;
pub use server::NatsServer;
