use parcours_core::intake::Kept;
use parcours_core::journey::{CallPurpose, CallTarget};
use parcours_core::{Personal, Purpose, Retention};

use super::walk::REMEMBERED;
use super::*;

fn journey(number: u16) -> JourneyId {
    JourneyId::new(number, [0; 14])
}

fn call(operation: &str, number: u16) -> Call {
    let word = "a good word";
    Call {
        key: CallKey {
            journey: journey(number),
            target: CallTarget::Step("pay".parse().expect(word)),
            number: 1,
        },
        purpose: CallPurpose::Do,
        operation: operation.parse().expect(word),
        arguments: Personal::new(
            Kept::nobody(),
            Purpose::new("test").expect(word),
            Retention::new("test").expect(word),
            BTreeMap::new(),
        ),
        attempt: 1,
    }
}

fn operation(name: &str) -> OperationId {
    name.parse().expect("an operation")
}

fn attempt(number: u16) -> Attempt {
    (call("caf.pay", number).key, 1)
}

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * 1_000_000)
}

/// What `caf` owes to the journeys of these numbers, as the lookups list it.
struct Listed(BTreeSet<u16>);

impl Listed {
    /// Takes up a page: its calls are made. Gives their numbers, and those that are to be made now.
    fn page(&self, calls: &mut Calls) -> Option<(Vec<u16>, Vec<Call>)> {
        let page = calls.next()?;
        let numbers: Vec<u16> = match page.journeys {
            Journeys::These(these) => these.iter().map(|id| id.partition()).collect(),
            Journeys::After(after, most) => {
                let after = after.map(|id| id.partition());
                let all = self.0.iter().copied();
                let owed =
                    all.filter(|n| page.by.is_some() && after.is_none_or(|after| *n > after));
                let found: Vec<u16> = owed.take(most).collect();
                let ids: Vec<_> = found.iter().map(|number| journey(*number)).collect();
                calls.listed(page.by, Some((&ids, most)));
                found
            }
        };
        let made = numbers.iter().map(|number| call("caf.pay", *number));
        let made = made.filter_map(|call| calls.take(call)).collect();
        Some((numbers, made))
    }
}

#[test]
fn an_operation_that_is_full_holds_up_no_other() {
    let mut calls = Calls::new(2, 4);
    let taken: Vec<_> = (1..=9)
        .map(|n| calls.take(call("caf.pay", n)).is_some())
        .collect();
    assert_eq!(taken.iter().filter(|now| **now).count(), 2, "two at once");
    assert_eq!(calls.in_hand(), 4, "and two that wait for their turn");
    assert!(
        calls.take(call("caf.read", 1)).is_some(),
        "another operation"
    );

    let turn = calls.done(&operation("caf.pay"), &attempt(1), Came::Through, at(0));
    assert_eq!(turn, [call("caf.pay", 3)]);
    calls.done(
        &operation("caf.pay"),
        &attempt(2),
        Came::Not(Why::Full),
        at(0),
    );
    let each = calls.each();
    let rests = each[&operation("caf.pay")].rests.expect("it rests");
    assert_eq!((rests.since, rests.why), (at(0), Why::Full));
    assert_eq!(each[&operation("caf.read")].rests, None);
    assert_eq!(each[&operation("caf.pay")].in_hand, 1, "what is on its way");
    assert_eq!(calls.take(call("caf.pay", 10)), None, "it rests");
    assert!(
        calls.take(call("caf.read", 2)).is_some(),
        "and the other does not"
    );
    assert!(!calls.has_more(), "nothing is taken up meanwhile");
}

#[test]
fn a_call_is_in_hand_once_and_another_attempt_is_another_one() {
    let mut calls = Calls::new(9, 9);
    assert!(calls.take(call("caf.pay", 1)).is_some());
    assert_eq!(calls.take(call("caf.pay", 1)), None);
    let second = Call {
        attempt: 2,
        ..call("caf.pay", 1)
    };
    assert!(calls.take(second).is_some());
    assert_eq!(calls.in_hand(), 2);
}

#[test]
fn a_rest_grows_to_its_longest_and_ends_when_the_service_is_back_or_answers() {
    let mut calls = Calls::new(4, 16);
    let mut now = at(0);
    assert!(calls.take(call("caf.pay", 1)).is_some());
    calls.done(
        &operation("caf.pay"),
        &attempt(1),
        Came::Not(Why::Away),
        now,
    );
    let mut rests = Vec::new();
    for _ in 0..9 {
        let wakes = calls.wakes().expect("it rests");
        rests.push((wakes.micros() - now.micros()) / 1_000_000);
        now = wakes;
        calls.tick(now);
        assert_eq!(calls.wakes(), None, "it is tried");
        let (tried, made) = Listed([1].into()).page(&mut calls).expect("a call to try");
        assert_eq!((tried.len(), made.len()), (1, 1));
        // While it is on its way nothing is known of it.
        calls.tick(now);
        calls.at_rest();
        calls.done(
            &operation("caf.pay"),
            &attempt(1),
            Came::Not(Why::Away),
            now,
        );
    }
    assert_eq!(rests, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    assert_eq!(
        calls.each()[&operation("caf.pay")].rests.unwrap().since,
        at(0)
    );

    calls.heard(&ServiceId::new("caf").expect("a service"));
    assert_eq!(calls.wakes(), Some(now.after(FIRST_REST)));
    calls.back();
    assert_eq!(calls.wakes(), None);
    assert!(calls.has_more());
    Listed([1].into()).page(&mut calls).expect("a call to try");
    calls.done(&operation("caf.pay"), &attempt(1), Came::Through, now);
    assert_eq!(calls.each()[&operation("caf.pay")].rests, None);
}

#[test]
fn after_a_rest_one_call_is_tried_and_then_twice_as_many() {
    let mut calls = Calls::new(8, 64);
    let owed = Listed((1..=200).collect());
    calls.take_up([operation("caf.pay")]);
    let (none, _) = owed
        .page(&mut calls)
        .expect("what is owed by nobody knows whom");
    assert_eq!(none, [0_u16; 0]);
    let (page, made) = owed.page(&mut calls).expect("what is owed");
    assert_eq!((page.len(), made.len()), (64, 8));
    for call in &made {
        let attempt = (call.key.clone(), 1);
        let turn = calls.done(&operation("caf.pay"), &attempt, Came::Not(Why::Full), at(0));
        assert_eq!(turn, []);
    }
    assert_eq!(
        calls.in_hand(),
        0,
        "nothing waits in memory for a service that rests"
    );
    calls.tick(at(1));
    let mut sizes = Vec::new();
    let mut through = BTreeSet::new();
    while let Some((page, mut made)) = owed.page(&mut calls) {
        sizes.push(page.len());
        while let Some(call) = made.pop() {
            let attempt = (call.key.clone(), 1);
            assert!(
                through.insert(call.key.journey),
                "{attempt:?} was made again"
            );
            made.extend(calls.done(&operation("caf.pay"), &attempt, Came::Through, at(1)));
        }
    }
    assert_eq!(
        sizes[..4],
        [1, 2, 4, 57],
        "64 were left out, and come first"
    );
    assert_eq!(through.len(), 200, "and each got through once");
}

#[test]
fn what_a_dead_operation_is_owed_takes_bounded_memory_and_a_look_now_and_then() {
    const OWED: u16 = 60_000;
    let mut calls = Calls::new(32, 1024);
    let owed = Listed((0..OWED).collect());
    calls.take_up([operation("caf.pay")]);
    let mut now = at(0);
    let (mut looked, mut made) = (0, 0);
    while now < at(3600) {
        while let Some((page, tried)) = owed.page(&mut calls) {
            looked += page.len();
            for call in tried {
                made += 1;
                calls.done(
                    &operation("caf.pay"),
                    &(call.key, 1),
                    Came::Not(Why::Full),
                    now,
                );
            }
        }
        // New calls come all the time, in any place of the list.
        for number in 0..100 {
            let number = u16::try_from((now.micros() / 7 + number * 613) % i64::from(OWED));
            assert_eq!(calls.take(call("caf.pay", number.unwrap())), None);
        }
        now = calls.wakes().expect("it rests");
        calls.tick(now);
    }
    let caf = &calls.operations[&Some(operation("caf.pay"))];
    assert!(caf.walk.remembered() <= REMEMBERED && caf.in_hand.is_empty());
    assert!(
        looked < 250 && made < 120,
        "{looked} journeys looked at, {made} calls tried in an hour"
    );

    // Its worker comes: everything is handed over.
    calls.back();
    let mut through = BTreeSet::new();
    while let Some((_, mut tried)) = owed.page(&mut calls) {
        while let Some(call) = tried.pop() {
            let attempt = (call.key, 1);
            tried.extend(calls.done(&operation("caf.pay"), &attempt, Came::Through, now));
            through.insert(attempt.0.journey);
        }
    }
    assert_eq!(through.len(), usize::from(OWED));
}

#[test]
fn what_is_left_out_while_the_list_is_read_is_not_lost() {
    let mut calls = Calls::new(1, 2);
    calls.take_up([operation("caf.pay")]);
    let first = calls.next().expect("what is owed by nobody knows whom");
    calls.listed(first.by, Some((&[], 2)));
    let page = calls.next().expect("a part of the list");
    assert_eq!(page.journeys, Journeys::After(None, 2));
    assert_eq!(calls.next(), None, "one part at a time");
    // The list was read before this was owed.
    for number in [1, 2, 3] {
        calls.take(call("caf.pay", number));
    }
    calls.listed(page.by, Some((&[journey(5), journey(6)], 2)));
    calls.done(&operation("caf.pay"), &attempt(1), Came::Through, at(0));
    calls.done(&operation("caf.pay"), &attempt(2), Came::Through, at(0));
    let next = calls.next().map(|page| page.journeys);
    assert_eq!(next, Some(Journeys::These(vec![journey(3)])));
}

#[test]
fn a_call_that_finds_no_place_again_and_again_keeps_none_from_theirs() {
    let mut calls = Calls::new(4, 16);
    assert!(calls.take(call("caf.pay", 1)).is_some());
    calls.done(
        &operation("caf.pay"),
        &attempt(1),
        Came::Not(Why::Full),
        at(0),
    );
    assert_eq!(calls.take(call("caf.pay", 2)), None, "it rests");
    let (mut now, mut tried) = (at(0), Vec::new());
    for _ in 0..4 {
        now = calls.wakes().unwrap_or(now);
        calls.tick(now);
        let (numbers, _) = Listed([].into()).page(&mut calls).expect("a call to try");
        tried.extend(&numbers);
        for number in numbers {
            let came = match number {
                1 => Came::Not(Why::Full),
                _ => Came::Through,
            };
            calls.done(&operation("caf.pay"), &attempt(number), came, now);
        }
        if tried.contains(&2) {
            return;
        }
    }
    panic!("only {tried:?} were tried");
}

#[test]
fn what_was_owed_and_is_not_any_more_ends_the_trouble() {
    let mut calls = Calls::new(4, 16);
    assert!(calls.take(call("caf.pay", 1)).is_some());
    calls.done(
        &operation("caf.pay"),
        &attempt(1),
        Came::Not(Why::Away),
        at(0),
    );
    calls.tick(at(1));
    // It was answered meanwhile: nothing is made of the page.
    let page = calls.next().expect("a journey to look at");
    assert_eq!(page.journeys, Journeys::These(vec![journey(1)]));
    calls.at_rest();
    assert_eq!(calls.each()[&operation("caf.pay")].rests, None);
}

#[test]
fn operations_have_their_turns() {
    let mut calls = Calls::new(1, 1);
    calls.take_up(["caf.pay", "caf.read", "cpam.pay"].map(operation));
    let mut turns = Vec::new();
    for number in 1..=6 {
        let page = calls.next().expect("each has more");
        calls.listed(page.by.clone(), Some((&[journey(number)], 1)));
        turns.push(page.by.map_or("none".to_owned(), |by| by.to_string()));
    }
    assert_eq!(
        turns,
        ["none", "caf.pay", "caf.read", "cpam.pay", "none", "caf.pay"]
    );
}

#[test]
fn what_waits_for_its_turn_can_be_dropped_and_leaves_its_place() {
    let mut calls = Calls::new(1, 3);
    assert!(calls.take(call("caf.pay", 1)).is_some(), "made at once");
    for number in [2, 3] {
        assert_eq!(calls.take(call("caf.pay", number)), None, "its turn comes");
    }
    calls.drop_all(|call| call.key.journey == journey(2));
    assert_eq!(calls.in_hand(), 2);
    let turn = calls.done(&operation("caf.pay"), &attempt(1), Came::Through, at(0));
    assert_eq!(turn, [call("caf.pay", 3)]);
}
