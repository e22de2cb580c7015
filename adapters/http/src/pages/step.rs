//! A step, ready to be shown: every sentence chosen, nothing left for the template to decide but its place.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use parcours_core::Personal;
use parcours_core::calendar::{Deadline, MetBy, channel_in_words};
use parcours_core::definition::{Law, SilenceMeaning, StepKind};
use parcours_core::journey::{SettledBy, Step, Until};
use parcours_core::value::Value;
use parcours_core::view::{Doable, Ground, Group, StepView, Why, words};

use super::names::{Names, recourse_word, with_subject};
use super::sheet::Refused;

/// A step on a page.
pub(crate) struct Card {
    /// Its key, which is its anchor and the end of its forms' addresses.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    /// Where it stands, in a sentence.
    pub(crate) status: String,
    /// `late`, `soon`, `calm`: how it is set off, beside the words that already say it.
    pub(crate) tone: &'static str,
    pub(crate) provisional: bool,
    pub(crate) explain: Option<String>,
    pub(crate) dates: Vec<DateLine>,
    /// What keeps the time to answer from running: what is missing, and by when it can be sent.
    pub(crate) clock: Option<String>,
    pub(crate) missed: Option<String>,
    pub(crate) missed_label: String,
    pub(crate) evidence: Vec<EvidenceLine>,
    pub(crate) office: Option<OfficeLine>,
    pub(crate) cost: Option<String>,
    pub(crate) law: Vec<Law>,
    pub(crate) why: WhyLines,
    pub(crate) refusal: Option<String>,
    /// What whoever refused added, in their own words.
    pub(crate) added: Option<String>,
    pub(crate) recourse: Vec<RecourseLine>,
    pub(crate) can: Can,
    /// For whom it is, when it is for each of several.
    subject: Option<String>,
    /// The one it is said for in full above, when all that is to know is the same.
    pub(crate) alike: Option<String>,
    /// A form about it that could not be taken.
    refused: Option<Refused>,
}

/// What the citizen can say about it here.
#[derive(Default)]
pub(crate) struct Can {
    pub(crate) done: bool,
    pub(crate) decline: bool,
    pub(crate) resume: bool,
}

/// A date, with how it was reckoned.
pub(crate) struct DateLine {
    /// The status says it already.
    pub(crate) is_said: bool,
    pub(crate) label: String,
    pub(crate) date: String,
    pub(crate) iso: String,
    pub(crate) relative: String,
    /// What else must be known about it: another day it may be, by channel, sent or received.
    pub(crate) notes: Vec<String>,
    pub(crate) working_out: Vec<String>,
}

/// A document to show.
pub(crate) struct EvidenceLine {
    pub(crate) title: String,
    pub(crate) held_by: Option<String>,
}

/// Whom to ask.
pub(crate) struct OfficeLine {
    pub(crate) title: String,
    pub(crate) words: String,
    pub(crate) url: Option<String>,
    pub(crate) phone: Option<Phone>,
}

/// A telephone number, to read and to dial.
pub(crate) struct Phone {
    pub(crate) shown: String,
    pub(crate) dialled: String,
}

/// Why, in words.
#[derive(Default)]
pub(crate) struct WhyLines {
    pub(crate) words: String,
    pub(crate) grounds: Vec<GroundLine>,
    pub(crate) lacking: Vec<String>,
}

/// Something that a rule read, and what it found.
pub(crate) struct GroundLine {
    pub(crate) title: String,
    pub(crate) found: String,
}

/// A way to contest.
pub(crate) struct RecourseLine {
    pub(crate) word: &'static str,
    pub(crate) kind: String,
    pub(crate) words: String,
    pub(crate) due: Option<DateLine>,
    pub(crate) notes: Vec<String>,
    pub(crate) lodged: bool,
    pub(crate) can_lodge: bool,
    pub(crate) law: Vec<Law>,
}

impl Card {
    pub(crate) fn new(names: Names<'_>, step: &StepView, today: NaiveDate) -> Self {
        let lang = names.lang;
        let appeal = step.doable.contains(&Doable::Appeal);
        let status = status(names, step, today);
        Self {
            key: step.key.to_string(),
            title: with_subject(lang.words(&step.title), step.subject.as_deref()),
            kind: names.kind(step.kind),
            dates: dates(names, step, today)
                .into_iter()
                .map(|date| DateLine {
                    is_said: status.contains(&date.date),
                    ..date
                })
                .collect(),
            status,
            tone: tone(step, today),
            provisional: step.provisional,
            explain: step.explain.as_ref().map(|words| lang.words(words)),
            clock: step.clock.as_ref().map(|clock| lang.words(&clock.words)),
            missed_label: match step.kind {
                StepKind::Obligation => {
                    lang.t("Si ce n’est pas fait à temps", "If it is not done in time")
                }
                _ => lang.t("Après cette date", "After that date"),
            },
            missed: step
                .missed
                .as_ref()
                .filter(|_| step.state.is_live() || matches!(step.state, Step::Lapsed))
                .map(|words| lang.words(words)),
            evidence: step
                .evidence
                .iter()
                .map(|evidence| EvidenceLine {
                    title: lang.words(&evidence.title),
                    held_by: evidence.held_by.as_ref().map(|words| lang.words(words)),
                })
                .collect(),
            office: step.office.as_ref().map(|office| OfficeLine {
                title: lang.words(&office.title),
                words: lang.words(&office.contact.words),
                url: office.contact.url.clone(),
                phone: office.contact.phone.as_ref().map(|phone| Phone {
                    dialled: phone
                        .chars()
                        .filter(|c| c.is_ascii_digit() || *c == '+')
                        .collect(),
                    shown: phone.replace(' ', "\u{a0}"),
                }),
            }),
            cost: step.cost.as_ref().map(|words| lang.words(words)),
            law: step.law.clone(),
            why: why(names, &step.why),
            refusal: step.refusal.as_ref().map(|words| lang.words(words)),
            added: added(names, step),
            recourse: recourse(names, step, today, appeal),
            can: Can {
                done: step.doable.contains(&Doable::Done),
                decline: step.doable.contains(&Doable::Decline),
                resume: step.doable.contains(&Doable::Resume),
            },
            subject: step.subject.clone(),
            alike: None,
            refused: None,
        }
    }

    /// Notes which steps say no more than one above, for somebody else: what is said for one child is not read eight times.
    pub(crate) fn fold_alike(cards: &mut [Self]) {
        for at in 1..cards.len() {
            let (above, rest) = cards.split_at_mut(at);
            let [card, ..] = rest else { continue };
            let first = above
                .iter()
                .find(|first| first.alike.is_none() && first.says_the_same(card));
            card.alike = first.and_then(|first| first.subject.clone());
        }
    }

    fn says_the_same(&self, other: &Self) -> bool {
        let step = |card: &Self| card.key.split('.').next().map(str::to_owned);
        let needed = |card: &Self| -> Vec<(String, Option<String>)> {
            let evidence = card.evidence.iter();
            evidence
                .map(|each| (each.title.clone(), each.held_by.clone()))
                .collect()
        };
        step(self) == step(other)
            && self.kind == other.kind
            && self.tone == other.tone
            && self.provisional == other.provisional
            && (&self.explain, &self.missed, &self.cost)
                == (&other.explain, &other.missed, &other.cost)
            && needed(self) == needed(other)
            && self.recourse.len() == other.recourse.len()
    }

    /// Its reader says nothing about it here.
    pub(crate) fn is_only_read(&mut self) {
        self.can = Can::default();
        for recourse in &mut self.recourse {
            recourse.can_lodge = false;
        }
    }

    /// The same, with a form that could not be taken.
    pub(crate) fn refused(self, refused: &Refused) -> Self {
        let refused = Some(refused.clone());
        Self { refused, ..self }
    }
}

/// Forms that could not be taken: what is wrong stands beside the field, and what was typed is still there.
impl Card {
    /// What is wrong with this form: `done`, `decline`, `resume`, `appeal-…`, `decide`, `file`, `retry`.
    pub(crate) fn error(&self, form: &str) -> Option<&str> {
        let refused = self.refused.as_ref()?;
        (refused.form() == form).then_some(refused.message.as_str())
    }

    /// What is wrong with a form that the step does not have any more.
    pub(crate) fn stray_error(&self) -> Option<&str> {
        let refused = self.refused.as_ref()?;
        let form = refused.form();
        let appeals = self.recourse.iter().filter(|recourse| recourse.can_lodge);
        let there = match form.as_str() {
            "done" => self.can.done,
            "decline" => self.can.decline,
            "resume" => self.can.resume,
            // Only agents have these, on every step that they can settle.
            "decide" | "file" | "retry" => true,
            _ => appeals.map(RecourseLine::form).any(|each| each == form),
        };
        (!there).then_some(refused.message.as_str())
    }

    /// What was typed in a field of this form, else what stands there at first.
    pub(crate) fn typed(&self, form: &str, field: &str, first: &str) -> String {
        match self
            .refused
            .as_ref()
            .filter(|refused| refused.form() == form)
        {
            Some(refused) => refused.typed(field).to_owned(),
            None => first.to_owned(),
        }
    }
}

impl RecourseLine {
    /// The name of its form.
    pub(crate) fn form(&self) -> String {
        format!("appeal-{}", self.word)
    }
}

impl Card {
    /// Where it stands and its dates, in one line: what two plans are compared by.
    pub(crate) fn in_a_line(&self) -> String {
        let dates = self.dates.iter().filter(|date| !date.is_said);
        let dates: Vec<String> = dates
            .map(|date| format!(" {} {}.", date.label, date.date))
            .collect();
        format!("{}.{}", self.status, dates.concat())
    }
}

/// What whoever refused added, when it is not the motive itself: in their own words, whatever the language of the page.
fn added(names: Names<'_>, step: &StepView) -> Option<String> {
    let record = names.journey().steps.get(&step.key)?;
    let said = record.motive.as_ref()?.value()?;
    let motive = step.refusal.as_ref().map(|words| &words.fr);
    (step.state.is_refused() && motive != Some(said)).then(|| said.clone())
}

/// Why something stands as it does.
pub(crate) fn why(names: Names<'_>, why: &Why) -> WhyLines {
    let lang = names.lang;
    let found = |ground: &Ground| {
        // A person or a child as a whole has no words of its own: what was read of them stands beside it.
        let whole = words::value(&Value::Record(BTreeMap::new()), lang.0);
        let found = ground.found.as_ref()?;
        if lang
            .pick(&found.fr, &found.en)
            .split(", ")
            .all(|part| part == whole)
        {
            return None;
        }
        Some(GroundLine {
            title: lang.words(&ground.title),
            found: lang.words(found),
        })
    };
    WhyLines {
        words: lang.words(&why.words),
        grounds: why.grounds.iter().filter_map(found).collect(),
        lacking: why
            .lacking
            .iter()
            .map(|ground| lang.words(&ground.title))
            .collect(),
    }
}

fn status(names: Names<'_>, step: &StepView, today: NaiveDate) -> String {
    let lang = names.lang;
    let on = |date: &Personal<NaiveDate>| lang.day(date);
    match &step.state {
        Step::Waiting(until) => match step.passed_unknown() {
            Some(due) => {
                let date = lang.moment(due.due());
                lang.pick(
                    format!("En attente d’une information. Si cela vous concerne, le dernier jour est passé\u{a0}: c’était le {date}"),
                    format!("Waiting for something to be known. If it concerns you, its last day has passed: it was {date}"),
                )
            }
            None => waiting(names, until),
        },
        Step::NotApplicable => lang.t("Ne vous concerne pas", "Does not concern you"),
        Step::Open => open(names, step, today),
        Step::Requested { .. } => requested(names, step),
        Step::Settled { on: day, by } => {
            let day = on(day);
            match by {
                SettledBy::Declared => lang.pick(
                    format!("Fait le {day}, d’après ce que vous avez dit"),
                    format!("Done on {day}, as you said"),
                ),
                SettledBy::Recorded => lang.pick(
                    format!("Fait le {day}, d’après ce qu’un agent a noté"),
                    format!("Done on {day}, as an agent wrote down"),
                ),
                SettledBy::Decision => lang.pick(
                    format!("Accordé le {day}, par décision d’un agent"),
                    format!("Granted on {day}, by an agent’s decision"),
                ),
                SettledBy::Told => lang.pick(format!("Depuis le {day}"), format!("Since {day}")),
                SettledBy::Event(event) => {
                    let service = names.service(&event.service);
                    lang.pick(
                        format!("Fait le {day}, d’après\u{a0}: {service}"),
                        format!("Done on {day}, according to: {service}"),
                    )
                }
                SettledBy::Answer(_) => match &step.office {
                    Some(office) => {
                        let office = lang.words(&office.title);
                        lang.pick(
                            format!("Fait le {day}, d’après\u{a0}: {office}"),
                            format!("Done on {day}, according to: {office}"),
                        )
                    }
                    None => lang.pick(format!("Fait le {day}"), format!("Done on {day}")),
                },
            }
        }
        Step::Deemed {
            on: day,
            means: SilenceMeaning::Acceptance,
        } => {
            let day = on(day);
            lang.pick(
                format!("Accordé le {day}\u{a0}: l’administration n’a pas répondu à temps, et son silence vaut accord"),
                format!("Granted on {day}: the administration did not answer in time, and its silence means yes"),
            )
        }
        Step::Deemed {
            on: day,
            means: SilenceMeaning::Refusal,
        } => {
            let day = on(day);
            lang.pick(
                format!("Refusé le {day}\u{a0}: l’administration n’a pas répondu à temps, et son silence vaut refus"),
                format!("Refused on {day}: the administration did not answer in time, and its silence means no"),
            )
        }
        Step::Refused { on: day, .. } => {
            let day = on(day);
            lang.pick(format!("Refusé le {day}"), format!("Refused on {day}"))
        }
        Step::Declined { on: day } => {
            let day = on(day);
            lang.pick(
                format!("Vous y avez renoncé le {day}"),
                format!("You gave it up on {day}"),
            )
        }
        Step::Lapsed => lang.t("Le délai est passé", "The time has run out"),
        Step::Failed { .. } => lang.t(
            "Le service n’a pas pu être joint. Un agent s’en occupe, vous n’avez rien à faire",
            "The service could not be reached. An agent is looking into it, you have nothing to do",
        ),
        Step::Undoing { .. } => lang.t("En cours d’annulation", "Being taken back"),
        Step::Undone => lang.t("Annulé", "Taken back"),
        Step::Irrevocable => lang.t(
            "Ne peut plus être annulé. Un agent va examiner votre situation",
            "Cannot be taken back any more. An agent will look at your situation",
        ),
    }
}

/// Who was asked, and when: of the service that was called, which may be another than the office of the step.
fn requested(names: Names<'_>, step: &StepView) -> String {
    let lang = names.lang;
    let record = names.journey().steps.get(&step.key);
    let asked_on = record.and_then(|record| record.requested_on);
    let called = names
        .step_definition(&step.key)
        .and_then(|step| step.call.as_ref())
        .map(|call| names.service(&call.operation.service));
    let who = called.or_else(|| step.office.as_ref().map(|office| lang.words(&office.title)));
    let sent = match asked_on {
        Some(day) => {
            let day = lang.date(day);
            lang.pick(
                format!("Demande envoyée le {day}"),
                format!("Request sent on {day}"),
            )
        }
        None => lang.t("Demande envoyée", "Request sent"),
    };
    match who {
        Some(who) => lang.pick(
            format!("{sent}. Nous attendons la réponse de\u{a0}: {who}"),
            format!("{sent}. We are waiting for the answer of: {who}"),
        ),
        None => lang.pick(
            format!("{sent}. Nous attendons la réponse"),
            format!("{sent}. We are waiting for the answer"),
        ),
    }
}

fn waiting(names: Names<'_>, until: &Until) -> String {
    let lang = names.lang;
    match until {
        Until::Facts => lang.t(
            "En attente d’une information",
            "Waiting for something to be known",
        ),
        Until::Steps(steps) => {
            let steps: Vec<String> = steps
                .iter()
                .map(|step| {
                    lang.pick(
                        format!("«\u{a0}{}\u{a0}»", names.step(step)),
                        format!("“{}”", names.step(step)),
                    )
                })
                .collect();
            let steps = steps.join(", ");
            lang.pick(format!("Après\u{a0}: {steps}"), format!("After: {steps}"))
        }
        Until::Peers => lang.t(
            "En attente d’une démarche d’une autre personne",
            "Waiting for somebody else’s step",
        ),
        Until::Date(date) => match date.value() {
            Some(date) => {
                let date = lang.moment(*date);
                lang.pick(
                    format!("Possible à partir du {date}"),
                    format!("Possible from {date}"),
                )
            }
            None => lang.t("En attente d’une date", "Waiting for a date"),
        },
    }
}

fn open(names: Names<'_>, step: &StepView, today: NaiveDate) -> String {
    let lang = names.lang;
    match (step.group, step.kind) {
        (Group::UnderWay, StepKind::Decision) => {
            return lang.t("Un agent doit décider", "An agent has to decide");
        }
        (Group::UnderWay, _) => {
            return lang.t(
                "L’administration s’en occupe",
                "The administration is dealing with it",
            );
        }
        _ => {}
    }
    match &step.due {
        Some(due) if step.overdue => {
            let date = lang.moment(due.due());
            match step.kind {
                StepKind::Obligation => {
                    let late = match names.relative("", due.due().date(), today).is_empty() {
                        true => String::new(),
                        false => {
                            let late = lang.late_by(due.due().date(), today);
                            lang.pick(format!("\u{a0}: {late}"), format!(": {late}"))
                        }
                    };
                    lang.pick(
                        format!("C’était à faire au plus tard le {date}{late}"),
                        format!("This was due by {date}{late}"),
                    )
                }
                _ => lang.pick(
                    format!("La date limite était le {date}"),
                    format!("The deadline was {date}"),
                ),
            }
        }
        Some(due) => {
            let date = lang.moment(due.due());
            let relative = names.relative(", ", due.due().date(), today);
            match step.kind {
                StepKind::Obligation => lang.pick(
                    format!("À faire au plus tard le {date}{relative}"),
                    format!("To do by {date}{relative}"),
                ),
                // A claim, or a leave that is taken: the law says until when, and the step says how.
                _ => lang.pick(
                    format!("Possible jusqu’au {date}{relative}"),
                    format!("Possible until {date}{relative}"),
                ),
            }
        }
        None => match step.kind {
            StepKind::Obligation => lang.t("À faire", "To do"),
            StepKind::Notice => lang.t("À savoir", "Good to know"),
            StepKind::Right | StepKind::Service | StepKind::Decision => {
                lang.t("Vous pouvez le demander", "You can claim it")
            }
        },
    }
}

fn tone(step: &StepView, today: NaiveDate) -> &'static str {
    if step.quiet || step.group != Group::ToDo {
        return "calm";
    }
    match &step.due {
        _ if step.overdue => "late",
        Some(due) if (due.due().date() - today).num_days() <= 7 => "soon",
        _ => "calm",
    }
}

fn dates(names: Names<'_>, step: &StepView, today: NaiveDate) -> Vec<DateLine> {
    let lang = names.lang;
    let mut dates = Vec::new();
    let closed = matches!(step.group, Group::Done | Group::NotForYou);
    if let Some(opens) = step.opens.as_ref().filter(|_| !closed) {
        dates.push(date(names, lang.t("À partir du", "From"), opens, today));
    }
    if let Some(due) = step.due.as_ref().filter(|_| !closed) {
        let label = match step.kind {
            StepKind::Service | StepKind::Decision => lang.t("Attendu pour le", "Expected by"),
            StepKind::Obligation => lang.t("Au plus tard le", "At the latest on"),
            StepKind::Right | StepKind::Notice => lang.t("Possible jusqu’au", "Possible until"),
        };
        dates.push(date(names, label, due, today));
    }
    if let Some(effect) = &step.effect {
        dates.push(date(
            names,
            lang.t("Prend effet le", "Takes effect on"),
            effect,
            today,
        ));
    }
    if let Some((silence, means)) = &step.silence {
        let label = match means {
            SilenceMeaning::Acceptance => lang.t(
                "Sans réponse, c’est accordé le",
                "Without an answer, it is granted on",
            ),
            SilenceMeaning::Refusal => lang.t(
                "Sans réponse, c’est un refus le",
                "Without an answer, it is a refusal on",
            ),
        };
        dates.push(date(names, label, silence, today));
    }
    dates
}

pub(crate) fn date(
    names: Names<'_>,
    label: String,
    deadline: &Deadline,
    today: NaiveDate,
) -> DateLine {
    let lang = names.lang;
    let mut notes = Vec::new();
    if let Some(perhaps) = deadline.perhaps() {
        let perhaps = lang.moment(perhaps);
        notes.push(lang.pick(
            format!("Peut-être jusqu’au {perhaps}\u{a0}: la loi ne le dit pas clairement. La première date est sûre."),
            format!("Perhaps until {perhaps}: the law does not say so clearly. The first date is safe."),
        ));
    }
    for (channel, by) in deadline.channels() {
        notes.push(format!(
            "{}{} {}",
            capital(channel_in_words(*channel, lang.0)),
            lang.pick("\u{a0}:", ":"),
            lang.moment(by.due())
        ));
    }
    match deadline.met_by() {
        Some(MetBy::Sending) => notes.push(lang.t(
            "La date d’envoi compte (cachet de la poste, ou accusé de réception en ligne).",
            "The day you send it counts (postmark, or electronic receipt).",
        )),
        Some(MetBy::Receipt) => notes.push(lang.t(
            "Votre envoi doit être reçu ce jour-là au plus tard.",
            "What you send has to arrive by that day.",
        )),
        None => {}
    }
    DateLine {
        is_said: false,
        label,
        date: lang.moment(deadline.due()),
        iso: deadline.due().date().to_string(),
        relative: names.relative(", ", deadline.due().date(), today),
        notes,
        working_out: deadline
            .explain(lang.0)
            .iter()
            .map(|line| capital(&lang.text(line)))
            .collect(),
    }
}

fn recourse(names: Names<'_>, step: &StepView, today: NaiveDate, can: bool) -> Vec<RecourseLine> {
    let lang = names.lang;
    step.recourse
        .iter()
        .map(|recourse| {
            let mut notes = Vec::new();
            if recourse.mandatory {
                notes.push(lang.t(
                    "Ce recours est obligatoire avant de saisir un juge.",
                    "This appeal has to come before any court.",
                ));
            }
            if recourse.not_opposable {
                notes.push(lang.t(
                    "Le délai ne court pas : le courrier de refus ne dit pas comment contester.",
                    "Time does not run: the notice of refusal does not say how to contest it.",
                ));
            }
            if let Some(then) = recourse.then {
                let then = names.recourse(then);
                notes.push(lang.pick(
                    format!("Ensuite, si la réponse est encore non\u{a0}: {then}."),
                    format!("After that, if the answer is still no: {then}."),
                ));
            }
            RecourseLine {
                word: recourse_word(recourse.kind),
                kind: names.recourse(recourse.kind),
                words: lang.words(&recourse.words),
                due: recourse
                    .due
                    .as_ref()
                    .filter(|_| !recourse.not_opposable)
                    .map(|due| {
                        date(
                            names,
                            lang.t("Au plus tard le", "At the latest on"),
                            due,
                            today,
                        )
                    }),
                notes,
                lodged: recourse.lodged,
                can_lodge: can && !recourse.lodged,
                law: recourse.law.clone(),
            }
        })
        .collect()
}

/// A sentence begins with a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
