//! A JSON text in which an object has one name twice: readers do not agree on which of the two counts, so neither is taken.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny};
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// The place of the first name that an object has twice, as a JSON pointer; none when there is none, or when the text is not JSON.
#[must_use]
pub fn repeated_name(text: &[u8]) -> Option<String> {
    let mut found = None;
    let mut reader = serde_json::Deserializer::from_slice(text);
    let walk = Walk {
        pointer: String::new(),
        found: &mut found,
    };
    // An error ends the walk: what is no JSON is told by whoever reads it.
    let _walked = walk.deserialize(&mut reader);
    found
}

/// A walk through a value, as far as the first name that is there twice.
struct Walk<'a> {
    pointer: String,
    found: &'a mut Option<String>,
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
        let mut index = 0;
        while items
            .next_element_seed(Walk {
                pointer: format!("{}/{index}", self.pointer),
                found: &mut *self.found,
            })?
            .is_some()
        {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            let pointer = format!("{}/{escaped}", self.pointer);
            if !names.insert(name) {
                *self.found = Some(pointer);
                fields.next_value::<IgnoredAny>()?;
                return Err(A::Error::custom("found"));
            }
            fields.next_value_seed(Walk {
                pointer,
                found: &mut *self.found,
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_is_there_twice_is_pointed_at() {
        for (text, found) in [
            (r#"{"a":1,"b":{"a":2}}"#, None),
            (r#"[{"a":1},{"a":2}]"#, None),
            (r#"{"a":1,"a":1}"#, Some("/a")),
            (r#"{"a":1,"\u0061":1}"#, Some("/a")),
            (
                r#"{"data":{"children":[{},{"rank":1,"rank":2}]}}"#,
                Some("/data/children/1/rank"),
            ),
            (r#"{"a/b":{"c~d":null,"c~d":1.5}}"#, Some("/a~1b/c~0d")),
            (r#"{"a":1,"a":"#, Some("/a")),
            ("{", None),
            ("", None),
            ("12 12", None),
        ] {
            assert_eq!(repeated_name(text.as_bytes()).as_deref(), found, "{text}");
        }
    }
}
