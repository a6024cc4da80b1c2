//! Numbers that a seed repeats (SplitMix64).

use std::hash::{BuildHasher, RandomState};

/// A source of numbers.
pub struct Chance(u64);

impl Chance {
    /// The source with this name among those of a seed.
    pub fn of(seed: u64, name: u64) -> Self {
        let mut chance = Self(seed ^ name.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end` − 1.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub fn one_of<T: Copy>(&mut self, choice: &[T]) -> Option<T> {
        let end = u64::try_from(choice.len()).ok().filter(|&end| end > 0)?;
        choice.get(usize::try_from(self.below(end)).ok()?).copied()
    }
}

/// A seed that no run had before, short enough to be typed.
pub fn seed() -> u64 {
    RandomState::new().hash_one("seed") % 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_numbers_and_names_differ() {
        let numbers = |seed, name| {
            let mut chance = Chance::of(seed, name);
            [(); 8].map(|()| chance.below(1000))
        };
        assert_eq!(numbers(7, 1), numbers(7, 1));
        assert_ne!(numbers(7, 1), numbers(7, 2));
        assert_ne!(numbers(7, 1), numbers(8, 1));
    }
}
