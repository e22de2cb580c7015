//! Hashes of what files say.
//!
//! The hash of decisions ignores comments, layout, the order of keys and everything people read (words, articles,
//! units, what a revision says of itself): a corrected sentence changes no law. The hash of the wording is the rest.

use parcours_core::name::DefinitionHash;

use crate::raw::RawDefinition;
use crate::read::{Part, Read};

/// The hash of what can change a decision.
pub(crate) fn decisions(raw: &RawDefinition) -> DefinitionHash {
    part(raw, Part::Decisions)
}

/// The hash of what people read.
pub(crate) fn wording(raw: &RawDefinition) -> DefinitionHash {
    part(raw, Part::Wording)
}

fn part(raw: &impl Read, part: Part) -> DefinitionHash {
    // The names of these contexts are part of the format: changing one changes every hash.
    let mut hasher = blake3::Hasher::new_derive_key(match part {
        Part::Decisions => "parcours 2026 definition, decisions",
        Part::Wording => "parcours 2026 definition, wording",
    });
    if let Some(canonical) = raw.canonical(part) {
        canonical.feed(&mut hasher);
    }
    DefinitionHash::from_bytes(*hasher.finalize().as_bytes())
}

/// The hash of everything that was loaded: each file by its kind, name and both parts.
pub(crate) fn all<'a>(
    parts: impl Iterator<Item = (&'a str, DefinitionHash, DefinitionHash)>,
) -> DefinitionHash {
    let mut parts: Vec<_> = parts.collect();
    parts.sort();
    let mut hasher = blake3::Hasher::new_derive_key("parcours 2026 catalog");
    for (name, decisions, wording) in parts {
        hasher.update(&(name.len() as u64).to_be_bytes());
        hasher.update(name.as_bytes());
        hasher.update(decisions.as_bytes());
        hasher.update(wording.as_bytes());
    }
    DefinitionHash::from_bytes(*hasher.finalize().as_bytes())
}

/// Both hashes of a file of any kind.
pub(crate) fn both(raw: &impl Read) -> (DefinitionHash, DefinitionHash) {
    (part(raw, Part::Decisions), part(raw, Part::Wording))
}
