//! `parcours schema`: the shapes of the files one writes, and of what passes through the doors.

use clap::{Args, ValueEnum};

use crate::engine::credentials_schema;
use crate::journeys::Folder;
use crate::terminal::{Answer, Paint};

/// Prints a schema: of a kind of file, with which editors complete and check while one writes; or of a door, for whoever plugs in.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours schema definition > definition.schema.json\n  \
    parcours schema asyncapi --journeys journeys > asyncapi.json\n\n\
    With the YAML extension of an editor, the first line of a file names its schema:\n  \
    # yaml-language-server: $schema=../definition.schema.json")]
pub(crate) struct Arguments {
    /// Of what.
    #[arg(value_name = "NAME")]
    name: Name,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Name {
    /// A definition of a journey: its JSON Schema.
    Definition,
    /// A service, with its operations and their contracts: its JSON Schema.
    Service,
    /// A type of life event: its JSON Schema.
    LifeEvent,
    /// A file of credentials, for `serve --credentials`: its JSON Schema.
    Credentials,
    /// All that passes over NATS with these journeys: an AsyncAPI 3 document.
    Asyncapi,
    /// The HTTP API: an OpenAPI 3.1 document.
    Openapi,
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let of_files = |name| {
        parcours_lang::schema(name).map_or_else(
            || Answer::No(format!("this program has no schema `{name}`")),
            Answer::Fine,
        )
    };
    match arguments.name {
        Name::Definition => of_files("definition"),
        Name::Service => of_files("service"),
        Name::LifeEvent => of_files("life_event"),
        Name::Credentials => Answer::Fine(credentials_schema()),
        Name::Asyncapi => match arguments.folder.load(paint) {
            Ok(law) => Answer::Fine(format!("{:#}", parcours_nats::asyncapi(&law.catalog))),
            Err(message) => Answer::No(message),
        },
        Name::Openapi => Answer::Fine(format!("{:#}", parcours_http::openapi())),
    }
}
