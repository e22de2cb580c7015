//! `parcours bench`: measurements, each beside the machine's own limit in the same run.

mod append;
mod journeys;
mod lookups;

use clap::Subcommand;

use crate::terminal::{Answer, Paint};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Append(append::Arguments),
    Journeys(journeys::Arguments),
    Lookups(lookups::Arguments),
}

pub(crate) fn run(verb: &Verb, paint: Paint) -> Answer {
    match verb {
        Verb::Append(arguments) => append::run(arguments, paint),
        Verb::Journeys(arguments) => journeys::run(arguments, paint),
        Verb::Lookups(arguments) => lookups::run(arguments, paint),
    }
}

/// A build without optimisation measures itself, not the machine.
fn warning() -> &'static str {
    if cfg!(debug_assertions) {
        "this is not a release build: these figures mean nothing (cargo run --release)\n\n"
    } else {
        ""
    }
}
