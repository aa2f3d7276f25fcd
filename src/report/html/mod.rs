//! Pages for a browser: one file each, that asks nothing of any network.

mod document;
mod words;

pub(in crate::report) use document::{Extra, document};
