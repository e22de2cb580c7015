//! What every implementation of [`Lookups`] promises, as assertions to run in its tests.

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;

use super::{Change, Lookups, Noted, Timer, Wake};
use crate::block::{Hash, StreamId};
use crate::log::Head;
use crate::position::{CommitPosition, Position};
use crate::seal::PersonTag;

/// Runs the promises against `lookups`, which must hold nothing yet.
///
/// # Panics
/// With the promise that is broken.
pub fn lookups(lookups: &dyn Lookups) {
    assert_eq!(
        lookups.head(),
        Ok(Head::EMPTY),
        "new lookups have noted a block"
    );
    streams_are_in_order(lookups);
    lookups.clear().expect("clearable");
    the_first_receipt_holds(lookups);
    lookups.clear().expect("clearable");
    dossiers_hold_each_journey_once(lookups);
    lookups.clear().expect("clearable");
    a_stream_has_one_timer(lookups);
    lookups.clear().expect("clearable");
    a_block_is_noted_once(lookups);
    lookups.clear().expect("clearable");
    assert_eq!(
        lookups.head(),
        Ok(Head::EMPTY),
        "cleared lookups have noted a block"
    );
    assert_eq!(
        lookups.next_timer(),
        Ok(None),
        "cleared lookups hold a timer"
    );
}

fn head(block: u64) -> Head {
    Head {
        position: Position::from_u64(block),
        hash: Hash::of(&block.to_le_bytes()),
    }
}

fn at(block: u64, index: u32) -> CommitPosition {
    CommitPosition {
        block: Position::from_u64(block),
        index,
    }
}

fn noted(at: CommitPosition, stream: u8, changes: &[Change]) -> Noted {
    Noted {
        at,
        stream: StreamId([stream; 16]),
        changes: changes.to_vec(),
    }
}

fn note(lookups: &dyn Lookups, block: u64, commits: &[Noted]) {
    lookups.note(head(block), commits).expect("notable");
}

fn streams_are_in_order(lookups: &dyn Lookups) {
    note(
        lookups,
        255,
        &[
            noted(at(255, 0), 1, &[]),
            noted(at(255, 1), 2, &[]),
            noted(at(255, 2), 1, &[]),
        ],
    );
    note(lookups, 256, &[noted(at(256, 0), 1, &[])]);
    note(lookups, 70_000, &[noted(at(70_000, 300), 1, &[])]);
    let one = lookups.stream(StreamId([1; 16]));
    assert_eq!(
        one,
        Ok(vec![at(255, 0), at(255, 2), at(256, 0), at(70_000, 300)]),
        "a stream out of order"
    );
    assert_eq!(lookups.stream(StreamId([2; 16])), Ok(vec![at(255, 1)]));
    assert_eq!(
        lookups.stream(StreamId([3; 16])),
        Ok(vec![]),
        "a stream that nobody wrote"
    );
    assert_eq!(lookups.head(), Ok(head(70_000)));
}

fn the_first_receipt_holds(lookups: &dyn Lookups) {
    let [one, two, three] = [1, 2, 3].map(|id| PublishedId([id; 16]));
    note(
        lookups,
        1,
        &[
            noted(at(1, 0), 1, &[Change::Receipt(one)]),
            noted(at(1, 1), 1, &[Change::Receipt(one), Change::Receipt(two)]),
        ],
    );
    note(lookups, 2, &[noted(at(2, 0), 1, &[Change::Receipt(two)])]);
    assert_eq!(
        lookups.receipt(one),
        Ok(Some(at(1, 0))),
        "another receipt than the first"
    );
    assert_eq!(
        lookups.receipt(two),
        Ok(Some(at(1, 1))),
        "another receipt than the first"
    );
    assert_eq!(
        lookups.receipt(three),
        Ok(None),
        "a receipt that nobody gave"
    );
}

fn dossiers_hold_each_journey_once(lookups: &dyn Lookups) {
    let [ada, ben] = [1, 2].map(|person| PersonTag::from_bytes([person; 16]));
    let [first, second] = [1, 2].map(|journey| JourneyId::new(journey, [9; 14]));
    let of = |person, journey| Change::Dossier(person, journey);
    note(
        lookups,
        1,
        &[noted(
            at(1, 0),
            1,
            &[
                of(ada, second),
                of(ada, first),
                of(ada, second),
                of(ben, second),
            ],
        )],
    );
    assert_eq!(lookups.dossier(ada), Ok(vec![first, second]));
    assert_eq!(lookups.dossier(ben), Ok(vec![second]));
    lookups.forget(ada).expect("forgettable");
    assert_eq!(
        lookups.dossier(ada),
        Ok(vec![]),
        "a dossier of somebody forgotten"
    );
    assert_eq!(
        lookups.dossier(ben),
        Ok(vec![second]),
        "a dossier forgotten with another"
    );
}

fn a_stream_has_one_timer(lookups: &dyn Lookups) {
    let timer = |wake, stream| Timer {
        wake: Wake(wake),
        stream: StreamId([stream; 16]),
    };
    let wakes = |wake| Change::Timer(Some(Wake(wake)));
    note(
        lookups,
        1,
        &[
            noted(at(1, 0), 1, &[wakes(300)]),
            noted(at(1, 1), 2, &[wakes(-5)]),
            noted(at(1, 2), 3, &[wakes(256)]),
            noted(at(1, 3), 1, &[wakes(400)]),
        ],
    );
    let due = |until, most| lookups.due(Wake(until), most).expect("readable");
    assert_eq!(
        due(i64::MAX, 9),
        [timer(-5, 2), timer(256, 3), timer(400, 1)],
        "timers out of order, or one of before"
    );
    assert_eq!(
        due(256, 9),
        [timer(-5, 2), timer(256, 3)],
        "a timer that is not due, or one missing"
    );
    assert_eq!(due(i64::MAX, 1), [timer(-5, 2)], "more than was asked for");
    assert_eq!(due(i64::MIN, 9), [], "a timer that is not due");
    assert_eq!(lookups.next_timer(), Ok(Some(timer(-5, 2))));

    note(lookups, 2, &[noted(at(2, 0), 2, &[Change::Timer(None)])]);
    lookups
        .arm(StreamId([3; 16]), Some(Wake(500)))
        .expect("armable");
    assert_eq!(due(i64::MAX, 9), [timer(400, 1), timer(500, 3)]);
    lookups.arm(StreamId([1; 16]), None).expect("armable");
    lookups
        .arm(StreamId([7; 16]), None)
        .expect("none to take away is harmless");
    assert_eq!(due(i64::MAX, 9), [timer(500, 3)]);
}

fn a_block_is_noted_once(lookups: &dyn Lookups) {
    let person = PersonTag::from_bytes([1; 16]);
    let commit = noted(
        at(5, 0),
        1,
        &[
            Change::Dossier(person, JourneyId::new(1, [9; 14])),
            Change::Timer(Some(Wake(1))),
        ],
    );
    note(lookups, 5, std::slice::from_ref(&commit));
    lookups.forget(person).expect("forgettable");
    lookups.arm(commit.stream, None).expect("armable");
    note(lookups, 5, std::slice::from_ref(&commit));
    note(lookups, 4, &[noted(at(4, 0), 1, &[])]);
    assert_eq!(
        lookups.stream(commit.stream),
        Ok(vec![at(5, 0)]),
        "an earlier block was noted after a later one"
    );
    assert_eq!(
        lookups.dossier(person),
        Ok(vec![]),
        "a block was noted twice"
    );
    assert_eq!(lookups.next_timer(), Ok(None), "a block was noted twice");
    assert_eq!(lookups.head(), Ok(head(5)));
}
