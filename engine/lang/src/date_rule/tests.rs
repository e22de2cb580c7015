//! What rules mean, and how wrong ones are refused.

use miette::Diagnostic;

use super::*;

/// The codes and the source text under the label, for each problem.
fn problems(text: &str) -> Vec<(String, String)> {
    parse(text)
        .expect_err(text)
        .iter()
        .map(|problem| {
            let code = problem
                .code()
                .expect("every problem has a code")
                .to_string();
            let label = problem
                .labels()
                .expect("every problem has a place")
                .next()
                .expect("one");
            let (start, end) = (label.offset(), label.offset() + label.len());
            (
                code.trim_start_matches("parcours::date_rule::").to_owned(),
                text[start..end].to_owned(),
            )
        })
        .collect()
}

/// The label of a list or of a rule points at its opening bracket.
#[track_caller]
fn refused(text: &str, code: &str, under: &str) {
    assert_eq!(
        problems(text),
        [(code.to_owned(), under.to_owned())],
        "{text}"
    );
}

#[test]
fn what_could_be_read_two_ways_is_refused() {
    refused(
        "{ days: 5, clear_days: 6, after: born }",
        "says_two_things",
        "6",
    );
    refused(
        "{ days: 5, after: born, before: ballot }",
        "two_starts",
        "ballot",
    );
    refused(
        "{ on: 31 december, after: roll }",
        "missing_key",
        "31 december",
    );
    refused(
        "{ on: 15, calendar_years: 1, calendar_months: 1, after: roll }",
        "misplaced_key",
        "1",
    );
    refused("{ first_of: next_month, of: born }", "missing_key", "born");
    refused(
        "{ hours: 24, skipping: [sundays, weekends], after: death }",
        "misplaced_key",
        "[",
    );
}

#[test]
fn a_rule_must_say_something_and_start_somewhere() {
    refused("{ after: born }", "says_nothing", "{");
    refused("{ days: 5 }", "missing_key", "{");
    refused("{ days: 5, after: '' }", "empty", "''");
    refused("{ latest_of: [] }", "empty", "[");
    refused("{ days: 5, after: that_day }", "no_that_day", "that_day");
    refused("{ nth: 6, before: ballot }", "missing_key", "6");
}

#[test]
fn words_and_numbers_are_checked() {
    refused("{ days: 0, after: born }", "bad_number", "0");
    refused("{ days: -1, after: born }", "bad_number", "-1");
    refused("{ days: 5.5, after: born }", "bad_number", "5.5");
    refused("{ days: 70000, after: born }", "bad_number", "70000");
    refused(
        "{ nth: 0, weekday: friday, before: ballot }",
        "bad_number",
        "0",
    );
    refused(
        "{ nth: 6, weekday: vendredi, before: ballot }",
        "unknown_word",
        "vendredi",
    );
    refused(
        "{ days: 5, after: born, roll: next_day }",
        "unknown_word",
        "next_day",
    );
    refused(
        "{ days: 5, after: born, roll: next_working_day, calendar: paris }",
        "unknown_word",
        "paris",
    );
    refused(
        "{ on: 31 april, calendar_years: 1, after: roll }",
        "no_such_day",
        "31 april",
    );
    refused(
        "{ by_channel: { online: { days: 1, after: x }, fax: { days: 2, after: x } } }",
        "unknown_word",
        "{",
    );
}

#[test]
fn a_key_that_changes_nothing_is_refused() {
    refused(
        "{ days: 5, after: born, calendar: office }",
        "misplaced_key",
        "office",
    );
    refused(
        "{ clear_days: 5, after: born, start_day: excluded }",
        "misplaced_key",
        "excluded",
    );
    refused(
        "{ days: 5, after: born, missing_day: last_of_month }",
        "misplaced_key",
        "last_of_month",
    );
    refused(
        "{ months: 1, days: 5, after: born, skipping: [sundays] }",
        "misplaced_key",
        "[",
    );
    refused(
        "{ date: born, then: { days: 1, after: that_day, met_by: receipt } }",
        "misplaced_key",
        "receipt",
    );
}

#[test]
fn every_problem_is_told_at_once() {
    let codes: Vec<_> = problems("{ days: 0, after: born, roll: maybe, met_by: hand }")
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(codes, ["unknown_word", "bad_number", "unknown_word"]);
}

#[test]
fn an_unknown_key_is_named_with_the_one_meant() {
    let problem = &parse("{ day: 5, after: born }").expect_err("no such key")[0];
    assert_eq!(problem.to_string(), "`day` is not a key of a date rule");
    assert_eq!(
        problem.help().expect("help").to_string(),
        "did you mean `days`?"
    );
}

#[test]
fn what_is_not_a_rule_is_refused_and_never_a_panic() {
    let mut deep = String::from("{ date: born");
    for _ in 0..12 {
        deep.push_str(", then: { date: that_day");
    }
    deep.push_str(&"}".repeat(13));
    assert_eq!(problems(&deep)[0].0, "too_deep");
    for text in [
        "",
        "5",
        "[days, 5]",
        "{ days: [5], after: born }",
        "{ days: 5",
        "days: 5\ndays: 6",
        "\u{0}",
        &"{then: ".repeat(5000),
    ] {
        assert!(!parse(text).expect_err("not a rule").is_empty());
        assert!(!parse_timing(text).expect_err("not a rule").is_empty());
    }
}

#[test]
fn names_keep_their_place_in_the_source() {
    let text = "{ days: value.paternity_days, after: \"child.born_on\" }";
    let mut names = Vec::new();
    parse(text).expect("a rule").for_each_name(&mut |name, _| {
        names.push((
            name.text.clone(),
            text[name.span.offset()..][..name.span.len()].to_owned(),
        ));
    });
    assert_eq!(
        names,
        [
            (
                "value.paternity_days".to_owned(),
                "value.paternity_days".to_owned()
            ),
            ("child.born_on".to_owned(), "\"child.born_on\"".to_owned())
        ]
    );
}

#[test]
fn both_ends_of_a_window_are_checked() {
    let problems = parse_timing("window: { opens: { days: 0, after: a }, closes: { days: 1 } }")
        .expect_err("both are wrong");
    assert_eq!(problems.len(), 2);
}

#[test]
fn a_journey_says_where_its_people_live_and_the_command_line_need_not() {
    let bare = "{ months: 2, after: notified, distance: { overseas_months: 1, abroad_months: 2 } }";
    assert!(parse(bare).is_ok());
    let problems = super::parse_in_journey(bare).unwrap_err();
    assert_eq!(problems[0].to_string(), "`distance` needs `from` beside it");

    let whole = "{ months: 2, after: notified, distance: { overseas_months: 1, abroad_months: 2, from: fact.home, to: seat } }";
    let mut places = Vec::new();
    let rule = super::parse_in_journey(whole).unwrap();
    rule.for_each_name(&mut |name, place| {
        if place == parcours_core::calendar::Place::Whereabouts {
            places.push(name.text.clone());
        }
    });
    assert_eq!(places, ["fact.home", "seat"]);

    let seat_only = "{ months: 2, after: notified, distance: { overseas_months: 1, abroad_months: 2, to: seat } }";
    assert!(parse(seat_only).is_err(), "from where?");
}

/// The rules of `docs/date-rules.md`: between backquotes in its tables, and in its YAML blocks.
#[test]
fn the_reference_shows_only_rules_that_are_read() {
    let page = include_str!("../../../../docs/date-rules.md");
    let in_tables = page
        .lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|code| code.starts_with("{ "));
    let in_blocks = page
        .lines()
        .filter(|line| line.starts_with("{ ") || line.starts_with("due: "));
    let rules: Vec<_> = in_tables
        .chain(in_blocks.map(|line| line.trim_start_matches("due: ")))
        .filter(|rule| !rule.contains('…') && !rule.starts_with("{ overseas_months"))
        .collect();
    assert!(
        rules.len() > 20,
        "the page has many examples, found {}",
        rules.len()
    );
    for rule in rules {
        if let Err(problems) = parse(rule) {
            panic!("{rule}: {problems:?}");
        }
    }
}

#[test]
fn the_reference_lists_every_code() {
    let page = include_str!("../../../../docs/date-rules.md");
    let source = include_str!("error.rs");
    for code in source
        .split("code(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(page.contains(&format!("`{code}`")), "{code}");
    }
}
