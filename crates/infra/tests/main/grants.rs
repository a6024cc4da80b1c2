//! The application's MySQL user can do its work and nothing else.

use std::collections::BTreeSet;

use infra::{
    Error,
    db::{Address, Db, MysqlAddress, PoolSizes, grants, pending_migrations},
    ledger::{self, Posted},
    testing::{Engine, TestDb, execute, runtime, sql_as},
};
use money::Paise;
use wallet_rules::{
    calendar::Instant,
    ledger::{Account, Posting},
};

use crate::{catalogue, rows};

/// The application's user on a database of its own; it goes away with this value.
struct AppUser {
    test: TestDb,
    name: String,
    address: Address,
}

impl AppUser {
    fn new() -> Self {
        let test = TestDb::open(Engine::Mysql);
        let Address::Mysql(owner) = test.db.address().clone() else { panic!("MySQL") };
        let name = format!("app_{}", owner.name);
        test.sql(&format!("CREATE USER '{name}'@'%' IDENTIFIED BY 'app-password'")).expect("a user");
        for grant in grants(&owner.name, &name, "%").expect("the grants") {
            test.sql(&grant).unwrap_or_else(|error| panic!("{grant}: {error}"));
        }
        let password = "app-password".to_owned().into();
        let address = Address::Mysql(MysqlAddress { user: name.clone(), password, ..owner });
        Self { test, name, address }
    }
}

impl Drop for AppUser {
    fn drop(&mut self) {
        self.test.sql(&format!("DROP USER '{}'@'%'", self.name)).expect("the user is removed");
    }
}

#[test]
fn every_table_has_its_rights() {
    let test = TestDb::open(Engine::Mysql);
    let granted: BTreeSet<String> = grants("db", "app", "%")
        .expect("the grants")
        .iter()
        .map(|grant| grant.split('`').nth(3).expect("a table").to_owned())
        .filter(|table| table != "__diesel_schema_migrations")
        .collect();
    assert_eq!(granted, catalogue::table_names(&test));
}

#[test]
fn the_user_does_the_work_of_the_application() {
    let app = AppUser::new();
    rows::seed_members(&app.test, 1);
    assert_eq!(pending_migrations(&app.address).expect("it may look"), Vec::<String>::new());
    let db = Db::open(app.address.clone(), PoolSizes::new(1, 1)).expect("a pool");
    let runtime = runtime();
    let now = Instant::parse_rfc3339("2026-01-31T10:00:00Z").expect("an instant");
    let bonus = Posting::referral_bonus(1, 1, Paise::new(500)).expect("a posting");
    let posted = runtime.block_on(db.write(move |tx| {
        ledger::open_account(tx, Account::Wallet(1), 1, now)?;
        execute(tx, &rows::insert("scheduled_runs", ""))?;
        execute(tx, "DELETE FROM scheduled_runs")?;
        execute(tx, "UPDATE matcher SET epoch = epoch + 1")?;
        ledger::post(tx, &bonus, "test", now)
    }));
    assert!(matches!(posted, Ok(Posted::New { .. })), "{posted:?}");
    let wallet = runtime.block_on(db.read(|reader| ledger::balances(reader, 1))).expect("it may read").wallet;
    assert_eq!(wallet, Paise::new(500));
}

#[test]
fn the_server_refuses_it_everything_else() {
    let app = AppUser::new();
    rows::seed(&app.test);
    let mut refused: Vec<String> = Vec::new();
    for table in [
        "ledger_transactions",
        "ledger_entries",
        "tds_register",
        "payout_parts",
        "house_checkpoints",
        "plans",
        "files",
    ] {
        refused.push(format!("UPDATE {table} SET created_at = created_at"));
    }
    let purged = [
        "idempotency_keys",
        "outbox",
        "otps",
        "sessions",
        "scheduled_runs",
        "dead_letters",
        "second_factors",
        "dead_tokens",
        "files",
        "nominees",
        "compliance_documents",
    ];
    for table in catalogue::table_names(&app.test).iter().filter(|table| !purged.contains(&table.as_str())) {
        refused.push(format!("DELETE FROM {table}"));
        refused.push(format!("TRUNCATE TABLE {table}"));
    }
    refused.extend(
        [
            "INSERT INTO matcher (id, seq, part, epoch, lease_owner, lease_until) VALUES (2, 0, 0, 0, '', '2026-01-01')",
            "DELETE FROM __diesel_schema_migrations",
            "DROP TABLE ledger_entries",
            "DROP TRIGGER ledger_entries_no_delete",
            "ALTER TABLE accounts DROP CONSTRAINT ck_accounts_balance",
            "CREATE TABLE mine (id INT)",
            "SELECT 1 FROM mysql.user",
        ]
        .map(str::to_owned),
    );
    for statement in refused {
        match sql_as(&app.address, &statement) {
            // error 1142, and 1044 where it is the whole database's
            Err(Error::Database(says)) if says.contains("denied") => {}
            other => panic!("{statement}: {other:?}"),
        }
    }
}
