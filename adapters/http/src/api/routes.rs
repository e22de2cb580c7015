//! Every route of the API, in one table: the router and the OpenAPI document are both made of it.

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{
    answers, catalog, journey, link, openapi, operators, publish, ready, receipt, said,
    service_events,
};
use crate::metrics;
use crate::site::Site;

/// One route, as it is served and as it is documented.
pub(super) struct Route {
    /// `get` or `post`.
    pub(super) method: &'static str,
    /// With `{journey}` and `{key}` where they stand.
    pub(super) path: &'static str,
    serve: fn() -> MethodRouter<Site>,
    /// Its stable name in clients that are generated.
    pub(super) name: &'static str,
    /// What it is for.
    pub(super) summary: &'static str,
    /// Who may come in.
    pub(super) by: By,
    /// Parameters of the query: name, whether it must be there, what it is.
    pub(super) query: &'static [(&'static str, bool, &'static str)],
    /// What is sent.
    pub(super) body: Option<Body>,
    /// What is answered when all is well: status, when, and the schema by its name in the document.
    pub(super) answers: &'static [(u16, &'static str, &'static str)],
    /// The statuses of its problems.
    pub(super) problems: &'static [u16],
}

/// Who opens a route.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Everybody.
    Nothing,
    /// A credential of this kind.
    Credential(&'static str),
    /// An agent's credential, or the signature of the journey's link.
    Reader,
}

/// What is sent.
pub(super) enum Body {
    /// A CloudEvent, structured or binary.
    LifeEvent,
    /// A CloudEvent, structured or binary, of a service.
    ServiceEvent,
    /// JSON of this shape.
    Json(fn(&mut SchemaGenerator) -> Schema),
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const AT_LEAST: &[(&str, bool, &str)] = &[(
    "at_least",
    false,
    "a position that an earlier answer carried: what is read has seen at least that",
)];
const READING: &[u16] = &[400, 401, 403, 404, 410, 503];
const SAYING: &[u16] = &[400, 401, 403, 404, 409, 410, 413, 415, 422, 503];

pub(super) const ROUTES: &[Route] = &[
    Route {
        method: "post",
        path: "/v1/life-events",
        serve: || post(publish),
        name: "publish",
        summary: "Publishes a life event; the receipt is durable when it is answered. The same event again gets the same receipt.",
        by: By::Credential("publisher"),
        query: &[],
        body: Some(Body::LifeEvent),
        answers: &[
            (201, "journeys began", "Receipt"),
            (200, "taken before, or a correction of what was", "Receipt"),
            (202, "kept; no journey begins with it today", "Receipt"),
        ],
        problems: &[400, 401, 403, 409, 410, 413, 415, 422, 503],
    },
    Route {
        method: "get",
        path: "/v1/receipts",
        serve: || get(receipt),
        name: "receipt",
        summary: "What became of a life event.",
        by: By::Credential("publisher or operator"),
        query: &[
            ("source", true, "`source` of the event"),
            ("id", true, "`id` of the event"),
        ],
        body: None,
        answers: &[(200, "it arrived", "KeptReceipt")],
        problems: &[400, 401, 403, 404, 503],
    },
    Route {
        method: "get",
        path: "/v1/journeys/{journey}",
        serve: || get(journey::view),
        name: "journey",
        summary: "A journey as it stands: steps, dates, questions, facts, each with its reason.",
        by: By::Reader,
        query: AT_LEAST,
        body: None,
        answers: &[(200, "as it stands", "Journey")],
        problems: READING,
    },
    Route {
        method: "get",
        path: "/v1/journeys/{journey}/history",
        serve: || get(journey::history),
        name: "history",
        summary: "Everything that was decided in a journey, the earliest first.",
        by: By::Reader,
        query: AT_LEAST,
        body: None,
        answers: &[(200, "as it went", "History")],
        problems: READING,
    },
    Route {
        method: "get",
        path: "/v1/journeys/{journey}/steps/{key}/because",
        serve: || get(journey::because),
        name: "because",
        summary: "Why a step stands as it does: the rule, what it rested on, what it lacks, the articles.",
        by: By::Reader,
        query: AT_LEAST,
        body: None,
        answers: &[(200, "why", "Because")],
        problems: READING,
    },
    Route {
        method: "post",
        path: "/v1/journeys/{journey}/steps/{key}/acts",
        serve: || post(said::act),
        name: "act",
        summary: "Says what somebody does about a step.",
        by: By::Reader,
        query: AT_LEAST,
        body: Some(Body::Json(shape::<said::ActBody>)),
        answers: &[(200, "decided, and durable", "Taken")],
        problems: SAYING,
    },
    Route {
        method: "post",
        path: "/v1/journeys/{journey}/facts/{key}",
        serve: || post(said::fact),
        name: "fact",
        summary: "Tells a fact, or contests what is known.",
        by: By::Reader,
        query: AT_LEAST,
        body: Some(Body::Json(shape::<said::FactBody>)),
        answers: &[(200, "decided, and durable", "Taken")],
        problems: SAYING,
    },
    Route {
        method: "post",
        path: "/v1/journeys/{journey}/links",
        serve: || post(link::make),
        name: "link",
        summary: "Makes a link that opens the journey's page to whose journey it is now, for some days. It is a secret: whoever has it acts as that person.",
        by: By::Credential("agent"),
        query: &[],
        body: Some(Body::Json(shape::<link::LinkBody>)),
        answers: &[(201, "made", "Link")],
        problems: &[400, 401, 403, 404, 410, 413, 415, 503],
    },
    Route {
        method: "post",
        path: "/v1/journeys/{journey}/links/revoked",
        serve: || post(link::revoke),
        name: "revoke",
        summary: "Revokes a link to the journey, or all there are: they open nothing any more. Those made afterwards do.",
        by: By::Credential("agent"),
        query: AT_LEAST,
        body: Some(Body::Json(shape::<link::RevokeBody>)),
        answers: &[(200, "decided, and durable", "Taken")],
        problems: SAYING,
    },
    Route {
        method: "post",
        path: "/v1/answers",
        serve: || post(answers::answer),
        name: "answer",
        summary: "Answers a call. Sent again, or after the call was given up, it changes nothing.",
        by: By::Credential("service"),
        query: &[],
        body: Some(Body::Json(shape::<answers::Body>)),
        answers: &[(200, "decided, and durable", "Answered")],
        problems: &[400, 401, 403, 404, 413, 415, 422, 503],
    },
    Route {
        method: "post",
        path: "/v1/service-events",
        serve: || post(service_events::tell),
        name: "tell",
        summary: "Tells what a service tells by itself to the journeys that listen to it. Sent again, it changes nothing.",
        by: By::Credential("service"),
        query: &[],
        body: Some(Body::ServiceEvent),
        answers: &[(200, "heard, and durable", "Heard")],
        problems: &[400, 401, 403, 404, 409, 410, 413, 415, 422, 503],
    },
    Route {
        method: "get",
        path: "/v1/catalog",
        serve: || get(catalog::read),
        name: "catalog",
        summary: "Journeys by law version with their hashes, types of life event with their schemas, services with their contracts.",
        by: By::Credential("any"),
        query: &[],
        body: None,
        answers: &[(200, "what is loaded", "Catalog")],
        problems: &[401],
    },
    Route {
        method: "get",
        path: "/v1/openapi.json",
        serve: || get(openapi::read),
        name: "openapi",
        summary: "This document.",
        by: By::Nothing,
        query: &[],
        body: None,
        answers: &[(200, "OpenAPI 3.1", "Document")],
        problems: &[],
    },
    Route {
        method: "get",
        path: "/v1/incidents",
        serve: || get(operators::incidents),
        name: "incidents",
        summary: "What somebody must look at, each with its owner and since when; without any value. A page at a time.",
        by: By::Credential("operator"),
        query: &[
            ("after", false, "`next` of the page before"),
            (
                "most",
                false,
                "how many, from 1 to 1000; 100 when absent. The troubles of one journey come together, and may be a few more",
            ),
        ],
        body: None,
        answers: &[(200, "now", "Incidents")],
        problems: &[400, 401, 403, 503],
    },
    Route {
        method: "get",
        path: "/v1/rejected",
        serve: || get(operators::rejected),
        name: "rejected",
        summary: "What was rejected, as it came: by the event's `source` and `id`, or as its incident names it. It may be about anybody.",
        by: By::Credential("operator"),
        query: &[
            ("source", false, "`source` of the event"),
            ("id", false, "`id` of the event"),
            (
                "published",
                false,
                "`published` of the incident, instead of source and id",
            ),
            (
                "at",
                false,
                "`at` of the incident; the last under that name when absent",
            ),
        ],
        body: None,
        answers: &[(200, "as it came, whatever it is", "Bytes")],
        problems: &[400, 401, 403, 404, 503],
    },
    Route {
        method: "get",
        path: "/healthz",
        serve: || get(async || "alive\n"),
        name: "alive",
        summary: "Whether the program answers.",
        by: By::Nothing,
        query: &[],
        body: None,
        answers: &[(200, "it does", "Text")],
        problems: &[],
    },
    Route {
        method: "get",
        path: "/readyz",
        serve: || get(ready),
        name: "ready",
        summary: "Whether it takes input, and what is being made good.",
        by: By::Nothing,
        query: &[],
        body: None,
        answers: &[
            (200, "it does", "Readiness"),
            (503, "it does not, and why", "Readiness"),
        ],
        problems: &[],
    },
    Route {
        method: "get",
        path: "/metrics",
        serve: || get(metrics::read),
        name: "metrics",
        summary: "Measurements, in the text format of Prometheus.",
        by: By::Credential("operator"),
        query: &[],
        body: None,
        answers: &[(200, "now", "Text")],
        problems: &[401, 403],
    },
];

/// The router of the API.
pub(crate) fn routes() -> Router<Site> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        router.route(route.path, (route.serve)())
    })
}
