//! The arithmetic of dates, writing down what it does.

use alloc::vec::Vec;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::day::Closures;
use super::moment::Moment;
use super::resolve::Impossible;
use super::rule::{
    Anchor, Basis, Calendar, Count, Direction, Distance, Edge, Length, MissingDay, Move, Period,
    Pick, Quantity, Reckoning, Roll, Skipping, Span, Start, StartDay, WeeklyRest, Which,
};
use super::territory::Territory;
use super::worked::{Closed, Worked};

/// What a name turned out to stand for.
#[derive(Clone, Debug)]
pub(super) enum Known {
    Moments(Vec<Moment>),
    Amount(i64),
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
    pub(super) working_out: Vec<Worked>,
}

type Reckoned<T> = Result<T, Impossible>;

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
        let from = match &start.anchor {
            Anchor::ThatDay => return that_day.ok_or(Impossible::NoThatDay),
            Anchor::Given(Known::Moments(moments)) => {
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
        self.working_out.push(Worked::Started { from, day });
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

    fn count(&mut self, from: Moment, count: &Count<Known>) -> Reckoned<Moment> {
        let extension = count
            .distance
            .map_or(0, |extensions| extensions.months(self.distance));
        if extension > 0 {
            self.working_out.push(Worked::Extended {
                distance: self.distance,
                months: extension,
            });
        }
        match &count.length {
            Length::Span(span) => self.count_span(from, span, count, extension, Ending::Ordinary),
            Length::Clear(span) => self.count_span(from, span, count, extension, Ending::Clear),
            Length::DaysBut(days, skipping) => {
                let start = self.months_first(from, count, extension)?;
                self.count_days(start, amount(days)?, *skipping, count)
            }
            Length::Hours(hours, skipping) => {
                let start = self.months_first(from, count, extension)?;
                self.count_hours(start, amount(hours)?, *skipping, count.direction)
            }
        }
    }

    /// `from`, carried on by the months that distance adds.
    fn months_first(
        &mut self,
        from: Moment,
        count: &Count<Known>,
        extension: u16,
    ) -> Reckoned<Moment> {
        if extension == 0 {
            return Ok(from);
        }
        let out = Impossible::OutOfCalendar { from };
        let (date, _) = self
            .add_months(from.date(), count, u32::from(extension))
            .ok_or(out)?;
        match from.time() {
            Some(time) => Moment::at(date.and_time(time)).map_err(|_| out),
            None => day(date, out),
        }
    }

    /// The day reached, and whether it stands for a day that its month lacks.
    fn add_months(
        &mut self,
        from: NaiveDate,
        count: &Count<Known>,
        months: u32,
    ) -> Option<(NaiveDate, bool)> {
        let reached = match count.direction {
            Direction::After => from.checked_add_months(Months::new(months)),
            Direction::Before => from.checked_sub_months(Months::new(months)),
        }?;
        if reached.day() == from.day() {
            return Some((reached, false));
        }
        let taken = match count.missing_day {
            MissingDay::LastOfMonth => reached,
            MissingDay::FirstOfNext => reached.succ_opt()?,
        };
        self.working_out.push(Worked::NoSuchDay {
            wanted: from.day(),
            taken,
        });
        Some((taken, count.missing_day == MissingDay::LastOfMonth))
    }

    fn count_span(
        &mut self,
        from: Moment,
        span: &Span<Known>,
        count: &Count<Known>,
        extension: u16,
        ending: Ending,
    ) -> Reckoned<Moment> {
        let out = Impossible::OutOfCalendar { from };
        let (years, months) = (
            amount(&span.years)?,
            u32::from(amount(&span.months)?) + u32::from(extension),
        );
        let days = u32::from(amount(&span.weeks)?) * 7 + u32::from(amount(&span.days)?);
        let direction = count.direction;
        let (in_month, stands_in) = self
            .add_months(from.date(), count, u32::from(years) * 12 + months)
            .ok_or(out)?;
        let reached = shift_days(in_month, direction, days).ok_or(out)?;
        let counted = u32::from(years) + months + days > 0;
        // The eve of a day that the month lacks is the last day of the month, which is already where we are.
        let eve = !(stands_in && direction == Direction::After);
        let reached = match (ending, count.start_day) {
            (Ending::Ordinary, StartDay::Included) if counted && eve => {
                shift_days(reached, direction.opposite(), 1)
            }
            (Ending::Ordinary, StartDay::Included | StartDay::Excluded) | (Ending::Clear, _) => {
                Some(reached)
            }
        };
        let to = day(reached.ok_or(out)?, out)?;
        self.working_out.push(Worked::CountedSpan {
            direction,
            years,
            months,
            days,
            to,
        });
        match ending {
            Ending::Ordinary => Ok(to),
            Ending::Clear => {
                let to = day(shift_days(to.date(), direction, 1).ok_or(out)?, out)?;
                self.working_out.push(Worked::LastDayFree { to });
                Ok(to)
            }
        }
    }

    fn count_days(
        &mut self,
        from: Moment,
        days: u16,
        skipping: Skipping,
        count: &Count<Known>,
    ) -> Reckoned<Moment> {
        let out = Impossible::OutOfCalendar { from };
        let mut closures = self.closures(skipping);
        let mut date = from.date();
        let mut left = days;
        let mut may_count = count.start_day == StartDay::Included;
        while left > 0 {
            if may_count {
                match closures.on(date) {
                    None => left -= 1,
                    Some(Closed::Holiday(holiday)) => {
                        self.working_out.push(Worked::SkippedHoliday(holiday));
                    }
                    Some(Closed::Saturday(_) | Closed::Sunday(_)) => {}
                }
            }
            if left > 0 {
                date = day(shift_days(date, count.direction, 1).ok_or(out)?, out)?.date();
                may_count = true;
            }
        }
        let to = day(date, out)?;
        let (direction, rest) = (count.direction, skipping.rest);
        self.working_out.push(Worked::CountedDays {
            direction,
            days,
            rest,
            holidays: skipping.holidays.is_some(),
            to,
        });
        Ok(to)
    }

    fn count_hours(
        &mut self,
        from: Moment,
        hours: u16,
        skipping: Skipping,
        direction: Direction,
    ) -> Reckoned<Moment> {
        let out = Impossible::OutOfCalendar { from };
        let Some(_) = from.time() else {
            return Err(Impossible::NoTimeOfDay { from });
        };
        let mut closures = self.closures(skipping);
        let mut now = from.starts();
        let mut left = TimeDelta::hours(i64::from(hours));
        while left > TimeDelta::zero() {
            // The day we are about to walk through, and the instant at which we leave it.
            let (date, leave) = match direction {
                Direction::After => (now.date(), midnight(now.date().succ_opt().ok_or(out)?)),
                Direction::Before if now.time() == NaiveTime::MIN => {
                    let eve = now.date().pred_opt().ok_or(out)?;
                    (eve, midnight(eve))
                }
                Direction::Before => (now.date(), midnight(now.date())),
            };
            let there = (leave - now).abs();
            match closures.on(date) {
                None if there >= left => {
                    now = match direction {
                        Direction::After => now + left,
                        Direction::Before => now - left,
                    };
                    left = TimeDelta::zero();
                }
                closed => {
                    if let Some(Closed::Holiday(holiday)) = closed {
                        self.working_out.push(Worked::SkippedHoliday(holiday));
                    }
                    if closed.is_none() {
                        left -= there;
                    }
                    now = leave;
                }
            }
            day(now.date(), out)?;
        }
        let to = Moment::at(now).map_err(|_| out)?;
        self.working_out.push(Worked::CountedHours {
            direction,
            hours,
            to,
        });
        Ok(to)
    }

    fn roll(&mut self, found: Found, roll: Roll) -> Reckoned<Found> {
        match roll {
            Roll::None => Ok(found),
            Roll::NextWorkingDay(calendar) => {
                let due = match self.rolled(found.due, calendar)? {
                    None => found.due,
                    Some((to, why)) => {
                        self.working_out.push(Worked::Rolled {
                            from: found.due,
                            to,
                            why,
                        });
                        to
                    }
                };
                let perhaps = self
                    .rolled(found.perhaps, calendar)?
                    .map_or(found.perhaps, |(to, _)| to);
                Ok(Found { due, perhaps })
            }
            Roll::Unsettled(calendar) => {
                let perhaps = match self.rolled(found.perhaps, calendar)? {
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

    /// The end of the next business day, and why it moves; `None` when it stays.
    fn rolled(&mut self, from: Moment, calendar: Calendar) -> Reckoned<Option<(Moment, Closed)>> {
        let out = Impossible::OutOfCalendar { from };
        let mut closures = self.closures(Skipping {
            rest: WeeklyRest::Weekends,
            holidays: Some(calendar),
        });
        let Some(why) = closures.on(from.date()) else {
            return Ok(None);
        };
        let mut date = from.date();
        while closures.on(date).is_some() {
            date = day(date.succ_opt().ok_or(out)?, out)?.date();
        }
        Ok(Some((day(date, out)?, why)))
    }

    fn closures(&self, skipping: Skipping) -> Closures {
        let territory = match skipping.holidays {
            None => None,
            Some(Calendar::Of(territory)) => Some(territory),
            Some(Calendar::Office) => self.office,
        };
        Closures::new(skipping.rest, territory)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Ordinary,
    Clear,
}

impl Direction {
    const fn opposite(self) -> Self {
        match self {
            Self::After => Self::Before,
            Self::Before => Self::After,
        }
    }
}

fn picked(pick: Pick, moments: impl Iterator<Item = Moment>) -> Option<Moment> {
    match pick {
        Pick::Earliest => moments.min_by_key(|moment| moment.ends()),
        Pick::Latest => moments.max_by_key(|moment| moment.ends()),
    }
}

fn amount(quantity: &Quantity<Known>) -> Reckoned<u16> {
    match quantity {
        Quantity::Fixed(number) => Ok(*number),
        Quantity::Named(Known::Amount(amount)) => {
            u16::try_from(*amount).map_err(|_| Impossible::BadAmount { amount: *amount })
        }
        Quantity::Named(Known::Moments(_)) => Err(Impossible::NoMoment),
    }
}

fn day(date: NaiveDate, out: Impossible) -> Reckoned<Moment> {
    Moment::on(date).map_err(|_| out)
}

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

fn shift_days(date: NaiveDate, direction: Direction, days: u32) -> Option<NaiveDate> {
    match direction {
        Direction::After => date.checked_add_days(Days::new(days.into())),
        Direction::Before => date.checked_sub_days(Days::new(days.into())),
    }
}

fn first_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)
}

fn last_of_month(date: NaiveDate) -> Option<NaiveDate> {
    first_of_month(date)?
        .checked_add_months(Months::new(1))?
        .pred_opt()
}

fn edge_of(date: NaiveDate, edge: Edge, which: Which, period: Period) -> Option<NaiveDate> {
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
