//! The doors, open until somebody says stop.

use std::net::SocketAddr;
use std::sync::Arc;

use parcours_http::{EngineDesk, Samples, Site, serve};
use parcours_nats::Nats;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Admitted, Installation, Stop};
use crate::report::chain;

/// An engine with its doors open.
pub(crate) struct Doors {
    installation: Installation,
    /// Where the pages are.
    pub(crate) http: SocketAddr,
    stop: watch::Sender<bool>,
    pages: JoinHandle<Result<(), String>>,
    nats: Option<Nats>,
    /// Why NATS is not there, where it should be.
    pub(crate) nats_down: Option<String>,
}

impl Doors {
    /// Opens them: pages and API at `address`, and NATS where there is a connection to it.
    ///
    /// # Errors
    /// What is wrong, and the remedy.
    pub(crate) async fn open(
        installation: Installation,
        address: SocketAddr,
        nats: Option<Nats>,
        samples: Samples,
        admitted: Admitted,
    ) -> Result<Self, String> {
        let law = installation.engine.catalog();
        let listener = TcpListener::bind(address).await.map_err(|error| {
            format!("cannot listen on {address}: {error}; give another address by --http")
        })?;
        let http = listener
            .local_addr()
            .map_err(|error| format!("cannot listen on {address}: {error}"))?;
        let alone = admitted.credentials.is_empty();
        if alone && !http.ip().is_loopback() {
            return Err(format!(
                "{http} can be reached from other machines, and nobody would be asked who they are: say who may come in by \
                 --credentials FILE (`parcours token --help` shows one), or listen on 127.0.0.1"
            ));
        }
        if !alone && admitted.public.is_none() {
            tracing::warn!("leaflets carry no address: give the one that people use by --public");
        }
        admitted.read_again(law.catalog.clone());
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
        let (stop, mut stopped) = watch::channel(false);
        let until = async move {
            // A sender that is gone means stop, too.
            let _stopped = stopped.wait_for(|stop| *stop).await;
        };
        let pages = tokio::spawn(async move {
            serve(listener, site, until)
                .await
                .map_err(|error| chain(&error))
        });
        let nats = nats.map(|nats| installation.serve_nats(nats));
        // Whoever is told that it serves may publish at once: the streams are there, or it is known that NATS is not.
        let nats_down = match &nats {
            Some(nats) => nats.found().await.err(),
            None => None,
        };
        Ok(Self {
            installation,
            http,
            stop,
            pages,
            nats,
            nats_down,
        })
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
        pages??;
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
                ended.map_err(|error| error.to_string())??;
                closed
            }
        }
    }
}
