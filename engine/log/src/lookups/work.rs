//! What waits for somebody in a journey, as an index holds it: by kind, by whose it is, and by when.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};
use parcours_core::name::ServiceId;

use crate::block::StreamId;

/// Kinds of work, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// A call failed however often it was tried.
    Failed,
    /// A service answered against the contract of its operation.
    Unfit,
    /// A date passed, and the law wants somebody to look.
    Missed,
    /// An agent decides.
    Decision,
    /// Somebody contests what is known, and an agent has to check.
    Contested,
    /// A date passed.
    Overdue,
    /// A rule does not fit what is known, and so decides nothing.
    Rule,
}

impl WorkKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Failed,
        Self::Unfit,
        Self::Missed,
        Self::Decision,
        Self::Contested,
        Self::Overdue,
        Self::Rule,
    ];

    /// Its letter in what is stored, which never changes.
    #[must_use]
    pub const fn letter(self) -> u8 {
        match self {
            Self::Failed => b'f',
            Self::Unfit => b'u',
            Self::Missed => b'm',
            Self::Decision => b'd',
            Self::Contested => b'c',
            Self::Overdue => b'o',
            Self::Rule => b'r',
        }
    }

    fn of_letter(letter: &str) -> Option<Self> {
        let is = |kind: &Self| letter.as_bytes() == [kind.letter()];
        Self::ALL.into_iter().find(is)
    }
}

/// How much work of one kind a stream holds, for the agents of one service or for those of all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    /// What kind.
    pub kind: WorkKind,
    /// Whose agents see it; none: those who work for every service, and so see all of that kind.
    pub service: Option<ServiceId>,
    /// The earliest day by which some of it is due.
    pub due: Option<NaiveDate>,
    /// How many things.
    pub count: u32,
}

impl Work {
    /// Its place among what is listed, in this stream.
    #[must_use]
    pub fn place(&self, stream: StreamId) -> WorkPlace {
        let due = self
            .due
            .and_then(|due| u32::try_from(due.num_days_from_ce()).ok());
        WorkPlace {
            due: due.unwrap_or(u32::MAX),
            stream,
        }
    }

    /// As text: one a line, `kind service due count`, with `-` for none.
    #[must_use]
    pub fn write(all: &[Self]) -> String {
        let mut text = String::new();
        for work in all {
            let service = work.service.as_ref().map_or("-", ServiceId::as_str);
            let due = work
                .due
                .map_or_else(|| "-".to_owned(), |due| due.to_string());
            // Writing to a text cannot fail.
            let _written = writeln!(
                text,
                "{} {service} {due} {}",
                char::from(work.kind.letter()),
                work.count
            );
        }
        text
    }

    /// From its text; none when that is not what was written.
    #[must_use]
    pub fn read(text: &str) -> Option<Vec<Self>> {
        let line = |line: &str| {
            let mut words = line.split(' ');
            let kind = WorkKind::of_letter(words.next()?)?;
            let service = match words.next()? {
                "-" => None,
                service => Some(ServiceId::new(service).ok()?),
            };
            let due = match words.next()? {
                "-" => None,
                due => Some(due.parse().ok()?),
            };
            let count = words.next()?.parse().ok()?;
            words.next().is_none().then_some(Self {
                kind,
                service,
                due,
                count,
            })
        };
        text.lines().map(line).collect()
    }
}

/// A stream in a list of work: what is due first comes first, what has no date last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkPlace {
    /// The day by which it is due, in days since the first of January of the year 1, which is day 1; the largest number without one.
    pub due: u32,
    /// Which stream.
    pub stream: StreamId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_reads_back_and_nothing_else_does() {
        let work = |kind, service: Option<&str>, due: Option<&str>, count| Work {
            kind,
            service: service.map(|service| ServiceId::new(service).expect("a service")),
            due: due.map(|due| due.parse().expect("a date")),
            count,
        };
        let all: Vec<Work> = WorkKind::ALL
            .into_iter()
            .flat_map(|kind| {
                [
                    work(kind, None, None, 2),
                    work(kind, Some("caf"), Some("2026-03-09"), 1),
                ]
            })
            .collect();
        assert_eq!(Work::read(&Work::write(&all)), Some(all));
        assert_eq!(Work::read(""), Some(vec![]));
        for bad in [
            "x - - 1",
            "f - -",
            "f - - 1 1",
            "f CAF - 1",
            "f - 2026-02-30 1",
            " ",
        ] {
            assert_eq!(Work::read(bad), None, "{bad}");
        }
    }
}
