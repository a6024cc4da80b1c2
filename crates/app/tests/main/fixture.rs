//! A platform on a test's database, and people on it.

use std::path::Path;

use app::{Actor, App, Call, Parts, Signals, booking};
use infra::{
    cache::Cache,
    clock::Clock,
    config::{Config, Environment},
    db::Db,
    files::FileStore,
    idempotency::RequestKey,
    limits::Limits,
    outsiders::{Gateway, Mailer, SmsSender},
    redis::Redis,
    secrets::Keys,
    testing::TestDb,
    tokens::TokenKeys,
};
use money::Paise;
use wallet_rules::{booking::PaymentMethod, calendar::Instant, people::Role, plan::Plan};

/// The instant at which tests begin.
pub const START: &str = "2026-11-22T10:00:00.000000+05:30";

/// A platform under the default plan, with messages in the test's folder.
pub async fn platform(test: &TestDb) -> App {
    platform_with(test, |_| {}).await
}

const SECRET: &str = "a secret of the tests, long enough to serve";

/// A platform under a plan of the test's own.
pub async fn platform_with(test: &TestDb, change: impl FnOnce(&mut Plan)) -> App {
    let app = beside(test);
    let mut plan = Plan::default_plan();
    change(&mut plan);
    app::setup::seed_plan(&app, plan).await.expect("the plan is stored");
    app
}

/// Another process's platform on the same database; its clock stands at [`START`] too.
pub fn beside(test: &TestDb) -> App {
    beside_with(test, keys())
}

/// The same with other keys.
pub fn beside_with(test: &TestDb, keys: Keys) -> App {
    let start = Instant::parse_rfc3339(START).expect("an instant");
    platform_of(test.db.clone(), test.redis.clone(), test.folder(), start, keys)
}

/// What every platform of the tests hashes and seals with.
pub fn keys() -> Keys {
    Keys::of(&SECRET.into())
}

/// A platform on a database alone, with messages and files in `folder` and a clock that stands at `now`.
pub fn platform_on(db: Db, folder: &Path, now: Instant) -> App {
    platform_of(db, None, folder, now, keys())
}

fn platform_of(db: Db, redis: Option<Redis>, folder: &Path, now: Instant, keys: Keys) -> App {
    let environment = Environment::of_pairs([
        ("EMAIL_BACKEND", "file"),
        ("SMS_BACKEND", "file"),
        ("EMAIL_FILE_PATH", folder.to_str().expect("a plain path")),
    ]);
    let config = Config::read(&environment).expect("the configuration");
    App::new(Parts {
        db,
        limits: Limits::of(redis.as_ref(), &keys),
        cache: Cache::of(redis.as_ref(), &keys),
        redis,
        clock: Clock::manual(now),
        keys,
        tokens: TokenKeys::of(&SECRET.into(), None),
        lifetimes: config.tokens,
        files: FileStore::at(folder.join("media")),
        gateway: Gateway::of(config.gateway),
        mailer: Mailer::of(&config.mail).expect("a mailer"),
        sms: SmsSender::of(&config.sms),
        signals: Signals::default(),
        trees: app::tree::TreeReader::default(),
        metrics: infra::metrics::Metrics::default(),
    })
}

/// A request of this account.
pub fn call(id: i64, role: Role) -> Call {
    let actor =
        Actor { id, role, is_superuser: false, session: None, second_factor: false, foreign_token: None };
    Call { actor, request_id: "test".to_owned(), client_address: "192.0.2.1".to_owned(), idempotency: None }
}

/// The same request with an `Idempotency-Key`.
pub fn keyed(call: &Call, path: &str, key: &str, body: &str) -> Call {
    let request = RequestKey {
        user_id: call.actor.id,
        path: path.to_owned(),
        key: key.to_owned(),
        body_hash: body.to_owned(),
    };
    Call { idempotency: Some(request), ..call.clone() }
}

/// A member with a wallet and a place asked for, brought in by `sponsor`.
pub fn member(test: &TestDb, app: &App, sponsor: Option<i64>) -> Call {
    let id = insert_account(test, app, Role::User, sponsor);
    let at = app.clock.now().utc().format("%F %T%.6f");
    let sponsor = sponsor.map_or("NULL".to_owned(), |id| id.to_string());
    test.sql(&format!(
        "INSERT INTO tree_events (kind, member_id, sponsor_id, at, caused_by, created_at)
         VALUES ('join', {id}, {sponsor}, '{at}', 'test', '{at}')"
    ))
    .expect("a join");
    call(id, Role::User)
}

/// An admin, who has no place.
pub fn admin(test: &TestDb, app: &App) -> Call {
    call(insert_account(test, app, Role::Admin, None), Role::Admin)
}

fn insert_account(test: &TestDb, app: &App, role: Role, sponsor: Option<i64>) -> i64 {
    let at = app.clock.now().utc().format("%F %T%.6f");
    let id = test.number("SELECT COALESCE(MAX(id), 0) + 1 AS value FROM users");
    let sponsor = sponsor.map_or("NULL".to_owned(), |id| id.to_string());
    let account = |kind: &str| {
        format!(
            "INSERT INTO accounts (kind, owner_id, user_id, balance, last_entry_no, created_at)
             VALUES ('{kind}', {id}, {id}, 0, 0, '{at}');"
        )
    };
    let email = format!("member{id}@example.in");
    test.sql(&format!(
        "INSERT INTO users (id, username, email, first_name, last_name, address_line1, address_line2, city,
           state, pincode, country, role, is_superuser, is_distributor, is_active, is_active_buyer,
           referral_code, sponsor_id, date_joined, updated_at)
         VALUES ({id}, '{email}', '{email}', 'Asha', 'Member', '', '', '', '', '', 'India', '{role}', 0, 0, 1, 0,
           'CODE{id}', {sponsor}, '{at}', '{at}');
         INSERT INTO wallets (user_id, total_earned, total_withdrawn, created_at, updated_at)
         VALUES ({id}, 0, 0, '{at}', '{at}'); {} {} {}",
        account("wallet"),
        account("emi_reserve"),
        account("reserve"),
    ))
    .expect("an account");
    id
}

/// A booking of ₹500 towards `total` rupees.
pub async fn book(app: &App, buyer: &Call, total: &str) -> booking::objects::Booking {
    let new = booking::NewBooking {
        vehicle_model: "E-Rick 1".to_owned(),
        vehicle_variant: String::new(),
        booking_amount: rupees("500.00"),
        total_amount: rupees(total),
        emi_amount: None,
        emi_duration_months: None,
        emi_start_date: None,
    };
    booking::create_booking(app, buyer, new).await.expect("a booking").value
}

/// A payment of a booking.
pub async fn pay(
    app: &App,
    buyer: &Call,
    booking: i64,
    amount: &str,
    method: PaymentMethod,
) -> app::Result<booking::objects::Payment> {
    let new = booking::NewPayment { amount: rupees(amount), method };
    Ok(booking::make_payment(app, buyer, booking, new).await?.value)
}

/// Puts money into a wallet past every rule of earning, but through the ledger.
pub async fn fund(app: &App, member: &Call, amount: &str) {
    let (user, amount, now) = (member.actor.id, rupees(amount), app.clock.now());
    app.db
        .write(move |tx| {
            let key = i64::from(u32::MAX) + now.utc().and_utc().timestamp_micros() % 1_000_000_000 + user;
            let posting =
                wallet_rules::ledger::Posting::referral_bonus(key, user, amount).map_err(app::Error::from)?;
            infra::ledger::post(tx, &posting, "test", now)?;
            infra::wallets::add_earned(tx, user, amount, now)?;
            Ok::<_, app::Error>(())
        })
        .await
        .expect("money");
}

/// Runs every task that is due, and what follows from it.
pub async fn run_tasks(app: &App) {
    loop {
        let now = app.clock.now();
        let due = app
            .db
            .read(move |reader| Ok::<_, app::Error>(infra::outbox::due(reader, now, 1000)?))
            .await
            .expect("due tasks");
        if due.is_empty() {
            return;
        }
        for id in due {
            app::tasks::run(app, id).await.expect("a task");
        }
    }
}

/// An amount from its text.
pub fn rupees(text: &str) -> Paise {
    text.parse().expect("an amount")
}

/// What a wallet holds.
pub async fn balances(app: &App, member: &Call) -> infra::ledger::Balances {
    let user = member.actor.id;
    app.db
        .read(move |reader| Ok::<_, app::Error>(infra::ledger::balances(reader, user)?))
        .await
        .expect("balances")
}

/// The refusal's code, or the name of the first wrong field.
pub fn code_of<T: std::fmt::Debug>(outcome: app::Result<T>) -> String {
    match outcome.expect_err("a refusal") {
        app::Error::Rejected { code, .. } | app::Error::Conflict { code, .. } => code.to_owned(),
        app::Error::Invalid(fields) => fields.keys().next().cloned().unwrap_or_default(),
        other => other.to_string(),
    }
}

/// Lets a member earn this much by the rules: someone whom they brought in pays twenty times as much on a booking,
/// and their bonus of 5 % is posted. At least ₹25.00.
pub async fn earn(test: &TestDb, app: &App, sponsor: &Call, amount: &str) {
    let buyer = member(test, app, Some(sponsor.actor.id));
    let total = rupees(amount).checked_mul(20).expect("an amount").to_string();
    let made = book(app, &buyer, &total).await;
    pay(app, &buyer, made.id, &total, PaymentMethod::Online).await.expect("a payment");
    run_tasks(app).await;
}

/// The bank account of every approved KYC of the tests.
pub const ACCOUNT: &str = "30112233445";

/// An approved KYC of the member, with a bank account at SBI.
pub fn approve_kyc(test: &TestDb, app: &App, member: &Call, reviewer: &Call) {
    let (user, reviewer) = (member.actor.id, reviewer.actor.id);
    let at = app.clock.now().utc().format("%F %T%.6f");
    let seal = |purpose, text: &str| app.keys.seal(purpose, text).expect("it seals");
    let pan = seal(infra::secrets::Purpose::Pan, "ABCPE1234F");
    let account = seal(infra::secrets::Purpose::BankAccount, ACCOUNT);
    test.sql(&format!(
        "INSERT INTO kycs (user_id, status, pan_sealed, pan_hash, aadhaar_last4, aadhaar_hash, address_line1,
           address_line2, city, state, pincode, country, bank_name, account_sealed, ifsc_code,
           account_holder_name, submitted_at, reviewed_at, reviewed_by, rejection_reason)
         VALUES ({user}, 'approved', '{pan}', 'pan{user}', '2346', 'aadhaar{user}', '1 MG Road', '', 'Kochi',
           'Kerala', '682001', 'India', 'State Bank of India', '{account}', 'SBIN0001234', 'Asha Member',
           '{at}', '{at}', {reviewer}, '')"
    ))
    .expect("a KYC");
}

/// Shows that every row follows from what it came from.
pub async fn assert_proven(app: &App) {
    let differences = app::verify::verify(app).await.expect("the proof runs");
    let told: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:#?}");
}
