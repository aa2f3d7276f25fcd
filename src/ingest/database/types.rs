//! The server's types as types of the engine.

use polars::prelude::{DataType, TimeUnit, TimeZone};
use tokio_postgres::types::{Kind, Type};

/// How the fields of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    /// Decimals of any length, as text: nothing of them is lost.
    Numeric,
    Text,
    /// Text whose blanks at the end mean nothing.
    Padded,
    Jsonb,
    Uuid,
    Date,
    Timestamp,
    Timestamptz,
    /// What the rules know nothing of: it is copied as the server spells it.
    Other,
}

impl Field {
    /// How fields of a type are read.
    pub(super) fn of(own: &Type) -> Self {
        match *own {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID => Self::Oid,
            Type::FLOAT4 => Self::Float4,
            Type::FLOAT8 => Self::Float8,
            Type::NUMERIC => Self::Numeric,
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::CHAR | Type::UNKNOWN | Type::XML | Type::JSON => Self::Text,
            Type::BPCHAR => Self::Padded,
            Type::JSONB => Self::Jsonb,
            Type::UUID => Self::Uuid,
            Type::DATE => Self::Date,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::Timestamptz,
            _ => match own.kind() {
                Kind::Enum(_) => Self::Text,
                Kind::Domain(inner) => Self::of(inner),
                _ if own.name() == "citext" => Self::Text,
                _ => Self::Other,
            },
        }
    }

    /// The type of the engine's column.
    pub(super) fn dtype(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int2 | Self::Int4 | Self::Int8 | Self::Oid => DataType::Int64,
            Self::Float4 => DataType::Float32,
            Self::Float8 => DataType::Float64,
            Self::Numeric | Self::Text | Self::Padded | Self::Jsonb | Self::Uuid => DataType::String,
            Self::Date => DataType::Date,
            Self::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
            Self::Timestamptz => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
            // So no rule takes it for a text or a number, and who needs the column is told.
            Self::Other => DataType::Binary,
        }
    }
}

/// A type that no rule knows, with what makes a text of it in a query.
pub(super) fn unknown(own: &Type, column: &str) -> String {
    let column = super::names::quoted(column);
    let (name, cast) = match own.kind() {
        Kind::Array(inner) => (format!("{}[]", inner.name()), format!("array_to_string({column}, ';')")),
        _ if *own == Type::MONEY => ("money".to_owned(), format!("{column}::numeric")),
        _ if *own == Type::BYTEA => ("bytea".to_owned(), format!("encode({column}, 'hex')")),
        _ => (own.name().to_owned(), format!("{column}::text")),
    };
    format!("{name} (a query can write it as `{cast}`)")
}
