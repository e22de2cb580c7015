//! What a payload shows to somebody who holds no keys.

use serde_json::{Map, Number, Value as Json};

use super::error::DecodeError;
use super::tree::Tree;
use super::{CatalogRecord, Decided, Intake, Kind, Swept, decode_without_keys, header, tree};

/// The payload for a screen or a program: names, step keys, hashes and recorded dates as they are, `sealed` in the place
/// of every value about a person, and `erased` where nothing is left to seal. No key is used.
///
/// # Errors
/// [`DecodeError`] when it is not a payload of a version that this program reads.
pub fn describe(bytes: &[u8]) -> Result<Json, DecodeError> {
    let (kind, version) = header(bytes)?;
    // Only what is written as it should be is shown: then every byte string is a hash, an id, or a value that nobody reads
    // without keys.
    match kind {
        Kind::Decided => decode_without_keys::<Decided>(bytes).map(drop)?,
        Kind::Intake => decode_without_keys::<Intake>(bytes).map(drop)?,
        Kind::Catalog => decode_without_keys::<CatalogRecord>(bytes).map(drop)?,
        Kind::Swept => decode_without_keys::<Swept>(bytes).map(drop)?,
    }
    let malformed = |what| DecodeError::Malformed {
        at: "the payload".into(),
        what,
    };
    let Tree::Array(parts) = tree::read(bytes).map_err(malformed)? else {
        return Err(malformed("a list is expected"));
    };
    let mut shown = Map::new();
    shown.insert("kind".into(), kind.word().into());
    shown.insert("version".into(), version.into());
    if let Some(Json::Object(fields)) = parts.into_iter().nth(2).map(json) {
        // A life event has a kind of its own.
        let named = |name| match name {
            name if name == "kind" => "life_event".to_owned(),
            name => name,
        };
        shown.extend(fields.into_iter().map(|(name, value)| (named(name), value)));
    }
    Ok(Json::Object(shown))
}

fn json(tree: Tree) -> Json {
    match tree {
        Tree::Null => Json::from("erased"),
        Tree::Bool(truth) => Json::Bool(truth),
        Tree::Integer(number) => {
            i64::try_from(number).map_or(Json::Null, |n| Json::Number(Number::from(n)))
        }
        Tree::Text(text) => Json::String(text),
        Tree::Bytes(bytes) if matches!(bytes.len(), 6 | 16 | 32) => {
            Json::String(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        }
        Tree::Bytes(_) => Json::from("sealed"),
        Tree::Array(items) => items.into_iter().map(json).collect(),
        Tree::Map(entries) => entries
            .into_iter()
            .filter_map(|(name, tree)| Some((name.into_text().ok()?, json(tree))))
            .collect(),
        // No tag stands in the open; none is shown.
        _ => Json::Null,
    }
}
