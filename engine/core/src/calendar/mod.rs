//! The legal calendar: holidays, working days, and dates computed as the law counts them.
//!
//! A [`DateRule`] is what an article says ("within five days of the birth; if the last day is not worked, the next
//! working day"). [`resolve`] reads the dates it needs from a [`Situation`] and answers with a [`Deadline`], which keeps its
//! working-out as data and tells it in French or in English, or with everything that is still lacking.
//!
//! Times are legal local times of the territory concerned; nothing here reads a clock or knows a time zone.
//!
//! ```
//! use parcours_core::calendar::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let five_days = Reckoning::count("born_on", Length::days(5)).rolled(Roll::NextWorkingDay(Calendar::Office));
//! let mut situation = Given::new(Territory::Metropole).with("born_on", Moment::from_ymd(2026, 3, 2)?);
//!
//! let deadline = resolve(&DateRule::from(five_days), &mut situation)?;
//!
//! assert_eq!(deadline.due(), Moment::from_ymd(2026, 3, 9)?);
//! assert_eq!(
//!     deadline.explain(Language::English).last().map(String::as_str),
//!     Some("Saturday 7 March 2026 is not worked: the deadline moves to Monday 9 March 2026"),
//! );
//! # Ok(())
//! # }
//! ```

mod civil;
mod count;
mod day;
mod deadline;
mod given;
mod holiday;
mod map;
mod moment;
mod reckon;
mod resolve;
mod rule;
mod territory;
mod whereabouts;
mod words;
mod worked;

pub use day::{holiday_on, is_business_day, is_working_day, next_business_day};
pub use deadline::{Deadline, Timeliness, Window};
pub use given::{Given, Missing};
pub use holiday::{Holiday, Name, easter_sunday, holidays};
pub use map::Place;
pub use moment::{Moment, NotADate, YEARS};
pub use resolve::{Impossible, Situation, Unresolved, resolve, resolve_window};
pub use rule::{
    Anchor, Basis, Between, Calendar, Channel, Count, DateRule, Direction, Distance, Edge,
    Extensions, Length, MetBy, MissingDay, Move, Period, Pick, Quantity, Reckoning, Roll, Skipping,
    Span, Start, StartDay, Timing, Variant, WeeklyRest, Which, WindowRule,
};
pub use territory::Territory;
pub use whereabouts::Whereabouts;
pub use words::{Language, channel_in_words, date_in_words, moment_in_words};
pub use worked::{Called, Closed, Told, Worked};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod stories;
