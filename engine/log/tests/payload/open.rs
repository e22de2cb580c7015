//! What stands in the open, leaf by leaf: names that the catalog gives, ids, hashes and small numbers. Nothing else.

use std::collections::BTreeSet;

use parcours_core::journey::{Actor, Event};
use parcours_log::format;
use parcours_log::format::payload;
use parcours_log::{Block, Commit, Hash, StreamId};
use serde_json::Value as Json;

use crate::intake::intakes;
use crate::parts::{day, sample};
use crate::sealer;

/// Every payload there is, of a sample that is filled with canaries.
fn payloads() -> Vec<Vec<u8>> {
    let (sealer, parts) = (sealer(), sample());
    let mut written: Vec<_> = parts
        .actors()
        .into_iter()
        .map(|actor| payload::encode(&parts.decided(actor, parts.every()), &sealer).unwrap())
        .collect();
    let intakes = intakes(&parts);
    written.extend(
        intakes
            .iter()
            .map(|intake| payload::encode(intake, &sealer).unwrap()),
    );
    written
}

/// The canaries of a sample, as anything might write them.
fn spellings() -> Vec<(String, Vec<u8>)> {
    let born = day(1937, 11, 23);
    let epoch = day(1970, 1, 1);
    let days = (born - epoch).num_days();
    let seconds = days * 86_400 + 3 * 3600 + 14 * 60;
    let mut spelt: Vec<(String, Vec<u8>)> = Vec::new();
    let texts = ["9f2KxQ7LwB", "Zk8Vt3Rw1N", "Hq5Ym0Cz8D", "given_name"];
    for text in texts {
        spelt.push((text.into(), text.into()));
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        spelt.push((format!("{text} in hexadecimal"), hex.clone().into()));
        spelt.push((format!("{text} in capitals"), hex.to_uppercase().into()));
        spelt.push((
            format!("{text} in UTF-16"),
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ));
        spelt.push((format!("{text} backwards"), text.bytes().rev().collect()));
    }
    for pattern in [
        "%Y-%m-%d",
        "%Y%m%d",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%-d %B %Y",
        "%Y-%j",
    ] {
        let text = born.format(pattern).to_string();
        spelt.push((format!("the day as {text}"), text.into()));
    }
    for (what, number) in [
        ("days since 1970", days),
        ("days since year 1", days + 719_163),
        ("seconds since 1970", seconds),
        ("milliseconds since 1970", seconds * 1_000),
        ("microseconds since 1970", seconds * 1_000_000),
        ("cents", 7_316_294_853),
    ] {
        spelt.push((format!("{what} in digits"), number.to_string().into()));
        let mut cbor = Vec::new();
        ciborium::into_writer(&number, &mut cbor).unwrap();
        spelt.push((format!("{what} in CBOR"), cbor));
        spelt.push((
            format!("{what}, little end first"),
            number.to_le_bytes().into(),
        ));
        spelt.push((
            format!("{what}, big end first"),
            number.to_be_bytes().into(),
        ));
    }
    // Shorter than five bytes, it could stand in any ciphertext by chance.
    spelt.retain(|(_, bytes)| bytes.len() >= 5);
    spelt
}

#[test]
fn no_canary_stands_in_a_block_however_it_is_spelt() {
    let commits = payloads()
        .into_iter()
        .map(|payload| Commit {
            partition: 7,
            stream: StreamId([3; 16]),
            recorded_at: 1_770_000_000_000_000,
            payload,
        })
        .collect();
    let block = Block {
        previous: Hash::ZERO,
        commits,
    };
    let bytes = format::encode(&block).unwrap();
    for (what, spelt) in spellings() {
        let found = bytes.windows(spelt.len()).any(|window| window == spelt);
        assert!(!found, "{what} stands in the block");
    }
}

#[test]
fn the_canaries_are_in_what_is_sealed() {
    // A search that finds nothing proves something only if there was something to find.
    let (sealer, parts) = (sealer(), sample());
    let decided = parts.decided(Actor::engine(), parts.every());
    let bytes = payload::encode(&decided, &sealer).unwrap();
    let read: payload::Decided = payload::decode(&bytes, &sealer).unwrap();
    assert_eq!(read.occurred_on.unwrap().value(), Some(&day(1937, 11, 23)));
    let told = read.events.iter().find_map(|event| match event {
        Event::Started { told, .. } => Some(told),
        _ => None,
    });
    let told = told.unwrap();
    assert_eq!(told.parts[0].value.value(), Some(&parts.secret));
    assert!(told.name.value().unwrap().id.contains("Hq5Ym0Cz8D"));
}

/// All that may be read without a key. A field that is written in the open and is not one of these fails this test:
/// either it tells nothing of a person, and its word belongs here, or it has to be `Personal`.
const NAMES: [&str; 40] = [
    "decided",
    "intake",
    "sealed",
    "birth",
    "child",
    "parents",
    "caf",
    "weight",
    "data",
    "declare_birth.child.0",
    "weight.child.0",
    "pay_fee",
    "declare_birth",
    "court_ruling",
    "dependent_children",
    "paternity_days",
    "born_on",
    "children",
    "settled_on",
    "caf.read_household",
    "mairie.birth_registered",
    // Roots and holes of references.
    "event",
    "fact",
    "value",
    "date",
    "step",
    "people",
    "bound",
    "disputed",
    // How sure, and by which way.
    "none",
    "low",
    "substantial",
    "high",
    "online",
    "counter",
    "post",
    "phone",
    "system",
    "engine",
    // Of a rejected publication.
    "`born_on`: a text, where a date is expected",
];

#[test]
fn every_leaf_in_the_open_is_a_name_an_id_or_a_small_number() {
    let parts = sample();
    let ids: BTreeSet<String> = [
        parts.journey().to_string(),
        hex(&parts.bytes),
        hex(&parts.bytes.map(|byte| byte ^ 0xff)),
        hex(&[parts.bytes, parts.bytes].concat()),
        hex(&[0xc5; 32]),
        hex(&[0x1b; 32]),
        hex(&[0x3a; 16]),
        // Of a link.
        hex(&[7; 6]),
    ]
    .into();
    let mut words = BTreeSet::new();
    for payload in payloads() {
        leaves("", &payload::describe(&payload).unwrap(), &mut words);
    }
    for (at, leaf) in words {
        let fine = match &leaf {
            Leaf::Text(text) => {
                NAMES.contains(&text.as_str())
                    || ids.contains(text)
                    || is_word_of_the_format(&at, text)
            }
            Leaf::Number(number) => matches!(number, 0 | 1 | 7 | 8 | 4_294_967_295),
        };
        assert!(fine, "`{at}` stands in the open: {leaf:?}");
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Leaf {
    Text(String),
    Number(i64),
}

/// A variant without fields is its word alone: `heard`, `answer`, `prior_appeal`.
fn is_word_of_the_format(at: &str, text: &str) -> bool {
    let last = at.rsplit('.').next().unwrap_or(at);
    let choice = matches!(
        last,
        "events"
            | "rule"
            | "until"
            | "by"
            | "from"
            | "to"
            | "means"
            | "kind"
            | "receipt"
            | "is"
            | "who"
            | "code"
    );
    choice
        && text.len() <= 24
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn leaves(at: &str, json: &Json, found: &mut BTreeSet<(String, Leaf)>) {
    match json {
        Json::String(text) => {
            found.insert((at.to_owned(), Leaf::Text(text.clone())));
        }
        Json::Number(number) => {
            found.insert((at.to_owned(), Leaf::Number(number.as_i64().unwrap())));
        }
        Json::Array(items) => {
            for item in items {
                leaves(at, item, found);
            }
        }
        Json::Object(fields) => {
            for (name, field) in fields {
                leaves(&format!("{at}.{name}"), field, found);
            }
        }
        Json::Null | Json::Bool(_) => {}
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
