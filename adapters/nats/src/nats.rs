//! The connection, kept up in the background, and what runs over it while it is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::context::{Context, ContextBuilder};
use async_nats::{Client, ConnectOptions, Event};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::config::{Config, Credentials};
use crate::door::Engine;
use crate::error::{NatsError, describe};
use crate::services::{Gate, Workers};
use crate::session::Session;
use crate::{answers, intake, journeys, service_events, services, streams};

/// Whether NATS is there, for `/readyz`. The engine serves on without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Connected, streams in place.
    Up,
    /// Not, for this reason.
    Down(String),
}

/// Counts connections, so that one that came back between two looks is seen as another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Link {
    pub(crate) up: bool,
    count: u64,
}

/// The NATS side of an engine. Dropping it stops at once; [`shutdown`](Self::shutdown) finishes what is in hand.
#[derive(Debug)]
pub struct Nats {
    client: Client,
    context: Context,
    config: Arc<Config>,
    installation: Option<String>,
    health: watch::Sender<Health>,
    link: watch::Sender<Link>,
    stop: watch::Sender<bool>,
    last_call: Arc<AtomicU64>,
    gate: Arc<Gate>,
    supervisor: Option<JoinHandle<()>>,
}

impl Nats {
    /// Begins to connect and returns at once, whether or not a server is there.
    ///
    /// # Errors
    /// [`NatsError::Settings`]: an address that is none, or a credentials file that cannot be read.
    pub async fn connect(config: Config) -> Result<Self, NatsError> {
        if config.in_flight == 0 {
            return Err(NatsError::Settings {
                what: "in_flight is 0: nothing would ever be taken; set at least 1".into(),
            });
        }
        let health = watch::Sender::new(not_known());
        let link = watch::Sender::new(Link::default());
        let longest = config.longest_wait;
        let (told, linked) = (health.clone(), link.clone());
        let options = authenticated(&config.credentials)
            .await?
            .name("parcours")
            .retry_on_initial_connect()
            .reconnect_delay_callback(move |attempts| wait(attempts, longest))
            .event_callback(move |event| {
                connection(&told, &linked, &event);
                std::future::ready(())
            });
        let client = options
            .connect(config.url.as_str())
            .await
            .map_err(|error| NatsError::Settings {
                what: format!("`{}`: {}", shown(&config.url), describe(&error)),
            })?;
        let context = ContextBuilder::new()
            .timeout(config.timeout)
            .ack_timeout(config.timeout)
            .build(client.clone());
        Ok(Self {
            client,
            context,
            config: Arc::new(config),
            installation: None,
            health,
            link,
            stop: watch::Sender::new(false),
            last_call: Arc::default(),
            gate: Arc::default(),
            supervisor: None,
        })
    }

    /// Whether NATS is there; changes can be awaited.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Waits until it is known how it stands: the streams are in place, or why they are not. An address that does not even refuse
    /// is told of after [`Config::timeout`] twice over.
    ///
    /// # Errors
    /// Why NATS is not there now; it is tried again by itself.
    pub async fn found(&self) -> Result<(), String> {
        let mut health = self.health();
        let known = health.wait_for(|health| *health != not_known());
        let known = tokio::time::timeout(self.config.timeout * 2, known).await;
        match known {
            Ok(Ok(health)) => match &*health {
                Health::Up => Ok(()),
                Health::Down(why) => Err(why.clone()),
            },
            Ok(Err(_)) | Err(_) => Err("NATS does not answer".to_owned()),
        }
    }

    /// Where calls for workers are handed over.
    #[must_use]
    pub fn workers(&self) -> Workers {
        Workers::new(
            self.context.clone(),
            self.gate.clone(),
            self.last_call.clone(),
            self.config.in_flight,
        )
    }

    /// From now on it serves this installation, by its public name, and shares its streams with no other.
    #[must_use]
    pub fn of(mut self, installation: String) -> Self {
        self.installation = Some(installation);
        self
    }

    /// Serves `engine` until [`shutdown`](Self::shutdown): takes what comes in, tells what happens.
    #[must_use]
    pub fn serve(mut self, engine: impl Engine) -> Self {
        let supervisor = Supervisor {
            context: self.context.clone(),
            config: self.config.clone(),
            installation: self.installation.clone(),
            health: self.health.clone(),
            link: self.link.subscribe(),
            stop: self.stop.subscribe(),
            last_call: self.last_call.clone(),
            gate: self.gate.clone(),
        };
        if let Some(earlier) = self
            .supervisor
            .replace(tokio::spawn(supervisor.run(engine)))
        {
            earlier.abort();
        }
        self
    }

    /// Takes nothing more, finishes what is in hand, and disconnects.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(supervisor) = self.supervisor.take()
            && let Err(error) = supervisor.await
        {
            warn!(%error, "the NATS side ended badly");
        }
        if let Err(error) = self.client.drain().await {
            warn!(%error, "NATS was not left in good order");
        }
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        if let Some(supervisor) = &self.supervisor {
            supervisor.abort();
        }
    }
}

pub(crate) async fn authenticated(credentials: &Credentials) -> Result<ConnectOptions, NatsError> {
    Ok(match credentials {
        Credentials::None => ConnectOptions::new(),
        Credentials::User { name, password } => {
            ConnectOptions::with_user_and_password(name.clone(), password.clone())
        }
        Credentials::File(path) => {
            ConnectOptions::with_credentials_file(path)
                .await
                .map_err(|error| NatsError::Settings {
                    what: format!("credentials file {}: {error}", path.display()),
                })?
        }
    })
}

/// Before anything was heard.
fn not_known() -> Health {
    Health::Down("not connected yet".into())
}

fn connection(health: &watch::Sender<Health>, link: &watch::Sender<Link>, event: &Event) {
    let up = match event {
        Event::Connected => true,
        Event::Disconnected | Event::Closed => false,
        Event::ClientError(error) if !link.borrow().up => {
            let why = Health::Down(cannot_connect(&error.to_string()));
            // Once, and not at every attempt.
            if health.send_replace(why.clone()) != why {
                warn!(%error, "NATS cannot be reached; it is tried again by itself");
            }
            return;
        }
        Event::SlowConsumer(_) | Event::ServerError(_) | Event::ClientError(_) => {
            warn!(%event, "NATS");
            return;
        }
        Event::LameDuckMode | Event::Draining => return,
    };
    info!(up, "NATS");
    // The link first: whoever sets the health to up looks at the link afterwards.
    link.send_modify(|link| {
        *link = Link {
            up,
            count: link.count + 1,
        }
    });
    if !up {
        health.send_replace(Health::Down("NATS does not answer".into()));
    }
}

pub(crate) fn cannot_connect(error: &str) -> String {
    if error.contains("authorization") || error.contains("authentication") {
        format!(
            "NATS does not let us in ({error}): check the user and password, or the credentials file, given for it"
        )
    } else {
        format!("NATS cannot be reached: {error}")
    }
}

/// An address without the user and the password that it may hold.
pub(crate) fn shown(url: &str) -> String {
    url.split(',')
        .map(|one| match (one.split_once("://"), one.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
            (None, Some((_, host))) => host.to_owned(),
            (_, None) => one.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(",")
}

/// 50 ms, then twice as long each time, up to `longest`.
pub(crate) fn wait(attempts: usize, longest: Duration) -> Duration {
    let doubled = 50_u64.saturating_mul(1 << attempts.min(16));
    Duration::from_millis(doubled).min(longest)
}

struct Supervisor {
    context: Context,
    config: Arc<Config>,
    installation: Option<String>,
    health: watch::Sender<Health>,
    link: watch::Receiver<Link>,
    stop: watch::Receiver<bool>,
    last_call: Arc<AtomicU64>,
    gate: Arc<Gate>,
}

impl Supervisor {
    async fn run(mut self, engine: impl Engine) {
        let mut failures = 0;
        let mut from = streams::From::Anew;
        let mut lost = false;
        while !*self.stop.borrow() {
            let Some(link) = self.connected().await else {
                break;
            };
            match streams::prepare(&self.context, &self.config, self.installation.as_deref()).await
            {
                Ok(prepared) => {
                    failures = 0;
                    let before = self.last_call.swap(prepared.last_call, Ordering::SeqCst);
                    if prepared.last_call < before {
                        lost = true;
                        warn!("NATS lost the calls handed over to workers; they are made again");
                    }
                    let session = Session::new(
                        self.context.clone(),
                        self.config.clone(),
                        engine.clone(),
                        from,
                    );
                    self.health.send_replace(Health::Up);
                    if self.link.borrow().eq(&link) {
                        if self.serve(session, link, lost).await {
                            lost = false;
                        }
                        from = streams::From::WhereItWas;
                    }
                    self.health
                        .send_replace(Health::Down("reading from NATS begins again".into()));
                }
                Err(error) => {
                    warn!(%error, "the streams are not in place");
                    self.health.send_replace(Health::Down(error.to_string()));
                }
            }
            self.pause(wait(failures, self.config.longest_wait)).await;
            failures += 1;
        }
    }

    /// Waits for a connection; none when it is time to stop.
    async fn connected(&mut self) -> Option<Link> {
        tokio::select! {
            _ = self.stop.wait_for(|stop| *stop) => None,
            link = self.link.wait_for(|link| link.up) => link.ok().map(|link| *link),
        }
    }

    /// Serves while this connection lasts. Says whether calls were handed over: those that were lost, if any, are made again.
    async fn serve<E: Engine>(&mut self, session: Session<E>, link: Link, lost: bool) -> bool {
        let gate = self.gate.clone();
        let ended = async {
            tokio::select! {
                _ = self.stop.wait_for(|stop| *stop) => {}
                _ = self.link.wait_for(|now| *now != link) => {}
                () = session.over() => {}
            }
            session.end();
            gate.shut();
        };
        let calls = async {
            tokio::select! {
                () = session.over() => false,
                () = services::begin(&session, &gate) => {
                    if lost {
                        session.engine.make_calls_again();
                    }
                    true
                }
            }
        };
        let (begun, ..) = tokio::join!(
            calls,
            ended,
            intake::run(&session),
            answers::run(&session),
            service_events::run(&session),
            journeys::run(&session),
        );
        // It may have been opened at the very moment when all was over.
        gate.shut();
        begun
    }

    /// Waits, unless it is time to stop or the connection changes.
    async fn pause(&mut self, wait: Duration) {
        let link = *self.link.borrow();
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = self.stop.wait_for(|stop| *stop) => {}
            _ = self.link.wait_for(|now| *now != link) => {}
        }
    }
}
