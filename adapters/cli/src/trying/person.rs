//! Whom a journey is tried on: an invented life event, its dates moved, changed by `--set`.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use parcours_core::catalog::Catalog;
use parcours_core::definition::{Definition, FactOrigin, LifeEventType};
use parcours_core::expr::{Expr, Root, Segment};
use parcours_core::journey::{FactKey, Journey, LifeEvent};
use parcours_core::name::{FactId, JourneyName};
use parcours_core::plan::Situation;
use parcours_core::value::{Type, Value};
use parcours_lang::Loaded;
use parcours_lang::life_event::to_json;

use super::course::Course;
use super::saying::Saying;
use super::setting::{self, Setting, What};
use super::{Arguments, TryError};
use crate::sample;

/// An invented person, by what happens to them.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) life_event: LifeEvent,
    /// The example it comes from, or the file.
    pub(super) from: String,
    /// How many days its dates were moved.
    pub(super) moved: i64,
    /// The date of the example that was left out, since it would bring in a later law by itself.
    pub(super) left_out: Option<String>,
    /// `--set` told another day than `--on`, by this property: it happens on that day.
    pub(super) told_by: Option<String>,
    /// What is said of steps.
    pub(super) sayings: Vec<Saying>,
    facts: Vec<(FactKey, String)>,
}

impl Person {
    /// The person that the arguments ask for.
    ///
    /// # Errors
    /// What to ask for instead.
    pub(super) fn invented(loaded: &Loaded, arguments: &Arguments) -> Result<Self, TryError> {
        let catalog = &loaded.catalog;
        let kind = kind(catalog, &arguments.journey)?;
        let (from, data) = sample::told(loaded, kind, arguments.with.as_deref(), "--with")?;
        let (data, moved) = sample::moved(data, kind, arguments.on)?;
        let mut person = Self {
            life_event: LifeEvent {
                kind: kind.kind.clone(),
                source: "urn:parcours:try".to_owned(),
                id: from.clone(),
                occurred_on: arguments.on,
                data,
            },
            from,
            moved,
            left_out: None,
            told_by: None,
            sayings: arguments
                .done
                .iter()
                .chain(&arguments.said)
                .cloned()
                .collect(),
            facts: Vec::new(),
        };
        if arguments.with.is_none() {
            person.leave_out_what_chooses_a_later_law(catalog, kind, &arguments.journey)?;
        }
        for setting in &arguments.set {
            person.set(setting, kind)?;
        }
        // The day that the data tells is the day it happened.
        if let Some(told) = sample::happened(&person.life_event.data, kind)
            && told != arguments.on
        {
            person.life_event.occurred_on = told;
            person.told_by = Some(kind.date.clone());
        }
        loaded
            .validate_life_event(&kind.kind, &to_json(&person.life_event.data))
            .map_err(|problems| {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                TryError::Use(problems.join("\n"))
            })?;
        Ok(person)
    }

    /// The same person, with this fact known.
    pub(super) fn knowing(&self, fact: FactKey, value: String) -> Self {
        let mut person = self.clone();
        person.facts.retain(|(known, _)| *known != fact);
        person.facts.push((fact, value));
        person
    }

    /// The same person, with this part of the life event told.
    pub(super) fn telling(
        &self,
        kind: &LifeEventType,
        path: &[String],
        value: &str,
    ) -> Option<Self> {
        let mut person = self.clone();
        setting::set(&mut person.life_event.data, &kind.data, path, value).ok()?;
        Some(person)
    }

    /// The facts given by `--set`, each for everybody it is for when it names nobody.
    ///
    /// # Errors
    /// A fact that is not there, or a value that is not of its type.
    pub(super) fn facts(
        &self,
        catalog: &Catalog,
        journey: &Journey,
    ) -> Result<Vec<(FactKey, Value)>, TryError> {
        let law = journey.law.as_ref();
        let Some(definition) = law.and_then(|law| catalog.definition(&law.definition)) else {
            return Ok(Vec::new());
        };
        let situation = Situation::new(catalog, definition, journey);
        let mut facts = Vec::new();
        for (key, text) in &self.facts {
            let fact = definition.facts.get(&key.id).ok_or_else(|| {
                let names: Vec<_> = definition.facts.keys().map(|id| format!("`{id}`")).collect();
                TryError::Use(format!(
                    "--set {}=…: there is no such fact, but {}; for a part of the life event, write event.{0}=…",
                    key.id,
                    names.join(", ")
                ))
            })?;
            let value = setting::value(text, &fact.ty)
                .map_err(|what| TryError::Use(format!("--set {key}=…: {what}")))?;
            let keys = match (&key.of, &fact.each) {
                (None, Some(_)) => situation
                    .subjects(fact.each.as_ref())
                    .into_iter()
                    .map(|subject| FactKey::new(key.id.clone(), subject))
                    .collect(),
                _ => vec![key.clone()],
            };
            facts.extend(keys.into_iter().map(|key| (key, value.clone())));
        }
        Ok(facts)
    }

    fn set(&mut self, setting: &Setting, kind: &LifeEventType) -> Result<(), TryError> {
        match &setting.what {
            What::Fact(key) => {
                self.facts.push((key.clone(), setting.to.clone()));
                Ok(())
            }
            What::Event(path) => {
                if self.left_out.as_ref() == path.first() {
                    self.left_out = None;
                }
                setting::set(&mut self.life_event.data, &kind.data, path, &setting.to).map_err(
                    |what| TryError::Use(format!("--set event.{}=…: {what}", path.join("."))),
                )
            }
        }
    }

    /// An example tells dates that nobody asked for. One that lies after the day and would by itself bring in a later
    /// law stays untold, so that `--on` chooses.
    fn leave_out_what_chooses_a_later_law(
        &mut self,
        catalog: &Catalog,
        kind: &LifeEventType,
        name: &JourneyName,
    ) -> Result<(), TryError> {
        let law = |event: &LifeEvent| -> Result<Option<NaiveDate>, TryError> {
            let course = Course::start(catalog, name, event)?;
            let law = course.journey.law.as_ref();
            let definition = law.and_then(|law| catalog.definition(&law.definition));
            Ok(definition.map(|definition| definition.applies.from))
        };
        for property in choosers(catalog, kind, name) {
            let Value::Record(fields) = &self.life_event.data else {
                continue;
            };
            let later = matches!(fields.get(&property), Some(Value::Date(date)) if *date > self.life_event.occurred_on);
            if !later {
                continue;
            }
            let mut without = self.life_event.clone();
            if let Value::Record(fields) = &mut without.data {
                fields.remove(&property);
            }
            if law(&without)? < law(&self.life_event)? {
                self.life_event = without;
                self.left_out = Some(property);
            }
        }
        Ok(())
    }
}

/// The type of life event that starts a journey.
pub(super) fn kind<'a>(
    catalog: &'a Catalog,
    name: &JourneyName,
) -> Result<&'a LifeEventType, TryError> {
    let started = catalog
        .versions(name)
        .last()
        .map(|version| &version.starts.on);
    started
        .and_then(|kind| catalog.life_event(kind))
        .map(AsRef::as_ref)
        .ok_or_else(|| {
            let names: Vec<_> = catalog
                .journeys()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            TryError::Use(format!(
                "there is no journey `{name}`, but {}",
                names.join(", ")
            ))
        })
}

/// The optional dates of the life event that choose between law versions, besides the day it happened.
fn choosers(catalog: &Catalog, kind: &LifeEventType, name: &JourneyName) -> BTreeSet<String> {
    fn properties(expr: &Expr, definition: &Definition, into: &mut BTreeSet<String>) {
        for reference in expr.references() {
            match (reference.root(), reference.path()) {
                (Root::Event, [Segment::Field(name), ..]) => {
                    into.insert(name.to_string());
                }
                (Root::Fact(id), _) => {
                    let fact = FactId::new(id)
                        .ok()
                        .and_then(|id| definition.facts.get(&id));
                    for origin in fact.iter().flat_map(|fact| &fact.from) {
                        if let FactOrigin::Event(expr) | FactOrigin::Derived(expr) = origin {
                            properties(expr, definition, into);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for version in catalog.versions(name) {
        properties(&version.applies.by, version, &mut found);
    }
    if let Type::Record(fields) = &kind.data {
        found.retain(|name| {
            *name != kind.date
                && fields
                    .get(name)
                    .is_some_and(|field| field.optional && field.ty == Type::Date)
        });
    }
    found
}
