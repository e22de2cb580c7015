//! `parcours token`: a new token, and what of it goes into a file of credentials.

use clap::Args;
use data_encoding::BASE32_NOPAD;
use parcours_http::TokenHash;
use parcours_log::seal::{Entropy, OsEntropy};

use crate::terminal::Answer;

/// Makes a token for a publisher, a service, an agent, a reader or an operator. It is shown once and kept nowhere; its hash
/// goes into the file that `serve --credentials` reads.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  parcours token\n\n\
    The file, in YAML; every list may be left out:\n\n  \
    publishers:\n    \
    - { name: maternity-lyon, token: \"blake3:…\",\n        \
    sources: [ \"https://maternity.example/\" ] }\n    \
    # without a token: on NATS only\n    \
    - { name: town-hall, sources: [ \"urn:example:town-hall\" ] }\n  \
    services:\n    \
    - { name: caf-system, token: \"blake3:…\", service: caf }\n  \
    agents:\n    \
    # services: all of them without; signs: who the people read\n    \
    # that it was, the staff name without; links: makes and revokes\n    \
    # links for holders, without it only an agent of all services does\n    \
    - { name: counter-4, token: \"blake3:…\", agent: agent-7,\n        \
    services: [ caf, mairie ],\n        \
    signs: \"Camille Durand, accueil\",\n        \
    links: true }\n  \
    readers:\n    \
    - { name: audit, token: \"blake3:…\" }\n  \
    operators:\n    \
    - { name: on-call, token: \"blake3:…\" }\n\n\
    Clients send it as Authorization: Bearer <token>; agents give it as the password their browser asks for.")]
pub(crate) struct Arguments {
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Answer {
    let mut chance = [0; 32];
    if let Err(error) = OsEntropy.fill(&mut chance) {
        return Answer::No(format!(
            "this machine gives no chance to make a token of: {error}"
        ));
    }
    let token = BASE32_NOPAD.encode(&chance).to_lowercase();
    let hash = TokenHash::of(&token);
    tell(arguments, &token, &hash.to_string());
    Answer::Said
}

#[expect(clippy::print_stdout, reason = "the answer of the verb")]
fn tell(arguments: &Arguments, token: &str, hash: &str) {
    if arguments.json {
        println!("{}", serde_json::json!({ "token": token, "hash": hash }));
    } else {
        println!("token  {token}");
        println!("hash   {hash}");
    }
}
