//! Large trees against a model that walks to the root and keeps a list for every leg: all that the small histories
//! never reach, such as long paths, legs of thousands, and what is cut in two when it gets full.

use std::collections::BTreeSet;

use binary_tree::{BeyondCap, Cap, Match, Matcher, Placement, Qualification, Refusal, Side, Tree};

/// Xorshift, so that a failure repeats.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

struct Node {
    above: Option<(usize, Side)>,
    children: [Option<usize>; 2],
    /// Qualified members of each leg in order.
    legs: [Vec<usize>; 2],
    formed: u64,
    flushed: u64,
    in_month: u32,
    standing: Qualification,
}

impl Node {
    fn used(&self) -> usize {
        usize::try_from(self.formed + self.flushed).unwrap()
    }

    fn potential(&self) -> usize {
        self.legs[0].len().min(self.legs[1].len())
    }
}

#[derive(Default)]
struct Walking {
    nodes: Vec<Node>,
    waiting: BTreeSet<usize>,
}

impl Walking {
    fn join(&mut self, above: Option<(usize, Side)>) {
        if let Some((parent, side)) = above {
            let number = self.nodes.len();
            self.nodes[parent].children[index(side)] = Some(number);
        }
        let legs = [Vec::new(), Vec::new()];
        let standing = Qualification::None;
        self.nodes.push(Node {
            above,
            children: [None; 2],
            legs,
            formed: 0,
            flushed: 0,
            in_month: 0,
            standing,
        });
    }

    fn above(&self, member: usize) -> Vec<(usize, Side)> {
        std::iter::successors(self.nodes[member].above, |&(owner, _)| self.nodes[owner].above).collect()
    }

    fn step(&mut self, owner: usize, cap: Cap) -> Option<Match<usize>> {
        let node = &mut self.nodes[owner];
        let found = (node.used() < node.potential()).then(|| {
            let [left, right] = [&node.legs[0], &node.legs[1]].map(|leg| leg[node.used()]);
            let number = if node.in_month < cap.pairs_per_month {
                node.formed += 1;
                node.in_month += 1;
                Some(node.formed)
            } else if cap.beyond == BeyondCap::Flush {
                node.flushed += 1;
                None
            } else {
                return None;
            };
            Some(Match { owner, number, left, right })
        });
        if node.used() < node.potential() {
            self.waiting.insert(owner);
        } else {
            self.waiting.remove(&owner);
        }
        found.flatten()
    }

    fn qualify(&mut self, member: usize, cap: Cap) -> Vec<Match<usize>> {
        let mut matches = Vec::new();
        for (owner, side) in self.above(member) {
            let before = self.nodes[owner].potential();
            self.nodes[owner].legs[index(side)].push(member);
            if self.nodes[owner].potential() > before {
                matches.extend(self.step(owner, cap));
            }
        }
        matches
    }

    fn withdraw(&mut self, member: usize) {
        for (owner, side) in self.above(member) {
            let node = &mut self.nodes[owner];
            node.legs[index(side)].retain(|&other| other != member);
            if node.used() >= node.potential() {
                self.waiting.remove(&owner);
            }
        }
    }

    fn start_month(&mut self, cap: Cap) -> Vec<Match<usize>> {
        for node in &mut self.nodes {
            node.in_month = 0;
        }
        let mut matches = Vec::new();
        for owner in self.waiting.clone() {
            while let Some(found) = self.step(owner, cap) {
                matches.push(found);
            }
        }
        matches
    }

    fn first_free(&self, top: usize) -> (usize, Side) {
        let mut row = vec![top];
        loop {
            for &node in &row {
                for side in Side::BOTH {
                    if self.nodes[node].children[index(side)].is_none() {
                        return (node, side);
                    }
                }
            }
            row = row.iter().flat_map(|&node| self.nodes[node].children).flatten().collect();
        }
    }

    fn outer_end(&self, from: usize, side: Side) -> (usize, Side) {
        let mut node = from;
        while let Some(child) = self.nodes[node].children[index(side)] {
            node = child;
        }
        (node, side)
    }
}

pub fn index(side: Side) -> usize {
    usize::from(side == Side::Right)
}

#[derive(Debug, Clone, Copy)]
enum Growth {
    /// Rows below random sponsors.
    Rows,
    /// The outer lines of random sponsors.
    Lines,
    /// One chain as long as most of the tree, which turns at random, with leaves on it: paths of thousands.
    Chain,
    /// First one chain, then another below the same top that outgrows it, and so on.
    Rivals,
}

struct Both {
    engine: Matcher<usize>,
    reader: Tree<usize>,
    model: Walking,
    random: Random,
    /// Where a chain goes on.
    tail: usize,
    month: u32,
}

impl Both {
    fn new(seed: u64) -> Self {
        let random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let (engine, reader, model) = (Matcher::new(), Tree::new(), Walking::default());
        Self { engine, reader, model, random, tail: 0, month: 0 }
    }

    fn join(&mut self, growth: Growth) {
        let member = self.model.nodes.len();
        if member == 0 || (self.random.below(400) == 0 && !matches!(growth, Growth::Chain)) {
            self.place(member, None, Placement::LevelOrder { side: None }, None);
            return;
        }
        let side = Side::BOTH[self.random.below(2)];
        let random = self.random.below(member);
        let direct = |side| Placement::LevelOrder { side: Some(side) };
        let free = |model: &Walking, node: usize, side| model.nodes[node].children[index(side)].is_none();
        let (sponsor, placement, place) = match growth {
            Growth::Rows => (random, Placement::LevelOrder { side: None }, self.model.first_free(random)),
            Growth::Lines => {
                let outer = if side == Side::Left { Placement::ExtremeLeft } else { Placement::ExtremeRight };
                (random, outer, self.model.outer_end(random, side))
            }
            Growth::Chain => {
                let node = if self.random.below(4) == 0 { random } else { self.tail };
                if node == self.tail {
                    self.tail = member;
                }
                if free(&self.model, node, side) {
                    (node, direct(side), (node, side))
                } else {
                    (node, Placement::ExtremeLeft, self.model.outer_end(node, Side::Left))
                }
            }
            Growth::Rivals => {
                // the side changes after 10, 30, 90, 270, … members
                let rival = Side::BOTH[usize::try_from((member / 10 + 1).ilog(3) % 2).unwrap()];
                let inner = self.random.below(5) == 0;
                if inner {
                    (random, Placement::LevelOrder { side: None }, self.model.first_free(random))
                } else {
                    let outer =
                        if rival == Side::Left { Placement::ExtremeLeft } else { Placement::ExtremeRight };
                    (0, outer, self.model.outer_end(0, rival))
                }
            }
        };
        self.place(member, Some(sponsor), placement, Some(place));
    }

    fn place(
        &mut self,
        member: usize,
        sponsor: Option<usize>,
        placement: Placement,
        expected: Option<(usize, Side)>,
    ) {
        let place = self.engine.join(member, sponsor, placement).unwrap();
        assert_eq!(self.reader.join(member, sponsor, placement), Ok(place));
        assert_eq!(place.parent.zip(place.side), expected);
        self.model.join(expected);
    }

    fn qualify(&mut self, cap: Cap) {
        let member = self.random.below(self.model.nodes.len());
        let expected = self.expected(member, cap);
        assert_eq!(self.engine.qualify(member, cap), expected);
    }

    fn qualify_some(&mut self, cap: Cap) {
        let count = self.random.below(20);
        let members: Vec<usize> = (0..count).map(|_| self.random.below(self.model.nodes.len() + 1)).collect();
        let expected: Vec<_> = members.iter().map(|&member| self.expected(member, cap)).collect();
        let answers = self.engine.qualify_all(&members, cap);
        assert!(
            answers.iter().eq(expected.iter().map(|matches| matches.as_deref().map_err(|&refusal| refusal)))
        );
    }

    /// What comes of a qualification; of one who has no place too.
    fn expected(&mut self, member: usize, cap: Cap) -> Result<Vec<Match<usize>>, Refusal> {
        if member == self.model.nodes.len() {
            return Err(Refusal::UnknownMember);
        }
        let was = self.reader.is_qualified(member);
        let expected = match self.model.nodes[member].standing {
            Qualification::None => {
                self.model.nodes[member].standing = Qualification::Counts { order: 0 };
                Ok(self.model.qualify(member, cap))
            }
            Qualification::Counts { .. } => Ok(Vec::new()),
            Qualification::Withdrawn => Err(Refusal::Withdrawn),
        };
        assert_eq!(self.reader.qualify(member), expected.as_ref().map(|_| !was).map_err(|&refusal| refusal));
        expected
    }

    fn withdraw(&mut self) {
        let member = self.random.below(self.model.nodes.len());
        let expected = match self.model.nodes[member].standing {
            Qualification::None => Ok(false),
            Qualification::Counts { .. } => {
                self.model.nodes[member].standing = Qualification::Withdrawn;
                self.model.withdraw(member);
                Ok(true)
            }
            Qualification::Withdrawn => Err(Refusal::Withdrawn),
        };
        assert_eq!(self.reader.withdraw(member), expected);
        assert_eq!(self.engine.withdraw(member), expected);
    }

    fn start_month(&mut self, cap: Cap) {
        self.month += 1;
        assert!(self.engine.start_month(self.month));
        let (mut ours, mut from) = (Vec::new(), Some(0));
        while let Some(start) = from {
            let drained = self.engine.drain_month(cap, start, 100);
            ours.extend(drained.matches);
            from = drained.next;
        }
        assert_eq!(ours, self.model.start_month(cap));
    }

    fn compare(&mut self) {
        for member in 0..self.model.nodes.len() {
            let node = &self.model.nodes[member];
            let legs = self.engine.tree().legs(member).unwrap();
            let expected = [&node.legs[0], &node.legs[1]].map(|leg| u64::try_from(leg.len()).unwrap());
            assert_eq!([legs.left, legs.right], expected);
            assert_eq!(self.reader.legs(member), Some(legs));
            let waits = node.potential().saturating_sub(node.used());
            assert_eq!(self.engine.waiting(member), Some(u64::try_from(waits).unwrap()));
            for side in Side::BOTH {
                let leg = &node.legs[index(side)];
                let k = self.random.below(leg.len() + 1);
                let kth = self.engine.kth_qualified(member, side, k.try_into().unwrap());
                assert_eq!(kth, leg.get(k).copied());
            }
            let other = self.random.below(self.model.nodes.len());
            let is_above = self.model.above(member).iter().any(|&(owner, _)| owner == other);
            assert_eq!(self.engine.tree().is_ancestor(other, member), is_above);
        }
    }

    fn restore(&mut self) {
        self.engine = Matcher::restore(self.month, self.engine.snapshot()).unwrap();
        self.reader = Tree::restore(self.reader.snapshot()).unwrap();
    }
}

pub fn cap(pairs_per_month: u32, beyond: BeyondCap) -> Cap {
    Cap { pairs_per_month, beyond }
}

/// Members join and qualify by turns, some withdraw, months begin, and the engine is thrown away and restored.
fn live(growth: Growth, cap: Cap, members: usize, withdrawals: bool, seed: u64) {
    let mut both = Both::new(seed);
    for step in 0..members {
        both.join(growth);
        both.qualify(cap);
        if both.random.below(30) == 0 {
            both.qualify_some(cap);
        }
        if withdrawals && both.random.below(20) == 0 {
            both.withdraw();
        }
        if both.random.below(members / 8) == 0 {
            both.start_month(cap);
        }
        if step == members / 2 {
            both.compare();
            both.restore();
            both.compare();
        }
    }
    both.compare();
}

#[test]
fn rows_lines_chains_and_rivals_of_thousands() {
    let carry = cap(10, BeyondCap::CarryForward);
    for (growth, members) in
        [(Growth::Rows, 9_000), (Growth::Lines, 6_000), (Growth::Chain, 5_000), (Growth::Rivals, 6_000)]
    {
        live(growth, carry, members, false, 1);
        live(growth, cap(u32::MAX, BeyondCap::Flush), members / 2, true, 2);
    }
}

#[test]
fn many_histories_of_hundreds() {
    for seed in 0..60 {
        for growth in [Growth::Rows, Growth::Lines, Growth::Chain, Growth::Rivals] {
            let beyond = if seed % 2 == 0 { BeyondCap::CarryForward } else { BeyondCap::Flush };
            let per_month = [0, 1, 3, 10, u32::MAX][usize::try_from(seed % 5).unwrap()];
            live(growth, cap(per_month, beyond), 300, seed % 3 == 0, 1_000 + seed);
        }
    }
}

/// A member is met before those below it, left before right, and pages go on where the last one ended.
#[test]
fn subtrees_are_told_page_by_page() {
    for growth in [Growth::Rows, Growth::Lines, Growth::Chain] {
        let mut both = Both::new(7);
        for _ in 0..300 {
            both.join(growth);
        }
        let tree = both.engine.tree();
        for top in 0..300 {
            let mut expected = Vec::new();
            let mut open = vec![top];
            while let Some(node) = open.pop() {
                expected.push(node);
                open.extend(both.model.nodes[node].children.iter().rev().flatten());
            }
            let (mut paged, mut last) = (Vec::new(), None);
            loop {
                let page: Vec<usize> = tree.subtree(top, last).take(7).collect();
                let Some(&end) = page.last() else { break };
                paged.extend(page);
                last = Some(end);
            }
            assert_eq!(paged, expected);
        }
        assert_eq!(tree.subtree(999, None).next(), None);
        assert_eq!(tree.subtree(299, Some(0)).next(), None);
    }
}

/// Legs over many pieces of the engine's walk, through which it counts without looking at each member.
#[test]
fn the_kth_of_a_leg_of_thousands_is_found_after_withdrawals() {
    let members = 12_000_usize;
    let mut engine = Matcher::new();
    for member in 0..members {
        let placement = Placement::LevelOrder { side: None };
        engine.join(member, (member > 0).then_some(0), placement).unwrap();
    }
    let waits = cap(0, BeyondCap::CarryForward);
    let (mut qualified, mut withdrawn) = (Vec::new(), BTreeSet::new());
    for step in 0..members {
        let member = step * 7_919 % members;
        engine.qualify(member, waits).unwrap();
        qualified.push(member);
        if step % 5 == 0 && withdrawn.insert(qualified[step / 2]) {
            engine.withdraw(qualified[step / 2]).unwrap();
        }
    }
    for side in Side::BOTH {
        let top = engine.tree().children(0)[index(side)].unwrap();
        let stands = |&member: &usize| member == top || engine.tree().is_ancestor(top, member);
        let counts = |member: &usize| !withdrawn.contains(member);
        let leg: Vec<usize> = qualified.iter().copied().filter(counts).filter(stands).collect();
        for k in (0..=leg.len()).rev().step_by(5) {
            assert_eq!(engine.kth_qualified(0, side, k.try_into().unwrap()), leg.get(k).copied());
        }
    }
}
