//! What a file is: found from its first bytes, and only where those leave a choice from its name.
//!
//! People rename files and programs name them wrongly, so a workbook called `.csv` is a workbook, and what giamtang
//! cannot read is refused with what to do about it.

use super::bytes::gzip::GZIP;
use super::bytes::{self, plain};
use crate::error::{Error, Result};
use std::io::Read;
use std::path::Path;

/// A kind of file that a log may be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Kind {
    /// Fields apart by a comma, a semicolon, a tab or a bar.
    Csv,
    /// One JSON object a line (NDJSON).
    Json,
    /// An event log in XML.
    Xes,
    /// A zip archive; whether a workbook is in it is found when it is read.
    Xlsx,
    /// Apache Parquet.
    Parquet,
    /// An Arrow IPC file.
    Ipc,
    /// An Arrow IPC stream.
    IpcStream,
}

/// The kind of a file.
///
/// # Errors
///
/// The file cannot be opened, is empty, or is of a kind that giamtang does not read.
pub(in crate::ingest) fn of(path: &Path) -> Result<Kind> {
    let (head, packed) = head(path)?;
    told(&head, packed, &extension(path)).map_err(|why| Error::unreadable(path, why))
}

/// Why a file is not read.
type Refusal = &'static str;

/// How much of a file is looked at, in bytes.
const HEAD: usize = 4 << 10;

/// The first bytes, unpacked, and whether they were packed.
fn head(path: &Path) -> Result<(Vec<u8>, bool)> {
    let bytes = bytes::open(path)?;
    let (packed, mut head) = (bytes.is_packed(), Vec::new());
    bytes.take(HEAD as u64).read_to_end(&mut head).map_err(|error| Error::unreadable(path, plain(&error)))?;
    Ok((head, packed))
}

/// What the name ends in, in small letters, without `.gz` and the point.
fn extension(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = Path::new(name.strip_suffix(".gz").unwrap_or(&name));
    name.extension().unwrap_or_default().to_string_lossy().into_owned()
}

fn told(head: &[u8], packed: bool, extension: &str) -> std::result::Result<Kind, Refusal> {
    if let Some(why) = refused(head, extension) {
        return Err(why);
    }
    match binary(head) {
        Some((_, again)) if packed => Err(again),
        Some((kind, _)) => Ok(kind),
        None => text(head, extension),
    }
}

/// Files that are known and not read, by their first bytes.
const REFUSED: [(&[u8], Refusal); 11] = [
    (&GZIP, "it is packed with gzip twice; unpack it once"),
    (b"\x28\xb5\x2f\xfd", "it is packed with zstd; unpack it, or pack it with gzip"),
    (b"\xfd7zXZ\0", "it is packed with xz; unpack it, or pack it with gzip"),
    (b"\x04\x22\x4d\x18", "it is packed with lz4; unpack it, or pack it with gzip"),
    (b"\x1f\x9d", "it is packed with compress; unpack it, or pack it with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive; unpack it, or pack it with gzip"),
    (b"Rar!\x1a\x07", "it is a rar archive; unpack it, or pack it with gzip"),
    (b"%PDF", "it is a PDF; export the table itself, as CSV or .xlsx"),
    (b"{\\rtf", "it is a text document (RTF); export the table itself, as CSV or .xlsx"),
    (b"\xff\xfe\0\0", "it is in UTF-32; save it in UTF-8"),
    (b"\0\0\xfe\xff", "it is in UTF-32; save it in UTF-8"),
];

fn refused(head: &[u8], extension: &str) -> Option<Refusal> {
    match () {
        () if head.is_empty() => Some("it is empty"),
        () if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") => Some(match extension {
            // A password wraps the new kind of workbook in the old kind of file.
            "xlsx" | "xlsm" => "it is a workbook with a password; save it without one",
            _ => "it is an old Excel workbook (.xls); save it as .xlsx",
        }),
        () if is_bzip2(head) => Some("it is packed with bzip2; unpack it, or pack it with gzip"),
        () if head.get(257..262) == Some(b"ustar") => Some("it is a tar archive; unpack it"),
        () => REFUSED.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, why)| *why),
    }
}

/// Whether it is bzip2.
///
/// Its first three bytes are letters, so the digit and the block's mark are asked too.
fn is_bzip2(head: &[u8]) -> bool {
    let blocks: [&[u8]; 2] = [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"];
    match head.strip_prefix(b"BZh") {
        Some([b'1'..=b'9', rest @ ..]) => blocks.iter().any(|block| rest.starts_with(block)),
        _ => false,
    }
}

/// Kinds that are not text, by their first bytes, and why not if in a gzip.
const BINARY: [(&[u8], Kind, Refusal); 5] = [
    (b"PAR1", Kind::Parquet, "it is a Parquet file packed with gzip; unpack it first"),
    (b"ARROW1", Kind::Ipc, "it is an Arrow file packed with gzip; unpack it first"),
    (b"PK\x03\x04", Kind::Xlsx, "it is a workbook or zip archive packed with gzip; unpack it first"),
    (b"PK\x05\x06", Kind::Xlsx, "it is a workbook or zip archive packed with gzip; unpack it first"),
    (b"PK\x07\x08", Kind::Xlsx, "it is a workbook or zip archive packed with gzip; unpack it first"),
];

fn binary(head: &[u8]) -> Option<(Kind, Refusal)> {
    if is_stream(head) {
        return Some((Kind::IpcStream, "it is an Arrow stream packed with gzip; unpack it first"));
    }
    BINARY.iter().find(|(magic, ..)| head.starts_with(magic)).map(|(_, kind, again)| (*kind, *again))
}

/// Whether it is an Arrow stream.
///
/// It begins with a mark and the length of a schema, which is not empty and far below 16 MiB.
fn is_stream(head: &[u8]) -> bool {
    match head {
        [0xff, 0xff, 0xff, 0xff, a, b, c, 0, ..] => u32::from_le_bytes([*a, *b, *c, 0]) > 0,
        _ => false,
    }
}

fn text(head: &[u8], extension: &str) -> std::result::Result<Kind, Refusal> {
    // Reads UTF-8 and, by its mark, UTF-16; of other encodings only ASCII counts here.
    let (decoded, ..) = encoding_rs::UTF_8.decode(head);
    let text = decoded.trim_start();
    let table = matches!(extension, "csv" | "tsv" | "txt");
    let json = matches!(extension, "json" | "ndjson" | "jsonl");
    match text.as_bytes() {
        [] if head.len() < HEAD => Err("it is empty"),
        [b'<', ..] => markup(text),
        [b'[', rest @ ..] if json || !table && is_list(rest) => {
            Err("it is one JSON array; write one object a line (NDJSON)")
        }
        [b'{', ..] if !table => Ok(Kind::Json),
        _ if json => Ok(Kind::Json),
        _ if table || extension.is_empty() => Ok(Kind::Csv),
        _ if decoded.contains('\0') => {
            Err("it is of no kind giamtang reads: CSV, NDJSON, XES, XLSX, Parquet, Arrow IPC")
        }
        _ => Ok(Kind::Csv),
    }
}

/// Whether what follows a bracket makes a JSON array of it.
///
/// The columns of a CSV may stand in brackets too.
fn is_list(rest: &[u8]) -> bool {
    matches!(rest.trim_ascii_start(), [] | [b'{' | b'[' | b']', ..])
}

/// XES, unless it is a table that a spreadsheet program opens and no one else.
fn markup(text: &str) -> std::result::Result<Kind, Refusal> {
    let pages = ["<!doctype html", "<html", "<head", "<meta", "<style", "<body", "<table", "<div"];
    let start: String = text.chars().take(16).collect::<String>().to_lowercase();
    match () {
        () if pages.iter().any(|page| start.starts_with(page)) => {
            Err("it is a web page (HTML); open it in a spreadsheet program and save it as .xlsx")
        }
        () if text.contains("urn:schemas-microsoft-com:office:spreadsheet") => {
            Err("it is a workbook in XML; open it in a spreadsheet program and save it as .xlsx")
        }
        () => Ok(Kind::Xes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const NONE: &str = "it is of no kind giamtang reads: CSV, NDJSON, XES, XLSX, Parquet, Arrow IPC";
    const ARRAY: &str = "it is one JSON array; write one object a line (NDJSON)";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(bytes).expect("memory");
        packed.finish().expect("memory")
    }

    /// What a file of this name and these bytes is, or why it is not read.
    fn kind(name: &str, bytes: &[u8]) -> std::result::Result<Kind, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("space");
        of(&path).map_err(|error| {
            let (path, text) = (path.display().to_string(), error.to_string());
            let why = text.strip_prefix(&format!("{path}: cannot be read: ")).unwrap_or(&text);
            why.strip_suffix(". Check that it exists, is a regular file and is whole.").unwrap_or(why).to_owned()
        })
    }

    #[test]
    fn content_goes_before_the_name() {
        let kinds: [(&[u8], Kind); 9] = [
            (b"PAR1\x15\x04", Kind::Parquet),
            (b"ARROW1\0\0", Kind::Ipc),
            (b"\xff\xff\xff\xff\x10\x01\0\0", Kind::IpcStream),
            (b"PK\x03\x04\x14\0", Kind::Xlsx),
            (b"PK\x05\x06\0\0", Kind::Xlsx),
            (b"<?xml version='1.0'?>\n<log>", Kind::Xes),
            (b"\xef\xbb\xbf \r\n<log>", Kind::Xes),
            (b"\xff\xfe<\0l\0o\0g\0>\0", Kind::Xes),
            (b"\xfe\xff\0 \0<\0l\0o\0g\0>", Kind::Xes),
        ];
        for (bytes, expected) in kinds {
            for name in ["a.csv", "a", "a.json", "a.xes", "a.xlsx", "a.csv.gz", "báo cáo.TXT"] {
                assert_eq!(kind(name, bytes), Ok(expected), "{name} {bytes:?}");
            }
        }
    }

    #[test]
    fn text_that_is_not_markup_is_told_by_its_name() {
        let cases: [(&str, &[u8], std::result::Result<Kind, &str>); 26] = [
            ("a.csv", b"case_id\n1\n", Ok(Kind::Csv)),
            ("A.CSV", b"{id}\n1\n", Ok(Kind::Csv)),
            ("a.tsv.gz", b"[id]\t[unit]\n", Ok(Kind::Csv)),
            ("a.txt", b"[{\n", Ok(Kind::Csv)),
            ("a", b"case_id\n1\n", Ok(Kind::Csv)),
            (".hidden", b"case_id\n1\n", Ok(Kind::Csv)),
            ("a", b"nul\0nul\n", Ok(Kind::Csv)),
            ("a.csv", b"\xd0\xf2\xcc,\xe3\n", Ok(Kind::Csv)),
            ("a.csv.2024", b"case_id\n1\n", Ok(Kind::Csv)),
            ("a.dat", b"case_id\n1\n", Ok(Kind::Csv)),
            ("a.dat", b"\xff\xfec\0,\0d\0", Ok(Kind::Csv)),
            ("a.dat", b"nul\0nul\n", Err(NONE)),
            ("a.doc", b"\x7fELF\x02\x01\x01\0\0", Err(NONE)),
            ("a.csv", b"\xff\xff\xff\xff\0\0\0\0", Ok(Kind::Csv)),
            ("a.dat", b"\xff\xff\xff\xff\0\0\0\x7f", Err(NONE)),
            ("a.json", b"{\"case_id\":1}\n", Ok(Kind::Json)),
            ("a.ndjson.gz", b"\xef\xbb\xbf\n {\"case_id\":1}\n", Ok(Kind::Json)),
            ("a.jsonl", b"null\n", Ok(Kind::Json)),
            ("a", b"{\"case_id\":1}\n", Ok(Kind::Json)),
            ("a.log", b"{\"case_id\":1}\n", Ok(Kind::Json)),
            ("a.json", b" [1]", Err(ARRAY)),
            ("a.jsonl", b"\xff\xfe[\0", Err(ARRAY)),
            ("a", b"[\n {\"case_id\":1}]", Err(ARRAY)),
            ("a.log", b"[[1]]", Err(ARRAY)),
            ("a", b"[id],[unit]\n", Ok(Kind::Csv)),
            ("BZh1.csv", b"BZh1,BZh2\n", Ok(Kind::Csv)),
        ];
        for (name, bytes, expected) in cases {
            let expected = expected.map_err(str::to_owned);
            assert_eq!(kind(name, bytes), expected, "{name} {bytes:?}");
            assert_eq!(kind(name, &gzip(bytes)), expected, "{name} {bytes:?}, packed");
        }
    }

    #[test]
    fn what_is_not_read_is_refused_with_what_to_do() {
        let tar = [&[b'a'; 257][..], b"ustar\0"].concat();
        let cases: [(&str, &[u8], &str); 19] = [
            ("a.csv", b"", "it is empty"),
            ("a.csv", b"\xef\xbb\xbf \r\n", "it is empty"),
            ("a.csv", b"\xff\xfe", "it is empty"),
            ("a.csv", &gzip(b""), "it is empty"),
            ("a.xls", OLE, "it is an old Excel workbook (.xls); save it as .xlsx"),
            ("a.csv", OLE, "it is an old Excel workbook (.xls); save it as .xlsx"),
            ("a.xlsx", OLE, "it is a workbook with a password; save it without one"),
            ("a.csv", b"BZh91AY&SY\x01", "it is packed with bzip2; unpack it, or pack it with gzip"),
            ("a.csv", b"\x28\xb5\x2f\xfd\x04", "it is packed with zstd; unpack it, or pack it with gzip"),
            ("a.csv", b"\xfd7zXZ\0\0", "it is packed with xz; unpack it, or pack it with gzip"),
            ("a.csv", b"7z\xbc\xaf\x27\x1c\0", "it is a 7z archive; unpack it, or pack it with gzip"),
            ("a.csv", b"Rar!\x1a\x07\x01\0", "it is a rar archive; unpack it, or pack it with gzip"),
            ("a.csv", b"%PDF-1.7\n", "it is a PDF; export the table itself, as CSV or .xlsx"),
            ("a.tar.gz", &gzip(&tar), "it is a tar archive; unpack it"),
            ("a.csv.gz", &gzip(&gzip(b"a,b\n")), "it is packed with gzip twice; unpack it once"),
            ("a.gz", &gzip(b"PAR1\x15"), "it is a Parquet file packed with gzip; unpack it first"),
            ("a.gz", &gzip(b"ARROW1\0\0"), "it is an Arrow file packed with gzip; unpack it first"),
            ("a.csv", &gzip(b"PK\x03\x04"), "it is a workbook or zip archive packed with gzip; unpack it first"),
            ("a.csv", &gzip(b"a,b\n")[..12], "the compressed data end too early, at byte 12"),
        ];
        for (name, bytes, why) in cases {
            assert_eq!(kind(name, bytes), Err(why.to_owned()), "{name} {bytes:?}");
        }
        assert_eq!(of(Path::new("/")).err().map(|error| error.to_string().contains("it is a directory")), Some(true));
    }

    #[test]
    fn web_pages_and_xml_workbooks_are_no_event_logs() {
        for page in ["<html xmlns:o='urn'>", "\n<TABLE border=1>", "<!DOCTYPE html>", "<meta charset=utf-8>"] {
            assert!(
                kind("report.xls", page.as_bytes()).is_err_and(|why| why.starts_with("it is a web page")),
                "{page}"
            );
        }
        let book = b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>";
        assert!(kind("report.xls", book).is_err_and(|why| why.starts_with("it is a workbook in XML")));
        assert_eq!(kind("a.xes", "<".as_bytes()), Ok(Kind::Xes));
    }

    #[test]
    fn a_long_blank_beginning_is_not_taken_for_an_empty_file() {
        let blank = [vec![b'\n'; 5_000], b"a,b\n".to_vec()].concat();
        assert_eq!(kind("a.csv", &blank), Ok(Kind::Csv));
    }

    #[test]
    fn bytes_of_any_kind_are_told_or_refused() {
        let blank = |byte: &u8| byte.is_ascii() && char::from(*byte).is_whitespace();
        for seed in 0..2_000_u32 {
            let byte = |at: u32| seed.wrapping_mul(2_654_435_761).rotate_left(at * 5).to_le_bytes()[0];
            let bytes: Vec<u8> = (0..seed % 23).map(byte).collect();
            for (packed, name) in [(false, ""), (true, "csv"), (false, "json"), (true, "dat")] {
                let empty = told(&bytes, packed, name).is_err_and(|why| why == "it is empty");
                assert_eq!(empty, bytes.iter().all(blank), "{bytes:?}");
            }
        }
    }
}
