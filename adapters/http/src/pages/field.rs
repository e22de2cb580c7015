//! A field of a form: how a typed answer is asked for, and read back from what was typed.

use chrono::{NaiveDate, NaiveDateTime};
use parcours_core::definition::Words;
use parcours_core::value::{Money, Type, Value};

use crate::text::Lang;

/// How an answer is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    /// One of a few: the word that is sent, and what is read.
    Choice(Vec<(String, String)>),
    /// A whole number.
    Number,
    /// Euros.
    Money,
    /// A day.
    Date,
    /// A day and a time.
    Moment,
    /// A text.
    Text,
    /// Too rich for a page: it is told to an agent.
    AtCounter,
}

impl Field {
    pub(crate) fn new(lang: Lang, ty: &Type, choices: &[(String, Words)]) -> Self {
        if !choices.is_empty() {
            let choice = |(word, words): &(String, Words)| (word.clone(), lang.words(words));
            return Self::Choice(choices.iter().map(choice).collect());
        }
        match ty {
            Type::Bool => Self::Choice(vec![
                ("true".to_owned(), lang.t("Oui", "Yes")),
                ("false".to_owned(), lang.t("Non", "No")),
            ]),
            Type::Choice(words) => Self::Choice(
                words
                    .iter()
                    .map(|word| (word.clone(), word.clone()))
                    .collect(),
            ),
            Type::Integer => Self::Number,
            Type::Money => Self::Money,
            Type::Date => Self::Date,
            Type::Moment => Self::Moment,
            Type::Text => Self::Text,
            Type::List(_) | Type::Record(_) => Self::AtCounter,
        }
    }

    pub(crate) fn is_answerable(&self) -> bool {
        !matches!(self, Self::AtCounter)
    }

    pub(crate) fn is_choice(&self) -> bool {
        matches!(self, Self::Choice(_))
    }
}

/// Reads what was typed as a value of type `ty`.
///
/// # Errors
/// What to do about it, in words for whoever typed it.
pub(crate) fn read(lang: Lang, ty: &Type, typed: &str) -> Result<Value, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(lang.t("Donnez une réponse.", "Give an answer."));
    }
    match ty {
        Type::Bool => match typed {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(lang.t("Choisissez oui ou non.", "Choose yes or no.")),
        },
        Type::Integer => number(typed).map(Value::Integer).ok_or_else(|| {
            lang.t(
                "Écrivez un nombre entier, par exemple 2.",
                "Write a whole number, such as 2.",
            )
        }),
        Type::Money => money(typed).map(Value::Money).ok_or_else(|| {
            lang.t(
                "Écrivez un montant en euros, par exemple 1250,50.",
                "Write an amount in euros, such as 1250.50.",
            )
        }),
        Type::Date => day(typed).map(Value::Date).ok_or_else(|| not_a_day(lang)),
        Type::Moment => moment(typed).map(Value::Moment).ok_or_else(|| {
            lang.t(
                "Écrivez le jour et l’heure, par exemple 02/03/2026 14:30.",
                "Write the day and the time, such as 02/03/2026 14:30 for 2 March 2026.",
            )
        }),
        Type::Text if typed.chars().count() > 1000 => Err(lang.t(
            "Écrivez 1 000 caractères au plus.",
            "Write 1,000 characters at most.",
        )),
        Type::Text => Ok(Value::text(typed)),
        Type::Choice(words) if words.contains(typed) => Ok(Value::text(typed)),
        Type::Choice(_) => {
            Err(lang.t("Choisissez une des réponses.", "Choose one of the answers."))
        }
        Type::List(_) | Type::Record(_) => Err(lang.t(
            "Cette réponse se donne à un agent.",
            "This answer is given to an agent.",
        )),
    }
}

pub(crate) fn not_a_day(lang: Lang) -> String {
    lang.t(
        "Écrivez un jour qui existe, par exemple 02/03/2026.",
        "Write a day that exists, such as 02/03/2026 for 2 March 2026.",
    )
}

/// A day as browsers send it, or as people write it where the browser has no such field: the day first.
pub(crate) fn day(typed: &str) -> Option<NaiveDate> {
    let typed = typed.trim();
    let date = NaiveDate::parse_from_str(typed, "%Y-%m-%d")
        .ok()
        .or_else(|| {
            let mut parts = typed.split(['/', '.', ' ']);
            let mut part = || parts.next()?.parse::<u32>().ok();
            let (day, month, year) = (part()?, part()?, part()?);
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
        })?;
    // Nothing that concerns somebody alive is outside of these; a year of two digits is a slip.
    use chrono::Datelike;
    (1850..=2200).contains(&date.year()).then_some(date)
}

/// A day and a time, as browsers send them or as people write them: `02/03/2026 14:30`, `2/3/2026 à 14h30`.
fn moment(typed: &str) -> Option<NaiveDateTime> {
    if let Ok(sent) = NaiveDateTime::parse_from_str(typed, "%Y-%m-%dT%H:%M") {
        return Some(sent);
    }
    let (date, time) = typed.split_once([' ', '\u{a0}'])?;
    let time = time.trim().trim_start_matches(['à', ' ']).replace(' ', "");
    let (hour, minute) = time.split_once([':', 'h'])?;
    let minute = if minute.is_empty() { "0" } else { minute };
    day(date)?.and_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

fn bare(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '€' | '\u{a0}' | '\u{202f}'))
        .collect()
}

fn number(typed: &str) -> Option<i64> {
    bare(typed).parse().ok()
}

/// `1 250,50 €`, `1250.5`, `€1,250.50`.
fn money(typed: &str) -> Option<Money> {
    let typed = bare(typed);
    let plain = if typed.contains('.') {
        typed.replace(',', "")
    } else {
        typed.replace(',', ".")
    };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_people_write_them() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 2).map(Value::Date);
        let half_past_two = NaiveDate::from_ymd_opt(2026, 3, 2)
            .and_then(|day| day.and_hms_opt(14, 30, 0))
            .map(Value::Moment);
        for (ty, typed, value) in [
            (Type::Bool, "true", Some(Value::Bool(true))),
            (Type::Bool, "oui", None),
            (Type::Integer, " 2 ", Some(Value::Integer(2))),
            (Type::Integer, "1\u{202f}200", Some(Value::Integer(1200))),
            (Type::Integer, "2,5", None),
            (Type::Integer, "", None),
            (Type::Money, "1 250,50 €", Some(Value::cents(125_050))),
            (Type::Money, "€1,250.50", Some(Value::cents(125_050))),
            (Type::Money, "12", Some(Value::cents(1200))),
            (Type::Money, "1,234,5", None),
            (Type::Money, "0,005", None),
            (Type::Date, "2026-03-02", date.clone()),
            (Type::Date, "02/03/2026", date.clone()),
            (Type::Date, "2.3.2026", date),
            (Type::Date, "30/02/2026", None),
            (Type::Date, "02/03/26", None),
            (Type::Date, "1/2", None),
            (Type::Moment, "2026-03-02T14:30", half_past_two.clone()),
            (Type::Moment, "02/03/2026 14:30", half_past_two.clone()),
            (Type::Moment, "2/3/2026 à 14 h 30", half_past_two),
            (Type::Moment, "02/03/2026 25:00", None),
            (Type::Moment, "02/03/2026", None),
            (Type::Text, "x", Some(Value::text("x"))),
            (Type::choice(["a"]), "b", None),
            (Type::choice(["a"]), "a", Some(Value::text("a"))),
        ] {
            assert_eq!(read(Lang::FRENCH, &ty, typed).ok(), value, "{ty} {typed}");
        }
        assert!(read(Lang::ENGLISH, &Type::Text, &"x".repeat(1001)).is_err());
    }

    #[test]
    fn yes_or_no_is_a_choice_and_a_list_is_for_an_agent() {
        assert!(Field::new(Lang::ENGLISH, &Type::Bool, &[]).is_choice());
        assert_eq!(
            Field::new(Lang::ENGLISH, &Type::list(Type::Text), &[]),
            Field::AtCounter
        );
    }
}
