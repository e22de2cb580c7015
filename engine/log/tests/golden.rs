//! Blocks written by every format version that ever shipped stay readable. Never change these files: add new ones.

use parcours_log::{Block, Commit, Hash, StreamId, format};

const V1: &[u8] = include_bytes!("golden/v1-two-commits.block");
const V1_EMPTY: &[u8] = include_bytes!("golden/v1-first-and-empty.block");

fn two_commits() -> Block {
    Block {
        previous: Hash::from_bytes([0x5a; 32]),
        commits: vec![
            Commit {
                partition: 63,
                stream: StreamId(*b"0123456789abcdef"),
                recorded_at: 1_741_254_896_000_001,
                payload: "un évènement, scellé ailleurs".into(),
            },
            Commit {
                partition: 0,
                stream: StreamId([0xff; 16]),
                recorded_at: -1,
                payload: vec![],
            },
        ],
    }
}

#[test]
fn format_1_is_read_for_ever() {
    assert_eq!(format::decode(V1), Ok(two_commits()));
    assert_eq!(
        format::decode(V1_EMPTY),
        Ok(Block {
            previous: Hash::ZERO,
            commits: vec![]
        })
    );
}

#[test]
fn the_hash_of_a_stored_block_never_changes() {
    assert_eq!(
        Hash::of(V1).to_string(),
        "1c9a22567fd10e1241db148bf30a7364df91cf5d9f1e531fb460ae1c82cec0c3"
    );
    assert_eq!(
        Hash::of(V1_EMPTY).to_string(),
        "ebb128c52912bfac8ce2512b69192f44ca262abd28e6988e7e17e16bf6235a91"
    );
}

#[test]
fn format_1_is_still_what_is_written() {
    assert_eq!(format::encode(&two_commits()).as_deref(), Ok(V1));
    assert_eq!(
        format::encode(&Block {
            previous: Hash::ZERO,
            commits: vec![]
        })
        .as_deref(),
        Ok(V1_EMPTY)
    );
}
