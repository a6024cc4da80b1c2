//! The plain way: two counters at every node, and a walk to the root at each qualification.

use binary_tree::Side;

pub struct Plain {
    nodes: Vec<Node>,
}

struct Node {
    parent: u32,
    side: Option<Side>,
    legs: [u32; 2],
}

impl Plain {
    pub fn over(places: &[Option<(u32, Side)>]) -> Self {
        let node = |&place: &Option<(u32, Side)>| {
            let (parent, side) = place.unzip();
            Node { parent: parent.unwrap_or(0), side, legs: [0, 0] }
        };
        Self { nodes: places.iter().map(node).collect() }
    }

    /// Counts a member for everybody above it and tells how many smaller legs grew.
    pub fn qualify(&mut self, member: u32) -> usize {
        let mut grew = 0;
        let mut current = member;
        loop {
            let Node { parent, side, .. } = self.nodes[current as usize];
            let Some(side) = side else { return grew };
            let legs = &mut self.nodes[parent as usize].legs;
            let [mine, other] = if side == Side::Left { [0, 1] } else { [1, 0] };
            legs[mine] += 1;
            grew += usize::from(legs[mine] <= legs[other]);
            current = parent;
        }
    }
}
