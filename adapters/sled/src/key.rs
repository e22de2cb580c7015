//! The entries, one kind a letter. Numbers are big-endian, so that bytes sort as what they say.
//!
//! | key | value |
//! |---|---|
//! | `h` | version (1 byte), last noted block: position (8) and hash (32), digest of all other entries (16) |
//! | `s` stream (16) commit (12) | commits (12 each) of that stream that were noted together with it, after it |
//! | `r` name of a life event (16) | commit (12) of its receipt, whether it takes the name (1) |
//! | `i` commit (12) of a receipt that somebody must look at | |
//! | `o` original (16) name of what waits for it (16) | |
//! | `k` tag of a kind (16) name of what started nothing (16) | |
//! | `j` journey (16) | which journey it is, as its definition is named |
//! | `n` tag of that name (16) journey (16) | |
//! | `d` tag of a person (16) journey (16) | |
//! | `w` stream (16) | how it stands: flags (1), wake (8) of its one timer where a flag says so, a line of the operations that owe it an answer where a flag says that any does, then its work as text |
//! | `t` wake (8) stream (16) | |
//! | `m` flag (1) stream (16) | |
//! | `e` tag of an operation, or zeros where it is not known which (16) stream (16) that it owes an answer | |
//! | `a` kind of work (1) tag of a service, or zeros for all (16) due (4) stream (16) | |
//! | `c` what is counted | how many (8); what is counted is `j` and the name of a journey, `e` and an operation, `w` and a kind of work, `m` and a flag, or `i` |
//! | `l` | the stream (16) up to which journeys have looked at the last law |

use parcours_core::JourneyId;
use parcours_core::intake::PublishedId;
use parcours_core::name::{JourneyName, LifeEventKind, OperationId, ServiceId};
use parcours_log::lookups::{Mark, Owed, Standing, Timer, Wake, Work, WorkKind, WorkPlace};
use parcours_log::seal::PersonTag;
use parcours_log::{CommitPosition, Hash, Head, Position, StreamId};

/// The version of this layout. Another one is not read: it is rebuilt.
const VERSION: u8 = 5;

pub(crate) const HEAD: &[u8] = b"h";
pub(crate) const RECEIPTS: &[u8] = b"r";
pub(crate) const TIMERS: &[u8] = b"t";
pub(crate) const INCIDENTS: &[u8] = b"i";
pub(crate) const JOURNEYS: &[u8] = b"j";
pub(crate) const SWEEP: &[u8] = b"l";

pub(crate) fn stream(stream: StreamId) -> Vec<u8> {
    [b"s".as_slice(), &stream.0].concat()
}

pub(crate) fn commit(of: StreamId, at: CommitPosition) -> Vec<u8> {
    [stream(of).as_slice(), &at.to_be_bytes()].concat()
}

/// The commits of an entry of a stream.
pub(crate) fn read_commits(key: &[u8], value: &[u8]) -> Option<Vec<CommitPosition>> {
    let (more, rest) = value.as_chunks::<12>();
    let first = read_position(key.get(17..)?)?;
    let more = more
        .iter()
        .map(|bytes| CommitPosition::from_be_bytes(*bytes));
    rest.is_empty()
        .then(|| std::iter::once(first).chain(more).collect())
}

pub(crate) fn receipt(published: PublishedId) -> Vec<u8> {
    [RECEIPTS, &published.0].concat()
}

pub(crate) fn write_receipt(at: CommitPosition, named: bool) -> Vec<u8> {
    [at.to_be_bytes().as_slice(), &[u8::from(named)]].concat()
}

pub(crate) fn read_receipt(bytes: &[u8]) -> Option<(CommitPosition, bool)> {
    let (named, at) = bytes.split_last()?;
    Some((read_position(at)?, *named == 1))
}

pub(crate) fn incident(at: CommitPosition) -> Vec<u8> {
    [INCIDENTS, &at.to_be_bytes()].concat()
}

pub(crate) fn orphans(original: PublishedId) -> Vec<u8> {
    [b"o".as_slice(), &original.0].concat()
}

pub(crate) fn orphan(original: PublishedId, published: PublishedId) -> Vec<u8> {
    [orphans(original).as_slice(), &published.0].concat()
}

pub(crate) fn kept(kind: &LifeEventKind) -> Vec<u8> {
    [b"k".as_slice(), &tag(kind.as_str())].concat()
}

pub(crate) fn kept_one(kind: &LifeEventKind, published: PublishedId) -> Vec<u8> {
    [kept(kind).as_slice(), &published.0].concat()
}

pub(crate) fn journey(journey: JourneyId) -> Vec<u8> {
    [JOURNEYS, journey.as_bytes()].concat()
}

pub(crate) fn named(name: &JourneyName) -> Vec<u8> {
    [b"n".as_slice(), &tag(name.as_str())].concat()
}

pub(crate) fn named_journey(name: &JourneyName, journey: JourneyId) -> Vec<u8> {
    [named(name).as_slice(), journey.as_bytes()].concat()
}

/// A name of a definition, of which there are as many as one likes to write, in a key of fixed length.
fn tag(name: &str) -> [u8; 16] {
    let mut tag = [0; 16];
    tag.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    tag
}

/// The last 16 bytes of a key: whatever it leads to.
pub(crate) fn last(key: &[u8]) -> Option<[u8; 16]> {
    key.last_chunk().copied()
}

pub(crate) fn marks(mark: Mark) -> Vec<u8> {
    vec![b'm', flag(mark)]
}

pub(crate) fn mark(mark: Mark, stream: StreamId) -> Vec<u8> {
    [marks(mark).as_slice(), &stream.0].concat()
}

/// What this operation owes an answer; none where it is not known which does.
pub(crate) fn owed(by: Option<&OperationId>) -> Vec<u8> {
    let tag = by.map_or([0; 16], |operation| tag(&operation.to_string()));
    [b"e".as_slice(), &tag].concat()
}

pub(crate) fn owed_by(by: Option<&OperationId>, stream: StreamId) -> Vec<u8> {
    [owed(by).as_slice(), &stream.0].concat()
}

pub(crate) fn count_of_owed(by: &OperationId) -> Vec<u8> {
    [b"ce", by.to_string().as_bytes()].concat()
}

fn flag(mark: Mark) -> u8 {
    match mark {
        Mark::Owes => 1,
        Mark::Failed => 2,
        Mark::Parked => 4,
    }
}

/// It has a timer.
const WAKES: u8 = 8;

/// Nothing when nothing is to be done for it.
pub(crate) fn write_standing(standing: &Standing) -> Option<Vec<u8>> {
    if *standing == Standing::default() {
        return None;
    }
    let marks = Mark::ALL.iter().filter(|mark| standing.has(**mark));
    let marks: u8 = marks.map(|mark| flag(*mark)).sum();
    let wakes = standing.wake.map_or(0, |_| WAKES);
    let mut bytes = vec![marks | wakes];
    bytes.extend(standing.wake.iter().flat_map(|when| wake(*when)));
    if standing.owed != Owed::Nothing {
        let operations = standing.owed.listed().flatten();
        let operations: Vec<_> = operations.map(OperationId::to_string).collect();
        bytes.extend(operations.join(" ").into_bytes());
        bytes.push(b'\n');
    }
    bytes.extend(Work::write(&standing.work).into_bytes());
    Some(bytes)
}

pub(crate) fn read_standing(bytes: &[u8]) -> Option<Standing> {
    let (flags, rest) = bytes.split_first()?;
    let has = |mark| flags & flag(mark) != 0;
    let (wake, rest) = match flags & WAKES {
        0 => (None, rest),
        _ => {
            let (wake, rest) = rest.split_at_checked(8)?;
            (Some(read_wake(wake)?), rest)
        }
    };
    let text = std::str::from_utf8(rest).ok()?;
    let (owed, work) = if has(Mark::Owes) {
        let (operations, work) = text.split_once('\n')?;
        (read_owed(operations)?, work)
    } else {
        (Owed::Nothing, text)
    };
    Some(Standing {
        wake,
        owed,
        failed: has(Mark::Failed),
        parked: has(Mark::Parked),
        work: Work::read(work)?,
    })
}

fn read_owed(operations: &str) -> Option<Owed> {
    if operations.is_empty() {
        return Some(Owed::Unknown);
    }
    let operations = operations.split(' ').map(|name| name.parse().ok());
    Some(Owed::By(operations.collect::<Option<_>>()?))
}

/// Work of a kind for the agents of a service, or for those of all.
pub(crate) fn work(kind: WorkKind, service: Option<&ServiceId>) -> Vec<u8> {
    let tag = service.map_or([0; 16], |service| tag(service.as_str()));
    [[b'a', kind.letter()].as_slice(), &tag].concat()
}

pub(crate) fn work_of(work: &Work, stream: StreamId) -> Vec<u8> {
    let prefix = self::work(work.kind, work.service.as_ref());
    [prefix.as_slice(), &place(work.place(stream))].concat()
}

/// Twenty bytes that sort as places do.
pub(crate) fn place(place: WorkPlace) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&place.due.to_be_bytes());
    bytes[4..].copy_from_slice(&place.stream.0);
    bytes
}

pub(crate) fn read_place(key: &[u8]) -> Option<WorkPlace> {
    let (due, stream) = key.last_chunk::<20>()?.split_first_chunk::<4>()?;
    Some(WorkPlace {
        due: u32::from_be_bytes(*due),
        stream: StreamId(stream.try_into().ok()?),
    })
}

pub(crate) const COUNTS: &[u8] = b"c";

pub(crate) fn read_count(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

pub(crate) fn count_of_journeys(name: &JourneyName) -> Vec<u8> {
    [b"cj", name.as_str().as_bytes()].concat()
}

pub(crate) fn count_of_work(kind: WorkKind) -> Vec<u8> {
    vec![b'c', b'w', kind.letter()]
}

pub(crate) fn count_of_mark(mark: Mark) -> Vec<u8> {
    vec![b'c', b'm', flag(mark)]
}

pub(crate) const COUNT_OF_INCIDENTS: &[u8] = b"ci";

pub(crate) fn dossier(person: PersonTag) -> Vec<u8> {
    [b"d".as_slice(), person.as_bytes()].concat()
}

pub(crate) fn in_dossier(person: PersonTag, journey: JourneyId) -> Vec<u8> {
    [dossier(person).as_slice(), journey.as_bytes()].concat()
}

pub(crate) fn timer(timer: Timer) -> Vec<u8> {
    [TIMERS, &wake(timer.wake), &timer.stream.0].concat()
}

pub(crate) fn standing(stream: StreamId) -> Vec<u8> {
    [b"w".as_slice(), &stream.0].concat()
}

/// Times before 1970 sort before those after it.
pub(crate) fn wake(wake: Wake) -> [u8; 8] {
    (wake.0 ^ i64::MIN).to_be_bytes()
}

pub(crate) fn read_wake(bytes: &[u8]) -> Option<Wake> {
    Some(Wake(i64::from_be_bytes(bytes.try_into().ok()?) ^ i64::MIN))
}

pub(crate) fn read_timer(key: &[u8]) -> Option<Timer> {
    let (wake, stream) = key.strip_prefix(TIMERS)?.split_at_checked(8)?;
    Some(Timer {
        wake: read_wake(wake)?,
        stream: StreamId(stream.try_into().ok()?),
    })
}

pub(crate) fn read_position(bytes: &[u8]) -> Option<CommitPosition> {
    Some(CommitPosition::from_be_bytes(bytes.try_into().ok()?))
}

pub(crate) fn write_head(head: Head, digest: u128) -> Vec<u8> {
    [
        [VERSION].as_slice(),
        &head.position.to_be_bytes(),
        head.hash.as_bytes(),
        &digest.to_be_bytes(),
    ]
    .concat()
}

/// The head and the digest; nothing when they are of another version.
pub(crate) fn read_head(bytes: &[u8]) -> Option<(Head, u128)> {
    let (version, rest) = bytes.split_first()?;
    let (position, rest) = rest.split_first_chunk::<8>()?;
    let (hash, digest) = rest.split_first_chunk::<32>()?;
    let head = Head {
        position: Position::from_be_bytes(*position),
        hash: Hash::from_bytes(*hash),
    };
    let digest = u128::from_be_bytes(digest.try_into().ok()?);
    (*version == VERSION).then_some((head, digest))
}

/// The part of the digest that one entry has. Parts are added with exclusive or: in any order, and taken away the same way.
pub(crate) fn digest(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&(key.len() as u64).to_be_bytes())
        .update(key)
        .update(value);
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    u128::from_be_bytes(bytes)
}
