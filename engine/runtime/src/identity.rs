//! Names that the engine gives: the same for the same thing, and not to be guessed where that would tell something.

use parcours_core::intake::{ContentDigest, PublishedId, Refusal};
use parcours_core::journey::{CallKey, InputId};
use parcours_core::name::JourneyName;
use parcours_core::{JourneyId, PersonId};
use parcours_log::seal::Installation;
use serde_json::Value as Json;
use zeroize::Zeroizing;

use crate::cloud_event::{CloudEvent, CloudEventError, Reference};
use crate::intake::{Message, Under};

/// Partitions of an installation: fixed for its life, with the hash that spreads journeys over them.
pub const PARTITIONS: u16 = 64;

/// Gives names under secrets of the installation.
pub struct Identities {
    published: Zeroizing<[u8; 32]>,
    content: Zeroizing<[u8; 32]>,
    journey: Zeroizing<[u8; 32]>,
    partition: Zeroizing<[u8; 32]>,
    words: Zeroizing<[u8; 32]>,
}

impl Identities {
    /// The names of this installation.
    #[must_use]
    pub fn of(installation: &Installation) -> Self {
        Self {
            published: installation.derive("parcours v1 published life event"),
            content: installation.derive("parcours v1 content of a life event"),
            journey: installation.derive("parcours v1 journey id"),
            partition: installation.derive("parcours v1 partition of a person"),
            words: installation.derive("parcours v1 words of what was rejected"),
        }
    }

    /// The name of the life event with this `source` and `id`.
    #[must_use]
    pub fn published(&self, source: &str, id: &str) -> PublishedId {
        PublishedId(keyed(&self.published, [source.as_bytes(), id.as_bytes()]))
    }

    /// The name and the digest of a message, whether it is an event or not.
    #[must_use]
    pub fn of_message(&self, message: &Message) -> (PublishedId, ContentDigest) {
        match message {
            Message::Event(event) => (
                self.published(&event.source, &event.id),
                self.content(event),
            ),
            Message::Unreadable { error, bytes } if bytes.is_empty() => {
                let mut told = error.to_string().into_bytes();
                if let CloudEventError::TooLarge { digest, .. } = error {
                    told.extend(digest);
                }
                (self.unreadable(&told), self.content_of(&told))
            }
            Message::Unreadable { bytes, .. } => (self.unreadable(bytes), self.content_of(bytes)),
        }
    }

    /// The name and the digest of a message that is refused for this reason: the same again is the same.
    #[must_use]
    pub fn of_refused(
        &self,
        message: &Message,
        reason: &Refusal,
        under: Under,
    ) -> (PublishedId, ContentDigest) {
        let (published, content) = self.of_message(message);
        let published = match under {
            Under::ItsName => published,
            Under::NoName => {
                let parts = [&published.0[..], &content.0, reason.code.as_bytes()];
                PublishedId(keyed(
                    &self.published,
                    [b"refused".as_slice()].into_iter().chain(parts),
                ))
            }
        };
        (published, content)
    }

    /// The name of the event that a reference means.
    #[must_use]
    pub fn referred(&self, reference: &Reference) -> PublishedId {
        self.published(&reference.source, &reference.id)
    }

    /// A name for bytes that are no event.
    #[must_use]
    pub fn unreadable(&self, bytes: &[u8]) -> PublishedId {
        PublishedId(keyed(
            &self.published,
            [b"unreadable".as_slice(), bytes, b""],
        ))
    }

    /// The digest of all that an event says, in one spelling: of two that differ in the order of their properties, or in
    /// how the message was packed, it is the same.
    #[must_use]
    pub fn content(&self, event: &CloudEvent) -> ContentDigest {
        let mut hasher = blake3::Hasher::new_keyed(&self.content);
        let about = |original: &Option<Reference>| original.as_ref().map(ToString::to_string);
        for part in [
            Some(event.ty.clone()),
            event.subject.clone(),
            about(&event.corrects),
            about(&event.retracts),
        ] {
            add(&mut hasher, part.unwrap_or_default().as_bytes());
        }
        canonical(&mut hasher, event.data.as_ref().unwrap_or(&Json::Null));
        ContentDigest(*hasher.finalize().as_bytes())
    }

    /// The digest of bytes that are no event.
    #[must_use]
    pub fn content_of(&self, bytes: &[u8]) -> ContentDigest {
        ContentDigest(*blake3::keyed_hash(&self.content, bytes).as_bytes())
    }

    /// A word of the message with this content: another hash in each message.
    pub(crate) fn word(&self, content: &ContentDigest, word: &str) -> [u8; 4] {
        let [a, b, c, d, ..]: [u8; 16] = keyed(&self.words, [&content.0[..], word.as_bytes()]);
        [a, b, c, d]
    }

    /// The partition of a person: all their journeys are in it.
    #[must_use]
    pub fn partition(&self, person: &PersonId) -> u16 {
        let [high, low, ..]: [u8; 16] = keyed(&self.partition, [person.as_str().as_bytes()]);
        u16::from_be_bytes([high, low]) % PARTITIONS
    }

    /// The partition that keeps what was published under this name.
    #[must_use]
    pub fn intake_partition(published: PublishedId) -> u16 {
        let PublishedId([high, low, ..]) = published;
        u16::from_be_bytes([high, low]) % PARTITIONS
    }

    /// The journey `name` of `holder` that the life event `source`, `id` starts.
    #[must_use]
    pub fn journey(
        &self,
        name: &JourneyName,
        holder: &PersonId,
        source: &str,
        id: &str,
    ) -> JourneyId {
        let parts = [name.as_str(), source, id, holder.as_str()].map(str::as_bytes);
        let bytes: [u8; 16] = keyed(&self.journey, parts);
        let mut hash = [0; 14];
        hash.copy_from_slice(&bytes[..14]);
        JourneyId::new(self.partition(holder), hash)
    }
}

/// The input that a published life event is to a journey.
#[must_use]
pub fn told_by(published: PublishedId, what: &str) -> InputId {
    input(&["published", &published.to_string(), what])
}

/// The answer to a call, whatever the attempt that brought it.
#[must_use]
pub fn answer_to(key: &CallKey) -> InputId {
    input(&["answer", &key.to_string()])
}

/// That an attempt at a call failed, by whichever door that comes. It is no answer: one that comes after it is heard.
#[must_use]
pub fn attempt_failed(key: &CallKey, attempt: u32) -> InputId {
    input(&["attempt failed", &key.to_string(), &attempt.to_string()])
}

/// An input named by these texts: the same texts, the same input. Doors name what comes in by the request's own id.
#[must_use]
pub fn input(parts: &[&str]) -> InputId {
    let mut hasher = blake3::Hasher::new_derive_key("parcours v1 input id");
    for part in parts {
        add(&mut hasher, part.as_bytes());
    }
    InputId(short(&hasher.finalize()))
}

fn keyed<'a>(key: &[u8; 32], parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for part in parts {
        add(&mut hasher, part);
    }
    short(&hasher.finalize())
}

/// With its length before it, so that no two lists of parts look alike.
fn add(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher
        .update(&(part.len() as u64).to_le_bytes())
        .update(part);
}

fn short(hash: &blake3::Hash) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    bytes
}

fn canonical(hasher: &mut blake3::Hasher, value: &Json) {
    match value {
        Json::Null => add(hasher, b"null"),
        Json::Bool(value) => add(hasher, if *value { b"true" } else { b"false" }),
        Json::Number(number) => {
            add(hasher, b"number");
            add(hasher, number.to_string().as_bytes());
        }
        Json::String(text) => {
            add(hasher, b"text");
            add(hasher, text.as_bytes());
        }
        Json::Array(items) => {
            add(hasher, format!("list {}", items.len()).as_bytes());
            for item in items {
                canonical(hasher, item);
            }
        }
        Json::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            add(hasher, format!("object {}", names.len()).as_bytes());
            for name in names {
                add(hasher, name.as_bytes());
                canonical(hasher, &fields[name]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> Identities {
        Identities::of(&Installation::new(&[1; 32]))
    }

    #[test]
    fn the_content_of_an_event_has_one_spelling() {
        let one = CloudEvent::new(
            "birth",
            "s",
            "1",
            json!({ "a": 1, "b": [1, { "c": null, "d": "x" }] }),
        );
        let mut other = CloudEvent::new(
            "birth",
            "s",
            "1",
            json!({ "b": [1, { "d": "x", "c": null }], "a": 1 }),
        );
        assert_eq!(names().content(&one), names().content(&other));
        other.data = Some(json!({ "b": [1, { "d": "x" }], "a": 1 }));
        assert_ne!(names().content(&one), names().content(&other));
    }

    #[test]
    fn a_slash_more_on_one_side_is_another_event() {
        assert_ne!(names().published("a/b", "c"), names().published("a", "b/c"));
    }

    #[test]
    fn a_person_s_journeys_are_in_one_partition() {
        let (birth, other) = (
            JourneyName::new("birth").unwrap(),
            JourneyName::new("move").unwrap(),
        );
        let person = PersonId::new("p-claire").unwrap(); // invented
        let journeys = [
            names().journey(&birth, &person, "s", "1"),
            names().journey(&other, &person, "s", "1"),
        ];
        assert_ne!(journeys[0], journeys[1]);
        assert_eq!(journeys[0].partition(), journeys[1].partition());
        assert!(journeys[0].partition() < PARTITIONS);
    }
}
