//! How to go from one date to another: counts, what they skip and what distance adds, and named days.

use miette::SourceSpan;
use parcours_core::calendar::{
    Between, Calendar, Count, Direction, Edge, Extensions, Length, MissingDay, Move, Skipping,
    Span, StartDay, WeeklyRest, Which,
};
use serde_saphyr::Spanned;

use super::check::{Checker, Head, Kind, Of};
use super::text::span;
use super::word::{self, OnDay, Skipped};
use super::{DateRuleError, NameText, RawDistance, RawRule};

impl Checker {
    pub(super) fn count(
        &mut self,
        raw: &RawRule,
        head: Head,
        calendar: Calendar,
        direction: Direction,
    ) -> Option<Count<NameText>> {
        let skipping = self.skipping(raw, calendar);
        let length = match head.kind {
            Kind::Hours => Length::Hours(
                self.amount("hours", raw.hours.as_deref(), 1),
                skipping.unwrap_or(Skipping::NOTHING),
            ),
            Kind::Working => Length::DaysBut(
                self.amount("working_days", raw.working_days.as_deref(), 1),
                Skipping::working(calendar),
            ),
            Kind::Business => Length::DaysBut(
                self.amount("business_days", raw.business_days.as_deref(), 1),
                Skipping::business(calendar),
            ),
            Kind::Clear => Length::Clear(Span {
                months: self.amount("clear_months", raw.clear_months.as_deref(), 1),
                days: self.amount("clear_days", raw.clear_days.as_deref(), 1),
                ..Span::none()
            }),
            _ => match skipping {
                Some(skipping) => {
                    let others = [
                        ("years", &raw.years),
                        ("months", &raw.months),
                        ("weeks", &raw.weeks),
                    ];
                    if let (Some((beside, _)), Some(list)) = (
                        others.into_iter().find(|(_, value)| value.is_some()),
                        &raw.skipping,
                    ) {
                        let remedy = "days are skipped from `hours` and from `days` alone; use `then:` for the rest";
                        self.misplaced("skipping", beside, remedy, list);
                    }
                    Length::DaysBut(self.amount("days", raw.days.as_deref(), 1), skipping)
                }
                None => Length::Span(Span {
                    years: self.amount("years", raw.years.as_deref(), 1),
                    months: self.amount("months", raw.months.as_deref(), 1),
                    weeks: self.amount("weeks", raw.weeks.as_deref(), 1),
                    days: self.amount("days", raw.days.as_deref(), 1),
                }),
            },
        };
        if let (Some(distance), Direction::Before) = (&raw.distance, direction) {
            self.misplaced(
                "distance",
                "before",
                "only a period that runs on is extended for distance",
                distance,
            );
        }
        let months = raw.years.is_some()
            || raw.months.is_some()
            || raw.clear_months.is_some()
            || raw.distance.is_some();
        if let (Some(missing_day), false) = (&raw.missing_day, months) {
            self.misplaced(
                "missing_day",
                head.key,
                "only a count of months can meet a month without such a day",
                missing_day,
            );
        }
        let start_day = raw
            .start_day
            .as_ref()
            .and_then(|word| self.word("start_day", word, word::START_DAYS));
        let missing_day = raw
            .missing_day
            .as_ref()
            .and_then(|word| self.word("missing_day", word, word::MISSING_DAYS));
        Some(Count {
            length,
            direction,
            start_day: start_day.unwrap_or(StartDay::Excluded),
            missing_day: missing_day.unwrap_or(MissingDay::LastOfMonth),
            distance: raw
                .distance
                .as_ref()
                .map(|distance| self.distance(distance)),
        })
    }

    /// The months that distance adds, and from where to where it is measured.
    fn distance(&mut self, raw: &Spanned<RawDistance>) -> Extensions<NameText> {
        let home = self.place("from", raw.value.from.as_ref());
        let seat = self.place("to", raw.value.to.as_ref());
        if home.is_none() && (seat.is_some() || self.of == Of::AJourney) {
            let remedy = "say where the person lives, by the INSEE code of a commune or of a country: `from: event.home_commune`";
            self.problems.push(DateRuleError::Missing {
                of: "distance",
                wanted: "`from`",
                remedy,
                at: span(&raw.referenced),
            });
        }
        Extensions {
            overseas: raw.value.overseas_months.value,
            abroad: raw.value.abroad_months.value,
            between: home.map(|home| Between { home, seat }),
        }
    }

    fn place(&mut self, key: &'static str, text: Option<&Spanned<String>>) -> Option<NameText> {
        let text = text?;
        let at = span(&text.referenced);
        let name = text.value.trim();
        if name.is_empty() {
            let remedy = "name a text that is an INSEE code, of a commune or of a country";
            self.problems.push(DateRuleError::Empty { key, remedy, at });
            return None;
        }
        Some(NameText {
            text: name.to_owned(),
            span: at,
        })
    }

    fn skipping(&mut self, raw: &RawRule, calendar: Calendar) -> Option<Skipping> {
        let list = raw.skipping.as_ref()?;
        let skipped: Vec<Skipped> = list
            .value
            .iter()
            .filter_map(|word| self.word("skipping", word, word::SKIPPED))
            .collect();
        let has = |wanted| skipped.contains(&wanted);
        if list.value.is_empty() {
            let remedy = "say what is skipped, [weekends, holidays], or take the key out";
            self.problems.push(DateRuleError::Empty {
                key: "skipping",
                remedy,
                at: span(&list.referenced),
            });
        } else if has(Skipped::Weekends) && has(Skipped::Sundays) {
            self.misplaced(
                "skipping",
                "weekends",
                "a weekend has its Sunday already: take `sundays` out",
                list,
            );
        }
        let rest = match (has(Skipped::Weekends), has(Skipped::Sundays)) {
            (true, _) => WeeklyRest::Weekends,
            (false, true) => WeeklyRest::Sundays,
            (false, false) => WeeklyRest::None,
        };
        Some(Skipping {
            rest,
            holidays: has(Skipped::Holidays).then_some(calendar),
        })
    }

    pub(super) fn edge(&mut self, raw: &RawRule, edge: Edge) -> Option<Move<NameText>> {
        let key = word::edge_key(edge);
        let period = match edge {
            Edge::First => raw.first_of.as_ref()?,
            Edge::Last => raw.end_of.as_ref()?,
        };
        let (which, period) = self.word(key, period, word::PERIODS)?;
        let (wanted, start) = match which {
            Which::Next => ("`after`", raw.after.is_some()),
            Which::Previous => ("`before`", raw.before.is_some()),
            Which::This => ("`of`", raw.of.is_some()),
        };
        let none = raw.after.is_none() && raw.before.is_none() && raw.of.is_none();
        if !start && !none {
            let remedy = "the next one comes `after` a date, the previous one `before` it, and a date lies in the one `of` it";
            let found = [&raw.after, &raw.before, &raw.of]
                .into_iter()
                .flatten()
                .next();
            let at =
                found.map_or_else(|| SourceSpan::from((0, 0)), |found| span(&found.referenced));
            self.problems.push(DateRuleError::Missing {
                of: key,
                wanted,
                remedy,
                at,
            });
        }
        Some(Move::Edge {
            edge,
            which,
            period,
        })
    }

    pub(super) fn weekday(
        &mut self,
        raw: &RawRule,
        direction: Direction,
    ) -> Option<Move<NameText>> {
        let nth = raw.nth.as_ref()?;
        let number = nth
            .value
            .parse::<u8>()
            .ok()
            .filter(|nth| (1..=53).contains(nth));
        if number.is_none() {
            let at = span(&nth.referenced);
            self.problems.push(DateRuleError::BadNumber {
                key: "nth",
                found: nth.value.clone(),
                least: 1,
                most: 53,
                at,
            });
        }
        let Some(weekday) = &raw.weekday else {
            let remedy =
                "say which day of the week: `nth: 6, weekday: friday, before: event.ballot_on`";
            self.problems.push(DateRuleError::Missing {
                of: "nth",
                wanted: "`weekday`",
                remedy,
                at: span(&nth.referenced),
            });
            return None;
        };
        let weekday = self.word("weekday", weekday, word::WEEKDAYS)?;
        Some(Move::Weekday {
            nth: number?,
            weekday,
            direction,
        })
    }

    pub(super) fn on(&mut self, raw: &RawRule) -> Option<Move<NameText>> {
        let on = raw.on.as_ref()?;
        let Some(day) = word::on_day(&on.value) else {
            self.problems.push(DateRuleError::NoSuchDay {
                found: on.value.clone(),
                at: span(&on.referenced),
            });
            return None;
        };
        let (wanted, count, other) = match day {
            OnDay::OfYear { .. } => (
                "`calendar_years`",
                &raw.calendar_years,
                ("calendar_months", &raw.calendar_months),
            ),
            OnDay::OfMonth(_) => (
                "`calendar_months`",
                &raw.calendar_months,
                ("calendar_years", &raw.calendar_years),
            ),
        };
        if let (key, Some(other)) = other {
            let remedy = "a day and a month go with `calendar_years`, a day of the month with `calendar_months`";
            self.misplaced(key, "on", remedy, other);
        }
        let Some(count) = count else {
            let remedy = "say how many further on: 0 is the year or the month of the date itself, 1 the next";
            self.problems.push(DateRuleError::Missing {
                of: "on",
                wanted,
                remedy,
                at: span(&on.referenced),
            });
            return None;
        };
        Some(match day {
            OnDay::OfYear { day, month } => Move::DayOfYear {
                day,
                month,
                calendar_years: self.amount("calendar_years", Some(count), 0),
            },
            OnDay::OfMonth(day) => Move::DayOfMonth {
                day,
                calendar_months: self.amount("calendar_months", Some(count), 0),
            },
        })
    }
}
