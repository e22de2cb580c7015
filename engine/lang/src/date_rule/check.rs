//! From the keys of a rule to what it means.

use std::collections::BTreeMap;

use miette::SourceSpan;
use parcours_core::calendar::{
    Anchor, Basis, Between, Calendar, Channel, Count, DateRule, Direction, Edge, Extensions,
    Length, MissingDay, Move, Pick, Quantity, Reckoning, Roll, Skipping, Span, Start, StartDay,
    Variant, WeeklyRest, Which,
};
use serde_saphyr::Spanned;

use super::text::span;
use super::word::{self, OnDay, RollWord, Skipped, Words};
use super::{DateRuleError, NameText, RawDistance, RawRule};

/// How deep rules may stand in rules.
const DEEPEST: usize = 8;

/// The word for the result of the rule before.
const THAT_DAY: &str = "that_day";

const MODIFIERS: &[&str] = &["roll", "calendar", "met_by", "then"];

/// A rule as read, checked: what each key means, and that they make sense together.
///
/// # Errors
///
/// Every problem found, in the order of the reference's keys.
pub fn check(raw: &Spanned<RawRule>) -> Result<DateRule<NameText>, Vec<DateRuleError>> {
    check_for(raw, Of::Anybody)
}

/// The same, for a rule of a journey: it must name all that it needs to know of the person.
///
/// # Errors
///
/// As [`check`].
pub fn check_in_journey(raw: &Spanned<RawRule>) -> Result<DateRule<NameText>, Vec<DateRuleError>> {
    check_for(raw, Of::AJourney)
}

fn check_for(raw: &Spanned<RawRule>, of: Of) -> Result<DateRule<NameText>, Vec<DateRuleError>> {
    let mut checker = Checker {
        of,
        problems: Vec::new(),
    };
    let rule = checker.rule(raw);
    match rule {
        Some(rule) if checker.problems.is_empty() => Ok(rule),
        _ => Err(checker.problems),
    }
}

/// Where a rule stands, and so what it may say.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// Under a `then`.
    that_day: bool,
}

/// Whose rule it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Somebody who says how far away they are: `parcours calendar due --distance`.
    Anybody,
    /// A journey, which knows of its people only what it names.
    AJourney,
}

struct Checker {
    of: Of,
    problems: Vec<DateRuleError>,
}

/// What a rule is about: the key that decides which others make sense.
#[derive(Clone, Copy)]
struct Head {
    key: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hours,
    Span,
    Clear,
    Working,
    Business,
    Date,
    Edge(Edge),
    Weekday,
    On,
    Choice(Pick),
    Channels,
}

const HEADS: &[(&str, Kind)] = &[
    ("hours", Kind::Hours),
    ("years", Kind::Span),
    ("months", Kind::Span),
    ("weeks", Kind::Span),
    ("days", Kind::Span),
    ("clear_months", Kind::Clear),
    ("clear_days", Kind::Clear),
    ("working_days", Kind::Working),
    ("business_days", Kind::Business),
    ("date", Kind::Date),
    ("first_of", Kind::Edge(Edge::First)),
    ("end_of", Kind::Edge(Edge::Last)),
    ("nth", Kind::Weekday),
    ("on", Kind::On),
    ("latest_of", Kind::Choice(Pick::Latest)),
    ("earliest_of", Kind::Choice(Pick::Earliest)),
    ("by_channel", Kind::Channels),
];

impl Kind {
    /// The keys that may stand beside it, but those of [`MODIFIERS`].
    const fn beside(self) -> &'static [&'static str] {
        match self {
            Self::Hours => &["after", "before", "of_several", "skipping", "distance"],
            Self::Span => &[
                "after",
                "before",
                "of_several",
                "skipping",
                "start_day",
                "missing_day",
                "distance",
            ],
            Self::Clear => &["after", "before", "of_several", "missing_day", "distance"],
            Self::Working | Self::Business => {
                &["after", "before", "of_several", "start_day", "distance"]
            }
            Self::Date => &["of_several"],
            Self::Edge(_) => &["after", "before", "of", "of_several"],
            Self::Weekday => &["weekday", "after", "before", "of_several"],
            Self::On => &["calendar_years", "calendar_months", "after", "of_several"],
            Self::Choice(_) | Self::Channels => &[],
        }
    }
}

impl Checker {
    fn rule(&mut self, raw: &Spanned<RawRule>) -> Option<DateRule<NameText>> {
        let place = Place {
            depth: 0,
            that_day: false,
        };
        let head = self.head(raw)?;
        let Some(channels) = &raw.value.by_channel else {
            return self.variant(raw, place).map(DateRule::Every);
        };
        self.keys(&raw.value, head, &[]);
        if channels.value.is_empty() {
            let remedy = "give a rule for each channel: { online: { … }, paper: { … } }";
            self.problems.push(DateRuleError::Empty {
                key: "by_channel",
                remedy,
                at: span(&channels.referenced),
            });
            return None;
        }
        let mut variants = BTreeMap::new();
        for (name, rule) in &channels.value {
            let channel = Channel::from_id(name);
            if channel.is_none() {
                let choices = Channel::ALL.map(Channel::id).join(", ");
                let at = span(&rule.referenced);
                self.problems.push(DateRuleError::UnknownWord {
                    key: "by_channel",
                    found: name.clone(),
                    choices,
                    at,
                });
            }
            let variant = self.variant(rule, Place { depth: 1, ..place });
            variants.extend(channel.zip(variant));
        }
        Some(DateRule::ByChannel(variants))
    }

    fn variant(&mut self, raw: &Spanned<RawRule>, place: Place) -> Option<Variant<NameText>> {
        let met_by = raw
            .value
            .met_by
            .as_ref()
            .and_then(|word| self.word("met_by", word, word::MET_BY));
        let reckoning = self.reckoning(raw, place)?;
        Some(Variant { reckoning, met_by })
    }

    /// A rule under another one: it has no `met_by` of its own.
    fn inner(&mut self, raw: &Spanned<RawRule>, place: Place) -> Option<Reckoning<NameText>> {
        let place = Place {
            depth: place.depth + 1,
            ..place
        };
        if place.depth > DEEPEST {
            self.problems.push(DateRuleError::TooDeep {
                most: DEEPEST,
                at: span(&raw.referenced),
            });
            return None;
        }
        if let Some(met_by) = &raw.value.met_by {
            self.misplaced(
                "met_by",
                "a rule inside another",
                "say it once, for the whole rule",
                met_by,
            );
        }
        self.reckoning(raw, place)
    }

    fn reckoning(&mut self, raw: &Spanned<RawRule>, place: Place) -> Option<Reckoning<NameText>> {
        let head = self.head(raw)?;
        self.keys(&raw.value, head, MODIFIERS);
        if head.kind == Kind::Channels {
            let remedy = "put `by_channel` outermost, and a whole rule under each channel";
            self.problems.push(DateRuleError::Misplaced {
                key: "by_channel",
                beside: "a rule inside another",
                remedy,
                at: span(&raw.referenced),
            });
            return None;
        }
        let raw_rule = &raw.value;
        let calendar = self.calendar(raw_rule, head);
        let basis = match head.kind {
            Kind::Choice(pick) => self.choice(raw_rule, pick, place),
            _ => self.from(raw, head, calendar, place),
        };
        let roll = match raw_rule
            .roll
            .as_ref()
            .and_then(|word| self.word("roll", word, word::ROLLS))
        {
            None | Some(RollWord::None) => Roll::None,
            Some(RollWord::NextWorkingDay) => Roll::NextWorkingDay(calendar),
            Some(RollWord::Unsettled) => {
                if let Some(then) = &raw_rule.then {
                    let remedy = "a date that the law does not settle cannot carry another: roll only at the end";
                    self.misplaced("then", "roll: unsettled", remedy, then);
                }
                Roll::Unsettled(calendar)
            }
        };
        let then = match &raw_rule.then {
            None => None,
            Some(then) => Some(Box::new(self.inner(
                then,
                Place {
                    that_day: true,
                    ..place
                },
            )?)),
        };
        Some(Reckoning {
            basis: basis?,
            roll,
            then,
        })
    }

    /// What the rule is about; only one thing.
    fn head(&mut self, raw: &Spanned<RawRule>) -> Option<Head> {
        let mut heads = raw.value.keys().into_iter().filter_map(|(key, at)| {
            HEADS
                .iter()
                .find(|(head, _)| *head == key)
                .map(|(key, kind)| (Head { key, kind: *kind }, at))
        });
        let Some((first, _)) = heads.next() else {
            self.problems.push(DateRuleError::SaysNothing {
                at: span(&raw.referenced),
            });
            return None;
        };
        match heads.find(|(other, _)| other.kind != first.kind) {
            None => Some(first),
            Some((other, at)) => {
                let at = span(&at);
                self.problems.push(DateRuleError::SaysTwoThings {
                    first: first.key,
                    second: other.key,
                    at,
                });
                None
            }
        }
    }

    fn keys(&mut self, raw: &RawRule, head: Head, modifiers: &[&str]) {
        for (key, at) in raw.keys() {
            let about = HEADS.iter().any(|(head, _)| *head == key);
            if !about && !head.kind.beside().contains(&key) && !modifiers.contains(&key) {
                let remedy = match key {
                    "start_day" => {
                        "clear periods and hours have no say in it: neither counts the day of the event"
                    }
                    "of" => {
                        "`of` goes with `first_of` and `end_of`; a count starts `after` or `before` a date"
                    }
                    "skipping" => "days are skipped from `hours` and from `days` alone",
                    _ => "take it out, or see docs/date-rules.md for what it goes with",
                };
                self.problems.push(DateRuleError::Misplaced {
                    key,
                    beside: head.key,
                    remedy,
                    at: span(&at),
                });
            }
        }
    }

    fn choice(&mut self, raw: &RawRule, pick: Pick, place: Place) -> Option<Basis<NameText>> {
        let (key, rules) = match pick {
            Pick::Latest => ("latest_of", raw.latest_of.as_ref()?),
            Pick::Earliest => ("earliest_of", raw.earliest_of.as_ref()?),
        };
        if rules.value.is_empty() {
            let remedy = "give it two rules or more, to choose among";
            self.problems.push(DateRuleError::Empty {
                key,
                remedy,
                at: span(&rules.referenced),
            });
        }
        let found: Vec<_> = rules
            .value
            .iter()
            .map(|rule| self.inner(rule, place))
            .collect();
        Some(Basis::Of {
            pick,
            among: found.into_iter().collect::<Option<_>>()?,
        })
    }

    fn from(
        &mut self,
        raw: &Spanned<RawRule>,
        head: Head,
        calendar: Calendar,
        place: Place,
    ) -> Option<Basis<NameText>> {
        let rule = &raw.value;
        let direction = if rule.before.is_some() {
            Direction::Before
        } else {
            Direction::After
        };
        let by = match head.kind {
            Kind::Date => Some(Move::Stay),
            Kind::Edge(edge) => self.edge(rule, edge),
            Kind::Weekday => self.weekday(rule, direction),
            Kind::On => self.on(rule),
            _ => self.count(rule, head, calendar, direction).map(Move::Count),
        };
        let start = self.start(raw, head, place);
        Some(Basis::From {
            start: start?,
            by: by?,
        })
    }

    fn start(
        &mut self,
        raw: &Spanned<RawRule>,
        head: Head,
        place: Place,
    ) -> Option<Start<NameText>> {
        let rule = &raw.value;
        let named = [
            ("date", &rule.date),
            ("after", &rule.after),
            ("before", &rule.before),
            ("of", &rule.of),
        ];
        let mut starts = named
            .iter()
            .filter_map(|(key, name)| name.as_ref().map(|name| (*key, name)));
        let Some((first, name)) = starts.next() else {
            let (wanted, remedy) = match head.kind {
                Kind::Edge(_) => (
                    "`after`, `before` or `of`",
                    "say of which date: `first_of: next_month, after: event.born_on`",
                ),
                _ => (
                    "`after` or `before`",
                    "say from which date: `days: 5, after: child.born_on`",
                ),
            };
            self.problems.push(DateRuleError::Missing {
                of: head.key,
                wanted,
                remedy,
                at: span(&raw.referenced),
            });
            return None;
        };
        if let Some((second, other)) = starts.next() {
            self.problems.push(DateRuleError::TwoStarts {
                first,
                second,
                at: span(&other.referenced),
            });
            return None;
        }
        let of_several = rule
            .of_several
            .as_ref()
            .and_then(|word| self.word("of_several", word, word::PICKS));
        let anchor = match name.value.trim() {
            THAT_DAY if place.that_day => {
                if let Some(several) = &rule.of_several {
                    self.misplaced("of_several", THAT_DAY, "that day is one day", several);
                }
                Anchor::ThatDay
            }
            THAT_DAY => {
                self.problems.push(DateRuleError::NoThatDay {
                    at: span(&name.referenced),
                });
                return None;
            }
            "" => {
                let remedy = "name the date the rule starts from";
                self.problems.push(DateRuleError::Empty {
                    key: first,
                    remedy,
                    at: span(&name.referenced),
                });
                return None;
            }
            text => Anchor::Given(NameText {
                text: text.to_owned(),
                span: span(&name.referenced),
            }),
        };
        Some(Start { anchor, of_several })
    }

    fn count(
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

    fn edge(&mut self, raw: &RawRule, edge: Edge) -> Option<Move<NameText>> {
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

    fn weekday(&mut self, raw: &RawRule, direction: Direction) -> Option<Move<NameText>> {
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

    fn on(&mut self, raw: &RawRule) -> Option<Move<NameText>> {
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

    /// Whose holidays. The office's when not said; not to be said when nothing looks at them.
    fn calendar(&mut self, raw: &RawRule, head: Head) -> Calendar {
        let Some(calendar) = &raw.calendar else {
            return Calendar::Office;
        };
        let rolls = raw.roll.as_ref().is_some_and(|roll| roll.value != "none");
        let skips = raw
            .skipping
            .as_ref()
            .is_some_and(|list| list.value.iter().any(|word| word.value == "holidays"));
        if !rolls && !skips && !matches!(head.kind, Kind::Working | Kind::Business) {
            let remedy = "nothing in this rule looks at holidays: take it out, or say `roll: next_working_day`";
            self.misplaced("calendar", head.key, remedy, calendar);
        }
        word::calendar(&calendar.value).unwrap_or_else(|| {
            self.problems.push(DateRuleError::UnknownWord {
                key: "calendar",
                found: calendar.value.clone(),
                choices: word::calendar_choices(),
                at: span(&calendar.referenced),
            });
            Calendar::Office
        })
    }

    /// A number, or the name of one. Not there is zero.
    fn amount(
        &mut self,
        key: &'static str,
        text: Option<&Spanned<String>>,
        least: u16,
    ) -> Quantity<NameText> {
        let Some(text) = text else {
            return Quantity::Fixed(0);
        };
        let at = span(&text.referenced);
        let value = text.value.trim();
        if value.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return Quantity::Named(NameText {
                text: value.to_owned(),
                span: at,
            });
        }
        let number = value
            .parse()
            .ok()
            .filter(|number| *number >= least && value.bytes().all(|byte| byte.is_ascii_digit()));
        if number.is_none() {
            let found = text.value.clone();
            self.problems.push(DateRuleError::BadNumber {
                key,
                found,
                least,
                most: u16::MAX,
                at,
            });
        }
        Quantity::Fixed(number.unwrap_or_default())
    }

    fn word<T: Copy>(
        &mut self,
        key: &'static str,
        text: &Spanned<String>,
        words: Words<T>,
    ) -> Option<T> {
        let found = word::find(words, &text.value);
        if found.is_none() {
            self.problems.push(DateRuleError::UnknownWord {
                key,
                found: text.value.clone(),
                choices: word::choices(words),
                at: span(&text.referenced),
            });
        }
        found
    }

    fn misplaced<T>(
        &mut self,
        key: &'static str,
        beside: &'static str,
        remedy: &'static str,
        at: &Spanned<T>,
    ) {
        self.problems.push(DateRuleError::Misplaced {
            key,
            beside,
            remedy,
            at: span(&at.referenced),
        });
    }
}
