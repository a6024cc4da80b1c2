//! The queries and the schema, on a real SQLite and a real MariaDB.

// clippy's leave for tests stops at their helpers
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "main/bucket.rs"]
mod bucket;
#[path = "main/catalogue.rs"]
mod catalogue;
#[path = "main/dumps.rs"]
mod dumps;
#[path = "main/grants.rs"]
mod grants;
#[path = "main/guards.rs"]
mod guards;
#[path = "main/idempotency.rs"]
mod idempotency;
#[path = "main/ledger.rs"]
mod ledger;
#[path = "main/migrations.rs"]
mod migrations;
#[path = "main/outbox.rs"]
mod outbox;
#[path = "main/races.rs"]
mod races;
#[path = "main/redis.rs"]
mod redis;
#[path = "main/rows.rs"]
mod rows;
#[path = "main/schema.rs"]
mod schema;
#[path = "main/server.rs"]
mod server;
#[path = "main/transactions.rs"]
mod transactions;
#[path = "main/triggers.rs"]
mod triggers;
