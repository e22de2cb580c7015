//! Who may come in without a signed link: credentials from configuration, each for one thing.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use data_encoding::BASE64;
use parcours_core::PersonId;
use parcours_core::journey::{Actor, ActorKind, Assurance, Channel};
use parcours_core::name::ServiceId;

/// What a credential lets its bearer do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Publish life events under sources that begin so, and read their receipts.
    Publisher {
        /// Beginnings of CloudEvents `source`.
        sources: Vec<String>,
    },
    /// Answer the calls of this service.
    Service(ServiceId),
    /// Work as this agent: read journeys, act for people, decide. The name is opaque.
    Agent(PersonId),
}

/// A secret and what it is good for. Only a hash of the secret is held.
#[derive(Clone)]
pub struct Credential {
    name: String,
    token: blake3::Hash,
    grant: Grant,
}

impl Credential {
    /// The credential called `name` in ledgers and log lines, for whoever presents `token`.
    #[must_use]
    pub fn new(name: impl Into<String>, token: &str, grant: Grant) -> Self {
        Self {
            name: name.into(),
            token: blake3::hash(token.as_bytes()),
            grant,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is good for.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.grant
    }
}

/// Shows no token, not even its hash.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, {:?})", self.name, self.grant)
    }
}

/// All credentials of an installation. Without any, only this machine is served, and whoever is on it may do everything.
#[derive(Clone, Debug, Default)]
pub struct Credentials(Vec<Credential>);

impl Credentials {
    /// These credentials.
    #[must_use]
    pub fn new(credentials: impl IntoIterator<Item = Credential>) -> Self {
        Self(credentials.into_iter().collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who presents themselves in `headers`.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Option<Caller> {
        if self.0.is_empty() {
            return Some(Caller {
                name: "local".to_owned(),
                grant: None,
            });
        }
        let token = blake3::hash(presented(headers)?.as_bytes());
        // The comparison of two hashes takes the same time wherever they differ.
        let credential = self.0.iter().find(|credential| credential.token == token)?;
        Some(Caller {
            name: credential.name.clone(),
            grant: Some(credential.grant.clone()),
        })
    }
}

/// The token of a request: `Bearer <token>`, or the password of `Basic`, which is what browsers ask for.
pub(crate) fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(BASE64.decode(rest.trim().as_bytes()).ok()?).ok()?;
        return pair
            .split_once(':')
            .map(|(_, password)| password.to_owned());
    }
    None
}

/// Who speaks: the holder; an agent for them, in the way they came; or an agent as such.
pub(crate) fn actor(
    agent: Option<&PersonId>,
    holder: &PersonId,
    channel: Option<Channel>,
) -> Actor {
    match (agent, channel) {
        (None, _) => Actor::citizen(holder.clone()),
        (Some(agent), None) => Actor::agent(agent.clone()),
        (Some(agent), Some(channel)) => Actor {
            kind: ActorKind::Agent(agent.clone()),
            on_behalf_of: Some(holder.clone()),
            mandate: Some(format!("asked by the holder, {}", channel.as_str())),
            assurance: Assurance::Substantial,
            channel,
        },
    }
}

/// Somebody who came in.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The name of the credential.
    pub(crate) name: String,
    /// What it is good for; everything when no credential is configured.
    grant: Option<Grant>,
}

impl Caller {
    /// The agent it is, if it is one.
    pub(crate) fn agent(&self) -> Option<PersonId> {
        match &self.grant {
            Some(Grant::Agent(person)) => Some(person.clone()),
            Some(Grant::Publisher { .. } | Grant::Service(_)) => None,
            None => PersonId::new("local").ok(),
        }
    }

    /// Whom it publishes for, if it may publish as `source`.
    pub(crate) fn publishes(&self, source: &str) -> Option<Actor> {
        let may = match &self.grant {
            Some(Grant::Publisher { sources }) => sources
                .iter()
                .any(|beginning| source.starts_with(beginning.as_str())),
            Some(Grant::Service(_) | Grant::Agent(_)) => false,
            None => true,
        };
        may.then(|| Actor::system(ActorKind::Source(source.to_owned())))
    }

    /// As whom it publishes what has no readable source, if it publishes at all.
    pub(crate) fn publishes_unnamed(&self) -> Option<Actor> {
        match &self.grant {
            Some(Grant::Publisher { .. }) | None => {
                Some(Actor::system(ActorKind::Source("unknown".to_owned())))
            }
            Some(Grant::Service(_) | Grant::Agent(_)) => None,
        }
    }

    /// Whom it answers for, if it may answer for `service`.
    pub(crate) fn answers(&self, service: &ServiceId) -> Option<Actor> {
        let may = match &self.grant {
            Some(Grant::Service(own)) => own == service,
            Some(Grant::Publisher { .. } | Grant::Agent(_)) => false,
            None => true,
        };
        may.then(|| Actor::service(service.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.parse().unwrap());
        headers
    }

    fn credentials() -> Credentials {
        let caf = ServiceId::new("caf").unwrap();
        Credentials::new([
            Credential::new(
                "maternity",
                "m-token",
                Grant::Publisher {
                    sources: vec!["https://maternity.example/".to_owned()],
                },
            ),
            Credential::new("caf", "c-token", Grant::Service(caf)),
            Credential::new(
                "desk",
                "a-token",
                Grant::Agent(PersonId::new("agent-7").unwrap()),
            ),
        ])
    }

    #[test]
    fn a_credential_is_good_for_one_thing() {
        let credentials = credentials();
        let caf = ServiceId::new("caf").unwrap();
        let maternity = credentials.caller(&headers("Bearer m-token")).unwrap();
        assert!(
            maternity
                .publishes("https://maternity.example/lyon")
                .is_some()
        );
        assert!(
            maternity
                .publishes("https://maternity.example.evil/")
                .is_none()
        );
        assert!(maternity.answers(&caf).is_none() && maternity.agent().is_none());
        let service = credentials.caller(&headers("bearer c-token")).unwrap();
        assert!(service.answers(&caf).is_some() && service.publishes("x").is_none());
        assert!(service.answers(&ServiceId::new("cpam").unwrap()).is_none());
        let agent = credentials
            .caller(&headers("Basic YW55Ym9keTphLXRva2Vu"))
            .unwrap();
        assert_eq!(agent.agent(), PersonId::new("agent-7").ok());
    }

    #[test]
    fn nobody_comes_in_without_a_token_once_there_is_one() {
        let credentials = credentials();
        for value in [
            "",
            "Bearer",
            "Bearer x",
            "Basic x",
            "Basic YQ==",
            "Digest m-token",
        ] {
            assert!(credentials.caller(&headers(value)).is_none(), "{value}");
        }
        assert!(credentials.caller(&HeaderMap::new()).is_none());
        assert!(Credentials::default().caller(&HeaderMap::new()).is_some());
    }

    #[test]
    fn debug_shows_no_token() {
        assert!(!format!("{:?}", credentials()).contains("token"));
    }
}
