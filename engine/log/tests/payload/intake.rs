//! Receipts of every kind, and a small catalog.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::expr::Segment;
use parcours_core::intake::{
    Amends, ContentDigest, Intake, Kept, PublishedId, Receipt, Refusal, StartedJourney, WordsIn,
};
use parcours_core::journey::{EventIdentity, LifeEvent, LifeEventTold, Part};
use parcours_core::name::{DefinitionHash, JourneyName, LifeEventKind};
use parcours_core::{Personal, Purpose, Retention};
use parcours_log::format::payload::CatalogRecord;

use crate::parts::Parts;

/// One intake of each kind.
pub(crate) fn intakes(parts: &Parts) -> Vec<Intake> {
    let (published, content) = (PublishedId(parts.bytes), ContentDigest([0xc5; 32]));
    let kind = LifeEventKind::new("birth").unwrap();
    let event = LifeEvent {
        kind: kind.clone(),
        source: format!("urn:{}", parts.words),
        id: parts.words.clone(),
        occurred_on: parts.day.date(),
        data: parts.secret.clone(),
    };
    let kept = vec![Kept::LifeEvent(parts.about(event))];
    let rejected = Kept::Rejected(Personal::new(
        Kept::nobody(),
        Purpose::new("rejected").unwrap(),
        Retention::new("rejected").unwrap(),
        format!("{{\"given_name\": \"{}\"}}", parts.words).into_bytes(),
    ));
    let started = Receipt::Started {
        journeys: vec![StartedJourney {
            id: parts.journey(),
            journey: JourneyName::new("birth").unwrap(),
            holder: parts.about(parts.person.clone()),
        }],
    };
    let refused = Receipt::Rejected {
        reason: Refusal {
            code: "data".into(),
            what: "`born_on`: a text, where a date is expected".into(),
        },
    };
    let original = PublishedId([0x3a; 16]);
    let first = ContentDigest([0x1b; 32]);
    [
        (None, started, kept.clone()),
        (
            Some(Amends::Corrects(original)),
            Receipt::Corrected {
                journeys: vec![parts.journey()],
            },
            kept.clone(),
        ),
        (None, Receipt::Duplicate, vec![]),
        (None, Receipt::NoJourney, kept.clone()),
        (None, refused, vec![rejected]),
        (None, Receipt::Conflict { first }, vec![]),
        (Some(Amends::Retracts(original)), Receipt::Orphan, kept),
    ]
    .into_iter()
    .map(|(about, receipt, kept)| Intake {
        published,
        content,
        kind: Some(kind.clone()),
        about,
        receipt,
        kept,
        root: None,
        words: None,
    })
    .collect()
}

/// One that is kept in parts, each about its person.
pub(crate) fn kept_in_parts(parts: &Parts) -> Intake {
    let kind = LifeEventKind::new("birth").unwrap();
    let name = EventIdentity {
        source: format!("urn:{}", parts.words),
        id: parts.words.clone(),
    };
    let part = |at: Vec<Segment>| Part {
        at,
        value: parts.about(parts.secret.clone()),
    };
    let told = LifeEventTold {
        kind: kind.clone(),
        name: parts.about(name),
        occurred_on: parts.about(parts.day.date()),
        parts: vec![
            part(vec![]),
            part(vec![Segment::Field("children".into()), Segment::Item(0)]),
        ],
    };
    Intake {
        published: PublishedId(parts.bytes),
        content: ContentDigest([0xc5; 32]),
        kind: Some(kind),
        about: None,
        receipt: Receipt::NoJourney,
        kept: vec![Kept::Told(told)],
        root: None,
        words: None,
    }
}

/// One that amends an amendment, and was applied to the original of that.
pub(crate) fn corrected_in_a_chain(parts: &Parts) -> Intake {
    let corrected = intakes(parts).remove(1);
    Intake {
        root: Some(PublishedId([0xa0; 16])),
        ..corrected
    }
}

/// One that was rejected, with its words written down.
pub(crate) fn rejected_with_words(parts: &Parts) -> Intake {
    let rejected = intakes(parts).remove(4);
    Intake {
        words: Some(WordsIn(BTreeSet::from([[1, 2, 3, 4], [0xff, 0, 0, 1]]))),
        ..rejected
    }
}

/// Two files, one of them a definition.
pub(crate) fn catalog() -> CatalogRecord {
    let birth = "birth/2021-07-01.yaml".to_owned();
    CatalogRecord {
        files: BTreeMap::from([
            (birth.clone(), "journey: birth\n# à la mairie\n".to_owned()),
            ("services/caf.yaml".to_owned(), "service: caf\n".to_owned()),
        ]),
        definitions: BTreeMap::from([(DefinitionHash::from_bytes([0xd1; 32]), birth)]),
    }
}
