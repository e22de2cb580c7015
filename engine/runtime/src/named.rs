//! Whom a message names that was rejected: so that somebody who is forgotten is forgotten there, too.
//!
//! What was sent need not be a life event, nor JSON, so nobody can say which of its words name people. All of them are written down
//! when it is kept, as hashes that only this installation can make, and only for this message; whoever is to be forgotten is then looked for in
//! the few messages that may name them, and the others stay closed.
//!
//! An id can be spelt in more than one way: with JSON's escapes, percent-encoded, in base64. A message is read in all of them, whether
//! or not it is whole.

mod spelling;

use std::collections::BTreeSet;

use parcours_core::PersonId;
use parcours_core::intake::{ContentDigest, WordsIn};

use crate::identity::Identities;
use spelling::readings;

/// The most words of one message that are written down; a message with more is opened whenever somebody is forgotten.
const MOST_WORDS: usize = 1024;

/// Whether it can be part of a word.
fn part(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Whether `sent` names `person`, however the id is spelt, and not only somebody whose id begins or ends alike. It need not be JSON.
#[must_use]
pub fn names(sent: &[u8], person: &PersonId) -> bool {
    readings(sent).iter().any(|sent| {
        sent.match_indices(person.as_str())
            .any(|(at, id)| !sent[..at].ends_with(part) && !sent[at + id.len()..].starts_with(part))
    })
}

impl Identities {
    /// The words of what was sent, for [`may_name`](Self::may_name); none when there are too many.
    #[must_use]
    pub fn words_in(&self, content: &ContentDigest, sent: &[u8]) -> Option<WordsIn> {
        let readings = readings(sent);
        let mut words: BTreeSet<&str> = BTreeSet::new();
        let all = readings.iter().flat_map(|sent| sent.split(|c| !part(c)));
        for word in all.filter(|word| !word.is_empty()) {
            words.insert(word);
            if words.len() > MOST_WORDS {
                return None;
            }
        }
        let words = words.into_iter().map(|word| self.word(content, word));
        Some(WordsIn(words.collect()))
    }

    /// Whether the message with this content and these words may name `person`. It then has to be opened to be sure; where this says
    /// no, it does not.
    #[must_use]
    pub fn may_name(
        &self,
        content: &ContentDigest,
        words: Option<&WordsIn>,
        person: &PersonId,
    ) -> bool {
        let Some(WordsIn(words)) = words else {
            return true;
        };
        // An id that is named stands between what is no part of a word, and so does each word of it.
        let mut of_id = person.as_str().split(|c| !part(c));
        of_id.all(|word| word.is_empty() || words.contains(&self.word(content, word)))
    }
}

#[cfg(test)]
mod tests {
    use parcours_log::seal::Installation;

    use super::*;

    fn person(id: &str) -> PersonId {
        PersonId::new(id).unwrap()
    }

    #[test]
    fn somebody_is_named_by_a_whole_id_only() {
        for (sent, id, named) in [
            (r#"{"id":"p-claire"}"#, "p-claire", true),
            ("not JSON: p-claire", "p-claire", true),
            ("p-claire", "p-claire", true),
            (r#"{"id":"p-claire2"}"#, "p-claire", false),
            ("up-claire", "p-claire", false),
            ("p-claire-b", "p-claire", false),
            ("p-clair", "p-claire", false),
            ("", "p-claire", false),
            (r#"{"id":"urn:p:claire"}"#, "urn:p:claire", true),
            ("urn:p:clair", "urn:p:claire", false),
            ("claire of urn: p", "urn:p:claire", false),
            ("éloïse:1", "éloïse:1", true),
            ("::", ":", true),
            (r#"{"id":"p-\u00e9lo\u00EFse"}"#, "p-éloïse", true),
            (r#"{"id":"p-\u00e9lo\u00EFse2"}"#, "p-éloïse", false),
            (r#"{"id":"\u0070-claire"}"#, "p-claire", true),
            (r#"{"note":"seen\np-claire"}"#, "p-claire", true),
            (r#"{"id":"urn:p\/7"}"#, "urn:p/7", true),
            (r#"{"id":"p-\ud83d\udc76"#, "p-👶", true),
            ("p-%C3%A9lo%c3%afse", "p-éloïse", true),
            ("100% p-claire", "p-claire", true),
            (
                r#"{"source":"urn:a?of=p-%c3%a9lo%C3%AFse"}"#,
                "p-éloïse",
                true,
            ),
            (
                r#"{"letter":"{\"id\":\"p-\\u00e9lo\\u00efse\"}"}"#,
                "p-éloïse",
                true,
            ),
            (
                r#"{"data_base64":"eyJpZCI6InAtY2xhaXJlIn0="}"#,
                "p-claire",
                true,
            ),
            (
                r#"{"data_base64":"eyJpZCI6InAtY2xhaXJlIn0="}"#,
                "p-berthe",
                false,
            ),
            // No whole JSON, and a name that is there twice.
            (
                r#"{"id":"7","id":"8","data_base64":"eyJpZCI6InAtY2xhaXJlIn0=","data_base64":""#,
                "p-claire",
                true,
            ),
            (r"\", "p-claire", false),
            (r"\u00", "p-claire", false),
            ("%", "p-claire", false),
        ] {
            assert_eq!(names(sent.as_bytes(), &person(id)), named, "{sent}: {id}");
        }
    }

    #[test]
    fn who_is_named_is_among_the_words_and_hardly_anybody_else() {
        let names_of = Identities::of(&Installation::new(&[1; 32]));
        let content = ContentDigest([7; 32]);
        let sent = br#"{"id":"p-claire","of":"urn:p:7","note":"\u00e9"}"#;
        let words = names_of.words_in(&content, sent).unwrap();
        let may = |id: &str| names_of.may_name(&content, Some(&words), &person(id));
        assert!(may("p-claire") && may("urn:p:7") && may("urn") && may(":"));
        assert!(may("é"), "as a reader of JSON reads it");
        assert!(!may("p-clair") && !may("p-berthe") && !may("urn:p:8"));
        assert!(names_of.may_name(&content, None, &person("p-berthe")));

        let other = ContentDigest([8; 32]);
        let alike = names_of.words_in(&other, sent).unwrap();
        assert!(words.0.is_disjoint(&alike.0), "no two messages are linked");
        let long: String = (0..2000).map(|n| format!("{n} ")).collect();
        assert_eq!(names_of.words_in(&content, long.as_bytes()), None);
    }
}
