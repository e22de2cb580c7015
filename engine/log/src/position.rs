//! Where a block or a commit is in a lane.
//!
//! A position is opaque: it grows along a lane, and that is all a caller may rely on. The log on files
//! uses byte addresses, a JetStream lane uses sequences; neither is consecutive.

use std::fmt;
use std::str::FromStr;

/// The place of one block in a lane; [`Position::START`] is the place before the first block.
///
/// Its text form (16 lowercase hexadecimal digits) is the token that an answer carries, so that a reader can ask to
/// "see at least that". Text, big-endian bytes and values all sort alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position(u64);

impl Position {
    /// Before the first block: the head of an empty lane, and where a reader of everything starts.
    pub const START: Position = Position(0);

    /// For the authors of a [`crate::Log`]: only they know what the number means.
    pub const fn from_u64(value: u64) -> Self {
        Self(value)
    }

    /// For the authors of a [`crate::Log`].
    pub const fn to_u64(self) -> u64 {
        self.0
    }

    /// Eight bytes that sort as positions do, for keys of an index.
    pub const fn to_be_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// The inverse of [`Position::to_be_bytes`].
    pub const fn from_be_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A token that no log of ours has written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{token}` is not a position: use one that an answer of this engine gave")]
pub struct NotAPosition {
    /// What was presented, shortened to 64 characters.
    pub token: String,
}

impl NotAPosition {
    fn of(token: &str) -> Self {
        Self {
            token: token.chars().take(64).collect(),
        }
    }
}

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(token: &str) -> Result<Self, NotAPosition> {
        let digits = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if token.len() != 16 || !token.bytes().all(digits) {
            return Err(NotAPosition::of(token));
        }
        u64::from_str_radix(token, 16)
            .map(Position)
            .map_err(|_| NotAPosition::of(token))
    }
}

/// The place of one commit: its block, and its rank in that block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CommitPosition {
    /// The block that holds the commit.
    pub block: Position,
    /// Its rank among the commits of that block, from 0.
    pub index: u32,
}

impl CommitPosition {
    /// Twelve bytes that sort as commit positions do, for keys and values of an index.
    pub fn to_be_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.block.to_be_bytes());
        bytes[8..].copy_from_slice(&self.index.to_be_bytes());
        bytes
    }

    /// The inverse of [`CommitPosition::to_be_bytes`].
    pub fn from_be_bytes(bytes: [u8; 12]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        Self {
            block: Position::from_be_bytes([a, b, c, d, e, f, g, h]),
            index: u32::from_be_bytes([i, j, k, l]),
        }
    }
}

impl fmt::Display for CommitPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:08x}", self.block, self.index)
    }
}

impl FromStr for CommitPosition {
    type Err = NotAPosition;

    fn from_str(token: &str) -> Result<Self, NotAPosition> {
        let wrong = || NotAPosition::of(token);
        let (block, index) = token.split_once('.').ok_or_else(wrong)?;
        let block = block.parse().map_err(|_| wrong())?;
        if index.len() != 8
            || !index
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err(wrong());
        }
        Ok(Self {
            block,
            index: u32::from_str_radix(index, 16).map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_position_survives_its_text_and_its_bytes(value: u64, index: u32) {
            let block = Position::from_u64(value);
            let commit = CommitPosition { block, index };
            prop_assert_eq!(block.to_string().parse::<Position>(), Ok(block));
            prop_assert_eq!(commit.to_string().parse::<CommitPosition>(), Ok(commit));
            prop_assert_eq!(Position::from_be_bytes(block.to_be_bytes()), block);
            prop_assert_eq!(CommitPosition::from_be_bytes(commit.to_be_bytes()), commit);
        }

        #[test]
        fn text_bytes_and_values_sort_alike(a: (u64, u32), b: (u64, u32)) {
            let [a, b] = [a, b].map(|(block, index)| CommitPosition { block: Position::from_u64(block), index });
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
            prop_assert_eq!(a.cmp(&b), a.to_be_bytes().cmp(&b.to_be_bytes()));
        }

        #[test]
        fn any_other_token_is_refused_without_a_panic(token in "\\PC{0,40}") {
            if let Ok(position) = token.parse::<Position>() {
                prop_assert_eq!(position.to_string(), token.clone());
            }
            if let Ok(position) = token.parse::<CommitPosition>() {
                prop_assert_eq!(position.to_string(), token);
            }
        }
    }
}
