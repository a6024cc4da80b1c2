//! Bonuses and pairs against the ledger. What an open task still owes is pending, not a difference.

use super::{Check, Unit};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "bonuses_are_posted",
        text: "payment {id}: its sponsor's bonus is {expected}, {found} is posted and no task is to post it",
        unit: Unit::Money,
        sql: "SELECT p.id AS subject, p.referral_bonus AS expected,
                CAST(COALESCE(SUM(e.amount), 0) AS SIGNED) AS found
            FROM payments p
            JOIN users u ON u.id = p.user_id
            LEFT JOIN ledger_transactions t ON t.reference_type = 'payment' AND t.reference_id = p.id
                AND t.kind = 'referral_bonus'
            LEFT JOIN accounts a ON a.kind = 'wallet' AND a.owner_id = u.sponsor_id
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.account_id = a.id
            WHERE p.referral_bonus > 0
                AND (t.id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM outbox o
                    WHERE o.kind = 'payment_completed' AND o.subject_id = p.id AND o.next_at IS NOT NULL))
            GROUP BY p.id, p.referral_bonus HAVING COALESCE(SUM(e.amount), 0) <> p.referral_bonus",
    },
    Check {
        name: "bonuses_have_payments",
        text: "ledger transaction {id}: it posts a bonus that no payment earned",
        unit: Unit::Number,
        sql: "SELECT t.id AS subject, NULL AS expected, NULL AS found
            FROM ledger_transactions t
            LEFT JOIN payments p ON p.id = t.reference_id AND p.referral_bonus > 0
            WHERE t.kind = 'referral_bonus' AND p.id IS NULL",
    },
    Check {
        name: "pairs_are_posted_or_pending",
        text: "pair {id}: it is not posted and no task is to post it",
        unit: Unit::Number,
        sql: "SELECT p.id AS subject, NULL AS expected, NULL AS found
            FROM pairs p WHERE p.status = 'matched' AND NOT EXISTS (SELECT 1 FROM outbox o
                WHERE o.kind = 'pair_matched' AND o.subject_id = p.id AND o.next_at IS NOT NULL)",
    },
    Check {
        name: "pairs_are_posted_as_split",
        text: "pair {id}: a part of its earning is {expected}, {found} is posted",
        unit: Unit::Money,
        sql: "SELECT pair AS subject, CAST(SUM(stored) AS SIGNED) AS expected,
                CAST(SUM(posted) AS SIGNED) AS found
            FROM (
                SELECT id AS pair, 'BINARY_PAIR' AS part, earning_amount AS stored, 0 AS posted
                FROM pairs WHERE status = 'processed'
                UNION ALL
                SELECT id, 'EMI_DEDUCTION', -emi_deducted, 0 FROM pairs WHERE status = 'processed'
                UNION ALL
                SELECT id, 'RESERVE_DEDUCTION', -reserve_deducted, 0 FROM pairs WHERE status = 'processed'
                UNION ALL
                SELECT t.reference_id, e.statement_type, 0, e.amount
                FROM ledger_transactions t
                JOIN ledger_entries e ON e.transaction_id = t.id
                JOIN accounts a ON a.id = e.account_id AND a.kind = 'wallet'
                WHERE t.kind = 'pair_earning'
            ) parts GROUP BY pair, part HAVING SUM(stored) <> SUM(posted)",
    },
    Check {
        name: "pairs_pay_their_owners",
        text: "ledger entry {id}: a pair's earning touches user {found}, the pair is user {expected}'s",
        unit: Unit::Number,
        sql: "SELECT e.id AS subject, a.user_id AS found, p.user_id AS expected
            FROM ledger_transactions t
            JOIN ledger_entries e ON e.transaction_id = t.id
            JOIN accounts a ON a.id = e.account_id
            LEFT JOIN pairs p ON p.id = t.reference_id
            WHERE t.kind = 'pair_earning' AND a.user_id IS NOT NULL AND a.user_id <> COALESCE(p.user_id, 0)",
    },
    Check {
        name: "pair_splits",
        text: "pair {id}: its parts sum to {expected}, it earns {found}",
        unit: Unit::Money,
        sql: "SELECT id AS subject, earning_amount AS found,
                emi_deducted + reserve_deducted + net_amount AS expected
            FROM pairs WHERE earning_amount <> emi_deducted + reserve_deducted + net_amount",
    },
    Check {
        name: "pair_numbers",
        text: "user {id}: the last pair is number {found}, {expected} are formed",
        unit: Unit::Number,
        sql: "SELECT user_id AS subject, MAX(pair_number) AS found, COUNT(pair_number) AS expected
            FROM pairs WHERE pair_number IS NOT NULL
            GROUP BY user_id HAVING MAX(pair_number) <> COUNT(pair_number)",
    },
    Check {
        name: "total_earned",
        text: "user {id}: the wallet says {found} was earned, its entries sum to {expected}",
        unit: Unit::Money,
        sql: "SELECT w.user_id AS subject, w.total_earned AS found,
                CAST(COALESCE(SUM(e.amount), 0) AS SIGNED) AS expected
            FROM wallets w
            LEFT JOIN accounts a ON a.kind = 'wallet' AND a.owner_id = w.user_id
            LEFT JOIN ledger_entries e ON e.account_id = a.id
                AND e.statement_type IN ('REFERRAL_BONUS', 'BINARY_PAIR')
            GROUP BY w.user_id, w.total_earned HAVING w.total_earned <> COALESCE(SUM(e.amount), 0)",
    },
];
