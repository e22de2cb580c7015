//! A tried journey, as people read it.

use std::fmt::Write;

use chrono::NaiveDate;
use parcours_core::calendar::{Deadline, Language, date_in_words, moment_in_words};
use parcours_core::definition::{Law, SilenceMeaning, StepKind};
use parcours_core::journey::{CallTarget, Event, Source, Step, StepKey, Until};
use parcours_core::name::ServiceId;
use parcours_core::value::Value;
use parcours_core::view::words::typographic;
use parcours_core::view::{
    FactStanding, Ground, Group, MemberView, Question, RecourseView, StepView, Why, words,
};

use super::otherwise::{Change, Otherwise};
use super::saying::can_be_refused;
use super::{Arguments, Tried};
use crate::lang::Lang;
use crate::report::wrapped;
use crate::terminal::Paint;

/// How far values stand from the left.
const LABEL: usize = 13;

/// No line is longer.
const WIDTH: usize = 100;

/// The whole answer.
pub(super) fn text(tried: &Tried<'_>, arguments: &Arguments, paint: Paint) -> String {
    let mut page = Page {
        text: String::new(),
        lang: arguments.lang,
        paint,
    };
    page.head(tried);
    page.law(tried, arguments);
    page.amounts(tried);
    page.known(tried);
    page.asked(tried);
    page.steps(tried, arguments.all);
    let goes_on = tried.seen_on != tried.person.life_event.occurred_on;
    if arguments.until.is_some() || goes_on || !tried.person.sayings.is_empty() {
        page.history(tried);
    }
    page.text
}

/// What people call a service.
fn named(tried: &Tried<'_>, lang: Lang, service: &ServiceId) -> String {
    match tried.catalog.service(service) {
        Some(service) => lang.of(&service.title).to_owned(),
        None => service.to_string(),
    }
}

struct Page {
    text: String,
    lang: Lang,
    paint: Paint,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, fr: &str, en: &str) {
        let title = self.paint.strong(self.lang.either(fr, en));
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        self.line(&title);
    }

    /// A label and what it says, wrapped beside it.
    fn entry(&mut self, indent: usize, label: &str, said: &str) {
        let width = LABEL.max(label.chars().count() + 1);
        let said = typographic(said, self.lang.into());
        let lines = wrapped(&said, WIDTH.saturating_sub(indent + width));
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let label = self.paint.faint(&format!("{label:<width$}"));
            self.line(&format!("{:indent$}{label}{line}", ""));
        }
    }

    fn date(&self, date: NaiveDate) -> String {
        date_in_words(date, self.lang.into())
    }

    fn head(&mut self, tried: &Tried<'_>) {
        let lang = self.lang;
        let title = self.paint.strong(lang.of(&tried.view.title));
        let version = tried.view.law.as_ref().map(|law| law.version.to_string());
        self.line(&format!("{title}  {}", version.unwrap_or_default()));
        let happened = self.date(tried.person.life_event.occurred_on);
        self.entry(2, lang.either("survenu", "happened"), &happened);
        // Each with its number, since that is how `--set` names one of them.
        let people: Vec<String> = tried
            .view
            .people
            .iter()
            .flat_map(|(role, people)| {
                people.iter().map(move |member| match &member.name {
                    Some(name) => format!("{name} ({role}.{})", member.number),
                    None => format!("{role}.{}", member.number),
                })
            })
            .collect();
        if !people.is_empty() {
            self.entry(2, lang.either("personnes", "people"), &people.join(", "));
        }
        let person = &tried.person;
        let invented = match (lang, person.moved) {
            (Lang::Fr, 0) => format!("`{}`, une vie inventée", person.from),
            (Lang::En, 0) => format!("`{}`, an invented life", person.from),
            (Lang::Fr, days) => format!(
                "`{}`, une vie inventée, ses dates placées {} plus {}",
                person.from,
                days_of(days, "jour", "jours"),
                if days < 0 { "tôt" } else { "tard" }
            ),
            (Lang::En, days) => format!(
                "`{}`, an invented life, its dates moved {} {}",
                person.from,
                days_of(days, "day", "days"),
                if days < 0 { "earlier" } else { "later" }
            ),
        };
        self.entry(2, lang.either("exemple", "example"), &invented);
        if let Some(name) = &person.left_out {
            let said = match lang {
                Lang::Fr => format!(
                    "`{name}` n’est pas dit : à elle seule, cette date ferait appliquer une loi plus récente. Dites-la par --set event.{name}=DATE"
                ),
                Lang::En => format!(
                    "`{name}` is not told: by itself that date would bring in a later law. Tell it by --set event.{name}=DATE"
                ),
            };
            self.entry(2, lang.either("omis", "left out"), &said);
        }
        if let Some(property) = &person.told_by {
            let said = match lang {
                Lang::Fr => format!(
                    "--set event.{property} dit un autre jour que --on : c’est ce jour-là que cela survient"
                ),
                Lang::En => format!(
                    "--set event.{property} tells another day than --on: it happens on that day"
                ),
            };
            self.entry(2, lang.either("note", "note"), &said);
        }
        if tried.seen_on != person.life_event.occurred_on {
            let seen = self.date(tried.seen_on);
            self.entry(2, lang.either("vu le", "seen on"), &seen);
        }
    }

    fn law(&mut self, tried: &Tried<'_>, arguments: &Arguments) {
        let lang = self.lang;
        self.title("La loi", "The law");
        let Some(law) = &tried.view.law else {
            self.line(lang.either(
                "  Aucune loi connue ne s’applique à cette date.",
                "  No law we know of applies to this date.",
            ));
            return;
        };
        let version = match (law.provisional, lang) {
            (false, _) => law.version.to_string(),
            (true, Lang::Fr) => format!("{}, à titre provisoire", law.version),
            (true, Lang::En) => format!("{}, provisionally", law.version),
        };
        self.entry(2, lang.either("version", "version"), &version);
        self.why(2, &law.why);
        if !law.provisional {
            return;
        }
        for Otherwise {
            what,
            name,
            on,
            law,
            changes,
        } in &tried.otherwise
        {
            let said = match lang {
                Lang::Fr => format!(
                    "{} : le {}, c’est {law} qui s’applique (--set {name}={on})",
                    lang.of(what),
                    self.date(*on)
                ),
                Lang::En => format!(
                    "{}: on {}, {law} applies (--set {name}={on})",
                    lang.of(what),
                    self.date(*on)
                ),
            };
            self.entry(2, lang.either("sinon", "otherwise"), &said);
            for change in changes {
                let change = self.change(change);
                self.entry(2, "", &change);
            }
        }
        if tried.otherwise.is_empty() {
            let said = match lang {
                Lang::Fr => format!(
                    "dites-le par --set pour être sûr, par exemple parcours try {} --on {} --set …",
                    arguments.journey, arguments.on
                ),
                Lang::En => format!(
                    "tell it by --set to be sure, as in parcours try {} --on {} --set …",
                    arguments.journey, arguments.on
                ),
            };
            self.entry(2, "", &said);
        }
    }

    fn change(&self, change: &Change) -> String {
        let (lang, language) = (self.lang, Language::from(self.lang));
        let instead = lang.either("au lieu de", "instead of");
        match change {
            Change::Value { title, then, now } => format!(
                "· {}{} {} {instead} {}",
                lang.of(title),
                lang.either(" :", ":"),
                words::value(then, language),
                words::value(now, language)
            ),
            Change::Gained(title) => format!("+ {}", lang.of(title)),
            Change::Lost(title) => format!("− {}", lang.of(title)),
            Change::Due { title, then, now } => format!(
                "· {}{} {} {instead} {}",
                lang.of(title),
                lang.either(" :", ":"),
                self.date(*then),
                self.date(*now)
            ),
        }
    }

    /// What a reason rests on, and what it lacks.
    fn why(&mut self, indent: usize, why: &Why) {
        let lang = self.lang;
        self.entry(indent, lang.either("pourquoi", "why"), lang.of(&why.words));
        for ground in &why.grounds {
            let said = self.ground(ground);
            self.entry(indent, "", &said);
        }
        for ground in &why.lacking {
            let said = self.ground(ground);
            self.entry(indent, lang.either("à savoir", "to know"), &said);
        }
    }

    fn ground(&self, ground: &Ground) -> String {
        let title = self.lang.of(&ground.title);
        match &ground.found {
            Some(found) => format!(
                "{title}{} {}",
                self.lang.either(" :", ":"),
                self.lang.of(found)
            ),
            None => title.to_owned(),
        }
    }

    /// What the law sets for this person: amounts, durations, dates.
    fn amounts(&mut self, tried: &Tried<'_>) {
        let Some(definition) = tried.definition() else {
            return;
        };
        let amounts = super::data::amounts(tried, definition);
        if amounts.is_empty() {
            return;
        }
        self.title("Ce que la loi fixe", "What the law sets");
        let language = Language::from(self.lang);
        let rows: Vec<[String; 3]> = amounts
            .iter()
            .map(|amount| {
                let one = amount.value == Value::Integer(1);
                let unit = match (amount.unit, self.lang, one) {
                    ("days", Lang::Fr, true) => " jour",
                    ("days", Lang::Fr, false) => " jours",
                    ("working days", Lang::Fr, true) => " jour ouvrable",
                    ("working days", Lang::Fr, false) => " jours ouvrables",
                    ("business days", Lang::Fr, true) => " jour ouvré",
                    ("business days", Lang::Fr, false) => " jours ouvrés",
                    ("hours", Lang::Fr, true) => " heure",
                    ("hours", Lang::Fr, false) => " heures",
                    ("weeks", Lang::Fr, true) => " semaine",
                    ("weeks", Lang::Fr, false) => " semaines",
                    ("months", Lang::Fr, _) => " mois",
                    ("years", Lang::Fr, true) => " an",
                    ("years", Lang::Fr, false) => " ans",
                    ("days", Lang::En, true) => " day",
                    ("days", Lang::En, false) => " days",
                    ("working days", Lang::En, true) => " working day",
                    ("working days", Lang::En, false) => " working days",
                    ("business days", Lang::En, true) => " business day",
                    ("business days", Lang::En, false) => " business days",
                    ("hours", Lang::En, true) => " hour",
                    ("hours", Lang::En, false) => " hours",
                    ("weeks", Lang::En, true) => " week",
                    ("weeks", Lang::En, false) => " weeks",
                    ("months", Lang::En, true) => " month",
                    ("months", Lang::En, false) => " months",
                    ("years", Lang::En, true) => " year",
                    ("years", Lang::En, false) => " years",
                    _ => "",
                };
                let provisional = match amount.provisional {
                    true => self.lang.either(" (provisoire)", " (provisional)"),
                    false => "",
                };
                [
                    self.lang.of(&amount.title).to_owned(),
                    format!(
                        "{}{unit}{provisional}",
                        words::value(&amount.value, language)
                    ),
                    articles(amount.law),
                ]
            })
            .collect();
        self.table(&rows);
    }

    /// Three columns beside each other; a cell that is too wide for its own goes on below.
    fn table(&mut self, rows: &[[String; 3]]) {
        const MOST: [usize; 3] = [42, 22, 30];
        let wide = |column: usize| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.max().unwrap_or_default().min(MOST[column])
        };
        let (first, second) = (wide(0), wide(1));
        for row in rows {
            let [one, two, three] = [0, 1, 2].map(|column| {
                let cell = typographic(&row[column], self.lang.into());
                wrapped(&cell, MOST[column])
            });
            let high = one.len().max(two.len()).max(three.len());
            let cell = |lines: &[String], at: usize| lines.get(at).cloned().unwrap_or_default();
            for at in 0..high {
                let (one, two) = (cell(&one, at), cell(&two, at));
                let three = self.paint.faint(&cell(&three, at));
                self.line(&format!("  {one:<first$}  {two:<second$}  {three}"));
            }
        }
    }

    fn known(&mut self, tried: &Tried<'_>) {
        let lang = self.lang;
        let rows: Vec<[String; 3]> = tried
            .view
            .facts
            .iter()
            .filter_map(|fact| {
                let value = match &fact.standing {
                    FactStanding::Known(_) => lang.of(fact.found.as_ref()?).to_owned(),
                    FactStanding::Disputed => lang.either("contesté", "disputed").to_owned(),
                    FactStanding::Erased => lang.either("effacé", "erased").to_owned(),
                    FactStanding::Unknown => return None,
                };
                let from = match &fact.source {
                    None => lang
                        .either("de l’évènement, ou déduit", "from the event, or derived")
                        .to_owned(),
                    Some(Source::Declared) => lang.either("déclaré", "declared").to_owned(),
                    Some(Source::Agent) => lang
                        .either("vu par un agent", "seen by an agent")
                        .to_owned(),
                    Some(Source::Evidence(service)) => {
                        let service = named(tried, lang, service);
                        match lang {
                            Lang::Fr => format!("d’après : {service}"),
                            Lang::En => format!("according to: {service}"),
                        }
                    }
                };
                let title = match &fact.key.of {
                    Some(subject) => {
                        let people = tried.view.people.get(&subject.role);
                        let mut people = people.into_iter().flatten();
                        let member = people.find(|member| member.number == subject.index);
                        let name = member.and_then(|member| member.name.clone());
                        let name = name.unwrap_or_else(|| subject.to_string());
                        format!("{} · {name}", lang.of(&fact.title))
                    }
                    None => lang.of(&fact.title).to_owned(),
                };
                Some([title, value, from])
            })
            .collect();
        if !rows.is_empty() {
            self.title("Ce que l’on sait", "What is known");
            self.table(&rows);
        }
    }

    fn asked(&mut self, tried: &Tried<'_>) {
        if tried.view.questions.is_empty() {
            return;
        }
        let lang = self.lang;
        self.title("Ce que l’on demande", "What is asked");
        for Question {
            fact,
            question,
            service,
            to,
            ..
        } in &tried.view.questions
        {
            let people = to.as_ref().and_then(|role| tried.view.people.get(role));
            // A question about one of them is for that one; any of them answers the others.
            let concerned = |member: &&MemberView| match &fact.of {
                Some(of) if Some(&of.role) == to.as_ref() => member.number == of.index,
                Some(_) | None => true,
            };
            let names: Vec<String> = people
                .into_iter()
                .flatten()
                .filter(concerned)
                .filter_map(|member| member.name.clone())
                .collect();
            let whom = match (service, to) {
                (Some(service), _) => service.to_string(),
                (None, Some(role)) if names.is_empty() => role.to_string(),
                (None, _) => names.join(lang.either(" ou ", " or ")),
            };
            self.entry(2, &whom, lang.of(question));
            let set = self.paint.faint(&format!("--set {fact}=…"));
            let indent = 2 + LABEL.max(whom.chars().count() + 1);
            self.line(&format!("{:indent$}{set}", ""));
        }
    }

    fn steps(&mut self, tried: &Tried<'_>, all: bool) {
        let groups = [
            (Group::ToDo, "À faire", "To do"),
            (Group::UnderWay, "En cours", "Under way"),
            (Group::Coming, "À venir", "Coming"),
            (Group::Done, "Fait", "Done"),
            (Group::Closed, "Clos", "Closed"),
            (Group::NotForYou, "Ne vous concerne pas", "Not for you"),
        ];
        for (group, fr, en) in groups {
            let steps = tried.view.group(group);
            if steps.is_empty() {
                continue;
            }
            if group == Group::NotForYou && !all {
                let said = match self.lang {
                    Lang::Fr if steps.len() == 1 => {
                        "1 démarche ne vous concerne pas\u{a0}: --all la montre".to_owned()
                    }
                    Lang::En if steps.len() == 1 => {
                        "1 step is not for you: --all shows it".to_owned()
                    }
                    Lang::Fr => format!(
                        "{} démarches ne vous concernent pas\u{a0}: --all les montre",
                        steps.len()
                    ),
                    Lang::En => format!("{} steps are not for you: --all shows them", steps.len()),
                };
                let said = self.paint.faint(&said);
                if !self.text.ends_with("\n\n") {
                    self.text.push('\n');
                }
                self.line(&said);
                continue;
            }
            self.title(fr, en);
            for step in steps {
                self.step(tried, step);
            }
        }
    }

    fn step(&mut self, tried: &Tried<'_>, step: &StepView) {
        let (lang, language) = (self.lang, Language::from(self.lang));
        let kind = match step.kind {
            StepKind::Obligation => lang.either("obligation", "obligation"),
            StepKind::Right => lang.either("droit", "right"),
            StepKind::Service => lang.either(
                "à la charge de l’administration",
                "for the administration to do",
            ),
            StepKind::Decision => lang.either("décision", "decision"),
            StepKind::Notice => lang.either("information", "notice"),
        };
        let mut title = self.paint.strong(lang.of(&step.title));
        if let Some(subject) = &step.subject {
            let _ = write!(title, " · {subject}");
        }
        let mut notes = vec![kind];
        if step.provisional {
            notes.push(lang.either("provisoire", "provisional"));
        }
        if step.passed_unknown().is_some() {
            notes.push(lang.either("dernier jour passé", "its last day has passed"));
        } else if step.overdue {
            notes.push(lang.either("en retard", "overdue"));
        }
        if step.quiet {
            notes.push(lang.either("sans message", "quiet"));
        }
        let notes = self.paint.faint(&notes.join(", "));
        self.line(&format!("  {title}  {notes}"));
        if let Some(explain) = &step.explain {
            self.entry(4, lang.either("comment", "how"), lang.of(explain));
        }
        let until = match step.kind {
            StepKind::Obligation => lang.either("au plus tard", "by"),
            _ => lang.either("jusqu’au", "until"),
        };
        for (label, deadline) in [
            (lang.either("à partir du", "from"), &step.opens),
            (until, &step.due),
            (lang.either("effet", "effect"), &step.effect),
        ] {
            if let Some(deadline) = deadline {
                self.deadline(label, deadline);
            }
        }
        if let Some((deadline, means)) = &step.silence {
            let means = match means {
                SilenceMeaning::Acceptance => lang.either(
                    "sans réponse, c’est accordé",
                    "without an answer it is granted",
                ),
                SilenceMeaning::Refusal => lang.either(
                    "sans réponse, c’est refusé",
                    "without an answer it is refused",
                ),
            };
            let said = format!(
                "{}{} {means}",
                moment_in_words(deadline.due(), language),
                lang.either(" :", ":")
            );
            self.entry(4, "silence", &said);
        }
        if let Some(clock) = &step.clock {
            self.entry(4, lang.either("délai", "clock"), lang.of(&clock.words));
        }
        if let Some(refusal) = &step.refusal {
            self.entry(4, lang.either("refus", "refusal"), lang.of(refusal));
        }
        self.why(4, &step.why);
        if let Step::Waiting(Until::Steps(before)) = &step.state {
            let before: Vec<String> = before.iter().map(|key| self.called(tried, key)).collect();
            self.entry(4, lang.either("attend", "waits for"), &before.join(", "));
        }
        if let Some(office) = &step.office {
            self.entry(
                4,
                lang.either("auprès de", "office"),
                lang.of(&office.title),
            );
        }
        self.needs(step);
        for recourse in &step.recourse {
            self.recourse(recourse);
        }
        self.contested(tried, step);
        for article in &step.law {
            let url = article.url.as_deref().unwrap_or_default();
            self.entry(
                4,
                lang.either("loi", "law"),
                format!("{}  {url}", article.reference).trim(),
            );
        }
        self.text.push('\n');
    }

    /// What to bring, what it costs, what if it is not done in time: while there is something to do.
    fn needs(&mut self, step: &StepView) {
        let lang = self.lang;
        if !matches!(step.group, Group::ToDo | Group::UnderWay | Group::Coming) {
            return;
        }
        for evidence in &step.evidence {
            let title = lang.of(&evidence.title);
            let said = match (&evidence.held_by, lang) {
                (None, _) => title.to_owned(),
                (Some(service), Lang::Fr) => {
                    format!("{title}, que détient déjà : {}", lang.of(service))
                }
                (Some(service), Lang::En) => {
                    format!("{title}, already held by: {}", lang.of(service))
                }
            };
            self.entry(4, lang.either("pièce", "evidence"), &said);
        }
        if let Some(cost) = &step.cost {
            self.entry(4, lang.either("coût", "cost"), lang.of(cost));
        }
        if let Some(missed) = &step.missed {
            self.entry(4, lang.either("hors délai", "if missed"), lang.of(missed));
        }
    }

    /// How a refusal is contested: by which appeal, by when, under which article.
    fn recourse(&mut self, recourse: &RecourseView) {
        let (lang, language) = (self.lang, Language::from(self.lang));
        let mut kind = words::recourse(recourse.kind, language).to_owned();
        let notes = [
            (
                recourse.mandatory,
                lang.either("obligatoire avant tout juge", "required before any court"),
            ),
            (
                recourse.not_opposable,
                lang.either(
                    "son délai ne court pas : la décision ne l’indiquait pas",
                    "its time does not run: the decision did not state it",
                ),
            ),
            (recourse.lodged, lang.either("déposé", "lodged")),
        ];
        for (_, note) in notes.iter().filter(|(is, _)| *is) {
            let _ = write!(kind, ", {note}");
        }
        if let Some(then) = recourse.then {
            let then = words::recourse(then, language).to_lowercase();
            let _ = write!(kind, "{} {then}", lang.either(", puis", ", then"));
        }
        self.entry(4, lang.either("recours", "recourse"), &kind);
        self.entry(4, "", lang.of(&recourse.words));
        if let Some(due) = &recourse.due {
            self.deadline(lang.either("  jusqu’au", "  until"), due);
        }
        self.entry(4, lang.either("  loi", "  law"), &articles(&recourse.law));
    }

    /// That a refusal could be contested, before there is one.
    fn contested(&mut self, tried: &Tried<'_>, step: &StepView) {
        let (lang, language) = (self.lang, Language::from(self.lang));
        let definition = tried.definition();
        let definition = definition.and_then(|definition| definition.step(&step.key.id));
        let live = matches!(step.group, Group::ToDo | Group::UnderWay);
        let Some(definition) = definition.filter(|_| live && step.recourse.is_empty()) else {
            return;
        };
        if !can_be_refused(definition, tried.catalog) {
            return;
        }
        let kinds: Vec<String> = definition
            .recourse
            .iter()
            .map(|recourse| words::recourse(recourse.kind, language).to_lowercase())
            .collect();
        if !kinds.is_empty() {
            let set = format!("--said {}=refused", step.key.id);
            let said = match lang {
                Lang::Fr => format!("{} ({set} en montre les dates)", kinds.join(", ")),
                Lang::En => format!("{} ({set} shows their dates)", kinds.join(", ")),
            };
            self.entry(4, lang.either("si refus", "if refused"), &said);
        }
    }

    /// What a step is called, and for whom.
    fn called(&self, tried: &Tried<'_>, key: &StepKey) -> String {
        let Some(step) = tried.view.step(key) else {
            return key.to_string();
        };
        let title = self.lang.of(&step.title);
        match &step.subject {
            Some(subject) => format!("{title} · {subject}"),
            None => title.to_owned(),
        }
    }

    fn deadline(&mut self, label: &str, deadline: &Deadline) {
        let language = Language::from(self.lang);
        let date = moment_in_words(deadline.due(), language);
        self.entry(4, label, &date);
        for line in deadline.explain(language) {
            let lines = wrapped(&line, WIDTH - 4 - LABEL - 2);
            for line in lines {
                let line = self.paint.faint(&line);
                self.line(&format!("{:1$}{line}", "", 4 + LABEL + 2));
            }
        }
    }

    fn history(&mut self, tried: &Tried<'_>) {
        let lang = self.lang;
        self.title("Ce qui s’est passé", "What happened");
        let mut last = None;
        for happened in &tried.history {
            let (step, word) = match &happened.event {
                Event::StepOpened { step, .. } => (step, lang.either("à faire", "to do")),
                Event::StepRescheduled { step, .. } => {
                    (step, lang.either("date changée", "date changed"))
                }
                Event::StepOverdue { step, .. } => (step, lang.either("en retard", "overdue")),
                Event::StepLapsed { step } => (step, lang.either("perdu", "lost")),
                Event::CallRequested { step, .. } => (step, lang.either("demandé", "requested")),
                Event::CallRepeated {
                    target: CallTarget::Step(step),
                    ..
                } => (step, lang.either("redemandé", "requested again")),
                Event::StepSettled { step, .. } => (step, lang.either("fait", "done")),
                Event::StepDeemed { step, .. } => (
                    step,
                    lang.either("décidé par le silence", "decided by silence"),
                ),
                Event::StepRefused { step, .. } => (step, lang.either("refusé", "refused")),
                Event::StepFailed { step, .. } => (step, lang.either("incident", "incident")),
                Event::StepDeclined { step, .. } => (step, lang.either("décliné", "declined")),
                Event::UndoStarted { step, .. } => {
                    (step, lang.either("annulation", "being undone"))
                }
                Event::StepUndone { step } => (step, lang.either("annulé", "undone")),
                _ => continue,
            };
            let date = match last == Some(happened.on) {
                true => String::new(),
                false => match lang {
                    Lang::Fr => happened.on.format("%d/%m/%Y").to_string(),
                    Lang::En => happened.on.to_string(),
                },
            };
            last = Some(happened.on);
            let named = self.called(tried, step);
            let said = format!("{word}{} {named}", lang.either(" :", ":"));
            self.entry(2, &date, &said);
        }
    }
}

/// So many days, whichever way.
fn days_of(days: i64, one: &str, several: &str) -> String {
    match days.unsigned_abs() {
        1 => format!("1 {one}"),
        days => format!("{days} {several}"),
    }
}

/// The articles, in one line.
fn articles(law: &[Law]) -> String {
    let references: Vec<&str> = law.iter().map(|law| law.reference.as_str()).collect();
    references.join(" ; ")
}
