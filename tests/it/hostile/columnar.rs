//! Parquet and Arrow IPC: every type there is beside and as a needed column, and files that are cut off.

use super::entry::{Entry, file};
use polars::prelude::*;

/// The sound columns, of three rows.
fn base() -> Vec<Column> {
    vec![
        Column::new("case_id".into(), ["1", "2", "3"]),
        Column::new("received_at".into(), ["2024-03-01", "2024-03-02", "2024-03-03"]),
        Column::new("unit".into(), ["A", "B", "B"]),
    ]
}

/// The sound columns with these put in or instead.
fn frame(others: impl IntoIterator<Item = Column>) -> DataFrame {
    let mut frame = DataFrame::new(3, base()).expect("columns");
    for column in others {
        frame.with_column(column).expect("a column");
    }
    frame
}

pub fn parquet(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("memory");
    bytes
}

pub fn ipc(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    IpcWriter::new(&mut bytes).finish(&mut frame).expect("memory");
    bytes
}

pub fn stream(mut frame: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    IpcStreamWriter::new(&mut bytes).finish(&mut frame).expect("memory");
    bytes
}

/// The sound columns alone.
pub fn sound() -> DataFrame {
    frame([])
}

fn cast(values: [Option<i64>; 3], dtype: &DataType) -> Column {
    Column::new("x".into(), values).cast(dtype).expect("a cast")
}

fn list(values: [&[i64]; 3]) -> Column {
    let lists: Vec<Series> = values.iter().map(|values| Series::new("".into(), *values)).collect();
    Column::new("x".into(), lists)
}

/// A column of each type the engine writes, by the type's name.
fn every_type() -> Vec<(String, Column)> {
    let some = [Some(1), None, Some(3)];
    let units = [TimeUnit::Nanoseconds, TimeUnit::Microseconds, TimeUnit::Milliseconds];
    let zone = || TimeZone::opt_try_new(Some("Asia/Ho_Chi_Minh")).expect("a zone");
    let numbers = [
        DataType::Int8,
        DataType::Int16,
        DataType::Int32,
        DataType::Int64,
        DataType::Int128,
        DataType::UInt8,
        DataType::UInt16,
        DataType::UInt32,
        DataType::UInt64,
        DataType::UInt128,
        DataType::Float16,
        DataType::Float32,
        DataType::Float64,
        DataType::Boolean,
        DataType::Date,
        DataType::Time,
        DataType::Decimal(38, 4),
        DataType::String,
        DataType::Null,
        DataType::from_categories(Categories::global()),
    ];
    let moments = units
        .into_iter()
        .flat_map(|unit| [DataType::Datetime(unit, None), DataType::Datetime(unit, zone()), DataType::Duration(unit)]);
    let from_text = |dtype: &DataType| match dtype {
        DataType::Null => Column::full_null("x".into(), 3, dtype),
        DataType::Categorical(..) => Column::new("x".into(), ["a", "b", "a"]).cast(dtype).expect("a cast"),
        _ => cast(some, dtype),
    };
    let mut all: Vec<(String, Column)> = numbers
        .into_iter()
        .chain(moments)
        .map(|dtype| (dtype.to_string().replace('/', "-"), from_text(&dtype)))
        .collect();
    let pair = [Column::new("a".into(), [1, 2, 3]), Column::new("b".into(), ["x", "y", "z"])];
    let pair = DataFrame::new(3, pair.to_vec()).expect("columns").into_struct("x".into()).into_series();
    all.push(("list".to_owned(), list([&[1], &[], &[2, 3]])));
    all.push((
        "array".to_owned(),
        list([&[1, 2], &[3, 4], &[5, 6]]).cast(&DataType::Array(Box::new(DataType::Int64), 2)).expect("a cast"),
    ));
    all.push(("struct".to_owned(), pair.into_column()));
    all.push(("binary".to_owned(), Column::new("x".into(), [&b"\xff"[..], b"", b"a"])));
    all.push(("not a number".to_owned(), Column::new("x".into(), [f64::NAN, f64::INFINITY, -0.0])));
    all.push(("beyond 64 bits".to_owned(), Column::new("x".into(), [u64::MAX, u64::MAX - 1, 0])));
    all
}

pub fn entries() -> Vec<Entry> {
    let unmapped = every_type().into_iter().flat_map(|(name, column)| {
        let (other, again) = (column.clone(), frame([column.clone(), Column::new("case_id".into(), ["1", "1", "1"])]));
        [
            file(&format!("{name} beside.parquet"), move || parquet(frame([column.clone()]))).read(3, 0, &[]),
            file(&format!("{name} beside.arrow"), move || ipc(frame([other.clone()]))).read(3, 0, &[]),
            file(&format!("{name} beside repeats.parquet"), move || parquet(again.clone())).read(
                0,
                3,
                &["conflicting_repeat"],
            ),
        ]
    });
    unmapped.chain(mapped()).chain(shapes()).chain(repeats()).chain(extremes()).chain(foreign()).collect()
}

/// A column of each type in the place of a needed one: read, or refused with its name and type.
fn mapped() -> Vec<Entry> {
    let entry = |name: &str, column: Column| {
        let wanted = name.to_owned();
        file(&format!("{} as {name}.parquet", column.dtype()), move || {
            parquet(frame([column.clone().with_name(wanted.as_str().into())]))
        })
    };
    let wrong = |name: &str, column: Column| {
        let found = format!("column `{name}` holds");
        entry(name, column).refused(1, &[&found, "Convert it, or name another in `[columns]`"])
    };
    let binary = || Column::new("x".into(), [&b"\xff"[..], b"", b"a"]);
    let day = |values| cast(values, &DataType::Date);
    vec![
        wrong("case_id", binary()),
        wrong("case_id", list([&[1], &[2], &[3]])),
        wrong("unit", binary()),
        wrong("unit", list([&[1], &[2], &[3]])),
        wrong("received_at", binary()),
        wrong("received_at", cast([Some(1); 3], &DataType::Boolean)),
        wrong("received_at", cast([Some(1); 3], &DataType::Time)),
        wrong("received_at", cast([Some(1); 3], &DataType::Duration(TimeUnit::Milliseconds))),
        wrong("received_at", cast([Some(1); 3], &DataType::Decimal(9, 2))),
        entry("received_at", cast([Some(1), Some(2), Some(3)], &DataType::Int64))
            .refused(2, &["column `received_at`", "format.datetime"]),
        entry("received_at", Column::new("x".into(), [f64::NAN; 3])).refused(2, &["column `received_at`", "NaN"]),
        entry("received_at", Column::full_null("x".into(), 3, &DataType::Null)).read(0, 3, &["missing_received"]),
        entry("received_at", day([Some(19_783), None, Some(1)])).read(1, 2, &["missing_received", "implausible_date"]),
        entry("case_id", Column::full_null("x".into(), 3, &DataType::Null)).read(0, 3, &["missing_id"]),
        entry("case_id", Column::new("x".into(), [u64::MAX, u64::MAX - 1, 0])).read(3, 0, &[]),
        entry("case_id", Column::new("x".into(), [i128::MAX, i128::MAX - 1, 0])).named("i128 as case_id.parquet").read(
            3,
            0,
            &[],
        ),
        entry("case_id", Column::new("x".into(), [0.1, 0.1 + f64::EPSILON / 4.0, 1e300])).read(3, 0, &[]),
        entry("case_id", cast([Some(1), Some(2), Some(3)], &DataType::Time)).read(3, 0, &[]),
        entry("unit", Column::full_null("x".into(), 3, &DataType::Null)).read(3, 0, &[]),
        entry("unit", day([Some(0), Some(i64::from(i32::MAX)), None])).read(3, 0, &[]),
    ]
}

fn shapes() -> Vec<Entry> {
    let cut = |at: usize| {
        file(&format!("cut-at-{at}.parquet"), move || parquet(sound())[..at].to_vec()).refused(1, &["cannot be read"])
    };
    let cut_ipc = |at: usize| {
        file(&format!("cut-at-{at}.arrow"), move || ipc(sound())[..at].to_vec()).refused(1, &["cannot be read"])
    };
    let (whole, whole_ipc) = (parquet(sound()).len(), ipc(sound()).len());
    let one = DataFrame::new(1, vec![Column::new("case_id".into(), ["1"])]).expect("a column");
    let named = |name: &str| frame([Column::new(name.into(), [1, 2, 3])]);
    vec![
        file("parquet.csv", || parquet(sound())).read(3, 0, &["Parquet"]),
        file("stream.arrow", || stream(sound())).read(3, 0, &[]),
        file("no-rows.parquet", || parquet(sound().clear())).read(0, 0, &[]),
        file("no-rows.arrow", || ipc(sound().clear())).read(0, 0, &[]),
        file("no-rows-stream.arrow", || stream(sound().clear())).read(0, 0, &[]),
        file("no-columns.parquet", || parquet(DataFrame::empty()))
            .refused(2, &["no-columns.parquet", "no column `case_id`"]),
        file("no-columns.arrow", || ipc(DataFrame::empty())).refused(2, &["no-columns.arrow", "no column `case_id`"]),
        file("no-such-column.parquet", move || parquet(one.clone())).refused(2, &["no column `received_at`"]),
        file("number-column.parquet", move || parquet(named("giamtang:row")))
            .refused(1, &["number-column.parquet", "giamtang:row"]),
        file("unnamed-column.parquet", move || parquet(named(""))).read(3, 0, &[]),
        file("cut-stream.arrow", || stream(sound())[..300].to_vec()).refused(1, &["cut-stream.arrow"]),
        file("only-mark.parquet", || b"PAR1".to_vec()).refused(1, &["only-mark.parquet"]),
        file("two-marks.parquet", || b"PAR1PAR1".to_vec()).refused(1, &["two-marks.parquet"]),
        file("footer-of-4-GB.parquet", || b"PAR1\0\0\0\0\xff\xff\xff\xffPAR1".to_vec())
            .refused(1, &["footer-of-4-GB.parquet"]),
        file("only-mark.arrow", || b"ARROW1\0\0".to_vec()).refused(1, &["only-mark.arrow"]),
        cut(5),
        cut(whole / 4),
        cut(whole / 2),
        cut(whole - 9),
        cut(whole - 1),
        cut_ipc(20),
        cut_ipc(whole_ipc / 2),
        cut_ipc(whole_ipc - 1),
    ]
}

/// Rows of one id that differ only where the engine's own text does not show it.
fn repeats() -> Vec<Entry> {
    let long: Vec<i64> = (0..40).collect();
    let mut other = long.clone();
    other[20] = 99;
    let ids = || Column::new("case_id".into(), ["1", "1", "2"]);
    let same = || [Column::new("received_at".into(), ["2024-03-01"; 3]), Column::new("unit".into(), ["A"; 3]), ids()];
    let differ = |name: &str, column: Column| {
        let all = frame(same().into_iter().chain([column]));
        file(&format!("{name}.parquet"), move || parquet(all.clone())).read(1, 2, &["conflicting_repeat"])
    };
    let plain = frame(same());
    vec![
        differ("differ in the middle of a list", list([&long, &other, &[]])),
        differ("differ by a nanosecond", cast([Some(1), Some(2), Some(3)], &DataType::Time)),
        differ("differ in bytes that are no text", Column::new("x".into(), [&b"\xff\x01"[..], b"\xff\x02", b""])),
        file("differ in nothing.parquet", move || parquet(plain.clone())).read(2, 1, &["identical_repeat"]),
    ]
}

/// Moments that no calendar reaches, such as the `infinity` of a database, where they count and where they do not.
fn extremes() -> Vec<Entry> {
    let far = [Some(i64::MAX), Some(i64::MIN + 1), Some(0)];
    let moment = move |name: &str, unit| cast(far, &DataType::Datetime(unit, None)).with_name(name.into());
    let units = [(TimeUnit::Nanoseconds, "ns"), (TimeUnit::Microseconds, "us"), (TimeUnit::Milliseconds, "ms")];
    let each = units.into_iter().flat_map(|(unit, short)| {
        [
            file(&format!("far received {short}.parquet"), move || parquet(frame([moment("received_at", unit)]))).read(
                0,
                3,
                &["implausible_date"],
            ),
            file(&format!("far unit {short}.parquet"), move || parquet(frame([moment("unit", unit)]))).read(3, 0, &[]),
            file(&format!("far beside repeats {short}.parquet"), move || {
                parquet(frame([moment("x", unit), Column::new("case_id".into(), ["1", "1", "2"])]))
            })
            .read(1, 2, &["conflicting_repeat"]),
        ]
    });
    // The day number times the microseconds of a day is a day of 2024 once 64 bits are full.
    let wrapped = [Some(213_523_765), Some(427_027_747), Some(1_067_539_694)];
    let days = move || parquet(frame([cast(wrapped, &DataType::Date).with_name("received_at".into())]));
    each.chain([file("days that wrap.parquet", days).read(0, 3, &["implausible_date"])]).collect()
}

/// Files of another writer, with types the engine does not write; see `fixtures/hostile/README.md`.
fn foreign() -> Vec<Entry> {
    let fixture = |name: &'static str| {
        file(name, move || std::fs::read(crate::workbench::project("fixtures/hostile").join(name)).expect("a fixture"))
    };
    let no_type = "a type that is not read";
    vec![
        fixture("every_type.parquet").read(2, 0, &[]),
        fixture("int96.parquet").read(2, 0, &[]),
        fixture("extension.parquet").read(2, 0, &[]),
        fixture("zone.parquet").refused(1, &["zone.parquet", "a time zone that does not exist"]),
        fixture("text.parquet").refused(1, &["text.parquet", "invalid UTF-8"]),
        fixture("twice.parquet").refused(1, &["twice.parquet", "unit"]),
        fixture("every_type.arrow").read(2, 0, &[]),
        fixture("union.arrow").refused(1, &["union.arrow", no_type]),
        fixture("interval.arrow").refused(1, &["interval.arrow", "of a type that it does not read"]),
        fixture("values.parquet").refused(1, &["values.parquet", "a page has less than nothing"]),
    ]
}
