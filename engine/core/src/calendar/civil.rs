//! Days, months and periods of the civil calendar. `None` is the end of chrono's dates.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::rule::{Direction, Edge, Period, Which};

impl Direction {
    pub(super) const fn opposite(self) -> Self {
        match self {
            Self::After => Self::Before,
            Self::Before => Self::After,
        }
    }
}

pub(super) fn shift_days(date: NaiveDate, direction: Direction, days: u32) -> Option<NaiveDate> {
    match direction {
        Direction::After => date.checked_add_days(Days::new(days.into())),
        Direction::Before => date.checked_sub_days(Days::new(days.into())),
    }
}

pub(super) fn first_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)
}

pub(super) fn last_of_month(date: NaiveDate) -> Option<NaiveDate> {
    first_of_month(date)?
        .checked_add_months(Months::new(1))?
        .pred_opt()
}

pub(super) fn edge_of(
    date: NaiveDate,
    edge: Edge,
    which: Which,
    period: Period,
) -> Option<NaiveDate> {
    let first = match period {
        Period::HalfMonth if date.day() >= 16 => date.with_day(16),
        Period::HalfMonth | Period::Month => first_of_month(date),
        Period::Year => first_of_month(date)?.with_month(1),
    }?;
    let next = |first: NaiveDate| match period {
        Period::HalfMonth if first.day() == 1 => first.with_day(16),
        Period::HalfMonth | Period::Month => {
            first_of_month(first)?.checked_add_months(Months::new(1))
        }
        Period::Year => first.checked_add_months(Months::new(12)),
    };
    let previous = || match period {
        Period::HalfMonth if first.day() == 16 => first.with_day(1),
        Period::HalfMonth => first.checked_sub_months(Months::new(1))?.with_day(16),
        Period::Month => first.checked_sub_months(Months::new(1)),
        Period::Year => first.checked_sub_months(Months::new(12)),
    };
    let first = match which {
        Which::This => Some(first),
        Which::Next => next(first),
        Which::Previous => previous(),
    }?;
    match edge {
        Edge::First => Some(first),
        Edge::Last => next(first)?.pred_opt(),
    }
}
