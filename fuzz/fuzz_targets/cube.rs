#![no_main]

// A panic that giamtang catches is no defect: the fuzzer's own hook would end the run.
libfuzzer_sys::fuzz_target!(init: std::panic::set_hook(Box::new(|_| {})), |bytes: &[u8]| giamtang_fuzz::cube(bytes));
