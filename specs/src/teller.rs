//! The journeys of a scenario in words, for whoever reads why it failed.

use std::fmt::Write as _;

use parcours_core::calendar::Language;
use parcours_core::view::FactStanding;

use parcours_core::journey::Event;

use crate::driver::{Decided, Driver};
use crate::words::{State, pick};

/// The journeys as they stand, and what has happened in each.
pub(crate) fn story(driver: &Driver, language: Language) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} {}",
        pick(language, ("nous sommes le", "it is")),
        driver.now().format("%Y-%m-%d %H:%M")
    );
    for id in driver.journeys() {
        match driver.view(*id) {
            Ok(view) => {
                let law = view
                    .law
                    .as_ref()
                    .map_or_else(String::new, |law| law.version.to_string());
                let _ = writeln!(
                    text,
                    "{} ({law})",
                    pick(language, (&view.title.fr, &view.title.en))
                );
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

fn stands(text: &mut String, view: &parcours_core::view::JourneyView, language: Language) {
    let wide = view
        .steps
        .iter()
        .map(|step| step.key.to_string().chars().count())
        .max()
        .unwrap_or_default();
    for step in &view.steps {
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
        let key = step.key.to_string();
        let _ = writeln!(
            text,
            "  {key:<wide$}  {}{}{lacking}",
            State::told(step, language),
            due.unwrap_or_default()
        );
    }
    let known: Vec<String> = view
        .facts
        .iter()
        .filter_map(|fact| match &fact.standing {
            FactStanding::Known(value) => Some(format!("{} = {value}", fact.key)),
            FactStanding::Disputed => Some(format!("{} ≠", fact.key)),
            FactStanding::Erased => Some(format!("{} ×", fact.key)),
            FactStanding::Unknown => None,
        })
        .collect();
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

fn happened(text: &mut String, history: &[Decided], language: Language) {
    let _ = writeln!(
        text,
        "  {}",
        pick(language, ("ce qui s’est passé\u{a0}:", "what happened:"))
    );
    for decided in history {
        let events: Vec<String> = decided.events.iter().map(named).collect();
        let actor = &decided.actor;
        let _ = writeln!(
            text,
            "    {}  {actor:?}: {}",
            decided.at.format("%Y-%m-%d %H:%M"),
            events.join(", ")
        );
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
