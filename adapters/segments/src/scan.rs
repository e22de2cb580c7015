//! Walks the records of one segment, and says what each stretch of bytes is. Recovery and verification both stand on it.

use crate::record::{self, HEADER, Header, Kind, RECORD, Record};

/// What comes next in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// A block; `mark` says what is in the place of the mark after it.
    Block {
        record: Record<'a>,
        offset: u64,
        mark: MarkState,
    },
    /// Bytes that are no record, though a record follows at `until`: what was there is damaged.
    Damaged { offset: u64, until: u64, block: u64 },
    /// The segment is finished; what follows it at `offset` should be zeros.
    Rolled { offset: u64, clean: bool },
    /// Nothing valid follows. Unless `clean`, some bytes after `offset` aren't zero: a write that was never finished.
    End { offset: u64, clean: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkState {
    Written,
    /// Still zeros: the crash came between the block and its mark.
    Missing,
    Broken,
}

/// The walk itself; it ends after `Rolled` or `End`.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    image: &'a [u8],
    header: Header,
    at: usize,
    /// The number that the next block should have.
    next: u64,
    /// The record that was found behind damage, to go on with.
    found: Option<Record<'a>>,
    done: bool,
}

impl<'a> Scan<'a> {
    /// `image` is the whole file, and `header` what it begins with.
    pub(crate) fn new(image: &'a [u8], header: Header) -> Self {
        Self {
            image,
            header,
            at: HEADER as usize,
            next: header.first,
            found: None,
            done: false,
        }
    }

    /// The number that the block after the last one seen has.
    pub(crate) fn next_number(&self) -> u64 {
        self.next
    }

    fn rest(&self) -> &'a [u8] {
        self.image.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, record: Record<'a>) -> Item<'a> {
        let offset = self.at as u64;
        self.at += record.len() as usize;
        match record.kind {
            Kind::Block => {
                self.next = record.number.saturating_add(1);
                let slot = self.rest().get(..RECORD as usize).unwrap_or_default();
                let mark = match record::decode(
                    slot,
                    self.header.base + self.at as u64,
                    &self.header.salt,
                ) {
                    Some(mark) if mark.kind == Kind::Mark && mark.number == record.number => {
                        MarkState::Written
                    }
                    _ if is_zero(slot) => MarkState::Missing,
                    _ => MarkState::Broken,
                };
                self.at += slot.len();
                Item::Block {
                    record,
                    offset,
                    mark,
                }
            }
            // Only reached behind damage: marks are otherwise taken with their block.
            Kind::Mark => {
                self.next = record.number.saturating_add(1);
                self.step()
            }
            Kind::Roll => {
                self.done = true;
                Item::Rolled {
                    offset,
                    clean: is_zero(self.rest()),
                }
            }
        }
    }

    fn step(&mut self) -> Item<'a> {
        if let Some(record) = self.found.take() {
            return self.take(record);
        }
        let address = self.header.base + self.at as u64;
        if let Some(record) = record::decode(self.rest(), address, &self.header.salt) {
            let expected = match record.kind {
                Kind::Block => record.number == self.next,
                Kind::Roll => record.number.checked_add(1) == Some(self.next),
                Kind::Mark => false,
            };
            if expected {
                return self.take(record);
            }
        }
        let (offset, block) = (self.at as u64, self.next);
        if let Some((distance, record)) = record::find(self.rest(), address, &self.header.salt) {
            self.at += distance;
            self.found = Some(record);
            return Item::Damaged {
                offset,
                until: self.at as u64,
                block,
            };
        }
        self.done = true;
        Item::End {
            offset,
            clean: is_zero(self.rest()),
        }
    }
}

impl<'a> Iterator for Scan<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        (!self.done).then(|| self.step())
    }
}

/// Whether the bytes are as the segment was made.
pub(crate) fn is_zero(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    words.iter().all(|word| *word == [0; 8]) && rest.iter().all(|byte| *byte == 0)
}
