//! Any texts as a column of dates, and any text as a date format: what the fast reader reads, chrono reads.

#![no_main]

use giamtang::ingest::Reading;
use giamtang_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let format = lines.next().unwrap_or_default();
    let values: Vec<&str> = lines.collect();
    if let Ok(reading) = Reading::of_format(format) {
        values.iter().for_each(|value| drop(reading.micros(value)));
    }
    let mut csv = String::from("case_id,received_at\n");
    for (id, value) in values.iter().enumerate() {
        csv.push_str(&format!("{id},\"{}\"\n", value.replace('"', "")));
    }
    check("cases.csv", csv.as_bytes(), "log.cases = ['cases.csv']");
});
