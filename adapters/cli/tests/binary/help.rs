//! Every verb explains itself.

use super::parcours;

/// The verbs below a help text, by the way to them.
fn verbs(path: &[String]) -> Vec<Vec<String>> {
    let mut words: Vec<&str> = path.iter().map(String::as_str).collect();
    words.push("--help");
    let said = parcours(&words);
    assert_eq!(said.code, Some(0), "{said:?}");
    let Some((_, commands)) = said.out.split_once("\nCommands:\n") else {
        assert!(
            said.out.contains("Example"),
            "`{}` has no example",
            words.join(" ")
        );
        return vec![path.to_vec()];
    };
    commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let line = line
                .strip_prefix("  ")
                .filter(|line| !line.starts_with(' '))?;
            line.split_whitespace().next()
        })
        .filter(|verb| *verb != "help")
        .flat_map(|verb| verbs(&[path, &[verb.to_owned()]].concat()))
        .collect()
}

#[test]
fn every_verb_has_an_example() {
    let all = verbs(&[]);
    assert!(all.contains(&vec!["check".to_owned()]), "{all:?}");
    assert!(
        all.contains(&vec!["calendar".to_owned(), "due".to_owned()]),
        "{all:?}"
    );
}

#[test]
fn wrong_use_is_two() {
    for words in [
        &["chekc"][..],
        &["check", "no/such/folder"],
        &["schema", "journey"],
        &["calendar", "holidays", "1500"],
    ] {
        let said = parcours(words);
        assert_eq!(said.code, Some(2), "{words:?}: {said:?}");
        assert!(said.out.is_empty() && !said.err.is_empty(), "{said:?}");
    }
}

#[test]
fn under_the_title_nats_stands_what_is_about_nats() {
    for verb in ["forget", "publish", "serve"] {
        let said = parcours(&[verb, "--help"]);
        let (_, nats) = said
            .out
            .split_once("\nNATS:\n")
            .expect("a group of its own");
        let flags: Vec<&str> = nats
            .lines()
            .take_while(|line| !line.starts_with("Example"))
            .filter_map(|line| line.trim_start().strip_prefix("--"))
            .collect();
        assert!(!flags.is_empty(), "{verb}: {}", said.out);
        for flag in flags {
            assert!(
                flag.starts_with("nats"),
                "{verb}: --{flag} is not about NATS"
            );
        }
    }
}

#[test]
fn a_day_that_does_not_exist_is_told_how_it_is_written() {
    let said = parcours(&["try", "birth", "--on", "31/04/2026"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err
            .contains("there is no day 31 in month 4 of 2026; a day is written year-month-day"),
        "{said:?}"
    );
}
