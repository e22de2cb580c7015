//! What an article of law says about a date, as data.
//!
//! Everything here is generic over `A`, how dates and amounts are named: a definition's typed expression, or plain text
//! on the command line. [`DateRule::try_map`] goes from one to the other.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use chrono::Weekday;

use super::territory::Territory;

/// How one date is reckoned, for every channel alike or for each its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateRule<A> {
    /// The same, however it is done.
    Every(Variant<A>),
    /// Each channel its own (the electoral roll closes on a Wednesday online, on a Friday on paper).
    ByChannel(BTreeMap<Channel, Variant<A>>),
}

/// What is asked of the calendar in one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timing<A> {
    /// By when.
    Due(DateRule<A>),
    /// From when.
    NotBefore(DateRule<A>),
    /// Between two dates.
    Window(WindowRule<A>),
}

/// Between two reckoned dates, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowRule<A> {
    /// Not before.
    pub opens: DateRule<A>,
    /// Not after.
    pub closes: DateRule<A>,
}

/// A reckoning, and what it takes to be in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant<A> {
    /// The date.
    pub reckoning: Reckoning<A>,
    /// Which act must happen by then, where the law says so.
    pub met_by: Option<MetBy>,
}

/// A way for people to do a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// On a website.
    Online,
    /// By letter or paper form.
    Paper,
    /// In person.
    Counter,
    /// By telephone.
    Phone,
}

/// Which act stops the clock (CRPA, art. L112-1: the postmark, where presence is not required).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetBy {
    /// Sent by then.
    Sending,
    /// Received by then.
    Receipt,
}

/// One date: a basis, moved if it may not end there, then perhaps carried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reckoning<A> {
    /// What it is reckoned from and how.
    pub basis: Basis<A>,
    /// What happens when the last day is not worked.
    pub roll: Roll,
    /// A further reckoning that starts from the result, named [`Anchor::ThatDay`] there.
    pub then: Option<Box<Reckoning<A>>>,
}

/// Where a date comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis<A> {
    /// From a date, by a move.
    From {
        /// The date.
        start: Start<A>,
        /// The move.
        by: Move<A>,
    },
    /// The earliest or the latest of several.
    Of {
        /// Which.
        pick: Pick,
        /// Among which. Not empty.
        among: Vec<Reckoning<A>>,
    },
}

/// A date that a reckoning starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start<A> {
    /// Its name.
    pub anchor: Anchor<A>,
    /// Which one counts when the name stands for several dates (each spouse's receipt). Required only then.
    pub of_several: Option<Pick>,
}

/// The name of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor<A> {
    /// Given by the situation.
    Given(A),
    /// The result of the reckoning before, inside `then`.
    ThatDay,
}

/// A number the law states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity<A> {
    /// In the rule itself.
    Fixed(u16),
    /// In a value that has a name, `value.paternity_days`.
    Named(A),
}

/// One of several dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pick {
    /// The first to end.
    Earliest,
    /// The last to end.
    Latest,
}

/// How to go from one date to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move<A> {
    /// Stay: the date itself.
    Stay,
    /// Count a length of time.
    Count(Count<A>),
    /// To the first or the last day of a period.
    Edge {
        /// First or last.
        edge: Edge,
        /// Of this period, the next, or the one before.
        which: Which,
        /// Half a month, a month, a year.
        period: Period,
    },
    /// To the nth such weekday strictly before or after (the 6th Friday before the ballot).
    Weekday {
        /// From 1.
        nth: u8,
        /// The day of the week.
        weekday: Weekday,
        /// Before or after.
        direction: Direction,
    },
    /// To this day and month, so many calendar years on (31 December of the second year following).
    DayOfYear {
        /// 1 to 31.
        day: u8,
        /// 1 to 12.
        month: u8,
        /// 0 is the year of the date itself.
        calendar_years: Quantity<A>,
    },
    /// To this day of the month, so many calendar months on (the 15th of the next month).
    DayOfMonth {
        /// 1 to 31.
        day: u8,
        /// 0 is the month of the date itself.
        calendar_months: Quantity<A>,
    },
}

/// A length counted from a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count<A> {
    /// How long.
    pub length: Length<A>,
    /// Onwards or backwards.
    pub direction: Direction,
    /// Does the day of the event count? Excluded by default (Code de procédure civile, art. 641).
    pub start_day: StartDay,
    /// Where a month has no such day. Its last day by default (art. 641).
    pub missing_day: MissingDay,
    /// What those far away have besides.
    pub distance: Option<Extensions<A>>,
}

/// A length of time, in the law's units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Length<A> {
    /// By the clock; hours of skipped days do not count.
    Hours(Quantity<A>, Skipping),
    /// Days one by one, but skipped ones: *jours ouvrables*, *jours ouvrés*.
    DaysBut(Quantity<A>, Skipping),
    /// Years and months by same day number, then weeks and days (art. 641).
    Span(Span<A>),
    /// The same, *franc*: neither the first nor the last day counts, so it ends the day after.
    Clear(Span<A>),
}

/// Years and months, then weeks and days. Months always come first (art. 641).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span<A> {
    /// Twelve months each.
    pub years: Quantity<A>,
    /// By same day number.
    pub months: Quantity<A>,
    /// Seven days each.
    pub weeks: Quantity<A>,
    /// Calendar days.
    pub days: Quantity<A>,
}

/// The days that a count passes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Skipping {
    /// Each week.
    pub rest: WeeklyRest,
    /// The holidays of this calendar.
    pub holidays: Option<Calendar>,
}

/// Days of rest in each week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeeklyRest {
    /// None.
    None,
    /// Sunday.
    Sundays,
    /// Saturday and Sunday.
    Weekends,
}

/// Whose holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Calendar {
    /// Those of the place of the service, which the situation knows.
    Office,
    /// Those of this territory.
    Of(Territory),
}

/// What happens when the last day is a Saturday, a Sunday or a holiday (art. 642). Substantive law rolls only where a text
/// or settled practice says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Roll {
    /// It ends there all the same.
    None,
    /// It ends with the next day that is none of these.
    NextWorkingDay(Calendar),
    /// The law does not settle it: the earlier date is due, and the later one is told beside it.
    Unsettled(Calendar),
}

/// Onwards or backwards in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Onwards.
    After,
    /// Backwards.
    Before,
}

/// Whether the day of the event counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StartDay {
    /// No: day one is the day after.
    #[default]
    Excluded,
    /// Yes: day one is that day; a year ends on the eve of its anniversary.
    Included,
}

/// Where a length in months ends when the month has no such day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingDay {
    /// On the last day of that month (art. 641).
    #[default]
    LastOfMonth,
    /// On the first of the month after.
    FirstOfNext,
}

/// First or last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// The first day.
    First,
    /// The last day.
    Last,
}

/// Which period, seen from the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The one the date lies in.
    This,
    /// The one after.
    Next,
    /// The one before.
    Previous,
}

/// A period of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// *Quinzaine*: the 1st to the 15th, the 16th to the last.
    HalfMonth,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// Where somebody is, seen from the court or the office (art. 643; CJA, art. R421-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distance {
    /// Near: nothing is added.
    #[default]
    Near,
    /// Overseas from it.
    Overseas,
    /// Abroad.
    Abroad,
}

/// What is added for distance, in months. It joins the months of the length before its days are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extensions<A> {
    /// For those overseas.
    pub overseas: u16,
    /// For those abroad.
    pub abroad: u16,
    /// From where to where. Where it is not said, the situation is asked how far the person is.
    pub between: Option<Between<A>>,
}

/// Where a person is, and where the court or the office is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between<A> {
    /// Where the person lives: the INSEE code of a commune, a department or a country.
    pub home: A,
    /// The seat of the court; the office's own when absent.
    pub seat: Option<A>,
}

impl<A> Extensions<A> {
    /// The months added at this distance.
    pub const fn months(&self, distance: Distance) -> u16 {
        match distance {
            Distance::Near => 0,
            Distance::Overseas => self.overseas,
            Distance::Abroad => self.abroad,
        }
    }
}

impl Skipping {
    /// Nothing is skipped.
    pub const NOTHING: Self = Self {
        rest: WeeklyRest::None,
        holidays: None,
    };

    /// *Jours ouvrables*: Sundays and holidays are skipped.
    pub const fn working(calendar: Calendar) -> Self {
        Self {
            rest: WeeklyRest::Sundays,
            holidays: Some(calendar),
        }
    }

    /// *Jours ouvrés*: Saturdays, Sundays and holidays are skipped.
    pub const fn business(calendar: Calendar) -> Self {
        Self {
            rest: WeeklyRest::Weekends,
            holidays: Some(calendar),
        }
    }
}

impl<A> Span<A> {
    /// No time at all, to be filled in: `Span { months: Quantity::Fixed(2), ..Span::none() }`.
    pub const fn none() -> Self {
        Self {
            years: Quantity::Fixed(0),
            months: Quantity::Fixed(0),
            weeks: Quantity::Fixed(0),
            days: Quantity::Fixed(0),
        }
    }
}

impl<A> Length<A> {
    /// Calendar days.
    pub const fn days(days: u16) -> Self {
        Self::Span(Span {
            years: Quantity::Fixed(0),
            months: Quantity::Fixed(0),
            weeks: Quantity::Fixed(0),
            days: Quantity::Fixed(days),
        })
    }

    /// Months, by same day number.
    pub const fn months(months: u16) -> Self {
        Self::Span(Span {
            years: Quantity::Fixed(0),
            months: Quantity::Fixed(months),
            weeks: Quantity::Fixed(0),
            days: Quantity::Fixed(0),
        })
    }

    /// *Jours ouvrables*.
    pub const fn working_days(days: u16, calendar: Calendar) -> Self {
        Self::DaysBut(Quantity::Fixed(days), Skipping::working(calendar))
    }

    /// *Jours ouvrés*.
    pub const fn business_days(days: u16, calendar: Calendar) -> Self {
        Self::DaysBut(Quantity::Fixed(days), Skipping::business(calendar))
    }
}

impl<A> Reckoning<A> {
    /// `length` after the date called `anchor`, by the defaults of law.
    pub const fn count(anchor: A, length: Length<A>) -> Self {
        let count = Count {
            length,
            direction: Direction::After,
            start_day: StartDay::Excluded,
            missing_day: MissingDay::LastOfMonth,
            distance: None,
        };
        Self::moved(anchor, Move::Count(count))
    }

    /// A move from the date called `anchor`.
    pub const fn moved(anchor: A, by: Move<A>) -> Self {
        let start = Start {
            anchor: Anchor::Given(anchor),
            of_several: None,
        };
        Self {
            basis: Basis::From { start, by },
            roll: Roll::None,
            then: None,
        }
    }

    /// The same, with this roll.
    #[must_use]
    pub fn rolled(self, roll: Roll) -> Self {
        Self { roll, ..self }
    }
}

impl<A> From<Reckoning<A>> for DateRule<A> {
    fn from(reckoning: Reckoning<A>) -> Self {
        Self::Every(Variant {
            reckoning,
            met_by: None,
        })
    }
}
