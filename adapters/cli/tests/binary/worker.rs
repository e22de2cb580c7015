//! A worker of a service over NATS, as a real one would be: it takes calls, answers them, and remembers which it was given.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::{ConnectOptions, HeaderMap, jetstream};
use futures::StreamExt;
use parcours_nats::subjects;
use serde_json::Value;
use tokio::runtime::Runtime;

/// A call as it arrived: the operation, and what it says.
pub(crate) type Asked = (String, Value);

/// A worker at work until it is dropped.
pub(crate) struct Worker {
    asked: Arc<Mutex<BTreeMap<String, Vec<Asked>>>>,
    // Dropped last: its tasks end with it.
    _runtime: Runtime,
}

impl Worker {
    /// Starts one for `service`, whose streams are there already; `answer` is given the operation and the arguments.
    pub(crate) fn start(url: &str, service: &str, answer: fn(&str, &Value) -> Value) -> Self {
        Self::start_as(ConnectOptions::new(), url, service, answer)
    }

    /// The same, as somebody whom the server knows.
    pub(crate) fn start_as(
        who: ConnectOptions,
        url: &str,
        service: &str,
        answer: fn(&str, &Value) -> Value,
    ) -> Self {
        let runtime = Runtime::new().expect("threads can be started");
        let asked: Arc<Mutex<BTreeMap<String, Vec<Asked>>>> = Arc::default();
        let (context, mut messages) = runtime.block_on(async {
            let client = who.connect(url).await.expect("NATS is there");
            let context = jetstream::new(client);
            let config = jetstream::consumer::pull::Config {
                durable_name: Some(service.to_owned()),
                filter_subject: format!("services.{service}.*"),
                ack_wait: Duration::from_secs(2),
                ..Default::default()
            };
            let consumer = context
                .create_consumer_on_stream(config, subjects::SERVICES)
                .await
                .expect("the stream of calls is there");
            let messages = consumer.messages().await.expect("calls can be read");
            (context, messages)
        });
        let seen = asked.clone();
        runtime.spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                let headers = message.headers.clone().expect("a call has headers");
                let header = |name| headers.get(name).expect("it is there").as_str().to_owned();
                let (key, to) = (header(subjects::CALL_KEY), header(subjects::ANSWER_TO));
                let arguments: Value = serde_json::from_slice(&message.payload).expect("JSON");
                let operation = message.subject.rsplit('.').next().unwrap_or_default();
                let says = answer(operation, &arguments).to_string();
                seen.lock()
                    .expect("nobody panics with it")
                    .entry(key.clone())
                    .or_default()
                    .push((operation.to_owned(), arguments));
                let mut headers = HeaderMap::new();
                headers.insert(subjects::CALL_KEY, key.as_str());
                let stored = context.publish_with_headers(to, headers, says.into()).await;
                if let Ok(stored) = stored
                    && stored.await.is_ok()
                {
                    // Lost, the call comes again, and is answered again.
                    let _acknowledged = message.ack().await;
                }
            }
        });
        Self {
            asked,
            _runtime: runtime,
        }
    }

    /// The calls it was given so far, by their idempotency keys.
    pub(crate) fn asked(&self) -> BTreeMap<String, Vec<Asked>> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}
