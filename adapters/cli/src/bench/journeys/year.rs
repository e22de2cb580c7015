//! A year in the life of each example, on virtual time: nothing is done by the citizen, services take the time they say.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use parcours_lang::Loaded;
use parcours_runtime::Stage;

use super::lives::Lives;
use super::load::now;
use super::processor::Spent;

/// How long the time of a year is that passes.
const DAYS: u64 = 365;

/// A life that was carried through its year.
#[derive(Clone, Debug)]
pub(super) struct Year {
    pub(super) name: String,
    /// Time and processor time; on a busy machine the second says more.
    pub(super) took: Duration,
    pub(super) spent: Duration,
    /// Decisions that were written down.
    pub(super) commits: usize,
}

/// Each example of `lives` from `today` on, on a stage of its own.
///
/// # Errors
/// A life event of the catalog was refused.
pub(super) fn years(law: &Loaded, lives: &Lives, today: NaiveDate) -> Result<Vec<Year>, String> {
    let start = today.and_hms_opt(9, 0, 0).ok_or("no such day")?;
    let end = start + Days::new(DAYS);
    let mut years = Vec::new();
    for (name, event) in lives.each() {
        let (begun, before) = (now(), Spent::now());
        let mut stage = Stage::new(law.clone(), start);
        let published = stage.publish(event).map_err(|error| error.to_string())?;
        stage.advance(end).map_err(|error| error.to_string())?;
        let mut commits = 0;
        for journey in published.journeys() {
            let history = stage.history(journey);
            commits += history.map_err(|error| error.to_string())?.len();
        }
        years.push(Year {
            name,
            took: begun.elapsed(),
            spent: Spent::now().since(before).all,
            commits,
        });
    }
    years.sort_by_key(|year| year.spent);
    Ok(years)
}
