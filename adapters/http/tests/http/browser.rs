//! The pages in a real browser: what it shows, and what it prints. No script runs: the policy of every answer forbids it (a
//! browser told to run none dumps nothing at all). The people are invented.

use std::path::{Path, PathBuf};
use std::process::Output;

use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;

use crate::support::World;

/// The browser of this machine.
fn browser() -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| std::env::split_paths(&folders).map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
        .expect("there is no chromium on the PATH; `./test tools` installs it")
}

async fn browse(profile: &Path, what: &[&str], address: &str) -> Output {
    let mut command = Command::new(browser());
    command
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(what)
        .arg(address)
        .kill_on_drop(true);
    let output = command.output().await.expect("the browser starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    output
}

/// Prints a page, and answers the bytes of the PDF.
async fn print(profile: &Path, address: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("printed.pdf");
    let print = format!("--print-to-pdf={}", pdf.display());
    let printed = browse(profile, &["--no-pdf-header-footer", &print], address).await;
    std::fs::read(&pdf).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&printed.stderr)))
}

/// How many pages a PDF of this browser has: each is an object that says so in plain letters.
fn pages(pdf: &[u8]) -> usize {
    let says = b"/Type /Page";
    let found = pdf.windows(says.len() + 1);
    found
        .filter(|bytes| bytes.starts_with(says) && bytes.last() != Some(&b's'))
        .count()
}

#[tokio::test]
async fn the_page_that_is_printed_is_hardly_longer_than_its_leaflet() {
    let world = World::at("2026-03-04T10:00:00");
    let id = world.desk.begin("birth", "triplets");
    let (address, stop, served) = serving(&world).await;
    let folder = tempfile::tempdir().unwrap();
    let page = format!("{address}{}", world.path(id));
    for lang in ["fr", "en"] {
        let leaflet = format!("{page}/print?lang={lang}");
        let leaflet = pages(&print(&folder.path().join("a"), &leaflet).await);
        let whole = pages(&print(&folder.path().join("b"), &format!("{page}?lang={lang}")).await);
        assert!(
            (2..=8).contains(&leaflet),
            "the leaflet has {leaflet} pages"
        );
        assert!(
            whole >= leaflet.min(2) && whole <= leaflet + 2,
            "the page has {whole}, its leaflet {leaflet}"
        );
    }
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}

/// Serves a world on a socket of its own, until it is told to stop.
async fn serving(
    world: &World,
) -> (
    String,
    oneshot::Sender<()>,
    tokio::task::JoinHandle<Result<(), parcours_http::ServeError>>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(parcours_http::serve(listener, world.site(), async {
        // A sender that is gone means stop, too.
        let _stopped = stopped.await;
    }));
    (address, stop, served)
}

#[tokio::test]
async fn a_browser_without_scripts_shows_a_journey_and_prints_its_leaflet() {
    let world = World::at("2026-03-04T10:00:00");
    let id = world.desk.begin("birth", "one_child");
    let (address, stop, served) = serving(&world).await;
    let folder = tempfile::tempdir().unwrap();
    let page = format!("{address}{}", world.path(id));

    let shown = browse(
        &folder.path().join("a"),
        &["--dump-dom"],
        &format!("{page}?lang=fr"),
    )
    .await;
    let dom = String::from_utf8(shown.stdout).unwrap();
    for expected in [
        "Naissance d’un enfant",
        "id=\"step-declare_birth.child.0\"",
        "9 mars 2026",
        "<form",
    ] {
        assert!(dom.contains(expected), "{expected}: {dom}");
    }
    assert!(!dom.contains("<script"), "{dom}");

    let bytes = print(&folder.path().join("b"), &format!("{page}/print?lang=fr")).await;
    assert!(
        bytes.starts_with(b"%PDF-") && bytes.len() > 20_000,
        "{}",
        bytes.len()
    );

    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}
