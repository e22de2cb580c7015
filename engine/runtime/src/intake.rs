//! What a published life event says, checked against the law: pure, and the same whenever it is asked.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, TimeDelta};
use parcours_core::definition::LifeEventType;
use parcours_core::intake::{Amends, Kept, PublishedId, Refusal};
use parcours_core::journey::LifeEvent;
use parcours_core::value::Value;
use parcours_lang::Loaded;

use crate::clock::Instant;
use crate::cloud_event::{CloudEvent, CloudEventError, Reference};
use crate::identity::Identities;

/// The word of a refusal of what corrects or retracts an event about somebody who was forgotten. Nothing is kept of what is refused
/// so, and nobody is called to look at it.
pub const FORGOTTEN: &str = "forgotten";

/// The most characters that a refusal says: the first problems, and how many more.
const LONGEST_REFUSAL: usize = 4000;

/// A message as a door hands it over: an event, or what is wrong with it and the bytes, kept sealed.
#[derive(Clone, Debug)]
pub enum Message {
    /// An event whose envelope is good.
    Event(Box<CloudEvent>),
    /// No event.
    Unreadable {
        /// What is wrong.
        error: CloudEventError,
        /// What was sent; not kept when it is larger than an event may be.
        bytes: Vec<u8>,
    },
}

/// The name under which a message is kept that a door refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// Its own, by `source` and `id`: whoever asks for its receipt is told why, until it comes again and is taken.
    ItsName,
    /// None that an event can have: that name is not theirs who sent it, and whoever has it is told nothing.
    NoName,
}

impl Message {
    /// A message as received, by its headers and body.
    pub fn received<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
    ) -> Self {
        match CloudEvent::received(headers, body) {
            Ok(event) => Self::Event(Box::new(event)),
            Err(error) => Self::Unreadable {
                bytes: match &error {
                    CloudEventError::TooLarge { .. } => Vec::new(),
                    _ => body.to_vec(),
                },
                error,
            },
        }
    }
}

impl From<CloudEvent> for Message {
    fn from(event: CloudEvent) -> Self {
        match event.clone().checked() {
            Ok(event) => Self::Event(Box::new(event)),
            Err(error) => Self::Unreadable {
                error,
                bytes: event.to_json().to_string().into_bytes(),
            },
        }
    }
}

/// An event that can be acted on.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The life event; a retraction may have no data.
    pub life_event: LifeEvent,
    /// The original, when it corrects or retracts one.
    pub about: Option<(Amends, Reference)>,
}

/// Checks what an event says.
///
/// # Errors
/// [`Refusal`] with a stable word, and every problem by its JSON pointer; no values.
pub fn check(
    event: &CloudEvent,
    law: &Loaded,
    names: &Identities,
    now: Instant,
) -> Result<Checked, Refusal> {
    let kind = event.kind().map_err(|error| refused(&error))?;
    let Some(ty) = law.catalog.life_event(&kind) else {
        let known: Vec<&str> = law
            .catalog
            .life_events()
            .map(|ty| ty.kind.as_str())
            .collect();
        return Err(refusal(
            "unknown_type",
            format!(
                "attribute `type`: no life event `{kind}` is known here; known are {}",
                known.join(", ")
            ),
        ));
    };
    let about = match (&event.corrects, &event.retracts) {
        (Some(original), _) => Some((Amends::Corrects(names.referred(original)), original.clone())),
        (None, Some(original)) => {
            Some((Amends::Retracts(names.referred(original)), original.clone()))
        }
        (None, None) => None,
    };
    let life_event = |occurred_on, data| LifeEvent {
        kind: kind.clone(),
        source: event.source.clone(),
        id: event.id.clone(),
        occurred_on,
        data,
    };
    let Some(json) = &event.data else {
        return match about {
            Some((Amends::Retracts(_), _)) => Ok(Checked {
                life_event: life_event(event.time.unwrap_or(now).date(), Value::Record([].into())),
                about,
            }),
            _ => Err(refusal(
                "data",
                "the event has no data: send what happened as JSON in `data`".into(),
            )),
        };
    };
    let data = law.validate_life_event(&kind, json).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        refusal("data", lines.join("\n"))
    })?;
    let Some(occurred_on) = date_of(&data, &ty.date) else {
        return Err(refusal(
            "data",
            format!("/{}: expected the day it happened; add it", ty.date),
        ));
    };
    let latest = today_at(place(&data, ty), now);
    if !ty.may_be_ahead && occurred_on > latest {
        return Err(refusal(
            "in_the_future",
            format!(
                "/{}: this day has not come yet, it is {latest} there; publish the event once it has happened, or correct the date",
                ty.date
            ),
        ));
    }
    if let Some(pointer) = reserved(&data, &mut String::new()) {
        return Err(refusal(
            "data",
            format!(
                "{pointer}: this id has a meaning of its own here; give the person another one"
            ),
        ));
    }
    if let Some(what) = contradiction(&data, ty, occurred_on) {
        return Err(refusal("data", what));
    }
    Ok(Checked {
        life_event: life_event(occurred_on, data),
        about,
    })
}

/// Where the event says that it happened, as an INSEE code.
fn place<'a>(data: &'a Value, ty: &LifeEventType) -> Option<&'a str> {
    match (data, &ty.place) {
        (Value::Record(fields), Some(place)) => match fields.get(place)? {
            Value::Text(code) => Some(code),
            _ => None,
        },
        _ => None,
    }
}

/// The day it is in a commune, by its INSEE code. Where the day begins before it does in mainland France, it is the day there;
/// everywhere else the day in Paris, where it is the same or a later one.
fn today_at(commune: Option<&str>, now: Instant) -> NaiveDate {
    let in_utc = match commune.and_then(|code| code.get(..3)) {
        Some("974") => 4,
        Some("976") => 3,
        Some("986") => 12,
        Some("988") => 11,
        _ => return now.date(),
    };
    let there = (now.utc() + TimeDelta::hours(in_utc)).date();
    there.max(now.date())
}

/// Where the first id stands that is the engine's own: it would not be told from what the engine means by it.
fn reserved(value: &Value, at: &mut String) -> Option<String> {
    let long = at.len();
    let mut inside = |name: &str, value: &Value| {
        at.push('/');
        at.push_str(name);
        let own = matches!(value, Value::Text(text) if name == "id" && Kept::means_nobody(text));
        let found = if own {
            Some(at.clone())
        } else {
            reserved(value, at)
        };
        at.truncate(long);
        found
    };
    match value {
        Value::Record(fields) => fields.iter().find_map(|(name, value)| inside(name, value)),
        Value::List(items) => (0..)
            .zip(items)
            .find_map(|(index, value): (usize, _)| inside(&index.to_string(), value)),
        _ => None,
    }
}

/// The longest time from a life event to what its own people have a like date of: twins may be born weeks apart.
const LASTS: Days = Days::new(366);

/// What a schema cannot say of the people in an event: nobody stands twice in a list, no two have one rank, and a date that has the
/// name of the event's own is of the same event.
fn contradiction(data: &Value, ty: &LifeEventType, occurred_on: NaiveDate) -> Option<String> {
    let Value::Record(fields) = data else {
        return None;
    };
    for list in &ty.people {
        let Some(Value::List(people)) = fields.get(list) else {
            continue;
        };
        let mut seen = BTreeSet::new();
        for (index, person) in people.iter().enumerate() {
            let Value::Record(person) = person else {
                continue;
            };
            let ids = [("id", "the same person"), ("rank", "the same rank")];
            for (name, what) in ids {
                let told = match person.get(name) {
                    Some(Value::Text(text)) => text.clone(),
                    Some(Value::Integer(number)) => number.to_string(),
                    _ => continue,
                };
                if !seen.insert((name, told)) {
                    return Some(format!(
                        "/{list}/{index}/{name}: {what} stands in the list twice; keep one of the two, or give each its own"
                    ));
                }
            }
            if let Some(day) = date_of(&Value::Record(person.clone()), &ty.date) {
                let last = occurred_on.checked_add_days(LASTS);
                if day < occurred_on || last.is_some_and(|last| day > last) {
                    return Some(format!(
                        "/{list}/{index}/{}: this is not a day of the event, which is the first of them and at most a year before the \
                         last; correct one of the two",
                        ty.date
                    ));
                }
            }
        }
    }
    None
}

/// The original that an amendment is about.
#[must_use]
pub fn original(about: Amends) -> PublishedId {
    match about {
        Amends::Corrects(original) | Amends::Retracts(original) => original,
    }
}

/// Why a message that is no event is refused.
#[must_use]
pub fn refused(error: &CloudEventError) -> Refusal {
    refusal(error.code(), error.to_string())
}

pub(crate) fn refusal(code: &str, mut what: String) -> Refusal {
    if what.chars().count() > LONGEST_REFUSAL {
        what = what.chars().take(LONGEST_REFUSAL).collect();
        what.push_str("… and more");
    }
    Refusal {
        code: code.to_owned(),
        what,
    }
}

fn date_of(data: &Value, property: &str) -> Option<NaiveDate> {
    let Value::Record(fields) = data else {
        return None;
    };
    match fields.get(property)? {
        Value::Date(date) => Some(*date),
        Value::Moment(moment) => Some(moment.date()),
        _ => None,
    }
}
