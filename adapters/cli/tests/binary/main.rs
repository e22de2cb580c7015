//! The binary as people and scripts meet it: what it says, on which stream, with which exit code.

mod access;
mod bad_input;
mod benches;
mod canaries;
mod checking;
mod demonstration;
mod deployment;
mod help;
mod http_page;
mod killing;
mod logs;
mod outages;
mod publishing;
mod serving;
mod trying;
mod tutorial;
mod worker;

use std::path::{Path, PathBuf};
use std::process::Command;

/// What came of a command.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs `parcours` with these words, at the root of the repository, without a terminal.
fn parcours(words: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_parcours"))
        .args(words)
        .current_dir(root())
        .env_remove("NO_COLOR")
        .output()
        .expect("the binary runs");
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
