//! The page headers of a Parquet file, looked at before the engine believes them.
//!
//! The engine sets memory aside by what a header claims; a damaged one may claim 2⁶¹ bytes, which ends the program. A
//! header is a struct of Thrift's compact protocol; of it only sizes and numbers of values are read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// A header with its statistics is small; a larger one is no header.
const LONGEST: usize = 1 << 20;

/// Structs inside each other in a header: its own statistics, and those to come.
const DEEPEST: u8 = 8;

/// The rows of a group: more would not fit into memory, whatever they hold.
pub(super) const MOST_ROWS: usize = 1 << 28;

/// Why the pages of a column chunk cannot be believed; `None` where they can.
///
/// # Formula
///
/// Pages fill the chunk one after another; none has fewer than no values or bytes, or more than the chunk.
pub(super) fn doubt(file: &mut File, chunk: Range<u64>, values: i64) -> io::Result<Option<&'static str>> {
    let (mut at, mut left) = (chunk.start, values);
    while at < chunk.end {
        let Some((page, length)) = header(file, at, chunk.end)? else { return Ok(Some("a page has no header")) };
        let Some(size) = u64::try_from(page.size).ok().filter(|_| page.unpacked >= 0 && page.values >= 0) else {
            return Ok(Some("a page has less than nothing"));
        };
        // Of a dictionary's values each takes a byte at least, or they are as many as the rows.
        let most = if page.is_data { left } else { values.max(page.unpacked) };
        if page.values > most {
            return Ok(Some("a page has more values than its column"));
        }
        left -= if page.is_data { page.values } else { 0 };
        at = at.saturating_add(length as u64).saturating_add(size);
    }
    Ok((at > chunk.end).then_some("a page is longer than its column"))
}

/// What a page says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    unpacked: i64,
    size: i64,
    values: i64,
    is_data: bool,
}

/// The header at a place of the file and its length; `None` where there is none.
fn header(file: &mut File, at: u64, end: u64) -> io::Result<Option<(Page, usize)>> {
    let mut bytes = Vec::new();
    let mut wanted = 1 << 12;
    loop {
        file.seek(SeekFrom::Start(at))?;
        bytes.clear();
        let room = usize::try_from(end - at).unwrap_or(usize::MAX).min(wanted);
        file.by_ref().take(room as u64).read_to_end(&mut bytes)?;
        let mut thrift = Thrift { bytes: &bytes, at: 0 };
        if let Some(page) = thrift.page() {
            return Ok(Some((page, thrift.at)));
        }
        if bytes.len() < wanted || wanted >= LONGEST {
            return Ok(None);
        }
        wanted *= 16;
    }
}

/// Bytes of Thrift's compact protocol.
struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Thrift<'_> {
    fn page(&mut self) -> Option<Page> {
        let (mut page, mut id) = (Page::default(), 0);
        while let Some(kind) = self.field(&mut id)? {
            match (id, kind) {
                (2, 5) => page.unpacked = self.number()?,
                (3, 5) => page.size = self.number()?,
                // The header of data in either version, and that of a dictionary.
                (5 | 7 | 8, 12) => {
                    page.is_data = id != 7;
                    page.values = self.values()?;
                }
                _ => self.skip(kind, DEEPEST)?,
            }
        }
        Some(page)
    }

    /// The first field of a page's own header: its number of values.
    fn values(&mut self) -> Option<i64> {
        let (mut values, mut id) = (0, 0);
        while let Some(kind) = self.field(&mut id)? {
            match (id, kind) {
                (1, 5) => values = self.number()?,
                _ => self.skip(kind, DEEPEST)?,
            }
        }
        Some(values)
    }

    /// The kind of the next field, whose number goes into `id`; none where the struct ends.
    fn field(&mut self, id: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        let (delta, kind) = (i64::from(byte >> 4), byte & 15);
        *id = match (delta, kind) {
            (_, 0) => return Some(None),
            (0, _) => self.number()?,
            _ => id.checked_add(delta)?,
        };
        Some(Some(kind))
    }

    fn skip(&mut self, kind: u8, deeper: u8) -> Option<()> {
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let length = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                let deeper = deeper.checked_sub(1)?;
                // A flag inside a list takes a byte.
                let kind = if matches!(head & 15, 1 | 2) { 3 } else { head & 15 };
                (0..length).try_for_each(|_| self.skip(kind, deeper))
            }
            12 => {
                let (mut id, deeper) = (0, deeper.checked_sub(1)?);
                while let Some(kind) = self.field(&mut id)? {
                    self.skip(kind, deeper)?;
                }
                Some(())
            }
            // A map stands in no header.
            _ => None,
        }
    }

    fn pass(&mut self, length: usize) -> Option<()> {
        self.at = self.at.checked_add(length).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at)?;
        self.at += 1;
        Some(*byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    /// A number with a sign, which stands in its last bit.
    fn number(&mut self) -> Option<i64> {
        let zigzag = self.varint()?;
        Some((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Field 1 type data (0), 2 unpacked 10, 3 size 3, 5 { 1 values 4, 2 encoding 0 }: numbers are doubled, as ZigZag has it.
    const DATA: [u8; 13] = [0x15, 0, 0x15, 20, 0x15, 6, 0x2c, 0x15, 8, 0x15, 0, 0, 0];

    fn doubted(bytes: &[u8], values: i64) -> Option<&'static str> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        doubt(&mut file, 0..bytes.len() as u64, values).unwrap()
    }

    #[test]
    fn pages_that_fill_their_column_are_believed() {
        let page = [&DATA[..], b"abc"].concat();
        assert_eq!(doubted(&page, 4), None);
        assert_eq!(doubted(&page.repeat(3), 12), None);
        assert_eq!(doubted(b"", 0), None);
    }

    #[test]
    fn claims_that_cannot_be_are_doubted() {
        let page = [&DATA[..], b"abc"].concat();
        assert_eq!(doubted(&page, 3), Some("a page has more values than its column"));
        assert_eq!(doubted(&page.repeat(3), 11), Some("a page has more values than its column"));
        assert_eq!(doubted(&page[..15], 4), Some("a page is longer than its column"));
        assert_eq!(doubted(&page[..12], 4), Some("a page has no header"));
        let mut negative = page.clone();
        negative[8] = 7;
        assert_eq!(doubted(&negative, 4), Some("a page has less than nothing"));
        assert_eq!(doubted(&[0xff; 99], 4), Some("a page has no header"));
        // Lists inside lists are as deep as the header allows, and no deeper.
        assert_eq!(doubted(&[0x99; 99], 4), Some("a page has no header"));
    }

    #[test]
    fn no_bytes_stop_it() {
        let page = [&DATA[..], b"abc"].concat();
        for at in 0..page.len() {
            for byte in 0..=255 {
                let mut changed = page.clone();
                changed[at] = byte;
                doubted(&changed, 4);
            }
        }
    }
}
