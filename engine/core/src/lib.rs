//! The pure heart of Parcours: definitions, law in time, plans, decisions.
#![no_std]

extern crate alloc;

pub mod id;
pub mod personal;

pub use id::{IdError, JourneyId, PersonId, Purpose, Retention};
pub use personal::Personal;
