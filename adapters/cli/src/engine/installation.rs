//! Opening a data folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use parcours_core::journey::Answer;
use parcours_core::name::ServiceId;
use parcours_http::{FileLedger, Links};
use parcours_lang::Loaded;
use parcours_log::lookups::{Lookups, MemoryLookups};
use parcours_log::seal::{Keys, OsEntropy, Sealer};
use parcours_log::{Log, Position};
use parcours_nats::{EngineDoor, Nats, ServiceRoute};
use parcours_runtime::clock::BoxFuture;
use parcours_runtime::services::{Call, CallError, Services, simulate};
use parcours_runtime::{Clock, Engine, EngineParts, Opening, SystemClock};
use parcours_segments::keys::KeyFile;
use parcours_segments::{Config, SegmentLog};
use parcours_sled::{OpenError, SledLookups};

use crate::folder::Data;
use crate::report::chain;

/// Where calls to services go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Nowhere by themselves: each waits for its answer, which comes through a door.
    Waits,
    /// To the simulators of the catalog, which take the time they say.
    Simulated,
    /// The same, without waiting: for demonstrations and measurements.
    SimulatedAtOnce,
}

/// An engine over a data folder.
pub(crate) struct Installation {
    pub(crate) engine: Engine,
    pub(crate) links: Links,
    pub(crate) ledger: Arc<FileLedger>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What is worth telling an operator about how it opened.
    pub(crate) remarks: Vec<String>,
    log: SegmentLog,
    sealer: Arc<Sealer<dyn Keys>>,
}

/// A connection to NATS, and the services whose calls go to workers there; all others go where they went before.
pub(crate) struct Workers<'a> {
    pub(crate) nats: &'a Nats,
    pub(crate) serve: BTreeSet<ServiceId>,
}

impl Installation {
    /// Opens the folder, or makes a new one, and starts the engine under `law`.
    ///
    /// # Errors
    /// What is wrong, and the remedy.
    pub(crate) async fn open(
        data: &Data,
        law: Loaded,
        outside: Outside,
        workers: Option<Workers<'_>>,
    ) -> Result<Self, String> {
        let log = Config::new(data.log());
        Self::open_with(data, log, law, outside, workers, Opening::default()).await
    }

    /// The same, with the log as it is said, telling `opening` how far it is.
    ///
    /// # Errors
    /// What is wrong, and the remedy.
    pub(crate) async fn open_with(
        data: &Data,
        log: Config,
        law: Loaded,
        outside: Outside,
        workers: Option<Workers<'_>>,
        opening: Opening,
    ) -> Result<Self, String> {
        data.make()?;
        let log = SegmentLog::open(log)
            .await
            .map_err(|error| crate::folder::refused(&error))?;
        let keys = keys(data, log.head().position)?;
        let mut remarks = Vec::new();
        remarks.extend(open_to_others(&data.path));
        let opened = keys.opening();
        if !opened.damaged.is_empty() || opened.orphans > 0 {
            remarks.push(format!(
                "{} key slots are damaged and {} keys have lost their person's: restore the keys from their backup",
                opened.damaged.len(),
                opened.orphans
            ));
        }
        if opened.finished > 0 {
            remarks.push(format!(
                "{} keys of forgotten people were destroyed again",
                opened.finished
            ));
        }
        let links = Links::new(&keys.installation().derive("parcours v1 links of journeys"));
        let keys: Arc<dyn Keys> = Arc::new(keys);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let catalog = Arc::new(law.catalog.clone());
        let services: Arc<dyn Services> = match outside {
            Outside::Waits => Arc::new(Waits),
            Outside::Simulated => Arc::new(parcours_runtime::services::Simulated::new(
                catalog,
                clock.clone(),
            )),
            Outside::SimulatedAtOnce => {
                Arc::new(parcours_runtime::services::Simulated::at_once(catalog))
            }
        };
        let services: Arc<dyn Services> = match workers {
            None => services,
            Some(workers) => Arc::new(ServiceRoute {
                by_workers: workers.serve,
                workers: workers.nats.workers(),
                others: Arc::new(Others(services)),
            }),
        };
        let sealer = Arc::new(Sealer::new(keys, OsEntropy));
        let lookups = lookups(data, &mut remarks)?;
        let parts = EngineParts {
            log: log.clone(),
            lookups,
            sealer: sealer.clone(),
            services,
            law,
            clock: clock.clone(),
            config: parcours_runtime::Config::default(),
        };
        let engine = Engine::open_telling(parts, opening)
            .await
            .map_err(|error| chain(&error))?;
        let path = data.ledger();
        let ledger = FileLedger::open(&path).map_err(|error| {
            format!("cannot open the access ledger {}: {error}", path.display())
        })?;
        Ok(Self {
            engine,
            links,
            ledger: Arc::new(ledger),
            clock,
            remarks,
            log,
            sealer,
        })
    }

    /// Opens the door on NATS.
    pub(crate) fn serve_nats(&self, nats: Nats) -> Nats {
        let (engine, sealer) = (self.engine.clone(), self.sealer.clone());
        EngineDoor::new(engine, sealer).serve(nats)
    }

    /// Stops the engine and lets go of the folder.
    ///
    /// # Errors
    /// What could not be finished.
    pub(crate) async fn close(self) -> Result<(), String> {
        self.engine.shutdown().await;
        drop(self.engine);
        self.log.close().await.map_err(|error| error.to_string())
    }
}

/// The lookups of the folder; where none can be kept, lookups in memory do the same work.
fn lookups(data: &Data, remarks: &mut Vec<String>) -> Result<Arc<dyn Lookups>, String> {
    match SledLookups::open(parcours_sled::Config::new(data.lookups())) {
        Ok(lookups) => Ok(Arc::new(lookups)),
        Err(error @ OpenError::InUse { .. }) => Err(chain(&error)),
        Err(error @ OpenError::Unusable { .. }) => {
            remarks.push(format!(
                "{}; until then they are in memory, and each start reads the whole log",
                chain(&error)
            ));
            Ok(Arc::new(MemoryLookups::new()))
        }
    }
}

/// What to say of a data folder that others on this machine may look into: it was made so before, or changed since.
fn open_to_others(path: &std::path::Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        format!(
            "others on this machine may look into {}, where people's data and its keys are: chmod -R go-rwx {0}",
            path.display()
        )
    })
}

/// The keys of the folder. New ones are made only where nothing was ever sealed.
fn keys(data: &Data, head: Position) -> Result<KeyFile, String> {
    let folder = data.keys();
    if folder.join("keys").exists() || head != Position::START {
        return KeyFile::open(&folder, OsEntropy).map_err(|error| chain(&error));
    }
    KeyFile::create(&folder, OsEntropy).map_err(|error| chain(&error))
}

/// Where the calls go that no worker takes.
struct Others(Arc<dyn Services>);

impl Services for Others {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>> {
        self.0.call(call)
    }

    fn under(&self, law: &Arc<Loaded>) {
        self.0.under(law);
    }
}

/// Calls that wait for an answer through a door.
struct Waits;

impl Services for Waits {
    fn call(&self, _: Call) -> BoxFuture<'static, Result<Answer, CallError>> {
        Box::pin(std::future::ready(Err(CallError::Later)))
    }
}

/// Simulators that answer at once.
pub(crate) struct AtOnce(pub(crate) Arc<parcours_core::catalog::Catalog>);

impl Services for AtOnce {
    fn call(&self, call: Call) -> BoxFuture<'static, Result<Answer, CallError>> {
        let answer = match simulate(&self.0, &call).comes {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(what)) => Err(CallError::Failed(what)),
            None => Err(CallError::Later),
        };
        Box::pin(std::future::ready(answer))
    }
}
