//! Three invented lives, each at a point where there is something to see.

use chrono::{Days, NaiveDate};
use parcours_core::definition::Words;
use parcours_core::journey::{Act, Actor, ActorKind, Input, Says, StepKey};
use parcours_core::name::EventName;
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId};
use parcours_http::Sample;
use parcours_lang::life_event::to_json;
use parcours_runtime::{Clock, CloudEvent, Engine, identity};

use crate::sample;

const SOURCE: &str = "urn:parcours:demo";

/// An invented life, and its journey.
pub(super) struct Life {
    pub(super) title: Words,
    pub(super) text: Words,
    pub(super) journey: JourneyId,
}

impl Life {
    /// For the first page.
    pub(super) fn sample(&self) -> Sample {
        Sample {
            title: self.title.clone(),
            text: self.text.clone(),
            journey: self.journey,
        }
    }
}

/// What is told of a life before it is shown.
struct Story {
    kind: &'static str,
    /// The example of the type; the first otherwise.
    example: Option<&'static str>,
    days_ago: u64,
    /// Another id for the first person: simulators know some people by theirs.
    holder: Option<&'static str>,
    title: [&'static str; 2],
    text: [&'static str; 2],
    then: &'static [Then],
}

/// Something that happens after the life event.
enum Then {
    /// A service tells this, with data as of today.
    Told(&'static str, fn(NaiveDate) -> Value),
    /// The holder says that a step is done.
    Done(&'static str),
}

const STORIES: &[Story] = &[
    Story {
        kind: "birth",
        example: Some("twins"),
        days_ago: 2,
        holder: None,
        title: [
            "Élise et Hugo ont eu des jumeaux",
            "Élise and Hugo have had twins",
        ],
        text: [
            "Anna est déclarée, Paul ne l’est pas encore ; ce que la CAF sait déjà n’est pas demandé.",
            "Anna is registered, Paul is not yet; what the CAF already knows is not asked.",
        ],
        then: &[Then::Told("mairie.birth_registered", first_twin)],
    },
    Story {
        kind: "move",
        example: None,
        days_ago: 6,
        holder: None,
        title: ["Une famille a déménagé", "A family has moved"],
        text: [
            "Les administrations sont prévenues d’un coup ; il reste des questions et des choses à faire.",
            "Administrations were told at once; questions and things to do are left.",
        ],
        then: &[Then::Done("insure_new_home")],
    },
    Story {
        kind: "job_loss",
        example: Some("dismissal"),
        days_ago: 20,
        holder: Some("p-refused"),
        title: ["Nadia a été licenciée", "Nadia was dismissed"],
        text: [
            "L’allocation est refusée : la page dit pourquoi, et comment contester.",
            "The allowance was refused: the page says why, and how to contest.",
        ],
        then: &[Then::Done("employer_documents"), Then::Done("register")],
    },
];

fn first_twin(today: NaiveDate) -> Value {
    Value::record([
        ("child", Value::Integer(1)),
        ("act_number", Value::text("2026-1")),
        ("registered_on", Value::Date(today)),
    ])
}

/// Begins the lives, as of today by `clock`. A life that has begun before is found again, as it stands.
///
/// # Errors
/// What the journeys lack, or the engine refuses.
pub(super) async fn begin(engine: &Engine, clock: &dyn Clock) -> Result<Vec<Life>, String> {
    let today = clock.now().date();
    let mut lives = Vec::new();
    for story in STORIES {
        lives.push(live(engine, story, today).await?);
    }
    Ok(lives)
}

async fn live(engine: &Engine, story: &Story, today: NaiveDate) -> Result<Life, String> {
    let journey = match begun(engine, story).await? {
        Some(journey) => journey,
        None => {
            let journey = publish(engine, story, today).await?;
            tell(engine, journey, story, today).await?;
            journey
        }
    };
    let words = |[fr, en]: [&str; 2]| Words {
        fr: fr.to_owned(),
        en: en.to_owned(),
    };
    Ok(Life {
        title: words(story.title),
        text: words(story.text),
        journey,
    })
}

/// The journey of a life that an earlier demonstration began in the same folder.
async fn begun(engine: &Engine, story: &Story) -> Result<Option<JourneyId>, String> {
    let intake = engine
        .receipt(SOURCE, story.kind)
        .await
        .map_err(|error| crate::report::chain(&error))?;
    Ok(intake.and_then(|intake| match intake.receipt {
        parcours_core::intake::Receipt::Started { journeys } => {
            journeys.first().map(|started| started.id)
        }
        _ => None,
    }))
}

async fn publish(engine: &Engine, story: &Story, today: NaiveDate) -> Result<JourneyId, String> {
    let law = engine.catalog();
    let kind = law
        .catalog
        .life_events()
        .find(|kind| kind.kind.as_str() == story.kind)
        .ok_or_else(|| format!("these journeys have no life event `{}`, of which the demo tells a life: it is made for those that ship; to run others, say `parcours serve --data DIR --simulate`", story.kind))?;
    let on = today
        .checked_sub_days(Days::new(story.days_ago))
        .unwrap_or(today);
    let (_, data) = sample::told(&law, kind, story.example, "--journeys")?;
    let (mut data, _) = sample::moved(data, kind, on)?;
    if let Some(id) = story.holder {
        name_the_first(&mut data, &kind.people, id);
    }
    let event = CloudEvent::new(story.kind, SOURCE, story.kind, to_json(&data));
    let actor = Actor::system(ActorKind::Source(SOURCE.to_owned()));
    let published = engine
        .publish(event, actor)
        .await
        .map_err(|error| error.to_string())?;
    published.journeys().first().copied().ok_or_else(|| {
        format!(
            "the life event `{}` of the demonstration starts no journey ({}): are these the journeys it was made for?",
            story.kind,
            published.word()
        )
    })
}

async fn tell(
    engine: &Engine,
    journey: JourneyId,
    story: &Story,
    today: NaiveDate,
) -> Result<(), String> {
    for (number, then) in story.then.iter().enumerate() {
        let (actor, says) = match then {
            Then::Told(event, data) => {
                let event: EventName = event
                    .parse()
                    .map_err(|error| format!("the demonstration: {error}"))?;
                let actor = Actor::service(event.service.clone());
                let data = data(today);
                (actor, Says::Told { event, data })
            }
            Then::Done(step) => {
                let step: StepKey = step
                    .parse()
                    .map_err(|error| format!("the demonstration: {error}"))?;
                let act = Act::Done;
                let actor = holder(engine, journey).await?.map(Actor::citizen);
                (actor.unwrap_or_else(Actor::engine), Says::Act { step, act })
            }
        };
        let input = Input {
            id: identity::input(&["demo", story.kind, &number.to_string()]),
            actor,
            occurred_on: None,
            says,
        };
        // The law of another day may not have that step: the page then shows how it stands without.
        if let Err(refused) = engine.submit(journey, input).await {
            tracing::warn!(life = story.kind, %refused, "part of an invented life was refused");
        }
    }
    Ok(())
}

/// Whose a journey is; none when nobody can be told.
pub(super) async fn holder(
    engine: &Engine,
    journey: JourneyId,
) -> Result<Option<PersonId>, String> {
    let snapshot = engine
        .journey(journey, None)
        .await
        .map_err(|error| error.to_string())?;
    Ok(snapshot.and_then(|snapshot| snapshot.journey.holder.value().cloned()))
}

/// Gives the first of the people another id.
fn name_the_first(data: &mut Value, people: &[String], id: &str) {
    let (Value::Record(fields), Some(people)) = (data, people.first()) else {
        return;
    };
    if let Some(Value::List(people)) = fields.get_mut(people)
        && let Some(Value::Record(person)) = people.first_mut()
    {
        person.insert("id".to_owned(), Value::text(id));
    }
}
