//! `--done STEP@DATE` and `--said STEP=OUTCOME@DATE`: what people, agents and services say of a step.
//!
//! What is said goes through the same decision as at the doors: what a step does not take is refused here in the same words. A
//! service that the step asks refuses, or falls silent, instead of answering as its simulator would.

use chrono::NaiveDate;
use parcours_core::catalog::Catalog;
use parcours_core::definition::{Definition, Settling, StepDefinition};
use parcours_core::journey::{Act, Step, StepKey, StepRecord};

use super::TryError;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Saying {
    /// As it was written, with its option.
    pub(super) written: String,
    /// Of which step; of each, where it is for several and the key names none.
    pub(super) step: StepKey,
    pub(super) outcome: Outcome,
    /// When; as soon as it can be, when not said.
    pub(super) on: Option<NaiveDate>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done.
    Done,
    /// An agent accepts.
    Accepted,
    /// It is refused: by the service that the step asks, with the first of its reasons, else by an agent.
    Refused,
    /// The person does not want it.
    Declined,
    /// The service never answers.
    Silence,
    /// The service refuses for this reason.
    Code(String),
}

/// What a service does instead of what its simulator says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// It refuses.
    Refuse(String),
    /// It never answers.
    Silence,
}

/// `STEP` or `STEP@DATE`.
pub(super) fn done(text: &str) -> Result<Saying, String> {
    let (step, on) = dated(text)?;
    Ok(Saying {
        written: format!("--done {text}"),
        step: key(step)?,
        outcome: Outcome::Done,
        on,
    })
}

/// `STEP=OUTCOME` or `STEP=OUTCOME@DATE`.
pub(super) fn said(text: &str) -> Result<Saying, String> {
    let (said, on) = dated(text)?;
    let (step, outcome) = said
        .split_once('=')
        .ok_or("write STEP=OUTCOME, as in child_benefit=refused")?;
    let outcome = match outcome.trim() {
        "done" => Outcome::Done,
        "accepted" => Outcome::Accepted,
        "refused" => Outcome::Refused,
        "declined" => Outcome::Declined,
        "silence" => Outcome::Silence,
        "" => return Err(format!("`{step}=` says nothing: {OUTCOMES}")),
        code => Outcome::Code(code.to_owned()),
    };
    Ok(Saying {
        written: format!("--said {text}"),
        step: key(step)?,
        outcome,
        on,
    })
}

const OUTCOMES: &str =
    "write done, accepted, refused, declined, silence, or a reason for which the service refuses";

fn key(text: &str) -> Result<StepKey, String> {
    text.trim().parse().map_err(|error| format!("{error}"))
}

fn dated(text: &str) -> Result<(&str, Option<NaiveDate>), String> {
    match text.rsplit_once('@') {
        None => Ok((text, None)),
        Some((said, date)) => crate::day::a_day(date.trim())
            .map(|date| (said, Some(date)))
            .map_err(|error| format!("`{date}` is no date: {error}")),
    }
}

impl Saying {
    /// Whether it is said of `key`.
    pub(super) fn is_of(&self, key: &StepKey) -> bool {
        self.step.id == key.id && (self.step.of.is_none() || self.step.of == key.of)
    }

    /// The step of the law that applies.
    ///
    /// # Errors
    /// The steps there are, or what a step without a call cannot be told of.
    pub(super) fn fits(&self, definition: &Definition, catalog: &Catalog) -> Result<(), TryError> {
        let Some(step) = definition.step(&self.step.id) else {
            let names: Vec<_> = definition
                .steps
                .iter()
                .map(|step| format!("`{}`", step.id))
                .collect();
            return Err(TryError::Use(format!(
                "{}: there is no such step, but {}",
                self.written,
                names.join(", ")
            )));
        };
        let codes = codes(step, catalog);
        let asks = step.call.is_some();
        let wrong = match &self.outcome {
            Outcome::Silence if !asks => {
                Some("this step asks no service, so none falls silent".to_owned())
            }
            Outcome::Code(code) if !codes.contains(code) => Some(format!(
                "there is no outcome `{code}`: {OUTCOMES}{}",
                match codes.as_slice() {
                    [] => ", where it asks one that refuses: this step does not".to_owned(),
                    codes => format!(": {}", codes.join(", ")),
                }
            )),
            _ => None,
        };
        match wrong {
            Some(wrong) => Err(TryError::Use(format!("{}: {wrong}", self.written))),
            None => Ok(()),
        }
    }

    /// What the service that the step asks does because of it.
    pub(super) fn script(&self, step: &StepDefinition, catalog: &Catalog) -> Option<Script> {
        step.call.as_ref()?;
        match &self.outcome {
            Outcome::Silence => Some(Script::Silence),
            Outcome::Code(code) => Some(Script::Refuse(code.clone())),
            Outcome::Refused => codes(step, catalog).into_iter().next().map(Script::Refuse),
            Outcome::Done | Outcome::Accepted | Outcome::Declined => None,
        }
    }

    /// What somebody does because of it; nothing when it is the service that speaks.
    pub(super) fn act(&self, step: &StepDefinition, catalog: &Catalog) -> Option<Act> {
        if self.script(step, catalog).is_some() {
            return None;
        }
        match self.outcome {
            Outcome::Done => Some(Act::Done),
            Outcome::Accepted => Some(Act::Accept),
            Outcome::Refused => Some(Act::Refuse {
                motive: "--said".to_owned(),
            }),
            Outcome::Declined => Some(Act::Decline),
            Outcome::Silence | Outcome::Code(_) => None,
        }
    }
}

/// Whether somebody can refuse it: an agent, or the service that it asks.
pub(super) fn can_be_refused(step: &StepDefinition, catalog: &Catalog) -> bool {
    step.settled_by.contains(&Settling::Decision) || !codes(step, catalog).is_empty()
}

/// The reasons for which the service that a step asks refuses.
fn codes(step: &StepDefinition, catalog: &Catalog) -> Vec<String> {
    let operation = step
        .call
        .as_ref()
        .and_then(|call| catalog.operation(&call.operation));
    operation
        .map(|operation| operation.refusals.keys().cloned().collect())
        .unwrap_or_default()
}

/// Whether somebody can say something of a step now.
pub(super) fn is_ready(record: &StepRecord) -> bool {
    matches!(
        record.state,
        Step::Open | Step::Requested { .. } | Step::Failed { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_an_outcome_and_a_day() {
        let saying = done("register.child.0@2026-03-05").expect("one");
        assert_eq!(saying.step.to_string(), "register.child.0");
        assert_eq!(
            saying.on.map(|on| on.to_string()).as_deref(),
            Some("2026-03-05")
        );
        let saying = said("grant=refused").expect("one");
        assert_eq!((saying.outcome, saying.on), (Outcome::Refused, None));
        let saying = said("grant=too_rich@2026-03-05").expect("one");
        assert_eq!(saying.outcome, Outcome::Code("too_rich".to_owned()));
        for wrong in ["grant", "grant=", "grant=refused@soon", "Grant=done"] {
            assert!(said(wrong).is_err(), "{wrong}");
        }
    }
}
