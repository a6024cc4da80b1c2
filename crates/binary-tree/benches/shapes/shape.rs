//! Trees by their shapes.

use binary_tree::Side;

/// A place for each member in joining order: the one above and its side.
pub type Places = Vec<Option<(u32, Side)>>;

#[derive(Clone, Copy)]
pub enum Shape {
    Complete,
    RandomFreeSlot,
    OuterLeg,
    ChainWithBushyRest,
    Zigzag,
    Star,
}

pub const SHAPES: [Shape; 6] = [
    Shape::Complete,
    Shape::RandomFreeSlot,
    Shape::OuterLeg,
    Shape::ChainWithBushyRest,
    Shape::Zigzag,
    Shape::Star,
];

impl Shape {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::RandomFreeSlot => "random free slot",
            Self::OuterLeg => "outer leg of a random sponsor",
            Self::ChainWithBushyRest => "chain of 100,000 with a bushy rest",
            Self::Zigzag => "zigzag chain",
            Self::Star => "star: two outer lines below one sponsor",
        }
    }

    pub fn places(self, members: u32) -> Places {
        let mut random = Random::new();
        let mut places: Places = vec![None];
        match self {
            Self::Complete => {
                places.extend((1..members).map(|member| Some(((member - 1) / 2, side(member % 2 == 0)))));
            }
            Self::RandomFreeSlot => {
                let mut free = vec![(0, Side::Left), (0, Side::Right)];
                bushy(&mut places, &mut free, members, &mut random);
            }
            Self::OuterLeg => {
                // for each member the ends of its two outer lines; a line's end is looked up through shortcuts
                let mut below: Vec<[u32; 2]> = vec![[0, 0]];
                for member in 1..members {
                    let side = side(random.below(2) == 1);
                    let index = usize::from(side == Side::Right);
                    let end = outer_end(&mut below, random.below(member), index);
                    below[end as usize][index] = member;
                    below.push([member, member]);
                    places.push(Some((end, side)));
                }
            }
            Self::ChainWithBushyRest => {
                let chain = 100_000.min(members / 2);
                places.extend((1..chain).map(|member| Some((member - 1, Side::Left))));
                let mut free: Vec<(u32, Side)> = (0..chain).map(|member| (member, Side::Right)).collect();
                bushy(&mut places, &mut free, members, &mut random);
            }
            Self::Zigzag => {
                places.extend((1..members).map(|member| Some((member - 1, side(member % 2 == 0)))));
            }
            Self::Star => {
                places.extend(
                    (1..members).map(|member| Some((member.saturating_sub(2), side(member % 2 == 0)))),
                );
            }
        }
        places
    }
}

fn outer_end(below: &mut [[u32; 2]], from: u32, index: usize) -> u32 {
    let mut end = from;
    while below[end as usize][index] != end {
        end = below[end as usize][index];
    }
    let mut current = from;
    while current != end {
        current = std::mem::replace(&mut below[current as usize][index], end);
    }
    end
}

fn bushy(places: &mut Places, free: &mut Vec<(u32, Side)>, members: u32, random: &mut Random) {
    while places.len() < members as usize {
        let member = places.len() as u32;
        let slot = random.below(free.len() as u32) as usize;
        places.push(Some(free.swap_remove(slot)));
        free.extend([(member, Side::Left), (member, Side::Right)]);
    }
}

fn side(is_right: bool) -> Side {
    if is_right { Side::Right } else { Side::Left }
}

/// All members, as placed or shuffled.
pub fn order(members: u32, shuffled: bool) -> Vec<u32> {
    let mut order: Vec<u32> = (0..members).collect();
    if shuffled {
        let mut random = Random::new();
        for last in (1..members).rev() {
            order.swap(last as usize, random.below(last + 1) as usize);
        }
    }
    order
}

/// Xorshift, from a fixed seed.
pub struct Random(u64);

impl Random {
    pub fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    pub fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * u64::from(bound)) >> 32) as u32
    }
}
