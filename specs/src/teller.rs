//! The journeys of a scenario in words, for whoever reads why it failed.

use std::fmt::Write as _;

use chrono::Timelike;
use parcours_core::calendar::{Language, date_in_words};
use parcours_core::journey::{Actor, ActorKind, Event};
use parcours_core::view::{FactStanding, FactView, JourneyView, StepView};

use crate::driver::{Decided, Driver};
use crate::words::{State, pick};

/// The day it is, and a line for each step and fact: what of it a sentence names tells enough to see why it is not so. [`story`] tells
/// all of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    now: String,
    journeys: Vec<Standing>,
}

/// A journey by its title, and its lines by the id of what each is about.
#[derive(Clone, Debug)]
struct Standing {
    called: String,
    lines: Vec<(String, String)>,
}

impl Context {
    pub(crate) fn of(driver: &Driver, language: Language) -> Self {
        let views = driver
            .journeys()
            .iter()
            .filter_map(|id| driver.view(*id).ok());
        let journeys = views.map(|view| {
            let steps = view.steps.iter().map(|step| {
                let key = step.key.to_string();
                (step.key.id.to_string(), line(step, &key, language))
            });
            let facts = view.facts.iter().map(|fact| {
                let unknown = pick(language, ("n’est pas connu", "is not known"));
                let told = standing(fact).unwrap_or_else(|| format!("{} {unknown}", fact.key));
                (fact.key.id.to_string(), told)
            });
            Standing {
                called: called(&view, language),
                lines: steps.chain(facts).collect(),
            }
        });
        Self {
            now: now(driver, language),
            journeys: journeys.collect(),
        }
    }

    /// What there is to tell of the names in quotes in `sentence`.
    pub(crate) fn naming(&self, sentence: &str) -> String {
        let named: Vec<&str> = sentence.split('"').skip(1).step_by(2).collect();
        let mut text = self.now.clone();
        for journey in &self.journeys {
            let _ = write!(text, "\n{}", journey.called);
            for (id, line) in &journey.lines {
                if named.contains(&id.as_str()) {
                    let _ = write!(text, "\n  {line}");
                }
            }
        }
        text
    }
}

fn now(driver: &Driver, language: Language) -> String {
    let now = driver.now();
    let day = date_in_words(now.date(), language);
    match language {
        Language::French => format!(
            "nous sommes le {day}, {}\u{a0}h\u{a0}{:02}",
            now.hour(),
            now.minute()
        ),
        Language::English => format!("it is {day}, {:02}:{:02}", now.hour(), now.minute()),
    }
}

/// Its title, and the law it is under.
fn called(view: &JourneyView, language: Language) -> String {
    let title = pick(language, (&view.title.fr, &view.title.en));
    match &view.law {
        Some(law) => format!("{title} ({})", law.version),
        None => title.clone(),
    }
}

/// The journeys as they stand, and what has happened in each.
pub(crate) fn story(driver: &Driver, language: Language) -> String {
    let mut text = now(driver, language);
    text.push('\n');
    for id in driver.journeys() {
        match driver.view(*id) {
            Ok(view) => {
                let _ = writeln!(text, "{}", called(&view, language));
                stands(&mut text, &view, language);
            }
            Err(why) => {
                let _ = writeln!(text, "{why}");
            }
        }
        happened(
            &mut text,
            &driver.history(*id).unwrap_or_default(),
            language,
        );
    }
    text
}

fn stands(text: &mut String, view: &JourneyView, language: Language) {
    let keys = view
        .steps
        .iter()
        .map(|step| step.key.to_string().chars().count());
    let wide = keys.max().unwrap_or_default();
    for step in &view.steps {
        let key = format!("{:<wide$}", step.key.to_string());
        let _ = writeln!(text, "  {}", line(step, &key, language));
    }
    let known: Vec<String> = view.facts.iter().filter_map(standing).collect();
    let _ = writeln!(
        text,
        "  {}: {}",
        pick(language, ("connu ", "known")),
        known.join("; ")
    );
    for question in &view.questions {
        let whom = question.to.as_ref().map(ToString::to_string);
        let whom = whom
            .or_else(|| question.service.as_ref().map(ToString::to_string))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "  {} {} → {whom}",
            pick(language, ("on demande", "asked:")),
            question.fact
        );
    }
}

/// A step in a line: `key`, where it stands, by when, and what it lacks.
fn line(step: &StepView, key: &str, language: Language) -> String {
    let due = step.due.as_ref().map(|due| {
        format!(
            "  {} {}",
            pick(language, ("au plus tard le", "by")),
            due.due().date()
        )
    });
    let lacking: Vec<String> = step
        .why
        .lacking
        .iter()
        .map(|ground| ground.reference.to_string())
        .collect();
    let lacking = if lacking.is_empty() {
        String::new()
    } else {
        format!("  ? {}", lacking.join(", "))
    };
    format!(
        "{key}  {}{}{lacking}",
        State::told(step, language),
        due.unwrap_or_default()
    )
}

/// A fact that stands somewhere: `union = married`.
fn standing(fact: &FactView) -> Option<String> {
    match &fact.standing {
        FactStanding::Known(value) => Some(format!("{} = {value}", fact.key)),
        FactStanding::Disputed => Some(format!("{} ≠", fact.key)),
        FactStanding::Erased => Some(format!("{} ×", fact.key)),
        FactStanding::Unknown => None,
    }
}

fn happened(text: &mut String, history: &[Decided], language: Language) {
    let _ = writeln!(
        text,
        "  {}",
        pick(language, ("ce qui s’est passé\u{a0}:", "what happened:"))
    );
    for decided in history {
        let events: Vec<String> = decided.events.iter().map(named).collect();
        let _ = writeln!(
            text,
            "    {}  {}: {}",
            decided.at.format("%Y-%m-%d %H:%M"),
            who(&decided.actor, language),
            events.join(", ")
        );
    }
}

/// Who led to a decision.
fn who(actor: &Actor, language: Language) -> String {
    match &actor.kind {
        ActorKind::Citizen(_) => pick(language, ("la personne", "the person")).to_owned(),
        ActorKind::Agent(_) => pick(language, ("un agent", "an agent")).to_owned(),
        ActorKind::Service(service) => service.to_string(),
        ActorKind::Source(source) => source.clone(),
        ActorKind::Engine => pick(language, ("le calendrier", "the calendar")).to_owned(),
    }
}

/// An event by its name, and what it is about.
fn named(event: &Event) -> String {
    let name = event.name();
    match event {
        Event::FactLearned { fact, .. }
        | Event::FactRequested { fact, .. }
        | Event::QuestionAsked { fact, .. }
        | Event::FactUnavailable { fact, .. } => format!("{name} {fact}"),
        other => other
            .step()
            .map_or_else(|| name.to_owned(), |step| format!("{name} {step}")),
    }
}
