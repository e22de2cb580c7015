//! Journey definitions in YAML, checked, with diagnostics.
//!
//! [`load`] takes the files of a folder of journeys ([`read_dir`] collects them) and answers in one pass with everything that
//! is wrong ([`Diagnostic`], each with a stable [`Code`] and its page), and, when no error is among them, with a [`Loaded`]
//! catalog: definitions checked by construction, each with the hash of its decisions and the hash of its wording.
//!
//! The way of a file: text, a tree that remembers places (`yaml`), raw records (`read`, `raw`), checked types (`check`).
//! Conditions are compiled by [`cel`], date rules by [`date_rule`]; the data of life events is checked by
//! [`life_event`].

pub mod cel;
mod check;
pub mod date_rule;
mod diagnostic;
mod folder;
mod hash;
pub mod life_event;
mod load;
mod raw;
mod read;
mod schema;
mod source;
mod yaml;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use folder::{FolderError, read_dir};
pub use load::{Loaded, load, load_recorded};
pub use schema::{SCHEMAS, schema};
pub use source::{Source, Span};
