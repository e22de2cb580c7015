//! `parcours serve`: the engine, over a data folder, until it is told to stop.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::SocketAddr;

use clap::Args;
use parcours_core::name::ServiceId;
use parcours_http::Samples;
use parcours_lang::Loaded;
use parcours_nats::Nats;
use parcours_runtime::Opening;

use crate::engine::{Doors, Early, Entrance, Hangup, Installation, Outside, Stop, Workers};
use crate::folder::Data;
use crate::journeys::Folder;
use crate::nats::Serving;
use crate::terminal::{Answer, Paint};

/// Runs the engine over a data folder, which is made if it is not there. Stops in order on Ctrl-C or SIGTERM.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  parcours serve --data /var/lib/parcours --http 127.0.0.1:8080 --journeys journeys\n\n\
    Calls to services wait for their answers, unless --simulate lets the catalog's simulators give them."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    folder: Folder,
    /// Where the pages and the API are; port 0 lets the system choose one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    http: SocketAddr,
    /// The services that workers on NATS serve; all of them unless it is said or --simulate is given.
    #[arg(long, value_name = "SERVICE", value_delimiter = ',', requires = "nats")]
    workers: Vec<ServiceId>,
    /// Lets the simulators of the catalog answer for the services.
    #[arg(long)]
    simulate: bool,
    /// What stays free on the disk of the log: with less, input is refused, and pages still answer.
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = crate::folder::size)]
    keep_free: u64,
    #[command(flatten)]
    nats: Serving,
    #[command(flatten)]
    access: Entrance,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    crate::log_to_stderr();
    let served = crate::block_on(async {
        let hangup = arguments.access.listen();
        let mut stop = Stop::listen()?;
        let law = match arguments.folder.load(paint) {
            Ok(law) => law,
            Err(message) => return Ok(Answer::WrongUse(message)),
        };
        let Some(doors) = open(arguments, law, hangup, &mut stop).await? else {
            stop.has_stopped();
            return Ok(Answer::Said);
        };
        // Whoever started it may be waiting for this line; if nobody reads, it serves all the same.
        let mut out = std::io::stdout();
        let _told = writeln!(out, "serving http://{}", doors.http).and_then(|()| out.flush());
        if let Some(why) = &doors.nats_down {
            let _told = writeln!(out, "without NATS for now: {why}").and_then(|()| out.flush());
        }
        doors.until(&mut stop).await?;
        stop.has_stopped();
        Ok(Answer::Said)
    });
    served.unwrap_or_else(Answer::No)
}

/// Opens the folder, and the doors on it; those on HTTP first, so that they can say how far it is. None when it was asked to stop before.
async fn open(
    arguments: &Arguments,
    law: Loaded,
    hangup: Hangup,
    stop: &mut Stop,
) -> Result<Option<Doors>, String> {
    let outside = if arguments.simulate {
        Outside::Simulated
    } else {
        Outside::Waits
    };
    if let Some(unknown) = arguments
        .workers
        .iter()
        .find(|named| law.catalog.service(named).is_none())
    {
        let known: Vec<_> = law.catalog.services().map(|one| one.id.as_str()).collect();
        return Err(format!(
            "--workers {unknown}: there is no such service in the journeys; there are {}",
            known.join(", ")
        ));
    }
    let admitted = arguments.access.admit(&law.catalog)?;
    admitted.read_again(hangup, law.catalog.clone());
    let nats = arguments.nats.config(admitted.publishers())?;
    let early = Early::open(arguments.http, &admitted).await?;
    let opening = opened(arguments, law, outside, nats, early.opening());
    let Some((early, (installation, nats))) = early.while_opening(stop, opening).await? else {
        return Ok(None);
    };
    for remark in &installation.remarks {
        tracing::warn!("{remark}");
    }
    let doors = Doors::open(installation, early, nats, Samples::default(), admitted);
    Ok(stop.unless(doors).await)
}

/// Opens the folder, and connects to NATS where it is to be.
async fn opened(
    arguments: &Arguments,
    law: Loaded,
    outside: Outside,
    nats: Option<parcours_nats::Config>,
    opening: Opening,
) -> Result<(Installation, Option<Nats>), String> {
    let nats = match nats {
        None => None,
        Some(config) => {
            let connected = Nats::connect(config).await;
            Some(connected.map_err(|error| error.to_string())?)
        }
    };
    let serve: BTreeSet<ServiceId> = match (arguments.workers.as_slice(), outside) {
        ([], Outside::Waits) => law.catalog.services().map(|one| one.id.clone()).collect(),
        (named, _) => named.iter().cloned().collect(),
    };
    let workers = nats.as_ref().map(|nats| Workers { nats, serve });
    let config = parcours_segments::Config {
        reserve: arguments.keep_free,
        ..parcours_segments::Config::new(arguments.data.log())
    };
    let data = &arguments.data;
    let installation =
        Installation::open_with(data, config, law, outside, workers, opening).await?;
    Ok((installation, nats))
}
