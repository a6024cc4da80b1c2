//! The README's first minute, on the real program: a demo, a login, a wallet, and why it holds what it holds.

use std::path::Path;

use infra::config::{Config, Environment};

use crate::platform::Platform;

#[test]
fn a_demo_is_made_and_shows_a_wallet_and_its_reasons() {
    let folder = tempfile::tempdir().unwrap();
    // an earlier start left a file with nothing but a plan in it
    Platform::start(folder.path(), &[]).end();
    let mut platform = Platform::start(folder.path(), &["--demo"]);
    let told = platform.line_with("demo ");
    assert!(told.contains("300 people"), "{told}");
    let people: Vec<String> = (0..5).map(|_| platform.line_with("@example.in")).collect();
    assert!(people[1].contains("asha@example.in"), "{people:#?}");

    let token = platform.log_in("asha@example.in");
    let wallet = platform.get("/api/wallet/my_wallet/", &token);
    assert!(wallet["balance"] != "0.00" && wallet["total_withdrawn"] != "0.00", "{wallet}");
    let pairs = platform.get("/api/wallet/transactions/?transaction_type=BINARY_PAIR", &token);
    // beyond the cap of ten a month
    assert!(pairs["count"].as_i64().unwrap() > 30, "{pairs}");
    let id = pairs["results"][0]["id"].as_i64().unwrap();
    let why = platform.get(&format!("/api/wallet/transactions/{id}/why/"), &token);
    assert!(!why["sentences"].as_array().unwrap().is_empty(), "{why}");

    let token = platform.log_in("admin@example.in");
    let dashboard = platform.get("/api/reports/dashboard/", &token);
    assert_eq!(dashboard["total_users"], 301);
    platform.end();
    assert_proven(folder.path());
}

fn assert_proven(folder: &Path) {
    let name = folder.join("data/ev.sqlite3").display().to_string();
    let config = Config::read(&Environment::of_pairs([("DB_NAME", name.as_str())])).unwrap();
    let app = app::App::open(&config).unwrap();
    let runtime = infra::testing::runtime();
    let differences = runtime.block_on(app::verify::verify(&app)).unwrap();
    assert!(differences.is_empty(), "{differences:#?}");
}
