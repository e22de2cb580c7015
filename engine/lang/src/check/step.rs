//! A step, checked.

use parcours_core::calendar::{Territory, WindowRule};
use parcours_core::definition::{
    Dependency, Evidence, Missed, Office, OperationKind, Settling, SilenceMeaning, StepDefinition,
    StepKind, Undo,
};
use parcours_core::name::{FactId, RouteId, ServiceId, StepId};
use parcours_core::value::Type;

use super::act::CallUse;
use super::graph::{Thing, Why};
use super::scope::Checker;
use crate::cel::{Env, Expected};
use crate::diagnostic::{Code, did_you_mean};
use crate::raw::{RawDependency, RawMissed, RawOffice, RawStep, RawWindow};
use crate::read::{Id, Opt, Raw};
use crate::source::At;

/// What a key that may be absent says: `None` when it is broken.
macro_rules! optional {
    ($key:expr, $check:expr) => {
        match &$key {
            Opt::Absent => Some(None),
            Opt::Broken => None,
            Opt::Given(raw) => ($check)(raw).map(Some),
        }
    };
}

impl Checker<'_> {
    pub(super) fn step(&mut self, id: &At<String>, raw: &RawStep) -> Option<StepDefinition> {
        let this = Thing::Step(id.value.clone());
        let role = raw.each.get().map(|each| each.0.value.clone());
        self.owner = Some((this.clone(), role));
        let (env, each) = self.under(raw.each.get());
        // What decides whether the step is there at all comes first: conditions must not depend on their own answer.
        self.reads.clear();
        let when = optional!(raw.when, |text| self.condition_of_a_place(text, &env));
        let own = self.raw.applies.get();
        let applies = optional!(raw.applies, |applies| self.applies(applies, &env, own));
        self.needs_what_was_read(&this);
        let route = optional!(raw.route, |route: &Id| self.route_id(route, &this));
        let after = self.after(raw, &this);
        self.guards = self.given_by(when.as_ref(), raw.route.get());
        // The rest may speak of the step itself.
        let title = raw.title.get().map(|words| self.words(words));
        let explain = optional!(raw.explain, |words| Some(self.words(words)));
        let cost = optional!(raw.cost, |words| Some(self.words(words)));
        let who = optional!(raw.who, |role| self.people_role(role));
        let office = optional!(raw.office, |office: &RawOffice| {
            let service = office
                .service
                .get()
                .and_then(|service| self.service_id(service));
            let of = optional!(office.of, |of| self.expression(
                of,
                &env,
                &Expected::of(Type::Text).or_absent()
            ));
            Some(Office {
                service: service?,
                of: of?,
            })
        });
        let calendar = optional!(raw.calendar, |calendar| self.calendar(calendar));
        let not_before = optional!(raw.not_before, |rule: &Raw| self.date_rule(rule, &env));
        let due = optional!(raw.due, |rule: &Raw| self.date_rule(rule, &env));
        let window = optional!(raw.window, |window: &RawWindow| {
            let opens = window
                .opens
                .get()
                .and_then(|rule| self.date_rule(rule, &env));
            let closes = window
                .closes
                .get()
                .and_then(|rule| self.date_rule(rule, &env));
            Some(WindowRule {
                opens: opens?,
                closes: closes?,
            })
        });
        self.is_never_open(raw, &not_before, &due, &window);
        let effect = optional!(raw.effect, |rule: &Raw| self.date_rule(rule, &env));
        let evidence = self.evidence(raw, &env);
        let kind = raw.kind.get().map(|kind| kind.value);
        let purpose = match kind {
            Some(StepKind::Service | StepKind::Decision) => CallUse::OfficeStep,
            Some(StepKind::Obligation | StepKind::Right | StepKind::Notice) | None => CallUse::Step,
        };
        let call = optional!(raw.call, |call| self.call(call, purpose, &env));
        let settled_by = self.settled_by(raw, &env);
        let undo = optional!(raw.undo, |undo| self.undo(undo, &env));
        self.takes_back(raw);
        self.is_silent_about_something(raw, id);
        let silence = optional!(raw.silence, |silence| self.silence(silence, &env));
        let missed = optional!(raw.missed, |missed: &RawMissed| {
            let words = missed.words.get().map(|words| self.words(words));
            Some(Missed {
                words: words?,
                then: missed.then.get()?.value.clone(),
            })
        });
        let recourse: Option<Vec<_>> = match &raw.recourse {
            Opt::Absent => Some(Vec::new()),
            Opt::Broken => None,
            Opt::Given(list) => {
                let all: Vec<_> = list
                    .items
                    .iter()
                    .map(|item| self.recourse(item, &env, id))
                    .collect();
                self.goes_on_somewhere(list, id);
                (!list.broken).then(|| all.into_iter().collect()).flatten()
            }
        };
        let law = match &raw.law {
            Opt::Absent => Some(Vec::new()),
            Opt::Broken => None,
            Opt::Given(law) => self.articles(&law.0, &format!("step `{}`", id.value)),
        };
        let quiet = optional!(raw.quiet, |text| self.condition(text, &env));
        self.reads.clear();
        self.guards.clear();
        self.has_a_seat(!raw.office.is_absent());
        self.house_rules(id, raw, settled_by.as_deref());
        let each_is_fine = raw.each.is_absent() || each.is_some();
        each_is_fine.then_some(())?;
        Some(StepDefinition {
            id: StepId::new(&id.value).ok()?,
            kind: raw.kind.get()?.value,
            title: title?,
            explain: explain?,
            each,
            who: who?,
            office: office?,
            applies: applies?,
            route: route?,
            when: when?,
            after: after?,
            not_before: not_before?,
            due: due?,
            window: window?,
            effect: effect?,
            calendar: calendar?.flatten(),
            evidence: evidence?,
            settled_by: settled_by?,
            call: call?,
            undo: undo?,
            silence: silence?,
            missed: missed?,
            recourse: recourse?,
            cost: cost?,
            law: law?,
            quiet: quiet?,
        })
    }

    fn route_id(&mut self, id: &Id, step: &Thing) -> Option<RouteId> {
        let name = &id.0.value;
        let routes: Vec<&str> = self
            .raw
            .routes
            .get()
            .into_iter()
            .flat_map(|routes| routes.names())
            .collect();
        if !routes.contains(&name.as_str()) {
            let remedy = did_you_mean(name, routes);
            self.report.report(
                Code::UnknownName,
                id.0.span,
                format!("`{name}` is no route of this journey"),
                remedy,
            );
            return None;
        }
        self.used.insert(format!("route.{name}"));
        self.is_read(Thing::Route(name.clone()), id.0.span);
        self.graph
            .add(step.clone(), Thing::Route(name.clone()), Why::Reads);
        RouteId::new(name).ok()
    }

    fn after(&mut self, raw: &RawStep, step: &Thing) -> Option<Vec<Dependency>> {
        let list = match &raw.after {
            Opt::Absent => return Some(Vec::new()),
            Opt::Broken => return None,
            Opt::Given(list) => list,
        };
        let all: Vec<Option<Dependency>> = list
            .items
            .iter()
            .map(|item| self.dependency(item, step))
            .collect();
        (!list.broken).then(|| all.into_iter().collect()).flatten()
    }

    fn dependency(&mut self, raw: &RawDependency, step: &Thing) -> Option<Dependency> {
        match (&raw.step, &raw.peer) {
            (Opt::Given(id), Opt::Absent) => {
                let id = self.step_id(&id.0)?;
                self.graph.add(
                    step.clone(),
                    Thing::Step(id.as_str().to_owned()),
                    Why::After,
                );
                Some(Dependency::Step(id))
            }
            (Opt::Absent, Opt::Given(peer)) => {
                let message = "nothing tells this journey what happens in another person's, so this step would wait for ever";
                let remedy = "wait for a step of this journey instead, that a service settles when the other person has done theirs (`settled_by: [ { event: … } ]`), or that people declare";
                self.report
                    .report(Code::PeerStep, peer.span, message, remedy);
                None
            }
            (Opt::Broken, _) | (_, Opt::Broken) => None,
            (Opt::Absent, Opt::Absent) | (Opt::Given(_), Opt::Given(_)) => {
                let message = "what comes first is exactly one of `step`, `peer`";
                self.report.report(
                    Code::KeyConflict,
                    raw.span,
                    message,
                    "say one in each `- …`; all of them must be settled",
                );
                None
            }
        }
    }

    pub(super) fn service_id(&mut self, id: &Id) -> Option<ServiceId> {
        let name = &id.0.value;
        if !self.known.services.contains_key(name) {
            let remedy = did_you_mean(name, self.known.services.keys().map(String::as_str));
            self.report.report(
                Code::UnknownName,
                id.0.span,
                format!("`{name}` is no service"),
                remedy,
            );
            return None;
        }
        ServiceId::new(name).ok()
    }

    /// `office` is `None`: the office's own.
    fn calendar(&mut self, text: &At<String>) -> Option<Option<Territory>> {
        if text.value == "office" {
            return Some(None);
        }
        let territory = Territory::from_id(&text.value);
        if territory.is_none() {
            let names = Territory::ALL
                .iter()
                .map(|territory| territory.id())
                .chain(["office"]);
            let (message, remedy) = match Territory::not_covered(&text.value) {
                Some(place) => (
                    format!("{place} sets its own holidays, and there is no calendar of them here"),
                    "let the dates there not depend on holidays: without `roll`, counted in `days` or `months`".to_owned(),
                ),
                None => (
                    format!("`{}` is no calendar", text.value),
                    did_you_mean(&text.value, names),
                ),
            };
            self.report
                .report(Code::UnknownWord, text.span, message, remedy);
        }
        territory.map(Some)
    }

    fn evidence(&mut self, raw: &RawStep, env: &Env) -> Option<Vec<Evidence>> {
        let list = match &raw.evidence {
            Opt::Absent => return Some(Vec::new()),
            Opt::Broken => return None,
            Opt::Given(list) => list,
        };
        let mut all = Vec::new();
        for item in &list.items {
            let title = item.title.get().map(|words| self.words(words));
            let held_by = optional!(item.held_by, |id| self.service_id(id));
            let proves = optional!(item.proves, |id: &Id| {
                let name = &id.0.value;
                if self.declares("fact", name) {
                    self.used.insert(format!("fact.{name}"));
                    return FactId::new(name).ok();
                }
                let facts = self
                    .raw
                    .facts
                    .get()
                    .into_iter()
                    .flat_map(|facts| facts.names());
                let remedy = did_you_mean(name, facts);
                self.report.report(
                    Code::UnknownName,
                    id.0.span,
                    format!("`{name}` is no fact of this journey"),
                    remedy,
                );
                None
            });
            let when = optional!(item.when, |text| self.condition(text, env));
            all.push((|| {
                Some(Evidence {
                    title: title?,
                    held_by: held_by?,
                    proves: proves?,
                    when: when?,
                })
            })());
        }
        (!list.broken).then(|| all.into_iter().collect()).flatten()
    }

    /// What the house asks of every step, besides that it can be read.
    fn house_rules(&mut self, id: &At<String>, raw: &RawStep, settled_by: Option<&[Settling]>) {
        let kind = raw.kind.get().map(|kind| kind.value);
        let name = &id.value;
        let lawful = matches!(kind, Some(StepKind::Obligation | StepKind::Right));
        let what = kind.map_or("step", StepKind::as_str);
        if lawful && raw.law.is_absent() {
            self.no_law(id.span, &format!("{what} `{name}`"));
        }
        let dated = !raw.due.is_absent() || !raw.window.is_absent();
        if lawful && dated && raw.missed.is_absent() {
            let message =
                format!("{what} `{name}` has a date, and nothing says what happens when it passes");
            let remedy = "add `missed: { words: { fr: \"…\", en: \"…\" }, then: stays_open }` (or `lapses`, or `incident`)";
            self.report.report(Code::NoMissed, id.span, message, remedy);
        }
        if !dated && !raw.missed.is_absent() {
            let message =
                format!("`{name}` says what happens when its date passes, and has no date");
            self.report.report(
                Code::KeyConflict,
                id.span,
                message,
                "add `due:` or `window:`, or remove `missed:`",
            );
        }
        if !raw.window.is_absent() && (!raw.due.is_absent() || !raw.not_before.is_absent()) {
            let message = format!("`{name}` has a `window` beside `due` or `not_before`");
            self.report.report(
                Code::KeyConflict,
                id.span,
                message,
                "keep `window`, which says both ends, or the others",
            );
        }
        if settled_by.is_some_and(<[Settling]>::is_empty) && raw.silence.is_absent() {
            let message = format!("nothing can settle `{name}`");
            let remedy = "add `settled_by:`, for instance `[ { declared: parent } ]`, or `[ { told: true } ]` for a notice";
            self.report
                .report(Code::NeverSettled, id.span, message, remedy);
        }
        let contract = raw
            .call
            .get()
            .and_then(|call| self.known_operation(&call.operation.get()?.0.value));
        let acts = contract
            .as_ref()
            .is_some_and(|contract| contract.kind == OperationKind::Acts);
        if acts && raw.undo.is_absent() {
            let message = format!(
                "`{name}` has something done by a service, and nothing says how it is taken back"
            );
            let remedy =
                "add `undo:` with an `operation`, an `act`, or `none: { fr: …, en: … }` and why";
            self.report.report(Code::NoUndo, id.span, message, remedy);
        }
        let can_be_refused = contract.is_some_and(|contract| contract.can_refuse)
            || settled_by.is_some_and(|ways| ways.contains(&Settling::Decision))
            || raw
                .silence
                .get()
                .and_then(|silence| silence.means.get())
                .is_some_and(|means| means.value == SilenceMeaning::Refusal);
        let contested = matches!(kind, Some(StepKind::Right | StepKind::Decision));
        if contested && can_be_refused && raw.recourse.is_absent() {
            let message =
                format!("{what} `{name}` can be refused, and nothing says how to contest");
            let remedy = "add `recourse:` with the appeals, their dates and their articles";
            self.report
                .report(Code::NoRecourse, id.span, message, remedy);
        }
    }
}

/// A step by which another is taken back is reached through it.
pub(super) fn inverse_acts(steps: &[StepDefinition]) -> impl Iterator<Item = &StepId> {
    steps.iter().filter_map(|step| match &step.undo {
        Some(Undo::Act(act)) => Some(act),
        Some(Undo::Operation(_) | Undo::None(_)) | None => None,
    })
}
