//! Bytes to a CBOR tree and back, within bounds.
//!
//! Bytes are walked before anything is built of them, so that hostile ones cost no more than reading them: definite
//! lengths only, no floating point, only the tags of format 1, at most [`MAX_DEPTH`] deep and [`MAX_ITEMS`] long.

use zeroize::Zeroizing;

/// A CBOR value, as a tree.
pub(super) type Tree = ciborium::Value;

/// The most bytes a payload may take.
pub const MAX_PAYLOAD: usize = 16 << 20;
/// How deep lists, records and tags may lie in each other.
pub const MAX_DEPTH: usize = 64;
/// How many values, keys included, one payload may hold.
pub const MAX_ITEMS: usize = 1 << 18;

/// A civil date as text (RFC 8943).
pub(super) const DATE: u64 = 1004;
/// A civil date and time as text.
pub(super) const MOMENT: u64 = 50_000;
/// An amount of money in cents.
pub(super) const MONEY: u64 = 50_001;
/// A hole, with the word for why.
pub(super) const HOLE: u64 = 50_002;

const TAGS: [u64; 4] = [DATE, MOMENT, MONEY, HOLE];

/// The tree of these bytes, or what is wrong with them.
pub(super) fn read(bytes: &[u8]) -> Result<Tree, &'static str> {
    check(bytes)?;
    ciborium::from_reader(bytes).map_err(|_| "not readable as CBOR")
}

/// The bytes of a tree, wiped when dropped; what is wrong when they could not be read back.
pub(super) fn write(tree: &Tree) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let mut bytes = Zeroizing::new(Vec::new());
    ciborium::into_writer(tree, &mut *bytes).map_err(|_| "not writable as CBOR")?;
    check(&bytes)?;
    Ok(bytes)
}

/// Whether these bytes are one CBOR value within the bounds. Allocates nothing that depends on what they say.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    if bytes.len() > MAX_PAYLOAD {
        return Err("more bytes than a payload may take");
    }
    let mut rest = bytes;
    let mut items = 0;
    // How many values are still to come, for each list, record or tag that is open.
    let mut open: Vec<u64> = vec![1];
    while let Some(left) = open.last_mut() {
        if *left == 0 {
            open.pop();
            continue;
        }
        *left -= 1;
        items += 1;
        if items > MAX_ITEMS {
            return Err("more values than a payload may hold");
        }
        let (major, argument) = head(&mut rest)?;
        match (major, argument) {
            (0 | 1, _) | (7, 20..=22) => {}
            (2 | 3, length) => {
                let length = usize::try_from(length).map_err(|_| "cut short")?;
                rest = rest.split_at_checked(length).ok_or("cut short")?.1;
            }
            (4, length) => open.push(length),
            (5, length) => open.push(length.checked_mul(2).ok_or("cut short")?),
            (6, tag) if TAGS.contains(&tag) => open.push(1),
            (6, _) => return Err("a tag that this format does not know"),
            _ => {
                return Err(
                    "a floating-point number, or another kind that this format does not know",
                );
            }
        }
        // The outermost one counts for nothing.
        if open.len() > MAX_DEPTH + 1 {
            return Err("deeper than a payload may be");
        }
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err("bytes after the end")
    }
}

/// The kind of the next value, and its number, length or tag.
fn head(rest: &mut &[u8]) -> Result<(u8, u64), &'static str> {
    fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], &'static str> {
        let (head, after) = rest.split_first_chunk::<N>().ok_or("cut short")?;
        *rest = after;
        Ok(*head)
    }
    let [initial] = take(rest)?;
    let (major, info) = (initial >> 5, initial & 31);
    let argument = match info {
        0..=23 => u64::from(info),
        // A simple value or a float of more bytes.
        24..=27 if major == 7 => u64::MAX,
        24 => u64::from(u8::from_be_bytes(take(rest)?)),
        25 => u64::from(u16::from_be_bytes(take(rest)?)),
        26 => u64::from(u32::from_be_bytes(take(rest)?)),
        27 => u64::from_be_bytes(take(rest)?),
        _ => return Err("a length that is not given beforehand"),
    };
    Ok((major, argument))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_bytes_are_refused_before_anything_is_built() {
        let nested = vec![0x81; 100_000];
        let many = [&[0x9a, 0xff, 0xff, 0xff, 0xff][..], &vec![0xf6; 300_000]].concat();
        for (bytes, why) in [
            (&[][..], "cut short"),
            (
                &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                "cut short",
            ),
            (
                &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                "cut short",
            ),
            (
                &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                "cut short",
            ),
            (&[0x9f, 0xff], "a length that is not given beforehand"),
            (&[0xc2, 0x41, 0x01], "a tag that this format does not know"),
            (&[0x00, 0x00], "bytes after the end"),
            (
                &[0xf9, 0x00, 0x00],
                "a floating-point number, or another kind that this format does not know",
            ),
            (&nested, "deeper than a payload may be"),
            (&many, "more values than a payload may hold"),
        ] {
            assert_eq!(check(bytes), Err(why));
            assert_eq!(read(bytes), Err(why));
        }
    }

    proptest! {
        #[test]
        fn what_passes_the_walk_can_be_built(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if check(&bytes).is_ok() {
                // Text that is not UTF-8 is all that is left to find.
                if let Ok(tree) = read(&bytes) {
                    prop_assert!(write(&tree).is_ok());
                }
            }
        }
    }
}
