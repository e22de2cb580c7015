//! A file of credentials, as it is written: what is read is what the schema says.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Deserialize;
use serde_saphyr::Spanned;

/// Who may come in, and what each may do. Each list may be left out; every `name` is another. A token stands here as its hash only, as `parcours token`
/// prints it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Credentials")]
pub(super) struct Written {
    /// Those who publish life events.
    #[schemars(with = "Vec<Publisher>")]
    pub(super) publishers: Vec<Spanned<Publisher>>,
    /// Systems that answer their own calls, and tell what they tell by themselves.
    #[schemars(with = "Vec<Service>")]
    pub(super) services: Vec<Spanned<Service>>,
    /// People who act for others, and decide.
    #[schemars(with = "Vec<Agent>")]
    pub(super) agents: Vec<Spanned<Agent>>,
    /// Those who read journeys, and change nothing.
    #[schemars(with = "Vec<Alone>")]
    pub(super) readers: Vec<Spanned<Alone>>,
    /// Those who watch and repair the engine, and see no journey.
    #[schemars(with = "Vec<Alone>")]
    pub(super) operators: Vec<Spanned<Alone>>,
}

/// Somebody who publishes life events.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Publisher {
    /// Small letters, digits and hyphens; `*` is whoever publishes on NATS without a name.
    pub(super) name: String,
    /// Without one they come by NATS only, where the server knows them.
    pub(super) token: Option<String>,
    /// The CloudEvents `source`s that they publish under; what is below one is theirs, too.
    #[schemars(length(min = 1))]
    pub(super) sources: Vec<String>,
}

/// The system of a service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Service {
    /// As it stands in the access ledger.
    pub(super) name: String,
    /// The hash of its token.
    pub(super) token: String,
    /// Which service of the catalog it speaks for.
    pub(super) service: String,
}

/// Somebody who acts for others, and decides.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Agent {
    /// As it stands in the access ledger.
    pub(super) name: String,
    /// The hash of their token.
    pub(super) token: String,
    /// Their staff name, which says nothing about them to others.
    pub(super) agent: String,
    /// The services that they work for: they see journeys in which one of these has a step, and decide its steps only. All of them when absent.
    pub(super) services: Option<Vec<String>>,
    /// First name, surname and position, as the people see them whose journeys this agent acts in.
    pub(super) signs: Option<String>,
    /// Whether they make and revoke links for holders. Whoever has a link acts as the holder in all of the journey: when absent, an agent of all
    /// services does, and one with `services` does not.
    pub(super) links: Option<bool>,
}

/// A credential that says nothing more.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Alone {
    /// As it stands in the access ledger.
    pub(super) name: String,
    /// The hash of the token.
    pub(super) token: String,
}

/// The JSON Schema of a file of credentials.
pub(crate) fn credentials_schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    format!(
        "{:#}",
        generator.into_root_schema_for::<Written>().as_value()
    )
}
