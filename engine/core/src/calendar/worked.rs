//! The working-out of a date, as data: what was done, in order.

use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDate;

use super::holiday::Holiday;
use super::moment::Moment;
use super::rule::{Channel, Direction, Distance, Edge, Period, Pick, StartDay, WeeklyRest, Which};

/// Why a day is not worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closed {
    /// A Saturday.
    Saturday(NaiveDate),
    /// A Sunday.
    Sunday(NaiveDate),
    /// A public holiday, whatever its weekday.
    Holiday(Holiday),
}

impl Closed {
    /// The day.
    pub const fn date(self) -> NaiveDate {
        match self {
            Self::Saturday(date) | Self::Sunday(date) => date,
            Self::Holiday(holiday) => holiday.date,
        }
    }
}

/// What people call a date, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// What there is to tell of the dates that a name stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How they were reckoned themselves, where they were.
    pub before: Vec<Worked>,
    /// What people call the date, where it has a name.
    pub called: Option<Called>,
}

/// One thing done to reckon a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worked {
    /// The reckoning that follows is the one for this channel.
    ForChannel(Channel),
    /// It starts here.
    Started {
        /// The date given.
        from: Moment,
        /// Set when days are counted: whether this day counts.
        day: Option<StartDay>,
        /// What people call that date.
        called: Option<Called>,
    },
    /// It is that very date.
    Stayed {
        /// The date.
        at: Moment,
        /// What people call it.
        called: Option<Called>,
    },
    /// Several dates were given for one name, and this one was kept.
    Kept {
        /// Which of them.
        pick: Pick,
        /// Out of how many.
        of: usize,
        /// The date kept.
        moment: Moment,
    },
    /// Months were added because the person is far away.
    Extended {
        /// How far.
        distance: Distance,
        /// How many months.
        months: u16,
    },
    /// Years, months, weeks and calendar days were counted.
    CountedSpan {
        /// Onwards or backwards.
        direction: Direction,
        /// Whole years.
        years: u16,
        /// Months besides, extensions included.
        months: u32,
        /// Then days, weeks included.
        days: u32,
        /// Where that leads.
        to: Moment,
    },
    /// The month has no such day.
    NoSuchDay {
        /// The day number wanted.
        wanted: u32,
        /// The day taken instead.
        taken: NaiveDate,
    },
    /// Neither the first nor the last day counts: it ends a day further on.
    LastDayFree {
        /// That day.
        to: Moment,
    },
    /// Hours were counted by the clock.
    CountedHours {
        /// Onwards or backwards.
        direction: Direction,
        /// How many.
        hours: u16,
        /// Where that leads.
        to: Moment,
    },
    /// A holiday was passed over.
    SkippedHoliday(Holiday),
    /// Days of rest were passed over, in the order of counting.
    SkippedRest(Vec<NaiveDate>),
    /// Days were counted one by one.
    CountedDays {
        /// Onwards or backwards.
        direction: Direction,
        /// How many.
        days: u16,
        /// The weekly rest passed over.
        rest: WeeklyRest,
        /// Whether holidays were passed over.
        holidays: bool,
        /// Where that leads.
        to: Moment,
    },
    /// It went to the edge of a period.
    WentToEdge {
        /// First or last day.
        edge: Edge,
        /// Of which.
        which: Which,
        /// Period.
        period: Period,
        /// The day.
        to: Moment,
    },
    /// It went to a weekday.
    WentToWeekday {
        /// The how-manieth.
        nth: u8,
        /// Before or after.
        direction: Direction,
        /// The day, whose weekday it is.
        to: Moment,
    },
    /// It went to a set day of a later month or year.
    WentToDay {
        /// The day.
        to: Moment,
    },
    /// The last day is not worked, so it moved.
    Rolled {
        /// The last day counted.
        from: Moment,
        /// The day it now ends.
        to: Moment,
        /// Why that day will not do.
        why: Closed,
    },
    /// It moved for a holiday that only some communes keep: elsewhere it ends on another day.
    RolledInSomePlaces {
        /// Which holiday.
        holiday: Holiday,
        /// Where it ends in the other communes.
        elsewhere: Moment,
    },
    /// The last day is not worked, and the law does not say whether it moves.
    RollUnsettled {
        /// The last day counted, which is kept.
        from: Moment,
        /// The day it may end.
        to: Moment,
        /// Why it might.
        why: Closed,
    },
    /// Of several reckonings, whose working-out stands above, one is kept.
    Chosen {
        /// Which.
        pick: Pick,
        /// Out of how many.
        of: usize,
        /// The date kept.
        moment: Moment,
    },
    /// It is counted from no earlier than the day the file was complete.
    FileComplete {
        /// That day.
        on: NaiveDate,
    },
    /// Its clock stood still for so long, so it ends so much later.
    StoodStill {
        /// How many days.
        days: u32,
        /// Where that leads.
        to: Moment,
    },
}
