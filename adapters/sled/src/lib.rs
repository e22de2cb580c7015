//! What is looked up over the log, in sled: quick, and never the truth.
//!
//! [`SledLookups`] keeps streams, journeys by name, receipts, dossiers, timers and what is owed in one folder. Nothing waits for its disk: sled writes when
//! it likes, and what a crash takes away is read again from the log. sled can lose or mangle what it holds without a
//! word, so nothing is believed that was not checked on opening: a hash of its files where it was closed in good order, else a digest
//! over every entry, which stands beside the head.
//! What does not match, does not open, panics, or is of another version is moved aside and rebuilt from the log.
//!
//! **Invariant: deleting the folder loses nothing but time.** A test deletes it and compares every lookup.
//!
//! **Invariant: nobody is named.** Keys are positions, keyed hashes and tags.
#![warn(clippy::wildcard_enum_match_arm)]

mod edit;
mod filter;
mod folder;
mod key;
mod lookups;
mod seal;

pub use folder::{Config, OpenError};
pub use lookups::SledLookups;
