//! People are forgotten: the values are gone, what was decided stands.

use parcours_core::journey::{Journey, Phase, Step, Until, resume};
use parcours_core::personal::Personal;
use parcours_core::value::Value;
use parcours_core::view::FactStanding;

use crate::life::{Life, arrives, failure, family, reply};

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
fn what_is_forgotten_is_not_asked_again() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0));
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    // There are attempts left, and nothing that could be sent.
    life.office_answers("permit", failure())
        .then(["call_attempt_failed permit", "step_failed permit"]);

    let mut waiting = arrives(family());
    waiting.office_answers("permit", failure());
    forgets(waiting.journey.as_mut().unwrap(), "p-nadia");
    assert_eq!(
        waiting.tick_at(waiting.now),
        ["call_repeated permit"],
        "nobody knows any more until when it was to wait"
    );
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
        assert_eq!(
            resume(life.journey()).len(),
            2,
            "the letter and the permit are still owed an answer"
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
fn an_undo_that_needs_what_is_forgotten_is_an_incident() {
    let mut life = whole_life();
    forgets(life.journey.as_mut().unwrap(), "p-nadia");
    life.retracts()
        .then_among_others(["undo_started grant", "step_failed grant"]);
    assert_eq!(life.journey().phase, Phase::Retracted);
}
