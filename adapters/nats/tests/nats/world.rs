//! A server, an engine in memory, the adapter between them, and an ordinary client beside it.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::{self, context::Context};
use futures::{Stream, StreamExt};
use parcours_nats::testing::{MemoryEngine, NatsServer};
use parcours_nats::{Config, DeadLetter, Health, Nats, Receipt, subjects};
use serde_json::{Value, json};

pub(crate) struct World {
    pub(crate) server: NatsServer,
    pub(crate) engine: MemoryEngine,
    pub(crate) nats: Option<Nats>,
    pub(crate) client: async_nats::Client,
    config: Config,
}

/// Nothing here is a timed test: this only keeps one that has gone wrong from hanging.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .unwrap_or_else(|_| panic!("never came: {what}"))
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(settings: impl FnOnce(&mut Config)) -> Self {
        let server = NatsServer::start();
        let mut config = Config::new(server.url());
        config.backoff = vec![Duration::from_millis(20)];
        settings(&mut config);
        let engine = MemoryEngine::default();
        let nats = Nats::connect(config.clone()).await.unwrap();
        let nats = nats.serve(engine.clone());
        let client = async_nats::ConnectOptions::new()
            .max_reconnects(None)
            .connect(server.url())
            .await
            .unwrap();
        let world = Self {
            server,
            engine,
            nats: Some(nats),
            client,
            config,
        };
        world.is(|health| *health == Health::Up).await;
        world.back().await;
        world
    }

    /// The adapter stops, and has not begun again.
    pub(crate) async fn stopped(&mut self) {
        soon("a shutdown", self.nats.take().unwrap().shutdown()).await;
    }

    /// The adapter of an engine that has started again, over the same server.
    pub(crate) async fn started_again(&mut self) {
        let nats = Nats::connect(self.config.clone()).await.unwrap();
        self.nats = Some(nats.serve(self.engine.clone()));
    }

    /// Waits until calls can be handed over.
    pub(crate) async fn back(&self) {
        let mut back = self.nats.as_ref().unwrap().workers().back();
        let begun = soon("handing over", back.wait_for(|times| *times > 0)).await;
        begun.unwrap();
    }

    pub(crate) async fn is(&self, what: impl FnMut(&Health) -> bool) {
        let mut health = self.nats.as_ref().unwrap().health();
        soon("that health", health.wait_for(what)).await.unwrap();
    }

    pub(crate) fn jetstream(&self) -> Context {
        jetstream::new(self.client.clone())
    }

    /// Publishes as `nats pub` does: no acknowledgement asked for.
    pub(crate) async fn publish(
        &self,
        subject: &str,
        headers: &[(&str, &str)],
        body: impl ToString,
    ) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, *value);
        }
        self.client
            .publish_with_headers(subject.to_owned(), map, body.to_string().into())
            .await
            .unwrap();
        self.client.flush().await.unwrap();
    }

    /// What is, or comes, on a subject of a stream: a late subscriber sees it too.
    pub(crate) async fn messages(
        &self,
        stream: &str,
        subject: &str,
    ) -> impl Stream<Item = jetstream::Message> + use<> {
        let config = jetstream::consumer::pull::OrderedConfig {
            filter_subject: subject.to_owned(),
            ..Default::default()
        };
        let consumer = self
            .jetstream()
            .create_consumer_on_stream(config, stream)
            .await
            .unwrap();
        Box::pin(
            consumer
                .messages()
                .await
                .unwrap()
                .map(|message| message.unwrap()),
        )
    }

    pub(crate) async fn receipt(&self, source: &str, id: &str) -> Receipt {
        let subject = subjects::receipt(&subjects::token(source, id));
        let mut found = self.messages(subjects::RECEIPTS, &subject).await;
        let message = soon("a receipt", found.next()).await.unwrap();
        serde_json::from_slice(&message.payload).unwrap()
    }

    pub(crate) async fn dead_letter(&self, subject: &str) -> DeadLetter {
        let mut found = self.messages(subjects::REJECTED, subject).await;
        let message = soon("a dead letter", found.next()).await.unwrap();
        serde_json::from_slice(&message.payload).unwrap()
    }

    /// Waits until a stream of work is empty: everything in it was acknowledged.
    pub(crate) async fn empty(&self, stream: &str) {
        let mut stream = self.jetstream().get_stream(stream).await.unwrap();
        soon("an empty stream", async {
            while stream.info().await.unwrap().state.messages > 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

pub(crate) const SOURCE: &str = "urn:mairie:69123";

/// An invented birth.
pub(crate) fn birth(id: &str) -> Value {
    json!({
        "specversion": "1.0", "type": "birth", "source": SOURCE, "id": id,
        "datacontenttype": "application/json", "data": { "born_on": "2026-03-02" },
    })
}
