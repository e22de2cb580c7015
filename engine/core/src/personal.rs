//! Values about people, in a type that no plain format accepts.

use core::fmt;

use crate::id::{PersonId, Purpose, Retention};

/// A value about one person, for one purpose, kept as long as its class says; or what is left of it once erased.
///
/// It has no `Display`, no serde, and its `Debug` shows neither the value nor the person, so that it cannot reach a
/// log line, a message or a file by accident. Whoever needs the value says so with [`value`](Self::value); whoever
/// stores it seals it first.
///
/// ```
/// use parcours_core::{Personal, PersonId, Purpose, Retention};
///
/// let income = Personal::new(
///     PersonId::new("u-camille")?, // an invented person
///     Purpose::new("housing_benefit")?,
///     Retention::new("while_journey_open")?,
///     1_450_00,
/// );
/// assert_eq!(format!("{income:?}"), "Personal(<person>, housing_benefit, ***)");
/// assert_eq!(income.value(), Some(&1_450_00));
/// # Ok::<(), parcours_core::IdError>(())
/// ```
///
/// It cannot be displayed:
/// ```compile_fail,E0277
/// # use parcours_core::{Personal, PersonId, Purpose, Retention};
/// fn print(income: &Personal<i64>) -> String {
///     format!("{income}")
/// }
/// ```
///
/// Nor written in a plain format, although the value alone could be:
/// ```
/// fn stored(value: &impl serde::Serialize) {}
/// stored(&1_450_00);
/// ```
/// ```compile_fail,E0277
/// # use parcours_core::Personal;
/// fn stored(value: &impl serde::Serialize) {}
/// fn leak(income: &Personal<i64>) {
///     stored(income);
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Personal<T> {
    about: PersonId,
    purpose: Purpose,
    retention: Retention,
    held: Held<T>,
}

/// What is held of a personal value.
#[derive(Clone, PartialEq, Eq)]
enum Held<T> {
    Known(T),
    Erased,
}

impl<T> Personal<T> {
    /// A value about `about`, held for `purpose`, kept by `retention`.
    pub fn new(about: PersonId, purpose: Purpose, retention: Retention, value: T) -> Self {
        Self {
            about,
            purpose,
            retention,
            held: Held::Known(value),
        }
    }

    /// A value that was there and has been erased. It is never asked for again.
    pub fn erased(about: PersonId, purpose: Purpose, retention: Retention) -> Self {
        Self {
            about,
            purpose,
            retention,
            held: Held::Erased,
        }
    }

    /// The person, or household, that the value is about.
    pub fn about(&self) -> &PersonId {
        &self.about
    }

    /// What the value is used for.
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// How long the value is kept.
    pub fn retention(&self) -> &Retention {
        &self.retention
    }

    /// The value itself, in the open; `None` when it has been erased.
    pub fn value(&self) -> Option<&T> {
        match &self.held {
            Held::Known(value) => Some(value),
            Held::Erased => None,
        }
    }

    /// The value itself, in the open and taken out; `None` when it has been erased.
    pub fn into_value(self) -> Option<T> {
        match self.held {
            Held::Known(value) => Some(value),
            Held::Erased => None,
        }
    }

    /// Whether the value has been erased.
    pub fn is_erased(&self) -> bool {
        matches!(self.held, Held::Erased)
    }

    /// The same value in another shape, as personal as before; erased stays erased.
    pub fn map<U>(self, shape: impl FnOnce(T) -> U) -> Personal<U> {
        let held = match self.held {
            Held::Known(value) => Held::Known(shape(value)),
            Held::Erased => Held::Erased,
        };
        Personal {
            about: self.about,
            purpose: self.purpose,
            retention: self.retention,
            held,
        }
    }

    /// The same value with the value left out: what remains after the person is forgotten.
    #[must_use]
    pub fn erase(self) -> Self {
        Self {
            held: Held::Erased,
            ..self
        }
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.is_erased() { "erased" } else { "***" };
        write!(f, "Personal(<person>, {}, {shown})", self.purpose)
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String};

    use super::*;

    fn canary() -> Personal<String> {
        Personal::new(
            PersonId::new("u-q7x2v9").expect("good"),
            Purpose::new("housing_benefit").expect("good"),
            Retention::new("while_journey_open").expect("good"),
            String::from("kX93zzQw"),
        )
    }

    #[test]
    fn debug_shows_neither_the_value_nor_the_person() {
        for shown in [
            format!("{:?}", canary()),
            format!("{:#?}", Some(canary())),
            format!("{:?}", canary().erase()),
        ] {
            assert!(
                !shown.contains("kX93zzQw") && !shown.contains("u-q7x2v9"),
                "{shown}"
            );
            assert!(shown.contains("housing_benefit"), "{shown}");
        }
    }

    #[test]
    fn what_is_erased_stays_erased_in_every_shape() {
        let erased = canary().erase();
        assert!(erased.is_erased());
        assert_eq!(erased.value(), None);
        assert_eq!(erased.clone().map(|text| text.len()).into_value(), None);
        assert_eq!(erased.about(), canary().about());
        assert_ne!(erased, canary());
    }

    #[test]
    fn a_mapped_value_keeps_whose_it_is() {
        let length = canary().map(|text| text.len());
        assert_eq!(
            (length.value(), length.retention()),
            (Some(&8), canary().retention())
        );
    }
}
