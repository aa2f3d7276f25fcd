//! A date format made ready for many texts.
//!
//! chrono reads a format anew for every text. Here it is taken apart once, and a text written as the format says is
//! read by a few steps over its bytes. Whatever the steps do not read is given to chrono, so the answer is always
//! chrono's: the steps only save time.

use super::reading::{Precision, Reading};
use super::serial::Serial;
use super::steps::{Part, Step, is_stamp, moment, stamp};
use chrono::format::{Fixed, Item, Numeric, StrftimeItems};

/// A reading made ready for many texts.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Compiled {
    reading: Reading,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    /// The format has parts that only chrono reads.
    Asking,
    /// Steps first, then chrono; before them all at once where the byte between date and time is known.
    Stepping(Box<[Step]>, Option<u8>),
    /// A number.
    Counting(Serial),
}

impl Compiled {
    pub(in crate::ingest) fn new(reading: &Reading) -> Self {
        let way = match Serial::of_word(&reading.format) {
            Some(serial) => Way::Counting(serial),
            None => steps(&reading.format)
                .filter(|steps| suffice(steps, reading.precision))
                .map_or(Way::Asking, |steps| Way::Stepping(steps[..].into(), is_stamp(&steps))),
        };
        Self { reading: reading.clone(), way }
    }

    /// The microseconds a text stands for, as [`Reading::micros`] has it.
    pub(in crate::ingest) fn micros(&self, text: &str) -> Option<i64> {
        match &self.way {
            Way::Stepping(steps, between) => {
                let own = between.zip(text.as_bytes().first_chunk().filter(|own| own.len() == text.len()));
                let at_once = own.and_then(|(between, own)| stamp(own, between));
                at_once.or_else(|| moment(steps, text.as_bytes())).or_else(|| self.reading.micros(text))
            }
            Way::Counting(serial) => serial.of_text(text),
            Way::Asking => self.reading.micros(text),
        }
    }
}

/// The steps of a format; none where it has a part that they do not know.
fn steps(format: &str) -> Option<Vec<Step>> {
    let loose = StrftimeItems::new("%#z").next();
    let (mut steps, mut after) = (Vec::new(), None);
    for item in StrftimeItems::new(format) {
        let part = match item {
            Item::Literal(text) => {
                steps.extend(text.bytes().filter_map(|byte| after.replace(byte)).map(Step::literal));
                continue;
            }
            // chrono takes any amount of space, also none.
            Item::Space(" ") => {
                steps.extend(after.replace(b' ').map(Step::literal));
                continue;
            }
            Item::Numeric(number, _) => part_of(&number)?,
            Item::Fixed(Fixed::LowerAmPm | Fixed::UpperAmPm) => Part::Half,
            Item::Fixed(Fixed::Nanosecond) => Part::Fraction,
            Item::Fixed(Fixed::TimezoneOffset | Fixed::TimezoneOffsetColon) => Part::Offset,
            item if Some(&item) == loose.as_ref() => Part::LooseOffset,
            _ => return None,
        };
        steps.push(Step { after: after.take(), part });
    }
    steps.extend(after.map(Step::literal));
    Some(steps)
}

fn part_of(number: &Numeric) -> Option<Part> {
    Some(match number {
        Numeric::Year => Part::Year,
        Numeric::YearMod100 => Part::ShortYear,
        Numeric::Month => Part::Month,
        Numeric::Day => Part::Day,
        Numeric::Hour => Part::Hour,
        Numeric::Hour12 => Part::Hour12,
        Numeric::Minute => Part::Minute,
        Numeric::Second => Part::Second,
        _ => return None,
    })
}

/// Whether the steps tell just what a moment of this precision needs, each part once.
///
/// chrono compares what is said twice, and does without some parts; that is left to it.
fn suffice(steps: &[Step], precision: Precision) -> bool {
    use Part::{Day, Fraction, Half, Hour, Hour12, LooseOffset, Minute, Month, Offset, Second, ShortYear, Year};
    let count = |wanted: &[Part]| steps.iter().filter(|step| wanted.contains(&step.part)).count();
    let day = count(&[Year, ShortYear]) == 1 && count(&[Month]) == 1 && count(&[Day]) == 1;
    let hour = match (count(&[Hour]), count(&[Hour12]), count(&[Half])) {
        (1, 0, 0) | (0, 1, 1) => Some(true),
        (0, 0, 0) => Some(false),
        _ => None,
    };
    let time = match (hour, count(&[Minute]), count(&[Second]), count(&[Fraction])) {
        (Some(true), 1, 1, 0 | 1) | (Some(true), 1, 0, 0) => Some(true),
        (Some(false), 0, 0, 0) => Some(false),
        _ => None,
    };
    let parts = match precision {
        Precision::Day => (Some(false), 0),
        Precision::Wall => (Some(true), 0),
        Precision::Offset => (Some(true), 1),
    };
    day && (time, count(&[Offset, LooseOffset])) == parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;
    use proptest::sample::Index;

    /// Formats that a study may ask for beside the known ones; the last rows have no steps.
    const ASKED: [&str; 32] = [
        "%-d/%-m/%Y %-H:%M",
        "%e.%-m.%Y",
        "%d/%m/%y",
        "%d/%m/%y %H:%M",
        "%F %T",
        "%D %r",
        "%k:%M %d/%m/%Y",
        "%H:%M:%S%.f - %d/%m/%Y",
        "%Y-%m-%d %H:%M:%S %z",
        "%Y-%m-%dT%H:%M:%S%:z",
        "%z %Y%m%d%H%M",
        "%#z %Y%m%d%H%M%S",
        "%P%I%M%d%m%Y",
        "ngày %d/%m/%Y%%",
        "%Y.%m.%d%.f",
        "excel",
        "excel_day",
        "epoch",
        "epoch_ms",
        "epoch_us",
        "epoch_ns",
        "%d-%b-%Y",
        "%Y-%m-%d  %H:%M",
        "%Y-%m-%d%t%H:%M",
        "%Y-%m-%d %H:%M:%S%.3f",
        "%Y-%m-%d %H",
        "%Y-%m-%d %Y",
        "%Y-%m-%d %H:%M %p",
        "%a %d %b %Y",
        "%Y-%j",
        "%s",
        "%+",
    ];

    fn readings() -> Vec<Reading> {
        let asked = ASKED.iter().filter_map(|format| Reading::of_format(format).ok());
        // A reading can also be put together with another precision than its format has.
        let precisions = [Precision::Day, Precision::Wall, Precision::Offset];
        let odd = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M %z"]
            .into_iter()
            .flat_map(|format| precisions.map(|precision| Reading { format: format.to_owned(), precision }));
        Reading::candidates().chain(asked).chain(odd).collect()
    }

    fn agrees(text: &str, readings: &[Reading]) {
        for reading in readings {
            assert_eq!(Compiled::new(reading).micros(text), reading.micros(text), "{reading:?} {text:?}");
        }
    }

    fn steps_alone(format: &str, text: &str) -> Option<i64> {
        match Compiled::new(&Reading::of_format(format).expect(format)).way {
            Way::Stepping(steps, _) => moment(&steps, text.as_bytes()),
            _ => panic!("{format} has no steps"),
        }
    }

    /// 2024-02-29 is day 19,723 + 31 + 28 of the epoch.
    #[test]
    fn steps_read_what_is_written_as_the_format_says() {
        let (day, hour, minute) = (19_782 * 86_400_000_000, 3_600_000_000, 60_000_000);
        let cases = [
            ("%Y-%m-%d", "2024-02-29", day),
            ("%d/%m/%Y", "29/2/2024", day),
            ("%d/%m/%y", "29/02/24", day),
            ("%Y%m%d", "20240229", day),
            ("%Y-%m-%d %H:%M:%S", "2024-02-29 09:05:07", day + 9 * hour + 5 * minute + 7_000_000),
            ("%d/%m/%Y %I:%M %p", "29/02/2024 12:30 AM", day + 30 * minute),
            ("%d/%m/%Y %I:%M %p", "29/02/2024 12:30 pm", day + 12 * hour + 30 * minute),
            ("%d/%m/%Y %I:%M %p", "29/02/2024 01:30 PM", day + 13 * hour + 30 * minute),
            ("%FT%T%.f", "2024-02-29T00:00:00.000001999", day + 1),
            ("%FT%T%.f", "2024-02-29T00:00:00", day),
            ("%FT%T%.f%#z", "2024-02-29T07:00:00.5+07:00", day + 500_000),
            ("%FT%T%.f%#z", "2024-02-29T00:00:00Z", day),
            ("%FT%T%.f%#z", "2024-02-29T07:00:00+07", day),
            ("%FT%T%z", "2024-02-28T18:30:00-0530", day),
            ("%Y-%m-%d", "0000-03-01", -719_468 * 86_400_000_000),
            ("%Y-%m-%d", "1969-12-31", -86_400_000_000),
        ];
        for (format, text, us) in cases {
            assert_eq!(steps_alone(format, text), Some(us), "{format} {text}");
        }
    }

    #[test]
    fn every_known_format_has_steps() {
        for reading in Reading::candidates() {
            assert!(matches!(Compiled::new(&reading).way, Way::Stepping(..)), "{reading:?}");
        }
        let asked = ASKED.map(|format| {
            Reading::of_format(format).is_ok_and(|reading| matches!(Compiled::new(&reading).way, Way::Stepping(..)))
        });
        assert_eq!(asked.iter().filter(|steps| **steps).count(), 14);
    }

    /// Texts that chrono reads, or does not, where a quick reader may think otherwise.
    #[test]
    fn odd_spellings_are_chronos() {
        let texts = [
            "",
            " ",
            "2024-1-1",
            " 2024-01-01",
            "2024- 1- 1",
            "2024-01-01 ",
            "+2024-01-01",
            "-2024-01-01",
            "+12024-01-01",
            "12024-01-01",
            "024-01-01",
            "2024-02-30",
            "1900-02-29",
            "2000-02-29",
            "2100-02-29",
            "2024-00-01",
            "2024-13-01",
            "2024-01-00",
            "2024-01-32",
            "2024-01-01 24:00:00",
            "2024-01-01 23:59:60",
            "2024-01-01 23:59:61",
            "2024-01-01T23:59:60.5Z",
            "2024-01-01  09:00:00",
            "2024-01-0109:00:00",
            "2024-01-01 09:00:00.",
            "2024-01-01 09:00:00.1234567891234",
            "2024-01-01 09:00:00.123456789",
            "2024-01-01T09:00:00.+07:00",
            "01/01/2024 0:30 PM",
            "01/01/2024 13:30 PM",
            "01/01/2024 12:30 aM",
            "01/01/2024 12:30PM",
            "01/01/2024 12:30 XM",
            "2024-01-01T09:00:00+24:00",
            "2024-01-01T09:00:00+23:59",
            "2024-01-01T09:00:00-00:60",
            "2024-01-01T09:00:00+7",
            "2024-01-01T09:00:00+07:",
            "2024-01-01T09:00:00+07::00",
            "2024-01-01T09:00:00 +07 00",
            "2024-01-01T09:00:00z",
            "2024-01-01T09:00:00\u{2212}07:00",
            "2024-01-01T09:00:00+0700Z",
            "2024-01-01T09:00:00+07:0",
            "20240101240000",
            "2024010",
            "202401",
            "2024\u{a0}01",
            "٢٠٢٤-٠١-٠١",
            "ngày 01/02/2024%",
            "ngà 01/02/2024%",
            "2024-01-01\0",
            "PM0130010120245",
            "pm013001012024",
            "9999-12-31",
            "01/02/69",
            "01/02/70",
            "1/2/7",
            "262142-12-31",
            "+262142-12-31",
            "+262143-01-01",
            "-262143-01-01",
            "+99999999999999999999-01-01",
            "45292",
            "45292.5",
            "1705071600123",
            "-1",
            "NaN",
        ];
        texts.iter().for_each(|text| agrees(text, &readings()));
        let long = "2024-01-01 09:00:00.".to_owned() + &"1".repeat(70_000);
        agrees(&long, &readings());
    }

    fn moments() -> impl Strategy<Value = i64> {
        let (first, last) = (-62_167_219_200_000_000_i64, 253_402_300_799_999_999);
        prop_oneof![first..=last, 631_152_000_000_000..2_524_608_000_000_000_i64]
    }

    /// What most exports write is read at once; what only looks like it is read as before, or not at all.
    #[test]
    fn a_stamp_is_read_at_once() {
        let between = |format: &str| match Compiled::new(&Reading::of_format(format).expect(format)).way {
            Way::Stepping(_, between) => between,
            _ => None,
        };
        assert_eq!(between("%Y-%m-%d %H:%M:%S"), Some(b' '));
        assert_eq!(between("%FT%T%.f"), Some(b'T'));
        for other in ["%FT%T%.f%#z", "%Y-%m-%d", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S"] {
            assert_eq!(between(other), None, "{other}");
        }
        // 2024-02-29 is day 19,782 of the epoch.
        let us = 19_782 * 86_400_000_000 + 23 * 3_600_000_000 + 59 * 60_000_000 + 58 * 1_000_000;
        assert_eq!(stamp(b"2024-02-29T23:59:58", b'T'), Some(us));
        for wrong in [
            b"2024-02-30T23:59:58",
            b"2024-02-29 23:59:58",
            b"2024-02-29T24:00:00",
            b"2024-02-29T23:59:60",
            b"2024-02-29T23:59:5 ",
            b"2024/02/29T23:59:58",
            b"2O24-02-29T23:59:58",
            b"2024-02-29T23.59.58",
        ] {
            assert_eq!(stamp(wrong, b'T'), None, "{}", String::from_utf8_lossy(wrong));
        }
    }

    proptest! {
        #[test]
        fn well_formed_texts_are_read_as_chrono_reads_them(
            us in moments(), which in any::<Index>(), hours in -23..24_i32,
        ) {
            let readings = readings();
            let reading = which.get(&readings);
            let zone = chrono::FixedOffset::east_opt(hours * 3_600 + 1_800 * (hours % 2)).expect("an offset");
            let at = DateTime::from_timestamp_micros(us).expect("a moment").with_timezone(&zone);
            let text = at.format(&reading.format.replace("%#z", "%:z")).to_string();
            agrees(&text, std::slice::from_ref(reading));
        }

        #[test]
        fn mistyped_texts_are_read_as_chrono_reads_them(
            us in moments(),
            which in any::<Index>(),
            slips in prop::collection::vec((any::<Index>(), 0..4, prop::sample::select(
                " 0123456789/-.:+TZzAPMpm,x\u{a0}\u{2212}٣\0".chars().collect::<Vec<_>>())), 1..4),
        ) {
            let readings = readings();
            let reading = which.get(&readings);
            let at = DateTime::from_timestamp_micros(us).expect("a moment");
            let mut text: Vec<char> = at.format(&reading.format.replace("%#z", "%z")).to_string().chars().collect();
            for (place, slip, letter) in slips {
                let place = place.index(text.len() + 1);
                match (slip, text.get(place).copied()) {
                    (0, Some(_)) => text[place] = letter,
                    (1, Some(_)) => text.truncate(place),
                    (2, Some(own)) => text.insert(place, own),
                    (3, Some(_)) => _ = text.remove(place),
                    _ => text.insert(place, letter),
                }
            }
            let text: String = text.into_iter().collect();
            agrees(&text, &readings);
        }

        #[test]
        fn any_text_is_read_as_chrono_reads_it(text in "\\PC{0,30}|[0-9:/. TZ+-]{0,30}") {
            agrees(&text, &readings());
        }
    }
}
