//! `parcours log rejected`: the life events that were not taken, why, and what was sent.

use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;
use futures::StreamExt;
use parcours_core::intake::{Intake, Kept, Receipt};
use parcours_core::{JourneyId, PersonId};
use parcours_http::{FileLedger, Ledger, Read};
use parcours_log::format::payload::{Kind, decode, decode_without_keys};
use parcours_log::seal::{Keys, OsEntropy, Sealer};
use parcours_log::{Commit, CommitPosition, Log, Position};
use parcours_runtime::identity::Identities;
use parcours_runtime::{Clock, SystemClock, named};
use parcours_segments::keys::{KeyFile, OpenError as KeyError};
use serde_json::{Value as Json, json};

use crate::folder::Data;
use crate::report::chain;
use crate::terminal::{Answer, Paint};

/// Shows the life events that were rejected, in conflict with an earlier one, or corrections without their original: when, why, and
/// what to do. No key is used, unless one of them is opened.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours log rejected --data /var/lib/parcours\n  \
    parcours log rejected --data /var/lib/parcours --open 0000000000054773.00000000 > event.json\n\n\
    It works beside a running engine; to open one, stop the engine, or ask it: GET /v1/rejected (docs/http.md). What is opened holds\n\
    data about people: that it was is written in the access ledger.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// Prints what was sent, as it came: of the one that is there in the log.
    #[arg(long, value_name = "WHERE")]
    open: Option<String>,
    /// For a program to read: one a line.
    #[arg(long, conflicts_with = "open")]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let found = match futures::executor::block_on(found(&arguments.data)) {
        Ok(found) => found,
        Err(message) => return Answer::WrongUse(message),
    };
    let Some(at) = &arguments.open else {
        if found.is_empty() {
            return Answer::Fine("nothing was rejected".to_owned());
        }
        let line = |(at, commit, intake): &(CommitPosition, Commit, Intake)| {
            let told = told(*at, commit, intake);
            if arguments.json {
                format!("{told}\n")
            } else {
                shown(&told, paint)
            }
        };
        return Answer::Fine(found.iter().map(line).collect());
    };
    let wanted = found.iter().find(|(where_, ..)| where_.to_string() == *at);
    let Some((_, commit, _)) = wanted else {
        return Answer::No(format!(
            "nothing that was rejected is at {at}; `parcours log rejected` says where each is"
        ));
    };
    match opened(&arguments.data, commit) {
        Ok(text) => Answer::Fine(text),
        Err(message) => Answer::No(message),
    }
}

/// Erases each rejected message in which `person` is named, and says how many there were. Only those that may name them are opened.
pub(crate) fn erase(
    data: &Data,
    person: &PersonId,
    sealer: &Sealer<KeyFile>,
    today: NaiveDate,
) -> Result<u64, String> {
    let identities = Identities::of(sealer.keys().installation());
    let mut erased = 0;
    for (at, commit, intake) in futures::executor::block_on(found(data))? {
        if !identities.may_name(&intake.content, intake.words.as_ref(), person) {
            continue;
        }
        let opened: Intake =
            decode(&commit.payload, sealer).map_err(|error| format!("{at}: {}", chain(&error)))?;
        let names = opened.kept.iter().any(|kept| match kept {
            Kept::Rejected(sent) => sent.value().is_some_and(|sent| named::names(sent, person)),
            Kept::LifeEvent(_) | Kept::Told(_) => false,
        });
        if names {
            sealer
                .forget(&Kept::letter(&intake.content), today)
                .map_err(|error| chain(&error))?;
            erased += 1;
        }
    }
    Ok(erased)
}

async fn found(data: &Data) -> Result<Vec<(CommitPosition, Commit, Intake)>, String> {
    let log = data.look_at_log().await?;
    let mut blocks = log.read(Position::START);
    let mut found = Vec::new();
    while let Some(block) = blocks.next().await {
        let (position, block) = block.map_err(|error| error.to_string())?;
        for (index, commit) in (0..).zip(block.commits) {
            let at = CommitPosition {
                block: position,
                index,
            };
            if !matches!(Kind::of(&commit.payload), Ok(Kind::Intake)) {
                continue;
            }
            let intake: Intake = decode_without_keys(&commit.payload)
                .map_err(|error| format!("{at}: {}", chain(&error)))?;
            if matches!(
                intake.receipt,
                Receipt::Rejected { .. } | Receipt::Conflict { .. } | Receipt::Orphan
            ) {
                found.push((at, commit, intake));
            }
        }
    }
    Ok(found)
}

/// One of them, without values.
fn told(at: CommitPosition, commit: &Commit, intake: &Intake) -> Json {
    let (code, what) = match &intake.receipt {
        Receipt::Rejected { reason } => (reason.code.as_str(), reason.what.as_str()),
        Receipt::Conflict { .. } => (
            "conflict",
            "something else was published under this source and id; publish a correction, with an id of its own and `corrects`",
        ),
        _ => (
            "orphan",
            "the original of the correction has not been seen; it is taken up when the original is published",
        ),
    };
    json!({
        "at": at.to_string(),
        "recorded_at": super::recorded(commit.recorded_at),
        "life_event": intake.kind.as_ref().map(ToString::to_string),
        "code": code,
        "what": what,
    })
}

fn shown(told: &Json, paint: Paint) -> String {
    let text = |name: &str| told[name].as_str().unwrap_or("-");
    let head = format!(
        "{}  {}  {}  {}",
        text("recorded_at"),
        text("at"),
        text("life_event"),
        text("code")
    );
    let lines: String = text("what")
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    format!("{}\n{lines}", paint.strong(&head))
}

/// What was sent, once it is written down that somebody reads it.
fn opened(data: &Data, commit: &Commit) -> Result<String, String> {
    let path = data.ledger();
    let read = Read {
        at: SystemClock.now().civil(),
        journey: JourneyId::from_bytes([0; 16]),
        what: "rejected life event",
        who: "operator".to_owned(),
        ground: "parcours log rejected --open",
        link: None,
    };
    FileLedger::open(&path)
        .and_then(|ledger| ledger.record(&read))
        .map_err(|error| format!("cannot write the access ledger {}: {error}", path.display()))?;
    let keys = KeyFile::open(&data.keys(), OsEntropy).map_err(|error| match error {
        KeyError::InUse { .. } => format!(
            "{}; or ask the engine that runs for it: GET /v1/rejected?published=…&at=…, as its /v1/incidents names it",
            chain(&error)
        ),
        error => chain(&error),
    })?;
    let keys: Arc<dyn Keys> = Arc::new(keys);
    let sealer = Sealer::new(keys, OsEntropy);
    let intake: Intake = decode(&commit.payload, &sealer).map_err(|error| chain(&error))?;
    let sent = intake.kept.iter().find_map(|kept| match kept {
        Kept::Rejected(sent) => sent.value(),
        Kept::LifeEvent(_) | Kept::Told(_) => None,
    });
    sent.map(|sent| String::from_utf8_lossy(sent).into_owned())
        .ok_or_else(|| {
            "what was sent is not kept here: it was erased, was too large, or waits as a life event of its own".to_owned()
        })
}
