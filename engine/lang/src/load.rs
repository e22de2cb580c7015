//! From files to a catalog.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parcours_core::catalog::Catalog;
use parcours_core::definition::{Definition, LifeEventType, Service};
use parcours_core::name::{DefinitionHash, LifeEventKind};
use parcours_core::value::Value;

use crate::check::{self, Known, KnownService, Version};
use crate::diagnostic::{Code, Diagnostic, Severity, did_you_mean};
use crate::hash;
use crate::life_event::{Contract, Problem};
use crate::raw::{RawDefinition, RawLifeEvent, RawService};
use crate::read::{Id, Read, Reader, Req};
use crate::source::{File, Source, Span};
use crate::yaml::{self, Node};

/// What an engine runs on: a catalog, the contracts of its life events, and the files it was read from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// All definitions, services and types of life event.
    pub catalog: Catalog,
    hash: DefinitionHash,
    contracts: BTreeMap<LifeEventKind, Contract>,
    sources: Vec<Source>,
}

impl Loaded {
    /// The hash of everything that was loaded: decisions and wording of every file.
    #[must_use]
    pub fn hash(&self) -> DefinitionHash {
        self.hash
    }

    /// The files, sorted by path. [`load`] of these gives the same catalog with the same hashes: an engine keeps them
    /// beside its log.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The contract of a type of life event.
    #[must_use]
    pub fn contract(&self, kind: &LifeEventKind) -> Option<&Contract> {
        self.contracts.get(kind)
    }

    /// Checks the data of a life event against its contract and reads it.
    ///
    /// # Errors
    /// Every problem by JSON pointer; one at the root when the kind is not known.
    pub fn validate_life_event(
        &self,
        kind: &LifeEventKind,
        data: &serde_json::Value,
    ) -> Result<Value, Vec<Problem>> {
        match self.contracts.get(kind) {
            Some(contract) => contract.check(data),
            None => Err(vec![Problem {
                pointer: String::new(),
                expected: "a type of life event that is known here".to_owned(),
                remedy: did_you_mean(
                    kind.as_str(),
                    self.contracts.keys().map(LifeEventKind::as_str),
                ),
            }]),
        }
    }
}

/// Reads all files, in one pass, whatever is wrong with some of them. The catalog is there unless there are errors;
/// warnings leave it. Diagnostics are sorted by what rests on what (types of life event, services, journeys), then file and place. Pure: the same files give the same answer.
#[must_use]
pub fn load(sources: &[Source]) -> (Option<Loaded>, Vec<Diagnostic>) {
    let (built, problems) = build(sources);
    let sound = !problems.iter().any(is_error);
    (built.filter(|_| sound), problems)
}

/// Reads files that [`load`] took once, on whatever day: what was decided by them stands, and a check that came since, or is stricter,
/// takes nothing of it back. Only what nobody could act on is refused.
///
/// # Errors
/// What is wrong with files of which nothing can be made, and nothing else.
pub fn load_recorded(sources: &[Source]) -> Result<Loaded, Vec<Diagnostic>> {
    let (built, mut problems) = build(sources);
    built.ok_or_else(|| {
        problems.retain(is_error);
        problems
    })
}

fn is_error(problem: &Diagnostic) -> bool {
    problem.severity() == Severity::Error
}

/// The catalog, if something could be made of every file, whatever else is wrong with it.
fn build(sources: &[Source]) -> (Option<Loaded>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let files = Files::read(sources, &mut problems);
    let mut whole = !problems.iter().any(is_error);
    let known = files.known();
    let life_events: Vec<Option<(LifeEventType, Contract)>> = files
        .life_events
        .iter()
        .map(|(file, raw)| check::life_event(raw, file, &mut problems))
        .collect();
    let services: Vec<Option<Service>> = files
        .services
        .iter()
        .map(|(file, raw)| check::service(raw, file, &mut problems))
        .collect();
    let definitions: Vec<Option<Definition>> = files
        .definitions
        .iter()
        .map(|(file, raw)| check::definition(raw, file, &known, &mut problems))
        .collect();
    let checked: Vec<Version<'_>> = files
        .definitions
        .iter()
        .zip(&definitions)
        .filter_map(|((file, raw), definition)| {
            Some(Version {
                file,
                raw,
                definition: definition.as_ref()?,
            })
        })
        .collect();
    check::versions(&checked, &mut problems);
    whole &= life_events.iter().all(Option::is_some)
        && services.iter().all(Option::is_some)
        && definitions.iter().all(Option::is_some);
    causes_only(&mut problems);
    problems.sort_by(|one, other| one.order().cmp(&other.order()));
    problems.dedup();
    if !whole {
        return (None, problems);
    }
    let hash = files.hash();
    let (types, contracts): (Vec<_>, Vec<_>) = life_events
        .into_iter()
        .flatten()
        .map(|(kind, contract)| {
            let name = kind.kind.clone();
            (kind, (name, contract))
        })
        .unzip();
    // A revision that corrects words only has the hash of what it stands in for: the last one published is kept.
    let mut definitions: Vec<Definition> = definitions.into_iter().flatten().collect();
    definitions.sort_by_key(|definition| {
        let revision = definition.revision.as_ref();
        revision.map(|revision| revision.published_on)
    });
    let catalog = Catalog::new(definitions, services.into_iter().flatten(), types);
    let mut sources = sources.to_vec();
    sources.sort();
    let loaded = Loaded {
        catalog,
        hash,
        contracts: contracts.into_iter().collect(),
        sources,
    };
    (Some(loaded), problems)
}

/// The parts of a journey that the rest of it names.
const SECTIONS: &[&str] = &[
    "people", "things", "values", "facts", "dates", "routes", "steps",
];

/// A section of a journey under a name that is not its own (`fact:`) leaves all that it declares unknown: of that file, names that
/// nothing declares are not told of until it is mended.
fn causes_only(problems: &mut Vec<Diagnostic>) {
    let misnamed: BTreeSet<String> = problems
        .iter()
        .filter(|problem| problem.code() == Code::UnknownKey && problem.position().1 == 1)
        .filter(|problem| {
            SECTIONS
                .iter()
                .any(|section| problem.remedy().contains(&format!("`{section}`")))
        })
        .map(|problem| problem.path().to_owned())
        .collect();
    problems.retain(|problem| {
        let follows = matches!(
            problem.code(),
            Code::ConditionUnknownName | Code::UnknownName | Code::Placeholder
        );
        !(follows && misnamed.contains(problem.path()))
    });
}

/// Everything that could be read, by kind.
#[derive(Default)]
struct Files {
    definitions: Vec<(File, RawDefinition)>,
    services: Vec<(File, RawService)>,
    life_events: Vec<(File, RawLifeEvent)>,
    /// Of files that could not be read at all: what would have been in them is not complained of elsewhere.
    unread: BTreeSet<String>,
}

impl Files {
    fn read(sources: &[Source], problems: &mut Vec<Diagnostic>) -> Self {
        let mut files = Self::default();
        let mut sorted: Vec<&Source> = sources.iter().collect();
        sorted.sort();
        let mut seen = BTreeSet::new();
        for source in sorted {
            let file: File = Arc::new(source.clone());
            if !seen.insert(source.path.clone()) {
                let message = format!("`{}` is given twice", source.path);
                problems.push(Diagnostic::new(
                    Code::SameThingTwice,
                    &file,
                    Span::default(),
                    message,
                    "keep one of the two",
                ));
                continue;
            }
            files.one(&file, problems);
        }
        files
    }

    fn one(&mut self, file: &File, problems: &mut Vec<Diagnostic>) {
        let parts: Vec<&str> = file.path.split('/').collect();
        let stem = parts.last().and_then(|name| name.strip_suffix(".yaml"));
        if let Some(named) = file.path.strip_suffix(".yml") {
            let message = format!(
                "`{}` is not read: files of journeys end in `.yaml`",
                file.path
            );
            let remedy = format!("rename it to `{named}.yaml`");
            // What it would have said is not missed elsewhere.
            self.unread.insert(format!("{named}.yaml"));
            problems.push(Diagnostic::new(
                Code::FileName,
                file,
                Span::default(),
                message,
                remedy,
            ));
            return;
        }
        let (Some(stem), [folder, _]) = (stem, parts.as_slice()) else {
            let message = format!(
                "`{}` is no place for a definition, a service or a life event",
                file.path
            );
            let remedy = "put it in `<journey>/<first date of fact>.yaml`, `services/<service>.yaml` or `life-events/<life_event>.yaml`";
            problems.push(Diagnostic::new(
                Code::FileName,
                file,
                Span::default(),
                message,
                remedy,
            ));
            return;
        };
        let Some(node) = yaml::parse(file, problems) else {
            self.unread.insert(file.path.clone());
            return;
        };
        let mut reader = Reader { file, problems };
        match *folder {
            "services" => {
                let raw = read::<RawService>(&node, &mut reader);
                self.services.extend(raw.map(|raw| {
                    named_as_its_file(&raw.service, stem, &mut reader);
                    (Arc::clone(file), raw)
                }));
            }
            "life-events" => {
                let raw = read::<RawLifeEvent>(&node, &mut reader);
                self.life_events.extend(raw.map(|raw| {
                    named_as_its_file(&raw.life_event, stem, &mut reader);
                    (Arc::clone(file), raw)
                }));
            }
            journey => {
                let raw = read::<RawDefinition>(&node, &mut reader);
                self.definitions.extend(raw.map(|raw| {
                    named_as_its_file(&raw.journey, journey, &mut reader);
                    dated_as_its_file(&raw, stem, &mut reader);
                    (Arc::clone(file), raw)
                }));
            }
        }
    }

    /// What definitions can name. Of a file that cannot be read nothing is known but that it is there.
    fn known(&self) -> Known {
        let mut known = Known::default();
        for path in &self.unread {
            let name = path
                .split('/')
                .next_back()
                .and_then(|name| name.strip_suffix(".yaml"))
                .unwrap_or_default();
            if path.starts_with("services/") {
                known
                    .services
                    .insert(name.to_owned(), KnownService::unread());
            } else if path.starts_with("life-events/") {
                known.life_events.insert(name.to_owned(), None);
            }
        }
        // Of one that is not called as its file, that is told; what names it by either name is not at fault.
        for (file, raw) in &self.services {
            let own = raw.service.get().map(|id| id.0.value.as_str());
            for name in own.into_iter().chain(stem(file)) {
                known
                    .services
                    .entry(name.to_owned())
                    .or_insert_with(|| KnownService::of(raw));
            }
        }
        for (_, raw) in &self.life_events {
            if let Some(id) = raw.life_event.get() {
                known
                    .life_events
                    .insert(id.0.value.clone(), Known::event_type(raw));
                known
                    .people
                    .insert(id.0.value.clone(), Known::people_of(raw));
            }
        }
        known
    }

    fn hash(&self) -> DefinitionHash {
        let definitions = self
            .definitions
            .iter()
            .map(|(file, raw)| (file, hash::both(raw)));
        let services = self
            .services
            .iter()
            .map(|(file, raw)| (file, hash::both(raw)));
        let life_events = self
            .life_events
            .iter()
            .map(|(file, raw)| (file, hash::both(raw)));
        let all = definitions.chain(services).chain(life_events);
        hash::all(all.map(|(file, (decisions, wording))| (file.path.as_str(), decisions, wording)))
    }
}

/// The name of a file, without its folder and its ending.
fn stem(file: &File) -> Option<&str> {
    file.path.rsplit('/').next()?.strip_suffix(".yaml")
}

fn read<T: Read>(node: &Node, reader: &mut Reader<'_>) -> Option<T> {
    T::read(node, reader)
}

fn named_as_its_file(id: &Req<Id>, name: &str, reader: &mut Reader<'_>) {
    if let Some(id) = id.get().filter(|id| id.0.value != name) {
        let message = format!(
            "this is called `{}`, and its place says `{name}`",
            id.0.value
        );
        reader.report(
            Code::FileName,
            id.0.span,
            message,
            "give both the same name",
        );
    }
}

/// `2021-07-01.yaml`, or for a revision `2021-07-01.2026-01-10.yaml`, which adds when it was published.
fn dated_as_its_file(raw: &RawDefinition, stem: &str, reader: &mut Reader<'_>) {
    let Some(from) = raw.applies.get().and_then(|applies| applies.from.get()) else {
        return;
    };
    let published_on = raw
        .revision
        .get()
        .map(|revision| revision.0.published_on.get());
    let expected = match published_on {
        None => from.value.to_string(),
        Some(Some(published_on)) => format!("{}.{}", from.value, published_on.value),
        Some(None) => return,
    };
    if stem != expected {
        let message = format!(
            "this file is called `{stem}.yaml`, and what it says makes it `{expected}.yaml`"
        );
        reader.report(
            Code::FileName,
            from.span,
            message,
            "rename the file, or mend the date",
        );
    }
}
