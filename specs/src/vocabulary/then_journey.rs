//! What became of the event, and of the journey as a whole.

use cucumber::then;
use parcours_core::journey::Phase;

use crate::words::{Day, Quoted, pick};
use crate::world::{Said, World, say};

#[then(expr = "the receipt says {name}")]
#[then(expr = "le reçu dit {name}")]
fn receipt(world: &mut World, word: Quoted) -> Said {
    world.nothing_pending()?;
    let receipt = world.receipt()?;
    if receipt.word == word.0 {
        return Ok(());
    }
    let (is, what) = (receipt.word, &receipt.what);
    Err(say!(
        world,
        "le reçu dit \"{is}\" {what}",
        "the receipt says \"{is}\" {what}"
    ))
}

#[then(expr = "the receipt explains {name}")]
#[then(expr = "le reçu explique {name}")]
fn receipt_explains(world: &mut World, text: Quoted) -> Said {
    let what = &world.receipt()?.what;
    if what.contains(&text.0) {
        return Ok(());
    }
    Err(say!(
        world,
        "le reçu explique : {what}",
        "the receipt explains: {what}"
    ))
}

#[then(expr = "that is not accepted: {name}")]
#[then(expr = "cela n'est pas accepté : {name}")]
fn not_accepted(world: &mut World, text: Quoted) -> Said {
    match world.take_refusal() {
        Some(why) if why.contains(&text.0) => Ok(()),
        Some(why) => Err(say!(
            world,
            "ce n'est pas accepté, mais pour une autre raison : {why}",
            "it is not accepted, but for another reason: {why}"
        )),
        None => Err(say!(world, "c'est accepté", "it is accepted")),
    }
}

#[then(expr = "there is/are {int} journey(s)")]
#[then(expr = "il y a {int} parcours")]
fn journeys(world: &mut World, count: usize) -> Said {
    world.nothing_pending()?;
    let there = world.driver()?.journeys().len();
    if there == count {
        return Ok(());
    }
    Err(say!(
        world,
        "il y a {there} parcours",
        "journeys there: {there}"
    ))
}

#[then(expr = "the law is that of {day}")]
#[then(expr = "la loi est celle du {day}")]
fn law(world: &mut World, from: Day) -> Said {
    world.nothing_pending()?;
    let is = world.definition()?.applies.from;
    if is == from.0 {
        return Ok(());
    }
    Err(say!(
        world,
        "la loi est celle du {is}",
        "the law is that of {is}"
    ))
}

#[then(expr = "the law is provisional")]
#[then(expr = "la loi est provisoire")]
fn law_provisional(world: &mut World) -> Said {
    provisional(world, true)
}

#[then(expr = "the law is certain")]
#[then(expr = "la loi est certaine")]
fn law_certain(world: &mut World) -> Said {
    provisional(world, false)
}

fn provisional(world: &World, wanted: bool) -> Said {
    let law = world.view()?.law;
    if law.is_some_and(|law| law.provisional) == wanted {
        return Ok(());
    }
    Err(if wanted {
        say!(world, "la loi est certaine", "the law is certain")
    } else {
        say!(world, "la loi est provisoire", "the law is provisional")
    })
}

#[then(expr = "the journey is over")]
#[then(expr = "le parcours est terminé")]
fn over(world: &mut World) -> Said {
    phase(world, Phase::Ended)
}

#[then(expr = "the journey goes on")]
#[then(expr = "le parcours continue")]
fn goes_on(world: &mut World) -> Said {
    phase(world, Phase::Running)
}

#[then(expr = "the journey is withdrawn")]
#[then(expr = "le parcours est retiré")]
fn withdrawn(world: &mut World) -> Said {
    phase(world, Phase::Retracted)
}

fn phase(world: &World, wanted: Phase) -> Said {
    let is = world.view()?.phase;
    if is == wanted {
        return Ok(());
    }
    let words = match is {
        Phase::Running => ("il continue", "it goes on"),
        Phase::Ended => ("il est terminé", "it is over"),
        Phase::Retracted => ("il est retiré", "it is withdrawn"),
    };
    Err(pick(world.language, words).to_owned())
}

#[then(expr = "nothing changes")]
#[then(expr = "rien ne change")]
fn nothing_changes(world: &mut World) -> Said {
    unchanged(world, true)
}

#[then(expr = "nothing else changes")]
#[then(expr = "rien d'autre ne change")]
fn nothing_else(world: &mut World) -> Said {
    unchanged(world, false)
}

fn unchanged(world: &World, all: bool) -> Said {
    let changed = world.changed(all)?;
    if changed.is_empty() {
        return Ok(());
    }
    let changed = changed.join("\n  ");
    Err(say!(
        world,
        "ceci change aussi :\n  {changed}",
        "this changes too:\n  {changed}"
    ))
}
