//! Runs files of scenarios and says what became of each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cucumber::event::{
    self, Cucumber as Happening, Hook, Scenario as InScenario, Step as InStep, StepError,
};
use cucumber::parser::{self, Parser};
use cucumber::{Event, Writer, cli, gherkin, runner, writer};
use futures::{FutureExt, StreamExt, stream};
use parcours_core::calendar::Language;
use parcours_lang::Loaded;

use crate::coverage::{Coverage, Seen};
use crate::files::{self, Read};
use crate::teller::Context;
use crate::words::pick;
use crate::world::World;
use crate::{nearest, vocabulary, words};

/// The run could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A path cannot be read: give one that can.
    #[error("cannot read {path}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is nothing to run: give a path with `.feature` files.
    #[error("no `.feature` file at {}", paths(.0))]
    NoFeatures(Vec<PathBuf>),
}

fn paths(paths: &[PathBuf]) -> String {
    paths
        .iter()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What became of every scenario.
#[derive(Debug)]
pub struct Run {
    /// Each file, in the order of their paths.
    pub features: Vec<Feature>,
    /// What of the definitions they have been through, and what not.
    pub coverage: Coverage,
}

/// A file of scenarios.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Where it lies, as it was given.
    pub path: PathBuf,
    /// The language it is written in.
    pub language: Language,
    /// Its title.
    pub name: String,
    /// What it says under its title.
    pub description: String,
    /// Why it could not be read, and where, if it could not.
    pub unreadable: Option<(usize, String)>,
    /// Its scenarios, each row of an outline by itself.
    pub scenarios: Vec<Scenario>,
}

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its title.
    pub name: String,
    /// Its line; that of its row for an outline.
    pub line: usize,
    /// Its sentences, as run: keyword and text.
    pub steps: Vec<String>,
    /// How long it took: real time.
    pub took: Duration,
    /// What went wrong, if something did.
    pub failure: Option<Failure>,
}

/// What went wrong in a scenario.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The line of the sentence; of the scenario when none is to blame.
    pub line: usize,
    /// The sentence, as run.
    pub sentence: String,
    /// What is wrong with it.
    pub trouble: Trouble,
    /// The day it was, and how what the sentence names stood.
    pub context: String,
    /// The journeys as they stood, and what had happened, in words.
    pub story: String,
}

/// What is wrong with a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It is not as it says.
    Wrong(String),
    /// It is in no vocabulary; the nearest sentences, the nearest first.
    Unknown(Vec<&'static str>),
    /// It could mean several things; the patterns it fits.
    Ambiguous(Vec<String>),
}

impl Run {
    /// How many scenarios passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.scenarios()
            .filter(|scenario| scenario.failure.is_none())
            .count()
    }

    /// How many failed, a file that cannot be read counting as one.
    #[must_use]
    pub fn failed(&self) -> usize {
        let unreadable = self
            .features
            .iter()
            .filter(|feature| feature.unreadable.is_some())
            .count();
        unreadable
            + self
                .scenarios()
                .filter(|scenario| scenario.failure.is_some())
                .count()
    }

    /// Every scenario.
    pub fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.features.iter().flat_map(|feature| &feature.scenarios)
    }
}

/// Which scenario: the file, and the line.
type Key = (PathBuf, usize);

/// What is noted while scenarios run.
#[derive(Debug, Default)]
struct Notes {
    begun: BTreeMap<Key, Instant>,
    /// How many sentences have passed.
    passed: BTreeMap<Key, usize>,
    scenarios: BTreeMap<Key, (Duration, Option<Failure>)>,
    stories: BTreeMap<Key, String>,
    contexts: BTreeMap<Key, Context>,
    seen: Seen,
}

/// Runs every scenario at or below `paths` over what is loaded, each with an engine and a clock of its own.
///
/// # Errors
/// [`Fault`] when there is nothing to run. A scenario that fails is not an error: it is in the answer.
pub fn run(paths: &[PathBuf], loaded: &Arc<Loaded>) -> Result<Run, Fault> {
    run_watched(paths, loaded, |_, _| ())
}

/// The same. After each scenario `watch` is told how many are over, and how many there are.
///
/// # Errors
/// As for [`run`].
pub fn run_watched(
    paths: &[PathBuf],
    loaded: &Arc<Loaded>,
    watch: impl Fn(usize, usize) + 'static,
) -> Result<Run, Fault> {
    let read: Vec<Read> = files::find(paths)?
        .iter()
        .map(|path| files::read(path))
        .collect();
    let languages: BTreeMap<PathBuf, Language> = read
        .iter()
        .map(|read| (read.path.clone(), read.language))
        .collect();
    let features: Vec<gherkin::Feature> = read
        .iter()
        .filter_map(|read| read.feature.as_ref().ok().cloned())
        .collect();
    let notes = Rc::new(RefCell::new(Notes::default()));
    play(features, loaded, languages, &notes, Box::new(watch));
    let notes = notes.replace(Notes::default());
    let told = read.into_iter().map(|read| feature(read, &notes)).collect();
    Ok(Run {
        features: told,
        coverage: Coverage::of(loaded, &notes.seen),
    })
}

/// Cucumber silences panics while it runs, for the whole process: one run at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn play(
    features: Vec<gherkin::Feature>,
    loaded: &Arc<Loaded>,
    languages: BTreeMap<PathBuf, Language>,
    notes: &Rc<RefCell<Notes>>,
    watch: Box<dyn Fn(usize, usize)>,
) {
    let of_rules = features.iter().flat_map(|feature| &feature.rules);
    let scenarios = features.iter().map(|feature| &feature.scenarios);
    let scenarios = scenarios.chain(of_rules.map(|rule| &rule.scenarios));
    let listener = Listener {
        notes: Rc::clone(notes),
        all: scenarios.map(Vec::len).sum(),
        watch,
    };
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let (before, after) = (Arc::clone(loaded), Rc::clone(notes));
    let runner = runner::Basic::default()
        .steps(<World as cucumber::World>::collection())
        .max_concurrent_scenarios(1)
        .before(move |feature: &gherkin::Feature, _, _, world: &mut World| {
            let language = feature
                .path
                .as_ref()
                .and_then(|path| languages.get(path))
                .copied();
            world.prepare(Arc::clone(&before), language.unwrap_or(Language::English));
            futures::future::ready(()).boxed_local()
        })
        .after(
            move |feature: &gherkin::Feature,
                  _,
                  scenario: &gherkin::Scenario,
                  _,
                  world: Option<&mut World>| {
                if let Some(world) = world {
                    let mut notes = after.borrow_mut();
                    notes.seen.extend(world.take_seen());
                    let key = key(feature, scenario);
                    notes.stories.insert(key.clone(), world.story());
                    notes.contexts.insert(key.clone(), world.context());
                    if let Err(pending) = world.nothing_pending() {
                        notes.fails(key, scenario, pending);
                    }
                }
                futures::future::ready(()).boxed_local()
            },
        );
    let options = cli::Opts {
        re_filter: None,
        tags_filter: None,
        parser: cli::Empty,
        runner: runner::basic::Cli::default(),
        writer: cli::Empty,
        custom: cli::Empty,
    };
    let run = cucumber::Cucumber::<World, _, _, _, _, cli::Empty>::custom(Given, runner, listener)
        .with_cli(options);
    // Nothing in a scenario ever waits. A stage has an executor of its own inside, which cannot stand in another of its kind.
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("an executor without timers or files needs nothing of the machine")
        .block_on(run.run(features));
}

fn key(feature: &gherkin::Feature, scenario: &gherkin::Scenario) -> Key {
    (
        feature.path.clone().unwrap_or_default(),
        scenario.position.line,
    )
}

/// Features that have been read already.
struct Given;

impl Parser<Vec<gherkin::Feature>> for Given {
    type Cli = cli::Empty;
    type Output = stream::BoxStream<'static, parser::Result<gherkin::Feature>>;

    fn parse(self, input: Vec<gherkin::Feature>, _: cli::Empty) -> Self::Output {
        stream::iter(input.into_iter().map(Ok)).boxed()
    }
}

/// Notes what becomes of each scenario, and tells how many are over.
struct Listener {
    notes: Rc<RefCell<Notes>>,
    all: usize,
    watch: Box<dyn Fn(usize, usize)>,
}

impl writer::Normalized for Listener {}

impl Writer<World> for Listener {
    type Cli = cli::Empty;

    async fn handle_event(
        &mut self,
        event: parser::Result<Event<Happening<World>>>,
        _: &cli::Empty,
    ) {
        let Ok(event) = event else { return };
        let Happening::Feature(feature, happening) = event.into_inner() else {
            return;
        };
        let (scenario, happening) = match happening {
            event::Feature::Scenario(scenario, happening)
            | event::Feature::Rule(_, event::Rule::Scenario(scenario, happening)) => {
                (scenario, happening.event)
            }
            event::Feature::Started | event::Feature::Rule(..) | event::Feature::Finished => return,
        };
        let key = key(&feature, &scenario);
        let mut notes = self.notes.borrow_mut();
        match happening {
            InScenario::Started => {
                notes.begun.insert(key, stopwatch());
            }
            InScenario::Step(step, happening) | InScenario::Background(step, happening) => {
                notes.step(key, &feature, &step, happening);
            }
            InScenario::Hook(_, Hook::Failed(_, info)) => notes.fails(key, &scenario, said(&info)),
            InScenario::Finished => {
                let background = feature
                    .background
                    .as_ref()
                    .map_or(0, |background| background.steps.len());
                if notes.passed.get(&key).copied().unwrap_or_default()
                    < scenario.steps.len() + background
                {
                    notes.fails(
                        key.clone(),
                        &scenario,
                        pick(spoken(&feature), NOT_ALL_RUN).to_owned(),
                    );
                }
                let took = notes.took(&key);
                notes.scenarios.entry(key).or_insert((took, None));
                (self.watch)(notes.scenarios.len(), self.all);
            }
            InScenario::Hook(..) | InScenario::Log(_) => {}
        }
    }
}

impl Notes {
    fn took(&self, key: &Key) -> Duration {
        self.begun
            .get(key)
            .map(Instant::elapsed)
            .unwrap_or_default()
    }

    /// Notes that a scenario fails as a whole, unless one of its sentences has failed already.
    fn fails(&mut self, key: Key, scenario: &gherkin::Scenario, why: String) {
        let took = self.took(&key);
        self.scenarios
            .entry(key)
            .or_insert_with(|| (took, Some(whole(scenario, why))));
    }

    fn step(
        &mut self,
        key: Key,
        feature: &gherkin::Feature,
        step: &gherkin::Step,
        happening: InStep<World>,
    ) {
        let trouble = match happening {
            InStep::Started => return,
            InStep::Passed(..) => {
                *self.passed.entry(key).or_default() += 1;
                return;
            }
            InStep::Skipped | InStep::Failed(_, _, _, StepError::NotFound) => {
                let french = spoken(feature) == Language::French;
                Trouble::Unknown(nearest::sentences(
                    &step.value,
                    vocabulary::examples(french),
                ))
            }
            InStep::Failed(_, _, _, StepError::AmbiguousMatch(error)) => Trouble::Ambiguous(
                error
                    .possible_matches
                    .iter()
                    .map(|(pattern, _)| pattern.to_string())
                    .collect(),
            ),
            InStep::Failed(_, _, _, StepError::Panic(info)) => {
                Trouble::Wrong(words::in_one_language(&said(&info), spoken(feature)))
            }
        };
        let failure = Failure {
            line: step.position.line,
            sentence: format!("{} {}", step.keyword.trim(), step.value),
            trouble,
            context: String::new(),
            story: String::new(),
        };
        let took = self.took(&key);
        self.scenarios.insert(key, (took, Some(failure)));
    }
}

/// No sentence of a scenario may be passed over.
const NOT_ALL_RUN: (&str, &str) = (
    "toutes les phrases n’ont pas été jouées",
    "not every sentence was run",
);

/// The language of a file that was read.
fn spoken(feature: &gherkin::Feature) -> Language {
    match feature.keyword.starts_with("Fonc") {
        true => Language::French,
        false => Language::English,
    }
}

/// Real time, only to say how long a scenario took: nothing in it is decided by this.
#[expect(
    clippy::disallowed_methods,
    reason = "a report says how long the run took; scenarios have a clock of their own"
)]
fn stopwatch() -> Instant {
    Instant::now()
}

/// A failure that no sentence is to blame for.
fn whole(scenario: &gherkin::Scenario, why: String) -> Failure {
    Failure {
        line: scenario.position.line,
        sentence: scenario.name.clone(),
        trouble: Trouble::Wrong(why),
        context: String::new(),
        story: String::new(),
    }
}

fn said(info: &event::Info) -> String {
    let text = info.downcast_ref::<String>().cloned();
    text.or_else(|| info.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_else(|| "it failed".to_owned())
}

fn feature(read: Read, notes: &Notes) -> Feature {
    let Read {
        path,
        language,
        feature,
    } = read;
    let feature = match feature {
        Ok(feature) => feature,
        Err(unreadable) => {
            return Feature {
                name: path.display().to_string(),
                path,
                language,
                description: String::new(),
                unreadable: Some(unreadable),
                scenarios: Vec::new(),
            };
        }
    };
    let background = feature
        .background
        .iter()
        .flat_map(|background| &background.steps);
    let background: Vec<String> = background.map(sentence).collect();
    let all = feature
        .scenarios
        .iter()
        .chain(feature.rules.iter().flat_map(|rule| &rule.scenarios));
    let scenarios: Vec<Scenario> = all
        .map(|scenario| told(&path, &background, scenario, language, notes))
        .collect();
    let description = feature
        .description
        .as_deref()
        .unwrap_or_default()
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>();
    Feature {
        language,
        name: feature.name.clone(),
        description: description.join("\n").trim().to_owned(),
        unreadable: scenarios.is_empty().then(|| {
            let words = ("aucun scénario dans ce fichier", "no scenario in this file");
            (feature.position.line, pick(language, words).to_owned())
        }),
        scenarios,
        path,
    }
}

/// Why a scenario that passed proves nothing, if it does not.
fn cannot_fail(scenario: &gherkin::Scenario, language: Language) -> Option<String> {
    if scenario.steps.is_empty() {
        let words = ("le scénario ne dit rien", "the scenario says nothing");
        return Some(pick(language, words).to_owned());
    }
    let expects = scenario
        .steps
        .iter()
        .any(|step| step.ty == gherkin::StepType::Then);
    (!expects).then(|| {
        let words = (
            "le scénario n’attend rien : il ne peut pas échouer ; ajoutez une phrase avec « Alors »",
            "the scenario expects nothing, so it cannot fail; add a sentence with `Then`",
        );
        pick(language, words).to_owned()
    })
}

fn sentence(step: &gherkin::Step) -> String {
    let mut text = format!("{} {}", step.keyword.trim(), step.value);
    for row in step.table.iter().flat_map(|table| &table.rows) {
        text.push_str("\n  | ");
        text.push_str(&row.join(" | "));
        text.push_str(" |");
    }
    text
}

fn told(
    path: &Path,
    background: &[String],
    scenario: &gherkin::Scenario,
    language: Language,
    notes: &Notes,
) -> Scenario {
    let key = (path.to_owned(), scenario.position.line);
    let (took, mut failure) = notes.scenarios.get(&key).cloned().unwrap_or_else(|| {
        (
            Duration::ZERO,
            Some(whole(
                scenario,
                pick(
                    language,
                    ("le scénario n’a pas été joué", "the scenario was not run"),
                )
                .to_owned(),
            )),
        )
    });
    if let Some(failure) = &mut failure {
        failure.story = notes.stories.get(&key).cloned().unwrap_or_default();
        let context = notes.contexts.get(&key);
        failure.context = context.map_or_else(String::new, |all| all.naming(&failure.sentence));
    }
    if failure.is_none() {
        failure = cannot_fail(scenario, language).map(|why| whole(scenario, why));
    }
    Scenario {
        name: scenario.name.clone(),
        line: scenario.position.line,
        steps: background
            .iter()
            .cloned()
            .chain(scenario.steps.iter().map(sentence))
            .collect(),
        took,
        failure,
    }
}
