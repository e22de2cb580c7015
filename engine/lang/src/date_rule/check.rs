//! From the keys of a rule to what it means.

use std::collections::BTreeMap;

use parcours_core::calendar::{
    Anchor, Basis, Calendar, Channel, DateRule, Direction, Edge, Move, Pick, Quantity, Reckoning,
    Roll, Start, Variant,
};
use serde_saphyr::Spanned;

use super::text::span;
use super::word::{self, RollWord, Words};
use super::{DateRuleError, NameText, RawRule};

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
pub(super) enum Of {
    /// Somebody who says how far away they are: `parcours calendar due --distance`.
    Anybody,
    /// A journey, which knows of its people only what it names.
    AJourney,
}

pub(super) struct Checker {
    pub(super) of: Of,
    pub(super) problems: Vec<DateRuleError>,
}

/// What a rule is about: the key that decides which others make sense.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
    pub(super) fn amount(
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

    pub(super) fn word<T: Copy>(
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

    pub(super) fn misplaced<T>(
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
