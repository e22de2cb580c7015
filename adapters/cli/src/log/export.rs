//! `parcours log export`: every commit, one a line, for other programs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use futures::StreamExt;
use parcours_log::{CommitPosition, Log, Position};

use crate::folder::Data;
use crate::report::counted;
use crate::terminal::{Answer, bar};

/// Writes every commit as one line of JSON, in order. No key is used: what is about people reads `sealed`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  parcours log export --data /var/lib/parcours -o log.jsonl")]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// The file to write; the standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Answer {
    let log = match futures::executor::block_on(arguments.data.look_at_log()) {
        Ok(log) => log,
        Err(message) => return Answer::WrongUse(message),
    };
    let written = match &arguments.output {
        None => export(&log, io::stdout().lock()),
        Some(path) => match File::create(path) {
            Ok(file) => export(&log, file),
            Err(error) => {
                return Answer::WrongUse(format!("cannot write {}: {error}", path.display()));
            }
        },
    };
    match (written, &arguments.output) {
        (Ok(_), None) => Answer::Said,
        (Ok(count), Some(path)) => Answer::Fine(format!(
            "{} in {}",
            counted(count, "commit", "commits"),
            path.display()
        )),
        (Err(message), _) => Answer::No(message),
    }
}

fn export(log: &impl Log, to: impl Write) -> Result<usize, String> {
    let bar = bar("exporting");
    let mut to = BufWriter::new(to);
    let head = log.head().position.to_u64();
    let mut blocks = log.read(Position::START);
    let mut count = 0;
    let wrong = |error: io::Error| format!("cannot write the export: {error}");
    while let Some(block) = futures::executor::block_on(blocks.next()) {
        let (position, block) = block.map_err(|error| error.to_string())?;
        bar.set_length(head);
        bar.set_position(position.to_u64());
        for (index, commit) in (0..).zip(&block.commits) {
            let at = CommitPosition {
                block: position,
                index,
            };
            match writeln!(to, "{}", super::commit(at, commit)) {
                // Whoever read it has gone: that is no fault of ours.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(count),
                written => written.map_err(wrong)?,
            }
            count += 1;
        }
    }
    bar.finish_and_clear();
    match to.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(wrong(error)),
        Ok(()) | Err(_) => Ok(count),
    }
}
