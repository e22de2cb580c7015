//! From the version that was written to the one that this program works with.
//!
//! A new version `n + 1` comes with a function from the tree of version `n` to its own, called here; the tables of the
//! other modules only ever speak of the newest. Sealed values pass through unopened.
//!
//! Nothing has been released yet: until then version 1 itself may change, and its golden files with it. After that, never.

use super::Kind;
use super::error::DecodeError;
use super::tree::Tree;

/// The version that is written, and the newest that is read.
pub const VERSION: u8 = 1;

/// `tree`, written in `version`, as the newest version has it.
pub(super) fn newest(kind: Kind, version: u8, tree: Tree) -> Result<Tree, DecodeError> {
    match (kind, version) {
        (Kind::Decided | Kind::Intake | Kind::Catalog | Kind::Swept, VERSION) => Ok(tree),
        (_, found) => Err(DecodeError::UnknownVersion {
            found,
            newest: VERSION,
        }),
    }
}
