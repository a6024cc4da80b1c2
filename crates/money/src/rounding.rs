//! Rounding, by name.

/// How a product or quotient of money becomes whole paise again; each acts alike on credits and debits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest paisa; a half goes away from zero (the platform's rule for every rate).
    HalfAwayFromZero,
    /// To the nearest paisa; a half goes to the even neighbour.
    HalfEven,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

impl Rounding {
    /// Whether a quotient's size grows by one for a `remainder` below `divisor`.
    pub(crate) fn grows(self, quotient: u128, remainder: u128, divisor: u128) -> bool {
        // compared as `remainder` against what is missing to the next whole, since doubling could overflow
        let half = remainder.cmp(&divisor.saturating_sub(remainder));
        match self {
            _ if remainder == 0 => false,
            Self::HalfAwayFromZero => half.is_ge(),
            Self::HalfEven => half.is_gt() || (half.is_eq() && quotient & 1 == 1),
            Self::Up => true,
            Self::Down => false,
        }
    }
}
