//! People are forgotten: the values are gone, what was decided stands.

use parcours_core::journey::{Journey, Phase, Step, Until, holder_now, resume};
use parcours_core::personal::Personal;
use parcours_core::value::Value;
use parcours_core::view::FactStanding;

use crate::life::{COUNTRY, Life, arrives, failure, family, reply, set};

fn forget<T: Clone>(value: &mut Personal<T>, who: &str) {
    if value.about().as_str() == who {
        *value = value.clone().erase();
    }
}

/// Erases every value about somebody, as the destruction of their key does.
fn forgets(journey: &mut Journey, who: &str) {
    forget(&mut journey.holder, who);
    forget(&mut journey.told.name, who);
    forget(&mut journey.told.occurred_on, who);
    journey
        .told
        .parts
        .iter_mut()
        .for_each(|part| forget(&mut part.value, who));
    journey.facts.values_mut().for_each(|fact| {
        forget(&mut fact.value, who);
        forget(&mut fact.occurred_on, who);
    });
    journey.calls.values_mut().for_each(|call| {
        forget(&mut call.made.arguments, who);
        call.again.iter_mut().for_each(|again| forget(again, who));
    });
    journey.service_events.iter_mut().for_each(|told| {
        forget(&mut told.data, who);
        forget(&mut told.on, who);
    });
    for record in journey.steps.values_mut() {
        for date in [&mut record.dates.due, &mut record.dates.effect]
            .into_iter()
            .flatten()
        {
            forget(date, who);
        }
        record.reply.iter_mut().for_each(|reply| forget(reply, who));
        record.sent.iter_mut().for_each(|sent| forget(sent, who));
        record
            .motive
            .iter_mut()
            .for_each(|motive| forget(motive, who));
        record
            .appeals
            .iter_mut()
            .for_each(|(_, on)| forget(on, who));
        match &mut record.state {
            Step::Waiting(Until::Date(date)) => forget(date, who),
            Step::Settled { on, .. } | Step::Deemed { on, .. } | Step::Declined { on } => {
                forget(on, who);
            }
            Step::Refused { on, code } => {
                forget(on, who);
                forget(code, who);
            }
            Step::Failed { what, .. } => forget(what, who),
            _ => {}
        }
    }
}

#[test]
fn no_call_of_whoever_was_forgotten_is_tried_again() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0));
    assert!(!resume(life.journey()).is_empty());
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    assert_eq!(resume(life.journey()), []);
    // There are attempts left, and nobody to make them for.
    life.office_answers("permit", failure());
    assert_eq!(life.last(), &Ok(Vec::new()), "nothing is written down");
    assert_eq!(life.sent, []);

    let mut waiting = arrives(family());
    waiting.office_answers("permit", failure());
    assert!(waiting.wake.is_some());
    forgets(waiting.journey.as_mut().unwrap(), "p-nadia");
    waiting.waits_until("2026-03-03");
    assert_eq!(waiting.last(), &Ok(Vec::new()));
    assert_eq!(
        (waiting.wake, waiting.sent.as_slice()),
        (None, [].as_slice())
    );
}

#[test]
fn no_timer_does_anything_about_whoever_was_forgotten() {
    let mut life = arrives(family());
    let before = life.journey().clone();
    assert!(life.wake.is_some(), "the children are to be registered");
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    for day in ["2026-03-08", "2026-06-01", "2036-01-01"] {
        life.waits_until(day);
        assert_eq!(life.last(), &Ok(Vec::new()), "{day}");
    }
    let states = |journey: &Journey| -> Vec<&'static str> {
        let each = journey.steps.values();
        each.map(|record| record.state.word()).collect()
    };
    assert_eq!(
        states(life.journey()),
        states(&before),
        "it stands as it did"
    );
    // What a service still tells is kept, and starts nothing.
    life.office_tells("registered", [("child", Value::Integer(1))])
        .then(["service_told"]);
    assert_eq!(life.sent, []);
}

/// Enrolled, granted, and everything else done.
fn whole_life() -> Life<'static> {
    let mut life = arrives(family());
    for rank in [1, 2] {
        life.office_tells("registered", [("child", Value::Integer(rank))]);
    }
    for child in ["enrolment.child.0", "enrolment.child.1"] {
        life.office_answers(child, reply([("enrolled", Value::Bool(true))]));
    }
    life.office_answers("income", reply([("income", Value::Integer(0))]));
    life.office_answers("grant", reply([("amount", Value::Integer(10))]));
    life
}

#[test]
fn forgetting_anybody_decides_nothing_and_takes_nothing_back() {
    for who in ["p-nadia", "p-lou", "p-max"] {
        let mut life = whole_life();
        let steps: Vec<_> = life
            .journey()
            .steps
            .iter()
            .map(|(key, record)| (key.clone(), record.state.word()))
            .collect();
        forgets(life.journey.as_mut().unwrap(), who);
        let told = life.tick_at(life.now);
        assert_eq!(told, Vec::<String>::new(), "{who}");
        let now: Vec<_> = life
            .journey()
            .steps
            .iter()
            .map(|(key, record)| (key.clone(), record.state.word()))
            .collect();
        assert_eq!(steps, now);
        assert_eq!(
            life.view().steps.len(),
            steps.len(),
            "every step is still told"
        );
        let owed = if who == "p-nadia" { 0 } else { 2 };
        assert_eq!(
            resume(life.journey()).len(),
            owed,
            "{who}: the letter and the permit are still owed an answer"
        );
    }
}

#[test]
fn what_is_forgotten_reads_as_erased_and_is_never_asked_again() {
    let mut life = whole_life();
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    assert_eq!(life.fact_view("income").standing, FactStanding::Erased);
    life.waits_until("2027-03-02");
    assert!(life.view().questions.is_empty());
    assert!(
        life.journey()
            .inquiries
            .values()
            .all(|inquiry| inquiry.pending.is_none() && inquiry.asked.is_none())
    );
    life.stands("grant", "settled")
        .stands("enrolment.child.0", "settled");
}

#[test]
fn the_law_that_was_chosen_stands_when_its_date_is_forgotten() {
    let mut data = family();
    crate::life::set(&mut data, "arrived_on", crate::life::date("2025-06-02"));
    crate::life::set(&mut data, "announced_on", crate::life::date("2025-06-02"));
    let mut life = arrives(data);
    let law = life.journey().law.clone();
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    life.waits_until("2027-03-02");
    assert_eq!(life.journey().law, law);
}

#[test]
fn nothing_is_taken_back_for_whoever_was_forgotten() {
    let mut life = whole_life();
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    life.retracts().then(["life_event_retracted"]);
    assert_eq!(life.journey().phase, Phase::Retracted);
    assert_eq!(life.sent, []);
}

#[test]
fn a_journey_goes_on_for_whom_a_correction_gave_it_when_the_other_is_forgotten() {
    let mut life = arrives(family());
    life.corrects(|data| {
        let Value::Record(fields) = data else {
            panic!("not a record")
        };
        let Some(Value::List(adults)) = fields.get_mut("adults") else {
            panic!("no adults")
        };
        set(&mut adults[0], "id", Value::text("p-omar"));
    });
    let omar = life.journey().holder.value().map(|holder| holder.as_str());
    assert_eq!(omar, Some("p-omar"));
    let told = life.journey().told.clone();
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    assert!(!life.journey().is_forgotten());
    assert_eq!(life.journey().told, told, "nothing of it was about Nadia");
    let shown_to = holder_now(life.journey(), &COUNTRY);
    assert_eq!(shown_to.as_ref().map(|it| it.as_str()), Some("p-omar"));
    assert!(!resume(life.journey()).is_empty(), "what is owed is owed");
    life.agent_says("income", Value::Integer(0))
        .then_among_others(["fact_learned income"]);
    assert!(life.wake.is_some(), "it wakes again");

    forgets(life.journey.as_mut().unwrap(), "p-omar");
    assert!(life.journey().is_forgotten());
    assert_eq!(holder_now(life.journey(), &COUNTRY), None);
    assert_eq!(resume(life.journey()), []);
    life.waits_until("2036-01-01");
    assert_eq!((life.last(), life.wake), (&Ok(Vec::new()), None));
    // Told of them again, it stays at rest.
    life.corrects(|data| set(data, "place", Value::text("75056")));
    assert!(life.journey().is_forgotten());
    assert_eq!((life.sent.as_slice(), life.wake), ([].as_slice(), None));
}
