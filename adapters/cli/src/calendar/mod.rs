//! `parcours calendar`: public holidays, and dates reckoned as the law counts them.

mod due;
mod holidays;
#[cfg(test)]
mod vectors;

use clap::{Subcommand, ValueEnum};
use parcours_core::calendar::{Channel, Distance, Territory};

use crate::lang::Lang;
use crate::terminal::{Answer, Paint};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Holidays(holidays::Arguments),
    Due(due::Arguments),
}

/// What the calendar answers.
pub(crate) fn run(verb: &Verb, paint: Paint) -> Answer {
    match verb {
        Verb::Holidays(arguments) => holidays::run(arguments, paint),
        Verb::Due(arguments) => due::run(arguments, paint),
    }
}

/// `--distance`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Far {
    Near,
    Overseas,
    Abroad,
}

impl From<Far> for Distance {
    fn from(far: Far) -> Self {
        match far {
            Far::Near => Self::Near,
            Far::Overseas => Self::Overseas,
            Far::Abroad => Self::Abroad,
        }
    }
}

fn a_territory(text: &str) -> Result<Territory, String> {
    Territory::from_id(text).or_else(|| Territory::from_insee(text)).ok_or_else(|| {
        let names = Territory::ALL.map(Territory::id).join(", ");
        match Territory::not_covered(text) {
            Some(place) => format!(
                "{place} sets its own holidays, and parcours does not keep them: no date that depends on them is reckoned; there is {names}"
            ),
            None => format!("name one of {names}, or give the INSEE code of a department or a commune that one of them covers"),
        }
    })
}

fn a_channel(text: &str) -> Result<Channel, String> {
    Channel::from_id(text)
        .ok_or_else(|| format!("name one of {}", Channel::ALL.map(Channel::id).join(", ")))
}
