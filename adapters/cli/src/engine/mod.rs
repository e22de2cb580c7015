//! An engine over a data folder, and the doors that open on it.
//!
//! [`Installation`] opens log, keys and law; [`Doors`] serves until it is told to stop, and stops in order: no new input, the
//! block in hand, then the disk.

mod access;
mod doors;
mod installation;
mod stop;
mod written;

pub(crate) use access::{Admitted, Entrance, Hangup};
pub(crate) use doors::{Doors, Early};
pub(crate) use installation::{AtOnce, Installation, Outside, Workers};
pub(crate) use stop::{STOPPING, Stop};
pub(crate) use written::credentials_schema;
