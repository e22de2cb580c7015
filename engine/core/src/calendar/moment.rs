//! A day, or a day and a time of day, in the legal local time of a territory.

use core::fmt;
use core::ops::RangeInclusive;
use core::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// The years a [`Moment`] may lie in: the Gregorian calendar, four digits.
pub const YEARS: RangeInclusive<i32> = 1583..=9999;

/// A civil date with an optional time of day (to the minute), in the legal local time of the territory concerned.
///
/// Without a time it is the whole day: it [starts](Self::starts) at 00:00 and [ends](Self::ends) at 24:00.
/// Its year is always in [`YEARS`]. The order is that of dates, the whole day before its times.
///
/// ```
/// use parcours_core::calendar::Moment;
///
/// let day: Moment = "2026-05-22".parse()?;
/// let evening: Moment = "2026-05-22T18:00".parse()?;
/// assert!(day < evening);
/// assert_eq!(day.ends().to_string(), "2026-05-23 00:00:00");
/// assert_eq!(evening.to_string(), "2026-05-22T18:00");
/// # Ok::<(), parcours_core::calendar::NotADate>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    date: NaiveDate,
    time: Option<NaiveTime>,
}

/// The text or the numbers name no day of the civil calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a day of the years 1583 to 9999: write 2026-05-22, or 2026-05-22T18:00 with a time of day"
)]
pub struct NotADate;

impl Moment {
    /// The whole of `date`.
    ///
    /// # Errors
    ///
    /// [`NotADate`] if its year is outside [`YEARS`].
    pub fn on(date: NaiveDate) -> Result<Self, NotADate> {
        if YEARS.contains(&date.year()) {
            Ok(Self { date, time: None })
        } else {
            Err(NotADate)
        }
    }

    /// The minute of `when`; seconds are dropped.
    ///
    /// # Errors
    ///
    /// [`NotADate`] if its year is outside [`YEARS`].
    pub fn at(when: NaiveDateTime) -> Result<Self, NotADate> {
        let time = when
            .time()
            .with_second(0)
            .and_then(|time| time.with_nanosecond(0));
        Self::on(when.date()).map(|day| Self { time, ..day })
    }

    /// The whole day of this year, month and day.
    ///
    /// # Errors
    ///
    /// [`NotADate`] if there is no such day.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Self, NotADate> {
        NaiveDate::from_ymd_opt(year, month, day)
            .ok_or(NotADate)
            .and_then(Self::on)
    }

    /// Its day.
    pub const fn date(self) -> NaiveDate {
        self.date
    }

    /// Its time of day, if it is not the whole day.
    pub const fn time(self) -> Option<NaiveTime> {
        self.time
    }

    /// When it begins: 00:00 for a whole day.
    pub fn starts(self) -> NaiveDateTime {
        self.date.and_time(self.time.unwrap_or(NaiveTime::MIN))
    }

    /// The instant at which it is over: 24:00 of a whole day, that is 00:00 of the next.
    pub fn ends(self) -> NaiveDateTime {
        match self.time {
            Some(time) => self.date.and_time(time),
            None => self
                .date
                .succ_opt()
                .expect("years stop at 9999, long before chrono does")
                .and_time(NaiveTime::MIN),
        }
    }
}

impl FromStr for Moment {
    type Err = NotADate;

    /// Reads `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM`.
    fn from_str(text: &str) -> Result<Self, NotADate> {
        // chrono also accepts signs and single digits; one spelling is enough here.
        let plain = |wanted: &str| {
            text.len() == wanted.len()
                && text
                    .bytes()
                    .zip(wanted.bytes())
                    .all(|(found, wanted)| match wanted {
                        b'0' => found.is_ascii_digit(),
                        other => found == other,
                    })
        };
        if plain("0000-00-00") {
            text.parse().map_err(|_| NotADate).and_then(Self::on)
        } else if plain("0000-00-00T00:00") {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
                .map_err(|_| NotADate)
                .and_then(Self::at)
        } else {
            Err(NotADate)
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        match self.time {
            Some(time) => write!(f, "T{:02}:{:02}", time.hour(), time.minute()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn reads_and_writes_the_same_text() {
        for text in [
            "2026-05-22",
            "2026-05-22T18:00",
            "1583-01-01",
            "9999-12-31T23:59",
        ] {
            assert_eq!(text.parse::<Moment>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_not_a_date() {
        for text in [
            "",
            "2026-02-29",
            "2026-5-2",
            "+2026-05-02",
            "1582-12-31",
            "22/05/2026",
            "2026-05-22T24:00",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NotADate), "{text}");
        }
    }
}
