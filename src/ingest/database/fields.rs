//! Fields of a binary copy as columns of the engine.

use super::copy::Chunk;
use super::texts::{Naming, decimal, uuid};
use super::types::Field;
use crate::ingest::piece::Frame;
use crate::ingest::rows::Texts;
use crate::ingest::source::ROW;
use polars::prelude::*;
use polars_arrow::array::{BooleanArray, PrimitiveArray};
use polars_arrow::bitmap::{Bitmap, MutableBitmap};
use polars_arrow::types::NativeType;
use std::sync::Arc;

/// The server counts from 2000-01-01: so many days and microseconds after 1970-01-01.
const DAYS: i32 = 10_957;
const MICROS: i64 = 946_684_800_000_000;

/// A column that is copied: its name, how its fields are read, and its place among those that are asked for.
pub(super) struct Copied {
    pub(super) name: PlSmallStr,
    pub(super) field: Field,
    pub(super) place: Option<usize>,
}

/// The columns that are asked for of some rows, in the order of their places.
///
/// # Errors
///
/// A field is not of its column's type.
pub(super) fn frame(chunk: &Chunk, copied: &[Copied]) -> PolarsResult<Frame> {
    let rows = chunk.rows as usize;
    let mut columns: Vec<Option<Making>> =
        copied.iter().map(|own| own.place.map(|_| Making::of(own.field, rows))).collect();
    let mut rest = &chunk.bytes[..];
    for _ in 0..rows {
        // How many fields there are was seen when the rows were cut.
        rest = rest.get(2..).ok_or_else(damaged)?;
        for column in &mut columns {
            let field = field(&mut rest)?;
            if let Some(column) = column {
                column.push(field).ok_or_else(damaged)?;
            }
        }
    }
    let own = copied.iter().zip(columns).filter_map(|(own, column)| Some((own.place?, own, column?)));
    let mut parts: Vec<_> = own.map(|(place, own, column)| (place, column.finish(own))).collect();
    parts.sort_by_key(|(place, _)| *place);
    let (columns, texts): (Vec<_>, Vec<_>) = parts.into_iter().map(|(_, part)| part).unzip();
    let first = IdxSize::try_from(chunk.first).map_err(|e| polars_err!(ComputeError: "{e}"))?;
    let rows = DataFrame::new(rows, columns)?.with_row_index(ROW.into(), Some(first))?;
    Ok(Frame { rows, texts: texts.into() })
}

fn damaged() -> PolarsError {
    polars_err!(ComputeError: "a field is not of its column's type")
}

/// The next field: its bytes, or none where it is null.
fn field<'b>(rest: &mut &'b [u8]) -> PolarsResult<Option<&'b [u8]>> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
    let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
        *rest = after;
        return Ok(None);
    };
    let (bytes, after) = after.split_at_checked(length).ok_or_else(damaged)?;
    *rest = after;
    Ok(Some(bytes))
}

/// Values in a row, and which of them are none.
struct Values<T> {
    values: Vec<T>,
    blanks: Vec<u32>,
}

impl<T: Default> Values<T> {
    fn with_capacity(rows: usize) -> Self {
        Self { values: Vec::with_capacity(rows), blanks: Vec::new() }
    }

    fn push(&mut self, value: Option<T>) {
        if value.is_none() {
            self.blanks.push(self.values.len() as u32);
        }
        self.values.push(value.unwrap_or_default());
    }

    fn known(&self) -> Option<Bitmap> {
        let mut known = MutableBitmap::from_len_set(self.values.len());
        self.blanks.iter().for_each(|row| known.set(*row as usize, false));
        (!self.blanks.is_empty()).then(|| known.into())
    }
}

/// A column in the making.
enum Making {
    Flags(Values<bool>),
    Whole(Field, Values<i64>),
    Short(Values<f32>),
    Long(Values<f64>),
    Days(Values<i32>),
    Names(Field, Box<Naming>, String),
}

impl Making {
    fn of(field: Field, rows: usize) -> Self {
        match field {
            Field::Bool => Self::Flags(Values::with_capacity(rows)),
            Field::Int2 | Field::Int4 | Field::Int8 | Field::Oid | Field::Timestamp | Field::Timestamptz => {
                Self::Whole(field, Values::with_capacity(rows))
            }
            Field::Float4 => Self::Short(Values::with_capacity(rows)),
            Field::Float8 => Self::Long(Values::with_capacity(rows)),
            Field::Date => Self::Days(Values::with_capacity(rows)),
            Field::Numeric | Field::Text | Field::Padded | Field::Jsonb | Field::Uuid | Field::Other => {
                Self::Names(field, Box::new(Naming::with_capacity(rows)), String::new())
            }
        }
    }

    /// Adds the field of the next row; `None` where its bytes are not of the type.
    fn push(&mut self, field: Option<&[u8]>) -> Option<()> {
        let Some(bytes) = field else {
            self.push_none();
            return Some(());
        };
        match self {
            Self::Flags(values) => values.push(Some(*bytes.first()? != 0)),
            Self::Whole(field, values) => values.push(Some(whole(*field, bytes)?)),
            Self::Short(values) => values.push(Some(f32::from_be_bytes(bytes.try_into().ok()?))),
            Self::Long(values) => values.push(Some(f64::from_be_bytes(bytes.try_into().ok()?))),
            Self::Days(values) => values.push(Some(day(i32::from_be_bytes(bytes.try_into().ok()?)))),
            Self::Names(field, naming, text) => name(*field, bytes, naming, text)?,
        }
        Some(())
    }

    fn push_none(&mut self) {
        match self {
            Self::Flags(values) => values.push(None),
            Self::Whole(_, values) => values.push(None),
            Self::Short(values) => values.push(None),
            Self::Long(values) => values.push(None),
            Self::Days(values) => values.push(None),
            Self::Names(_, naming, _) => naming.push_none(),
        }
    }

    fn finish(self, own: &Copied) -> (Column, Option<Arc<Texts>>) {
        let name = own.name.clone();
        let column = match self {
            Self::Flags(values) => {
                let known = values.known();
                let array = BooleanArray::from_slice(&values.values).with_validity(known);
                BooleanChunked::with_chunk(name, array).into_column()
            }
            Self::Whole(field, values) => {
                let whole = Int64Chunked::with_chunk(name, array(values));
                match field.dtype() {
                    DataType::Datetime(unit, zone) => whole.into_datetime(unit, zone).into_column(),
                    _ => whole.into_column(),
                }
            }
            Self::Short(values) => Float32Chunked::with_chunk(name, array(values)).into_column(),
            Self::Long(values) => Float64Chunked::with_chunk(name, array(values)).into_column(),
            Self::Days(values) => Int32Chunked::with_chunk(name, array(values)).into_date().into_column(),
            Self::Names(_, naming, _) => {
                let (numbers, texts) = naming.finish();
                return (UInt32Chunked::with_chunk(name, numbers).into_column(), Some(Arc::new(texts)));
            }
        };
        (column, None)
    }
}

fn array<T: NativeType + Default>(values: Values<T>) -> PrimitiveArray<T> {
    let known = values.known();
    PrimitiveArray::from_vec(values.values).with_validity(known)
}

/// A whole number, or the microseconds of a moment.
fn whole(field: Field, bytes: &[u8]) -> Option<i64> {
    Some(match field {
        Field::Int2 => i16::from_be_bytes(bytes.try_into().ok()?).into(),
        Field::Int4 => i32::from_be_bytes(bytes.try_into().ok()?).into(),
        Field::Oid => u32::from_be_bytes(bytes.try_into().ok()?).into(),
        Field::Timestamp | Field::Timestamptz => match i64::from_be_bytes(bytes.try_into().ok()?) {
            // Before and after everything: beyond any plausible date.
            i64::MIN => i64::MIN + 1,
            i64::MAX => i64::MAX,
            us => us.saturating_add(MICROS).min(i64::MAX - 1),
        },
        _ => i64::from_be_bytes(bytes.try_into().ok()?),
    })
}

/// A day counted from 1970-01-01; that before everything stays so.
fn day(days: i32) -> i32 {
    if days == i32::MIN { days } else { days.saturating_add(DAYS) }
}

fn name(field: Field, bytes: &[u8], naming: &mut Naming, text: &mut String) -> Option<()> {
    match field {
        Field::Numeric => {
            decimal(bytes, text)?;
            naming.push(text.as_bytes());
        }
        Field::Uuid => {
            uuid(bytes.try_into().ok()?, text);
            naming.push(text.as_bytes());
        }
        // One byte says by which version it is written; of that there is one.
        Field::Jsonb => naming.push(bytes.strip_prefix(&[1])?),
        Field::Padded => naming.push(bytes.trim_ascii_end()),
        _ => naming.push(bytes),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::piece::Piece;

    /// One row of fields, as the server's documentation lays them out.
    fn chunk(fields: &[Option<&[u8]>]) -> Chunk {
        let mut bytes = (fields.len() as i16).to_be_bytes().to_vec();
        for field in fields {
            bytes.extend(field.map_or(-1, |field| field.len() as i32).to_be_bytes());
            bytes.extend(field.unwrap_or_default());
        }
        Chunk { bytes, rows: 1, first: 7 }
    }

    fn copied(fields: &[Field]) -> Vec<Copied> {
        let own = |(place, field): (usize, &Field)| Copied {
            name: format!("c{place}").into(),
            field: *field,
            place: Some(place),
        };
        fields.iter().enumerate().map(own).collect()
    }

    /// What is shown of a field of a type.
    fn shown(field: Field, bytes: Option<&[u8]>) -> Option<String> {
        let frame = frame(&chunk(&[bytes]), &copied(&[field])).unwrap();
        let piece = Piece::Frame(frame);
        assert_eq!(piece.numbers().unwrap(), [7]);
        piece.cells(0).shown(0)
    }

    #[test]
    fn every_type_is_read() {
        let day: i32 = 8_826; // 2024-03-01
        let moment = i64::from(day) * 86_400_000_000 + 30_600_000_000;
        let cases: [(Field, &[u8], &str); 19] = [
            (Field::Bool, &[1], "true"),
            (Field::Int2, &(-2i16).to_be_bytes(), "-2"),
            (Field::Int4, &70_000i32.to_be_bytes(), "70000"),
            (Field::Int8, &(1i64 << 40).to_be_bytes(), "1099511627776"),
            (Field::Oid, &u32::MAX.to_be_bytes(), "4294967295"),
            (Field::Float4, &1.5f32.to_be_bytes(), "1.5"),
            (Field::Float8, &2.25f64.to_be_bytes(), "2.25"),
            (Field::Numeric, &[0, 1, 0, 0, 0, 0, 0, 2, 0, 150], "150"),
            (Field::Text, "Hồ sơ ".as_bytes(), "Hồ sơ "),
            (Field::Padded, b"ab   ", "ab"),
            (Field::Jsonb, b"\x01{}", "{}"),
            (Field::Uuid, &[0xab; 16], "abababab-abab-abab-abab-abababababab"),
            (Field::Date, &day.to_be_bytes(), "2024-03-01"),
            (Field::Timestamp, &moment.to_be_bytes(), "2024-03-01 08:30:00"),
            (Field::Timestamptz, &moment.to_be_bytes(), "2024-03-01 08:30:00 UTC"),
            (Field::Timestamp, &i64::MAX.to_be_bytes(), "infinity"),
            (Field::Timestamptz, &i64::MIN.to_be_bytes(), "-infinity"),
            (Field::Date, &i32::MIN.to_be_bytes(), "-infinity"),
            // No calendar reaches it.
            (Field::Date, &2_000_000_000i32.to_be_bytes(), "2000010957"),
        ];
        for (field, bytes, expected) in cases {
            assert_eq!(shown(field, Some(bytes)).as_deref(), Some(expected), "{field:?}");
            assert_eq!(shown(field, None), None, "{field:?}");
        }
    }

    #[test]
    fn fields_of_another_length_are_damage() {
        let fixed = [Field::Bool, Field::Int2, Field::Int4, Field::Int8, Field::Oid, Field::Float4, Field::Float8];
        let others = [Field::Uuid, Field::Date, Field::Timestamp, Field::Jsonb, Field::Numeric];
        for field in fixed.into_iter().chain(others) {
            let bytes: &[u8] = if field == Field::Bool { &[] } else { &[0; 3] };
            assert!(frame(&chunk(&[Some(bytes)]), &copied(&[field])).is_err(), "{field:?}");
        }
    }

    /// Columns come in the order they were asked for; those that were not are passed over.
    #[test]
    fn columns_stand_at_their_places() {
        let mut own = copied(&[Field::Text, Field::Other, Field::Int4]);
        (own[0].place, own[1].place, own[2].place) = (Some(1), None, Some(0));
        let fields: [Option<&[u8]>; 3] = [Some(b"a"), Some(b"\xff"), Some(&[0, 0, 0, 5])];
        let piece = Piece::Frame(frame(&chunk(&fields), &own).unwrap());
        assert_eq!([0, 1].map(|place| piece.cells(place).shown(0).unwrap()), ["5", "a"]);
    }
}
