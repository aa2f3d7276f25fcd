//! How the texts of a file are encoded: named by the study, marked in the file, or found from its bytes.
//!
//! Most files are UTF-8. Old Vietnamese systems wrote windows-1258, which stores an accented vowel as a letter and a
//! tone of its own; Western ones wrote Latin-1. The two differ in fourteen letters, and those tell them apart.

mod decoded;
mod signs;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use decoded::{Decoded, mark};
use encoding_rs::{UTF_8, WINDOWS_1252, WINDOWS_1258};
use signs::Signs;
use std::io::{self, BufRead, Read};

/// How a text file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Encoding {
    inner: &'static encoding_rs::Encoding,
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Given,
    Marked,
    Detected,
}

/// How far a file of nothing but ASCII is followed, in bytes.
const ASCII: u64 = 64 << 20;

/// How much is looked at from the first other byte on, in bytes.
const SAMPLE: usize = 1 << 20;

impl Encoding {
    /// The encoding of this name, such as `windows-1258` or `latin-1`.
    ///
    /// Any label of the web's Encoding Standard will do.
    pub(in crate::ingest) fn named(label: &str) -> Option<Self> {
        let inner = match label.trim().to_ascii_lowercase().as_str() {
            "latin-1" => WINDOWS_1252,
            label => encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())?,
        };
        Some(Self { inner, origin: Origin::Given })
    }

    /// The encoding of these bytes: their mark's, UTF-8, windows-1258 or Latin-1.
    ///
    /// # Errors
    ///
    /// The bytes cannot be read.
    pub(in crate::ingest) fn detected(mut input: impl BufRead) -> io::Result<Self> {
        let head = mark(&mut input)?;
        if let Some((inner, _)) = encoding_rs::Encoding::for_bom(&head) {
            return Ok(Self { inner, origin: Origin::Marked });
        }
        let inner = match sample(head.as_slice().chain(input))? {
            Some(sample) if !is_utf8(&sample) => single_byte(&sample),
            _ => UTF_8,
        };
        Ok(Self { inner, origin: Origin::Detected })
    }

    /// The name in reports.
    pub(in crate::ingest) fn name(&self) -> &'static str {
        match self.origin {
            Origin::Marked if self.inner == UTF_8 => "UTF-8 with BOM",
            _ if self.inner == WINDOWS_1252 => "Latin-1 (windows-1252)",
            _ => self.inner.name(),
        }
    }

    /// The same text in UTF-8, without its mark.
    ///
    /// UTF-8 passes as it is, broken or not. In other encodings a broken sequence becomes U+FFFD. A mark in the file
    /// goes before the encoding that was named: no text begins like one by chance.
    pub(in crate::ingest) fn decoded<R: Read>(self, input: R) -> impl Read {
        Decoded::new(input, self.inner)
    }
}

/// The byte before the first that is not ASCII, and what follows, if any.
fn sample(mut input: impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let (mut before, mut seen) = (b' ', 0);
    loop {
        let block = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            block => block?,
        };
        let (ascii, other) = block.split_at(encoding_rs::Encoding::ascii_valid_up_to(block));
        before = *ascii.last().unwrap_or(&before);
        let (count, found) = (ascii.len(), !other.is_empty());
        input.consume(count);
        seen += count as u64;
        match () {
            () if found => break,
            () if count == 0 || seen >= ASCII => return Ok(None),
            () => {}
        }
    }
    let mut sample = vec![before];
    input.take(SAMPLE as u64).read_to_end(&mut sample)?;
    Ok(Some(sample))
}

/// Sound characters to one broken byte from which on UTF-8 is meant.
///
/// In any other encoding a byte above ASCII is hardly ever followed by what UTF-8 asks for, so sound characters are
/// never many by chance; and fields cut off by byte leave a broken one in every long row. Such rows are set aside
/// later; read as Latin-1, every row would be wrong and none would show it.
const SOUND: usize = 9;

fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        // Only the sample ends within a character; a file that does is broken there.
        Err(error) if error.error_len().is_none() && sample.len() > SAMPLE => true,
        Err(_) => {
            let (mut sound, mut broken) = (0, 0);
            for chunk in sample.utf8_chunks() {
                sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
                broken += chunk.invalid().len();
            }
            sound >= SOUND * broken
        }
    }
}

/// How much the general detector looks at, in bytes.
///
/// It is slow, and so much Vietnamese has had signs enough.
const GUESS: usize = 64 << 10;

fn single_byte(sample: &[u8]) -> &'static encoding_rs::Encoding {
    let vietnamese = Signs::of(sample).verdict().unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample.get(..GUESS).unwrap_or(sample), true);
        detector.guess(None, Utf8Detection::Deny) == WINDOWS_1258
    });
    if vietnamese { WINDOWS_1258 } else { WINDOWS_1252 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;
    use unicode_normalization::UnicodeNormalization;

    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

    /// Vietnamese in windows-1258: tones spelled out, or whole letters such as à.
    fn windows_1258(text: &str, whole: bool) -> Vec<u8> {
        let letters = text.nfc().map(|letter| {
            let alone = letter.to_string();
            let (one, _, missing) = WINDOWS_1258.encode(&alone);
            if whole && !missing {
                return one.into_owned();
            }
            let (tone, vowel): (String, String) = letter.nfd().partition(|part| TONES.contains(part));
            let spelled = vowel.nfc().collect::<String>() + &tone;
            WINDOWS_1258.encode(&spelled).0.into_owned()
        });
        letters.flatten().collect()
    }

    fn latin_1(text: &str) -> Vec<u8> {
        let (bytes, _, missing) = WINDOWS_1252.encode(text);
        assert!(!missing, "{text}");
        bytes.into_owned()
    }

    fn name(bytes: &[u8]) -> &'static str {
        Encoding::detected(bytes).expect("memory").name()
    }

    #[test]
    fn names_are_those_of_the_web_and_latin_1() {
        let cases = [
            ("utf-8", "UTF-8"),
            (" UTF8 ", "UTF-8"),
            ("windows-1258", "windows-1258"),
            ("cp1258", "windows-1258"),
            ("latin1", "Latin-1 (windows-1252)"),
            ("Latin-1", "Latin-1 (windows-1252)"),
            ("iso-8859-1", "Latin-1 (windows-1252)"),
            ("utf-16le", "UTF-16LE"),
            ("utf-16be", "UTF-16BE"),
            ("gbk", "GBK"),
        ];
        for (label, name) in cases {
            assert_eq!(Encoding::named(label).map(|encoding| encoding.name()), Some(name), "{label}");
        }
        for label in ["", "tcvn3", "hz-gb-2312", "utf-7", "Phường"] {
            assert_eq!(Encoding::named(label), None, "{label}");
        }
    }

    #[test]
    fn a_mark_goes_first_and_ascii_is_utf_8() {
        let cases: [(&[u8], &str); 9] = [
            (b"", "UTF-8"),
            (b"a", "UTF-8"),
            (b"case_id,unit\n1,Ba Vi\n", "UTF-8"),
            ("Phường".as_bytes(), "UTF-8"),
            (b"\xef\xbb\xbf", "UTF-8 with BOM"),
            (b"\xef\xbb\xbfa\xe9", "UTF-8 with BOM"),
            (b"\xff\xfea\0", "UTF-16LE"),
            (b"\xfe\xff\0a", "UTF-16BE"),
            (b"caf\xe9", "Latin-1 (windows-1252)"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(name(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn short_vietnamese_is_found_in_either_spelling_and_case() {
        let texts = [
            "Phường Cửa Nam|Quận Hoàn Kiếm|Đống Đa|Xã Yên Bình|đã trả kết quả|Hà Nội",
            "ngày trả|Hộ tịch|Trễ hạn|Đúng hạn|500.000 đ|Lĩnh vực đất đai",
            "Mã hồ sơ,Đơn vị,Ngày nhận\n1,Xã Tân Lập,2024-02-15\n",
            "case_id,unit\n1,Phường Ba Đình\n2,Phường Tây Hồ\n3,Phường Cầu Giấy\n",
        ];
        for text in texts.iter().flat_map(|some| some.split('|')) {
            for whole in [false, true] {
                assert_eq!(name(&windows_1258(text, whole)), "windows-1258", "{text}");
                assert_eq!(name(&windows_1258(&text.to_uppercase(), whole)), "windows-1258", "{text} in capitals");
            }
        }
        assert_eq!(windows_1258("Đống", false), b"\xd0\xf4\xecng");
        assert_eq!(windows_1258("trả", true), b"tra\xd2");
    }

    #[test]
    fn western_languages_are_latin_1() {
        let texts = [
            "Année,Dépôt,Décision|déjà vu où|Hôpital|Città,così,però,perché|Ciò che può|È già lì, ciò può",
            "lunedì,martedì|Forlì,Cantù|situação,não,são|decisões,ação,órgãos|Größe,Straße,Übergabe|Ärger",
            "año,mañana,señor|açò això|smørrebrød på ærø|það er svo að ég veit ekki|“quoted” – dash… 5 €",
        ];
        for text in texts.iter().flat_map(|some| some.split('|')) {
            assert_eq!(name(&latin_1(text)), "Latin-1 (windows-1252)", "{text}");
            assert_eq!(name(&latin_1(&text.to_uppercase())), "Latin-1 (windows-1252)", "{text} in capitals");
        }
    }

    #[test]
    fn a_few_broken_bytes_do_not_make_utf_8_something_else() {
        let sound = "Phường Cửa Nam\n".repeat(3);
        // ư, ờ and ử three times: nine sound characters.
        assert_eq!(name(&[sound.as_bytes(), b"\xc6\n"].concat()), "UTF-8");
        assert_ne!(name(&[sound.as_bytes(), b"\xc6\n\xc6\n"].concat()), "UTF-8");
        assert_ne!(name(&[&windows_1258("Phường Cửa Nam", true)[..], "ă".as_bytes()].concat()), "UTF-8");
    }

    #[test]
    fn the_first_other_byte_is_found_far_into_the_file() {
        let ascii = "1,Ba Vi,2024-02-15\n".repeat(100_000);
        let far = |rest: &[u8]| [ascii.as_bytes(), rest].concat();
        assert_eq!(name(&far(b"")), "UTF-8");
        assert_eq!(name(&far("Đống Đa".as_bytes())), "UTF-8");
        assert_eq!(name(&far(&windows_1258("ĐỐNG ĐA", false))), "windows-1258");
        assert_eq!(name(&far(b"Forl\xec")), "Latin-1 (windows-1252)");
        // The sample ends within a character.
        assert_eq!(name("ờ".repeat(SAMPLE / 3 + 9).as_bytes()), "UTF-8");
        let mut cut = "ờ".repeat(9).into_bytes();
        cut.pop();
        // The file ends there: eight sound characters and two bytes.
        assert_ne!(name(&cut), "UTF-8");
        let slow = BufReader::with_capacity(1, &b"tra\xd2"[..]);
        assert_eq!(Encoding::detected(slow).expect("memory").name(), "windows-1258");
    }

    #[test]
    fn tones_come_out_as_letters_that_compose() {
        let encoding = Encoding::named("windows-1258").expect("a name");
        for whole in [false, true] {
            let bytes = windows_1258("Phường Cửa Nam, đã trả kết quả", whole);
            let mut text = String::new();
            encoding.decoded(&bytes[..]).read_to_string(&mut text).expect("UTF-8");
            assert_eq!(text.nfc().collect::<String>(), "Phường Cửa Nam, đã trả kết quả");
        }
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes in prop::collection::vec(any::<u8>(), 0..200), piece in 1_usize..8) {
            let whole = Encoding::detected(&bytes[..]).expect("memory");
            let pieces = Encoding::detected(BufReader::with_capacity(piece, &bytes[..])).expect("memory");
            prop_assert_eq!(whole, pieces);
        }
    }
}
