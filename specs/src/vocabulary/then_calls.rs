//! What services were asked to do.

use std::collections::BTreeSet;

use cucumber::gherkin::Step;
use cucumber::then;
use parcours_core::journey::CallKey;
use parcours_lang::life_event::to_json;
use parcours_runtime::Called;

use super::pairs;
use crate::words::Quoted;
use crate::world::{Said, World, say};

/// The attempts at an operation for the journey.
fn attempts<'a>(world: &'a World, operation: &Quoted) -> Result<Vec<&'a Called>, String> {
    world.nothing_pending()?;
    let (id, journey) = (world.operation(&operation.0)?, world.id()?);
    let attempts = world.driver()?.called().iter();
    Ok(attempts
        .filter(|attempt| attempt.call.operation == id && attempt.call.key.journey == journey)
        .collect())
}

fn calls(world: &World, operation: &Quoted) -> Result<usize, String> {
    let keys: BTreeSet<&CallKey> = attempts(world, operation)?
        .iter()
        .map(|attempt| &attempt.call.key)
        .collect();
    Ok(keys.len())
}

#[then(expr = "the operation {name} is requested {int} time(s)")]
#[then(expr = "l'opération {name} est demandée {int} fois")]
fn requested(world: &mut World, operation: Quoted, times: usize) -> Said {
    let made = calls(world, &operation)?;
    if made == times {
        return Ok(());
    }
    let name = &operation.0;
    Err(say!(
        world,
        "l'opération « {name} » est demandée {made} fois",
        "the operation `{name}` is requested {made} times"
    ))
}

#[then(expr = "the operation {name} is not requested")]
#[then(expr = "l'opération {name} n'est pas demandée")]
fn not_requested(world: &mut World, operation: Quoted) -> Said {
    requested(world, operation, 0)
}

#[then(expr = "the operation {name} is requested with")]
#[then(expr = "l'opération {name} est demandée avec")]
fn requested_with(world: &mut World, operation: Quoted, #[step] step: &Step) -> Said {
    let attempts = attempts(world, &operation)?;
    let Some(last) = attempts.last() else {
        return Err(say!(
            world,
            "elle n'est pas demandée",
            "it is not requested"
        ));
    };
    for (name, wanted) in pairs(step)? {
        let is = last
            .call
            .arguments
            .value()
            .and_then(|arguments| arguments.get(&name))
            .map(to_json)
            .unwrap_or_default();
        if is != wanted {
            return Err(say!(world, "« {name} » vaut {is}", "`{name}` is {is}"));
        }
    }
    Ok(())
}

#[then(expr = "the operation {name} is tried {int} time(s) under the same key")]
#[then(expr = "l'opération {name} est tentée {int} fois sous la même clé")]
fn tried(world: &mut World, operation: Quoted, times: usize) -> Said {
    let (made, keys) = (
        attempts(world, &operation)?.len(),
        calls(world, &operation)?,
    );
    if made == times && keys == 1 {
        return Ok(());
    }
    Err(say!(
        world,
        "elle est tentée {made} fois, sous {keys} clés",
        "it is tried {made} times, under {keys} keys"
    ))
}
