//! What `deploy/` offers, as it stands there: the accounts of NATS against a real server, and the service of systemd.

use std::time::Duration;

use async_nats::jetstream::{self, consumer::pull};
use async_nats::{Client, ConnectOptions, Event};
use futures::StreamExt;
use parcours_nats::subjects;
use parcours_nats::testing::NatsServer;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::canaries::until;
use super::serving::Served;
use super::worker::Worker;
use super::{Said, parcours, root};

/// Its own password, for each user.
fn password(user: &str) -> String {
    format!("{user}-knows")
}

/// The server of `deploy/nats`, with passwords as an environment would give them; its folder and its rooms are the test's.
fn server() -> NatsServer {
    let path = root().join("deploy/nats/parcours.conf");
    let mut configuration = std::fs::read_to_string(path).expect("it is there");
    for user in ["parcours", "maternity-lyon", "caf", "follower"] {
        let variable = format!("${}_PASSWORD", user.to_uppercase().replace('-', "_"));
        assert!(configuration.contains(&variable), "{variable}");
        configuration = configuration.replace(&variable, &format!("\"{}\"", password(user)));
    }
    let (_, users) = configuration
        .split_once("authorization")
        .expect("it has users");
    NatsServer::configured(&format!("authorization{users}"))
}

fn who(user: &str) -> ConnectOptions {
    ConnectOptions::with_user_and_password(user.to_owned(), password(user))
        .custom_inbox_prefix(format!("_INBOX.{user}"))
}

#[test]
fn each_party_does_its_own_work_on_nats_and_nothing_else() {
    let nats = server();
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("the file is written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let credentials = file(
        "credentials.yaml",
        "publishers:\n  - { name: maternity-lyon, sources: [ \"urn:example:maternity\" ] }\n",
    );
    let own = file("parcours", &password("parcours"));
    let secret = file("maternity", &password("maternity-lyon"));
    let served = Served::begin_as(
        &folder.path().join("data"),
        &[
            "--credentials",
            &credentials,
            "--nats",
            &nats.url(),
            "--nats-user",
            "parcours",
            "--nats-password-file",
            &own,
            "--nats-stream-size",
            "16MiB",
        ],
    )
    .ready();
    until("NATS is served", || {
        served.get("/readyz").contains(r#""degraded":[]"#)
    });

    // The publisher: in its own name and for its own sources.
    let publish = |name: &[&str], source: &str, id: &str| -> Said {
        let words = [
            &["publish", "birth", "--nats", &nats.url(), "--id", id],
            &["--source", source, "--nats-user", "maternity-lyon"][..],
            &["--nats-password-file", &secret, "--patience", "60"],
            name,
        ];
        parcours(&words.concat())
    };
    let named = ["--publisher", "maternity-lyon"];
    let taken = publish(&named, "urn:example:maternity", "1");
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(taken.out.contains("1 journey started"), "{taken:?}");
    let forged = publish(&named, "urn:example:town-hall", "1");
    assert_eq!(forged.code, Some(1), "{forged:?}");
    assert!(forged.err.contains("does not speak for"), "{forged:?}");

    let unnamed = publish(&[], "urn:example:maternity", "2");
    assert_eq!(unnamed.code, Some(1), "{unnamed:?}");
    assert!(unnamed.err.contains("`life-events.birth`"), "{unnamed:?}");
    assert!(unnamed.err.contains("ermissions"), "{unnamed:?}");

    let runtime = Runtime::new().expect("threads can be started");
    // Her receipts, however late, and nobody else's.
    let read = |user: &'static str, at: &str| runtime.block_on(receipt(&nats, user, at));
    let token = subjects::token("urn:example:maternity", "1");
    let hers_at = subjects::receipt_for(Some("maternity-lyon"), &token);
    let hers = read("maternity-lyon", &hers_at).expect("hers to read");
    assert_eq!(hers["receipt"], "started", "{hers}");
    let may_not = |user: &'static str, tries: &[Try]| runtime.block_on(may_not(&nats, user, tries));
    may_not(
        "maternity-lyon",
        &[
            Publish("life-events.birth"),
            Publish("publishers.mairie.life-events.birth"),
            Publish("receipts.publishers.maternity-lyon.forged"),
            Publish("answers.x"),
            Publish("$JS.API.DIRECT.GET.RECEIPTS.receipts.publishers.mairie.x"),
            Publish("$JS.API.DIRECT.GET.RECEIPTS.receipts.x"),
            Publish("$JS.API.DIRECT.GET.RECEIPTS"),
            Publish("$JS.API.STREAM.MSG.GET.RECEIPTS"),
            Publish("$JS.API.STREAM.INFO.RECEIPTS"),
            Publish("$JS.API.STREAM.MSG.GET.LIFE_EVENTS"),
            Publish("$JS.API.CONSUMER.CREATE.LIFE_EVENTS.mine"),
            Publish("$JS.API.STREAM.DELETE.LIFE_EVENTS"),
            Subscribe("life-events.*"),
            Subscribe("publishers.maternity-lyon.life-events.*"),
            Subscribe("receipts.>"),
            Subscribe("journeys.*.*"),
            Subscribe("_INBOX.caf.>"),
        ],
    );

    // The service: its own calls, and their answers.
    let context = runtime.block_on(async {
        let client = who("caf").connect(nats.url()).await.expect("it comes in");
        let mut context = jetstream::new(client);
        context.set_timeout(Duration::from_secs(1));
        context
    });
    let others = pull::Config {
        durable_name: Some("caf".to_owned()),
        filter_subject: "services.mairie.*".to_owned(),
        ..Default::default()
    };
    let others = runtime.block_on(context.create_consumer_on_stream(others, subjects::SERVICES));
    assert!(
        others.is_err(),
        "the calls of another service are not its own"
    );
    let worker = Worker::start_as(
        who("caf"),
        &nats.url(),
        "caf",
        |operation, _| match operation {
            "read_household" => json!({ "reply": { "dependent_children": 1 } }),
            _ => json!({ "failure": "not today" }),
        },
    );
    until("the service was asked", || !worker.asked().is_empty());

    // What it tells by itself, under its own name.
    let mut lines = taken.out.lines().map(str::trim);
    let journey = lines
        .find(|line| line.parse::<parcours_core::JourneyId>().is_ok())
        .expect("the journey that started");
    let event = json!({
        "specversion": "1.0", "type": "caf.birth_grant_paid", "source": "urn:example:caf", "id": "g-1", "subject": journey,
        "data": { "person": "p-nobody", "child": 1, "paid_on": "2026-03-31" },
    });
    let receipt = runtime.block_on(told(&nats, "caf", "birth_grant_paid", &event));
    assert_eq!(receipt["receipt"], "heard", "{receipt}");
    assert_eq!(receipt["journeys"], json!([journey]));
    let token = subjects::told_token("caf", "urn:example:caf", "g-1");
    let its = read("caf", &subjects::told_receipt("caf", &token)).expect("its own");
    assert_eq!(its["receipt"], "heard", "{its}");
    may_not(
        "caf",
        &[
            Publish("service-events.mairie.birth_registered"),
            Publish("life-events.birth"),
            Publish("publishers.maternity-lyon.life-events.birth"),
            Publish("services.mairie.register"),
            Publish("$JS.API.CONSUMER.CREATE.SERVICES.caf.services.mairie.*"),
            Publish("$JS.API.CONSUMER.CREATE.SERVICES.caf"),
            Publish("$JS.API.CONSUMER.MSG.NEXT.SERVICES.mairie"),
            Publish("$JS.API.STREAM.MSG.GET.SERVICES"),
            Publish("$JS.API.STREAM.MSG.GET.ANSWERS"),
            Publish("$JS.API.DIRECT.GET.RECEIPTS.receipts.services.mairie.x"),
            Publish("$JS.API.DIRECT.GET.RECEIPTS.receipts.publishers.maternity-lyon.x"),
            Subscribe("services.caf.*"),
            Subscribe("answers.*"),
            Subscribe("service-events.caf.*"),
            Subscribe("service-events.rejected.mairie.*"),
        ],
    );
    may_not(
        "maternity-lyon",
        &[Publish("service-events.caf.birth_grant_paid")],
    );

    // Whoever follows: what happened before it came, too.
    let first = runtime.block_on(followed(&nats));
    assert_eq!(first["event"], "started", "{first}");
    may_not(
        "follower",
        &[
            Publish("journeys.birth.started"),
            Publish("service-events.caf.birth_grant_paid"),
            Publish("life-events.birth"),
            Publish("$JS.API.CONSUMER.CREATE.JOURNEYS.another"),
            Publish("$JS.API.CONSUMER.CREATE.LIFE_EVENTS.follower"),
            Publish("$JS.API.CONSUMER.CREATE.REJECTED.follower"),
            Publish("$JS.API.CONSUMER.DELETE.JOURNEYS.follower"),
            Publish("$JS.API.STREAM.PURGE.JOURNEYS"),
            Publish("$JS.API.DIRECT.GET.RECEIPTS.receipts.x"),
            Subscribe("life-events.*"),
            Subscribe("services.*.*"),
            Subscribe("receipts.*"),
        ],
    );
    assert_eq!(served.stop(), Some(0));
}

/// The receipt of what a service tells.
async fn told(nats: &NatsServer, service: &str, event: &str, what: &Value) -> Value {
    let client = who(service).connect(nats.url()).await.expect("it comes in");
    let inbox = client.new_inbox();
    let mut replies = client.subscribe(inbox.clone()).await.expect("it listens");
    let mut headers = async_nats::HeaderMap::new();
    headers.insert(subjects::REPLY_TO, inbox.as_str());
    let subject = format!("service-events.{service}.{event}");
    let body = what.to_string().into();
    let sent = client.publish_with_headers(subject, headers, body).await;
    sent.expect("it is sent");
    let reply = replies.next().await.expect("a receipt");
    serde_json::from_slice(&reply.payload).expect("JSON")
}

/// The receipt that a user reads from the stream, by its subject.
async fn receipt(nats: &NatsServer, user: &str, at: &str) -> Option<Value> {
    let client = who(user).connect(nats.url()).await.expect("it comes in");
    let context = jetstream::new(client);
    let receipts = context.get_stream_no_info(subjects::RECEIPTS).await;
    let found = receipts
        .expect("nothing is asked")
        .direct_get_last_for_subject(at)
        .await;
    serde_json::from_slice(&found.ok()?.payload).ok()
}

/// The first thing that ever happened, through the follower's own consumer.
async fn followed(nats: &NatsServer) -> Value {
    let client = who("follower").connect(nats.url()).await;
    let context = jetstream::new(client.expect("it comes in"));
    let consumer = pull::Config {
        durable_name: Some("follower".to_owned()),
        filter_subject: subjects::JOURNEYS_SUBJECTS.to_owned(),
        ..Default::default()
    };
    let made = context
        .create_consumer_on_stream(consumer, subjects::JOURNEYS)
        .await;
    let mut messages = made.expect("its own").messages().await.expect("its own");
    let message = messages
        .next()
        .await
        .expect("something happened")
        .expect("it comes");
    message.double_ack().await.expect("it may acknowledge");
    serde_json::from_slice(&message.payload).expect("JSON")
}

/// What a user tries.
#[derive(Clone, Copy, Debug)]
enum Try {
    Publish(&'static str),
    Subscribe(&'static str),
}
use Try::{Publish, Subscribe};

/// That the server refuses a user all of these.
async fn may_not(nats: &NatsServer, user: &str, tries: &[Try]) {
    let (told, mut said) = tokio::sync::mpsc::unbounded_channel();
    let client: Client = who(user)
        .event_callback(move |event| {
            let told = told.clone();
            async move {
                if let Event::ServerError(error) = event {
                    let _heard = told.send(error.to_string());
                }
            }
        })
        .connect(nats.url())
        .await
        .expect("it comes in");
    for one in tries {
        let (what, subject) = match *one {
            Publish(subject) => {
                let sent = client.publish(subject, "{}".into()).await;
                sent.expect("it is sent");
                ("Publish", subject)
            }
            Subscribe(subject) => {
                client.subscribe(subject).await.expect("it is sent");
                ("Subscription", subject)
            }
        };
        client.flush().await.expect("it is sent");
        let refused = tokio::time::timeout(Duration::from_secs(20), said.recv()).await;
        let refused = refused.unwrap_or_else(|_| panic!("{user} may: {one:?}"));
        let refused = refused.expect("the client is there");
        let words = refused.to_lowercase();
        assert!(
            words.contains(&what.to_lowercase()),
            "{user}, {one:?}: {refused}"
        );
        assert!(
            words.contains(&subject.to_lowercase()),
            "{user}, {one:?}: {refused}"
        );
    }
}

#[test]
fn the_service_of_systemd_asks_for_options_that_there_are() {
    let path = root().join("deploy/systemd/parcours.service");
    let unit = std::fs::read_to_string(path).expect("it is there");
    let start = unit
        .replace("\\\n", " ")
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart=").map(str::to_owned))
        .expect("it starts something");
    let options = root().join("deploy/systemd/options");
    let options = std::fs::read_to_string(options).expect("it is there");
    let options = options
        .lines()
        .find_map(|line| line.strip_prefix("PARCOURS_OPTIONS="))
        .expect("it names options");
    assert!(start.ends_with(" $PARCOURS_OPTIONS"), "{start}");
    let start = start.replace("$PARCOURS_OPTIONS", options);
    let mut words: Vec<&str> = start.split_whitespace().skip(1).collect();
    words.push("--help");
    let said = parcours(&words);
    assert_eq!(said.code, Some(0), "{said:?}");
    let options = words.iter().filter(|word| word.starts_with("--"));
    for option in options {
        assert!(said.out.contains(option), "{option} is not in {said:?}");
    }
}
