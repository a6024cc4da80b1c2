//! How full chunks and blocks are, on which the memory and the time of a search hang.

use super::*;
use crate::Placement;

/// A line and a tree of full rows.
fn tree() -> Tree<u32> {
    let mut tree = Tree::new();
    for member in 0..20_000 {
        let (sponsor, placement) = match member {
            0..10_000 => (0, Placement::ExtremeLeft),
            _ => (10_000, Placement::LevelOrder { side: None }),
        };
        tree.join(member, (member != sponsor).then_some(sponsor), placement).unwrap();
    }
    tree
}

#[test]
fn a_restored_walk_is_as_full_as_it_is_to_begin() {
    let tree = tree();
    let tour = Tour::over(&tree);
    let (last, full) = tour.chunks.split_last().unwrap();
    assert!(full.iter().all(|chunk| at(chunk.len) == BEGIN.0) && at(last.len) <= BEGIN.0);

    let (last, full) = tour.blocks.split_last().unwrap();
    assert!(full.iter().all(|block| block.members >= BEGIN.1 || block.chunks.len() == BLOCK));
    assert!(full.iter().any(|block| block.members >= BEGIN.1 && block.chunks.len() > 1));
    assert!(full.iter().any(|block| block.members < BEGIN.1));
    for block in full.iter().chain([last]) {
        let by_chunk: Vec<u32> =
            block.chunks.iter().map(|&chunk| tour.chunks[at(chunk)].members(tree.paths())).collect();
        assert_eq!(block.members, by_chunk.iter().sum::<u32>());
        let before_the_last: u32 = by_chunk.iter().rev().skip(1).sum();
        assert!(before_the_last < BEGIN.1 && block.chunks.len() <= BLOCK);
    }
    assert_eq!(at(tour.blocks.iter().map(|block| block.members).sum()), tree.len());
}
