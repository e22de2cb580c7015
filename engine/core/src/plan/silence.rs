//! When an administration's silence will have decided, and how long its clock stood still.

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::definition::StepDefinition;
use crate::journey::StepKey;
use crate::plan::law::is_forgotten;
use crate::plan::situation::Situation;
use crate::plan::step::{Planned, holds};

/// Reckons the silence of a step that a service was asked for.
pub(super) fn silence(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &mut Planned,
) {
    let Some(silence) = &step.silence else {
        return;
    };
    let record = situation.journey.steps.get(key);
    let Some(record) = record.filter(|record| record.requested_on.is_some()) else {
        return;
    };
    planned.suspended = silence
        .suspended_while
        .as_ref()
        .is_some_and(|condition| holds(situation, condition, key, &mut planned.faults));
    if planned.suspended || record.suspended.since.is_some() {
        return;
    }
    let found = situation.reckon(&silence.after, Some(step), key.of.as_ref());
    let found = planned.found(situation, key, found);
    if let Some(Err(lacking)) = &found {
        planned.forgotten |= is_forgotten(lacking);
    }
    planned.silence = found
        .and_then(Result::ok)
        .and_then(|deadline| deadline.put_off(days(record.suspended.spans.clone())));
}

/// How many days these spans cover, each counted once. A span ends before its last day.
fn days(mut spans: Vec<(NaiveDate, NaiveDate)>) -> u32 {
    spans.sort_unstable();
    let mut covered = 0;
    let mut until = NaiveDate::MIN;
    for (from, to) in spans {
        let from = from.max(until);
        if to > from {
            covered += (to - from).num_days();
            until = to;
        }
    }
    u32::try_from(covered).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_two_causes_share_is_counted_once() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 4, day).expect("a date");
        assert_eq!(days(Vec::new()), 0);
        assert_eq!(days(alloc::vec![(day(1), day(4))]), 3);
        let shared = alloc::vec![
            (day(10), day(12)),
            (day(1), day(4)),
            (day(3), day(6)),
            (day(3), day(4))
        ];
        assert_eq!(days(shared), 7);
        assert_eq!(days(alloc::vec![(day(4), day(4)), (day(9), day(8))]), 0);
    }
}
