//! What waits for somebody in a journey: read from its state and its definition, without planning it again.
//!
//! The lookups index it, so that agents' lists and measurements look at no journey but those they show.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use parcours_core::catalog::Catalog;
use parcours_core::definition::{Settling, StepDefinition, StepKind};
use parcours_core::journey::{FactKey, Journey, Source, Step, StepKey, TroubleAbout, TroubleKind};
use parcours_core::name::ServiceId;
use parcours_log::lookups::{Work, WorkKind};

/// One thing that waits for somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// What kind.
    pub kind: WorkKind,
    /// The step or the fact.
    pub about: TroubleAbout,
    /// The service at whose office it is done, or that was asked; none when it is any agent's.
    pub office: Option<ServiceId>,
    /// By when, if the law says.
    pub due: Option<NaiveDate>,
}

/// Everything that waits for somebody in a journey.
#[must_use]
pub fn waiting(journey: &Journey, catalog: &Catalog) -> Vec<Waiting> {
    let steps = Steps::of(journey, catalog);
    let mut found: Vec<Waiting> = journey
        .troubles()
        .into_iter()
        .map(|trouble| {
            let (office, due) = match &trouble.about {
                TroubleAbout::Step(step) => (steps.office(step), due(journey, step)),
                TroubleAbout::Fact(fact) => (asked(journey, fact), None),
            };
            Waiting {
                kind: match trouble.kind {
                    TroubleKind::CallFailed => WorkKind::Failed,
                    TroubleKind::AnswerUnfit => WorkKind::Unfit,
                    TroubleKind::RuleFailed => WorkKind::Rule,
                    TroubleKind::Missed => WorkKind::Missed,
                },
                about: trouble.about,
                office,
                due,
            }
        })
        .collect();
    let contested = journey
        .facts
        .iter()
        .filter(|(_, fact)| fact.disputed.is_some());
    found.extend(contested.map(|(key, fact)| Waiting {
        kind: WorkKind::Contested,
        about: TroubleAbout::Fact(key.clone()),
        office: match &fact.source {
            Source::Evidence(service) => Some(service.clone()),
            Source::Declared | Source::Agent => None,
        },
        due: None,
    }));
    let troubled: BTreeSet<StepKey> = found
        .iter()
        .filter(|one| one.kind != WorkKind::Rule)
        .filter_map(|one| match &one.about {
            TroubleAbout::Step(step) => Some(step.clone()),
            TroubleAbout::Fact(_) => None,
        })
        .collect();
    for (key, record) in &journey.steps {
        let decides = |step: &StepDefinition| {
            step.kind == StepKind::Decision && step.settled_by.contains(&Settling::Decision)
        };
        let kind = if matches!(record.state, Step::Open) && steps.of_key(key).is_some_and(decides) {
            WorkKind::Decision
        } else if record.missed && record.state.is_live() {
            WorkKind::Overdue
        } else {
            continue;
        };
        // What somebody must look at anyway is not told twice.
        if !troubled.contains(key) {
            found.push(Waiting {
                kind,
                about: TroubleAbout::Step(key.clone()),
                office: steps.office(key),
                due: due(journey, key),
            });
        }
    }
    found
}

/// The same, as the lookups index it. What is done at no office is seen by the agents of every service that has a step in the
/// journey, who see that journey.
pub(crate) fn work(journey: &Journey, catalog: &Catalog) -> Vec<Work> {
    let waiting = waiting(journey, catalog);
    if waiting.is_empty() {
        return Vec::new();
    }
    let steps = Steps::of(journey, catalog);
    let involved: BTreeSet<ServiceId> = journey
        .steps
        .keys()
        .filter_map(|step| steps.office(step))
        .collect();
    let mut found: BTreeMap<(WorkKind, Option<ServiceId>), (Option<NaiveDate>, u32)> =
        BTreeMap::new();
    for one in waiting {
        let services = match one.office {
            Some(office) => vec![Some(office)],
            None => involved.iter().cloned().map(Some).collect(),
        };
        for service in services.into_iter().chain([None]) {
            let (due, count) = found.entry((one.kind, service)).or_default();
            *due = [*due, one.due].into_iter().flatten().min();
            *count = count.saturating_add(1);
        }
    }
    let found = found.into_iter();
    found
        .map(|((kind, service), (due, count))| Work {
            kind,
            service,
            due,
            count,
        })
        .collect()
}

/// The steps of the law that a journey is under.
struct Steps<'a>(BTreeMap<&'a str, &'a StepDefinition>);

impl<'a> Steps<'a> {
    fn of(journey: &Journey, catalog: &'a Catalog) -> Self {
        let law = journey.law.as_ref();
        let definition = law.and_then(|law| catalog.definition(&law.definition));
        let steps = definition.into_iter().flat_map(|law| &law.steps);
        Self(steps.map(|step| (step.id.as_str(), step)).collect())
    }

    fn of_key(&self, key: &StepKey) -> Option<&'a StepDefinition> {
        self.0.get(key.id.as_str()).copied()
    }

    fn office(&self, key: &StepKey) -> Option<ServiceId> {
        let office = self.of_key(key)?.office.as_ref()?;
        Some(office.service.clone())
    }
}

fn due(journey: &Journey, step: &StepKey) -> Option<NaiveDate> {
    let due = journey.steps.get(step)?.dates.due.as_ref()?;
    due.value().map(|due| due.date())
}

/// The service that was asked for a fact.
fn asked(journey: &Journey, fact: &FactKey) -> Option<ServiceId> {
    let (_, call) = journey.inquiries.get(fact)?.pending?;
    let call = journey.calls.get(&call)?;
    Some(call.made.operation.service.clone())
}
