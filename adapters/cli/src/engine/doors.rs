//! The doors, open until somebody says stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parcours_http::{EngineDesk, Front, Samples, Site, serve_front};
use parcours_nats::Nats;
use parcours_runtime::Opening;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Admitted, Installation, Stop};

/// How often it is told how far an engine is that opens.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// The door on HTTP, open before there is an engine: it says how far that is.
pub(crate) struct Early {
    http: SocketAddr,
    front: Front,
    opening: Opening,
    stop: watch::Sender<bool>,
    pages: JoinHandle<()>,
}

impl Early {
    /// Opens it at `address`.
    ///
    /// # Errors
    /// What is wrong, and the remedy.
    pub(crate) async fn open(address: SocketAddr, admitted: &Admitted) -> Result<Self, String> {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            format!("cannot listen on {address}: {error}; give another address by --http")
        })?;
        let http = listener
            .local_addr()
            .map_err(|error| format!("cannot listen on {address}: {error}"))?;
        if admitted.credentials.is_empty() && !http.ip().is_loopback() {
            return Err(format!(
                "{http} can be reached from other machines, and nobody would be asked who they are: say who may come in by \
                 --credentials FILE (`parcours token --help` shows one), or listen on 127.0.0.1"
            ));
        }
        let opening = Opening::default();
        let told = opening.clone();
        let front = Front::preparing(move || told.to_string());
        let (stop, mut stopped) = watch::channel(false);
        let until = async move {
            // A sender that is gone means stop, too.
            let _stopped = stopped.wait_for(|stop| *stop).await;
        };
        let pages = tokio::spawn(serve_front(listener, front.clone(), until));
        Ok(Self {
            http,
            front,
            opening,
            stop,
            pages,
        })
    }

    /// How far the engine is: to be told by whoever opens it.
    pub(crate) fn opening(&self) -> Opening {
        self.opening.clone()
    }

    /// Waits for `work`, telling every few seconds how far it is, unless `stop` is asked before: then it leaves off, and nothing is open any more.
    ///
    /// # Errors
    /// Those of `work`; the door is closed then, too.
    pub(crate) async fn while_opening<T>(
        self,
        stop: &mut Stop,
        work: impl Future<Output = Result<T, String>>,
    ) -> Result<Option<(Self, T)>, String> {
        let telling = async {
            let mut every = tokio::time::interval(TOLD_EVERY);
            every.tick().await;
            loop {
                every.tick().await;
                tracing::warn!(address = %self.http, "not ready yet: {}", self.opening);
            }
        };
        let done = tokio::select! {
            done = stop.unless(work) => done,
            () = telling => None,
        };
        match done {
            Some(Ok(done)) => Ok(Some((self, done))),
            Some(Err(error)) => {
                self.close().await;
                Err(error)
            }
            None => {
                self.opening.leave_off();
                self.close().await;
                Ok(None)
            }
        }
    }

    async fn close(self) {
        self.stop.send_replace(true);
        // It ends by itself, and has nothing to lose.
        let _ended = self.pages.await;
    }
}

/// An engine with its doors open.
pub(crate) struct Doors {
    installation: Installation,
    /// Where the pages are.
    pub(crate) http: SocketAddr,
    stop: watch::Sender<bool>,
    pages: JoinHandle<()>,
    nats: Option<Nats>,
    /// Why NATS is not there, where it should be.
    pub(crate) nats_down: Option<String>,
}

impl Doors {
    /// Opens them: pages and API where the early door is, and NATS where there is a connection to it.
    pub(crate) async fn open(
        installation: Installation,
        early: Early,
        nats: Option<Nats>,
        samples: Samples,
        admitted: Admitted,
    ) -> Self {
        let Early {
            http,
            front,
            stop,
            pages,
            ..
        } = early;
        let alone = admitted.credentials.is_empty();
        if !alone && admitted.public.is_none() {
            tracing::warn!("leaflets carry no address: give the one that people use by --public");
        }
        let Admitted {
            credentials,
            public,
            ..
        } = admitted;
        let desk = EngineDesk::new(installation.engine.clone(), installation.clock.clone());
        let site = Site {
            desk: Arc::new(desk),
            links: installation.links.clone(),
            ledger: installation.ledger.clone(),
            // Who is on this machine alone finds the pages where they are.
            address: public.or_else(|| alone.then(|| format!("http://{http}"))),
            credentials,
            samples,
        };
        front.open(site);
        let nats = nats.map(|nats| installation.serve_nats(nats));
        // Whoever is told that it serves may publish at once: the streams are there, or it is known that NATS is not.
        let nats_down = match &nats {
            Some(nats) => nats.found().await.err(),
            None => None,
        };
        Self {
            installation,
            http,
            stop,
            pages,
            nats,
            nats_down,
        }
    }

    /// Closes the doors, finishes what is in hand, and lets go of the folder.
    ///
    /// # Errors
    /// What could not be finished.
    pub(crate) async fn close(self) -> Result<(), String> {
        self.stop.send_replace(true);
        if let Some(nats) = self.nats {
            nats.shutdown().await;
        }
        let pages = self.pages.await.map_err(|error| error.to_string());
        let closed = self.installation.close().await;
        pages?;
        closed
    }

    /// Waits until somebody asks to stop, or the pages cannot be served any more; then closes.
    ///
    /// # Errors
    /// What went wrong.
    pub(crate) async fn until(mut self, stop: &mut Stop) -> Result<(), String> {
        tokio::select! {
            () = stop.asked() => self.close().await,
            ended = &mut self.pages => {
                if let Some(nats) = self.nats.take() {
                    nats.shutdown().await;
                }
                let closed = self.installation.close().await;
                ended.map_err(|error| error.to_string())?;
                closed
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::*;

    async fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address).await?;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn while_an_engine_opens_the_door_on_http_answers_and_closes_when_it_cannot() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let early = Early::open(address, &Admitted::default()).await;
        let early = early.expect("a free port");
        let address = early.http;
        let (fail, failed) = oneshot::channel::<()>();
        let opening = tokio::spawn(async move {
            let mut stop = Stop::listen().expect("signals");
            let work = async move {
                let _failed = failed.await;
                Err::<(), _>("the folder is in use".to_owned())
            };
            // The task that serves has the door: once that ended, it is shut. Another may listen at its address by then.
            let pages = early.pages.abort_handle();
            let ended = early.while_opening(&mut stop, work).await.map(|_| ());
            (ended, pages.is_finished())
        });
        let alive = get(address, "/healthz").await.expect("an answer");
        assert!(alive.starts_with("HTTP/1.1 200"), "{alive}");
        let ready = get(address, "/readyz").await.expect("an answer");
        assert!(ready.starts_with("HTTP/1.1 503"), "{ready}");
        assert!(ready.contains("opening the data folder"), "{ready}");
        let early = get(address, "/v1/incidents").await.expect("an answer");
        assert!(early.contains("retry-after: "), "{early}");
        fail.send(()).expect("it waits");
        let ended = opening.await.expect("no panic");
        assert_eq!(ended, (Err("the folder is in use".to_owned()), true));
    }
}
