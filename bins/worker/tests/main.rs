//! Tasks on their way through a real RabbitMQ. Without that server a test fails and says so.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that can't go on says so")]

#[path = "main/arriving.rs"]
mod arriving;
#[path = "main/celery.rs"]
mod celery;
#[allow(dead_code, reason = "the tests of `app` use the rest of it")]
#[path = "../../../crates/app/tests/main/fixture.rs"]
mod fixture;
#[path = "main/process.rs"]
mod process;
#[allow(dead_code, reason = "the tests of `api` use the rest of it")]
#[path = "../../api/tests/main/outages/proxy.rs"]
mod proxy;
#[path = "main/truth.rs"]
mod truth;
#[path = "main/workers.rs"]
mod workers;
