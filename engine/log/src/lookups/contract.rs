//! What every implementation of [`Lookups`] promises, as assertions to run in its tests.

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};

use super::{
    Change, Counts, Lookups, Mark, Noted, Owed, Standing, Timer, Wake, Work, WorkKind, WorkPlace,
};
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
    a_receipt_that_takes_the_name_holds(lookups);
    lookups.clear().expect("clearable");
    dossiers_hold_each_journey_once(lookups);
    lookups.clear().expect("clearable");
    a_stream_has_one_timer(lookups);
    lookups.clear().expect("clearable");
    journeys_are_listed_in_pages(lookups);
    lookups.clear().expect("clearable");
    what_waits_is_found_until_it_waits_no_more(lookups);
    lookups.clear().expect("clearable");
    streams_are_found_by_how_they_stand(lookups);
    lookups.clear().expect("clearable");
    what_is_owed_is_found_by_who_owes_it(lookups);
    lookups.clear().expect("clearable");
    work_is_found_by_kind_and_by_service_and_what_is_due_first_comes_first(lookups);
    lookups.clear().expect("clearable");
    what_there_is_is_counted(lookups);
    lookups.clear().expect("clearable");
    a_law_sweeps_from_the_start(lookups);
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
    assert_eq!(
        (lookups.journeys(None, None, 9), lookups.incidents(None, 9)),
        (Ok(vec![]), Ok(vec![])),
        "cleared lookups list something"
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

fn a_receipt_that_takes_the_name_holds(lookups: &dyn Lookups) {
    let [one, two, three] = [1, 2, 3].map(|id| PublishedId([id; 16]));
    let receipt = |published, named| Change::Receipt { published, named };
    note(
        lookups,
        1,
        &[
            noted(at(1, 0), 1, &[receipt(one, false), Change::Incident]),
            noted(at(1, 1), 2, &[receipt(two, false), Change::Incident]),
            noted(at(1, 2), 1, &[receipt(one, true), Change::Incident]),
        ],
    );
    assert_eq!(
        (lookups.receipt(one), lookups.receipt(two)),
        (Ok(Some(at(1, 2))), Ok(Some(at(1, 1)))),
        "another receipt than the last"
    );
    assert_eq!(
        lookups.incidents(None, 9),
        Ok(vec![at(1, 1), at(1, 2)]),
        "an incident that was settled, or one missing"
    );
    note(
        lookups,
        300,
        &[noted(
            at(300, 0),
            1,
            &[receipt(one, false), Change::Incident],
        )],
    );
    assert_eq!(
        lookups.receipt(one),
        Ok(Some(at(1, 2))),
        "a receipt that does not take the name replaced one that does"
    );
    let incidents = |after, most| lookups.incidents(after, most).expect("readable");
    assert_eq!(incidents(None, 9), [at(1, 1), at(1, 2), at(300, 0)]);
    assert_eq!(
        incidents(Some(at(1, 1)), 1),
        [at(1, 2)],
        "not the next page"
    );
    note(lookups, 301, &[noted(at(301, 0), 1, &[receipt(one, true)])]);
    assert_eq!(lookups.receipt(one), Ok(Some(at(301, 0))));
    assert_eq!(incidents(None, 9), [at(1, 1), at(300, 0)]);
    assert_eq!(
        lookups.receipt(three),
        Ok(None),
        "a receipt that nobody gave"
    );
}

fn journeys_are_listed_in_pages(lookups: &dyn Lookups) {
    let name = |name: &str| JourneyName::new(name).expect("a name");
    let id = |number| JourneyId::new(number, [7; 14]);
    let names = ["birth", "birth_abroad", "birth", "move"];
    let began = (1..).zip(names).map(|(number, called)| {
        let index = u32::from(number);
        noted(
            at(1, index),
            1,
            &[Change::Began(id(5 - number), name(called))],
        )
    });
    let began: Vec<Noted> = began.collect();
    note(lookups, 1, &began);
    let list = |called: Option<&str>, after, most| {
        let called = called.map(name);
        lookups
            .journeys(called.as_ref(), after, most)
            .expect("readable")
    };
    assert_eq!(
        list(None, None, 9),
        [
            (id(1), name("move")),
            (id(2), name("birth")),
            (id(3), name("birth_abroad")),
            (id(4), name("birth"))
        ],
        "journeys missing or out of order"
    );
    assert_eq!(list(None, Some(id(1)), 1), [(id(2), name("birth"))]);
    assert_eq!(
        list(Some("birth"), None, 9),
        [(id(2), name("birth")), (id(4), name("birth"))],
        "journeys of another name, or missing"
    );
    assert_eq!(
        list(Some("birth"), Some(id(2)), 9),
        [(id(4), name("birth"))]
    );
    assert_eq!(list(Some("birth"), None, 1), [(id(2), name("birth"))]);
    assert_eq!(list(Some("retirement"), None, 9), []);
}

fn what_waits_is_found_until_it_waits_no_more(lookups: &dyn Lookups) {
    let [one, two, three] = [1, 2, 3].map(|id| PublishedId([id; 16]));
    let kind = |kind: &str| LifeEventKind::new(kind).expect("a kind");
    let waits = |published, original, waits| Change::Orphan {
        published,
        original,
        waits,
    };
    let keep = |published, of, kept| Change::Kept {
        published,
        kind: kind(of),
        kept,
    };
    note(
        lookups,
        1,
        &[
            noted(
                at(1, 0),
                1,
                &[waits(three, one, true), waits(two, one, true)],
            ),
            noted(
                at(1, 1),
                1,
                &[waits(one, two, true), waits(one, three, false)],
            ),
            noted(
                at(1, 2),
                1,
                &[keep(two, "birth", true), keep(one, "birth", true)],
            ),
            noted(
                at(1, 3),
                1,
                &[keep(three, "move", true), keep(one, "move", false)],
            ),
        ],
    );
    assert_eq!(lookups.orphans(one), Ok(vec![two, three]));
    assert_eq!(lookups.orphans(three), Ok(vec![]));
    let kept = |of, after, most| lookups.kept(&kind(of), after, most).expect("readable");
    assert_eq!(kept("birth", None, 9), [one, two]);
    assert_eq!(kept("birth", None, 1), [one]);
    assert_eq!(kept("birth", Some(one), 9), [two]);
    assert_eq!(kept("move", None, 9), [three]);
    note(
        lookups,
        2,
        &[noted(
            at(2, 0),
            1,
            &[waits(three, one, false), keep(one, "birth", false)],
        )],
    );
    assert_eq!(lookups.orphans(one), Ok(vec![two]), "it waits no more");
    assert_eq!(lookups.orphans(two), Ok(vec![one]));
    assert_eq!(kept("birth", None, 9), [two], "it has started something");
}

fn streams_are_found_by_how_they_stand(lookups: &dyn Lookups) {
    let stream = |number| StreamId([number; 16]);
    let (owes, failed, parked) = (
        Standing {
            owed: Owed::Unknown,
            ..Standing::default()
        },
        Standing {
            owed: Owed::Unknown,
            failed: true,
            ..Standing::default()
        },
        Standing {
            parked: true,
            ..Standing::default()
        },
    );
    note(
        lookups,
        1,
        &[
            noted(at(1, 0), 3, &[Change::Stands(owes.clone())]),
            noted(at(1, 1), 1, &[Change::Stands(owes.clone())]),
            noted(at(1, 2), 1, &[Change::Stands(failed)]),
            noted(at(1, 3), 2, &[Change::Stands(parked)]),
        ],
    );
    let marked = |mark, after, most| lookups.marked(mark, after, most).expect("readable");
    assert_eq!(marked(Mark::Owes, None, 9), [stream(1), stream(3)]);
    assert_eq!(marked(Mark::Owes, None, 1), [stream(1)]);
    assert_eq!(marked(Mark::Owes, Some(stream(1)), 9), [stream(3)]);
    assert_eq!(marked(Mark::Failed, None, 9), [stream(1)]);
    assert_eq!(marked(Mark::Parked, None, 9), [stream(2)]);
    let all = [(stream(1), owes), (stream(2), Standing::default())];
    lookups.stand(&all).expect("notable");
    assert_eq!(marked(Mark::Owes, None, 9), [stream(1), stream(3)]);
    assert_eq!(
        [marked(Mark::Failed, None, 9), marked(Mark::Parked, None, 9)],
        [[], []],
        "streams that do not stand so any more"
    );
}

fn what_is_owed_is_found_by_who_owes_it(lookups: &dyn Lookups) {
    let operation = |name: &str| name.parse::<OperationId>().expect("an operation");
    let by = |names: &[&str]| Standing {
        owed: Owed::by(names.iter().map(|name| operation(name)).collect()),
        ..Standing::default()
    };
    let stands = |names: &[&str]| [Change::Stands(by(names))];
    note(
        lookups,
        1,
        &[
            noted(at(1, 0), 3, &stands(&["caf.pay"])),
            noted(at(1, 1), 1, &stands(&["caf.pay", "caf.read"])),
            noted(at(1, 2), 2, &stands(&["caf.read"])),
            noted(at(1, 3), 4, &stands(&[])),
            noted(at(1, 4), 5, &[Change::Stands(Standing::to_be_looked_at(1))]),
        ],
    );
    let owed = |by: Option<&str>, after: Option<u8>, most| {
        let after = after.map(|number| StreamId([number; 16]));
        let found = lookups.owed(by.map(operation).as_ref(), after, most);
        let found = found.expect("readable").into_iter();
        found.map(|stream| stream.0[0]).collect::<Vec<_>>()
    };
    assert_eq!(owed(Some("caf.pay"), None, 9), [1, 3]);
    assert_eq!(owed(Some("caf.pay"), None, 1), [1]);
    assert_eq!(owed(Some("caf.pay"), Some(1), 9), [3]);
    assert_eq!(owed(Some("caf.read"), None, 9), [1, 2]);
    assert_eq!(owed(Some("insee.tell"), None, 9), [0_u8; 0]);
    assert_eq!(owed(None, None, 9), [5], "who owes it is not known");
    let counted = |names: &[(&str, u64)]| {
        let names = names.iter().map(|(name, count)| (operation(name), *count));
        assert_eq!(
            lookups.counts().expect("readable").owed,
            names.collect(),
            "not as many as there are"
        );
    };
    counted(&[("caf.pay", 2), ("caf.read", 2)]);
    let all = lookups.marked(Mark::Owes, None, 9).expect("readable");
    assert_eq!(all.len(), 4, "all that is owed, by whomever");

    let answered = [
        (StreamId([1; 16]), by(&["caf.pay"])),
        (StreamId([2; 16]), by(&[])),
        (StreamId([5; 16]), by(&["caf.pay"])),
    ];
    lookups.stand(&answered).expect("notable");
    assert_eq!(owed(Some("caf.pay"), None, 9), [1, 3, 5]);
    assert_eq!(owed(Some("caf.read"), None, 9), [0_u8; 0]);
    assert_eq!(owed(None, None, 9), [0_u8; 0]);
    counted(&[("caf.pay", 3)]);
}

fn work(kind: WorkKind, service: Option<&str>, due: Option<&str>, count: u32) -> Work {
    Work {
        kind,
        service: service.map(|service| ServiceId::new(service).expect("a service")),
        due: due.map(|due| due.parse().expect("a date")),
        count,
    }
}

fn waits(work: &[Work]) -> Standing {
    Standing {
        work: work.to_vec(),
        ..Standing::default()
    }
}

fn work_is_found_by_kind_and_by_service_and_what_is_due_first_comes_first(lookups: &dyn Lookups) {
    use WorkKind::{Decision, Overdue};
    let late = |due| work(Overdue, None, due, 1);
    let caf = |due| work(Overdue, Some("caf"), due, 1);
    let stands = |work: &[Work]| [Change::Stands(waits(work))];
    note(
        lookups,
        1,
        &[
            noted(
                at(1, 0),
                1,
                &stands(&[late(Some("2026-03-09")), caf(Some("2026-03-09"))]),
            ),
            noted(
                at(1, 1),
                2,
                &stands(&[work(Decision, None, None, 2), late(None)]),
            ),
            noted(
                at(1, 2),
                3,
                &stands(&[late(Some("1969-12-31")), caf(Some("2027-01-01"))]),
            ),
            noted(at(1, 3), 4, &stands(&[late(Some("2026-03-09"))])),
        ],
    );
    let found = |kind, service: Option<&str>, after, most| {
        let service = service.map(|service| ServiceId::new(service).expect("a service"));
        let found = lookups.work(kind, service.as_ref(), after, most);
        found.expect("readable")
    };
    let streams = |found: &[WorkPlace]| found.iter().map(|at| at.stream.0[0]).collect::<Vec<_>>();
    let all = found(Overdue, None, None, 9);
    assert_eq!(streams(&all), [3, 1, 4, 2], "not what is due first");
    let first = found(Overdue, None, None, 2);
    assert_eq!(first, all[..2]);
    assert_eq!(
        found(Overdue, None, first.last().copied(), 9),
        all[2..],
        "not the next page"
    );
    assert_eq!(streams(&found(Overdue, Some("caf"), None, 9)), [1, 3]);
    assert_eq!(found(Overdue, Some("cpam"), None, 9), []);
    assert_eq!(streams(&found(Decision, None, None, 9)), [2]);
    let done = [
        (StreamId([1; 16]), waits(&[late(Some("2026-05-01"))])),
        (StreamId([2; 16]), Standing::default()),
    ];
    lookups.stand(&done).expect("notable");
    assert_eq!(streams(&found(Overdue, None, None, 9)), [3, 4, 1]);
    assert_eq!(streams(&found(Overdue, Some("caf"), None, 9)), [3]);
    assert_eq!(found(Decision, None, None, 9), [], "work that was done");
}

fn what_there_is_is_counted(lookups: &dyn Lookups) {
    let name = |name: &str| JourneyName::new(name).expect("a name");
    let began = |number, called| Change::Began(JourneyId::new(number, [7; 14]), name(called));
    let receipt = |number, named| Change::Receipt {
        published: PublishedId([number; 16]),
        named,
    };
    let parked = Standing {
        parked: true,
        ..waits(&[work(WorkKind::Failed, None, None, 2)])
    };
    assert_eq!(lookups.counts(), Ok(Counts::default()));
    note(
        lookups,
        1,
        &[
            noted(
                at(1, 0),
                1,
                &[began(1, "birth"), Change::Stands(parked.clone())],
            ),
            noted(at(1, 1), 2, &[began(2, "birth"), began(3, "move")]),
            // Said twice, it is there once.
            noted(at(1, 2), 2, &[began(2, "birth"), Change::Stands(parked)]),
            noted(at(1, 3), 3, &[receipt(1, false), Change::Incident]),
            noted(at(1, 4), 3, &[receipt(1, false), Change::Incident]),
            noted(at(1, 5), 4, &[receipt(2, false), Change::Incident]),
        ],
    );
    let counts = lookups.counts().expect("readable");
    assert_eq!(
        counts.journeys,
        [(name("birth"), 2), (name("move"), 1)].into()
    );
    assert_eq!(counts.work, [(WorkKind::Failed, 4)].into());
    assert_eq!((counts.parked, counts.incidents), (2, 2));
    let failed = waits(&[
        work(WorkKind::Failed, None, None, 1),
        work(WorkKind::Failed, Some("caf"), None, 1),
    ]);
    note(lookups, 2, &[noted(at(2, 0), 3, &[receipt(1, true)])]);
    lookups
        .stand(&[(StreamId([1; 16]), failed)])
        .expect("notable");
    let counts = lookups.counts().expect("readable");
    assert_eq!(counts.work, [(WorkKind::Failed, 3)].into());
    assert_eq!((counts.parked, counts.incidents), (1, 1));
}

fn a_law_sweeps_from_the_start(lookups: &dyn Lookups) {
    assert_eq!(lookups.sweep(), Ok(None), "nothing is owed to no law");
    note(lookups, 1, &[noted(at(1, 0), 0, &[Change::Law])]);
    assert_eq!(lookups.sweep(), Ok(Some(StreamId([0; 16]))));
    lookups.swept(Some(StreamId([4; 16]))).expect("notable");
    assert_eq!(lookups.sweep(), Ok(Some(StreamId([4; 16]))));
    note(lookups, 2, &[noted(at(2, 0), 0, &[Change::Law])]);
    assert_eq!(
        lookups.sweep(),
        Ok(Some(StreamId([0; 16]))),
        "another law was not looked at by all"
    );
    lookups.swept(None).expect("notable");
    assert_eq!(lookups.sweep(), Ok(None));
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
    let standing = |wake: Option<i64>| Standing {
        wake: wake.map(Wake),
        ..Standing::default()
    };
    let wakes = |wake| Change::Stands(standing(Some(wake)));
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

    note(
        lookups,
        2,
        &[noted(at(2, 0), 2, &[Change::Stands(standing(None))])],
    );
    let stand = |stream, wake| {
        let stands = [(StreamId([stream; 16]), standing(wake))];
        lookups.stand(&stands).expect("notable");
    };
    stand(3, Some(500));
    assert_eq!(due(i64::MAX, 9), [timer(400, 1), timer(500, 3)]);
    stand(1, None);
    // None to take away is harmless.
    stand(7, None);
    assert_eq!(due(i64::MAX, 9), [timer(500, 3)]);
}

fn a_block_is_noted_once(lookups: &dyn Lookups) {
    let person = PersonTag::from_bytes([1; 16]);
    let commit = noted(
        at(5, 0),
        1,
        &[
            Change::Dossier(person, JourneyId::new(1, [9; 14])),
            Change::Stands(Standing::to_be_looked_at(1)),
        ],
    );
    note(lookups, 5, std::slice::from_ref(&commit));
    lookups.forget(person).expect("forgettable");
    lookups
        .stand(&[(commit.stream, Standing::default())])
        .expect("notable");
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
