//! Links that open a journey without an account, and the tokens in its forms.
//!
//! A link is the address of a journey and a token: an id by chance, the day it was made, its last day if it has one, whom it was made
//! for, and a keyed hash of all that. Nobody can make one without the installation's secret, no two are alike, and nothing is kept to know it
//! again. That one was revoked, or all, is an event of the journey. Whoever has a link acts as the person that it was made for, at the
//! assurance *low*.

use chrono::{Days, NaiveDate};
use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use parcours_core::journey::LinkId;
use parcours_core::{JourneyId, PersonId};
use parcours_log::Position;
use parcours_log::seal::{Entropy, NoEntropy, OsEntropy};
use std::sync::LazyLock;

const LINKS: &str = "parcours 2026 http journey links";
const IDS: &str = "parcours 2026 http ids of links";
const FORMS: &str = "parcours 2026 http form tokens";
/// 6 bytes of id, 2 of the day it was made, 2 of its last day (days since 1970; none as 0), 2 of its round, 5 of whom it is for.
const SAID: usize = 17;
/// What is said, and 13 bytes of keyed hash: 48 letters of base32, and 104 bits that nobody can guess.
const TOKEN: usize = SAID + 13;
/// The id of a link, and 4 bytes of keyed hash: 16 letters, in which a slip of the pen is seen.
const NAME: usize = 6 + 4;

/// Signs and checks the links of one installation.
#[derive(Clone)]
pub struct Links {
    links: [u8; 32],
    ids: [u8; 32],
    forms: [u8; 32],
}

/// A link that was made here: to be given to one person, who can then open their journey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The journey it opens.
    pub journey: JourneyId,
    /// Which link.
    pub id: LinkId,
    /// The day it was made.
    pub made: NaiveDate,
    /// Its last day; none when it has none.
    pub until: Option<NaiveDate>,
    pub(crate) round: u16,
    whom: [u8; 5],
    token: String,
}

/// What a new link is to say.
#[derive(Clone, Copy, Debug)]
pub struct NewLink<'a> {
    /// The journey it opens.
    pub journey: JourneyId,
    /// Whom it is for.
    pub holder: &'a PersonId,
    /// How often all links of the journey were revoked before.
    pub round: u16,
    /// Today.
    pub made: NaiveDate,
    /// Good until the end of this day, or for ever.
    pub until: Option<NaiveDate>,
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

/// Days since 1970, in 2 bytes. A day before 1970 or after 2149 cannot be written down: the nearest that can.
fn days(day: NaiveDate) -> u16 {
    let days = (day - NaiveDate::default()).num_days();
    u16::try_from(days).unwrap_or(if days < 0 { 1 } else { u16::MAX })
}

fn day(days: [u8; 2]) -> NaiveDate {
    let days = Days::new(u16::from_be_bytes(days).into());
    let day = NaiveDate::default().checked_add_days(days);
    day.unwrap_or(NaiveDate::MAX)
}

impl Link {
    /// The path of the journey's page: `/j/<journey>/<token>`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/j/{}/{}", self.journey, self.token)
    }

    /// What opens the journey, alone: over the API it is a bearer token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl Links {
    /// Links of the installation whose secret this is. Another secret makes every earlier link void.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            links: blake3::derive_key(LINKS, secret),
            ids: blake3::derive_key(IDS, secret),
            forms: blake3::derive_key(FORMS, secret),
        }
    }

    /// A new link, unlike every other.
    ///
    /// # Errors
    /// [`NoEntropy`]: this machine gives no chance to make one of.
    pub fn make(&self, new: &NewLink<'_>) -> Result<Link, NoEntropy> {
        let mut id = [0; 6];
        OsEntropy.fill(&mut id)?;
        let mut said = [0; SAID];
        said[..6].copy_from_slice(&id);
        said[6..8].copy_from_slice(&days(new.made).to_be_bytes());
        said[8..10].copy_from_slice(&new.until.map_or(0, days).to_be_bytes());
        said[10..12].copy_from_slice(&new.round.to_be_bytes());
        said[12..].copy_from_slice(&self.whom(new.journey, LinkId(id), new.holder));
        let token = LETTERS.encode(&self.signed(new.journey, said));
        Ok(Self::read(new.journey, said, token))
    }

    /// The link to `journey` whose token this is, if it opens anything on the day `today`. Whether it was revoked, and whether the person it
    /// was made for is still in the journey, the journey says.
    ///
    /// # Errors
    /// [`BadLink`] says which of the two is wrong.
    pub fn verify(
        &self,
        journey: JourneyId,
        token: &str,
        today: NaiveDate,
    ) -> Result<Link, BadLink> {
        let link = self.made(journey, token).ok_or(BadLink::Forged)?;
        match link.until {
            Some(until) if today > until => Err(BadLink::Ended(until)),
            _ => Ok(link),
        }
    }

    /// The link to `journey` whose token this is, though it may have ended; none when it was not made here.
    fn made(&self, journey: JourneyId, token: &str) -> Option<Link> {
        let given = LETTERS.decode(token.as_bytes()).ok()?;
        let said: [u8; SAID] = given.get(..SAID)?.try_into().ok()?;
        same(&self.signed(journey, said), &given)
            .then(|| Self::read(journey, said, token.to_owned()))
    }

    fn read(journey: JourneyId, said: [u8; SAID], token: String) -> Link {
        let [
            a,
            b,
            c,
            d,
            e,
            f,
            made,
            made_,
            until,
            until_,
            round,
            round_,
            whom @ ..,
        ] = said;
        let until = [until, until_];
        Link {
            journey,
            id: LinkId([a, b, c, d, e, f]),
            made: day([made, made_]),
            until: (until != [0, 0]).then(|| day(until)),
            round: u16::from_be_bytes([round, round_]),
            whom,
            token,
        }
    }

    /// Whether a link was made for this person.
    pub(crate) fn is_for(&self, link: &Link, person: &PersonId) -> bool {
        link.whom == self.whom(link.journey, link.id, person)
    }

    /// The name of a link, by which it can be revoked, and which opens nothing.
    #[must_use]
    pub fn name(&self, journey: JourneyId, id: LinkId) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.ids);
        hasher
            .update(b"name")
            .update(journey.as_bytes())
            .update(&id.0);
        let mut name = [0; NAME];
        let (head, tail) = name.split_at_mut(6);
        head.copy_from_slice(&id.0);
        hasher.finalize_xof().fill(tail);
        LETTERS.encode(&name)
    }

    /// The link to `journey` that is meant by its name, its token, or its whole address; none when it is no link to that journey.
    #[must_use]
    pub fn named(&self, journey: JourneyId, text: &str) -> Option<LinkId> {
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
        let mut meant = parts.filter_map(|part| {
            if let Some(link) = self.made(journey, part) {
                return Some(link.id);
            }
            let bytes = LETTERS.decode(part.as_bytes()).ok()?;
            let id = LinkId(bytes.get(..6)?.try_into().ok()?);
            same(self.name(journey, id).as_bytes(), part.as_bytes()).then_some(id)
        });
        meant.next()
    }

    /// Whom a link is for, so that nobody else can tell.
    fn whom(&self, journey: JourneyId, id: LinkId, person: &PersonId) -> [u8; 5] {
        let mut hasher = blake3::Hasher::new_keyed(&self.ids);
        hasher
            .update(b"whom")
            .update(journey.as_bytes())
            .update(&id.0);
        hasher.update(person.as_str().as_bytes());
        let mut whom = [0; 5];
        hasher.finalize_xof().fill(&mut whom);
        whom
    }

    fn signed(&self, journey: JourneyId, said: [u8; SAID]) -> [u8; TOKEN] {
        let mut hasher = blake3::Hasher::new_keyed(&self.links);
        hasher.update(journey.as_bytes()).update(&said);
        let mut token = [0; TOKEN];
        let (head, tail) = token.split_at_mut(SAID);
        head.copy_from_slice(&said);
        hasher.finalize_xof().fill(tail);
        token
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

    fn claire() -> PersonId {
        PersonId::new("p-claire").unwrap() // invented
    }

    /// A link to [`journey`] for [`claire`], made on 2 March 2026.
    fn link(links: &Links, until: Option<&str>) -> Link {
        let new = NewLink {
            journey: journey(),
            holder: &claire(),
            round: 3,
            made: day("2026-03-02"),
            until: until.map(day),
        };
        links.make(&new).unwrap()
    }

    #[test]
    fn a_link_opens_its_own_journey_only_and_says_what_it_is() {
        let links = Links::new(&[1; 32]);
        let today = day("2026-03-02");
        let link = link(&links, None);
        assert_eq!(link.token().len(), 48);
        assert_eq!(link.path(), format!("/j/{}/{}", journey(), link.token()));
        assert_eq!(
            links.verify(journey(), link.token(), today),
            Ok(link.clone())
        );
        assert_eq!((link.made, link.until, link.round), (today, None, 3));
        assert!(links.is_for(&link, &claire()));
        assert!(!links.is_for(&link, &PersonId::new("p-berthe").unwrap()));
        let elsewhere = JourneyId::new(3, [8; 14]);
        assert_eq!(
            links.verify(elsewhere, link.token(), today),
            Err(BadLink::Forged)
        );
        assert_eq!(
            Links::new(&[2; 32]).verify(journey(), link.token(), today),
            Err(BadLink::Forged)
        );
    }

    #[test]
    fn no_two_links_are_alike_and_each_is_known_by_its_name() {
        let links = Links::new(&[1; 32]);
        let (one, other) = (link(&links, None), link(&links, None));
        assert_ne!(one.id, other.id);
        assert_ne!(one.token(), other.token());
        assert_ne!(
            one.whom, other.whom,
            "nobody sees that they are for one person"
        );
        let name = links.name(journey(), one.id);
        assert_eq!(name.len(), 16);
        for text in [
            name.clone(),
            format!(" {name}\n"),
            one.token().to_owned(),
            one.path(),
            format!("https://parcours.example{}?lang=fr#step-1", one.path()),
        ] {
            assert_eq!(links.named(journey(), &text), Some(one.id), "{text}");
        }
        let slip = format!(
            "{}{}",
            &name[..15],
            if name.ends_with('a') { 'b' } else { 'a' }
        );
        let elsewhere = JourneyId::new(3, [8; 14]);
        for (journey, text) in [
            (journey(), slip.as_str()),
            (journey(), ""),
            (elsewhere, &name),
        ] {
            assert_eq!(links.named(journey, text), None, "{text}");
        }
        assert!(links.verify(journey(), &name, one.made).is_err());
    }

    #[test]
    fn every_changed_letter_is_seen() {
        let links = Links::new(&[1; 32]);
        let link = link(&links, Some("2026-03-02"));
        let token = link.token();
        for at in 0..token.len() {
            let mut forged: Vec<u8> = token.bytes().collect();
            forged[at] = if forged[at] == b'a' { b'b' } else { b'a' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(
                links.verify(journey(), &forged, day("2026-03-02")),
                Err(BadLink::Forged),
                "{forged}"
            );
        }
        for forged in ["", "a", "é", &token.to_uppercase(), &format!("{token}a")] {
            assert!(
                links.verify(journey(), forged, day("2026-03-02")).is_err(),
                "{forged}"
            );
        }
    }

    #[test]
    fn a_link_ends_after_its_last_day() {
        let links = Links::new(&[1; 32]);
        let ends = link(&links, Some("2026-03-02"));
        let on = |day_: &str| links.verify(journey(), ends.token(), day(day_));
        assert_eq!(on("2026-03-02"), Ok(ends.clone()));
        assert_eq!(on("2026-03-03"), Err(BadLink::Ended(day("2026-03-02"))));
        assert!(links.named(journey(), ends.token()).is_some());
        let before_the_epoch = link(&links, Some("1969-12-31"));
        let token = before_the_epoch.token();
        assert!(links.verify(journey(), token, day("2026-03-03")).is_err());
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
