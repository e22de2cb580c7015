//! What is known, asked, and said by the law.

use cucumber::then;
use parcours_core::expr::{Lookup, Root, Scope};
use parcours_core::journey::{Event, Source};
use parcours_core::name::{DateId, ValueId};
use parcours_core::value::{Money, Value};
use parcours_core::view::FactStanding;
use serde_json::Value as Json;

use super::answers::typed;
use crate::words::{Day, Given, Named, Quoted};
use crate::world::{Said, World, say};

#[then(expr = "the fact {step} is {value}")]
#[then(expr = "le fait {step} est {value}")]
fn fact_is(world: &mut World, named: Named, value: Given) -> Said {
    let fact = world.fact(&named)?;
    let ty = world
        .definition()?
        .facts
        .get(&fact.key.id)
        .map(|fact| fact.ty.clone());
    let wanted = typed(&value.0, &ty.ok_or("the fact is not declared")?)?;
    if fact.standing == FactStanding::Known(wanted) {
        return Ok(());
    }
    Err(standing(world, &named, &fact.standing))
}

fn standing(world: &World, named: &Named, standing: &FactStanding) -> String {
    match standing {
        FactStanding::Known(value) => say!(
            world,
            "le fait {named} est {value}",
            "the fact {named} is {value}"
        ),
        FactStanding::Unknown => say!(
            world,
            "le fait {named} n'est pas connu",
            "the fact {named} is not known"
        ),
        FactStanding::Disputed => say!(
            world,
            "le fait {named} est en litige",
            "the fact {named} is in dispute"
        ),
        FactStanding::Erased => say!(
            world,
            "le fait {named} a été effacé",
            "the fact {named} has been erased"
        ),
    }
}

fn stands(world: &World, named: &Named, wanted: &FactStanding) -> Said {
    let fact = world.fact(named)?;
    if fact.standing == *wanted {
        Ok(())
    } else {
        Err(standing(world, named, &fact.standing))
    }
}

#[then(expr = "the fact {step} is not known")]
#[then(expr = "le fait {step} n'est pas connu")]
fn fact_unknown(world: &mut World, named: Named) -> Said {
    stands(world, &named, &FactStanding::Unknown)
}

#[then(expr = "the fact {step} is in dispute")]
#[then(expr = "le fait {step} est en litige")]
fn fact_disputed(world: &mut World, named: Named) -> Said {
    stands(world, &named, &FactStanding::Disputed)
}

#[then(expr = "the fact {step} has been erased")]
#[then(expr = "le fait {step} a été effacé")]
fn fact_erased(world: &mut World, named: Named) -> Said {
    stands(world, &named, &FactStanding::Erased)
}

#[then(expr = "the fact {step} comes from {name}")]
#[then(expr = "le fait {step} vient de {name}")]
fn fact_from(world: &mut World, named: Named, from: Quoted) -> Said {
    let source = world.fact(&named)?.source;
    let is = match &source {
        Some(Source::Evidence(service)) => service.as_str(),
        Some(Source::Agent) => "agent",
        Some(Source::Declared) => "declaration",
        None => "event",
    };
    if is == from.0 {
        return Ok(());
    }
    Err(say!(
        world,
        "le fait {named} vient de \"{is}\"",
        "the fact {named} comes from \"{is}\""
    ))
}

#[then(expr = "the question {step} is asked")]
#[then(expr = "la question {step} est posée")]
fn asked(world: &mut World, named: Named) -> Said {
    if is_asked(world, &named)? {
        return Ok(());
    }
    let all = questions(world)?;
    Err(say!(
        world,
        "la question {named} n'est pas posée ; on demande : {all}",
        "the question {named} is not asked; asked are: {all}"
    ))
}

#[then(expr = "the question {step} is not asked")]
#[then(expr = "la question {step} n'est pas posée")]
fn not_asked(world: &mut World, named: Named) -> Said {
    if is_asked(world, &named)? {
        return Err(say!(
            world,
            "la question {named} est posée",
            "the question {named} is asked"
        ));
    }
    Ok(())
}

#[then(expr = "the question {step} is asked to the {name}")]
#[then(expr = "la question {step} est posée au rôle {name}")]
fn asked_to(world: &mut World, named: Named, role: Quoted) -> Said {
    let view = world.view()?;
    let question = view
        .questions
        .iter()
        .find(|question| question.fact.id.as_str() == named.id);
    let to = question
        .and_then(|question| question.to.as_ref())
        .map(ToString::to_string)
        .unwrap_or_default();
    if to == role.0 {
        return Ok(());
    }
    Err(say!(
        world,
        "elle est posée à \"{to}\"",
        "it is asked to \"{to}\""
    ))
}

#[then(expr = "the question {step} was asked {int} time(s) in all")]
#[then(expr = "la question {step} a été posée {int} fois en tout")]
fn asked_times(world: &mut World, named: Named, times: usize) -> Said {
    let key = world.fact_key(&named)?;
    let asked = world
        .events()?
        .filter(|event| matches!(event, Event::QuestionAsked { fact, .. } if *fact == key))
        .count();
    if asked == times {
        return Ok(());
    }
    Err(say!(
        world,
        "elle a été posée {asked} fois",
        "it was asked {asked} times"
    ))
}

/// Whether people are asked; of anybody in particular only where the sentence says who.
fn is_asked(world: &World, named: &Named) -> Result<bool, String> {
    // The fact must be one that the journey knows: a misspelt question is never asked.
    let known = world
        .definition()?
        .facts
        .keys()
        .any(|id| id.as_str() == named.id);
    if !known || named.of.is_some() {
        world.fact_key(named)?;
    }
    let view = world.view()?;
    Ok(view.questions.iter().any(|question| {
        question.to.is_some()
            && question.fact.id.as_str() == named.id
            && (named.of.is_none() || question.fact.of == named.of)
    }))
}

fn questions(world: &World) -> Result<String, String> {
    let view = world.view()?;
    let asked = |question: &parcours_core::view::Question| match (&question.to, &question.service) {
        (Some(role), _) => format!("{} → {role}", question.fact),
        (None, Some(service)) => format!("{} → {service}", question.fact),
        (None, None) => question.fact.to_string(),
    };
    Ok(view
        .questions
        .iter()
        .map(asked)
        .collect::<Vec<_>>()
        .join(", "))
}

#[then(expr = "the value {step} is {value}")]
#[then(expr = "la valeur {step} est {value}")]
fn value_is(world: &mut World, named: Named, value: Given) -> Said {
    world.nothing_pending()?;
    let known = ValueId::new(&named.id).ok().is_some_and(|id| {
        world
            .definition()
            .is_ok_and(|law| law.values.contains_key(&id))
    });
    if !known {
        let near = crate::nearest::of(
            &named.id,
            world.definition()?.values.keys().map(ValueId::as_str),
        );
        return Err(say!(
            world,
            "cette loi n'a pas de valeur {named}{near}",
            "this law has no value {named}{near}"
        ));
    }
    let is = read(world, &Root::LegalValue(named.id.as_str().into()), &named)?;
    let same = match (&is, &value.0) {
        (Some(Value::Money(amount)), Json::Number(number)) => {
            number.to_string().parse::<Money>() == Ok(*amount)
        }
        (Some(Value::Integer(is)), Json::Number(number)) => number.as_i64() == Some(*is),
        (Some(Value::Date(is)), Json::String(text)) => is.to_string() == *text,
        (Some(Value::Text(is)), Json::String(text)) => is == text,
        (Some(Value::Bool(is)), Json::Bool(wanted)) => is == wanted,
        _ => false,
    };
    if same {
        return Ok(());
    }
    let is = is.map_or_else(|| "?".to_owned(), |is| is.to_string());
    Err(say!(
        world,
        "la valeur {named} est {is}",
        "the value {named} is {is}"
    ))
}

#[then(expr = "the date {step} is {day}")]
#[then(expr = "la date {step} tombe le {day}")]
fn date_is(world: &mut World, named: Named, day: Day) -> Said {
    world.nothing_pending()?;
    let known = DateId::new(&named.id).ok().is_some_and(|id| {
        world
            .definition()
            .is_ok_and(|law| law.dates.contains_key(&id))
    });
    if !known {
        let near = crate::nearest::of(
            &named.id,
            world.definition()?.dates.keys().map(DateId::as_str),
        );
        return Err(say!(
            world,
            "cette loi n'a pas de date {named}{near}",
            "this law has no date {named}{near}"
        ));
    }
    let is = read(world, &Root::Date(named.id.as_str().into()), &named)?;
    if is == Some(Value::Date(day.0)) {
        return Ok(());
    }
    let is = is.map_or_else(|| "?".to_owned(), |is| is.to_string());
    Err(say!(
        world,
        "la date {named} tombe le {is}",
        "the date {named} is {is}"
    ))
}

fn read(world: &World, root: &Root, named: &Named) -> Result<Option<Value>, String> {
    world.reads(|situation| match situation.of(named.of.clone()).get(root) {
        Lookup::Value(value) => Some(value.into_owned()),
        Lookup::Missing | Lookup::Unknown(_) => None,
    })
}
