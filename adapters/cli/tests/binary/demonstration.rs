//! `demo` while it goes on: what somebody publishes to it appears.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::json;
use tokio::runtime::Runtime;

use super::root;
use super::serving::ask;

/// A running `parcours demo`, asked to stop when dropped: it has a nats-server to end.
struct Demo {
    process: Child,
    lines: Receiver<String>,
    http: String,
    nats: String,
}

impl Demo {
    /// Starts one over `data`; returns once it has said all.
    fn start(data: &Path, lang: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_parcours"))
            .args(["demo", "--lang", lang, "--data"])
            .arg(data)
            .current_dir(root())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let out = BufReader::new(process.stdout.take().expect("it is piped"));
        let (said, lines) = mpsc::channel();
        // It ends with the process, or with whoever listens.
        std::thread::spawn(move || {
            let mut each = out.lines().map(|line| line.expect("UTF-8"));
            each.try_for_each(|line| said.send(line))
        });
        let (http, nats) = (String::new(), String::new());
        let mut demo = Self {
            process,
            lines,
            http,
            nats,
        };
        loop {
            let line = demo.line();
            if let Some((_, http)) = line.split_once("http://") {
                demo.http = http.split('/').next().unwrap_or_default().to_owned();
            } else if let Some(url) = line.trim().strip_prefix("NATS  ") {
                demo.nats = url.to_owned();
            } else if line.contains("Ctrl-C") {
                assert!(!demo.nats.is_empty(), "there is no nats-server");
                return demo;
            }
        }
    }

    /// The next line that it says, within a minute.
    fn line(&self) -> String {
        let line = self.lines.recv_timeout(Duration::from_secs(60));
        line.expect("it goes on, and says something")
    }

    fn get(&self, path: &str) -> String {
        ask(&self.http, "GET", path, "", "").expect("an answer")
    }

    /// Publishes a birth as any NATS client would, without a word of what became of it.
    fn publish(&self, runtime: &Runtime, id: &str) {
        let event = json!({
            "specversion": "1.0", "type": "birth", "source": "urn:example:hospital", "id": id,
            "data": {
                "born_on": "2026-03-02",
                "birth_place": "69123",
                "parents": [{ "id": format!("p-{id}"), "gave_birth": true }],
                "children": [{ "rank": 1, "born_on": "2026-03-02", "outcome": "alive" }],
            },
        });
        runtime.block_on(async {
            let client = async_nats::connect(&self.nats).await.expect("NATS");
            let sent = client.publish("life-events.birth", event.to_string().into());
            sent.await.expect("sent");
            client.flush().await.expect("sent");
        });
    }

    fn stop(mut self) -> Option<i32> {
        self.ask_to_stop();
        self.process.wait().expect("it ends").code()
    }

    fn ask_to_stop(&self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        assert!(asked.is_ok_and(|asked| asked.success()), "kill runs");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            self.ask_to_stop();
            let _ended = self.process.wait();
        }
    }
}

/// The path of the page that a line names.
fn page(line: &str) -> &str {
    let (_, path) = line.split_once("/j/").expect("a link");
    path
}

#[test]
fn what_is_published_on_nats_appears_in_the_demonstration() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let runtime = Runtime::new().expect("threads");

    let demo = Demo::start(&data, "en");
    let before = demo.get("/?lang=en");
    assert_eq!(before.matches("href=\"/j/").count(), 3, "{before}");
    assert!(!before.contains("What was published here"), "{before}");

    demo.publish(&runtime, "1");
    let told = demo.line();
    assert!(told.contains(": Birth of a child  http://"), "{told}");
    let its_page = demo.get(&format!("/j/{}?lang=en", page(&told)));
    assert!(its_page.starts_with("HTTP/1.1 200"), "{its_page}");
    assert!(its_page.contains("Monday 2 March 2026"), "{its_page}");

    // The same again begins nothing; the next line is of the next one.
    demo.publish(&runtime, "1");
    demo.publish(&runtime, "2");
    let second = demo.line();
    let journey = |line: &str| page(line).split('/').next().map(str::to_owned);
    assert_ne!(journey(&second), journey(&told));

    let journeys = [&second, &told].map(|line| journey(line).expect("a journey"));
    let newest_first = |demo: &Demo| {
        let shown = demo.get("/?lang=fr");
        let (_, begun) = shown
            .split_once("Ce qui a été publié ici")
            .expect("it is shown");
        let links = begun.split("href=\"/j/").skip(1);
        let shown: Vec<_> = links.filter_map(|link| link.split('/').next()).collect();
        assert_eq!(shown.len(), 2 + 3, "{begun}");
        assert_eq!(shown[..2], journeys);
    };
    newest_first(&demo);
    assert_eq!(demo.stop(), Some(0));

    // Kept, they are there again; only what comes is told.
    let again = Demo::start(&data, "fr");
    again.publish(&runtime, "3");
    let third = again.line();
    assert!(
        third.contains(" : Naissance d’un enfant  http://"),
        "{third}"
    );
    let shown = again.get("/?lang=fr");
    assert_eq!(shown.matches("href=\"/j/").count(), 3 + 3, "{shown}");
    assert_eq!(again.stop(), Some(0));
}
