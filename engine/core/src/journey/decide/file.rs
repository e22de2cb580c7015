//! What services say of a file: which pieces it lacks, and that they have them all.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "pieces are told as a text or as a list of texts; the language checks that"
)]

use alloc::string::String;

use chrono::NaiveDate;

use super::draft::Draft;
use crate::definition::{Hearing, StepDefinition};
use crate::expr::{Expr, Outcome, eval};
use crate::journey::{Event, Step, StepKey};
use crate::plan::{self, Situation, Truth, View};
use crate::value::Value;

/// What the next message that was not heard yet says of the file, whenever it came.
pub(super) fn told(
    draft: &Draft,
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
) -> Option<Event> {
    let silence = step.silence.as_ref()?;
    let record = draft.journey.steps.get(key)?;
    if !matches!(record.state, Step::Requested { .. } | Step::Open) || record.requested_on.is_none()
    {
        return None;
    }
    let heard = record.file.heard.max(record.spent);
    let messages = draft.journey.service_events.iter().enumerate().skip(heard);
    messages.into_iter().find_map(|(place, message)| {
        let data = message.data.value()?;
        let scope = situation.with(key.of.clone(), "reply", data);
        let is = |hearing: &Hearing| {
            let matching = hearing.matching.as_ref();
            hearing.event == message.event
                && matching
                    .is_none_or(|condition| matches!(plan::truth(condition, &scope), Truth::Yes(_)))
        };
        let told = Some(u32::try_from(place).unwrap_or(u32::MAX));
        if let Some(incomplete) = &silence.incomplete
            && is(&incomplete.told)
        {
            let until = incomplete.until.as_ref();
            return Some(Event::FileIncomplete {
                step: key.clone(),
                on: message.on.clone(),
                pieces: draft.about_holder(pieces(&incomplete.pieces, &scope)),
                until: until
                    .and_then(|until| day(until, &scope))
                    .map(|until| draft.about_holder(until)),
                told,
            });
        }
        let complete = silence.complete.as_ref().is_some_and(is);
        complete.then(|| Event::FileComplete {
            step: key.clone(),
            on: message.on.clone(),
            told,
        })
    })
}

/// The pieces, one after the other.
fn pieces(expr: &Expr, scope: &View<'_>) -> String {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    match eval(expr, scope) {
        Outcome::Known {
            value: Value::List(items),
            ..
        } => {
            let each: alloc::vec::Vec<String> = items.iter().filter_map(text).collect();
            each.join(", ")
        }
        Outcome::Known { value, .. } => text(&value).unwrap_or_default(),
        Outcome::Unknown { .. } | Outcome::Failed { .. } => String::new(),
    }
}

fn day(expr: &Expr, scope: &View<'_>) -> Option<NaiveDate> {
    match eval(expr, scope) {
        Outcome::Known {
            value: Value::Date(day),
            ..
        } => Some(day),
        _ => None,
    }
}
