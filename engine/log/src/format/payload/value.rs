//! What stands under a seal: values, dates, texts, published life events.
//!
//! A value is itself in CBOR where CBOR has it (true, 3, a text, a list, a record); a date, a moment, an amount and a
//! hole carry a tag, so that each reads back as what it was.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use parcours_core::PersonId;
use parcours_core::calendar::Moment;
use parcours_core::journey::{EventIdentity, LifeEvent};
use parcours_core::name::LifeEventKind;
use parcours_core::value::{Reason, Value};

use super::basic::spelt;
use super::tree::{DATE, HOLE, MOMENT, MONEY, Tree};
use super::vault::Plain;

impl Plain for Value {
    fn to_tree(&self) -> Tree {
        let tagged = |tag, tree| Tree::Tag(tag, Box::new(tree));
        match self {
            Self::Bool(truth) => Tree::Bool(*truth),
            Self::Integer(number) => Tree::from(*number),
            Self::Text(text) => Tree::Text(text.clone()),
            Self::List(items) => Tree::Array(items.iter().map(Plain::to_tree).collect()),
            Self::Record(fields) => fields.to_tree(),
            Self::Money(amount) => tagged(MONEY, Tree::from(amount.cents())),
            Self::Date(date) => tagged(DATE, date.to_tree()),
            Self::Moment(moment) => tagged(MOMENT, moment.to_tree()),
            Self::Unknown(reason) => tagged(HOLE, Tree::Text(hole(*reason).into())),
        }
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        Some(match tree {
            Tree::Bool(truth) => Self::Bool(truth),
            Tree::Integer(number) => Self::Integer(number.try_into().ok()?),
            Tree::Text(text) => Self::Text(text),
            Tree::Array(items) => Self::List(
                items
                    .into_iter()
                    .map(Self::from_tree)
                    .collect::<Option<_>>()?,
            ),
            record @ Tree::Map(_) => Self::Record(Plain::from_tree(record)?),
            Tree::Tag(MONEY, cents) => Self::cents(cents.into_integer().ok()?.try_into().ok()?),
            Tree::Tag(DATE, date) => Self::Date(Plain::from_tree(*date)?),
            Tree::Tag(MOMENT, text) => Self::Moment(Plain::from_tree(*text)?),
            Tree::Tag(HOLE, word) => Self::Unknown(reason(word.as_text()?)?),
            _ => return None,
        })
    }
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    let moment: NaiveDateTime = text.parse().ok()?;
    (format!("{moment:?}") == text).then_some(moment)
}

pub(super) fn hole(reason: Reason) -> &'static str {
    match reason {
        Reason::NotKnown => "not_known",
        Reason::Disputed => "disputed",
        Reason::Erased => "erased",
        Reason::Undecided => "undecided",
    }
}

pub(super) fn reason(word: &str) -> Option<Reason> {
    Some(match word {
        "not_known" => Reason::NotKnown,
        "disputed" => Reason::Disputed,
        "erased" => Reason::Erased,
        "undecided" => Reason::Undecided,
        _ => return None,
    })
}

impl Plain for BTreeMap<String, Value> {
    fn to_tree(&self) -> Tree {
        let entry = |(name, value): (&String, &Value)| (Tree::Text(name.clone()), value.to_tree());
        Tree::Map(self.iter().map(entry).collect())
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        let entries = tree.into_map().ok()?;
        let count = entries.len();
        let fields: Self = entries
            .into_iter()
            .map(|(name, value)| Some((name.into_text().ok()?, Value::from_tree(value)?)))
            .collect::<Option<_>>()?;
        (fields.len() == count).then_some(fields)
    }
}

impl Plain for NaiveDate {
    fn to_tree(&self) -> Tree {
        Tree::Text(self.to_string())
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        spelt(tree.as_text()?)
    }
}

impl Plain for NaiveDateTime {
    fn to_tree(&self) -> Tree {
        Tree::Text(format!("{self:?}"))
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        moment(tree.as_text()?)
    }
}

impl Plain for Moment {
    fn to_tree(&self) -> Tree {
        Tree::Text(self.to_string())
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        spelt(tree.as_text()?)
    }
}

impl Plain for PersonId {
    fn to_tree(&self) -> Tree {
        Tree::Text(self.to_string())
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        Self::new(tree.as_text()?).ok()
    }
}

impl Plain for String {
    fn to_tree(&self) -> Tree {
        Tree::Text(self.clone())
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        tree.into_text().ok()
    }
}

/// As they came: a life event that was rejected.
impl Plain for Vec<u8> {
    fn to_tree(&self) -> Tree {
        Tree::Bytes(self.clone())
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        tree.into_bytes().ok()
    }
}

/// `[source, id]`
impl Plain for EventIdentity {
    fn to_tree(&self) -> Tree {
        Tree::Array(vec![self.source.to_tree(), self.id.to_tree()])
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        let [source, id] = tree.into_array().ok()?.try_into().ok()?;
        Some(Self {
            source: Plain::from_tree(source)?,
            id: Plain::from_tree(id)?,
        })
    }
}

/// `[type, source, id, day it happened, data]`
impl Plain for LifeEvent {
    fn to_tree(&self) -> Tree {
        Tree::Array(vec![
            Tree::Text(self.kind.to_string()),
            self.source.to_tree(),
            self.id.to_tree(),
            self.occurred_on.to_tree(),
            self.data.to_tree(),
        ])
    }

    fn from_tree(tree: Tree) -> Option<Self> {
        let [kind, source, id, occurred_on, data] = tree.into_array().ok()?.try_into().ok()?;
        Some(Self {
            kind: LifeEventKind::new(kind.as_text()?).ok()?,
            source: Plain::from_tree(source)?,
            id: Plain::from_tree(id)?,
            occurred_on: Plain::from_tree(occurred_on)?,
            data: Plain::from_tree(data)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tree;
    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Integer),
            any::<i64>().prop_map(Value::cents),
            ".{0,12}".prop_map(Value::Text),
            (-90_000_000..90_000_000).prop_filter_map("no such day", |days| {
                NaiveDate::from_num_days_from_ce_opt(days).map(Value::Date)
            }),
            (any::<i32>(), 0_u32..2_000_000_000).prop_filter_map(
                "no such moment",
                |(day, nanos)| {
                    let date = NaiveDate::from_num_days_from_ce_opt(day / 40)?;
                    let time =
                        chrono::NaiveTime::from_num_seconds_from_midnight_opt(86_399, nanos)?;
                    Some(Value::Moment(date.and_time(time)))
                }
            ),
            prop_oneof![
                Just(Reason::NotKnown),
                Just(Reason::Disputed),
                Just(Reason::Erased),
                Just(Reason::Undecided)
            ]
            .prop_map(Value::Unknown),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(Value::Record),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_reads_back_as_what_it_was(value in value()) {
            let bytes = tree::write(&value.to_tree()).unwrap();
            prop_assert_eq!(Value::from_tree(tree::read(&bytes).unwrap()), Some(value));
        }

        #[test]
        fn no_bytes_make_reading_a_value_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(tree) = tree::read(&bytes) {
                let _ = Value::from_tree(tree.clone());
                let _ = LifeEvent::from_tree(tree);
            }
        }
    }

    #[test]
    fn a_value_has_one_spelling_and_a_field_one_value() {
        let text = |text: &str| Box::new(Tree::Text(text.into()));
        for tree in [
            Tree::Tag(DATE, text("2021-7-1")),
            Tree::Tag(MOMENT, text("2021-07-01 08:00:00")),
            Tree::Tag(HOLE, text("lost")),
            Tree::Tag(MONEY, text("12")),
            Tree::Map(vec![(*text("a"), Tree::Null)]),
            Tree::Map(vec![
                (*text("a"), Tree::from(1)),
                (*text("a"), Tree::from(2)),
            ]),
            Tree::Integer(u64::MAX.into()),
        ] {
            assert_eq!(Value::from_tree(tree.clone()), None, "{tree:?}");
        }
    }
}
