//! Dead letters: the reason in clear and without values, what was sent sealed.

use data_encoding::BASE64;
use parcours_core::JourneyId;
use parcours_log::seal::Place;
use serde::{Deserialize, Serialize};

use crate::door::Reason;

/// Where sealed dead letters stand: they open nowhere else.
pub(crate) const PLACE: Place<'static> = Place {
    journey: JourneyId::from_bytes([0; 16]),
    name: "nats/dead_letter",
};

/// What could not be accepted, for whoever repairs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Why.
    pub reason: Reason,
    /// The subject it came on.
    pub subject: String,
    /// How many bytes it had.
    pub bytes: usize,
    /// What was sent, sealed by the engine, in base64. An agent of the installation opens it; nobody else can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
}

impl DeadLetter {
    /// A dead letter, with its sealed content unless that is too large.
    #[must_use]
    pub fn new(reason: Reason, subject: &str, bytes: usize, sealed: Option<&[u8]>) -> Self {
        Self {
            reason,
            subject: subject.to_owned(),
            bytes,
            sealed: sealed.map(|sealed| BASE64.encode(sealed)),
        }
    }

    /// The sealed content.
    #[must_use]
    pub fn sealed(&self) -> Option<Vec<u8>> {
        BASE64.decode(self.sealed.as_ref()?.as_bytes()).ok()
    }
}
