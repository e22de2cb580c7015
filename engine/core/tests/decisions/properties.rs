//! Whatever is heard in the journeys that ship, in whatever order and on whatever day.
//!
//! [`Life::hears_input`] checks each decision: it is the same twice, its events rebuild the journey, what it sends is owed after a
//! crash, a tick adds nothing at once or before the plan next changes, and the page can be told. Here the inputs are random.

use std::sync::LazyLock;

use chrono::TimeDelta;
use parcours_core::catalog::Catalog;
use parcours_core::definition::{FactOrigin, Settling};
use parcours_core::expr::Root;
use parcours_core::journey::{
    Act, Answer, Event, FactKey, NotDecided, Says, Starts, Step, StepKey, starts,
};
use parcours_core::name::JourneyName;
use parcours_core::value::{Field, Money, Type, Value};
use proptest::prelude::*;

use crate::life::{Life, agent, catalog, citizen, day, fails, office, refusal};

static FRANCE: LazyLock<Catalog> = LazyLock::new(|| catalog("../../journeys"));

/// A choice among many things, made good by whatever is there when its turn comes.
#[derive(Clone, Debug)]
enum Move {
    Wait {
        days: i64,
    },
    WaitForTimer,
    Answer {
        which: usize,
        how: u8,
        seed: u64,
    },
    AnswerAgain,
    Fact {
        which: usize,
        who: u8,
        seed: u64,
    },
    Dispute {
        which: usize,
    },
    Tell {
        which: usize,
        seed: u64,
    },
    Act {
        which: usize,
        act: u8,
        agent: bool,
    },
    Correct {
        example: usize,
        days: i64,
        children: usize,
        first: usize,
    },
    Retract,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => (0i64..200).prop_map(|days| Move::Wait { days }),
        2 => Just(Move::WaitForTimer),
        6 => (any::<usize>(), 0u8..8, any::<u64>()).prop_map(|(which, how, seed)| Move::Answer { which, how, seed }),
        1 => Just(Move::AnswerAgain),
        4 => (any::<usize>(), 0u8..3, any::<u64>()).prop_map(|(which, who, seed)| Move::Fact { which, who, seed }),
        1 => any::<usize>().prop_map(|which| Move::Dispute { which }),
        4 => (any::<usize>(), any::<u64>()).prop_map(|(which, seed)| Move::Tell { which, seed }),
        4 => (any::<usize>(), 0u8..7, any::<bool>()).prop_map(|(which, act, agent)| Move::Act { which, act, agent }),
        2 => (any::<usize>(), -400i64..400, 0usize..10, 0usize..3).prop_map(|(example, days, children, first)| Move::Correct { example, days, children, first }),
        1 => Just(Move::Retract),
    ]
}

/// Some value of a type.
fn some(ty: &Type, seed: u64) -> Value {
    let pick = |n: u64| usize::try_from(seed % n).expect("small");
    match ty {
        Type::Bool => Value::Bool(seed.is_multiple_of(2)),
        Type::Integer => Value::Integer([0, 1, 2, 3, 40, 700, -1][pick(7)]),
        Type::Money => Value::Money(Money::from_cents([0, 100, 150_000, 5_000_000][pick(4)])),
        Type::Text => Value::Text(["a", "69123", "p-claire"][pick(3)].into()),
        Type::Choice(words) => Value::Text(
            words
                .iter()
                .nth(pick(words.len() as u64))
                .expect("a word")
                .clone(),
        ),
        Type::Date => Value::Date(
            day("2021-06-01") + TimeDelta::days(i64::try_from(seed % 3_000).expect("small")),
        ),
        Type::Moment => Value::Moment(day("2026-06-01").and_hms_opt(8, 30, 0).expect("a time")),
        Type::List(of) => Value::List((0..seed % 3).map(|n| some(of, seed / 3 + n)).collect()),
        Type::Record(fields) => Value::Record(
            fields
                .iter()
                .enumerate()
                .filter(|(_, (_, field))| {
                    !Field::optional(field.ty.clone()).eq(field) || seed % 5 > 1
                })
                .map(|(n, (name, field))| (name.clone(), some(&field.ty, seed / 7 + n as u64)))
                .collect(),
        ),
    }
}

/// All dates in a value, so many days later.
fn later(value: &mut Value, by: i64) {
    match value {
        Value::Date(date) => *date += TimeDelta::days(by),
        Value::List(items) => items.iter_mut().for_each(|item| later(item, by)),
        Value::Record(fields) => fields.values_mut().for_each(|item| later(item, by)),
        _ => {}
    }
}

/// So many children instead of those of the example, counted from the one who is `first`; as they were for none.
fn so_many(data: &mut Value, children: usize, first: usize) {
    let Value::Record(fields) = data else { return };
    let Some(Value::List(told)) = fields.get_mut("children") else {
        return;
    };
    let (Some(one), 1..=8) = (told.first().cloned(), children) else {
        return;
    };
    let ranked = |rank: usize| {
        let mut child = one.clone();
        if let Value::Record(fields) = &mut child
            && let Some(told) = fields.get_mut("rank")
        {
            *told = Value::Integer(i64::try_from(rank).expect("few"));
        }
        child
    };
    *told = (first + 1..=(first + children).min(8))
        .map(ranked)
        .collect();
}

fn play(life: &mut Life<'static>, step: &Move, examples: &[Value]) {
    let definition = {
        let Some(law) = &life.journey().law else {
            return;
        };
        FRANCE.definition(&law.definition).expect("loaded").clone()
    };
    match step {
        Move::Wait { days } => {
            life.now += TimeDelta::days(*days);
            life.hears(parcours_core::journey::Actor::engine(), Says::Tick);
        }
        Move::WaitForTimer => {
            if let Some(wake) = life.wake {
                life.now = wake;
                life.hears(parcours_core::journey::Actor::engine(), Says::Tick);
            }
        }
        Move::Answer { which, how, seed } => {
            // Calls that are out, and those that were given up: services answer both.
            let (out, closed) = (&life.journey().calls, &life.journey().closed);
            let out = out
                .iter()
                .map(|(n, call)| (*n, call.target.clone(), call.made.operation.clone()));
            let closed = closed
                .iter()
                .map(|(n, call)| (*n, call.target.clone(), call.operation.clone()));
            let calls: Vec<_> = out.chain(closed).collect();
            if calls.is_empty() {
                return;
            }
            let (number, target, operation) = calls[which % calls.len()].clone();
            let operation = FRANCE.operation(&operation).expect("declared");
            let attempt = life.journey().attempt(&target, number).unwrap_or(1);
            let answer = match how {
                // Sometimes of an attempt that is over, or was never made.
                0 => fails(attempt + u32::try_from(seed % 5 / 3).expect("small")),
                1 => refusal(
                    operation
                        .refusals
                        .keys()
                        .next()
                        .map_or("no", String::as_str),
                ),
                2 => Answer::Reply(Value::Record(Default::default())),
                _ => Answer::Reply(some(&operation.reply, *seed)),
            };
            life.hears(
                office(),
                Says::Answer {
                    target,
                    call: number,
                    answer,
                },
            );
        }
        Move::AnswerAgain => {
            let before = life.journey().clone();
            life.hears_again(Says::Tick);
            assert_eq!(before, *life.journey(), "the same input counts once");
        }
        Move::Fact { which, who, seed } => {
            let facts: Vec<_> = definition
                .facts
                .values()
                .filter(|fact| {
                    fact.from
                        .iter()
                        .any(|from| !matches!(from, FactOrigin::Derived(_)))
                })
                .collect();
            let fact = facts[which % facts.len()];
            let of = fact
                .each
                .clone()
                .map(|role| parcours_core::journey::Subject {
                    role,
                    index: u16::try_from(seed % 9).expect("small"),
                });
            let value = if fact.choices.is_empty() {
                some(&fact.ty, *seed)
            } else {
                Value::Text(fact.choices[which % fact.choices.len()].0.clone())
            };
            let actor = [citizen(), agent(), office()][usize::from(*who)].clone();
            let fact = FactKey::new(fact.id.clone(), of);
            life.hears(actor, Says::Fact { fact, value });
        }
        Move::Dispute { which } => {
            let facts: Vec<_> = life.journey().facts.keys().cloned().collect();
            if !facts.is_empty() {
                let fact = facts[which % facts.len()].clone();
                life.hears(citizen(), Says::Dispute { fact });
            }
        }
        Move::Tell { which, seed } => {
            let events: Vec<_> = definition
                .steps
                .iter()
                .flat_map(|step| &step.settled_by)
                .filter_map(|by| match by {
                    Settling::Event { event, .. } => Some(event),
                    _ => None,
                })
                .collect();
            if events.is_empty() {
                return;
            }
            let event = events[which % events.len()].clone();
            let ty = &FRANCE.service(&event.service).expect("declared").events[&event];
            life.hears(
                office(),
                Says::Told {
                    event,
                    data: some(ty, *seed),
                },
            );
        }
        Move::Act {
            which,
            act,
            agent: by_agent,
        } => {
            let steps: Vec<StepKey> = life.journey().steps.keys().cloned().collect();
            let step = steps[which % steps.len()].clone();
            let recourse = definition
                .step(&step.id)
                .and_then(|step| step.recourse.first());
            let act = match act {
                0 => Act::Done,
                1 => Act::Decline,
                2 => Act::Resume,
                3 => Act::Accept,
                4 => Act::Refuse {
                    motive: "a reason".into(),
                },
                5 => Act::Retry,
                _ => match recourse {
                    Some(recourse) => Act::Appeal(recourse.kind),
                    None => return,
                },
            };
            let actor = if *by_agent { agent() } else { citizen() };
            life.hears(actor, Says::Act { step, act });
        }
        Move::Correct {
            example,
            days,
            children,
            first,
        } => {
            let mut data = examples[example % examples.len()].clone();
            later(&mut data, *days);
            so_many(&mut data, *children, *first);
            life.corrects(|told| *told = data);
        }
        Move::Retract => {
            life.retracts();
        }
    }
}

/// States that time alone does not leave.
fn is_final(state: &Step) -> bool {
    !state.is_live() && !matches!(state, Step::NotApplicable)
}

/// How many lives, and how many things happen in one at most: `PARCOURS_LIVES` and `PARCOURS_INPUTS`, for a long look.
fn setting(name: &str, otherwise: usize) -> usize {
    let Ok(text) = std::env::var(name) else {
        return otherwise;
    };
    text.parse()
        .unwrap_or_else(|_| panic!("{name}={text}: give a whole number"))
}

fn config() -> ProptestConfig {
    let lives = u32::try_from(setting("PARCOURS_LIVES", 24)).expect("few enough");
    ProptestConfig {
        max_shrink_iters: 400,
        ..ProptestConfig::with_cases(lives)
    }
}

fn many_moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec(moves(), 1..=setting("PARCOURS_INPUTS", 13))
}

fn any_life(journey: &str, example: usize, children: usize, days: i64, moves: &[Move]) {
    let kind = journey.parse().expect("a name");
    let examples: Vec<Value> = FRANCE
        .life_event(&kind)
        .expect("loaded")
        .examples
        .iter()
        .map(|each| each.data.clone())
        .collect();
    let mut data = examples[example % examples.len()].clone();
    later(&mut data, days);
    so_many(&mut data, children, 0);
    let mut life = Life::new(&FRANCE, journey, data);
    life.now = (day("2026-03-10") + TimeDelta::days(days))
        .and_hms_opt(9, 0, 0)
        .expect("a time");
    let name = JourneyName::new(journey).expect("a name");
    let Ok(Starts::For(holder)) = starts(&name, &life.life_event(), life.context()) else {
        return;
    };
    life.starts(journey, holder.as_str());
    for step in moves {
        let before = life.journey().clone();
        play(&mut life, step, &examples);
        assert!(
            matches!(life.last(), Ok(_) | Err(NotDecided::Rejected(_))),
            "{step:?}: {:?}",
            life.last()
        );
        if life.last().is_err() {
            assert_eq!(before, *life.journey(), "a refusal changes nothing");
        }
        if matches!(step, Move::Wait { .. } | Move::WaitForTimer) {
            for (key, record) in before
                .steps
                .iter()
                .filter(|(_, record)| is_final(&record.state))
            {
                let now = &life.journey().steps[key];
                // Unless it rests on another step, whose time has run out.
                let rests_on_a_step = now
                    .because
                    .used
                    .iter()
                    .any(|read| matches!(read.root(), Root::Step(..)));
                assert!(
                    now.state == record.state || rests_on_a_step,
                    "{key} was {:?} and is {:?} by waiting, because of {:?}",
                    record.state,
                    now.state,
                    now.because
                );
            }
        }
    }
    folds_again(&life);
}

/// All that was recorded, folded from the first event, gives the live journey.
fn folds_again(life: &Life<'_>) {
    let (first, rest) = life.log.split_first().expect("it began");
    let mut journey =
        parcours_core::journey::begin(life.journey().id, &first.2[0]).expect("it begins");
    journey
        .replay(first.0, &first.2[1..], first.1)
        .expect("it can happen");
    for (id, on, events) in rest.iter().filter(|(_, _, events)| !events.is_empty()) {
        journey.replay(*id, events, *on).expect("it can happen");
    }
    assert_eq!(journey, *life.journey());
    assert!(
        !matches!(life.log.last(), Some((_, _, events)) if events.contains(&Event::JourneyEnded)
        && life.journey().steps.values().any(|step| matches!(step.state, Step::Open | Step::Undoing { .. })))
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_birth(example: usize, children in 0usize..10, days in -2_000i64..300, moves in many_moves()) {
        any_life("birth", example, children, days, &moves);
    }

    #[test]
    fn any_move(example: usize, children in 0usize..10, days in -400i64..300, moves in many_moves()) {
        any_life("move", example, children, days, &moves);
    }

    #[test]
    fn any_job_loss(example: usize, days in -700i64..300, moves in many_moves()) {
        any_life("job_loss", example, 0, days, &moves);
    }
}
