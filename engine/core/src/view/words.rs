//! Dates, amounts and texts, written out for people.

use alloc::format;
use alloc::string::{String, ToString};

use crate::calendar::{Language, Moment, date_in_words, moment_in_words};
use crate::definition::{RecourseKind, Words};
use crate::expr::{Lookup, Ref, Root, Scope};
use crate::journey::{Rejection, Teller};
use crate::plan::View;
use crate::value::{Money, Value};

/// `1 474,37 €`, `€1,474.37`; whole euros without cents.
#[must_use]
pub fn money(amount: Money, language: Language) -> String {
    let cents = amount.cents().unsigned_abs();
    let (euros, cents) = (cents / 100, cents % 100);
    let sign = if amount.cents() < 0 { "-" } else { "" };
    match (language, cents) {
        (Language::French, 0) => format!("{sign}{}\u{a0}€", grouped(euros, '\u{202f}')),
        (Language::French, _) => format!("{sign}{},{cents:02}\u{a0}€", grouped(euros, '\u{202f}')),
        (Language::English, 0) => format!("{sign}€{}", grouped(euros, ',')),
        (Language::English, _) => format!("{sign}€{}.{cents:02}", grouped(euros, ',')),
    }
}

/// A number in groups of three digits: `12,000`.
#[must_use]
pub fn grouped(number: u64, separator: char) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A value as people read it. Lists are joined; records are not shown.
#[must_use]
pub fn value(value: &Value, language: Language) -> String {
    match (value, language) {
        (Value::Bool(true), Language::French) => "oui".to_string(),
        (Value::Bool(true), Language::English) => "yes".to_string(),
        (Value::Bool(false), Language::French) => "non".to_string(),
        (Value::Bool(false), Language::English) => "no".to_string(),
        (Value::Integer(number), _) => number.to_string(),
        (Value::Money(amount), _) => money(*amount, language),
        (Value::Text(text), _) => text.clone(),
        (Value::Date(date), _) => date_in_words(*date, language),
        (Value::Moment(when), _) => match Moment::at(*when) {
            Ok(when) => moment_in_words(when, language),
            Err(_) => when.to_string(),
        },
        (Value::List(items), _) => {
            let mut text = String::new();
            for item in items {
                if !text.is_empty() {
                    text.push_str(", ");
                }
                text.push_str(&self::value(item, language));
            }
            text
        }
        (Value::Record(_), Language::French) => "plusieurs éléments".to_string(),
        (Value::Record(_), Language::English) => "several things".to_string(),
        (Value::Unknown(reason), Language::English) => reason.to_string(),
        (Value::Unknown(reason), Language::French) => match reason {
            crate::value::Reason::NotKnown => "pas encore connu",
            crate::value::Reason::Disputed => "contesté",
            crate::value::Reason::Erased => "effacé",
            crate::value::Reason::Undecided => "pas encore décidé",
        }
        .to_string(),
    }
}

/// A text in the typography of its language: in French, a space that does not break before `: ; ! ? » € %` and after `«`, and curly
/// apostrophes. Texts are written with the ordinary ones.
#[must_use]
pub fn typographic(text: &str, language: Language) -> String {
    if language == Language::English {
        return text.to_string();
    }
    let mut set = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            (' ', Some(':' | '»' | '€' | '%')) => set.push('\u{a0}'),
            (' ', Some(';' | '!' | '?')) => set.push('\u{202f}'),
            ('«', Some(' ')) => {
                letters.next();
                set.push_str("«\u{a0}");
            }
            ('\'', _) => set.push('’'),
            _ => set.push(letter),
        }
    }
    set
}

/// What people call a kind of appeal.
#[must_use]
pub const fn recourse(kind: RecourseKind, language: Language) -> &'static str {
    let (fr, en) = match kind {
        RecourseKind::Gracious => ("Recours gracieux", "Appeal to the same authority"),
        RecourseKind::Hierarchical => ("Recours hiérarchique", "Appeal to its superior"),
        RecourseKind::PriorAppeal => ("Recours préalable", "Prior appeal"),
        RecourseKind::Mediation => ("Médiation", "Mediation"),
        RecourseKind::AdministrativeCourt => ("Tribunal administratif", "Administrative court"),
        RecourseKind::JudicialCourt => ("Tribunal judiciaire", "Judicial court"),
        RecourseKind::LabourCourt => ("Conseil de prud’hommes", "Labour court"),
        RecourseKind::TaxComplaint => ("Réclamation fiscale", "Tax complaint"),
    };
    match language {
        Language::French => fr,
        Language::English => en,
    }
}

/// Why the domain says no, for whoever writes journeys and scenarios: by the names that definitions use.
#[must_use]
pub fn rejection(rejection: &Rejection, language: Language) -> String {
    if language == Language::English {
        return rejection.to_string();
    }
    match rejection {
        Rejection::NotStarted => {
            "ce parcours n’existe pas ; seul un évènement de vie en commence un".to_string()
        }
        Rejection::AlreadyStarted => "ce parcours a déjà commencé".to_string(),
        Rejection::NoSuchJourney(name) => format!("aucun parcours `{name}` au catalogue"),
        Rejection::LostDefinition(hash) => {
            format!(
                "la définition {hash} n’est plus au catalogue ; rechargez les fichiers dont elle vient"
            )
        }
        Rejection::NoSuchFact(fact) => format!("ce parcours ne connaît pas de fait `{fact}`"),
        Rejection::WhichOne { fact, role } => format!(
            "le fait `{fact}` est propre à chaque {role} : dites lequel, par exemple `{fact}.{role}.0`"
        ),
        Rejection::WrongType { fact, .. } => {
            format!("le fait `{fact}` n’a pas une valeur du type déclaré")
        }
        Rejection::NotYoursToTell { fact, teller } => format!(
            "le fait `{fact}` n’est pas à dire par cet acteur : {}",
            match teller {
                Teller::Nobody =>
                    "il découle de l’évènement, de la loi et d’autres faits ; corrigez ce dont il découle",
                Teller::Publisher =>
                    "l’évènement le donne ; qui l’a publié le corrige, ou un agent à qui l’on a montré autre chose",
                Teller::Service => "c’est le service qui le détient, ou un agent",
                Teller::Asked =>
                    "ce sont les personnes que le parcours interroge, ou un agent pour elles",
            }
        ),
        Rejection::NameUsed => {
            "ce nom a déjà été donné ici à autre chose ; donnez à chaque chose un nom qui lui est propre"
                .to_string()
        }
        Rejection::NothingToDispute(fact) => format!(
            "le fait `{fact}` n’est pas connu, on ne peut pas le contester ; donnez-le plutôt"
        ),
        Rejection::NoSuchStep(step) => format!("ce parcours n’a pas de démarche `{step}`"),
        Rejection::NotNow { step, remedy, .. } | Rejection::NotYours { step, remedy } => {
            format!("démarche `{step}` : {}", remedy.words(language))
        }
        Rejection::InTheFuture(day) => format!(
            "le {} n’est pas encore arrivé : donnez le jour où cela s’est passé",
            date_in_words(*day, language)
        ),
        Rejection::TooLongAgo(day) => format!(
            "le {} est trop ancien pour ce parcours : donnez le jour où cela s’est passé",
            date_in_words(*day, language)
        ),
        Rejection::NoSuchAppeal(step) => {
            format!("la démarche `{step}` n’a pas ce recours ; voyez ceux qu’elle donne")
        }
        Rejection::AnswerUnfit { .. } => {
            "la réponse du service n’est pas celle que prévoit le contrat de l’opération"
                .to_string()
        }
        Rejection::Retracted => "l’évènement de ce parcours a été retiré".to_string(),
        Rejection::NoHolder(why) => {
            format!("l’évènement ne dit pas de qui est ce parcours : {why}")
        }
    }
}

/// `words` with each `{value.x}`, `{date.x}` and `{fact.x}` written out, and `{vehicle.plate}` of the one that a step is for; what is
/// not known yet reads `…`.
#[must_use]
pub fn filled(words: &Words, scope: &View<'_>) -> Words {
    Words {
        fr: fill(&words.fr, scope, Language::French),
        en: fill(&words.en, scope, Language::English),
    }
}

fn fill(text: &str, scope: &View<'_>, language: Language) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push('{');
            filled.push_str(after);
            return filled;
        };
        filled.push_str(
            &looked_up(name.trim(), scope, language).unwrap_or_else(|| String::from("…")),
        );
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn looked_up(name: &str, scope: &View<'_>, language: Language) -> Option<String> {
    let reference = match name.split_once('.')? {
        ("value", id) => Ref::legal_value(id),
        ("date", id) => Ref::date(id),
        ("fact", id) => Ref::fact(id),
        (role, property) => {
            let Lookup::Value(one) = scope.get(&Root::Bound(role.into())) else {
                return None;
            };
            let Value::Record(fields) = &*one else {
                return None;
            };
            return fields
                .get(property)
                .map(|property| value(property, language));
        }
    };
    let root: &Root = reference.root();
    match scope.get(root) {
        Lookup::Value(found) => Some(value(&found, language)),
        Lookup::Missing | Lookup::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_typography_is_kept_whatever_the_source() {
        assert_eq!(
            typographic("Est-ce « vrai » ? Oui : l'acte ; 3 € !", Language::French),
            "Est-ce «\u{a0}vrai\u{a0}»\u{202f}? Oui\u{a0}: l’acte\u{202f}; 3\u{a0}€\u{202f}!"
        );
        assert_eq!(typographic("Really ?", Language::English), "Really ?");
        assert_eq!(
            typographic("https://a.example/x?y=1", Language::French),
            "https://a.example/x?y=1"
        );
    }

    #[test]
    fn amounts_are_written_as_each_language_does() {
        let amount = Money::from_cents(123_456_705);
        assert_eq!(
            money(amount, Language::French),
            "1\u{202f}234\u{202f}567,05\u{a0}€"
        );
        assert_eq!(money(amount, Language::English), "€1,234,567.05");
        assert_eq!(
            money(Money::from_cents(-500), Language::French),
            "-5\u{a0}€"
        );
    }
}
