//! A journey while a decision about it is being made.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDate;

use super::uses_up_its_name;
use crate::definition::{About, Definition, FactDefinition};
use crate::expr::{Outcome, eval};
use crate::id::{PersonId, Purpose, Retention};
use crate::journey::{CallMade, Event, IllegalTransition, Input, Journey, Says, Subject};
use crate::name::{OperationId, Role};
use crate::personal::Personal;
use crate::plan::Situation;
use crate::value::Value;

/// The events so far, and the journey after them.
pub(super) struct Draft {
    pub(super) journey: Journey,
    pub(super) events: Vec<Event>,
    pub(super) today: NaiveDate,
}

impl Draft {
    pub(super) fn of(journey: &Journey, today: NaiveDate) -> Self {
        Self {
            journey: journey.clone(),
            events: Vec::new(),
            today,
        }
    }

    pub(super) fn begun(journey: Journey, first: Event, today: NaiveDate) -> Self {
        Self {
            journey,
            events: alloc::vec![first],
            today,
        }
    }

    /// Adds an event, and makes the journey what it is after it.
    pub(super) fn push(&mut self, event: Event) -> Result<(), IllegalTransition> {
        self.journey.apply(&event, self.today)?;
        self.events.push(event);
        Ok(())
    }

    /// Marks the input as heard, unless it is to come again. A timer that changed nothing leaves no trace.
    pub(super) fn close(&mut self, input: &Input) {
        if self.events.is_empty() && matches!(input.says, Says::Tick | Says::NewCatalog) {
            return;
        }
        if self.events.is_empty() {
            self.events.push(Event::Heard);
        }
        if uses_up_its_name(&self.events) {
            self.journey.heard.insert(input.id);
        }
    }

    /// A call, its arguments about the holder. `settle` numbers it.
    pub(super) fn call(
        &self,
        operation: &OperationId,
        arguments: BTreeMap<String, Value>,
        purpose: Purpose,
    ) -> CallMade {
        CallMade {
            number: self.journey.calls_made + 1,
            operation: operation.clone(),
            arguments: Personal::new(self.holder(), purpose, journey_long(), arguments),
        }
    }

    /// The holder's id. Once forgotten, a placeholder that seals nothing new about anybody known.
    pub(super) fn holder(&self) -> PersonId {
        self.journey
            .holder
            .value()
            .unwrap_or_else(|| self.journey.holder.about())
            .clone()
    }

    /// A value about the holder, kept as long as the journey, for the journey itself.
    pub(super) fn about_holder<T>(&self, value: T) -> Personal<T> {
        Personal::new(self.holder(), journey_purpose(), journey_long(), value)
    }

    /// A value of `fact`, about whom the definition says.
    pub(super) fn about<T>(
        &self,
        situation: &Situation<'_>,
        fact: &FactDefinition,
        of: Option<&Subject>,
        value: T,
    ) -> Personal<T> {
        let person = match &fact.about {
            About::Household | About::Holder => None,
            About::Role(role) => person_in(situation, role, of),
        };
        Personal::new(
            person.unwrap_or_else(|| self.holder()),
            fact.purpose.clone(),
            fact.retention.clone(),
            value,
        )
    }
}

/// The id of the person in a role: of the one concerned, else of the only one.
pub(super) fn person_in(
    situation: &Situation<'_>,
    role: &Role,
    of: Option<&Subject>,
) -> Option<PersonId> {
    let member = match of {
        Some(subject) if subject.role == *role => situation.told_of(subject),
        Some(_) | None => situation.members(role).first(),
    };
    person_id(member?)
}

/// The id that a record or a text gives.
pub(super) fn person_id(value: &Value) -> Option<PersonId> {
    match value {
        Value::Text(text) => PersonId::new(text).ok(),
        Value::Record(fields) => match fields.get("id") {
            Some(Value::Text(text)) => PersonId::new(text).ok(),
            Some(_) | None => None,
        },
        Value::Bool(_)
        | Value::Integer(_)
        | Value::Money(_)
        | Value::Date(_)
        | Value::Moment(_)
        | Value::List(_)
        | Value::Unknown(_) => None,
    }
}

/// The holder that a definition's expression names in a life event's data.
pub(super) fn holder_of(
    definition: &Definition,
    situation: &Situation<'_>,
) -> Result<PersonId, String> {
    match eval(&definition.holder, &situation.of(None)) {
        Outcome::Known { value, .. } => {
            person_id(&value).ok_or_else(|| alloc::format!("`{}` has no id", definition.holder))
        }
        Outcome::Unknown { .. } => Err(alloc::format!("`{}` is not known", definition.holder)),
        Outcome::Failed { failure, .. } => {
            Err(alloc::format!("`{}`: {failure}", definition.holder))
        }
    }
}

/// What data of the journey itself is used for.
pub(super) fn journey_purpose() -> Purpose {
    Purpose::new("journey").expect("a snake_case word")
}

/// The retention class of data kept as long as the journey.
pub(super) fn journey_long() -> Retention {
    Retention::new("journey").expect("a snake_case word")
}
