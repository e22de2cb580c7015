//! Names that definitions give: steps, facts, roles, services. Checked once, cheap to copy, ordered.
//!
//! Names are public: they stand in files, in the log and in subjects, and so never hold anything about a person.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use chrono::NaiveDate;
use thiserror::Error;

/// The longest name, in bytes.
pub const LONGEST_NAME: usize = 64;

/// A text that cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{text}` cannot name a {what}: write lowercase letters, digits and _, a letter first, at most {LONGEST_NAME}"
)]
pub struct NameError {
    /// What it was to name.
    pub what: &'static str,
    /// The text, cut to what a message can hold.
    pub text: String,
}

fn is_snake_case(text: &str) -> bool {
    text.len() <= LONGEST_NAME
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn refuse(what: &'static str, text: &str) -> NameError {
    NameError {
        what,
        text: text.chars().take(80).collect(),
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a snake_case name.
            ///
            /// # Errors
            /// [`NameError`] when it is not one.
            pub fn new(text: &str) -> Result<Self, NameError> {
                if is_snake_case(text) { Ok(Self(text.into())) } else { Err(refuse($what, text)) }
            }

            /// The name.
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

        impl From<&$name> for Arc<str> {
            fn from(name: &$name) -> Self {
                name.0.clone()
            }
        }

        impl core::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }
    };
}

name!(
    /// `birth`: all the law versions of a journey bear it.
    JourneyName, "journey"
);
name!(
    /// `birth`: a type of life event.
    LifeEventKind, "life event"
);
name!(
    /// `declare_birth`.
    StepId, "step"
);
name!(
    /// `dependent_children`.
    FactId, "fact"
);
name!(
    /// `paternity_days`.
    ValueId, "value"
);
name!(
    /// `six_months`: a date rule with a name.
    DateId, "date"
);
name!(
    /// `court_ruling`: a way through.
    RouteId, "route"
);
name!(
    /// `child`: people, or things, that a definition speaks of in the singular.
    Role, "role"
);
name!(
    /// `caf`: a public body's system.
    ServiceId, "service"
);

macro_rules! of_a_service {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            /// Whose it is.
            pub service: ServiceId,
            name: Arc<str>,
        }

        impl $name {
            /// From its two parts.
            ///
            /// # Errors
            /// [`NameError`] when the second is not a snake_case name.
            pub fn new(service: ServiceId, name: &str) -> Result<Self, NameError> {
                if is_snake_case(name) {
                    Ok(Self { service, name: name.into() })
                } else {
                    Err(refuse($what, name))
                }
            }

            /// The part after the service.
            #[must_use]
            pub fn name(&self) -> &str {
                &self.name
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.service, self.name)
            }
        }

        impl core::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let (service, name) = text.split_once('.').ok_or_else(|| refuse($what, text))?;
                Self::new(ServiceId::new(service)?, name)
            }
        }
    };
}

of_a_service!(
    /// `caf.read_household`: what can be asked of a service.
    OperationId, "operation (service.operation)"
);
of_a_service!(
    /// `mairie.birth_registered`: what a service tells by itself.
    EventName, "service event (service.event)"
);

/// A definition by its content, 32 bytes of blake3, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionHash([u8; 32]);

impl DefinitionHash {
    /// From its stored form.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its stored form.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format!("{self}")[..12])
    }
}

/// A law version as people name it: `birth@2021-07-01`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LawVersion {
    /// Which journey.
    pub journey: JourneyName,
    /// The first date of fact it applies to.
    pub from: NaiveDate,
}

impl fmt::Display for LawVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.journey, self.from)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_name_is_snake_case() {
        assert_eq!(
            StepId::new("declare_birth").expect("good").to_string(),
            "declare_birth"
        );
        for bad in [
            "",
            "Declare",
            "2nd",
            "_x",
            "dé",
            "a-b",
            "a.b",
            &"x".repeat(65),
        ] {
            assert!(StepId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_operation_is_of_a_service() {
        let operation: OperationId = "caf.read_household".parse().expect("good");
        assert_eq!(
            (operation.service.as_str(), operation.name()),
            ("caf", "read_household")
        );
        assert_eq!(operation.to_string(), "caf.read_household");
        assert!("read_household".parse::<OperationId>().is_err());
        assert!("caf.read.household".parse::<OperationId>().is_err());
    }

    #[test]
    fn a_hash_survives_being_written_down() {
        let hash = DefinitionHash::from_bytes([0xA5; 32]);
        assert_eq!(DefinitionHash::from_hex(&hash.to_string()), Some(hash));
        assert_eq!(DefinitionHash::from_hex("é".repeat(32).as_str()), None);
    }
}
