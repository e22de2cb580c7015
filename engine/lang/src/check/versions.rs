//! The law versions of one journey, together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use parcours_core::definition::{Definition, StepKind};
use parcours_core::name::StepId;
use parcours_core::value::Type;

use crate::diagnostic::{Code, Diagnostic};
use crate::raw::RawDefinition;
use crate::source::{File, Span};

/// One definition that could be checked, with where it was written.
pub(crate) struct Version<'a> {
    pub(crate) file: &'a File,
    pub(crate) raw: &'a RawDefinition,
    pub(crate) definition: &'a Definition,
}

impl Version<'_> {
    fn date_span(&self) -> Span {
        self.raw
            .applies
            .get()
            .and_then(|applies| applies.from.get())
            .map(|from| from.span)
            .unwrap_or_default()
    }

    fn step_span(&self, id: &StepId) -> Span {
        let steps = self.raw.steps.get();
        let entry = steps.and_then(|steps| {
            steps
                .entries
                .iter()
                .find(|(name, _)| name.value == id.as_str())
        });
        entry.map(|(name, _)| name.span).unwrap_or_default()
    }
}

/// Checks all versions of all journeys against one another.
pub(crate) fn versions(all: &[Version<'_>], problems: &mut Vec<Diagnostic>) {
    let mut journeys: BTreeMap<&str, Vec<&Version<'_>>> = BTreeMap::new();
    for version in all {
        journeys
            .entry(version.definition.journey.as_str())
            .or_default()
            .push(version);
    }
    for versions in journeys.values_mut() {
        versions
            .sort_by_key(|version| (version.definition.applies.from, version.file.path.clone()));
        revisions(versions, problems);
        let current: Vec<&Version<'_>> = versions
            .iter()
            .copied()
            .filter(|version| !is_replaced(version, versions))
            .collect();
        dates(&current, problems);
        kinds(&current, problems);
        types(&current, problems);
    }
}

/// Whether another file of the journey stands in for this one. A typo leaves the hash as it was: files are told apart by path.
fn is_replaced(version: &Version<'_>, versions: &[&Version<'_>]) -> bool {
    versions.iter().any(|other| {
        let replaces = other
            .definition
            .revision
            .as_ref()
            .map(|revision| revision.replaces);
        other.file.path != version.file.path
            && replaces == Some(version.definition.hash)
            && published_on(other) > published_on(version)
    })
}

/// The published file itself comes before its revisions.
fn published_on(version: &Version<'_>) -> Option<NaiveDate> {
    let revision = version.definition.revision.as_ref()?;
    Some(revision.published_on)
}

fn revisions(versions: &[&Version<'_>], problems: &mut Vec<Diagnostic>) {
    for version in versions {
        let Some(revision) = &version.definition.revision else {
            continue;
        };
        let found = versions.iter().any(|other| {
            other.file.path != version.file.path
                && other.definition.hash == revision.replaces
                && other.definition.applies.from == version.definition.applies.from
        });
        if !found {
            let span = version
                .raw
                .revision
                .get()
                .map(|revision| revision.0.span)
                .unwrap_or_default();
            let message = format!(
                "no file of this journey that applies from {} has the hash that this one replaces",
                version.definition.applies.from
            );
            let remedy = "keep the published file, and copy its hash from `parcours check`";
            problems.push(Diagnostic::new(
                Code::RevisionOf,
                version.file,
                span,
                message,
                remedy,
            ));
        }
    }
}

fn dates(versions: &[&Version<'_>], problems: &mut Vec<Diagnostic>) {
    for pair in versions.windows(2) {
        let [earlier, later] = pair else { continue };
        let from = later.definition.applies.from;
        let mut tell = |message: String, remedy: &str| {
            problems.push(Diagnostic::new(
                Code::VersionDate,
                later.file,
                later.date_span(),
                message,
                remedy,
            ));
        };
        if earlier.definition.applies.from == from {
            let message = format!("`{}` already applies from {from}", earlier.file.path);
            tell(
                message,
                "give this law its own date; a file that repairs the other says `revision:`",
            );
            continue;
        }
        match earlier.definition.applies.until {
            Some(until) if until < from => {
                let message = format!(
                    "no law applies from {until}, where `{}` ends, to {from}",
                    earlier.file.path
                );
                tell(
                    message,
                    "close the gap: remove `until` there, or add the law version of these dates",
                );
            }
            Some(until) if until > from => {
                let message = format!("`{}` still applies until {until}", earlier.file.path);
                tell(
                    message,
                    "remove `until` there: the next law version ends the one before",
                );
            }
            Some(_) | None => {}
        }
    }
}

fn kinds(versions: &[&Version<'_>], problems: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<&StepId, (StepKind, &str)> = BTreeMap::new();
    for version in versions {
        for step in &version.definition.steps {
            if let Some((kind, path)) = known.get(&step.id)
                && *kind != step.kind
            {
                let message = format!(
                    "step `{}` is of kind {} here, and {} in `{path}`",
                    step.id,
                    step.kind.as_str(),
                    kind.as_str()
                );
                let remedy = "an id keeps its meaning from one law version to the next: give what is new an id of its own";
                problems.push(Diagnostic::new(
                    Code::KindChanged,
                    version.file,
                    version.step_span(&step.id),
                    message,
                    remedy,
                ));
            }
            known.insert(&step.id, (step.kind, &version.file.path));
        }
    }
}

/// What a name stands for: a fact or a legal value, and whose it is.
struct Named<'a> {
    ty: Type,
    each: Option<&'a str>,
    span: Span,
}

/// The facts and values of a version, each by what it is called in conditions.
fn named<'a>(version: &Version<'a>) -> BTreeMap<String, Named<'a>> {
    let facts = version.raw.facts.get().into_iter();
    let facts = facts.flat_map(|facts| &facts.entries);
    let facts = facts.filter_map(|(name, raw)| {
        let raw = raw.as_ref()?;
        let named = Named {
            ty: super::fact::type_of(raw)?,
            each: raw.each.get().map(|each| each.0.value.as_str()),
            span: name.span,
        };
        Some((format!("fact.{}", name.value), named))
    });
    let values = version.raw.values.get().into_iter();
    let values = values.flat_map(|values| &values.entries);
    let values = values.filter_map(|(name, raw)| {
        let named = Named {
            ty: raw.as_ref()?.r#type.get()?.ty.clone(),
            each: None,
            span: name.span,
        };
        Some((format!("value.{}", name.value), named))
    });
    facts.chain(values).collect()
}

/// A name keeps its type, or what was told under one law could not be read under the next.
fn types(versions: &[&Version<'_>], problems: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<String, (Named<'_>, &str)> = BTreeMap::new();
    for version in versions {
        for (name, now) in named(version) {
            let before = known.get(&name);
            let changed = before.and_then(|(before, path)| {
                if !is_alike(&before.ty, &now.ty) {
                    return Some(format!(
                        "`{name}` is {} here, and {} in `{path}`",
                        now.ty, before.ty
                    ));
                }
                let whose = |each: Option<&str>| match each {
                    Some(role) => format!("one for each {role}"),
                    None => "one for all".to_owned(),
                };
                (before.each != now.each).then(|| {
                    format!(
                        "`{name}` is {} here, and {} in `{path}`",
                        whose(now.each),
                        whose(before.each)
                    )
                })
            });
            if let Some(message) = changed {
                let remedy = "an id keeps its meaning from one law version to the next: give what is new an id of its own";
                problems.push(Diagnostic::new(
                    Code::TypeChanged,
                    version.file,
                    now.span,
                    message,
                    remedy,
                ));
            }
            known.insert(name, (now, &version.file.path));
        }
    }
}

/// Whether what was told as the one is read as the other: a choice may have other words, and a record other properties.
fn is_alike(before: &Type, now: &Type) -> bool {
    let is_text = |ty: &Type| matches!(ty, Type::Text | Type::Choice(_));
    match (before, now) {
        (Type::List(before), Type::List(now)) => is_alike(before, now),
        (Type::Record(_), Type::Record(_)) => true,
        _ => before == now || is_text(before) && is_text(now),
    }
}
