//! What may be done about a step, by whom, as it stands: the one place that says so. The decision asks it before it writes
//! anything down; the view asks it for whoever reads, so that no page offers what would be refused, or hides what would be taken.

use super::teller::may_declare;
use super::{Rejection, Remedy};
use crate::definition::{Settling, SilenceMeaning, StepDefinition, StepKind, Undo};
use crate::id::PersonId;
use crate::journey::{
    Act, Actor, ActorKind, CallPurpose, Journey, Phase, Step, StepKey, StepRecord,
};
use crate::plan::Situation;

/// What somebody can do about a step, without the words that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doable {
    /// Say that it is done.
    Done,
    /// Say that it is not wanted.
    Decline,
    /// Want it after all.
    Resume,
    /// Say that an appeal was lodged.
    Appeal,
    /// Decide: granted; or taken back by hand.
    Accept,
    /// Decide: refused.
    Refuse,
    /// Ask the service again.
    Retry,
    /// Say which pieces the office lacks.
    AskPieces,
    /// Say that the office has them all.
    HavePieces,
}

impl Doable {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Decline,
        Self::Resume,
        Self::Appeal,
        Self::Accept,
        Self::Refuse,
        Self::Retry,
        Self::AskPieces,
        Self::HavePieces,
    ];

    /// The word for it at every door: `have_pieces`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Decline => "decline",
            Self::Resume => "resume",
            Self::Appeal => "appeal",
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Retry => "retry",
            Self::AskPieces => "ask_pieces",
            Self::HavePieces => "have_pieces",
        }
    }
}

impl Act {
    /// What is done, without the words that go with it.
    #[must_use]
    pub fn doable(&self) -> Doable {
        match self {
            Self::Done => Doable::Done,
            Self::Decline => Doable::Decline,
            Self::Resume => Doable::Resume,
            Self::Accept => Doable::Accept,
            Self::Refuse { .. } => Doable::Refuse,
            Self::AskPieces { .. } => Doable::AskPieces,
            Self::HavePieces => Doable::HavePieces,
            Self::Retry => Doable::Retry,
            Self::Appeal(_) => Doable::Appeal,
        }
    }
}

/// In whose name something is done about a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By<'a> {
    /// An agent, for people or for an office; the doors know for which.
    Agent,
    /// A person.
    Person(&'a PersonId),
    /// Whoever published the life event.
    Publisher,
    /// A service's system, or the engine.
    System,
}

impl<'a> From<&'a Actor> for By<'a> {
    fn from(actor: &'a Actor) -> Self {
        match &actor.kind {
            ActorKind::Agent(_) => Self::Agent,
            ActorKind::Citizen(person) => Self::Person(person),
            ActorKind::Source(_) => Self::Publisher,
            ActorKind::Service(_) | ActorKind::Engine => Self::System,
        }
    }
}

/// What comes of something that may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It changes how the step stands.
    Changes,
    /// It was so already.
    Already,
}

/// Whether this may be done about a step that the plan holds.
pub(crate) fn may(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    record: &StepRecord,
    what: Doable,
    by: By<'_>,
) -> Result<Taken, Rejection> {
    let case = Case {
        journey: situation.journey,
        step,
        key,
        record,
        is_agent: matches!(by, By::Agent),
    };
    // What is being taken back can still be acted on: by whoever does the inverse act, by the agent after an incident.
    if situation.journey.phase == Phase::Retracted && !record.state.is_live() {
        return Err(Rejection::Retracted);
    }
    match what {
        Doable::Done => {
            may_declare(situation, step, by).map_err(|remedy| case.not_yours(remedy))?;
            case.done()
        }
        Doable::Decline => case.decline(),
        Doable::Resume => case.resume(),
        Doable::Appeal => case.appeal(),
        Doable::Accept => case.accept(),
        Doable::Refuse => case.refuse(),
        Doable::Retry => case.retry(),
        Doable::AskPieces | Doable::HavePieces => case.pieces(),
    }
}

/// A step, and whoever would do something about it.
struct Case<'a> {
    journey: &'a Journey,
    step: &'a StepDefinition,
    key: &'a StepKey,
    record: &'a StepRecord,
    is_agent: bool,
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "an act names the states it is for; every other state is refused"
)]
impl Case<'_> {
    fn not_now(&self, fr: &'static str, en: &'static str) -> Rejection {
        Rejection::NotNow {
            step: self.key.clone(),
            state: self.record.state.word(),
            remedy: Remedy::new(fr, en),
        }
    }

    fn not_yours(&self, remedy: Remedy) -> Rejection {
        Rejection::NotYours {
            step: self.key.clone(),
            remedy,
        }
    }

    fn for_agents(&self, fr: &'static str, en: &'static str) -> Result<(), Rejection> {
        if self.is_agent {
            Ok(())
        } else {
            Err(self.not_yours(Remedy::new(fr, en)))
        }
    }

    /// What a service said against its contract leaves the call open for an agent; once the service has answered well, it is
    /// settled.
    fn is_unfit(&self) -> bool {
        self.journey.unfit(self.key).is_some()
    }

    fn done(&self) -> Result<Taken, Rejection> {
        match self.record.state {
            Step::Settled { .. } => Ok(Taken::Already),
            Step::Open | Step::Requested { .. } | Step::Lapsed | Step::Declined { .. } => {
                Ok(Taken::Changes)
            }
            // A service that does not take it over leaves the duty where it was: with the person.
            Step::Refused { .. } if self.step.kind == StepKind::Obligation => Ok(Taken::Changes),
            _ => Err(self.not_now(
                "elle ne peut pas se faire maintenant ; regardez ce qu’elle attend",
                "it cannot be done now; see what it waits for",
            )),
        }
    }

    fn decline(&self) -> Result<Taken, Rejection> {
        match self.record.state {
            Step::Declined { .. } => Ok(Taken::Already),
            Step::Open | Step::Waiting(_) | Step::Requested { .. } => {
                if self.step.kind == StepKind::Obligation {
                    return Err(self.not_yours(Remedy::new(
                        "une obligation ne se décline pas",
                        "an obligation cannot be declined",
                    )));
                }
                Ok(Taken::Changes)
            }
            _ => Err(self.not_now(
                "on ne décline que ce qui est proposé",
                "only what is offered can be declined",
            )),
        }
    }

    fn resume(&self) -> Result<Taken, Rejection> {
        match self.record.state {
            Step::Declined { .. } => Ok(Taken::Changes),
            _ => Err(self.not_now(
                "on ne reprend que ce qui a été décliné",
                "only what was declined can be taken up again",
            )),
        }
    }

    fn appeal(&self) -> Result<Taken, Rejection> {
        if !self.record.state.is_refused() {
            return Err(self.not_now(
                "on ne conteste qu’un refus",
                "only a refusal can be contested",
            ));
        }
        if self.step.recourse.is_empty() {
            return Err(Rejection::NoSuchAppeal(self.key.clone()));
        }
        Ok(Taken::Changes)
    }

    fn accept(&self) -> Result<Taken, Rejection> {
        self.may_decide()?;
        match self.record.state {
            // Taken back by hand, where the service did not, or did not say so as it should.
            Step::Undoing { .. } if self.is_unfit() => Ok(Taken::Changes),
            Step::Failed { .. } | Step::Open | Step::Requested { .. } => Ok(Taken::Changes),
            // An appeal that was heard, or an answer after the silence.
            _ if self.record.state.is_refused() => Ok(Taken::Changes),
            _ => Err(self.nothing_to_decide()),
        }
    }

    fn refuse(&self) -> Result<Taken, Rejection> {
        self.may_decide()?;
        match self.record.state {
            Step::Undoing { .. }
            | Step::Failed {
                purpose: CallPurpose::Undo,
                ..
            } => Err(self.not_now(
                "demandez à nouveau au service, ou acceptez une fois l’annulation faite à la main",
                "ask the service again, or accept once it is taken back by hand",
            )),
            // After the silence, a decision may still say no, and why.
            Step::Open
            | Step::Requested { .. }
            | Step::Failed { .. }
            | Step::Deemed {
                means: SilenceMeaning::Refusal,
                ..
            } => Ok(Taken::Changes),
            _ => Err(self.nothing_to_decide()),
        }
    }

    fn nothing_to_decide(&self) -> Rejection {
        self.not_now(
            "il n’y a rien à décider maintenant",
            "there is nothing to decide now",
        )
    }

    /// Agents decide what is theirs to decide, and what could not be automatic.
    fn may_decide(&self) -> Result<(), Rejection> {
        self.for_agents("c’est un agent qui décide", "an agent decides")?;
        let theirs = self.is_unfit()
            || self.step.settled_by.contains(&Settling::Decision)
            || matches!(self.record.state, Step::Failed { .. });
        if theirs {
            return Ok(());
        }
        Err(self.not_yours(Remedy::new(
            "c’est le service qui décide ; un agent, seulement après un incident",
            "the service decides; an agent only after an incident",
        )))
    }

    fn retry(&self) -> Result<Taken, Rejection> {
        self.for_agents(
            "c’est un agent qui demande à nouveau au service",
            "an agent asks the service again",
        )?;
        match self.record.state {
            Step::Failed {
                purpose: CallPurpose::Undo,
                ..
            } if matches!(self.step.undo, None | Some(Undo::None(_))) => Err(self.not_now(
                "aucun service ne l’annule : acceptez une fois que c’est fait à la main",
                "no service takes it back: accept once that is done by hand",
            )),
            Step::Failed { .. } => Ok(Taken::Changes),
            _ if self.record.state.call_is_out() && self.is_unfit() => Ok(Taken::Changes),
            _ => Err(self.not_now(
                "on ne réessaie qu’un incident",
                "only an incident can be tried again",
            )),
        }
    }

    fn pieces(&self) -> Result<Taken, Rejection> {
        self.for_agents(
            "c’est le service qui dit quelles pièces lui manquent",
            "the office says which pieces it lacks",
        )?;
        let asked = matches!(self.record.state, Step::Open | Step::Requested { .. })
            && self.step.silence.is_some()
            && self.record.requested_on.is_some();
        if asked {
            return Ok(Taken::Changes);
        }
        Err(self.not_now(
            "aucun service n’instruit de dossier pour elle",
            "no office is at work on a file for it",
        ))
    }
}

/// What is offered to somebody who looks at a step: all that they may do, but for what would only be in the way. Nobody is asked
/// whether they decline what an administration does by itself, or what is not theirs to have yet; what was declined is taken up again
/// first.
pub(crate) fn offered(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    record: &StepRecord,
    by: By<'_>,
) -> alloc::vec::Vec<Doable> {
    let in_the_way = |what: &Doable| match what {
        Doable::Decline => step.kind != StepKind::Right || matches!(record.state, Step::Waiting(_)),
        Doable::Done => matches!(record.state, Step::Declined { .. }),
        Doable::Resume
        | Doable::Appeal
        | Doable::Accept
        | Doable::Refuse
        | Doable::Retry
        | Doable::AskPieces
        | Doable::HavePieces => false,
    };
    Doable::ALL
        .into_iter()
        .filter(|what| !in_the_way(what))
        .filter(|what| may(situation, step, key, record, *what, by) == Ok(Taken::Changes))
        .collect()
}
