//! From one way of naming dates and amounts to another.

use alloc::boxed::Box;
use core::convert::Infallible;

use super::rule::{
    Anchor, Basis, Between, Count, DateRule, Extensions, Length, Move, Quantity, Reckoning, Span,
    Start, Timing, Variant, WindowRule,
};

/// Where a name stands in a rule, and so what it must be: the second argument of [`DateRule::try_map`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A date, a moment, or a list of them.
    Date,
    /// A moment, or a list of them: hours are counted from it, so it must have a time of day.
    TimeOfDay,
    /// A whole number.
    Amount,
    /// The INSEE code of a commune, a department or a country: a text.
    Whereabouts,
}

impl<A> DateRule<A> {
    /// The same rule with each name replaced by what `name` makes of it. Names are visited in the order they are written.
    ///
    /// # Errors
    ///
    /// The first that `name` returns; a caller that wants them all collects them in the closure.
    ///
    /// ```
    /// use parcours_core::calendar::*;
    ///
    /// let rule = DateRule::from(Reckoning::count("born_on", Length::months(6)));
    /// let known = rule.try_map(&mut |name: &&str, _: Place| name.strip_suffix("_on").ok_or(()))?;
    /// assert_eq!(known, DateRule::from(Reckoning::count("born", Length::months(6))));
    /// # Ok::<(), ()>(())
    /// ```
    pub fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<DateRule<B>, E> {
        Ok(match self {
            Self::Every(variant) => DateRule::Every(variant.try_map(name)?),
            Self::ByChannel(variants) => DateRule::ByChannel(
                variants
                    .iter()
                    .map(|(channel, variant)| Ok((*channel, variant.try_map(name)?)))
                    .collect::<Result<_, E>>()?,
            ),
        })
    }

    /// Calls `name` with each name in the rule.
    pub fn for_each_name(&self, name: &mut impl FnMut(&A, Place)) {
        let Ok(_) = self.try_map(&mut |found, place| {
            name(found, place);
            Ok::<(), Infallible>(())
        });
    }
}

impl<A> WindowRule<A> {
    /// As [`DateRule::try_map`], for both ends.
    ///
    /// # Errors
    ///
    /// The first that `name` returns.
    pub fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<WindowRule<B>, E> {
        Ok(WindowRule {
            opens: self.opens.try_map(name)?,
            closes: self.closes.try_map(name)?,
        })
    }
}

impl<A> Timing<A> {
    /// As [`DateRule::try_map`].
    ///
    /// # Errors
    ///
    /// The first that `name` returns.
    pub fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Timing<B>, E> {
        Ok(match self {
            Self::Due(rule) => Timing::Due(rule.try_map(name)?),
            Self::NotBefore(rule) => Timing::NotBefore(rule.try_map(name)?),
            Self::Window(window) => Timing::Window(window.try_map(name)?),
        })
    }
}

impl<A> Variant<A> {
    pub(super) fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Variant<B>, E> {
        Ok(Variant {
            reckoning: self.reckoning.try_map(name)?,
            met_by: self.met_by,
        })
    }
}

impl<A> Reckoning<A> {
    fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Reckoning<B>, E> {
        let basis = match &self.basis {
            Basis::From { start, by } => {
                let place = match by {
                    Move::Count(Count {
                        length: Length::Hours(..),
                        ..
                    }) => Place::TimeOfDay,
                    Move::Count(_)
                    | Move::Stay
                    | Move::Edge { .. }
                    | Move::Weekday { .. }
                    | Move::DayOfYear { .. }
                    | Move::DayOfMonth { .. } => Place::Date,
                };
                let by = by.try_map(name)?;
                let anchor = match &start.anchor {
                    Anchor::Given(anchor) => Anchor::Given(name(anchor, place)?),
                    Anchor::ThatDay => Anchor::ThatDay,
                };
                Basis::From {
                    start: Start {
                        anchor,
                        of_several: start.of_several,
                    },
                    by,
                }
            }
            Basis::Of { pick, among } => {
                let among = among
                    .iter()
                    .map(|reckoning| reckoning.try_map(name))
                    .collect::<Result<_, E>>()?;
                Basis::Of { pick: *pick, among }
            }
        };
        let then = match &self.then {
            Some(then) => Some(Box::new(then.try_map(name)?)),
            None => None,
        };
        Ok(Reckoning {
            basis,
            roll: self.roll,
            then,
        })
    }
}

impl<A> Move<A> {
    fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Move<B>, E> {
        Ok(match self {
            Self::Stay => Move::Stay,
            Self::Count(count) => Move::Count(Count {
                length: count.length.try_map(name)?,
                direction: count.direction,
                start_day: count.start_day,
                missing_day: count.missing_day,
                distance: match &count.distance {
                    Some(extensions) => Some(extensions.try_map(name)?),
                    None => None,
                },
            }),
            Self::Edge {
                edge,
                which,
                period,
            } => Move::Edge {
                edge: *edge,
                which: *which,
                period: *period,
            },
            Self::Weekday {
                nth,
                weekday,
                direction,
            } => Move::Weekday {
                nth: *nth,
                weekday: *weekday,
                direction: *direction,
            },
            Self::DayOfYear {
                day,
                month,
                calendar_years,
            } => Move::DayOfYear {
                day: *day,
                month: *month,
                calendar_years: calendar_years.try_map(name)?,
            },
            Self::DayOfMonth {
                day,
                calendar_months,
            } => Move::DayOfMonth {
                day: *day,
                calendar_months: calendar_months.try_map(name)?,
            },
        })
    }
}

impl<A> Extensions<A> {
    fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Extensions<B>, E> {
        let between = match &self.between {
            Some(Between { home, seat }) => Some(Between {
                home: name(home, Place::Whereabouts)?,
                seat: match seat {
                    Some(seat) => Some(name(seat, Place::Whereabouts)?),
                    None => None,
                },
            }),
            None => None,
        };
        Ok(Extensions {
            overseas: self.overseas,
            abroad: self.abroad,
            between,
        })
    }
}

impl<A> Length<A> {
    fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Length<B>, E> {
        Ok(match self {
            Self::Hours(hours, skipping) => Length::Hours(hours.try_map(name)?, *skipping),
            Self::DaysBut(days, skipping) => Length::DaysBut(days.try_map(name)?, *skipping),
            Self::Span(span) => Length::Span(span.try_map(name)?),
            Self::Clear(span) => Length::Clear(span.try_map(name)?),
        })
    }
}

impl<A> Span<A> {
    fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Span<B>, E> {
        Ok(Span {
            years: self.years.try_map(name)?,
            months: self.months.try_map(name)?,
            weeks: self.weeks.try_map(name)?,
            days: self.days.try_map(name)?,
        })
    }
}

impl<A> Quantity<A> {
    fn try_map<B, E>(
        &self,
        name: &mut impl FnMut(&A, Place) -> Result<B, E>,
    ) -> Result<Quantity<B>, E> {
        Ok(match self {
            Self::Fixed(number) => Quantity::Fixed(*number),
            Self::Named(value) => Quantity::Named(name(value, Place::Amount)?),
        })
    }
}
