//! A cube's checksum, kept in its own footer: a damaged file is refused before the engine takes it apart.

use sha2::{Digest, Sha256};

/// What stands before the checksum.
const MARK: &[u8] = b"giamtang:sha256:";

/// The characters of the checksum.
const LENGTH: usize = 64;

/// The text that the footer keeps until the file is sealed.
pub(super) fn blank() -> String {
    format!("{}{}", String::from_utf8_lossy(MARK), "0".repeat(LENGTH))
}

/// Puts the checksum of a file into its place; `None` where there is none.
///
/// # Formula
///
/// SHA-256 of all bytes, with zeros where the checksum stands.
pub(super) fn sealed(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let place = place(&bytes)?;
    let sum = sum(&bytes, place.clone());
    bytes[place].copy_from_slice(sum.as_bytes());
    Some(bytes)
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
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_breaks_the_seal() {
        let whole = sealed(format!("PAR1 some cells {} end PAR1", blank()).into_bytes()).unwrap();
        assert_eq!(is_whole(&whole), Some(true));
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert_ne!(is_whole(&changed), Some(true), "{at}");
            assert_ne!(is_whole(&whole[..at]), Some(true), "{at}");
        }
        assert_eq!((is_whole(b"PAR1 PAR1"), sealed(Vec::new())), (None, None));
    }
}
