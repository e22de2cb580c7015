//! Where steps stand, by when, and why.

use std::fmt::Write as _;

use chrono::NaiveDate;
use cucumber::then;
use parcours_core::calendar::{Channel, Deadline};
use parcours_core::definition::SilenceMeaning;
use parcours_core::journey::Step;
use parcours_core::view::{RecourseView, StepView};

use super::answers::appeal;
use crate::words::{Day, Named, Quoted, State, pick};
use crate::world::{Said, World, say};

#[then(expr = "the step {step} is {state}")]
#[then(expr = "la démarche {step} est {state}")]
fn is(world: &mut World, named: Named, state: State) -> Said {
    let step = world.step(&named)?;
    if state.is(&step) {
        return Ok(());
    }
    let expected = pick(world.language, state.words());
    Err(world.differs(expected, &world.told(&step)))
}

#[then(expr = "the step {step} is no longer {state}")]
#[then(expr = "la démarche {step} n'est plus {state}")]
fn is_not(world: &mut World, named: Named, state: State) -> Said {
    let step = world.step(&named)?;
    if !state.is(&step) {
        return Ok(());
    }
    let told = world.told(&step);
    let gone = pick(world.language, state.words());
    let expected = say!(world, "n'est plus {gone}", "no longer {gone}");
    Err(world.differs(&expected, &told))
}

fn dated(
    world: &World,
    named: &Named,
    step: &StepView,
    found: Option<&Deadline>,
    wanted: NaiveDate,
) -> Said {
    let is = found.map(|deadline| deadline.due().date());
    if is == Some(wanted) {
        return Ok(());
    }
    let told = world.told(step);
    let is = match is {
        Some(is) => say!(
            world,
            "{is}, démarche {told}",
            "{is}, step {told}",
            is = world.day(is)
        ),
        None => say!(
            world,
            "{named} n'a pas cette date ; démarche {told}",
            "{named} has no such date; step {told}"
        ),
    };
    let mut text = world.differs(&world.day(wanted), &is);
    for line in found
        .map(|deadline| deadline.explain(world.language))
        .unwrap_or_default()
    {
        let _ = write!(text, "\n  {line}");
    }
    Err(text)
}

#[then(expr = "the step {step} is due by {day}")]
#[then(expr = "la démarche {step} est à faire au plus tard le {day}")]
fn due(world: &mut World, named: Named, by: Day) -> Said {
    let step = world.step(&named)?;
    dated(world, &named, &step, step.due.as_ref(), by.0)
}

#[then(expr = "the step {step} is due online by {day}")]
#[then(expr = "la démarche {step} est à faire en ligne au plus tard le {day}")]
fn due_online(world: &mut World, named: Named, by: Day) -> Said {
    due_through(world, &named, Channel::Online, by)
}

#[then(expr = "the step {step} is due on paper by {day}")]
#[then(expr = "la démarche {step} est à faire sur papier au plus tard le {day}")]
fn due_on_paper(world: &mut World, named: Named, by: Day) -> Said {
    due_through(world, &named, Channel::Paper, by)
}

fn due_through(world: &mut World, named: &Named, channel: Channel, by: Day) -> Said {
    let step = world.step(named)?;
    let found = step
        .due
        .as_ref()
        .and_then(|due| due.channels().get(&channel));
    dated(world, named, &step, found, by.0)
}

#[then(expr = "the step {step} can be done from {day}")]
#[then(expr = "la démarche {step} peut se faire à partir du {day}")]
fn opens(world: &mut World, named: Named, from: Day) -> Said {
    let step = world.step(&named)?;
    dated(world, &named, &step, step.opens.as_ref(), from.0)
}

#[then(expr = "the step {step} can be done from {day} to {day}")]
#[then(expr = "la démarche {step} peut se faire du {day} au {day}")]
fn window(world: &mut World, named: Named, from: Day, to: Day) -> Said {
    let step = world.step(&named)?;
    dated(world, &named, &step, step.opens.as_ref(), from.0)?;
    dated(world, &named, &step, step.due.as_ref(), to.0)
}

#[then(expr = "the step {step} counts from {day}")]
#[then(expr = "la démarche {step} compte à partir du {day}")]
fn counts(world: &mut World, named: Named, from: Day) -> Said {
    let step = world.step(&named)?;
    dated(world, &named, &step, step.effect.as_ref(), from.0)
}

#[then(expr = "the step {step} was done on {day}")]
#[then(expr = "la démarche {step} a été faite le {day}")]
fn done_on(world: &mut World, named: Named, day: Day) -> Said {
    let step = world.step(&named)?;
    match &step.state {
        Step::Settled { on, .. } | Step::Deemed { on, .. } if on.value() == Some(&day.0) => Ok(()),
        Step::Settled { on, .. } | Step::Deemed { on, .. } => Err({
            let on = on.value().map(ToString::to_string).unwrap_or_default();
            say!(
                world,
                "la démarche {named} a été faite le {on}",
                "the step {named} was done on {on}"
            )
        }),
        _ => {
            let told = world.told(&step);
            Err(say!(
                world,
                "la démarche {named} est {told}",
                "the step {named} is {told}"
            ))
        }
    }
}

#[then(expr = "without an answer, {step} is deemed accepted on {day}")]
#[then(expr = "sans réponse, {step} est réputée acceptée le {day}")]
fn silence_accepts(world: &mut World, named: Named, on: Day) -> Said {
    silence(world, &named, SilenceMeaning::Acceptance, on)
}

#[then(expr = "without an answer, {step} is deemed refused on {day}")]
#[then(expr = "sans réponse, {step} est réputée refusée le {day}")]
fn silence_refuses(world: &mut World, named: Named, on: Day) -> Said {
    silence(world, &named, SilenceMeaning::Refusal, on)
}

#[then(expr = "the time to answer {step} does not run: {name} is missing")]
#[then(expr = "le délai de réponse de {step} ne court pas : il manque {name}")]
fn stands_still(world: &mut World, named: Named, pieces: Quoted) -> Said {
    let step = world.step(&named)?;
    let still = step.clock.as_ref().filter(|clock| clock.stands_still);
    let missing = still.and_then(|clock| clock.missing.as_deref());
    if missing == Some(pieces.0.as_str()) {
        return Ok(());
    }
    let found = step.clock.as_ref().map_or_else(
        || {
            say!(
                world,
                "rien ne manque et il court",
                "nothing is missing and it runs"
            )
        },
        |clock| pick(world.language, (&clock.words.fr, &clock.words.en)).clone(),
    );
    Err(say!(
        world,
        "le délai de réponse de {named} : {found}",
        "the time to answer {named}: {found}"
    ))
}

fn silence(world: &mut World, named: &Named, wanted: SilenceMeaning, on: Day) -> Said {
    let step = world.step(named)?;
    let found = step
        .silence
        .as_ref()
        .filter(|(_, means)| *means == wanted)
        .map(|(deadline, _)| deadline);
    dated(world, named, &step, found, on.0)
}

#[then(expr = "the deadline of {step} mentions {name}")]
#[then(expr = "l'échéance de {step} mentionne {name}")]
fn working_out(world: &mut World, named: Named, text: Quoted) -> Said {
    let step = world.step(&named)?;
    let lines = step
        .due
        .as_ref()
        .map(|due| due.explain(world.language))
        .unwrap_or_default();
    mentions(world, &lines, &text.0)
}

#[then(expr = "the reason for {step} mentions {name}")]
#[then(expr = "le pourquoi de {step} mentionne {name}")]
fn because(world: &mut World, named: Named, text: Quoted) -> Said {
    let step = world.step(&named)?;
    let mut lines = vec![pick(world.language, (&step.why.words.fr, &step.why.words.en)).clone()];
    for ground in step.why.grounds.iter().chain(&step.why.lacking) {
        let title = pick(world.language, (&ground.title.fr, &ground.title.en));
        let found = ground
            .found
            .as_ref()
            .map(|found| pick(world.language, (&found.fr, &found.en)).clone());
        lines.push(format!(
            "{title} : {}",
            found.unwrap_or_else(|| "?".to_owned())
        ));
    }
    if let Some(refusal) = &step.refusal {
        lines.push(pick(world.language, (&refusal.fr, &refusal.en)).clone());
    }
    mentions(world, &lines, &text.0)
}

#[then(expr = "the step {step} cites {name}")]
#[then(expr = "la démarche {step} cite {name}")]
fn cites(world: &mut World, named: Named, article: Quoted) -> Said {
    let step = world.step(&named)?;
    let articles: Vec<String> = step.law.iter().map(|law| law.reference.clone()).collect();
    mentions(world, &articles, &article.0)
}

fn mentions(world: &World, lines: &[String], text: &str) -> Said {
    if lines.iter().any(|line| line.contains(text)) {
        return Ok(());
    }
    let told = lines.join("\n  ");
    Err(say!(world, "il est dit :\n  {told}", "it says:\n  {told}"))
}

#[then(expr = "people are told about {step}")]
#[then(expr = "on est prévenu de {step}")]
fn told(world: &mut World, named: Named) -> Said {
    let step = world.step(&named)?;
    if is_told(&step) {
        return Ok(());
    }
    let told = world.told(&step);
    Err(say!(
        world,
        "personne n'est prévenu de {named} ({told})",
        "nobody is told about {named} ({told})"
    ))
}

#[then(expr = "nobody is told about {step}")]
#[then(expr = "personne n'est prévenu de {step}")]
fn quiet(world: &mut World, named: Named) -> Said {
    let step = world.step(&named)?;
    if !is_told(&step) {
        return Ok(());
    }
    let told = world.told(&step);
    Err(say!(
        world,
        "on est prévenu de {named} ({told})",
        "people are told about {named} ({told})"
    ))
}

/// What does not apply, or has not come yet, is on the page for whoever looks; nobody is written to about it.
fn is_told(step: &StepView) -> bool {
    !step.quiet && !matches!(step.state, Step::NotApplicable | Step::Waiting(_))
}

#[then(expr = "{step} can be contested by {name} by {day}")]
#[then(expr = "on peut contester {step} par {name} au plus tard le {day}")]
fn can_contest(world: &mut World, named: Named, kind: Quoted, by: Day) -> Said {
    let (step, way) = recourse(world, &named, &kind)?;
    dated(world, &named, &step, way.due.as_ref(), by.0)
}

#[then(expr = "{step} can be contested by {name}")]
#[then(expr = "on peut contester {step} par {name}")]
fn can_contest_at_any_time(world: &mut World, named: Named, kind: Quoted) -> Said {
    let (_, way) = recourse(world, &named, &kind)?;
    match way.due {
        None => Ok(()),
        Some(due) => {
            let due = due.due().date();
            Err(say!(
                world,
                "ce recours a une date : au plus tard le {due}",
                "this appeal has a date: by {due}"
            ))
        }
    }
}

#[then(expr = "{step} must first be contested by {name} by {day}")]
#[then(expr = "on doit d'abord contester {step} par {name} au plus tard le {day}")]
fn must_contest(world: &mut World, named: Named, kind: Quoted, by: Day) -> Said {
    let (step, way) = recourse(world, &named, &kind)?;
    if !way.mandatory {
        return Err(say!(
            world,
            "ce recours n'est pas obligatoire",
            "this appeal is not mandatory"
        ));
    }
    dated(world, &named, &step, way.due.as_ref(), by.0)
}

#[then(expr = "the time to contest {step} by {name} does not run")]
#[then(expr = "le délai pour contester {step} par {name} ne court pas")]
fn not_opposable(world: &mut World, named: Named, kind: Quoted) -> Said {
    let (_, way) = recourse(world, &named, &kind)?;
    if way.not_opposable {
        return Ok(());
    }
    Err(say!(world, "il court", "it runs"))
}

fn recourse(
    world: &mut World,
    named: &Named,
    kind: &Quoted,
) -> Result<(StepView, RecourseView), String> {
    let step = world.step(named)?;
    let kind = appeal(world, &kind.0)?;
    match step.recourse.iter().find(|way| way.kind == kind).cloned() {
        Some(way) => Ok((step, way)),
        None => {
            let told = world.told(&step);
            Err(say!(
                world,
                "{named} ({told}) ne se conteste pas ainsi",
                "{named} ({told}) cannot be contested that way"
            ))
        }
    }
}
