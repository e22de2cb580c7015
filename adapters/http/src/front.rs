//! Doors that are open before there is anything behind them: they say what is going on, until there is.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tower::ServiceExt;

use crate::desk::DeskError;
use crate::site::Site;
use crate::text::Lang;
use crate::{api, assets, guard, pages, server};

/// When whoever asks too early is to ask again, in seconds.
const ASK_AGAIN: &str = "5";

/// What is served: at first, only that it is not ready and why; from [`open`](Self::open) on, a site. A clone is the same.
#[derive(Clone)]
pub struct Front(Arc<Served>);

struct Served {
    /// What is going on, for whoever asks.
    going_on: Box<dyn Fn() -> String + Send + Sync>,
    early: Router,
    site: OnceLock<Router>,
}

impl Front {
    /// Doors behind which something is being prepared: `going_on` says what, and how far it is, without any value about anybody.
    ///
    /// `/healthz` answers; `/readyz` is 503 and says what is going on; everything else is 503 with `Retry-After`.
    pub fn preparing(going_on: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let early = Router::new()
            .route("/healthz", get(async || "alive\n"))
            .merge(assets::routes());
        Self(Arc::new(Served {
            going_on: Box::new(going_on),
            early,
            site: OnceLock::new(),
        }))
    }

    /// Doors on a site.
    #[must_use]
    pub fn of(site: Site) -> Self {
        let front = Self::preparing(String::new);
        front.open(site);
        front
    }

    /// From now on this is served, also to whoever is connected already. Once only: another one changes nothing.
    pub fn open(&self, site: Site) {
        self.0.site.get_or_init(|| server::router(site));
    }

    /// All of it, without a socket.
    pub fn router(&self) -> Router {
        Router::new()
            .fallback(through)
            .layer(from_fn(guard::headers))
            .with_state(self.clone())
    }
}

async fn through(State(Front(served)): State<Front>, request: Request) -> Response {
    let Some(site) = served.site.get() else {
        return early(&served, request).await;
    };
    match site.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn early(served: &Served, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/healthz" || path.starts_with("/assets/") {
        return match served.early.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
    }
    let why = (served.going_on)();
    let mut response = match path {
        "/readyz" => {
            let told = json!({ "ready": false, "not_ready": [why], "degraded": [] });
            (StatusCode::SERVICE_UNAVAILABLE, Json(told)).into_response()
        }
        // What people open in a browser tells them in words.
        path if path == "/" || path.starts_with("/j/") || path.starts_with("/agent") => {
            let lang = Lang::choose(None, request.headers());
            pages::unavailable(lang, DeskError::Unavailable(why))
        }
        _ => api::ApiError::from(DeskError::Unavailable(why)).into_response(),
    };
    let again = HeaderValue::from_static(ASK_AGAIN);
    response.headers_mut().insert(RETRY_AFTER, again);
    response
}
