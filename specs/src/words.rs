//! What a sentence is made of besides its words: days, steps, values, places, states.
//!
//! Each is a cucumber parameter: `{day}` in a sentence of the vocabulary is a [`Day`] in its function.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use cucumber::Parameter;
use parcours_core::calendar::Language;
use parcours_core::definition::SilenceMeaning;
use parcours_core::journey::Subject;
use parcours_core::name::Role;
use parcours_core::view::{Group, StepView};
use serde_json::Value as Json;

/// Between the French and the English of what a word of a sentence should have been: cucumber reads words without knowing the language
/// of the scenario, and [`in_one_language`] chooses.
const OR: char = '\u{1f}';

/// What is wrong, in both languages.
pub(crate) fn both(fr: String, en: String) -> String {
    format!("{fr}{OR}{en}")
}

/// The part of `text` that is of this language, without what cucumber says around it.
#[must_use]
pub fn in_one_language(text: &str, language: Language) -> String {
    let escaped = OR.escape_debug().to_string();
    let inner = match text.split_once(" can not be parsed to ") {
        Some((_, rest)) => rest.split_once(": ").map_or(rest, |(_, said)| said),
        None => text,
    };
    let quoted = inner
        .strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'));
    let said = match quoted.filter(|_| inner.len() < text.len()) {
        Some(quoted) => quoted
            .replace(&escaped, &OR.to_string())
            .replace("\\\"", "\"")
            .replace("\\'", "'"),
        None => inner.to_owned(),
    };
    match said.split_once(OR) {
        Some((fr, en)) => pick(language, (fr, en)).to_owned(),
        None => said,
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

/// A day: `2026-03-02`, `2 mars 2026`, `2 March 2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Parameter)]
#[param(
    name = "day",
    regex = r#"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}(?:er|st|nd|rd|th)? [^ 0-9"]+ [0-9]{4}"#
)]
pub struct Day(pub NaiveDate);

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || {
            both(
                format!("« {text} » n'est pas un jour ; écrivez 2026-03-02 ou 2 mars 2026"),
                format!("`{text}` is not a day; write 2026-03-02 or 2 March 2026"),
            )
        };
        if let Ok(date) = text.parse() {
            return Ok(Self(date));
        }
        let mut parts = text.split(' ');
        let (Some(day), Some(month), Some(year), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refuse());
        };
        let day = day.trim_end_matches(|letter: char| letter.is_alphabetic());
        let month = month.to_lowercase();
        let month = (1..)
            .zip(MONTHS)
            .find(|(_, (fr, en))| *fr == month || en.to_lowercase() == month);
        let date = month.and_then(|(month, _)| {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month, day.parse().ok()?)
        });
        date.map(Self).ok_or_else(refuse)
    }
}

/// A step, a fact or a question by its id, for one of its people or things when it says so: `"declare_birth" (child 1)`.
#[derive(Clone, Debug, PartialEq, Eq, Parameter)]
#[param(name = "step", regex = r#""[^"]+"(?: \([a-z_]+ [0-9]+\))?"#)]
pub struct Named {
    /// The id in the definition.
    pub id: String,
    /// Which one, counted from 0 as the engine does; a sentence counts from 1.
    pub of: Option<Subject>,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || {
            both(
                format!(
                    "« {text} » ne nomme rien ; écrivez \"declare_birth\" ou \"declare_birth\" (child 1)"
                ),
                format!(
                    "`{text}` names nothing; write \"declare_birth\" or \"declare_birth\" (child 1)"
                ),
            )
        };
        let (id, rest) = text
            .strip_prefix('"')
            .and_then(|text| text.split_once('"'))
            .ok_or_else(refuse)?;
        let of = match rest
            .trim()
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
        {
            None => None,
            Some(of) => {
                let (role, number) = of.split_once(' ').ok_or_else(refuse)?;
                let number: u16 = number.parse().map_err(|_| refuse())?;
                let index = number.checked_sub(1).ok_or_else(|| {
                    both(
                        format!("« {text} » : on compte à partir de 1"),
                        format!("`{text}`: the first is 1"),
                    )
                })?;
                Some(Subject {
                    role: Role::new(role).map_err(|_| refuse())?,
                    index,
                })
            }
        };
        Ok(Self {
            id: id.to_owned(),
            of,
        })
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.id)?;
        match &self.of {
            Some(of) => write!(f, " ({} {})", of.role, of.index + 1),
            None => Ok(()),
        }
    }
}

/// A name or a text in quotes.
#[derive(Clone, Debug, PartialEq, Eq, Parameter)]
#[param(name = "name", regex = r#""[^"]*""#)]
pub struct Quoted(pub String);

impl FromStr for Quoted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.trim_matches('"').to_owned()))
    }
}

/// A value: `"married"`, `true`, `vrai`, `2`, `478.16`, `2026-03-02`, `2 mars 2026`, `["bulletin", "contrat"]`.
#[derive(Clone, Debug, PartialEq, Eq, Parameter)]
#[param(
    name = "value",
    regex = r#""[^"]*"|\[[^\]]*\]|[0-9]{1,2}(?:er|st|nd|rd|th)? [^ 0-9"]+ [0-9]{4}|[^ "]+"#
)]
pub struct Given(pub Json);

impl FromStr for Given {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(text) = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
        {
            return Ok(Self(Json::from(text)));
        }
        if let Some(items) = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'))
        {
            let items = listed(items).into_iter();
            let items = items.map(|item| item.parse::<Self>().map(|item| item.0));
            return items.collect::<Result<_, _>>().map(Json::Array).map(Self);
        }
        if let Ok(Day(date)) = text.parse() {
            return Ok(Self(Json::from(date.to_string())));
        }
        match text {
            "true" | "vrai" => return Ok(Self(Json::from(true))),
            "false" | "faux" => return Ok(Self(Json::from(false))),
            _ => {}
        }
        // A French amount is written with a comma.
        let number = serde_json::from_str::<serde_json::Number>(&text.replace(',', "."));
        number
            .map(|number| Self(Json::Number(number)))
            .map_err(|_| {
                both(
                    format!(
                        "« {text} » n'est pas une valeur ; écrivez un texte entre guillemets droits, vrai ou faux, un nombre, un jour, ou une liste entre [ ]"
                    ),
                    format!(
                        "`{text}` is no value; write a text in quotes, true or false, a number, a day, or a list in [ ]"
                    ),
                )
            })
    }
}

/// The items of a list: between commas, but for those in quotes.
fn listed(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut begins, mut quoted) = (0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                items.push(text[begins..at].trim());
                begins = at + 1;
            }
            _ => {}
        }
    }
    items.push(text[begins..].trim());
    items.retain(|item| !item.is_empty());
    items
}

/// A commune: its name and INSEE code, or one of the two. `Lyon (69123)`, `69123`, `Lyon`.
#[derive(Clone, Debug, PartialEq, Eq, Parameter)]
#[param(name = "place", regex = r#"[^"()0-9]+(?: \([0-9AB]{5}\))?|[0-9AB]{5}"#)]
pub struct Place(pub String);

/// Communes that scenarios may name without their code.
const COMMUNES: [(&str, &str); 12] = [
    ("Bordeaux", "33063"),
    ("Cayenne", "97302"),
    ("Grenoble", "38185"),
    ("Lille", "59350"),
    ("Lyon", "69123"),
    ("Marseille", "13055"),
    ("Montpellier", "34172"),
    ("Nantes", "44109"),
    ("Paris", "75056"),
    ("Rennes", "35238"),
    ("Strasbourg", "67482"),
    ("Toulouse", "31555"),
];

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, code)) = text.split_once('(') {
            return Ok(Self(code.trim_end_matches(')').to_owned()));
        }
        if text.len() == 5 && text.chars().any(|letter| letter.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        let known = COMMUNES.iter().find(|(name, _)| *name == text.trim());
        known
            .map(|(_, code)| Self((*code).to_owned()))
            .ok_or_else(|| {
                both(
                    format!("le code INSEE de « {text} » n'est pas connu ici ; ajoutez-le : {text} (69123)"),
                    format!("the INSEE code of `{text}` is not known here; add it: {text} (69123)"),
                )
            })
    }
}

/// What happened, by the title of its type: `a birth`, `une naissance`.
#[derive(Clone, Debug, PartialEq, Eq, Parameter)]
#[param(name = "happening", regex = r#"(?:an?|une?) [^0-9<>"]+?"#)]
pub struct Happening(pub String);

impl FromStr for Happening {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(
            text.split_once(' ')
                .map_or(text, |(_, title)| title)
                .to_owned(),
        ))
    }
}

macro_rules! states {
    ($($state:ident: $en:literal, $fr:literal;)+) => {
        /// Where a step stands, as a sentence says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum State { $(#[doc = $en] $state,)+ }

        impl State {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$state,)+];

            /// Its words: in French, agreeing with `la démarche`, and in English.
            #[must_use]
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$state => ($fr, $en),)+ }
            }
        }

        impl cucumber::codegen::Parameter for State {
            const REGEX: &'static str = concat!($($en, "|", $fr, "|",)+ "no such state");
            const NAME: &'static str = "state";
        }

        impl FromStr for State {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($en | $fr => Ok(Self::$state),)+
                    _ => Err(both(
                        format!("« {text} » n'est pas un état d'une démarche"),
                        format!("`{text}` is not a state of a step"),
                    )),
                }
            }
        }
    };
}

states! {
    Open: "to be done", "à faire";
    Waiting: "waiting", "en attente";
    Requested: "requested", "demandée";
    Done: "done", "faite";
    Refused: "refused", "refusée";
    DeemedAccepted: "deemed accepted", "réputée acceptée";
    DeemedRefused: "deemed refused", "réputée refusée";
    NotApplicable: "not applicable", "sans objet";
    Overdue: "overdue", "en retard";
    Lapsed: "lapsed", "perdue";
    Declined: "declined", "déclinée";
    UnderWay: "under way", "en cours";
    Failed: "an incident", "en incident";
    Undoing: "being cancelled", "en cours d'annulation";
    Undone: "cancelled", "annulée";
    Irrevocable: "irrevocable", "irrévocable";
    Provisional: "provisional", "provisoire";
}

impl State {
    /// Whether `step` stands so.
    #[must_use]
    pub fn is(self, step: &StepView) -> bool {
        use parcours_core::journey::Step;
        let state = &step.state;
        let deemed = |wanted| matches!(state, Step::Deemed { means, .. } if *means == wanted);
        match self {
            Self::Open => matches!(state, Step::Open),
            Self::Waiting => matches!(state, Step::Waiting(_)),
            Self::Requested => matches!(state, Step::Requested { .. }),
            Self::Done => state.is_settled(),
            Self::Refused => matches!(state, Step::Refused { .. }),
            Self::DeemedAccepted => deemed(SilenceMeaning::Acceptance),
            Self::DeemedRefused => deemed(SilenceMeaning::Refusal),
            Self::NotApplicable => matches!(state, Step::NotApplicable),
            Self::Overdue => step.overdue,
            Self::Lapsed => matches!(state, Step::Lapsed),
            Self::Declined => matches!(state, Step::Declined { .. }),
            Self::UnderWay => step.group == Group::UnderWay,
            Self::Failed => matches!(state, Step::Failed { .. }),
            Self::Undoing => matches!(state, Step::Undoing { .. }),
            Self::Undone => matches!(state, Step::Undone),
            Self::Irrevocable => matches!(state, Step::Irrevocable),
            Self::Provisional => step.provisional,
        }
    }

    /// The words for how `step` stands, for a failure.
    #[must_use]
    pub fn told(step: &StepView, language: Language) -> String {
        let said: Vec<&str> = Self::ALL
            .iter()
            .filter(|state| state.is(step))
            .map(|state| pick(language, state.words()))
            .collect();
        said.join(", ")
    }
}

/// The one of two texts, in French and in English, of this language.
#[must_use]
pub fn pick<T>(language: Language, (fr, en): (T, T)) -> T {
    match language {
        Language::French => fr,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_three_ways() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        for text in [
            "2026-03-02",
            "2 mars 2026",
            "2 March 2026",
            "2nd March 2026",
        ] {
            assert_eq!(text.parse(), Ok(Day(day)), "{text}");
        }
        assert_eq!(
            "1er août 2026".parse(),
            Ok(Day(NaiveDate::from_ymd_opt(2026, 8, 1).expect("a day")))
        );
        for text in ["2026-02-30", "31 avril 2026", "2 brumaire 2026"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn people_count_from_one() {
        let named: Named = "\"declare_birth\" (child 2)".parse().expect("good");
        assert_eq!(named.of.as_ref().map(|of| of.index), Some(1));
        assert_eq!(named.to_string(), "\"declare_birth\" (child 2)");
        assert!("\"declare_birth\" (child 0)".parse::<Named>().is_err());
    }

    #[test]
    fn values_are_typed_by_how_they_are_written() {
        let read = |text: &str| text.parse::<Given>().map(|given| given.0.to_string());
        assert_eq!(read("\"69123\""), Ok("\"69123\"".to_owned()));
        assert_eq!(read("2 mars 2026"), Ok("\"2026-03-02\"".to_owned()));
        assert_eq!(read("478,16"), Ok("478.16".to_owned()));
        assert_eq!(read("vrai"), Ok("true".to_owned()));
        assert!(read("peut-être").is_err());
        assert_eq!(
            read("[\"bulletin, signé\", 2 mars 2026, 2]"),
            Ok("[\"bulletin, signé\",\"2026-03-02\",2]".to_owned())
        );
        assert_eq!(read("[]"), Ok("[]".to_owned()));
        assert!(read("[bulletin]").is_err());
    }

    #[test]
    fn what_is_wrong_is_said_in_the_language_of_the_scenario() {
        let wrong = "31 avril 2026".parse::<Day>().expect_err("no day");
        let told = format!("on can not be parsed to Day: {wrong:?}");
        assert_eq!(
            in_one_language(&told, Language::French),
            "« 31 avril 2026 » n'est pas un jour ; écrivez 2026-03-02 ou 2 mars 2026"
        );
        assert_eq!(
            in_one_language(&told, Language::English),
            "`31 avril 2026` is not a day; write 2026-03-02 or 2 March 2026"
        );
        let zero = "\"grant\" (child 0)".parse::<Named>().expect_err("from 1");
        let told = format!("named can not be parsed to Named: {zero:?}");
        assert_eq!(
            in_one_language(&told, Language::French),
            "« \"grant\" (child 0) » : on compte à partir de 1"
        );
        assert_eq!(in_one_language("it failed", Language::French), "it failed");
    }

    #[test]
    fn a_place_is_known_by_its_code() {
        for text in ["Lyon (69123)", "69123", "Lyon"] {
            assert_eq!(text.parse(), Ok(Place("69123".to_owned())), "{text}");
        }
        assert!("Brigadoon".parse::<Place>().is_err());
    }
}
