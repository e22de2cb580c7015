//! The pure heart of Parcours: definitions, law in time, plans, decisions.
#![no_std]
// A new variant must be thought of everywhere it can turn up; the compiler finds the places.
#![warn(clippy::wildcard_enum_match_arm)]

extern crate alloc;

pub mod calendar;
pub mod catalog;
pub mod definition;
pub mod expr;
pub mod id;
pub mod intake;
pub mod journey;
pub mod name;
pub mod personal;
pub mod plan;
pub mod value;
pub mod view;

pub use id::{IdError, JourneyId, PersonId, Purpose, Retention};
pub use personal::Personal;
