#![no_main]

#[path = "../../../crates/money/tests/corpus/reading.rs"]
mod reading;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reading::check(bytes));
