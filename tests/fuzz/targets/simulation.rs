#![no_main]

#[path = "../../../crates/app/tests/corpus/simulation.rs"]
mod simulation;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| simulation::check(bytes));
