//! What the matcher reads when it starts, and how a step is written.

use std::{cell::Cell, collections::HashSet, sync::Arc};

use binary_tree::{Matcher, SavedNode};
use infra::{
    db::{Reader, Tx},
    matcher::{self, Cursor},
    nodes, pairs, plans, tree_events,
};
use wallet_rules::calendar::{Instant, Month};

use super::{
    batch::{Batch, Loaded, plan_version},
    log::{LogState, saved},
};
use crate::{Error, Result, tasks::announce_pairs};

/// Nodes read at once.
const PAGE: i64 = 20_000;

/// Every place, in joining order.
pub(super) fn saved_nodes(
    reader: &mut Reader,
    mut each: impl FnMut(&nodes::Saved),
) -> Result<Vec<SavedNode<i64>>> {
    let mut all = Vec::new();
    let mut after = 0;
    loop {
        let page = nodes::saved_after(reader, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = last.joined_seq;
        for node in &page {
            each(node);
            all.push(saved(node)?);
        }
    }
}

/// The log's state at the cursor, from the rows; call it with one consistent view. No pair is derived again.
pub(super) fn load(reader: &mut Reader, cursor: Cursor) -> Result<Loaded> {
    let no_plan = || Error::Unavailable(infra::Error::unavailable("no plan is stored yet"));
    let book = plans::book(reader)?.ok_or_else(no_plan)?;
    let plan = match tree_events::last_plan(reader)? {
        Some(version) => plan_version(&book, version)?,
        // until the log names one, the first decides
        None => Arc::new(book.versions().next().ok_or_else(no_plan)?.clone()),
    };
    let month = tree_events::last_month(reader)?;
    let month = month.map(|index| Month::from_index(index).ok_or_else(|| Error::internal("no such month")));
    let month = month.transpose()?;
    let last = tree_events::at_seq(reader, cursor.seq)?.and_then(|event| event.effective_at);
    let mut active_buyers = HashSet::new();
    let saved = saved_nodes(reader, |node| {
        if node.active_buyer {
            active_buyers.insert(node.user_id);
        }
    })?;
    let engine = Matcher::restore(month.map_or(0, Month::index), saved).map_err(Error::internal)?;
    let next_owner = match cursor.part {
        0 => None,
        part => Some(u32::try_from(part - 1).map_err(Error::internal)?),
    };
    let state = LogState { engine, active_buyers, month, last, next_owner, plan };
    Ok(Loaded { state, cursor, book, last_pair: pairs::last_id(reader)? })
}

/// Where a test cuts a step off, as a crash would.
#[derive(Debug)]
pub(super) struct Fault {
    after: Option<usize>,
    done: Cell<usize>,
}

impl Fault {
    /// After so many parts; never, where there is none.
    pub(super) const fn after(parts: Option<usize>) -> Self {
        Self { after: parts, done: Cell::new(0) }
    }

    /// To be called after each part of a step.
    fn part(&self) -> Result<()> {
        self.done.set(self.done.get() + 1);
        if self.after == Some(self.done.get()) {
            return Err(Error::internal("the step is cut off here"));
        }
        Ok(())
    }
}

/// Writes a step; false, with nothing written, when another came first.
pub(super) fn write(
    tx: &mut Tx,
    batch: &Batch,
    epoch: i64,
    lease_until: Instant,
    now: Instant,
    fault: &Fault,
) -> Result<bool> {
    if !matcher::advance(tx, epoch, batch.from, batch.to, lease_until)? {
        return Ok(false);
    }
    fault.part()?;
    for month in &batch.months {
        tree_events::insert_month(tx, month.month, month.seq, month.at, now)?;
        fault.part()?;
    }
    tree_events::sequence(tx, &batch.events)?;
    fault.part()?;
    nodes::insert(tx, &batch.joined)?;
    fault.part()?;
    nodes::update(tx, &batch.changed)?;
    fault.part()?;
    pairs::insert(tx, &batch.pairs)?;
    fault.part()?;
    let formed = batch.pairs.iter().filter(|pair| pair.pair_number.is_some());
    let formed: Vec<_> = formed.map(|pair| (pair.id, format!("tree event at {}", pair.seq))).collect();
    announce_pairs(tx, &formed, now)?;
    fault.part()?;
    Ok(true)
}
