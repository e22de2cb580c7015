//! The figures, in words and for a program.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::Measured;
use super::load::{Row, within};
use super::processor::KINDS;
use super::year::Year;
use crate::folder::bytes;
use crate::terminal::Paint;

pub(super) fn text(measured: &Measured, paint: Paint) -> String {
    let mut text = super::super::warning().to_owned();
    let Measured {
        mix,
        on_disk,
        in_memory,
        years,
    } = measured;
    let title = format!("life events through the whole engine, {mix}");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}\n", paint.strong(&title));
    let _ = writeln!(
        text,
        "  {:>10}  {:>8}  {:>10}  {:>13}  {:>5}  {:>19}  {:>19}",
        "", "", "", "a plain file,", "", "acknowledged within", "on a page within",
    );
    let _ = writeln!(
        text,
        "  {:>10}  {:>8}  {:>10}  {:>13}  {:>5}  {:>9} {:>9}  {:>9} {:>9}",
        "publishers",
        "events/s",
        "journeys/s",
        "same blocks",
        "ratio",
        "50 %",
        "99 %",
        "50 %",
        "99 %",
    );
    for row in on_disk {
        let _ = writeln!(
            text,
            "  {:>10}  {:>8.0}  {:>10.0}  {:>13.0}  {:>5.3}  {:>9} {:>9}  {:>9} {:>9}",
            row.publishers,
            row.events_a_second(),
            row.journeys_a_second(),
            row.plain_a_second().unwrap_or_default(),
            row.ratio().unwrap_or_default(),
            millis(within(&row.acknowledged, 50)),
            millis(within(&row.acknowledged, 99)),
            millis(within(&row.shown, 50)),
            millis(within(&row.shown, 99)),
        );
    }
    let _ = writeln!(
        text,
        "  {:>10}  {:>8.0}  {:>10.0}  {}",
        in_memory.publishers,
        in_memory.events_a_second(),
        in_memory.journeys_a_second(),
        paint.faint("log, keys and lookups in memory: no disk"),
    );

    let _ = writeln!(text, "\n{}\n", paint.strong("what a journey takes"));
    let _ = write!(
        text,
        "  {:>10}  {:>7}  {:>5}  {:>9}  {:>9}",
        "publishers", "commits", "syncs", "in the log", "processor"
    );
    for (_, name) in KINDS {
        let _ = write!(text, "  {name:>8}");
    }
    let _ = writeln!(text, "  {:>8}  {:>11}", "rest", "peak memory");
    for row in on_disk.iter().chain([in_memory]) {
        let _ = write!(
            text,
            "  {:>10}  {:>7.1}  {:>5.2}  {:>10}  {:>9}",
            row.publishers,
            row.each(row.commits as f64),
            row.each(row.blocks as f64),
            bytes(row.each(row.bytes as f64) as u64),
            millis(each(row, row.spent.all)),
        );
        for spent in row.spent.of.into_iter().chain([row.spent.rest()]) {
            let part = 100.0 * spent.as_secs_f64() / row.spent.all.as_secs_f64().max(1e-9);
            let _ = write!(text, "  {:>8}", format!("{part:.0} %"));
        }
        let _ = writeln!(
            text,
            "  {:>11}",
            row.peak.map_or("unknown".to_owned(), bytes)
        );
    }

    if let Some(longest) = years.last() {
        let title = "a year of one life, on virtual time";
        let _ = writeln!(text, "\n{}\n", paint.strong(title));
        let _ = writeln!(
            text,
            "  {} examples of the catalog: half take {} of processor time, the longest {} ({}, {} decisions, {} by the clock)",
            years.len(),
            millis(middle(years)),
            millis(longest.spent),
            longest.name,
            longest.commits,
            millis(longest.took),
        );
    }
    text
}

pub(super) fn json(measured: &Measured) -> Json {
    let years = &measured.years;
    json!({
        "release_build": !cfg!(debug_assertions),
        "mix": measured.mix,
        "on_disk": measured.on_disk.iter().map(row).collect::<Vec<_>>(),
        "in_memory": row(&measured.in_memory),
        "years": {
            "p50_processor_micros": middle(years).as_micros(),
            "lives": years.iter().map(|year| json!({
                "example": year.name,
                "micros": year.took.as_micros(),
                "processor_micros": year.spent.as_micros(),
                "decisions": year.commits,
            })).collect::<Vec<_>>(),
        },
    })
}

fn row(row: &Row) -> Json {
    let mut processor = Map::new();
    processor.insert(
        "all".to_owned(),
        json!(each(row, row.spent.all).as_micros()),
    );
    for ((_, name), spent) in KINDS.iter().zip(row.spent.of) {
        processor.insert((*name).to_owned(), json!(each(row, spent).as_micros()));
    }
    let rest = each(row, row.spent.rest()).as_micros();
    processor.insert("rest".to_owned(), json!(rest));
    json!({
        "publishers": row.publishers,
        "events": row.events,
        "events_a_second": row.events_a_second().round(),
        "journeys": row.journeys,
        "journeys_a_second": row.journeys_a_second().round(),
        "plain_file": row.plain_a_second().map(f64::round),
        "ratio": row.ratio(),
        "acknowledged": waits(&row.acknowledged),
        "shown": (!row.shown.is_empty()).then(|| waits(&row.shown)),
        "a_journey": {
            "commits": row.each(row.commits as f64),
            "blocks": row.each(row.blocks as f64),
            "bytes": row.each(row.bytes as f64).round(),
            "processor_micros": processor,
        },
        "peak_bytes": row.peak,
    })
}

fn waits(sorted: &[Duration]) -> Json {
    json!({
        "p50_micros": within(sorted, 50).as_micros(),
        "p99_micros": within(sorted, 99).as_micros(),
    })
}

fn each(row: &Row, all: Duration) -> Duration {
    Duration::from_secs_f64(row.each(all.as_secs_f64()))
}

fn middle(years: &[Year]) -> Duration {
    years
        .get(years.len() / 2)
        .map(|year| year.spent)
        .unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
