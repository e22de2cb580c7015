//! Every subject, stream and header of Parcours, built here and nowhere else.

use data_encoding::BASE32_NOPAD;
use parcours_core::name::{EventName, OperationId};
use sha2::{Digest, Sha256};

/// The stream of life events: a work-queue.
pub const LIFE_EVENTS: &str = "LIFE_EVENTS";
/// The stream of receipts: the last one of each token.
pub const RECEIPTS: &str = "RECEIPTS";
/// The stream of dead letters.
pub const REJECTED: &str = "REJECTED";
/// The stream of calls for workers: a work-queue, in the server's memory only.
pub const SERVICES: &str = "SERVICES";
/// The stream of workers' answers, and of what services tell by themselves: a work-queue.
pub const ANSWERS: &str = "ANSWERS";
/// The stream of what happened in journeys, without values.
pub const JOURNEYS: &str = "JOURNEYS";

/// What [`LIFE_EVENTS`] captures: one token after the dot, so that no dead letter comes back in.
pub const LIFE_EVENTS_SUBJECTS: &str = "life-events.*";
/// What [`LIFE_EVENTS`] captures besides: life events of publishers who are known by name.
pub const PUBLISHERS_SUBJECTS: &str = "publishers.*.life-events.*";
/// What [`RECEIPTS`] captures: of whoever published without a name.
pub const RECEIPTS_SUBJECTS: &str = "receipts.*";
/// What [`RECEIPTS`] captures besides: of publishers who are known by name, each under their own, so that they can be let read these alone.
pub const PUBLISHERS_RECEIPTS_SUBJECTS: &str = "receipts.publishers.*.*";
/// And of what services tell, each service's under its own name.
pub const SERVICES_RECEIPTS_SUBJECTS: &str = "receipts.services.*.*";
/// Dead letters of life events.
pub const REJECTED_LIFE_EVENTS: &str = "life-events.rejected.*";
/// Dead letters of answers.
pub const REJECTED_ANSWERS: &str = "answers.rejected.*";
/// What [`SERVICES`] captures.
pub const SERVICES_SUBJECTS: &str = "services.*.*";
/// What [`ANSWERS`] captures.
pub const ANSWERS_SUBJECTS: &str = "answers.*";
/// What [`ANSWERS`] captures besides: what services tell by themselves. No dead letter has as few tokens.
pub const SERVICE_EVENTS_SUBJECTS: &str = "service-events.*.*";
/// Dead letters of those.
pub const REJECTED_SERVICE_EVENTS: &str = "service-events.rejected.*.*";
/// What [`JOURNEYS`] captures.
pub const JOURNEYS_SUBJECTS: &str = "journeys.*.*";

/// Where a publisher wants its receipt besides `receipts.<token>` (JetStream's own acknowledgement uses the reply subject).
pub const REPLY_TO: &str = "Parcours-Reply-To";
/// The idempotency key of a call: the same for every attempt.
pub const CALL_KEY: &str = "Parcours-Call-Key";
/// Which attempt at a call, from 1.
pub const ATTEMPT: &str = "Parcours-Attempt";
/// Whether the call does or takes back: `do` or `undo`.
pub const PURPOSE: &str = "Parcours-Purpose";
/// Where the answer to a call goes.
pub const ANSWER_TO: &str = "Parcours-Answer-To";
/// The position of what happened, which a read of the engine accepts.
pub const POSITION: &str = "Parcours-Position";
/// NATS's own: a message with the id of an earlier one is dropped.
pub const MESSAGE_ID: &str = "Nats-Msg-Id";

/// The token of a life event: lowercase base32, without padding, of the first 20 bytes of SHA-256 over `source`, a line feed
/// and `id`. A URI is no subject token; this is, and any publisher can compute it:
///
/// ```sh
/// printf '%s\n%s' "$source" "$id" | sha256sum | cut -c1-40 | xxd -r -p | base32 | tr A-Z a-z
/// ```
///
/// ```
/// assert_eq!(parcours_nats::subjects::token("urn:mairie:69123", "n-1").len(), 32);
/// ```
#[must_use]
pub fn token(source: &str, id: &str) -> String {
    base32(&[source, "\n", id])
}

fn base32(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    BASE32_NOPAD
        .encode(&hasher.finalize()[..20])
        .to_ascii_lowercase()
}

/// Where life events of this type are published.
#[must_use]
pub fn life_event(kind: &str) -> String {
    format!("life-events.{kind}")
}

/// Where the publisher of this name publishes them. NATS tells nobody who sent a message; a server that lets each publisher use its own
/// subject only does.
#[must_use]
pub fn life_event_by(publisher: &str, kind: &str) -> String {
    format!("publishers.{publisher}.{}", life_event(kind))
}

/// Whether a publisher can be called so: small letters, digits and hyphens, one token of a subject.
#[must_use]
pub fn is_publisher(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(plain)
}

/// The publisher that a subject of life events names, and the subject without it.
#[must_use]
pub fn publisher(subject: &str) -> (Option<&str>, &str) {
    subject
        .strip_prefix("publishers.")
        .and_then(|rest| rest.split_once('.'))
        .map_or((None, subject), |(name, rest)| (Some(name), rest))
}

/// Where the receipt of the life event of this [`token`] is, which somebody published without a name.
#[must_use]
pub fn receipt(token: &str) -> String {
    format!("receipts.{token}")
}

/// Where it is for the publisher of this name, and for nobody else.
#[must_use]
pub fn receipt_for(publisher: Option<&str>, token: &str) -> String {
    match publisher {
        Some(publisher) => format!("receipts.publishers.{publisher}.{token}"),
        None => receipt(token),
    }
}

/// Where the receipt is of what a service told, by its [`told_token`].
#[must_use]
pub fn told_receipt(service: &str, token: &str) -> String {
    format!("receipts.services.{service}.{token}")
}

/// Where the dead letter of a life event is; `unnamed` where there is no source and id to name it by.
#[must_use]
pub fn rejected_life_event(token: Option<&str>) -> String {
    format!("life-events.rejected.{}", token.unwrap_or("unnamed"))
}

/// Where calls of an operation are.
#[must_use]
pub fn call(operation: &OperationId) -> String {
    format!("services.{operation}")
}

/// What the message of an attempt at a call is named, in [`MESSAGE_ID`]: NATS drops the same again.
#[must_use]
pub fn attempt(key: &str, attempt: u32) -> String {
    format!("{key}#{attempt}")
}

/// Where the answer to the call of this key goes.
#[must_use]
pub fn answer(key: &str) -> String {
    format!("answers.{}", base32(&[key]))
}

/// Where the dead letter of an answer is, by the token the answer was sent to.
#[must_use]
pub fn rejected_answer(token: &str) -> String {
    format!("answers.rejected.{token}")
}

/// Where a service tells this event.
///
/// ```
/// let event = "mairie.birth_registered".parse().unwrap();
/// assert_eq!(parcours_nats::subjects::service_event(&event), "service-events.mairie.birth_registered");
/// ```
#[must_use]
pub fn service_event(event: &EventName) -> String {
    format!("service-events.{event}")
}

/// Where an event of this CloudEvents `type` is told: its last two dotted segments name service and event.
#[must_use]
pub fn service_event_of(ty: &str) -> Option<String> {
    let mut parts = ty.rsplitn(3, '.');
    let (name, service) = (parts.next()?, parts.next()?);
    let event = EventName::new(service.parse().ok()?, name).ok()?;
    Some(service_event(&event))
}

/// The token of what a service tells: as [`token`], over the service, a line feed, `source`, a line feed and `id`. So no service has
/// the receipt of another, nor that of a life event.
#[must_use]
pub fn told_token(service: &str, source: &str, id: &str) -> String {
    base32(&[service, "\n", source, "\n", id])
}

/// Where the dead letter of what a service told is; `unnamed` where there is no service, or no source and id, to name it by.
#[must_use]
pub fn rejected_service_event(service: Option<&str>, token: Option<&str>) -> String {
    let name = |name: Option<&str>| name.unwrap_or("unnamed").to_owned();
    format!("service-events.rejected.{}.{}", name(service), name(token))
}

/// Where what happened in a journey is told.
#[must_use]
pub fn journey(journey: &str, event: &str) -> String {
    format!("journeys.{journey}.{event}")
}

/// Whether a publisher may name this subject for its receipt: one that can be published to, under an allowed prefix.
#[must_use]
pub fn may_reply_to(subject: &str, prefixes: &[String]) -> bool {
    let plain = subject.len() <= 256
        && subject.split('.').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_graphic() && c != '*' && c != '>')
        });
    plain
        && prefixes
            .iter()
            .any(|prefix| !prefix.is_empty() && subject.starts_with(prefix.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_the_shell_command_of_its_page_prints() {
        assert_eq!(
            token("urn:mairie:69123", "n-1"),
            "hcyve3b7ojzwu4wbrfduyv3vgnijs5er"
        );
        assert_ne!(token("a", "bc"), token("ab", "c"));
    }

    #[test]
    fn a_subject_says_who_publishes() {
        let named = life_event_by("maternity-lyon", "birth");
        assert_eq!(named, "publishers.maternity-lyon.life-events.birth");
        let plain = life_event("birth");
        assert_eq!(publisher(&named), (Some("maternity-lyon"), &*plain));
        assert_eq!(publisher(&plain), (None, &*plain));
    }

    #[test]
    fn an_operation_is_two_tokens_of_a_subject() {
        let operation = "caf.read_household"
            .parse::<OperationId>()
            .expect("a good name");
        assert_eq!(call(&operation), "services.caf.read_household");
    }

    #[test]
    fn what_a_service_tells_has_a_subject_and_a_token_of_its_own() {
        for ty in ["mairie.birth_registered", "fr.lyon.mairie.birth_registered"] {
            let subject = service_event_of(ty).expect("it ends with a name");
            assert_eq!(subject, "service-events.mairie.birth_registered");
        }
        for bad in [
            "birth_registered",
            "mairie.",
            ".b",
            "mairie.*",
            "Mairie.b",
            "",
        ] {
            assert_eq!(service_event_of(bad), None, "{bad}");
        }
        assert_ne!(told_token("caf", "s", "1"), told_token("cpam", "s", "1"));
        // A life event can be called nothing that looks like it: neither name holds a line feed.
        assert_ne!(told_token("caf", "s", "1"), token("caf\ns", "2"));
        assert_eq!(
            rejected_service_event(Some("caf"), None),
            "service-events.rejected.caf.unnamed"
        );
    }

    #[test]
    fn nobody_has_a_receipt_sent_into_our_own_streams() {
        let inboxes = ["_INBOX.".to_owned()];
        assert!(may_reply_to("_INBOX.abc.1", &inboxes));
        for bad in [
            "life-events.birth",
            "_INBOX.>",
            "_INBOX.*",
            "_INBOX.",
            "_INBOX.a b",
            "_INBOX..a",
            "_INBOX.a\r\n",
        ] {
            assert!(!may_reply_to(bad, &inboxes), "{bad:?}");
        }
        assert!(!may_reply_to("life-events.birth", &[String::new()]));
    }
}
