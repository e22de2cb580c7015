//! What payloads themselves say: receipts and dossiers. Timers follow from plans, which are the runtime's.

use parcours_core::intake::Intake;
use parcours_core::journey::Event;

use super::{Change, Project};
use crate::block::Commit;
use crate::format::payload::{self, Decided, ERASED, Kind};
use crate::position::CommitPosition;
use crate::seal::{Keys, Sealer};

/// Reads receipts and dossiers out of payloads.
pub struct Recorded<'a, K: ?Sized>(pub &'a Sealer<K>);

impl<K: Keys + ?Sized> Project for Recorded<'_, K> {
    fn changes(&mut self, _at: CommitPosition, commit: &Commit) -> Vec<Change> {
        match Kind::of(&commit.payload) {
            Ok(Kind::Decided) => self.dossier(&commit.payload).into_iter().collect(),
            Ok(Kind::Intake) => receipt(&commit.payload).into_iter().collect(),
            Ok(Kind::Catalog) | Err(_) => Vec::new(),
        }
    }
}

impl<K: Keys + ?Sized> Recorded<'_, K> {
    /// A journey begins in its holder's dossier, unless the holder was forgotten.
    fn dossier(&self, bytes: &[u8]) -> Option<Change> {
        let blind: Decided = payload::decode_without_keys(bytes).ok()?;
        matches!(blind.events.first(), Some(Event::Started { .. })).then_some(())?;
        let decided: Decided = payload::decode(bytes, self.0).ok()?;
        match decided.events.into_iter().next()? {
            Event::Started { holder, .. } if holder.about().as_str() != ERASED => {
                let holder = holder.into_value()?;
                Some(Change::Dossier(self.0.tag(&holder), decided.journey))
            }
            _ => None,
        }
    }
}

fn receipt(bytes: &[u8]) -> Option<Change> {
    let intake: Intake = payload::decode_without_keys(bytes).ok()?;
    intake
        .receipt
        .takes_the_name()
        .then_some(Change::Receipt(intake.published))
}
