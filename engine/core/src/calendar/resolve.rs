//! From a rule and a situation to a deadline, or to everything that is lacking.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use chrono::NaiveDate;

use super::deadline::{Deadline, Window};
use super::map::Place;
use super::moment::Moment;
use super::reckon::{Found, Known, Reckoner};
use super::rule::{
    Basis, Calendar, Channel, Count, DateRule, Distance, Length, Move, Reckoning, Roll, Skipping,
    Variant, WindowRule,
};
use super::territory::Territory;
use super::whereabouts::Whereabouts;
use super::worked::{Told, Worked};

/// What a rule needs to know. Each question is asked at most once for each place it has in the rule, and only if needed.
pub trait Situation<A> {
    /// What may be lacking: a fact, say.
    type Lacks: Ord;

    /// The dates that `name` stands for: one, or several people's.
    ///
    /// # Errors
    ///
    /// All that would have to be known.
    fn moments(&mut self, name: &A) -> Result<Vec<Moment>, BTreeSet<Self::Lacks>>;

    /// What there is to tell of the dates that `name` stands for, once they are known. Nothing, where nobody reads the
    /// working-out.
    fn told(&mut self, _name: &A) -> Told {
        Told::default()
    }

    /// The number that `name` stands for.
    ///
    /// # Errors
    ///
    /// All that would have to be known.
    fn amount(&mut self, name: &A) -> Result<i64, BTreeSet<Self::Lacks>>;

    /// The territory whose holidays [`Calendar::Office`] means.
    ///
    /// # Errors
    ///
    /// All that would have to be known.
    fn office(&mut self) -> Result<Territory, BTreeSet<Self::Lacks>>;

    /// How far the person is from the office or the court, for a rule that does not say from where to where.
    ///
    /// # Errors
    ///
    /// All that would have to be known.
    fn distance(&mut self) -> Result<Distance, BTreeSet<Self::Lacks>>;

    /// Where `name` is: a commune, a department or a country.
    ///
    /// # Errors
    ///
    /// All that would have to be known.
    fn whereabouts(&mut self, name: &A) -> Result<Whereabouts, BTreeSet<Self::Lacks>>;

    /// Where the office or the court has its seat.
    ///
    /// # Errors
    ///
    /// All that would have to be known.
    fn seat(&mut self) -> Result<Whereabouts, BTreeSet<Self::Lacks>>;

    /// The channel that the question is about, if it is about one.
    fn channel(&mut self) -> Option<Channel>;

    /// The days on which the clock stood still, each stretch less its last day: they are not counted where days are counted one by
    /// one. None, for a clock that never stops.
    fn stood_still(&mut self) -> Vec<(NaiveDate, NaiveDate)> {
        Vec::new()
    }
}

/// There is no deadline, yet or at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved<L: Ord> {
    /// Not yet: all of this must be known first. Ask for it.
    #[error("the date cannot be told before {} more is known", .0.len())]
    Lacking(BTreeSet<L>),
    /// Not at all: the rule and the situation do not fit. Tell the designer, with the values.
    #[error(transparent)]
    Impossible(#[from] Impossible),
}

/// Why a rule has no answer in a situation where everything is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Impossible {
    /// The date would lie outside the calendar.
    #[error("counting from {from} leaves the years 1583 to 9999")]
    OutOfCalendar {
        /// Where the count began.
        from: Moment,
    },
    /// Hours cannot be counted from a whole day.
    #[error("hours are counted from a time of day, and {from} has none: give it as {from}T18:00")]
    NoTimeOfDay {
        /// The date without a time.
        from: Moment,
    },
    /// A name stands for no date at all (no spouse has received it).
    #[error("a name in the rule stands for an empty list of dates")]
    NoMoment,
    /// A name stands for several dates.
    #[error(
        "a name in the rule stands for {count} dates: say `of_several: latest` or `of_several: earliest`"
    )]
    SeveralMoments {
        /// How many.
        count: usize,
    },
    /// An amount is negative, or too large to be one.
    #[error("an amount in the rule is {amount}: it must lie between 0 and 65535")]
    BadAmount {
        /// The amount found.
        amount: i64,
    },
    /// There is nothing to choose among.
    #[error("the rule chooses among no dates at all")]
    NothingToChoose,
    /// `that_day` is used where nothing was reckoned before.
    #[error("`that_day` is the result of the rule before, and stands outside `then`")]
    NoThatDay,
    /// No such weekday, day or month.
    #[error("the rule asks for a day that no calendar has")]
    NoSuchDay,
    /// The seat is not in France: the texts on distance say nothing of it.
    #[error("distance is measured from a court or an office in France, and this one is not")]
    SeatAbroad,
    /// The rule says nothing of the channel asked about.
    #[error("the rule gives no date for this channel")]
    NoSuchChannel,
}

/// The deadline that `rule` gives in `situation`.
///
/// # Properties
///
/// - Pure: the same answers give the same deadline.
/// - Lacking means *all* that is lacking, in every part of the rule that counts here.
/// - A later start never gives an earlier deadline.
///
/// # Errors
///
/// [`Unresolved::Lacking`] to ask, [`Unresolved::Impossible`] to mend the rule or the values.
pub fn resolve<A, S: Situation<A>>(
    rule: &DateRule<A>,
    situation: &mut S,
) -> Result<Deadline, Unresolved<S::Lacks>> {
    let mut asked = Asked {
        situation,
        lacks: BTreeSet::new(),
    };
    let channel = asked.situation.channel();
    match (rule, channel) {
        (DateRule::Every(variant), _) => {
            let known = asked.know(variant);
            asked.settled()?;
            Ok(known.deadline()?)
        }
        (DateRule::ByChannel(variants), Some(channel)) => {
            let variant = variants.get(&channel).ok_or(Impossible::NoSuchChannel)?;
            let known = asked.know(variant);
            asked.settled()?;
            Ok(known.deadline()?)
        }
        (DateRule::ByChannel(variants), None) => {
            let known: Vec<_> = variants
                .iter()
                .map(|(channel, variant)| (*channel, asked.know(variant)))
                .collect();
            asked.settled()?;
            let channels = known
                .into_iter()
                .map(|(channel, known)| Ok((channel, known.deadline()?)))
                .collect::<Result<BTreeMap<_, _>, Impossible>>()?;
            Ok(last_of(channels)?)
        }
    }
}

/// The window that `rule` gives in `situation`. What either end lacks is lacking.
///
/// # Errors
///
/// As [`resolve`].
pub fn resolve_window<A, S: Situation<A>>(
    rule: &WindowRule<A>,
    situation: &mut S,
) -> Result<Window, Unresolved<S::Lacks>> {
    match (
        resolve(&rule.opens, situation),
        resolve(&rule.closes, situation),
    ) {
        (Ok(opens), Ok(closes)) => Ok(Window { opens, closes }),
        (Err(Unresolved::Lacking(mut opens)), Err(Unresolved::Lacking(closes))) => {
            opens.extend(closes);
            Err(Unresolved::Lacking(opens))
        }
        (Err(Unresolved::Impossible(why)), _) | (_, Err(Unresolved::Impossible(why))) => {
            Err(why.into())
        }
        (Err(lacking), Ok(_)) | (Ok(_), Err(lacking)) => Err(lacking),
    }
}

fn last_of(channels: BTreeMap<Channel, Deadline>) -> Result<Deadline, Impossible> {
    let last = channels
        .values()
        .max_by_key(|deadline| deadline.due.ends())
        .ok_or(Impossible::NothingToChoose)?;
    let (due, perhaps, met_by) = (last.due, last.perhaps, last.met_by);
    let working_out = channels
        .iter()
        .flat_map(|(channel, deadline)| {
            core::iter::once(Worked::ForChannel(*channel))
                .chain(deadline.working_out.iter().cloned())
        })
        .collect();
    Ok(Deadline {
        due,
        perhaps,
        met_by,
        working_out,
        channels,
    })
}

/// Asks the situation everything first, so that what lacks is told at once.
struct Asked<'a, A, S: Situation<A>> {
    situation: &'a mut S,
    lacks: BTreeSet<S::Lacks>,
}

struct KnownVariant {
    variant: Variant<Known>,
    office: Option<Territory>,
    distance: Distance,
    seat: Option<Whereabouts>,
    still: Vec<(NaiveDate, NaiveDate)>,
}

impl<A, S: Situation<A>> Asked<'_, A, S> {
    fn know(&mut self, variant: &Variant<A>) -> KnownVariant {
        let Ok(variant) = variant
            .try_map(&mut |name, place| Ok::<_, core::convert::Infallible>(self.ask(name, place)));
        let mut needs = Needs {
            office: false,
            distance: false,
            seat: false,
        };
        needs.of(&variant.reckoning);
        let office = needs.office.then(|| self.situation.office());
        let distance = needs.distance.then(|| self.situation.distance());
        let seat = needs.seat.then(|| self.situation.seat());
        KnownVariant {
            variant,
            office: office.and_then(|office| self.note(office)),
            distance: distance
                .and_then(|distance| self.note(distance))
                .unwrap_or_default(),
            seat: seat.and_then(|seat| self.note(seat)),
            still: self.situation.stood_still(),
        }
    }

    fn ask(&mut self, name: &A, place: Place) -> Known {
        let answer = match place {
            Place::Amount => self.situation.amount(name).map(Known::Amount),
            Place::Whereabouts => self.situation.whereabouts(name).map(Known::Whereabouts),
            Place::Date | Place::TimeOfDay => self
                .situation
                .moments(name)
                .map(|moments| Known::Moments(moments, self.situation.told(name))),
        };
        self.note(answer)
            .unwrap_or_else(|| Known::Moments(Vec::new(), Told::default()))
    }

    fn note<T>(&mut self, answer: Result<T, BTreeSet<S::Lacks>>) -> Option<T> {
        answer.map_err(|lacks| self.lacks.extend(lacks)).ok()
    }

    fn settled(self) -> Result<(), Unresolved<S::Lacks>> {
        if self.lacks.is_empty() {
            Ok(())
        } else {
            Err(Unresolved::Lacking(self.lacks))
        }
    }
}

impl KnownVariant {
    fn deadline(self) -> Result<Deadline, Impossible> {
        let mut reckoner = Reckoner {
            office: self.office,
            distance: self.distance,
            seat: self.seat,
            still: self.still,
            working_out: Vec::new(),
        };
        let Found { due, perhaps } = reckoner.reckon(&self.variant.reckoning, None)?;
        let perhaps = (perhaps != due).then_some(perhaps);
        let Reckoner { working_out, .. } = reckoner;
        Ok(Deadline {
            due,
            perhaps,
            met_by: self.variant.met_by,
            working_out,
            channels: BTreeMap::new(),
        })
    }
}

impl<A> DateRule<A> {
    /// Whether it is measured from the seat of the office.
    pub fn asks_for_the_seat(&self) -> bool {
        let mut needs = Needs {
            office: false,
            distance: false,
            seat: false,
        };
        match self {
            Self::Every(variant) => needs.of(&variant.reckoning),
            Self::ByChannel(variants) => {
                for variant in variants.values() {
                    needs.of(&variant.reckoning);
                }
            }
        }
        needs.seat
    }

    /// Whether it counts days one by one, passing over some, whichever way it goes: *jours ouvrables*, *jours ouvrés*.
    pub fn counts_open_days(&self) -> bool {
        match self {
            Self::Every(variant) => variant.reckoning.counts_open_days(),
            Self::ByChannel(variants) => variants
                .values()
                .all(|variant| variant.reckoning.counts_open_days()),
        }
    }
}

impl<A> Reckoning<A> {
    fn counts_open_days(&self) -> bool {
        match &self.basis {
            Basis::From { by, .. } => matches!(
                by,
                Move::Count(Count {
                    length: Length::DaysBut(..),
                    ..
                })
            ),
            Basis::Of { among, .. } => among.iter().all(Self::counts_open_days),
        }
    }
}

/// What a reckoning asks besides its names.
struct Needs {
    office: bool,
    distance: bool,
    seat: bool,
}

impl Needs {
    fn of<A>(&mut self, reckoning: &Reckoning<A>) {
        match reckoning.roll {
            Roll::None => {}
            Roll::NextWorkingDay(calendar) | Roll::Unsettled(calendar) => {
                self.calendar(Some(calendar));
            }
        }
        match &reckoning.basis {
            Basis::From {
                by: Move::Count(count),
                ..
            } => {
                if let Some(extensions) = &count.distance {
                    match &extensions.between {
                        None => self.distance = true,
                        Some(between) => self.seat |= between.seat.is_none(),
                    }
                }
                match count.length {
                    Length::Hours(_, Skipping { holidays, .. })
                    | Length::DaysBut(_, Skipping { holidays, .. }) => {
                        self.calendar(holidays);
                    }
                    Length::Span(_) | Length::Clear(_) => {}
                }
            }
            Basis::From { .. } => {}
            Basis::Of { among, .. } => among.iter().for_each(|reckoning| self.of(reckoning)),
        }
        if let Some(then) = &reckoning.then {
            self.of(then);
        }
    }

    fn calendar(&mut self, calendar: Option<Calendar>) {
        self.office |= calendar == Some(Calendar::Office);
    }
}
