//! `parcours forget`: a person is forgotten, and a certificate says so.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use parcours_core::PersonId;
use parcours_log::seal::{OsEntropy, Sealer};
use parcours_nats::{Withdrawn, withdraw};
use parcours_runtime::{Clock, SystemClock};
use parcours_segments::keys::KeyFile;
use serde_json::json;

use crate::folder::Data;
use crate::lang::Lang;
use crate::log::rejected;
use crate::nats::Access;
use crate::report::chain;
use crate::terminal::Answer;

/// How long NATS may take to answer at first.
const PATIENCE: Duration = Duration::from_secs(10);

/// Destroys the keys of a person, for good: everything about them reads as erased, everywhere. The engine must be stopped.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  parcours forget p-claire --data /var/lib/parcours --yes\n  \
    parcours forget p-claire --data /var/lib/parcours --yes --nats nats://127.0.0.1:4222\n\n\
    Journeys stand, and the log still verifies; only what was about the person is gone. Backups of the keys made before\n\
    end with their own short life, and a restored one has the list of the forgotten applied to it.\n\
    With --nats, calls that wait for workers are withdrawn (of everybody: the engine makes again those it still owes). Events and\n\
    answers that the engine has not taken yet, and rejected messages, are overwritten there where the person is named in them."
)]
pub(crate) struct Arguments {
    /// The person, by the opaque id that life events give.
    #[arg(value_parser = a_person)]
    person: PersonId,
    #[command(flatten)]
    data: Data,
    /// The NATS server that the engine uses: what it holds about the person is withdrawn as well.
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
    #[command(flatten)]
    access: Access,
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
    let withdrawn = match withdrawn(arguments, &sealer) {
        Ok(withdrawn) => withdrawn,
        Err(message) => return Answer::No(message),
    };
    let certificate = match sealer.forget(&arguments.person, today) {
        Ok(certificate) => certificate,
        Err(error) => return Answer::No(chain(&error)),
    };
    let on_nats = withdrawn.map_or(0, |withdrawn| withdrawn.letters + withdrawn.untaken);
    if certificate.data_keys == 0 && letters + on_nats == 0 && certificate.before.is_none() {
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
                "nats": withdrawn.map(|withdrawn| json!({
                    "calls_withdrawn": withdrawn.calls,
                    "rejected_messages_erased": withdrawn.letters,
                    "rejected_messages_unread": withdrawn.unread,
                    "untaken_messages_erased": withdrawn.untaken,
                    "waiting_for_the_engine": withdrawn.waiting,
                })),
                "left": left(Lang::En, withdrawn),
            })
        ));
    }
    let (tag, on, keys) = (certificate.person, certificate.on, certificate.data_keys);
    let mut text = match arguments.lang {
        Lang::Fr => format!(
            "Certificat d’oubli\n  personne  {tag}\n  le        {on}\n  clés de données détruites  {keys}\n  messages rejetés effacés   {letters}"
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
    if let Some(withdrawn) = withdrawn {
        let (calls, letters, untaken) = (withdrawn.calls, withdrawn.letters, withdrawn.untaken);
        text.push_str(&match arguments.lang {
            Lang::Fr => format!(
                "\n  appels de tous, retirés de NATS        {calls}\n  messages rejetés effacés sur NATS      {letters}\n  \
                messages en attente effacés sur NATS   {untaken}"
            ),
            Lang::En => format!(
                "\n  calls withdrawn from NATS, everybody's  {calls}\n  rejected messages erased on NATS        {letters}\n  \
                waiting messages erased on NATS         {untaken}"
            ),
        });
    }
    for left in left(arguments.lang, withdrawn) {
        text.push_str(&format!("\n{left}"));
    }
    Answer::Fine(text)
}

/// Withdraws from NATS what it holds about the person; none where no server is named.
fn withdrawn(arguments: &Arguments, sealer: &Sealer<KeyFile>) -> Result<Option<Withdrawn>, String> {
    let Some(url) = &arguments.nats else {
        return Ok(None);
    };
    let credentials = arguments.access.credentials()?;
    crate::block_on(async {
        let done = withdraw(url, &credentials, sealer, &arguments.person, PATIENCE).await;
        done.map(Some).map_err(|error| {
            format!(
                "{}; no key of the person was destroyed: say it again when NATS is there, or without --nats",
                chain(&error)
            )
        })
    })
}

/// Rejected messages that nobody here can read, and until when they stay.
fn unread_letters(lang: Lang, unread: u64, days: Option<u64>) -> String {
    let told = match (lang, unread) {
        (Lang::Fr, 1) => {
            "1 message rejeté sur NATS ne s’ouvre pas avec ces clés : il peut nommer la personne, et y reste".to_owned()
        }
        (Lang::Fr, _) => format!(
            "{unread} messages rejetés sur NATS ne s’ouvrent pas avec ces clés : ils peuvent nommer la personne, et y restent"
        ),
        (Lang::En, 1) => {
            "1 rejected message on NATS does not open with these keys: it may name the person, and stays there".to_owned()
        }
        (Lang::En, _) => format!(
            "{unread} rejected messages on NATS do not open with these keys: they may name the person, and stay there"
        ),
    };
    match (lang, days) {
        (Lang::Fr, Some(1)) => format!("{told} un jour au plus"),
        (Lang::Fr, Some(days)) => format!("{told} {days} jours au plus"),
        (Lang::En, Some(1)) => format!("{told} for a day at most"),
        (Lang::En, Some(days)) => format!("{told} for {days} days at most"),
        (_, None) => told,
    }
}

/// What may still be somewhere, and until when.
fn left(lang: Lang, withdrawn: Option<Withdrawn>) -> Vec<String> {
    let Some(withdrawn) = withdrawn else {
        return vec![match lang {
            Lang::Fr => "Si le moteur servait aussi sur NATS, il peut y rester : dans SERVICES, en clair et en mémoire, des appels qu’aucun service \
                n’a encore pris (jusqu’à ce qu’il les prenne, ou jusqu’à l’arrêt du serveur NATS) ; dans LIFE_EVENTS et ANSWERS, en clair, \
                ce que le moteur n’a pas encore pris (jusqu’à ce qu’il redémarre) ; dans REJECTED, scellés, des \
                messages rejetés (jusqu’à --nats-dead-letter-age, 30 jours par défaut). La même commande avec --nats URL les retire."
                .to_owned(),
            Lang::En => "Where the engine also served on NATS, that may still hold: in SERVICES, in clear and in memory, calls that no worker has \
                taken (until it does, or until the NATS server stops); in LIFE_EVENTS and ANSWERS, in clear, what the engine has not taken yet \
                (until it starts again); in REJECTED, sealed, messages that were \
                rejected (until --nats-dead-letter-age, 30 days unless said). The same again with --nats URL withdraws them."
                .to_owned(),
        }];
    };
    let mut left = Vec::new();
    let Withdrawn {
        unread, waiting, ..
    } = withdrawn;
    if unread > 0 {
        let days = withdrawn
            .until
            .map(|until| until.as_secs().div_ceil(86_400));
        left.push(unread_letters(lang, unread, days));
    }
    if waiting > 0 {
        left.push(match lang {
            Lang::Fr if waiting == 1 => {
                "1 autre évènement ou réponse attend le moteur sur NATS, en clair : il le prend dès qu’il démarre. La personne n’y est pas nommée ; une réponse peut parler d’elle par la seule clé de son appel : elle est effacée dès qu’elle est prise".to_owned()
            }
            Lang::En if waiting == 1 => {
                "1 other life event or answer waits for the engine on NATS, in clear: it takes it as soon as it starts. The person is not named in it; an answer may be about them by the key of its call alone, and is erased as soon as it is taken".to_owned()
            }
            Lang::Fr => format!(
                "{waiting} autres évènements et réponses attendent le moteur sur NATS, en clair : il les prend dès qu’il démarre. La personne n’y est pas nommée ; une réponse peut parler d’elle par la seule clé de son appel : elle est effacée dès qu’elle est prise"
            ),
            Lang::En => format!(
                "{waiting} other life events and answers wait for the engine on NATS, in clear: it takes them as soon as it starts. The person is not named in them; an answer may be about them by the key of its call alone, and is erased as soon as it is taken"
            ),
        });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_is_not_several() {
        let told = |lang, unread, days| unread_letters(lang, unread, days);
        assert_eq!(
            told(Lang::Fr, 1, Some(1)),
            "1 message rejeté sur NATS ne s’ouvre pas avec ces clés : il peut nommer la personne, et y reste un jour au plus"
        );
        assert!(told(Lang::Fr, 2, Some(30)).ends_with("et y restent 30 jours au plus"));
        assert!(told(Lang::En, 1, None).ends_with("it may name the person, and stays there"));
        let waits = |waiting| {
            let nobody = Withdrawn {
                waiting,
                ..Withdrawn::default()
            };
            left(Lang::Fr, Some(nobody)).concat()
        };
        assert!(waits(1).starts_with("1 autre évènement ou réponse attend"));
        assert!(waits(2).starts_with("2 autres évènements et réponses attendent"));
    }
}
