//! What a client may ask of the server, over real sockets: too much is refused in words, and nobody is dropped at its end.

use std::net::SocketAddr;

use axum::http::StatusCode;
use parcours_http::ServeError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::World;

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    async fn start(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let site = world.site();
        let served = tokio::spawn(parcours_http::serve(listener, site, async {
            // A sender that is gone means stop, too.
            let _stopped = stopped.await;
        }));
        Self {
            address,
            stop,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Whatever comes back to `request`, until the server closes.
    async fn ask(&self, request: &str) -> String {
        let mut stream = self.connect().await;
        // A server that refuses may close before it has read all of it.
        let _sent = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _read = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }
}

#[tokio::test]
async fn too_much_is_refused_and_the_next_is_served() {
    let world = World::at("2026-03-04T10:00:00");
    let server = Server::start(&world).await;
    let close = "Host: localhost\r\nConnection: close\r\n";
    for kib in [33, 40, 400] {
        let large = "x".repeat(kib * 1024);
        let headers = format!("GET / HTTP/1.1\r\n{close}X-Large: {large}\r\n\r\n");
        let refused = server.ask(&headers).await;
        assert!(refused.starts_with("HTTP/1.1 431"), "{kib}: {refused}");
    }

    let length = 2 * 1024 * 1024;
    let body = format!(
        "POST /v1/life-events HTTP/1.1\r\n{close}Content-Type: application/cloudevents+json\r\nContent-Length: {length}\r\n\r\n"
    );
    let refused = server.ask(&body).await;
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");
    assert!(
        refused.contains("urn:parcours:problem:too-large"),
        "{refused}"
    );

    let nonsense = server.ask("hello\r\n\r\n").await;
    assert!(nonsense.starts_with("HTTP/1.1 400"), "{nonsense}");
    let fine = server
        .ask(&format!("GET /healthz HTTP/1.1\r\n{close}\r\n"))
        .await;
    assert!(fine.starts_with("HTTP/1.1 200"), "{fine}");
}

#[tokio::test]
async fn what_is_under_way_ends_and_who_waits_idle_is_let_go_when_the_server_stops() {
    let world = World::at("2026-03-04T10:00:00");
    let server = Server::start(&world).await;

    // One connection waits between two requests.
    let mut idle = server.connect().await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut some = [0; 12];
    idle.read_exact(&mut some).await.unwrap();
    assert_eq!(&some, b"HTTP/1.1 200");

    // Another is in the middle of a request: `100 Continue` says that the server has begun to read its body.
    let mut under_way = server.connect().await;
    let head = "POST /v1/life-events HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
                Content-Type: application/cloudevents+json\r\nContent-Length: 2\r\n\r\n";
    under_way.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    under_way.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.stop.send(()).unwrap();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
    under_way.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("urn:parcours:problem:unreadable"),
        "{answer}"
    );
    server.served.await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn nobody_elsewhere_is_served_by_a_site_that_asks_nobody_who_they_are() {
    let world = World::at("2026-03-04T10:00:00");
    assert!(world.credentials.is_empty());
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let served = parcours_http::serve(listener, world.site(), std::future::ready(())).await;
    assert!(matches!(served, Err(ServeError::Open(_))), "{served:?}");
    let page = world.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn where_nobody_is_asked_who_they_are_a_request_from_elsewhere_is_refused() {
    let world = World::at("2026-03-04T10:00:00");
    let ask = |path: &str, headers: &[(&str, &str)]| {
        let request = axum::http::Request::get(path);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let request = request.body(axum::body::Body::empty()).unwrap();
        world.send(request)
    };
    let here = ask("/v1/incidents", &[("host", "localhost:8080")]).await;
    assert_eq!(here.status, StatusCode::OK, "{}", here.text);
    for elsewhere in [
        // A page from anywhere, whose name leads here.
        ("host", "evil.example"),
        // A proxy in front of it.
        ("x-forwarded-for", "192.0.2.7"),
        ("forwarded", "for=192.0.2.7"),
    ] {
        let refused = ask("/v1/incidents", &[elsewhere]).await;
        assert_eq!(refused.status, StatusCode::MISDIRECTED_REQUEST);
        assert!(refused.text.contains("problem:only-this-machine"));
        assert!(refused.text.contains("--credentials"), "{}", refused.text);
        let page = ask("/agent", &[elsewhere]).await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST);
    }

    let mut world = World::at("2026-03-04T10:00:00");
    let reader = parcours_http::Credential::new("reader", "token", parcours_http::Grant::Reader);
    world.credentials = parcours_http::Credentials::new([reader]);
    let request = axum::http::Request::get("/healthz").header("host", "parcours.example");
    let request = request.body(axum::body::Body::empty()).unwrap();
    assert_eq!(world.send(request).await.status, StatusCode::OK);
}
