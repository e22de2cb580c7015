//! Everything over a real nats-server, published and read with an ordinary client.

mod engine;
mod hearing;
mod holding;
mod installed;
mod intake;
mod others;
mod sharing;
mod telling;
mod withdrawing;
mod workers;
mod world;
