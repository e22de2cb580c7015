//! Values about people, sealed before they reach a block, and forgotten by destroying keys.
//!
//! A block is never rewritten, so what it says about a person can only be taken back if it was never there in the
//! open. Three layers do that:
//!
//! - a **person key** for each person, destroyed when that person is forgotten;
//! - a **data key** for each (journey, person, purpose), wrapped by the person key, destroyed with it, or alone when
//!   its retention class runs out;
//! - a [`SealedValue`]: the value with the person's id, its purpose and its class, encrypted under the data key,
//!   padded, and tied to the place where it stands.
//!
//! [`Keys`] is the port where keys live, [`MemoryKeys`] its twin for tests and simulations, `contract` (a feature) what
//! every implementation promises. [`Sealer`] is the door that the rest of the engine uses. The chain of block hashes runs
//! over sealed values, so verifying the log needs no key and survives forgetting.
//!
//! **What a block still shows** once everything is sealed: that there is a value at this place, its size class
//! ([`padded`]), and which values share a data key. It shows neither the person nor the purpose. A person named
//! outside a sealed value appears as a [`PersonTag`], which only this installation can compute.
//!
//! **Invariant**: [`Sealer::sync`] before the block. A key is durable before any block holding a value sealed with it
//! is acknowledged; so a key that is not found was destroyed (and is listed as such), or lost by an operator.

mod cache;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod entropy;
mod envelope;
mod key;
mod keys;
mod memory;
mod sealer;
mod tag;

pub use entropy::{Entropy, NoEntropy, OsEntropy, SeededEntropy};
pub use envelope::{LONGEST_VALUE, NotSealed, SealedValue, padded};
pub use key::{DataKey, KeyRef, PersonKey, WRAPPED_KEY, WrapPlace, unwrap_key, wrap_key};
pub use keys::{Certificate, Found, HeldKey, KeyError, Keys};
pub use memory::MemoryKeys;
pub use sealer::{Opened, Place, Plain, SealError, Sealer};
pub use tag::{Installation, PersonTag, Scope};
