//! The pure heart of Parcours: definitions, law in time, plans, decisions.
#![no_std]

extern crate alloc;
