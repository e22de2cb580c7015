//! A life event is told, published, corrected, retracted.

use chrono::{NaiveDate, NaiveDateTime};
use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::Value as Json;

use super::{pairs, put};
use crate::words::{Day, Given, Happening, Place, Quoted, pick};
use crate::world::{How, Said, World, say};

#[given(expr = "the example {name} of the event {name}")]
#[given(expr = "l'exemple {name} de l'évènement {name}")]
fn an_example(world: &mut World, example: Quoted, kind: Quoted) -> Said {
    world.tell(&kind.0, Some(&example.0))
}

#[given(expr = "{happening} on {day}")]
#[given(expr = "{happening} le {day}")]
fn it_happened(world: &mut World, what: Happening, on: Day) -> Said {
    happened(world, &what, on.0)
}

#[given(expr = "{happening} on {day} in {place}")]
#[given(expr = "{happening} le {day} à {place}")]
fn it_happened_in(world: &mut World, what: Happening, on: Day, place: Place) -> Said {
    happened(world, &what, on.0)?;
    let kind = world.event()?.kind.clone();
    let ty = world.driver()?.law().catalog.life_event(&kind).cloned();
    let data = &mut world.event()?.data;
    let places: Vec<String> = data
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| {
            value.is_string() && (name.ends_with("_place") || name.ends_with("commune"))
        })
        .map(|(name, _)| name.clone())
        .collect();
    match (places.as_slice(), ty) {
        ([only], Some(_)) => put(data, only, Some(Json::from(place.0))),
        (many, _) => {
            let many = many.join(", ");
            Err(say!(
                world,
                "l'évènement « {kind} » n'a pas un seul lieu ({many}) : dites-le par « dans l'évènement, … vaut … »",
                "the event `{kind}` has not just one place ({many}): say it with `in the event, … is …`"
            ))
        }
    }
}

/// The first example of the type, with its day moved, and every date that is the same day.
fn happened(world: &mut World, what: &Happening, on: NaiveDate) -> Said {
    let catalog = &world.driver()?.law().catalog;
    let wanted = what.0.to_lowercase();
    let alike = |title: &str| crate::files::plain(title) == wanted;
    let title = |each: &parcours_core::definition::LifeEventType| {
        pick(world.language, (&each.title.fr, &each.title.en)).to_lowercase()
    };
    let Some(found) = catalog
        .life_events()
        .find(|each| alike(&title(each)))
        .cloned()
    else {
        let known: Vec<String> = catalog.life_events().map(|each| title(each)).collect();
        let (what, known) = (&what.0, known.join(", "));
        return Err(say!(
            world,
            "aucun évènement ne s'appelle « {what} » ; il y a : {known}",
            "no event is called `{what}`; there are: {known}"
        ));
    };
    world.tell(found.kind.as_str(), None)?;
    let data = &mut world.event()?.data;
    let before = data.get(&found.date).cloned().unwrap_or_default();
    replace(data, &before, &Json::from(on.to_string()));
    // The other dates of the example belong to its own day; the scenario says those it needs.
    let other: Vec<String> = data
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| {
            **name != found.date && is_date(value) && !required(&found.schema, name)
        })
        .map(|(name, _)| name.clone())
        .collect();
    for name in other {
        let moved = moved(&before, data.get(&name), on);
        put(data, &name, moved)?;
    }
    Ok(())
}

/// A date of the example, with its time if it has one, as far from the new day as it was from the old one.
fn moved(before: &Json, date: Option<&Json>, on: NaiveDate) -> Option<Json> {
    let (date, time) = day(date?)?;
    let far = date.signed_duration_since(day(before)?.0);
    on.checked_add_signed(far)
        .map(|date| Json::from(format!("{date}{time}")))
}

/// The day of a date, and the rest of it: the time, or nothing.
fn day(value: &Json) -> Option<(NaiveDate, &str)> {
    let text = value.as_str()?;
    let (date, time) = text.split_at_checked("2026-03-02".len())?;
    let whole = time.is_empty() || text.parse::<NaiveDateTime>().is_ok();
    whole.then_some((date.parse().ok()?, time))
}

fn is_date(value: &Json) -> bool {
    day(value).is_some()
}

fn required(schema: &str, name: &str) -> bool {
    let schema: Json = serde_json::from_str(schema).unwrap_or_default();
    schema["required"]
        .as_array()
        .is_some_and(|all| all.iter().any(|each| each == name))
}

fn replace(data: &mut Json, before: &Json, after: &Json) {
    if data == before {
        *data = after.clone();
        return;
    }
    if let (Some((date, time)), Some((old, _)), Some((new, _))) =
        (day(data), day(before), day(after))
        && date == old
    {
        *data = Json::from(format!("{new}{time}"));
        return;
    }
    match data {
        Json::Array(items) => items
            .iter_mut()
            .for_each(|item| replace(item, before, after)),
        Json::Object(fields) => fields
            .values_mut()
            .for_each(|field| replace(field, before, after)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[given(expr = "in the event, {name} is {value}")]
#[given(expr = "dans l'évènement, {name} vaut {value}")]
fn in_the_event(world: &mut World, path: Quoted, value: Given) -> Said {
    put(&mut world.event()?.data, &path.0, Some(value.0))
}

#[given(expr = "in the event, {name} is not said")]
#[given(expr = "dans l'évènement, {name} n'est pas dit")]
fn not_in_the_event(world: &mut World, path: Quoted) -> Said {
    put(&mut world.event()?.data, &path.0, None)
}

#[given(expr = "the event is published on {day}")]
#[when(expr = "the event is published on {day}")]
#[given(expr = "l'évènement est publié le {day}")]
#[when(expr = "l'évènement est publié le {day}")]
fn published(world: &mut World, on: Day) -> Said {
    world.publish(on.0, How::First)
}

#[when(expr = "the same event is published again on {day}")]
#[when(expr = "le même évènement est publié de nouveau le {day}")]
fn published_again(world: &mut World, on: Day) -> Said {
    world.publish(on.0, How::Again)
}

#[when(expr = "another event is published under the same name on {day} with")]
#[when(expr = "un autre évènement est publié sous le même nom le {day} avec")]
fn published_otherwise(world: &mut World, on: Day, #[step] step: &Step) -> Said {
    let told = world.event()?.data.clone();
    amend(world, step)?;
    world.publish(on.0, How::First)?;
    world.event()?.data = told;
    Ok(())
}

#[when(expr = "the event is corrected on {day} with")]
#[when(expr = "l'évènement est corrigé le {day} avec")]
fn corrected(world: &mut World, on: Day, #[step] step: &Step) -> Said {
    amend(world, step)?;
    world.publish(on.0, How::Corrected)
}

#[when(expr = "the event is retracted on {day}")]
#[when(expr = "l'évènement est retiré le {day}")]
fn retracted(world: &mut World, on: Day) -> Said {
    world.publish(on.0, How::Retracted)
}

fn amend(world: &mut World, step: &Step) -> Said {
    let data = &mut world.event()?.data;
    pairs(step)?
        .into_iter()
        .try_for_each(|(path, value)| put(data, &path, Some(value)))
}

#[given(expr = "we look at the journey of {name}")]
#[when(expr = "we look at the journey of {name}")]
#[given(expr = "on regarde le parcours de {name}")]
#[when(expr = "on regarde le parcours de {name}")]
fn look_at(world: &mut World, holder: Quoted) -> Said {
    world.choose(&holder.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_moves_with_its_day() {
        let (before, after) = (json!("2026-03-05"), json!("2024-07-11"));
        let on = NaiveDate::from_ymd_opt(2024, 7, 11).expect("a day");
        let mut data = json!({ "died_on": "2026-03-05", "seen": [{ "at": "2026-03-05T15:00:00" }], "ref": "2026-03-05-A" });
        replace(&mut data, &before, &after);
        let moved_data = json!({ "died_on": "2024-07-11", "seen": [{ "at": "2024-07-11T15:00:00" }], "ref": "2026-03-05-A" });
        assert_eq!(data, moved_data);
        let next_day = json!("2026-03-06T09:30:00");
        assert_eq!(
            moved(&before, Some(&next_day), on),
            Some(json!("2024-07-12T09:30:00"))
        );
        assert_eq!(moved(&before, Some(&json!("69123")), on), None);
    }
}
