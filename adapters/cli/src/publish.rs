//! `parcours publish`: a life event, and what became of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;
use parcours_core::name::LifeEventKind;
use parcours_lang::life_event::to_json;
use parcours_nats::client::{PublishError, publish};
use parcours_nats::subjects::is_publisher;
use parcours_nats::{Became, Credentials, Reason, Receipt};
use parcours_runtime::CloudEvent;

use crate::journeys::Folder;
use crate::lang::Lang;
use crate::nats::Access;
use crate::report::{chain, counted};
use crate::sample;
use crate::secret;
use crate::terminal::{Answer, Paint};

/// Publishes a life event, and prints its receipt: what became of it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours publish birth birth.yaml --nats nats://127.0.0.1:4222\n  \
    parcours publish birth --http http://127.0.0.1:8080\n  \
    parcours publish birth --example twins --on 2026-03-29 --id twins-1 --nats nats://127.0.0.1:4222\n\n\
    Publishing the same --source and --id again gives the first receipt again.\n\
    Exit codes: 0 taken, 1 rejected, in conflict or not published, 2 wrong use.")]
pub(crate) struct Arguments {
    /// The type of life event.
    #[arg(value_name = "TYPE")]
    kind: LifeEventKind,
    /// Its data in YAML or JSON, or a whole CloudEvent, which is published as it stands; an invented example otherwise.
    #[arg(value_name = "FILE", conflicts_with = "example")]
    file: Option<String>,
    /// An example of the type, by its name.
    #[arg(long, value_name = "NAME")]
    example: Option<String>,
    /// The day it happened: all dates of the data are moved so.
    #[arg(long, value_name = "DATE", value_parser = crate::day::a_day)]
    on: Option<NaiveDate>,
    /// The NATS server to publish on.
    #[arg(
        long,
        value_name = "URL",
        required_unless_present = "http",
        conflicts_with = "http"
    )]
    nats: Option<String>,
    #[command(flatten)]
    access: Access,
    /// Who publishes, to an engine that knows publishers on NATS by name.
    #[arg(long, value_name = "NAME", requires = "nats", value_parser = publisher)]
    publisher: Option<String>,
    /// The engine to publish to, as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    http: Option<String>,
    /// A file with the token of a publisher, for an engine that asks for one over HTTP.
    #[arg(long, value_name = "FILE", requires = "http")]
    token_file: Option<PathBuf>,
    /// CloudEvents `source`: who publishes; urn:parcours:publish otherwise, or what FILE says.
    #[arg(long)]
    source: Option<String>,
    /// CloudEvents `id`: with the source, the name of the event; a new one otherwise, or what FILE says.
    #[arg(long)]
    id: Option<String>,
    /// How many seconds to wait for the receipt.
    #[arg(long, default_value_t = 10)]
    patience: u64,
    #[command(flatten)]
    folder: Folder,
    /// For a program to read.
    #[arg(long)]
    json: bool,
    /// The language to answer in.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let event = match event(arguments, paint) {
        Ok(event) => event,
        Err(message) => return Answer::WrongUse(message),
    };
    let patience = Duration::from_secs(arguments.patience);
    let published = crate::block_on(async {
        match (&arguments.nats, &arguments.http) {
            (Some(url), _) => {
                let credentials = arguments.access.credentials()?;
                let publisher = arguments.publisher.as_deref();
                Ok(over_nats(url, &credentials, publisher, &event, patience).await)
            }
            (None, Some(url)) => {
                let token = token(arguments.token_file.as_deref())?;
                Ok(over_http(url, &event, token.as_deref(), patience).await)
            }
            (None, None) => Err("say where to publish: --nats URL or --http URL".to_owned()),
        }
    });
    match published {
        Ok(Ok(receipt)) => told(arguments, &event, &receipt),
        Ok(Err(answer)) => answer,
        Err(message) => Answer::WrongUse(message),
    }
}

async fn over_nats(
    url: &str,
    credentials: &Credentials,
    publisher: Option<&str>,
    event: &CloudEvent,
    patience: Duration,
) -> Result<Receipt, Answer> {
    publish(url, credentials, publisher, &event.to_json(), patience)
        .await
        .map_err(|error| match error {
            PublishError::Event(what) => Answer::WrongUse(what),
            other => Answer::No(chain(&other)),
        })
}

/// One token of a NATS subject.
fn publisher(name: &str) -> Result<String, String> {
    if is_publisher(name) {
        return Ok(name.to_owned());
    }
    Err("a publisher's name is of small letters, digits and hyphens, as maternity-lyon".to_owned())
}

/// The token of a file: its first line.
fn token(file: Option<&Path>) -> Result<Option<String>, String> {
    let Some(path) = file else { return Ok(None) };
    let text = secret::read(path, "the token")?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!(
            "{} does not begin with a token; `parcours token` makes one",
            path.display()
        ));
    }
    Ok(Some(token.to_owned()))
}

async fn over_http(
    url: &str,
    event: &CloudEvent,
    token: Option<&str>,
    patience: Duration,
) -> Result<Receipt, Answer> {
    let Some(host) = url.strip_prefix("http://") else {
        return Err(Answer::WrongUse(format!(
            "--http {url}: give an address that begins with http://, inside of the proxy"
        )));
    };
    let host = host.trim_end_matches('/');
    let body = event.to_json().to_string();
    let asked = crate::http::ask(host, "/v1/life-events", token, Some(&body));
    let answered = match tokio::time::timeout(patience, asked).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => return Err(Answer::No(format!("not published: {url}: {error}"))),
        Err(_) => {
            return Err(Answer::No(format!(
                "{url} does not answer; publish the same again"
            )));
        }
    };
    let json: serde_json::Value = serde_json::from_str(&answered.body).unwrap_or_default();
    let became = serde_json::from_value(json["receipt"].clone());
    match became {
        Ok(became) if answered.status < 300 => Ok(Receipt {
            duplicate: json["repeated"] == true,
            journeys: json["journeys"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|journey| journey.as_str().map(str::to_owned))
                .collect(),
            position: json["position"].as_str().map(str::to_owned),
            ..Receipt::of(became)
        }),
        _ => {
            let said = json["detail"].as_str().or(json["title"].as_str());
            let what = said.unwrap_or("the engine does not say why").to_owned();
            // What the event itself is refused for is a receipt like another.
            let became = match answered.status {
                409 => Became::Conflict,
                400 | 410 | 413 | 415 | 422 => Became::Rejected,
                status => return Err(Answer::No(format!("not taken ({status}): {what}"))),
            };
            let kind = json["type"].as_str().unwrap_or_default();
            let code = json["code"].as_str().or(kind.rsplit(':').next());
            let reason = Reason::new(code.unwrap_or_default(), what);
            Ok(Receipt {
                reason: Some(reason),
                ..Receipt::of(became)
            })
        }
    }
}

fn event(arguments: &Arguments, paint: Paint) -> Result<CloudEvent, String> {
    let law = arguments.folder.load(paint)?;
    let kind = law.catalog.life_event(&arguments.kind).ok_or_else(|| {
        let names: Vec<_> = law
            .catalog
            .life_events()
            .map(|kind| format!("`{}`", kind.kind))
            .collect();
        format!(
            "there is no life event `{}`, but {}",
            arguments.kind,
            names.join(", ")
        )
    })?;
    let file = arguments.file.as_deref().map(Path::new);
    if let Some(path) = file.filter(|path| path.is_file())
        && let Some(whole) = sample::whole(path)?
    {
        return as_it_stands(arguments, path, whole);
    }
    let with = arguments.file.as_deref().or(arguments.example.as_deref());
    let option = if arguments.file.is_some() {
        "FILE"
    } else {
        "--example"
    };
    let (_, mut data) = sample::told(&law, kind, with, option)?;
    if let Some(on) = arguments.on {
        (data, _) = sample::moved(data, kind, on)?;
    }
    let id = arguments
        .id
        .clone()
        .unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let source = arguments.source.as_deref().unwrap_or(SOURCE);
    let kind = arguments.kind.as_str();
    Ok(CloudEvent::new(kind, source, id, to_json(&data)))
}

/// The source of what is published by hand.
const SOURCE: &str = "urn:parcours:publish";

/// The CloudEvent of a file: nothing in it is changed, so that a repeat is the same event, and a correction names its original.
fn as_it_stands(
    arguments: &Arguments,
    path: &Path,
    whole: serde_json::Value,
) -> Result<CloudEvent, String> {
    let wrong = |what: String| format!("{}: {what}", path.display());
    let event = CloudEvent::structured(whole.to_string().as_bytes())
        .map_err(|error| wrong(error.to_string()))?;
    if arguments.on.is_some() {
        return Err(wrong(
            "it is a whole CloudEvent, published as it stands: change its days in the file instead of giving --on".to_owned(),
        ));
    }
    let kind = event.kind().map_err(|error| wrong(error.to_string()))?;
    let said = [
        ("TYPE", Some(arguments.kind.as_str()), kind.as_str()),
        (
            "--source",
            arguments.source.as_deref(),
            event.source.as_str(),
        ),
        ("--id", arguments.id.as_deref(), event.id.as_str()),
    ];
    for (option, given, stands) in said {
        if let Some(given) = given.filter(|given| *given != stands) {
            return Err(wrong(format!(
                "it is a whole CloudEvent, which says `{stands}` where {option} says `{given}`: publish it as it is, or only its data"
            )));
        }
    }
    Ok(event)
}

fn told(arguments: &Arguments, event: &CloudEvent, receipt: &Receipt) -> Answer {
    let refused = receipt.receipt.is_dead();
    if arguments.json {
        let mut json = serde_json::json!(receipt);
        json["source"] = event.source.as_str().into();
        json["id"] = event.id.as_str().into();
        let text = format!("{json:#}");
        return if refused {
            Answer::NoRead(text)
        } else {
            Answer::Fine(text)
        };
    }
    let lang = arguments.lang;
    let count = receipt.journeys.len();
    let mut text = match receipt.receipt {
        Became::Started if lang == Lang::Fr => {
            counted(count, "parcours ouvert", "parcours ouverts")
        }
        Became::Started => format!("{} started", counted(count, "journey", "journeys")),
        Became::Corrected => lang.either("correction transmise", "corrected").to_owned(),
        Became::Retracted => lang.either("retrait transmis", "retracted").to_owned(),
        Became::NoJourney => lang
            .either(
                "gardé : aucun parcours ne commence ainsi aujourd’hui",
                "kept: no journey begins with it today",
            )
            .to_owned(),
        Became::Orphan => lang
            .either(
                "gardé : l’évènement d’origine n’est pas encore arrivé",
                "kept: the original has not been seen yet",
            )
            .to_owned(),
        Became::Rejected => lang.either("rejeté", "rejected").to_owned(),
        Became::Conflict => lang
            .either(
                "conflit : autre chose a été publié sous ce nom",
                "conflict: something else was published under this name",
            )
            .to_owned(),
        _ => serde_json::json!(receipt.receipt).to_string(),
    };
    if receipt.duplicate {
        text.push_str(lang.either(
            " (déjà publié : c’est le premier reçu)",
            " (published before: this is the first receipt again)",
        ));
    }
    for journey in &receipt.journeys {
        text.push_str(&format!("\n  {journey}"));
    }
    if let Some(reason) = &receipt.reason {
        text.push_str(&format!("\n  {}: {}", reason.code, reason.what));
    }
    text.push_str(&format!("\n  source {}, id {}", event.source, event.id));
    if refused {
        Answer::No(text)
    } else {
        Answer::Fine(text)
    }
}
