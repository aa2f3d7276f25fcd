//! Turning a text into UTF-8 while it is read, without the mark that some files begin with.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use std::io::{self, BufRead, BufReader, Read};

/// A text on its way to UTF-8.
pub(super) struct Decoded<R> {
    /// Until the first read, which looks for a mark.
    fresh: Option<(R, &'static Encoding)>,
    text: Option<Text<io::Chain<io::Cursor<Vec<u8>>, R>>>,
}

enum Text<R> {
    AsItIs(R),
    Turned(Turned<R>),
}

impl<R: Read> Decoded<R> {
    /// The text of these bytes; a mark among them goes before the encoding.
    pub(super) fn new(input: R, inner: &'static Encoding) -> Self {
        Self { fresh: Some((input, inner)), text: None }
    }

    fn begin(&mut self) -> io::Result<()> {
        let Some((input, inner)) = &mut self.fresh else { return Ok(()) };
        let mut head = mark(input)?;
        let (inner, length) = Encoding::for_bom(&head).unwrap_or((inner, 0));
        head.drain(..length);
        let input = self.fresh.take().map(|(input, _)| io::Cursor::new(head).chain(input));
        self.text = input.map(|input| match inner == UTF_8 {
            true => Text::AsItIs(input),
            false => Text::Turned(Turned::new(input, inner)),
        });
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.begin()?;
        match &mut self.text {
            Some(Text::AsItIs(text)) => text.read(into),
            Some(Text::Turned(text)) => text.read(into),
            None => Ok(0),
        }
    }
}

/// A text of another encoding, turned into UTF-8 block by block.
struct Turned<R> {
    input: BufReader<R>,
    decoder: Decoder,
    text: String,
    /// How much of the text has been read.
    at: usize,
    done: bool,
}

const BUFFER: usize = 128 << 10;

impl<R: Read> Turned<R> {
    fn new(input: R, inner: &'static Encoding) -> Self {
        let (input, text) = (BufReader::with_capacity(BUFFER, input), String::with_capacity(BUFFER));
        Self { input, decoder: inner.new_decoder_without_bom_handling(), text, at: 0, done: false }
    }

    fn turn(&mut self) -> io::Result<()> {
        let block = self.input.fill_buf()?;
        let last = block.is_empty();
        self.text.clear();
        self.at = 0;
        let (state, count, _) = self.decoder.decode_to_string(block, &mut self.text, last);
        self.done = last && state == CoderResult::InputEmpty;
        self.input.consume(count);
        Ok(())
    }
}

impl<R: Read> Read for Turned<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.done {
            self.turn()?;
        }
        let count = self.text.as_bytes().get(self.at..).unwrap_or_default().read(into)?;
        self.at += count;
        Ok(count)
    }
}

/// How many bytes a mark of the encoding has, at most.
const MARK: usize = 3;

/// The first bytes, as many as a mark may have.
pub(super) fn mark(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(MARK);
    input.take(MARK as u64).read_to_end(&mut head)?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GBK, ISO_2022_JP, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
    use proptest::prelude::*;

    /// The text in UTF-8, given and read in pieces of so many bytes.
    fn decoded(bytes: &[u8], inner: &'static Encoding, piece: usize) -> Vec<u8> {
        let mut reader = Decoded::new(BufReader::with_capacity(piece, bytes), inner);
        let (mut all, mut into) = (Vec::new(), vec![0; piece]);
        loop {
            match reader.read(&mut into).expect("memory") {
                0 => return all,
                count => all.extend(&into[..count]),
            }
        }
    }

    #[test]
    fn utf_8_passes_as_it_is() {
        for bytes in [&b""[..], b"\xef", b"\xef\xbb", b"a\xef\xbb\xbf", b"ab\xff\n\xc6"] {
            assert_eq!(decoded(bytes, UTF_8, 2), bytes);
        }
        assert_eq!(decoded(b"\xef\xbb\xbf\xef\xbb\xbf", UTF_8, 1), b"\xef\xbb\xbf");
    }

    #[test]
    fn other_encodings_become_utf_8() {
        let cases: [(&[u8], &'static Encoding, &str); 7] = [
            (b"", UTF_16LE, ""),
            (b"\xd0\xf4\xecng", WINDOWS_1258, "Đô\u{301}ng"),
            (b"caf\xe9 5 \x80", WINDOWS_1252, "café 5 €"),
            (b"\xa1\x1e=\xd8\0\xde", UTF_16LE, "ạ😀"),
            (b"\x1e\xa1\xd8=\xde\0", UTF_16BE, "ạ😀"),
            // A character cut off by the end, and half a pair.
            (b"a\0b", UTF_16LE, "a\u{fffd}"),
            (b"=\xd8a\0", UTF_16LE, "\u{fffd}a"),
        ];
        for (bytes, inner, text) in cases {
            assert_eq!(decoded(bytes, inner, 1), text.as_bytes(), "{bytes:?}");
        }
    }

    #[test]
    fn a_mark_is_removed_and_goes_before_the_encoding() {
        let marked: [&[u8]; 3] = [b"\xef\xbb\xbf\xc4\x90", b"\xff\xfe\x10\x01", b"\xfe\xff\x01\x10"];
        for bytes in marked {
            for inner in [UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1258] {
                assert_eq!(decoded(bytes, inner, 1), "Đ".as_bytes(), "{bytes:?}");
            }
        }
    }

    #[test]
    fn a_failing_file_fails_again() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::TimedOut.into())
            }
        }
        for inner in [UTF_8, WINDOWS_1258] {
            let mut reader = Decoded::new(Broken, inner);
            assert!(reader.read(&mut [0; 8]).is_err() && reader.read(&mut [0; 8]).is_err());
            let mut reader = Decoded::new((&b"abcdef"[..]).chain(Broken), inner);
            assert!(reader.read_to_end(&mut Vec::new()).is_err() && reader.read(&mut [0; 8]).is_err());
        }
    }

    #[test]
    fn a_text_longer_than_the_buffers_comes_out_whole() {
        let text = "ả1,".repeat(BUFFER);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decoded(&bytes, UTF_16LE, 4_099) == text.as_bytes());
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes in prop::collection::vec(any::<u8>(), 0..200), piece in 1_usize..8) {
            prop_assume!(Encoding::for_bom(&bytes).is_none());
            for inner in [UTF_16LE, UTF_16BE, WINDOWS_1258, WINDOWS_1252, GBK, SHIFT_JIS, ISO_2022_JP] {
                let (text, ..) = inner.decode(&bytes);
                prop_assert_eq!(decoded(&bytes, inner, piece), text.as_bytes(), "{}", inner.name());
            }
            prop_assert_eq!(decoded(&bytes, UTF_8, piece), bytes);
        }
    }
}
