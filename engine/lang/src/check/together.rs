//! What steps say of one another: which takes which back, what rests on a request or a refusal, whom a message is about.

use std::collections::BTreeSet;

use parcours_core::definition::{RecourseKind, SilenceClock, SilenceMeaning};
use parcours_core::expr::{Expr, Root, StepAspect};

use super::graph::Thing;
use super::scope::Checker;
use crate::diagnostic::Code;
use crate::raw::{RawRecourse, RawSilence, RawStep};
use crate::read::{Id, Opt};
use crate::source::At;

impl<'a> Checker<'a> {
    /// The steps that can be read, in the order written.
    fn raw_steps(&self) -> impl Iterator<Item = (&'a At<String>, &'a RawStep)> + use<'a> {
        let steps = self.raw.steps.get().into_iter();
        let steps = steps.flat_map(|steps| &steps.entries);
        steps.filter_map(|(name, step)| Some((name, step.as_ref()?)))
    }

    fn raw_step(&self, id: &str) -> Option<&'a RawStep> {
        let mut steps = self.raw_steps();
        steps.find_map(|(name, step)| (name.value == id).then_some(step))
    }

    fn is_inverse(&self, id: &str) -> bool {
        let step = self.raw_step(id);
        step.is_some_and(|step| step.inverse.get().is_some_and(|flag| flag.0))
    }

    /// A step by which another is taken back is there for nothing else, and says so.
    pub(super) fn inverse_acts(&mut self) {
        let act = |step: &'a RawStep| step.undo.get()?.act.get();
        let mut named = BTreeSet::new();
        let mut told = BTreeSet::new();
        for (name, step) in self.raw_steps() {
            let Some(target) = act(step) else { continue };
            named.insert(target.0.value.as_str());
            if target.0.value == name.value {
                let message = format!("`{}` would be taken back by itself", name.value);
                let remedy = "name the step by which it is taken back, or say `operation:`, or `none:` and why";
                self.report
                    .report(Code::InverseAct, target.0.span, message, remedy);
                continue;
            }
            if self.raw_step(&target.0.value).is_none() {
                continue;
            }
            if !self.is_inverse(&target.0.value) {
                self.is_ordinary(target, name);
                continue;
            }
            if self.is_inverse(&name.value) {
                self.rings(name, &act, &mut told);
            }
        }
        for (name, step) in self.raw_steps() {
            let inverse = step.inverse.get().is_some_and(|flag| flag.0);
            if inverse && !named.contains(name.value.as_str()) {
                let message = format!("nothing is taken back by `{}`", name.value);
                let remedy = format!(
                    "name it in the step that it takes back, `undo: {{ act: {} }}`, or remove `inverse`",
                    name.value
                );
                self.report
                    .report(Code::InverseAct, name.span, message, remedy);
            }
            if inverse {
                continue;
            }
            let after = step.after.get().into_iter();
            for waited in after
                .flat_map(|list| &list.items)
                .filter_map(|item| item.step.get())
            {
                if self.is_inverse(&waited.0.value) && named.contains(waited.0.value.as_str()) {
                    let message = format!(
                        "`{}` waits for `{}`, which is there only for those for whom another step is taken back",
                        name.value, waited.0.value
                    );
                    let remedy = "remove it from `after:`, or wait for a step that everybody has";
                    self.report
                        .report(Code::InverseAct, waited.0.span, message, remedy);
                }
            }
        }
    }

    fn is_ordinary(&mut self, target: &Id, taken_back: &At<String>) {
        let message = format!(
            "`{}` is a step of its own: named here, it would be there only for those for whom `{}` is taken back",
            target.0.value, taken_back.value
        );
        let remedy = format!(
            "name a step that is there for nothing else, and give it `inverse: true`; or say `operation:`, or `none:` and why `{}` is not taken back",
            taken_back.value
        );
        self.report
            .report(Code::InverseAct, target.0.span, message, remedy);
    }

    /// Steps that take one another back, from `first` on; each ring is told once.
    fn rings(
        &mut self,
        first: &'a At<String>,
        act: &impl Fn(&'a RawStep) -> Option<&'a Id>,
        told: &mut BTreeSet<&'a str>,
    ) {
        let mut ring: Vec<&'a str> = vec![&first.value];
        while let Some(next) = ring
            .last()
            .and_then(|last| self.raw_step(last))
            .and_then(act)
        {
            if next.0.value == first.value {
                if ring.iter().any(|step| told.contains(step)) {
                    return;
                }
                told.extend(&ring);
                let steps = ring.iter().chain([&ring[0]]).copied();
                let steps: Vec<String> = steps.map(|step| format!("`{step}`")).collect();
                let message = format!("these steps take one another back: {}", steps.join(" → "));
                let remedy =
                    "let the last one say `operation:`, or `none:` and why it is not taken back";
                self.report
                    .report(Code::InverseAct, next.0.span, message, remedy);
                return;
            }
            if ring.contains(&next.0.value.as_str()) {
                return;
            }
            ring.push(&next.0.value);
        }
    }

    /// A step is requested by its call, and refused by the answer, by an agent, or by silence: what rests on anything else would wait
    /// for ever.
    pub(super) fn never_comes(&mut self) {
        for (id, aspect, span) in std::mem::take(&mut self.asked) {
            let Some(step) = self.raw_step(&id) else {
                continue;
            };
            let (what, remedy) = match aspect {
                StepAspect::Requested | StepAspect::RequestedOn if step.call.is_absent() => (
                    "is never requested: it has no `call`",
                    format!(
                        "give `{id}` a `call:`; what people send themselves is a step of its own that they declare, `settled_by: [ {{ declared: … }} ]`, and its day is `settled_on`"
                    ),
                ),
                StepAspect::Refused | StepAspect::RefusedOn if !may_be_refused(step) => (
                    "is never refused: no call, no agent and no silence says no",
                    format!(
                        "let an agent decide, `settled_by: [ {{ decision: agent }} ]` of `{id}`, or ask for what can come: `settled`, `missed`, `settled_on`"
                    ),
                ),
                _ => continue,
            };
            let message = format!("`step.{id}.{}`: `{id}` {what}", aspect.as_str());
            self.report.report(Code::NeverComes, span, message, remedy);
        }
    }

    /// Silence follows a request that the engine has made.
    pub(super) fn is_silent_about_something(&mut self, step: &RawStep, id: &At<String>) {
        let Some(silence) = step.silence.get().filter(|_| step.call.is_absent()) else {
            return;
        };
        let message = format!(
            "`{}` has no `call`, so it is never requested, and nobody is silent about it",
            id.value
        );
        let remedy = "add `call:` with the operation that requests it; of what people send themselves, say in `explain` what silence means, with a \
                      date counted from the step by which they sent it";
        self.report
            .report(Code::NeverComes, silence.span, message, remedy);
    }

    /// An acceptance by silence is counted from the complete file, a refusal from the first receipt (CRPA, art. L114-5).
    pub(super) fn counts_as_the_law_does(&mut self, raw: &RawSilence) {
        let (Some(means), Some(from)) = (raw.means.get(), raw.counts_from.get()) else {
            return;
        };
        let (message, remedy) = match (means.value, from.value) {
            (SilenceMeaning::Acceptance, SilenceClock::FirstReceipt) => (
                "a silence that accepts is counted from the complete file (CRPA, art. L114-5), and this one from the first receipt",
                "write `counts_from: complete_file`",
            ),
            (SilenceMeaning::Refusal, SilenceClock::CompleteFile) => (
                "a silence that refuses is counted from the first receipt (CRPA, art. L114-5), and this one from the complete file",
                "write `counts_from: first_receipt`",
            ),
            (SilenceMeaning::Acceptance, SilenceClock::CompleteFile)
            | (SilenceMeaning::Refusal, SilenceClock::FirstReceipt) => return,
        };
        self.report
            .report(Code::SilenceClock, raw.span, message, remedy);
    }

    /// Whoever must appeal before any court is told until when. Where no refusal is known here, the words say it.
    pub(super) fn appeals_in_time(&mut self, raw: &RawRecourse, step: &str) {
        let refused = self.raw_step(step).is_some_and(may_be_refused);
        let kind = raw.kind.get().map(|kind| kind.value);
        if refused
            && kind == Some(RecourseKind::PriorAppeal)
            && raw.mandatory.get().is_some_and(|flag| flag.0)
            && raw.due.is_absent()
        {
            let message = "this appeal must come before any court, and nothing says until when";
            let remedy = "add `due:`, counted from the refusal: `due: { months: 2, after: step.….refused_on }`";
            self.report
                .report(Code::AppealWithoutDate, raw.span, message, remedy);
        }
    }

    /// Under `each:`, a message says which of them it is about; else one settles the step for all.
    pub(super) fn is_about_one(&mut self, event: &Id, matching: Option<&Expr>) {
        let Some((Thing::Step(step), Some(role))) = self.owner.clone() else {
            return;
        };
        let of_each = |fact: &str| {
            let facts = self.raw.facts.get().into_iter();
            let mut facts = facts.flat_map(|facts| &facts.entries);
            facts.any(|(name, raw)| {
                let each = raw.as_ref().and_then(|raw| raw.each.get());
                name.value == fact && each.is_some_and(|each| each.0.value == role)
            })
        };
        let tells = matching.is_some_and(|matching| {
            matching
                .references()
                .iter()
                .any(|reference| match reference.root() {
                    Root::Bound(name) => **name == *role,
                    Root::Fact(id) => of_each(id),
                    _ => false,
                })
        });
        if tells {
            return;
        }
        let message = format!(
            "`{step}` is for each {role}, and nothing says which {role} the message `{}` is about: one is heard for all",
            event.0.value
        );
        let remedy = format!(
            "add `matching:` with what the message and the {role} have in common, such as `reply.person == {role}.id`; what is settled for all at once is a step without `each:`"
        );
        self.report
            .report(Code::WhoseMessage, event.0.span, message, remedy);
    }
}

/// Whether somebody, or silence, can say no.
fn may_be_refused(step: &RawStep) -> bool {
    let by_an_agent = match &step.settled_by {
        Opt::Broken => true,
        Opt::Absent => false,
        Opt::Given(list) => list.broken || list.items.iter().any(|way| !way.decision.is_absent()),
    };
    let by_silence = match &step.silence {
        Opt::Broken => true,
        Opt::Absent => false,
        Opt::Given(silence) => silence
            .means
            .get()
            .is_none_or(|means| means.value == SilenceMeaning::Refusal),
    };
    !step.call.is_absent() || by_an_agent || by_silence
}
