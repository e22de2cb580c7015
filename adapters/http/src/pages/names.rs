//! What the catalog calls things: services, choices, the questions and origins of facts.

use chrono::NaiveDate;
use parcours_core::calendar::Language;
use parcours_core::catalog::Catalog;
use parcours_core::definition::{
    Definition, FactDefinition, FactOrigin, RecourseKind, StepDefinition, StepKind,
};
use parcours_core::journey::{FactKey, Journey, StepKey};
use parcours_core::name::{FactId, ServiceId};
use parcours_core::value::Value;
use parcours_core::view::{JourneyView, words};

use crate::desk::Seen;
use crate::text::Lang;

/// The names in one journey, in one language.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) lang: Lang,
    catalog: &'a Catalog,
    definition: Option<&'a Definition>,
    view: &'a JourneyView,
    journey: &'a Journey,
    printed: bool,
}

impl<'a> Names<'a> {
    pub(crate) fn new(lang: Lang, catalog: &'a Catalog, seen: &'a Seen) -> Self {
        let view = &seen.view;
        let definition = view
            .law
            .as_ref()
            .and_then(|law| catalog.definition(&law.hash))
            .map(AsRef::as_ref);
        Self {
            lang,
            catalog,
            definition,
            view,
            journey: &seen.journey,
            printed: false,
        }
    }

    /// The same for paper, where `in 3 days` is false the day after.
    pub(crate) fn printed(self) -> Self {
        Self {
            printed: true,
            ..self
        }
    }

    /// `in 3 days`, with what `before` puts before it; nothing on paper.
    pub(crate) fn relative(&self, before: &str, date: NaiveDate, today: NaiveDate) -> String {
        if self.printed {
            String::new()
        } else {
            format!("{before}{}", self.lang.relative(date, today))
        }
    }

    /// The journey that the names are in.
    pub(crate) fn journey(&self) -> &'a Journey {
        self.journey
    }

    /// What the type of life event calls a property of its data: `children.born_on`.
    pub(crate) fn label(&self, path: &str) -> Option<String> {
        let kind = self.catalog.life_event(&self.journey.told.kind)?;
        kind.labels.get(path).map(|words| self.lang.words(words))
    }

    /// What people call a service.
    pub(crate) fn service(&self, id: &ServiceId) -> String {
        self.catalog
            .service(id)
            .map_or_else(|| id.to_string(), |service| self.lang.words(&service.title))
    }

    pub(crate) fn fact_definition(&self, id: &FactId) -> Option<&'a FactDefinition> {
        self.definition?.facts.get(id)
    }

    pub(crate) fn step_definition(&self, key: &StepKey) -> Option<&'a StepDefinition> {
        self.definition?.step(&key.id)
    }

    /// What people call a fact, and of whom it is.
    pub(crate) fn fact(&self, key: &FactKey) -> String {
        let title = self
            .fact_definition(&key.id)
            .map_or_else(|| key.id.to_string(), |fact| self.lang.words(&fact.title));
        match &key.of {
            Some(of) => match self.member(of) {
                Some(name) => format!("{title} ({name})"),
                None => title,
            },
            None => title,
        }
    }

    /// What people call a step, and for whom it is.
    pub(crate) fn step(&self, key: &StepKey) -> String {
        match self.view.step(key) {
            Some(step) => with_subject(self.lang.words(&step.title), step.subject.as_deref()),
            None => self
                .definition
                .and_then(|definition| definition.step(&key.id))
                .map_or_else(|| key.to_string(), |step| self.lang.words(&step.title)),
        }
    }

    /// What one of several people or things can be called: a name, else its place from 1; nothing when it is alone.
    pub(crate) fn member(&self, of: &parcours_core::journey::Subject) -> Option<String> {
        let members = self.view.people.get(&of.role)?;
        let place = members
            .iter()
            .position(|member| member.number == of.index)?;
        let name = members.get(place)?.name.clone();
        name.or_else(|| (members.len() > 1).then(|| (place + 1).to_string()))
    }

    /// The services that are asked for a fact before any person is.
    pub(crate) fn asked_first(&self, fact: &FactKey) -> Vec<String> {
        let Some(fact) = self.fact_definition(&fact.id) else {
            return Vec::new();
        };
        fact.from
            .iter()
            .filter_map(|origin| match origin {
                FactOrigin::Service { call, .. } => Some(self.service(&call.operation.service)),
                FactOrigin::Event(_) | FactOrigin::Derived(_) | FactOrigin::Ask(_) => None,
            })
            .collect()
    }

    /// Whether a fact follows from others.
    pub(crate) fn is_derived(&self, fact: &FactId) -> bool {
        self.fact_definition(fact).is_some_and(|fact| {
            fact.from
                .iter()
                .any(|origin| matches!(origin, FactOrigin::Derived(_)))
        })
    }

    /// The value of a fact, as people read it: a choice by its words.
    pub(crate) fn value(&self, fact: &FactId, value: &Value) -> String {
        if let (Some(definition), Value::Text(text)) = (self.fact_definition(fact), value)
            && let Some((_, words)) = definition.choices.iter().find(|(choice, _)| choice == text)
        {
            return self.lang.words(words);
        }
        words::value(value, self.lang.0)
    }

    pub(crate) fn kind(&self, kind: StepKind) -> String {
        match kind {
            StepKind::Obligation => self.lang.t("Obligation", "Duty"),
            StepKind::Right => self.lang.t("Droit", "Right"),
            StepKind::Service => self.lang.t(
                "À la charge de l’administration",
                "For the administration to do",
            ),
            StepKind::Decision => self.lang.t("Décision d’un agent", "An agent decides"),
            StepKind::Notice => self.lang.t("À savoir", "Good to know"),
        }
    }

    pub(crate) fn recourse(&self, kind: RecourseKind) -> String {
        let of = |language| words::recourse(kind, language);
        self.lang.t(of(Language::French), of(Language::English))
    }
}

/// `Déclarer la naissance : Nour`.
pub(crate) fn with_subject(title: String, subject: Option<&str>) -> String {
    match subject {
        Some(subject) => format!("{title} ({subject})"),
        None => title,
    }
}

/// The word of a kind of appeal in forms and in JSON.
pub(crate) fn recourse_word(kind: RecourseKind) -> &'static str {
    kind.as_str()
}

/// The kind of appeal of that word.
pub(crate) fn recourse_named(word: &str) -> Option<RecourseKind> {
    [
        RecourseKind::Gracious,
        RecourseKind::Hierarchical,
        RecourseKind::PriorAppeal,
        RecourseKind::Mediation,
        RecourseKind::AdministrativeCourt,
        RecourseKind::JudicialCourt,
        RecourseKind::LabourCourt,
        RecourseKind::TaxComplaint,
    ]
    .into_iter()
    .find(|kind| recourse_word(*kind) == word)
}
