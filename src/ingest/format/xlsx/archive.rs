//! A workbook's archive, looked at before anything is read from it.
//!
//! A workbook is a zip of XML files. Made to do harm, a small one unpacks to gigabytes, or says of itself that it has
//! more than a computer can hold; the reader of cells would believe it. So every entry is unpacked once into nothing
//! and counted, and the parts that the reader keeps in memory are counted tag by tag.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// The entries an archive may have.
const MOST_ENTRIES: usize = 10_000;

/// What any archive may unpack to, what one may for each of its bytes, and what none may exceed.
const UNPACKED: (u64, u64, u64) = (256 << 20, 200, 2 << 30);

/// What the reader keeps in memory for each tag: the tag, how many there may be, and how long each may be in bytes.
///
/// A cell format repeats the name of its font and the code of its numbers, and a sheet its address, so both their
/// number and their length count. Excel allows 65,490 cell formats and names of 31 characters.
const TAGS: [(&str, u64, usize); 10] = [
    ("si", 1 << 25, 1 << 10),
    ("sst", 1 << 10, 1 << 12),
    ("sheet", 1 << 10, 1 << 12),
    ("Relationship", 1 << 16, 1 << 12),
    ("numFmt", 1 << 16, 1 << 11),
    ("xf", 1 << 18, 1 << 12),
    ("font", 1 << 17, 1 << 12),
    ("name", 1 << 17, 1 << 10),
    ("fill", 1 << 17, 1 << 12),
    ("border", 1 << 17, 1 << 12),
];

/// The shared texts that a workbook may say it has.
const MOST_SHARED: u64 = 1 << 25;

const NO_WORKBOOK: &str = "it is a zip archive but no Excel workbook";

/// Looks through the whole archive.
///
/// # Errors
///
/// It is no workbook, is encrypted or damaged, has a DTD, or has too many entries or too much in them.
pub(super) fn check(file: &File) -> Result<(), String> {
    let size = file.metadata().map_err(|e| e.to_string())?.len();
    let mut start = [0; 4];
    let mut input = file;
    if input.rewind().and_then(|()| input.read_exact(&mut start)).is_err() || start != *b"PK\x03\x04" {
        return Err("it is no zip archive, so no Excel workbook".to_owned());
    }
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(refused)?;
    if archive.len() > MOST_ENTRIES {
        return Err(format!("it is an archive of more than {MOST_ENTRIES} entries, so no Excel workbook"));
    }
    let parts: BTreeSet<String> = archive.file_names_raw().map(part).collect();
    check_kind(&parts)?;
    let (least, times, most) = UNPACKED;
    let limit = size.saturating_mul(times).clamp(least, most);
    let mut meter = Meter { limit, left: limit, spent: false };
    let mut needed = Needed::default();
    for index in 0..archive.len() {
        check_entry(&mut archive, index, &mut meter, &mut needed)?;
    }
    needed.check(&parts)
}

/// Tells workbooks from other archives by the names of their entries.
fn check_kind(parts: &BTreeSet<String>) -> Result<(), String> {
    let has = |name: &str| parts.contains(name);
    if has("xl/workbook.bin") {
        return Err("it is a binary workbook (.xlsb); save it as .xlsx".to_owned());
    }
    if has("mimetype") && has("content.xml") {
        return Err("it is an OpenDocument file (such as .ods); save it as .xlsx".to_owned());
    }
    if has("[content_types].xml") && has("_rels/.rels") { Ok(()) } else { Err(NO_WORKBOOK.to_owned()) }
}

/// An entry's name as the reader of cells looks for it.
fn part(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace('\\', "/").to_ascii_lowercase()
}

/// Unpacks an entry, and notes what it says that the workbook needs.
fn check_entry<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    meter: &mut Meter,
    needed: &mut Needed,
) -> Result<(), String> {
    let entry = archive.by_index(index).map_err(refused)?;
    let name = part(entry.name_raw());
    let mut input = BufReader::new(Metered { inner: entry, meter });
    let mut census = Census::of(&name, needed);
    let checked = match name.ends_with(".xml") || name.ends_with(".rels") {
        true => census.take(&mut input),
        false => Ok(()),
    };
    let checked = checked.and_then(|()| io::copy(&mut input, &mut io::sink()).map_err(Stop::Read));
    match checked {
        _ if meter.spent => {
            Err(format!("it unpacks to more than {} MiB; unpack it and look at it first", meter.limit >> 20))
        }
        Ok(_) => Ok(()),
        Err(Stop::Read(e)) => Err(format!("its part {name} is damaged: {e}")),
        Err(Stop::Found(why)) => Err(format!("its part {name} {why}")),
    }
}

fn refused(error: ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "it is encrypted; save it without a password".to_owned()
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            "it is packed in a way that is not read here; open it in Excel and save it again".to_owned()
        }
        error => format!("its zip archive is damaged or cut off: {error}"),
    }
}

/// What may still be unpacked.
struct Meter {
    limit: u64,
    left: u64,
    spent: bool,
}

struct Metered<'a, R> {
    inner: R,
    meter: &'a mut Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.meter.left.checked_sub(read as u64) {
            Some(left) if !self.meter.spent => self.meter.left = left,
            _ => {
                self.meter.spent = true;
                return Err(io::Error::other("it unpacks to too much"));
            }
        }
        Ok(read)
    }
}

/// Why an entry was not looked at to its end.
enum Stop {
    Read(io::Error),
    Found(String),
}

/// The tags of one part that the reader keeps something for.
struct Census<'a> {
    part: &'a str,
    /// Whether it is read before a sheet is chosen; of other parts only the beginning is looked at.
    is_kept: bool,
    counts: [u64; TAGS.len()],
    needed: &'a mut Needed,
}

impl<'a> Census<'a> {
    fn of(part: &'a str, needed: &'a mut Needed) -> Self {
        let in_book = part.strip_prefix("xl/").is_some_and(|name| !name.contains('/'));
        let is_kept = in_book || ["_rels/", "xl/_rels/", "xl/theme/"].iter().any(|folder| part.starts_with(folder));
        Self { part, is_kept, counts: [0; TAGS.len()], needed }
    }

    /// Goes through the tags, by the same rules as the reader of cells.
    fn take(&mut self, input: &mut impl BufRead) -> Result<(), Stop> {
        let mut xml = Reader::from_reader(input);
        let config = xml.config_mut();
        (config.check_end_names, config.expand_empty_elements) = (false, true);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer) {
                Ok(Event::DocType(_)) => {
                    let why = "has a document type definition (DTD), which no workbook needs";
                    return Err(Stop::Found(why.to_owned()));
                }
                Ok(Event::Start(tag)) if self.is_kept => self.see(&tag).map_err(Stop::Found)?,
                Ok(Event::Start(_) | Event::Eof) => return Ok(()),
                Err(quick_xml::Error::Io(e)) => return Err(Stop::Read(io::Error::new(e.kind(), e.to_string()))),
                // The reader of cells stops at the same place, and says so if it gets there.
                Err(_) => return Ok(()),
                Ok(_) => {}
            }
        }
    }

    fn see(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.local_name();
        let limits = TAGS.iter().zip(&mut self.counts).find(|((tag, ..), _)| *tag == name.as_ref());
        let Some(((name, most, longest), count)) = limits else { return Ok(()) };
        *count += 1;
        if *count > *most {
            return Err(format!("has more than {most} entries `{name}`"));
        }
        if tag.len() > *longest {
            return Err(format!("has an entry `{name}` of more than {longest} bytes"));
        }
        match *name {
            "sst" => check_shared(tag),
            "Relationship" => self.needed.note(self.part, tag),
            _ => Ok(()),
        }
    }
}

/// The reader makes room for as many shared texts as the tag promises.
fn check_shared(tag: &BytesStart<'_>) -> Result<(), String> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let promised = attribute.value.trim().parse::<u64>();
        if attribute.key.as_ref() == "uniqueCount" && promised.is_ok_and(|count| count > MOST_SHARED) {
            return Err(format!("says that it has more than {MOST_SHARED} texts"));
        }
    }
    Ok(())
}

/// The parts that the workbook says it has, and that the reader looks for in one place only.
#[derive(Default)]
struct Needed {
    /// The workbook's main part.
    book: Option<String>,
    /// Whether the archive has another main part, and so is another document.
    is_foreign: bool,
    /// Where the formats of its cells are said to be.
    formats: BTreeSet<String>,
}

impl Needed {
    /// Notes a relationship of a part.
    fn note(&mut self, part: &str, tag: &BytesStart<'_>) -> Result<(), String> {
        let (mut kind, mut target) = (String::new(), String::new());
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|e| e.to_string())?;
            match attribute.key.as_ref() {
                "Type" => kind = attribute.value.to_ascii_lowercase(),
                "Target" => target = attribute.value.to_ascii_lowercase(),
                _ => {}
            }
        }
        let kind = kind.rsplit('/').next().unwrap_or_default();
        match (kind, target.strip_prefix('/')) {
            ("officedocument", from_root) if part == "_rels/.rels" => self.note_main(from_root.unwrap_or(&target)),
            ("styles", from_root) if part.starts_with("xl/_rels/") => {
                self.formats.insert(from_root.map_or_else(|| format!("xl/{target}"), str::to_owned));
            }
            _ => {}
        }
        Ok(())
    }

    fn note_main(&mut self, target: &str) {
        let inside = target.strip_prefix("xl/");
        let is_book = inside.is_some_and(|name| name.ends_with(".xml") && !name.contains(['/', '\\', '&']));
        self.is_foreign |= !is_book || self.book.as_ref().is_some_and(|book| book != target);
        self.book = Some(target.to_owned());
    }

    /// Without the formats of its cells a sheet could be read, but its dates would be numbers.
    fn check(&self, parts: &BTreeSet<String>) -> Result<(), String> {
        let Some(book) = self.book.as_ref().filter(|_| !self.is_foreign) else { return Err(NO_WORKBOOK.to_owned()) };
        let elsewhere = self.formats.iter().find(|part| *part != "xl/styles.xml");
        match [book].into_iter().chain(&self.formats).find(|part| !parts.contains(*part)).or(elsewhere) {
            Some(part) => Err(format!("its part {part} is not where it should be; open it in Excel and save it again")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::zipped;
    use super::*;

    fn main_part(target: &str) -> String {
        format!(
            r#"<Relationships><Relationship Target="{target}" Type="x/relationships/officeDocument"/></Relationships>"#
        )
    }

    type Part<'a> = (&'a str, &'a [u8]);

    fn refusal(parts: &[Part<'_>]) -> String {
        check(zipped(parts).as_file()).unwrap_err()
    }

    #[test]
    fn what_is_no_workbook_is_told_as_what_it_is() {
        let types: Part<'_> = ("[Content_Types].xml", b"<Types/>");
        let elsewhere = main_part("word/document.xml");
        let cases: [(&[Part<'_>], &str); 6] = [
            (&[("a.csv", b"id")], "no Excel workbook"),
            (&[types], "no Excel workbook"),
            (&[types, ("_rels/.rels", b"<Relationships/>")], "no Excel workbook"),
            (&[types, ("_rels/.rels", elsewhere.as_bytes())], "no Excel workbook"),
            (&[types, ("xl/workbook.bin", b"")], ".xlsb"),
            (&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"")], "OpenDocument"),
        ];
        for (parts, expected) in cases {
            let why = refusal(parts);
            assert!(why.contains(expected), "{why}");
        }
        let mut text = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut text, b"id,at\n1,2\n").unwrap();
        assert!(check(&text).unwrap_err().contains("no zip archive"));
    }

    #[test]
    fn the_main_part_must_be_a_workbook_in_its_folder() {
        let cases = [
            ("xl/workbook.xml", true),
            ("/xl/workbook2.xml", true),
            ("xl/sub/workbook.xml", false),
            ("xl/../evil.xml", false),
            ("xl/workbook.txt", false),
            ("xl&#47;workbook.xml", false),
        ];
        for (target, is_book) in cases {
            let text = main_part(target);
            let mut needed = Needed::default();
            assert!(Census::of("_rels/.rels", &mut needed).take(&mut text.as_bytes()).is_ok());
            let parts = BTreeSet::from([target.trim_start_matches('/').to_owned()]);
            assert_eq!(needed.check(&parts).is_ok(), is_book, "{target}");
        }
    }

    #[test]
    fn parts_that_are_not_where_they_are_looked_for_are_missed() {
        let related = |kind: &str, target: &str| {
            format!(r#"<Relationships><Relationship Type="x/{kind}" Target="{target}"/></Relationships>"#)
        };
        let cases = [
            ("styles", "styles.xml", true),
            ("styles", "/xl/styles.xml", true),
            ("styles", "styles2.xml", false),
            ("styles", "missing/styles.xml", false),
            ("theme", "nowhere.xml", true),
        ];
        let parts = ["xl/workbook.xml", "xl/styles.xml", "xl/styles2.xml"].map(String::from).into();
        for (kind, target, is_found) in cases {
            let mut needed = Needed { book: Some("xl/workbook.xml".into()), ..Needed::default() };
            let text = related(kind, target);
            assert!(Census::of("xl/_rels/workbook.xml.rels", &mut needed).take(&mut text.as_bytes()).is_ok());
            assert_eq!(needed.check(&parts).is_ok(), is_found, "{kind} {target}");
        }
    }

    #[test]
    fn a_bomb_is_unpacked_no_further_than_the_limit() {
        let zeros = vec![0; 300 << 20];
        let file = zipped(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", main_part("xl/workbook.xml").as_bytes()),
            ("xl/media/image1.png", &zeros),
        ]);
        assert!(file.as_file().metadata().unwrap().len() < 1 << 20);
        assert_eq!(
            check(file.as_file()),
            Err("it unpacks to more than 256 MiB; unpack it and look at it first".to_owned())
        );
    }

    #[test]
    fn an_archive_of_too_many_entries_is_refused() {
        let names: Vec<String> = (0..=MOST_ENTRIES).map(|n| n.to_string()).collect();
        let parts: Vec<Part<'_>> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert!(refusal(&parts).contains("more than 10000 entries"));
    }
}
