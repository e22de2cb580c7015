//! What stands where: the names an expression may use, and what each use says of the definition.

use std::collections::{BTreeMap, BTreeSet};

use miette::Diagnostic as _;
use parcours_core::calendar::{DateRule, Place};
use parcours_core::definition::Law;
use parcours_core::expr::{Expr, Root, StepAspect, Term};
use parcours_core::name::{Role, StepId};
use parcours_core::value::Type;

use super::graph::{Graph, Thing, Why};
use super::{Known, Report};
use crate::cel::{self, Env, Expected};
use crate::date_rule::{self, NameText};
use crate::diagnostic::{Code, did_you_mean};
use crate::raw::{RawDefinition, RawLaw};
use crate::read::{Id, Listed, Raw, Text};
use crate::source::{At, Span};
use crate::yaml::Kind;

/// One definition being checked.
pub(super) struct Checker<'a> {
    pub(super) report: Report<'a>,
    pub(super) known: &'a Known,
    pub(super) raw: &'a RawDefinition,
    /// What every expression of the definition may name; `each` and replies are added where they stand.
    pub(super) env: Env,
    /// Declared, but broken: `fact.x`. What names them is not complained of again.
    pub(super) broken: BTreeSet<String>,
    /// Named somewhere: `fact.x`, `value.x`, `date.x`, `route.x`.
    pub(super) used: BTreeSet<String>,
    /// What the expressions since it was last emptied read.
    pub(super) reads: BTreeSet<Thing>,
    /// Date rules that are measured from the seat of an office, since it was last emptied.
    pub(super) seats: Vec<Span>,
    /// What must be decided before what.
    pub(super) graph: Graph,
    /// What is sure to be there where the step that is being checked applies.
    pub(super) guards: Vec<Term>,
    /// What is asked of steps, and where.
    pub(super) asked: BTreeSet<(String, StepAspect, Span)>,
    /// What may be absent from the dates with a name, by date.
    pub(super) may_lack: BTreeMap<String, Vec<(Term, String)>>,
    /// Who reads what, anywhere: in a condition, a date rule, an argument or a text.
    pub(super) readers: BTreeMap<Thing, BTreeSet<(Thing, Span)>>,
    /// What is being checked, and the role that it stands for each of.
    pub(super) owner: Option<(Thing, Option<String>)>,
}

impl Checker<'_> {
    /// Compiles an expression; what it reads is noted.
    pub(super) fn expression(
        &mut self,
        text: &Text,
        env: &Env,
        expected: &Expected,
    ) -> Option<Expr> {
        match cel::compile(&text.value, env, expected) {
            Ok(expression) => {
                self.note(&expression, text.span);
                Some(expression)
            }
            Err(problems) => {
                self.note_names(&text.value);
                let names_broken = self.broken.iter().any(|name| mentions(&text.value, name));
                for problem in problems {
                    if names_broken && problem.code == cel::Code::UnknownName {
                        continue;
                    }
                    let span = self.report.inside(text, problem.span.clone());
                    let code = Code::of_condition(problem.code);
                    self.report
                        .report(code, span, problem.message, problem.help);
                }
                None
            }
        }
    }

    /// A condition; one that has one answer only is told of, unless it says so itself: `quiet: "true"`.
    pub(super) fn condition(&mut self, text: &Text, env: &Env) -> Option<Expr> {
        let condition = self.expression(text, env, &Expected::condition())?;
        if let Some(answer) = cel::constant(&condition)
            && !matches!(condition.term(), Term::Literal(_))
        {
            self.has_one_answer(text, answer);
        }
        Some(condition)
    }

    /// A condition of a step or a route being there; one that never holds leaves steps that nobody reaches, and is told of as these.
    pub(super) fn condition_of_a_place(&mut self, text: &Text, env: &Env) -> Option<Expr> {
        let condition = self.expression(text, env, &Expected::condition())?;
        if cel::constant(&condition) == Some(true) {
            self.has_one_answer(text, true);
        }
        Some(condition)
    }

    fn has_one_answer(&mut self, text: &Text, answer: bool) {
        let (message, remedy) = match answer {
            true => (
                "this condition always holds",
                "remove it, or name what it was meant to ask",
            ),
            false => (
                "this condition never holds",
                "remove what it stands for, or name what it was meant to ask",
            ),
        };
        self.report
            .report(Code::ConditionConstant, text.span, message, remedy);
    }

    fn note(&mut self, expression: &Expr, at: Span) {
        for reference in expression.references() {
            let (kind, thing) = match reference.root() {
                Root::Fact(id) => ("fact", Thing::Fact(id.to_string())),
                Root::LegalValue(id) => ("value", Thing::Value(id.to_string())),
                Root::Date(id) => ("date", Thing::Date(id.to_string())),
                Root::Step(id, aspect) => {
                    self.asked.insert((id.to_string(), *aspect, at));
                    ("step", Thing::Step(id.to_string()))
                }
                Root::Event | Root::People(_) | Root::Bound(_) => continue,
            };
            if let Thing::Fact(id) | Thing::Value(id) | Thing::Date(id) | Thing::Step(id) = &thing {
                self.used.insert(format!("{kind}.{id}"));
            }
            self.is_read(thing.clone(), at);
            self.reads.insert(thing);
        }
    }

    /// What is being checked reads `thing`, at this place.
    pub(super) fn is_read(&mut self, thing: Thing, at: Span) {
        if let Some((owner, _)) = &self.owner {
            self.readers
                .entry(owner.clone())
                .or_default()
                .insert((thing, at));
        }
    }

    /// A broken expression still uses what it names.
    fn note_names(&mut self, text: &str) {
        let names = self.placeholder_names();
        self.used
            .extend(names.into_iter().filter(|name| mentions(text, name)));
    }

    /// `owner` needs all that was read since the last call.
    pub(super) fn needs_what_was_read(&mut self, owner: &Thing) {
        for thing in std::mem::take(&mut self.reads) {
            self.graph.add(owner.clone(), thing, Why::Reads);
        }
    }

    /// Whether `kind.id` is declared, broken or not.
    pub(super) fn declares(&self, kind: &str, id: &str) -> bool {
        let names = |named: Option<Vec<&str>>| named.is_some_and(|names| names.contains(&id));
        match kind {
            "value" => names(self.raw.values.get().map(|named| named.names().collect())),
            "fact" => names(self.raw.facts.get().map(|named| named.names().collect())),
            "date" => names(self.raw.dates.get().map(|named| named.names().collect())),
            _ => false,
        }
    }

    /// `value.x`, `date.x` and `fact.x`, for all there are.
    pub(super) fn placeholder_names(&self) -> Vec<String> {
        let values = self
            .raw
            .values
            .get()
            .into_iter()
            .flat_map(|named| named.names().map(|id| format!("value.{id}")));
        let dates = self
            .raw
            .dates
            .get()
            .into_iter()
            .flat_map(|named| named.names().map(|id| format!("date.{id}")));
        let facts = self
            .raw
            .facts
            .get()
            .into_iter()
            .flat_map(|named| named.names().map(|id| format!("fact.{id}")));
        values.chain(dates).chain(facts).collect()
    }

    /// The environment under `each: role`.
    pub(super) fn under(&mut self, each: Option<&Id>) -> (Env, Option<Role>) {
        let mut env = self.env.clone();
        let role = each.and_then(|each| self.role(each));
        if let Some(role) = &role
            && let Some(ty) = env.people.get(role.as_str())
        {
            env.bound.insert(role.as_str().to_owned(), ty.clone());
        }
        (env, role)
    }

    /// A role, of people or of things.
    pub(super) fn role(&mut self, id: &Id) -> Option<Role> {
        let roles = [&self.raw.people, &self.raw.things];
        let names: Vec<&str> = roles
            .iter()
            .filter_map(|roles| roles.get())
            .flat_map(|roles| roles.names())
            .collect();
        if names.contains(&id.0.value.as_str()) {
            return Role::new(&id.0.value).ok();
        }
        let whole = roles
            .iter()
            .all(|roles| !matches!(roles, crate::read::Opt::Broken));
        if whole {
            let remedy = did_you_mean(&id.0.value, names.iter().copied());
            let message = format!("`{}` is no role of this journey", id.0.value);
            self.report
                .report(Code::UnknownName, id.0.span, message, remedy);
        }
        None
    }

    /// A role of people, who can act, declare and be asked: things cannot.
    pub(super) fn people_role(&mut self, id: &Id) -> Option<Role> {
        let name = &id.0.value;
        let people = self.raw.people.get();
        let is_thing = self
            .raw
            .things
            .get()
            .is_some_and(|things| things.names().any(|thing| thing == name));
        if !is_thing {
            return self.role(id);
        }
        let remedy = did_you_mean(name, people.into_iter().flat_map(|people| people.names()));
        let message = format!("`{name}` is a thing of this journey, and only people do this");
        self.report
            .report(Code::UnknownName, id.0.span, message, remedy);
        None
    }

    /// A step of this definition.
    pub(super) fn step_id(&mut self, id: &At<String>) -> Option<StepId> {
        let steps = self.raw.steps.get()?;
        if steps.names().any(|name| name == id.value) {
            return StepId::new(&id.value).ok();
        }
        let remedy = did_you_mean(&id.value, steps.names());
        self.report.report(
            Code::UnknownName,
            id.span,
            format!("`{}` is no step of this journey", id.value),
            remedy,
        );
        None
    }

    /// A date rule, its dates and amounts compiled.
    pub(super) fn date_rule(&mut self, raw: &Raw, env: &Env) -> Option<DateRule<Expr>> {
        let rule = self.text_rule(raw)?;
        if rule.asks_for_the_seat() {
            self.seats.push(raw.0.span);
        }
        self.counts_in_its_unit(raw);
        let mut fine = true;
        let mapped = rule.try_map(&mut |name: &NameText, place: Place| {
            let name = &self.name_of(raw, name);
            let expected = match place {
                Place::Date | Place::TimeOfDay => Expected::anything().or_absent(),
                Place::Amount => Expected::of(Type::Integer),
                Place::Whereabouts => Expected::of(Type::Text),
            };
            let compiled = self.expression(name, env, &expected);
            let compiled = compiled.filter(|expression| self.fits_place(name, expression, place));
            if let Some(expression) = compiled.as_ref().filter(|_| expected.takes_absent()) {
                self.will_be_there(name, expression, env);
            }
            fine &= compiled.is_some();
            // One wrong name must not hide the next: a stand-in goes on in its place and the rule is dropped at the end.
            Ok::<Expr, ()>(compiled.unwrap_or_else(stand_in))
        });
        mapped.ok().filter(|_| fine)
    }

    /// The rule as written, its names still text.
    fn text_rule(&mut self, raw: &Raw) -> Option<DateRule<NameText>> {
        let Kind::Map(_) = &raw.0.kind else {
            let message = format!("{} where a date rule is expected", raw.0.what());
            let remedy = "write keys and values: `{ days: 5, after: event.born_on }`";
            self.report
                .report(Code::WrongShape, raw.0.span, message, remedy);
            return None;
        };
        let (text, (indent, start)) = self.report.cut_out(raw.0.span);
        match date_rule::parse_in_journey(&text) {
            Ok(rule) => Some(rule),
            Err(problems) => {
                self.note_names(&text);
                for problem in problems {
                    let label = problem.labels().and_then(|mut labels| labels.next());
                    let span = label.map_or(raw.0.span, |label| {
                        let start = (label.offset() + start).saturating_sub(indent);
                        Span {
                            start,
                            end: start + label.len(),
                        }
                    });
                    let code = problem.code().map(|code| code.to_string());
                    let code = code
                        .and_then(|code| Code::named(&code))
                        .unwrap_or(Code::DateRuleNotARule);
                    let remedy = problem
                        .help()
                        .map(|help| help.to_string())
                        .unwrap_or_default();
                    self.report.report(code, span, problem.to_string(), remedy);
                }
                None
            }
        }
    }

    /// A name of a rule, and its place in the whole file.
    fn name_of(&self, raw: &Raw, name: &NameText) -> Text {
        let (_, (indent, start)) = self.report.cut_out(raw.0.span);
        let start = (name.span.offset() + start).saturating_sub(indent);
        At {
            value: name.text.clone(),
            span: Span {
                start,
                end: start + name.span.len(),
            },
        }
    }

    fn fits_place(&mut self, text: &Text, expression: &Expr, place: Place) -> bool {
        let of = match expression.ty() {
            Type::List(of) => of,
            other => other,
        };
        let fits = match place {
            Place::Date => matches!(of, Type::Date | Type::Moment),
            Place::TimeOfDay => matches!(of, Type::Moment),
            Place::Amount | Place::Whereabouts => true,
        };
        if !fits {
            let (expected, remedy) = if place == Place::TimeOfDay {
                (
                    "a date and time",
                    "hours are counted from a time of day: name a `moment`",
                )
            } else {
                ("a date", "name a date, or a list of dates")
            };
            let message = format!(
                "`{}` is {}, where {expected} is expected",
                text.value,
                expression.ty()
            );
            self.report
                .report(Code::ConditionWrongType, text.span, message, remedy);
        }
        fits
    }

    /// Rules that are measured from an office need one, or say to where.
    pub(super) fn has_a_seat(&mut self, has_office: bool) {
        for span in std::mem::take(&mut self.seats) {
            if !has_office {
                let message =
                    "`distance` has no `to`, and there is no `office` here to measure it from";
                let remedy = "add `to:` with the INSEE code of the commune of the court, `to: \"'75056'\"`, or give the step an `office`";
                self.report
                    .report(Code::DateRuleMissingKey, span, message, remedy);
            }
        }
    }

    /// Articles; at least one.
    pub(super) fn articles(&mut self, raw: &Listed<RawLaw>, of: &str) -> Option<Vec<Law>> {
        if raw.items.is_empty() && !raw.broken {
            self.no_law(raw.span, of);
        }
        let law: Vec<Law> = raw
            .items
            .iter()
            .filter_map(|law| self.article(law))
            .collect();
        (law.len() == raw.items.len() && !law.is_empty() && !raw.broken).then_some(law)
    }

    pub(super) fn no_law(&mut self, span: Span, of: &str) {
        let message = format!("{of} cites no law");
        self.report.report(
            Code::NoLaw,
            span,
            message,
            "name the article: `law: [ { ref: \"Code civil, art. 55\", url: \"https://…\" } ]`",
        );
    }

    fn article(&mut self, raw: &RawLaw) -> Option<Law> {
        let reference = raw.r#ref.get()?;
        let url = raw.url.get();
        let mut fine = true;
        if reference.value.trim().is_empty() {
            self.no_law(reference.span, "this");
            fine = false;
        }
        if let Some(url) = url.filter(|url| !url.value.starts_with("https://")) {
            let message = format!(
                "`{}` is not an address that people can open safely",
                url.value
            );
            self.report.report(
                Code::WrongShape,
                url.span,
                message,
                "write the whole address, from `https://`",
            );
            fine = false;
        }
        fine.then(|| Law {
            reference: reference.value.trim().to_owned(),
            url: url.map(|url| url.value.clone()),
        })
    }
}

fn stand_in() -> Expr {
    use parcours_core::value::Value;
    Expr::new("0", Type::Integer, Term::Literal(Value::Integer(0)))
}

/// Whether `text` names `name` as a whole word.
fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(word) && !text[at + name.len()..].starts_with(word))
}
