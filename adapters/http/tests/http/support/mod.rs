//! A desk that holds journeys in memory and decides with the real core, at any date.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected stops there and then"
)]

pub(crate) mod page;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use chrono::NaiveDateTime;
use futures::future::{BoxFuture, FutureExt, ready};
use http_body_util::BodyExt;
use parcours_core::JourneyId;
use parcours_core::journey::{
    Actor, ActorKind, Answer, CallTarget, Context, Effect, Input, InputId, Journey, LifeEvent,
    NotDecided, Says, Step, StepKey, decide, resume,
};
use parcours_core::name::{JourneyName, LifeEventKind};
use parcours_core::value::Value;
use parcours_core::view::view;
use parcours_http::{
    Credentials, Desk, DeskError, Health, Incidents, Letter, Link, Links, MemoryLedger, Recorded,
    Seen, Site, Task, Tasks, Wanted,
};
use parcours_lang::Loaded;
use parcours_log::Position;
use parcours_runtime::Done;
use tower::ServiceExt;

/// An installation in memory: a desk, its links and its ledger.
pub(crate) struct World {
    pub(crate) desk: Arc<MemoryDesk>,
    pub(crate) links: Links,
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) credentials: Credentials,
}

/// Journeys in memory.
pub(crate) struct MemoryDesk {
    loaded: Arc<Loaded>,
    state: Mutex<State>,
}

struct State {
    now: NaiveDateTime,
    position: u64,
    journeys: BTreeMap<JourneyId, (Journey, Vec<Recorded>)>,
    answers: BTreeMap<String, Answer>,
    broken: Option<DeskError>,
}

/// The journeys that ship with the project.
pub(crate) fn shipped() -> Arc<Loaded> {
    static SHIPPED: LazyLock<Arc<Loaded>> = LazyLock::new(|| Arc::new(read()));
    SHIPPED.clone()
}

fn read() -> Loaded {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys");
    let sources = parcours_lang::read_dir(&folder).expect("the folder of journeys can be read");
    let (loaded, problems) = parcours_lang::load(&sources);
    loaded.unwrap_or_else(|| panic!("{problems:?}"))
}

impl World {
    /// Nothing has happened yet, and the clock on the wall reads `now`.
    pub(crate) fn at(now: &str) -> Self {
        let desk = MemoryDesk {
            loaded: shipped(),
            state: Mutex::new(State {
                now: now.parse().expect("a date and time"),
                position: 0,
                journeys: BTreeMap::new(),
                answers: BTreeMap::new(),
                broken: None,
            }),
        };
        Self {
            desk: Arc::new(desk),
            links: Links::new(&[7; 32]),
            ledger: Arc::default(),
            credentials: Credentials::default(),
        }
    }

    pub(crate) fn site(&self) -> Site {
        Site {
            desk: self.desk.clone(),
            links: self.links.clone(),
            ledger: self.ledger.clone(),
            credentials: self.credentials.clone(),
            address: Some("https://parcours.example".to_owned()),
            samples: parcours_http::Samples::default(),
        }
    }

    pub(crate) fn router(&self) -> Router {
        parcours_http::router(self.site())
    }

    pub(crate) fn path(&self, journey: JourneyId) -> String {
        self.link(journey, None).path()
    }

    /// A new link for whose journey it is.
    pub(crate) fn link(&self, journey: JourneyId, until: Option<&str>) -> Link {
        let seen = self.desk.seen(journey, Position::START).unwrap();
        let until = until.map(|day| day.parse().unwrap());
        let made = seen.link(&self.links, self.desk.now().date(), until);
        made.unwrap().expect("somebody's journey")
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form, with the token that stands on the page `page`.
    pub(crate) async fn submit(
        &self,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answered {
        let shown = self.get(page).await;
        let token = shown.between("name=\"token\" value=\"", "\"").to_owned();
        let mut body = format!("token={token}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", encoded(value)));
        }
        self.post(action, &body).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answered {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap();
        self.send(request).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.router().oneshot(request).await.unwrap();
        Answered::of(response).await
    }
}

/// An answer, read whole.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
}

impl Answered {
    pub(crate) async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    pub(crate) fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self
            .text
            .split_once(before)
            .unwrap_or_else(|| panic!("no {before}"));
        rest.split_once(after)
            .map(|(found, _)| found)
            .unwrap_or_default()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

impl MemoryDesk {
    /// A journey begins with an example of the catalog: `begin("birth", "one_child")`.
    pub(crate) fn begin(&self, journey: &str, example: &str) -> JourneyId {
        self.begin_with(journey, example, Value::clone)
    }

    /// The same, of which nobody has told how the people in it are called.
    pub(crate) fn begin_unnamed(&self, journey: &str, example: &str) -> JourneyId {
        fn unnamed(value: &Value) -> Value {
            match value {
                Value::Record(fields) => {
                    let others = fields.iter().filter(|(name, _)| *name != "first_name");
                    Value::Record(others.map(|(n, v)| (n.clone(), unnamed(v))).collect())
                }
                Value::List(each) => Value::List(each.iter().map(unnamed).collect()),
                other => other.clone(),
            }
        }
        self.begin_with(journey, example, unnamed)
    }

    fn begin_with(
        &self,
        journey: &str,
        example: &str,
        data: impl Fn(&Value) -> Value,
    ) -> JourneyId {
        let kind = LifeEventKind::new(journey).unwrap();
        let ty = self.loaded.catalog.life_event(&kind).unwrap();
        let example = ty
            .examples
            .iter()
            .find(|each| each.name == example)
            .unwrap();
        let Value::Record(fields) = &example.data else {
            panic!("an example is a record")
        };
        let occurred_on = match fields.get(&ty.date) {
            Some(Value::Date(date)) => *date,
            other => panic!("{other:?}"),
        };
        let life_event = LifeEvent {
            kind,
            source: "https://maternity.example".to_owned(),
            id: example.name.clone(),
            occurred_on,
            data: data(&example.data),
        };
        let name = JourneyName::new(journey).unwrap();
        let holder = {
            let state = self.state.lock().unwrap();
            let context = Context {
                catalog: &self.loaded.catalog,
                now: state.now,
            };
            match parcours_core::journey::starts(&name, &life_event, context).unwrap() {
                parcours_core::journey::Starts::For(holder) => holder,
                other => panic!("{other:?}"),
            }
        };
        let hash = blake3::hash(format!("{journey} {}", example.name).as_bytes());
        let id = JourneyId::new(3, hash.as_bytes()[..14].try_into().unwrap());
        let says = Says::Start {
            journey: name,
            holder,
            life_event,
        };
        let actor = Actor::system(ActorKind::Source("https://maternity.example".to_owned()));
        self.take(id, &input(&[journey, &example.name], actor, says))
            .unwrap();
        id
    }

    /// From now on the operation answers so, at once.
    pub(crate) fn answers(&self, operation: &str, answer: Answer) {
        self.state
            .lock()
            .unwrap()
            .answers
            .insert(operation.to_owned(), answer);
    }

    /// The service that was called for a step answers so, once.
    pub(crate) fn answered(&self, id: JourneyId, step: &str, answer: Answer) {
        let step: StepKey = step.parse().unwrap();
        let (call, service) = {
            let state = self.state.lock().unwrap();
            let calls = &state.journeys[&id].0.calls;
            let theirs = |target: &CallTarget| *target == CallTarget::Step(step.clone());
            let open = calls.values().find(|call| theirs(&call.target)).unwrap();
            (open.made.number, open.made.operation.service.clone())
        };
        let says = Says::Answer {
            target: CallTarget::Step(step),
            call,
            answer,
        };
        let name = ["answered", &id.to_string(), &call.to_string()];
        self.take(id, &input(&name, Actor::service(service), says))
            .unwrap();
    }

    /// From now on nothing works, in this way.
    pub(crate) fn breaks(&self, error: Option<DeskError>) {
        self.state.lock().unwrap().broken = error;
    }

    /// Time goes on to `now`, and every journey notices.
    pub(crate) fn wait_until(&self, now: &str) {
        self.state.lock().unwrap().now = now.parse().expect("a date and time");
        let ids: Vec<JourneyId> = self
            .state
            .lock()
            .unwrap()
            .journeys
            .keys()
            .copied()
            .collect();
        for id in ids {
            self.take(
                id,
                &input(&["tick", now, &id.to_string()], Actor::engine(), Says::Tick),
            )
            .unwrap();
        }
    }

    /// A service tells something by itself.
    pub(crate) fn told(&self, id: JourneyId, event: &str, data: Value, on: &str) {
        let event: parcours_core::name::EventName = event.parse().unwrap();
        let actor = Actor::service(event.service.clone());
        let name = format!("{event} {on} {data}");
        let mut input = input(&["told", &name], actor, Says::Told { event, data });
        input.occurred_on = Some(on.parse().unwrap());
        self.take(id, &input).unwrap();
    }

    /// Its publisher corrects a day of its life event.
    pub(crate) fn corrects(&self, id: JourneyId, property: &str, day: &str) {
        let kind = LifeEventKind::new("birth").unwrap();
        let ty = self.loaded.catalog.life_event(&kind).unwrap();
        let example = ty.examples.iter().find(|each| each.name == "one_child");
        let Value::Record(mut data) = example.unwrap().data.clone() else {
            panic!("an example is a record")
        };
        let day = day.parse().unwrap();
        data.insert(property.to_owned(), Value::Date(day));
        let life_event = LifeEvent {
            kind,
            source: "https://maternity.example".to_owned(),
            id: "one_child".to_owned(),
            occurred_on: day,
            data: Value::Record(data),
        };
        let actor = Actor::system(ActorKind::Source("https://maternity.example".to_owned()));
        let says = Says::Correct(life_event);
        self.take(id, &input(&["correct", property], actor, says))
            .unwrap();
    }

    /// Its holder is forgotten.
    pub(crate) fn forgets(&self, id: JourneyId) {
        let mut state = self.state.lock().unwrap();
        let (journey, _) = state.journeys.get_mut(&id).unwrap();
        journey.holder = journey.holder.clone().erase();
    }

    /// How a journey stands.
    pub(crate) fn state_of(&self, id: JourneyId, step: &str) -> Step {
        let state = self.state.lock().unwrap();
        state.journeys[&id].0.steps[&step.parse().unwrap()]
            .state
            .clone()
    }

    /// The last thing said to a journey.
    pub(crate) fn last(&self, id: JourneyId) -> Recorded {
        self.state.lock().unwrap().journeys[&id]
            .1
            .last()
            .unwrap()
            .clone()
    }

    fn seen(&self, id: JourneyId, at_least: Position) -> Result<Seen, DeskError> {
        let state = self.state.lock().unwrap();
        if let Some(error) = &state.broken {
            return Err(error.clone());
        }
        if at_least > Position::from_u64(state.position) {
            return Err(DeskError::Behind);
        }
        let (journey, _) = state.journeys.get(&id).ok_or(DeskError::NoSuchJourney)?;
        let context = Context {
            catalog: &self.loaded.catalog,
            now: state.now,
        };
        let position = Position::from_u64(state.position);
        Ok(Seen::of(Arc::new(journey.clone()), context, position)?)
    }

    /// How many decisions a journey holds.
    pub(crate) fn decisions(&self, id: JourneyId) -> usize {
        self.state.lock().unwrap().journeys[&id].1.len()
    }

    fn take(&self, id: JourneyId, first: &Input) -> Result<Done, DeskError> {
        let mut state = self.state.lock().unwrap();
        let mut decided = None;
        let mut inputs = vec![first.clone()];
        // What is tried again need not be waited for.
        let mut now = state.now;
        while let Some(input) = inputs.pop() {
            let context = Context {
                catalog: &self.loaded.catalog,
                now,
            };
            let before = state.journeys.get(&id).map(|(journey, _)| journey);
            let decision = match decide(id, before, &input, context) {
                Ok(decision) => decision,
                Err(NotDecided::Rejected(rejection)) => return Err(rejection.into()),
                Err(error) => panic!("{error}"),
            };
            state.position += 1;
            let recorded = Recorded {
                recorded_at: state.now,
                occurred_on: input.occurred_on,
                actor: input.actor.clone(),
                position: Position::from_u64(state.position),
                events: decision.events,
            };
            decided.get_or_insert_with(|| recorded.events.clone());
            let journey = decision.journey;
            let mut history = state
                .journeys
                .remove(&id)
                .map(|(_, history)| history)
                .unwrap_or_default();
            if !recorded.events.is_empty() {
                history.push(recorded);
            }
            for effect in resume(&journey) {
                let Effect::Call {
                    key,
                    operation,
                    attempt: made,
                    ..
                } = effect;
                if let Some(answer) = state.answers.get(&operation.to_string()) {
                    let mut answer = answer.clone();
                    // What fails, fails each time.
                    if let Answer::Failure { attempt, .. } = &mut answer {
                        *attempt = made;
                    }
                    let says = Says::Answer {
                        target: key.target.clone(),
                        call: key.number,
                        answer,
                    };
                    let actor = Actor::service(operation.service.clone());
                    let name = ["answer", &key.to_string(), &made.to_string()];
                    inputs.push(self::input(&name, actor, says));
                }
            }
            let mut waits = journey
                .calls
                .values()
                .filter_map(|call| call.again.as_ref());
            if let (true, Some(again)) = (inputs.is_empty(), waits.next()) {
                now = *again.value().unwrap();
                let name = ["again", &now.to_string(), &id.to_string()];
                inputs.push(self::input(&name, Actor::engine(), Says::Tick));
            }
            inputs.truncate(1);
            state.journeys.insert(id, (journey, history));
        }
        Ok(Done {
            position: Position::from_u64(state.position),
            events: decided.unwrap_or_default(),
        })
    }
}

fn input(name: &[&str], actor: Actor, says: Says) -> Input {
    let hash = blake3::hash(name.join("/").as_bytes());
    Input {
        id: InputId(hash.as_bytes()[..16].try_into().unwrap()),
        actor,
        occurred_on: None,
        says,
    }
}

impl Desk for MemoryDesk {
    fn now(&self) -> NaiveDateTime {
        self.state.lock().unwrap().now
    }

    fn loaded(&self) -> Arc<Loaded> {
        self.loaded.clone()
    }

    fn journey(&self, id: JourneyId, at_least: Position) -> BoxFuture<'_, Result<Seen, DeskError>> {
        ready(self.seen(id, at_least)).boxed()
    }

    fn history(
        &self,
        id: JourneyId,
        _: Position,
    ) -> BoxFuture<'_, Result<Vec<Recorded>, DeskError>> {
        let state = self.state.lock().unwrap();
        let history = state.journeys.get(&id).map(|(_, history)| history.clone());
        ready(history.ok_or(DeskError::NoSuchJourney)).boxed()
    }

    fn tell(&self, id: JourneyId, input: Input) -> BoxFuture<'_, Result<Done, DeskError>> {
        let broken = self.state.lock().unwrap().broken.clone();
        ready(broken.map_or_else(|| self.take(id, &input), Err)).boxed()
    }

    fn hear(
        &self,
        _: parcours_runtime::CloudEvent,
    ) -> BoxFuture<
        '_,
        Result<parcours_runtime::service_events::Heard, parcours_runtime::service_events::NotHeard>,
    > {
        // It keeps no dossiers, and no names of what was told.
        ready(Err(parcours_runtime::service_events::NotHeard::Nobody)).boxed()
    }

    fn publish(
        &self,
        _: parcours_runtime::intake::Message,
        _: Actor,
    ) -> BoxFuture<'_, Result<parcours_runtime::Published, DeskError>> {
        ready(Err(DeskError::Unavailable(
            "journeys begin by hand here".to_owned(),
        )))
        .boxed()
    }

    fn refuse(
        &self,
        _: parcours_runtime::intake::Message,
        _: parcours_core::intake::Refusal,
    ) -> BoxFuture<'_, Result<(), DeskError>> {
        ready(Err(DeskError::Unavailable(
            "nothing is published here".to_owned(),
        )))
        .boxed()
    }

    fn receipt<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Option<parcours_core::intake::Intake>, DeskError>> {
        ready(Ok(None)).boxed()
    }

    fn beginning(
        &self,
        letters: &str,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<JourneyId>, DeskError>> {
        let state = self.state.lock().unwrap();
        let ids = state.journeys.keys().copied();
        let found = ids.filter(|id| id.to_string().starts_with(letters));
        ready(Ok(found.take(most).collect())).boxed()
    }

    fn tasks(&self, wanted: Wanted) -> BoxFuture<'_, Result<Tasks, DeskError>> {
        let state = self.state.lock().unwrap();
        let context = Context {
            catalog: &self.loaded.catalog,
            now: state.now,
        };
        let mut tasks = Vec::new();
        for (journey, _) in state.journeys.values() {
            let view = view(journey, context).unwrap();
            let catalog = &self.loaded.catalog;
            let all = Task::all_in(journey, &view, catalog, wanted.services.as_ref());
            tasks.extend(all.into_iter().filter(|task| task.kind == wanted.kind));
        }
        ready(Ok(Tasks { tasks, next: None })).boxed()
    }

    fn incidents(
        &self,
        _: Option<parcours_runtime::IncidentPlace>,
        _: usize,
    ) -> BoxFuture<'_, Result<Incidents, DeskError>> {
        ready(Ok(Incidents::default())).boxed()
    }

    fn dead_letter(&self, _: Letter) -> BoxFuture<'_, Result<Option<Vec<u8>>, DeskError>> {
        ready(Ok(None)).boxed()
    }

    fn health(&self) -> Health {
        Health::default()
    }
}
