//! Two installations on one NATS: one of them is told so, and neither takes what is the other's.

use parcours_nats::testing::NatsServer;
use parcours_nats::{Config, Health};

use crate::installed::{Folder, shipped};

#[tokio::test]
async fn a_second_installation_is_refused_until_it_is_told_to_take_over() {
    let server = NatsServer::start();
    let config = || Config::new(server.url());
    let first = Folder::new(1).open(config(), &["caf"], shipped()).await;
    first.is(|health| *health == Health::Up).await;
    let second = Folder::new(2);
    let other = second.open(config(), &["caf"], shipped()).await;
    let refused =
        |health: &Health| matches!(health, Health::Down(why) if why.contains("--nats-take-over"));
    other.is(refused).await;
    assert!(
        other
            .engine
            .health()
            .nats_down
            .unwrap()
            .contains("another installation")
    );
    // Its calls wait, and are not put among the other's.
    other.birth("1").await;
    let context = async_nats::jetstream::new(async_nats::connect(server.url()).await.unwrap());
    let mut services = context
        .get_stream(parcours_nats::subjects::SERVICES)
        .await
        .unwrap();
    other.engine.settle().await;
    assert_eq!(services.info().await.unwrap().state.messages, 0);
    other.stop().await;
    first.stop().await;

    let taking = Config {
        take_over: true,
        ..config()
    };
    let other = second.open(taking, &["caf"], shipped()).await;
    other.is(|health| *health == Health::Up).await;
    other.stop().await;
    // It needs not be told twice, and the other is refused from then on.
    let other = second.open(config(), &["caf"], shipped()).await;
    other.is(|health| *health == Health::Up).await;
    let first = Folder::new(1).open(config(), &["caf"], shipped()).await;
    first.is(refused).await;
    first.stop().await;
    other.stop().await;
}
