//! What the database itself refuses, from raw SQL and as its owner, past every rule of the code.

use std::collections::BTreeSet;

use infra::{
    Error, Unique,
    testing::{Engine, TestDb},
};

use crate::{catalogue, rows, triggers};

infra::on_both!(the_database_refuses_what_is_wrong, the_same_rows_are_taken_when_nothing_is_wrong);

/// One test, since a refusal leaves nothing behind, and what takes time is the making of the database.
async fn the_database_refuses_what_is_wrong(test: &TestDb) {
    rows::seed(test);
    every_check_refuses(test);
    every_unique_refuses(test);
    every_foreign_key_refuses(test);
    every_text_keeps_its_length(test);
    triggers::rows_that_stand_are_neither_changed_nor_removed(test);
    triggers::what_is_fixed_stays(test);
}

/// A table, what makes a valid row of it wrong, and the CHECK that says so.
const CHECKS: &[(&str, &str, &str)] = &[
    ("plans", "payout_requires_kyc=2", "ck_plans_payout_requires_kyc_flag"),
    ("plans", "pairs_beyond_cap='lose'", "ck_plans_beyond_cap"),
    ("plans", "tds_ceiling_period='month'", "ck_plans_ceiling_period"),
    ("users", "is_superuser=2", "ck_users_is_superuser_flag"),
    ("users", "is_distributor=2", "ck_users_is_distributor_flag"),
    ("users", "is_active=-1", "ck_users_is_active_flag"),
    ("users", "is_active_buyer=2", "ck_users_is_active_buyer_flag"),
    ("users", "role='owner'", "ck_users_role"),
    ("users", "gender='none'", "ck_users_gender"),
    ("users", "is_active_buyer=1", "ck_users_active_buyer"),
    ("users", "active_buyer_since=T", "ck_users_active_buyer"),
    ("otps", "tries=6", "ck_otps_tries"),
    ("otps", "tries=-1", "ck_otps_tries"),
    ("sessions", "ended_at=T", "ck_sessions_ended"),
    ("sessions", "ended_because='logout'", "ck_sessions_ended"),
    ("sessions", "ended_at=T; ended_because='bored'", "ck_sessions_because"),
    ("second_factors", "confirmed_at=T", "ck_second_factors_last_step"),
    ("second_factors", "last_step=1", "ck_second_factors_last_step"),
    ("kycs", "status='maybe'; reviewed_at=T; reviewed_by=2", "ck_kycs_status"),
    ("kycs", "status='approved'; reviewed_at=T; reviewed_by=3", "ck_kycs_own_review"),
    ("kycs", "status='approved'", "ck_kycs_reviewed"),
    ("kycs", "status='rejected'; reviewed_at=T", "ck_kycs_reviewed"),
    ("accounts", "kind='purse'; user_id=NULL; balance=NULL; last_entry_no=NULL", "ck_accounts_kind"),
    ("accounts", "balance=-1", "ck_accounts_balance"),
    ("accounts", "balance=NULL", "ck_accounts_house"),
    ("accounts", "last_entry_no=NULL", "ck_accounts_house"),
    ("accounts", "user_id=NULL", "ck_accounts_house"),
    ("accounts", "kind='commission'", "ck_accounts_house"),
    ("wallets", "total_earned=-1", "ck_wallets_totals"),
    ("wallets", "total_withdrawn=-1", "ck_wallets_totals"),
    ("ledger_entries", "amount=0", "ck_ledger_entries_amount"),
    ("ledger_entries", "counter_account_id=11", "ck_ledger_entries_sides"),
    ("ledger_entries", "balance_after=-1", "ck_ledger_entries_balance"),
    ("ledger_entries", "balance_after=NULL", "ck_ledger_entries_balance"),
    ("ledger_entries", "entry_no=NULL", "ck_ledger_entries_balance"),
    ("bookings", "status='delivered'", "ck_bookings_status"),
    ("bookings", "booking_amount=0", "ck_bookings_amounts"),
    ("bookings", "booking_amount=100001", "ck_bookings_amounts"),
    ("bookings", "total_paid=-1", "ck_bookings_paid"),
    ("bookings", "total_paid=100001; status='completed'", "ck_bookings_paid"),
    ("bookings", "total_paid=50000", "ck_bookings_state"),
    ("bookings", "total_paid=49999; status='confirmed'", "ck_bookings_state"),
    ("bookings", "total_paid=100000; status='confirmed'", "ck_bookings_state"),
    ("bookings", "total_paid=99999; status='completed'", "ck_bookings_state"),
    ("bookings", "total_paid=1; status='cancelled'", "ck_bookings_state"),
    ("bookings", "emi_amount=100", "ck_bookings_emi"),
    ("bookings", "emi_count=5", "ck_bookings_emi"),
    ("bookings", "emi_start_date='2026-02-01'", "ck_bookings_emi"),
    ("bookings", "emi_amount=0; emi_count=5; emi_start_date='2026-02-01'", "ck_bookings_emi"),
    ("bookings", "emi_amount=100; emi_count=0; emi_start_date='2026-02-01'", "ck_bookings_emi"),
    ("bookings", "emi_amount=100; emi_count=121; emi_start_date='2026-02-01'", "ck_bookings_emi"),
    ("payouts", "emi_auto_filled=2", "ck_payouts_emi_auto_filled_flag"),
    ("payouts", "status='paid'", "ck_payouts_status"),
    ("payouts", "requested_amount=0; tds_amount=0; emi_amount=0; net_amount=0", "ck_payouts_amounts"),
    ("payouts", "requested_amount=1001", "ck_payouts_amounts"),
    ("payouts", "net_amount=751", "ck_payouts_amounts"),
    ("payouts", "tds_amount=-50; net_amount=850", "ck_payouts_amounts"),
    ("payouts", "emi_amount=-200; net_amount=1150", "ck_payouts_amounts"),
    ("payouts", "emi_amount=951; net_amount=-1", "ck_payouts_amounts"),
    ("payouts", "processed_by=1; processed_at=T", "ck_payouts_own"),
    ("payments", "payment_method='barter'", "ck_payments_method"),
    ("payments", "status='lost'", "ck_payments_status"),
    ("payments", "amount=0", "ck_payments_amount"),
    ("payments", "amount=-1", "ck_payments_amount"),
    ("payments", "referral_bonus=-1", "ck_payments_bonus"),
    ("payments", "referral_bonus=5", "ck_payments_bonus"),
    ("payments", "status='completed'", "ck_payments_completed"),
    ("payments", "completed_at=T", "ck_payments_completed"),
    ("payments", "decided_by=1", "ck_payments_own"),
    ("payout_parts", "amount=0", "ck_payout_parts_amount"),
    ("tds_register", "quarter=0", "ck_tds_register_quarter"),
    ("tds_register", "quarter=5", "ck_tds_register_quarter"),
    ("tds_register", "tds_deducted=0", "ck_tds_register_amount"),
    ("tree_events", "kind='active_buyer'; active=2", "ck_tree_events_active_flag"),
    ("tree_events", "kind='leave'", "ck_tree_events_kind"),
    ("tree_events", "member_id=NULL", "ck_tree_events_kind"),
    ("tree_events", "kind='qualify'; member_id=NULL", "ck_tree_events_kind"),
    ("tree_events", "kind='active_buyer'", "ck_tree_events_kind"),
    ("tree_events", "kind='plan'", "ck_tree_events_kind"),
    ("tree_events", "kind='month'", "ck_tree_events_kind"),
    ("tree_events", "side='up'", "ck_tree_events_side"),
    ("tree_events", "seq=9", "ck_tree_events_sequenced"),
    ("tree_events", "effective_at=T", "ck_tree_events_sequenced"),
    ("tree_events", "refused='late'", "ck_tree_events_sequenced"),
    ("nodes", "active_buyer=2", "ck_nodes_active_buyer_flag"),
    ("nodes", "side='up'", "ck_nodes_side"),
    ("nodes", "side=NULL", "ck_nodes_side"),
    ("nodes", "parent_id=NULL; level=0", "ck_nodes_side"),
    ("nodes", "level=0", "ck_nodes_side"),
    ("nodes", "parent_id=NULL; side=NULL", "ck_nodes_side"),
    ("nodes", "formed=-1", "ck_nodes_counts"),
    ("nodes", "flushed=-1", "ck_nodes_counts"),
    ("nodes", "formed_in_month=-1", "ck_nodes_counts"),
    ("pairs", "active_buyer=2", "ck_pairs_active_buyer_flag"),
    ("pairs", "status='lost'", "ck_pairs_status"),
    ("pairs", "pair_number=NULL", "ck_pairs_status"),
    ("pairs", "processed_at=T", "ck_pairs_status"),
    ("pairs", "status='processed'", "ck_pairs_status"),
    ("pairs", "status='flushed'; pair_number=NULL", "ck_pairs_status"),
    (
        "pairs",
        "status='flushed'; earning_amount=0; emi_deducted=0; reserve_deducted=0; net_amount=0",
        "ck_pairs_status",
    ),
    ("pairs", "net_amount=35001", "ck_pairs_split"),
    ("pairs", "emi_deducted=-1; net_amount=45001", "ck_pairs_split"),
    ("pairs", "reserve_deducted=-1; net_amount=40001", "ck_pairs_split"),
    ("pairs", "emi_deducted=45001; net_amount=-1", "ck_pairs_split"),
    ("pairs", "left_user_id=2; right_user_id=2", "ck_pairs_members"),
    ("matcher", "id=2", "ck_matcher_one"),
    ("nominees", "relationship='cousin'", "ck_nominees_relationship"),
    ("notifications", "notification_type='mail'", "ck_notifications_type"),
    ("notifications", "reference_type='user'", "ck_notifications_reference"),
    ("compliance_documents", "document_type='passport'", "ck_compliance_documents_type"),
    ("compliance_documents", "verified_at=T", "ck_compliance_documents_verified"),
    ("compliance_documents", "verified_at=T; verified_by=1", "ck_compliance_documents_own"),
    ("tds_certificates", "quarter=0", "ck_tds_certificates_quarter"),
    ("tds_certificates", "quarter=5", "ck_tds_certificates_quarter"),
    ("outbox", "next_at=NULL", "ck_outbox_state"),
    ("outbox", "done_at=T", "ck_outbox_state"),
    ("outbox", "gave_up_at=T", "ck_outbox_state"),
    ("outbox", "next_at=NULL; done_at=T; gave_up_at=T", "ck_outbox_state"),
];

fn every_check_refuses(test: &TestDb) {
    for (table, changes, check) in CHECKS {
        refused_by(test, &rows::insert(table, changes), check);
    }
    let shown: BTreeSet<String> = CHECKS.iter().map(|(.., check)| (*check).to_owned()).collect();
    assert_eq!(shown, catalogue::check_names(test), "each CHECK is shown to refuse");
}

/// What of a valid row repeats a row of the fixture, and the constraint that says so.
const UNIQUES: &[(&str, Unique)] = &[
    ("effective_from='2026-01-01 00:00:00'", Unique::PlansEffectiveFrom),
    ("username='one'", Unique::UsersUsername),
    ("email='one@x.in'", Unique::UsersEmail),
    ("mobile='9000000001'", Unique::UsersMobile),
    ("referral_code='REF1'", Unique::UsersReferralCode),
    ("identifier='one'", Unique::OtpsIdentifierPurpose),
    ("storage_name='one'", Unique::FilesStorageName),
    ("user_id=1", Unique::KycsUser),
    ("pan_hash='pan1'", Unique::KycsPanHash),
    ("aadhaar_hash='aadhaar1'", Unique::KycsAadhaarHash),
    ("owner_id=1", Unique::AccountsKindOwner),
    ("user_id=1", Unique::WalletsUser),
    ("tx_key='referral:1'", Unique::LedgerTransactionsKey),
    ("entry_no=1", Unique::LedgerEntriesAccountNo),
    ("booking_number='EV00000001'", Unique::BookingsNumber),
    ("gateway_reference='gw-1'", Unique::PaymentsGatewayReference),
    ("number=1", Unique::PayoutPartsInstalment),
    ("transaction_id=1", Unique::TdsRegisterTransaction),
    ("seq=1; effective_at=T", Unique::TreeEventsSeq),
    ("side='left'", Unique::NodesParentSide),
    ("joined_seq=1", Unique::NodesJoinedSeq),
    ("qualified_seq=1", Unique::NodesQualifiedSeq),
    ("pair_number=1", Unique::PairsUserNumber),
    ("left_user_id=2; right_user_id=1", Unique::PairsUserLeft),
    ("right_user_id=3", Unique::PairsUserRight),
    ("user_id=1", Unique::NomineesUser),
    ("occasion='payment:1'", Unique::NotificationsOccasion),
    ("quarter=1", Unique::TdsCertificatesQuarter),
    ("task_key='mail:1'", Unique::OutboxKey),
    ("idem_key='one'", Unique::IdempotencyKeys),
    ("period='2026-01'", Unique::ScheduledRuns),
    ("jti_hash='one'", Unique::DeadTokensJtiHash),
    ("through_entry_id=1", Unique::HouseCheckpoints),
];

fn every_unique_refuses(test: &TestDb) {
    for (changes, unique) in UNIQUES {
        match test.sql(&rows::insert(unique.table(), changes)) {
            Err(Error::Duplicate(refused)) => assert_eq!(refused, *unique, "{changes}"),
            other => panic!("{unique:?}: {other:?}"),
        }
    }
    let shown: Vec<Unique> = UNIQUES.iter().map(|(_, unique)| *unique).collect();
    assert_eq!(shown, Unique::ALL, "each UNIQUE is shown to refuse");
}

fn every_foreign_key_refuses(test: &TestDb) {
    let keys = catalogue::foreign_keys(test);
    assert!(keys.len() > 30, "{} foreign keys", keys.len());
    for key in keys {
        let statement = rows::insert(&key.table, &format!("{}=999999", key.column));
        let error = test.sql(&statement).expect_err(&key.name).to_string().to_lowercase();
        assert!(error.contains("foreign key"), "{}: {error}", key.name);
    }
}

fn every_text_keeps_its_length(test: &TestDb) {
    for (table, column, length) in catalogue::text_lengths(test) {
        let long = "🛵".repeat(length + 1);
        let statement = rows::insert(&table, &format!("{column}='{long}'"));
        let expected = match test.engine() {
            Engine::Sqlite => format!("ck_{table}_{column}_length"),
            Engine::Mysql => format!("Data too long for column '{column}'"),
        };
        refused_by(test, &statement, &expected);
    }
    let whole = format!("vehicle_model='{}'", "🛵".repeat(100));
    test.sql(&rows::insert("bookings", &whole)).expect("a length is counted in characters");
}

/// What the guards let through, so that they are seen to refuse for their reason only.
const ALLOWED: &[&str] = &[
    "UPDATE accounts SET balance = 50, last_entry_no = 2 WHERE id = 11",
    "UPDATE bookings SET total_paid = 100000, status = 'completed' WHERE id = 2",
    "UPDATE payments SET status = 'completed', completed_at = payment_date, referral_bonus = 5 WHERE id = 1",
    "UPDATE payouts SET status = 'processing', processed_at = created_at, processed_by = 2 WHERE id = 1",
    "UPDATE payouts SET status = 'failed', completed_at = created_at WHERE id = 2",
    "UPDATE pairs SET status = 'processed', processed_at = created_at WHERE id = 1",
    "UPDATE tree_events SET seq = 2, effective_at = at WHERE id = 2",
    "UPDATE nodes SET qualified_seq = 2, formed = 1, flushed = 1 WHERE user_id = 2",
    "UPDATE users SET first_name = 'Uno', qualified_at = date_joined WHERE id = 1",
];

async fn the_same_rows_are_taken_when_nothing_is_wrong(test: &TestDb) {
    rows::seed(test);
    for table in catalogue::table_names(test).iter().filter(|table| *table != "matcher") {
        if let Err(error) = test.sql(&rows::insert(table, "")) {
            panic!("{table}: {error}");
        }
    }
    for statement in ALLOWED {
        if let Err(error) = test.sql(statement) {
            panic!("{statement}: {error}");
        }
    }
}

/// Runs a statement that must be refused in these words.
pub fn refused_by(test: &TestDb, statement: &str, says: &str) {
    match test.sql(statement) {
        Ok(()) => panic!("taken: {statement}"),
        Err(error) => assert!(error.to_string().contains(says), "{statement}\nsays {error}, not {says}"),
    }
}
