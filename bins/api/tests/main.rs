//! The API as its callers see it: in this process, on a SQLite file.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that can't go on says so")]

#[path = "main/audit.rs"]
mod audit;
#[path = "corpus/bodies.rs"]
mod bodies;
#[path = "main/contract.rs"]
mod contract;
#[path = "main/conventions.rs"]
mod conventions;
#[path = "main/corpus.rs"]
mod corpus;
#[path = "main/docs.rs"]
mod docs;
#[path = "main/documents.rs"]
mod documents;
#[path = "main/fields.rs"]
mod fields;
#[path = "main/first_minute.rs"]
mod first_minute;
#[path = "main/guessing.rs"]
mod guessing;
#[path = "corpus/json.rs"]
mod json;
#[path = "main/limits.rs"]
mod limits;
#[path = "main/money_moves.rs"]
mod money_moves;
#[path = "main/nonsense.rs"]
mod nonsense;
#[path = "main/outages.rs"]
mod outages;
#[path = "main/platform.rs"]
mod platform;
#[path = "main/process.rs"]
mod process;
#[path = "main/refused.rs"]
mod refused;
#[path = "main/roles.rs"]
mod roles;
#[path = "main/shared.rs"]
mod shared;
#[path = "main/snapshots.rs"]
mod snapshots;
#[path = "main/stage.rs"]
mod stage;
#[path = "main/start.rs"]
mod start;
#[path = "main/telemetry.rs"]
mod telemetry;
#[path = "main/uploads.rs"]
mod uploads;
