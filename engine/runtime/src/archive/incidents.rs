//! What somebody must look at, found by the lookups and read in the log, a page at a time.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use parcours_core::JourneyId;
use parcours_core::intake::{Intake, PublishedId, Receipt};
use parcours_core::journey::{Journey, Trouble, TroubleAbout, TroubleKind};
use parcours_log::lookups::Mark;
use parcours_log::{CommitPosition, LogError};
use thiserror::Error;

use super::{Archive, ReadError};
use crate::clock::Instant;
use crate::identity::Identities;
use crate::machine::{Incident, IncidentKind, Owner, Unreadable};

/// Where an incident is among the others: to go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IncidentPlace {
    /// A journey that stands still.
    Parked(JourneyId),
    /// A journey with a step that failed.
    Failed(JourneyId),
    /// A receipt.
    Receipt(CommitPosition),
}

impl fmt::Display for IncidentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parked(journey) => write!(f, "parked.{journey}"),
            Self::Failed(journey) => write!(f, "failed.{journey}"),
            Self::Receipt(at) => write!(f, "receipt.{at}"),
        }
    }
}

/// A text that is no place among incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no place among incidents: use the `next` of an earlier answer")]
pub struct NotAPlace;

impl FromStr for IncidentPlace {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (kind, place) = text.split_once('.').ok_or(NotAPlace)?;
        let journey = || place.parse().map_err(|_| NotAPlace);
        match kind {
            "parked" => Ok(Self::Parked(journey()?)),
            "failed" => Ok(Self::Failed(journey()?)),
            "receipt" => Ok(Self::Receipt(place.parse().map_err(|_| NotAPlace)?)),
            _ => Err(NotAPlace),
        }
    }
}

/// How many incidents are read at once.
const PAGE: usize = 256;

impl Archive {
    /// Up to `most` incidents after `after`; all the troubles of one journey come together, in its place, and may be a few
    /// more. An orphan whose original came since is none any more.
    pub(crate) async fn incidents(
        &self,
        after: Option<IncidentPlace>,
        most: usize,
        today: NaiveDate,
    ) -> Result<Vec<(IncidentPlace, Incident)>, ReadError> {
        let mut incidents = Vec::new();
        for mark in [Mark::Parked, Mark::Failed] {
            let place = |journey| match mark {
                Mark::Parked => IncidentPlace::Parked(journey),
                Mark::Failed | Mark::Owes => IncidentPlace::Failed(journey),
            };
            let of_mark = match after {
                Some(IncidentPlace::Parked(journey)) if mark == Mark::Parked => Some(journey),
                Some(IncidentPlace::Failed(journey)) if mark == Mark::Failed => Some(journey),
                Some(after) if after > place(JourneyId::from_bytes([0xff; 16])) => continue,
                _ => None,
            };
            let left = most - incidents.len().min(most);
            for journey in self.marked(mark, of_mark, left).await? {
                let found = self.of_journey(journey, mark, today).await?;
                incidents.extend(found.into_iter().map(|one| (place(journey), one)));
            }
        }
        let mut after = match after {
            Some(IncidentPlace::Receipt(at)) => Some(at),
            _ => None,
        };
        while incidents.len() < most {
            let left = PAGE.min(most - incidents.len());
            let page = self.look(move |lookups| lookups.incidents(after, left));
            let page = page.await?;
            let Some(last) = page.last().copied() else {
                break;
            };
            for at in page {
                if let Some(incident) = self.of_receipt(at, today).await? {
                    incidents.push((IncidentPlace::Receipt(at), incident));
                }
            }
            after = Some(last);
        }
        Ok(incidents)
    }

    /// What somebody must look at in one journey. One that cannot be read is an incident of its own, and hides no other.
    async fn of_journey(
        &self,
        journey: JourneyId,
        mark: Mark,
        today: NaiveDate,
    ) -> Result<Vec<Incident>, ReadError> {
        Ok(match self.journey(journey).await? {
            Err(Unreadable { what, since }) => vec![Incident {
                kind: IncidentKind::IllegalTransition,
                owner: Owner::Operator,
                since: since.map_or(today, Instant::date),
                journey: Some(journey),
                published: None,
                what,
            }],
            Ok(replayed) => {
                let replayed = replayed.as_deref();
                let published = replayed.and_then(|found| self.published(&found.journey));
                if mark == Mark::Parked {
                    let since = replayed.and_then(|found| found.parked);
                    let since = since.map_or(today, Instant::date);
                    vec![parked(journey, published, since)]
                } else {
                    let troubles = replayed.map(|found| found.journey.troubles());
                    let troubles = troubles.into_iter().flatten();
                    let told = troubles.map(|trouble| of_trouble(journey, published, trouble));
                    told.collect()
                }
            }
        })
    }

    /// The name of what began a journey; none once that was forgotten.
    fn published(&self, journey: &Journey) -> Option<PublishedId> {
        let name = journey.told.name.value()?;
        let names = Identities::of(self.sealer.keys().installation());
        Some(names.published(&name.source, &name.id))
    }

    async fn of_receipt(
        &self,
        at: CommitPosition,
        today: NaiveDate,
    ) -> Result<Option<Incident>, ReadError> {
        // What was rejected may be a megabyte, and says nothing here: it stays sealed, and needs no key.
        let (recorded_at, intake) = match self.closed::<Intake>(at).await {
            Ok(found) => found,
            Err(
                error @ (ReadError::Commit { .. }
                | ReadError::Log(LogError::Corrupt(_) | LogError::Absent { .. })),
            ) => {
                return Ok(Some(Incident {
                    kind: IncidentKind::Unreadable,
                    owner: Owner::Operator,
                    since: today,
                    journey: None,
                    published: None,
                    what: format!("the receipt at {at}: {}", crate::machine::chain(&error)),
                }));
            }
            Err(error) => return Err(error),
        };
        let (kind, what) = match intake.receipt {
            Receipt::Orphan => (
                IncidentKind::Orphan,
                "it corrects or retracts an event that was never seen: publish the original, or check `source/id`".to_owned(),
            ),
            Receipt::Conflict { .. } => (
                IncidentKind::Conflict,
                "another content was published before under this source and id: publish it as a correction, under an id of its own".to_owned(),
            ),
            Receipt::Rejected { reason } => (IncidentKind::Rejected, reason.what),
            _ => return Ok(None),
        };
        Ok(Some(Incident {
            kind,
            owner: Owner::Publisher,
            since: recorded_at.date(),
            journey: None,
            published: Some(intake.published),
            what,
        }))
    }
}

/// A journey that stands still, until its machine says why.
fn parked(journey: JourneyId, published: Option<PublishedId>, since: NaiveDate) -> Incident {
    Incident {
        kind: IncidentKind::Parked,
        owner: Owner::Operator,
        since,
        journey: Some(journey),
        published,
        what: "it stands still: look at it to learn why".to_owned(),
    }
}

/// What a journey's trouble is to whoever settles it.
fn of_trouble(journey: JourneyId, published: Option<PublishedId>, trouble: Trouble) -> Incident {
    let about = match trouble.about {
        TroubleAbout::Step(step) => format!("step `{step}`"),
        TroubleAbout::Fact(fact) => format!("fact `{fact}`"),
    };
    let (kind, owner, what) = match trouble.kind {
        TroubleKind::CallFailed => (
            IncidentKind::StepFailed,
            Owner::Agent,
            "a service could not be reached however often it was tried: decide the step, or ask again",
        ),
        TroubleKind::AnswerUnfit => (
            IncidentKind::AnswerUnfit,
            Owner::Operator,
            "a service answered against the contract of its operation: repair the service; an agent can decide the step, or ask again",
        ),
        TroubleKind::RuleFailed => (
            IncidentKind::RuleFailed,
            Owner::Designer,
            "a rule does not fit what is known, and decides nothing: repair the definition by a revision",
        ),
        TroubleKind::Missed => (
            IncidentKind::Missed,
            Owner::Agent,
            "its date passed, and the law wants somebody to look: settle it, or see with the person",
        ),
    };
    Incident {
        kind,
        owner,
        since: trouble.since,
        journey: Some(journey),
        published,
        what: format!("{about}: {what}"),
    }
}
