//! `parcours demo`: all of it on this machine, with simulated services and a few invented lives to look at.

mod lives;
mod nats_server;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use parcours_lang::Loaded;
use parcours_nats::Nats;

use crate::engine::{Doors, Installation, Outside, stop_signal};
use crate::folder::Data;
use crate::journeys::Folder;
use crate::lang::Lang;
use crate::terminal::{Answer, Paint};
use nats_server::NatsServer;

/// How long a page may take to answer with --once.
const PAGE_WITHIN: Duration = Duration::from_secs(20);

/// Starts all of it on this machine, with simulated services and three invented lives, and prints the pages to open.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  parcours demo\n\n\
    Everything lies in a temporary folder that is gone afterwards, unless --data names one to keep. Ctrl-C ends it.")]
pub(crate) struct Arguments {
    /// A folder to keep it in; a temporary one otherwise.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    folder: Folder,
    /// The port of the pages; the system chooses one otherwise.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Starts no nats-server, even if there is one on this machine.
    #[arg(long)]
    no_nats: bool,
    /// Ends as soon as every page has answered.
    #[arg(long)]
    once: bool,
    /// The language to answer in.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let law = match arguments.folder.load(paint) {
        Ok(law) => law,
        Err(message) => return Answer::WrongUse(message),
    };
    crate::log_to_stderr();
    match crate::block_on(demo(arguments, law, paint)) {
        Ok(()) => Answer::Said,
        Err(message) => Answer::No(message),
    }
}

async fn demo(arguments: &Arguments, law: Loaded, paint: Paint) -> Result<(), String> {
    // Lives as long as the demonstration, and is taken away after it.
    let scratch = tempfile::Builder::new()
        .prefix("parcours-demo-")
        .tempdir()
        .map_err(|error| format!("cannot make a temporary folder: {error}"))?;
    let path = arguments
        .data
        .clone()
        .unwrap_or_else(|| scratch.path().to_owned());
    let nats = if arguments.no_nats {
        None
    } else {
        NatsServer::start(&path.join("nats")).await?
    };
    let url = nats.as_ref().map(|nats| nats.url.as_str());
    let data = Data { path };
    let installation = Installation::open(&data, law, Outside::SimulatedAtOnce, None).await?;
    let lives = lives::begin(&installation.engine, installation.clock.as_ref()).await?;
    let links = installation.links.clone();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let samples = lives.iter().map(lives::Life::sample).collect();
    let connection = match url {
        None => None,
        Some(url) => {
            let connected = Nats::connect(parcours_nats::Config {
                // A laptop's disk: a demonstration needs little.
                stream_bytes: 16 << 20,
                ..parcours_nats::Config::new(url)
            })
            .await;
            Some(connected.map_err(|error| error.to_string())?)
        }
    };
    let doors = Doors::open(installation, address, connection, samples).await?;
    let pages: Vec<Page> = lives
        .iter()
        .map(|life| Page {
            title: arguments.lang.of(&life.title).to_owned(),
            path: links.path(life.journey, None),
        })
        .collect();
    tell(arguments, doors.http, &pages, url, paint);
    if arguments.once {
        let answered = answered(doors.http, &pages).await;
        doors.close().await?;
        answered?;
    } else {
        doors.until(stop_signal()).await?;
    }
    if let Some(nats) = nats {
        nats.stop().await;
    }
    Ok(())
}

/// A page to look at.
struct Page {
    title: String,
    path: String,
}

/// The pages, in an aligned list.
#[expect(
    clippy::print_stdout,
    reason = "the links are told while it goes on, not at its end"
)]
fn tell(arguments: &Arguments, http: SocketAddr, pages: &[Page], nats: Option<&str>, paint: Paint) {
    let lang = arguments.lang;
    let all = lang.either("La première page", "The first page");
    let width = pages
        .iter()
        .map(|page| page.title.chars().count())
        .chain([all.chars().count()])
        .max()
        .unwrap_or_default();
    let ready = lang.either(
        "Parcours est prêt : des vies inventées, des services simulés",
        "Parcours is ready: invented lives, simulated services",
    );
    println!("{}\n", paint.strong(ready));
    for Page { title, path } in pages {
        println!("  {title:<width$}  http://{http}{path}");
    }
    println!("  {all:<width$}  http://{http}/");
    if let Some(url) = nats {
        println!("\n  NATS  {url}");
        let event = r#"{"specversion":"1.0","id":"1","source":"urn:example:hospital","type":"birth","data":{"born_on":"2026-03-02","birth_place":"69123","parents":[{"id":"p-claire","gave_birth":true}],"children":[{"rank":1,"born_on":"2026-03-02","outcome":"alive"}]}}"#;
        println!("  nats --server {url} pub life-events.birth '{event}'");
    }
    let stop = lang.either("Ctrl-C pour arrêter", "Ctrl-C to stop");
    println!("\n{}", paint.faint(stop));
}

/// Asks for every page once.
async fn answered(http: SocketAddr, pages: &[Page]) -> Result<(), String> {
    for Page { title, path } in pages {
        let host = http.to_string();
        let answer = tokio::time::timeout(PAGE_WITHIN, crate::http::ask(&host, path, None))
            .await
            .map_err(|_| format!("the page of `{title}` does not answer"))?
            .map_err(|error| format!("the page of `{title}` cannot be read: {error}"))?;
        if answer.status != 200 {
            return Err(format!("the page of `{title}` answers {}", answer.status));
        }
    }
    Ok(())
}
