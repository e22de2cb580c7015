//! The few parts that every event of a test is made of. The people are invented.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use parcours_core::calendar::Moment;
use parcours_core::expr::{Lacking, Ref, Segment, StepAspect};
use parcours_core::journey::{
    Actor, Because, CallMade, Dates, Event, EventIdentity, FactKey, InputId, LifeEventTold, Part,
    Rule, StepKey,
};
use parcours_core::name::LifeEventKind;
use parcours_core::value::{Reason, Value};
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use parcours_log::format::payload::Decided;
use proptest::prelude::*;

/// What all the events of a test are made of.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// A person.
    pub(crate) person: PersonId,
    /// What only a sealed value may hold.
    pub(crate) secret: Value,
    /// A text that only a sealed value may hold.
    pub(crate) words: String,
    /// A day that only a sealed value may hold.
    pub(crate) day: Moment,
    /// A day of the record.
    pub(crate) on: NaiveDate,
    /// Which child.
    pub(crate) child: Option<u16>,
    /// A number.
    pub(crate) number: u16,
    /// Yes or no.
    pub(crate) yes: bool,
    /// Hashes and ids.
    pub(crate) bytes: [u8; 16],
}

/// Always the same.
pub(crate) fn sample() -> Parts {
    Parts {
        person: PersonId::new("u-9f2KxQ7LwB").unwrap(),
        secret: Value::record([
            ("given_name", Value::text("Zk8Vt3Rw1N")),
            ("income", Value::cents(7_316_294_853)),
            ("born_on", Value::Date(day(1937, 11, 23))),
            (
                "at",
                Value::Moment(day(1937, 11, 23).and_hms_opt(3, 14, 15).unwrap()),
            ),
            (
                "holes",
                Value::list([Value::Unknown(Reason::NotKnown), Value::Bool(true)]),
            ),
            ("count", Value::Integer(-3)),
        ]),
        words: "Hq5Ym0Cz8D motif".into(),
        day: "1937-11-23T03:14".parse().unwrap(),
        on: day(2026, 3, 9),
        child: Some(0),
        number: 7,
        yes: true,
        bytes: *b"0123456789abcdef",
    }
}

/// Any.
pub(crate) fn parts() -> impl Strategy<Value = Parts> {
    let date =
        (-200_000..3_000_000).prop_filter_map("no such day", NaiveDate::from_num_days_from_ce_opt);
    let moment = (577_737..3_652_059, prop::option::of(0..1440_u32)).prop_map(|(days, minute)| {
        let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
        match minute {
            Some(minute) => {
                Moment::at(date.and_hms_opt(minute / 60, minute % 60, 0).unwrap()).unwrap()
            }
            None => Moment::on(date).unwrap(),
        }
    });
    let secret = prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        any::<i64>().prop_map(Value::cents),
        ".{0,200}".prop_map(Value::Text),
        date.clone().prop_map(Value::Date),
        prop::collection::btree_map("[a-z]{1,8}", ".{0,8}".prop_map(Value::Text), 0..4)
            .prop_map(Value::Record),
        prop::collection::vec(any::<bool>().prop_map(Value::Bool), 0..4).prop_map(Value::List),
    ];
    (
        "u-[!-~é]{1,40}".prop_map(|id| PersonId::new(&id).unwrap()),
        secret,
        ".{0,80}",
        moment,
        date,
        prop::option::of(any::<u16>()),
        any::<u16>(),
        any::<bool>(),
        any::<[u8; 16]>(),
    )
        .prop_map(
            |(person, secret, words, day, on, child, number, yes, bytes)| Parts {
                person,
                secret,
                words,
                day,
                on,
                child,
                number,
                yes,
                bytes,
            },
        )
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

impl Parts {
    pub(crate) fn journey(&self) -> JourneyId {
        JourneyId::from_bytes(self.bytes)
    }

    pub(crate) fn about<T>(&self, value: T) -> Personal<T> {
        Personal::new(
            self.person.clone(),
            Purpose::new("child_benefit").unwrap(),
            Retention::new("while_journey_open").unwrap(),
            value,
        )
    }

    pub(crate) fn step(&self) -> StepKey {
        key("declare_birth", self.child).parse().unwrap()
    }

    pub(crate) fn fact(&self) -> FactKey {
        key("weight", self.child).parse().unwrap()
    }

    pub(crate) fn because(&self, rule: Rule) -> Because {
        let child = Ref::event().field("children").item(self.number.into());
        Because {
            rule,
            used: BTreeSet::from([
                child.field("born_on"),
                Ref::step("declare_birth", StepAspect::SettledOn),
                Ref::legal_value("paternity_days"),
                Ref::people("parents"),
                Ref::bound("child").field("born_on"),
            ]),
            lacking: BTreeSet::from([Lacking {
                reference: Ref::fact("dependent_children"),
                reason: if self.yes {
                    Reason::Disputed
                } else {
                    Reason::NotKnown
                },
            }]),
        }
    }

    pub(crate) fn told(&self) -> LifeEventTold {
        LifeEventTold {
            kind: LifeEventKind::new("birth").unwrap(),
            name: self.about(EventIdentity {
                source: format!("urn:maternity:{}", self.words),
                id: format!("birth-{}", self.words),
            }),
            occurred_on: self.about(self.day.date()),
            parts: vec![
                Part {
                    at: vec![],
                    value: self.about(self.secret.clone()),
                },
                Part {
                    at: vec![
                        Segment::Field("children".into()),
                        Segment::Item(self.number.into()),
                    ],
                    value: self.about(self.secret.clone()),
                },
            ],
        }
    }

    pub(crate) fn call(&self) -> CallMade {
        let arguments = BTreeMap::from([("whole".to_owned(), self.secret.clone())]);
        CallMade {
            number: u32::from(self.number) + 1,
            operation: "caf.read_household".parse().unwrap(),
            arguments: self.about(arguments),
        }
    }

    pub(crate) fn dates(&self) -> Dates {
        Dates {
            due: Some(self.about(self.day)),
            effect: self.yes.then(|| self.about(self.day)),
        }
    }

    pub(crate) fn decided(&self, actor: Actor, events: Vec<Event>) -> Decided {
        Decided {
            journey: self.journey(),
            input: InputId(self.bytes.map(|byte| byte ^ 0xff)),
            actor,
            occurred_on: self.yes.then(|| self.about(self.day.date())),
            events,
            stands: None,
        }
    }
}

fn key(id: &str, child: Option<u16>) -> String {
    child.map_or(id.to_owned(), |index| format!("{id}.child.{index}"))
}

/// All that must never stand in the open in the bytes of a [`sample`].
pub(crate) const CANARIES: [&str; 5] = [
    "9f2KxQ7LwB",
    "Zk8Vt3Rw1N",
    "Hq5Ym0Cz8D",
    "1937-11-23",
    "given_name",
];

/// Whether any of these bytes spell `what`.
pub(crate) fn contains(bytes: &[u8], what: &str) -> bool {
    bytes
        .windows(what.len())
        .any(|window| window == what.as_bytes())
}
