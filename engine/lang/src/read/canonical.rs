//! What a file says, apart from how it is laid out: the form that is hashed.

use std::collections::BTreeMap;

/// Which part of a file is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What can change a decision.
    Decisions,
    /// What people read, and in what order.
    Wording,
}

/// A value without layout: comments, quotes, indentation and the order of keys are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Canonical {
    Text(String),
    List(Vec<Canonical>),
    Map(BTreeMap<String, Canonical>),
}

impl Canonical {
    /// A mapping of what is there; `None` when nothing is.
    pub(crate) fn map(
        entries: impl IntoIterator<Item = (String, Option<Canonical>)>,
    ) -> Option<Self> {
        let entries: BTreeMap<_, _> = entries
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
            .collect();
        (!entries.is_empty()).then_some(Self::Map(entries))
    }

    /// A list, in which what has nothing to say keeps its place; `None` when nothing has.
    pub(crate) fn list(items: impl IntoIterator<Item = Option<Canonical>>) -> Option<Self> {
        let items: Vec<_> = items.into_iter().collect();
        let any = items.iter().any(Option::is_some);
        any.then(|| {
            Self::List(
                items
                    .into_iter()
                    .map(|item| item.unwrap_or(Self::Text(String::new())))
                    .collect(),
            )
        })
    }

    /// Feeds the hash. Every length is written, so that no two values are fed alike.
    pub(crate) fn feed(&self, hasher: &mut blake3::Hasher) {
        let open = |hasher: &mut blake3::Hasher, kind: u8, length: usize| {
            hasher.update(&[kind]);
            hasher.update(&(length as u64).to_be_bytes());
        };
        match self {
            Self::Text(text) => {
                open(hasher, b't', text.len());
                hasher.update(text.as_bytes());
            }
            Self::List(items) => {
                open(hasher, b'l', items.len());
                items.iter().for_each(|item| item.feed(hasher));
            }
            Self::Map(entries) => {
                open(hasher, b'm', entries.len());
                for (key, value) in entries {
                    open(hasher, b'k', key.len());
                    hasher.update(key.as_bytes());
                    value.feed(hasher);
                }
            }
        }
    }
}
