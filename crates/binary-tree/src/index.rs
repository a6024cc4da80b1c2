//! Joining numbers as indices.

/// Marks "no node".
pub(crate) const NONE: u32 = u32::MAX;

/// A number as an index.
pub(crate) fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// An index as a number; nothing here has more than [`NONE`] entries.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}
