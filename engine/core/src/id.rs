//! Names of people, journeys, purposes and retention classes, each a type of its own.
//!
//! All of them are checked on the way in, so that whoever holds one need not check again.

use alloc::{borrow::ToOwned, boxed::Box, string::String};
use core::{fmt, str::FromStr};

use thiserror::Error;

/// The longest person id, in bytes.
pub const LONGEST_PERSON_ID: usize = 128;
/// The longest purpose or retention class, in bytes.
pub const LONGEST_WORD: usize = 64;

/// An opaque name for one person, or for one household under a name of its own.
///
/// Never a national number, and never built from one: it stands in sealed values only. `Debug` shows it, since
/// tests compare ids; a log line must not carry one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(Box<str>);

impl PersonId {
    /// Takes 1 to [`LONGEST_PERSON_ID`] bytes of text without spaces or control characters.
    ///
    /// # Errors
    /// [`IdError`] says which of these the text breaks.
    pub fn new(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty { what: "person id" });
        }
        if text.len() > LONGEST_PERSON_ID {
            return Err(IdError::TooLong {
                what: "person id",
                bytes: text.len(),
                most: LONGEST_PERSON_ID,
            });
        }
        match text.chars().find(|c| c.is_control() || c.is_whitespace()) {
            Some(found) => Err(IdError::Character {
                what: "person id",
                found,
            }),
            None => Ok(Self(text.into())),
        }
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PersonId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

/// One running journey: the number of its partition, then 14 bytes of a keyed hash.
///
/// So it is routable from the id alone and cannot be guessed. As text it is 26 characters of lowercase base32
/// (`a` to `z`, `2` to `7`, no padding), good as a NATS subject token, in an address and on paper. One journey has
/// one text: any other spelling is refused.
///
/// ```
/// use parcours_core::JourneyId;
///
/// let id = JourneyId::new(7, [0xA5; 14]);
/// assert_eq!(id.to_string(), "aad2ljnfuws2ljnfuws2ljnfuu");
/// assert_eq!("aad2ljnfuws2ljnfuws2ljnfuu".parse(), Ok(id));
/// assert_eq!(id.partition(), 7);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JourneyId([u8; 16]);

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const JOURNEY_TEXT: usize = 26;

impl JourneyId {
    /// The journey of this hash in this partition.
    #[must_use]
    pub fn new(partition: u16, hash: [u8; 14]) -> Self {
        let mut bytes = [0; 16];
        let (head, tail) = bytes.split_at_mut(2);
        head.copy_from_slice(&partition.to_be_bytes());
        tail.copy_from_slice(&hash);
        Self(bytes)
    }

    /// From its stored form; every 16 bytes are an id.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its stored form: the partition big-endian, then the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The partition that owns the journey.
    #[must_use]
    pub const fn partition(&self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }
}

impl fmt::Display for JourneyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        let mut text = [0; JOURNEY_TEXT];
        // 128 bits in 25 groups of five and a last one of three, filled up with two zero bits.
        for (at, letter) in text.iter_mut().enumerate() {
            let group = if at == JOURNEY_TEXT - 1 {
                number << 2
            } else {
                number >> (123 - 5 * at)
            };
            *letter = ALPHABET[(group & 31) as usize];
        }
        f.write_str(core::str::from_utf8(&text).expect("the alphabet is ASCII"))
    }
}

impl FromStr for JourneyId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        const WHAT: &str = "journey id";
        if text.len() != JOURNEY_TEXT {
            return Err(IdError::Length {
                what: WHAT,
                bytes: text.len(),
                wanted: JOURNEY_TEXT,
            });
        }
        let mut number = 0_u128;
        for (at, found) in text.chars().enumerate() {
            let value = ALPHABET
                .iter()
                .position(|&letter| char::from(letter) == found);
            let value = value.ok_or(IdError::Character { what: WHAT, found })? as u128;
            if at < JOURNEY_TEXT - 1 {
                number = number << 5 | value;
            } else if value & 3 == 0 {
                number = number << 3 | value >> 2;
            } else {
                return Err(IdError::Character { what: WHAT, found });
            }
        }
        Ok(Self(number.to_be_bytes()))
    }
}

/// What a value about a person is used for (`child_benefit`). A key serves one purpose, so that one can end alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(Box<str>);

/// How long a value about a person is kept, by the name of the class that says so (`while_journey_open`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Retention(Box<str>);

macro_rules! word {
    ($name:ident, $what:literal) => {
        impl $name {
            /// Takes a snake_case word of 1 to [`LONGEST_WORD`] bytes that begins with a letter.
            ///
            /// # Errors
            /// [`IdError`] says which of these the text breaks.
            pub fn new(text: &str) -> Result<Self, IdError> {
                snake_case($what, text).map(Self)
            }

            /// The word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

word!(Purpose, "purpose");
word!(Retention, "retention class");

fn snake_case(what: &'static str, text: &str) -> Result<Box<str>, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty { what });
    }
    if text.len() > LONGEST_WORD {
        return Err(IdError::TooLong {
            what,
            bytes: text.len(),
            most: LONGEST_WORD,
        });
    }
    let strange = text.char_indices().find(|(at, c)| match c {
        'a'..='z' => false,
        '0'..='9' | '_' => *at == 0,
        _ => true,
    });
    match strange {
        Some((_, found)) => Err(IdError::Character { what, found }),
        None => Ok(String::into_boxed_str(text.to_owned())),
    }
}

/// A text that is not the id it should be. Messages never repeat the text: it may be about somebody.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdError {
    /// No text at all.
    #[error("empty {what}: give at least one character")]
    Empty {
        /// Which kind of id.
        what: &'static str,
    },
    /// More bytes than such an id may have.
    #[error("{what} of {bytes} bytes: keep it within {most}")]
    TooLong {
        /// Which kind of id.
        what: &'static str,
        /// How long the text is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// Another length than the only one possible.
    #[error("{what} of {bytes} bytes: it has {wanted}, check that it was copied whole")]
    Length {
        /// Which kind of id.
        what: &'static str,
        /// How long the text is.
        bytes: usize,
        /// How long it must be.
        wanted: usize,
    },
    /// A character that has no place there.
    #[error("{found:?} has no place in this {what}")]
    Character {
        /// Which kind of id.
        what: &'static str,
        /// The first such character.
        found: char,
    },
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_journey_id_survives_being_written_down(bytes: [u8; 16]) {
            let id = JourneyId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn no_text_makes_parsing_panic(text in ".{0,40}") {
            let _ = text.parse::<JourneyId>();
            let _ = text.parse::<PersonId>();
            let _ = text.parse::<Purpose>();
        }
    }

    #[test]
    fn a_journey_has_one_text_only() {
        let last = JourneyId::from_bytes([0xFF; 16]).to_string();
        assert_eq!(last, "77777777777777777777777774");
        assert_eq!(
            "77777777777777777777777775".parse::<JourneyId>(),
            Err(IdError::Character {
                what: "journey id",
                found: '5'
            })
        );
        assert_eq!(
            last.replace('7', "A").parse::<JourneyId>(),
            Err(IdError::Character {
                what: "journey id",
                found: 'A'
            })
        );
        assert!(matches!(
            "7777".parse::<JourneyId>(),
            Err(IdError::Length { bytes: 4, .. })
        ));
        // 26 bytes, but fewer characters.
        assert!(matches!(
            "é7777777777777777777777774".parse::<JourneyId>(),
            Err(IdError::Length { .. } | IdError::Character { .. })
        ));
    }

    #[test]
    fn words_are_snake_case() {
        assert_eq!(
            Purpose::new("child_benefit_2").expect("good").as_str(),
            "child_benefit_2"
        );
        for bad in [
            "",
            "Child",
            "2nd",
            "_x",
            "prise en charge",
            "santé",
            &"x".repeat(65),
        ] {
            assert!(Purpose::new(bad).is_err(), "{bad:?}");
            assert!(Retention::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_person_id_is_one_unbroken_text() {
        assert_eq!(PersonId::new("u-7f3a").expect("good").to_string(), "u-7f3a");
        for bad in ["", "a b", "a\u{7}", "a\u{a0}b", &"x".repeat(129)] {
            assert!(PersonId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn errors_do_not_repeat_what_they_refuse() {
        let error = PersonId::new("1 85 05 78 006 084").expect_err("spaces");
        assert_eq!(error.to_string(), "' ' has no place in this person id");
    }
}
