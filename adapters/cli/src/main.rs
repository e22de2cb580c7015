//! The one binary of Parcours.

mod bench;
mod calendar;
mod check;
mod explain;
mod folder;
mod journeys;
mod lang;
mod log;
mod report;
mod sample;
mod schema;
mod terminal;
mod trying;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use terminal::{Answer, Paint};

/// A life event becomes a journey that someone can follow.
#[derive(Debug, Parser)]
#[command(name = "parcours", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Check(check::Arguments),
    Explain(explain::Arguments),
    Try(trying::Arguments),
    Schema(schema::Arguments),
    /// The durable log of a data folder: show, verify, export, back up and restore.
    #[command(subcommand)]
    Log(log::Verb),
    /// Measurements, each beside the machine's own limit in the same run.
    #[command(subcommand)]
    Bench(bench::Verb),
    /// The legal calendar: public holidays, and dates reckoned as the law counts them.
    #[command(subcommand)]
    Calendar(calendar::Verb),
}

/// Exit codes: 0 fine, 1 the answer is no, 2 wrong use.
fn main() -> ExitCode {
    let Arguments { verb } = Arguments::parse();
    let paint = Paint::of_terminal();
    let answer: Answer = match verb {
        Verb::Check(arguments) => check::run(&arguments, paint),
        Verb::Explain(arguments) => explain::run(&arguments, paint),
        Verb::Try(arguments) => trying::run(&arguments, paint),
        Verb::Schema(arguments) => schema::run(&arguments),
        Verb::Log(verb) => log::run(&verb, paint),
        Verb::Bench(verb) => bench::run(&verb, paint),
        Verb::Calendar(verb) => calendar::run(&verb, paint),
    };
    answer.tell()
}
