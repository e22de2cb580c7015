//! What the doors are made of: an engine, its links, who may come in, where readings are written down.

use std::sync::Arc;

use chrono::NaiveDate;
use parcours_core::JourneyId;
use parcours_core::journey::LinkId;

use crate::access::Credentials;
use crate::desk::Desk;
use crate::ledger::{Ledger, Read};
use crate::links::Links;
use crate::samples::Samples;

/// The pages and the API of one installation.
#[derive(Clone)]
pub struct Site {
    /// The engine.
    pub desk: Arc<dyn Desk>,
    /// Signs and checks the links of journeys.
    pub links: Links,
    /// Where readings are written down.
    pub ledger: Arc<dyn Ledger>,
    /// Who may come in besides.
    pub credentials: Credentials,
    /// The address that people reach it under, without a slash at its end, as printed on leaflets: `https://parcours.example`.
    pub address: Option<String>,
    /// What there is to look at on the first page of a demonstration.
    pub samples: Samples,
}

impl Site {
    pub(crate) fn today(&self) -> NaiveDate {
        self.desk.now().date()
    }

    /// Writes a reading down, by a link or without one; says whether it was.
    pub(crate) fn record(
        &self,
        journey: JourneyId,
        what: &'static str,
        (who, ground): (&str, &'static str),
        link: Option<LinkId>,
    ) -> bool {
        let read = Read {
            at: self.desk.now(),
            journey,
            what,
            who: who.to_owned(),
            ground,
            link: link.map(|link| self.links.name(journey, link)),
        };
        match self.ledger.record(&read) {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%journey, what, %error, "the access ledger cannot be written");
                false
            }
        }
    }
}
