//! Gzip: cut off, damaged, packed twice, followed by something else.

use super::entry::{Entry, file, text};
use super::texts::{HEADER, ROWS, sound};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// Packed as gzip does.
pub fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes.as_ref()).and_then(|()| packed.finish()).expect("memory")
}

/// Sound rows that do not fit in one block.
fn many() -> String {
    let rows: String =
        (0..2_000).map(|row| format!("{row},2024-03-{:02},unit {}\n", row % 28 + 1, row * 7_919 % 613)).collect();
    format!("{HEADER}{rows}")
}

pub fn entries() -> Vec<Entry> {
    [whole(), broken(), cut()].into_iter().flatten().collect()
}

fn whole() -> Vec<Entry> {
    vec![
        text("sound.csv.gz", gzip(sound())).read(2, 0, &[]),
        text("members.csv.gz", [gzip(HEADER), gzip(""), gzip(ROWS)].concat()).read(2, 0, &[]),
        text("member-in-a-row.csv.gz", [gzip(&sound()[..40]), gzip(&sound()[40..])].concat()).read(2, 0, &[]),
        text("gzip-named-csv.csv", gzip(sound())).read(2, 0, &[]),
        text("csv-named-gzip.csv.gz", sound()).read(2, 0, &[]),
    ]
}

fn broken() -> Vec<Entry> {
    let mut checksum = gzip(sound());
    let at = checksum.len() - 8;
    checksum[at] ^= 1;
    let mut data = gzip(many());
    let middle = data.len() / 2;
    data[middle..middle + 64].fill(0xff);
    vec![
        text("empty-gzip.csv.gz", gzip("")).refused(1, &["empty-gzip.csv.gz", "it is empty"]),
        text("trailing-text.csv.gz", [gzip(sound()), b"garbage".to_vec()].concat())
            .refused(1, &["trailing-text.csv.gz", "something else follows the compressed data", "byte"]),
        text("trailing-zeros.csv.gz", [gzip(sound()), vec![0; 512]].concat()).refused(1, &["something else follows"]),
        text("broken-member.csv.gz", [gzip(sound()), gzip(ROWS)[..15].to_vec()].concat())
            .refused(1, &["end too early"]),
        text("checksum.csv.gz", checksum).refused(1, &["checksum.csv.gz", "damaged before byte", "checksum"]),
        text("damaged.csv.gz", data).refused(1, &["damaged.csv.gz", "damaged"]),
        text("packed-twice.csv.gz", gzip(gzip(sound()))).refused(1, &["packed with gzip twice; unpack it once"]),
        text("parquet.csv.gz", gzip(b"PAR1\x15\x04")).refused(1, &["Parquet file packed with gzip"]),
        text("workbook.csv.gz", gzip(b"PK\x03\x04\x14")).refused(1, &["packed with gzip; unpack it first"]),
        text("tar.gz", gzip([&[b'a'; 257][..], b"ustar\0"].concat())).refused(1, &["tar.gz", "tar archive"]),
    ]
}

/// Cut off after the mark, in the header, and at places all over the data.
fn cut() -> Vec<Entry> {
    let whole = gzip(many()).len();
    let places = [2, 5, 10, 12, 100, whole / 2, whole - 9, whole - 8, whole - 1];
    let entry = |at: usize| {
        file(&format!("cut-at-{at}.csv.gz"), move || gzip(many())[..at].to_vec())
            .refused(1, &["the compressed data end too early, at byte"])
    };
    places.map(entry).into()
}
