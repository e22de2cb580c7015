//! A file that lacks pieces, and the two clocks of silence (CRPA L114-5).

use parcours_core::calendar::Language;
use parcours_core::journey::{Act, Event, Input, InputId, Says};
use parcours_core::value::Value;

use crate::life::{Life, agent, arrives, date, day, family, office, record};

/// A permit, asked for on 2 March: fifteen days of silence grant it, counted from the complete file.
fn permit() -> Life<'static> {
    let mut life = arrives(family());
    life.stands("permit", "requested");
    life
}

/// A grant, asked for on 2 March: two months of silence refuse it, counted from the first receipt.
fn grant() -> Life<'static> {
    let mut life = arrives(family());
    life.says("income", Value::Integer(0))
        .stands("grant", "requested");
    life
}

fn asks<'l>(life: &'l mut Life<'static>, file: &str, until: Option<&str>) -> &'l mut Life<'static> {
    let pieces = Value::List(vec![Value::text("lease"), Value::text("payslip")]);
    let mut data = record([("file", Value::text(file)), ("pieces", pieces)]);
    if let (Some(until), Value::Record(fields)) = (until, &mut data) {
        fields.insert("until".into(), date(until));
    }
    let event = "office.pieces_requested".parse().expect("a name");
    life.hears(office(), Says::Told { event, data })
}

fn has_them<'l>(life: &'l mut Life<'static>, file: &str) -> &'l mut Life<'static> {
    life.office_tells("pieces_received", [("file", Value::text(file))])
}

/// The day people read, and what they read of it.
fn silence(life: &Life<'_>, step: &str) -> Option<(String, Vec<String>)> {
    let (deadline, _) = life.step_view(step).silence?;
    let said = deadline.explain(Language::English);
    Some((deadline.due().to_string(), said))
}

/// What stops the clock, as people read it.
fn stopped(life: &Life<'_>, step: &str) -> Option<String> {
    let clock = life.step_view(step).clock?;
    clock.stands_still.then_some(clock.words.en)
}

fn missing(life: &Life<'_>, step: &str) -> Option<String> {
    life.step_view(step).clock?.missing
}

#[test]
fn silence_that_grants_runs_only_from_the_complete_file() {
    let mut life = permit();
    life.on("2026-03-10");
    asks(&mut life, "permit", Some("2026-03-25"))
        .then_among_others(["service_told", "file_incomplete permit"]);
    assert_eq!(missing(&life, "permit").as_deref(), Some("lease, payslip"));
    assert_eq!(silence(&life, "permit"), None, "it may never be complete");
    assert_eq!(
        stopped(&life, "permit").as_deref(),
        Some(
            "Pieces are missing: lease, payslip. They were asked for on Tuesday 10 March 2026, to be sent by Wednesday \
             25 March 2026. The time to answer will run from the day the file is complete."
        )
    );
    assert_eq!(missing(&life, "grant"), None, "another file is whole");
    // Well past the fifteen days, and past the time given: it does not run.
    life.waits_until("2026-04-20").stands("permit", "requested");
    has_them(&mut life, "permit").then_among_others(["service_told", "file_complete permit"]);
    assert_eq!(missing(&life, "permit"), None);
    let (on, said) = silence(&life, "permit").expect("it runs");
    assert_eq!(on, "2026-05-05");
    assert_eq!(
        said[0],
        "the file is complete since Monday 20 April 2026: time runs from that day"
    );
    life.waits_until("2026-05-05").stands("permit", "requested");
    life.waits_until("2026-05-06").stands("permit", "deemed");
}

#[test]
fn silence_that_refuses_stands_still_until_the_pieces_come() {
    let mut life = grant();
    life.on("2026-04-01");
    asks(&mut life, "grant", Some("2026-04-30"))
        .then_among_others(["service_told", "file_incomplete grant"]);
    assert_eq!(missing(&life, "grant").as_deref(), Some("lease, payslip"));
    // Should nothing come, the time given ends on 30 April: thirty days later than 2 May.
    assert_eq!(silence(&life, "grant").unwrap().0, "2026-06-01");
    life.waits_until("2026-04-11");
    has_them(&mut life, "grant");
    let (on, said) = silence(&life, "grant").expect("it goes on");
    assert_eq!(on, "2026-05-12");
    assert_eq!(
        said.last().unwrap(),
        "time stood still for 10 days: Tuesday 12 May 2026"
    );
    life.waits_until("2026-05-12").stands("grant", "requested");
    life.waits_until("2026-05-13").stands("grant", "deemed");
}

#[test]
fn silence_that_refuses_goes_on_when_the_time_given_has_passed() {
    let mut life = grant();
    life.on("2026-04-01");
    asks(&mut life, "grant", Some("2026-04-10"));
    life.waits_until("2026-04-11");
    assert_eq!(stopped(&life, "grant"), None, "the clock runs again");
    let told = life
        .step_view("grant")
        .clock
        .expect("they are still missing");
    assert!(
        told.words
            .en
            .ends_with("The time given to send them is over: the time to answer runs again.")
    );
    assert_eq!(silence(&life, "grant").unwrap().0, "2026-05-12");
    // What comes afterwards changes nothing any more.
    life.on("2026-04-20");
    has_them(&mut life, "grant");
    assert_eq!(silence(&life, "grant").unwrap().0, "2026-05-12");
    life.waits_until("2026-05-13").stands("grant", "deemed");
}

#[test]
fn pieces_asked_for_without_a_time_keep_silence_from_refusing() {
    let mut life = grant();
    life.on("2026-04-01");
    asks(&mut life, "grant", None);
    assert_eq!(silence(&life, "grant"), None);
    life.waits_until("2026-09-01").stands("grant", "requested");
}

#[test]
fn days_that_two_causes_share_count_once() {
    let mut life = grant();
    life.on("2026-04-01");
    asks(&mut life, "grant", Some("2026-04-30"));
    life.on("2026-04-05")
        .says("file_incomplete", Value::Bool(true));
    life.on("2026-04-11");
    has_them(&mut life, "grant");
    assert_eq!(
        stopped(&life, "grant").as_deref(),
        Some("The time to answer stands still.")
    );
    life.on("2026-04-15")
        .says("file_incomplete", Value::Bool(false));
    // From 1 to 15 April.
    assert_eq!(silence(&life, "grant").unwrap().0, "2026-05-16");
}

#[test]
fn what_is_told_late_counts_from_the_day_it_happened() {
    let mut life = permit();
    let told = |life: &mut Life<'static>, id: u8, name: &str, on: &str| {
        let mut data = record([("file", Value::text("permit"))]);
        if let (Value::Record(fields), "pieces_requested") = (&mut data, name) {
            let pieces = Value::List(vec![Value::text("lease")]);
            fields.insert("pieces".into(), pieces);
        }
        life.hears_input(&Input {
            id: InputId([id; 16]),
            actor: office(),
            occurred_on: Some(day(on)),
            says: Says::Told {
                event: format!("office.{name}").parse().unwrap(),
                data,
            },
        });
    };
    life.on("2026-03-16");
    told(&mut life, 90, "pieces_requested", "2026-03-09");
    told(&mut life, 91, "pieces_received", "2026-03-12");
    assert_eq!(silence(&life, "permit").unwrap().0, "2026-03-27");
}

#[test]
fn an_agent_says_what_is_missing_and_that_it_has_come() {
    let mut life = permit();
    let ask = || Act::AskPieces {
        pieces: "lease".into(),
        until: Some(day("2026-03-20")),
    };
    life.does("permit", ask())
        .rejected("the office says which pieces it lacks");
    life.agent_does("form", ask())
        .rejected("no office is at work on a file for it");
    life.on("2026-03-10")
        .agent_does("permit", ask())
        .then_among_others(["file_incomplete permit"]);
    assert_eq!(missing(&life, "permit").as_deref(), Some("lease"));
    life.on("2026-03-18")
        .agent_does("permit", Act::HavePieces)
        .then_among_others(["file_complete permit"]);
    assert_eq!(silence(&life, "permit").unwrap().0, "2026-04-02");
}

#[test]
fn the_office_may_say_that_a_file_is_complete_without_ever_asking() {
    let mut life = permit();
    life.on("2026-03-05");
    has_them(&mut life, "permit");
    assert_eq!(silence(&life, "permit").unwrap().0, "2026-03-20");
}

#[test]
fn a_message_counts_once_and_only_while_the_office_is_at_work() {
    let mut life = permit();
    life.on("2026-03-10");
    asks(&mut life, "permit", None);
    life.waits_until("2026-03-12");
    let file_events = |life: &Life<'_>| {
        let all = life.log.iter().flat_map(|(_, _, events)| events);
        all.filter(|event| matches!(event, Event::FileIncomplete { .. }))
            .count()
    };
    assert_eq!(file_events(&life), 1);
    life.hears(
        agent(),
        Says::Act {
            step: "permit".parse().unwrap(),
            act: Act::Accept,
        },
    )
    .stands("permit", "settled");
    asks(&mut life, "permit", None).then_among_others(["service_told"]);
    assert_eq!(file_events(&life), 1);
}
