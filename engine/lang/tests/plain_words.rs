//! The words that ship with the journeys read well: French typography, plain sentences, no unexplained acronym, and the same
//! numbers in both languages.
//!
//! French rules kept here: typographic apostrophes; a no-break space (U+00A0, and never the narrow one, so that designers have
//! one thing to type) before `: ; ! ? » € %` and after `«`; sentences of thirty words at most that end as sentences do.

use std::collections::BTreeSet;
use std::path::Path;

use parcours_lang::read_dir;
use serde_json::Value;

const NO_BREAK: char = '\u{a0}';
/// The longest sentence, in words.
const LONGEST: usize = 30;
/// What is said under these keys is a sentence; a title or a label is not.
const SENTENCES: [&str; 6] = [
    "explain", "question", "words", "left", "refusals", "summary",
];
/// Words of offices and of lawyers, and forms that are hard to read aloud, each with what to say instead.
const JARGON: [(&str, &str); 20] = [
    ("afférent", "say what belongs to what"),
    ("susmentionné", "say it again"),
    ("susvisé", "say it again"),
    ("ledit", "« le », « ce »"),
    ("ladite", "« la », « cette »"),
    ("nonobstant", "« malgré »"),
    ("le cas échéant", "« si c’est le cas », or nothing"),
    ("en vertu de", "« d’après »"),
    ("dans le cadre de", "« pour », « pendant »"),
    ("au titre de", "« pour »"),
    ("procéder à", "the verb itself"),
    ("préalablement", "« avant »"),
    ("ultérieurement", "« plus tard »"),
    ("diligenter", "« faire »"),
    ("allocataire", "« vous »"),
    ("usager", "« vous », « une personne »"),
    ("assuré social", "« vous »"),
    ("résilier", "« mettre fin à »"),
    ("événement", "« évènement », as everywhere else here"),
    ("·", "no mid-dots: choose words that fit everybody"),
];
/// Readers are spoken to as « vous ».
const FAMILIAR: [&str; 8] = ["tu", "toi", "ton", "ta", "tes", "tien", "tienne", "t’es"];

/// One pair of words, and where it stands.
struct Said {
    place: String,
    sentence: bool,
    fr: String,
    en: String,
}

fn shipped() -> Vec<Said> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys");
    let mut said = Vec::new();
    for source in read_dir(&folder).expect("the folder of journeys can be read") {
        let tree: Value = serde_saphyr::from_str(&source.text).expect("a journey is YAML");
        collect(&tree, &source.path, false, &mut said);
    }
    assert!(said.len() > 500, "the words are found: {}", said.len());
    said
}

fn collect(node: &Value, place: &str, sentence: bool, said: &mut Vec<Said>) {
    match node {
        Value::Object(fields) => {
            if let (Some(Value::String(fr)), Some(Value::String(en))) =
                (fields.get("fr"), fields.get("en"))
            {
                said.push(Said {
                    place: place.to_owned(),
                    sentence,
                    fr: fr.clone(),
                    en: en.clone(),
                });
                return;
            }
            for (key, inside) in fields {
                let sentence = SENTENCES.contains(&key.as_str())
                    || (sentence && key != "title" && key != "contact");
                collect(inside, &format!("{place} {key}"), sentence, said);
            }
        }
        Value::Array(items) => {
            for (at, inside) in items.iter().enumerate() {
                collect(inside, &format!("{place} {}", at + 1), sentence, said);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is wrong with the letters and spaces of either language.
fn misprints(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |right: bool, what: &str| {
        if !right {
            wrong.push(what.to_owned());
        }
    };
    expect(!text.contains('\''), "a straight apostrophe: write ’");
    expect(!text.contains("..."), "three full stops: write …");
    expect(!text.contains("  "), "two spaces in a row");
    expect(text.trim() == text, "a space at an end");
    expect(
        !text.contains(" ,") && !text.contains(" ."),
        "a space before a comma or a full stop",
    );
    wrong
}

/// What is wrong with the spaces of a French text.
fn french_spaces(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut wrong = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1).copied();
        match letter {
            // A colon inside an address or an hour is no punctuation.
            ':' if after.is_some_and(|after| !after.is_whitespace()) => {}
            ':' | ';' | '!' | '?' | '»' | '€' | '%' if before != Some(NO_BREAK) => {
                wrong.push(format!("no no-break space (U+00A0) before {letter}"));
            }
            '«' if after != Some(NO_BREAK) => {
                wrong.push("no no-break space (U+00A0) after «".to_owned());
            }
            '\u{202f}' => wrong.push("a narrow no-break space: use U+00A0".to_owned()),
            '"' | '“' | '”' => wrong.push("English quotation marks: write « … »".to_owned()),
            _ => {}
        }
    }
    wrong
}

fn ends_as_a_sentence(text: &str) -> bool {
    let end = text.trim_end_matches([')', '»', NO_BREAK]);
    end.ends_with(['.', '?', '!', '…'])
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '?', '!', '…'])
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace())
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

/// What a reader of French would stumble on.
fn hard_to_read(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut wrong: Vec<String> = JARGON
        .iter()
        .filter(|(word, _)| lower.contains(word))
        .map(|(word, instead)| format!("“{word}”: {instead}"))
        .collect();
    let familiar = lower
        .split(|letter: char| !letter.is_alphanumeric() && letter != '’')
        .find(|word| FAMILIAR.contains(word));
    if let Some(word) = familiar {
        wrong.push(format!("“{word}”: readers are told « vous »"));
    }
    for sentence in sentences(text) {
        let count = words(sentence).count();
        if count > LONGEST {
            wrong.push(format!("a sentence of {count} words: cut it: {sentence}"));
        }
    }
    wrong
}

/// Words of two capitals or more: `CAF`.
fn acronyms(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() > 1 && word.chars().all(char::is_uppercase))
        .collect()
}

/// The numbers written in digits; `1er` and `28th` count, `4e` does not: English writes it out.
fn numbers(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .map(|word| {
            ["er", "st", "nd", "rd", "th"]
                .iter()
                .find_map(|ending| word.strip_suffix(ending))
                .unwrap_or(word)
        })
        .filter(|word| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_digit()))
        .collect()
}

#[test]
fn french_is_printed_as_french_is() {
    let mut wrong = String::new();
    for said in shipped() {
        let spaces = french_spaces(&said.fr);
        for what in misprints(&said.fr).into_iter().chain(spaces) {
            wrong.push_str(&format!("{} (fr): {what}\n  {}\n", said.place, said.fr));
        }
        for what in misprints(&said.en) {
            wrong.push_str(&format!("{} (en): {what}\n  {}\n", said.place, said.en));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn sentences_are_short_plain_and_whole() {
    let mut wrong = String::new();
    for said in shipped() {
        for what in hard_to_read(&said.fr) {
            wrong.push_str(&format!("{}: {what}\n", said.place));
        }
        for (language, text) in [("fr", &said.fr), ("en", &said.en)] {
            if said.sentence && !ends_as_a_sentence(text) {
                wrong.push_str(&format!("{} ({language}) has no end: {text}\n", said.place));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_acronym_is_written_out_where_its_reader_can_find_it() {
    let said = shipped();
    let explained = |file: &str, acronym: &str| {
        said.iter()
            .filter(|said| said.place.starts_with(file) || said.place.starts_with("services/"))
            .any(|said| said.fr.contains(&format!("({acronym})")))
    };
    let mut wrong = BTreeSet::new();
    for each in &said {
        let file = each.place.split(' ').next().unwrap_or_default();
        for acronym in acronyms(&each.fr) {
            if !explained(file, acronym) {
                wrong.insert(format!(
                    "{file}: {acronym} is never written out, with ({acronym}) after it"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn both_languages_say_the_same_numbers() {
    let wrong: Vec<String> = shipped()
        .iter()
        .filter(|said| numbers(&said.fr) != numbers(&said.en))
        .map(|said| format!("{}\n  {}\n  {}", said.place, said.fr, said.en))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_rules_see_what_they_look_for() {
    assert_eq!(misprints("l'enfant").len(), 1);
    assert_eq!(misprints("deux  espaces, puis ...").len(), 3);
    assert_eq!(french_spaces("Quand ? Voici : « oui » à 10 %").len(), 5);
    assert_eq!(french_spaces("Quand? 10%").len(), 2);
    assert_eq!(french_spaces("Quand\u{202f}?").len(), 2);
    assert!(french_spaces("Quand\u{a0}? À 10\u{a0}%, voir https://www.caf.fr").is_empty());
    assert!(!ends_as_a_sentence("Écrivez à la CAF"));
    assert!(ends_as_a_sentence("Écrivez (vite !)"));
    assert_eq!(
        hard_to_read("Procéder à ta demande le cas échéant.").len(),
        3
    );
    assert_eq!(hard_to_read(&"mot ".repeat(LONGEST + 1)).len(), 1);
    assert_eq!(
        acronyms("La CAF et l’Insee, en CDD"),
        BTreeSet::from(["CAF", "CDD"])
    );
    assert_ne!(numbers("25 jours"), numbers("28 days"));
    assert_eq!(
        numbers("le 1er avril 2025, 4e classe"),
        numbers("on 1 April 2025, fourth class")
    );
}
