//! The working-out of a date, from the first date that somebody told: what a rule starts from may have been reckoned itself.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::because;
use crate::calendar::{Called, DateRule, Deadline, Moment, Told, Worked};
use crate::definition::{NamedDate, StepDefinition};
use crate::expr::{Expr, Outcome, Reading, Ref, Root, Used, eval};
use crate::journey::Subject;
use crate::name::DateId;
use crate::plan::Situation;
use crate::value::Value;

/// So many dates may start from one another: the loader refuses those that go round.
const DEEPEST: usize = 16;

/// `deadline`, as `rule` gives it, with how the dates were reckoned that it starts from.
pub(super) fn told(
    situation: &Situation<'_>,
    deadline: Option<&Deadline>,
    rule: Option<&DateRule<Expr>>,
    step: &StepDefinition,
    subject: Option<&Subject>,
) -> Option<Deadline> {
    let deadline = deadline?;
    let again = rule.and_then(|rule| {
        let told = |name: &Expr| of(situation, name, subject, 0);
        situation
            .reckon_telling(rule, Some(step), subject, &told)
            .ok()
    });
    // A date that rests on what was forgotten stands as it was reckoned then.
    Some(
        again
            .filter(|again| again.due() == deadline.due())
            .unwrap_or_else(|| deadline.clone()),
    )
}

/// What there is to tell of the dates that `name` stands for.
fn of(situation: &Situation<'_>, name: &Expr, subject: Option<&Subject>, depth: usize) -> Told {
    let Outcome::Known { value, used } = eval(name, &situation.of(subject.cloned())) else {
        return Told::default();
    };
    let dates = dates(&used);
    let reckoned = |(reference, at): &(&Ref, Moment)| -> Vec<Worked> {
        let Root::Date(id) = reference.root() else {
            return Vec::new();
        };
        let definition = DateId::new(id).ok();
        let definition = definition.and_then(|id| situation.definition.dates.get(&id));
        match definition {
            Some(date) if depth < DEEPEST => inside(situation, date, *at, subject, depth),
            _ => Vec::new(),
        }
    };
    match (dates.as_slice(), &value) {
        // One date was read, and it is the answer: it is told by its name.
        ([only @ (reference, at)], Value::Date(_) | Value::Moment(_))
            if moment(&value) == Some(*at) =>
        {
            Told {
                before: reckoned(only),
                called: called(situation, reference),
            }
        }
        // The answer was made of several: each is told, then the answer stands without a name.
        (several, _) => {
            let mut before = Vec::new();
            for each @ (reference, at) in several {
                let Some(called) = called(situation, reference) else {
                    continue;
                };
                let stayed = Worked::Stayed {
                    at: *at,
                    called: Some(called),
                };
                let mut reckoned = reckoned(each);
                reckoned.push(stayed);
                before.extend(reckoned);
            }
            Told {
                before,
                called: None,
            }
        }
    }
}

/// How a date of the definition was reckoned.
fn inside(
    situation: &Situation<'_>,
    date: &NamedDate,
    at: Moment,
    subject: Option<&Subject>,
    depth: usize,
) -> Vec<Worked> {
    let told = |name: &Expr| of(situation, name, subject, depth + 1);
    situation
        .reckon_telling(&date.rule, None, subject, &told)
        .ok()
        .filter(|deadline| deadline.due() == at)
        .map(|deadline| deadline.working_out().to_vec())
        .unwrap_or_default()
}

/// The dates among what was read.
fn dates(used: &Used) -> Vec<(&Ref, Moment)> {
    used.iter()
        .filter_map(|(reference, reading)| match reading {
            Reading::Value(value) => Some((reference, moment(value)?)),
            Reading::Absent | Reading::Present | Reading::Size(_) => None,
        })
        .collect()
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Date(date) => Moment::on(*date).ok(),
        Value::Moment(at) => Moment::at(*at).ok(),
        Value::Bool(_)
        | Value::Integer(_)
        | Value::Money(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Record(_)
        | Value::Unknown(_) => None,
    }
}

/// What people call it; nothing for what has no name but the one it is written by.
fn called(situation: &Situation<'_>, reference: &Ref) -> Option<Called> {
    let title = because::title(situation, reference);
    (title.fr != reference.to_string()).then_some(Called {
        fr: title.fr,
        en: title.en,
    })
}
