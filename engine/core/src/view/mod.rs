//! What people read: a journey told in words, with its reasons. Deletable and rebuilt at will; nothing is decided from it.
//!
//! One view serves the citizen's page, the agent's, paper, the API, `parcours try` and the scenarios, so that all of them see the
//! same *why*. Words stay in both languages; dates and amounts inside them are written out by [`words`].

mod because;
mod clock;
mod fact;
mod step;
pub mod words;
mod working;

pub use because::{Ground, Why};
pub use clock::ClockView;
pub use fact::{FactStanding, FactView, Question};
pub use step::{EvidenceView, Group, OfficeView, RecourseView, StepView};

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime};

use crate::catalog::Catalog;
use crate::definition::Words;
use crate::id::JourneyId;
pub use crate::journey::Doable;
use crate::journey::{Context, FactKey, Journey, Phase, Rejection, StepKey, look};
use crate::name::{DefinitionHash, JourneyName, LawVersion, Role};
use crate::plan::{Plan, Situation};
use crate::value::Value;

/// A journey, as it is told to people now.
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyView {
    /// Its id.
    pub id: JourneyId,
    /// Which journey.
    pub journey: JourneyName,
    /// What people call it.
    pub title: Words,
    /// What it takes care of.
    pub summary: Option<Words>,
    /// The law it is under; none when no law version applies to its date.
    pub law: Option<LawView>,
    /// Whether it goes on.
    pub phase: Phase,
    /// The day it happened; none once forgotten.
    pub occurred_on: Option<NaiveDate>,
    /// People and things, by role, in the order they are told.
    pub people: BTreeMap<Role, Vec<MemberView>>,
    /// What is asked, and of whom; services first.
    pub questions: Vec<Question>,
    /// What is known, disputed or erased.
    pub facts: Vec<FactView>,
    /// Every step, in the order people read them.
    pub steps: Vec<StepView>,
}

/// One of the people or things in a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// The number they keep, as in the keys of their steps.
    pub number: u16,
    /// What they can be called, as a first name; nothing when they have no name.
    pub name: Option<String>,
}

/// The law version a journey is under.
#[derive(Clone, Debug, PartialEq)]
pub struct LawView {
    /// `birth@2021-07-01`.
    pub version: LawVersion,
    /// The very definition.
    pub hash: DefinitionHash,
    /// Its wording.
    pub wording: DefinitionHash,
    /// Why this one; what would have to be known to be sure.
    pub why: Why,
    /// A date that would decide is unknown.
    pub provisional: bool,
}

impl JourneyView {
    /// The step of this key.
    #[must_use]
    pub fn step(&self, key: &StepKey) -> Option<&StepView> {
        self.steps.iter().find(|step| step.key == *key)
    }

    /// Which of several people or things a step is for, from 1; none when there is one at most.
    #[must_use]
    pub fn place(&self, key: &StepKey) -> Option<usize> {
        let of = key.of.as_ref()?;
        let members = self.people.get(&of.role)?;
        let place = members
            .iter()
            .position(|member| member.number == of.index)?;
        (members.len() > 1).then_some(place + 1)
    }

    /// The fact of this key.
    #[must_use]
    pub fn fact(&self, key: &FactKey) -> Option<&FactView> {
        self.facts.iter().find(|fact| fact.key == *key)
    }

    /// The steps of a group, in the order people read them: what is due first comes first where something is due.
    /// What does not apply and is quiet is not told at all: nobody whose child was stillborn reads of check-ups.
    #[must_use]
    pub fn group(&self, group: Group) -> Vec<&StepView> {
        let mut steps: Vec<&StepView> = self
            .steps
            .iter()
            .filter(|step| step.group == group && !(step.quiet && group == Group::NotForYou))
            .collect();
        if matches!(group, Group::ToDo | Group::Coming) {
            steps.sort_by_key(|step| {
                let date = step
                    .due
                    .as_ref()
                    .or(step.opens.as_ref())
                    .map(|deadline| deadline.due());
                (!step.overdue, date.is_none(), date)
            });
        }
        steps
    }
}

/// Tells `journey` as it stands at `context.now`.
///
/// # Errors
/// [`Rejection::LostDefinition`] when the catalog no longer has the definition it is under.
pub fn view(journey: &Journey, context: Context<'_>) -> Result<JourneyView, Rejection> {
    let Some((definition, plan)) = look(journey, context)? else {
        return Ok(without_law(journey, context.catalog));
    };
    let situation = Situation::new(context.catalog, &definition, journey);
    let people = definition
        .people
        .keys()
        .chain(definition.things.keys())
        .map(|role| {
            let members = situation.numbers(role).into_iter();
            let members = members.zip(situation.members(role));
            let members = members.map(|(number, member)| MemberView {
                number,
                name: called(member),
            });
            (role.clone(), members.collect())
        })
        .collect();
    let law = journey.law.as_ref().map(|law| LawView {
        version: LawVersion {
            journey: definition.journey.clone(),
            from: definition.applies.from,
        },
        hash: definition.hash,
        wording: definition.wording,
        why: because::law(&situation, &law.because),
        provisional: law.provisional,
    });
    Ok(JourneyView {
        id: journey.id,
        journey: journey.name.clone(),
        title: words::filled(&definition.title, &situation.of(None)),
        summary: definition
            .summary
            .as_ref()
            .map(|summary| words::filled(summary, &situation.of(None))),
        law,
        phase: journey.phase,
        occurred_on: journey.occurred_on(),
        people,
        questions: fact::questions(&situation, &plan),
        facts: fact::facts(&situation),
        steps: steps(&situation, &plan, context.now),
    })
}

fn steps(situation: &Situation<'_>, plan: &Plan, now: NaiveDateTime) -> Vec<StepView> {
    plan.order
        .iter()
        .filter_map(|key| {
            step::step(
                situation,
                situation.definition.step(&key.id)?,
                key,
                plan.steps.get(key)?,
                now,
            )
        })
        .collect()
}

/// A journey whose date no law version covers: it is kept, and says so.
fn without_law(journey: &Journey, catalog: &Catalog) -> JourneyView {
    let latest = catalog.versions(&journey.name).last();
    let title = latest.map_or_else(
        || Words {
            fr: String::from(journey.name.as_str()),
            en: String::from(journey.name.as_str()),
        },
        |definition| definition.title.clone(),
    );
    JourneyView {
        id: journey.id,
        journey: journey.name.clone(),
        title,
        summary: None,
        law: None,
        phase: journey.phase,
        occurred_on: journey.occurred_on(),
        people: BTreeMap::new(),
        questions: Vec::new(),
        facts: Vec::new(),
        steps: Vec::new(),
    }
}

/// What somebody, or something, can be called.
fn called(member: &Value) -> Option<String> {
    let Value::Record(fields) = member else {
        return None;
    };
    ["first_name", "name", "title"]
        .iter()
        .find_map(|name| match fields.get(*name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        })
}
