//! Which step, which fact: of the journey, or of one of its people or things.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::name::{FactId, Role, StepId};

/// One of the people or things in a role, by the number they keep: their place in the life event as it was first told, from 0.
///
/// A correction may move them, or take others away: what was done for them stays with their number, and nobody else gets it.
/// Shown as `child.0`, which is safe in an address, in a subject and on paper.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Its role.
    pub role: Role,
    /// Which one: their number, which is not always their place.
    pub index: u16,
}

/// A text that is not the key of a step or a fact.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not the key of a {1}: write an id, or an id, a role and a number as in `declare_birth.child.0`"
)]
pub struct NotAKey(String, &'static str);

macro_rules! key {
    ($(#[$doc:meta])* $name:ident, $id:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            /// Its id in the definition.
            pub id: $id,
            /// Whom or what it is for, under `each:`.
            pub of: Option<Subject>,
        }

        impl $name {
            /// The one of the journey, or of `of`.
            #[must_use]
            pub fn new(id: $id, of: Option<Subject>) -> Self {
                Self { id, of }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.of {
                    Some(subject) => write!(f, "{}.{subject}", self.id),
                    None => write!(f, "{}", self.id),
                }
            }
        }

        impl FromStr for $name {
            type Err = NotAKey;

            fn from_str(text: &str) -> Result<Self, NotAKey> {
                let refuse = || NotAKey(text.chars().take(80).collect(), $what);
                let mut parts = text.splitn(3, '.');
                let id = parts.next().and_then(|id| $id::new(id).ok()).ok_or_else(refuse)?;
                let of = match (parts.next(), parts.next()) {
                    (None, _) => None,
                    (Some(role), Some(index)) => Some(Subject {
                        role: Role::new(role).map_err(|_| refuse())?,
                        index: index.parse().ok().filter(|n: &u16| n.to_string() == index).ok_or_else(refuse)?,
                    }),
                    (Some(_), None) => return Err(refuse()),
                };
                Ok(Self { id, of })
            }
        }
    };
}

key!(
    /// A step of a journey: `pay_fee`, or `declare_birth.child.0`.
    StepKey, StepId, "step"
);
key!(
    /// A fact of a journey: `dependent_children`, or `weight.child.0`.
    FactKey, FactId, "fact"
);

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.role, self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_shown() {
        for text in [
            "declare_birth",
            "declare_birth.child.0",
            "declare_birth.child.12",
        ] {
            assert_eq!(text.parse::<StepKey>().expect(text).to_string(), text);
        }
        for text in [
            "",
            "Declare",
            "declare_birth.child",
            "declare_birth.child.x",
            "a.b.01",
            "a.b.70000",
            "a.b.0.c",
        ] {
            assert!(text.parse::<StepKey>().is_err(), "{text}");
        }
    }
}
