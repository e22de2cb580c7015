//! The doors, tried with the real core and the journeys that ship, at chosen dates.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

mod agents;
mod api;
mod browser;
mod doors;
mod forms;
mod hearing;
mod incidents;
mod limits;
mod links;
mod openapi;
mod pages;
mod roles;
mod said;
mod support;
mod told;
