//! The ledger against itself.

use super::{Check, Unit};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "transactions_balance",
        text: "ledger transaction {id}: its entries sum to {found}, not {expected}",
        unit: Unit::Money,
        sql: "SELECT transaction_id AS subject, 0 AS expected, CAST(SUM(amount) AS SIGNED) AS found
            FROM ledger_entries GROUP BY transaction_id HAVING SUM(amount) <> 0",
    },
    Check {
        name: "moves_have_two_sides",
        text: "ledger transaction {id}: between two of its accounts {found} has no other side",
        unit: Unit::Money,
        sql: "SELECT transaction_id AS subject, 0 AS expected, CAST(SUM(amount) AS SIGNED) AS found
            FROM ledger_entries
            GROUP BY transaction_id,
                CASE WHEN account_id < counter_account_id THEN account_id ELSE counter_account_id END,
                CASE WHEN account_id < counter_account_id THEN counter_account_id ELSE account_id END
            HAVING SUM(amount) <> 0",
    },
    Check {
        name: "transactions_have_entries",
        text: "ledger transaction {id}: it has no entries",
        unit: Unit::Number,
        sql: "SELECT t.id AS subject, NULL AS expected, NULL AS found
            FROM ledger_transactions t
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id
            WHERE e.id IS NULL",
    },
    Check {
        name: "balances",
        text: "account {id}: its balance is {found}, its entries sum to {expected}",
        unit: Unit::Money,
        sql: "SELECT a.id AS subject, a.balance AS found,
                CAST(COALESCE(SUM(e.amount), 0) AS SIGNED) AS expected
            FROM accounts a LEFT JOIN ledger_entries e ON e.account_id = a.id
            WHERE a.balance IS NOT NULL
            GROUP BY a.id, a.balance HAVING a.balance <> COALESCE(SUM(e.amount), 0)",
    },
    Check {
        name: "entry_counts",
        text: "account {id}: its last entry is number {found}, its entries are {expected}",
        unit: Unit::Number,
        sql: "SELECT a.id AS subject, a.last_entry_no AS found, COUNT(e.id) AS expected
            FROM accounts a LEFT JOIN ledger_entries e ON e.account_id = a.id
            WHERE a.balance IS NOT NULL
            GROUP BY a.id, a.last_entry_no
            HAVING a.last_entry_no <> COUNT(e.id) OR a.last_entry_no <> COALESCE(MAX(e.entry_no), 0)",
    },
    Check {
        name: "entry_chains",
        text: "ledger entry {id}: the balance after it is {found}, from the one before it comes {expected}",
        unit: Unit::Money,
        sql: "SELECT e.id AS subject, e.balance_after AS found,
                COALESCE(p.balance_after, 0) + e.amount AS expected
            FROM ledger_entries e
            LEFT JOIN ledger_entries p ON p.account_id = e.account_id AND p.entry_no = e.entry_no - 1
            WHERE e.entry_no IS NOT NULL
                AND (e.balance_after <> COALESCE(p.balance_after, 0) + e.amount
                    OR (e.entry_no <> 1 AND p.id IS NULL))",
    },
    Check {
        name: "house_entries_are_unnumbered",
        text: "ledger entry {id}: a member's entry has a number and a balance, the house's has none",
        unit: Unit::Number,
        sql: "SELECT e.id AS subject, NULL AS expected, NULL AS found
            FROM ledger_entries e JOIN accounts a ON a.id = e.account_id
            WHERE (a.balance IS NULL) <> (e.entry_no IS NULL)",
    },
    Check {
        name: "statements_are_wallets",
        text: "ledger entry {id}: a wallet's entry has a name on the statement, others have none",
        unit: Unit::Number,
        sql: "SELECT e.id AS subject, NULL AS expected, NULL AS found
            FROM ledger_entries e JOIN accounts a ON a.id = e.account_id
            WHERE (a.kind = 'wallet') <> (e.statement_type IS NOT NULL)",
    },
    Check {
        name: "events_move_their_accounts",
        text: "ledger entry {id}: its account has no place in a transaction of its kind",
        unit: Unit::Number,
        sql: "SELECT e.id AS subject, NULL AS expected, NULL AS found
            FROM ledger_entries e
            JOIN accounts a ON a.id = e.account_id
            JOIN ledger_transactions t ON t.id = e.transaction_id
            WHERE NOT CASE t.kind
                WHEN 'payment_from_outside' THEN t.reference_type = 'payment'
                    AND a.kind IN ('booking', 'outside:online', 'outside:bank_transfer', 'outside:cash')
                WHEN 'payment_from_wallet' THEN t.reference_type = 'payment'
                    AND a.kind IN ('wallet', 'booking')
                WHEN 'emi_reserve_applied' THEN t.reference_type = 'payment'
                    AND a.kind IN ('emi_reserve', 'booking')
                WHEN 'referral_bonus' THEN t.reference_type = 'payment'
                    AND a.kind IN ('commission', 'wallet')
                WHEN 'pair_earning' THEN t.reference_type = 'pair'
                    AND a.kind IN ('commission', 'wallet', 'booking', 'emi_reserve', 'reserve')
                WHEN 'payout_requested' THEN t.reference_type = 'payout' AND a.kind IN ('wallet', 'hold')
                WHEN 'payout_processed' THEN t.reference_type = 'payout'
                    AND a.kind IN ('hold', 'tds_payable', 'booking')
                WHEN 'payout_completed' THEN t.reference_type = 'payout'
                    AND a.kind IN ('hold', 'outside:bank')
                WHEN 'payout_returned' THEN t.reference_type = 'payout' AND a.kind IN ('hold', 'wallet')
                WHEN 'payout_failed' THEN t.reference_type = 'payout'
                    AND a.kind IN ('hold', 'tds_payable', 'wallet')
                ELSE 1 = 0 END",
    },
    Check {
        name: "accounts_belong",
        text: "account {id}: it belongs to user {found}, what it stands for to user {expected}",
        unit: Unit::Number,
        sql: "SELECT a.id AS subject, a.user_id AS found,
                CASE a.kind WHEN 'booking' THEN b.user_id WHEN 'hold' THEN p.user_id ELSE a.owner_id END AS expected
            FROM accounts a
            LEFT JOIN bookings b ON a.kind = 'booking' AND b.id = a.owner_id
            LEFT JOIN payouts p ON a.kind = 'hold' AND p.id = a.owner_id
            WHERE a.balance IS NOT NULL AND a.user_id <> COALESCE(
                CASE a.kind WHEN 'booking' THEN b.user_id WHEN 'hold' THEN p.user_id ELSE a.owner_id END, 0)",
    },
    Check {
        name: "members_have_accounts",
        text: "user {id}: of a wallet, an EMI reserve and a reserve only {found} are open",
        unit: Unit::Number,
        sql: "SELECT w.user_id AS subject, 3 AS expected, COUNT(a.id) AS found
            FROM wallets w
            LEFT JOIN accounts a ON a.owner_id = w.user_id AND a.kind IN ('wallet', 'emi_reserve', 'reserve')
            GROUP BY w.user_id HAVING COUNT(a.id) <> 3",
    },
    Check {
        name: "accounts_have_wallets",
        text: "account {id}: its member has no wallet",
        unit: Unit::Number,
        sql: "SELECT a.id AS subject, NULL AS expected, NULL AS found
            FROM accounts a LEFT JOIN wallets w ON w.user_id = a.user_id
            WHERE a.kind IN ('wallet', 'emi_reserve', 'reserve') AND w.id IS NULL",
    },
    Check {
        name: "house_checkpoints",
        text: "house checkpoint {id}: it seals {found}, its entries sum to {expected}",
        unit: Unit::Money,
        sql: "SELECT subject, expected, found FROM (
            SELECT h.id AS subject, h.balance AS found,
                CAST(COALESCE(p.balance, 0) + (
                    SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e
                    WHERE e.account_id = h.account_id AND e.id <= h.through_entry_id
                        AND e.id > COALESCE(p.through_entry_id, 0)) AS SIGNED) AS expected
            FROM house_checkpoints h
            LEFT JOIN house_checkpoints p ON p.account_id = h.account_id AND p.through_entry_id = (
                SELECT MAX(q.through_entry_id) FROM house_checkpoints q
                WHERE q.account_id = h.account_id AND q.through_entry_id < h.through_entry_id)
            ) sealed WHERE expected <> found",
    },
];
