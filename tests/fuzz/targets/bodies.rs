#![no_main]

#[path = "../../../bins/api/tests/corpus/bodies.rs"]
mod bodies;
#[path = "../../../bins/api/tests/corpus/json.rs"]
mod json;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::check(bytes));
