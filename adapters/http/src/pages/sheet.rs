//! A journey, ready to be shown: the same sheet for the citizen's page, the agent's and paper.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use parcours_core::journey::{FactKey, Phase, Source};
use parcours_core::view::{FactStanding, Group, JourneyView, Question};

use super::field::Field;
use super::names::Names;
use super::step::{Card, WhyLines, why};
use crate::text::Lang;

/// All that is said about a journey.
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) people: Vec<String>,
    pub(crate) happened: Option<String>,
    pub(crate) phase: Option<String>,
    /// Where it stands, in sentences.
    pub(crate) standing: Vec<Line>,
    pub(crate) law: Option<LawLines>,
    pub(crate) asked: Vec<Ask>,
    /// What services are being asked for: the fact, and the service.
    pub(crate) awaited: Vec<(String, String)>,
    pub(crate) to_do: Vec<Card>,
    pub(crate) under_way: Vec<Card>,
    pub(crate) coming: Vec<Card>,
    pub(crate) done: Vec<Card>,
    pub(crate) closed: Vec<Card>,
    pub(crate) not_for_you: Vec<Card>,
    /// How many do not apply.
    pub(crate) why_not: String,
    pub(crate) known: Vec<Known>,
    /// Who published the life event, when something that is known comes from it.
    pub(crate) publisher: Option<String>,
}

/// A sentence, and the section of the page that says more.
pub(crate) struct Line {
    pub(crate) words: String,
    pub(crate) section: Option<&'static str>,
}

/// The law that applies, and why.
pub(crate) struct LawLines {
    pub(crate) words: String,
    pub(crate) version: String,
    pub(crate) provisional: bool,
    pub(crate) why: WhyLines,
}

/// A question to a person.
pub(crate) struct Ask {
    pub(crate) key: String,
    pub(crate) question: String,
    pub(crate) reason: String,
    /// The services that were asked before.
    pub(crate) asked_first: Option<String>,
    pub(crate) field: Field,
    /// What was typed, when it could not be read, and what to do.
    pub(crate) typed: String,
    pub(crate) error: Option<String>,
}

/// Something that is known, and from whom.
pub(crate) struct Known {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) value: String,
    pub(crate) source: String,
    /// What was known and what is claimed instead, while it is contested.
    pub(crate) contest: Option<String>,
    pub(crate) field: Option<Field>,
    /// People are asked for it: they may say otherwise, and not only contest it.
    pub(crate) people_tell: bool,
    /// It is contested: agents say what is true.
    pub(crate) contested: bool,
    /// It is evidence: what the citizen says instead contests it.
    pub(crate) evidence: bool,
    pub(crate) typed: String,
    pub(crate) error: Option<String>,
}

/// An answer that could not be taken.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// The key of the fact, or of the step.
    pub(crate) key: String,
    /// What was typed, by the name of its field.
    pub(crate) typed: BTreeMap<String, String>,
    /// What to do.
    pub(crate) message: String,
    /// It is about a step.
    pub(crate) step: bool,
}

impl Refused {
    /// What was typed in a field; nothing when there is none.
    pub(crate) fn typed(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    /// Which of the forms of a step it was.
    pub(crate) fn form(&self) -> String {
        match self.typed("act") {
            "appeal" => format!("appeal-{}", self.typed("kind")),
            "accept" | "refuse" => "decide".to_owned(),
            "ask_pieces" | "have_pieces" => "file".to_owned(),
            act => act.to_owned(),
        }
    }
}

impl Sheet {
    /// What is done at these steps is not their reader's to say: they have no form.
    pub(crate) fn is_only_read(&mut self, steps: &BTreeSet<String>) {
        let groups = [
            &mut self.to_do,
            &mut self.under_way,
            &mut self.coming,
            &mut self.done,
            &mut self.closed,
            &mut self.not_for_you,
        ];
        for card in groups.into_iter().flatten() {
            if steps.contains(&card.key) {
                card.is_only_read();
            }
        }
    }

    /// Where what was refused is on the page; its beginning, when it is not there any more.
    pub(crate) fn anchor(&self, refused: &Refused) -> String {
        let key = &refused.key;
        let steps = [
            &self.to_do,
            &self.under_way,
            &self.coming,
            &self.done,
            &self.closed,
            &self.not_for_you,
        ];
        let there = if refused.step {
            steps.into_iter().flatten().any(|step| step.key == *key)
        } else {
            self.asked.iter().any(|ask| ask.key == *key)
                || self.known.iter().any(|fact| fact.key == *key)
        };
        match (there, refused.step) {
            (false, _) => "main".to_owned(),
            (true, true) => format!("step-{key}"),
            (true, false) => format!("fact-{key}"),
        }
    }
}

impl Sheet {
    pub(crate) fn new(
        names: Names<'_>,
        view: &JourneyView,
        today: NaiveDate,
        refused: Option<&Refused>,
    ) -> Self {
        let lang = names.lang;
        let cards = |group| -> Vec<Card> {
            view.group(group)
                .into_iter()
                .map(|step| Card::new(names, step, today))
                .map(|card| match refused {
                    Some(refused) if refused.step && refused.key == card.key => {
                        card.refused(refused)
                    }
                    _ => card,
                })
                .collect()
        };
        let mut to_do = cards(Group::ToDo);
        Card::fold_alike(&mut to_do);
        let (asked, awaited) = questions(names, view, refused);
        let people = view
            .people
            .values()
            .flat_map(|members| members.iter().filter_map(|member| member.name.clone()))
            .collect();
        Self {
            title: lang.words(&view.title),
            summary: view.summary.as_ref().map(|words| lang.words(words)),
            people,
            happened: view.occurred_on.map(|date| lang.date(date)),
            phase: phase(lang, view.phase),
            standing: standing(names, view, today, asked.len()),
            law: view.law.as_ref().map(|law| {
                let from = lang.date(law.version.from);
                LawLines {
                    words: lang.pick(
                        format!("La loi pour les évènements survenus à partir du {from}"),
                        format!("The law for what happened from {from} on"),
                    ),
                    version: law.version.to_string(),
                    provisional: law.provisional,
                    why: why(names, &law.why),
                }
            }),
            asked,
            awaited,
            to_do,
            under_way: cards(Group::UnderWay),
            coming: cards(Group::Coming),
            done: cards(Group::Done),
            closed: cards(Group::Closed),
            not_for_you: cards(Group::NotForYou),
            why_not: lang.count(
                view.group(Group::NotForYou).len(),
                (
                    "démarche ne s’applique pas, et voici pourquoi",
                    "démarches ne s’appliquent pas, et voici pourquoi",
                ),
                (
                    "step does not apply, and this is why",
                    "steps do not apply, and this is why",
                ),
            ),
            known: known(names, view, refused),
            publisher: publisher(names, view),
        }
    }
}

fn phase(lang: Lang, phase: Phase) -> Option<String> {
    match phase {
        Phase::Running => None,
        Phase::Ended => Some(lang.t(
            "Ce parcours est terminé : il n’y a plus rien à faire ni à attendre. Si quelque chose change, il reprend.",
            "This journey has ended: there is nothing left to do or to wait for. If something changes, it goes on.",
        )),
        Phase::Retracted => Some(lang.t(
            "L’évènement de ce parcours a été retiré. Ce qui avait été fait est annulé, quand c’est possible.",
            "The life event of this journey was withdrawn. What had been done is taken back where it can be.",
        )),
    }
}

fn standing(names: Names<'_>, view: &JourneyView, today: NaiveDate, asked: usize) -> Vec<Line> {
    let lang = names.lang;
    let mut lines = Vec::new();
    let line = |words, section| Line { words, section };
    let to_do = view.group(Group::ToDo);
    let next = to_do
        .iter()
        .filter(|step| !step.overdue)
        .find_map(|step| step.due.as_ref());
    let late = to_do.iter().filter(|step| step.overdue).count();
    if to_do.is_empty() {
        let nothing = lang.t("Rien à faire pour le moment", "Nothing to do for now");
        lines.push(line(nothing, None));
    } else {
        let count = lang.count(
            to_do.len(),
            ("chose à faire", "choses à faire"),
            ("thing to do", "things to do"),
        );
        let words = match next {
            Some(due) => {
                let date = lang.moment(due.due());
                let relative = names.relative(", ", due.due().date(), today);
                lang.pick(
                    format!("{count}\u{202f}; la prochaine date limite est le {date}{relative}"),
                    format!("{count}; the next deadline is {date}{relative}"),
                )
            }
            None => count,
        };
        lines.push(line(words, Some("to-do")));
    }
    if late > 0 {
        let words = lang.count(
            late,
            ("date limite est passée", "dates limites sont passées"),
            ("deadline has passed", "deadlines have passed"),
        );
        lines.push(line(words, Some("to-do")));
    }
    if asked > 0 {
        let words = lang.count(
            asked,
            ("question pour vous", "questions pour vous"),
            ("question for you", "questions for you"),
        );
        lines.push(line(words, Some("questions")));
    }
    for (group, section, fr, en) in [
        (
            Group::UnderWay,
            "under-way",
            ("démarche en cours", "démarches en cours"),
            ("step under way", "steps under way"),
        ),
        (
            Group::Closed,
            "closed",
            (
                "démarche qui n’a pas abouti",
                "démarches qui n’ont pas abouti",
            ),
            ("step that came to nothing", "steps that came to nothing"),
        ),
        (
            Group::Coming,
            "coming",
            ("démarche à venir", "démarches à venir"),
            ("step to come", "steps to come"),
        ),
        (
            Group::Done,
            "done",
            ("démarche faite", "démarches faites"),
            ("step done", "steps done"),
        ),
    ] {
        let count = view.group(group).len();
        if count > 0 {
            lines.push(line(lang.count(count, fr, en), Some(section)));
        }
    }
    lines
}

fn questions(
    names: Names<'_>,
    view: &JourneyView,
    refused: Option<&Refused>,
) -> (Vec<Ask>, Vec<(String, String)>) {
    let (mut asked, mut awaited) = (Vec::new(), Vec::new());
    for question in &view.questions {
        match &question.service {
            Some(service) => awaited.push((names.fact(&question.fact), names.service(service))),
            None => asked.push(ask(names, question, refused)),
        }
    }
    (asked, awaited)
}

fn ask(names: Names<'_>, question: &Question, refused: Option<&Refused>) -> Ask {
    let lang = names.lang;
    let key = question.fact.to_string();
    let steps: Vec<String> = question
        .for_steps
        .iter()
        .map(|step| names.step(step))
        .map(|step| lang.pick(format!("«\u{a0}{step}\u{a0}»"), format!("“{step}”")))
        .collect();
    let reason = if steps.is_empty() {
        lang.t(
            "Votre réponse décide de la loi qui s’applique.",
            "Your answer decides which law applies.",
        )
    } else {
        let steps = listed(lang, &steps);
        lang.pick(
            format!("Votre réponse compte pour\u{a0}: {steps}."),
            format!("Your answer serves: {steps}."),
        )
    };
    let services = names.asked_first(&question.fact);
    let refused = refused.filter(|refused| !refused.step && refused.key == key);
    let mut title = lang.words(&question.question);
    if let Some(of) = question.fact.of.as_ref().and_then(|of| names.member(of)) {
        title = format!("{of}{}{title}", lang.pick("\u{a0}: ", ": "));
    }
    Ask {
        question: title,
        reason,
        asked_first: (!services.is_empty()).then(|| {
            let services = listed(lang, &services);
            lang.pick(
                format!("Nous l’avons d’abord demandé à\u{a0}: {services}, sans réponse sûre."),
                format!("We first asked: {services}, without a sure answer."),
            )
        }),
        field: Field::new(lang, &question.ty, &question.choices),
        typed: refused
            .map(|refused| refused.typed("value").to_owned())
            .unwrap_or_default(),
        error: refused.map(|refused| refused.message.clone()),
        key,
    }
}

fn known(names: Names<'_>, view: &JourneyView, refused: Option<&Refused>) -> Vec<Known> {
    let lang = names.lang;
    view.facts
        .iter()
        .filter_map(|fact| {
            let value = match &fact.standing {
                FactStanding::Known(value) => names.value(&fact.key.id, value),
                FactStanding::Disputed => lang.t(
                    "Contesté : un agent doit vérifier",
                    "Contested: an agent has to check",
                ),
                FactStanding::Erased => lang.t("Effacé", "Erased"),
                FactStanding::Unknown => return None,
            };
            let source = match &fact.source {
                None if names.is_derived(&fact.key.id) => {
                    lang.t("Déduit de ce qui est connu", "Follows from what is known")
                }
                None => lang.t("D’après l’évènement déclaré", "From the life event"),
                Some(Source::Declared) => lang.t("Vous l’avez dit", "You said so"),
                Some(Source::Agent) => lang.t("Vérifié par un agent", "Checked by an agent"),
                Some(Source::Evidence(service)) => {
                    let service = names.service(service);
                    lang.pick(
                        format!("D’après\u{a0}: {service}"),
                        format!("According to: {service}"),
                    )
                }
            };
            let key = fact.key.to_string();
            let refused = refused.filter(|refused| !refused.step && refused.key == key);
            let contested = matches!(fact.standing, FactStanding::Disputed);
            let changeable = fact.source.is_some()
                && (contested || matches!(fact.standing, FactStanding::Known(_)));
            let people_tell = names
                .fact_definition(&fact.key.id)
                .is_some_and(|definition| definition.is_told_at(|_| false));
            Some(Known {
                title: names.fact(&fact.key),
                value,
                source,
                contest: contest(names, &fact.key),
                field: names
                    .fact_definition(&fact.key.id)
                    .filter(|_| changeable)
                    .map(|definition| Field::new(lang, &definition.ty, &definition.choices)),
                people_tell,
                contested,
                evidence: !matches!(fact.source, Some(Source::Declared)),
                typed: refused
                    .map(|refused| refused.typed("value").to_owned())
                    .unwrap_or_default(),
                error: refused.map(|refused| refused.message.clone()),
                key,
            })
        })
        .collect()
}

/// What was known of a contested fact, and what is claimed instead.
fn contest(names: Names<'_>, key: &FactKey) -> Option<String> {
    let lang = names.lang;
    let fact = names.journey().facts.get(key)?;
    let dispute = fact.disputed.as_ref()?;
    let known = names.value(&key.id, fact.value.value()?);
    let claimed = dispute.claimed.as_ref().and_then(|claimed| claimed.value());
    Some(match claimed.map(|claimed| names.value(&key.id, claimed)) {
        Some(claimed) => lang.pick(
            format!(
                "Ce qui était connu\u{a0}: {known}. Ce qui est dit à la place\u{a0}: {claimed}."
            ),
            format!("What was known: {known}. What is said instead: {claimed}."),
        ),
        None => lang.pick(
            format!("Ce qui était connu\u{a0}: {known}."),
            format!("What was known: {known}."),
        ),
    })
}

/// Who published the life event, when something that is known comes straight from it.
fn publisher(names: Names<'_>, view: &JourneyView) -> Option<String> {
    let from_event = view.facts.iter().any(|fact| {
        fact.source.is_none()
            && matches!(fact.standing, FactStanding::Known(_))
            && !names.is_derived(&fact.key.id)
    });
    let name = names.journey().told.name.value().filter(|_| from_event)?;
    Some(name.source.clone())
}

/// `a, b et c`.
fn listed(lang: Lang, items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} {} {last}", others.join(", "), lang.pick("et", "and")),
    }
}
