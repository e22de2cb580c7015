//! Each child keeps what was done for them, whatever a correction does to the others.

use std::collections::BTreeMap;

use parcours_core::journey::{Act, Step};
use parcours_core::value::Value;
use proptest::prelude::*;

use crate::life::{Life, arrives, date, family, record, reply, set};

/// A child of this rank, born on that day of March, with this id if any.
fn child(rank: i64, born: i64, id: &str) -> Value {
    let mut child = record([
        ("rank", Value::Integer(rank)),
        ("born_on", date(&format!("2026-03-{born:02}"))),
    ]);
    if !id.is_empty() {
        set(&mut child, "id", Value::text(id));
    }
    child
}

/// A family that arrives with these children, told in order.
fn with(children: &[Value]) -> Life<'static> {
    let mut data = family();
    set(&mut data, "children", Value::List(children.to_vec()));
    arrives(data)
}

fn told(life: &mut Life<'static>, children: &[Value]) {
    life.corrects(|data| set(data, "children", Value::List(children.to_vec())));
}

/// The child of this rank is registered, and so enrolled.
fn registers(life: &mut Life<'static>, rank: i64, key: &str) {
    life.office_tells("registered", [("child", Value::Integer(rank))])
        .stands(&format!("register.{key}"), "settled");
    life.office_answers(
        &format!("enrolment.{key}"),
        reply([("enrolled", Value::Bool(true))]),
    );
}

#[test]
fn the_first_of_two_taken_away_leaves_the_second_what_was_done_for_them() {
    let (lou, max) = (child(1, 1, ""), child(2, 2, ""));
    let mut life = with(&[lou, max.clone()]);
    registers(&mut life, 2, "child.1");
    told(&mut life, std::slice::from_ref(&max));
    life.then_among_others(["life_event_corrected", "people_numbered"])
        .stands("register.child.0", "not_applicable")
        .stands("register.child.1", "settled")
        .stands("enrolment.child.1", "settled");
    assert!(life.calls().is_empty(), "nothing is taken back");
    assert_eq!(
        life.step_view("register.child.1").subject,
        None,
        "the only child needs no number on the page"
    );
    // The first comes back: it was a mistake.
    told(&mut life, &[child(1, 1, ""), max]);
    life.stands("register.child.0", "open")
        .stands("enrolment.child.1", "settled");
}

#[test]
fn what_was_done_for_the_first_is_taken_back_with_them_and_not_with_the_second() {
    let (lou, max) = (child(1, 1, "p-lou"), child(2, 2, "p-max"));
    let mut life = with(&[lou.clone(), max.clone()]);
    registers(&mut life, 1, "child.0");
    registers(&mut life, 2, "child.1");
    told(&mut life, std::slice::from_ref(&max));
    life.then_among_others([
        "people_numbered",
        "undo_started enrolment.child.0",
        "call_requested enrolment.child.0 office.strike_off",
    ])
    .stands("enrolment.child.1", "settled");
    assert_eq!(life.calls()[0].1["child"], Value::Integer(1));
    life.office_answers("enrolment.child.0", reply([("done", Value::Bool(true))]))
        .stands("enrolment.child.0", "undone");
    // Back again: under their own key, and asked for afresh.
    told(&mut life, &[lou, max]);
    life.stands("enrolment.child.0", "requested")
        .stands("enrolment.child.1", "settled");
}

#[test]
fn the_order_alone_changes_nothing() {
    let (lou, max) = (child(1, 1, ""), child(2, 2, ""));
    let mut life = with(&[lou.clone(), max.clone()]);
    registers(&mut life, 2, "child.1");
    told(&mut life, &[max, lou]);
    life.then(["life_event_corrected", "people_numbered"]);
    let people = &life.view().people[&"child".parse().unwrap()];
    let numbers: Vec<u16> = people.iter().map(|child| child.number).collect();
    assert_eq!(numbers, [1, 0]);
    assert_eq!(life.step_view("register.child.1").subject.unwrap(), "1");
}

#[test]
fn a_child_added_in_front_is_a_new_child() {
    let mut life = with(&[child(1, 1, "p-lou"), child(2, 2, "p-max")]);
    registers(&mut life, 1, "child.0");
    let added = [
        child(3, 3, "p-zoe"),
        child(1, 1, "p-lou"),
        child(2, 2, "p-max"),
    ];
    told(&mut life, &added);
    life.then_among_others(["people_numbered", "step_opened register.child.2"])
        .stands("register.child.0", "settled")
        .stands("register.child.1", "open");
    life.agent_does("register.child.2", Act::Accept)
        .stands("enrolment.child.2", "requested");
    assert_eq!(life.calls()[0].1["child"], Value::Integer(3));
}

#[test]
fn children_replaced_by_others_leave_and_take_their_history_along() {
    let mut life = with(&[child(1, 1, "p-lou"), child(2, 2, "p-max")]);
    registers(&mut life, 1, "child.0");
    registers(&mut life, 2, "child.1");
    told(&mut life, &[child(3, 5, "p-ida"), child(4, 6, "p-noe")]);
    life.stands("enrolment.child.0", "undoing")
        .stands("enrolment.child.1", "undoing")
        .stands("register.child.2", "open")
        .stands("register.child.3", "open");
}

#[test]
fn of_identical_twins_one_is_gone_and_one_is_there() {
    let mut life = with(&[child(1, 1, ""), child(2, 1, "")]);
    registers(&mut life, 1, "child.0");
    registers(&mut life, 2, "child.1");
    told(&mut life, &[child(1, 1, "")]);
    life.stands("enrolment.child.0", "settled")
        .stands("enrolment.child.1", "undoing");
}

#[test]
fn a_date_corrected_and_an_id_given_later_make_nobody_somebody_else() {
    let mut life = with(&[child(1, 1, ""), child(2, 2, "")]);
    told(&mut life, &[child(1, 3, "p-lou"), child(2, 2, "p-max")]);
    let key = "child".parse().unwrap();
    assert!(
        !life.journey().people.contains_key(&key),
        "each is who they were"
    );
    life.stands("register.child.0", "open");
}

#[test]
fn whoever_has_an_id_is_known_by_it_wherever_they_are_told() {
    let mut life = arrives(family());
    let omar = record([("id", Value::text("p-omar"))]);
    let nadia = record([("id", Value::text("p-nadia"))]);
    for (adults, numbers) in [
        (vec![omar.clone(), nadia.clone()], [1, 0].as_slice()),
        (vec![omar.clone()], &[1]),
        (vec![nadia, omar], &[0, 1]),
    ] {
        life.corrects(|data| set(data, "adults", Value::List(adults)));
        let known = &life.journey().people[&"adult".parse().unwrap()];
        assert_eq!(known.here, numbers);
    }
}

/// What a correction does to the children.
#[derive(Clone, Debug)]
enum Change {
    TakeAway(usize),
    Add(usize, i64),
    Move(usize, usize),
    BornOn(usize, i64),
}

fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![
        2 => any::<usize>().prop_map(Change::TakeAway),
        2 => (any::<usize>(), 1i64..28).prop_map(|(at, born)| Change::Add(at, born)),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Move(from, to)),
        1 => (any::<usize>(), 1i64..28).prop_map(|(at, born)| Change::BornOn(at, born)),
    ];
    prop::collection::vec(prop::collection::vec(change, 1..4), 1..5)
}

fn apply(children: &mut Vec<(usize, i64)>, change: &Change, born: &mut usize) {
    let some = children.len();
    match change {
        Change::TakeAway(at) if some > 0 => {
            children.remove(at % some);
        }
        Change::Add(at, day) if some < 8 => {
            children.insert(at % (some + 1), (*born, *day));
            *born += 1;
        }
        Change::Move(from, to) if some > 0 => {
            let child = children.remove(from % some);
            children.insert(to % some, child);
        }
        Change::BornOn(at, day) if some > 0 => children[at % some].1 = *day,
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 400, ..ProptestConfig::default() })]

    /// Children who have an id, whatever is said of the others: a child has one key for life, no key has two children, what was
    /// done for a child who stays stays, and what was done for one who left is taken back.
    #[test]
    fn every_child_keeps_their_key(first in prop::collection::vec(1i64..28, 0..8), corrections in changes(), registered: u8) {
        let mut children: Vec<(usize, i64)> = first.into_iter().enumerate().collect();
        let mut born = children.len();
        let as_told = |children: &[(usize, i64)]| -> Vec<Value> {
            let one = |(place, (who, day)): (usize, &(usize, i64))| {
                let rank = i64::try_from(place + 1).expect("few");
                child(rank, *day, &format!("p-{who}"))
            };
            children.iter().enumerate().map(one).collect()
        };
        let mut life = with(&as_told(&children));
        for place in 0..children.len() {
            if registered & (1 << place) != 0 {
                life.agent_does(&format!("register.child.{place}"), Act::Accept);
            }
        }
        let role = "child".parse().expect("a role");
        let mut keys: BTreeMap<usize, u16> = BTreeMap::new();
        for correction in [vec![]].iter().chain(&corrections) {
            for change in correction {
                apply(&mut children, change, &mut born);
            }
            let before = life.journey().clone();
            told(&mut life, &as_told(&children));
            let mut here = Vec::new();
            for (place, (who, _)) in children.iter().enumerate() {
                let number = life.journey().number(&role, place);
                prop_assert_eq!(*keys.entry(*who).or_insert(number), number, "child {}", who);
                let register = format!("register.child.{number}").parse().expect("a step");
                let was = before.step(&register).map(|record| record.state.clone());
                if let Some(was @ Step::Settled { .. }) = was {
                    prop_assert_eq!(&was, life.step(&format!("register.child.{number}")));
                }
                here.push(number);
            }
            let mut whose: Vec<u16> = keys.values().copied().collect();
            whose.sort_unstable();
            whose.dedup();
            prop_assert_eq!(whose.len(), keys.len(), "one key for two children");
            for (key, record) in &life.journey().steps {
                let Some(of) = key.of.as_ref().filter(|of| of.role == role) else { continue };
                if !here.contains(&of.index) && key.id.as_str() == "enrolment" {
                    prop_assert!(
                        !record.state.is_settled() && !matches!(record.state, Step::Requested { .. } | Step::Open),
                        "{} is {:?}, of a child who is not there", key, record.state
                    );
                }
            }
        }
    }
}
