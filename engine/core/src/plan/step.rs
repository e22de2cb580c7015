//! What should be of one step.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use chrono::NaiveDateTime;

use crate::calendar::{DateRule, Deadline};
use crate::definition::{
    Call as CallDefinition, Dependency, RecourseKind, Settling, StepDefinition, StepKind, Undo,
};
use crate::expr::{Expr, Lacking, Outcome, Used, eval};
use crate::journey::{Because, FactKey, Phase, Rule, Step, StepKey, StepRecord, Subject};
use crate::plan::dates::NoDate;
use crate::plan::law::{Truth, applies, is_forgotten, truth};
use crate::plan::silence::{Still, silence};
use crate::plan::situation::Situation;
use crate::value::{Reason, Type, Value};

/// A step as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What should be.
    pub should: Should,
    /// Why.
    pub because: Because,
    /// What was read to say so, with what was found there.
    pub used: Used,
    /// From when it may be done.
    pub opens: Option<Deadline>,
    /// By when it must be done.
    pub due: Option<Deadline>,
    /// From when it counts.
    pub effect: Option<Deadline>,
    /// When an administration's silence will have decided, put off by the days its clock stood still; none while nothing tells when it
    /// goes on.
    pub silence: Option<Deadline>,
    /// Whether the condition holds that stops the clock of silence.
    pub suspended: bool,
    /// Why the clock of silence does not run, while it does not.
    pub still: Option<Still>,
    /// One of its dates rested on what is forgotten: the date that was reckoned then stands.
    pub forgotten: bool,
    /// There is a day by which it must be done, which cannot be told now.
    pub due_unknown: bool,
    /// There is a day from which it counts, which cannot be told now.
    pub effect_unknown: bool,
    /// Ways to contest a refusal; empty unless it is refused.
    pub recourse: Vec<PlannedRecourse>,
    /// A date that would choose the law is unknown.
    pub provisional: bool,
    /// Nobody is told.
    pub quiet: bool,
    /// The action of a service, once its arguments are known.
    pub call: Option<Call>,
    /// What would take it back.
    pub undo: Option<Call>,
    /// Facts that it waits for.
    pub wanted: BTreeSet<FactKey>,
    /// Rules and data that do not fit.
    pub faults: Vec<String>,
}

/// What should be of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Should {
    /// It has no place in this journey.
    Nothing,
    /// It cannot be said for lack of these.
    Undecided(BTreeSet<Lacking>),
    /// It has its place, after these steps.
    After(Vec<StepKey>),
    /// It has its place, after steps of other people's journeys.
    AfterPeers,
    /// It has its place, from a date that `opens` tells.
    NotYet,
    /// It is to be done, or may be had.
    ToDo,
}

/// A call of a service, ready or lacking arguments.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Ready: its arguments.
    Ready(BTreeMap<String, Value>),
    /// Lacking these.
    Lacking(BTreeSet<Lacking>),
}

/// A way to contest, with its date.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRecourse {
    /// Which.
    pub kind: RecourseKind,
    /// By when; none when it does not run, or cannot be told yet.
    pub due: Option<Deadline>,
    /// It does not run: the notice did not say how and by when to appeal (CJA R421-5, CSS R142-1-A).
    pub not_opposable: bool,
}

impl Planned {
    fn new(should: Should, because: Because, used: Used) -> Self {
        Self {
            should,
            because,
            used,
            opens: None,
            due: None,
            effect: None,
            silence: None,
            suspended: false,
            still: None,
            forgotten: false,
            due_unknown: false,
            effect_unknown: false,
            recourse: Vec::new(),
            provisional: false,
            quiet: false,
            call: None,
            undo: None,
            wanted: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// The date that a rule gave. What it lacks is asked for and given back; what does not fit is a fault, and no date.
    pub(super) fn found(
        &mut self,
        situation: &Situation<'_>,
        key: &StepKey,
        found: Result<Deadline, NoDate>,
    ) -> Option<Result<Deadline, BTreeSet<Lacking>>> {
        match found {
            Ok(deadline) => Some(Ok(deadline)),
            Err(NoDate::Lacking(lacking)) => {
                let wanted = situation.askable(&lacking, key.of.as_ref());
                self.wanted.extend(wanted);
                Some(Err(lacking))
            }
            Err(NoDate::Fault(fault)) => {
                self.faults.push(format!("{key}: {fault}"));
                None
            }
        }
    }

    /// The moments at which it changes by itself.
    pub(super) fn changes(&self) -> impl Iterator<Item = NaiveDateTime> {
        let opens = self.opens.as_ref().map(Deadline::opens);
        let due = self.due.as_ref().map(end);
        let silence = self.silence.as_ref().map(end);
        [opens, due, silence].into_iter().flatten()
    }
}

/// The first instant at which a deadline is surely past: the later day where the law does not settle which.
pub(crate) fn end(deadline: &Deadline) -> NaiveDateTime {
    deadline
        .perhaps()
        .map_or_else(|| deadline.ends(), crate::calendar::Moment::ends)
}

/// Why nothing has its place in a journey, and what was read to say so.
pub(super) type Never = (Rule, Used);

/// Why nothing has its place in this journey, where nothing has: the life event did not happen, or is not what it was told to be.
pub(super) fn never(situation: &Situation<'_>) -> Option<Never> {
    if situation.journey.phase == Phase::Retracted {
        return Some((Rule::Retracted, Used::new()));
    }
    // Only a correction leads here: no other version applies either, or the journey would be under it.
    let selector = &situation.definition.applies;
    if let Truth::No(_) = applies(selector, &situation.of(None)) {
        return Some((Rule::NoLaw, Used::new()));
    }
    // And here: the life event started it as it was told then.
    let when = situation.definition.starts.when.as_ref()?;
    match truth(when, &situation.of(None)) {
        Truth::No(used) => Some((Rule::Starts, used)),
        Truth::Yes(_) | Truth::Unknown(..) | Truth::Fault(_) => None,
    }
}

/// What should be of `step` for the subject of `key`.
pub(super) fn plan_step(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    now: NaiveDateTime,
    never: Option<&Never>,
) -> Planned {
    situation.was_provisional();
    let mut faults = Vec::new();
    let (should, because, used) = place(situation, step, key, never, &mut faults);
    let mut planned = Planned {
        faults,
        ..Planned::new(should, because, used)
    };
    let record = situation.journey.steps.get(key);
    let settled = record.is_some_and(|record| {
        !record.state.is_live() && !matches!(record.state, Step::NotApplicable)
    });
    if let Should::Undecided(lacking) = &planned.should {
        planned
            .wanted
            .extend(situation.askable(lacking, key.of.as_ref()));
    }
    planned.undo = match &step.undo {
        Some(Undo::Operation(undo)) => {
            Some(taken_back(situation, step, undo, key, &mut planned.faults))
        }
        Some(Undo::Act(_) | Undo::None(_)) | None => None,
    };
    if let Some(quiet) = &step.quiet {
        planned.quiet = holds(situation, quiet, key, &mut planned.faults);
    }
    if planned.should != Should::Nothing {
        dates(situation, step, key, now, &mut planned);
        if let Some(record) = record {
            unheard(situation, step, key, record, &mut planned.faults);
        }
    }
    if planned.should == Should::ToDo
        && let Some(call) = &step.call
    {
        let call = arguments(situation, call, key, &mut planned.faults);
        // Nobody is asked for what would only repeat a call that was answered.
        if let Call::Lacking(lacking) = &call
            && !settled
        {
            planned
                .wanted
                .extend(situation.askable(lacking, key.of.as_ref()));
        }
        planned.call = Some(call);
    }
    if record.is_some_and(|record| tells_recourse(step, record)) {
        recourse(situation, step, key, &mut planned);
    }
    // Nobody is asked for what only matters to something they do not want.
    if record.is_some_and(|record| matches!(record.state, Step::Declined { .. })) {
        planned.wanted.clear();
    }
    let law = situation
        .journey
        .law
        .as_ref()
        .is_some_and(|law| law.provisional);
    planned.provisional = situation.was_provisional() || law;
    let read = situation.take_faults();
    planned
        .faults
        .extend(read.into_iter().map(|fault| format!("{key}: {fault}")));
    planned
}

/// Messages of services that cannot be told to be this step's, or not, since the condition that says so does not fit them.
fn unheard(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    record: &StepRecord,
    faults: &mut Vec<String>,
) {
    let over = matches!(
        record.state,
        Step::Undoing { .. } | Step::Undone | Step::Irrevocable
    );
    if over || record.state.is_settled() {
        return;
    }
    let settling = step.settled_by.iter().filter_map(|by| match by {
        Settling::Event { event, matching } => Some((event, matching.as_ref(), record.spent)),
        Settling::Declared(_) | Settling::Decision | Settling::Answer | Settling::Told => None,
    });
    let heard = record.file.heard.max(record.spent);
    let silence = step.silence.as_ref();
    let pieces = silence
        .filter(|_| record.requested_on.is_some())
        .into_iter()
        .flat_map(|silence| {
            let lacks = silence.incomplete.as_ref().map(|lacks| &lacks.told);
            lacks.into_iter().chain(silence.complete.as_ref())
        })
        .map(|hearing| (&hearing.event, hearing.matching.as_ref(), heard));
    for (event, matching, from) in settling.chain(pieces) {
        let Some(matching) = matching else { continue };
        let messages = situation.journey.service_events.iter().skip(from);
        for told in messages.filter(|told| told.event == *event) {
            let Some(data) = told.data.value() else {
                continue;
            };
            let scope = situation.with(key.of.clone(), "reply", data);
            if let Truth::Fault(fault) = truth(matching, &scope) {
                let fault = format!("{key}: {event}: {fault}");
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
    }
}

/// Whether a condition about a step holds, for sure.
pub(super) fn holds(
    situation: &Situation<'_>,
    condition: &Expr,
    key: &StepKey,
    faults: &mut Vec<String>,
) -> bool {
    match truth(condition, &situation.of(key.of.clone())) {
        Truth::Yes(_) => true,
        Truth::No(_) | Truth::Unknown(..) => false,
        Truth::Fault(fault) => {
            faults.push(format!("{key}: {fault}"));
            false
        }
    }
}

/// A step for somebody, or something, that is not in the journey any more.
pub(super) fn plan_gone(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
) -> Planned {
    let mut planned = Planned::new(Should::Nothing, Because::rule(Rule::NoSubject), Used::new());
    if let Some(Undo::Operation(undo)) = &step.undo {
        let undo = taken_back(situation, step, undo, key, &mut planned.faults);
        planned.undo = Some(undo);
    }
    planned
}

/// Whether the step has its place, in the order a person would ask.
fn place(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    never: Option<&Never>,
    faults: &mut Vec<String>,
) -> (Should, Because, Used) {
    let called_back = is_inverse(situation, step).then(|| is_called_back(situation, step, key));
    // What takes another step back has its place above all when the life event did not happen, or not so.
    if let Some((rule, used)) = never
        && called_back != Some(true)
    {
        let because = Because::used(rule.clone(), used);
        return (Should::Nothing, because, used.clone());
    }
    let scope = situation.of(key.of.clone());
    let mut read = Used::new();
    let mut ask = |rule: Rule, answer: Truth| match answer {
        Truth::Yes(used) => {
            read.extend(used);
            None
        }
        Truth::No(used) => Some((Should::Nothing, Because::used(rule, &used), used)),
        Truth::Unknown(lacking, used) => Some((
            Should::Undecided(lacking.clone()),
            Because::lacking(rule, lacking, &used),
            used,
        )),
        Truth::Fault(fault) => {
            faults.push(format!("{key}: {fault}"));
            Some((
                Should::Undecided(BTreeSet::new()),
                Because::rule(rule),
                Used::new(),
            ))
        }
    };
    if let Some(rule) = &step.applies
        && let Some(answer) = ask(Rule::Law, applies(rule, &scope))
    {
        return answer;
    }
    if let Some(route) = &step.route
        && let Some(route) = situation.definition.routes.get(route)
        && let Some(answer) = ask(Rule::Route(route.id.clone()), truth(&route.when, &scope))
    {
        return answer;
    }
    if let Some(when) = &step.when
        && let Some(answer) = ask(Rule::When, truth(when, &scope))
    {
        return answer;
    }
    if called_back == Some(false) {
        return (
            Should::Nothing,
            Because::rule(Rule::InverseAct),
            Used::new(),
        );
    }
    let rule = if step.when.is_some() {
        Rule::When
    } else {
        Rule::Applies
    };
    let (before, peers) = unmet(situation, step, key);
    if !before.is_empty() {
        return (
            Should::After(before),
            Because::used(Rule::After, &read),
            read,
        );
    }
    if peers {
        return (Should::AfterPeers, Because::used(Rule::After, &read), read);
    }
    (Should::ToDo, Because::used(rule, &read), read)
}

/// Whether `step` only takes another back.
fn is_inverse(situation: &Situation<'_>, step: &StepDefinition) -> bool {
    situation
        .definition
        .steps
        .iter()
        .any(|other| matches!(&other.undo, Some(Undo::Act(id)) if *id == step.id))
}

/// The subjects of `step` that are not there any more, and for whom it takes another step back, or did.
pub(super) fn called_back_for_the_gone(
    situation: &Situation<'_>,
    step: &StepDefinition,
) -> Vec<StepKey> {
    let Some(role) = &step.each else {
        return Vec::new();
    };
    // Hardly ever is anybody gone: nothing else is looked at then.
    let known = situation.journey.people.get(role);
    let gone = known.filter(|known| !known.gone.is_empty() && is_inverse(situation, step));
    let gone = gone
        .into_iter()
        .flat_map(|known| known.gone.keys().copied());
    gone.map(|index| {
        let role = role.clone();
        StepKey::new(step.id.clone(), Some(Subject { role, index }))
    })
    .filter(|key| is_called_back(situation, step, key))
    .collect()
}

/// Whether a step that `step` takes back is being taken back, or was by it.
fn is_called_back(situation: &Situation<'_>, step: &StepDefinition, key: &StepKey) -> bool {
    let done = situation
        .journey
        .steps
        .get(key)
        .is_some_and(|record| record.state.is_settled());
    done || situation.journey.steps.iter().any(|(other, record)| {
        matches!(record.state, Step::Undoing { .. })
            && is_taken_back_by(other, key)
            && situation
                .definition
                .step(&other.id)
                .is_some_and(|other| matches!(&other.undo, Some(Undo::Act(id)) if *id == step.id))
    })
}

/// Whether an act takes back the step of this person or thing, rather than another's.
pub(crate) fn is_taken_back_by(step: &StepKey, act: &StepKey) -> bool {
    step.of.is_none() || act.of.is_none() || step.of == act.of
}

/// The steps that come first and are not settled; and whether other people's journeys still have one.
fn unmet(situation: &Situation<'_>, step: &StepDefinition, key: &StepKey) -> (Vec<StepKey>, bool) {
    let mut steps = Vec::new();
    let mut peers = false;
    for dependency in &step.after {
        match dependency {
            Dependency::Step(id) => {
                let Some(other) = situation.definition.step(id) else {
                    continue;
                };
                let subjects = match &key.of {
                    Some(subject) if other.each.as_ref() == Some(&subject.role) => {
                        alloc::vec![Some(subject.clone())]
                    }
                    Some(_) | None => situation.subjects(other.each.as_ref()),
                };
                for subject in subjects {
                    let other = StepKey::new(id.clone(), subject);
                    let met = situation.journey.steps.get(&other).is_some_and(|record| {
                        record.state.is_settled() || matches!(record.state, Step::NotApplicable)
                    });
                    if !met {
                        steps.push(other);
                    }
                }
            }
            Dependency::Peer {
                journey,
                role,
                step,
            } => {
                let met = situation.journey.peers.iter().any(|(name, of, settled)| {
                    name == journey && of == role && settled.id == *step
                });
                peers |= !met;
            }
        }
    }
    (steps, peers)
}

/// The dates of a step that has its place.
fn dates(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    now: NaiveDateTime,
    planned: &mut Planned,
) {
    let opening = step
        .window
        .as_ref()
        .map(|window| &window.opens)
        .or(step.not_before.as_ref());
    let closing = step
        .window
        .as_ref()
        .map(|window| &window.closes)
        .or(step.due.as_ref());
    let reckon = |rule: Option<&DateRule<Expr>>, planned: &mut Planned| {
        let found = situation.reckon(rule?, Some(step), key.of.as_ref());
        let found = planned.found(situation, key, found);
        if let Some(Err(lacking)) = &found {
            planned.forgotten |= is_forgotten(lacking);
        }
        found
    };
    match reckon(opening, planned) {
        Some(Ok(opens)) => {
            if planned.should == Should::ToDo && now < opens.opens() {
                planned.should = Should::NotYet;
                planned.because.rule = Rule::NotBefore;
            }
            planned.opens = Some(opens);
        }
        Some(Err(lacking)) if planned.should == Should::ToDo => {
            planned.because = Because::lacking(Rule::NotBefore, lacking.clone(), &planned.used);
            planned.should = Should::Undecided(lacking);
        }
        Some(Err(_)) | None => {}
    }
    planned.due = reckon(closing, planned).and_then(Result::ok);
    planned.due_unknown = closing.is_some() && planned.due.is_none();
    planned.effect = reckon(step.effect.as_ref(), planned).and_then(Result::ok);
    planned.effect_unknown = step.effect.is_some() && planned.effect.is_none();
    silence(situation, step, key, now.date(), planned);
}

/// Whether the ways to contest are told: after a refusal, and where only somebody outside can refuse (an employer, a landlord), for a
/// right while it can be had and for a duty once its date is missed.
#[must_use]
pub fn tells_recourse(step: &StepDefinition, record: &StepRecord) -> bool {
    let refused_here = step.call.is_some()
        || step.silence.is_some()
        || step.settled_by.contains(&Settling::Decision);
    let outside = !refused_here
        && match record.state {
            Step::Open => step.kind == StepKind::Right || record.missed,
            Step::Lapsed => true,
            Step::Waiting(_)
            | Step::NotApplicable
            | Step::Requested { .. }
            | Step::Settled { .. }
            | Step::Deemed { .. }
            | Step::Refused { .. }
            | Step::Declined { .. }
            | Step::Failed { .. }
            | Step::Undoing { .. }
            | Step::Undone
            | Step::Irrevocable => false,
        };
    outside || record.state.is_refused()
}

/// The ways to contest a refusal, with their dates.
fn recourse(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &mut Planned,
) {
    let not_opposable = situation
        .journey
        .steps
        .get(key)
        .is_some_and(|record| record.notice_defective);
    for recourse in &step.recourse {
        let due = match &recourse.due {
            Some(rule) if !not_opposable => {
                let found = situation.reckon(rule, Some(step), key.of.as_ref());
                planned.found(situation, key, found).and_then(Result::ok)
            }
            Some(_) | None => None,
        };
        planned.recourse.push(PlannedRecourse {
            kind: recourse.kind,
            due,
            not_opposable,
        });
    }
}

/// What would take back what the service was asked: an argument that was sent is sent again as it was, since that is what the
/// service knows, whatever a correction says since.
fn taken_back(
    situation: &Situation<'_>,
    step: &StepDefinition,
    undo: &CallDefinition,
    key: &StepKey,
    faults: &mut Vec<String>,
) -> Call {
    let sent = situation
        .journey
        .steps
        .get(key)
        .and_then(|record| record.sent.as_ref()?.value());
    let (Some(call), Some(sent)) = (&step.call, sent) else {
        return arguments(situation, undo, key, faults);
    };
    let mut again = BTreeMap::new();
    let mut rest = undo.clone();
    rest.arguments.retain(|name, expr| {
        let same = call.arguments.iter().find(|(_, sent)| *sent == expr);
        match same.and_then(|(sent_as, _)| sent.get(sent_as)) {
            Some(value) => {
                again.insert(name.clone(), value.clone());
                false
            }
            None => true,
        }
    });
    match arguments(situation, &rest, key, faults) {
        Call::Ready(mut ready) => {
            ready.extend(again);
            Call::Ready(ready)
        }
        lacking @ Call::Lacking(_) => lacking,
    }
}

/// The arguments of a call, as far as they are known.
fn arguments(
    situation: &Situation<'_>,
    call: &CallDefinition,
    key: &StepKey,
    faults: &mut Vec<String>,
) -> Call {
    let scope = situation.of(key.of.clone());
    let contract = situation.catalog.operation(&call.operation);
    let may_lack = |name: &str| match contract.map(|operation| &operation.arguments) {
        Some(Type::Record(fields)) => fields.get(name).is_none_or(|field| field.optional),
        Some(_) | None => true,
    };
    let mut lacking = BTreeSet::new();
    let mut fits = true;
    let mut ready = BTreeMap::new();
    for (name, expr) in &call.arguments {
        match eval(expr, &scope) {
            Outcome::Known { value, .. } if value.is_complete() => {
                ready.insert(name.clone(), value);
            }
            Outcome::Known { used, .. } => lacking.extend(used.keys().map(|reference| Lacking {
                reference: reference.clone(),
                reason: Reason::Erased,
            })),
            Outcome::Unknown { lacking: more, .. } => lacking.extend(more),
            // An optional argument that the event does not give is not sent.
            Outcome::Failed {
                failure: crate::expr::Failure::Absent(_),
                ..
            } if may_lack(name) => {}
            Outcome::Failed {
                failure: crate::expr::Failure::Absent(reference),
                ..
            } => {
                lacking.insert(Lacking {
                    reference,
                    reason: Reason::Undecided,
                });
            }
            Outcome::Failed { failure, .. } => {
                fits = false;
                faults.push(format!("{key}: argument `{name}`: {failure}"));
            }
        }
    }
    if fits && lacking.is_empty() {
        Call::Ready(ready)
    } else {
        Call::Lacking(lacking)
    }
}
