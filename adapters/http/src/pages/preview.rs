//! What an answer would change, shown before it is given: decided by the real core, and recorded nowhere.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use parcours_core::journey::{FactKey, Input, Says};
use parcours_core::value::Value;
use parcours_core::view::{FactStanding, Group};

use super::acts::{Fields, Parts, Said, answered, input_id};
use super::html;
use super::names::Names;
use super::problem::Problem;
use super::reader::Reader;
use super::step::Card;
use crate::desk::{Seen, previewed};
use crate::site::Site;
use crate::text::Lang;

#[derive(Template)]
#[template(path = "preview.html")]
struct PreviewPage<'a> {
    lang: Lang,
    base: &'a str,
    key: &'a str,
    token: &'a str,
    typed: &'a str,
    channel: &'a str,
    journey: String,
    fact: String,
    before: String,
    after: String,
    changes: Vec<Change>,
    questions: Vec<String>,
}

/// Something that would stand otherwise.
struct Change {
    title: String,
    before: String,
    after: String,
}

/// A form that asks what an answer would change.
pub(super) async fn fact(
    State(site): State<Site>,
    reader: Reader,
    parts: Parts,
    fields: Fields,
) -> Response {
    match answered(&site, &reader, parts, fields).await {
        Ok((said, fact, value)) => match shown(&site, &reader, &said, &fact, &value) {
            Ok(page) => page,
            Err(problem) => problem.beside(&site, &reader, &said.seen, said.refused(false)),
        },
        Err(answer) => *answer,
    }
}

fn shown(
    site: &Site,
    reader: &Reader,
    said: &Said,
    fact: &FactKey,
    value: &Value,
) -> Result<Response, Problem> {
    let lang = reader.ask.lang;
    let holder = said.seen.holder.as_ref().ok_or(Problem::Forgotten(None))?;
    let says = Says::Fact {
        fact: fact.clone(),
        value: value.clone(),
    };
    let input = Input {
        id: input_id(reader, said, says.kind()),
        actor: reader.actor(holder, said.channel()),
        occurred_on: None,
        says,
    };
    let loaded = site.desk.loaded();
    let then = previewed(&said.seen, &input, &loaded.catalog, site.desk.now())?;
    let now = Names::new(lang, &loaded.catalog, &said.seen);
    let after = Names::new(lang, &loaded.catalog, &then);
    let mut changes = facts(now, &said.seen, after, &then, fact);
    changes.extend(steps(now, &said.seen, after, &then, site));
    let asked = |seen: &Seen, names: Names<'_>| -> Vec<String> {
        let questions = seen.view.questions.iter();
        questions
            .filter(|question| question.service.is_none() && question.fact != *fact)
            .map(|question| names.lang.words(&question.question))
            .collect()
    };
    let known = asked(&said.seen, now);
    let questions = asked(&then, after);
    Ok(html(&PreviewPage {
        lang,
        base: &reader.base,
        key: &said.key,
        token: said.field("token"),
        typed: said.field("value"),
        channel: said.field("channel"),
        journey: lang.words(&said.seen.view.title),
        fact: now.fact(fact),
        before: standing(now, &said.seen, fact),
        after: now.value(&fact.id, value),
        changes,
        questions: questions
            .into_iter()
            .filter(|question| !known.contains(question))
            .collect(),
    }))
}

fn standing(names: Names<'_>, seen: &Seen, key: &FactKey) -> String {
    match seen.view.fact(key).map(|fact| &fact.standing) {
        Some(FactStanding::Known(value)) => names.value(&key.id, value),
        Some(FactStanding::Disputed) => names.lang.t(
            "Contesté : un agent doit vérifier",
            "Contested: an agent has to check",
        ),
        Some(FactStanding::Erased) => names.lang.t("effacé", "erased"),
        Some(FactStanding::Unknown) | None => names.lang.t("pas encore connu", "not known yet"),
    }
}

/// The facts that follow from this one, where they would be otherwise.
fn facts(
    now: Names<'_>,
    seen: &Seen,
    after: Names<'_>,
    then: &Seen,
    corrected: &FactKey,
) -> Vec<Change> {
    let facts = then.view.facts.iter();
    facts
        .filter_map(|fact| {
            let change = Change {
                title: after.fact(&fact.key),
                before: standing(now, seen, &fact.key),
                after: standing(after, then, &fact.key),
            };
            let contested = matches!(fact.standing, FactStanding::Disputed);
            let tells = fact.key != *corrected || contested;
            (tells && change.before != change.after).then_some(change)
        })
        .collect()
}

fn steps(now: Names<'_>, seen: &Seen, after: Names<'_>, then: &Seen, site: &Site) -> Vec<Change> {
    let today = site.today();
    let told = |names: Names<'_>, seen: &Seen| -> Vec<(String, String, String)> {
        let mut told = Vec::new();
        for group in [
            Group::ToDo,
            Group::UnderWay,
            Group::Coming,
            Group::Done,
            Group::Closed,
            Group::NotForYou,
        ] {
            for step in seen.view.group(group) {
                let card = Card::new(names, step, today);
                told.push((card.key.clone(), card.title.clone(), card.in_a_line()));
            }
        }
        told
    };
    let before = told(now, seen);
    let mut was: BTreeMap<&str, &str> = before
        .iter()
        .map(|(key, _, line)| (key.as_str(), line.as_str()))
        .collect();
    let lang = now.lang;
    let nothing = || lang.t("Rien n’en est dit", "Nothing is said of it");
    let mut changes: Vec<Change> = told(after, then)
        .into_iter()
        .filter_map(|(key, title, line)| {
            let was = was.remove(key.as_str());
            (was != Some(line.as_str())).then(|| Change {
                title,
                before: was.map_or_else(nothing, str::to_owned),
                after: line,
            })
        })
        .collect();
    let gone = before
        .iter()
        .filter(|(key, ..)| was.contains_key(key.as_str()));
    changes.extend(gone.map(|(_, title, line)| Change {
        title: title.clone(),
        before: line.clone(),
        after: nothing(),
    }));
    changes
}
