//! The words of pages for a browser.

use crate::report::words::Words;

pub(super) const SKIP: Words = Words("Skip to the content", "Đến phần nội dung");
pub(super) const THEME: Words = Words("Dark", "Nền tối");
