//! A request to an engine on this machine or behind its proxy, in plain HTTP.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
pub(crate) struct Answered {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
}

/// Asks `host` (a name or address, and a port) for `path`; with a body it is a POST of a CloudEvent, by
/// whoever bears `token`.
///
/// # Errors
/// It does not answer, or not in HTTP.
pub(crate) async fn ask(
    host: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&str>,
) -> io::Result<Answered> {
    let mut stream = TcpStream::connect(host).await?;
    let head = match body {
        None => format!("GET {path} HTTP/1.1\r\n"),
        Some(body) => format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/cloudevents+json\r\nContent-Length: {}\r\n",
            body.len()
        ),
    };
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let bearer = bearer.unwrap_or_default();
    let request = format!(
        "{head}{bearer}Host: {host}\r\nConnection: close\r\n\r\n{}",
        body.unwrap_or_default()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok());
    match (status, answer.split_once("\r\n\r\n")) {
        (Some(status), Some((_, body))) => Ok(Answered {
            status,
            body: body.to_owned(),
        }),
        _ => Err(io::Error::other("what answers does not speak HTTP")),
    }
}
