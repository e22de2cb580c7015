//! A JSON text in which an object has one name twice: readers do not agree on which of the two counts, so neither is taken.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::DeserializeSeed;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Where the first name ends that an object has twice, as `line 1, column 42`, columns counted in bytes; none when there is none, or
/// when the text is not JSON. A place, and not a JSON pointer: names that somebody made up may say something of a person, and what is wrong
/// is told and kept in the open.
#[must_use]
pub fn repeated_name(text: &[u8]) -> Option<String> {
    let mut found = false;
    let mut reader = serde_json::Deserializer::from_slice(text);
    let walk = Walk { found: &mut found };
    // Any other error ends the walk, too: what is no JSON is told by whoever reads it.
    let error = walk.deserialize(&mut reader).err()?;
    found.then(|| format!("line {}, column {}", error.line(), error.column()))
}

/// A walk through a value, as far as the first name that is there twice.
struct Walk<'a> {
    found: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

macro_rules! plain {
    ($($name:ident: $ty:ty),+) => {
        $(fn $name<E>(self, _: $ty) -> Result<(), E> {
            Ok(())
        })+
    };
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    plain!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let found = self.found;
        while items
            .next_element_seed(Walk { found: &mut *found })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let found = self.found;
        let mut names = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            if !names.insert(name) {
                *found = true;
                return Err(A::Error::custom("found"));
            }
            fields.next_value_seed(Walk { found: &mut *found })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_is_there_twice_is_placed_and_not_repeated() {
        for (text, found) in [
            (r#"{"a":1,"b":{"a":2}}"#, None),
            (r#"[{"a":1},{"a":2}]"#, None),
            (r#"{"a":1,"a":1}"#, Some("line 1, column 10")),
            (r#"{"a":1,"\u0061":1}"#, Some("line 1, column 15")),
            (
                "{\"data\":\n{\"children\":[{},\n{\"Camille\":1,\"Camille\":2}]}}",
                Some("line 3, column 22"),
            ),
            (r#"{"a":1,"a":"#, Some("line 1, column 10")),
            ("{", None),
            ("", None),
            ("12 12", None),
        ] {
            assert_eq!(repeated_name(text.as_bytes()).as_deref(), found, "{text}");
        }
    }
}
