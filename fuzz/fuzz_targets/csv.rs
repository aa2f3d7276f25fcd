//! Any bytes as a CSV: a log of dossiers is read or refused, and every row is accounted for.

#![no_main]

use giamtang_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check("cases.csv", bytes, "log.cases = ['cases.csv']\nvalues.outcome.x = 'granted'"));
