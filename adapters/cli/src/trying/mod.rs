//! `parcours try`: the plan for a person under the law of a date, with its because. Nothing is stored.
//!
//! An invented life event ([`person`]) goes through the pure core, while services answer as their simulators say
//! ([`course`]). What comes of it is told as the citizen's page tells it ([`text`]), and as data ([`data`]). Where the law is not sure,
//! the same life is tried again with the date that would decide ([`otherwise`]).

mod course;
mod data;
mod otherwise;
mod person;
mod saying;
mod setting;
mod text;

use chrono::NaiveDate;
use clap::Args;
use parcours_core::catalog::Catalog;
use parcours_core::definition::Definition;
use parcours_core::journey::Journey;
use parcours_core::name::JourneyName;
use parcours_core::view::JourneyView;

use crate::journeys::Folder;
use crate::lang::Lang;
use crate::terminal::{Answer, Paint};
use course::Course;
use otherwise::Otherwise;
use person::Person;
use saying::Saying;
use setting::Setting;

/// The plan for a person under the law of a date: what to do, by when, and why. Nothing is stored.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    parcours try birth --on 2021-06-30\n  \
    parcours try birth --on 2021-06-30 --set event.due_on=2021-07-10 --lang fr\n  \
    parcours try birth --on 2026-03-29 --with twins --set older_children=2 --until 2026-06-01\n  \
    parcours try birth --on 2026-03-02 --done declare_birth@2026-03-05 --said child_benefit=refused\n\n\
    The person is invented: the first example of the life event, its dates moved so that it happens on --on. A date\n\
    of the example that lies later and would bring in a later law by itself is left out, and the answer says so.\n\
    Services answer as the `simulator:` of their files says.")]
pub(crate) struct Arguments {
    /// The journey: a folder of the journeys.
    #[arg(value_name = "JOURNEY")]
    journey: JourneyName,
    /// The day it happens; it chooses the law.
    #[arg(long, value_name = "DATE", value_parser = crate::day::a_day)]
    on: NaiveDate,
    /// The life event: an example by name, or a file with its data in YAML or JSON. Its dates are moved to --on.
    #[arg(long, value_name = "FILE|EXAMPLE")]
    with: Option<String>,
    /// Sets a fact (`older_children=2`, `employee.parent.1=false`) or a part of the life event
    /// (`event.due_on=2021-07-10`, `event.children[0].outcome=stillborn`); nothing after `=` leaves that part out.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<Setting>,
    /// Says that a step is done, on a day or as soon as it can be; of each, where it is for several
    /// (`register`, `register.child.0`).
    #[arg(long, value_name = "STEP[@DATE]", value_parser = saying::done)]
    done: Vec<Saying>,
    /// Says what comes of a step: done, accepted, refused, declined, silence, or a reason for which the service refuses.
    #[arg(long, value_name = "STEP=OUTCOME[@DATE]", value_parser = saying::said)]
    said: Vec<Saying>,
    /// Lets time go on until this day, and shows what happened.
    #[arg(long, value_name = "DATE", value_parser = crate::day::a_day)]
    until: Option<NaiveDate>,
    /// Shows the steps that do not apply, and why not.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    folder: Folder,
    /// For a program to read.
    #[arg(long)]
    json: bool,
    /// The language to answer in.
    #[arg(long, default_value = "en")]
    lang: Lang,
}

/// Everything there is to tell.
struct Tried<'a> {
    catalog: &'a Catalog,
    person: Person,
    journey: Journey,
    view: JourneyView,
    /// What happened, when time went on.
    history: Vec<course::Happened>,
    /// The day it is seen on.
    seen_on: NaiveDate,
    otherwise: Vec<Otherwise>,
}

impl Tried<'_> {
    fn definition(&self) -> Option<&Definition> {
        let law = self.journey.law.as_ref()?;
        self.catalog.definition(&law.definition).map(AsRef::as_ref)
    }
}

pub(crate) fn run(arguments: &Arguments, paint: Paint) -> Answer {
    let loaded = match arguments.folder.load(paint) {
        Ok(loaded) => loaded,
        Err(message) => return Answer::WrongUse(message),
    };
    let tried = Person::invented(&loaded, arguments).and_then(|person| {
        let until = until(arguments, &person)?;
        let course = Course::run(&loaded.catalog, &arguments.journey, &person, until)?;
        let otherwise = otherwise::look(&loaded, &arguments.journey, &person, until, &course)?;
        Ok(Tried {
            catalog: &loaded.catalog,
            view: course.view()?,
            journey: course.journey,
            history: course.history,
            person,
            seen_on: until,
            otherwise,
        })
    });
    match tried {
        Ok(tried) if arguments.json => Answer::Fine(format!("{:#}", data::data(&tried))),
        Ok(tried) => Answer::Fine(text::text(&tried, arguments, paint)),
        Err(TryError::Use(message)) => Answer::WrongUse(message),
        Err(TryError::No(message)) => Answer::No(message),
    }
}

/// The day it is seen on: as asked, or the last day that something is said of.
fn until(arguments: &Arguments, person: &Person) -> Result<NaiveDate, TryError> {
    let on = person.life_event.occurred_on;
    if let Some(until) = arguments.until {
        return match until < on {
            true => Err(TryError::Use(format!(
                "--until {until} lies before {on}, the day it happens: give a later day"
            ))),
            false => Ok(until),
        };
    }
    let said = person.sayings.iter().filter_map(|saying| saying.on);
    Ok(said.chain([on]).max().unwrap_or(on))
}

/// Why there is no plan.
#[derive(Debug, PartialEq, Eq)]
enum TryError {
    /// It was asked wrongly.
    Use(String),
    /// The domain says no.
    No(String),
}

impl From<String> for TryError {
    fn from(message: String) -> Self {
        Self::Use(message)
    }
}
