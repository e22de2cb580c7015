//! One changed bit anywhere in the files is either reported with its place, or changes nothing that is stored. It never loses
//! an acknowledged block in silence, and never makes anything panic.

mod support;

use std::ops::Range;

use futures::TryStreamExt as _;
use parcours_log::contract::{append, append_some};
use parcours_log::{Block, Log, LogError, Position, format};
use parcours_segments::{Config, SegmentLog, verify};
use support::{Image, folder_of, image_of};
use tempfile::TempDir;

/// A log of some segments, closed in good order.
struct Sound {
    image: Image,
    blocks: Vec<(Position, Block)>,
}

fn config(folder: &TempDir) -> Config {
    Config {
        segment_bytes: 4096,
        reserve: 0,
        readers: 1,
        ..Config::new(folder.path())
    }
}

async fn sound() -> Sound {
    let folder = TempDir::new().expect("there is room for a folder");
    let log = SegmentLog::open(config(&folder))
        .await
        .expect("an empty folder can be opened");
    let blocks = append_some(&log, 20).await;
    log.close().await.expect("it closes in good order");
    Sound {
        image: image_of(folder.path()),
        blocks,
    }
}

impl Sound {
    /// The bytes of a file that must be right: its header and its blocks. The others are marks, rolls and unused space.
    fn needed(&self, name: &str) -> Vec<Range<usize>> {
        let base = u64::from_str_radix(&name[..16], 16).expect("a segment is named by its base");
        let end = base + self.image[name].len() as u64;
        let inside = self
            .blocks
            .iter()
            .filter(|(position, _)| (base..end).contains(&position.to_u64()));
        let blocks = inside.map(|(position, block)| {
            let offset = (position.to_u64() - base) as usize;
            offset..offset + 32 + format::v1::encoded_len(block) as usize
        });
        std::iter::once(0..96).chain(blocks).collect()
    }
}

/// A bit of each byte, another for each.
fn bit(offset: usize) -> u8 {
    1 << (offset.wrapping_mul(0x9E37_79B9) >> 7 & 7)
}

#[tokio::test]
async fn verifying_reports_every_flipped_bit_where_it_is() {
    let sound = sound().await;
    let folder = folder_of(&sound.image);
    assert!(
        sound.image.len() >= 2,
        "the test needs a finished segment and one in hand"
    );
    for (name, bytes) in &sound.image {
        let needed = sound.needed(name);
        let path = folder.path().join(name);
        let mut changed = bytes.clone();
        for offset in 0..bytes.len() {
            let inside = needed.iter().find(|range| range.contains(&offset));
            // Of unused space, a byte in sixteen.
            if inside.is_none() && bytes[offset] == 0 && offset % 16 != 0 {
                continue;
            }
            changed[offset] ^= bit(offset);
            std::fs::write(&path, &changed).expect("the file can be written");
            changed[offset] = bytes[offset];

            let report = verify(folder.path(), |_, _| ()).expect("the files can be read");
            let places = if inside.is_some() {
                &report.problems
            } else {
                &report.remarks
            };
            let start = inside.map_or(0, |range| range.start) as u64;
            let named = places.iter().any(|damage| {
                damage.place == path.display().to_string()
                    && damage
                        .offset
                        .is_some_and(|found| (start..=offset as u64).contains(&found))
            });
            assert!(named, "{name} at byte {offset}: {report:?}");
            assert_eq!(
                report.is_sound(),
                inside.is_none(),
                "{name} at byte {offset}: {report:?}"
            );
        }
        std::fs::write(&path, bytes).expect("the file can be written");
    }
    assert!(
        verify(folder.path(), |_, _| ())
            .expect("the files can be read")
            .is_sound()
    );
}

#[tokio::test]
async fn opening_and_reading_give_every_block_or_name_the_damage() {
    let sound = sound().await;
    let last = sound.image.keys().next_back().expect("there are segments");
    for (name, bytes) in &sound.image {
        let needed = sound.needed(name);
        for offset in (0..bytes.len()).step_by(5) {
            let inside = needed.iter().any(|range| range.contains(&offset));
            if !inside && bytes[offset] == 0 && offset % 3 != 0 {
                continue;
            }
            let mut image = sound.image.clone();
            image.get_mut(name).expect("it is there")[offset] ^= bit(offset);
            let folder = folder_of(&image);
            let path = folder.path().join(name).display().to_string();
            let named = |error: &LogError| matches!(error, LogError::Corrupt(damage) if damage.place == path);

            let log = match SegmentLog::open(config(&folder)).await {
                Ok(log) => log,
                Err(error) => {
                    assert!(inside && named(&error), "{name} at byte {offset}: {error}");
                    continue;
                }
            };
            assert!(
                !(inside && name == last),
                "{name} at byte {offset}: opened over a damaged block"
            );
            assert_eq!(
                log.head().position,
                sound.blocks[19].0,
                "{name} at byte {offset}"
            );
            match log.read(Position::START).try_collect::<Vec<_>>().await {
                Ok(blocks) => assert!(
                    !inside && blocks == sound.blocks,
                    "{name} at byte {offset}: not what was written"
                ),
                Err(error) => assert!(inside && named(&error), "{name} at byte {offset}: {error}"),
            }
            // It goes on, and the last segment is mended.
            append(&log, 1, 1).await;
        }
    }
}
