//! Randomness comes in from outside, so that a simulation can be repeated to the byte.

use thiserror::Error;
use zeroize::Zeroizing;

/// A source of bytes that nobody can guess.
pub trait Entropy: Send {
    /// Fills all of `into`.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source gives none; `into` must then not be used.
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The source of random bytes gives none. Nothing can be sealed until it does.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no random bytes ({reason}): nothing can be sealed until the system provides them")]
pub struct NoEntropy {
    /// What the source says.
    pub reason: String,
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(into).map_err(|error| NoEntropy {
            reason: error.to_string(),
        })
    }
}

/// The same bytes for the same seed: for tests and simulations only, never where real people are concerned.
pub struct SeededEntropy {
    seed: Zeroizing<[u8; 32]>,
    drawn: u64,
}

impl SeededEntropy {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let seed = blake3::derive_key("parcours simulation entropy", &seed.to_le_bytes());
        Self {
            seed: Zeroizing::new(seed),
            drawn: 0,
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&mut self, into: &mut [u8]) -> Result<(), NoEntropy> {
        let mut draw = blake3::Hasher::new_keyed(&self.seed);
        draw.update(&self.drawn.to_le_bytes());
        draw.finalize_xof().fill(into);
        self.drawn += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(entropy: &mut dyn Entropy) -> [u8; 24] {
        let mut bytes = [0; 24];
        entropy.fill(&mut bytes).expect("random bytes");
        bytes
    }

    #[test]
    fn a_seed_repeats_its_sequence_and_no_draw_repeats_another() {
        let (mut one, mut two) = (SeededEntropy::new(7), SeededEntropy::new(7));
        let drawn = [draw(&mut one), draw(&mut one)];
        assert_eq!(drawn, [draw(&mut two), draw(&mut two)]);
        assert_ne!(drawn[0], drawn[1]);
        assert_ne!(drawn[0], draw(&mut SeededEntropy::new(8)));
    }

    #[test]
    fn the_system_never_draws_the_same_twice() {
        assert_ne!(draw(&mut OsEntropy), draw(&mut OsEntropy));
    }
}
