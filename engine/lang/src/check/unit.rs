//! Units of legal values: words that people are told, and the same ones that dates are counted in.

use parcours_core::value::Type;

use super::scope::Checker;
use crate::diagnostic::{Code, did_you_mean};
use crate::raw::RawValue;
use crate::read::Raw;
use crate::yaml::{Kind, Node};

/// What a number of these can be in.
const COUNTED: &[&str] = &[
    "hours",
    "days",
    "working days",
    "business days",
    "weeks",
    "months",
    "years",
    "number",
];

/// Words of a French author, and the unit that they mean.
const FRENCH: &[(&str, &str)] = &[
    ("heures", "hours"),
    ("jour", "days"),
    ("jours", "days"),
    ("jours ouvrables", "working days"),
    ("jours ouvrés", "business days"),
    ("semaines", "weeks"),
    ("mois", "months"),
    ("an", "years"),
    ("ans", "years"),
    ("années", "years"),
    ("nombre", "number"),
    ("euro", "euros"),
];

/// The keys of a date rule that count, each with the units that it counts in.
const KEYS: &[(&str, &[&str])] = &[
    ("hours", &["hours"]),
    ("days", &["days"]),
    ("clear_days", &["days"]),
    ("working_days", &["working days", "days"]),
    ("business_days", &["business days", "working days", "days"]),
    ("weeks", &["weeks"]),
    ("months", &["months"]),
    ("clear_months", &["months"]),
    ("calendar_months", &["months"]),
    ("years", &["years"]),
    ("calendar_years", &["years"]),
];

impl Checker<'_> {
    /// A unit is one of the words that have words in both languages, and fits the type.
    pub(super) fn unit_fits(&mut self, raw: &RawValue) {
        let (Some(unit), Some(ty)) = (raw.unit.get(), raw.r#type.get()) else {
            return;
        };
        let unit = &unit.0;
        let words: &[&str] = match &ty.ty {
            Type::Integer => COUNTED,
            Type::Money => &["euros"],
            Type::Date => &["date"],
            Type::Bool | Type::Text => &["none"],
            Type::Choice(_) | Type::Moment | Type::List(_) | Type::Record(_) => return,
        };
        if words.contains(&unit.value.as_str()) {
            return;
        }
        let message = format!("`{}` is no unit of {}", unit.value, ty.ty);
        let french = FRENCH.iter().find(|(word, _)| *word == unit.value);
        let french = french.filter(|(_, word)| words.contains(word));
        let remedy = match (french, words) {
            (Some((_, word)), _) => {
                format!("write `unit: {word}`: people read it in their language")
            }
            (None, [only]) => format!("write `unit: {only}`"),
            (None, _) => format!(
                "{}; units of a number are {}",
                did_you_mean(&unit.value, words.iter().copied()),
                words.join(", ")
            ),
        };
        self.report
            .report(Code::ValueUnit, unit.span, message, remedy);
    }

    /// A legal value is counted in the unit that people are told.
    pub(super) fn counts_in_its_unit(&mut self, raw: &Raw) {
        let mut wrong = Vec::new();
        self.other_units(&raw.0, &mut wrong);
        for (span, message, remedy) in wrong {
            self.report.report(Code::ValueUnit, span, message, remedy);
        }
    }

    fn other_units(&self, node: &Node, wrong: &mut Vec<(crate::source::Span, String, String)>) {
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| self.other_units(item, wrong)),
            Kind::Map(entries) => {
                for (key, value) in entries {
                    self.other_units(value, wrong);
                    let Kind::Scalar { text, .. } = &value.kind else {
                        continue;
                    };
                    let units = KEYS.iter().find(|(name, _)| *name == key.value);
                    let Some((_, units)) = units else { continue };
                    let Some(unit) = text.strip_prefix("value.").and_then(|id| self.unit_of(id))
                    else {
                        continue;
                    };
                    // A word that is no unit is told of where it stands.
                    if units.contains(&unit) || !COUNTED.contains(&unit) {
                        continue;
                    }
                    let message = format!(
                        "`{text}` is in {unit}, and `{}` counts otherwise",
                        key.value
                    );
                    let counted = KEYS.iter().find(|(_, units)| units.contains(&unit));
                    let remedy = match counted {
                        Some((key, _)) => {
                            format!("count with `{key}:`, or mend the unit of the value")
                        }
                        None => "mend the unit of the value".to_owned(),
                    };
                    wrong.push((value.span, message, remedy));
                }
            }
            Kind::Scalar { .. } => {}
        }
    }

    fn unit_of(&self, id: &str) -> Option<&str> {
        let values = self.raw.values.get()?;
        let (_, value) = values.entries.iter().find(|(name, _)| name.value == id)?;
        Some(value.as_ref()?.unit.get()?.0.value.as_str())
    }
}
