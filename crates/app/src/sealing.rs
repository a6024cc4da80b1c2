//! The key that seals what is stored, and how it is changed.

mod reseal_columns;

pub use reseal_columns::{Resealed, reseal_columns};
