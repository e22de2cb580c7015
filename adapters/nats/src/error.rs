//! What can go wrong, by what the caller does next.

use thiserror::Error;

/// A failure at NATS.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NatsError {
    /// The settings cannot work. Correct them; trying again changes nothing.
    #[error("NATS settings: {what}")]
    Settings {
        /// What is wrong, and the remedy.
        what: String,
    },
    /// NATS is not there, or did not answer in time. It is tried again by itself.
    #[error("NATS does not answer: {what}")]
    Unavailable {
        /// What was being done.
        what: String,
    },
    /// The server is there, and nothing takes what is published on this subject: no engine has made its streams there, or they are another
    /// account's. It is tried again by itself.
    #[error(
        "nothing takes `{subject}` on this NATS server: serve an engine there (`parcours serve --nats`), or use its account and address"
    )]
    NoStream {
        /// What was published on.
        subject: String,
    },
    /// A stream of NATS, or one subject of it, is full. There is room again once somebody has taken something out of it.
    #[error("NATS has no room: {what}")]
    Full {
        /// What was being done, and what is full.
        what: String,
    },
    /// NATS answered that it will not. An operator must look; meanwhile it is tried again, slowly.
    #[error("NATS refuses: {what}")]
    Refused {
        /// What was being done, and what NATS said.
        what: String,
    },
}

/// All that an error of the NATS client says, causes included: its `Display` leaves some out.
#[must_use]
pub fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = next.source();
    }
    text
}
