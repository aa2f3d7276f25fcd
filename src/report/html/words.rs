//! The words of pages for a browser.

use crate::report::words::Words;

pub(super) const SKIP: Words = Words("html.skip");
pub(super) const THEME: Words = Words("html.theme");
