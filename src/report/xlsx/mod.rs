//! The scorecard as a workbook, and what other workbooks are made with.

mod book;
mod names;
pub(in crate::report) mod styles;

pub(in crate::report) use book::{Book, Sheet};
