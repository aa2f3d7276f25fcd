//! Unpacking gzip: all its members, to the last byte, and no further than is sound.
//!
//! What is cut off, damaged, followed by something else or far larger than it looks is an error that stays.

use super::plain;
use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, ErrorKind, Read};

/// How a gzip file begins.
pub(in crate::ingest) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Unpacked bytes up to which a gzip may be as small as it likes.
const FREE: u64 = 256 << 20;

/// Above that, the most unpacked bytes to one packed byte.
///
/// Logs come to 5 to 50, nothing but zeros to 1,030.
const RATIO: u64 = 200;

/// The members of a gzip, one after another.
pub(super) struct Unpacked<R> {
    /// None after the last.
    member: Option<GzDecoder<Counted<R>>>,
    finished: u64,
    packed: u64,
    unpacked: u64,
    /// Asked once more after an error, the decoder would say that the data end.
    fault: Option<String>,
}

impl<R: BufRead> Unpacked<R> {
    /// What these bytes unpack to.
    pub(super) fn new(packed: R) -> Self {
        let member = Some(GzDecoder::new(Counted { inner: packed, count: 0 }));
        Self { member, finished: 0, packed: 0, unpacked: 0, fault: None }
    }

    fn step(&mut self, into: &mut [u8]) -> std::result::Result<usize, String> {
        while let Some(member) = &mut self.member {
            let read = member.read(into);
            self.packed = member.get_ref().count;
            match read.map_err(|error| self.damage(&error))? {
                0 => self.turn()?,
                count => return self.bounded(count),
            }
        }
        Ok(0)
    }

    /// Goes on to the next member, if there is one.
    fn turn(&mut self) -> std::result::Result<(), String> {
        let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else { return Ok(()) };
        self.finished += 1;
        let next = rest.fill_buf().map_err(|error| plain(&error))?.first().copied();
        match next {
            None => Ok(()),
            Some(byte) if GZIP.starts_with(&[byte]) => {
                self.member = Some(GzDecoder::new(rest));
                Ok(())
            }
            Some(_) => Err(format!("something else follows the compressed data, at byte {}", rest.count)),
        }
    }

    fn bounded(&mut self, count: usize) -> std::result::Result<usize, String> {
        self.unpacked = self.unpacked.saturating_add(count as u64);
        match self.unpacked > FREE && self.unpacked > self.packed.saturating_mul(RATIO) {
            true => Err(format!("it unpacks to more than {RATIO} times its size; unpack it and look at it first")),
            false => Ok(count),
        }
    }

    fn damage(&self, error: &io::Error) -> String {
        let byte = self.packed;
        match error.kind() {
            ErrorKind::UnexpectedEof => format!("the compressed data end too early, at byte {byte}"),
            _ if error.raw_os_error().is_some() => plain(error),
            _ if error.to_string().contains("checksum") => {
                format!("the compressed data are damaged before byte {byte} (checksum)")
            }
            _ if self.finished > 0 => format!("the compressed data, or what follows them, are damaged at byte {byte}"),
            _ => format!("the compressed data are damaged at byte {byte}"),
        }
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        if self.fault.is_none() {
            match self.step(into) {
                Ok(count) => return Ok(count),
                Err(why) => self.fault = Some(why),
            }
        }
        Err(refused(self.fault.clone().unwrap_or_default()))
    }
}

/// Counts what is consumed.
///
/// It is never interrupted, because the decoder would take the interruption of a header for the end.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while matches!(self.inner.fill_buf(), Err(error) if error.kind() == ErrorKind::Interrupted) {}
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.count = self.count.saturating_add(count as u64);
        self.inner.consume(count);
    }
}

/// An error of giamtang's own, in plain words.
pub(super) fn refused(why: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text).expect("memory");
        packed.finish().expect("memory")
    }

    /// What can be read, and the error that ended it.
    fn read(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut unpacked = Unpacked::new(bytes);
        let mut all = Vec::new();
        let error = unpacked.read_to_end(&mut all).err().map(|error| plain(&error));
        // An error stays one, however often it is asked for.
        assert_eq!(unpacked.read_to_end(&mut Vec::new()).err().map(|error| plain(&error)), error);
        (all, error)
    }

    #[test]
    fn a_gzip_cut_anywhere_ends_too_early() {
        let text: Vec<u8> =
            (0..5_000_u32).flat_map(|row| format!("{row},{}\n", row.wrapping_mul(7_919)).into_bytes()).collect();
        let whole = gzip(&text);
        let middle = (20..whole.len() - 20).step_by(1_009);
        for cut in (2..20).chain(middle).chain(whole.len() - 20..whole.len()) {
            let (got, error) = read(&whole[..cut]);
            assert!(text.starts_with(&got));
            assert_eq!(error, Some(format!("the compressed data end too early, at byte {cut}")));
        }
        let second = [whole.clone(), whole[..1].to_vec()].concat();
        assert!(read(&second).1.is_some_and(|why| why.starts_with("the compressed data end too early")));
    }

    #[test]
    fn a_damaged_gzip_is_an_error_wherever_the_damage_is() {
        let whole = gzip(b"case_id,unit\n1,Ba Vi\n2,Ba Vi\n");
        let last = whole.len() - 1;
        for at in [2, last - 7, last] {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let why = read(&bytes).1.unwrap_or_default();
            assert!(why.starts_with("the compressed data are damaged"), "{at}: {why}");
            assert_eq!(why.ends_with("(checksum)"), at > 2, "{at}: {why}");
        }
        for at in 10..last {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            assert!(read(&bytes).1.is_some_and(|why| why.starts_with("the compressed data ")), "{at}");
        }
    }

    #[test]
    fn what_follows_the_last_member_is_an_error() {
        let whole = gzip(b"a,b\n");
        for rest in [&b"\n"[..], b"\0\0\0\0", b"a long line of something else\n"] {
            let (text, error) = read(&[&whole, rest].concat());
            assert_eq!(text, b"a,b\n");
            assert_eq!(error, Some(format!("something else follows the compressed data, at byte {}", whole.len())));
        }
        let error = read(&[&whole[..], b"\x1f a long line of something else\n"].concat()).1;
        assert!(error.is_some_and(|why| why.starts_with("the compressed data, or what follows them, are damaged")));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        let zeros = vec![0; 4 << 20];
        (0..100).for_each(|_| packed.write_all(&zeros).expect("memory"));
        let bomb = packed.finish().expect("memory");
        let mut unpacked = Unpacked::new(&bomb[..]);
        let mut block = vec![0; 128 << 10];
        let (mut size, error) = (0, "it unpacks to more than 200 times its size; unpack it and look at it first");
        let why = loop {
            match unpacked.read(&mut block) {
                Ok(count) => size += count as u64,
                Err(why) => break why,
            }
            assert!(size > 0 && size <= FREE, "{size}");
        };
        assert_eq!((why.kind(), why.to_string().as_str()), (ErrorKind::InvalidData, error));
    }
}
