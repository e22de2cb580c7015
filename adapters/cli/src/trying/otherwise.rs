//! What would change if the date that is lacking were another: the same life, tried again.

use chrono::NaiveDate;
use parcours_core::definition::Words;
use parcours_core::expr::{Root, Segment};
use parcours_core::journey::FactKey;
use parcours_core::name::{FactId, JourneyName, LawVersion};
use parcours_core::value::Value;
use parcours_core::view::{FactStanding, Group, JourneyView, StepView};
use parcours_lang::Loaded;

use super::TryError;
use super::course::Course;
use super::person::{Person, kind};

/// Another law version, and what it would change.
pub(super) struct Otherwise {
    /// What would have to be known.
    pub(super) what: Words,
    /// How `--set` names it.
    pub(super) name: String,
    /// The first day that decides otherwise.
    pub(super) on: NaiveDate,
    /// The law then.
    pub(super) law: LawVersion,
    /// What would differ.
    pub(super) changes: Vec<Change>,
}

/// One difference for the person.
pub(super) enum Change {
    /// A fact or a legal amount: what it is called, then, instead of.
    Value {
        title: Words,
        then: Value,
        now: Value,
    },
    /// A step that would be there.
    Gained(Words),
    /// A step that would not.
    Lost(Words),
    /// Another last day.
    Due {
        title: Words,
        then: NaiveDate,
        now: NaiveDate,
    },
}

/// Tries every other law version that the lacking dates could bring in. Nothing when the law is sure.
///
/// # Errors
/// What the domain refuses.
pub(super) fn look(
    loaded: &Loaded,
    name: &JourneyName,
    person: &Person,
    until: NaiveDate,
    course: &Course<'_>,
) -> Result<Vec<Otherwise>, TryError> {
    let now = course.view()?;
    let Some(law) = now.law.as_ref().filter(|law| law.provisional) else {
        return Ok(Vec::new());
    };
    let kind = kind(&loaded.catalog, name)?;
    let mut found = Vec::new();
    for version in loaded.catalog.versions(name) {
        if version.applies.from == law.version.from {
            continue;
        }
        let day = version.applies.from;
        for lacking in &law.why.lacking {
            let (written, other) = match (lacking.reference.root(), lacking.reference.path()) {
                (Root::Fact(id), []) => {
                    let Ok(id) = FactId::new(id) else { continue };
                    let key = FactKey::new(id, None);
                    (key.to_string(), Some(person.knowing(key, day.to_string())))
                }
                (Root::Event, path) => {
                    let path: Vec<String> = path
                        .iter()
                        .map(|segment| match segment {
                            Segment::Field(name) => name.to_string(),
                            Segment::Item(at) => at.to_string(),
                        })
                        .collect();
                    let other = person.telling(kind, &path, &day.to_string());
                    (format!("event.{}", path.join(".")), other)
                }
                _ => continue,
            };
            let Some(other) = other else { continue };
            // The other date may not fit what else is told: then it is no answer.
            let Ok(other) = Course::run(&loaded.catalog, name, &other, until) else {
                continue;
            };
            let then = other.view()?;
            let chosen = then.law.as_ref().map(|law| law.version.clone());
            if let Some(chosen) = chosen.filter(|chosen| chosen.from == day) {
                found.push(Otherwise {
                    what: lacking.title.clone(),
                    name: written,
                    on: day,
                    law: chosen,
                    changes: changes(&now, &then),
                });
                break;
            }
        }
    }
    Ok(found)
}

fn changes(now: &JourneyView, then: &JourneyView) -> Vec<Change> {
    let mut changes = Vec::new();
    for fact in &then.facts {
        let before = now.fact(&fact.key).map(|fact| &fact.standing);
        if let (FactStanding::Known(then), Some(FactStanding::Known(now))) =
            (&fact.standing, before)
            && then != now
        {
            changes.push(Change::Value {
                title: fact.title.clone(),
                then: then.clone(),
                now: now.clone(),
            });
        }
    }
    let concerns = |step: &&StepView| step.group != Group::NotForYou;
    for step in then.steps.iter().filter(concerns) {
        match now.step(&step.key).filter(|step| concerns(step)) {
            None => changes.push(Change::Gained(named(step))),
            Some(before) => {
                let due = |step: &StepView| step.due.as_ref().map(|due| due.due().starts().date());
                if let (Some(then), Some(now)) = (due(step), due(before))
                    && then != now
                {
                    changes.push(Change::Due {
                        title: named(step),
                        then,
                        now,
                    });
                }
            }
        }
    }
    for step in now.steps.iter().filter(concerns) {
        if then.step(&step.key).filter(|step| concerns(step)).is_none() {
            changes.push(Change::Lost(named(step)));
        }
    }
    changes
}

/// What a step is called, and for whom.
fn named(step: &StepView) -> Words {
    match &step.subject {
        None => step.title.clone(),
        Some(subject) => Words {
            fr: format!("{} · {subject}", step.title.fr),
            en: format!("{} · {subject}", step.title.en),
        },
    }
}
