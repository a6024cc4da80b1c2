//! What paths are to be, worked out anew from the tree.

use std::hash::Hash;

use super::*;
use crate::limits::PLAIN;
use crate::{Placement, Tree};

impl Paths {
    /// Checks everything that is kept against what it is to be.
    pub(crate) fn check<K: Copy + Eq + Hash>(&self, tree: &Tree<K>) {
        let nodes = 0..number(tree.len());
        let parent = |node| tree.place_below(node).map(|(parent, _)| parent);
        let children = |node| Side::BOTH.map(|side| tree.child_of(node, side));
        let (mut sizes, mut counts) = (vec![1; tree.len()], Vec::new());
        let mut levels: Vec<u32> = Vec::new();
        for node in nodes.clone() {
            counts.push(u32::from(tree.order_of(node).is_some()));
            levels.push(parent(node).map_or(0, |parent| levels[at(parent)] + 1));
            assert_eq!(self.level(node), levels[at(node)]);
        }
        for node in nodes.clone().rev() {
            if let Some(parent) = parent(node) {
                sizes[at(parent)] += sizes[at(node)];
                counts[at(parent)] += counts[at(node)];
            }
        }

        let mut met = 0;
        for (name, path) in (0..).zip(&self.paths) {
            let links = self.links.slice(path.links);
            let spans = &path.spans;
            assert_eq!(spans.is_some(), links.len() > PLAIN, "long paths and no others have spans");
            if let Some(spans) = spans {
                spans.check(links);
            }
            let twig = path.twig;
            assert_eq!(self.twigs.path(twig), name);
            let on_path: Vec<u32> =
                links.iter().map(|link| link.node).chain([self.twig_root(twig)]).collect();
            for (index, &node) in on_path.iter().enumerate() {
                let above = index.checked_sub(1).map(|above| on_path[above]);
                assert_eq!(parent(node), above.or(Some(path.parent).filter(|&parent| parent != NONE)));
            }
            let top = on_path[0];
            assert_eq!((path.size, path.level), (sizes[at(top)], levels[at(top)]));
            for (index, link) in links.iter().enumerate() {
                assert_eq!(self.spot(link.node), Spot::Link { path: name, index: number(index) });
                let count = |child: Option<u32>| child.map_or(0, |child| counts[at(child)]);
                let heavy = on_path[index + 1];
                let light = children(link.node).into_iter().flatten().find(|&child| child != heavy);
                let lead = link.lead + spans.as_ref().map_or(0, |spans| spans.owed_at(index));
                let expected = count(light).cast_signed() - count(Some(heavy)).cast_signed();
                assert_eq!((link.light, lead), (count(light), expected));
            }
            for (index, node) in (0..).zip(self.twigs.nodes(twig).iter().copied()) {
                assert_eq!(self.spot(node), Spot::Twig { twig, index });
            }
            assert_eq!(self.twigs.size(twig), at(sizes[at(self.twig_root(twig))]), "all below are in a twig");
            met += links.len() + self.twigs.size(twig);
        }
        assert_eq!(met, tree.len());
        self.links.check(self.paths.iter().map(|path| path.links));
        self.twigs.check(tree);

        for node in nodes.filter(|&node| children(node) == [None, None]) {
            let (mut paths, mut above) = (0, self.paths[at(self.path_name(node))].parent);
            while above != NONE {
                paths += 1;
                above = self.paths[at(self.path_name(above))].parent;
            }
            let bound = u128::try_from(tree.len()).unwrap() << paths;
            assert!(3_u128.pow(paths) <= bound, "{paths} paths above one of {}", tree.len());
        }
    }

    /// Checks that no way which a join has just come along is light with more than two thirds below it.
    pub(crate) fn check_way(&self, node: u32) {
        let mut path = &self.paths[at(self.path_name(node))];
        while path.parent != NONE {
            let above = &self.paths[at(self.path_name(path.parent))];
            assert!(path.size * 3 <= above.size * 2);
            path = above;
        }
    }
}

/// A root with a line of 5 in its left leg and rows in its right one, which has two thirds of all when it holds 12.
#[test]
fn a_light_child_becomes_the_heavy_one_with_more_than_two_thirds_of_a_paths_members() {
    let mut tree = Tree::new();
    let direct = |side| Placement::LevelOrder { side: Some(side) };
    tree.join(0, None, Placement::ExtremeLeft).unwrap();
    for member in 1..=5 {
        tree.join(member, Some(member - 1), direct(Side::Left)).unwrap();
    }
    tree.join(6, Some(0), direct(Side::Right)).unwrap();
    for size in 1..=13 {
        let heavy = [1, 6].map(|child| tree.paths().path_name(child) == tree.paths().path_name(0));
        assert_eq!(heavy, if size <= 12 { [true, false] } else { [false, true] }, "{size} on the right");
        tree.join(6 + size, Some(6), Placement::LevelOrder { side: None }).unwrap();
    }
}

#[test]
fn restored_paths_turn_left_where_both_legs_are_as_large_and_end_in_a_twig_that_is_full() {
    for rows in [4, 5] {
        let mut tree = Tree::new();
        for member in 0..(1 << rows) - 1 {
            tree.join(member, (member > 0).then_some(0), Placement::LevelOrder { side: None }).unwrap();
        }
        let tree = Tree::restore(tree.snapshot()).unwrap();
        let path_of = |member| tree.paths().path_name(tree.number(member).unwrap());
        assert_eq!(path_of(0), path_of(1));
        assert_ne!(path_of(0), path_of(2));
    }
    let mut line = Tree::new();
    for member in 0..20 {
        line.join(member, (member > 0).then_some(0), Placement::ExtremeLeft).unwrap();
    }
    let line = Tree::restore(line.snapshot()).unwrap();
    let twig = line.paths().twig_of(line.number(19).unwrap()).unwrap();
    assert_eq!(line.paths().twigs.size(twig), crate::limits::TWIG);
}
