//! What the definition's expressions and date rules read: the journey as it is known.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, OnceCell, RefCell};

use crate::catalog::Catalog;
use crate::definition::{Definition, FactOrigin};
use crate::expr::{Failure, Lacking, Lookup, Outcome, Root, Scope, StepAspect, eval};
use crate::journey::{FactKey, Journey, StepKey, Subject};
use crate::name::{DateId, FactId, Role, StepId, ValueId};
use crate::plan::aspect::{Day, StepAnswer, answer};
use crate::plan::dates::NoDate;
use crate::plan::law::{Choice, dated, is_forgotten};
use crate::value::{Reason, Value};

/// How deep names may refer to names. The language refuses cycles; this is the second lock.
const DEEPEST: u32 = 48;

/// A journey under one definition, ready to be read.
pub struct Situation<'a> {
    /// The services and other definitions.
    pub catalog: &'a Catalog,
    /// The law.
    pub definition: &'a Definition,
    /// What is known.
    pub journey: &'a Journey,
    data: Value,
    depth: Cell<u32>,
    provisional: Cell<bool>,
    /// What did not fit, since somebody last asked.
    faults: RefCell<BTreeSet<String>>,
    kept: Kept,
    /// Where in `kept` what was worked out is.
    memo: RefCell<BTreeMap<(Root, Option<Subject>), usize>>,
}

/// What was found at a root, kept so that it is worked out once and lent to whoever reads it.
enum Read {
    Value(Value),
    Missing,
    Unknown(Reason, BTreeSet<Lacking>),
}

/// What was found, and what did not fit while it was worked out: whoever reads it is told both.
struct Found {
    read: Read,
    faults: BTreeSet<String>,
}

/// Things that are added and lent, and stay where they are.
#[derive(Default)]
struct Kept {
    full: Cell<usize>,
    here: [OnceCell<Found>; ROW],
    more: OnceCell<Box<Kept>>,
}

/// How many things are kept side by side.
const ROW: usize = 32;

impl Kept {
    fn get(&self, at: usize) -> Option<&Found> {
        match self.here.get(at) {
            Some(place) => place.get(),
            None => self.more.get()?.get(at - ROW),
        }
    }

    /// Keeps it, and says where.
    fn add(&self, found: Found) -> (usize, &Found) {
        let at = self.full.get();
        match self.here.get(at) {
            Some(place) => {
                self.full.set(at + 1);
                (at, place.get_or_init(|| found))
            }
            None => {
                let (at, found) = self.more.get_or_init(Box::default).add(found);
                (at + ROW, found)
            }
        }
    }
}

/// The situation, seen for one of the people or things, or for the whole journey.
pub struct View<'a> {
    pub(super) situation: &'a Situation<'a>,
    subject: Option<Subject>,
    extra: Option<(&'a str, &'a Value)>,
}

impl<'a> Situation<'a> {
    /// The journey under `definition`.
    #[must_use]
    pub fn new(catalog: &'a Catalog, definition: &'a Definition, journey: &'a Journey) -> Self {
        Self {
            catalog,
            definition,
            journey,
            data: journey.life_event_data(),
            depth: Cell::new(0),
            provisional: Cell::new(false),
            faults: RefCell::default(),
            kept: Kept::default(),
            memo: RefCell::new(BTreeMap::new()),
        }
    }

    /// As seen for `subject`.
    #[must_use]
    pub fn of(&'a self, subject: Option<Subject>) -> View<'a> {
        View {
            situation: self,
            subject,
            extra: None,
        }
    }

    /// As seen for `subject`, with one more name: `reply`.
    #[must_use]
    pub fn with(&'a self, subject: Option<Subject>, name: &'a str, value: &'a Value) -> View<'a> {
        View {
            situation: self,
            subject,
            extra: Some((name, value)),
        }
    }

    /// Whether a dated value was read that an unknown date could still change. Asking forgets.
    pub fn was_provisional(&self) -> bool {
        self.provisional.replace(false)
    }

    /// Notes that a rule and what is known do not fit.
    pub(crate) fn fault(&self, what: String) {
        self.faults.borrow_mut().insert(what);
    }

    /// The rules that were read and do not fit what is known. Asking forgets.
    pub(super) fn take_faults(&self) -> BTreeSet<String> {
        self.faults.take()
    }

    /// The people or things in a role; nobody while that is not known.
    #[must_use]
    pub fn members(&self, role: &Role) -> &[Value] {
        match self.read(&Root::People(role.into()), None) {
            Read::Value(Value::List(members)) => members,
            Read::Value(_) | Read::Missing | Read::Unknown(..) => &[],
        }
    }

    /// The number of each of them, in the same order.
    #[must_use]
    pub fn numbers(&self, role: &Role) -> Vec<u16> {
        let places = 0..self.members(role).len();
        places.map(|at| self.journey.number(role, at)).collect()
    }

    /// Somebody, or something; none when they are not there, or that is not known.
    #[must_use]
    pub fn member(&self, subject: &Subject) -> Option<&Value> {
        self.members(&subject.role)
            .get(self.journey.place(subject)?)
    }

    /// Somebody, or something: as told now, or as told last of whoever is there no more. Unknown once that is forgotten.
    #[must_use]
    pub fn told_of(&self, subject: &Subject) -> Option<&Value> {
        static FORGOTTEN: Value = Value::Unknown(Reason::Erased);
        let gone = || {
            let known = self.journey.people.get(&subject.role)?;
            let last = known.gone.get(&subject.index)?;
            Some(last.value().unwrap_or(&FORGOTTEN))
        };
        self.member(subject).or_else(gone)
    }

    /// The people or things in a role, or what would tell who they are.
    fn known_members(&self, role: &Role) -> Result<Vec<Value>, BTreeSet<Lacking>> {
        let Some(expr) = self
            .definition
            .people
            .get(role)
            .or_else(|| self.definition.things.get(role))
        else {
            return Ok(Vec::new());
        };
        match eval(expr, &self.of(None)) {
            Outcome::Known {
                value: Value::List(members),
                ..
            } => Ok(members),
            Outcome::Known {
                value: Value::Unknown(_),
                used,
            } => Err(used
                .into_keys()
                .map(|reference| Lacking {
                    reference,
                    reason: Reason::Erased,
                })
                .collect()),
            Outcome::Known { value, .. } => Ok(alloc::vec![value]),
            Outcome::Unknown { lacking, .. } => Err(lacking),
            Outcome::Failed { failure, .. } => {
                // An optional list that is not given is an empty one.
                if !matches!(failure, Failure::Absent(_) | Failure::NoSuchItem(_)) {
                    self.fault(format!("people.{role}: {failure}"));
                }
                Ok(Vec::new())
            }
        }
    }

    /// Each of them, as a subject; nobody in particular when there is no role.
    #[must_use]
    pub fn subjects(&self, each: Option<&Role>) -> Vec<Option<Subject>> {
        match each {
            None => alloc::vec![None],
            Some(role) => match self.read(&Root::People(role.into()), None) {
                Read::Value(_) | Read::Missing => self
                    .numbers(role)
                    .into_iter()
                    .map(|index| {
                        Some(Subject {
                            role: role.clone(),
                            index,
                        })
                    })
                    .collect(),
                // Who they were is forgotten, that they were there is not: what was decided for them stands.
                Read::Unknown(..) => {
                    let of_role = |key: &StepKey| key.of.clone().filter(|of| of.role == *role);
                    let known: BTreeSet<Subject> =
                        self.journey.steps.keys().filter_map(of_role).collect();
                    known.into_iter().map(Some).collect()
                }
            },
        }
    }

    /// The key of a fact, as read for `subject`.
    #[must_use]
    pub fn fact_key(&self, id: &FactId, subject: Option<&Subject>) -> FactKey {
        let each = self
            .definition
            .facts
            .get(id)
            .and_then(|fact| fact.each.as_ref());
        let of = subject
            .filter(|subject| Some(&subject.role) == each)
            .cloned();
        FactKey::new(id.clone(), of)
    }

    /// What is unknown behind something that cannot be read.
    pub(super) fn behind(&self, root: &Root, subject: Option<&Subject>) -> BTreeSet<Lacking> {
        match self.read(root, subject) {
            Read::Unknown(_, causes) => causes.clone(),
            Read::Value(_) | Read::Missing => BTreeSet::new(),
        }
    }

    fn read(&self, root: &Root, subject: Option<&Subject>) -> &Read {
        let key = (root.clone(), subject.cloned());
        let known = self.memo.borrow().get(&key).copied();
        if let Some(found) = known.and_then(|at| self.kept.get(at)) {
            self.faults
                .borrow_mut()
                .extend(found.faults.iter().cloned());
            return &found.read;
        }
        if self.depth.get() >= DEEPEST {
            let (_, found) = self.kept.add(Found {
                read: Read::Unknown(Reason::Undecided, BTreeSet::new()),
                faults: BTreeSet::new(),
            });
            return &found.read;
        }
        self.depth.set(self.depth.get() + 1);
        let before = self.faults.take();
        let read = self.work_out(root, subject);
        let faults = self.faults.replace(before);
        self.faults.borrow_mut().extend(faults.iter().cloned());
        self.depth.set(self.depth.get() - 1);
        let (at, found) = self.kept.add(Found { read, faults });
        // A dated value that was chosen provisionally says so each time it is read, and is worked out again.
        if !self.provisional.get() {
            self.memo.borrow_mut().insert(key, at);
        }
        &found.read
    }

    fn work_out(&self, root: &Root, subject: Option<&Subject>) -> Read {
        match root {
            // Lent as it is, mostly: see `View`.
            Root::Event => Read::Value(self.data.clone()),
            Root::Fact(id) => FactId::new(id).map_or(Read::Missing, |id| self.fact(&id, subject)),
            Root::LegalValue(id) => {
                ValueId::new(id).map_or(Read::Missing, |id| self.legal_value(&id, subject))
            }
            Root::Date(id) => DateId::new(id).map_or(Read::Missing, |id| self.date(&id, subject)),
            Root::Step(id, aspect) => {
                StepId::new(id).map_or(Read::Missing, |id| self.step(&id, *aspect, subject))
            }
            Root::People(role) => {
                Role::new(role).map_or(Read::Missing, |role| match self.known_members(&role) {
                    Ok(members) => Read::Value(Value::List(members)),
                    Err(lacking) => unknown(lacking),
                })
            }
            Root::Bound(name) => match subject {
                Some(subject) if subject.role.as_str() == &**name => {
                    match self.read(&Root::People((&subject.role).into()), None) {
                        Read::Value(_) | Read::Missing => self
                            .told_of(subject)
                            .map_or(Read::Missing, |member| Read::Value(member.clone())),
                        Read::Unknown(_, lacking) => unknown(lacking.clone()),
                    }
                }
                Some(_) | None => Read::Missing,
            },
        }
    }

    fn fact(&self, id: &FactId, subject: Option<&Subject>) -> Read {
        let key = self.fact_key(id, subject);
        if let Some(fact) = self.journey.facts.get(&key) {
            return match (&fact.disputed, fact.value.value()) {
                (Some(_), _) => Read::Unknown(Reason::Disputed, BTreeSet::new()),
                (None, Some(value)) => Read::Value(value.clone()),
                (None, None) => Read::Unknown(Reason::Erased, BTreeSet::new()),
            };
        }
        let Some(definition) = self.definition.facts.get(id) else {
            return Read::Missing;
        };
        let mut causes = BTreeSet::new();
        let mut erased = false;
        for origin in &definition.from {
            let (FactOrigin::Event(expr) | FactOrigin::Derived(expr)) = origin else {
                continue;
            };
            match eval(expr, &self.of_subject(subject)) {
                Outcome::Known { value, .. } => return Read::Value(value),
                Outcome::Unknown { lacking, .. } => {
                    erased |= lacking.iter().any(|each| each.reason == Reason::Erased);
                    causes.extend(lacking);
                }
                // The event does not say, so somebody else may.
                Outcome::Failed {
                    failure: Failure::Absent(_) | Failure::NoSuchItem(_) | Failure::Empty(_),
                    ..
                } => {}
                Outcome::Failed { failure, .. } => self.fault(format!("fact.{id}: {failure}")),
            }
        }
        if erased {
            return Read::Unknown(Reason::Erased, causes);
        }
        Read::Unknown(Reason::NotKnown, causes)
    }

    fn of_subject<'s>(&'s self, subject: Option<&Subject>) -> View<'s> {
        View {
            situation: self,
            subject: subject.cloned(),
            extra: None,
        }
    }

    fn legal_value(&self, id: &ValueId, subject: Option<&Subject>) -> Read {
        let Some(value) = self.definition.values.get(id) else {
            return Read::Missing;
        };
        let by = value.by.as_ref().unwrap_or(&self.definition.applies.by);
        match dated(by, &value.from, &self.of_subject(subject)) {
            Choice::Sure(value, _) => Read::Value(value.clone()),
            // Nothing can be chosen for now when what would choose is gone for good.
            Choice::Provisional(_, lacking, _) if is_forgotten(&lacking) => unknown(lacking),
            Choice::Provisional(value, _, _) => {
                self.provisional.set(true);
                Read::Value(value.clone())
            }
            Choice::None(_) => Read::Missing,
            Choice::Fault(fault) => self.does_not_fit(format!("value.{id}: {fault}")),
        }
    }

    /// What has no answer, since a rule and what is known do not fit. Its reader is told.
    fn does_not_fit(&self, fault: String) -> Read {
        self.fault(fault);
        Read::Unknown(Reason::Undecided, BTreeSet::new())
    }

    fn date(&self, id: &DateId, subject: Option<&Subject>) -> Read {
        let Some(date) = self.definition.dates.get(id) else {
            return Read::Missing;
        };
        match self.reckon(&date.rule, None, subject) {
            Ok(deadline) => match deadline.due().time() {
                None => Read::Value(Value::Date(deadline.due().date())),
                Some(_) => Read::Value(Value::Moment(deadline.due().starts())),
            },
            Err(NoDate::Lacking(lacking)) => unknown(lacking),
            Err(NoDate::Fault(fault)) => self.does_not_fit(format!("date.{id}: {fault}")),
        }
    }

    fn step(&self, id: &StepId, aspect: StepAspect, subject: Option<&Subject>) -> Read {
        let Some(definition) = self.definition.step(id) else {
            return Read::Missing;
        };
        let of_this = subject
            .filter(|subject| definition.each.as_ref() == Some(&subject.role))
            .cloned();
        let keys: Vec<StepKey> = match (&definition.each, of_this) {
            (Some(_), Some(subject)) => alloc::vec![StepKey::new(id.clone(), Some(subject))],
            (each, _) => self
                .subjects(each.as_ref())
                .into_iter()
                .map(|of| StepKey::new(id.clone(), of))
                .collect(),
        };
        let records = keys.iter().map(|key| self.journey.steps.get(key));
        match answer(aspect, None) {
            // True when it is true of all of them, and there is one.
            StepAnswer::Truth(_) => {
                let all = records.clone().count() > 0
                    && records
                        .into_iter()
                        .all(|record| matches!(answer(aspect, record), StepAnswer::Truth(true)));
                Read::Value(Value::Bool(all))
            }
            // The latest of them, once all have it.
            StepAnswer::Day(_) => {
                let mut latest = None;
                for record in records {
                    match answer(aspect, record) {
                        StepAnswer::Day(Day::On(day)) => latest = latest.max(Some(day)),
                        StepAnswer::Day(Day::Forgotten) => {
                            return Read::Unknown(Reason::Erased, BTreeSet::new());
                        }
                        StepAnswer::Day(Day::Never) | StepAnswer::Truth(_) => return Read::Missing,
                    }
                }
                latest.map_or(Read::Missing, |day| Read::Value(Value::Date(day)))
            }
        }
    }
}

/// What cannot be read for lack of these.
fn unknown(lacking: BTreeSet<Lacking>) -> Read {
    let reasons = lacking.iter().map(|each| each.reason);
    Read::Unknown(reasons.max().unwrap_or(Reason::NotKnown), lacking)
}

impl Scope for View<'_> {
    fn get(&self, root: &Root) -> Lookup<'_> {
        if let (Some((name, value)), Root::Bound(wanted)) = (self.extra, root)
            && *name == **wanted
        {
            return Lookup::from(value);
        }
        if *root == Root::Event {
            return Lookup::from(&self.situation.data);
        }
        match self.situation.read(root, self.subject.as_ref()) {
            Read::Value(value) => Lookup::from(value),
            Read::Missing => Lookup::Missing,
            Read::Unknown(reason, _) => Lookup::Unknown(*reason),
        }
    }
}
