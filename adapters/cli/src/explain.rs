//! `parcours explain`: the page of a diagnostic.

use std::fmt::Write;

use clap::Args;
use parcours_lang::{Code, Severity};

use crate::terminal::{Answer, Paint};

/// Explains one kind of problem: what it is, the mistake, and how it is mended. Without a code, lists all of them.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  parcours explain parcours::step::no_law")]
pub(crate) struct Arguments {
    /// The code that `parcours check` showed, with or without `parcours::`.
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let Some(name) = &arguments.code else {
        return Answer::Fine(all(Code::ALL.iter().copied(), paint));
    };
    if let Some(code) = Code::named(name) {
        return Answer::Fine(page(code, paint));
    }
    let words: Vec<&str> = name
        .split("::")
        .filter(|word| *word != "parcours")
        .collect();
    let near: Vec<Code> = Code::ALL
        .iter()
        .copied()
        .filter(|code| {
            words
                .iter()
                .any(|word| !word.is_empty() && code.as_str().contains(word))
        })
        .collect();
    Answer::WrongUse(match near.as_slice() {
        [] => format!("there is no code `{name}`; `parcours explain` lists all of them"),
        near => format!(
            "there is no code `{name}`, but\n\n{}",
            all(near.iter().copied(), paint)
        ),
    })
}

/// Each code with the title of its page.
fn all(codes: impl Iterator<Item = Code> + Clone, paint: Paint) -> String {
    let width = codes
        .clone()
        .map(|code| code.as_str().len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for code in codes {
        let title = code.page().lines().next().unwrap_or_default();
        let severity = match code.severity() {
            Severity::Error => "error  ",
            Severity::Warning => "warning",
        };
        let name = paint.strong(&format!("{:<width$}", code.as_str()));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{name}  {}  {}",
            paint.faint(severity),
            title.trim_start_matches("# ")
        );
    }
    text
}

/// The page, with its titles and examples set apart.
fn page(code: Code, paint: Paint) -> String {
    let mut text = String::new();
    let mut example = false;
    for line in code.page().lines() {
        if line.starts_with("```") {
            example = !example;
            continue;
        }
        let shown = match line.trim_start_matches('#') {
            _ if example => format!("    {line}"),
            title if title.len() < line.len() => paint.strong(title.trim()),
            _ => line.to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", shown.trim_end());
    }
    text
}
