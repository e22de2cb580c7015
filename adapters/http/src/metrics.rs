//! Measurements for Prometheus, as text: what this door counted, and how the engine is. No label holds an id or a value.
//!
//! The doors count by wrapping their [`Desk`]: what comes in over HTTP, pages and API alike. What comes in over NATS is not in these
//! counts; journeys, the lane and timers are the engine's, whatever door was used.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDateTime;
use futures::future::{BoxFuture, FutureExt};
use parcours_core::JourneyId;
use parcours_core::intake::{Intake, Refusal};
use parcours_core::journey::{Actor, Input};
use parcours_core::name::{JourneyName, OperationId};
use parcours_lang::Loaded;
use parcours_log::Position;
use parcours_runtime::intake::Message;
use parcours_runtime::service_events::{Heard, NotHeard};
use parcours_runtime::{CloudEvent, Done, IncidentPlace, Published};

use crate::api::ApiError;
use crate::desk::{Desk, DeskError, Health, Incidents, Letter, Recorded, Seen, Tasks, Wanted};
use crate::site::Site;

/// How an engine is, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauges {
    /// Journeys that ever began, by their name.
    pub journeys: BTreeMap<JourneyName, u64>,
    /// What somebody must look at, by the word of its owner.
    pub incidents: BTreeMap<&'static str, u64>,
    /// Messages that doors refused since the engine opened: over HTTP and NATS, of publishers who spoke for somebody else, mostly.
    pub refused: u64,
    /// Those that stand still until somebody has looked.
    pub parked: u64,
    /// Whether the lane takes blocks.
    pub lane_open: bool,
    /// Whether lookups have seen the last block.
    pub lookups_current: bool,
    /// Requests that wait.
    pub waiting: u64,
    /// Calls to services under way.
    pub calls: u64,
    /// Calls, by operation: those of the services of the catalog.
    pub operations: BTreeMap<OperationId, Calls>,
    /// How late the earliest timer is; nothing when none is.
    pub timers_late: Duration,
    /// How long ago the first thing was recorded that NATS has not been told of.
    pub told_late: Duration,
    /// Whether NATS is connected.
    pub nats: bool,
}

/// Calls of one operation of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Journeys that it owes an answer.
    pub owed: u64,
    /// Calls under way, and those that wait for their turn.
    pub in_hand: u64,
    /// How long nothing has been handed to it; nothing when calls get through.
    pub resting: Duration,
}

/// What came in, by kind and by what was answered.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    counts: Mutex<BTreeMap<(Counter, &'static str, &'static str), u64>>,
    visible: Histogram,
}

/// How long life events took from their arrival to a receipt that is durable: their journey can be read from then on.
#[derive(Debug, Default)]
struct Histogram(Mutex<([u64; BUCKETS.len()], u64, f64)>);

/// Upper bounds, in seconds.
const BUCKETS: [f64; 10] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0,
];

impl Histogram {
    fn observe(&self, seconds: f64) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (count, bound) in seen.0.iter_mut().zip(BUCKETS) {
            if seconds <= bound {
                *count += 1;
            }
        }
        seen.1 += 1;
        seen.2 += seconds;
    }

    fn text(&self, name: &str, help: &str) -> String {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = format!("# HELP {name} {help}\n# TYPE {name} histogram\n");
        for (count, bound) in seen.0.iter().zip(BUCKETS) {
            text.push_str(&format!("{name}_bucket{{le=\"{bound}\"}} {count}\n"));
        }
        let (all, sum) = (seen.1, seen.2);
        text.push_str(&format!(
            "{name}_bucket{{le=\"+Inf\"}} {all}\n{name}_sum {sum}\n{name}_count {all}\n"
        ));
        text
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Counter {
    Inputs,
    Receipts,
}

impl Counts {
    fn add(&self, counter: Counter, what: &'static str, became: &'static str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((counter, what, became)).or_default() += 1;
    }

    fn text(&self) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let mut family = |counter: Counter, name: &str, help: &str, label: &str| {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} counter\n"));
            for ((of, what, became), count) in counts.iter() {
                if *of == counter {
                    text.push_str(&format!(
                        "{name}{{{label}=\"{what}\",became=\"{became}\"}} {count}\n"
                    ));
                }
            }
        };
        family(
            Counter::Inputs,
            "parcours_http_inputs_total",
            "Inputs to journeys over HTTP, by kind and by what became of them.",
            "kind",
        );
        family(
            Counter::Receipts,
            "parcours_http_receipts_total",
            "Life events published over HTTP, by the word of their receipt.",
            "receipt",
        );
        text.push_str(&self.visible.text(
            "parcours_http_visible_seconds",
            "From the arrival of a life event over HTTP to its being durable, and its journey readable.",
        ));
        text
    }
}

/// The word of what was answered instead.
fn became<T>(answer: &Result<T, DeskError>) -> &'static str {
    match answer {
        Ok(_) => "taken",
        Err(DeskError::NoSuchJourney) => "no_such_journey",
        Err(DeskError::Rejected(_)) => "rejected",
        Err(DeskError::TooLarge(_)) => "too_large",
        Err(DeskError::Parked) => "parked",
        Err(DeskError::Behind | DeskError::Unavailable(_)) => "unavailable",
    }
}

/// A desk that counts what goes over it.
pub(crate) struct Counted {
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) counts: Arc<Counts>,
}

impl Desk for Counted {
    fn now(&self) -> NaiveDateTime {
        self.desk.now()
    }

    fn loaded(&self) -> Arc<Loaded> {
        self.desk.loaded()
    }

    fn journey(&self, id: JourneyId, at_least: Position) -> BoxFuture<'_, Result<Seen, DeskError>> {
        self.desk.journey(id, at_least)
    }

    fn history(
        &self,
        id: JourneyId,
        at_least: Position,
    ) -> BoxFuture<'_, Result<Vec<Recorded>, DeskError>> {
        self.desk.history(id, at_least)
    }

    fn tell(&self, id: JourneyId, input: Input) -> BoxFuture<'_, Result<Done, DeskError>> {
        let kind = input.says.kind();
        async move {
            let told = self.desk.tell(id, input).await;
            self.counts.add(Counter::Inputs, kind, became(&told));
            told
        }
        .boxed()
    }

    fn hear(&self, event: CloudEvent) -> BoxFuture<'_, Result<Heard, NotHeard>> {
        async move {
            let heard = self.desk.hear(event).await;
            let became = match &heard {
                Ok(_) => "taken",
                Err(NotHeard::Nobody) => "nobody_listens",
                Err(error) if error.comes_again() => "unavailable",
                Err(_) => "rejected",
            };
            self.counts.add(Counter::Inputs, "told", became);
            heard
        }
        .boxed()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a measurement of how long this took"
    )]
    fn publish(
        &self,
        message: Message,
        actor: Actor,
    ) -> BoxFuture<'_, Result<Published, DeskError>> {
        async move {
            let arrived = tokio::time::Instant::now();
            let published = self.desk.publish(message, actor).await;
            if published.is_ok() {
                self.counts.visible.observe(arrived.elapsed().as_secs_f64());
            }
            let (word, became) = match &published {
                Ok(published) if published.again => (published.word(), "repeated"),
                Ok(published) => (published.word(), "new"),
                Err(_) => ("none", became(&published)),
            };
            self.counts.add(Counter::Receipts, word, became);
            published
        }
        .boxed()
    }

    fn refuse(&self, message: Message, reason: Refusal) -> BoxFuture<'_, Result<(), DeskError>> {
        self.desk.refuse(message, reason)
    }

    fn receipt<'a>(
        &'a self,
        source: &'a str,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Intake>, DeskError>> {
        self.desk.receipt(source, id)
    }

    fn beginning(
        &self,
        letters: &str,
        most: usize,
    ) -> BoxFuture<'_, Result<Vec<JourneyId>, DeskError>> {
        self.desk.beginning(letters, most)
    }

    fn tasks(&self, wanted: Wanted) -> BoxFuture<'_, Result<Tasks, DeskError>> {
        self.desk.tasks(wanted)
    }

    fn incidents(
        &self,
        after: Option<IncidentPlace>,
        most: usize,
    ) -> BoxFuture<'_, Result<Incidents, DeskError>> {
        self.desk.incidents(after, most)
    }

    fn dead_letter(&self, letter: Letter) -> BoxFuture<'_, Result<Option<Vec<u8>>, DeskError>> {
        self.desk.dead_letter(letter)
    }

    fn health(&self) -> Health {
        self.desk.health()
    }

    fn gauges(&self) -> BoxFuture<'_, Option<Gauges>> {
        self.desk.gauges()
    }
}

/// What is measured, in the text format of Prometheus.
pub(crate) async fn read(
    State(site): State<Site>,
    Extension(counts): Extension<Arc<Counts>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    crate::api::operator(&site, &headers)?;
    let mut text = counts.text();
    if let Some(gauges) = site.desk.gauges().await {
        text.push_str(&gauges.text());
    }
    Ok((
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response())
}

impl Gauges {
    fn text(&self) -> String {
        let mut text = String::new();
        let name = "parcours_journeys_total";
        text.push_str(&format!(
            "# HELP {name} Journeys that ever began, by name.\n# TYPE {name} counter\n"
        ));
        for (journey, count) in &self.journeys {
            text.push_str(&format!("{name}{{journey=\"{journey}\"}} {count}\n"));
        }
        let name = "parcours_incidents";
        text.push_str(&format!(
            "# HELP {name} What somebody must look at, by whose it is to settle.\n# TYPE {name} gauge\n"
        ));
        for owner in ["operator", "designer", "agent", "publisher"] {
            let count = self.incidents.get(owner).unwrap_or(&0);
            text.push_str(&format!("{name}{{owner=\"{owner}\"}} {count}\n"));
        }
        let name = "parcours_refused_at_doors_total";
        text.push_str(&format!(
            "# HELP {name} Messages refused at the door, over HTTP and NATS, each once: a publisher spoke for somebody else, or one waited too long.\n\
             # TYPE {name} counter\n{name} {}\n",
            self.refused
        ));
        let mut by_operation = |name: &str, help: &str, value: &dyn Fn(&Calls) -> String| {
            text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} gauge\n"));
            for (operation, calls) in &self.operations {
                text.push_str(&format!(
                    "{name}{{service=\"{}\",operation=\"{}\"}} {}\n",
                    operation.service,
                    operation.name(),
                    value(calls)
                ));
            }
        };
        by_operation(
            "parcours_calls_owed",
            "Journeys that an operation of a service owes an answer.",
            &|calls| calls.owed.to_string(),
        );
        by_operation(
            "parcours_calls_in_hand",
            "Calls of an operation under way, or waiting for their turn.",
            &|calls| calls.in_hand.to_string(),
        );
        by_operation(
            "parcours_calls_resting_seconds",
            "How long no call of an operation has got through; 0 when they do.",
            &|calls| calls.resting.as_secs_f64().to_string(),
        );
        let yes = |yes: bool| if yes { "1".to_owned() } else { "0".to_owned() };
        for (name, help, value) in [
            (
                "parcours_journeys_parked",
                "Journeys that stand still until somebody has looked.",
                self.parked.to_string(),
            ),
            (
                "parcours_lane_open",
                "1 when input is taken, 0 when the lane is closed.",
                yes(self.lane_open),
            ),
            (
                "parcours_lookups_current",
                "1 when lookups have seen the last block.",
                yes(self.lookups_current),
            ),
            (
                "parcours_requests_waiting",
                "Requests that wait for a decision.",
                self.waiting.to_string(),
            ),
            (
                "parcours_calls_under_way",
                "Calls to services under way, or waiting for their turn.",
                self.calls.to_string(),
            ),
            (
                "parcours_timers_late_seconds",
                "How late the earliest timer is.",
                self.timers_late.as_secs_f64().to_string(),
            ),
            (
                "parcours_journeys_told_late_seconds",
                "How long ago the first thing was recorded that NATS has not been told of; 0 when it was told of everything.",
                self.told_late.as_secs_f64().to_string(),
            ),
            (
                "parcours_nats_connected",
                "1 when NATS is connected; 0 without it.",
                yes(self.nats),
            ),
        ] {
            // Writing to a text cannot fail.
            let _written = write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_by_operation() {
        let calls = Calls {
            owed: 3,
            in_hand: 1,
            resting: Duration::from_millis(1500),
        };
        let gauges = Gauges {
            journeys: BTreeMap::new(),
            incidents: BTreeMap::new(),
            refused: 2,
            parked: 0,
            lane_open: true,
            lookups_current: true,
            waiting: 0,
            calls: 1,
            operations: [("caf.pay".parse().expect("an operation"), calls)].into(),
            timers_late: Duration::ZERO,
            told_late: Duration::ZERO,
            nats: true,
        };
        let text = gauges.text();
        for line in [
            "parcours_calls_owed{service=\"caf\",operation=\"pay\"} 3",
            "parcours_calls_in_hand{service=\"caf\",operation=\"pay\"} 1",
            "parcours_calls_resting_seconds{service=\"caf\",operation=\"pay\"} 1.5",
        ] {
            assert!(text.lines().any(|one| one == line), "{line}: {text}");
        }
    }
}
