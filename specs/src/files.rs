//! Files of scenarios: found, read, and made ready.

use std::io;
use std::path::{Path, PathBuf};

use cucumber::feature::Ext;
use cucumber::gherkin::{Feature, GherkinEnv, Step};
use parcours_core::calendar::Language;

use crate::run::Fault;

/// Finds every `.feature` file at or below `paths`, sorted.
///
/// # Errors
/// A path that cannot be read.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    for path in paths {
        collect(path, &mut found).map_err(|source| Fault::Unreadable {
            path: path.clone(),
            source,
        })?;
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        Err(Fault::NoFeatures(paths.to_vec()))
    } else {
        Ok(found)
    }
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let below = entry?.path();
            if below.is_dir()
                || below
                    .extension()
                    .is_some_and(|extension| extension == "feature")
            {
                collect(&below, found)?;
            }
        }
    } else {
        std::fs::metadata(path)?;
        found.push(path.to_owned());
    }
    Ok(())
}

/// One file, read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) path: PathBuf,
    pub(crate) language: Language,
    /// Its scenarios, outlines written out; or where and why it cannot be read.
    pub(crate) feature: Result<Feature, (usize, String)>,
}

/// Reads a file of scenarios: keywords in the language that its first line says, English when it says none.
pub(crate) fn read(path: &Path) -> Read {
    let text = std::fs::read(path)
        .map_err(|error| error.to_string())
        .and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| "not text in UTF-8; save it again as UTF-8".to_owned())
        });
    let refused = |language, why| Read {
        path: path.to_owned(),
        language,
        feature: Err(why),
    };
    let text = match text {
        Ok(text) => text,
        Err(why) => return refused(Language::English, (1, why)),
    };
    let said = text.lines().find_map(|line| {
        line.trim()
            .strip_prefix('#')?
            .trim()
            .strip_prefix("language:")
    });
    let (id, language) = match said.map_or("en", str::trim) {
        "fr" => ("fr", Language::French),
        "en" => ("en", Language::English),
        other => {
            let why = format!(
                "language `{other}` is not spoken here; write `# language: fr` or `# language: en` on the first line"
            );
            return refused(Language::English, (1, why));
        }
    };
    let parsed = GherkinEnv::new(id)
        .map_err(|error| (1, error.to_string()))
        .and_then(|env| {
            // The parser wants a line break at the end.
            Feature::parse(format!("{}\n", text.trim_end()), env).map_err(|error| {
                let line = said_at(&text, line_of(&error.to_string()));
                (line, not_gherkin(&text, line, said.is_some(), language))
            })
        });
    let feature = parsed.and_then(|mut feature| {
        feature.path = Some(path.to_owned());
        let expanded = feature
            .expand_examples()
            .map_err(|error| (error.pos.line, error.to_string()))?;
        Ok(ready(expanded))
    });
    Read {
        path: path.to_owned(),
        language,
        feature,
    }
}

/// The line that the parser stopped at, or the last one before it that says something: it stops after what it does not take.
fn said_at(text: &str, line: usize) -> usize {
    let lines = text.lines().take(line).enumerate();
    let said = lines.filter(|(_, line)| !line.trim().is_empty()).last();
    said.map_or(1, |(before, _)| before + 1)
}

/// What is wrong with a line that the parser does not take: its own message lists forty words of the language.
fn not_gherkin(text: &str, line: usize, said: bool, language: Language) -> String {
    let french = ["Fonctionnalité", "Scénario", "Étant donné", "Contexte"];
    let begins = |line: &str| french.iter().any(|word| line.trim().starts_with(word));
    if !said && text.lines().any(begins) {
        return "ce fichier est en français et ne le dit pas ; écrivez `# language: fr` sur sa première ligne"
            .to_owned();
    }
    let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let found: String = found.trim().chars().take(60).collect();
    match language {
        Language::French => format!(
            "cette ligne n’est pas à sa place : « {found} »\n  une ligne commence par Fonctionnalité :, Contexte :, Scénario :, Plan du scénario :, Exemples :, \
             Étant donné, Quand, Alors, Et, Mais, par | pour un tableau ou par # pour un commentaire"
        ),
        Language::English => format!(
            "this line is not in its place: “{found}”\n  a line begins with Feature:, Background:, Scenario:, Scenario Outline:, Examples:, Given, When, \
             Then, And, But, with | for a table or # for a comment"
        ),
    }
}

/// The line that the parser's message names: `… at 12:3`.
fn line_of(message: &str) -> usize {
    let numbers = message.split(|letter: char| !letter.is_ascii_digit() && letter != ':');
    let place = numbers
        .filter_map(|each| each.split_once(':'))
        .find_map(|(line, _)| line.parse().ok());
    place.unwrap_or(1)
}

/// The same sentences with straight apostrophes and ordinary spaces outside quotes, so that typography is nobody's concern.
fn ready(mut feature: Feature) -> Feature {
    let steps = |steps: &mut Vec<Step>| {
        steps
            .iter_mut()
            .for_each(|step| step.value = plain(&step.value));
    };
    if let Some(background) = &mut feature.background {
        steps(&mut background.steps);
    }
    let rules = feature.rules.iter_mut().flat_map(|rule| {
        rule.background
            .iter_mut()
            .for_each(|background| steps(&mut background.steps));
        &mut rule.scenarios
    });
    feature
        .scenarios
        .iter_mut()
        .chain(rules)
        .for_each(|scenario| steps(&mut scenario.steps));
    feature
}

/// One sentence, made plain.
pub(crate) fn plain(sentence: &str) -> String {
    let mut quoted = false;
    let plain = |letter| {
        quoted ^= letter == '"';
        match letter {
            '’' if !quoted => '\'',
            '\u{a0}' | '\u{202f}' if !quoted => ' ',
            other => other,
        }
    };
    sentence.chars().map(plain).collect()
}
