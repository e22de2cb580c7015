//! Everything over a real nats-server, published and read with an ordinary client.

mod engine;
mod intake;
mod others;
mod workers;
mod world;
