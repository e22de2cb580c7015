//! A step, as people read it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use chrono::NaiveDateTime;

use super::because::{self, Why};
use super::clock::{self, ClockView};
use super::{words, working};
use crate::calendar::{DateRule, Deadline};
use crate::definition::{Contact, Law, RecourseKind, StepDefinition, StepKind, Words};
use crate::expr::Expr;
use crate::journey::{By, Doable, Rule, Step, StepKey, Until, offered};
use crate::name::{Role, ServiceId};
use crate::plan::{Planned, Should, Situation, Truth, end, tells_recourse, truth};
use crate::value::Value;

/// A step, told to people.
#[derive(Clone, Debug, PartialEq)]
pub struct StepView {
    /// Which step.
    pub key: StepKey,
    /// Obligation, right, …
    pub kind: StepKind,
    /// What it is called.
    pub title: Words,
    /// Whom or what it is for, under `each:`: a first name, else its place from 1.
    pub subject: Option<String>,
    /// What to do and how.
    pub explain: Option<Words>,
    /// Where it belongs on a page.
    pub group: Group,
    /// Where it stands, exactly.
    pub state: Step,
    /// The law that opened it is not certain yet.
    pub provisional: bool,
    /// Its date has passed, whether it could be done or waits for something.
    pub overdue: bool,
    /// Nobody is told of it.
    pub quiet: bool,
    /// The people who act.
    pub who: Option<Role>,
    /// Where it is done, and whom to ask.
    pub office: Option<OfficeView>,
    /// From when it may be done.
    pub opens: Option<Deadline>,
    /// By when, with its working-out.
    pub due: Option<Deadline>,
    /// From when it counts.
    pub effect: Option<Deadline>,
    /// When silence will have decided, and what it means, while a service is being waited for.
    pub silence: Option<(Deadline, crate::definition::SilenceMeaning)>,
    /// What keeps its clock from running, while a service is being waited for.
    pub clock: Option<ClockView>,
    /// What is needed, and who already has it.
    pub evidence: Vec<EvidenceView>,
    /// What if it is not done in time.
    pub missed: Option<Words>,
    /// How to contest, once refused.
    pub recourse: Vec<RecourseView>,
    /// What it costs.
    pub cost: Option<Words>,
    /// The articles it comes from.
    pub law: Vec<Law>,
    /// Why it stands as it does.
    pub why: Why,
    /// The refusal's words: the service's own, else what was said about it.
    pub refusal: Option<Words>,
    /// What the service replied last.
    pub reply: Option<Value>,
    /// What its holder can do about it.
    pub doable: Vec<Doable>,
    /// What an agent can do about it: pass on the holder's words, and say what is for its office to say, where they are of that office.
    pub by_agent: Vec<Doable>,
}

/// Where a step belongs on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Something is to be done by people.
    ToDo,
    /// A service, or an agent, is at work.
    UnderWay,
    /// Not yet: a date, a step or a fact comes first.
    Coming,
    /// Granted, or done.
    Done,
    /// Refused, lost, declined or undone.
    Closed,
    /// It does not apply, and why.
    NotForYou,
}

/// Where a step is done.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficeView {
    /// The service.
    pub service: ServiceId,
    /// What people call it.
    pub title: Words,
    /// How to reach it.
    pub contact: Contact,
}

/// A document, and who has it.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceView {
    /// What it is called.
    pub title: Words,
    /// The administration that has it, so that nobody is asked for it.
    pub held_by: Option<Words>,
}

/// A way to contest.
#[derive(Clone, Debug, PartialEq)]
pub struct RecourseView {
    /// Which.
    pub kind: RecourseKind,
    /// To whom, and how.
    pub words: Words,
    /// By when.
    pub due: Option<Deadline>,
    /// It must come before any court.
    pub mandatory: bool,
    /// Its time does not run: the notice did not state it.
    pub not_opposable: bool,
    /// Where it goes next.
    pub then: Option<RecourseKind>,
    /// It was lodged.
    pub lodged: bool,
    /// The articles.
    pub law: Vec<Law>,
}

pub(super) fn step(
    situation: &Situation<'_>,
    step: &StepDefinition,
    key: &StepKey,
    planned: &Planned,
    now: NaiveDateTime,
) -> Option<StepView> {
    let record = situation.journey.steps.get(key)?;
    let scope = situation.of(key.of.clone());
    let holder = situation.journey.holder.value();
    let offered = |by: By<'_>| offered(situation, step, key, record, by);
    let fill = |words: &Words| words::filled(words, &scope);
    let worked = |deadline: Option<&Deadline>, rule: Option<&DateRule<Expr>>| {
        working::told(situation, deadline, rule, step, key.of.as_ref())
    };
    let recourse = planned
        .recourse
        .iter()
        .zip(&step.recourse)
        .map(|(planned, recourse)| RecourseView {
            kind: recourse.kind,
            words: fill(&recourse.words),
            due: worked(planned.due.as_ref(), recourse.due.as_ref()),
            mandatory: recourse.mandatory,
            not_opposable: planned.not_opposable,
            then: recourse.then,
            lodged: record
                .appeals
                .iter()
                .any(|(kind, _)| *kind == recourse.kind),
            law: recourse.law.clone(),
        });
    let evidence = step
        .evidence
        .iter()
        .filter(|evidence| match &evidence.when {
            Some(when) => !matches!(truth(when, &scope), Truth::No(_)),
            None => true,
        });
    // Nobody knows yet whether it concerns them, and its date is past: they should know that, and nothing is decided.
    let asks = record.state == Step::Waiting(Until::Facts);
    let passed = planned.due.as_ref().is_some_and(|due| now >= end(due));
    let held_by = |service: &ServiceId| {
        situation
            .catalog
            .service(service)
            .map(|service| service.title.clone())
    };
    Some(StepView {
        key: key.clone(),
        kind: step.kind,
        title: fill(&step.title),
        subject: subject(situation, key),
        explain: step.explain.as_ref().map(fill),
        group: group(step, &record.state),
        state: record.state.clone(),
        provisional: record.provisional || (planned.provisional && record.state.is_live()),
        overdue: (record.missed && record.state.is_live()) || (asks && passed),
        quiet: planned.quiet,
        who: step.who.clone(),
        office: step.office.as_ref().and_then(|office| {
            let service = situation.catalog.service(&office.service)?;
            Some(OfficeView {
                service: service.id.clone(),
                title: service.title.clone(),
                contact: service.contact.clone(),
            })
        }),
        opens: worked(
            planned.opens.as_ref(),
            step.window
                .as_ref()
                .map(|window| &window.opens)
                .or(step.not_before.as_ref()),
        ),
        due: worked(
            planned.due.as_ref(),
            step.window
                .as_ref()
                .map(|window| &window.closes)
                .or(step.due.as_ref()),
        ),
        effect: worked(planned.effect.as_ref(), step.effect.as_ref()),
        silence: step.silence.as_ref().and_then(|silence| {
            let live = matches!(record.state, Step::Requested { .. } | Step::Open);
            planned
                .silence
                .clone()
                .filter(|_| live)
                .map(|deadline| (deadline, silence.means))
        }),
        clock: clock::told(step, record, planned),
        evidence: evidence
            .map(|evidence| EvidenceView {
                title: fill(&evidence.title),
                held_by: evidence.held_by.as_ref().and_then(held_by),
            })
            .collect(),
        missed: step.missed.as_ref().map(|missed| fill(&missed.words)),
        recourse: recourse.filter(|_| tells_recourse(step, record)).collect(),
        cost: step.cost.as_ref().map(fill),
        law: step.law.clone(),
        why: why(situation, record, planned, fill),
        refusal: refusal(situation, step, record),
        reply: record
            .reply
            .as_ref()
            .and_then(|reply| reply.value().cloned()),
        doable: holder.map_or_else(Vec::new, |holder| offered(By::Person(holder))),
        by_agent: offered(By::Agent),
    })
}

/// Why it stands as it does. Of a route that was left, the definition says so itself.
fn why(
    situation: &Situation<'_>,
    record: &crate::journey::StepRecord,
    planned: &Planned,
    fill: impl Fn(&Words) -> Words,
) -> Why {
    let why = because::why(situation, &planned.because, &planned.used);
    let Rule::Route(id) = &why.rule else {
        return why;
    };
    let route = situation.definition.routes.get(id);
    let left = route
        .and_then(|route| route.left.as_ref())
        .filter(|_| record.had_place && planned.should == Should::Nothing);
    match left {
        Some(left) => Why {
            words: fill(left),
            ..why
        },
        None => why,
    }
}

/// Whom a step is for: by name, else by place when there are several.
fn subject(situation: &Situation<'_>, key: &StepKey) -> Option<String> {
    let subject = key.of.as_ref()?;
    let place = || {
        let members = situation.members(&subject.role).len();
        let place = situation.journey.place(subject)?;
        (place < members && members > 1).then(|| (place + 1).to_string())
    };
    super::called(situation.told_of(subject)?).or_else(place)
}

fn group(step: &StepDefinition, state: &Step) -> Group {
    match state {
        Step::Waiting(_) => Group::Coming,
        Step::NotApplicable => Group::NotForYou,
        Step::Open => match step.kind {
            StepKind::Service | StepKind::Decision => Group::UnderWay,
            // A request that the engine makes by itself waits for what it lacks.
            StepKind::Obligation | StepKind::Right | StepKind::Notice => Group::ToDo,
        },
        Step::Requested { .. } | Step::Failed { .. } | Step::Undoing { .. } => Group::UnderWay,
        Step::Settled { .. } => Group::Done,
        Step::Deemed {
            means: crate::definition::SilenceMeaning::Acceptance,
            ..
        } => Group::Done,
        Step::Deemed {
            means: crate::definition::SilenceMeaning::Refusal,
            ..
        }
        | Step::Refused { .. }
        | Step::Declined { .. }
        | Step::Lapsed
        | Step::Undone
        | Step::Irrevocable => Group::Closed,
    }
}

fn refusal(
    situation: &Situation<'_>,
    step: &StepDefinition,
    record: &crate::journey::StepRecord,
) -> Option<Words> {
    let Step::Refused { code, .. } = &record.state else {
        return None;
    };
    let code = code.value();
    let said = record.motive.as_ref().and_then(|motive| motive.value());
    let operation = step
        .call
        .as_ref()
        .and_then(|call| situation.catalog.operation(&call.operation));
    match (
        operation.and_then(|operation| operation.refusals.get(code?)),
        said,
    ) {
        (Some(words), _) => Some(words.clone()),
        (None, Some(said)) => Some(Words {
            fr: said.clone(),
            en: said.clone(),
        }),
        (None, None) => None,
    }
}

impl StepView {
    /// Its last day, where that has passed while nobody knows yet whether it concerns them: nothing is decided, and they should know
    /// that it would be too late.
    #[must_use]
    pub fn passed_unknown(&self) -> Option<&Deadline> {
        let unknown = self.state == Step::Waiting(Until::Facts);
        self.due.as_ref().filter(|_| unknown && self.overdue)
    }

    /// Whether this is for the office of the step to say, by an agent of its own, and no word of people that any agent may pass on.
    #[must_use]
    pub fn is_for_office(&self, what: Doable) -> bool {
        match what {
            Doable::Accept
            | Doable::Refuse
            | Doable::Retry
            | Doable::AskPieces
            | Doable::HavePieces => true,
            Doable::Done => !self.doable.contains(&Doable::Done),
            Doable::Decline | Doable::Resume | Doable::Appeal => false,
        }
    }
}
