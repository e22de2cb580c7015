//! `parcours forget`: a person is forgotten, and a certificate says so.

use std::sync::Arc;

use clap::Args;
use parcours_core::PersonId;
use parcours_log::seal::{OsEntropy, Sealer};
use parcours_runtime::{Clock, SystemClock};
use parcours_segments::keys::KeyFile;
use serde_json::json;

use crate::folder::Data;
use crate::lang::Lang;
use crate::log::rejected;
use crate::report::chain;
use crate::terminal::Answer;

/// Destroys the keys of a person, for good: everything about them reads as erased, everywhere. The engine must be stopped.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  parcours forget p-claire --data /var/lib/parcours --yes\n\n\
    Journeys stand, and the log still verifies; only what was about the person is gone. Backups of the keys made before\n\
    end with their own short life, and a restored one has the list of the forgotten applied to it."
)]
pub(crate) struct Arguments {
    /// The person, by the opaque id that life events give.
    #[arg(value_parser = a_person)]
    person: PersonId,
    #[command(flatten)]
    data: Data,
    /// Says that it is meant: what is forgotten never comes back.
    #[arg(long)]
    yes: bool,
    /// For a program to read.
    #[arg(long)]
    json: bool,
    /// The language to answer in.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

fn a_person(text: &str) -> Result<PersonId, String> {
    PersonId::new(text).map_err(|error| error.to_string())
}

pub(crate) fn run(arguments: &Arguments) -> Answer {
    if let Err(message) = arguments.data.has_log() {
        return Answer::WrongUse(message);
    }
    if !arguments.yes {
        return Answer::WrongUse(
            "what is forgotten never comes back: say --yes if it is meant".to_owned(),
        );
    }
    let keys = match KeyFile::open(&arguments.data.keys(), OsEntropy) {
        Ok(keys) => keys,
        Err(error) => return Answer::No(chain(&error)),
    };
    let sealer = Sealer::new(Arc::new(keys), OsEntropy);
    let today = SystemClock.now().date();
    // First what names the person without being filed under them: stopped in between, it can be said again.
    let letters = match rejected::erase(&arguments.data, &arguments.person, &sealer, today) {
        Ok(letters) => letters,
        Err(message) => return Answer::No(message),
    };
    let certificate = match sealer.forget(&arguments.person, today) {
        Ok(certificate) => certificate,
        Err(error) => return Answer::No(chain(&error)),
    };
    if certificate.data_keys == 0 && letters == 0 && certificate.before.is_none() {
        let person = &arguments.person;
        return Answer::No(match arguments.lang {
            Lang::Fr => format!("rien à oublier : personne n’est connu ici sous « {person} »"),
            Lang::En => format!("nothing to forget: nobody is known here as `{person}`"),
        });
    }
    if arguments.json {
        return Answer::Fine(format!(
            "{:#}",
            json!({
                "person": certificate.person.to_string(),
                "on": certificate.on.to_string(),
                "data_keys_destroyed": certificate.data_keys,
                "rejected_messages_erased": letters,
                "forgotten_before": certificate.before.map(|day| day.to_string()),
            })
        ));
    }
    let (tag, on, keys) = (certificate.person, certificate.on, certificate.data_keys);
    let mut text = match arguments.lang {
        Lang::Fr => format!(
            "Certificat d’oubli\n  personne  {tag}\n  le        {on}\n  clés de données détruites  {keys}\n  messages refusés effacés   {letters}"
        ),
        Lang::En => format!(
            "Certificate of erasure\n  person  {tag}\n  on      {on}\n  data keys destroyed       {keys}\n  rejected messages erased  {letters}"
        ),
    };
    if let Some(before) = certificate.before {
        let before = match arguments.lang {
            Lang::Fr => format!("\n  déjà oubliée le {before}"),
            Lang::En => format!("\n  forgotten before on {before}"),
        };
        text.push_str(&before);
    }
    Answer::Fine(text)
}
