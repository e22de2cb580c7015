//! What somebody must look at, found by the lookups and read in the log, a page at a time.

use chrono::NaiveDate;
use parcours_core::JourneyId;
use parcours_core::intake::{Intake, Receipt};
use parcours_core::journey::{Trouble, TroubleAbout, TroubleKind};
use parcours_log::CommitPosition;
use parcours_log::lookups::Mark;

use super::{Archive, ReadError};
use crate::machine::{Incident, IncidentKind, Owner};

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
                if mark == Mark::Parked {
                    incidents.push((place(journey), parked(journey, today)));
                    continue;
                }
                // What cannot be read is an incident of its own: its journey is parked.
                if let Ok(Some(replayed)) = self.journey(journey).await? {
                    let troubles = replayed.journey.troubles().into_iter();
                    incidents.extend(
                        troubles.map(|trouble| (place(journey), of_trouble(journey, trouble))),
                    );
                }
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
                if let Some(incident) = self.of_receipt(at).await? {
                    incidents.push((IncidentPlace::Receipt(at), incident));
                }
            }
            after = Some(last);
        }
        Ok(incidents)
    }

    async fn of_receipt(&self, at: CommitPosition) -> Result<Option<Incident>, ReadError> {
        let (recorded_at, intake) = self.commit::<Intake>(at).await?;
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
fn parked(journey: JourneyId, since: NaiveDate) -> Incident {
    Incident {
        kind: IncidentKind::Parked,
        owner: Owner::Operator,
        since,
        journey: Some(journey),
        published: None,
        what: "it stands still: look at it to learn why".to_owned(),
    }
}

/// What a journey's trouble is to whoever settles it.
fn of_trouble(journey: JourneyId, trouble: Trouble) -> Incident {
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
        published: None,
        what: format!("{about}: {what}"),
    }
}
