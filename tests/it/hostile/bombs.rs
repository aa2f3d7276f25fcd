//! Small files that unpack to more than any machine has.

use super::entry::{Entry, file};
use super::texts::HEADER;
use ::zip::ZipWriter;
use ::zip::write::SimpleFileOptions;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write};

const MIB: usize = 1 << 20;

/// So many MiB of one text, packed, between two others.
fn bomb(before: &str, piece: &str, mib: usize, after: &str) -> Vec<u8> {
    let block = piece.repeat(MIB / piece.len());
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(before.as_bytes()).expect("memory");
    (0..mib).for_each(|_| packed.write_all(block.as_bytes()).expect("memory"));
    packed.write_all(after.as_bytes()).and_then(|()| packed.finish()).expect("memory")
}

fn line(id: u64) -> String {
    format!("{{\"case_id\":{id},\"received_at\":\"2024-03-01\",\"unit\":\"A\"}}\n")
}

/// A workbook whose only sheet is so many MiB of blanks.
fn workbook(mib: usize) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "_rels/.rels", "xl/worksheets/sheet1.xml"] {
        archive.start_file(name, SimpleFileOptions::default()).expect("memory");
        archive.write_all(b"<worksheet>").expect("memory");
    }
    let block = " ".repeat(MIB);
    (0..mib).for_each(|_| archive.write_all(block.as_bytes()).expect("memory"));
    archive.finish().expect("memory").into_inner()
}

pub fn entries() -> Vec<Entry> {
    let too_much = "it unpacks to more than 200 times its size";
    vec![
        file("one-field.csv.gz", || bomb(&format!("{HEADER}1,2024-03-01,\""), "a", 300, "\"\n"))
            .refused(1, &["one-field.csv.gz", "row 1 is longer than 64 MiB"]),
        file("one-line.ndjson.gz", || bomb("{\"case_id\":\"", "a", 300, "\"}\n"))
            .refused(1, &["one-line.ndjson.gz", "row 1 is longer than 64 MiB"]),
        file("one-comment.xes.gz", || bomb("<log><!--", "a", 300, "--></log>")).refused(1, &["more than 16 MiB"]),
        file("blanks.xes.gz", || bomb("<log>", " ", 300, "</log>")).refused(1, &["blanks.xes.gz", too_much]),
        file("unmapped-column.csv.gz", || {
            bomb(&format!("x,{HEADER}"), &format!("{},1,2024-03-01,A\n", "a".repeat(65_000)), 300, "")
        })
        .refused(1, &["unmapped-column.csv.gz", too_much]),
        file("blank-lines-only.csv.gz", || bomb("", "\n", 300, "")).refused(1, &["blank-lines-only.csv.gz"]),
        file("blank-lines.csv.gz", || bomb(&format!("{HEADER}1,2024-03-01,A\n"), "\n", 24, "2,2024-03-02,B\n")).read(
            2,
            24 << 20,
            &["blank_row"],
        ),
        file("blank-lines.ndjson.gz", || bomb(&line(1), "\n", 24, &line(2))).read(2, 24 << 20, &["blank_row"]),
        file("bomb.xlsx", || workbook(400)).refused(1, &["bomb.xlsx", "it unpacks to more than"]),
    ]
}
