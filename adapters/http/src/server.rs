//! Listening: one task a connection, limits on what a client may hold, and an end that drops nobody.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use parcours_runtime::CloudEventError;
use rustix::process::{Resource, getrlimit};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

use crate::body::{self, DRAIN_WITHIN, NoBody};
use crate::desk::DeskError;
use crate::front::Front;
use crate::guard::{self, LARGEST_BODY};
use crate::metrics::{Counted, Counts};
use crate::site::Site;
use crate::text::Lang;
use crate::{api, assets, local, pages};

/// How long a client may take over its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a request may take, its body included.
const REQUEST_WITHIN: Duration = Duration::from_secs(30);
/// How long a client may let what it is sent lie there.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// The most connections at once, where the system lets the program have enough handles: half of those.
const MOST_CONNECTIONS: u64 = 4096;
/// The most bytes that the headers of a request and its address may have.
const LARGEST_HEADERS: usize = 32 * 1024;

/// Serving that could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Nobody would be asked who they are.
    #[error(
        "{0} can be reached from other machines and no credential is configured; configure one, or listen on 127.0.0.1"
    )]
    Open(SocketAddr),
    /// The socket does not work.
    #[error("cannot listen")]
    Listen(#[source] io::Error),
}

/// Everything that is served, without a socket.
pub fn router(mut site: Site) -> Router {
    let counts = Arc::new(Counts::default());
    site.desk = Arc::new(Counted {
        desk: site.desk,
        counts: counts.clone(),
    });
    Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(assets::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(counts))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(site.clone(), small))
        .layer(from_fn_with_state(site.clone(), local::only))
        .layer(from_fn(guard::headers))
        .with_state(site)
}

async fn not_found(request: Request) -> Response {
    if api::is_under(request.uri().path()) {
        return api::ApiError::NoSuchAddress.into_response();
    }
    let lang = Lang::choose(None, request.headers());
    pages::not_found(lang)
}

/// What a form was sent to is no page of its own: whoever asks for it, by reloading or for the other language, sees the journey.
async fn wrong_method(request: Request) -> Response {
    let path = request.uri().path();
    if api::is_under(path) {
        return api::ApiError::NotThatMethod.into_response();
    }
    let form = ["/steps/", "/facts/", "/disputes/"]
        .iter()
        .find_map(|at| path.find(at));
    match form {
        Some(at) if request.method() == Method::GET => {
            let query = request.uri().query().map(|query| format!("?{query}"));
            Redirect::to(&format!("{}{}", &path[..at], query.unwrap_or_default())).into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Refuses what says that it is too large, without keeping it. hyper's own bound on headers is on the buffer it reads into, and lets half as
/// much again by.
async fn small(State(site): State<Site>, request: Request, next: Next) -> Response {
    let headers = request.headers().iter();
    let size: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    let address = request.uri().path().len() + request.uri().query().map_or(0, str::len);
    if size + address > LARGEST_HEADERS {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    let length = request.headers().get(CONTENT_LENGTH);
    let length: Option<usize> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    match length {
        Some(length) if length > LARGEST_BODY => too_large(&site, request, length).await,
        _ => next.run(request).await,
    }
}

async fn too_large(site: &Site, request: Request, length: usize) -> Response {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(DRAIN_WITHIN, body::whole(body)).await;
    let error = match read {
        Ok(Err(NoBody::TooLarge(error))) => error,
        // It did not come, or not in time: no two of these are told apart.
        _ => CloudEventError::TooLarge {
            bytes: length,
            digest: [0; 32],
        },
    };
    if parts.uri.path() == api::LIFE_EVENTS {
        api::keep_too_large(site, &parts.headers, error).await;
    }
    if api::is_under(parts.uri.path()) {
        api::ApiError::TooLarge.into_response()
    } else {
        pages::too_large(Lang::choose(None, &parts.headers))
    }
}

async fn in_time(request: Request, next: Next) -> Response {
    let in_the_api = api::is_under(request.uri().path());
    let lang = Lang::choose(None, request.headers());
    match tokio::time::timeout(REQUEST_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) if in_the_api => api::ApiError::from(too_long()).into_response(),
        Err(_) => pages::unavailable(lang, too_long()),
    }
}

fn too_long() -> DeskError {
    DeskError::Unavailable(format!(
        "it took more than {} seconds, and nobody knows whether it was done; ask again",
        REQUEST_WITHIN.as_secs()
    ))
}

/// As many as leave the log and the lookups enough handles.
fn connections() -> usize {
    let handles = getrlimit(Resource::Nofile).current;
    let most = handles.map_or(MOST_CONNECTIONS, |handles| handles / 2);
    usize::try_from(most.clamp(16, MOST_CONNECTIONS)).unwrap_or(16)
}

/// Serves `site` on `listener` until `stop` resolves; then takes nothing new, and lets what is under way end.
///
/// # Errors
/// [`ServeError::Open`] when it would serve other machines without knowing who they are.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Listen)?;
    if site.credentials.is_empty() && !address.ip().is_loopback() {
        return Err(ServeError::Open(address));
    }
    serve_front(listener, Front::of(site), stop).await;
    Ok(())
}

/// The same of doors that may have nothing behind them yet. Whoever opens them knows that an address which other machines reach has credentials.
pub async fn serve_front(
    listener: TcpListener,
    front: Front,
    stop: impl Future<Output = ()> + Send,
) {
    let router = front.router();
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(LARGEST_HEADERS);
    let mut stop = std::pin::pin!(stop);
    let places = Arc::new(Semaphore::new(connections()));
    loop {
        let accepted = async {
            // Whoever comes when all are taken waits for one; the semaphore is never closed.
            let place = places.clone().acquire_owned().await.ok();
            listener.accept().await.map(|(stream, _)| (stream, place))
        };
        let (stream, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, mostly: those that are open must end before there is another.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let service = TowerToHyperService::new(router.clone());
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(TAKEN_WITHIN));
        let stream = TokioIo::new(Box::pin(stream));
        let connection = graceful.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_WITHIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests had not ended when the server did");
    }
}
