//! `corrects` and `retracts`: which earlier event is meant.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::CloudEventError;

/// All but what RFC 3986 calls unreserved.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The name of an earlier event, written `source/id`: what is after the last `/` is the id, percent-encoded. Without
/// any `/` it is the id of an event of the same source.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its `source`.
    pub source: String,
    /// Its `id`.
    pub id: String,
}

impl Reference {
    /// The event of this `source` and `id`.
    #[must_use]
    pub fn new(source: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            id: id.into(),
        }
    }

    pub(super) fn read(name: &str, text: &str, same: &str) -> Result<Self, CloudEventError> {
        let (source, id) = text.rsplit_once('/').unwrap_or((same, text));
        let id = percent_decoded(id).ok_or_else(|| {
            CloudEventError::attribute(
                name,
                "is not percent-encoded UTF-8 after its last `/`",
                "write the source and id of the original as `source/id`, with / in the id as %2F",
            )
        })?;
        Ok(Self::new(source, id))
    }
}

/// `source/id`, the id percent-encoded.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.source)?;
        write!(f, "{}", utf8_percent_encode(&self.id, ENCODED))
    }
}

/// It may name somebody.
impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference(***)")
    }
}

/// `%C3%A9` as `é`; none when what is encoded is not UTF-8, or a `%` stands alone.
#[must_use]
pub fn percent_decoded(text: &str) -> Option<String> {
    let digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    let whole = text
        .match_indices('%')
        .all(|(at, _)| digit(at + 1) && digit(at + 2));
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .ok()
        .filter(|_| whole)?;
    Some(decoded.into_owned())
}

/// Whether the text has the characters of a URI-reference (RFC 3986): no space, no `>`; a `*` is allowed, and harms nobody,
/// since a source never becomes a subject.
pub(super) fn uri_reference(name: &str, text: &str) -> Result<(), CloudEventError> {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let good = match c {
            '%' => {
                let mut hex = || rest.next().is_some_and(|c| c.is_ascii_hexdigit());
                hex() && hex()
            }
            _ => c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=".contains(c),
        };
        if !good {
            return Err(CloudEventError::attribute(
                name,
                "is not a URI-reference",
                "write it without spaces, as `//maternite.example/registre` or `urn:example:mairie`, other characters percent-encoded",
            ));
        }
    }
    Ok(())
}
