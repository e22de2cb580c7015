//! Everything over a real nats-server, published and read with an ordinary client.

mod intake;
mod others;
mod workers;
mod world;
