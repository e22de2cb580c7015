//! People, agents and services say and do things.

use chrono::NaiveDate;
use cucumber::gherkin::Step;
use cucumber::{given, when};
use parcours_core::definition::RecourseKind;
use parcours_core::id::PersonId;
use parcours_core::journey::{Act, Actor, Says};
use parcours_core::name::{EventName, ServiceId};
use parcours_core::value::Type;
use parcours_lang::life_event::{Problem, from_json};
use serde_json::Value as Json;

use super::record;
use crate::driver::Script;
use crate::words::{Day, Given, Named, Quoted, both};
use crate::world::{Said, World, say};

/// An agent, invented.
fn agent() -> Result<Actor, String> {
    PersonId::new("agent-1")
        .map(Actor::agent)
        .map_err(|error| error.to_string())
}

/// The person whose journey it is.
fn citizen(world: &World) -> Result<Actor, String> {
    let holder = world.journey()?.holder.value().cloned();
    holder.map(Actor::citizen).ok_or_else(|| {
        say!(
            world,
            "la personne a été oubliée",
            "the person was forgotten"
        )
    })
}

fn service(world: &World, name: &str) -> Result<ServiceId, String> {
    let catalog = &world.driver()?.law().catalog;
    let known = ServiceId::new(name)
        .ok()
        .filter(|id| catalog.service(id).is_some());
    known.ok_or_else(|| {
        let near = crate::nearest::of(name, catalog.services().map(|service| service.id.as_str()));
        say!(
            world,
            "aucun service « {name} »{near}",
            "no service `{name}`{near}"
        )
    })
}

/// What is wrong with a value, in French.
fn in_french(problem: &Problem) -> String {
    let at = match problem.pointer.as_str() {
        "" => "la valeur",
        pointer => pointer,
    };
    let remedy = REMEDIES
        .iter()
        .find(|(en, _)| problem.remedy.starts_with(en));
    let remedy = match (remedy, problem.remedy.strip_prefix("add ")) {
        (Some((_, fr)), _) => (*fr).to_owned(),
        (None, Some(name)) => format!("ajoutez {name}"),
        (None, None) => "regardez le contrat du service ou le type du fait".to_owned(),
    };
    format!("{at} n'est pas ce qui est attendu : {remedy}")
}

/// What to do about a value, in English and in French.
const REMEDIES: &[(&str, &str)] = &[
    (
        "write true or false",
        "écrivez vrai ou faux, sans guillemets",
    ),
    (
        "write a whole number",
        "écrivez un nombre entier, sans guillemets",
    ),
    (
        "write euros",
        "écrivez des euros, avec deux décimales au plus",
    ),
    (
        "write a text in quotes",
        "écrivez un texte entre guillemets droits",
    ),
    (
        "write a day that exists",
        "écrivez un jour qui existe, des années 1900 à 2200",
    ),
    (
        "write a date and local time",
        "écrivez un jour et une heure : \"2026-03-02T14:30:00\"",
    ),
    ("write a list in [ ]", "écrivez une liste entre [ ]"),
    ("write an object in { }", "dites chacune de ses propriétés"),
    (
        "take out what has another name",
        "retirez ce qui porte un autre nom",
    ),
    (
        "did you mean",
        "ce nom n'existe pas ici ; il y en a un qui lui ressemble",
    ),
];

/// A value, as a fact of this type.
pub(super) fn typed(value: &Json, ty: &Type) -> Result<parcours_core::value::Value, String> {
    from_json(value, ty).map_err(|problems| {
        let en: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let fr: Vec<String> = problems.iter().map(in_french).collect();
        both(fr.join(" ; "), en.join("; "))
    })
}

// ---- facts ----------------------------------------------------------------------------------------------------------

#[when(expr = "{value} is answered to the question {step} on {day}")]
#[when(expr = "on répond {value} à la question {step} le {day}")]
fn answered(world: &mut World, value: Given, fact: Named, on: Day) -> Said {
    let actor = citizen(world)?;
    tell_fact(world, actor, &fact, &value.0, on.0)
}

#[when(expr = "an agent records that the fact {step} is {value} on {day}")]
#[when(expr = "un agent note que le fait {step} est {value} le {day}")]
fn recorded(world: &mut World, fact: Named, value: Given, on: Day) -> Said {
    tell_fact(world, agent()?, &fact, &value.0, on.0)
}

#[when(expr = "the service {name} certifies that the fact {step} is {value} on {day}")]
#[when(expr = "le service {name} certifie que le fait {step} est {value} le {day}")]
fn certified(world: &mut World, from: Quoted, fact: Named, value: Given, on: Day) -> Said {
    let actor = Actor::service(service(world, &from.0)?);
    tell_fact(world, actor, &fact, &value.0, on.0)
}

fn tell_fact(world: &mut World, actor: Actor, fact: &Named, value: &Json, on: NaiveDate) -> Said {
    let key = world.fact_key(fact)?;
    let ty = world
        .definition()?
        .facts
        .get(&key.id)
        .map(|fact| fact.ty.clone());
    let value = typed(value, &ty.ok_or("the fact is not declared")?)?;
    world.tries(world.id()?, actor, on, Says::Fact { fact: key, value })
}

#[when(expr = "the fact {step} is contested on {day}")]
#[when(expr = "le fait {step} est contesté le {day}")]
fn contested(world: &mut World, fact: Named, on: Day) -> Said {
    let (fact, actor) = (world.fact_key(&fact)?, citizen(world)?);
    world.tries(world.id()?, actor, on.0, Says::Dispute { fact })
}

// ---- services -------------------------------------------------------------------------------------------------------

#[when(expr = "the service {name} announces {name} on {day} with")]
#[when(expr = "le service {name} annonce {name} le {day} avec")]
fn announces(world: &mut World, from: Quoted, event: Quoted, on: Day, #[step] step: &Step) -> Said {
    announce(world, &from.0, &event.0, on.0, None, step)
}

#[when(expr = "the service {name} announces on {day} {name}, which happened on {day}, with")]
#[when(expr = "le service {name} annonce le {day} {name}, arrivé le {day}, avec")]
fn announces_later(
    world: &mut World,
    from: Quoted,
    on: Day,
    event: Quoted,
    happened: Day,
    #[step] step: &Step,
) -> Said {
    announce(world, &from.0, &event.0, on.0, Some(happened.0), step)
}

fn announce(
    world: &mut World,
    from: &str,
    name: &str,
    on: NaiveDate,
    happened: Option<NaiveDate>,
    step: &Step,
) -> Said {
    let from = service(world, from)?;
    let event = EventName::new(from.clone(), name).map_err(|error| error.to_string())?;
    let catalog = &world.driver()?.law().catalog;
    let events = catalog
        .service(&from)
        .map(|service| service.events.clone())
        .unwrap_or_default();
    let Some(ty) = events.get(&event) else {
        let near = crate::nearest::of(name, events.keys().map(EventName::name));
        return Err(say!(
            world,
            "le service « {from} » n'annonce pas « {name} »{near}",
            "service `{from}` announces no `{name}`{near}"
        ));
    };
    let data = typed(&record(step)?, ty)?;
    let id = world.id()?;
    world.does(|driver| {
        driver.go_to(on)?;
        driver.submit(
            id,
            Actor::service(from),
            happened,
            Says::Told { event, data },
        )
    })
}

#[given(expr = "the operation {name} answers with")]
#[when(expr = "the operation {name} answers with")]
#[given(expr = "l'opération {name} répond avec")]
#[when(expr = "l'opération {name} répond avec")]
fn replies(world: &mut World, operation: Quoted, #[step] step: &Step) -> Said {
    let id = world.operation(&operation.0)?;
    let ty = world
        .driver()?
        .law()
        .catalog
        .operation(&id)
        .map(|operation| operation.reply.clone());
    let reply = typed(&record(step)?, &ty.ok_or("no such operation")?)?;
    script(world, &operation, Some(Script::Reply(reply)))
}

#[given(expr = "the operation {name} refuses with {name}")]
#[when(expr = "the operation {name} refuses with {name}")]
#[given(expr = "l'opération {name} refuse avec {name}")]
#[when(expr = "l'opération {name} refuse avec {name}")]
fn refuses(world: &mut World, operation: Quoted, code: Quoted) -> Said {
    refusal(world, &operation, code.0, false)
}

#[given(expr = "the operation {name} refuses with {name} without saying how to contest")]
#[when(expr = "the operation {name} refuses with {name} without saying how to contest")]
#[given(expr = "l'opération {name} refuse avec {name} sans dire comment contester")]
#[when(expr = "l'opération {name} refuse avec {name} sans dire comment contester")]
fn refuses_badly(world: &mut World, operation: Quoted, code: Quoted) -> Said {
    refusal(world, &operation, code.0, true)
}

fn refusal(world: &mut World, operation: &Quoted, code: String, notice_defective: bool) -> Said {
    let id = world.operation(&operation.0)?;
    let known = world
        .driver()?
        .law()
        .catalog
        .operation(&id)
        .map(|operation| operation.refusals.clone());
    let known = known.unwrap_or_default();
    if !known.contains_key(&code) {
        let known: Vec<&str> = known.keys().map(String::as_str).collect();
        let known = known.join(", ");
        return Err(say!(
            world,
            "« {id} » ne refuse pas avec « {code} » ; ses refus : {known}",
            "`{id}` does not refuse with `{code}`; its refusals: {known}"
        ));
    }
    script(
        world,
        operation,
        Some(Script::Refuse {
            code,
            notice_defective,
        }),
    )
}

#[given(expr = "the operation {name} is out of order")]
#[when(expr = "the operation {name} is out of order")]
#[given(expr = "l'opération {name} est en panne")]
#[when(expr = "l'opération {name} est en panne")]
fn out_of_order(world: &mut World, operation: Quoted) -> Said {
    script(world, &operation, Some(Script::Fail))
}

#[given(expr = "the operation {name} fails {int} time(s)")]
#[when(expr = "the operation {name} fails {int} time(s)")]
#[given(expr = "l'opération {name} échoue {int} fois")]
#[when(expr = "l'opération {name} échoue {int} fois")]
fn fails(world: &mut World, operation: Quoted, times: u16) -> Said {
    script(world, &operation, Some(Script::FailFirst(times)))
}

#[given(expr = "the operation {name} stays silent")]
#[when(expr = "the operation {name} stays silent")]
#[given(expr = "l'opération {name} reste sans réponse")]
#[when(expr = "l'opération {name} reste sans réponse")]
fn silent(world: &mut World, operation: Quoted) -> Said {
    script(world, &operation, Some(Script::Silence))
}

#[given(expr = "the operation {name} answers after {int} day(s)")]
#[when(expr = "the operation {name} answers after {int} day(s)")]
#[given(expr = "l'opération {name} répond après {int} jour(s)")]
#[when(expr = "l'opération {name} répond après {int} jour(s)")]
fn late(world: &mut World, operation: Quoted, days: u16) -> Said {
    script(world, &operation, Some(Script::Late(days)))
}

#[when(expr = "the operation {name} works again")]
#[when(expr = "l'opération {name} fonctionne de nouveau")]
fn works_again(world: &mut World, operation: Quoted) -> Said {
    script(world, &operation, None)
}

fn script(world: &mut World, operation: &Quoted, script: Option<Script>) -> Said {
    let id = world.operation(&operation.0)?;
    world.does(|driver| {
        driver.script(id, script);
        Ok(())
    })
}

// ---- acts -----------------------------------------------------------------------------------------------------------

#[when(expr = "{step} is declared done on {day}")]
#[when(expr = "on déclare avoir fait {step} le {day}")]
fn done(world: &mut World, named: Named, on: Day) -> Said {
    let actor = citizen(world)?;
    act(world, actor, &named, Act::Done, on)
}

#[when(expr = "{step} is declined on {day}")]
#[when(expr = "on décline {step} le {day}")]
fn declined(world: &mut World, named: Named, on: Day) -> Said {
    let actor = citizen(world)?;
    act(world, actor, &named, Act::Decline, on)
}

#[when(expr = "{step} is wanted after all on {day}")]
#[when(expr = "on veut finalement {step} le {day}")]
fn wanted(world: &mut World, named: Named, on: Day) -> Said {
    let actor = citizen(world)?;
    act(world, actor, &named, Act::Resume, on)
}

#[when(expr = "{step} is contested by {name} on {day}")]
#[when(expr = "on conteste {step} par {name} le {day}")]
fn appeals(world: &mut World, named: Named, kind: Quoted, on: Day) -> Said {
    let (actor, kind) = (citizen(world)?, appeal(world, &kind.0)?);
    act(world, actor, &named, Act::Appeal(kind), on)
}

#[when(expr = "an agent accepts {step} on {day}")]
#[when(expr = "un agent accepte {step} le {day}")]
fn accepts(world: &mut World, named: Named, on: Day) -> Said {
    act(world, agent()?, &named, Act::Accept, on)
}

#[when(expr = "an agent refuses {step} on {day} because {name}")]
#[when(expr = "un agent refuse {step} le {day} au motif {name}")]
fn agent_refuses(world: &mut World, named: Named, on: Day, motive: Quoted) -> Said {
    act(
        world,
        agent()?,
        &named,
        Act::Refuse { motive: motive.0 },
        on,
    )
}

#[when(expr = "an agent records {step} as done on {day}")]
#[when(expr = "un agent note que {step} est faite le {day}")]
fn agent_done(world: &mut World, named: Named, on: Day) -> Said {
    act(world, agent()?, &named, Act::Done, on)
}

#[when(expr = "an agent tries {step} again on {day}")]
#[when(expr = "un agent relance {step} le {day}")]
fn retries(world: &mut World, named: Named, on: Day) -> Said {
    act(world, agent()?, &named, Act::Retry, on)
}

#[when(expr = "an agent asks for {name} for {step} on {day}, by {day}")]
#[when(expr = "un agent demande {name} pour {step} le {day}, au plus tard le {day}")]
fn asks_for_pieces(world: &mut World, pieces: Quoted, named: Named, on: Day, until: Day) -> Said {
    let ask = Act::AskPieces {
        pieces: pieces.0,
        until: Some(until.0),
    };
    act(world, agent()?, &named, ask, on)
}

#[when(expr = "an agent has the whole file for {step} on {day}")]
#[when(expr = "un agent a le dossier complet pour {step} le {day}")]
fn has_pieces(world: &mut World, named: Named, on: Day) -> Said {
    act(world, agent()?, &named, Act::HavePieces, on)
}

fn act(world: &mut World, actor: Actor, step: &Named, act: Act, on: Day) -> Said {
    // Time first: what comes due until then decides where the step stands.
    if on.0 >= world.driver()?.now().date() {
        world.does(|driver| driver.go_to(on.0))?;
    }
    let step = world.step_key(step)?;
    world.tries(world.id()?, actor, on.0, Says::Act { step, act })
}

/// The kinds of appeal, as sentences name them.
pub(super) fn appeal(world: &World, name: &str) -> Result<RecourseKind, String> {
    const KINDS: [(&str, RecourseKind); 8] = [
        ("gracious", RecourseKind::Gracious),
        ("hierarchical", RecourseKind::Hierarchical),
        ("prior_appeal", RecourseKind::PriorAppeal),
        ("mediation", RecourseKind::Mediation),
        ("administrative_court", RecourseKind::AdministrativeCourt),
        ("judicial_court", RecourseKind::JudicialCourt),
        ("labour_court", RecourseKind::LabourCourt),
        ("tax_complaint", RecourseKind::TaxComplaint),
    ];
    let found = KINDS.iter().find(|(word, _)| *word == name);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let near = crate::nearest::of(name, KINDS.iter().map(|(word, _)| *word));
        say!(
            world,
            "aucun recours ne s'appelle « {name} »{near}",
            "no appeal is called `{name}`{near}"
        )
    })
}

#[when(expr = "the person {name} is forgotten on {day}")]
#[when(expr = "la personne {name} est oubliée le {day}")]
fn forgotten(world: &mut World, person: Quoted, on: Day) -> Said {
    let person = PersonId::new(&person.0).map_err(|error| error.to_string())?;
    world.does(|driver| {
        driver.go_to(on.0)?;
        driver.forget(&person)
    })
}
