//! `parcours schema`: the JSON Schema of a kind of file, for the editor one writes it in.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::terminal::Answer;

/// Prints the JSON Schema of a kind of file: editors complete and check with it while one writes.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  parcours schema definition > definition.schema.json\n\n\
    With the YAML extension of an editor, the first line of a file names its schema:\n  \
    # yaml-language-server: $schema=../definition.schema.json"
)]
pub(crate) struct Arguments {
    /// The kind of file.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(parcours_lang::SCHEMAS))]
    name: String,
}

pub(crate) fn run(arguments: &Arguments) -> Answer {
    match parcours_lang::schema(&arguments.name) {
        Some(schema) => Answer::Fine(schema),
        None => Answer::WrongUse(format!(
            "there is no schema `{}`, but {}",
            arguments.name,
            parcours_lang::SCHEMAS.join(", ")
        )),
    }
}
