//! `parcours log show`: what was decided, in order.

use std::collections::VecDeque;

use clap::Args;
use futures::StreamExt;
use parcours_core::JourneyId;
use parcours_log::{CommitPosition, Log, Position};
use serde_json::Value as Json;

use crate::folder::Data;
use crate::report::counted;
use crate::terminal::{Answer, Paint};

/// Shows what the log holds, newest last, also beside a running engine. No key is used: what is about people reads `sealed`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours log show --data /var/lib/parcours --last 20\n  \
    parcours log show --data /var/lib/parcours --journey aad2ljnfuws2ljnfuws2ljnfuu --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// One journey only, all that was decided in it.
    #[arg(long, value_name = "ID")]
    journey: Option<JourneyId>,
    /// The last commits only.
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    last: usize,
    /// For a program to read: one commit a line.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    match futures::executor::block_on(found(arguments)) {
        Err(message) => Answer::WrongUse(message),
        Ok(shown) if shown.is_empty() => Answer::No(match arguments.journey {
            Some(journey) => format!("the log holds nothing of the journey {journey}"),
            None => "the log holds nothing yet".to_owned(),
        }),
        Ok(shown) if arguments.json => {
            Answer::Fine(shown.iter().map(|commit| format!("{commit}\n")).collect())
        }
        Ok(shown) => Answer::Fine(
            shown
                .iter()
                .map(|commit| line(commit, arguments, paint))
                .collect(),
        ),
    }
}

async fn found(arguments: &Arguments) -> Result<VecDeque<Json>, String> {
    let log = arguments.data.look_at_log().await?;
    let mut blocks = log.read(Position::START);
    let mut shown = VecDeque::new();
    while let Some(block) = blocks.next().await {
        let (position, block) = block.map_err(|error| error.to_string())?;
        for (index, commit) in (0..).zip(&block.commits) {
            let wanted = arguments
                .journey
                .is_none_or(|journey| journey.as_bytes() == &commit.stream.0);
            if wanted {
                let at = CommitPosition {
                    block: position,
                    index,
                };
                shown.push_back(super::commit(at, commit));
                if shown.len() > arguments.last {
                    shown.pop_front();
                }
            }
        }
    }
    Ok(shown)
}

/// `when  where  journey  what, what, what`.
fn line(commit: &Json, arguments: &Arguments, paint: Paint) -> String {
    let text = |name: &str| commit[name].as_str().unwrap_or_default();
    let holds = &commit["holds"];
    let what = match holds["kind"].as_str() {
        Some("decided") => words(&holds["events"]),
        Some("intake") => format!("receipt: {}", words(&holds["receipt"])),
        Some("catalog") => {
            let files = holds["files"].as_array().map_or(0, Vec::len);
            format!("catalog of {}", counted(files, "file", "files"))
        }
        _ => holds["unreadable"]
            .as_str()
            .map_or_else(|| holds.to_string(), |why| format!("unreadable: {why}")),
    };
    let head = format!(
        "{}  {}  {}",
        text("recorded_at"),
        paint.faint(text("at")),
        text("stream")
    );
    if arguments.journey.is_some() {
        format!("{}\n  {what}\n", paint.strong(&head))
    } else {
        format!("{head:<58}  {what}\n")
    }
}

/// The words of events: each stands alone, or as the one key of what belongs to it.
fn words(events: &Json) -> String {
    match events {
        Json::String(word) => word.clone(),
        Json::Object(one) => {
            let words: Vec<String> = one
                .iter()
                .map(
                    |(word, said)| match said["step"].as_str().or(said["fact"].as_str()) {
                        Some(key) => format!("{word} {key}"),
                        None => word.clone(),
                    },
                )
                .collect();
            words.join(", ")
        }
        Json::Array(events) => {
            let words: Vec<String> = events.iter().map(words).collect();
            words.join(", ")
        }
        other => other.to_string(),
    }
}
