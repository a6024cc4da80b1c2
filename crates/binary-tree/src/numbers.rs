//! Members by key.

use std::hash::{BuildHasher, Hash};

use foldhash::quality::RandomState;
use hashbrown::HashTable;

/// Tables that grow on their own: one table of ten million would stand still for half a second while it doubles.
const SHARDS: usize = 1024;

/// Joining numbers by key; the keys themselves stand in the nodes, which the caller gives as `key_of`.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    /// Not the faster variant: with some seeds that one gives a table three times its share of keys in a row.
    hasher: RandomState,
    shards: Vec<HashTable<u32>>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { hasher: RandomState::default(), shards: vec![HashTable::new(); SHARDS] }
    }
}

impl Numbers {
    pub(crate) fn find<K: Eq + Hash>(&self, key: &K, key_of: impl Fn(u32) -> K) -> Option<u32> {
        let hash = self.hasher.hash_one(key);
        self.shards[shard(hash)].find(hash, |&number| key_of(number) == *key).copied()
    }

    /// Adds a key that the caller knows not to be there.
    pub(crate) fn insert<K: Hash>(&mut self, key: &K, number: u32, key_of: impl Fn(u32) -> K) {
        let hash = self.hasher.hash_one(key);
        let rehash = |&number: &u32| self.hasher.hash_one(key_of(number));
        self.shards[shard(hash)].insert_unique(hash, number, rehash);
    }

    /// Changes all numbers.
    pub(crate) fn change(&mut self, change: impl Fn(&mut u32)) {
        self.shards.iter_mut().flat_map(HashTable::iter_mut).for_each(change);
    }
}

/// Bits in the middle: the table itself uses the lowest and the highest.
fn shard(hash: u64) -> usize {
    usize::try_from(hash >> 40).map_or(0, |bits| bits % SHARDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_while_the_tables_grow() {
        let mut numbers = Numbers::default();
        for number in 0..100_000_u32 {
            let key_of = |number: u32| number.wrapping_mul(7);
            assert_eq!(numbers.find(&key_of(number), key_of), None);
            numbers.insert(&key_of(number), number, key_of);
            assert_eq!(numbers.find(&key_of(number / 2), key_of), Some(number / 2));
        }
        let largest = numbers.shards.iter().map(HashTable::len).max();
        assert!(largest < Some(250), "keys spread over the tables: {largest:?}");
    }
}
