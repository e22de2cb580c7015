//! The stylesheet and the icon, served by us under names that change with their content.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

/// A file that never changes under its path.
pub(crate) struct Asset {
    pub(crate) path: String,
    media: &'static str,
    text: &'static str,
}

impl Asset {
    fn new(name: &str, extension: &str, media: &'static str, text: &'static str) -> Self {
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let hash = hash.get(..12).unwrap_or_default();
        Self {
            path: format!("/assets/{name}-{hash}.{extension}"),
            media,
            text,
        }
    }
}

pub(crate) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "parcours",
        "css",
        "text/css; charset=utf-8",
        include_str!("../assets/parcours.css"),
    )
});
pub(crate) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("../assets/icon.svg"),
    )
});

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let serve = |asset: &'static LazyLock<Asset>| {
        get(move || async move {
            (
                [
                    (CONTENT_TYPE, asset.media),
                    (CACHE_CONTROL, "public, max-age=31536000, immutable"),
                ],
                asset.text,
            )
                .into_response()
        })
    };
    Router::new()
        .route(&STYLE.path, serve(&STYLE))
        .route(&ICON.path, serve(&ICON))
}
