//! Chance that comes out the same each time: SplitMix64 from a seed. Not for secrets.

/// What each draw adds to the state; 2^64 divided by the golden ratio, odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A row of numbers that the seed fixes.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn of_seed(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `end - 1`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// From `first` to `last`, both included.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = last.abs_diff(first).saturating_add(1);
        first.saturating_add_unsigned(self.next() % width)
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these; all of them are as likely.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T], or: T) -> T {
        of.get(self.below(of.len())).copied().unwrap_or(or)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_every_draw_and_draws_stay_in_range() {
        let draws = |seed| {
            let mut chance = Chance::of_seed(seed);
            (0..1000).map(|_| chance.between(-3, 3)).collect::<Vec<_>>()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
        let mut seen = draws(7);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [-3, -2, -1, 0, 1, 2, 3]);
        assert_eq!(Chance::of_seed(1).below(0), 0);
    }

    #[test]
    fn it_is_splitmix64() {
        // the first numbers of the published generator for the seed 1234567
        let mut chance = Chance::of_seed(1_234_567);
        assert_eq!(chance.next(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next(), 3_203_168_211_198_807_973);
    }
}
