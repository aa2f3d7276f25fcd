//! Moments inside a longer text, such as those of a pause: each is written in one of a few ways.

use super::super::binding::Dating;

/// A longer text has no shape to remember.
const LONGEST: usize = 64;

/// A reader of moments that may be written in several ways, of which the first that reads one counts.
///
/// To ask every way before the right one costs ten times as much as the right one. Texts of a column mostly have one
/// shape, and a way that finds a text's shape wrong, whatever its digits, is not asked again about that shape.
#[derive(Debug)]
pub(in crate::ingest) struct Moments<'a> {
    ways: &'a [Dating],
    /// The last text with a zero for every digit.
    shape: Vec<u8>,
    /// How many ways do not read that shape.
    wrong: usize,
}

impl<'a> Moments<'a> {
    pub(in crate::ingest) fn new(ways: &'a [Dating]) -> Self {
        Self { ways, shape: Vec::new(), wrong: 0 }
    }

    /// What `place` makes of the microseconds that a text stands for, in the first way in which there is such a thing.
    pub(in crate::ingest) fn read<T>(
        &mut self,
        text: &str,
        mut place: impl FnMut(&Dating, i64) -> Option<T>,
    ) -> Option<T> {
        if !self.is_known(text.as_bytes()) {
            self.shape.clear();
            self.shape.extend(text.bytes().take(LONGEST).map(blank));
            self.wrong = self.ways.iter().take_while(|way| way.reading.refuses_shape(text)).count();
        }
        self.ways[self.wrong..].iter().find_map(|way| place(way, way.compiled.micros(text)?))
    }

    fn is_known(&self, text: &[u8]) -> bool {
        let is_same = |same: bool, (own, byte): (&u8, &u8)| same & (*own == blank(*byte));
        text.len() == self.shape.len() && text.len() < LONGEST && self.shape.iter().zip(text).fold(true, is_same)
    }
}

fn blank(byte: u8) -> u8 {
    if byte.is_ascii_digit() { b'0' } else { byte }
}

#[cfg(test)]
mod tests {
    use super::super::reading::Reading;
    use super::*;
    use proptest::prelude::*;

    fn ways() -> Vec<Dating> {
        let asked = ["%d/%m/%Y %H:%M", "%H:%M %d-%b-%Y", "excel", "%Y%m%d%H%M%S", "%m/%d/%Y %I:%M:%S %p", "%+"];
        let asked = asked.map(|format| Reading::of_format(format).expect(format));
        Reading::of_moments().into_iter().chain(asked).map(Dating::new).collect()
    }

    /// Whatever was read before, a text is read as if every way were asked.
    fn agrees(texts: &[String]) {
        let ways = ways();
        let mut moments = Moments::new(&ways);
        for text in texts {
            let place = |way: &Dating, us: i64| (us % 7 != 3).then(|| (way.reading.format.clone(), us));
            let plain = ways.iter().find_map(|way| place(way, way.reading.micros(text)?));
            assert_eq!(moments.read(text, place), plain, "{text:?} in {texts:?}");
        }
    }

    #[test]
    fn shapes_do_not_change_what_is_read() {
        let texts = [
            "2024-02-01T08:00",
            "2024-02-31T08:00",
            "2024-02-01T08:61",
            "2024-02-01T08:00:00",
            "2024-02-01T08:00:00Z",
            "2024-02-01T08:00:00+99:99",
            "2024-02-01T08:00:00+07:00",
            "",
            "01/02/2024 08:00",
            "99/99/2024 08:00",
            "45000.5",
            "20240201080000",
            "20249901080000",
            "08:00 01-Feb-2024",
            "2024-02-01",
        ];
        let twice: Vec<String> = texts.iter().chain(&texts).map(|text| (*text).to_owned()).collect();
        agrees(&twice);
        let (fine, long) = ("2024-02-01T08:00:00.5".to_owned(), "2024-02-01T08:00:00.".to_owned() + &"1".repeat(80));
        agrees(&[fine.clone(), long.clone(), long, fine]);
    }

    proptest! {
        #[test]
        fn texts_that_differ_in_their_digits_are_read_each_by_itself(
            shape in prop::sample::select(vec![
                "0000-00-00T00:00:00", "0000-00-00T00:00:00.000Z", "0000-00-00 00:00:00", "0000-00-00T00:00+00:00",
                "00/00/0000 00:00", "00/00/0000 00:00:00 AM", "00000000000000", "0000-00-00", "00000.00", "0000-00-00T00:00",
            ]),
            digits in prop::collection::vec(prop::collection::vec(0..10_u8, 30), 1..6),
        ) {
            let text = |digits: &Vec<u8>| -> String {
                let mut digits = digits.iter();
                let other = |letter: char| if letter == '0' { char::from(b'0' + digits.next().unwrap_or(&0)) } else { letter };
                shape.chars().map(other).collect()
            };
            agrees(&digits.iter().map(text).collect::<Vec<_>>());
        }

        #[test]
        fn any_texts_are_read_each_by_itself(texts in prop::collection::vec("[0-9]{0,4}[-/:T .Z+]{0,2}[0-9]{0,12}[ :AP]{0,2}", 1..6)) {
            agrees(&texts);
        }
    }
}
