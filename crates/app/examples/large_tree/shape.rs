//! Trees by their shapes.

use binary_tree::Side;

/// The longest chain.
const CHAIN: u32 = 100_000;

/// How a tree looks.
#[derive(Clone, Copy)]
pub enum Shape {
    /// Each row is full before the next begins.
    Complete,
    /// A chain of 100,000, or of half the members, with the rest at random free places.
    Chain,
}

impl Shape {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "complete" => Some(Self::Complete),
            "chain" => Some(Self::Chain),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "a complete tree",
            Self::Chain => "a chain with a bushy rest",
        }
    }

    /// For the members 2 and up, in joining order, the member above and its side.
    pub fn places(self, members: u32, random: &mut Random) -> Vec<(i64, Side)> {
        match self {
            Self::Complete => {
                (2..=members).map(|member| (i64::from(member / 2), side(member % 2 == 1))).collect()
            }
            Self::Chain => {
                let chain = CHAIN.min(members / 2);
                let mut places: Vec<(i64, Side)> =
                    (2..=chain).map(|member| (i64::from(member - 1), Side::Left)).collect();
                let mut free: Vec<(i64, Side)> =
                    (1..=chain).map(|member| (i64::from(member), Side::Right)).collect();
                free.push((i64::from(chain), Side::Left));
                for member in i64::from(chain) + 1..=i64::from(members) {
                    places.push(free.swap_remove(random.below(free.len())));
                    free.extend([(member, Side::Left), (member, Side::Right)]);
                }
                places
            }
        }
    }
}

const fn side(is_right: bool) -> Side {
    if is_right { Side::Right } else { Side::Left }
}

/// Xorshift, from a fixed seed.
pub struct Random(u64);

impl Random {
    pub const fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let bound = u64::try_from(bound).expect("a small bound");
        usize::try_from(((self.0 >> 32) * bound) >> 32).expect("below the bound")
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}
