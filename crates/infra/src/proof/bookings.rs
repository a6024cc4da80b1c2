//! Bookings and payments against the ledger.

use super::{Check, Unit};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "total_paid_is_payments",
        text: "booking {id}: {found} is paid, its completed payments sum to {expected}",
        unit: Unit::Money,
        sql: "SELECT b.id AS subject, b.total_paid AS found,
                CAST(COALESCE(SUM(p.amount), 0) AS SIGNED) AS expected
            FROM bookings b LEFT JOIN payments p ON p.booking_id = b.id AND p.status = 'completed'
            GROUP BY b.id, b.total_paid HAVING b.total_paid <> COALESCE(SUM(p.amount), 0)",
    },
    Check {
        name: "total_paid_is_account",
        text: "booking {id}: {found} is paid, its account holds {expected}",
        unit: Unit::Money,
        sql: "SELECT b.id AS subject, b.total_paid AS found, COALESCE(a.balance, 0) AS expected
            FROM bookings b LEFT JOIN accounts a ON a.kind = 'booking' AND a.owner_id = b.id
            WHERE a.id IS NULL OR b.total_paid <> a.balance",
    },
    Check {
        name: "booking_states",
        text: "booking {id}: its state is not what {found} paid makes it",
        unit: Unit::Money,
        sql: "SELECT id AS subject, NULL AS expected, total_paid AS found FROM bookings
            WHERE status <> CASE
                    WHEN total_paid >= total_amount THEN 'completed'
                    WHEN total_paid >= booking_amount THEN 'confirmed'
                    WHEN status = 'cancelled' AND total_paid = 0 THEN 'cancelled'
                    ELSE 'pre_booked' END
                OR (confirmed_at IS NOT NULL) <> (status IN ('confirmed', 'completed'))
                OR (completed_at IS NOT NULL) <> (status = 'completed')
                OR (cancelled_at IS NOT NULL) <> (status = 'cancelled')",
    },
    Check {
        name: "payments_are_posted",
        text: "booking {id}: for one cause its payments sum to {expected}, {found} is posted",
        unit: Unit::Money,
        sql: "SELECT booking AS subject, CAST(SUM(paid) AS SIGNED) AS expected,
                CAST(SUM(posted) AS SIGNED) AS found
            FROM (
                SELECT CASE WHEN payout_id IS NOT NULL THEN 'payout' WHEN pair_id IS NOT NULL THEN 'pair'
                        ELSE 'payment' END AS cause,
                    COALESCE(payout_id, pair_id, id) AS cause_id, booking_id AS booking,
                    amount AS paid, 0 AS posted
                FROM payments WHERE status = 'completed'
                UNION ALL
                SELECT t.reference_type, t.reference_id, a.owner_id, 0, e.amount
                FROM ledger_entries e
                JOIN accounts a ON a.id = e.account_id AND a.kind = 'booking'
                JOIN ledger_transactions t ON t.id = e.transaction_id
            ) moves GROUP BY cause, cause_id, booking HAVING SUM(paid) <> SUM(posted)",
    },
    Check {
        name: "payments_come_from_their_method",
        text: "payment {id}: no ledger transaction brings its money from where its method says",
        unit: Unit::Number,
        sql: "SELECT p.id AS subject, NULL AS expected, NULL AS found
            FROM payments p WHERE p.status = 'completed' AND NOT EXISTS (
                SELECT 1 FROM ledger_transactions t
                JOIN ledger_entries e ON e.transaction_id = t.id
                JOIN accounts b ON b.id = e.account_id
                JOIN accounts c ON c.id = e.counter_account_id
                WHERE t.reference_type = CASE WHEN p.payout_id IS NOT NULL THEN 'payout'
                        WHEN p.pair_id IS NOT NULL THEN 'pair' ELSE 'payment' END
                    AND t.reference_id = COALESCE(p.payout_id, p.pair_id, p.id)
                    AND b.kind = 'booking' AND b.owner_id = p.booking_id AND e.amount > 0
                    AND t.kind = CASE p.payment_method WHEN 'wallet' THEN 'payment_from_wallet'
                        WHEN 'emi_auto_fill' THEN 'payout_processed'
                        WHEN 'emi_deduction' THEN CASE WHEN p.pair_id IS NULL THEN 'emi_reserve_applied'
                            ELSE 'pair_earning' END
                        ELSE 'payment_from_outside' END
                    AND c.kind = CASE p.payment_method WHEN 'wallet' THEN 'wallet'
                        WHEN 'emi_auto_fill' THEN 'hold'
                        WHEN 'emi_deduction' THEN CASE WHEN p.pair_id IS NULL THEN 'emi_reserve' ELSE 'wallet' END
                        WHEN 'online' THEN 'outside:online'
                        WHEN 'bank_transfer' THEN 'outside:bank_transfer'
                        ELSE 'outside:cash' END
                    AND (c.user_id IS NULL OR c.user_id = p.user_id))",
    },
    Check {
        name: "payments_belong",
        text: "payment {id}: it is of user {found}, its booking of user {expected}",
        unit: Unit::Number,
        sql: "SELECT p.id AS subject, p.user_id AS found, b.user_id AS expected
            FROM payments p JOIN bookings b ON b.id = p.booking_id WHERE p.user_id <> b.user_id",
    },
    Check {
        name: "reserve_is_applied",
        text: "user {id}: the EMI reserve holds {found}, a booking is open, and no task is to apply it",
        unit: Unit::Money,
        sql: "SELECT a.owner_id AS subject, 0 AS expected, a.balance AS found
            FROM accounts a
            WHERE a.kind = 'emi_reserve' AND a.balance > 0
                AND EXISTS (SELECT 1 FROM bookings b WHERE b.user_id = a.owner_id
                    AND b.status IN ('pre_booked', 'confirmed'))
                AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'emi_autofill'
                    AND o.subject_id = a.owner_id AND o.next_at IS NOT NULL)",
    },
];
