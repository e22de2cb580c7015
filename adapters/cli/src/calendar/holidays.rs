//! `parcours calendar holidays 2026 --territory alsace_moselle`

use std::fmt::Write;

use clap::Args;
use parcours_core::calendar::{Holiday, Language, Territory, YEARS, date_in_words, holidays};
use serde_json::json;

use super::{Lang, a_territory};
use crate::terminal::{Answer, Paint};

/// The public holidays of a year, by the law of that year.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  parcours calendar holidays 2026 --territory alsace_moselle")]
pub(crate) struct Arguments {
    /// A year from 1583 to 9999.
    #[arg(value_parser = clap::value_parser!(i32).range(1583..=9999))]
    year: i32,
    /// A territory, or the INSEE code of a department or a commune.
    #[arg(long, default_value = "metropole", value_parser = a_territory)]
    territory: Territory,
    /// For a program to read.
    #[arg(long)]
    json: bool,
    /// The language to answer in.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    debug_assert!(YEARS.contains(&arguments.year), "clap has looked");
    let found = holidays(arguments.year, arguments.territory);
    Answer::Fine(if arguments.json {
        json(arguments, &found)
    } else {
        table(arguments.territory, &found, arguments.lang.into(), paint)
    })
}

fn json(arguments: &Arguments, found: &[Holiday]) -> String {
    let days: Vec<_> = found
        .iter()
        .map(|holiday| {
            json!({
                "date": holiday.date.to_string(),
                "name": { "fr": holiday.name.fr, "en": holiday.name.en },
                "source": holiday.source,
                "only": holiday.only.map(|only| json!({ "fr": only.fr, "en": only.en })),
            })
        })
        .collect();
    format!(
        "{:#}",
        json!({ "year": arguments.year, "territory": arguments.territory.id(), "holidays": days })
    )
}

fn table(territory: Territory, found: &[Holiday], language: Language, paint: Paint) -> String {
    let title = match (language, found.len()) {
        (Language::French, count) => format!("{} : {count} jours fériés", territory.name()),
        (Language::English, count) => format!("{}: {count} public holidays", territory.name()),
    };
    let dates: Vec<String> = found
        .iter()
        .map(|holiday| date_in_words(holiday.date, language))
        .collect();
    let width = dates
        .iter()
        .map(|date| date.chars().count())
        .max()
        .unwrap_or_default();
    let names = found.iter().map(|holiday| match language {
        Language::French => holiday.name.fr,
        Language::English => holiday.name.en,
    });
    let wide = names
        .clone()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default();
    let mut text = format!("{}\n\n", paint.strong(&title));
    for ((date, name), holiday) in dates.iter().zip(names).zip(found) {
        let source = paint.faint(holiday.source);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {date:<width$}  {name:<wide$}  {source}");
        if let Some(only) = holiday.only {
            let only = match language {
                Language::French => only.fr,
                Language::English => only.en,
            };
            let _ = writeln!(text, "  {:width$}  {only}", "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Shell {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn said(line: &str) -> String {
        let shell = Shell::parse_from(line.split(' '));
        match run(&shell.arguments, Paint::Plain) {
            Answer::Fine(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_table_is_aligned_and_cites_its_law() {
        insta::assert_snapshot!(said("holidays 2026 --territory 67 --lang fr"));
    }

    #[test]
    fn a_program_reads_the_same_days() {
        let read: serde_json::Value =
            serde_json::from_str(&said("holidays 2018 --territory saint_martin --json")).unwrap();
        assert_eq!(read["territory"], "saint_martin");
        assert_eq!(read["holidays"].as_array().unwrap().len(), 12);
        assert!(
            read["holidays"]
                .as_array()
                .unwrap()
                .iter()
                .any(|day| day["date"] == "2018-05-28")
        );
    }

    #[test]
    fn a_place_that_is_not_covered_is_wrong_use() {
        assert!(Shell::try_parse_from(["holidays", "2026", "--territory", "988"]).is_err());
        assert!(Shell::try_parse_from(["holidays", "1500"]).is_err());
        for (place, name) in [
            ("988", "Nouvelle-Calédonie"),
            ("nouvelle_caledonie", "Nouvelle-Calédonie"),
            ("98735", "Polynésie française"),
        ] {
            let Err(refused) = Shell::try_parse_from(["holidays", "2026", "--territory", place])
            else {
                panic!("{place} is refused")
            };
            let told = format!("{name} sets its own holidays");
            assert!(refused.to_string().contains(&told), "{refused}");
        }
    }
}
