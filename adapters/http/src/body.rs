//! Reading a body to its end: kept while it is not too large, and only hashed after that.

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt;
use parcours_runtime::CloudEventError;

use crate::guard::LARGEST_BODY;

/// How long the rest of what is too large may take: a connection that ends with bytes unread is reset, and the client never reads
/// why.
pub(crate) const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// A body that is not to be had.
#[derive(Debug)]
pub(crate) enum NoBody {
    /// It is larger than a request may carry.
    TooLarge(CloudEventError),
    /// It did not arrive whole.
    Broken,
}

/// The whole of a body.
pub(crate) async fn whole(body: Body) -> Result<Bytes, NoBody> {
    let mut chunks = body.into_data_stream();
    let mut kept = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| NoBody::Broken)?;
        kept.extend_from_slice(&chunk);
        if kept.len() > LARGEST_BODY {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&kept);
            let mut bytes = kept.len();
            drop(kept);
            let rest = async {
                while let Some(Ok(chunk)) = chunks.next().await {
                    hasher.update(&chunk);
                    bytes += chunk.len();
                }
            };
            let _in_time = tokio::time::timeout(DRAIN_WITHIN, rest).await;
            let digest = *hasher.finalize().as_bytes();
            return Err(NoBody::TooLarge(CloudEventError::TooLarge {
                bytes,
                digest,
            }));
        }
    }
    Ok(kept.into())
}
