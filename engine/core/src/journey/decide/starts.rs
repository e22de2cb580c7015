//! Whether a life event starts a journey, and whose.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;

use super::draft::{holder_of, journey_long, journey_purpose};
use super::told::told;
use super::{Context, Rejection};
use crate::id::{JourneyId, PersonId};
use crate::journey::{Journey, LifeEvent, Links, Phase};
use crate::name::JourneyName;
use crate::personal::Personal;
use crate::plan::{self, Choice, Situation, Truth};

/// What a life event means for one kind of journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Starts {
    /// It starts one, in this person's dossier.
    For(PersonId),
    /// It does not meet the journey's own condition.
    ConditionNotMet,
    /// No law version applies to its date. A later catalog may have one.
    NoLaw,
}

/// Whether `life_event` starts the journey `name`, and whose it is.
///
/// # Errors
/// [`Rejection::NoHolder`] when its data names nobody.
pub fn starts(
    name: &JourneyName,
    life_event: &LifeEvent,
    context: Context<'_>,
) -> Result<Starts, Rejection> {
    // Nobody yet: the journey is only looked at, to find out whose it would be.
    let nobody = PersonId::new("nobody").expect("a person id");
    let kind = context.catalog.life_event(&life_event.kind);
    let journey = Journey {
        id: JourneyId::from_bytes([0; 16]),
        name: name.clone(),
        holder: Personal::new(
            nobody.clone(),
            journey_purpose(),
            journey_long(),
            nobody.clone(),
        ),
        told: told(life_event, kind.map(AsRef::as_ref), &nobody),
        people: BTreeMap::new(),
        law: None,
        facts: BTreeMap::new(),
        inquiries: BTreeMap::new(),
        steps: BTreeMap::new(),
        calls: BTreeMap::new(),
        closed: BTreeMap::new(),
        calls_made: 0,
        service_events: alloc::vec::Vec::new(),
        peers: BTreeSet::new(),
        phase: Phase::Running,
        heard: BTreeSet::new(),
        links: Links::default(),
    };
    let definition = match plan::law_version(context.catalog, &journey) {
        Choice::Sure(definition, _) | Choice::Provisional(definition, _, _) => definition,
        Choice::None(_) => return Ok(Starts::NoLaw),
        Choice::Fault(fault) => return Err(Rejection::NoHolder(fault)),
    };
    if definition.starts.on != life_event.kind {
        return Ok(Starts::ConditionNotMet);
    }
    let situation = Situation::new(context.catalog, &definition, &journey);
    if let Some(when) = &definition.starts.when {
        match plan::truth(when, &situation.of(None)) {
            Truth::Yes(_) => {}
            Truth::No(_) => return Ok(Starts::ConditionNotMet),
            Truth::Unknown(..) => {
                return Err(Rejection::NoHolder(
                    "its condition cannot be told".to_string(),
                ));
            }
            Truth::Fault(fault) => return Err(Rejection::NoHolder(fault)),
        }
    }
    holder_of(&definition, &situation)
        .map(Starts::For)
        .map_err(Rejection::NoHolder)
}
