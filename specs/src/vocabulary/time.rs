//! Time passes.

use chrono::{Days, Months};
use cucumber::{given, when};
use parcours_core::calendar::{
    Calendar, DateRule, Given as Start, Length, Moment, Reckoning, Territory, resolve,
};

use crate::words::Day;
use crate::world::{Said, World};

#[given(expr = "it is {day}")]
#[when(expr = "it is {day}")]
#[given(expr = "nous sommes le {day}")]
#[when(expr = "nous sommes le {day}")]
fn it_is(world: &mut World, day: Day) -> Said {
    world.does(|driver| driver.go_to(day.0))
}

#[when(expr = "{int} day(s) go(es) by")]
#[when(expr = "{int} jour(s) passe(nt)")]
fn days_go_by(world: &mut World, days: u32) -> Said {
    world.does(|driver| {
        let day = driver
            .now()
            .date()
            .checked_add_days(Days::new(u64::from(days)));
        driver.go_to(day.ok_or("too far ahead")?)
    })
}

#[when(expr = "{int} month(s) go(es) by")]
#[when(expr = "{int} mois passe(nt)")]
fn months_go_by(world: &mut World, months: u32) -> Said {
    world.does(|driver| {
        let day = driver.now().date().checked_add_months(Months::new(months));
        driver.go_to(day.ok_or("too far ahead")?)
    })
}

/// Working days of the law: Monday to Saturday, holidays of mainland France left out.
#[when(expr = "{int} working day(s) go(es) by")]
#[when(expr = "{int} jour(s) ouvrable(s) passe(nt)")]
fn working_days_go_by(world: &mut World, days: u16) -> Said {
    world.does(|driver| {
        let rule = DateRule::from(Reckoning::count(
            "now",
            Length::working_days(days, Calendar::Of(Territory::Metropole)),
        ));
        let now = Moment::on(driver.now().date()).map_err(|error| error.to_string())?;
        let mut start = Start::new(Territory::Metropole).with("now", now);
        let due = resolve(&rule, &mut start).map_err(|error| format!("{error:?}"))?;
        driver.go_to(due.due().date())
    })
}
