//! A tree in the database, as the matcher would have written it.

use std::{collections::HashMap, fmt::Write as _};

use app::{App, tree::TreeMatcher};
use binary_tree::{BeyondCap, Cap, Match, Matcher, Placement, Side};
use infra::{
    nodes::{self, Node},
    pairs::{self, Pair},
    testing::TestDb,
    tree_events::{self, TreeEvent},
};
use wallet_rules::{
    calendar::Instant,
    earning::{PairStatus, split_pair},
    plan::Plan,
};

use crate::shape::{Random, Shape};

/// Rows that one statement takes.
const ROWS: usize = 2_000;
/// Rows that one transaction takes.
const ROWS_IN_ONE_COMMIT: usize = 20_000;
/// Sales at the top, and as many at the bottom.
const SALES: usize = 15;

/// What there is to do with the tree.
pub struct Seeded {
    /// Members at the top who have bought nothing.
    pub top: Vec<i64>,
    /// Members at the bottom who have bought nothing.
    pub bottom: Vec<i64>,
    /// Members who are to qualify at once.
    pub burst: Vec<i64>,
    /// How many levels there are.
    pub levels: u64,
    /// How many pairs there are.
    pub pairs: usize,
}

/// Fills the database: every member has joined, half of those who don't buy later have qualified in any order.
pub async fn seed(test: &TestDb, app: &App, shape: Shape, members: u32, burst: usize) -> Seeded {
    let mut random = Random::new();
    let places = shape.places(members, &mut random);
    insert_users(test, &places);
    let mut log = Log::begin(app).await;
    for (member, &(parent, side)) in (2..).zip(&places) {
        log.join(member, parent, side);
    }
    let mut by_level: Vec<(u64, i64)> = (2..=i64::from(members)).map(|id| (log.level(id), id)).collect();
    by_level.sort_unstable();
    let levels = by_level.last().map_or(0, |&(level, _)| level) + 1;
    let mut ids: Vec<i64> = by_level.into_iter().map(|(_, id)| id).collect();
    let bottom = ids.split_off(ids.len() - SALES);
    let mut rest = ids.split_off(SALES);
    random.shuffle(&mut rest);
    let qualified = rest.len() / 2;
    let burst = rest.split_off(qualified).into_iter().take(burst).collect();
    for member in rest {
        log.qualify(member);
    }
    let pairs = log.pairs.len();
    log.store(test, app).await;
    Seeded { top: ids, bottom, burst, levels, pairs }
}

/// Runs an INSERT for some rows at a time.
fn insert<T>(test: &TestDb, into: &str, rows: &[T], mut values: impl FnMut(&mut String, &T)) {
    for rows in rows.chunks(ROWS) {
        let mut statement = format!("INSERT INTO {into} VALUES ");
        for (index, row) in rows.iter().enumerate() {
            statement.push_str(if index == 0 { "(" } else { ", (" });
            values(&mut statement, row);
            statement.push(')');
        }
        test.sql(&statement).expect("rows");
    }
}

fn insert_users(test: &TestDb, places: &[(i64, Side)]) {
    let sponsors: Vec<(i64, Option<i64>)> =
        (1..).zip(std::iter::once(None).chain(places.iter().map(|&(parent, _)| Some(parent)))).collect();
    let columns = "users (id, username, email, first_name, last_name, address_line1, address_line2, city, state,
        pincode, country, role, is_superuser, is_distributor, is_active, is_active_buyer, referral_code, sponsor_id,
        date_joined, updated_at)";
    insert(test, columns, &sponsors, |text, &(id, sponsor)| {
        let sponsor = sponsor.map_or("NULL".to_owned(), |sponsor| sponsor.to_string());
        write!(
            text,
            "{id}, 'm{id}@example.in', 'm{id}@example.in', 'Asha', 'Member', '', '', '', '', '', 'India', 'user', 0, \
             0, 1, 0, 'CODE{id}', {sponsor}, '2026-01-01 00:00:00', '2026-01-01 00:00:00'"
        )
        .expect("text");
    });
    let wallets = "wallets (user_id, total_earned, total_withdrawn, created_at, updated_at)";
    insert(test, wallets, &sponsors, |text, (id, _)| {
        write!(text, "{id}, 0, 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00'").expect("text");
    });
}

/// The log after the root's joining, and what follows from it.
struct Log {
    engine: Matcher<i64>,
    plan: Plan,
    now: Instant,
    /// The place of the last event, and that of the first one that is not stored yet.
    seq: i64,
    from: i64,
    /// Whose events they are, with the sponsor and side of a joining.
    events: Vec<(i64, Option<(i64, Side)>)>,
    qualified: HashMap<i64, i64>,
    pairs: Vec<Pair>,
}

impl Log {
    /// The platform itself takes up the plan, the month and the root.
    async fn begin(app: &App) -> Self {
        let (plan, now) = (Plan::default_plan(), app.clock.now());
        app::setup::seed_plan(app, plan.clone()).await.expect("the plan is stored");
        let root = TreeEvent::Join { member: 1, sponsor: None, side: None };
        let appended = app.db.write(move |tx| tree_events::append(tx, root, now, "the example"));
        appended.await.expect("an event");
        let mut matcher = TreeMatcher::load(app).await.expect("the trees");
        matcher.step().await.expect("a step");
        let seq = matcher.cursor().expect("the seat").seq;
        matcher.leave().await.expect("the seat is left");
        let mut engine = Matcher::new();
        engine.start_month(now.month().index());
        engine.join(1, None, Placement::LevelOrder { side: None }).expect("a root");
        let (events, qualified, pairs) = (Vec::new(), HashMap::new(), Vec::new());
        Self { engine, plan, now, seq, from: seq + 1, events, qualified, pairs }
    }

    fn join(&mut self, member: i64, parent: i64, side: Side) {
        let place = self.engine.join(member, Some(parent), Placement::LevelOrder { side: Some(side) });
        assert_eq!(place.expect("a place").parent, Some(parent));
        self.seq += 1;
        self.events.push((member, Some((parent, side))));
    }

    fn level(&self, member: i64) -> u64 {
        self.engine.tree().place(member).expect("a place").level
    }

    fn qualify(&mut self, member: i64) {
        self.seq += 1;
        self.events.push((member, None));
        self.qualified.insert(member, self.seq);
        let cap =
            Cap { pairs_per_month: self.plan.max_binary_pairs_per_month, beyond: BeyondCap::CarryForward };
        for matched in self.engine.qualify(member, cap).expect("a member") {
            let id = i64::try_from(self.pairs.len()).expect("few pairs") + 1;
            self.pairs.push(self.pair(id, &matched));
        }
    }

    fn pair(&self, id: i64, matched: &Match<i64>) -> Pair {
        let number = matched.number.expect("nothing is flushed");
        let split = split_pair(&self.plan, number, false).expect("an earning");
        let month = self.now.month();
        Pair {
            id,
            user_id: matched.owner,
            left_user_id: matched.left,
            right_user_id: matched.right,
            pair_number: Some(number),
            status: PairStatus::Matched,
            pair_amount: self.plan.binary_pair_amount,
            earning_amount: split.gross,
            emi_deducted: split.emi,
            reserve_deducted: split.reserve,
            net_amount: split.net,
            active_buyer: false,
            plan_version: 1,
            seq: self.seq,
            pair_month: month.month(),
            pair_year: month.year(),
            matched_at: self.now,
            created_at: self.now,
            processed_at: None,
        }
    }

    fn node(&self, member: i64, joined_seq: i64) -> Node {
        let place = self.engine.tree().place(member).expect("a place");
        let tally = self.engine.tally(member).expect("a tally");
        Node {
            user_id: member,
            parent_id: place.parent,
            side: place.side,
            level: place.level,
            position: place.position,
            joined_seq,
            qualified_seq: self.qualified.get(&member).copied(),
            active_buyer: false,
            formed: tally.formed,
            flushed: tally.flushed,
            month: tally.month,
            formed_in_month: tally.formed_in_month,
            created_at: self.now,
            updated_at: self.now,
        }
    }

    async fn store(self, test: &TestDb, app: &App) {
        let at = self.now.utc().format("%F %T%.6f").to_string();
        let columns =
            "tree_events (seq, kind, member_id, sponsor_id, side, at, effective_at, caused_by, created_at)";
        let numbered: Vec<_> = (self.from..).zip(&self.events).collect();
        insert(test, columns, &numbered, |text, (seq, (member, place))| {
            match place {
                Some((parent, side)) => write!(text, "{seq}, 'join', {member}, {parent}, '{side}'"),
                None => write!(text, "{seq}, 'qualify', {member}, NULL, NULL"),
            }
            .expect("text");
            write!(text, ", '{at}', '{at}', 'the example', '{at}'").expect("text");
        });
        let joined: Vec<Node> = numbered
            .iter()
            .filter(|(_, (_, place))| place.is_some())
            .map(|&(seq, (member, _))| self.node(*member, seq))
            .collect();
        for some in joined.chunks(ROWS_IN_ONE_COMMIT) {
            let some = some.to_vec();
            app.db.write(move |tx| nodes::insert(tx, &some)).await.expect("places");
        }
        for some in self.pairs.chunks(ROWS_IN_ONE_COMMIT) {
            let some = some.to_vec();
            app.db.write(move |tx| pairs::insert(tx, &some)).await.expect("pairs");
        }
        let root = self.engine.tally(1).expect("a tally");
        test.sql(&format!(
            "UPDATE nodes SET formed = {}, month = {}, formed_in_month = {} WHERE user_id = 1;
             UPDATE matcher SET seq = {}",
            root.formed, root.month, root.formed_in_month, self.seq
        ))
        .expect("the root and the cursor");
    }
}
