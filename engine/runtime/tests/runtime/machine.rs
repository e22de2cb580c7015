//! The machine alone, handed what arrives in an order that the shells do not choose.

use std::sync::Arc;

use parcours_core::journey::{Actor, Says};
use parcours_log::seal::{Keys, MemoryKeys, Sealer, SeededEntropy};
use parcours_log::{Hash, Head, Position, format};
use parcours_runtime::Instant;
use parcours_runtime::machine::{Arrival, Found, Limits, Machine, Output, Request, Wanted};

use crate::common::*;

#[test]
fn what_was_read_before_a_block_is_not_believed_after_it() {
    let keys: Arc<dyn Keys> = Arc::new(MemoryKeys::new(1));
    let sealer = Arc::new(Sealer::new(keys, SeededEntropy::new(1)));
    let now = Instant::of_civil(at("2026-03-02T09:00:00"));
    let mut machine = Machine::new(sealer, Arc::new(law()), Head::EMPTY, now, Limits::default());
    let publish = Request::Publish {
        token: 1,
        message: birth("1", "p-claire").into(),
        actor: Actor::engine(),
    };
    let outputs = machine.handle(Arrival::Request(publish), now);
    let [Output::Fetch(Wanted::Receipt(published))] = outputs[..] else {
        panic!("{outputs:?}")
    };
    let known = Box::default();
    let outputs = machine.handle(Arrival::Found(Found::Receipt { published, known }), now);
    let Some(Output::Append(append)) = outputs.first() else {
        panic!("{outputs:?}")
    };
    let started = append.block.commits.iter().map(|commit| commit.stream.0);
    let journey = started
        .map(parcours_core::JourneyId::from_bytes)
        .find(|id| id.as_bytes() != &published.0)
        .expect("it started one");

    // Somebody else is forgotten while the block is on its way: the journey is read, and is not there yet.
    machine.forget_all();
    let submit = Request::Submit {
        token: 2,
        journey,
        input: Box::new(parcours_core::journey::Input {
            id: parcours_core::journey::InputId([1; 16]),
            actor: Actor::engine(),
            occurred_on: None,
            says: Says::Tick,
        }),
    };
    let outputs = machine.handle(Arrival::Request(submit), now);
    assert!(
        matches!(outputs[..], [Output::Fetch(Wanted::Journey(id))] if id == journey),
        "{outputs:?}"
    );
    let bytes = format::encode(&append.block).expect("a block");
    let head = Head {
        position: Position::from_u64(7),
        hash: Hash::of(&bytes),
    };
    let _released = machine.handle(Arrival::Durable(head), now);
    let found = Found::Journey {
        journey,
        found: Ok(None),
    };
    let outputs = machine.handle(Arrival::Found(found), now);
    assert!(
        matches!(outputs[..], [Output::Fetch(Wanted::Journey(id))] if id == journey),
        "it is read again: {outputs:?}"
    );
}
