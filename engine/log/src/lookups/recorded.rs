//! What payloads themselves say. A decision says how its journey stands after it; one that does not, or whose person was
//! forgotten since, asks for its journey to be looked at.

use parcours_core::intake::{Amends, Intake, Receipt};
use parcours_core::journey::Event;

use parcours_core::value::Value;

use super::{Change, Owed, Project, Standing, Wake, Work};
use crate::block::Commit;
use crate::format::payload::{self, Decided, DecodeError, Kind, Stands};
use crate::position::CommitPosition;
use crate::seal::{KeyError, Keys, Sealer};

/// Reads what is looked up out of payloads.
pub struct Recorded<'a, K: ?Sized>(pub &'a Sealer<K>);

impl<K: Keys + ?Sized> Project for Recorded<'_, K> {
    fn changes(
        &mut self,
        _at: CommitPosition,
        commit: &Commit,
        last: bool,
    ) -> Result<Vec<Change>, DecodeError> {
        Ok(match Kind::of(&commit.payload)? {
            Kind::Decided => self.decided(commit, last)?,
            Kind::Intake => of_intake(&payload::decode_without_keys::<Intake>(&commit.payload)?),
            Kind::Catalog => vec![Change::Law],
            Kind::Swept => vec![Change::Swept],
        })
    }
}

impl<K: Keys + ?Sized> Recorded<'_, K> {
    fn decided(&self, commit: &Commit, last: bool) -> Result<Vec<Change>, DecodeError> {
        let look_again = Standing::to_be_looked_at(commit.recorded_at);
        let blind = match payload::decode_without_keys::<Decided>(&commit.payload) {
            Ok(blind) => blind,
            Err(error @ (DecodeError::UnknownKind { .. } | DecodeError::UnknownVersion { .. })) => {
                return Err(error);
            }
            // Whoever reads this journey meets the error: it stands still, and no other does.
            Err(_) => return Ok(vec![Change::Stands(look_again)]),
        };
        let began = match blind.events.first() {
            Some(Event::Started { journey: name, .. }) => Some(name.clone()),
            _ => None,
        };
        let told =
            |event: &Event| matches!(event, Event::Started { .. } | Event::LifeEventCorrected(_));
        let told = blind.events.iter().any(told);
        let sealed = blind
            .stands
            .as_ref()
            .is_some_and(|stands| stands.wake.is_some() || stands.work.is_some());
        // Keys are asked for only where somebody's name or date is needed.
        let opened: Option<Decided> = if told || (last && sealed) {
            match payload::decode(&commit.payload, self.0) {
                Ok(opened) => Some(opened),
                // The keys cannot be read now: without them somebody's dossier would lack this journey.
                Err(
                    error @ DecodeError::Keys {
                        source: KeyError::Unavailable { .. } | KeyError::Closed,
                        ..
                    },
                ) => return Err(error),
                Err(_) => None,
            }
        } else {
            None
        };
        let mut changes = Vec::new();
        if let Some(name) = began {
            changes.push(Change::Began(blind.journey, name));
        }
        if let Some(holder) = opened.as_ref().and_then(Decided::holder) {
            changes.push(Change::Dossier(self.0.tag(holder), blind.journey));
        }
        if last {
            let said = opened.map_or(blind.stands, |opened| opened.stands);
            let stands = said.and_then(|stands| standing(&stands));
            changes.push(Change::Stands(stands.unwrap_or(look_again)));
        }
        Ok(changes)
    }
}

/// What a decision says; nothing when it cannot be read any more.
fn standing(stands: &Stands) -> Option<Standing> {
    let wake = match &stands.wake {
        None => None,
        Some(wake) => match wake.value()? {
            Value::Integer(micros) => Some(Wake(*micros)),
            _ => return None,
        },
    };
    let work = match &stands.work {
        None => Vec::new(),
        Some(work) => match work.value()? {
            Value::Text(text) => Work::read(text)?,
            _ => return None,
        },
    };
    Some(Standing {
        wake,
        owed: match (stands.owes, stands.owed_by.is_empty()) {
            (false, _) => Owed::Nothing,
            (true, false) => Owed::By(stands.owed_by.clone()),
            // It was written before that was kept.
            (true, true) => Owed::Unknown,
        },
        failed: stands.failed,
        parked: stands.parked,
        work,
    })
}

/// What a receipt brings to look up.
#[must_use]
pub fn of_intake(intake: &Intake) -> Vec<Change> {
    let (published, receipt) = (intake.published, &intake.receipt);
    let named = receipt.takes_the_name();
    // An amendment is refused by name only after it has waited for its original: what became of it stands in the place of its wait.
    let waited = matches!(receipt, Receipt::Rejected { .. }) && intake.about.is_some();
    let mut changes = vec![Change::Receipt {
        published,
        named: named || waited,
    }];
    if let Some(Amends::Corrects(original) | Amends::Retracts(original)) = intake.about
        && (named || waited)
    {
        changes.push(Change::Orphan {
            published,
            original,
            waits: *receipt == Receipt::Orphan,
        });
    }
    if let Some(kind) = intake.kind.clone()
        && named
    {
        changes.push(Change::Kept {
            published,
            kind,
            // One that started something is kept while something else that it would start could not be decided.
            kept: match receipt {
                Receipt::NoJourney => true,
                Receipt::Started { .. } => !intake.kept.is_empty(),
                _ => false,
            },
        });
    }
    match receipt {
        Receipt::Orphan | Receipt::Rejected { .. } | Receipt::Conflict { .. } => {
            changes.push(Change::Incident);
        }
        Receipt::Started { .. }
        | Receipt::Corrected { .. }
        | Receipt::NoJourney
        | Receipt::Duplicate => {}
    }
    changes
}
