//! What a payload may hold: a decision about a journey, a receipt of intake, a catalog.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use parcours_core::intake::{Amends, Intake, Kept, Receipt, Refusal, StartedJourney, WordsIn};
use parcours_core::journey::{Actor, Event, InputId, StepKey};
use parcours_core::name::{DefinitionHash, OperationId, ServiceId};
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId, Personal};

use super::actor::SealedActor;
use super::basic::OpenText;
use super::error::{DecodeError, EncodeError};
use super::stored::{Loading, Path, Stored, Storing, choice, record, worded};
use super::tree::Tree;
use super::vault;

/// The journey under which values are sealed that belong to none: rejected life events.
pub const INSTALLATION: JourneyId = JourneyId::from_bytes([0; 16]);

/// What one decision about a journey keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The journey.
    pub journey: JourneyId,
    /// The input that was decided.
    pub input: InputId,
    /// Who gave it.
    pub actor: Actor,
    /// The day the input is true of, where that is not the day it was recorded.
    pub occurred_on: Option<Personal<NaiveDate>>,
    /// What was decided, in order. Nothing when only how the journey stands has changed.
    pub events: Vec<Event>,
    /// How the journey stands afterwards. None in what was written before it was kept: then it has to be looked at.
    pub stands: Option<Stands>,
}

/// What is still to be done for a journey: it follows from its plan, and is kept so that nobody has to plan again to
/// know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stands {
    /// When it is next to look at itself: microseconds since 1970-01-01T00:00:00Z, an integer. Sealed, since it follows from
    /// dates of somebody's life.
    pub wake: Option<Personal<Value>>,
    /// A call of it has no answer yet.
    pub owes: bool,
    /// The operations that owe it one. Empty when none does, and in what was written before they were kept.
    pub owed_by: BTreeSet<OperationId>,
    /// A call of it failed for good, and nobody has settled the step.
    pub failed: bool,
    /// It stands still until somebody has looked at it.
    pub parked: bool,
    /// What waits for somebody in it, as the lookups write it. Sealed, since it holds dates. None when nothing does, and in what was
    /// written before it was kept.
    pub work: Option<Personal<Value>>,
    /// Of the steps that this decision is about, those that nobody is to be told of.
    pub quiet: BTreeSet<StepKey>,
}

/// Every journey has looked at itself under a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// The hash of everything that was loaded.
    pub law: DefinitionHash,
}

/// The files of a catalog as it was loaded, so that a journey pinned to a definition can always be read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogRecord {
    /// The text of each file, by its path under the folder of journeys, with `/` between names.
    pub files: BTreeMap<String, String>,
    /// Which file gives each definition.
    pub definitions: BTreeMap<DefinitionHash, String>,
}

impl Decided {
    /// Whose the journey is from here on, where the events tell: it begins, or its life event is corrected. None once they were
    /// forgotten.
    #[must_use]
    pub fn holder(&self) -> Option<&PersonId> {
        let name = self.events.iter().rev().find_map(|event| match event {
            Event::Started { told, .. } | Event::LifeEventCorrected(told) => Some(&told.name),
            _ => None,
        })?;
        let known = !name.is_erased() && name.about().as_str() != vault::ERASED;
        known.then(|| name.about())
    }

    /// Whom the input is about, where the events tell.
    fn concerned(&self) -> Option<&PersonId> {
        self.events.iter().find_map(|event| match event {
            Event::Started { told, .. } | Event::LifeEventCorrected(told) => {
                Some(told.name.about())
            }
            _ => None,
        })
    }
}

impl Stored for Decided {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        to.journey = self.journey;
        to.at = Path::root(decided_at(self.input));
        let mut fields = Vec::new();
        to.put(&mut fields, "journey", &self.journey)?;
        to.put(&mut fields, "input", &self.input)?;
        to.put(
            &mut fields,
            "by",
            &SealedActor::of(&self.actor, self.concerned()),
        )?;
        to.put(&mut fields, "on", &self.occurred_on)?;
        to.put(&mut fields, "events", &self.events)?;
        to.put(&mut fields, "stands", &self.stands)?;
        Ok(Tree::Map(fields))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let mut fields = from.fields(tree)?;
        let journey = from.take(&mut fields, "journey")?;
        let input = from.take(&mut fields, "input")?;
        from.journey = journey;
        from.at = Path::root(decided_at(input));
        let decided = Self {
            journey,
            input,
            actor: from.take::<SealedActor>(&mut fields, "by")?.open(),
            occurred_on: from.take(&mut fields, "on")?,
            events: from.take(&mut fields, "events")?,
            stands: from.take(&mut fields, "stands")?,
        };
        from.end(&fields)?;
        Ok(decided)
    }
}

impl Stored for Stands {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        let Self {
            wake,
            owes,
            owed_by,
            failed,
            parked,
            work,
            quiet,
        } = self;
        let mut fields = Vec::new();
        to.put(&mut fields, "wake", wake)?;
        to.put(&mut fields, "owes", owes)?;
        to.put(&mut fields, "of", owed_by)?;
        to.put(&mut fields, "failed", failed)?;
        to.put(&mut fields, "parked", parked)?;
        to.put(&mut fields, "work", work)?;
        to.put(&mut fields, "quiet", quiet)?;
        Ok(Tree::Map(fields))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let mut fields = from.fields(tree)?;
        let stands = Self {
            wake: from.take(&mut fields, "wake")?,
            owes: from.take(&mut fields, "owes")?,
            owed_by: from.take(&mut fields, "of")?,
            failed: from.take(&mut fields, "failed")?,
            parked: from.take(&mut fields, "parked")?,
            work: from.take(&mut fields, "work")?,
            quiet: from.take(&mut fields, "quiet")?,
        };
        // Services were kept once; of which of their operations, nobody knows.
        let _services: BTreeSet<ServiceId> = from.take(&mut fields, "by")?;
        from.end(&fields)?;
        Ok(stands)
    }
}

record!(Swept { law = "law" });

fn decided_at(input: InputId) -> String {
    format!("decided.{:032x}", u128::from_be_bytes(input.0))
}

/// Values are sealed as if the published life event were a journey of its own.
impl Stored for Intake {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        to.journey = JourneyId::from_bytes(self.published.0);
        to.at = Path::root(format!("intake.{}", self.published));
        let mut fields = Vec::new();
        to.put(&mut fields, "published", &self.published)?;
        to.put(&mut fields, "content", &self.content)?;
        to.put(&mut fields, "kind", &self.kind)?;
        to.put(&mut fields, "about", &self.about)?;
        to.put(&mut fields, "root", &self.root)?;
        to.put(&mut fields, "receipt", &self.receipt)?;
        to.put(&mut fields, "kept", &self.kept)?;
        to.put(&mut fields, "words", &self.words)?;
        Ok(Tree::Map(fields))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let mut fields = from.fields(tree)?;
        let published = from.take(&mut fields, "published")?;
        let parcours_core::intake::PublishedId(bytes) = published;
        from.journey = JourneyId::from_bytes(bytes);
        from.at = Path::root(format!("intake.{published}"));
        let intake = Self {
            published,
            content: from.take(&mut fields, "content")?,
            kind: from.take(&mut fields, "kind")?,
            about: from.take(&mut fields, "about")?,
            root: from.take(&mut fields, "root")?,
            receipt: from.take(&mut fields, "receipt")?,
            kept: from.take(&mut fields, "kept")?,
            words: from.take(&mut fields, "words")?,
        };
        from.end(&fields)?;
        Ok(intake)
    }
}

/// One text of bytes, four for each word, in their order.
impl Stored for WordsIn {
    fn store(&self, _to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        Ok(Tree::Bytes(self.0.iter().flatten().copied().collect()))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let wrong = || from.wrong("four bytes for each word are expected");
        let bytes = tree.as_bytes().ok_or_else(wrong)?;
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(wrong());
        }
        Ok(Self(words.iter().copied().collect()))
    }
}

choice!(Amends {
    Corrects(original) = "corrects",
    Retracts(original) = "retracts",
});

choice!(Receipt {
    Started { journeys = "journeys" } = "started",
    Corrected { journeys = "journeys" } = "corrected",
    Duplicate = "duplicate",
    NoJourney = "no_journey",
    Rejected { reason = "reason" } = "rejected",
    Conflict { first = "first" } = "conflict",
    Orphan = "orphan",
});

record!(StartedJourney { id = "id", journey = "journey", holder = "holder" });

/// The engine's own words about a publication, without any value of it.
impl Stored for Refusal {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        let mut fields = Vec::new();
        to.put(&mut fields, "code", &OpenText(self.code.clone()))?;
        to.put(&mut fields, "what", &OpenText(self.what.clone()))?;
        Ok(Tree::Map(fields))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let mut fields = from.fields(tree)?;
        let OpenText(code) = from.take(&mut fields, "code")?;
        let OpenText(what) = from.take(&mut fields, "what")?;
        from.end(&fields)?;
        Ok(Self { code, what })
    }
}

/// What was rejected is sealed under [`INSTALLATION`]: one key for all, to be destroyed at once.
impl Stored for Kept {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        match self {
            Self::LifeEvent(event) => {
                Ok(worded("event", to.inside("event", |to| event.store(to))?))
            }
            Self::Told(told) => Ok(worded("told", to.inside("told", |to| told.store(to))?)),
            Self::Rejected(bytes) => {
                let journey = std::mem::replace(&mut to.journey, INSTALLATION);
                let sealed = to.inside("rejected", |to| bytes.store(to));
                to.journey = journey;
                Ok(worded("rejected", sealed?))
            }
        }
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let (word, body) = from.variant(tree)?;
        let body = from.body(body)?;
        match word.as_str() {
            "event" => from.inside("event", |from| {
                Ok(Self::LifeEvent(Stored::load(body, from)?))
            }),
            "told" => from.inside("told", |from| Ok(Self::Told(Stored::load(body, from)?))),
            "rejected" => {
                let journey = std::mem::replace(&mut from.journey, INSTALLATION);
                let kept = from.inside("rejected", |from| Stored::load(body, from))?;
                from.journey = journey;
                Ok(Self::Rejected(kept))
            }
            _ => Err(from.wrong("a word that this version does not know")),
        }
    }
}

impl Stored for CatalogRecord {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        let files = pairs(&self.files, |path| OpenText(path.clone()));
        let definitions = pairs(&self.definitions, |hash| *hash);
        let mut fields = Vec::new();
        to.put(&mut fields, "files", &files)?;
        to.put(&mut fields, "definitions", &definitions)?;
        Ok(Tree::Map(fields))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let mut fields = from.fields(tree)?;
        let files: Vec<Pair<OpenText>> = from.take(&mut fields, "files")?;
        let definitions: Vec<Pair<DefinitionHash>> = from.take(&mut fields, "definitions")?;
        from.end(&fields)?;
        let (file_count, definition_count) = (files.len(), definitions.len());
        let catalog = Self {
            files: files
                .into_iter()
                .map(|pair| (pair.of.0, pair.is.0))
                .collect(),
            definitions: definitions
                .into_iter()
                .map(|pair| (pair.of, pair.is.0))
                .collect(),
        };
        if catalog.files.len() != file_count || catalog.definitions.len() != definition_count {
            return Err(from.wrong("a file or a definition that is there twice"));
        }
        Ok(catalog)
    }
}

/// An entry of a map: `[key, text]`.
struct Pair<K> {
    of: K,
    is: OpenText,
}

fn pairs<K, S>(map: &BTreeMap<K, String>, stored: impl Fn(&K) -> S) -> Vec<Pair<S>> {
    map.iter()
        .map(|(of, is)| Pair {
            of: stored(of),
            is: OpenText(is.clone()),
        })
        .collect()
}

impl<K: Stored> Stored for Pair<K> {
    fn store(&self, to: &mut Storing<'_>) -> Result<Tree, EncodeError> {
        Ok(Tree::Array(vec![self.of.store(to)?, self.is.store(to)?]))
    }

    fn load(tree: Tree, from: &mut Loading<'_>) -> Result<Self, DecodeError> {
        let entry = tree
            .into_array()
            .ok()
            .and_then(|entry| <[Tree; 2]>::try_from(entry).ok());
        let [of, is] = entry.ok_or_else(|| from.wrong("a key and a value are expected"))?;
        Ok(Self {
            of: K::load(of, from)?,
            is: OpenText::load(is, from)?,
        })
    }
}
