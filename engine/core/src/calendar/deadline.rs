//! A reckoned date that can explain itself, and be asked whether something is in time.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::{NaiveDate, NaiveDateTime};

use super::civil::shift_days;
use super::moment::Moment;
use super::rule::{Channel, Direction, MetBy};
use super::words::{self, Language};
use super::worked::Worked;

/// A date computed by a legal counting rule, kept with its working-out.
///
/// # Properties
///
/// - A day runs to 24:00: what happens on the day itself is in time.
/// - When channels differ and none was named, [`due`](Self::due) is the *last* of them, after which nothing can be
///   done any more; each channel's own deadline is in [`channels`](Self::channels).
/// - When the law does not settle whether the last day moves, `due` is the earlier day, which is safe, and
///   [`perhaps`](Self::perhaps) the later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub(super) due: Moment,
    pub(super) perhaps: Option<Moment>,
    pub(super) met_by: Option<MetBy>,
    pub(super) working_out: Vec<Worked>,
    pub(super) channels: BTreeMap<Channel, Deadline>,
}

/// Whether a moment is in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timeliness {
    /// Before it may happen.
    TooEarly,
    /// In time.
    InTime,
    /// Past the date that the law is sure about, within the one it may allow.
    Unsettled,
    /// Only a time of day could tell: the limit is an hour of that day.
    NeedsTimeOfDay,
    /// Past.
    Late,
}

impl Deadline {
    /// The last day, or the last minute, on which it is in time.
    pub const fn due(&self) -> Moment {
        self.due
    }

    /// The later day that it may be, where the law does not settle it.
    pub const fn perhaps(&self) -> Option<Moment> {
        self.perhaps
    }

    /// Which act must happen by then, where the law says so.
    pub const fn met_by(&self) -> Option<MetBy> {
        self.met_by
    }

    /// What was done to reckon it, in order.
    pub fn working_out(&self) -> &[Worked] {
        &self.working_out
    }

    /// The deadline of each channel, where they differ and none was named.
    pub const fn channels(&self) -> &BTreeMap<Channel, Deadline> {
        &self.channels
    }

    /// The first instant at which it is past: 24:00 of the day, or the very time when it has one, which is still in time.
    pub fn ends(&self) -> NaiveDateTime {
        self.due.ends()
    }

    /// The first instant at which it is open, when this date is one before which something may not happen.
    pub fn opens(&self) -> NaiveDateTime {
        self.due.starts()
    }

    /// Whether what happened at `moment` is in time.
    ///
    /// ```
    /// # use parcours_core::calendar::*;
    /// # let rule = DateRule::from(Reckoning::count("certified", Length::Hours(Quantity::Fixed(24), Skipping::NOTHING)));
    /// # let mut situation = Given::new(Territory::Metropole).with("certified", "2026-05-20T18:00".parse::<Moment>()?);
    /// # let deadline = resolve(&rule, &mut situation)?;
    /// assert_eq!(deadline.due(), "2026-05-21T18:00".parse()?);
    /// assert_eq!(deadline.judge("2026-05-21T18:00".parse()?), Timeliness::InTime);
    /// assert_eq!(deadline.judge("2026-05-21T18:01".parse()?), Timeliness::Late);
    /// assert_eq!(deadline.judge("2026-05-21".parse()?), Timeliness::NeedsTimeOfDay);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge(&self, moment: Moment) -> Timeliness {
        match (
            within(self.due, moment),
            self.perhaps.map(|perhaps| within(perhaps, moment)),
        ) {
            (Timeliness::Late, Some(Timeliness::InTime)) => Timeliness::Unsettled,
            (judged, _) => judged,
        }
    }

    /// As [`judge`](Self::judge), for what was done through `channel`.
    pub fn judge_by(&self, channel: Channel, moment: Moment) -> Timeliness {
        self.channels.get(&channel).unwrap_or(self).judge(moment)
    }

    /// The same, later by the days during which its clock stood still. `None` where that leaves the calendar.
    ///
    /// ```
    /// # use parcours_core::calendar::*;
    /// # let rule = DateRule::from(Reckoning::count("asked", Length::months(2)));
    /// # let mut situation = Given::new(Territory::Metropole).with("asked", "2026-03-02".parse::<Moment>()?);
    /// let deadline = resolve(&rule, &mut situation)?.put_off(10).ok_or("in the calendar")?;
    /// assert_eq!(deadline.due(), "2026-05-12".parse()?);
    /// let said = deadline.explain(Language::English);
    /// assert_eq!(said.last().map(String::as_str), Some("time stood still for 10 days: Tuesday 12 May 2026"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn put_off(mut self, days: u32) -> Option<Self> {
        if days == 0 {
            return Some(self);
        }
        let later = |moment: Moment| {
            let date = shift_days(moment.date(), Direction::After, days)?;
            match moment.time() {
                Some(time) => Moment::at(date.and_time(time)).ok(),
                None => Moment::on(date).ok(),
            }
        };
        self.due = later(self.due)?;
        if let Some(perhaps) = self.perhaps {
            self.perhaps = Some(later(perhaps)?);
        }
        self.channels = self
            .channels
            .into_iter()
            .map(|(channel, deadline)| Some((channel, deadline.put_off(days)?)))
            .collect::<Option<_>>()?;
        self.working_out
            .push(Worked::StoodStill { days, to: self.due });
        Some(self)
    }

    /// The same, its working-out saying that it is counted from the day a file was complete.
    #[must_use]
    pub fn since_complete(mut self, on: NaiveDate) -> Self {
        self.working_out.insert(0, Worked::FileComplete { on });
        self
    }

    /// Its working-out in plain words, one line for each thing done.
    pub fn explain(&self, language: Language) -> Vec<String> {
        self.working_out
            .iter()
            .map(|worked| words::worked_in_words(worked, language))
            .collect()
    }
}

fn within(due: Moment, moment: Moment) -> Timeliness {
    match (due.time(), moment.time()) {
        (Some(_), None) if due.date() == moment.date() => Timeliness::NeedsTimeOfDay,
        (Some(limit), Some(time)) if due.date() == moment.date() && time > limit => {
            Timeliness::Late
        }
        _ if moment.date() > due.date() => Timeliness::Late,
        _ => Timeliness::InTime,
    }
}

/// Between two dates, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// From the start of this day, or this time.
    pub opens: Deadline,
    /// To the end of this day, or this time.
    pub closes: Deadline,
}

impl Window {
    /// Whether it closes before it opens, so that nothing can ever be in time.
    pub fn is_empty(&self) -> bool {
        self.closes.due.ends() < self.opens.due.starts()
    }

    /// Whether what happened at `moment` is in the window.
    pub fn judge(&self, moment: Moment) -> Timeliness {
        let opens = self.opens.due;
        if moment.date() < opens.date() {
            return Timeliness::TooEarly;
        }
        match (opens.time(), moment.time()) {
            (Some(_), None) if opens.date() == moment.date() => Timeliness::NeedsTimeOfDay,
            (Some(limit), Some(time)) if opens.date() == moment.date() && time < limit => {
                Timeliness::TooEarly
            }
            _ => self.closes.judge(moment),
        }
    }
}
