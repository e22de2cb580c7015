//! Types of life event: their contract (a JSON Schema), the type our expressions see, and data checked against both.
//!
//! The JSON Schema is the contract with publishers; `shape` reads a [`Type`](parcours_core::value::Type) out of it and
//! refuses what has none. [`Contract::check`] answers with a typed value, or with every problem by its JSON pointer.

mod contract;
mod json;
mod json_schema;
mod shape;

pub use contract::{Contract, Problem};
pub use json::{from_json, to_json};
pub use json_schema::json_schema;
pub(crate) use shape::shape;
