//! The reference vectors of `specs/fixtures/calendar/vectors.yaml`, each through the command line.

use std::collections::{BTreeMap, BTreeSet};

use clap::Parser;
use serde::Deserialize;

use super::{Verb, run};
use crate::terminal::{Answer, Paint};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    vector: String,
    #[serde(default)]
    about: String,
    rule: String,
    from: Option<String>,
    territory: Option<String>,
    distance: Option<String>,
    channel: Option<String>,
    #[serde(default)]
    at: Vec<String>,
    expect: BTreeMap<String, String>,
}

#[derive(Parser)]
struct Shell {
    #[command(subcommand)]
    verb: Verb,
}

fn vectors() -> Vec<Vector> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../specs/fixtures/calendar/vectors.yaml"
    );
    serde_saphyr::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The dates of the answer, by what they are: `due`, `not_before`, or `opens` and `closes`.
fn dates(vector: &Vector) -> Result<BTreeMap<String, String>, String> {
    let mut line = vec!["parcours", "due", &vector.rule, "--json"];
    let options = [
        ("--from", &vector.from),
        ("--territory", &vector.territory),
        ("--distance", &vector.distance),
        ("--channel", &vector.channel),
    ];
    for (option, value) in options {
        line.extend(value.iter().flat_map(|value| [option, value.as_str()]));
    }
    line.extend(vector.at.iter().flat_map(|at| ["--at", at.as_str()]));
    let shell = Shell::try_parse_from(line).map_err(|error| error.to_string())?;
    let Answer::Fine(text) = run(&shell.verb, Paint::Plain) else {
        return Err(format!("{:?}", run(&shell.verb, Paint::Plain)));
    };
    let answer: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok(answer
        .into_iter()
        .map(|(what, deadline)| (what, deadline["date"].as_str().unwrap_or("none").to_owned()))
        .collect())
}

#[test]
fn every_reference_vector_gives_its_date() {
    let wrong: Vec<String> = vectors()
        .iter()
        .filter_map(|vector| {
            let found = dates(vector);
            (found.as_ref() != Ok(&vector.expect)).then(|| {
                format!(
                    "{} ({}) {}: {found:?}, not {:?}",
                    vector.vector, vector.about, vector.rule, vector.expect
                )
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_reference_vector_is_forgotten() {
    let told: BTreeSet<String> = vectors().into_iter().map(|vector| vector.vector).collect();
    let forgotten: Vec<String> = (1..=34)
        .map(|number| format!("T{number}"))
        .filter(|name| !told.contains(name))
        .collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

fn said(line: &[&str]) -> Answer {
    let shell = Shell::parse_from(["parcours", "due"].iter().chain(line));
    run(&shell.verb, Paint::Plain)
}

#[test]
fn a_date_is_told_with_its_working_out() {
    let rule = "{ days: 15, after: signed, roll: next_working_day, met_by: sending }";
    let Answer::Fine(english) = said(&[rule, "--from", "2026-04-16"]) else {
        panic!("a date")
    };
    let Answer::Fine(french) = said(&[rule, "--from", "2026-04-16", "--lang", "fr"]) else {
        panic!("a date")
    };
    insta::assert_snapshot!(format!("{english}\n{french}"));
}

#[test]
fn what_is_used_wrongly_says_what_to_give() {
    let two = "{ latest_of: [ { days: 1, after: signed }, { days: 1, after: admitted } ] }";
    for (line, remedy) in [
        (
            &[two, "--from", "2026-06-01"][..],
            "--from could be any of `admitted`, `signed`: give all but one by --at NAME=DATE",
        ),
        (
            &[two, "--at", "signed=2026-06-01"],
            "the date cannot be told yet: give --from DATE, or --at admitted=DATE",
        ),
        (
            &["{ days: 1, after: a }", "--at", "b=2026-06-01"],
            "--at b=…: the rule names no date `b`, but `a`",
        ),
        (
            &["{ days: value.n, after: a }", "--from", "2026-06-01"],
            "the date cannot be told yet: give --amount value.n=NUMBER",
        ),
    ] {
        assert_eq!(said(line), Answer::WrongUse(remedy.to_owned()));
    }
    let Answer::WrongUse(refused) = said(&["{ day: 1, after: a }", "--from", "2026-06-01"]) else {
        panic!("refused")
    };
    assert!(
        refused.contains("parcours::date_rule::unknown_key")
            && refused.contains("did you mean `days`?"),
        "{refused}"
    );
}

#[test]
fn when_there_is_no_such_date_the_answer_is_no() {
    let Answer::No(why) = said(&["{ years: 9000, after: a }", "--from", "2026-06-01"]) else {
        panic!("no date")
    };
    assert_eq!(
        why,
        "there is no such date: counting from 2026-06-01 leaves the years 1583 to 9999"
    );
    assert!(matches!(
        said(&["{ hours: 24, after: a }", "--from", "2026-06-01"]),
        Answer::No(_)
    ));
}

#[test]
fn a_time_with_seconds_is_taken_when_they_are_none_and_said_precisely_else() {
    let rule = "{ hours: 24, after: certified }";
    let Answer::Fine(text) = said(&[rule, "--from", "2026-05-22T18:00:00", "--json"]) else {
        panic!("a date")
    };
    assert!(text.contains("2026-05-23T18:00"), "{text}");
    for (from, told) in [
        (
            "2026-05-22T18:00:30",
            "times are counted to the minute, without seconds: write 2026-05-22T18:00",
        ),
        (
            "2026-05-22T18:00Z",
            "a time is that of the clock on the wall, without a zone: write 2026-05-22T18:00",
        ),
        (
            "2026-05-22T25:00",
            "`25:00` is no time of day: write 2026-05-22T18:00",
        ),
        ("22/05/2026", "not a day of the years 1583 to 9999"),
    ] {
        let line = ["parcours", "due", rule, "--from", from];
        let Err(refused) = Shell::try_parse_from(line) else {
            panic!("{from} is refused")
        };
        assert!(refused.to_string().contains(told), "{from}: {refused}");
    }
}

#[test]
fn a_deadline_on_good_friday_says_that_it_is_not_one_everywhere() {
    let rule = "{ days: 5, after: birth, roll: next_working_day }";
    let line = [
        rule,
        "--from",
        "2026-03-29",
        "--territory",
        "alsace_moselle",
    ];
    let Answer::Fine(text) = said(&line) else {
        panic!("a date")
    };
    assert!(
        text.contains("no later than Tuesday 7 April 2026"),
        "{text}"
    );
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped.contains(
            "Good Friday is a holiday only in communes with a Protestant church or a mixed church: \
             elsewhere it ends on Friday 3 April 2026, so make sure"
        ),
        "{text}"
    );
}

#[test]
fn days_of_rest_that_are_passed_over_are_told() {
    let Answer::Fine(text) = said(&[
        "{ working_days: 3, after: birth, start_day: included }",
        "--from",
        "2026-03-06",
    ]) else {
        panic!("a date")
    };
    assert!(
        text.contains("Sunday 8 March 2026 does not count"),
        "{text}"
    );
    let Answer::Fine(text) = said(&[
        "{ business_days: 15, after: asked }",
        "--from",
        "2026-05-05",
        "--lang",
        "fr",
    ]) else {
        panic!("a date")
    };
    assert!(
        text.contains(
            "6 jours de repos ne comptent pas, du samedi 9 mai 2026 au dimanche 24 mai 2026"
        ),
        "{text}"
    );
}
