//! The arithmetic of dates, writing down what it does.

use alloc::vec::Vec;

use chrono::{Datelike, Months, NaiveDate};

use super::civil::{edge_of, first_of_month, last_of_month, shift_days};
use super::day::Closures;
use super::moment::Moment;
use super::resolve::Impossible;
use super::rule::{
    Anchor, Basis, Calendar, Count, Direction, Distance, Length, Move, Pick, Quantity, Reckoning,
    Roll, Skipping, Start, StartDay, WeeklyRest,
};
use super::territory::Territory;
use super::whereabouts::Whereabouts;
use super::worked::{Called, Closed, Told, Worked};

/// What a name turned out to stand for.
#[derive(Clone, Debug)]
pub(super) enum Known {
    Moments(Vec<Moment>, Told),
    Amount(i64),
    Whereabouts(Whereabouts),
}

/// A date, and the later one it may be; the same when the law leaves no doubt.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) due: Moment,
    pub(super) perhaps: Moment,
}

pub(super) struct Reckoner {
    pub(super) office: Option<Territory>,
    pub(super) distance: Distance,
    pub(super) seat: Option<Whereabouts>,
    /// Stretches of days that are not counted one by one, each less its last day.
    pub(super) still: Vec<(NaiveDate, NaiveDate)>,
    pub(super) working_out: Vec<Worked>,
}

pub(super) type Reckoned<T> = Result<T, Impossible>;

impl Reckoner {
    pub(super) fn reckon(
        &mut self,
        rule: &Reckoning<Known>,
        that_day: Option<Moment>,
    ) -> Reckoned<Found> {
        let found = match &rule.basis {
            Basis::From { start, by } => {
                let from = self.start(start, by, that_day)?;
                let due = self.go(from, by)?;
                Found { due, perhaps: due }
            }
            Basis::Of { pick, among } => self.choose(*pick, among, that_day)?,
        };
        let found = self.roll(found, rule.roll)?;
        match &rule.then {
            Some(then) => self.reckon(then, Some(found.due)),
            None => Ok(found),
        }
    }

    fn choose(
        &mut self,
        pick: Pick,
        among: &[Reckoning<Known>],
        that_day: Option<Moment>,
    ) -> Reckoned<Found> {
        let found = among
            .iter()
            .map(|rule| self.reckon(rule, that_day))
            .collect::<Reckoned<Vec<_>>>()?;
        let due =
            picked(pick, found.iter().map(|found| found.due)).ok_or(Impossible::NothingToChoose)?;
        let perhaps = picked(pick, found.iter().map(|found| found.perhaps))
            .ok_or(Impossible::NothingToChoose)?;
        self.working_out.push(Worked::Chosen {
            pick,
            of: found.len(),
            moment: due,
        });
        Ok(Found { due, perhaps })
    }

    fn start(
        &mut self,
        start: &Start<Known>,
        by: &Move<Known>,
        that_day: Option<Moment>,
    ) -> Reckoned<Moment> {
        let mut called: Option<Called> = None;
        let from = match &start.anchor {
            Anchor::ThatDay => return that_day.ok_or(Impossible::NoThatDay),
            Anchor::Given(Known::Moments(moments, told)) => {
                self.working_out.extend_from_slice(&told.before);
                called.clone_from(&told.called);
                match (moments.as_slice(), start.of_several) {
                    ([], _) | (_, None) if moments.len() != 1 => {
                        return Err(match moments.len() {
                            0 => Impossible::NoMoment,
                            count => Impossible::SeveralMoments { count },
                        });
                    }
                    ([only], _) => *only,
                    (several, pick) => {
                        let pick = pick.unwrap_or(Pick::Latest);
                        let moment =
                            picked(pick, several.iter().copied()).ok_or(Impossible::NoMoment)?;
                        self.working_out.push(Worked::Kept {
                            pick,
                            of: several.len(),
                            moment,
                        });
                        moment
                    }
                }
            }
            Anchor::Given(Known::Amount(amount)) => {
                return Err(Impossible::BadAmount { amount: *amount });
            }
            Anchor::Given(Known::Whereabouts(_)) => return Err(Impossible::NoMoment),
        };
        let day = match by {
            Move::Count(Count {
                length: Length::Span(_) | Length::DaysBut(..),
                start_day,
                ..
            }) => Some(*start_day),
            Move::Count(Count {
                length: Length::Clear(_),
                ..
            }) => Some(StartDay::Excluded),
            Move::Count(Count {
                length: Length::Hours(..),
                ..
            })
            | Move::Stay
            | Move::Edge { .. }
            | Move::Weekday { .. }
            | Move::DayOfYear { .. }
            | Move::DayOfMonth { .. } => None,
        };
        self.working_out.push(match by {
            Move::Stay => Worked::Stayed { at: from, called },
            Move::Count(_)
            | Move::Edge { .. }
            | Move::Weekday { .. }
            | Move::DayOfYear { .. }
            | Move::DayOfMonth { .. } => Worked::Started { from, day, called },
        });
        Ok(from)
    }

    fn go(&mut self, from: Moment, by: &Move<Known>) -> Reckoned<Moment> {
        let out = Impossible::OutOfCalendar { from };
        match by {
            Move::Stay => Ok(from),
            Move::Count(count) => self.count(from, count),
            Move::Edge {
                edge,
                which,
                period,
            } => {
                let to = day(
                    edge_of(from.date(), *edge, *which, *period).ok_or(out)?,
                    out,
                )?;
                self.working_out.push(Worked::WentToEdge {
                    edge: *edge,
                    which: *which,
                    period: *period,
                    to,
                });
                Ok(to)
            }
            Move::Weekday {
                nth,
                weekday,
                direction,
            } => {
                let ahead = (weekday.num_days_from_monday() + 7
                    - from.date().weekday().num_days_from_monday())
                    % 7;
                let weeks = u32::from(nth.checked_sub(1).ok_or(Impossible::NoSuchDay)?) * 7;
                let first = match (direction, ahead) {
                    (_, 0) => 7,
                    (Direction::After, ahead) => ahead,
                    (Direction::Before, ahead) => 7 - ahead,
                };
                let to = day(
                    shift_days(from.date(), *direction, first + weeks).ok_or(out)?,
                    out,
                )?;
                self.working_out.push(Worked::WentToWeekday {
                    nth: *nth,
                    direction: *direction,
                    to,
                });
                Ok(to)
            }
            Move::DayOfYear {
                day: number,
                month,
                calendar_years,
            } => {
                let year = i32::from(amount(calendar_years)?) + from.date().year();
                let month_start = NaiveDate::from_ymd_opt(year, u32::from(*month), 1);
                self.set_day(
                    month_start.ok_or(if (1..=12).contains(month) {
                        out
                    } else {
                        Impossible::NoSuchDay
                    })?,
                    *number,
                    out,
                )
            }
            Move::DayOfMonth {
                day: number,
                calendar_months,
            } => {
                let months = Months::new(amount(calendar_months)?.into());
                let month_start =
                    first_of_month(from.date()).and_then(|first| first.checked_add_months(months));
                self.set_day(month_start.ok_or(out)?, *number, out)
            }
        }
    }

    /// The day of this number in the month that begins on `month_start`, or its last day.
    fn set_day(&mut self, month_start: NaiveDate, number: u8, out: Impossible) -> Reckoned<Moment> {
        if !(1..=31).contains(&number) {
            return Err(Impossible::NoSuchDay);
        }
        let taken = month_start
            .with_day(u32::from(number))
            .or_else(|| last_of_month(month_start))
            .ok_or(out)?;
        if taken.day() != u32::from(number) {
            self.working_out.push(Worked::NoSuchDay {
                wanted: u32::from(number),
                taken,
            });
        }
        let to = day(taken, out)?;
        self.working_out.push(Worked::WentToDay { to });
        Ok(to)
    }

    fn roll(&mut self, found: Found, roll: Roll) -> Reckoned<Found> {
        match roll {
            Roll::None => Ok(found),
            Roll::NextWorkingDay(calendar) => {
                let due = match self.rolled(found.due, self.week(calendar))? {
                    None => found.due,
                    Some((to, why)) => {
                        self.working_out.push(Worked::Rolled {
                            from: found.due,
                            to,
                            why,
                        });
                        self.elsewhere(found.due, to, calendar)?;
                        to
                    }
                };
                let perhaps = self
                    .rolled(found.perhaps, self.week(calendar))?
                    .map_or(found.perhaps, |(to, _)| to);
                Ok(Found { due, perhaps })
            }
            Roll::Unsettled(calendar) => {
                let perhaps = match self.rolled(found.perhaps, self.week(calendar))? {
                    None => found.perhaps,
                    Some((to, why)) => {
                        self.working_out.push(Worked::RollUnsettled {
                            from: found.due,
                            to,
                            why,
                        });
                        to
                    }
                };
                Ok(Found { perhaps, ..found })
            }
        }
    }

    /// Business days of a calendar.
    fn week(&self, calendar: Calendar) -> Closures {
        self.closures(Skipping {
            rest: WeeklyRest::Weekends,
            holidays: Some(calendar),
        })
    }

    /// The end of the next business day, and why it moves; `None` when it stays.
    fn rolled(&self, from: Moment, mut closures: Closures) -> Reckoned<Option<(Moment, Closed)>> {
        let out = Impossible::OutOfCalendar { from };
        let Some(why) = closures.on(from.date()) else {
            return Ok(None);
        };
        let mut date = from.date();
        while closures.on(date).is_some() {
            date = day(date.succ_opt().ok_or(out)?, out)?.date();
        }
        Ok(Some((day(date, out)?, why)))
    }

    /// Notes where it would end but for a holiday that only some communes keep.
    fn elsewhere(&mut self, from: Moment, to: Moment, calendar: Calendar) -> Reckoned<()> {
        let elsewhere = self
            .rolled(from, self.week(calendar).sure())?
            .map_or(from, |(to, _)| to);
        if elsewhere == to {
            return Ok(());
        }
        let mut closures = self.week(calendar);
        let days = from.date().iter_days().take_while(|day| *day < to.date());
        let doubtful = days
            .filter_map(|day| closures.on(day))
            .find_map(|closed| match closed {
                Closed::Holiday(holiday) if holiday.only.is_some() => Some(holiday),
                Closed::Holiday(_) | Closed::Saturday(_) | Closed::Sunday(_) => None,
            });
        if let Some(holiday) = doubtful {
            self.working_out
                .push(Worked::RolledInSomePlaces { holiday, elsewhere });
        }
        Ok(())
    }

    pub(super) fn closures(&self, skipping: Skipping) -> Closures {
        let territory = match skipping.holidays {
            None => None,
            Some(Calendar::Of(territory)) => Some(territory),
            Some(Calendar::Office) => self.office,
        };
        Closures::new(skipping.rest, territory)
    }
}

fn picked(pick: Pick, moments: impl Iterator<Item = Moment>) -> Option<Moment> {
    match pick {
        Pick::Earliest => moments.min_by_key(|moment| moment.ends()),
        Pick::Latest => moments.max_by_key(|moment| moment.ends()),
    }
}

pub(super) fn amount(quantity: &Quantity<Known>) -> Reckoned<u16> {
    match quantity {
        Quantity::Fixed(number) => Ok(*number),
        Quantity::Named(Known::Amount(amount)) => {
            u16::try_from(*amount).map_err(|_| Impossible::BadAmount { amount: *amount })
        }
        Quantity::Named(Known::Moments(..) | Known::Whereabouts(_)) => Err(Impossible::NoMoment),
    }
}

pub(super) fn day(date: NaiveDate, out: Impossible) -> Reckoned<Moment> {
    Moment::on(date).map_err(|_| out)
}
