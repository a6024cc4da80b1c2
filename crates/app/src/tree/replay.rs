//! The log worked out again from its first event, and compared with what is stored.

use std::{collections::HashMap, sync::Arc};

use infra::{
    db::Reader,
    matcher,
    nodes::{self, Node},
    pairs::{self, Pair},
    plans,
    tree_events::{self, StoredEvent, TreeEvent},
};
use wallet_rules::{calendar::Month, earning::PairStatus};

use super::{
    batch::{pair_row, plan_version},
    log::{FormedPair, LogState},
};
use crate::Result;

/// Rows read at once.
const PAGE: i64 = 5_000;
/// Differences told at most; after so many the cause is plain, or there are as many as rows.
const MOST_DIFFERENCES: usize = 1_000;

/// Replays the sequenced log and gives each difference from the stored places and pairs as a sentence; none,
/// ever, is right. Call it with one consistent view.
///
/// # Errors
/// What the database says.
pub fn replay(reader: &mut Reader) -> Result<Vec<String>> {
    let cursor = matcher::seat(reader)?.cursor();
    let Some(book) = plans::book(reader)? else { return Ok(Vec::new()) };
    let Some(first) = book.versions().next() else { return Ok(Vec::new()) };
    let mut replay = Replay {
        state: LogState::new(Arc::new(first.clone())),
        book,
        stored: Stored::default(),
        seqs: HashMap::new(),
        differences: Vec::new(),
        is_draining: cursor.part > 0,
        last_seq: cursor.seq,
    };
    let mut after = 0;
    loop {
        let events = tree_events::sequenced(reader, after, cursor.seq, PAGE)?;
        for event in &events {
            let seq = event.seq.unwrap_or_default();
            if seq != after + 1 {
                replay.differs(format!("the log has no event at {}", after + 1));
            }
            after = seq;
            replay.apply(reader, event, seq)?;
        }
        if events.is_empty() || replay.differences.len() >= MOST_DIFFERENCES {
            break;
        }
    }
    if after != cursor.seq {
        replay.differs(format!("the log ends at {after}, the matcher's cursor stands at {}", cursor.seq));
    }
    while let Some(pair) = replay.stored.next(reader)? {
        replay.differs(format!("pair {} follows from no event", pair.id));
    }
    replay.compare_nodes(reader)?;
    replay.differences.truncate(MOST_DIFFERENCES);
    Ok(replay.differences)
}

/// The stored pairs, in the order of their keys.
#[derive(Default)]
struct Stored {
    page: std::collections::VecDeque<Pair>,
    after: i64,
}

impl Stored {
    fn peek(&mut self, reader: &mut Reader) -> Result<Option<&Pair>> {
        if self.page.is_empty() {
            self.page = pairs::after(reader, self.after, PAGE)?.into();
            if let Some(last) = self.page.back() {
                self.after = last.id;
            }
        }
        Ok(self.page.front())
    }

    fn next(&mut self, reader: &mut Reader) -> Result<Option<Pair>> {
        self.peek(reader)?;
        Ok(self.page.pop_front())
    }
}

struct Replay {
    state: LogState,
    book: wallet_rules::plan::PlanBook,
    stored: Stored,
    /// Where each member's joining and qualification stand in the log.
    seqs: HashMap<i64, (i64, Option<i64>)>,
    differences: Vec<String>,
    /// The last event is a month's beginning that is under way.
    is_draining: bool,
    last_seq: i64,
}

impl Replay {
    fn differs(&mut self, what: String) {
        if self.differences.len() < MOST_DIFFERENCES {
            self.differences.push(what);
        }
    }

    fn apply(&mut self, reader: &mut Reader, event: &StoredEvent, seq: i64) -> Result<()> {
        let is_plan = matches!(event.event, TreeEvent::Plan { .. });
        let begins = match event.event {
            TreeEvent::Month { month } if event.refused.is_none() => Month::from_index(month),
            _ => None,
        };
        let due = self.state.month_due(event.at, is_plan);
        if let Some(month) = due.filter(|&due| begins != Some(due)) {
            self.differs(format!("month {month} should have begun before the event at {seq}"));
        }
        if let Some(month) = begins {
            let at = self.state.begin_month(month);
            self.check_instant(event, seq, at);
            return self.drain(reader, seq);
        }
        let at = self.state.advance(event.at);
        self.check_instant(event, seq, at);
        let refused = self.change(reader, &event.event, seq)?;
        if refused != event.refused.as_deref() {
            let told = event.refused.as_deref().unwrap_or("accepted");
            self.differs(format!("the event at {seq} is {told}, not {}", refused.unwrap_or("accepted")));
        }
        Ok(())
    }

    fn check_instant(&mut self, event: &StoredEvent, seq: i64, at: wallet_rules::calendar::Instant) {
        if event.effective_at != Some(at) {
            self.differs(format!("the event at {seq} should be of {at}"));
        }
    }

    /// Applies an event and gives why it is refused, if it is.
    fn change(&mut self, reader: &mut Reader, event: &TreeEvent, seq: i64) -> Result<Option<&'static str>> {
        let refusal = match *event {
            TreeEvent::Join { member, sponsor, side } => {
                let joined = self.state.join(member, sponsor, side);
                if joined.is_ok() {
                    self.seqs.insert(member, (seq, None));
                }
                joined.err()
            }
            TreeEvent::Qualify { member } => match self.state.qualify(member)? {
                Ok(pairs) => {
                    if let Some((_, qualified)) = self.seqs.get_mut(&member) {
                        qualified.get_or_insert(seq);
                    }
                    self.compare_pairs(reader, pairs, seq)?;
                    None
                }
                Err(refusal) => Some(refusal),
            },
            TreeEvent::ActiveBuyer { member, active } => self.state.set_active_buyer(member, active).err(),
            TreeEvent::Plan { version } => {
                self.state.plan = plan_version(&self.book, version)?;
                None
            }
            TreeEvent::Month { .. } => return Ok(Some(super::batch::MONTH_REFUSED)),
        };
        Ok(refusal.map(|refusal| refusal.as_str()))
    }

    /// Forms what the month's beginning formed; the last one may be under way, and is followed as far as it is.
    fn drain(&mut self, reader: &mut Reader, seq: i64) -> Result<()> {
        let is_under_way = self.is_draining && seq == self.last_seq;
        loop {
            if is_under_way && self.stored.peek(reader)?.is_none_or(|pair| pair.seq != seq) {
                return Ok(());
            }
            let slice = self.state.drain(if is_under_way { 1 } else { 1_000 })?;
            self.compare_pairs(reader, slice.pairs, seq)?;
            if slice.done {
                return Ok(());
            }
        }
    }

    fn compare_pairs(&mut self, reader: &mut Reader, pairs: Vec<FormedPair>, seq: i64) -> Result<()> {
        for formed in pairs {
            let owner = formed.owner;
            let Some(stored) = self.stored.next(reader)? else {
                self.differs(format!("member {owner} should have a pair from the event at {seq}"));
                continue;
            };
            let mut expected = pair_row(&formed, stored.id, seq, stored.created_at)?;
            if stored.status == PairStatus::Processed && expected.status == PairStatus::Matched {
                // whether it was posted rightly is the ledger's to say
                expected.status = stored.status;
                expected.processed_at = stored.processed_at;
            }
            if stored != expected {
                self.differs(format!("pair {} is {stored:?}, not {expected:?}", stored.id));
            }
        }
        Ok(())
    }

    fn compare_nodes(&mut self, reader: &mut Reader) -> Result<()> {
        let mut after = 0;
        let mut seen = 0usize;
        loop {
            let page = nodes::joined_after(reader, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.joined_seq;
            seen += page.len();
            for node in &page {
                if self.expected(node).as_ref() != Some(node) {
                    self.differs(format!("the place of member {} is not what the log says", node.user_id));
                }
            }
        }
        if seen != self.seqs.len() {
            self.differs(format!("{seen} places are stored, the log gives {}", self.seqs.len()));
        }
        Ok(())
    }

    /// The node that the log gives the member of a stored one.
    fn expected(&self, stored: &Node) -> Option<Node> {
        let member = stored.user_id;
        let &(joined_seq, qualified_seq) = self.seqs.get(&member)?;
        let place = self.state.engine.tree().place(member)?;
        let tally = self.state.engine.tally(member)?;
        Some(Node {
            user_id: member,
            parent_id: place.parent,
            side: place.side,
            level: place.level,
            position: place.position,
            joined_seq,
            qualified_seq,
            active_buyer: self.state.active_buyers.contains(&member),
            formed: tally.formed,
            flushed: tally.flushed,
            month: tally.month,
            formed_in_month: tally.formed_in_month,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        })
    }
}
