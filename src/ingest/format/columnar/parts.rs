//! Columns of a row group of a Parquet file, taken apart by the thread that asks.
//!
//! Names are left as the file keeps them: each once, and of every row which it is.

use crate::ingest::rows::Texts;
use polars::prelude::*;
use polars_arrow::array::{DictionaryArray, Utf8ViewArray};
use polars_arrow::datatypes::IntegerType;
use polars_parquet::read::{BasicDecompressor, FileMetadata, PageReader, RowGroupMetadata, column_iter_to_arrays};
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;

/// By this mark of a field the engine knows that names may be left as the file keeps them.
const KEPT_ONCE: &str = "_PL_CATEGORICAL2";

/// A column of a row group: its values, or their numbers and the texts that they number.
pub(super) type Part = (Column, Option<Arc<Texts>>);

/// The columns of a row group that are asked for.
///
/// # Errors
///
/// One is damaged.
pub(super) fn parts(
    path: &Path,
    metadata: &FileMetadata,
    group: usize,
    schema: &ArrowSchema,
    asked: &[PlSmallStr],
) -> PolarsResult<Vec<Part>> {
    let own = &metadata.row_groups[group];
    let read = |file: &mut File, name: &PlSmallStr| part(file, own, schema.try_get(name)?);
    if metadata.row_groups.len() > 1 {
        let mut file = File::open(path)?;
        return asked.iter().map(|name| read(&mut file, name)).collect();
    }
    // A file of one large group is taken apart column by column.
    std::thread::scope(|scope| {
        let own = |name| scope.spawn(move || read(&mut File::open(path)?, name));
        let workers: Vec<_> = asked.iter().map(own).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn part(file: &mut File, group: &RowGroupMetadata, field: &ArrowField) -> PolarsResult<Part> {
    if let Some((numbers, texts)) = names(file, group, field) {
        return Ok((numbers, Some(Arc::new(texts))));
    }
    let values = Series::try_from((field, arrays(file, group, field)?))?;
    Ok((values.into_column(), None))
}

/// Names by number; `None` where the file keeps some of them row by row, and where there are none.
fn names(file: &mut File, group: &RowGroupMetadata, field: &ArrowField) -> Option<(Column, Texts)> {
    let mut columns = group.columns_under_root_iter(&field.name)?;
    if field.dtype != ArrowDataType::Utf8View || columns.next()?.dictionary_page_offset().is_none() {
        return None;
    }
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    let mark = [(KEPT_ONCE.into(), PlSmallStr::EMPTY)].into_iter().collect();
    let kept = ArrowField::new(field.name.clone(), dtype, field.is_nullable).with_metadata(mark);
    // Where it cannot be read so, reading it as any column finds out why.
    let arrays = arrays(file, group, &kept).ok()?;
    let [array] = &arrays[..] else { return None };
    let array = array.as_any().downcast_ref::<DictionaryArray<u32>>()?;
    let texts = array.values().as_any().downcast_ref::<Utf8ViewArray>()?;
    let numbers = UInt32Chunked::with_chunk(field.name.clone(), array.keys().clone());
    Some((numbers.into_column(), texts.values_iter().collect()))
}

fn arrays(file: &mut File, group: &RowGroupMetadata, field: &ArrowField) -> PolarsResult<Vec<ArrayRef>> {
    let (mut pages, mut types) = (Vec::new(), Vec::new());
    for column in group.columns_under_root_iter(&field.name).into_iter().flatten() {
        let range = column.byte_range();
        // What a damaged file claims may be more than it has.
        let length = (range.end - range.start).min(file.metadata()?.len());
        let mut bytes = Vec::with_capacity(length as usize);
        file.seek(SeekFrom::Start(range.start))?;
        file.by_ref().take(length).read_to_end(&mut bytes)?;
        let reader = PageReader::new(Cursor::new(bytes.into()), column, Vec::new(), usize::MAX);
        pages.push(BasicDecompressor::new(reader, Vec::new()));
        types.push(&column.descriptor().descriptor.primitive_type);
    }
    Ok(column_iter_to_arrays(pages, types, field.clone(), None)?.0)
}

#[cfg(test)]
mod tests {
    use crate::ingest::piece::{Cells, Coded, Piece};
    use crate::ingest::source::{Look, Manner, Source};
    use polars::prelude::*;
    use std::collections::BTreeMap;

    const GROUP: usize = 10_000;

    /// Two groups of which the second begins with another name, so that numbers differ; ids all differ.
    fn written(folder: &std::path::Path) -> Source {
        const NAMES: [Option<&str>; 4] =
            [Some("Cửa Nam"), None, Some(""), Some(" Phường Hoàn Kiếm, thành phố Hà Nội ")];
        let units: Vec<Option<&str>> = (0..2 * GROUP).map(|row| NAMES[(row + row / GROUP) % 4]).collect();
        let ids: Vec<String> = (0..2 * GROUP).map(|row| format!("H26-{row}")).collect();
        let mut frame = df!("case_id" => ids, "unit" => units).unwrap();
        let path = folder.join("log.parquet");
        let file = std::fs::File::create(&path).unwrap();
        ParquetWriter::new(file).with_row_group_size(Some(GROUP)).finish(&mut frame).unwrap();
        let manner = Manner { encoding: None, sheet: None, events: false };
        Source::file("log".into(), path, BTreeMap::new(), &manner).unwrap()
    }

    /// By row number, the texts of both columns; `numbered` is whether units are and ids are not.
    fn seen(source: &Source, look: Look, numbered: bool) -> Vec<(u64, String, String)> {
        let mut seen = Vec::new();
        let each = |piece: &Piece| {
            let (ids, units) = (piece.cells(0), piece.cells(1));
            assert_eq!(matches!((ids, units), (Cells::Column(_), Cells::Numbered(..))), numbered);
            let first = seen.len();
            seen.extend(piece.numbers()?.into_iter().map(|row| (row, String::new(), String::new())));
            ids.each_text(|row, text| seen[first + row].1 = text.to_owned())?;
            units.each_text(|row, text| seen[first + row].2 = text.to_owned())?;
            // What is shown of a row is its text; only of none nothing is.
            let shown = |row: usize| units.shown(row) == Some(seen[first + row].2.clone());
            assert!((0..piece.height()).step_by(997).all(|row| shown(row) || units.shown(row).is_none()));
            Ok(true)
        };
        source.walk(&["case_id".into(), "unit".into()], look, each).unwrap();
        seen.sort();
        seen
    }

    #[test]
    fn numbered_names_are_those_that_the_engine_reads() {
        let folder = tempfile::tempdir().unwrap();
        let source = written(folder.path());
        let seen = [(Look::Unordered, true), (Look::InOrder, false)].map(|(look, own)| seen(&source, look, own));
        assert!(seen[0].len() == 2 * GROUP && seen[0] == seen[1]);
        // The third row of the first group is blank, the first of the second has no name.
        source
            .walk(&["unit".into()], Look::Unordered, |piece| {
                let shown = [0, 1, 2].map(|row| piece.cells(0).shown(row));
                let second = piece.numbers()?[0] > 1;
                assert_eq!(shown[if second { 0 } else { 1 }], None);
                assert_eq!(shown[if second { 1 } else { 2 }].as_deref(), Some(""));
                Ok(true)
            })
            .unwrap();
    }

    /// A name is coded once for each number, one that gets no code every time that it is met.
    #[test]
    fn a_name_is_looked_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (mut looks, mut codes) = (BTreeMap::new(), Vec::new());
        let each = |piece: &Piece| {
            let code = |_, text: &str| {
                *looks.entry(text.to_owned()).or_insert(0) += 1;
                (!text.is_empty()).then_some(text.chars().count() as u32)
            };
            codes = piece.cells(0).each_name(&mut Coded::default(), code)?;
            Ok(true)
        };
        written(folder.path()).walk(&["unit".into()], Look::Unordered, each).unwrap();
        // The second group begins with no name and a blank one, then names of 36 and 7 characters.
        assert_eq!(codes[..4], [0, 0, 36, 7]);
        let looks: Vec<(&str, i32)> = looks.iter().map(|(text, looks)| (text.as_str(), *looks)).collect();
        // Half of the rows have no name or a blank one.
        assert_eq!(looks, [("", 10_000), (" Phường Hoàn Kiếm, thành phố Hà Nội ", 2), ("Cửa Nam", 2)]);
    }
}
