//! The tutorials of `docs/` are followed to the letter, in an empty folder: every file is written, every command run, and what it prints is
//! what the page says.
//!
//! In a page, a fenced block after a line that is only a path between backquotes is that file (`, at the end`: added to it); a
//! `console` block is commands after `$ ` and what they print, where a line `…` stands for any lines.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::root;

/// What a page has one do.
#[derive(Debug)]
enum Doing {
    Write {
        path: String,
        text: String,
        at_the_end: bool,
    },
    Run {
        command: String,
        prints: Vec<String>,
    },
}

fn read(page: &str) -> Vec<Doing> {
    let mut doings = Vec::new();
    let mut file: Option<(String, bool)> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix('`')
            && let Some((path, rest)) = rest.split_once('`')
            && (rest.is_empty() || rest == ", at the end" || rest == ", à la fin")
        {
            file = Some((path.to_owned(), !rest.is_empty()));
        }
        let Some(language) = line.strip_prefix("```") else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            for line in block {
                if let Some(command) = line.strip_prefix("$ parcours ") {
                    let command = command.to_owned();
                    let prints = Vec::new();
                    doings.push(Doing::Run { command, prints });
                } else if let Some(Doing::Run { prints, .. }) = doings.last_mut() {
                    prints.push(line.to_owned());
                }
            }
        } else {
            let (path, at_the_end) = file.take().expect("a file says its path before it");
            let text = format!("{}\n", block.join("\n"));
            doings.push(Doing::Write {
                path,
                text,
                at_the_end,
            });
        }
    }
    doings
}

/// Whether lines are those of the page, where `…` is any number of lines.
fn same(page: &[String], said: &[&str]) -> bool {
    match page.split_first() {
        None => said.is_empty(),
        Some((line, rest)) if line.trim() == "…" => {
            (0..=said.len()).any(|skipped| same(rest, &said[skipped..]))
        }
        Some((line, rest)) => said
            .split_first()
            .is_some_and(|(is, said)| is.trim_end() == line && same(rest, said)),
    }
}

fn follow(page: &str) {
    let path = root().join("docs").join(page);
    let text = fs::read_to_string(&path).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let (mut files, mut commands) = (0, 0);
    for doing in read(&text) {
        match doing {
            Doing::Write {
                path,
                text,
                at_the_end,
            } => {
                write(&folder.path().join(path), &text, at_the_end);
                files += 1;
            }
            Doing::Run { command, prints } => {
                let output = Command::new(env!("CARGO_BIN_EXE_parcours"))
                    .args(command.split(' '))
                    .current_dir(folder.path())
                    .env_remove("NO_COLOR")
                    .output()
                    .expect("the binary runs");
                let mut said = String::from_utf8(output.stdout).expect("UTF-8");
                said.push_str(&String::from_utf8(output.stderr).expect("UTF-8"));
                let lines: Vec<&str> = said.trim_end().lines().collect();
                assert!(
                    same(&prints, &lines),
                    "{page}: `parcours {command}` prints\n{said}\nand the page says\n{}",
                    prints.join("\n")
                );
                commands += 1;
            }
        }
    }
    assert!(
        files >= 5 && commands >= 5,
        "{files} files, {commands} commands"
    );
}

fn write(path: &Path, text: &str, at_the_end: bool) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let before = if at_the_end {
        fs::read_to_string(path).expect("the beginning of the file")
    } else {
        String::new()
    };
    fs::write(path, before + text).expect("a file");
}

#[test]
fn the_first_journey_works_to_the_letter() {
    follow("first-journey.md");
}

#[test]
fn le_premier_parcours_fonctionne_a_la_lettre() {
    follow("fr/premier-parcours.md");
}
