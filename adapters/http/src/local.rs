//! Where nobody is asked who they are, only this machine is served; and not whoever only seems to be on it.
//!
//! A page from anywhere can let its own name lead to 127.0.0.1, and have the browser ask there: the `Host` of such a request is that
//! name. A proxy brings requests from anywhere, and says so in what it adds.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HOST};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::site::Site;
use crate::text::Lang;
use crate::{api, pages};

/// Refuses what comes from elsewhere to a site without credentials.
pub(crate) async fn only(State(site): State<Site>, request: Request, next: Next) -> Response {
    if !site.credentials.is_empty() || is_here(request.headers()) {
        return next.run(request).await;
    }
    if api::is_under(request.uri().path()) {
        return api::ApiError::OnlyThisMachine.into_response();
    }
    pages::only_this_machine(Lang::choose(None, request.headers()))
}

/// Whether a request speaks of nothing but this machine. Browsers and proxies always name a host.
fn is_here(headers: &HeaderMap) -> bool {
    let brought = headers
        .keys()
        .any(|name| *name == FORWARDED || name.as_str().starts_with("x-forwarded-"));
    let named = headers.get_all(HOST);
    !brought && named.iter().all(|host| host.to_str().is_ok_and(is_ours))
}

fn is_ours(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host().to_ascii_lowercase();
    let name = name.trim_start_matches('[').trim_end_matches(']');
    match name.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        // No name server may say where these are (RFC 6761).
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_few_names() {
        for ours in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]:80",
            "LOCALHOST:3000",
            "parcours.localhost",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in [
            "",
            "evil.example",
            "localhost.evil.example",
            "192.0.2.1",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "notlocalhost",
        ] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
