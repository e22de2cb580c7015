//! Who may come in without a signed link: credentials from configuration, each for one thing.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use data_encoding::BASE64;
use parcours_core::PersonId;
use parcours_core::definition::FactDefinition;
use parcours_core::journey::{
    Actor, ActorKind, Assurance, CallTarget, Channel, Hindrance, StepKey,
};
use parcours_core::name::ServiceId;
use parcours_core::view::{Doable, JourneyView, StepView};

use crate::desk::Seen;
/// What a credential lets its bearer do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Publish life events under these sources, and under what is below them; read their receipts.
    Publisher {
        /// CloudEvents `source`: `https://maternity.example` is itself and `https://maternity.example/lyon`, never
        /// `https://maternity.example.evil`.
        sources: Vec<String>,
    },
    /// Answer the calls of this service, and tell what it tells by itself.
    Service(ServiceId),
    /// Work as an agent: read journeys, act for people, decide.
    Agent {
        /// Who, by an opaque staff name.
        person: PersonId,
        /// The services they work for: they see journeys in which one of these has a step, and act and decide at its steps only.
        /// All of them when none is named.
        services: Option<BTreeSet<ServiceId>>,
    },
    /// Read journeys, and change nothing.
    Reader,
    /// Read what the engine does: measurements, incidents, any receipt, what was rejected. No journey.
    Operator,
}

/// The name, in a file of credentials, of whoever publishes without one.
pub const ANYBODY: &str = "*";

impl Grant {
    /// Whether it is a publisher's, and for `source`.
    fn covers(&self, source: &str) -> bool {
        match self {
            Self::Publisher { sources } => sources.iter().any(|allowed| is_below(source, allowed)),
            Self::Service(_) | Self::Agent { .. } | Self::Reader | Self::Operator => false,
        }
    }

    /// An agent of every service.
    #[must_use]
    pub fn agent(person: PersonId) -> Self {
        Self::Agent {
            person,
            services: None,
        }
    }
}

/// The hash of a token, which is all that is kept of it: BLAKE3, 32 bytes. A token is not a password: it is made of chance
/// ([`TokenHash::of`] a text of at least 128 bits), so one fast hash is enough.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(blake3::Hash);

impl TokenHash {
    /// The hash of `token`.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(blake3::hash(token.as_bytes()))
    }
}

/// As it stands in configuration: `blake3:` and 64 hexadecimal digits.
impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blake3:{}", self.0.to_hex())
    }
}

impl std::str::FromStr for TokenHash {
    type Err = NotATokenHash;

    fn from_str(text: &str) -> Result<Self, NotATokenHash> {
        let hex = text.strip_prefix("blake3:").ok_or(NotATokenHash)?;
        blake3::Hash::from_hex(hex)
            .map(Self)
            .map_err(|_| NotATokenHash)
    }
}

/// A text that is not the hash of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not the hash of a token: `blake3:` and 64 hexadecimal digits, as `parcours token` prints it"
)]
pub struct NotATokenHash;

/// A secret and what it is good for. Only a hash of the secret is held.
#[derive(Clone)]
pub struct Credential {
    name: String,
    token: Option<TokenHash>,
    grant: Grant,
    signs: Option<String>,
    /// Whether an agent's makes and revokes links, where it is said.
    links: Option<bool>,
}

impl Credential {
    /// The credential called `name` in ledgers and log lines, for whoever presents `token`.
    #[must_use]
    pub fn new(name: impl Into<String>, token: &str, grant: Grant) -> Self {
        Self::hashed(name, TokenHash::of(token), grant)
    }

    /// The same, from the hash of its token.
    #[must_use]
    pub fn hashed(name: impl Into<String>, token: TokenHash, grant: Grant) -> Self {
        Self {
            token: Some(token),
            ..Self::without_token(name, grant)
        }
    }

    /// The same for somebody who never comes here, and whom another door knows by name: a publisher on NATS.
    #[must_use]
    pub fn without_token(name: impl Into<String>, grant: Grant) -> Self {
        Self {
            name: name.into(),
            token: None,
            grant,
            signs: None,
            links: None,
        }
    }

    /// What an agent's acts are signed with, for the people they are about: first name, surname and position, as French law wants
    /// it (code des relations entre le public et l’administration, art. L111-2); a number where safety asks for it.
    #[must_use]
    pub fn signing(self, signs: impl Into<String>) -> Self {
        let signs = Some(signs.into());
        Self { signs, ..self }
    }

    /// The same, and an agent's makes and revokes links for holders, or does not. Whoever can make a link can act as the person it is for, in all
    /// of their journey: where it is not said, only an agent of every service can.
    #[must_use]
    pub fn making_links(self, links: bool) -> Self {
        let links = Some(links);
        Self { links, ..self }
    }

    fn makes_links(&self) -> bool {
        match &self.grant {
            Grant::Agent { services, .. } => self.links.unwrap_or(services.is_none()),
            Grant::Publisher { .. } | Grant::Service(_) | Grant::Reader | Grant::Operator => false,
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

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
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
pub struct Credentials(Arc<RwLock<Vec<Credential>>>);

impl Credentials {
    /// These credentials.
    #[must_use]
    pub fn new(credentials: impl IntoIterator<Item = Credential>) -> Self {
        Self(Arc::new(RwLock::new(credentials.into_iter().collect())))
    }

    /// From now on these, for whoever holds a copy of this as well. None at all changes nothing: it would open every door.
    pub fn replace(&self, credentials: impl IntoIterator<Item = Credential>) {
        let new: Vec<Credential> = credentials.into_iter().collect();
        if !new.is_empty() {
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.is_empty()
    }

    /// Whether the publisher called `name` may publish as `source`; without a name, whether [`ANYBODY`] may.
    #[must_use]
    pub fn lets_publish(&self, name: Option<&str>, source: &str) -> bool {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let name = name.unwrap_or(ANYBODY);
        held.is_empty()
            || held
                .iter()
                .any(|each| each.name == name && each.grant.covers(source))
    }

    /// How the acts of an agent are signed.
    pub(crate) fn signature(&self, agent: &PersonId) -> Signature {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut signature = Signature::default();
        for credential in held.iter() {
            let Grant::Agent { person, services } = &credential.grant else {
                continue;
            };
            if person == agent {
                signature.signs = signature.signs.or_else(|| credential.signs.clone());
                signature
                    .services
                    .extend(services.iter().flatten().cloned());
            }
        }
        signature
    }

    /// Who presents themselves in `headers`.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Option<Caller> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if held.is_empty() {
            return Some(Caller {
                name: "local".to_owned(),
                grant: None,
                links: true,
            });
        }
        let token = TokenHash::of(&presented(headers)?);
        // The comparison of two hashes takes the same time wherever they differ.
        let credential = held
            .iter()
            .find(|credential| credential.token == Some(token))?;
        Some(Caller {
            name: credential.name.clone(),
            grant: Some(credential.grant.clone()),
            links: credential.makes_links(),
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

/// Who an agent is, for the people that their acts are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Name and position, where they are given.
    pub(crate) signs: Option<String>,
    /// The services they work for; none when it is all of them, or when nobody knows them any more.
    pub(crate) services: BTreeSet<ServiceId>,
}

/// Somebody who came in.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The name of the credential.
    pub(crate) name: String,
    /// What it is good for; everything when no credential is configured.
    grant: Option<Grant>,
    links: bool,
}

impl Caller {
    /// Whether it may make links for the holders of journeys, and revoke them.
    pub(crate) fn makes_links(&self) -> bool {
        self.links
    }

    /// The agent it is, if it is one.
    pub(crate) fn agent(&self) -> Option<PersonId> {
        match &self.grant {
            Some(Grant::Agent { person, .. }) => Some(person.clone()),
            Some(_) => None,
            None => PersonId::new("local").ok(),
        }
    }

    /// Whether it may look at journeys, and change nothing in them.
    pub(crate) fn only_reads(&self) -> bool {
        matches!(self.grant, Some(Grant::Reader))
    }

    /// Whether they look after what keeps services from answering, and so see in what words it failed.
    pub(crate) fn looks_after_calls(&self) -> bool {
        self.agent().is_some()
    }

    /// What keeps services from answering, of those they work for: the words are a system's own, and no other office's business. What was
    /// never called is told to whom its step belongs.
    pub(crate) fn hindrances<'a>(&self, seen: &'a Seen) -> Vec<Hindrance<'a>> {
        let office = |step: &StepKey| {
            let step = seen.view.steps.iter().find(|each| each.key == *step)?;
            Some(&step.office.as_ref()?.service)
        };
        let mut all = seen.journey.hindrances();
        all.retain(|each| {
            let service = match (each.operation, &each.about) {
                (Some(operation), _) => Some(&operation.service),
                (None, CallTarget::Step(step)) => office(step),
                (None, CallTarget::Fact(_)) => None,
            };
            self.looks_after_calls() && self.works_for(service)
        });
        all
    }

    /// Whether it may see how the engine is.
    pub(crate) fn operates(&self) -> bool {
        matches!(self.grant, None | Some(Grant::Operator))
    }

    /// The services it works for; all of them when none.
    pub(crate) fn services(&self) -> Option<&BTreeSet<ServiceId>> {
        match &self.grant {
            Some(Grant::Agent { services, .. }) => services.as_ref(),
            _ => None,
        }
    }

    /// Whether a step of `service` is theirs; a step of no service is any agent's.
    pub(crate) fn works_for(&self, service: Option<&ServiceId>) -> bool {
        match (&self.grant, service) {
            (
                Some(Grant::Agent {
                    services: Some(of), ..
                }),
                Some(service),
            ) => of.contains(service),
            _ => true,
        }
    }

    /// Whether a fact is told by people, or held by one of their services. What nobody tells, the core refuses to everybody.
    pub(crate) fn may_tell(&self, fact: &FactDefinition) -> bool {
        !fact.is_told_at(|_| true) || fact.is_told_at(|service| self.works_for(Some(service)))
    }

    /// What they may do about a step, of all that an agent may: nothing at an office that they do not work for, in whosever name.
    pub(crate) fn may_do<'a>(&self, step: &'a StepView) -> impl Iterator<Item = Doable> + 'a {
        let office = step.office.as_ref().map(|office| &office.service);
        let theirs = self.works_for(office);
        let silent = self.only_reads();
        let each = step.by_agent.iter().copied();
        each.filter(move |_| !silent && theirs)
    }

    /// Whether a journey is any of their business: one of the services they work for has a step in it.
    pub(crate) fn may_see(&self, view: &JourneyView) -> bool {
        match &self.grant {
            Some(Grant::Agent {
                services: Some(of), ..
            }) => view
                .steps
                .iter()
                .filter_map(|step| step.office.as_ref())
                .any(|office| of.contains(&office.service)),
            _ => true,
        }
    }

    /// Whom it publishes for, if it may publish as `source`.
    pub(crate) fn publishes(&self, source: &str) -> Option<Actor> {
        let may = self.grant.as_ref().is_none_or(|it| it.covers(source));
        may.then(|| Actor::system(ActorKind::Source(source.to_owned())))
    }

    /// As whom it publishes what has no readable source, if it publishes at all.
    pub(crate) fn publishes_unnamed(&self) -> Option<Actor> {
        match &self.grant {
            Some(Grant::Publisher { .. }) | None => {
                Some(Actor::system(ActorKind::Source("unknown".to_owned())))
            }
            Some(_) => None,
        }
    }

    /// Whom it speaks for, if it may answer and tell for `service`.
    pub(crate) fn answers(&self, service: &ServiceId) -> Option<Actor> {
        let may = match &self.grant {
            Some(Grant::Service(own)) => own == service,
            Some(_) => false,
            None => true,
        };
        may.then(|| Actor::service(service.clone()))
    }
}

/// Whether `source` is `allowed`, or below it: the next letter begins another part of the name.
fn is_below(source: &str, allowed: &str) -> bool {
    let parts = ['/', ':', '#', '?'];
    source
        .strip_prefix(allowed)
        .is_some_and(|rest| rest.is_empty() || allowed.ends_with(parts) || rest.starts_with(parts))
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
                Grant::agent(PersonId::new("agent-7").unwrap()),
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
    fn a_source_is_itself_and_what_is_below_it() {
        for (source, allowed, is) in [
            ("https://m.example", "https://m.example", true),
            ("https://m.example/lyon", "https://m.example", true),
            ("https://m.example.evil", "https://m.example", false),
            ("urn:mairie:69123", "urn:mairie", true),
            ("urn:mairie:69123", "urn:mairie:", true),
            ("urn:mairies", "urn:mairie", false),
            ("urn", "urn:mairie", false),
        ] {
            assert_eq!(is_below(source, allowed), is, "{source} below {allowed}");
        }
    }

    #[test]
    fn other_credentials_hold_at_once_and_none_at_all_opens_nothing() {
        let credentials = credentials();
        let served = credentials.clone();
        credentials.replace([Credential::new("new", "n-token", Grant::Reader)]);
        assert!(served.caller(&headers("Bearer m-token")).is_none());
        assert!(
            served
                .caller(&headers("Bearer n-token"))
                .unwrap()
                .only_reads()
        );
        credentials.replace([]);
        assert!(served.caller(&headers("Bearer n-token")).is_some());
        assert!(served.caller(&HeaderMap::new()).is_none());
    }

    #[test]
    fn the_hash_of_a_token_reads_back_and_nothing_else_does() {
        let hash = TokenHash::of("m-token");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for bad in [
            "",
            "m-token",
            "blake3:",
            "blake3:zz",
            "sha256:00",
            "blake3:é",
        ] {
            assert_eq!(bad.parse::<TokenHash>(), Err(NotATokenHash), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        assert!(!format!("{:?}", credentials()).contains("token"));
    }
}
