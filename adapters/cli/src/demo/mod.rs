//! `parcours demo`: all of it on this machine, with simulated services and a few invented lives to look at.

mod begun;
mod lives;
mod nats_server;

use std::fmt::Write as _;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use clap::Args;
use futures::future::{Either, select};
use parcours_http::{NewLink, Samples};
use parcours_lang::Loaded;
use parcours_nats::Nats;

use crate::engine::{Admitted, Doors, Early, Installation, Outside, Stop};
use crate::folder::Data;
use crate::journeys::Folder;
use crate::lang::Lang;
use crate::terminal::{Answer, Paint};
use begun::Follower;
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
    crate::log_to_stderr();
    let shown = crate::block_on(async {
        let mut stop = Stop::listen()?;
        let law = match arguments.folder.load(paint) {
            Ok(law) => law,
            Err(message) => return Ok(Answer::WrongUse(message)),
        };
        demo(arguments, law, paint, &mut stop).await?;
        stop.has_stopped();
        Ok(Answer::Said)
    });
    shown.unwrap_or_else(Answer::No)
}

async fn demo(
    arguments: &Arguments,
    law: Loaded,
    paint: Paint,
    stop: &mut Stop,
) -> Result<(), String> {
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
        match stop.unless(NatsServer::start(&path.join("nats"))).await {
            None => return Ok(()),
            Some(started) => started?,
        }
    };
    let url = nats.as_ref().map(|nats| nats.url.as_str());
    let shown = show(arguments, law, paint, stop, &Data { path }, url).await;
    if let Some(nats) = nats {
        nats.stop().await;
    }
    shown
}

async fn show(
    arguments: &Arguments,
    law: Loaded,
    paint: Paint,
    stop: &mut Stop,
    data: &Data,
    nats: Option<&str>,
) -> Result<(), String> {
    let opened = stop.unless(open(arguments, law, data, nats)).await;
    let Some(opened) = opened else {
        return Ok(());
    };
    let (doors, pages, follower) = opened?;
    tell(arguments, doors.http, &pages, nats, paint);
    if arguments.once {
        let answered = stop.unless(answered(doors.http, &pages)).await;
        doors.close().await?;
        answered.unwrap_or(Ok(()))
    } else {
        let following = follower.follow(doors.http);
        let serving = pin!(doors.until(stop));
        // It only tells: the doors stay open without it, and it ends with them.
        match select(serving, pin!(following)).await {
            Either::Left((ended, _)) => ended,
            Either::Right(((), serving)) => serving.await,
        }
    }
}

/// An engine with a few lives in it, the pages to look at, and who follows what is published to it.
async fn open(
    arguments: &Arguments,
    law: Loaded,
    data: &Data,
    nats: Option<&str>,
) -> Result<(Doors, Vec<Page>, Follower), String> {
    let installation = Installation::open(data, law, Outside::SimulatedAtOnce, None).await?;
    let lives = lives::begin(&installation.engine, installation.clock.as_ref()).await?;
    let links = installation.links.clone();
    let mut pages = Vec::new();
    for life in &lives {
        let Some(holder) = lives::holder(&installation.engine, life.journey).await? else {
            continue;
        };
        let link = links.make(&NewLink {
            journey: life.journey,
            holder: &holder,
            round: 0,
            made: installation.clock.now().date(),
            until: None,
        });
        pages.push(Page {
            title: arguments.lang.of(&life.title).to_owned(),
            path: link.map_err(|error| error.to_string())?.path(),
        });
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let samples = Samples::of(lives.iter().map(lives::Life::sample));
    let follower = Follower {
        engine: installation.engine.clone(),
        clock: installation.clock.clone(),
        links,
        samples: samples.clone(),
        since: installation.engine.health().position,
        known: lives.iter().map(|life| life.journey).collect(),
        lang: arguments.lang,
    };
    let connection = match nats {
        None => None,
        Some(url) => {
            let connected = Nats::connect(parcours_nats::Config {
                // A laptop's disk: a demonstration needs little.
                stream_bytes: 16 << 20,
                calls_bytes: 16 << 20,
                ..parcours_nats::Config::new(url)
            })
            .await;
            Some(connected.map_err(|error| error.to_string())?)
        }
    };
    let admitted = Admitted::default();
    let early = Early::open(address, &admitted).await?;
    let doors = Doors::open(installation, early, connection, samples, admitted).await;
    Ok((doors, pages, follower))
}

/// A page to look at.
struct Page {
    title: String,
    path: String,
}

/// The pages, in an aligned list.
fn tell(arguments: &Arguments, http: SocketAddr, pages: &[Page], nats: Option<&str>, paint: Paint) {
    let lang = arguments.lang;
    let all = lang.either("La page d’accueil", "The first page");
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
    let mut text = format!("{}\n\n", paint.strong(ready));
    for Page { title, path } in pages {
        let _written = writeln!(text, "  {title:<width$}  http://{http}{path}");
    }
    let _written = writeln!(text, "  {all:<width$}  http://{http}/");
    if let Some(url) = nats {
        let _written = writeln!(text, "\n  NATS  {url}");
        let event = r#"{"specversion":"1.0","id":"1","source":"urn:example:hospital","type":"birth","data":{"born_on":"2026-03-02","birth_place":"69123","parents":[{"id":"p-claire","gave_birth":true}],"children":[{"rank":1,"born_on":"2026-03-02","outcome":"alive"}]}}"#;
        let appears = lang.either(
            "Ce qui y est publié apparaît ici, et sur la page d’accueil :",
            "What is published there appears here, and on the first page:",
        );
        let _written = writeln!(
            text,
            "  {appears}\n  nats --server {url} pub life-events.birth '{event}'"
        );
    }
    let stop = lang.either("Ctrl-C pour arrêter", "Ctrl-C to stop");
    let _written = writeln!(text, "\n{}", paint.faint(stop));
    say(&text);
}

/// Told while it goes on, not at its end. Whoever does not read on is no fault of ours.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _told =
        io::Write::write_all(&mut out, text.as_bytes()).and_then(|()| io::Write::flush(&mut out));
}

/// Asks for every page once.
async fn answered(http: SocketAddr, pages: &[Page]) -> Result<(), String> {
    for Page { title, path } in pages {
        let host = http.to_string();
        let answer = tokio::time::timeout(PAGE_WITHIN, crate::http::ask(&host, path, None, None))
            .await
            .map_err(|_| format!("the page of `{title}` does not answer"))?
            .map_err(|error| format!("the page of `{title}` cannot be read: {error}"))?;
        if answer.status != 200 {
            return Err(format!("the page of `{title}` answers {}", answer.status));
        }
    }
    Ok(())
}
