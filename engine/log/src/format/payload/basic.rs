//! The small parts: numbers, names, lists.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use parcours_core::JourneyId;
use parcours_core::intake::{ContentDigest, PublishedId};
use parcours_core::journey::{FactKey, InputId, LinkId, StepKey};
use parcours_core::name::{
    DefinitionHash, EventName, JourneyName, LifeEventKind, OperationId, Role, RouteId, ServiceId,
};

use super::error::{DecodeError, EncodeError};
use super::stored::{Loading, Stored, Storing};
use super::tree::Tree;

/// `true`, or left out.
impl Stored for bool {
    fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        Ok(Tree::Bool(*self))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        tree.as_bool()
            .ok_or_else(|| from.wrong("true or false is expected"))
    }

    fn left_out() -> Option<Self> {
        Some(false)
    }

    fn leaves_out(&self) -> bool {
        !*self
    }
}

macro_rules! number {
    ($($type:ty),+) => {$(
        impl Stored for $type {
            fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
                Ok(Tree::from(*self))
            }

            fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
                tree.as_integer()
                    .and_then(|number| number.try_into().ok())
                    .ok_or_else(|| from.wrong("a smaller whole number is expected"))
            }
        }
    )+};
}

number!(u16, u32);

/// A text that stands in the open because nobody is behind it: a file of the catalog, the engine's own words.
///
/// Neither `String` nor `NaiveDate` is [`Stored`], so that a text or a day that comes from a person cannot be written
/// except under a seal. Do not add them.
pub(super) struct OpenText(pub(super) String);

impl Stored for OpenText {
    fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        Ok(Tree::Text(self.0.clone()))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        tree.into_text()
            .map(Self)
            .map_err(|_| from.wrong("a text is expected"))
    }
}

/// What `text` spells, if it has no other spelling.
pub(super) fn spelt<T: FromStr + Display>(text: &str) -> Option<T> {
    text.parse()
        .ok()
        .filter(|read: &T| read.to_string() == text)
}

/// As people write them.
macro_rules! name {
    ($($type:ty = $what:literal),+ $(,)?) => {$(
        impl Stored for $type {
            fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
                Ok(Tree::Text(self.to_string()))
            }

            fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
                tree.as_text()
                    .and_then(spelt)
                    .ok_or_else(|| from.wrong(concat!($what, " is expected")))
            }
        }
    )+};
}

name! {
    JourneyId = "the id of a journey",
    JourneyName = "the name of a journey",
    LifeEventKind = "the name of a life event",
    StepKey = "the key of a step",
    FactKey = "the key of a fact",
    Role = "a role",
    RouteId = "the name of a route",
    ServiceId = "the name of a service",
    OperationId = "the name of an operation",
    EventName = "the name of a service event",
}

macro_rules! bytes {
    ($($type:ident: $get:expr, $new:path = $what:literal),+ $(,)?) => {$(
        impl Stored for $type {
            fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
                let get: fn(&$type) -> &[u8] = $get;
                Ok(Tree::Bytes(get(self).to_vec()))
            }

            fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
                tree.as_bytes()
                    .and_then(|bytes| bytes.as_slice().try_into().ok())
                    .map($new)
                    .ok_or_else(|| from.wrong(concat!($what, " is expected")))
            }
        }
    )+};
}

bytes! {
    DefinitionHash: |hash| hash.as_bytes(), DefinitionHash::from_bytes = "a hash of 32 bytes",
    InputId: |id| &id.0, InputId = "the id of an input, 16 bytes",
    LinkId: |id| &id.0, LinkId = "the id of a link, 6 bytes",
    PublishedId: |id| &id.0, PublishedId = "the id of a life event, 16 bytes",
    ContentDigest: |digest| &digest.0, ContentDigest = "a digest of 32 bytes",
}

/// Left out when there is none.
impl<T: Stored> Stored for Option<T> {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        match self {
            Some(value) => value.store(to),
            None => Ok(Tree::Null),
        }
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        T::load(tree, from).map(Some)
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }

    fn leaves_out(&self) -> bool {
        self.is_none()
    }
}

/// Left out when empty.
impl<T: Stored> Stored for Vec<T> {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        list(self, to)
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        items(tree, from)?
            .into_iter()
            .enumerate()
            .map(|(index, item)| from.inside(&index.to_string(), |from| T::load(item, from)))
            .collect()
    }

    fn left_out() -> Option<Self> {
        Some(Self::new())
    }

    fn leaves_out(&self) -> bool {
        self.is_empty()
    }
}

/// Left out when empty.
impl<T: Stored + Ord> Stored for BTreeSet<T> {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        list(self, to)
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        Ok(Vec::load(tree, from)?.into_iter().collect())
    }

    fn left_out() -> Option<Self> {
        Some(Self::new())
    }

    fn leaves_out(&self) -> bool {
        self.is_empty()
    }
}

fn list<'a, T: Stored + 'a>(
    list: impl IntoIterator<Item = &'a T>,
    to: &mut Storing<'_>,
) -> Result<Tree, EncodeError> {
    list.into_iter()
        .enumerate()
        .map(|(index, item)| to.inside(&index.to_string(), |to| item.store(to)))
        .collect::<Result<_, _>>()
        .map(Tree::Array)
}

pub(super) fn items(tree: Tree, from: &Loading<'_>) -> Result<Vec<Tree>, DecodeError> {
    tree.into_array()
        .map_err(|_| from.wrong("a list is expected"))
}
