//! The streams and consumers, with every setting spelt out: created at start, brought up to date when settings change.
//!
//! Streams of work delete on acknowledgement. JetStream's file store only marks a deleted message, its bytes stay in the block
//! until that is rewritten; so life events and answers are deleted through [`erase`], which overwrites them, and calls are kept
//! in memory only: the engine knows what it is owed and makes a call again.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, ReplayPolicy, pull};
use async_nats::jetstream::context::Context;
use async_nats::jetstream::stream::{
    Config as Stream, DiscardPolicy, Info, RetentionPolicy, StorageType,
};
use tracing::debug;

use crate::config::Config;
use crate::error::{NatsError, describe};
use crate::subjects;

/// The shortest that a server accepts: the engine tells duplicates by source and id, for ever, and a server that dropped them by
/// message id would hide a conflict, and swallow what was rejected and repaired.
const NO_DUPLICATES: Duration = Duration::from_millis(100);
/// How long a server remembers what we published: longer than we take to publish it again.
const DUPLICATES: Duration = Duration::from_secs(120);
/// How many messages of a stream of work may be out, those included that the engine could not take and that come again: the corrections
/// of journeys that stand still, mostly.
const MOST_NOT_TAKEN: i64 = 8192;
/// A life event, and room for its headers.
const LARGEST: i32 = (1 << 20) + (64 << 10);

/// All streams, as they should be: those of this installation, where it has a name.
#[must_use]
pub fn wanted(config: &Config, installation: Option<&str>) -> Vec<Stream> {
    let base = |name: &str, subjects: &[&str], what: &str| Stream {
        name: name.to_owned(),
        description: Some(what.to_owned()),
        subjects: subjects.iter().map(|&subject| subject.to_owned()).collect(),
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        max_bytes: config.stream_bytes,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_consumers: -1,
        max_message_size: LARGEST,
        num_replicas: config.replicas,
        duplicate_window: DUPLICATES,
        allow_direct: false,
        ..Stream::default()
    };
    let work = |name: &str, subjects: &[&str], what: &str| Stream {
        retention: RetentionPolicy::WorkQueue,
        // A full queue refuses publishers, who try again; dropping the oldest would lose somebody's life event.
        discard: DiscardPolicy::New,
        max_age: config.work_age,
        ..base(name, subjects, what)
    };
    vec![
        Stream {
            duplicate_window: NO_DUPLICATES,
            ..work(
                subjects::LIFE_EVENTS,
                &[
                    subjects::LIFE_EVENTS_SUBJECTS,
                    subjects::PUBLISHERS_SUBJECTS,
                ],
                "Life events on their way in",
            )
        },
        Stream {
            duplicate_window: NO_DUPLICATES,
            ..work(
                subjects::ANSWERS,
                &[
                    subjects::ANSWERS_SUBJECTS,
                    subjects::SERVICE_EVENTS_SUBJECTS,
                ],
                "Answers of workers, and what services tell, on their way in",
            )
        },
        Stream {
            storage: StorageType::Memory,
            max_bytes: config.calls_bytes,
            // An operation that nobody serves is refused more, and the others go on.
            max_messages_per_subject: config.calls_waiting,
            discard_new_per_subject: true,
            duplicate_window: config.calls_remembered,
            // No age: what nobody has taken yet is still owed, and nothing would say that it is gone.
            max_age: Duration::ZERO,
            ..work(
                subjects::SERVICES,
                &[subjects::SERVICES_SUBJECTS],
                "Calls for workers",
            )
        },
        Stream {
            max_messages_per_subject: 1,
            max_age: config.receipt_age,
            duplicate_window: DUPLICATES.min(config.receipt_age),
            // Read by its subject, which a server can let each publisher do for its own alone.
            allow_direct: true,
            ..base(
                subjects::RECEIPTS,
                &[
                    subjects::RECEIPTS_SUBJECTS,
                    subjects::PUBLISHERS_RECEIPTS_SUBJECTS,
                    subjects::SERVICES_RECEIPTS_SUBJECTS,
                ],
                "The last receipt of each life event",
            )
        },
        Stream {
            max_age: config.dead_letter_age,
            duplicate_window: DUPLICATES.min(config.dead_letter_age),
            ..base(
                subjects::REJECTED,
                &[
                    subjects::REJECTED_LIFE_EVENTS,
                    subjects::REJECTED_ANSWERS,
                    subjects::REJECTED_SERVICE_EVENTS,
                ],
                "Dead letters: reasons in clear, contents sealed",
            )
        },
        // No age: its last message says where publication goes on after a restart.
        Stream {
            description: Some(match installation {
                Some(name) => format!("{TELLS}{OF_INSTALLATION}{name}"),
                None => TELLS.to_owned(),
            }),
            // A message is only stored right behind the one before it: there are none to drop.
            duplicate_window: NO_DUPLICATES,
            ..base(subjects::JOURNEYS, &[subjects::JOURNEYS_SUBJECTS], TELLS)
        },
    ]
}

/// What [`subjects::JOURNEYS`] is for, in its description.
const TELLS: &str = "What happens in journeys, without values";
/// What stands there between that and the name of the installation.
const OF_INSTALLATION: &str = "; of installation ";

/// Whether the streams are there for another installation: two engines that took from the same ones would each have half of all
/// life events.
async fn are_ours(context: &Context, config: &Config, ours: &str) -> Result<(), NatsError> {
    let Ok(found) = context.get_stream(subjects::JOURNEYS).await else {
        // There is none, or it is told when it is made.
        return Ok(());
    };
    let said = found.cached_info().config.description.as_deref();
    match said.and_then(|said| said.split_once(OF_INSTALLATION)) {
        Some((_, theirs)) if theirs != ours && config.take_over => {
            tracing::warn!(
                theirs,
                ours,
                "the streams of another installation are taken over"
            );
            Ok(())
        }
        Some((_, theirs)) if theirs != ours => Err(NatsError::Refused {
            what: format!(
                "its streams are those of another installation ({theirs}; this one is {ours}), and would be shared with it: use \
                 another server or account of NATS, or, where this one takes the place of the other, serve once with --nats-take-over"
            ),
        }),
        _ => Ok(()),
    }
}

/// What there is once everything is set up.
#[derive(Clone, Copy, Debug)]
pub struct Prepared {
    /// The last sequence of [`subjects::SERVICES`]: lower than before when the server lost its memory.
    pub last_call: u64,
}

/// Creates what is missing and brings the rest up to date. Repeating it changes nothing.
///
/// # Errors
/// [`NatsError`]: NATS is away, refuses one of the streams, or they are those of another installation.
pub async fn prepare(
    context: &Context,
    config: &Config,
    installation: Option<&str>,
) -> Result<Prepared, NatsError> {
    if let Some(ours) = installation {
        are_ours(context, config, ours).await?;
    }
    let mut last_call = 0;
    for stream in wanted(config, installation) {
        let name = stream.name.clone();
        let info = stand(context, stream).await?;
        if name == subjects::SERVICES {
            last_call = info.state.last_sequence;
        }
    }
    Ok(Prepared { last_call })
}

async fn stand(context: &Context, wanted: Stream) -> Result<Info, NatsError> {
    let name = wanted.name.clone();
    let found = context.get_stream(&name).await;
    let done = match found {
        Ok(found) if same(&found.cached_info().config, &wanted) => {
            return Ok(found.cached_info().clone());
        }
        Ok(_) => context
            .update_stream(&wanted)
            .await
            .map_err(|error| describe(&error)),
        Err(_) => match context.create_stream(&wanted).await {
            Ok(created) => Ok(created.cached_info().clone()),
            Err(error) => Err(describe(&error)),
        },
    };
    done.map_err(|said| {
        let mut what = format!("stream {name}: {said}");
        if NO_ROOM.iter().any(|words| said.contains(words)) {
            what.push_str(&no_room(&wanted));
        }
        if said.contains("timed out") || said.contains("no responders") {
            NatsError::Unavailable { what }
        } else {
            NatsError::Refused { what }
        }
    })
}

/// How JetStream says that it cannot reserve as much as it is asked to.
const NO_ROOM: [&str; 3] = [
    "insufficient storage",
    "insufficient memory",
    "resource limits exceeded",
];

/// The remedy, for an operator.
fn no_room(wanted: &Stream) -> String {
    let (option, limit) = match wanted.storage {
        StorageType::File => ("--nats-stream-size", "max_file_store"),
        StorageType::Memory => ("--nats-calls-size", "max_memory_store"),
    };
    format!(
        "; JetStream has no room for the {} bytes that it would reserve: serve with a smaller {option}, or give it more \
         ({limit}, or the limits of the account)",
        wanted.max_bytes
    )
}

/// Whether a stream is as wanted, in what we set.
fn same(is: &Stream, wanted: &Stream) -> bool {
    is.subjects == wanted.subjects
        && is.retention == wanted.retention
        && is.storage == wanted.storage
        && is.discard == wanted.discard
        && is.max_bytes == wanted.max_bytes
        && is.max_age == wanted.max_age
        && is.max_messages_per_subject == wanted.max_messages_per_subject
        && is.discard_new_per_subject == wanted.discard_new_per_subject
        && is.max_message_size == wanted.max_message_size
        && is.num_replicas == wanted.num_replicas
        && is.allow_direct == wanted.allow_direct
        && is.duplicate_window == wanted.duplicate_window
        && is.description == wanted.description
}

/// What the engine reads of a stream of work, through a consumer of its own. Each has a bound of its own, so that what one of them cannot
/// be rid of takes no room from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reads {
    /// The stream.
    pub stream: &'static str,
    /// The name of the consumer.
    pub consumer: &'static str,
    /// What it reads of the stream; all of it where this is empty.
    pub filter: &'static str,
}

impl Reads {
    /// Life events.
    pub const LIFE_EVENTS: Self = Self {
        stream: subjects::LIFE_EVENTS,
        consumer: "parcours",
        filter: "",
    };
    /// Workers' answers.
    pub const ANSWERS: Self = Self {
        stream: subjects::ANSWERS,
        consumer: "parcours",
        filter: subjects::ANSWERS_SUBJECTS,
    };
    /// What services tell by themselves: for a journey that stands still it waits, and answers do not wait behind it.
    pub const SERVICE_EVENTS: Self = Self {
        stream: subjects::ANSWERS,
        consumer: "parcours-told",
        filter: subjects::SERVICE_EVENTS_SUBJECTS,
    };
}

/// What an engine does about messages that were handed out and never acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// It has just started, so whoever they were handed out to is gone: they come first, and at once. Without this, an engine
    /// that was killed would wait for `ack_wait` before it took what it had in hand, and nothing else where its hands were full.
    Anew,
    /// They were handed out to itself, before the connection broke: they come when their time is up.
    WhereItWas,
}

/// The engine's consumer of what it reads: durable, acknowledged one by one, bounded.
///
/// # Errors
/// [`NatsError`].
pub async fn consumer(
    context: &Context,
    reads: Reads,
    config: &Config,
    from: From,
) -> Result<Consumer<pull::Config>, NatsError> {
    let Reads {
        stream,
        consumer,
        filter,
    } = reads;
    if from == From::Anew
        && let Err(error) = context.delete_consumer_from_stream(consumer, stream).await
    {
        // There was none, or it is not ours to delete: what it holds comes again when its time is up.
        debug!(stream, %error, "the consumer of an earlier engine stays");
    }
    let wanted = pull::Config {
        durable_name: Some(consumer.to_owned()),
        filter_subject: filter.to_owned(),
        description: Some("the engine".to_owned()),
        deliver_policy: DeliverPolicy::All,
        replay_policy: ReplayPolicy::Instant,
        ack_policy: AckPolicy::Explicit,
        ack_wait: config.ack_wait,
        // Unavailability is no fault of the message: it is delivered until it is taken.
        max_deliver: -1,
        // Not the bound of what is worked on: what the engine could not take waits for its time under it, and must leave room for the rest.
        max_ack_pending: MOST_NOT_TAKEN,
        ..pull::Config::default()
    };
    context
        .create_consumer_on_stream(wanted, stream)
        .await
        .map_err(|error| NatsError::Refused {
            what: format!("consumer {consumer} of {stream}: {}", describe(&error)),
        })
}

/// Deletes a message and overwrites its bytes in JetStream's files. What is already gone is fine.
///
/// # Errors
/// [`NatsError::Unavailable`]: it may still be there.
pub async fn erase(context: &Context, stream: &str, sequence: u64) -> Result<(), NatsError> {
    let request = serde_json::json!({ "seq": sequence, "no_erase": false });
    let answer: Result<async_nats::jetstream::response::Response<serde_json::Value>, _> = context
        .request(format!("STREAM.MSG.DELETE.{stream}"), &request)
        .await;
    match answer {
        Ok(async_nats::jetstream::response::Response::Ok(_)) => Ok(()),
        Ok(async_nats::jetstream::response::Response::Err { error })
            if error.error_code() == ErrorCode::NO_MESSAGE_FOUND || is_gone(&error.to_string()) =>
        {
            Ok(())
        }
        Ok(async_nats::jetstream::response::Response::Err { error }) => Err(NatsError::Refused {
            what: format!("erasing a message of {stream}: {error}"),
        }),
        Err(error) => Err(NatsError::Unavailable {
            what: format!("erasing a message of {stream}: {}", describe(&error)),
        }),
    }
}

/// The other ways in which a server says that a message is not there (any more), by where it looked for it.
fn is_gone(said: &str) -> bool {
    said.contains("no message found")
        || said.contains("stream store EOF")
        || (said.contains("sequence ") && said.contains(" not found"))
}
