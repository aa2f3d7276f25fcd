//! The bytes of an XML file as its reader may see them: always UTF-8, and no piece of it larger than memory allows.

use std::io::{self, BufRead, ErrorKind, Read};

use crate::ingest::rows::UNDECODED;

/// The bytes that one tag, comment or text between two tags may have.
const LARGEST: usize = 16 << 20;

/// An input that is UTF-8 throughout, and whose pieces have a largest size.
///
/// Bytes that are no text are [`UNDECODED`]; a piece of more than 16 MiB is an error.
/// The XML reader refuses a whole file for one wrong byte, and collects a tag without any limit.
pub(super) struct Input<R> {
    bytes: R,
    taken: u64,
    /// How many bytes the present piece may still have.
    left: usize,
    /// How many of the bytes that are ready are known to be UTF-8.
    sound: usize,
    /// One character that is handed out in place of bytes already taken.
    patch: [u8; 4],
    patch_start: usize,
    patch_end: usize,
}

impl<R: BufRead> Input<R> {
    /// The input at its start.
    pub(super) fn new(bytes: R) -> Self {
        Self { bytes, taken: 0, left: LARGEST, sound: 0, patch: [0; 4], patch_start: 0, patch_end: 0 }
    }

    /// How many of its bytes were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes white space and begins the next piece, whose first byte is the next one.
    pub(super) fn begin_piece(&mut self) -> io::Result<()> {
        loop {
            self.left = LARGEST;
            let ready = match self.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                ready => ready?,
            };
            let blanks = ready.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            if blanks == 0 {
                return Ok(());
            }
            self.consume(blanks);
        }
    }

    /// Looks at what is ready next: text, or a character to be put together.
    fn look(&mut self) -> io::Result<()> {
        let ready = self.bytes.fill_buf()?;
        self.sound = match simdutf8::compat::from_utf8(ready) {
            Ok(_) => ready.len(),
            Err(wrong) => wrong.valid_up_to(),
        };
        match self.sound == 0 && !ready.is_empty() {
            true => self.mend(),
            false => Ok(()),
        }
    }

    /// Takes one character that the end of a chunk cuts, or bytes that are none.
    fn mend(&mut self) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(4);
        while let Some(byte) = self.peek()? {
            bytes.push(byte);
            let wrong = match std::str::from_utf8(&bytes) {
                Ok(_) => {
                    self.take_one();
                    self.patch_with(&bytes);
                    return Ok(());
                }
                Err(wrong) => wrong.error_len().is_some(),
            };
            if !wrong || bytes.len() == 1 {
                self.take_one();
            }
            if wrong {
                break;
            }
        }
        let mut mark = [0; 4];
        self.patch_with(UNDECODED.encode_utf8(&mut mark).as_bytes());
        Ok(())
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.bytes.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                ready => return Ok(ready?.first().copied()),
            }
        }
    }

    fn take_one(&mut self) {
        self.bytes.consume(1);
        self.taken += 1;
    }

    fn patch_with(&mut self, character: &[u8]) {
        self.patch_start = 0;
        self.patch_end = character.len().min(self.patch.len());
        self.patch.iter_mut().zip(character).for_each(|(to, from)| *to = *from);
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.patch_start == self.patch_end && self.sound == 0 {
            self.look()?;
        }
        let ready = match self.patch.get(self.patch_start..self.patch_end) {
            Some(patch) if !patch.is_empty() => patch,
            _ if self.sound == 0 => return Ok(&[]),
            _ => {
                let ready = self.bytes.fill_buf()?;
                ready.get(..self.sound).unwrap_or(ready)
            }
        };
        if self.left == 0 {
            return Err(io::Error::other("a tag, comment or text has more than 16 MiB"));
        }
        Ok(ready.get(..self.left).unwrap_or(ready))
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        if self.patch_start < self.patch_end {
            self.patch_start = self.patch_end.min(self.patch_start.saturating_add(count));
            return;
        }
        let count = count.min(self.sound);
        self.sound -= count;
        self.taken += count as u64;
        self.bytes.consume(count);
    }
}

impl<R: BufRead> Read for Input<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut ready = self.fill_buf()?;
        let count = ready.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn text(bytes: &[u8], chunk: usize) -> String {
        let mut all = Vec::new();
        Input::new(BufReader::with_capacity(chunk, bytes)).read_to_end(&mut all).expect("memory does not fail");
        String::from_utf8(all).expect("it is UTF-8")
    }

    #[test]
    fn whatever_comes_in_what_goes_out_is_text() {
        let marked = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\u{FFFD}', "\u{FFFE}");
        let inputs: [&[u8]; 9] = [
            b"",
            b"plain",
            "Đã trả kết quả 🦀".as_bytes(),
            b"\xFF",
            b"a\xC3",
            b"\xE1\xBAx",
            b"\xF0\x9F\xA6",
            b"\xED\xA0\x80\x80",
            b"x\xC0\xAFy\xF5z",
        ];
        for input in inputs {
            for chunk in 1..=9 {
                assert_eq!(text(input, chunk), marked(input), "{input:?} in chunks of {chunk}");
            }
        }
    }

    #[test]
    fn bytes_are_counted_as_they_came() {
        let mut input = Input::new(BufReader::with_capacity(2, &b" \n<\xFF\xC4\x90>"[..]));
        input.begin_piece().expect("memory does not fail");
        assert_eq!(input.taken(), 2);
        input.read_to_end(&mut Vec::new()).expect("memory does not fail");
        assert_eq!(input.taken(), 7);
    }

    #[test]
    fn a_piece_may_have_16_mib_and_white_space_before_it_counts_for_none() {
        let mut blanks = vec![b' '; LARGEST];
        blanks.extend(vec![b'x'; LARGEST]);
        let mut input = Input::new(&blanks[..]);
        input.begin_piece().expect("memory does not fail");
        input.read_exact(&mut vec![0; LARGEST]).expect("it is not too large");
        assert_eq!(input.fill_buf().expect("the end is no piece"), b"");

        let endless = BufReader::new(io::repeat(b'x'));
        let refused = Input::new(endless).read_to_end(&mut Vec::new()).expect_err("it is too large");
        assert!(refused.to_string().contains("more than 16 MiB"));
    }
}
