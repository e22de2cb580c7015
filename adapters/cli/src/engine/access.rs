//! Who may come in: the file of credentials, checked whole, and read again on SIGHUP.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use parcours_core::PersonId;
use parcours_core::catalog::Catalog;
use parcours_core::name::ServiceId;
use parcours_http::{ANYBODY, Credential, Credentials, Grant, TokenHash};
use parcours_nats::Publishers;
use parcours_nats::subjects::is_publisher;
use serde_saphyr::{Location, Spanned};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::written::{Agent, Alone, Publisher, Service, Written};

/// Who may come in, and under which address.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Entrance {
    /// A file of credentials, as `parcours token --help` shows it; without one, only this machine is served, and whoever is on it may do everything.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The address that people reach the pages under, as `https://parcours.example`: it is printed on leaflets.
    #[arg(long, value_name = "URL")]
    public: Option<String>,
}

/// Hears SIGHUP where a file of credentials is read again on it; elsewhere that signal ends the process, as it does others.
pub(crate) struct Hangup(Option<Signal>);

/// Who may come in, as far as the command line and its files say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admitted {
    /// For pages, API and NATS; they change when the file is read again.
    pub(crate) credentials: Credentials,
    /// The address that people reach the pages under, without a slash at its end.
    pub(crate) public: Option<String>,
    file: Option<PathBuf>,
}

impl Entrance {
    /// Begins to listen for SIGHUP, which is to be done before anything is opened: without it, the signal would end the process.
    pub(crate) fn listen(&self) -> Hangup {
        let heard = self.credentials.as_ref().map(|_| {
            signal(SignalKind::hangup()).inspect_err(|error| {
                tracing::warn!(
                    "SIGHUP is not heard here ({error}): credentials are read again at the next start"
                );
            })
        });
        Hangup(heard.and_then(Result::ok))
    }

    /// Who may come in.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with its place; an address that is none.
    pub(crate) fn admit(&self, catalog: &Catalog) -> Result<Admitted, String> {
        let credentials = match &self.credentials {
            None => Credentials::default(),
            Some(path) => Credentials::new(read(path, catalog)?),
        };
        Ok(Admitted {
            credentials,
            public: self.public()?,
            file: self.credentials.clone(),
        })
    }

    fn public(&self) -> Result<Option<String>, String> {
        let Some(url) = self.public.as_deref().map(|url| url.trim_end_matches('/')) else {
            return Ok(None);
        };
        let host = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => {
                Ok(Some(url.to_owned()))
            }
            _ => Err(format!(
                "--public {url}: give an address that begins with https:// (or http://), such as https://parcours.example"
            )),
        }
    }
}

impl Admitted {
    /// Whom publishers on NATS may speak for, now and after the file is read again.
    pub(crate) fn publishers(&self) -> Publishers {
        let credentials = self.credentials.clone();
        Publishers::new(move |name, source| credentials.lets_publish(name, source))
    }

    /// Reads the file again whenever the process gets SIGHUP, or got it since `hangup` listens. One that is wrong changes nothing, and says so.
    pub(crate) fn read_again(&self, hangup: Hangup, catalog: Catalog) {
        let (Some(path), Some(mut hangup)) = (self.file.clone(), hangup.0) else {
            return;
        };
        let credentials = self.credentials.clone();
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                match read(&path, &catalog) {
                    Ok(new) => {
                        tracing::warn!(credentials = new.len(), "credentials were read again");
                        credentials.replace(new);
                    }
                    Err(error) => tracing::error!("credentials stay as they were: {error}"),
                }
            }
        });
    }
}

fn read(path: &Path, catalog: &Catalog) -> Result<Vec<Credential>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read the credentials {shown}: {error}"))?;
    checked(&text, catalog).map_err(|problems| {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| format!("{shown}:{problem}"))
            .collect();
        lines.join("\n")
    })
}

/// The credentials of a text, or everything that is wrong with it.
fn checked(text: &str, catalog: &Catalog) -> Result<Vec<Credential>, Vec<String>> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
    };
    let written: Option<Written> = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| vec![format!(" {error}")])?;
    let written = written.unwrap_or_default();
    let mut check = Check {
        catalog,
        problems: Vec::new(),
        names: BTreeMap::new(),
        hashes: BTreeSet::new(),
        credentials: Vec::new(),
    };
    for each in &written.publishers {
        let at = Place::of(each);
        let Publisher {
            name,
            token,
            sources,
        } = &each.value;
        if sources.is_empty() {
            check.wrong(
                at,
                name,
                "names no source; give the CloudEvents `source`s that it may publish under",
            );
        }
        for source in sources {
            if !source.contains(':') || source.contains(|c: char| c.is_whitespace() || c == '*') {
                check.wrong(at, name, &format!(
                    "has a source `{source}` that is not the beginning of a URI, such as https://maternity.example/ or urn:mairie:69123"
                ));
            }
        }
        if name != ANYBODY && !is_publisher(name) {
            check.wrong(
                at,
                name,
                "is no name of a publisher: small letters, digits and hyphens, as it stands in a NATS subject; or `*`, whoever \
                 publishes on NATS without a name",
            );
        }
        if name == ANYBODY && token.is_some() {
            check.wrong(
                at,
                name,
                "has a token; who has one is somebody, so give them a name",
            );
        }
        let sources = sources.clone();
        check.take(at, name, token.as_deref(), Grant::Publisher { sources });
    }
    for each in &written.services {
        let at = Place::of(each);
        let Service {
            name,
            token,
            service,
        } = &each.value;
        if let Some(service) = check.service(at, name, service) {
            check.take(at, name, Some(token), Grant::Service(service));
        }
    }
    for each in &written.agents {
        let at = Place::of(each);
        let Agent {
            name,
            token,
            agent,
            services,
            signs,
            links,
        } = &each.value;
        let Ok(person) = PersonId::new(agent) else {
            check.wrong(
                at,
                name,
                &format!(
                    "has an agent `{agent}` that is no id; write a staff name such as agent-7"
                ),
            );
            continue;
        };
        let services = services.as_ref().map(|services| {
            let known = services.iter();
            known
                .filter_map(|service| check.service(at, name, service))
                .collect::<BTreeSet<ServiceId>>()
        });
        if signs
            .as_ref()
            .is_some_and(|signs| signs.trim().is_empty() || signs.len() > 200)
        {
            check.wrong(
                at,
                name,
                "signs with no name of 1 to 200 letters; write first name, surname and position, or leave `signs` out",
            );
        }
        let before = check.credentials.len();
        check.take(at, name, Some(token), Grant::Agent { person, services });
        if let Some(taken) = check.credentials.get_mut(before) {
            if let Some(signs) = signs {
                *taken = taken.clone().signing(signs.trim());
            }
            if let Some(links) = links {
                *taken = taken.clone().making_links(*links);
            }
        }
    }
    for (list, grant) in [
        (&written.readers, Grant::Reader),
        (&written.operators, Grant::Operator),
    ] {
        for each in list {
            let Alone { name, token } = &each.value;
            check.take(Place::of(each), name, Some(token), grant.clone());
        }
    }
    if check.problems.is_empty() && check.credentials.is_empty() {
        check.problems.push(
            "1:1: holds no credential, so nobody could come in; `parcours token --help` shows what one looks like".to_owned(),
        );
    }
    if check.problems.is_empty() {
        Ok(check.credentials)
    } else {
        Err(check.problems)
    }
}

/// Where an entry begins.
#[derive(Clone, Copy)]
struct Place(Location);

impl Place {
    fn of<T>(entry: &Spanned<T>) -> Self {
        Self(entry.referenced)
    }
}

struct Check<'a> {
    catalog: &'a Catalog,
    problems: Vec<String>,
    names: BTreeMap<String, ()>,
    hashes: BTreeSet<String>,
    credentials: Vec<Credential>,
}

impl Check<'_> {
    fn wrong(&mut self, Place(at): Place, name: &str, what: &str) {
        self.problems
            .push(format!("{}:{}: `{name}` {what}", at.line(), at.column()));
    }

    fn service(&mut self, at: Place, name: &str, service: &str) -> Option<ServiceId> {
        let known = ServiceId::new(service)
            .ok()
            .filter(|id| self.catalog.service(id).is_some());
        if known.is_none() {
            let all: Vec<&str> = self.catalog.services().map(|one| one.id.as_str()).collect();
            let what = format!(
                "names a service `{service}` that the catalog does not have; it has {}",
                all.join(", ")
            );
            self.wrong(at, name, &what);
        }
        known
    }

    fn take(&mut self, at: Place, name: &str, token: Option<&str>, grant: Grant) {
        if name.trim().is_empty() || name.len() > 100 {
            self.wrong(
                at,
                name,
                "has no name of 1 to 100 letters; it stands in the access ledger",
            );
        }
        if self.names.insert(name.to_owned(), ()).is_some() {
            self.wrong(
                at,
                name,
                "is there twice; give each credential a name of its own",
            );
        }
        let Some(token) = token else {
            self.credentials
                .push(Credential::without_token(name, grant));
            return;
        };
        match token.parse::<TokenHash>() {
            Ok(hash) => {
                // In one spelling: hexadecimal has two.
                if !self.hashes.insert(hash.to_string()) {
                    self.wrong(
                        at,
                        name,
                        "has the token of another; make one for each with `parcours token`",
                    );
                }
                self.credentials.push(Credential::hashed(name, hash, grant));
            }
            Err(error) => self.wrong(
                at,
                name,
                &format!("has a bad `token`: {error}; the token itself does not belong here"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys");
        let sources = parcours_lang::read_dir(&folder).expect("the journeys are there");
        let (loaded, problems) = parcours_lang::load(&sources);
        loaded.unwrap_or_else(|| panic!("{problems:?}")).catalog
    }

    fn hash(token: &str) -> String {
        TokenHash::of(token).to_string()
    }

    #[test]
    fn every_kind_of_credential_is_read() {
        let text = format!(
            "publishers:\n  - {{ name: maternity, token: \"{}\", sources: [ \"https://maternity.example/\" ] }}\n\
             services:\n  - {{ name: caf, token: \"{}\", service: caf }}\n\
             agents:\n  - {{ name: counter, token: \"{}\", agent: agent-7, services: [ caf ], signs: \"Camille Durand, accueil de la CAF\", links: true }}\n\
             readers:\n  - {{ name: audit, token: \"{}\" }}\n\
             operators:\n  - {{ name: on-call, token: \"{}\" }}\n",
            hash("a"),
            hash("b"),
            hash("c"),
            hash("d"),
            hash("e")
        );
        let credentials = checked(&text, &catalog()).unwrap();
        let names: Vec<&str> = credentials.iter().map(Credential::name).collect();
        assert_eq!(names, ["maternity", "caf", "counter", "audit", "on-call"]);
    }

    #[test]
    fn the_schema_that_is_checked_in_is_what_is_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/schemas");
        let path = folder.join("credentials.schema.json");
        let current = super::super::credentials_schema();
        if std::env::var_os("PARCOURS_WRITE_SCHEMAS").is_some() {
            std::fs::write(&path, &current).expect("it can be written");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == current,
            "run this test once with PARCOURS_WRITE_SCHEMAS=1 and look at what changed"
        );
        assert!(
            current.contains("\"links\"") && current.contains("\"additionalProperties\": false")
        );
    }

    #[test]
    fn one_token_in_two_spellings_is_one_token() {
        let (lower, upper) = (
            hash("a"),
            hash("a").to_uppercase().replace("BLAKE3", "blake3"),
        );
        assert_ne!(lower, upper);
        let text = format!(
            "readers:\n  - {{ name: audit, token: \"{lower}\" }}\noperators:\n  - {{ name: on-call, token: \"{upper}\" }}\n"
        );
        let problems = checked(&text, &catalog()).unwrap_err();
        assert!(
            problems[0].contains("has the token of another"),
            "{problems:?}"
        );
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_with_its_place() {
        let text = format!(
            "publishers:\n  - {{ name: maternity, token: secret, sources: [ \"maternity\" ] }}\n\
             services:\n  - {{ name: maternity, token: \"{hash}\", service: nowhere }}\n\
             agents:\n  - {{ name: counter, token: \"{hash}\", agent: \"\" }}\n  - {{ name: desk, token: \"{other}\", agent: agent-8, signs: \" \" }}\n\
             readers:\n  - {{ name: audit, token: \"{hash}\" }}\n  - {{ name: audit, token: \"{hash}\" }}\n",
            hash = hash("a"),
            other = hash("b")
        );
        let problems = checked(&text, &catalog()).unwrap_err();
        let all = problems.join("\n");
        for said in [
            "2:5: `maternity` has a source `maternity` that is not the beginning of a URI",
            "the token itself does not belong here",
            "a service `nowhere` that the catalog does not have; it has ",
            "has an agent `` that is no id",
            "`desk` signs with no name",
            "`audit` is there twice",
            "`audit` has the token of another",
        ] {
            assert!(all.contains(said), "{said} is not in: {all}");
        }
        assert!(!all.contains("secret"), "{all}");
    }

    #[test]
    fn a_file_that_would_open_every_door_or_has_a_word_too_many_is_refused() {
        for text in [
            "",
            "publishers: []\n",
            "operator: []\n",
            "readers: [ { name: a } ]\n",
            "- 1\n",
            "\t",
        ] {
            assert!(checked(text, &catalog()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_public_address_is_one() {
        let public = |url: &str| {
            let access = Entrance {
                credentials: None,
                public: Some(url.to_owned()),
            };
            access.public()
        };
        assert_eq!(
            public("https://parcours.example/"),
            Ok(Some("https://parcours.example".to_owned()))
        );
        for bad in ["parcours.example", "https://", "ftp://x", "https://a b"] {
            assert!(public(bad).is_err(), "{bad}");
        }
    }
}
