//! The law versions of one journey, together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use parcours_core::definition::{Definition, StepKind};
use parcours_core::name::StepId;

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
