//! Faults that nothing but raw SQL can make.

/// A fault, the statement that takes it away again, and a check that must find it.
pub struct Fault(pub &'static str, pub &'static str, pub &'static str);

/// User 1 has 7 pairs, a booking with a plan (the newest one), and payouts 1 (completed, with instalments),
/// 2 (failed), 3 (rejected) and 4 (pending).
pub const FAULTS: &[Fault] = &[
    Fault(
        "INSERT INTO ledger_transactions (kind, tx_key, reference_type, reference_id, caused_by, created_at)
            VALUES ('payout_completed', 'x', 'payout', 1, 'x', '2026-11-22 00:00:00')",
        "DELETE FROM ledger_transactions WHERE tx_key = 'x'",
        "transactions_have_entries",
    ),
    Fault(
        "UPDATE ledger_transactions SET reference_id = 99001 WHERE tx_key = 'payout:3:end'",
        "UPDATE ledger_transactions SET reference_id = 3 WHERE tx_key = 'payout:3:end'",
        "payout_postings_have_payouts",
    ),
    Fault(
        "UPDATE accounts SET balance = 1 WHERE kind = 'emi_reserve' AND owner_id = 1",
        "UPDATE accounts SET balance = 0 WHERE kind = 'emi_reserve' AND owner_id = 1",
        "reserve_is_applied",
    ),
    Fault(
        "UPDATE accounts SET user_id = 2 WHERE kind = 'wallet' AND owner_id = 1",
        "UPDATE accounts SET user_id = 1 WHERE kind = 'wallet' AND owner_id = 1",
        "pairs_pay_their_owners",
    ),
    Fault(
        "DELETE FROM wallets WHERE user_id = 16",
        "INSERT INTO wallets (user_id, total_earned, total_withdrawn, created_at, updated_at)
            VALUES (16, 0, 0, '2026-11-22 00:00:00', '2026-11-22 00:00:00')",
        "accounts_have_wallets",
    ),
    Fault(
        "UPDATE accounts SET balance = balance + 1 WHERE kind = 'wallet' AND owner_id = 1",
        "UPDATE accounts SET balance = balance - 1 WHERE kind = 'wallet' AND owner_id = 1",
        "balances",
    ),
    Fault(
        "UPDATE accounts SET last_entry_no = last_entry_no + 1 WHERE kind = 'wallet' AND owner_id = 1",
        "UPDATE accounts SET last_entry_no = last_entry_no - 1 WHERE kind = 'wallet' AND owner_id = 1",
        "entry_counts",
    ),
    Fault(
        "UPDATE accounts SET user_id = 2 WHERE kind = 'hold' AND owner_id = 1",
        "UPDATE accounts SET user_id = 1 WHERE kind = 'hold' AND owner_id = 1",
        "accounts_belong",
    ),
    Fault(
        "UPDATE accounts SET owner_id = 99001 WHERE kind = 'reserve' AND owner_id = 1",
        "UPDATE accounts SET owner_id = 1 WHERE kind = 'reserve' AND owner_id = 99001",
        "members_have_accounts",
    ),
    Fault(
        "UPDATE ledger_entries SET amount = amount + 1 WHERE id = 1",
        "UPDATE ledger_entries SET amount = amount - 1 WHERE id = 1",
        "transactions_balance",
    ),
    Fault(
        "UPDATE ledger_entries SET counter_account_id = 1 WHERE id = 1",
        "UPDATE ledger_entries SET counter_account_id =
            (SELECT account_id FROM (SELECT account_id FROM ledger_entries WHERE id = 2) other) WHERE id = 1",
        "moves_have_two_sides",
    ),
    Fault(
        "UPDATE ledger_entries SET balance_after = balance_after + 1 WHERE statement_type = 'BINARY_PAIR'",
        "UPDATE ledger_entries SET balance_after = balance_after - 1 WHERE statement_type = 'BINARY_PAIR'",
        "entry_chains",
    ),
    Fault(
        "UPDATE ledger_entries SET statement_type = 'DEPOSIT' WHERE id = 1",
        "UPDATE ledger_entries SET statement_type = NULL WHERE id = 1",
        "statements_are_wallets",
    ),
    Fault(
        "UPDATE ledger_entries SET entry_no = 1, balance_after = 1 WHERE id = 1",
        "UPDATE ledger_entries SET entry_no = NULL, balance_after = NULL WHERE id = 1",
        "house_entries_are_unnumbered",
    ),
    Fault(
        "UPDATE ledger_transactions SET kind = 'pair_earning' WHERE tx_key = 'payout:2:end'",
        "UPDATE ledger_transactions SET kind = 'payout_failed' WHERE tx_key = 'payout:2:end'",
        "events_move_their_accounts",
    ),
    Fault(
        "UPDATE ledger_transactions SET reference_id = 99001 WHERE tx_key = 'referral:1'",
        "UPDATE ledger_transactions SET reference_id = 1 WHERE tx_key = 'referral:1'",
        "bonuses_have_payments",
    ),
    Fault(
        "UPDATE house_checkpoints SET balance = balance + 1 WHERE id = 1",
        "UPDATE house_checkpoints SET balance = balance - 1 WHERE id = 1",
        "house_checkpoints",
    ),
    Fault(
        "UPDATE wallets SET total_earned = total_earned + 1 WHERE user_id = 1",
        "UPDATE wallets SET total_earned = total_earned - 1 WHERE user_id = 1",
        "total_earned",
    ),
    Fault(
        "UPDATE wallets SET total_withdrawn = total_withdrawn + 1 WHERE user_id = 1",
        "UPDATE wallets SET total_withdrawn = total_withdrawn - 1 WHERE user_id = 1",
        "total_withdrawn",
    ),
    Fault(
        "UPDATE bookings SET total_paid = total_paid + 1 WHERE user_id = 1",
        "UPDATE bookings SET total_paid = total_paid - 1 WHERE user_id = 1",
        "total_paid_is_payments",
    ),
    Fault(
        "UPDATE bookings SET total_paid = total_paid + 1 WHERE user_id = 1",
        "UPDATE bookings SET total_paid = total_paid - 1 WHERE user_id = 1",
        "total_paid_is_account",
    ),
    Fault(
        "UPDATE bookings SET completed_at = confirmed_at WHERE user_id = 1",
        "UPDATE bookings SET completed_at = NULL WHERE user_id = 1",
        "booking_states",
    ),
    Fault(
        "UPDATE payments SET amount = amount - 1 WHERE payout_id = 1",
        "UPDATE payments SET amount = amount + 1 WHERE payout_id = 1",
        "payments_are_posted",
    ),
    Fault(
        "UPDATE payments SET payment_method = 'cash' WHERE id = 1",
        "UPDATE payments SET payment_method = 'online' WHERE id = 1",
        "payments_come_from_their_method",
    ),
    Fault(
        "UPDATE payments SET user_id = 1 WHERE id = 1",
        "UPDATE payments SET user_id = 2 WHERE id = 1",
        "payments_belong",
    ),
    Fault(
        "UPDATE payments SET referral_bonus = referral_bonus + 1 WHERE id = 1",
        "UPDATE payments SET referral_bonus = referral_bonus - 1 WHERE id = 1",
        "bonuses_are_posted",
    ),
    Fault(
        "UPDATE payments SET referral_bonus = 0 WHERE id = 1",
        "UPDATE payments SET referral_bonus = 2500 WHERE id = 1",
        "bonus_rule",
    ),
    Fault(
        "UPDATE pairs SET status = 'matched', processed_at = NULL WHERE id = 1",
        "UPDATE pairs SET status = 'processed', processed_at = matched_at WHERE id = 1",
        "pairs_are_posted_or_pending",
    ),
    Fault(
        "UPDATE pairs SET earning_amount = earning_amount + 1, net_amount = net_amount + 1 WHERE id = 1",
        "UPDATE pairs SET earning_amount = earning_amount - 1, net_amount = net_amount - 1 WHERE id = 1",
        "pairs_are_posted_as_split",
    ),
    Fault(
        "UPDATE pairs SET earning_amount = earning_amount + 1, net_amount = net_amount + 1 WHERE id = 1",
        "UPDATE pairs SET earning_amount = earning_amount - 1, net_amount = net_amount - 1 WHERE id = 1",
        "split_rule",
    ),
    Fault(
        "UPDATE pairs SET pair_number = 99 WHERE user_id = 1 AND pair_number = 7",
        "UPDATE pairs SET pair_number = 7 WHERE user_id = 1 AND pair_number = 99",
        "pair_numbers",
    ),
    Fault(
        "UPDATE pairs SET pair_month = 1 WHERE id = 1",
        "UPDATE pairs SET pair_month = 11 WHERE id = 1",
        "tree",
    ),
    Fault(
        "UPDATE payout_parts SET amount = amount + 1 WHERE id = 1",
        "UPDATE payout_parts SET amount = amount - 1 WHERE id = 1",
        "payout_parts",
    ),
    Fault(
        "UPDATE payout_parts SET amount = amount + 1 WHERE id = 1",
        "UPDATE payout_parts SET amount = amount - 1 WHERE id = 1",
        "payout_payments",
    ),
    Fault(
        "UPDATE payouts SET status = 'cancelled' WHERE id = 4",
        "UPDATE payouts SET status = 'pending' WHERE id = 4",
        "payout_holds",
    ),
    Fault(
        "UPDATE payouts SET status = 'rejected' WHERE id = 2",
        "UPDATE payouts SET status = 'failed' WHERE id = 2",
        "payout_moments",
    ),
    Fault(
        "UPDATE payouts SET status = 'failed' WHERE id = 1",
        "UPDATE payouts SET status = 'completed' WHERE id = 1",
        "payout_wallets",
    ),
    Fault(
        "UPDATE payouts SET status = 'failed' WHERE id = 1",
        "UPDATE payouts SET status = 'completed' WHERE id = 1",
        "payout_banks",
    ),
    Fault(
        "UPDATE payouts SET status = 'failed' WHERE id = 1",
        "UPDATE payouts SET status = 'completed' WHERE id = 1",
        "payout_tax",
    ),
    Fault(
        "UPDATE payouts SET tds_amount = tds_amount - 1, net_amount = net_amount + 1 WHERE id = 4",
        "UPDATE payouts SET tds_amount = tds_amount + 1, net_amount = net_amount - 1 WHERE id = 4",
        "tax_rule",
    ),
    Fault(
        "UPDATE tds_register SET tds_deducted = tds_deducted + 1 WHERE id = 1",
        "UPDATE tds_register SET tds_deducted = tds_deducted - 1 WHERE id = 1",
        "register_is_tax_payable",
    ),
    Fault(
        "UPDATE tds_register SET quarter = 4 WHERE id = 1",
        "UPDATE tds_register SET quarter = 3 WHERE id = 1",
        "register_rule",
    ),
    Fault(
        "UPDATE tds_register SET total_payout = total_payout - 1 WHERE id = 1",
        "UPDATE tds_register SET total_payout = total_payout + 1 WHERE id = 1",
        "register_rule",
    ),
    Fault(
        "UPDATE users SET is_active_buyer = 1, active_buyer_since = date_joined WHERE id = 2",
        "UPDATE users SET is_active_buyer = 0, active_buyer_since = NULL WHERE id = 2",
        "active_buyer_rule",
    ),
    Fault(
        "UPDATE users SET is_active_buyer = 1, active_buyer_since = date_joined WHERE id = 2",
        "UPDATE users SET is_active_buyer = 0, active_buyer_since = NULL WHERE id = 2",
        "active_buyers_are_logged",
    ),
    Fault(
        "UPDATE bookings SET confirmed_at = '2026-01-01 00:00:00' WHERE user_id = 2",
        "UPDATE bookings SET confirmed_at = created_at WHERE user_id = 2",
        "qualifications",
    ),
    Fault(
        "UPDATE tree_events SET member_id = 3 WHERE kind = 'qualify' AND member_id = 2",
        "UPDATE tree_events SET member_id = 2 WHERE id =
            (SELECT id FROM (SELECT MIN(id) AS id FROM tree_events WHERE kind = 'qualify' AND member_id = 3) mine)",
        "qualifications_are_logged",
    ),
    Fault(
        "UPDATE tree_events SET sponsor_id = NULL WHERE kind = 'join' AND member_id = 2",
        "UPDATE tree_events SET sponsor_id = 1 WHERE kind = 'join' AND member_id = 2",
        "joins_have_their_sponsors",
    ),
];
