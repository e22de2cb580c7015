//! Working days and business days.

use alloc::vec::Vec;

use chrono::{Datelike, NaiveDate, Weekday};

use super::holiday::{Holiday, holidays};
use super::rule::WeeklyRest;
use super::territory::Territory;
use super::worked::Closed;

/// The holiday kept on `date` in `territory`, the first of them if two fall together.
pub fn holiday_on(date: NaiveDate, territory: Territory) -> Option<Holiday> {
    holidays(date.year(), territory)
        .into_iter()
        .find(|holiday| holiday.date == date)
}

/// Whether `date` is a *jour ouvrable*: Monday to Saturday, but holidays.
pub fn is_working_day(date: NaiveDate, territory: Territory) -> bool {
    date.weekday() != Weekday::Sun && holiday_on(date, territory).is_none()
}

/// Whether `date` is a *jour ouvré*: Monday to Friday, but holidays. What a rolled deadline lands on (CPC, art. 642).
pub fn is_business_day(date: NaiveDate, territory: Territory) -> bool {
    date.weekday() != Weekday::Sat && is_working_day(date, territory)
}

/// `date` itself if it is a business day, else the first one after it; `None` at the end of the calendar (9999).
///
/// ```
/// use parcours_core::calendar::{Territory, next_business_day};
/// # use chrono::NaiveDate;
/// let saturday = NaiveDate::from_ymd_opt(2026, 4, 4).expect("a day");
/// let tuesday = NaiveDate::from_ymd_opt(2026, 4, 7);
/// assert_eq!(next_business_day(saturday, Territory::Metropole), tuesday); // Easter Monday is closed
/// ```
pub fn next_business_day(date: NaiveDate, territory: Territory) -> Option<NaiveDate> {
    let mut closures = Closures::new(WeeklyRest::Weekends, Some(territory));
    date.iter_days()
        .take_while(|day| super::YEARS.contains(&day.year()))
        .find(|day| closures.on(*day).is_none())
}

/// Says why a day is not counted. Keeps the holidays of the last year asked about.
pub(super) struct Closures {
    rest: WeeklyRest,
    territory: Option<Territory>,
    year: Option<i32>,
    holidays: Vec<Holiday>,
    sure: bool,
}

impl Closures {
    pub(super) fn new(rest: WeeklyRest, territory: Option<Territory>) -> Self {
        Self {
            rest,
            territory,
            year: None,
            holidays: Vec::new(),
            sure: false,
        }
    }

    /// Without the holidays that only some communes keep.
    pub(super) fn sure(self) -> Self {
        Self { sure: true, ..self }
    }

    /// A holiday is named even when it falls on a day of rest.
    pub(super) fn on(&mut self, date: NaiveDate) -> Option<Closed> {
        if let Some(territory) = self.territory
            && self.year != Some(date.year())
        {
            self.year = Some(date.year());
            self.holidays = holidays(date.year(), territory);
            self.holidays
                .retain(|holiday| !self.sure || holiday.only.is_none());
        }
        if let Some(holiday) = self.holidays.iter().find(|holiday| holiday.date == date) {
            return Some(Closed::Holiday(*holiday));
        }
        match (self.rest, date.weekday()) {
            (WeeklyRest::Sundays | WeeklyRest::Weekends, Weekday::Sun) => {
                Some(Closed::Sunday(date))
            }
            (WeeklyRest::Weekends, Weekday::Sat) => Some(Closed::Saturday(date)),
            _ => None,
        }
    }
}
