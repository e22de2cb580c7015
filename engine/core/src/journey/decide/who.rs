//! Who is who when the people or things of a journey are told otherwise.
//!
//! What was done for somebody stays with them, so each keeps the number they were first told under. Who has an id is known by it.
//! Who has none is whoever they are most alike, in the order they were told: a correction corrects whom it can, so somebody is gone
//! only where fewer are told, and new only where more are. Who comes back as they were gets their number back. A number is never
//! given to somebody else.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::draft::{Draft, journey_long, journey_purpose, person_id};
use super::say::definition;
use super::{Context, NotDecided, Rejection};
use crate::expr::Segment;
use crate::id::PersonId;
use crate::journey::{Event, Part};
use crate::name::Role;
use crate::personal::Personal;
use crate::plan::Situation;
use crate::value::{Reason, Value};

/// Of more than so many who have no id and are not where they were, the order alone tells who is who.
const MOST_COMPARED: usize = 10;

/// The people and things of a journey, by role, each with their number.
pub(super) type People = BTreeMap<Role, Vec<(u16, Value)>>;

/// Who is there; roles of which that is not known, or forgotten, are left out.
pub(super) fn is_there(draft: &Draft, context: Context<'_>) -> Result<People, Rejection> {
    let Some(definition) = definition(draft, context)? else {
        return Ok(People::new());
    };
    let situation = Situation::new(context.catalog, definition, &draft.journey);
    let roles = definition.people.keys().chain(definition.things.keys());
    let members = roles.map(|role| {
        let members = situation.numbers(role).into_iter();
        let members = members.zip(situation.members(role).iter().cloned());
        (role.clone(), members.collect())
    });
    Ok(members.collect())
}

/// Writes down who is who, once the life event has been told otherwise.
pub(super) fn is_who(
    draft: &mut Draft,
    context: Context<'_>,
    before: &People,
) -> Result<(), NotDecided> {
    for (role, now) in is_there(draft, context)? {
        let Some(before) = before.get(&role) else {
            continue;
        };
        let now: Vec<Value> = now.into_iter().map(|(_, value)| value).collect();
        let told: Vec<u16> = before.iter().map(|(number, _)| *number).collect();
        let known = draft.journey.people.get(&role);
        let erased = Value::Unknown(Reason::Erased);
        let gone: Vec<Known<'_>> = known
            .iter()
            .flat_map(|known| &known.gone)
            .map(|(number, was)| Known {
                number: *number,
                value: was.value().unwrap_or(&erased),
            })
            .collect();
        let here: Vec<Known<'_>> = before
            .iter()
            .map(|(number, value)| Known {
                number: *number,
                value,
            })
            .collect();
        let numbers = numbers(&here, &gone, &now);
        if numbers == told {
            continue;
        }
        let left = before
            .iter()
            .filter(|(number, _)| !numbers.contains(number));
        let gone = left.map(|(number, was)| last_told(draft, &role, *number, was));
        let gone = gone.collect();
        draft.push(Event::PeopleNumbered {
            role,
            numbers,
            gone,
        })?;
    }
    Ok(())
}

/// Somebody who is there no more, sealed as they were: about themselves, or about the holder.
fn last_told(draft: &Draft, role: &Role, number: u16, was: &Value) -> Part {
    let about = person_id(was).unwrap_or_else(|| draft.holder());
    Part {
        at: vec![
            Segment::Field(role.as_str().into()),
            Segment::Item(usize::from(number)),
        ],
        value: Personal::new(about, journey_purpose(), journey_long(), was.clone()),
    }
}

/// Somebody, or something, that has a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) number: u16,
    pub(super) value: &'a Value,
}

/// The number of each of `now`: of those who were there `before`, in the order they were told, or of those who are `gone`, or a
/// number that nobody had.
pub(super) fn numbers(before: &[Known<'_>], gone: &[Known<'_>], now: &[Value]) -> Vec<u16> {
    let mut given: Vec<Option<u16>> = vec![None; now.len()];
    let mut taken = BTreeSet::new();
    let ids: BTreeMap<PersonId, u16> = gone
        .iter()
        .chain(before)
        .filter_map(|known| Some((person_id(known.value)?, known.number)))
        .collect();
    for (given, value) in given.iter_mut().zip(now) {
        *given = person_id(value)
            .and_then(|id| ids.get(&id).copied())
            .filter(|number| taken.insert(*number));
    }
    for ((given, value), known) in given.iter_mut().zip(now).zip(before) {
        if given.is_none() && known.value == value && taken.insert(known.number) {
            *given = Some(known.number);
        }
    }
    let counting = counting(before, now);
    let rest: Vec<usize> = (0..now.len()).filter(|at| given[*at].is_none()).collect();
    let candidates: Vec<Candidate<'_>> = before
        .iter()
        .enumerate()
        .map(|(place, known)| (Some(place), known))
        .chain(gone.iter().map(|known| (None, known)))
        .filter(|(_, known)| !taken.contains(&known.number))
        .filter(|(place, known)| place.is_some() || rest.iter().any(|at| now[*at] == *known.value))
        .map(|(place, known)| Candidate {
            number: known.number,
            place,
            value: known.value,
        })
        .collect();
    let rest_of: Vec<(usize, &Value)> = rest.iter().map(|at| (*at, &now[*at])).collect();
    let matched = if candidates.len().max(rest.len()) <= MOST_COMPARED {
        most_alike(&candidates, &rest_of, &counting)
    } else {
        in_order(&candidates, &rest_of)
    };
    for (at, candidate) in rest.into_iter().zip(matched) {
        given[at] = candidate.map(|candidate| candidates[candidate].number);
    }
    let everybody = before.iter().chain(gone).map(|known| known.number);
    let mut free = everybody.max().map_or(0, |most| most.saturating_add(1));
    let mut fresh = || {
        let number = free;
        free = free.saturating_add(1);
        number
    };
    given
        .into_iter()
        .map(|number| number.unwrap_or_else(&mut fresh))
        .collect()
}

/// Somebody whom one of those told now may be.
struct Candidate<'a> {
    number: u16,
    /// Where they were told; nowhere, once gone.
    place: Option<usize>,
    value: &'a Value,
}

/// How good a way of telling who is who is: how alike they are, then how well the order is kept, then how near.
type Rank = (u32, i32, i32);

/// The way in which they are most alike, place in `candidates` by place in `now`.
fn most_alike(
    candidates: &[Candidate<'_>],
    now: &[(usize, &Value)],
    counting: &BTreeSet<&String>,
) -> Vec<Option<usize>> {
    // By which candidates are taken, the best way so far.
    let mut ways: Vec<Option<(Rank, Vec<Option<usize>>)>> = vec![None; 1 << candidates.len()];
    ways[0] = Some(((0, 0, 0), Vec::new()));
    for (place, value) in now {
        let mut next = vec![None; ways.len()];
        for (mask, way) in ways.into_iter().enumerate() {
            let Some((rank, chosen)) = way else { continue };
            let mut offer = |mask: usize, rank: Rank, choice: Option<usize>| {
                let better = |(best, _): &(Rank, _)| rank > *best;
                if next[mask].as_ref().is_none_or(better) {
                    let mut chosen: Vec<Option<usize>> = chosen.clone();
                    chosen.push(choice);
                    next[mask] = Some((rank, chosen));
                }
            };
            for (at, candidate) in candidates.iter().enumerate() {
                if mask & (1 << at) != 0 {
                    continue;
                }
                let Some(alike) = likeness(candidate, value, counting) else {
                    continue;
                };
                let crossed = i32::try_from((mask >> at).count_ones()).unwrap_or(i32::MAX);
                let away = candidate.place.map_or(0, |was| was.abs_diff(*place));
                let away = i32::try_from(away).unwrap_or(i32::MAX);
                let rank = (
                    rank.0.saturating_add(alike),
                    rank.1.saturating_sub(crossed),
                    rank.2.saturating_sub(away),
                );
                offer(mask | (1 << at), rank, Some(at));
            }
            offer(mask, rank, None);
        }
        ways = next;
    }
    let best = ways
        .into_iter()
        .flatten()
        .reduce(|best, way| if way.0 > best.0 { way } else { best });
    best.map(|(_, chosen)| chosen).unwrap_or_default()
}

/// How alike somebody who was told and somebody who is are; none when they cannot be the same.
fn likeness(candidate: &Candidate<'_>, value: &Value, counting: &BTreeSet<&String>) -> Option<u32> {
    match (candidate.place, candidate.value == value) {
        (Some(_), true) => return Some(10_000),
        (None, true) => return Some(9_000),
        (None, false) => return None,
        (Some(_), false) => {}
    }
    if person_id(candidate.value).is_some() && person_id(value).is_some() {
        return None;
    }
    let (Value::Record(was), Value::Record(is)) = (candidate.value, value) else {
        return Some(1);
    };
    let same = was
        .iter()
        .filter(|(name, field)| !counting.contains(name) && is.get(*name) == Some(*field))
        .count();
    Some(u32::try_from(same).unwrap_or(800).min(800) * 10 + 1)
}

/// The order alone: those who had no id, one after the other.
fn in_order(candidates: &[Candidate<'_>], now: &[(usize, &Value)]) -> Vec<Option<usize>> {
    let nobody_s = |value: &Value| person_id(value).is_none();
    let mut left = (0..candidates.len())
        .filter(|at| candidates[*at].place.is_some() && nobody_s(candidates[*at].value));
    now.iter()
        .map(|(_, value)| nobody_s(value).then(|| left.next()).flatten())
        .collect()
}

/// Fields that only count those who are told, from 0 or from 1: they say nothing of who is who.
fn counting<'a>(before: &[Known<'a>], now: &'a [Value]) -> BTreeSet<&'a String> {
    let Some(Value::Record(first)) = now.first() else {
        return BTreeSet::new();
    };
    let counts = |name: &String, from: i64| {
        let mut told = before
            .iter()
            .map(|known| known.value)
            .enumerate()
            .chain(now.iter().enumerate());
        told.all(|(place, value)| {
            let Value::Record(fields) = value else {
                return false;
            };
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            fields.get(name) == Some(&Value::Integer(place.saturating_add(from)))
        })
    };
    first
        .keys()
        .filter(|name| counts(name, 0) || counts(name, 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Told as `1 a`, an order and what tells them apart; with an id as `1 a #x`.
    fn told(text: &[&str]) -> Vec<Value> {
        let one = |text: &&str| {
            let mut words = text.split(' ');
            let rank = words.next().and_then(|rank| rank.parse().ok());
            let mut fields = vec![
                ("rank", Value::Integer(rank.expect("a number"))),
                ("name", Value::text(words.next().expect("a name"))),
                ("kind", Value::text("child")),
            ];
            if let Some(id) = words.next() {
                fields.push(("id", Value::text(id)));
            }
            Value::record(fields)
        };
        text.iter().map(one).collect()
    }

    fn corrected(before: &[&str], now: &[&str]) -> Vec<u16> {
        let (before, now) = (told(before), told(now));
        numbers(&known(&before), &[], &now)
    }

    fn known(values: &[Value]) -> Vec<Known<'_>> {
        (0..)
            .zip(values)
            .map(|(number, value)| Known { number, value })
            .collect()
    }

    #[test]
    fn who_is_told_as_before_keeps_their_number_wherever_they_are() {
        assert_eq!(corrected(&["1 a", "2 b"], &["2 b"]), [1]);
        assert_eq!(corrected(&["1 a", "2 b"], &["2 b", "1 a"]), [1, 0]);
        assert_eq!(corrected(&["1 a", "2 b", "3 c"], &["1 a", "3 c"]), [0, 2]);
    }

    #[test]
    fn a_number_that_only_counts_them_tells_nobody_apart() {
        assert_eq!(corrected(&["1 a", "2 b"], &["1 b"]), [1]);
        assert_eq!(corrected(&["1 a", "2 b"], &["1 b", "2 a"]), [1, 0]);
        assert_eq!(
            corrected(&["1 a", "2 b"], &["1 c", "2 a", "3 b"]),
            [2, 0, 1]
        );
    }

    #[test]
    fn the_order_decides_between_those_who_are_alike() {
        assert_eq!(corrected(&["1 a", "2 a"], &["1 a"]), [0]);
        assert_eq!(corrected(&["1 a", "2 b", "3 a"], &["1 b", "2 a"]), [1, 2]);
        assert_eq!(
            corrected(&["1 a", "2 a"], &["1 a", "2 a", "3 a"]),
            [0, 1, 2]
        );
    }

    #[test]
    fn who_has_an_id_is_known_by_it_and_by_nothing_else() {
        assert_eq!(corrected(&["1 a x", "2 b y"], &["1 z y", "2 z x"]), [1, 0]);
        assert_eq!(corrected(&["1 a x", "2 b y"], &["1 a v", "2 b w"]), [2, 3]);
        // An id that is given later is no reason to be somebody else.
        assert_eq!(corrected(&["1 a", "2 b"], &["1 b y", "2 a x"]), [1, 0]);
    }

    #[test]
    fn a_correction_corrects_whom_it_can() {
        assert_eq!(corrected(&["1 a"], &["1 b"]), [0]);
        assert_eq!(corrected(&["1 a", "2 b"], &["1 c", "2 d"]), [0, 1]);
        assert_eq!(corrected(&["1 a", "2 b"], &["1 b", "2 c"]), [1, 0]);
    }

    #[test]
    fn who_comes_back_as_they_were_gets_their_number_back_and_nobody_else_does() {
        let (was, left, now) = (told(&["2 b"]), told(&["1 a"]), told(&["1 a", "2 b"]));
        let gone = [Known {
            number: 1,
            value: &was[0],
        }];
        assert_eq!(numbers(&known(&left), &gone, &now), [0, 1]);
        let other = told(&["1 a", "2 c"]);
        assert_eq!(numbers(&known(&left), &gone, &other), [0, 2]);
    }

    #[test]
    fn many_who_have_no_id_are_told_by_their_order() {
        let many: Vec<Value> = (0..300).map(Value::Integer).collect();
        let later: Vec<Value> = (100..400).map(Value::Integer).collect();
        let numbers = numbers(&known(&many), &[], &later);
        assert_eq!(numbers, (0..300).collect::<Vec<u16>>());
    }
}
