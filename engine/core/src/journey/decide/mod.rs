//! From a journey and an input to events.
//!
//! [`decide`] writes down what the input says, then plans and compares until nothing changes any more. Facts and evidence are
//! taken whatever the steps have come to; only an answer to a call, or an act, addresses a step.

mod answer;
mod compare;
mod declined;
mod draft;
mod file;
mod inquire;
mod late;
mod learn;
mod may;
mod say;
mod settle;
mod starts;
mod teller;
mod told;
mod undo;
mod who;

pub use may::Doable;
pub(crate) use may::{By, offered};
pub use starts::{Starts, starts};
pub use teller::{holder_now, people};
pub use told::told;

#[cfg(test)]
mod tests;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime};
use thiserror::Error;

use crate::calendar::Language;
use crate::catalog::Catalog;
use crate::definition::Definition;
use crate::id::JourneyId;
use crate::journey::{
    Answer, Effect, Event, IllegalTransition, Input, Journey, Says, StepKey, effect, evolve,
};
use crate::name::{DefinitionHash, FactId, JourneyName, Role};
use crate::plan::Plan;
use crate::value::Mismatch;

use draft::Draft;
use settle::Settled;

/// What a decision is made with, besides the journey and the input.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The law and the services.
    pub catalog: &'a Catalog,
    /// Now, as read on the wall clock of the place: civil time.
    pub now: NaiveDateTime,
}

/// What was decided.
#[derive(Clone, Debug)]
#[must_use]
pub struct Decision {
    /// The events, to be made durable together. Empty when the input had been heard before, or changes nothing.
    pub events: Vec<Event>,
    /// The journey after them.
    pub journey: Journey,
    /// What to do outside once they are durable.
    pub effects: Vec<Effect>,
    /// When the plan next changes by itself: civil time.
    pub wake: Option<NaiveDateTime>,
    /// Steps whose events nobody is told of.
    pub quiet: BTreeSet<StepKey>,
}

/// The domain says no: a normal answer, and nothing changes.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Rejection {
    /// There is no such journey, and only a life event starts one.
    #[error("there is no such journey; only a life event starts one")]
    NotStarted,
    /// The journey has started, with another life event.
    #[error("this journey has already started")]
    AlreadyStarted,
    /// The catalog has no journey of this name.
    #[error("no journey `{0}` in the catalog")]
    NoSuchJourney(JourneyName),
    /// The catalog lost a definition: an operator must load it again.
    #[error("definition {0} is not in the catalog; load the files it was read from")]
    LostDefinition(DefinitionHash),
    /// The definition has no such fact.
    #[error("this journey knows no fact `{0}`")]
    NoSuchFact(FactId),
    /// The fact is for each of some people or things, and the key names none, or one that is not there.
    #[error(
        "fact `{fact}` is for each {role}: name one that is in this journey, as `{fact}.{role}.0`"
    )]
    WhichOne {
        /// The fact.
        fact: FactId,
        /// For each of these.
        role: Role,
    },
    /// The value is not what the fact is declared to be.
    #[error("fact `{fact}`: {mismatch}")]
    WrongType {
        /// The fact.
        fact: FactId,
        /// What was expected and found.
        mismatch: Mismatch,
    },
    /// The fact is not for this actor to tell.
    #[error("fact `{fact}` is not for this actor to tell: {teller}")]
    NotYoursToTell {
        /// The fact.
        fact: FactId,
        /// Who can.
        teller: Teller,
    },
    /// There is nothing known to contest.
    #[error("fact `{0}` is not known, so it cannot be contested; give it instead")]
    NothingToDispute(FactId),
    /// The plan holds no such step.
    #[error("this journey has no step `{0}`")]
    NoSuchStep(StepKey),
    /// The step is not in a state where that can be done.
    #[error("step `{step}` is {state}: {remedy}")]
    NotNow {
        /// The step.
        step: StepKey,
        /// Its state.
        state: &'static str,
        /// What could be done.
        remedy: Remedy,
    },
    /// The step is not settled that way, or not by this actor.
    #[error("step `{step}` is not for this actor to settle: {remedy}")]
    NotYours {
        /// The step.
        step: StepKey,
        /// Who can.
        remedy: Remedy,
    },
    /// A date that has not come yet.
    #[error("{0} has not come yet: give the day it happened")]
    InTheFuture(NaiveDate),
    /// A date too early to have to do with the journey.
    #[error("{0} is too long ago to have to do with this: give the day it happened")]
    TooLongAgo(NaiveDate),
    /// The step knows no such appeal.
    #[error("step `{0}` has no such appeal; see the ways to contest that it lists")]
    NoSuchAppeal(StepKey),
    /// The life event was retracted: nothing is left to act on.
    #[error("the life event of this journey was retracted")]
    Retracted,
    /// A service said again what breaks the contract of its operation. It was written down the first time, and the call waits
    /// for a better answer, under the same name.
    #[error("the answer is not what the contract of the operation says: {what}")]
    AnswerUnfit {
        /// What is wrong with it, without values.
        what: String,
    },
    /// The name was given to something else that was said here.
    #[error(
        "this name was given here to something else; give each thing that is said a name of its own"
    )]
    NameUsed,
    /// The life event lacks a holder, or names none that can be read.
    #[error("the life event does not say whose journey this is: {0}")]
    NoHolder(String),
}

/// What could be done, or who can, instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    fr: &'static str,
    en: &'static str,
}

impl Remedy {
    pub(super) const fn new(fr: &'static str, en: &'static str) -> Self {
        Self { fr, en }
    }

    /// In words.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        match language {
            Language::French => self.fr,
            Language::English => self.en,
        }
    }
}

impl core::fmt::Display for Remedy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.en)
    }
}

/// Who can tell a fact that somebody else told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Teller {
    /// It follows from the life event, the law and other facts.
    #[error(
        "it follows from the life event, the law and other facts; correct what it follows from"
    )]
    Nobody,
    /// The life event gives it.
    #[error(
        "the life event gives it; whoever published that corrects it, or an agent who was shown otherwise"
    )]
    Publisher,
    /// Only the service that holds it, or an agent.
    #[error("the service that holds it does, or an agent")]
    Service,
    /// Only those whom the definition asks.
    #[error("the people whom the journey asks do, or an agent for them")]
    Asked,
}

/// A decision that could not be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NotDecided {
    /// The domain says no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The log, or a decision, is wrong. Park the journey, tell an operator, serve the others.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// The plan never comes to rest: the definition contradicts itself. Park the journey, tell its designer.
    #[error("the plan of this journey does not come to rest: {0}")]
    Restless(String),
}

/// How often a plan may change before it must have come to rest. Each round settles at least one step or fact.
const ROUNDS: usize = 256;

/// Decides `input` for the journey `id`, which is `None` before it starts.
///
/// # Errors
/// [`NotDecided`] says who must do what; nothing has changed then.
pub fn decide(
    id: JourneyId,
    journey: Option<&Journey>,
    input: &Input,
    context: Context<'_>,
) -> Result<Decision, NotDecided> {
    let mut draft = match journey {
        Some(journey) if journey.heard.contains(&input.id) || is_no_news(journey, input) => {
            return Ok(Decision {
                events: Vec::new(),
                journey: journey.clone(),
                effects: Vec::new(),
                wake: wakes(journey, context)?,
                quiet: BTreeSet::new(),
            });
        }
        Some(journey) if is_named_otherwise(journey, input) => {
            return Err(Rejection::NameUsed.into());
        }
        Some(journey) => Draft::of(journey, context.now.date()),
        None => {
            let first = say::begins(id, input, context)?;
            let journey = evolve::begin(id, &first)?;
            Draft::begun(journey, first, context.now.date())
        }
    };
    if journey.is_some() {
        say::says(&mut draft, input, context)?;
    }
    let Settled { wake, quiet } = settle::settle(&mut draft, context)?;
    draft.close(input);
    let effects = draft
        .events
        .iter()
        .filter_map(|event| effect::effects(&draft.journey, event))
        .collect();
    Ok(Decision {
        events: draft.events,
        journey: draft.journey,
        effects,
        wake,
        quiet,
    })
}

/// Whether somebody said something else under the name that they give this. Decided here, and not by whoever asks: of two things said
/// at once, one is the first.
fn is_named_otherwise(journey: &Journey, input: &Input) -> bool {
    match &input.says {
        Says::Fact { .. } | Says::Dispute { .. } | Says::Act { .. } | Says::RevokeLinks { .. } => {
            journey.heard.range(input.id.alike()).next().is_some()
        }
        Says::Start { .. }
        | Says::Correct(_)
        | Says::Retract
        | Says::Answer { .. }
        | Says::Told { .. }
        | Says::Peer { .. }
        | Says::Tick
        | Says::NewCatalog => false,
    }
}

/// That an attempt failed which is over already, by whatever came of it; or at a call that is out no more, or that its service has
/// taken: what it said counts. Or at any call of whoever was forgotten, for none is made again.
fn is_no_news(journey: &Journey, input: &Input) -> bool {
    let Says::Answer {
        call,
        answer: Answer::Failure { attempt, .. },
        ..
    } = &input.says
    else {
        return false;
    };
    let open = journey.calls.get(call);
    journey.is_forgotten() || open.is_none_or(|open| !open.is_out(*attempt))
}

/// When a journey that stands as it did is to be looked at again.
fn wakes(journey: &Journey, context: Context<'_>) -> Result<Option<NaiveDateTime>, Rejection> {
    if journey.is_forgotten() {
        return Ok(None);
    }
    let looked = look(journey, context)?;
    Ok(looked.and_then(|(definition, plan)| {
        let situation = crate::plan::Situation::new(context.catalog, &definition, journey);
        settle::wake(&situation, &plan)
    }))
}

/// The definition a journey is under, and its plan now; none when no law version applies.
///
/// # Errors
/// [`Rejection::LostDefinition`].
pub fn look(
    journey: &Journey,
    context: Context<'_>,
) -> Result<Option<(Arc<Definition>, Plan)>, Rejection> {
    let Some(law) = &journey.law else {
        return Ok(None);
    };
    let definition = context
        .catalog
        .definition(&law.definition)
        .ok_or(Rejection::LostDefinition(law.definition))?
        .clone();
    let plan = crate::plan::plan(
        &crate::plan::Situation::new(context.catalog, &definition, journey),
        context.now,
    );
    Ok(Some((definition, plan)))
}

impl Journey {
    /// Folds one decision: its events, and that its input was heard.
    ///
    /// # Errors
    /// [`IllegalTransition`] when the log is wrong.
    pub fn replay(
        &mut self,
        input: crate::journey::InputId,
        events: &[Event],
        today: NaiveDate,
    ) -> Result<(), IllegalTransition> {
        for event in events {
            self.apply(event, today)?;
        }
        if uses_up_its_name(events) {
            self.heard.insert(input);
        }
        Ok(())
    }
}

/// Whether an input that came to these events is never heard again. An answer that breaks its contract was none: the better one
/// comes under the same name, that of the call.
fn uses_up_its_name(events: &[Event]) -> bool {
    let unfit = |event: &Event| matches!(event, Event::AnswerUnfit { .. });
    !events.iter().any(unfit)
}
