#![no_main]

#[path = "../../../crates/binary-tree/tests/suite/damage.rs"]
mod damage;
#[path = "../../../crates/binary-tree/tests/suite/lockstep.rs"]
mod lockstep;
#[path = "../../../crates/binary-tree/tests/suite/model.rs"]
mod model;
#[path = "../../../crates/binary-tree/tests/suite/stream.rs"]
mod stream;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stream::check(bytes));
