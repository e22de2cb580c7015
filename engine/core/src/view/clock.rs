//! What keeps an administration's silence from counting, told to people.

use alloc::format;
use alloc::string::String;

use chrono::NaiveDate;

use crate::calendar::{Language, date_in_words};
use crate::definition::{SilenceClock, StepDefinition, Words};
use crate::journey::{Pieces, Step, StepRecord};
use crate::plan::Planned;

/// What keeps the clock of an administration's silence from running, or did until the time given was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// In words: what is missing, by when it can be sent, and what that does to the time to answer.
    pub words: Words,
    /// The pieces that are missing, as the office named them.
    pub missing: Option<String>,
    /// The last day to send them.
    pub until: Option<NaiveDate>,
    /// Whether the clock does not run now.
    pub stands_still: bool,
}

/// What is told of a step that a service is at work on.
pub(super) fn told(
    step: &StepDefinition,
    record: &StepRecord,
    planned: &Planned,
) -> Option<ClockView> {
    let silence = step.silence.as_ref()?;
    if !matches!(record.state, Step::Requested { .. } | Step::Open) {
        return None;
    }
    let stands_still = planned.still.is_some();
    let Some(pieces) = record.file.missing().last() else {
        return stands_still.then(|| ClockView {
            words: both(
                "Le délai de réponse est suspendu.",
                "The time to answer stands still.",
            ),
            missing: None,
            until: None,
            stands_still,
        });
    };
    let asked = asked(pieces);
    let clock = match (silence.counts_from, stands_still, pieces.until) {
        (SilenceClock::CompleteFile, _, _) => both(
            "Le délai de réponse partira du jour où le dossier sera complet.",
            "The time to answer will run from the day the file is complete.",
        ),
        (SilenceClock::FirstReceipt, false, _) => both(
            "Le temps donné pour les envoyer est passé : le délai de réponse court de nouveau.",
            "The time given to send them is over: the time to answer runs again.",
        ),
        (SilenceClock::FirstReceipt, true, Some(until)) => Words {
            fr: format!(
                "Le délai de réponse est suspendu jusqu’à leur arrivée, au plus tard jusqu’au {}.",
                date_in_words(until, Language::French)
            ),
            en: format!(
                "The time to answer stands still until they come, until {} at the latest.",
                date_in_words(until, Language::English)
            ),
        },
        (SilenceClock::FirstReceipt, true, None) => both(
            "Le délai de réponse est suspendu jusqu’à leur arrivée.",
            "The time to answer stands still until they come.",
        ),
    };
    Some(ClockView {
        words: Words {
            fr: format!("{} {}", asked.fr, clock.fr),
            en: format!("{} {}", asked.en, clock.en),
        },
        missing: pieces.which.value().cloned(),
        until: pieces.until,
        stands_still,
    })
}

/// Which pieces are missing, and by when they are wanted.
fn asked(pieces: &Pieces) -> Words {
    let asked_on = |language| date_in_words(pieces.asked_on, language);
    let until = |language, by: &str| match pieces.until {
        Some(until) => format!("{by} {}", date_in_words(until, language)),
        None => String::new(),
    };
    let which = pieces.which.value().filter(|which| !which.is_empty());
    Words {
        fr: format!(
            "Il manque des pièces{}. Elles ont été demandées le {}{}.",
            which.map_or_else(String::new, |which| format!("\u{a0}: {which}")),
            asked_on(Language::French),
            until(Language::French, ", à envoyer au plus tard le"),
        ),
        en: format!(
            "Pieces are missing{}. They were asked for on {}{}.",
            which.map_or_else(String::new, |which| format!(": {which}")),
            asked_on(Language::English),
            until(Language::English, ", to be sent by"),
        ),
    }
}

fn both(fr: &str, en: &str) -> Words {
    Words {
        fr: fr.into(),
        en: en.into(),
    }
}
