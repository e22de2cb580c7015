//! `demo` and `serve`, with real sockets and real signals.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::canaries::until;
use super::{parcours, root};

/// A running `parcours serve`, killed when dropped.
pub(crate) struct Served {
    pub(crate) process: Child,
    pub(crate) http: String,
}

impl Served {
    /// Starts one over `data`; returns once it serves.
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        Self::begin(data, more).ready()
    }

    /// Starts one over `data`, and does not wait for it.
    pub(crate) fn begin(data: &Path, more: &[&str]) -> Self {
        Self::begin_as(data, &[&["--simulate"], more].concat())
    }

    /// The same, without simulated services.
    pub(crate) fn begin_as(data: &Path, more: &[&str]) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_parcours"))
            .args(["serve", "--http", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(more)
            .current_dir(root())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        Self {
            http: String::new(),
            process,
        }
    }

    /// Waits until it serves.
    pub(crate) fn ready(mut self) -> Self {
        let mut line = String::new();
        BufReader::new(self.process.stdout.take().expect("it is piped"))
            .read_line(&mut line)
            .expect("a line");
        let http = line.trim().strip_prefix("serving http://");
        let http = http.unwrap_or_else(|| panic!("it does not serve: {line:?}"));
        self.http = http.to_owned();
        self
    }

    /// Waits until it hears SIGTERM, which is before it opens anything. Its own handler is what the system tells of.
    pub(crate) fn hears(&self) {
        let status = format!("/proc/{}/status", self.process.id());
        let caught = || {
            let status = std::fs::read_to_string(&status).expect("it runs");
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            let mask = u64::from_str_radix(mask.expect("a mask").trim(), 16).expect("hexadecimal");
            mask & (1 << 14) != 0
        };
        until("it hears SIGTERM", caught);
    }

    /// The answer to a GET, its head included.
    pub(crate) fn get(&self, path: &str) -> String {
        ask(&self.http, "GET", path, "", "").expect("an answer")
    }

    /// The answer to a GET that bears a token, its head included.
    pub(crate) fn get_as(&self, token: &str, path: &str) -> String {
        let bearer = format!("Authorization: Bearer {token}\r\n");
        ask(&self.http, "GET", path, &bearer, "").expect("an answer")
    }

    /// The answer to a form that is sent, its head included.
    pub(crate) fn post(&self, path: &str, form: &str) -> String {
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        ask(&self.http, "POST", path, headers, form).expect("an answer")
    }

    /// As if the machine had lost power to it.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("our own child can be killed");
        self.process
            .wait()
            .expect("our own child can be waited for");
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()
            .expect("kill runs");
        assert!(asked.success());
        self.process
            .wait()
            .expect("our own child can be waited for")
            .code()
    }
}

/// Asks in plain HTTP; the answer has its head. An error: nobody listens, or they went away in the middle.
pub(crate) fn ask(
    host: &str,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.process.kill();
        let _ended = self.process.wait();
    }
}

#[test]
fn the_first_start_ends_at_links_that_open() {
    let said = parcours(&["demo", "--once"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let links = said.out.matches("/j/").count();
    assert_eq!(links, 3, "{said:?}");
    assert!(said.out.contains("The first page"), "{said:?}");
}

#[test]
fn a_demonstration_that_is_kept_has_the_same_lives_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    // Each link is another one, to the same journey.
    let journeys = || {
        let said = parcours(&["demo", "--once", "--data", path]);
        assert_eq!(said.code, Some(0), "{said:?}");
        let links = said.out.split_whitespace();
        let links = links.filter_map(|word| word.split_once("/j/")?.1.split_once('/'));
        let journeys = links.map(|(journey, _)| journey.to_owned());
        journeys.collect::<Vec<_>>()
    };
    let first = journeys();
    assert_eq!(first.len(), 3);
    assert_eq!(first, journeys());
}

#[test]
fn what_was_killed_serves_again_and_what_is_asked_to_stop_stops() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let served = Served::start(&data, &[]);
    assert!(
        served.get("/").starts_with("HTTP/1.1 200"),
        "the first page"
    );
    let second = Command::new(env!("CARGO_BIN_EXE_parcours"))
        .args(["serve", "--http", "127.0.0.1:0", "--data"])
        .arg(&data)
        .current_dir(root())
        .output()
        .expect("the binary runs");
    assert_eq!(second.status.code(), Some(1), "one folder, one engine");
    served.kill();

    let again = Served::start(&data, &[]);
    assert!(again.get("/").starts_with("HTTP/1.1 200"));
    assert_eq!(again.stop(), Some(0));
    let path = data.to_str().expect("UTF-8");
    let sound = parcours(&["log", "verify", "--data", path]);
    assert_eq!(sound.code, Some(0), "{sound:?}");
    let shown = parcours(&["log", "show", "--data", path]);
    assert_eq!(
        shown.out.matches("catalog of").count(),
        1,
        "one catalog, recorded once: {shown:?}"
    );
}

#[test]
fn other_machines_are_not_served_by_an_engine_that_asks_nobody_who_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let said = parcours(&["serve", "--data", path, "--http", "0.0.0.0:0"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("listen on 127.0.0.1"), "{said:?}");
}

#[test]
fn whoever_asks_it_to_stop_is_heard_however_early() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    for round in 0..10 {
        let served = Served::begin(&data, &[]);
        served.hears();
        // From the first moment on which a signal is heard, to well after it serves: the moment is what is tried.
        let moment = Duration::from_millis(round * round * 5);
        std::thread::sleep(moment);
        assert_eq!(served.stop(), Some(0), "asked to stop after {moment:?}");
    }
    for _ in 0..3 {
        let served = Served::start(&data, &[]);
        assert_eq!(served.stop(), Some(0), "asked to stop once it serves");
    }
    let path = data.to_str().expect("UTF-8");
    let sound = parcours(&["log", "verify", "--data", path]);
    assert_eq!(sound.code, Some(0), "{sound:?}");
}

#[test]
fn the_log_says_that_it_stops_and_is_in_no_colour_where_no_terminal_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let credentials = folder.path().join("credentials.yaml");
    let nobody = r#"publishers: [ { name: lyon, sources: [ "urn:example:lyon" ] } ]"#;
    std::fs::write(&credentials, nobody).expect("the file is written");
    for (signal, name, variable) in [
        ("-TERM", "SIGTERM", ("CLICOLOR", "1")),
        ("-INT", "SIGINT", ("NO_COLOR", "1")),
    ] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_parcours"))
            .args(["serve", "--http", "127.0.0.1:0", "--simulate", "--data"])
            .arg(folder.path().join("data"))
            // Without an address for leaflets there is a warning, too.
            .arg("--credentials")
            .arg(&credentials)
            .current_dir(root())
            .env_remove("NO_COLOR")
            .env_remove("RUST_LOG")
            .env(variable.0, variable.1)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().expect("it is piped"));
        out.read_line(&mut line).expect("a line");
        assert!(line.starts_with("serving "), "{line}");
        let asked = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status();
        assert!(asked.expect("kill runs").success());
        let mut log = String::new();
        let mut err = process.stderr.take().expect("it is piped");
        err.read_to_string(&mut log).expect("UTF-8");
        assert_eq!(process.wait().expect("our own child").code(), Some(0));
        let stopping = log.find(&format!("stopping: {name}"));
        let last = log.lines().last().expect("it said something");
        assert!(last.ends_with("stopped"), "{log}");
        assert!(stopping.is_some(), "{log}");
        assert!(log.contains("WARN"), "{log}");
        assert!(!log.contains('\u{1b}'), "{log:?}");
    }
}
