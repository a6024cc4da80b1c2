//! The queries and the schema, on a real SQLite and a real MariaDB.

#[path = "main/migrations.rs"]
mod migrations;
