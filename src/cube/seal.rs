//! A cube's checksum, kept in its own footer: a damaged file is refused before the engine takes it apart.

use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::{self, Write};

/// What stands before the checksum.
const MARK: &[u8] = b"giamtang:sha256:";

/// The characters of the checksum.
const LENGTH: usize = 64;

/// The text that the footer keeps until the file is sealed.
pub(super) fn blank() -> String {
    format!("{}{}", String::from_utf8_lossy(MARK), "0".repeat(LENGTH))
}

/// A file that is sealed while it is written: what comes before the footer is passed on at once.
pub(super) struct Sealing<'f>(RefCell<Parts<'f>>);

struct Parts<'f> {
    file: &'f mut dyn Write,
    sum: Sha256,
    footer: Option<Vec<u8>>,
    failure: Option<io::Error>,
}

impl<'f> Sealing<'f> {
    pub(super) fn new(file: &'f mut dyn Write) -> Self {
        Self(RefCell::new(Parts { file, sum: Sha256::new(), footer: None, failure: None }))
    }

    /// What comes from now on is kept until the seal is in it.
    pub(super) fn begin_footer(&self) {
        self.0.borrow_mut().footer = Some(Vec::new());
    }

    /// Why something before the footer could not be written.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.0.borrow_mut().failure.take()
    }

    /// Puts the checksum into its place and writes the footer.
    ///
    /// # Formula
    ///
    /// SHA-256 of all bytes, with zeros where the checksum stands.
    pub(super) fn finish(self) -> io::Result<()> {
        let Parts { file, mut sum, footer, .. } = self.0.into_inner();
        let mut footer = footer.unwrap_or_default();
        let place = place(&footer).ok_or_else(|| io::Error::other("the footer has no place for the checksum"))?;
        sum.update(&footer);
        footer[place].copy_from_slice(hex(sum).as_bytes());
        file.write_all(&footer)?;
        file.flush()
    }
}

impl Write for &Sealing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Parts { file, sum, footer, failure } = &mut *self.0.borrow_mut();
        if let Some(footer) = footer {
            footer.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        sum.update(bytes);
        if let Err(error) = file.write_all(bytes) {
            let kind = error.kind();
            *failure = Some(error);
            return Err(kind.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a file is as it was sealed; `None` where it has no seal.
pub(super) fn is_whole(bytes: &[u8]) -> Option<bool> {
    let place = place(bytes)?;
    Some(sum(bytes, place.clone()).as_bytes() == &bytes[place])
}

fn place(bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    // The footer is at the end, after all that a log has put into names.
    let start = bytes.windows(MARK.len()).rposition(|window| window == MARK)? + MARK.len();
    (start + LENGTH <= bytes.len()).then_some(start..start + LENGTH)
}

fn sum(bytes: &[u8], place: std::ops::Range<usize>) -> String {
    let mut hash = Sha256::new();
    for part in [&bytes[..place.start], "0".repeat(LENGTH).as_bytes(), &bytes[place.end..]] {
        hash.update(part);
    }
    hex(hash)
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_breaks_the_seal() {
        let mut whole = Vec::new();
        let sealing = Sealing::new(&mut whole);
        (&sealing).write_all(b"PAR1 some cells").unwrap();
        sealing.begin_footer();
        (&sealing).write_all(format!(" {} end PAR1", blank()).as_bytes()).unwrap();
        sealing.finish().unwrap();
        assert_eq!(is_whole(&whole), Some(true));
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_ne!(is_whole(&changed), Some(true), "{at}");
            assert_ne!(is_whole(&whole[..at]), Some(true), "{at}");
        }
        assert_eq!(is_whole(b"PAR1 PAR1"), None);
        assert!(Sealing::new(&mut Vec::new()).finish().is_err());
    }
}
