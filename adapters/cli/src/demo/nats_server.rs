//! A nats-server for the demonstration, when the machine has one.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long it has to get ready.
const READY_WITHIN: Duration = Duration::from_secs(10);

/// A running server, ended with the demonstration.
pub(super) struct NatsServer {
    /// Where clients connect.
    pub(super) url: String,
    process: Child,
}

impl NatsServer {
    /// Starts one on a free port of this machine, its streams in `store`. None when the machine has no nats-server.
    ///
    /// # Errors
    /// It is there and does not start.
    pub(super) async fn start(store: &Path) -> Result<Option<Self>, String> {
        let Some(binary) = binary() else {
            return Ok(None);
        };
        let mut process = Command::new(&binary)
            .args(["--jetstream", "--addr", "127.0.0.1", "--port", "-1"])
            .arg("--store_dir")
            .arg(store)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Ctrl-C in the terminal is for us; it is ended after the doors are closed.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", binary.display()))?;
        let Some(said) = process.stderr.take() else {
            return Err(format!("{} says nothing", binary.display()));
        };
        let mut lines = BufReader::new(said).lines();
        let ready = async {
            let mut address = None;
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, told)) = line.split_once("Listening for client connections on ") {
                    address = Some(told.trim().to_owned());
                }
                if line.contains("Server is ready") {
                    return address;
                }
            }
            None
        };
        let address = tokio::time::timeout(READY_WITHIN, ready).await;
        let address = address.ok().flatten().ok_or_else(|| {
            format!(
                "{} does not get ready; --no-nats goes on without it",
                binary.display()
            )
        })?;
        // It must never wait for somebody to read what it says.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Some(Self {
            url: format!("nats://{address}"),
            process,
        }))
    }

    /// Ends it.
    pub(super) async fn stop(mut self) {
        // It may have ended by itself.
        let _ended = self.process.kill().await;
    }
}

/// Debian installs servers in /usr/sbin, which an ordinary user's path may lack.
fn binary() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join("nats-server"))
        .find(|file| file.is_file())
}
