//! Keys in a file of their own, so that destroying one leaves it in no file.
//!
//! A folder (mode 0700) with three files (mode 0600):
//!
//! - `keys`: the secret of the installation, then slots of 128 bytes. A person key stands there as it is; a data key
//!   is wrapped by the key of its person. A slot is overwritten in place and synced: destroying a key replaces its
//!   bytes by random ones, and the slot is used again.
//! - `forgotten`: every key destroyed on purpose and every person forgotten, with the day, appended and synced *before*
//!   the slots are overwritten. It finishes on opening what a crash cut short, is applied again to an older `keys`
//!   restored from a backup, and tells what is erased from what is lost. It holds hashes and no keys.
//! - `lock`: held while the keys are open, so that no two processes write them.
//!
//! `keys` and `forgotten` are backed up apart: the first with a short life, the second for ever. See the README.

mod error;
mod file;
mod forgotten;
mod header;
mod index;
mod open;
mod slot;

pub use error::OpenError;
pub use file::KeyFile;
pub use open::Opening;

#[cfg(test)]
mod tests;
