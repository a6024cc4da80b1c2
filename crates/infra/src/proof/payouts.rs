//! Payouts, their holds and the tax register.

use super::{Check, Unit};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "payout_parts",
        text: "payout {id}: it pays {found} of instalments, its parts sum to {expected}",
        unit: Unit::Money,
        sql: "SELECT p.id AS subject, p.emi_amount AS found,
                CAST(COALESCE(SUM(i.amount), 0) AS SIGNED) AS expected
            FROM payouts p LEFT JOIN payout_parts i ON i.payout_id = p.id
            GROUP BY p.id, p.emi_amount HAVING p.emi_amount <> COALESCE(SUM(i.amount), 0)",
    },
    Check {
        name: "payout_sums",
        text: "payout {id}: {found} was asked for, its parts sum to {expected}",
        unit: Unit::Money,
        sql:
            "SELECT id AS subject, requested_amount AS found, tds_amount + emi_amount + net_amount AS expected
            FROM payouts WHERE requested_amount <> tds_amount + emi_amount + net_amount",
    },
    Check {
        name: "payout_payments",
        text: "payout {id}: on one booking {expected} is to be paid by now, its payments sum to {found}",
        unit: Unit::Money,
        sql: "SELECT payout AS subject, CAST(SUM(frozen) AS SIGNED) AS expected,
                CAST(SUM(paid) AS SIGNED) AS found
            FROM (
                SELECT i.payout_id AS payout, i.booking_id AS booking, i.amount AS frozen, 0 AS paid
                FROM payout_parts i JOIN payouts p ON p.id = i.payout_id
                WHERE p.status IN ('processing', 'completed', 'failed')
                UNION ALL
                SELECT payout_id, booking_id, 0, amount FROM payments WHERE payout_id IS NOT NULL
            ) parts GROUP BY payout, booking HAVING SUM(frozen) <> SUM(paid)",
    },
    Check {
        name: "payout_holds",
        text: "payout {id}: its hold is {found}, in its state it must be {expected}",
        unit: Unit::Money,
        sql: "SELECT subject, expected, found FROM (
            SELECT p.id AS subject, a.balance AS found,
                CASE p.status WHEN 'pending' THEN p.requested_amount
                    WHEN 'processing' THEN p.net_amount ELSE 0 END AS expected
            FROM payouts p LEFT JOIN accounts a ON a.kind = 'hold' AND a.owner_id = p.id
            ) holds WHERE found IS NULL OR found <> expected",
    },
    Check {
        name: "payout_wallets",
        text: "payout {id}: it moved {found} of its member's wallet, in its state it must be {expected}",
        unit: Unit::Money,
        sql: "SELECT p.id AS subject, CAST(COALESCE(SUM(e.amount), 0) AS SIGNED) AS found,
                CASE p.status WHEN 'rejected' THEN 0 WHEN 'cancelled' THEN 0
                    WHEN 'failed' THEN -p.emi_amount ELSE -p.requested_amount END AS expected
            FROM payouts p
            LEFT JOIN ledger_transactions t ON t.reference_type = 'payout' AND t.reference_id = p.id
            LEFT JOIN accounts a ON a.kind = 'wallet' AND a.owner_id = p.user_id
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.account_id = a.id
            GROUP BY p.id, p.status, p.emi_amount, p.requested_amount
            HAVING COALESCE(SUM(e.amount), 0) <> CASE p.status WHEN 'rejected' THEN 0 WHEN 'cancelled' THEN 0
                WHEN 'failed' THEN -p.emi_amount ELSE -p.requested_amount END",
    },
    Check {
        name: "payout_banks",
        text: "payout {id}: the bank has {found} of it, in its state it must have {expected}",
        unit: Unit::Money,
        sql: "SELECT p.id AS subject, CAST(COALESCE(SUM(e.amount), 0) AS SIGNED) AS found,
                CASE p.status WHEN 'completed' THEN p.net_amount ELSE 0 END AS expected
            FROM payouts p
            LEFT JOIN ledger_transactions t ON t.reference_type = 'payout' AND t.reference_id = p.id
            LEFT JOIN accounts a ON a.kind = 'outside:bank'
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.account_id = a.id
            GROUP BY p.id, p.status, p.net_amount
            HAVING COALESCE(SUM(e.amount), 0) <> CASE p.status WHEN 'completed' THEN p.net_amount ELSE 0 END",
    },
    Check {
        name: "payout_tax",
        text: "payout {id}: {found} of tax is posted for it, in its state it must be {expected}",
        unit: Unit::Money,
        sql: "SELECT p.id AS subject, CAST(COALESCE(SUM(e.amount), 0) AS SIGNED) AS found,
                CASE WHEN p.status IN ('processing', 'completed') THEN p.tds_amount ELSE 0 END AS expected
            FROM payouts p
            LEFT JOIN ledger_transactions t ON t.reference_type = 'payout' AND t.reference_id = p.id
            LEFT JOIN accounts a ON a.kind = 'tds_payable'
            LEFT JOIN ledger_entries e ON e.transaction_id = t.id AND e.account_id = a.id
            GROUP BY p.id, p.status, p.tds_amount
            HAVING COALESCE(SUM(e.amount), 0)
                <> CASE WHEN p.status IN ('processing', 'completed') THEN p.tds_amount ELSE 0 END",
    },
    Check {
        name: "payout_postings_have_payouts",
        text: "ledger transaction {id}: it posts a payout that is not there",
        unit: Unit::Number,
        sql: "SELECT t.id AS subject, NULL AS expected, NULL AS found
            FROM ledger_transactions t LEFT JOIN payouts p ON p.id = t.reference_id
            WHERE t.reference_type = 'payout' AND p.id IS NULL",
    },
    Check {
        name: "payout_moments",
        text: "payout {id}: the moments it was processed and completed do not fit its state",
        unit: Unit::Number,
        sql: "SELECT id AS subject, NULL AS expected, NULL AS found FROM payouts
            WHERE (processed_at IS NOT NULL) <> (status IN ('processing', 'completed', 'failed'))
                OR (completed_at IS NOT NULL) <> (status = 'completed')",
    },
    Check {
        name: "total_withdrawn",
        text: "user {id}: the wallet says {found} was withdrawn, the completed payouts sum to {expected}",
        unit: Unit::Money,
        sql: "SELECT w.user_id AS subject, w.total_withdrawn AS found,
                CAST(COALESCE(SUM(p.requested_amount), 0) AS SIGNED) AS expected
            FROM wallets w LEFT JOIN payouts p ON p.user_id = w.user_id AND p.status = 'completed'
            GROUP BY w.user_id, w.total_withdrawn
            HAVING w.total_withdrawn <> COALESCE(SUM(p.requested_amount), 0)",
    },
    Check {
        name: "register_is_tax_payable",
        text: "ledger transaction {id}: it moves {expected} of tax, the register has {found}",
        unit: Unit::Money,
        sql: "SELECT posting AS subject, CAST(SUM(posted) AS SIGNED) AS expected,
                CAST(SUM(registered) AS SIGNED) AS found
            FROM (
                SELECT e.transaction_id AS posting, e.amount AS posted, 0 AS registered
                FROM ledger_entries e JOIN accounts a ON a.id = e.account_id AND a.kind = 'tds_payable'
                UNION ALL
                SELECT transaction_id, 0, tds_deducted FROM tds_register
            ) taxes GROUP BY posting HAVING SUM(posted) <> SUM(registered)",
    },
];
