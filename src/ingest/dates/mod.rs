//! How dates are written and read: formats and their inference, numbers that stand for dates, typed columns.

pub(super) mod compiled;
pub(super) mod inference;
pub(super) mod moments;
pub(super) mod reading;
mod serial;
mod steps;
pub(super) mod typed;
