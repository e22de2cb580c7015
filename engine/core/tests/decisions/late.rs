//! Answers to calls that were given up: by a correction, by the person, by an agent, for lack of an answer.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::definition::RecourseKind;
use parcours_core::journey::{
    Act, Answer, CallPurpose, CallTarget, Effect, Event, Says, Step, StepKey, TroubleKind, resume,
};
use parcours_core::value::Value;
use proptest::prelude::*;

use crate::life::{Life, arrives, date, failure, family, office, refusal, reply, set};

/// The grant is asked for, by the first call for it.
fn asked() -> (Life<'static>, u32) {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .stands("grant", "requested");
    let (call, _) = life.open_call("grant");
    (life, call)
}

fn says<'l>(
    life: &'l mut Life<'static>,
    step: &str,
    call: u32,
    answer: Answer,
) -> &'l mut Life<'static> {
    let target = CallTarget::Step(step.parse().expect("a step"));
    life.hears(
        office(),
        Says::Answer {
            target,
            call,
            answer,
        },
    )
}

fn opened() -> Answer {
    reply([("amount", Value::Integer(10))])
}

fn closed() -> Answer {
    reply([("closed", Value::Bool(true))])
}

fn arrives_on(life: &mut Life<'static>, day: &str) {
    life.corrects(|data| set(data, "arrived_on", date(day)));
}

#[test]
fn a_service_that_answers_after_it_was_given_up_is_heard() {
    let (mut life, first) = asked();
    life.office_answers("grant", failure())
        .stands("grant", "failed");
    let mut retried = life.clone();
    says(&mut life, "grant", first, opened()).then(["step_settled grant"]);
    assert!(life.journey().troubles().is_empty());

    // Asked again meanwhile: one yes is enough, and the other is kept.
    retried.agent_does("grant", Act::Retry);
    let (second, _) = retried.open_call("grant");
    says(&mut retried, "grant", first, opened()).then(["step_settled grant"]);
    says(&mut retried, "grant", second, opened()).then(["answered_late grant"]);
    says(&mut retried, "grant", second, refusal("not_resident")).then(["answered_late grant"]);
    retried.stands("grant", "settled");
}

#[test]
fn a_word_after_the_silence_counts_more_than_the_silence() {
    let (mut life, call) = asked();
    life.waits_until("2026-05-03").stands("grant", "deemed");
    let mut refused = life.clone();
    says(&mut life, "grant", call, opened()).then(["step_settled grant"]);
    says(&mut refused, "grant", call, refusal("not_resident")).then(["step_refused grant"]);
    refused
        .does("grant", Act::Appeal(RecourseKind::Gracious))
        .then(["appeal_lodged grant"]);
}

#[test]
fn what_was_asked_with_what_is_no_longer_true_is_taken_back_whenever_it_is_answered() {
    let (mut life, first) = asked();
    arrives_on(&mut life, "2026-03-01");
    life.then_among_others([
        "undo_started grant",
        "call_requested grant office.close_grant",
    ]);
    says(&mut life, "grant", first, opened())
        .then(["answered_late grant"])
        .stands("grant", "undoing");
    life.office_answers("grant", closed()).then([
        "step_undone grant",
        "step_opened grant",
        "call_requested grant office.open_grant",
    ]);
    says(&mut life, "grant", first, opened())
        .then(["answered_late grant"])
        .stands("grant", "requested");
    life.office_answers("grant", opened())
        .stands("grant", "settled");
}

#[test]
fn what_failed_may_have_been_done_and_is_taken_back_before_it_is_asked_otherwise() {
    let (mut life, _) = asked();
    life.office_answers("grant", failure());
    arrives_on(&mut life, "2026-03-01");
    life.then_among_others([
        "undo_started grant",
        "call_requested grant office.close_grant",
    ]);
    assert_eq!(life.calls()[0].1["from"], date("2026-03-02"));
}

#[test]
fn an_undo_that_is_confirmed_late_is_done() {
    let (mut life, _) = asked();
    life.agent_says("income", Value::Integer(5_000))
        .stands("grant", "undoing");
    let (undo, _) = life.open_call("grant");
    life.office_answers("grant", failure())
        .stands("grant", "failed");
    says(&mut life, "grant", undo, closed()).then(["step_undone grant"]);
}

#[test]
fn who_declines_what_was_asked_has_it_taken_back_before_it_is_answered() {
    let (mut life, first) = asked();
    life.on("2026-03-05").does("grant", Act::Decline).then([
        "step_declined grant",
        "undo_started grant",
        "call_requested grant office.close_grant",
    ]);
    says(&mut life, "grant", first, opened())
        .then(["answered_late grant"])
        .stands("grant", "undoing");
    life.office_answers("grant", closed())
        .then(["step_undone grant"])
        .stands("grant", "declined");
    // Wanted after all, it is another request.
    life.does("grant", Act::Resume).then([
        "step_resumed grant",
        "call_requested grant office.open_grant",
    ]);
    let record = &life.journey().steps[&"grant".parse().unwrap()];
    assert_eq!(record.requested_on.unwrap().to_string(), "2026-03-05");
}

#[test]
fn what_a_service_does_although_it_was_declined_calls_an_agent_where_nothing_takes_it_back() {
    let mut life = arrives(family());
    let (call, _) = life.open_call("letter");
    life.does("letter", Act::Decline)
        .then(["step_declined letter"]);
    assert_eq!(resume(life.journey()).len(), 2, "it is not asked again");
    let mut refused = life.clone();
    says(&mut refused, "letter", call, refusal("no_address"))
        .then(["answered_late letter"])
        .stands("letter", "declined");
    assert!(refused.journey().troubles().is_empty());

    says(
        &mut life,
        "letter",
        call,
        reply([("sent", Value::Bool(true))]),
    )
    .then(["answered_late letter", "step_failed letter"]);
    let troubles = life.journey().troubles();
    assert_eq!(troubles.len(), 1);
    assert_eq!(troubles[0].kind, TroubleKind::CallFailed);
    life.agent_does("letter", Act::Retry)
        .rejected("accept once that is done by hand");
    life.agent_does("letter", Act::Accept)
        .then(["step_undone letter"])
        .stands("letter", "declined");
    assert!(life.journey().troubles().is_empty());
}

#[test]
fn a_service_that_grants_by_itself_what_was_declined_is_told_so() {
    let mut life = arrives(family());
    life.says("income", Value::Integer(5_000));
    life.says("income", Value::Integer(0));
    let (first, _) = life.open_call("grant");
    life.does("grant", Act::Decline);
    life.office_answers("grant", closed())
        .stands("grant", "declined");
    life.office_tells("grant_opened", [("amount", Value::Integer(10))])
        .then([
            "service_told",
            "undo_started grant",
            "call_requested grant office.close_grant",
        ]);
    life.office_answers("grant", closed())
        .then(["step_undone grant"])
        .stands("grant", "declined");
    says(&mut life, "grant", first, opened())
        .then(["answered_late grant"])
        .stands("grant", "declined");
}

#[test]
fn an_answer_against_its_contract_says_nothing_late_either() {
    let (mut life, first) = asked();
    arrives_on(&mut life, "2026-03-01");
    says(&mut life, "grant", first, refusal("we_are_closed")).rejected("no such code");
    says(&mut life, "grant", 99, opened()).nothing_happened();
}

/// Something that can happen to a step that a service is asked for.
#[derive(Clone, Debug, PartialEq)]
enum Move {
    Correct,
    Decline,
    Resume,
    Retract,
    Answer(u32, Word),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Yes,
    No,
    Nothing,
}

/// What the office has in its books of one step.
#[derive(Clone)]
struct Office {
    life: Life<'static>,
    step: StepKey,
    asked: BTreeMap<u32, CallPurpose>,
    said: BTreeMap<u32, Word>,
    corrected: bool,
}

impl Office {
    fn of(life: Life<'static>, step: &str) -> Self {
        let mut office = Self {
            life,
            step: step.parse().expect("a step"),
            asked: BTreeMap::new(),
            said: BTreeMap::new(),
            corrected: false,
        };
        let log = office.life.log.clone();
        log.iter().for_each(|(_, _, events)| office.reads(events));
        office
    }

    fn reads(&mut self, events: &[Event]) {
        for event in events {
            if let Event::CallRequested {
                step,
                purpose,
                call,
            } = event
                && *step == self.step
            {
                self.asked.insert(call.number, *purpose);
            }
        }
    }

    fn moves(&self) -> Vec<Move> {
        let mut moves = vec![Move::Correct, Move::Retract];
        moves.push(match self.life.step(&self.step.to_string()) {
            Step::Declined { .. } => Move::Resume,
            _ => Move::Decline,
        });
        for call in self.asked.keys() {
            // Who could not be reached may have done it all the same, and say so later.
            let words = match self.said.get(call) {
                None => [Word::Yes, Word::No, Word::Nothing].as_slice(),
                Some(Word::Nothing) => &[Word::Yes, Word::No],
                Some(Word::Yes | Word::No) => &[],
            };
            moves.extend(words.iter().map(|word| Move::Answer(*call, *word)));
        }
        moves
    }

    fn plays(&mut self, step: &Move) {
        let name = self.step.to_string();
        match step {
            Move::Correct => {
                self.corrected = !self.corrected;
                arrives_on(
                    &mut self.life,
                    if self.corrected {
                        "2026-03-01"
                    } else {
                        "2026-03-02"
                    },
                );
            }
            Move::Retract => {
                self.life.retracts();
            }
            Move::Decline => {
                self.life.does(&name, Act::Decline);
            }
            Move::Resume => {
                self.life.does(&name, Act::Resume);
            }
            Move::Answer(call, word) => {
                self.said.insert(*call, *word);
                let answer = match (word, self.asked[call], &*name) {
                    (Word::Nothing, ..) => failure(),
                    (Word::No, CallPurpose::Undo, _) => refusal("already_paid"),
                    (Word::No, CallPurpose::Do, "letter") => refusal("no_address"),
                    (Word::No, CallPurpose::Do, _) => refusal("not_resident"),
                    (Word::Yes, CallPurpose::Undo, _) => closed(),
                    (Word::Yes, CallPurpose::Do, "letter") => reply([("sent", Value::Bool(true))]),
                    (Word::Yes, CallPurpose::Do, _) => opened(),
                };
                says(&mut self.life, &name, *call, answer);
            }
        }
        let events = self.life.last().clone().unwrap_or_default();
        if let (Move::Answer(call, Word::Yes | Word::No), Ok(_)) = (step, self.life.last()) {
            let kept = events.iter().any(|event| event.step() == Some(&self.step));
            assert!(kept, "the answer to call {call} left no trace: {events:?}");
        }
        self.reads(&events);
        self.left(&events);
    }

    /// Each call that was decided leaves, unless the same decision gives it up, by an event that can be named.
    fn left(&self, events: &[Event]) {
        let sent: BTreeSet<u32> = self
            .life
            .sent
            .iter()
            .map(|Effect::Call { key, .. }| key.number)
            .collect();
        let owed: BTreeSet<u32> = resume(self.life.journey())
            .iter()
            .map(|Effect::Call { key, .. }| key.number)
            .collect();
        for (at, event) in events.iter().enumerate() {
            let Event::CallRequested { step, call, .. } = event else {
                continue;
            };
            let given_up = || events[at + 1..].iter().find(|later| gives_up(later, step));
            assert!(
                sent.contains(&call.number) && owed.contains(&call.number) || given_up().is_some(),
                "call {} was decided and nobody is asked: {events:?}",
                call.number
            );
        }
    }

    /// Every call that is out no more was answered, or given up by an event that can be named.
    fn balances(&self, story: &[Move]) {
        let journey = self.life.journey();
        for (number, purpose) in &self.asked {
            if journey.calls.contains_key(number) {
                continue;
            }
            assert!(
                journey.closed.contains_key(number),
                "{story:?}: call {number} is forgotten"
            );
            let events: Vec<&Event> = self
                .life
                .log
                .iter()
                .flat_map(|(_, _, events)| events)
                .collect();
            let made = events.iter().position(|event| {
                matches!(event, Event::CallRequested { step, call, .. } if *step == self.step && call.number == *number)
            });
            let later = &events[made.expect("it was requested") + 1..];
            assert!(
                later.iter().any(|event| gives_up(event, &self.step)),
                "{story:?}: {purpose:?} {number} was closed by nothing"
            );
        }
        // What the office did and was not asked to undo, or did not undo, is known here, or somebody looks at it.
        let yes = |wanted: CallPurpose| {
            let of = self
                .said
                .iter()
                .filter(move |(call, word)| **word == Word::Yes && self.asked[*call] == wanted);
            of.map(|(call, _)| *call).max().unwrap_or(0)
        };
        let holds = yes(CallPurpose::Do) > yes(CallPurpose::Undo);
        let record = &journey.steps[&self.step];
        let out = record.state.call_is_out();
        let known = match &record.state {
            Step::Settled { .. } | Step::Irrevocable | Step::Undoing { .. } => true,
            Step::Failed { purpose, .. } => *purpose == CallPurpose::Undo,
            _ => out,
        };
        assert!(
            !holds || known,
            "{story:?}: the office did what the journey says is {}",
            record.state.word()
        );
        if let Step::Settled { .. } = &record.state {
            assert!(holds, "{story:?}: settled by nobody");
        }
    }
}

/// Whether `event` ends the calls that are out for a step.
fn gives_up(event: &Event, step: &StepKey) -> bool {
    event.step() == Some(step)
        && matches!(
            event,
            Event::StepSettled { .. }
                | Event::StepDeemed { .. }
                | Event::StepRefused { .. }
                | Event::StepDeclined { .. }
                | Event::StepFailed { .. }
                | Event::StepResumed { .. }
                | Event::UndoStarted { .. }
                | Event::StepUndone { .. }
                | Event::StepIrrevocable { .. }
        )
}

fn every_order(office: &Office, story: &mut Vec<Move>, depth: usize) {
    office.balances(story);
    if depth == 0 {
        return;
    }
    for step in office.moves() {
        let mut next = office.clone();
        story.push(step.clone());
        next.plays(&step);
        every_order(&next, story, depth - 1);
        story.pop();
    }
}

#[test]
fn in_whatever_order_every_call_is_asked_or_given_up_by_name_and_no_answer_is_lost() {
    every_order(&Office::of(asked().0, "grant"), &mut Vec::new(), 3);
    every_order(&Office::of(arrives(family()), "letter"), &mut Vec::new(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn nor_in_any_longer_one(choices in prop::collection::vec(any::<usize>(), 1..24)) {
        let mut office = Office::of(asked().0, "grant");
        let mut story = Vec::new();
        for choice in choices {
            let moves = office.moves();
            let step = moves[choice % moves.len()].clone();
            story.push(step.clone());
            office.plays(&step);
            office.balances(&story);
        }
    }
}
