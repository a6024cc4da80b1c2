//! Rows by raw SQL: for each table one that the schema takes beside the fixture, so that a test changes only the
//! value that it is about.

use infra::testing::TestDb;

/// A row for `table`, as `column=value` parted by `; `. It is taken beside the fixture. `T` is an instant.
fn valid(table: &str) -> &'static str {
    match table {
        "plans" => {
            "version=2; effective_from='2027-01-01 00:00:00'; pre_booking_min_amount=50000; \
             active_buyer_threshold=500000; referral_bonus_percentage='5'; binary_pair_amount=100000; \
             binary_pair_earning=50000; max_earnings_before_active_buyer=5; emi_deduction_percentage='20'; \
             reserve_deduction_percentage='0'; max_binary_pairs_per_month=10; pairs_beyond_cap='flush'; \
             tds_percentage='5'; tds_ceiling=1000000; tds_ceiling_period='payout'; payout_min_amount=100; \
             payout_requires_kyc=1; created_at=T"
        }
        "users" => {
            "id=9; username='nine'; email='nine@x.in'; mobile='9000000009'; first_name='Nine'; last_name='N'; \
             address_line1=''; address_line2=''; city=''; state=''; pincode=''; country='India'; role='user'; \
             is_superuser=0; is_distributor=0; is_active=1; is_active_buyer=0; referral_code='REF9'; \
             date_joined=T; updated_at=T"
        }
        "otps" => {
            "id=9; identifier='nine'; purpose='login'; code_hash=''; tries=0; expires_at=T; created_at=T"
        }
        "sessions" => "id=9; user_id=1; refresh_jti='j'; created_at=T; refreshed_at=T; expires_at=T",
        "files" => "id=9; user_id=1; storage_name='nine'; content_type='image/png'; bytes=1; created_at=T",
        "kycs" => {
            "id=9; user_id=3; status='pending'; pan_sealed='p'; pan_hash='pan9'; aadhaar_last4='0009'; \
             aadhaar_hash='aadhaar9'; address_line1=''; address_line2=''; city=''; state=''; pincode=''; \
             country='India'; bank_name='B'; account_sealed='a'; ifsc_code='ABCD0123456'; \
             account_holder_name='N'; submitted_at=T; rejection_reason=''"
        }
        "accounts" => "id=19; kind='wallet'; owner_id=3; user_id=3; balance=0; last_entry_no=0; created_at=T",
        "wallets" => "id=9; user_id=3; total_earned=0; total_withdrawn=0; created_at=T; updated_at=T",
        "ledger_transactions" => {
            "id=9; kind='referral_bonus'; tx_key='referral:9'; reference_type='payment'; reference_id=9; \
             caused_by='test'; created_at=T"
        }
        "ledger_entries" => {
            "id=9; transaction_id=1; account_id=11; counter_account_id=1; amount=100; entry_no=9; \
             balance_after=200; business_date='2026-01-01'; created_at=T"
        }
        "bookings" => {
            "id=9; user_id=1; booking_number='EV00000009'; vehicle_model='M'; vehicle_variant='V'; \
             booking_amount=50000; total_amount=100000; total_paid=0; status='pre_booked'; plan_version=1; \
             created_at=T; updated_at=T"
        }
        "payouts" => {
            "id=9; user_id=1; requested_amount=1000; tds_amount=50; emi_auto_filled=0; emi_amount=200; \
             net_amount=750; bank_name='B'; account_sealed='a'; account_last4='1234'; \
             ifsc_code='ABCD0123456'; account_holder_name='N'; pan_sealed='p'; status='pending'; \
             transaction_id=''; rejection_reason=''; notes=''; plan_version=1; created_at=T"
        }
        "payments" => {
            "id=9; booking_id=1; user_id=1; amount=100; payment_method='cash'; transaction_id=''; \
             gateway_reference='gw-9'; status='pending'; notes=''; plan_version=1; referral_bonus=0; \
             payment_date=T"
        }
        "payout_parts" => "id=9; payout_id=1; booking_id=1; number=9; amount=200",
        "tds_register" => {
            "id=9; user_id=1; payout_id=1; transaction_id=2; pan_sealed='p'; financial_year='2026-27'; \
             quarter=1; total_payout=1000; tds_deducted=50; business_date='2026-04-01'; created_at=T"
        }
        "tree_events" => "id=9; kind='join'; member_id=3; at=T; caused_by='test'; created_at=T",
        "nodes" => {
            "user_id=3; parent_id=1; side='right'; level=1; joined_seq=9; active_buyer=0; formed=0; flushed=0; \
             month=24313; formed_in_month=0; created_at=T; updated_at=T"
        }
        "pairs" => {
            "id=9; user_id=1; left_user_id=4; right_user_id=2; pair_number=9; status='matched'; \
             pair_amount=100000; earning_amount=50000; emi_deducted=10000; reserve_deducted=5000; \
             net_amount=35000; active_buyer=0; plan_version=1; seq=9; pair_month=1; pair_year=2026; \
             matched_at=T; created_at=T"
        }
        "nominees" => {
            "id=9; user_id=3; full_name='N'; relationship='son'; mobile=''; email=''; address_line1=''; \
             address_line2=''; city=''; state=''; pincode=''; id_proof_type=''; id_proof_sealed=''; \
             created_at=T; updated_at=T"
        }
        "notifications" => {
            "id=9; user_id=1; occasion='payment:9'; notification_type='payment'; title='T'; message='M'; \
             reference_type='payment'; reference_id=9; created_at=T"
        }
        "compliance_documents" => {
            "id=9; user_id=1; document_type='other'; title='T'; description=''; file_id=1; uploaded_at=T"
        }
        "tds_certificates" => {
            "id=9; user_id=1; financial_year='2026-27'; quarter=4; certificate_number='C'; file_id=1; attached_at=T"
        }
        "matcher" => "id=1; seq=0; part=0; epoch=0; lease_owner=''; lease_until=T",
        "outbox" => {
            "id=9; kind='mail'; task_key='mail:9'; subject_id=9; payload=''; attempts=0; next_at=T; \
             last_error=''; caused_by='test'; created_at=T"
        }
        "idempotency_keys" => {
            "id=9; user_id=1; path='/p'; idem_key='nine'; body_hash=''; reply=''; created_at=T"
        }
        "scheduled_runs" => "id=9; job='expiry'; period='2026-09'; done_at=T",
        "house_checkpoints" => "id=9; account_id=1; through_entry_id=9; balance=0; sealed_at=T",
        "dead_tokens" => "id=9; jti_hash='nine'; expires_at=T; created_at=T",
        "second_factors" => "user_id=3; secret_sealed='s'; created_at=T",
        "audit" => {
            "id=9; actor_id=2; action='kyc_approve'; subject_id=1; row_type='kyc'; row_id=1; state_before='{}'; \
             state_after='{}'; client_address='127.0.0.1'; request_id='r'; created_at=T"
        }
        "dead_letters" => "id=9; task='t'; task_id='i'; body='[]'; reason='r'; received_at=T",
        other => panic!("no row is known for {other}"),
    }
}

/// The rows that every case stands beside, in an order that the foreign keys take.
const FIXTURE: &[(&str, &str)] = &[
    ("plans", "version=1; effective_from='2026-01-01 00:00:00'"),
    ("users", "id=1; username='one'; email='one@x.in'; mobile='9000000001'; referral_code='REF1'"),
    ("users", "id=2; username='two'; email='two@x.in'; mobile=NULL; referral_code='REF2'; sponsor_id=1"),
    ("users", "id=3; username='three'; email=NULL; mobile='9000000003'; referral_code='REF3'; sponsor_id=1"),
    ("users", "id=4; username='four'; email=NULL; mobile=NULL; referral_code='REF4'"),
    ("otps", "id=1; identifier='one'"),
    ("sessions", "id=1"),
    ("files", "id=1; storage_name='one'"),
    ("kycs", "id=1; user_id=1; pan_hash='pan1'; aadhaar_hash='aadhaar1'"),
    ("accounts", "id=11; owner_id=1; user_id=1; balance=100; last_entry_no=1"),
    ("wallets", "id=1; user_id=1"),
    ("ledger_transactions", "id=1; tx_key='referral:1'"),
    ("ledger_transactions", "id=2; tx_key='referral:2'"),
    ("ledger_entries", "id=1; entry_no=1; balance_after=100"),
    ("bookings", "id=1; booking_number='EV00000001'"),
    ("bookings", "id=2; booking_number='EV00000002'; status='confirmed'; total_paid=50000"),
    ("payouts", "id=1"),
    ("payouts", "id=2; status='processing'; processed_at=T; processed_by=2"),
    ("payouts", "id=3; status='completed'; processed_at=T; completed_at=T"),
    ("payments", "id=1; gateway_reference='gw-1'"),
    ("payments", "id=2; gateway_reference=NULL; status='completed'; completed_at=T; referral_bonus=5"),
    ("payout_parts", "id=1; number=1"),
    ("tds_register", "id=1; transaction_id=1"),
    ("tree_events", "id=1; member_id=1; seq=1; effective_at=T"),
    ("tree_events", "id=2; member_id=2"),
    (
        "nodes",
        "user_id=1; parent_id=NULL; side=NULL; level=0; joined_seq=1; qualified_seq=1; formed=1; flushed=1",
    ),
    ("nodes", "user_id=2; side='left'; joined_seq=2"),
    ("pairs", "id=1; left_user_id=2; right_user_id=3; pair_number=1"),
    ("pairs", "id=2; left_user_id=3; right_user_id=4; pair_number=2; status='processed'; processed_at=T"),
    ("nominees", "id=1; user_id=1"),
    ("notifications", "id=1; occasion='payment:1'"),
    ("compliance_documents", "id=1"),
    ("tds_certificates", "id=1; quarter=1"),
    ("outbox", "id=1; task_key='mail:1'"),
    ("idempotency_keys", "id=1; idem_key='one'"),
    ("scheduled_runs", "id=1; period='2026-01'"),
    ("house_checkpoints", "id=1; through_entry_id=1"),
    ("dead_tokens", "id=1; jti_hash='one'"),
    ("second_factors", "user_id=1"),
    ("audit", "id=1"),
    ("dead_letters", "id=1"),
];

/// `INSERT` (or `REPLACE`) of a valid row with `changes`, which are written as the row is.
pub fn write(verb: &str, table: &str, changes: &str) -> String {
    let mut row: Vec<(&str, &str)> = Vec::new();
    for assignment in valid(table).split("; ").chain(changes.split("; ").filter(|text| !text.is_empty())) {
        let (column, value) = assignment.split_once('=').expect("column=value");
        let value = if value == "T" { "'2026-01-01 00:00:00'" } else { value };
        match row.iter_mut().find(|(known, _)| *known == column) {
            Some(known) => known.1 = value,
            None => row.push((column, value)),
        }
    }
    let (columns, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    format!("{verb} INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

/// `INSERT` of a valid row with `changes`.
pub fn insert(table: &str, changes: &str) -> String {
    write("INSERT", table, changes)
}

/// Puts the fixture into an empty database.
pub fn seed(test: &TestDb) {
    let statements: Vec<String> = FIXTURE.iter().map(|(table, changes)| insert(table, changes)).collect();
    test.sql(&statements.join(";\n")).expect("the fixture is taken");
}

/// Puts members with the ids 1 to `count` into an empty database, and the plan's first version.
pub fn seed_members(test: &TestDb, count: u32) {
    let mut statements = vec![insert("plans", FIXTURE[0].1)];
    for id in 1..=count {
        let changes = format!(
            "id={id}; username='u{id}'; email='u{id}@x.in'; mobile='{}'; referral_code='REF{id}'",
            9_000_000_000u64 + u64::from(id)
        );
        statements.push(insert("users", &changes));
    }
    test.sql(&statements.join(";\n")).expect("the members are taken");
}
