//! When an administration's silence will have decided: from which receipt it is counted, and how long its clock stood still.

use alloc::format;
use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::definition::{Silence, SilenceClock, StepDefinition};
use crate::journey::{File, Pieces, StepKey, StepRecord};
use crate::plan::law::is_forgotten;
use crate::plan::situation::Situation;
use crate::plan::step::{Planned, holds};

/// Why the clock of an administration's silence does not run.
#[derive(Clone, Debug, PartialEq)]
pub enum Still {
    /// Pieces are missing (CRPA L114-5).
    Pieces(Pieces),
    /// The step's own condition stops it.
    Condition,
}

/// A stretch of days, less the last one.
type Span = (NaiveDate, NaiveDate);

/// Reckons the silence of a step that a service was asked for.
pub(super) fn silence(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    today: NaiveDate,
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
    let stops = planned.suspended || record.suspended.since.is_some();
    planned.still = still(silence, record, today).or(stops.then_some(Still::Condition));
    if stops || !goes_on(silence, &record.file) {
        return;
    }
    let complete_on = complete_on(silence, &record.file);
    let stood_still = stood_still(silence, record);
    // Of days that are counted one by one, only those are lost that would have counted.
    let (skipped, added): (&[Span], u32) = if silence.after.counts_open_days() {
        (&stood_still, 0)
    } else {
        (&[], days(&stood_still))
    };
    let found = situation.reckon_from(&silence.after, step, key.of.as_ref(), complete_on, skipped);
    let found = planned.found(situation, key, found);
    if let Some(Err(lacking)) = &found {
        planned.forgotten |= is_forgotten(lacking);
    }
    let Some(Ok(deadline)) = found else {
        return;
    };
    planned.silence = deadline.put_off(added);
    if planned.silence.is_none() {
        let fault = format!("{key}: the end of its silence is after the year 9999");
        planned.faults.push(fault);
    }
}

/// The pieces that keep the clock from running on this day.
fn still(silence: &Silence, record: &StepRecord, today: NaiveDate) -> Option<Still> {
    let stops = |pieces: &&Pieces| match silence.counts_from {
        SilenceClock::CompleteFile => true,
        SilenceClock::FirstReceipt => pieces.until.is_none_or(|until| today <= until),
    };
    let missing = record.file.missing().rfind(stops)?;
    Some(Still::Pieces(missing.clone()))
}

/// Whether it is known when the clock goes on. A time that was given for the pieces ends, whether they come or not; a file that must
/// be complete may never be.
fn goes_on(silence: &Silence, file: &File) -> bool {
    match silence.counts_from {
        SilenceClock::CompleteFile => file.missing().next().is_none(),
        SilenceClock::FirstReceipt => file.missing().all(|pieces| pieces.until.is_some()),
    }
}

/// The day the file was complete, where silence is counted from it.
fn complete_on(silence: &Silence, file: &File) -> Option<NaiveDate> {
    match silence.counts_from {
        SilenceClock::CompleteFile => file.complete_on,
        SilenceClock::FirstReceipt => None,
    }
}

/// When the clock stood still since it started, in order, each day once.
fn stood_still(silence: &Silence, record: &StepRecord) -> Vec<Span> {
    let mut spans = record.suspended.spans.clone();
    match silence.counts_from {
        // It started afresh when the file was complete: what came before does not count any more.
        SilenceClock::CompleteFile => {
            let from = record.file.complete_on.unwrap_or(NaiveDate::MIN);
            for (start, _) in &mut spans {
                *start = (*start).max(from);
            }
        }
        SilenceClock::FirstReceipt => spans.extend(record.file.asked.iter().filter_map(|pieces| {
            // The day after the last one given: the clock goes on, whether they came or not.
            let given = pieces.until.and_then(|until| until.succ_opt());
            let ends = match (pieces.received_on, given) {
                (Some(received), Some(given)) => received.min(given),
                (received, given) => received.or(given)?,
            };
            Some((pieces.asked_on, ends))
        })),
    }
    apart(spans)
}

/// These spans in order, each day in one of them only. A span ends before its last day.
fn apart(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut until = NaiveDate::MIN;
    spans.retain_mut(|(from, to)| {
        *from = (*from).max(until);
        until = until.max(*to);
        from < to
    });
    spans
}

/// How many days these spans cover.
fn days(spans: &[Span]) -> u32 {
    let covered: i64 = spans
        .iter()
        .map(|(from, to)| (*to - *from).num_days())
        .sum();
    u32::try_from(covered).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_two_causes_share_is_counted_once() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 4, day).expect("a date");
        let days = |spans| days(&apart(spans));
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
