//! The door through which values about people go into blocks and come out again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::NaiveDate;
use parcours_core::{JourneyId, PersonId, Personal, Purpose, Retention};
use thiserror::Error;
use zeroize::Zeroizing;

use super::cache::Cache;
use super::entropy::{Entropy, NoEntropy};
use super::envelope::{AUTHENTICATION, LONGEST_VALUE, NONCE, SealedValue, padded};
use super::key::KeyRef;
use super::keys::{Certificate, Found, HeldKey, KeyError, Keys};
use super::tag::{PersonTag, Scope};

/// Where a sealed value stands. It opens nowhere else, so nobody can move it to another fact or another journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The journey that the value is part of.
    pub journey: JourneyId,
    /// The name of the value in it (`fact/dependent_children`), the same when sealing and opening.
    pub name: &'a str,
}

/// The bytes of an opened value, wiped from memory when dropped.
pub type Plain = Zeroizing<Vec<u8>>;

/// What opening a sealed value gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The value, with whose it is, what for and for how long.
    Known(Personal<Plain>),
    /// Its key was destroyed on purpose: never ask for it again.
    Erased,
    /// Its key is not here although nobody destroyed it: the keys are older than the log, damaged, or of another
    /// installation. An operator must look; the value is not lost for good as long as a backup has the key.
    KeyMissing,
    /// The value is not the one that was sealed at this place. An operator must look.
    Corrupt,
}

/// A value that could not be sealed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealError {
    /// Nothing was sealed, since there is no key for it.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// Nothing was sealed, since there is no randomness for it.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    /// More bytes than one sealed value may hold.
    #[error(
        "a personal value of {bytes} bytes: keep it within {LONGEST_VALUE}, or store a reference to the document"
    )]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// An erased value holds nothing to seal.
    #[error("an erased value cannot be sealed: record that it is erased instead")]
    Erased,
}

/// Seals and opens values about people. Shared by all who do so; calls may block on a disk.
///
/// It remembers keys used lately, at most as many as told, and drops them all whenever a key is destroyed, through
/// this sealer or any other over the same keys.
pub struct Sealer<K: ?Sized> {
    entropy: Mutex<Box<dyn Entropy>>,
    cache: Mutex<Cache>,
    keys: Arc<K>,
}

impl<K: Keys + ?Sized> Sealer<K> {
    /// How many data keys are remembered unless told otherwise: less than 1 MB of memory.
    pub const REMEMBERED_KEYS: usize = 4096;

    /// A sealer over `keys`.
    pub fn new(keys: Arc<K>, entropy: impl Entropy + 'static) -> Self {
        Self::remembering(keys, entropy, Self::REMEMBERED_KEYS)
    }

    /// A sealer over `keys` that remembers at most about `most` of them.
    pub fn remembering(keys: Arc<K>, entropy: impl Entropy + 'static, most: usize) -> Self {
        Self {
            entropy: Mutex::new(Box::new(entropy)),
            cache: Mutex::new(Cache::new(most)),
            keys,
        }
    }

    /// The keys it seals with.
    pub fn keys(&self) -> &Arc<K> {
        &self.keys
    }

    /// The person as the log may name them in the open.
    pub fn tag(&self, person: &PersonId) -> PersonTag {
        self.keys.installation().tag(person)
    }

    /// Seals `value` for `place`. Call [`sync`](Self::sync) before the block that carries it.
    ///
    /// # Errors
    /// [`SealError`]; nothing of the value is kept then.
    pub fn seal(
        &self,
        place: Place<'_>,
        value: &Personal<impl AsRef<[u8]>>,
    ) -> Result<SealedValue, SealError> {
        let plain = value.value().ok_or(SealError::Erased)?.as_ref();
        if plain.len() > LONGEST_VALUE {
            return Err(SealError::TooLong { bytes: plain.len() });
        }
        let mut content = content(value, plain);

        let person = self.tag(value.about());
        let scope = self
            .keys
            .installation()
            .scope(place.journey, person, value.purpose());
        let held = self.serving(person, scope)?;
        let mut nonce = [0; NONCE];
        lock(&self.entropy).fill(&mut nonce)?;

        XChaCha20Poly1305::new(held.key.expose().into())
            .encrypt_in_place(&XNonce::from(nonce), &binding(place, scope), &mut *content)
            .expect("a bounded length is within what the cipher takes");
        Ok(SealedValue {
            key: held.name,
            nonce,
            ciphertext: std::mem::take(&mut *content).into(),
        })
    }

    /// Opens what was sealed for `place`.
    ///
    /// # Errors
    /// [`KeyError`] when the keys cannot be read; nothing is known of the value then.
    pub fn open(&self, place: Place<'_>, sealed: &SealedValue) -> Result<Opened, KeyError> {
        let held = match self.named(sealed.key)? {
            Named::Held(held) => held,
            Named::Destroyed => return Ok(Opened::Erased),
            Named::NeverExisted => return Ok(Opened::KeyMissing),
        };
        let mut content = Zeroizing::new(sealed.ciphertext.to_vec());
        let opened = XChaCha20Poly1305::new(held.key.expose().into()).decrypt_in_place(
            &XNonce::from(sealed.nonce),
            &binding(place, held.scope),
            &mut *content,
        );
        if opened.is_err() {
            return Ok(Opened::Corrupt);
        }
        // The key says for whom and what it serves: a value that says otherwise was not sealed by `seal`.
        Ok(match parse(&content) {
            Some(value)
                if self.scope(place.journey, value.about(), value.purpose()) == held.scope =>
            {
                Opened::Known(value)
            }
            _ => Opened::Corrupt,
        })
    }

    /// Forgets `person`: every value about them, in every journey, reads as [`Opened::Erased`] from now on, for good.
    ///
    /// # Errors
    /// [`KeyError`]: not done, or not done whole; do it again.
    pub fn forget(&self, person: &PersonId, on: NaiveDate) -> Result<Certificate, KeyError> {
        let certificate = self.keys.forget(self.tag(person), on);
        lock(&self.cache).at(self.keys.generation());
        certificate
    }

    /// Erases the values about `person` that `journey` holds for `purpose`, since their retention class ran out.
    /// `false` when there were none.
    ///
    /// # Errors
    /// [`KeyError`]: not done, or not done whole; do it again.
    pub fn destroy(
        &self,
        journey: JourneyId,
        person: &PersonId,
        purpose: &Purpose,
        on: NaiveDate,
    ) -> Result<bool, KeyError> {
        let destroyed = self.keys.destroy(self.scope(journey, person, purpose), on);
        lock(&self.cache).at(self.keys.generation());
        destroyed
    }

    /// Makes every key used so far durable. Before each block that carries sealed values.
    ///
    /// # Errors
    /// [`KeyError`]: the block must not be written.
    pub fn sync(&self) -> Result<(), KeyError> {
        self.keys.sync()
    }

    fn scope(&self, journey: JourneyId, person: &PersonId, purpose: &Purpose) -> Scope {
        let installation = self.keys.installation();
        installation.scope(journey, installation.tag(person), purpose)
    }

    fn serving(&self, person: PersonTag, scope: Scope) -> Result<Arc<HeldKey>, KeyError> {
        let generation = self.keys.generation();
        if let Some(held) = lock(&self.cache).at(generation).serving(scope) {
            return Ok(held);
        }
        let held = Arc::new(self.keys.data_key(person, scope)?);
        lock(&self.cache).keep_serving(&held, generation);
        Ok(held)
    }

    fn named(&self, name: KeyRef) -> Result<Named, KeyError> {
        let generation = self.keys.generation();
        if let Some(held) = lock(&self.cache).at(generation).named(name) {
            return Ok(Named::Held(held));
        }
        Ok(match self.keys.find(name)? {
            Found::Key(held) => {
                let held = Arc::new(held);
                lock(&self.cache).keep(&held, generation);
                Named::Held(held)
            }
            Found::Destroyed => Named::Destroyed,
            Found::NeverExisted => Named::NeverExisted,
        })
    }
}

enum Named {
    Held(Arc<HeldKey>),
    Destroyed,
    NeverExisted,
}

/// A panic elsewhere leaves keys and entropy as whole as before: they are replaced, never half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the ciphertext is tied to. Fixed lengths first, the name last, so that no two places give the same bytes.
fn binding(place: Place<'_>, scope: Scope) -> Vec<u8> {
    [
        b"parcours sealed value 1".as_slice(),
        scope.as_bytes(),
        place.journey.as_bytes(),
        place.name.as_bytes(),
    ]
    .concat()
}

/// Length (4, big-endian) and value; length (1) and text of person, purpose and class; zeros up to the size class.
/// Has room for the authentication, so that encrypting in place leaves no copy behind.
fn content<T>(value: &Personal<T>, plain: &[u8]) -> Zeroizing<Vec<u8>> {
    let words = [
        value.about().as_str(),
        value.purpose().as_str(),
        value.retention().as_str(),
    ];
    let size = padded(4 + plain.len() + words.iter().map(|word| 1 + word.len()).sum::<usize>());
    let mut content = Zeroizing::new(Vec::with_capacity(size + AUTHENTICATION));
    let length = u32::try_from(plain.len()).expect("no longer than LONGEST_VALUE");
    content.extend_from_slice(&length.to_be_bytes());
    content.extend_from_slice(plain);
    for word in words {
        content.push(u8::try_from(word.len()).expect("ids and words are shorter than 256 bytes"));
        content.extend_from_slice(word.as_bytes());
    }
    content.resize(size, 0);
    content
}

fn parse(content: &[u8]) -> Option<Personal<Plain>> {
    fn word<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
        let (&length, after) = rest.split_first()?;
        let (text, after) = after.split_at_checked(length.into())?;
        *rest = after;
        std::str::from_utf8(text).ok()
    }

    let (length, rest) = content.split_first_chunk::<4>()?;
    let (plain, mut rest) = rest.split_at_checked(u32::from_be_bytes(*length).try_into().ok()?)?;
    let about = PersonId::new(word(&mut rest)?).ok()?;
    let purpose = Purpose::new(word(&mut rest)?).ok()?;
    let retention = Retention::new(word(&mut rest)?).ok()?;
    let clean = rest.iter().all(|&byte| byte == 0);
    clean.then(|| Personal::new(about, purpose, retention, Zeroizing::new(plain.to_vec())))
}

#[cfg(test)]
#[path = "sealer_tests.rs"]
mod tests;
