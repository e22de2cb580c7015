//! The engine is killed again and again under load, and nothing that it acknowledged is lost or doubled.
//!
//! Ordinary NATS clients and HTTP clients publish without a pause while the program is killed (-9) at moments drawn from a seed:
//! while it starts, while it recovers, while it works. Workers on NATS answer every service, some twice, some late. The time is
//! the load's own: nothing here waits for a time to be up. `PARCOURS_KILLS` says how often (5), `PARCOURS_SEED` which moments.

mod account;
mod book;
mod load;
mod workers;

use std::path::Path;
use std::time::Duration;

use parcours_nats::testing::NatsServer;

use super::serving::Served;
use super::{Said, parcours};
use account::Account;
use book::{Book, Chance};
use load::Load;
use workers::Workers;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text}: give a whole number")),
    )
}

#[test]
fn what_was_acknowledged_survives_every_kill_and_is_there_once() {
    let kills = setting("PARCOURS_KILLS").unwrap_or(5);
    let (seed, _) = uuid::Uuid::new_v4().as_u64_pair();
    let seed = setting("PARCOURS_SEED").unwrap_or(seed >> 32);
    let nats = NatsServer::start();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut chance = Chance::new(seed);
    let book = Book::new(seed);
    eprintln!("{kills} kills, PARCOURS_SEED={seed}");

    // Once in order, so that the streams are there for workers and publishers.
    let first = serve(&data, &nats).ready();
    while !first.get("/readyz").contains(r#""degraded":[]"#) {
        std::thread::yield_now();
    }
    assert_eq!(first.stop(), Some(0), "{book}: the first start");
    let workers = Workers::start(&nats.url(), chance.next());
    let load = Load::start(&nats.url(), &book, &mut chance);
    for round in 1..=kills {
        book.in_round(round);
        let served = serve(&data, &nats);
        if chance.below(4) == 0 {
            // While it starts and recovers: the moment is what is tried.
            std::thread::sleep(Duration::from_millis(chance.below(400)));
            served.kill();
        } else {
            let served = served.ready();
            book.serves(Some(&served.http));
            book.wait_for_receipts(1 + chance.below(24));
            std::thread::sleep(Duration::from_micros(chance.below(20_000)));
            served.kill();
            book.serves(None);
        }
        if chance.below(5) == 0 {
            sound(&data, &book, "after a kill");
        }
    }

    // Whatever waits is taken, and no more is published.
    book.in_round(kills + 1);
    let served = serve(&data, &nats).ready();
    book.serves(Some(&served.http));
    load.finish();
    workers.finish(&book, &served);
    let account = Account::new(&book);
    let told = account.everything(&served);
    // Answers again, and others under the same keys: nothing comes of it.
    workers.answer_again(&book, &served);
    account.same(&told, &served, "late answers", 50);
    assert_eq!(served.stop(), Some(0), "{book}: the last stop");
    book.serves(None);
    sound(&data, &book, "at the end");
    let log = account.log(&data);
    account.balance(&log, &workers);

    // The same without its lookups.
    let before = account.lookups(&data);
    std::fs::remove_dir_all(data.join("lookups")).expect("the lookups are there");
    let served = serve(&data, &nats).ready();
    account.same(&told, &served, "without its lookups", usize::MAX);
    workers.idle(&book, &served);
    assert_eq!(served.stop(), Some(0), "{book}: the stop without lookups");
    assert_eq!(
        before,
        account.lookups(&data),
        "{book}: lists and timers made anew"
    );
    let again = account.log(&data);
    assert_eq!(
        log.len(),
        again.len(),
        "{book}: something was decided again"
    );
    eprintln!("{book}: {}", account.figures(&log, &workers));
    account.sparing(&workers, kills);
}

fn serve(data: &Path, nats: &NatsServer) -> Served {
    Served::begin_as(
        data,
        &["--nats", &nats.url(), "--nats-stream-size", "64MiB"],
    )
}

fn sound(data: &Path, book: &Book, when: &str) {
    let verified: Said = parcours(&["log", "verify", "--data", data.to_str().expect("UTF-8")]);
    assert_eq!(verified.code, Some(0), "{book}, {when}: {verified:?}");
}
