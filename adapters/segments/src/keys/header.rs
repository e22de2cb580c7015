//! The head of the key file: the secret of the installation, written twice.
//!
//! Page 0 (4096 bytes) holds two copies, at bytes 0 and 2048: `PARCKEYS`, version (4, little-endian, 1), size of a slot
//! (4, little-endian, 128), secret (32), crc32c of those (4, little-endian). One good copy is enough.

use parcours_log::seal::{Entropy, NoEntropy};
use zeroize::Zeroizing;

use super::slot::SLOT;

/// Where the first slot begins.
pub(super) const PAGE: usize = 4096;
const COPIES: [usize; 2] = [0, PAGE / 2];
const CHECKED: usize = 48;

/// The bytes of page 0, wiped from memory when dropped.
pub(super) type Page = Zeroizing<[u8; PAGE]>;

/// The page of a new installation.
pub(super) fn new(entropy: &mut dyn Entropy) -> Result<Page, NoEntropy> {
    let mut secret = Zeroizing::new([0; 32]);
    entropy.fill(&mut *secret)?;
    Ok(page(&secret))
}

/// The page of this secret, both copies good.
pub(super) fn page(secret: &[u8; 32]) -> Page {
    let mut page = Zeroizing::new([0; PAGE]);
    for at in COPIES {
        let copy = &mut page[at..at + CHECKED + 4];
        copy[..8].copy_from_slice(b"PARCKEYS");
        copy[8..12].copy_from_slice(&1_u32.to_le_bytes());
        copy[12..16].copy_from_slice(&(SLOT as u32).to_le_bytes());
        copy[16..CHECKED].copy_from_slice(secret);
        let sum = crc32c::crc32c(&copy[..CHECKED]);
        copy[CHECKED..].copy_from_slice(&sum.to_le_bytes());
    }
    page
}

/// The secret, from whichever copy is good; `None` if neither is.
pub(super) fn secret(page: &[u8; PAGE]) -> Option<Zeroizing<[u8; 32]>> {
    COPIES.into_iter().find_map(|at| {
        let (copy, sum) = page[at..at + CHECKED + 4].split_at(CHECKED);
        let good = sum == crc32c::crc32c(copy).to_le_bytes()
            && copy.starts_with(b"PARCKEYS")
            && copy[8..12] == 1_u32.to_le_bytes()
            && copy[12..16] == (SLOT as u32).to_le_bytes();
        good.then(|| copy[16..].try_into().ok().map(Zeroizing::new))
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_good_copy_is_enough_and_none_is_noticed() {
        let good = page(&[7; 32]);
        assert_eq!(secret(&good).as_deref(), Some(&[7; 32]));
        for byte in 0..CHECKED + 4 {
            let mut one = good.clone();
            one[byte] ^= 1;
            assert_eq!(secret(&one).as_deref(), Some(&[7; 32]), "byte {byte}");
            one[PAGE / 2 + byte] ^= 1;
            assert_eq!(secret(&one), None, "byte {byte}");
        }
    }
}
