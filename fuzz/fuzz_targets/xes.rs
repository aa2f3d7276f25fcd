//! Any bytes as a XES log, read as events and as cases.

#![no_main]

use giamtang_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check("log.xes", bytes, "log.events = ['log.xes']\nmilestones.finished_at = 'last'");
    check("log.xes", bytes, "log.cases = ['log.xes']\ncolumns.received_at = 'startdate'");
});
