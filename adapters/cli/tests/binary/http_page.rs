//! `docs/http.md` is true: its blocks run as they stand, in their order, against the real program.

use std::fmt::Write;
use std::net::TcpListener;
use std::process::Command;

use super::root;

const PAGE: &str = include_str!("../../../../docs/http.md");

/// A block of commands, and the lines it says that come out.
struct Example {
    commands: String,
    expected: Vec<String>,
}

fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match info {
            "sh" => examples.push(Example {
                commands: block.join("\n"),
                expected: Vec::new(),
            }),
            "text" => {
                let example = examples
                    .last_mut()
                    .expect("commands come before what they say");
                assert!(example.expected.is_empty(), "two answers to one block");
                example.expected = block.into_iter().map(str::to_owned).collect();
            }
            other => panic!("a block of `{other}` is run by nobody"),
        }
    }
    examples
}

/// Whether the lines come out in this order, each somewhere in a line or after the one before; `…` is anything.
fn comes_out(mut output: &str, expected: &[String]) -> Result<(), String> {
    for line in expected {
        for part in line.split('…').filter(|part| !part.is_empty()) {
            let Some((_, rest)) = output.split_once(part) else {
                return Err(format!(
                    "`{part}` does not come, in what is left:\n{output}"
                ));
            };
            output = rest;
        }
    }
    Ok(())
}

#[test]
fn every_block_of_the_page_does_what_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let journeys = root().join("journeys").canonicalize().expect("it is there");
    std::os::unix::fs::symlink(journeys, folder.path().join("journeys")).expect("a link");
    // Whoever takes the port in between makes this fail, loudly.
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let examples = examples();
    assert!(examples.len() >= 12, "{}", examples.len());
    let mut script = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n".to_owned();
    for (number, example) in examples.iter().enumerate() {
        let commands = example.commands.replace(":8080", &format!(":{port}"));
        writeln!(script, "{commands}\necho; echo '@@ {number}'").expect("a text takes it");
    }
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_parcours"));
    let mut paths = vec![binary.parent().expect("it is in a folder").to_owned()];
    paths.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", std::env::join_paths(paths).expect("paths"))
        .output()
        .expect("bash runs");
    let out = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}\n{err}");
    let mut rest = &*out;
    for (number, example) in examples.iter().enumerate() {
        let (said, after) = rest
            .split_once(&format!("\n@@ {number}\n"))
            .unwrap_or_else(|| panic!("block {number} did not end:\n{rest}\n{err}"));
        if let Err(what) = comes_out(said, &example.expected) {
            panic!("{}\n{what}", example.commands);
        }
        rest = after;
    }
}

#[test]
fn every_problem_has_its_line_on_the_page() {
    let read = |file: &str| {
        let path = root().join("adapters/http/src/api").join(file);
        std::fs::read_to_string(path).expect("it is there")
    };
    let source = read("problem.rs") + &read("rejection.rs");
    // In both tables the word follows its status.
    let words: Vec<&str> = source
        .split("StatusCode::")
        .filter_map(|after| after.split_once(',')?.1.trim_start().strip_prefix('"'))
        .filter_map(|after| after.split('"').next())
        .collect();
    assert!(words.len() > 40, "{words:?}");
    let table = PAGE.lines().filter_map(|line| line.strip_prefix("| `"));
    let told: Vec<&str> = table.filter_map(|row| row.split('|').next()).collect();
    for word in words {
        let has = |cell: &&str| cell.split('`').any(|part| part == word);
        assert!(told.iter().any(has), "{word} has no row on the page");
    }
}
