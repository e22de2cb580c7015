//! What an administration's silence means, and what it says before it falls silent.

use parcours_core::definition::{Incomplete, Silence, SilenceClock};
use parcours_core::value::Type;

use super::scope::Checker;
use crate::cel::{Env, Expected};
use crate::diagnostic::Code;
use crate::raw::{RawIncomplete, RawSilence};
use crate::read::Opt;

impl Checker<'_> {
    pub(super) fn silence(&mut self, raw: &RawSilence, env: &Env) -> Option<Silence> {
        let after = raw.after.get().and_then(|after| self.date_rule(after, env));
        let suspended_while = match &raw.suspended_while {
            Opt::Absent => Some(None),
            Opt::Broken => None,
            Opt::Given(text) => self.condition(text, env).map(Some),
        };
        let incomplete = match &raw.incomplete {
            Opt::Absent => Some(None),
            Opt::Broken => None,
            Opt::Given(raw) => self.incomplete(raw, env).map(Some),
        };
        let complete = match &raw.complete {
            Opt::Absent => Some(None),
            Opt::Broken => None,
            Opt::Given(raw) => raw
                .event
                .get()
                .and_then(|event| self.hearing(event, &raw.matching, env))
                .map(|(hearing, _)| Some(hearing)),
        };
        let counts_from = raw.counts_from.get().map(|word| word.value);
        self.both_are_said(raw, counts_from);
        self.counts_as_the_law_does(raw);
        let law = raw
            .law
            .get()
            .and_then(|law| self.articles(&law.0, "`silence`"));
        Some(Silence {
            means: raw.means.get()?.value,
            after: after?,
            counts_from: counts_from?,
            incomplete: incomplete?,
            complete: complete?,
            suspended_while: suspended_while?,
            law: law?,
        })
    }

    fn incomplete(&mut self, raw: &RawIncomplete, env: &Env) -> Option<Incomplete> {
        let event = raw.event.get()?;
        let (told, env) = self.hearing(event, &raw.matching, env)?;
        let pieces = raw.pieces.get()?;
        let expression = self.expression(pieces, &env, &Expected::anything())?;
        let of = match expression.ty() {
            Type::List(of) => of,
            other => other,
        };
        if !matches!(of, Type::Text | Type::Choice(_)) {
            let message = format!(
                "`{}` is {}, where the missing pieces are expected",
                pieces.value,
                expression.ty()
            );
            let remedy = "name a text, or a list of texts, that the service tells: `reply.pieces`";
            self.report
                .report(Code::ConditionWrongType, pieces.span, message, remedy);
            return None;
        }
        let until = match &raw.until {
            Opt::Absent => None,
            Opt::Broken => return None,
            Opt::Given(text) => {
                let expected = Expected::of(Type::Date).or_absent();
                Some(self.expression(text, &env, &expected)?)
            }
        };
        Some(Incomplete {
            told,
            pieces: expression,
            until,
        })
    }

    /// A clock that is stopped must be started again, and one that nothing stops needs no start.
    fn both_are_said(&mut self, raw: &RawSilence, counts_from: Option<SilenceClock>) {
        let (message, remedy) = match (&raw.incomplete, &raw.complete) {
            (Opt::Given(_), Opt::Absent) => (
                "`incomplete` without `complete`: nothing would say that the pieces have come",
                "add `complete: { event: … }`, the message of the service that has the whole file",
            ),
            (Opt::Absent, Opt::Given(_)) if counts_from == Some(SilenceClock::FirstReceipt) => (
                "`complete` says nothing where silence is counted from the first receipt and nothing is asked for",
                "add `incomplete: { event: …, pieces: … }`, or remove `complete`",
            ),
            _ => return,
        };
        self.report
            .report(Code::KeyConflict, raw.span, message, remedy);
    }
}
