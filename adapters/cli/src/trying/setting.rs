//! `--set NAME=VALUE`: a fact, or a part of the life event.

use std::str::FromStr;

use parcours_core::journey::FactKey;
use parcours_core::value::{Type, Value};
use parcours_lang::life_event::from_json;
use serde_json::Value as Json;

/// One `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// What is set.
    pub(super) what: What,
    /// To what; nothing leaves it out.
    pub(super) to: String,
}

/// What is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A part of the life event: `children`, `0`, `outcome`.
    Event(Vec<String>),
    /// A fact.
    Fact(FactKey),
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, to) = text
            .split_once('=')
            .ok_or("write NAME=VALUE, as in older_children=2 or event.due_on=2021-07-10")?;
        let name = name.trim();
        let what = match name.strip_prefix("event.") {
            Some(path) => {
                let path = path.replace('[', ".").replace(']', "");
                What::Event(path.split('.').map(str::to_owned).collect())
            }
            None => {
                let name = name.strip_prefix("fact.").unwrap_or(name);
                What::Fact(name.parse().map_err(|error| format!("{error}"))?)
            }
        };
        Ok(Self {
            what,
            to: to.trim().to_owned(),
        })
    }
}

/// A value of this type, written as people write it: words and dates without quotes.
///
/// # Errors
/// What was expected.
pub(super) fn value(text: &str, ty: &Type) -> Result<Value, String> {
    let json = match ty {
        Type::Text | Type::Choice(_) | Type::Date | Type::Moment | Type::Money => {
            Json::from(text.trim_matches('"'))
        }
        Type::Bool | Type::Integer | Type::List(_) | Type::Record(_) => {
            serde_json::from_str(text).unwrap_or_else(|_| Json::from(text))
        }
    };
    from_json(&json, ty).map_err(|problems| {
        let problems: Vec<String> = problems
            .iter()
            .map(|problem| format!("{} is expected; {}", problem.expected, problem.remedy))
            .collect();
        problems.join("; ")
    })
}

/// Sets, or takes out, what lies at `path` inside `whole`.
///
/// # Errors
/// How far the path leads, and what there is from there.
pub(super) fn set(whole: &mut Value, ty: &Type, path: &[String], to: &str) -> Result<(), String> {
    let Some((first, rest)) = path.split_first() else {
        *whole = value(to, ty)?;
        return Ok(());
    };
    match (whole, ty) {
        (Value::Record(fields), Type::Record(known)) => {
            let Some(field) = known.get(first) else {
                let names: Vec<_> = known.keys().map(|name| format!("`{name}`")).collect();
                return Err(format!("there is no `{first}`, but {}", names.join(", ")));
            };
            if rest.is_empty() && to.is_empty() {
                fields.remove(first);
                return Ok(());
            }
            match fields.get_mut(first) {
                Some(inside) => set(inside, &field.ty, rest, to),
                None if rest.is_empty() => {
                    fields.insert(first.clone(), value(to, &field.ty)?);
                    Ok(())
                }
                None => Err(format!(
                    "`{first}` is not given in this example, so it has no parts"
                )),
            }
        }
        (Value::List(items), Type::List(of)) => {
            let count = items.len();
            match first.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                Some(item) => set(item, of, rest, to),
                None => Err(format!(
                    "`{first}` is not one of the {count} there: count from 0"
                )),
            }
        }
        (_, ty) => Err(format!("{ty} has no part `{first}`")),
    }
}

#[cfg(test)]
mod tests {
    use parcours_core::value::Field;

    use super::*;

    #[test]
    fn a_part_of_the_event_or_a_fact() {
        let event: Setting = "event.children[0].outcome=stillborn".parse().expect("one");
        let path = ["children", "0", "outcome"].map(str::to_owned).to_vec();
        assert_eq!(event.what, What::Event(path));
        let fact: Setting = "fact.employee.parent.1=false".parse().expect("one");
        assert_eq!(
            fact.what,
            What::Fact("employee.parent.1".parse().expect("a key"))
        );
        assert!("older_children".parse::<Setting>().is_err());
        assert!("Older=2".parse::<Setting>().is_err());
    }

    #[test]
    fn a_path_that_leads_nowhere_says_how_far_it_leads() {
        let child = Type::Record([("outcome".to_owned(), Field::required(Type::Text))].into());
        let ty = Type::Record(
            [(
                "children".to_owned(),
                Field::required(Type::List(Box::new(child))),
            )]
            .into(),
        );
        let child =
            Value::record([("outcome", "alive")].map(|(name, word)| (name, Value::text(word))));
        let mut event = Value::record([("children", Value::list([child]))]);
        let path = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
        for (wrong, told) in [
            ("child.0.outcome", "there is no `child`, but `children`"),
            (
                "children.1.outcome",
                "`1` is not one of the 1 there: count from 0",
            ),
            ("children.0.outcome.x", "a text has no part `x`"),
        ] {
            assert_eq!(
                set(&mut event, &ty, &path(wrong), "x"),
                Err(told.to_owned())
            );
        }
        set(&mut event, &ty, &path("children.0.outcome"), "died").expect("set");
        assert_eq!(event.to_string(), r#"{children: [{outcome: "died"}]}"#);
    }
}
