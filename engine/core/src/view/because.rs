//! Why, in words: the rule, what it rested on, what it lacked.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::words;
use crate::calendar::Language;
use crate::definition::Words;
use crate::expr::{Lacking, Lookup, Reading, Ref, Root, Scope, Segment, StepAspect, Used};
use crate::journey::{Because, Rule};
use crate::name::{DateId, FactId, StepId, ValueId};
use crate::plan::Situation;
use crate::value::Value;

/// Why something stands as it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The rule that spoke last.
    pub rule: Rule,
    /// The same in words.
    pub words: Words,
    /// What it rested on.
    pub grounds: Vec<Ground>,
    /// What would have to be known to decide.
    pub lacking: Vec<Ground>,
}

/// One thing that a rule read.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// As written in the definition.
    pub reference: Ref,
    /// What people call it; as written, where it has no name.
    pub title: Words,
    /// What was found there; none when that is what is lacking.
    pub found: Option<Words>,
}

/// Why a step stands as the plan says.
pub(super) fn why(situation: &Situation<'_>, because: &Because, used: &Used) -> Why {
    Why {
        rule: because.rule.clone(),
        words: rule_words(situation, &because.rule),
        grounds: used
            .iter()
            .map(|(reference, reading)| ground(situation, reference, reading))
            .collect(),
        lacking: lacking(situation, &because.lacking),
    }
}

/// Why a law version applies. What it read is read again: the event keeps no values.
pub(super) fn law(situation: &Situation<'_>, because: &Because) -> Why {
    let scope = situation.of(None);
    let grounds = because.used.iter().map(|reference| {
        let reading = match scope.get(reference.root()) {
            Lookup::Value(value) => inside(&value, reference.path()).map(reading),
            Lookup::Missing | Lookup::Unknown(_) => None,
        };
        ground(situation, reference, &reading.unwrap_or(Reading::Absent))
    });
    Why {
        rule: because.rule.clone(),
        words: rule_words(situation, &because.rule),
        grounds: grounds.collect(),
        lacking: lacking(situation, &because.lacking),
    }
}

/// How a value reads that a rule has looked at: what is made of parts is told by its parts.
fn reading(value: &Value) -> Reading {
    match value {
        Value::List(items) => Reading::Size(items.len()),
        Value::Record(_) => Reading::Present,
        Value::Bool(_)
        | Value::Integer(_)
        | Value::Money(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::Moment(_)
        | Value::Unknown(_) => Reading::Value(value.clone()),
    }
}

fn inside<'a>(value: &'a Value, path: &[Segment]) -> Option<&'a Value> {
    path.iter()
        .try_fold(value, |value, segment| match (segment, value) {
            (Segment::Field(name), Value::Record(fields)) => fields.get(&**name),
            (Segment::Item(index), Value::List(items)) => items.get(*index),
            (Segment::Field(_) | Segment::Item(_), _) => None,
        })
}

pub(super) fn lacking(situation: &Situation<'_>, lacking: &BTreeSet<Lacking>) -> Vec<Ground> {
    let ground = |each: &Lacking| Ground {
        reference: each.reference.clone(),
        title: title(situation, &each.reference),
        found: None,
    };
    lacking.iter().map(ground).collect()
}

fn ground(situation: &Situation<'_>, reference: &Ref, reading: &Reading) -> Ground {
    let found = match reading {
        Reading::Value(value) => said(situation, reference, value),
        Reading::Absent => both("non indiqué", "not given"),
        Reading::Present => both("indiqué", "given"),
        Reading::Size(count) => both(&count.to_string(), &count.to_string()),
    };
    Ground {
        reference: reference.clone(),
        title: title(situation, reference),
        found: Some(found),
    }
}

/// A value as people read it: a choice by its words.
pub(super) fn said(situation: &Situation<'_>, reference: &Ref, value: &Value) -> Words {
    chosen(situation, reference, value).unwrap_or_else(|| Words {
        fr: words::value(value, Language::French),
        en: words::value(value, Language::English),
    })
}

/// The words of a choice: of a fact, or of a property of the life event.
fn chosen(situation: &Situation<'_>, reference: &Ref, value: &Value) -> Option<Words> {
    let Value::Text(text) = value else {
        return None;
    };
    if let (Root::Fact(id), true) = (reference.root(), reference.path().is_empty()) {
        let fact = situation.definition.facts.get(&FactId::new(id).ok()?)?;
        return fact
            .choices
            .iter()
            .find(|(choice, _)| choice == text)
            .map(|(_, words)| words.clone());
    }
    let property = property(situation, reference)?;
    label(situation, &format!("{property}={text}"))
}

fn both(fr: &str, en: &str) -> Words {
    Words {
        fr: String::from(fr),
        en: String::from(en),
    }
}

/// What people call a reference.
pub(super) fn title(situation: &Situation<'_>, reference: &Ref) -> Words {
    let definition = situation.definition;
    let as_written = || both(&reference.to_string(), &reference.to_string());
    let scope = situation.of(None);
    let filled = |title: &Words| words::filled(title, &scope);
    let named = match reference.root() {
        Root::Fact(id) => FactId::new(id)
            .ok()
            .and_then(|id| Some(filled(&definition.facts.get(&id)?.title))),
        Root::LegalValue(id) => ValueId::new(id)
            .ok()
            .and_then(|id| Some(filled(definition.values.get(&id)?.title.as_ref()?))),
        Root::Date(id) => DateId::new(id)
            .ok()
            .and_then(|id| Some(filled(definition.dates.get(&id)?.title.as_ref()?))),
        Root::Step(id, aspect) => StepId::new(id)
            .ok()
            .and_then(|id| Some(step_title(&filled(&definition.step(&id)?.title), *aspect))),
        Root::Event | Root::People(_) | Root::Bound(_) => {
            property(situation, reference).and_then(|path| label(situation, &path))
        }
    };
    named.unwrap_or_else(as_written)
}

/// The property of the life event that a reference reads, places in lists left out.
fn property(situation: &Situation<'_>, reference: &Ref) -> Option<String> {
    let path = path_of(reference.path());
    match reference.root() {
        Root::Event => Some(path),
        Root::People(role) | Root::Bound(role) => {
            let definition = situation.definition;
            let (_, expr) = definition
                .people
                .iter()
                .chain(&definition.things)
                .find(|(name, _)| name.as_str() == &**role)?;
            let property = expr.source().strip_prefix("event.")?;
            Some(if path.is_empty() {
                String::from(property)
            } else {
                format!("{property}.{path}")
            })
        }
        Root::Fact(_) | Root::LegalValue(_) | Root::Date(_) | Root::Step(..) => None,
    }
}

/// The label that the type of life event gives to a property: `children.born_on`.
fn label(situation: &Situation<'_>, path: &str) -> Option<Words> {
    situation
        .catalog
        .life_event(&situation.journey.told.kind)?
        .labels
        .get(path)
        .cloned()
}

/// A path without places in lists.
fn path_of(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        if let Segment::Field(name) = segment {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(name);
        }
    }
    text
}

fn step_title(title: &Words, aspect: StepAspect) -> Words {
    let (fr, en) = match aspect {
        StepAspect::Settled => ("fait", "done"),
        StepAspect::Open => ("à faire", "to do"),
        StepAspect::Refused => ("refusé", "refused"),
        StepAspect::Missed => ("délai dépassé", "deadline missed"),
        StepAspect::Lapsed => ("n’est plus possible", "no longer possible"),
        StepAspect::Declined => ("non souhaité", "declined"),
        StepAspect::Requested => ("demandé", "requested"),
        StepAspect::SettledOn => ("date à laquelle c’est fait", "date it was done"),
        StepAspect::RequestedOn => ("date de la demande", "date of the request"),
        StepAspect::RefusedOn => ("date du refus", "date of the refusal"),
    };
    Words {
        fr: format!("{} – {fr}", title.fr),
        en: format!("{} – {en}", title.en),
    }
}

/// The rule, in a sentence.
fn rule_words(situation: &Situation<'_>, rule: &Rule) -> Words {
    match rule {
        Rule::Applies => both(
            "Cela s’applique à votre situation.",
            "This applies to your situation.",
        ),
        Rule::Law => both(
            "La date de l’évènement décide de la loi qui s’applique.",
            "The date of the event decides which law applies.",
        ),
        Rule::When => both(
            "Cela dépend de votre situation.",
            "This depends on your situation.",
        ),
        Rule::Route(id) => match situation.definition.routes.get(id) {
            Some(route) => {
                let title = words::filled(&route.title, &situation.of(None));
                Words {
                    fr: format!(
                        "Cela ne vaut que dans ce cas\u{a0}: «\u{a0}{}\u{a0}».",
                        title.fr
                    ),
                    en: format!("This only holds in this case: “{}”.", title.en),
                }
            }
            None => both("Une autre voie a été prise.", "Another way was taken."),
        },
        Rule::After => both(
            "Une autre démarche doit être faite avant.",
            "Another step must be done first.",
        ),
        Rule::NotBefore => both("Ce n’est pas encore possible.", "This is not possible yet."),
        Rule::Due => both(
            "La date limite dépend de votre situation.",
            "The deadline depends on your situation.",
        ),
        Rule::Arguments => both(
            "Il manque une information pour faire la demande.",
            "Something is missing to make the request.",
        ),
        Rule::InverseAct => both(
            "Cela ne sert qu’à annuler une démarche déjà faite.",
            "This only serves to take back a step already done.",
        ),
        Rule::NoSubject => both(
            "Ce que cela concernait ne figure plus dans ce parcours.",
            "What this was about is no longer part of this journey.",
        ),
        Rule::Declined => both(
            "Vous avez dit que vous n’en vouliez pas.",
            "You said that you do not want it.",
        ),
        Rule::Retracted => both("L’évènement a été retiré.", "The life event was withdrawn."),
        Rule::NoLaw => both(
            "Aucune loi connue ne s’applique à cette date.",
            "No law we know of applies to this date.",
        ),
        Rule::Starts => both(
            "L’évènement, tel qu’il est maintenant connu, n’ouvre pas ce parcours.",
            "The life event, as it is known now, does not open this journey.",
        ),
    }
}
