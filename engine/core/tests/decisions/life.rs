//! Given, when, then: a life that goes on, told in sentences.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use parcours_core::catalog::Catalog;
use parcours_core::definition::{Definition, Dependency, LifeEventType, Service};
use parcours_core::id::{JourneyId, PersonId};
use parcours_core::journey::{
    Act, Actor, Answer, CallTarget, Context, Decision, Effect, Event, FactKey, Input, InputId,
    Journey, LifeEvent, NotDecided, Says, Step, StepKey, decide, resume,
};
use parcours_core::name::{JourneyName, LifeEventKind, Role, ServiceId, StepId};
use parcours_core::value::Value;
use parcours_core::view::{FactView, JourneyView, StepView, view};

pub(crate) fn catalog(folder: &str) -> Catalog {
    catalog_of(&sources(folder))
}

pub(crate) fn sources(folder: &str) -> Vec<parcours_lang::Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    parcours_lang::read_dir(&folder).expect("the folder can be read")
}

pub(crate) fn catalog_of(sources: &[parcours_lang::Source]) -> Catalog {
    let (loaded, problems) = parcours_lang::load(sources);
    match loaded {
        Some(loaded) => loaded.catalog,
        None => panic!(
            "{:#?}",
            problems
                .iter()
                .filter(|problem| problem.severity() == parcours_lang::Severity::Error)
                .map(|problem| (problem.to_string(), problem.position()))
                .collect::<Vec<_>>()
        ),
    }
}

/// The invented country. Its files cannot say yet that a step waits for another person's journey, which the core can do: it is put in
/// here.
pub(crate) static COUNTRY: LazyLock<Catalog> = LazyLock::new(|| {
    let read = catalog("../../specs/fixtures/definitions/core");
    let versions = read.journeys().flat_map(|(_, versions)| versions);
    let definitions = versions.map(|version| {
        let mut definition = Definition::clone(version);
        for step in &mut definition.steps {
            if step.id.as_str() == "welcome_visit" {
                step.after = vec![Dependency::Peer {
                    journey: JourneyName::new("neighbour").expect("a name"),
                    role: Role::new("adult").expect("a role"),
                    step: StepId::new("invite").expect("a step"),
                }];
            }
        }
        definition
    });
    Catalog::new(
        definitions,
        read.services().map(|service| Service::clone(service)),
        read.life_events().map(|kind| LifeEventType::clone(kind)),
    )
});

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub(crate) fn date(text: &str) -> Value {
    Value::Date(day(text))
}

pub(crate) fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Record(fields.map(|(name, value)| (name.into(), value)).into())
}

/// Changes a property of a record.
pub(crate) fn set(data: &mut Value, name: &str, value: Value) {
    let Value::Record(fields) = data else {
        panic!("not a record")
    };
    fields.insert(name.into(), value);
}

/// Takes a property of a record out.
pub(crate) fn drop(data: &mut Value, name: &str) {
    let Value::Record(fields) = data else {
        panic!("not a record")
    };
    fields.remove(name);
}

/// A family of one adult and two children that arrives, as announced, on 2 March 2026.
pub(crate) fn family() -> Value {
    let kind = COUNTRY
        .life_event(&"arrival".parse().expect("a name"))
        .expect("loaded");
    kind.examples[0].data.clone()
}

/// A journey, and what has been decided about it.
#[derive(Clone)]
pub(crate) struct Life<'c> {
    catalog: &'c Catalog,
    pub(crate) journey: Option<Journey>,
    pub(crate) now: NaiveDateTime,
    pub(crate) wake: Option<NaiveDateTime>,
    pub(crate) quiet: BTreeSet<StepKey>,
    heard: u32,
    last: Result<Vec<Event>, NotDecided>,
    pub(crate) sent: Vec<Effect>,
    pub(crate) log: Vec<(InputId, NaiveDate, Vec<Event>)>,
    data: Value,
    kind: LifeEventKind,
}

const ID: [u8; 16] = [7; 16];

/// A family arrives; the office is told the same day.
pub(crate) fn arrives(data: Value) -> Life<'static> {
    let mut life = Life::new(&COUNTRY, "arrival", data);
    life.on("2026-03-02");
    life.starts("grant", "p-nadia");
    life
}

impl<'c> Life<'c> {
    pub(crate) fn new(catalog: &'c Catalog, kind: &str, data: Value) -> Self {
        Self {
            catalog,
            journey: None,
            now: NaiveDateTime::default(),
            wake: None,
            quiet: BTreeSet::new(),
            heard: 0,
            last: Ok(Vec::new()),
            sent: Vec::new(),
            log: Vec::new(),
            data,
            kind: kind.parse().expect("a name"),
        }
    }

    pub(crate) fn on(&mut self, date: &str) -> &mut Self {
        self.now = day(date).and_hms_opt(9, 0, 0).expect("a time");
        self
    }

    /// The engine loads another catalog, and says so to the journey.
    pub(crate) fn loads(&mut self, catalog: &'c Catalog) -> &mut Self {
        self.catalog = catalog;
        self.hears(Actor::engine(), Says::NewCatalog)
    }

    pub(crate) fn life_event(&self) -> LifeEvent {
        let kind = self.catalog.life_event(&self.kind).expect("loaded");
        let Value::Record(fields) = &self.data else {
            panic!("not a record")
        };
        let Value::Date(occurred_on) = fields[&kind.date] else {
            panic!("not a date")
        };
        LifeEvent {
            kind: self.kind.clone(),
            source: "urn:test".into(),
            id: "1".into(),
            occurred_on,
            data: self.data.clone(),
        }
    }

    pub(crate) fn starts(&mut self, journey: &str, holder: &str) -> &mut Self {
        let says = Says::Start {
            journey: JourneyName::new(journey).expect("a name"),
            holder: PersonId::new(holder).expect("an id"),
            life_event: self.life_event(),
        };
        self.hears(Actor::engine(), says)
    }

    pub(crate) fn context(&self) -> Context<'c> {
        Context {
            catalog: self.catalog,
            now: self.now,
        }
    }

    pub(crate) fn hears(&mut self, actor: Actor, says: Says) -> &mut Self {
        self.heard += 1;
        let id = InputId(u128::from(self.heard).to_le_bytes());
        let input = Input {
            id,
            actor,
            occurred_on: None,
            says,
        };
        self.hears_input(&input)
    }

    /// The input that was heard last, once more.
    pub(crate) fn hears_again(&mut self, says: Says) -> &mut Self {
        self.heard -= 1;
        self.hears(Actor::engine(), says)
    }

    pub(crate) fn hears_input(&mut self, input: &Input) -> &mut Self {
        let decided = self.decides(input);
        self.last = match decided {
            Err(reason) => Err(reason),
            Ok(decision) => {
                self.keeps(input.id, &decision);
                self.sent = decision.effects;
                self.wake = decision.wake;
                self.quiet = decision.quiet;
                self.log
                    .push((input.id, self.now.date(), decision.events.clone()));
                self.journey = Some(decision.journey);
                self.checks();
                Ok(decision.events)
            }
        };
        self
    }

    fn decides(&self, input: &Input) -> Result<Decision, NotDecided> {
        let once = decide(
            JourneyId::from_bytes(ID),
            self.journey.as_ref(),
            input,
            self.context(),
        );
        let twice = decide(
            JourneyId::from_bytes(ID),
            self.journey.as_ref(),
            input,
            self.context(),
        );
        match (&once, &twice) {
            (Ok(one), Ok(other)) => {
                assert_eq!(
                    one.events, other.events,
                    "decided otherwise the second time"
                );
                assert_eq!(one.journey, other.journey);
            }
            (Err(one), Err(other)) => assert_eq!(one, other),
            _ => panic!("decided once, refused once"),
        }
        once
    }

    /// The events, folded over what was, give what is.
    fn keeps(&self, id: InputId, decision: &Decision) {
        let mut events = decision.events.as_slice();
        let mut journey = match (&self.journey, events) {
            (Some(journey), _) => journey.clone(),
            (None, [first, rest @ ..]) => {
                events = rest;
                parcours_core::journey::begin(JourneyId::from_bytes(ID), first)
                    .expect("a journey begins")
            }
            (None, []) => panic!("a journey that begins with nothing"),
        };
        if !decision.events.is_empty() {
            journey
                .replay(id, events, self.now.date())
                .expect("what was decided can happen");
        }
        assert_eq!(journey, decision.journey, "the log tells another journey");
        let owed = resume(&decision.journey);
        for effect in &decision.effects {
            assert!(owed.contains(effect), "{effect:?} would be lost in a crash");
        }
    }

    /// A timer has nothing to add now, nor until the plan next changes; and the page can be told.
    fn checks(&self) {
        assert_eq!(
            self.tick_at(self.now),
            Vec::<String>::new(),
            "a tick at once"
        );
        let quiet = match self.wake {
            Some(wake) => {
                assert!(wake > self.now, "the timer goes off in the past");
                wake - TimeDelta::seconds(1)
            }
            None => self.now + TimeDelta::days(20_000),
        };
        assert_eq!(
            self.tick_at(quiet),
            Vec::<String>::new(),
            "before it was due, at {quiet}"
        );
        for step in &self.view().steps {
            assert!(!step.why.words.fr.is_empty(), "{} says not why", step.key);
        }
    }

    pub(crate) fn tick_at(&self, now: NaiveDateTime) -> Vec<String> {
        let tick = Input {
            id: InputId([255; 16]),
            actor: Actor::engine(),
            occurred_on: None,
            says: Says::Tick,
        };
        let context = Context {
            catalog: self.catalog,
            now,
        };
        let decision = decide(
            JourneyId::from_bytes(ID),
            self.journey.as_ref(),
            &tick,
            context,
        )
        .expect("a tick is always heard");
        decision.events.iter().map(told).collect()
    }

    pub(crate) fn view(&self) -> JourneyView {
        view(self.journey(), self.context()).expect("told")
    }

    pub(crate) fn step_view(&self, step: &str) -> StepView {
        let key: StepKey = step.parse().expect("a step");
        self.view().step(&key).expect("a step of the plan").clone()
    }

    pub(crate) fn fact_view(&self, fact: &str) -> FactView {
        let key: FactKey = fact.parse().expect("a fact");
        self.view().fact(&key).expect("a fact").clone()
    }

    pub(crate) fn journey(&self) -> &Journey {
        self.journey.as_ref().expect("it has begun")
    }

    // When.

    pub(crate) fn waits_until(&mut self, date: &str) -> &mut Self {
        self.on(date).hears(Actor::engine(), Says::Tick)
    }

    pub(crate) fn office_tells<const N: usize>(
        &mut self,
        event: &str,
        data: [(&str, Value); N],
    ) -> &mut Self {
        let event = format!("office.{event}").parse().expect("an event");
        let data = record(data);
        self.hears(office(), Says::Told { event, data })
    }

    /// Answers the open call made for a step or a fact.
    pub(crate) fn office_answers(&mut self, target: &str, answer: Answer) -> &mut Self {
        let (call, target) = self.open_call(target);
        self.hears(
            office(),
            Says::Answer {
                target,
                call,
                answer,
            },
        )
    }

    pub(crate) fn open_call(&self, of: &str) -> (u32, CallTarget) {
        let mut open = self.journey().calls.iter();
        let (number, call) = open
            .rfind(|(_, call)| match &call.target {
                CallTarget::Step(step) => step.to_string() == of,
                CallTarget::Fact(fact) => fact.to_string() == of,
            })
            .unwrap_or_else(|| panic!("no call is out for {of}"));
        (*number, call.target.clone())
    }

    pub(crate) fn says(&mut self, fact: &str, value: Value) -> &mut Self {
        self.fact(citizen(), fact, value)
    }

    pub(crate) fn agent_says(&mut self, fact: &str, value: Value) -> &mut Self {
        self.fact(agent(), fact, value)
    }

    pub(crate) fn office_says(&mut self, fact: &str, value: Value) -> &mut Self {
        self.fact(office(), fact, value)
    }

    fn fact(&mut self, actor: Actor, fact: &str, value: Value) -> &mut Self {
        let fact = fact.parse().expect("a fact");
        self.hears(actor, Says::Fact { fact, value })
    }

    pub(crate) fn disputes(&mut self, fact: &str) -> &mut Self {
        let fact = fact.parse().expect("a fact");
        self.hears(citizen(), Says::Dispute { fact })
    }

    pub(crate) fn does(&mut self, step: &str, act: Act) -> &mut Self {
        let step = step.parse().expect("a step");
        self.hears(citizen(), Says::Act { step, act })
    }

    pub(crate) fn agent_does(&mut self, step: &str, act: Act) -> &mut Self {
        let step = step.parse().expect("a step");
        self.hears(agent(), Says::Act { step, act })
    }

    pub(crate) fn corrects(&mut self, change: impl FnOnce(&mut Value)) -> &mut Self {
        change(&mut self.data);
        let says = Says::Correct(self.life_event());
        self.hears(Actor::engine(), says)
    }

    pub(crate) fn retracts(&mut self) -> &mut Self {
        self.hears(Actor::engine(), Says::Retract)
    }

    pub(crate) fn neighbour_invites(&mut self, settled: bool) -> &mut Self {
        let says = Says::Peer {
            from: JourneyId::from_bytes([9; 16]),
            journey: JourneyName::new("neighbour").expect("a name"),
            role: Role::new("adult").expect("a role"),
            step: "invite".parse().expect("a step"),
            settled,
        };
        self.hears(Actor::engine(), says)
    }

    // Then.

    /// Exactly these events, in this order.
    pub(crate) fn then<const N: usize>(&mut self, expected: [&str; N]) -> &mut Self {
        let events: Vec<String> = match &self.last {
            Ok(events) => events.iter().map(told).collect(),
            Err(reason) => panic!("refused: {reason}"),
        };
        assert_eq!(events, expected);
        self
    }

    /// These events among others, in this order.
    pub(crate) fn then_among_others<const N: usize>(&mut self, expected: [&str; N]) -> &mut Self {
        let events: Vec<String> = match &self.last {
            Ok(events) => events.iter().map(told).collect(),
            Err(reason) => panic!("refused: {reason}"),
        };
        let mut rest = events.iter();
        for expected in expected {
            assert!(
                rest.any(|event| event == expected),
                "`{expected}` is not in its place in {events:#?}"
            );
        }
        self
    }

    pub(crate) fn nothing_happened(&mut self) -> &mut Self {
        let changed = match &self.last {
            Ok(events) => events.iter().any(|event| *event != Event::Heard),
            Err(reason) => panic!("refused: {reason}"),
        };
        assert!(!changed, "{:?}", self.last);
        self
    }

    pub(crate) fn rejected(&mut self, because: &str) -> &mut Self {
        match &self.last {
            Err(NotDecided::Rejected(rejection)) => {
                let said = rejection.to_string();
                assert!(said.contains(because), "{said}");
            }
            other => panic!("not rejected: {other:?}"),
        }
        self
    }

    pub(crate) fn last(&self) -> &Result<Vec<Event>, NotDecided> {
        &self.last
    }

    /// How a step stands, by its word.
    pub(crate) fn stands(&mut self, step: &str, word: &str) -> &mut Self {
        assert_eq!(self.step(step).word(), word, "{step}");
        self
    }

    pub(crate) fn step(&self, step: &str) -> &Step {
        let key: StepKey = step.parse().expect("a step");
        let record = self.journey().step(&key);
        &record.unwrap_or_else(|| panic!("no step {step}")).state
    }

    /// The arguments of the calls that left last, by operation.
    pub(crate) fn calls(&self) -> Vec<(String, BTreeMap<String, Value>)> {
        self.sent
            .iter()
            .map(
                |Effect::Call {
                     operation,
                     arguments,
                     ..
                 }| {
                    let arguments = arguments.value().expect("not erased").clone();
                    (operation.to_string(), arguments)
                },
            )
            .collect()
    }
}

pub(crate) fn citizen() -> Actor {
    Actor::citizen(PersonId::new("p-nadia").expect("an id"))
}

pub(crate) fn agent() -> Actor {
    Actor::agent(PersonId::new("a-paul").expect("an id"))
}

pub(crate) fn office() -> Actor {
    Actor::service(ServiceId::new("office").expect("an id"))
}

pub(crate) fn reply<const N: usize>(fields: [(&str, Value); N]) -> Answer {
    Answer::Reply(record(fields))
}

pub(crate) fn refusal(code: &str) -> Answer {
    Answer::Refusal {
        code: code.into(),
        words: None,
        notice_defective: false,
    }
}

/// The first attempt fails.
pub(crate) fn failure() -> Answer {
    fails(1)
}

/// This attempt fails.
pub(crate) fn fails(attempt: u32) -> Answer {
    Answer::Failure {
        attempt,
        what: "no answer".into(),
    }
}

/// An event in a few words: its name, and which step, fact or call it is about.
pub(crate) fn told(event: &Event) -> String {
    let name = event.name();
    match event {
        Event::CallRequested { step, call, .. } => format!("{name} {step} {}", call.operation),
        Event::FactLearned { fact, .. }
        | Event::FactDisputed { fact, .. }
        | Event::FactRequested { fact, .. }
        | Event::FactUnavailable { fact, .. }
        | Event::QuestionAsked { fact, .. } => format!("{name} {fact}"),
        Event::PeerChanged { step, .. } => format!("{name} {step}"),
        other => match other.step() {
            Some(step) => format!("{name} {step}"),
            None => name.to_string(),
        },
    }
}

/// The invented country, with one more journey in this file.
pub(crate) fn country_with(files: &[(&str, &str)]) -> Catalog {
    let mut all = sources("../../specs/fixtures/definitions/core");
    let more = files
        .iter()
        .map(|(path, text)| parcours_lang::Source::new(*path, *text));
    all.extend(more);
    catalog_of(&all)
}
