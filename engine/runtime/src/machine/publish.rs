//! What becomes of a published life event.

use parcours_core::intake::{
    Amends, ContentDigest, Intake, Kept, PublishedId, Receipt, Refusal, StartedJourney,
};
use parcours_core::journey::{Actor, Input, LifeEvent, Rejection, Says, Starts, starts, told};
use parcours_core::name::LifeEventKind;
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use parcours_log::StreamId;
use parcours_log::lookups::of_intake;

use super::batch::{Batch, Leaving};
use super::message::{KnownIntake, Refused, Token};
use super::work::{Outcome, Stop, Unwritten, Work};
use crate::cloud_event::CloudEvent;
use crate::identity::{Identities, told_by};
use crate::intake::{self, Checked, FORGOTTEN, Message, Under, original, refusal};

/// How many receipts one request may need: its own, and a chain of amendments with its original.
pub(super) const MOST_RECEIPTS: usize = LONGEST_CHAIN + 2;

/// How many other contents under one name are remembered.
const MOST_CONFLICTS: usize = 16;

/// How many amendments of amendments are followed to the original. Those that were applied when they came name it themselves.
const LONGEST_CHAIN: usize = 16;

/// `source` and `id` of an original.
type Identity = (String, String);

/// What an amendment was applied to.
struct Amended {
    /// The original, however many amendments lie between.
    root: PublishedId,
    journeys: Vec<JourneyId>,
}

/// What became of the journeys that begin with a life event.
struct Begun {
    journeys: Vec<StartedJourney>,
    /// One of them could not be decided: an incident was noted, and a repaired catalog may start it.
    left: bool,
}

impl Work<'_> {
    pub(super) fn publish(
        &mut self,
        token: Token,
        message: &Message,
        actor: &Actor,
    ) -> Result<(), Stop> {
        let names = &self.machine.names;
        let (published, content) = names.of_message(message);
        let known = self.known(published)?;
        if let Some(first) = known
            .intake
            .as_ref()
            .filter(|first| first.receipt.takes_the_name())
        {
            if first.content == content {
                self.leave(token, first.receipt.clone(), first.about, true);
                return Ok(());
            }
            let receipt = Receipt::Conflict {
                first: first.content,
            };
            return self.conflict(token, published, content, receipt, message, &known);
        }
        let checked = match message {
            Message::Event(event) => intake::check(event, self.law(), names, self.at()),
            Message::Unreadable { error, .. } => Err(intake::refused(error)),
        };
        let taken = match checked {
            Ok(checked) => self.taken(published, content, checked, actor),
            Err(reason) => Ok(Err(reason)),
        };
        match taken {
            Ok(Ok(intake)) => {
                self.leave(token, intake.receipt, intake.about, false);
                let identity = match message {
                    Message::Event(event) if intake.about.is_none() => {
                        Some((event.source.clone(), event.id.clone()))
                    }
                    _ => None,
                };
                self.apply_orphans(published, identity)
            }
            Ok(Err(reason)) => self.reject(token, published, content, reason, message, &known),
            Err(Stop::TooLarge(what)) => {
                self.reject(token, published, content, too_large(&what), message, &known)
            }
            Err(stop) => Err(stop),
        }
    }

    /// Writes down what a door refused. What was taken under the name keeps its receipt, and is answered with it.
    pub(super) fn refuse(
        &mut self,
        token: Token,
        message: &Message,
        reason: &Refusal,
        under: Under,
    ) -> Result<(), Stop> {
        let (published, content) = self.machine.names.of_refused(message, reason, under);
        let known = self.known(published)?;
        match &known.intake {
            Some(first) if first.receipt.takes_the_name() => {
                self.leave(token, first.receipt.clone(), first.about, true);
                Ok(())
            }
            _ => self.reject(token, published, content, reason.clone(), message, &known),
        }
    }

    /// Starts or amends, and writes down what came of it.
    fn taken(
        &mut self,
        published: PublishedId,
        content: ContentDigest,
        checked: Checked,
        actor: &Actor,
    ) -> Result<Result<Intake, Refusal>, Stop> {
        let taken = self.take(published, content, checked, actor)?;
        if let Ok(intake) = &taken {
            self.keep(intake.clone())?;
        }
        Ok(taken)
    }

    /// Starts or amends; a refusal leaves what was done so far to be thrown away.
    fn take(
        &mut self,
        published: PublishedId,
        content: ContentDigest,
        checked: Checked,
        actor: &Actor,
    ) -> Result<Result<Intake, Refusal>, Stop> {
        let Checked { life_event, about } = checked;
        let kind = life_event.kind.clone();
        let mut intake = Intake {
            published,
            content,
            kind: Some(kind),
            about: about.as_ref().map(|(about, _)| *about),
            receipt: Receipt::Orphan,
            kept: Vec::new(),
            root: None,
            words: None,
        };
        match about {
            None => match self.start_all(&life_event, published, &[], actor)? {
                Ok(Begun { journeys, left }) => {
                    if left || journeys.is_empty() {
                        intake.kept = vec![self.kept(&life_event)];
                    }
                    intake.receipt = receipt_of(journeys);
                }
                Err(reason) => return Ok(Err(reason)),
            },
            Some((about, reference)) => {
                let identity = (reference.source, reference.id);
                match self.amend(published, about, &life_event, Some(identity), actor)? {
                    Some(Ok(Amended { root, journeys })) => {
                        intake.receipt = Receipt::Corrected { journeys };
                        intake.root = Some(root);
                    }
                    Some(Err(reason)) => return Ok(Err(reason)),
                    None => intake.kept = vec![self.kept(&life_event)],
                }
            }
        }
        Ok(Ok(intake))
    }

    /// Starts every journey that begins with this life event, but those already started.
    fn start_all(
        &mut self,
        life_event: &LifeEvent,
        published: PublishedId,
        already: &[StartedJourney],
        actor: &Actor,
    ) -> Result<Result<Begun, Refusal>, Stop> {
        let catalog = &self.law().catalog;
        let mut begin = Vec::new();
        for name in catalog.started_by(&life_event.kind) {
            if already.iter().any(|started| started.journey == *name) {
                continue;
            }
            match starts(name, life_event, self.context()) {
                Ok(Starts::For(holder)) => begin.push((name.clone(), holder)),
                Ok(Starts::ConditionNotMet | Starts::NoLaw) => {}
                Err(rejection @ Rejection::NoHolder(_)) => {
                    return Ok(Err(refusal("holder", rejection.to_string())));
                }
                Err(rejection) => return Ok(Err(refusal("journey", rejection.to_string()))),
            }
        }
        let mut begun = Begun {
            journeys: Vec::new(),
            left: false,
        };
        for (name, holder) in begin {
            let id = self
                .machine
                .names
                .journey(&name, &holder, &life_event.source, &life_event.id);
            let input = Input {
                id: told_by(published, name.as_str()),
                actor: actor.clone(),
                occurred_on: Some(life_event.occurred_on),
                says: Says::Start {
                    journey: name.clone(),
                    holder: holder.clone(),
                    life_event: life_event.clone(),
                },
            };
            match self.decided(id, None, &input)? {
                Outcome::Made(_) => begun.journeys.push(StartedJourney {
                    id,
                    journey: name,
                    holder: about(&holder, holder.clone()),
                }),
                Outcome::Refused(Refused::TooLarge(what)) => return Err(Stop::TooLarge(what)),
                // An incident was noted; the event is kept, and a repaired catalog may start it.
                Outcome::Refused(_) => begun.left = true,
            }
        }
        Ok(Ok(begun))
    }

    /// Gives a correction or retraction to the journeys of its original; none when the original was never seen.
    fn amend(
        &mut self,
        published: PublishedId,
        about: Amends,
        life_event: &LifeEvent,
        mut identity: Option<Identity>,
        actor: &Actor,
    ) -> Result<Option<Result<Amended, Refusal>>, Stop> {
        let mut at = original(about);
        let mut root = None;
        let named = self.known(at)?.intake.and_then(|named| named.about);
        for _ in 0..LONGEST_CHAIN {
            let Some(found) = self.known(at)?.intake else {
                break;
            };
            if !found.receipt.takes_the_name() || found.receipt == Receipt::Orphan {
                break;
            }
            match found.root.or(found.about.map(original)) {
                Some(earlier) => {
                    at = earlier;
                    identity = None;
                }
                None => {
                    root = Some(found);
                    break;
                }
            }
        }
        let Some(mut root) = root else {
            return Ok(None);
        };
        if let Err(reason) = may_amend(about, named, life_event, &root) {
            return Ok(Some(Err(reason)));
        }
        let journeys = match &root.receipt {
            Receipt::Started { journeys } => journeys.clone(),
            _ => Vec::new(),
        };
        let identity = match identity {
            Some(identity) => Some(identity),
            None => self.identity_of(&root, &journeys)?,
        };
        let life_event = match &identity {
            Some((source, id)) => LifeEvent {
                source: source.clone(),
                id: id.clone(),
                ..life_event.clone()
            },
            None => life_event.clone(),
        };
        let (says, what) = match about {
            Amends::Corrects(_) => (Says::Correct(life_event.clone()), "correct"),
            Amends::Retracts(_) => (Says::Retract, "retract"),
        };
        // Journeys that begin with it only as corrected. The original's receipt names them from now on.
        let more = match (about, &identity) {
            (Amends::Corrects(_), Some(_)) => {
                match self.start_all(&life_event, root.published, &journeys, actor)? {
                    Ok(more) => more,
                    Err(reason) => return Ok(Some(Err(reason))),
                }
            }
            _ => Begun {
                journeys: Vec::new(),
                left: false,
            },
        };
        for started in &journeys {
            let input = Input {
                id: told_by(published, what),
                actor: actor.clone(),
                occurred_on: matches!(about, Amends::Corrects(_)).then_some(life_event.occurred_on),
                says: says.clone(),
            };
            match self.tell(started.id, &input)? {
                Outcome::Made(_) => {}
                // What is said is not lost on it: the name stays free until somebody has looked at the journey.
                Outcome::Refused(Refused::Parked(incident)) => return Err(Stop::HeldUp(incident)),
                Outcome::Refused(Refused::Unavailable(unavailable)) => {
                    return Err(Stop::Unavailable(unavailable));
                }
                Outcome::Refused(Refused::TooLarge(what)) => return Err(Stop::TooLarge(what)),
                Outcome::Refused(refused) => {
                    return Ok(Some(Err(refusal("journey", refused.to_string()))));
                }
            }
        }
        let published_first = root.published;
        let begun = !more.journeys.is_empty();
        let journeys: Vec<StartedJourney> = journeys.into_iter().chain(more.journeys).collect();
        let ids = journeys.iter().map(|started| started.id).collect();
        let kept_before = !root.kept.is_empty() || root.receipt == Receipt::NoJourney;
        if begun || more.left || kept_before {
            // What a later catalog is asked about is what it says now.
            root.kept = match about {
                Amends::Corrects(_) if more.left || journeys.is_empty() => {
                    vec![self.kept(&life_event)]
                }
                Amends::Corrects(_) | Amends::Retracts(_) => Vec::new(),
            };
            root.receipt = receipt_of(journeys);
            self.keep(root)?;
        }
        Ok(Some(Ok(Amended {
            root: published_first,
            journeys: ids,
        })))
    }

    fn identity_of(
        &self,
        root: &Intake,
        journeys: &[StartedJourney],
    ) -> Result<Option<Identity>, Stop> {
        match root.kept.first() {
            Some(Kept::Told(kept)) => {
                let name = kept.name.value();
                return Ok(name.map(|name| (name.source.clone(), name.id.clone())));
            }
            Some(Kept::LifeEvent(kept)) => {
                let kept = kept.value();
                return Ok(kept.map(|event| (event.source.clone(), event.id.clone())));
            }
            Some(Kept::Rejected(_)) | None => {}
        }
        let Some(first) = journeys.first() else {
            return Ok(None);
        };
        let journey = self.journey(first.id)?;
        let name = journey.and_then(|journey| journey.told.name.clone().into_value());
        Ok(name.map(|name| (name.source, name.id)))
    }

    /// Amendments that came before what they amend are applied now; and those of them, in turn.
    fn apply_orphans(
        &mut self,
        published: PublishedId,
        identity: Option<Identity>,
    ) -> Result<(), Stop> {
        let mut todo = vec![(published, identity)];
        while let Some((published, identity)) = todo.pop() {
            let known = self.known(published)?;
            if known.orphans.is_empty() {
                continue;
            }
            for orphan in &known.orphans {
                let kept = orphan.kept.first().and_then(Kept::life_event);
                let (Some(about), Some(life_event)) = (orphan.about, kept) else {
                    continue;
                };
                let actor = Actor::engine();
                let before = self.own.clone();
                let amended = self.amend(
                    orphan.published,
                    about,
                    &life_event,
                    identity.clone(),
                    &actor,
                );
                let mut holds_up = None;
                let amended = match amended {
                    Ok(amended) => amended,
                    Err(Stop::TooLarge(what)) => Some(Err(too_large(&what))),
                    Err(Stop::HeldUp(incident)) => {
                        tracing::error!(what = %incident.what, "a correction cannot be applied: it waits on");
                        holds_up = Some(incident);
                        None
                    }
                    Err(stop) => return Err(stop),
                };
                if !matches!(amended, Some(Ok(_))) {
                    self.own = before;
                }
                if let Some(incident) = holds_up {
                    self.stands_still(&incident)?;
                }
                let (root, journeys) = match amended {
                    Some(Ok(Amended { root, journeys })) => (root, journeys),
                    None => continue,
                    // Its original has come, and it does not fit: it waits no more.
                    Some(Err(reason)) => {
                        self.keep(Intake {
                            receipt: Receipt::Rejected { reason },
                            kept: letter_of(&life_event, &orphan.content),
                            ..orphan.clone()
                        })?;
                        continue;
                    }
                };
                let receipt = Receipt::Corrected { journeys };
                self.keep(Intake {
                    root: Some(root),
                    receipt,
                    kept: Vec::new(),
                    ..orphan.clone()
                })?;
                todo.push((orphan.published, None));
            }
        }
        Ok(())
    }

    /// A later catalog looks at an event that started nothing.
    pub(super) fn start_kept(&mut self, published: PublishedId) -> Result<(), Stop> {
        let Some(intake) = self.known(published)?.intake else {
            return Ok(());
        };
        let already = match &intake.receipt {
            Receipt::NoJourney => Vec::new(),
            Receipt::Started { journeys } => journeys.clone(),
            _ => return Ok(()),
        };
        let Some(life_event) = intake.kept.first().and_then(Kept::life_event) else {
            return Ok(());
        };
        let before = self.own.clone();
        let begun = match self.start_all(&life_event, published, &already, &Actor::engine()) {
            Ok(Ok(begun)) => begun,
            Ok(Err(_)) => return Ok(()),
            Err(Stop::TooLarge(what)) => {
                tracing::error!(%what, "a journey cannot begin");
                self.own = before;
                return Ok(());
            }
            Err(stop) => return Err(stop),
        };
        let journeys: Vec<_> = already.into_iter().chain(begun.journeys).collect();
        let kept = if begun.left || journeys.is_empty() {
            intake.kept.clone()
        } else {
            Vec::new()
        };
        let receipt = receipt_of(journeys);
        if receipt == intake.receipt && kept == intake.kept {
            return Ok(());
        }
        self.keep(Intake {
            receipt,
            kept,
            ..intake
        })
    }

    fn reject(
        &mut self,
        token: Token,
        published: PublishedId,
        content: ContentDigest,
        reason: Refusal,
        message: &Message,
        known: &KnownIntake,
    ) -> Result<(), Stop> {
        // Nothing is left of what was done before it was refused.
        self.own = Batch::new(self.at());
        let forgotten = reason.code == FORGOTTEN;
        let receipt = Receipt::Rejected { reason };
        if forgotten {
            // Nothing that would bring back whom it is about: the same again is told the same.
            self.leave(token, receipt, None, false);
            return Ok(());
        }
        let before = known.intake.as_ref();
        let again =
            before.is_some_and(|before| before.content == content && before.receipt == receipt);
        if !again {
            let intake = Intake {
                published,
                content,
                kind: kind(message),
                about: None,
                receipt: receipt.clone(),
                kept: dead_letter(message, &content),
                root: None,
                words: None,
            };
            self.keep(intake)?;
        }
        self.leave(token, receipt, None, again);
        Ok(())
    }

    fn conflict(
        &mut self,
        token: Token,
        published: PublishedId,
        content: ContentDigest,
        receipt: Receipt,
        message: &Message,
        known: &KnownIntake,
    ) -> Result<(), Stop> {
        let again = known.conflicts.contains(&content);
        if !again {
            let intake = Intake {
                published,
                content,
                kind: kind(message),
                about: None,
                receipt: receipt.clone(),
                kept: dead_letter(message, &content),
                root: None,
                words: None,
            };
            self.keep(intake)?;
        }
        self.leave(token, receipt, None, again);
        Ok(())
    }

    /// Writes down what became of a publication, and makes it known to the rest of the batch.
    fn keep(&mut self, mut intake: Intake) -> Result<(), Stop> {
        let published = intake.published;
        let sent = intake.kept.iter().find_map(|kept| match kept {
            Kept::Rejected(sent) => sent.value(),
            Kept::LifeEvent(_) | Kept::Told(_) => None,
        });
        let names = &self.machine.names;
        intake.words = sent.and_then(|sent| names.words_in(&intake.content, sent));
        let (partition, stream) = (
            Identities::intake_partition(published),
            StreamId(published.0),
        );
        let mut written = self.write(partition, stream, &intake, of_intake(&intake));
        let rejected = matches!(intake.kept[..], [Kept::Rejected(_)]);
        if rejected && matches!(written, Err(Unwritten::TooLarge(_))) {
            // As of a message that is larger than an event may be, only why it was rejected is kept.
            intake.kept.clear();
            written = self.write(partition, stream, &intake, of_intake(&intake));
        }
        match written {
            Ok(()) => {}
            Err(Unwritten::Stop(stop)) => return Err(stop),
            Err(Unwritten::TooLarge(what)) => return Err(Stop::TooLarge(what)),
        }
        if let Some(about) = intake.about {
            let mut known = self.known(original(about))?;
            known.orphans.retain(|orphan| orphan.published != published);
            if intake.receipt == Receipt::Orphan {
                known.orphans.push(intake.clone());
            }
            self.own.receipts.insert(original(about), known);
        }
        let mut known = self.known(published)?;
        match &intake.receipt {
            Receipt::Conflict { .. } => {
                // One that is not remembered is told of, and kept, once more.
                if known.conflicts.len() >= MOST_CONFLICTS {
                    known.conflicts.remove(0);
                }
                known.conflicts.push(intake.content);
            }
            _ => known.intake = Some(intake),
        }
        self.own.receipts.insert(published, known);
        Ok(())
    }

    fn leave(&mut self, token: Token, receipt: Receipt, about: Option<Amends>, again: bool) {
        self.own.leaving.push(Leaving::Published {
            token,
            receipt,
            about,
            again,
        });
    }

    fn kept(&self, life_event: &LifeEvent) -> Kept {
        let kind = self.law().catalog.life_event(&life_event.kind);
        let people = kind.map(|kind| kind.people.as_slice()).unwrap_or_default();
        let person = who(&life_event.data, people).unwrap_or_else(Kept::nobody);
        Kept::Told(told(life_event, kind.map(AsRef::as_ref), &person))
    }
}

/// What a publisher is told of an event that started these.
fn receipt_of(journeys: Vec<StartedJourney>) -> Receipt {
    if journeys.is_empty() {
        Receipt::NoJourney
    } else {
        Receipt::Started { journeys }
    }
}

/// Why an event is refused of which a part is longer than anything that can be kept.
fn too_large(what: &str) -> Refusal {
    refusal(
        "too_large",
        format!(
            "the event says more than a journey can keep ({what}): leave out what nobody needs, or send a reference to it"
        ),
    )
}

/// Whether an amendment fits what it is about: `named` is what it names, where that is itself an amendment, and `root` the original.
fn may_amend(
    about: Amends,
    named: Option<Amends>,
    life_event: &LifeEvent,
    root: &Intake,
) -> Result<(), Refusal> {
    if let Some(kind) = root.kind.as_ref().filter(|kind| **kind != life_event.kind) {
        return Err(refusal(
            "another_type",
            format!(
                "attribute `type`: the original is a `{kind}`, and so is what corrects or retracts it; \
                 to say that something else happened, retract the original and publish a new event"
            ),
        ));
    }
    if let (Amends::Retracts(_), Some(Amends::Retracts(_))) = (about, named) {
        return Err(refusal(
            "retracted",
            "attribute `retracts`: what it names is a retraction; to say that the event happened after all, publish a \
             correction of the original"
                .to_owned(),
        ));
    }
    let forgotten = match &root.receipt {
        Receipt::Started { journeys } => journeys.iter().all(|each| each.holder.value().is_none()),
        _ => root.kept.iter().any(|kept| match kept {
            Kept::LifeEvent(kept) => kept.is_erased(),
            Kept::Told(kept) => kept.name.is_erased(),
            Kept::Rejected(_) => false,
        }),
    };
    if forgotten {
        return Err(refusal(
            FORGOTTEN,
            "whom the original was about has been forgotten: nothing is left to correct or to retract".to_owned(),
        ));
    }
    Ok(())
}

/// The first person that the data names: in a role, else anywhere at its top.
fn who(data: &Value, people: &[String]) -> Option<PersonId> {
    let Value::Record(fields) = data else {
        return None;
    };
    let named = people.iter().filter_map(|name| fields.get(name));
    named.chain(fields.values()).find_map(person)
}

fn person(value: &Value) -> Option<PersonId> {
    match value {
        Value::Record(fields) => match fields.get("id")? {
            Value::Text(id) => PersonId::new(id).ok(),
            _ => None,
        },
        Value::List(items) => items.iter().find_map(person),
        _ => None,
    }
}

fn about<T>(person: &PersonId, value: T) -> Personal<T> {
    let purpose = Purpose::new("journey").expect("a snake_case word");
    let retention = Retention::new("journey").expect("a snake_case word");
    Personal::new(person.clone(), purpose, retention, value)
}

fn kind(message: &Message) -> Option<LifeEventKind> {
    match message {
        Message::Event(event) => event.kind().ok(),
        Message::Unreadable { .. } => None,
    }
}

/// What was sent, sealed, so that somebody may look at it.
fn dead_letter(message: &Message, content: &ContentDigest) -> Vec<Kept> {
    let bytes = match message {
        Message::Event(event) => CloudEvent::to_json(event).to_string().into_bytes(),
        Message::Unreadable { bytes, .. } => bytes.clone(),
    };
    letter(bytes, content)
}

/// The same of a life event that had been taken.
fn letter_of(life_event: &LifeEvent, content: &ContentDigest) -> Vec<Kept> {
    let data = parcours_lang::life_event::to_json(&life_event.data);
    let event = CloudEvent::new(
        life_event.kind.as_str(),
        &life_event.source,
        &life_event.id,
        data,
    );
    letter(event.to_json().to_string().into_bytes(), content)
}

fn letter(bytes: Vec<u8>, content: &ContentDigest) -> Vec<Kept> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let purpose = Purpose::new("rejected").expect("a snake_case word");
    let retention = Retention::new("rejected").expect("a snake_case word");
    vec![Kept::Rejected(Personal::new(
        Kept::letter(content),
        purpose,
        retention,
        bytes,
    ))]
}
