//! A nats-server of one's own, for tests.
//!
//! It listens on a port that the system chooses, keeps its streams in a folder of its own, and can be stopped and started again
//! on the same port. It comes from Debian's `nats-server` package, or from any `nats-server` on the path.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The server's configuration, beside its streams.
const CONFIGURATION: &str = "nats.conf";

/// A running nats-server with JetStream, killed when dropped.
#[derive(Debug)]
pub struct NatsServer {
    folder: tempfile::TempDir,
    port: u16,
    process: Option<Child>,
}

impl NatsServer {
    /// Starts one on a free port; returns once it is ready.
    ///
    /// # Panics
    /// There is no nats-server, or it does not start: its own words are in the message.
    #[must_use]
    pub fn start() -> Self {
        Self::configured("")
    }

    /// Starts one with these lines of configuration: who may come in, how much there is room for.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    pub fn configured(lines: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        std::fs::write(folder.path().join(CONFIGURATION), lines).expect("it can be written");
        let (process, port) = launch(folder.path(), None);
        Self {
            folder,
            port,
            process: Some(process),
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where JetStream keeps its files.
    #[must_use]
    pub fn store(&self) -> &Path {
        self.folder.path()
    }

    /// Kills it, as a loss of power to that process would.
    ///
    /// # Panics
    /// The system does not let us.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("our own child can be killed");
            process.wait().expect("our own child can be waited for");
        }
    }

    /// Starts it again, on the same port and with the same files.
    ///
    /// # Panics
    /// It does not start.
    pub fn restart(&mut self) {
        self.stop();
        self.process = Some(launch(self.folder.path(), Some(self.port)).0);
    }

    /// The files of JetStream that hold these bytes anywhere.
    ///
    /// # Panics
    /// A file cannot be read.
    #[must_use]
    pub fn files_with(&self, bytes: &[u8]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(content) = std::fs::read(&path)
                    && content.windows(bytes.len()).any(|window| window == bytes)
                {
                    found.push(path);
                }
            }
        }
        found
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn launch(store: &Path, port: Option<u16>) -> (Child, u16) {
    let mut process = Command::new(binary())
        .args([
            "--jetstream",
            "--addr",
            "127.0.0.1",
            "--port",
            &port.map_or("-1".into(), |port| port.to_string()),
        ])
        .arg("--store_dir")
        .arg(store)
        .arg("--config")
        .arg(store.join(CONFIGURATION))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nats-server starts: install Debian's package nats-server");
    let mut lines = BufReader::new(process.stderr.take().expect("it is piped")).lines();
    let mut said = String::new();
    let mut listens = None;
    for line in lines.by_ref().map_while(Result::ok) {
        if let Some((_, address)) = line.split_once("Listening for client connections on ") {
            listens = address
                .rsplit(':')
                .next()
                .and_then(|port| port.trim().parse().ok());
        }
        if line.contains("Server is ready") {
            break;
        }
        said.push_str(&line);
        said.push('\n');
    }
    // It must never block on a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    let port = listens.unwrap_or_else(|| panic!("nats-server did not get ready:\n{said}"));
    (process, port)
}

/// Debian installs servers in /usr/sbin, which an ordinary user's path may lack.
fn binary() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join("nats-server"))
        .find(|file| file.is_file())
        .expect("nats-server is on the path: install Debian's package nats-server")
}
