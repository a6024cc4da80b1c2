//! What the triggers refuse, from raw SQL and as the database's owner; [`crate::guards`] has the fixture.

use std::collections::BTreeSet;

use infra::testing::{Engine, TestDb};

use crate::{catalogue, guards::refused_by, rows};

/// Tables whose rows are never updated, and a column of each.
const NEVER_UPDATED: &[(&str, &str)] = &[
    ("ledger_transactions", "caused_by"),
    ("ledger_entries", "amount"),
    ("tds_register", "tds_deducted"),
    ("payout_parts", "amount"),
    ("house_checkpoints", "balance"),
    ("plans", "created_at"),
    ("audit", "action"),
];

/// Tables whose rows are never deleted, and which row a REPLACE would overwrite.
const NEVER_DELETED: &[(&str, &str)] = &[
    ("ledger_transactions", "id=1"),
    ("ledger_entries", "id=1"),
    ("tds_register", "id=1"),
    ("payout_parts", "id=1"),
    ("house_checkpoints", "id=1"),
    ("accounts", "id=11"),
    ("wallets", "id=1"),
    ("users", "id=1"),
    ("bookings", "id=1"),
    ("payments", "id=1"),
    ("payouts", "id=1"),
    ("pairs", "id=1"),
    ("nodes", "user_id=2"),
    ("tree_events", "id=1"),
    ("kycs", "id=1"),
    ("plans", "version=1"),
    ("matcher", "id=1"),
    ("audit", "id=1"),
];

pub fn rows_that_stand_are_neither_changed_nor_removed(test: &TestDb) {
    for (table, column) in NEVER_UPDATED {
        let says = format!("{table}: rows are never updated");
        refused_by(test, &format!("UPDATE {table} SET {column} = {column}"), &says);
        let (key, row) = if *table == "plans" { ("version", "version=1") } else { ("id", "id=1") };
        let upsert = match test.engine() {
            Engine::Sqlite => format!("ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"),
            Engine::Mysql => format!("ON DUPLICATE KEY UPDATE {column} = VALUES({column})"),
        };
        refused_by(test, &format!("{} {upsert}", rows::insert(table, row)), &says);
    }
    for (table, row) in NEVER_DELETED {
        let says = format!("{table}: rows are never deleted");
        refused_by(test, &format!("DELETE FROM {table}"), &says);
        refused_by(test, &rows::write("REPLACE", table, row), &says);
    }
}

/// A table, one of its rows, what of that row is fixed, and what the guard says.
const FROZEN: &[(&str, &str, &[&str], &str)] = &[
    (
        "accounts",
        "id = 11",
        &[
            "id = 99, last_entry_no = 2",
            "kind = 'hold', last_entry_no = 2",
            "owner_id = 2, last_entry_no = 2",
            "user_id = 2, last_entry_no = 2",
            "created_at = '2027-01-01 00:00:00', last_entry_no = 2",
            "balance = 0",
            "last_entry_no = 0",
        ],
        "accounts: only balance and last_entry_no of a member move, forward",
    ),
    ("accounts", "id = 1", &["last_entry_no = 1", "created_at = created_at"], "accounts: only balance"),
    (
        "bookings",
        "id = 2",
        &[
            "id = 99",
            "user_id = 2",
            "booking_number = 'EV00000099'",
            "booking_amount = 40000",
            "total_amount = 90000",
            "emi_amount = 100, emi_count = 5, emi_start_date = '2026-02-01'",
            "emi_count = 5",
            "emi_start_date = '2026-02-01'",
            "plan_version = 2",
            "created_at = '2027-01-01 00:00:00'",
            "total_paid = 49999, status = 'pre_booked'",
        ],
        "bookings: price, instalments and owner are fixed",
    ),
    (
        "payments",
        "id = 1",
        &[
            "id = 99",
            "booking_id = 2",
            "user_id = 2",
            "amount = 99",
            "payment_method = 'online'",
            "payout_id = 1",
            "pair_id = 1",
            "payment_date = '2027-01-01 00:00:00'",
        ],
        "payments: a decided payment and an amount never change",
    ),
    (
        "payments",
        "id = 2",
        &["status = 'pending', completed_at = NULL, referral_bonus = 0", "notes = 'x'", "referral_bonus = 4"],
        "payments: a decided payment",
    ),
    (
        "payouts",
        "id = 1",
        &[
            "id = 99, status = 'processing'",
            "user_id = 2, status = 'processing'",
            "requested_amount = 1001, net_amount = 751, status = 'processing'",
            "tds_amount = 0, net_amount = 800, status = 'processing'",
            "emi_auto_filled = 1, status = 'processing'",
            "emi_amount = 0, net_amount = 950, status = 'processing'",
            "bank_name = 'C', status = 'processing'",
            "account_sealed = 'b', status = 'processing'",
            "account_last4 = '4321', status = 'processing'",
            "ifsc_code = 'X', status = 'processing'",
            "account_holder_name = 'X', status = 'processing'",
            "pan_sealed = 'x', status = 'processing'",
            "plan_version = 2, status = 'processing'",
            "created_at = '2027-01-01 00:00:00', status = 'processing'",
            "notes = 'x'",
            "status = 'failed'",
        ],
        "payouts: amounts and bank details are frozen, and a state moves forward",
    ),
    (
        "payouts",
        "id = 2",
        &["status = 'pending'", "status = 'rejected'", "status = 'cancelled'"],
        "payouts: amounts",
    ),
    ("payouts", "id = 3", &["status = 'processing'", "status = 'failed'", "notes = 'x'"], "payouts: amounts"),
    (
        "pairs",
        "id = 1",
        &[
            "id = 99, status = 'processed', processed_at = matched_at",
            "user_id = 2, status = 'processed', processed_at = matched_at",
            "left_user_id = 4, status = 'processed', processed_at = matched_at",
            "right_user_id = 1, status = 'processed', processed_at = matched_at",
            "pair_number = 99, status = 'processed', processed_at = matched_at",
            "pair_amount = 1, status = 'processed', processed_at = matched_at",
            "earning_amount = 50001, status = 'processed', processed_at = matched_at",
            "emi_deducted = 0, status = 'processed', processed_at = matched_at",
            "reserve_deducted = 0, status = 'processed', processed_at = matched_at",
            "net_amount = 0, status = 'processed', processed_at = matched_at",
            "active_buyer = 1, status = 'processed', processed_at = matched_at",
            "plan_version = 2, status = 'processed', processed_at = matched_at",
            "seq = 99, status = 'processed', processed_at = matched_at",
            "pair_month = 2, status = 'processed', processed_at = matched_at",
            "pair_year = 2027, status = 'processed', processed_at = matched_at",
            "matched_at = '2027-01-01 00:00:00', status = 'processed', processed_at = created_at",
            "status = 'flushed'",
            "status = 'matched'",
        ],
        "pairs: only matched becomes processed",
    ),
    ("pairs", "id = 2", &["status = 'matched', processed_at = NULL", "processed_at = NULL"], "pairs: only"),
    (
        "tree_events",
        "id = 2",
        &[
            "id = 99",
            "kind = 'qualify'",
            "member_id = 3",
            "sponsor_id = 1",
            "side = 'left'",
            "active = 1",
            "plan_version = 1",
            "month = 1",
            "at = '2027-01-01 00:00:00'",
            "caused_by = 'x'",
            "created_at = '2027-01-01 00:00:00'",
        ],
        "tree_events: an event is sequenced once and never changed",
    ),
    (
        "tree_events",
        "id = 1",
        &["seq = NULL, effective_at = NULL", "seq = 9", "refused = 'late'"],
        "tree_events: an event is sequenced once",
    ),
    (
        "nodes",
        "user_id = 2",
        &[
            "user_id = 3",
            "parent_id = 4",
            "side = 'right'",
            "level = 2",
            "position = 1",
            "joined_seq = 99",
            "created_at = '2027-01-01 00:00:00'",
        ],
        "nodes: a place and a qualification never change",
    ),
    (
        "nodes",
        "user_id = 1",
        &["qualified_seq = 2", "qualified_seq = NULL", "formed = 0", "flushed = 0"],
        "nodes:",
    ),
    (
        "users",
        "id = 4",
        &["id = 99", "sponsor_id = 1", "referral_code = 'X'", "date_joined = '2027-01-01 00:00:00'"],
        "users: the sponsor and the referral code never change",
    ),
];

pub fn what_is_fixed_stays(test: &TestDb) {
    for (table, row, changes, says) in FROZEN {
        for change in *changes {
            refused_by(test, &format!("UPDATE {table} SET {change} WHERE {row}"), says);
        }
    }
    let shown: BTreeSet<String> = NEVER_UPDATED
        .iter()
        .map(|(table, _)| format!("{table}_no_update"))
        .chain(NEVER_DELETED.iter().map(|(table, _)| format!("{table}_no_delete")))
        .chain(FROZEN.iter().map(|(table, ..)| format!("{table}_frozen_update")))
        .collect();
    assert_eq!(shown, catalogue::trigger_names(test), "each trigger is shown to refuse");
}
