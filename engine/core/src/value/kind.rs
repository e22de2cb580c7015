//! Types of values.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use super::Value;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// An amount of money.
    Money,
    /// A text.
    Text,
    /// A text that is one of these words.
    Choice(BTreeSet<String>),
    /// A civil date.
    Date,
    /// A civil date and time.
    Moment,
    /// A list of values of one type.
    List(Box<Type>),
    /// Named fields.
    Record(BTreeMap<String, Field>),
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    /// What it holds.
    pub ty: Type,
    /// Whether a record may lack it.
    pub optional: bool,
}

impl Field {
    /// A field that every record has.
    pub fn required(ty: Type) -> Self {
        Self {
            ty,
            optional: false,
        }
    }

    /// A field that a record may lack.
    pub fn optional(ty: Type) -> Self {
        Self { ty, optional: true }
    }
}

/// A value that is not of the type declared for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{found}, where {expected} is expected", at(.path))]
pub struct Mismatch {
    /// Where inside the value, as `children[0].born_on`; empty for the value itself.
    pub path: String,
    /// What was expected there, in words.
    pub expected: String,
    /// What is there, in words; never the value itself, which may be personal.
    pub found: String,
}

fn at(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("`{path}`: ")
    }
}

impl Type {
    /// A list of this type.
    pub fn list(of: Type) -> Self {
        Self::List(Box::new(of))
    }

    /// A text that is one of these words.
    pub fn choice<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::Choice(words.into_iter().map(Into::into).collect())
    }

    /// A record of these fields.
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Field)>) -> Self {
        Self::Record(
            fields
                .into_iter()
                .map(|(name, field)| (name.into(), field))
                .collect(),
        )
    }

    /// Whether values of this type have an order that conditions can ask about with `<`, `max()` and the like.
    pub fn is_ordered(&self) -> bool {
        match self {
            Self::Integer | Self::Money | Self::Date | Self::Moment => true,
            Self::Bool | Self::Text | Self::Choice(_) | Self::List(_) | Self::Record(_) => false,
        }
    }

    /// Checks that `value` is of this type. Holes are of every type; a record may hold no field that is not declared.
    ///
    /// # Errors
    /// The first [`Mismatch`], in the order of the fields' names.
    pub fn check(&self, value: &Value) -> Result<(), Mismatch> {
        self.check_at(value, "")
    }

    fn check_at(&self, value: &Value, path: &str) -> Result<(), Mismatch> {
        let mismatch = |found: &str| Mismatch {
            path: path.to_owned(),
            expected: self.to_string(),
            found: found.to_owned(),
        };
        match (self, value) {
            (_, Value::Unknown(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Integer, Value::Integer(_))
            | (Self::Money, Value::Money(_))
            | (Self::Text, Value::Text(_))
            | (Self::Date, Value::Date(_))
            | (Self::Moment, Value::Moment(_)) => Ok(()),
            (Self::Choice(words), Value::Text(word)) if words.contains(word) => Ok(()),
            (Self::Choice(_), Value::Text(_)) => Err(mismatch("another word")),
            (Self::List(of), Value::List(items)) => items
                .iter()
                .enumerate()
                .try_for_each(|(index, item)| of.check_at(item, &format!("{path}[{index}]"))),
            (Self::Record(declared), Value::Record(given)) => {
                let inner = |name: &str| {
                    if path.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{path}.{name}")
                    }
                };
                for (name, field) in declared {
                    match given.get(name) {
                        Some(value) => field.ty.check_at(value, &inner(name))?,
                        None if field.optional => {}
                        None => {
                            return Err(Mismatch {
                                path: inner(name),
                                expected: field.ty.to_string(),
                                found: "nothing".to_owned(),
                            });
                        }
                    }
                }
                match given.keys().find(|name| !declared.contains_key(*name)) {
                    Some(name) => Err(Mismatch {
                        path: inner(name),
                        expected: "no such field".to_owned(),
                        found: "a field".to_owned(),
                    }),
                    None => Ok(()),
                }
            }
            (
                Self::Bool
                | Self::Integer
                | Self::Money
                | Self::Text
                | Self::Choice(_)
                | Self::Date
                | Self::Moment
                | Self::List(_)
                | Self::Record(_),
                other,
            ) => Err(mismatch(other.kind())),
        }
    }
}

/// Shows the type in words: `an integer`, `a date`, `a list (each a date)`, `one of "married", "single"`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Integer => f.write_str("an integer"),
            Self::Money => f.write_str("an amount of money"),
            Self::Text => f.write_str("a text"),
            Self::Choice(words) => {
                f.write_str("one of ")?;
                for (index, word) in words.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{word:?}")?;
                }
                Ok(())
            }
            Self::Date => f.write_str("a date"),
            Self::Moment => f.write_str("a date and time"),
            Self::List(of) => write!(f, "a list (each {of})"),
            Self::Record(_) => f.write_str("a record"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Reason;
    use alloc::vec;

    fn child() -> Type {
        Type::record([
            ("born_on", Field::required(Type::Date)),
            ("sex", Field::optional(Type::choice(["f", "m"]))),
        ])
    }

    fn problem(ty: &Type, value: &Value) -> String {
        ty.check(value).unwrap_err().to_string()
    }

    #[test]
    fn a_mismatch_says_where_and_never_what() {
        let children = Type::list(child());
        let given = Value::list(vec![
            Value::record([("born_on", Value::Unknown(Reason::Erased))]),
            Value::record([("born_on", Value::text("Zoé"))]),
        ]);
        assert_eq!(
            problem(&children, &given),
            "`[1].born_on`: a text, where a date is expected"
        );
        assert_eq!(
            problem(&Type::Bool, &Value::Integer(1)),
            "an integer, where true or false is expected"
        );
    }

    #[test]
    fn a_record_lacks_only_what_is_optional_and_adds_nothing() {
        let mut given = Value::record([("born_on", Value::Unknown(Reason::NotKnown))]);
        assert_eq!(child().check(&given), Ok(()));
        assert_eq!(
            problem(&child(), &Value::record([("sex", "f".into())])),
            "`born_on`: nothing, where a date is expected"
        );
        if let Value::Record(fields) = &mut given {
            fields.insert("weight".into(), Value::Integer(3));
        }
        assert_eq!(
            problem(&child(), &given),
            "`weight`: a field, where no such field is expected"
        );
        assert!(problem(&Type::choice(["f", "m"]), &"x".into()).contains(r#"one of "f", "m""#));
    }
}
