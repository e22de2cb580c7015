//! The log on segment files, and the key slots beside it.
//!
//! [`SegmentLog`] keeps one lane in a folder of preallocated segment files: one write and one `fdatasync` a block before
//! anything is acknowledged. Opening goes through recovery: a block that was being written when the power went is cut, one that
//! was acknowledged and doesn't read is named with its file and byte, and nothing is opened over it. [`verify`] reads a
//! whole log, without keys, and reports everything that is wrong in it.
//!
//! The layout of the files is told in `record.rs`, and what happens when things break in the README.
//! [`keys`] holds the keys of personal values, in a file that is overwritten, beside a log that never is.

pub mod bench;
mod config;
mod error;
mod folder;
pub mod keys;
mod log;
mod reader;
mod record;
mod recovery;
mod scan;
mod segment;
mod verify;
mod view;
mod writer;

pub use config::Config;
pub use folder::private_folder;
pub use log::SegmentLog;
pub use verify::{VerifyReport, verify};
