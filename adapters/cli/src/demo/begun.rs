//! What is published to the demonstration appears in it: a line with the link of the journey that began, and the first page.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parcours_core::JourneyId;
use parcours_http::{Begun, Desk, EngineDesk, Links, Samples};
use parcours_log::Position;
use parcours_runtime::{Clock, Engine, Place, Told};

use crate::lang::Lang;
use crate::report::chain;

/// The name of the event that a journey begins with.
const BEGAN: &str = "started";

/// How long to wait before a log that could not be read is read again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Follows the journeys that begin.
pub(super) struct Follower {
    pub(super) engine: Engine,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) links: Links,
    pub(super) samples: Samples,
    /// The invented lives: they are shown already.
    pub(super) known: BTreeSet<JourneyId>,
    /// What is recorded after this is news.
    pub(super) since: Position,
    pub(super) lang: Lang,
}

impl Follower {
    /// Shows each journey that began, and tells of those that are news, until the engine stops. What an earlier
    /// demonstration left in the folder is shown, and not told again.
    pub(super) async fn follow(self, http: SocketAddr) {
        let mut after = None;
        while let Err(why) = self.follow_from(&mut after, http).await {
            tracing::warn!("what is published cannot be followed now: {why}");
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// The same from after a place, which goes on with what was shown.
    async fn follow_from(&self, after: &mut Option<Place>, http: SocketAddr) -> Result<(), String> {
        let opened = self.engine.chronicle(*after).await;
        let mut chronicle = opened.map_err(|error| chain(&error))?;
        while let Some(told) = chronicle.next().await.map_err(|error| chain(&error))? {
            if told.event == BEGAN && !self.known.contains(&told.journey) {
                self.samples.show(Begun {
                    journey: told.journey,
                    at: told.recorded_at.civil(),
                });
                if told.at.block > self.since {
                    self.tell(&told, http).await;
                }
            }
            *after = Some(told.at);
        }
        Ok(())
    }

    /// Says that a journey began, and where its page is.
    async fn tell(&self, told: &Told, http: SocketAddr) {
        let desk = EngineDesk::new(self.engine.clone(), self.clock.clone());
        let seen = match desk.journey(told.journey, told.at.block).await {
            Ok(seen) => seen,
            Err(error) => {
                tracing::warn!(journey = %told.journey, %error, "a journey began and cannot be shown");
                return;
            }
        };
        // Whom it is about may be forgotten by now.
        let Ok(Some(link)) = seen.link(&self.links, self.clock.now().date(), None) else {
            return;
        };
        let time = told.recorded_at.civil();
        let published = match self.lang {
            Lang::Fr => time.format("Publié à %-H h %M :"),
            Lang::En => time.format("Published at %H:%M:"),
        };
        let title = self.lang.of(&seen.view.title);
        super::say(&format!(
            "  {published} {title}  http://{http}{}\n",
            link.path()
        ));
    }
}
