//! The migrations are embedded by a macro, which cargo can't see through.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
