//! How much of what is kept together.
//!
//! Unit tests run with limits so small that short histories meet all that happens at them; the suite in `tests/` meets the
//! true ones.

/// The most members that an engine holds: a mark of a walk has two more bits than a node.
pub(crate) const MOST_MEMBERS: u32 = if cfg!(test) { 40_000 } else { 0x3FFF_FFFF };

/// Qualifications that are looked at together.
pub(crate) const WINDOW: usize = if cfg!(test) { 3 } else { 64 };

/// Members of a leg that are found together with the one that is looked for.
pub(crate) const AHEAD: usize = if cfg!(test) { 2 } else { 4 };

/// Members of a twig, at most: a bit each.
pub(crate) const TWIG: usize = if cfg!(test) { 5 } else { 64 };

/// A path with more links than this is long, and has spans over them.
pub(crate) const PLAIN: usize = if cfg!(test) { 8 } else { 128 };

/// The logarithm of the entries under one span.
pub(crate) const SPAN_BITS: u32 = if cfg!(test) { 2 } else { 4 };

/// Marks in a chunk, at most.
pub(crate) const CHUNK: usize = if cfg!(test) { 16 } else { 64 };

/// Marks that are compared at once.
pub(crate) const GROUP: usize = if cfg!(test) { 4 } else { 16 };

/// Chunks in a block, at most.
pub(crate) const BLOCK: usize = if cfg!(test) { 3 } else { 64 };

/// Members in a block, at most, unless it is of one chunk.
pub(crate) const BLOCK_MEMBERS: u32 = if cfg!(test) { 40 } else { 2048 };

/// Marks that a restored chunk begins with.
pub(crate) const CHUNK_BEGINS: usize = if cfg!(test) { 14 } else { 56 };

/// Members that a restored block begins with.
pub(crate) const BLOCK_BEGINS: u32 = if cfg!(test) { 20 } else { 1024 };

/// Qualifications in an epoch. With some 1,100 members in a block the notes take 1 byte a member at 1 million and 9 at
/// 10 million; a search looks at most at 4,096 qualifications and at two blocks.
pub(crate) const EPOCH: usize = if cfg!(test) { 16 } else { 4096 };

/// Notes of a block in one piece of memory.
pub(crate) const NOTES: usize = if cfg!(test) { 4 } else { 128 };
