//! Facts and questions, as people read them.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDate;

use super::because::said;
use super::words;
use crate::definition::{FactOrigin, Words};
use crate::expr::{Lookup, Ref, Root, Scope};
use crate::journey::{FactKey, Source, StepKey};
use crate::name::{Role, ServiceId};
use crate::plan::{Plan, Situation};
use crate::value::{Reason, Type, Value};

/// Something that is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Which fact.
    pub fact: FactKey,
    /// What people call it.
    pub title: Words,
    /// How it is asked.
    pub question: Words,
    /// What an answer is.
    pub ty: Type,
    /// The answers there are, when they are few.
    pub choices: Vec<(String, Words)>,
    /// The service that is being asked; a person otherwise.
    pub service: Option<ServiceId>,
    /// The people who are asked.
    pub to: Option<Role>,
    /// The steps that wait for the answer.
    pub for_steps: Vec<StepKey>,
}

/// A fact, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FactView {
    /// Which.
    pub key: FactKey,
    /// What people call it.
    pub title: Words,
    /// How it stands.
    pub standing: FactStanding,
    /// What is known, as people read it: a choice by its words.
    pub found: Option<Words>,
    /// From whom, when it was told; none when it follows from the life event or from other facts.
    pub source: Option<Source>,
    /// The day it is true of.
    pub occurred_on: Option<NaiveDate>,
}

/// How a fact stands.
#[derive(Clone, Debug, PartialEq)]
pub enum FactStanding {
    /// Known.
    Known(Value),
    /// Not known.
    Unknown,
    /// What was declared and the evidence differ.
    Disputed,
    /// Erased with its person.
    Erased,
}

pub(super) fn questions(situation: &Situation<'_>, plan: &Plan) -> Vec<Question> {
    let mut questions: Vec<Question> = situation
        .journey
        .inquiries
        .iter()
        .filter(|(key, _)| plan.wanted.contains(*key))
        .filter_map(|(key, inquiry)| {
            let fact = situation.definition.facts.get(&key.id)?;
            let service =
                inquiry
                    .pending
                    .and_then(|(place, _)| match fact.from.get(usize::from(place))? {
                        FactOrigin::Service { call, .. } => Some(call.operation.service.clone()),
                        FactOrigin::Event(_) | FactOrigin::Derived(_) | FactOrigin::Ask(_) => None,
                    });
            if service.is_none() && inquiry.asked.is_none() {
                return None;
            }
            let scope = situation.of(key.of.clone());
            let waits = |(step, planned): (&StepKey, &crate::plan::Planned)| {
                planned.wanted.contains(key).then(|| step.clone())
            };
            Some(Question {
                fact: key.clone(),
                title: words::filled(&fact.title, &scope),
                question: words::filled(fact.question.as_ref().unwrap_or(&fact.title), &scope),
                ty: fact.ty.clone(),
                choices: fact.choices.clone(),
                service,
                to: inquiry.asked.clone(),
                for_steps: plan.steps.iter().filter_map(waits).collect(),
            })
        })
        .collect();
    questions.sort_by_key(|question| question.service.is_none());
    questions
}

pub(super) fn facts(situation: &Situation<'_>) -> Vec<FactView> {
    let mut facts = Vec::new();
    for fact in situation.definition.facts.values() {
        for subject in situation.subjects(fact.each.as_ref()) {
            let key = FactKey::new(fact.id.clone(), subject.clone());
            let standing = match situation
                .of(subject)
                .get(&Root::Fact(fact.id.as_str().into()))
            {
                Lookup::Value(value) => FactStanding::Known(value.into_owned()),
                Lookup::Unknown(Reason::Disputed) => FactStanding::Disputed,
                Lookup::Unknown(Reason::Erased) => FactStanding::Erased,
                Lookup::Missing | Lookup::Unknown(Reason::NotKnown | Reason::Undecided) => {
                    FactStanding::Unknown
                }
            };
            let told = situation.journey.facts.get(&key);
            let title = words::filled(&fact.title, &situation.of(key.of.clone()));
            let found = match &standing {
                FactStanding::Known(value) => {
                    Some(said(situation, &Ref::fact(fact.id.as_str()), value))
                }
                FactStanding::Unknown | FactStanding::Disputed | FactStanding::Erased => None,
            };
            facts.push(FactView {
                key,
                title,
                standing,
                found,
                source: told.map(|told| told.source.clone()),
                occurred_on: told.and_then(|told| told.occurred_on.value().copied()),
            });
        }
    }
    facts
}
