//! Links that open a journey without an account, and the tokens in its forms.
//!
//! A link is the address of a journey and a keyed hash of it: nobody can make one without the installation's secret, and
//! nothing is kept to know it again. Whoever has it acts as the holder, at the assurance *low*. It may end on a day.

use chrono::{Days, NaiveDate};
use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use parcours_core::JourneyId;
use parcours_log::Position;
use std::sync::LazyLock;

const LINKS: &str = "parcours 2026 http journey links";
const FORMS: &str = "parcours 2026 http form tokens";
/// Days since 1970 in 2 bytes, then 13 bytes of keyed hash: 24 letters of base32, and 104 bits that nobody can guess.
const SIGNATURE: usize = 15;

/// Signs and checks the links of one installation.
#[derive(Clone)]
pub struct Links {
    links: [u8; 32],
    forms: [u8; 32],
}

/// A link that opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// It was not made here, or was not copied whole.
    #[error("this link was not made here, or was not copied whole")]
    Forged,
    /// Its day has passed.
    #[error("this link ended on {0}: ask for a new one")]
    Ended(NaiveDate),
}

/// Lowercase base32, as in the ids of journeys.
static LETTERS: LazyLock<Encoding> = LazyLock::new(|| {
    let mut letters = Specification::new();
    letters.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    letters.encoding().unwrap_or(BASE32_NOPAD)
});

fn epoch() -> NaiveDate {
    NaiveDate::default()
}

impl Links {
    /// Links of the installation whose secret this is. Another secret makes every earlier link void.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            links: blake3::derive_key(LINKS, secret),
            forms: blake3::derive_key(FORMS, secret),
        }
    }

    /// The path of a journey's page, `/j/<journey>/<signature>`, good until the end of the day `until`, or for ever.
    #[must_use]
    pub fn path(&self, journey: JourneyId, until: Option<NaiveDate>) -> String {
        format!("/j/{journey}/{}", self.sign(journey, until))
    }

    /// The signature alone.
    #[must_use]
    pub fn sign(&self, journey: JourneyId, until: Option<NaiveDate>) -> String {
        let days = until.map_or(0, |until| (until - epoch()).num_days());
        // A day before 1970 or after 2149 cannot be written down: the nearest that can.
        let days = u16::try_from(days).unwrap_or(if days < 0 { 1 } else { u16::MAX });
        LETTERS.encode(&self.signature(journey, days))
    }

    /// Whether `signature` opens `journey` on the day `today`.
    ///
    /// # Errors
    /// [`BadLink`] says which of the two is wrong.
    pub fn verify(
        &self,
        journey: JourneyId,
        signature: &str,
        today: NaiveDate,
    ) -> Result<(), BadLink> {
        let given = LETTERS
            .decode(signature.as_bytes())
            .map_err(|_| BadLink::Forged)?;
        let days = match given.as_slice() {
            [first, second, ..] if given.len() == SIGNATURE => {
                u16::from_be_bytes([*first, *second])
            }
            _ => return Err(BadLink::Forged),
        };
        let good = self.signature(journey, days);
        if !same(&good, &given) {
            return Err(BadLink::Forged);
        }
        match epoch().checked_add_days(Days::new(days.into())) {
            Some(until) if days != 0 && today > until => Err(BadLink::Ended(until)),
            _ => Ok(()),
        }
    }

    fn signature(&self, journey: JourneyId, days: u16) -> [u8; SIGNATURE] {
        let mut hasher = blake3::Hasher::new_keyed(&self.links);
        hasher
            .update(journey.as_bytes())
            .update(&days.to_be_bytes());
        let mut signature = [0; SIGNATURE];
        let (head, tail) = signature.split_at_mut(2);
        head.copy_from_slice(&days.to_be_bytes());
        hasher.finalize_xof().fill(tail);
        signature
    }

    /// The token of a form: for this reader (`who`), this journey, and what the reader had seen of it.
    pub(crate) fn form(&self, who: &str, journey: JourneyId, seen: Position) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.forms);
        hasher
            .update(journey.as_bytes())
            .update(&seen.to_be_bytes())
            .update(who.as_bytes());
        let mut token = seen.to_be_bytes().to_vec();
        token.extend_from_slice(&hasher.finalize().as_bytes()[..12]);
        LETTERS.encode(&token)
    }

    /// What the reader had seen when the form was made; none when the token was not made here for them.
    pub(crate) fn seen(&self, who: &str, journey: JourneyId, token: &str) -> Option<Position> {
        let given = LETTERS.decode(token.as_bytes()).ok()?;
        let seen = Position::from_be_bytes(given.get(..8)?.try_into().ok()?);
        same(self.form(who, journey, seen).as_bytes(), token.as_bytes()).then_some(seen)
    }
}

/// Whether two texts are the same, in a time that does not tell where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    blake3::hash(one) == blake3::hash(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journey() -> JourneyId {
        JourneyId::new(3, [7; 14])
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_link_opens_its_own_journey_only() {
        let links = Links::new(&[1; 32]);
        let today = day("2026-03-02");
        let signature = links.sign(journey(), None);
        assert_eq!(signature.len(), 24);
        assert_eq!(
            links.path(journey(), None),
            format!("/j/{}/{signature}", journey())
        );
        assert_eq!(links.verify(journey(), &signature, today), Ok(()));
        assert_eq!(
            links.verify(JourneyId::new(3, [8; 14]), &signature, today),
            Err(BadLink::Forged)
        );
        assert_eq!(
            Links::new(&[2; 32]).verify(journey(), &signature, today),
            Err(BadLink::Forged)
        );
    }

    #[test]
    fn every_changed_letter_is_seen() {
        let links = Links::new(&[1; 32]);
        let signature = links.sign(journey(), Some(day("2026-03-02")));
        for at in 0..signature.len() {
            let mut forged: Vec<u8> = signature.bytes().collect();
            forged[at] = if forged[at] == b'a' { b'b' } else { b'a' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(
                links.verify(journey(), &forged, day("2026-03-02")),
                Err(BadLink::Forged),
                "{forged}"
            );
        }
        for forged in [
            "",
            "a",
            "é",
            &signature.to_uppercase(),
            &format!("{signature}a"),
        ] {
            assert!(
                links.verify(journey(), forged, day("2026-03-02")).is_err(),
                "{forged}"
            );
        }
    }

    #[test]
    fn a_link_ends_after_its_last_day() {
        let links = Links::new(&[1; 32]);
        let signature = links.sign(journey(), Some(day("2026-03-02")));
        assert_eq!(
            links.verify(journey(), &signature, day("2026-03-02")),
            Ok(())
        );
        assert_eq!(
            links.verify(journey(), &signature, day("2026-03-03")),
            Err(BadLink::Ended(day("2026-03-02")))
        );
        let before_the_epoch = links.sign(journey(), Some(day("1969-12-31")));
        assert!(
            links
                .verify(journey(), &before_the_epoch, day("2026-03-03"))
                .is_err()
        );
    }

    #[test]
    fn a_form_token_is_for_one_reader_and_tells_what_they_saw() {
        let links = Links::new(&[1; 32]);
        let token = links.form("holder", journey(), Position::from_u64(42));
        assert_eq!(
            links.seen("holder", journey(), &token),
            Some(Position::from_u64(42))
        );
        assert_eq!(links.seen("agent", journey(), &token), None);
        assert_eq!(
            links.seen("holder", JourneyId::new(3, [8; 14]), &token),
            None
        );
        assert_eq!(links.seen("holder", journey(), "é"), None);
        assert_eq!(links.seen("holder", journey(), "aaaa"), None);
    }
}
