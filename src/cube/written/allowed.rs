//! What an expression may be made of, as the engine sees it: a list of what is allowed, so that what is new is refused.

use super::{Fault, evaluated, fitting};
use crate::ingest::{Field, Kind};
use crate::measure::Measure;
use polars::chunked_array::cast::CastOptions;
use polars::lazy::dsl::{AggExpr, BooleanFunction, DataTypeExpr, FunctionExpr, StringFunction, TemporalFunction};
use polars::prelude::*;
use std::sync::Arc;

/// The parts an expression has at most; some functions of SQL double what they are given.
const MOST: usize = 2_000;

/// The rows an expression is tried on.
const SAMPLES: usize = 3;

/// A column that an expression asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    /// The date it is compared with.
    beside: Option<String>,
}

impl Known {
    pub(super) fn measure(&self) -> Measure {
        Measure::Raw(self.name.clone(), self.beside.clone())
    }

    /// A few values of its type.
    pub(super) fn sample(&self) -> Column {
        let name = PlSmallStr::from(self.measure().column());
        match Field::of_dossier(&self.name).kind {
            Kind::Instant => {
                // 1990-01-01 and 2049-12-31, the first and the last day that are plausible by default.
                let walls = [None, Some(631_152_000_000_000), Some(2_524_521_600_000_000)];
                let walls = Int64Chunked::from_iter_options(name, walls.into_iter());
                walls.into_datetime(TimeUnit::Microseconds, None).into_column()
            }
            Kind::Number => Column::new(name, [None, Some(0_i64), Some(1)]),
            Kind::Decimal => Column::new(name, [None, Some(0.0), Some(4.5)]),
            Kind::Flag => Column::new(name, [None, Some(false), Some(true)]),
            _ => Column::new(name, [None, Some(""), Some("ă")]),
        }
    }
}

/// A walk over an expression: what it asks for, and how much there is of it.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) columns: Vec<Known>,
    parts: usize,
}

type Allowed<T> = Result<T, Fault>;

impl Walk {
    /// The same expression over measures, if every part of it is allowed.
    pub(super) fn allowed(&mut self, expr: Expr) -> Allowed<Expr> {
        self.parts += 1;
        if self.parts > MOST {
            return Err(Fault::new("…", format!("at most {MOST} parts, those counted that a function doubles")));
        }
        match expr {
            Expr::Column(name) => self.column(&name, None),
            Expr::Literal(own @ (LiteralValue::Dyn(_) | LiteralValue::Scalar(_))) => Ok(Expr::Literal(widened(own))),
            Expr::BinaryExpr { left, op, right } => self.both(left, op, right),
            Expr::Cast { expr, dtype, .. } => self.cast(expr, dtype),
            Expr::Ternary { predicate, truthy, falsy } => Ok(Expr::Ternary {
                predicate: self.within(predicate)?,
                truthy: self.within(truthy)?,
                falsy: self.within(falsy)?,
            }),
            Expr::Function { input, function } => self.function(input, function),
            other => Err(refused(&other)),
        }
    }

    fn within(&mut self, expr: Arc<Expr>) -> Allowed<Arc<Expr>> {
        self.allowed(Arc::unwrap_or_clone(expr)).map(Arc::new)
    }

    fn column(&mut self, name: &str, beside: Option<&str>) -> Allowed<Expr> {
        match Field::of_dossier(name).kind {
            Kind::Id => {
                return Err(Fault::new(name, "a column that tells something of a dossier; an id only names it"));
            }
            Kind::Pauses => {
                return Err(Fault::new(name, "a date, a name, a number or a yes or no; pauses are none of them"));
            }
            _ => {}
        }
        let known = Known { name: name.to_owned(), beside: beside.map(str::to_owned) };
        let column = known.measure().column();
        if !self.columns.contains(&known) {
            self.columns.push(known);
        }
        Ok(Expr::Column(column.into()))
    }

    /// Two dates are compared, or taken from one another, at the coarser precision.
    fn both(&mut self, left: Arc<Expr>, op: Operator, right: Arc<Expr>) -> Allowed<Expr> {
        let binary = |left, right| Ok(Expr::BinaryExpr { left: Arc::new(left), op, right: Arc::new(right) });
        if let (Some(one), Some(other)) = (date(&left), date(&right))
            && (op.is_comparison() || op == Operator::Minus)
        {
            return binary(self.column(one, Some(other))?, self.column(other, Some(one))?);
        }
        for (one, other) in [(&left, &right), (&right, &left)] {
            if let (Some(column), Some(text)) = (date(one), text(other)) {
                let expected = "a date as `DATE '2024-03-01'`, or a moment as `TIMESTAMP '2024-03-01 09:00:00'`";
                return Err(Fault::new(format!("{column} … '{text}'"), expected));
            }
        }
        binary(self.allowed(Arc::unwrap_or_clone(left))?, self.allowed(Arc::unwrap_or_clone(right))?)
    }

    /// What cannot be cast is not known: a log must not fail an expression.
    fn cast(&mut self, expr: Arc<Expr>, dtype: DataTypeExpr) -> Allowed<Expr> {
        let kept = matches!(
            &dtype,
            DataTypeExpr::Literal(own) if own.is_primitive_numeric() || own.is_temporal()
                || matches!(own, DataType::String | DataType::Boolean)
        );
        if !kept {
            return Err(Fault::new(
                "CAST(… AS …)",
                "a type such as BIGINT, DOUBLE, BOOLEAN, VARCHAR, DATE or TIMESTAMP",
            ));
        }
        let spoken = text(&expr).map(str::to_owned);
        let (to_date, to_whole) = match &dtype {
            DataTypeExpr::Literal(own) => (own.is_temporal(), own.is_integer()),
            _ => (false, false),
        };
        let own = self.within(expr)?;
        if to_date && self.kind(&own)?.is_primitive_numeric() {
            return Err(Fault::new("CAST(… AS …)", "a text or a date to cast so; a number is no date"));
        }
        let cast = Expr::Cast { expr: own, dtype, options: CastOptions::NonStrict };
        match spoken {
            Some(text) if is_nothing(&cast)? => Err(Fault::new(format!("'{text}'"), "a text that can be read so")),
            _ if to_whole => Ok(wide(cast)),
            _ => Ok(cast),
        }
    }

    /// What kind of answer a part gives.
    fn kind(&self, part: &Expr) -> Allowed<DataType> {
        let tried = tried(&self.columns, part).map_err(|why| Fault::new("CAST(… AS …)", fitting(&why)))?;
        Ok(tried.dtype().clone())
    }

    fn function(&mut self, input: Vec<Expr>, function: FunctionExpr) -> Allowed<Expr> {
        let is_listed = matches!(function, FunctionExpr::Boolean(BooleanFunction::IsIn { .. }));
        if !is_listed {
            row_by_row(&function, &input)?;
        }
        let mut inputs = input.into_iter();
        let mut own = Vec::new();
        if is_listed {
            own.extend(inputs.next().map(|first| self.allowed(first)).transpose()?);
            // The list itself: values of the text, as one.
            for list in inputs {
                if !is_list(&list) {
                    return Err(Fault::new("IN (…)", "a list of values; names of columns are joined by OR"));
                }
                own.push(list);
            }
        } else {
            own = inputs.map(|one| self.allowed(one)).collect::<Allowed<_>>()?;
        }
        let is_whole =
            matches!(function, FunctionExpr::StringExpr(StringFunction::LenChars) | FunctionExpr::TemporalExpr(_))
                && !matches!(function, FunctionExpr::TemporalExpr(TemporalFunction::OffsetBy));
        let own = Expr::Function { input: own, function };
        Ok(if is_whole { wide(own) } else { own })
    }
}

/// A value as it is written; of whole numbers see [`wide`].
fn widened(own: LiteralValue) -> LiteralValue {
    own.extract_i64().map_or(own, |whole| LiteralValue::Scalar(Scalar::from(whole)))
}

/// All whole numbers have 64 bits and a sign: an hour times 60 is no small number, and a length less another may be
/// below zero.
fn wide(expr: Expr) -> Expr {
    Expr::Cast { expr: Arc::new(expr), dtype: DataTypeExpr::Literal(DataType::Int64), options: CastOptions::NonStrict }
}

/// An expression on rows of its columns' types: one without values, and two with early and late ones.
pub(super) fn tried(columns: &[Known], expr: &Expr) -> Result<Column, String> {
    let samples = columns.iter().map(Known::sample).collect();
    let answered =
        evaluated(|| DataFrame::new(SAMPLES, samples)?.lazy().select([expr.clone().alias("answer")]).collect())?;
    answered.column("answer").cloned().map_err(|why| why.to_string())
}

/// The column of an expression that is a date's alone.
fn date(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Column(name) if Field::of_dossier(name).kind == Kind::Instant => Some(name),
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(own) => own.extract_str(),
        _ => None,
    }
}

/// Whether an expression without columns comes to nothing.
fn is_nothing(expr: &Expr) -> Allowed<bool> {
    let tried = evaluated(|| DataFrame::empty().lazy().select([expr.clone().alias("own")]).collect());
    let frame = tried.map_err(|why| Fault::new("…", fitting(&why)))?;
    Ok(frame.column("own").is_ok_and(|own| own.null_count() > 0))
}

fn is_list(expr: &Expr) -> bool {
    matches!(expr, Expr::Agg(AggExpr::Implode { input, .. }) if matches!(&**input, Expr::Literal(_)))
}

/// Fails unless a function answers row by row, without looking at other rows, and cannot fail on any value.
fn row_by_row(function: &FunctionExpr, input: &[Expr]) -> Allowed<()> {
    use {BooleanFunction as Is, FunctionExpr as Of, StringFunction as Text, TemporalFunction as Time};
    let literal = |from: usize| input.iter().skip(from).all(|own| matches!(own, Expr::Literal(_)));
    let whole = match function {
        Of::Abs | Of::Sign | Of::Floor | Of::Ceil | Of::Coalesce | Of::MaxHorizontal | Of::MinHorizontal => true,
        Of::Round { .. } | Of::Truncate { .. } | Of::Negate | Of::FillNull => true,
        Of::Boolean(Is::IsNull | Is::IsNotNull | Is::Not) => true,
        Of::StringExpr(Text::LenChars | Text::Lowercase | Text::Uppercase | Text::ConcatHorizontal { .. }) => true,
        // What is looked for, and where, is written down: a pattern or a place out of the log may be none.
        Of::StringExpr(Text::Contains { .. } | Text::StartsWith | Text::EndsWith | Text::Slice) => literal(1),
        Of::StringExpr(Text::StripChars | Text::StripCharsStart | Text::StripCharsEnd) => literal(1),
        Of::StringExpr(Text::Strptime(..)) => literal(0),
        Of::TemporalExpr(Time::Year | Time::IsoYear | Time::Quarter | Time::Month | Time::Week | Time::Day) => true,
        Of::TemporalExpr(Time::WeekDay | Time::OrdinalDay | Time::Hour | Time::Minute | Time::Second) => true,
        Of::TemporalExpr(Time::OffsetBy) => literal(1),
        _ => {
            return Err(Fault::new(
                format!("{function}"),
                "a function about one row that is the same on every machine",
            ));
        }
    };
    match whole {
        true => Ok(()),
        false => Err(Fault::new(format!("{function}"), "texts and numbers written down after its first argument")),
    }
}

/// Why a part is not allowed.
fn refused(expr: &Expr) -> Fault {
    let (said, why) = match expr {
        Expr::Agg(_) | Expr::Len => ("an aggregate", "and the kind of the KPI adds the rows up"),
        Expr::Over { .. } => ("a window", "which looks at other rows"),
        Expr::Selector(_) => ("*", "which stands for many columns"),
        Expr::Alias(..) => ("… AS …", "which names a column; the KPI has its own name"),
        Expr::SubPlan(..) => ("a query", "which looks at other rows"),
        _ => ("…", "which has parts that do not go row by row"),
    };
    Fault::new(said, format!("an expression about one row, not one {why}"))
}
