//! Counting a length of time from a date.

use alloc::vec::Vec;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::civil::shift_days;
use super::moment::Moment;
use super::reckon::{Known, Reckoned, Reckoner, amount, day};
use super::resolve::Impossible;
use super::rule::{
    Between, Count, Direction, Extensions, Length, MissingDay, Skipping, Span, StartDay,
};
use super::whereabouts::Whereabouts;
use super::worked::{Closed, Worked};

/// Whether the last day counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Ordinary,
    Clear,
}

fn whereabouts(known: &Known) -> Reckoned<Whereabouts> {
    match known {
        Known::Whereabouts(whereabouts) => Ok(*whereabouts),
        Known::Moments(..) | Known::Amount(_) => Err(Impossible::NoMoment),
    }
}

impl Reckoner {
    pub(super) fn count(&mut self, from: Moment, count: &Count<Known>) -> Reckoned<Moment> {
        let extension = match &count.distance {
            Some(extensions) => self.extension(extensions)?,
            None => 0,
        };
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

    /// The months that distance adds.
    fn extension(&mut self, extensions: &Extensions<Known>) -> Reckoned<u16> {
        let distance = match &extensions.between {
            None => self.distance,
            Some(Between { home, seat }) => {
                let seat = match seat {
                    Some(seat) => Some(whereabouts(seat)?),
                    None => self.seat,
                };
                let home = whereabouts(home)?;
                seat.and_then(|seat| home.from_seat(seat))
                    .ok_or(Impossible::SeatAbroad)?
            }
        };
        let months = extensions.months(distance);
        if months > 0 {
            self.working_out.push(Worked::Extended { distance, months });
        }
        Ok(months)
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
        // Where the count would end if the clock had never stood still, and for how many of its days it did.
        let (mut plain, mut stood) = (date, 0);
        let mut left = days;
        let mut may_count = count.start_day == StartDay::Included;
        let mut rest = Vec::new();
        while left > 0 {
            if may_count {
                match closures.on(date) {
                    None => {
                        let still = self.stands_still(date);
                        if u32::from(days - left) + stood < u32::from(days) {
                            plain = date;
                        }
                        if still {
                            stood += 1;
                        } else {
                            left -= 1;
                        }
                    }
                    Some(Closed::Holiday(holiday)) => {
                        self.working_out.push(Worked::SkippedHoliday(holiday));
                    }
                    Some(Closed::Saturday(day) | Closed::Sunday(day)) => rest.push(day),
                }
            }
            if left > 0 {
                date = day(shift_days(date, count.direction, 1).ok_or(out)?, out)?.date();
                may_count = true;
            }
        }
        let to = day(date, out)?;
        self.rested(rest);
        let (direction, rest) = (count.direction, skipping.rest);
        self.working_out.push(Worked::CountedDays {
            direction,
            days,
            rest,
            holidays: skipping.holidays.is_some(),
            to: day(plain, out)?,
        });
        if stood > 0 {
            self.working_out
                .push(Worked::StoodStill { days: stood, to });
        }
        Ok(to)
    }

    fn stands_still(&self, date: NaiveDate) -> bool {
        let mut still = self.still.iter();
        still.any(|(from, to)| (*from..*to).contains(&date))
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
        let mut rest = Vec::new();
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
                    match closed {
                        Some(Closed::Holiday(holiday)) => {
                            self.working_out.push(Worked::SkippedHoliday(holiday));
                        }
                        Some(Closed::Saturday(day) | Closed::Sunday(day)) => rest.push(day),
                        None => {}
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
        self.rested(rest);
        self.working_out.push(Worked::CountedHours {
            direction,
            hours,
            to,
        });
        Ok(to)
    }
}

impl Reckoner {
    /// Notes the days of rest that were passed over.
    fn rested(&mut self, days: Vec<NaiveDate>) {
        if !days.is_empty() {
            self.working_out.push(Worked::SkippedRest(days));
        }
    }
}

fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}
