//! What can be said of a step: whether it is settled, when it was asked for.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an aspect names the states it is true of"
)]

use chrono::NaiveDate;

use crate::expr::StepAspect;
use crate::journey::{Step, StepRecord};
use crate::personal::Personal;

/// What can be said about a step.
pub(super) enum StepAnswer {
    Truth(bool),
    Day(Day),
}

/// A day in the life of a step.
pub(super) enum Day {
    On(NaiveDate),
    Never,
    Forgotten,
}

impl Day {
    fn of(day: &Personal<NaiveDate>) -> Self {
        day.value().map_or(Self::Forgotten, |day| Self::On(*day))
    }
}

/// What `aspect` says of a step.
pub(super) fn answer(aspect: StepAspect, record: Option<&StepRecord>) -> StepAnswer {
    let is = |truth: fn(&StepRecord) -> bool| StepAnswer::Truth(record.is_some_and(truth));
    let day = |day: fn(&StepRecord) -> Option<Day>| {
        StepAnswer::Day(record.and_then(day).unwrap_or(Day::Never))
    };
    match aspect {
        StepAspect::Settled => is(|it| it.state.is_settled()),
        StepAspect::Open => is(|it| matches!(it.state, Step::Open | Step::Requested { .. })),
        StepAspect::Refused => is(|it| it.state.is_refused()),
        StepAspect::Missed => is(|it| it.missed && !it.state.is_settled()),
        StepAspect::Lapsed => is(|it| matches!(it.state, Step::Lapsed)),
        StepAspect::Declined => is(|it| matches!(it.state, Step::Declined { .. })),
        StepAspect::Requested => is(|it| it.requested_on.is_some()),
        StepAspect::RequestedOn => day(|it| it.requested_on.map(Day::On)),
        StepAspect::SettledOn => day(|it| match &it.state {
            Step::Settled { on, .. } => Some(Day::of(on)),
            Step::Deemed { on, .. } if it.state.is_settled() => Some(Day::of(on)),
            _ => None,
        }),
        StepAspect::RefusedOn => day(|it| match &it.state {
            Step::Refused { on, .. } => Some(Day::of(on)),
            Step::Deemed { on, .. } if it.state.is_refused() => Some(Day::of(on)),
            _ => None,
        }),
    }
}
