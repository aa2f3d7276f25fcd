#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| giamtang_fuzz::datetime(bytes));
