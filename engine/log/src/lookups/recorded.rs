//! What payloads themselves say. How a journey stands follows from its plan, which is the runtime's: a commit that is read
//! again asks to be looked at.

use parcours_core::intake::{Amends, Intake, Receipt};
use parcours_core::journey::Event;

use super::{Change, Project, Standing};
use crate::block::Commit;
use crate::format::payload::{self, Decided, ERASED, Kind};
use crate::position::CommitPosition;
use crate::seal::{Keys, Sealer};

/// Reads what is looked up out of payloads.
pub struct Recorded<'a, K: ?Sized>(pub &'a Sealer<K>);

impl<K: Keys + ?Sized> Project for Recorded<'_, K> {
    fn changes(&mut self, _at: CommitPosition, commit: &Commit) -> Vec<Change> {
        match Kind::of(&commit.payload) {
            Ok(Kind::Decided) => {
                let mut changes = self.began(&commit.payload);
                let standing = Standing::to_be_looked_at(commit.recorded_at);
                changes.push(Change::Stands(standing));
                changes
            }
            Ok(Kind::Intake) => {
                let intake = payload::decode_without_keys::<Intake>(&commit.payload);
                intake.as_ref().map(of_intake).unwrap_or_default()
            }
            Ok(Kind::Catalog) => vec![Change::Law],
            Err(_) => Vec::new(),
        }
    }
}

impl<K: Keys + ?Sized> Recorded<'_, K> {
    /// A journey begins in its holder's dossier, unless the holder was forgotten.
    fn began(&self, bytes: &[u8]) -> Vec<Change> {
        let Ok(blind) = payload::decode_without_keys::<Decided>(bytes) else {
            return Vec::new();
        };
        let Some(Event::Started { journey: name, .. }) = blind.events.first() else {
            return Vec::new();
        };
        let mut changes = vec![Change::Began(blind.journey, name.clone())];
        let decided: Option<Decided> = payload::decode(bytes, self.0).ok();
        let first = decided.and_then(|decided| decided.events.into_iter().next());
        if let Some(Event::Started { holder, .. }) = first
            && holder.about().as_str() != ERASED
            && let Some(holder) = holder.into_value()
        {
            changes.push(Change::Dossier(self.0.tag(&holder), blind.journey));
        }
        changes
    }
}

/// What a receipt brings to look up.
#[must_use]
pub fn of_intake(intake: &Intake) -> Vec<Change> {
    let (published, receipt) = (intake.published, &intake.receipt);
    let named = receipt.takes_the_name();
    let mut changes = vec![Change::Receipt { published, named }];
    if let Some(Amends::Corrects(original) | Amends::Retracts(original)) = intake.about
        && named
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
            kept: *receipt == Receipt::NoJourney,
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
