//! What tells Vietnamese in windows-1258 from Western languages in Latin-1.
//!
//! The two encodings differ in fourteen letters; Vietnamese sets them in pairs that Western languages do not write.

/// What speaks for and against windows-1258.
///
/// Only the letters in which it differs from Latin-1 are looked at.
///
/// The general detector knows Vietnamese in small letters, mostly from one word on. It takes capitals for Turkish or
/// Western text, however many there are, and offices write names in capitals. Ten words of any case have signs enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Letters that are others in the two encodings.
    letters: usize,
    /// Pairs that Vietnamese writes and Western languages do not.
    signs: usize,
    /// Tones with no vowel to stand on.
    against: usize,
}

impl Signs {
    /// Those of a text; its first byte only stands before the second.
    pub(super) fn of(sample: &[u8]) -> Self {
        let mut all = Self::default();
        for pair in sample.windows(2) {
            let &[before, at] = pair else { continue };
            all.letters += usize::from(is_tone(at) || is_other_letter(at));
            all.signs += usize::from(is_sign(before, at));
            all.against += usize::from(is_tone(at) && !is_vowel(before));
        }
        all
    }

    /// Whether it is Vietnamese, where the signs tell.
    pub(super) fn verdict(self) -> Option<bool> {
        match self {
            // Both encodings read the same text.
            Self { letters: 0, .. } => Some(false),
            // Ten Vietnamese words have at least a quarter, as a rule more than half; Western text has next to none.
            Self { letters, signs, against } if 4 * signs > letters && signs >= 9 * against => Some(true),
            Self { signs, against, .. } if against > signs => Some(false),
            _ => None,
        }
    }
}

/// The tones of windows-1258, each after its vowel. In Latin-1: Ì Ò Þ ì ò.
///
/// Grave, hook, tilde, acute and dot, in this order.
fn is_tone(byte: u8) -> bool {
    matches!(byte, 0xcc | 0xd2 | 0xde | 0xec | 0xf2)
}

/// Ă Đ Ơ Ư ă đ ơ ư and the đồng's sign. In Latin-1: Ã Ð Õ Ý ã ð õ ý þ.
fn is_other_letter(byte: u8) -> bool {
    matches!(byte, 0xc3 | 0xd0 | 0xd5 | 0xdd | 0xe3 | 0xf0 | 0xf5 | 0xfd | 0xfe)
}

/// Â Ă Ê Ô Ơ Ư in capitals or not. In Latin-1: Â Ã Ê Ô Õ Ý.
fn is_marked_vowel(byte: u8) -> bool {
    matches!(byte | 0x20, 0xe2 | 0xe3 | 0xea | 0xf4 | 0xf5 | 0xfd)
}

fn is_vowel(byte: u8) -> bool {
    b"aeiouy".contains(&byte.to_ascii_lowercase()) || is_marked_vowel(byte)
}

fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte >= 0xe0
}

fn is_sign(before: u8, at: u8) -> bool {
    match at {
        // đ begins a word, or follows a sum; Icelandic ð never does.
        0xd0 | 0xf0 => !before.is_ascii_alphabetic() && before < 0xc0,
        // ươ; Latin-1 reads ýõ.
        0xd5 | 0xf5 => matches!(before, 0xdd | 0xfd),
        _ if !is_tone(at) || !is_vowel(before) => false,
        // ầ or ả; Latin-1 reads âÌ or aÒ.
        _ if is_marked_vowel(before) || is_small(before) != is_small(at) => true,
        // In one case throughout, Italian has ò and ì after some vowels: creò, ciò, può, costruì.
        0xd2 | 0xf2 => !b"eiu".contains(&before.to_ascii_lowercase()),
        0xcc | 0xec => !before.eq_ignore_ascii_case(&b'u'),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_counted_by_hand() {
        let signs = |bytes: &[u8]| Signs::of(bytes);
        // _Đống: Đ and ô with its acute. può: a plain vowel of the same case. così: a tone on a consonant.
        assert_eq!(signs(b" \xd0\xf4\xecng"), Signs { letters: 2, signs: 2, against: 0 });
        assert_eq!(signs(b" pu\xf2"), Signs { letters: 1, signs: 0, against: 0 });
        assert_eq!(signs(b" cos\xec"), Signs { letters: 1, signs: 0, against: 1 });
        assert_eq!(signs(b" ph\xfd\xf5\xccng"), Signs { letters: 3, signs: 2, against: 0 });
        assert_eq!(signs(b"a"), Signs::default());
        assert_eq!(Signs { letters: 8, signs: 2, against: 0 }.verdict(), None);
        assert_eq!(Signs { letters: 8, signs: 3, against: 0 }.verdict(), Some(true));
        assert_eq!(Signs { letters: 8, signs: 3, against: 1 }.verdict(), None);
        assert_eq!(Signs { letters: 8, signs: 3, against: 4 }.verdict(), Some(false));
    }
}
