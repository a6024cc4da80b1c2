//! The list of codes.

use std::{collections::BTreeSet, fs, path::Path};

/// Faults of ours, which are no refusals.
const NO_REFUSALS: [&str; 4] = ["internal", "unavailable", "outcome_unknown", "not_ready"];

/// The cases.
const CASES: [&str; 5] = [
    include_str!("bookings.rs"),
    include_str!("payouts.rs"),
    include_str!("people.rs"),
    include_str!("requests.rs"),
    include_str!("../nonsense/bodies.rs"),
];

/// The codes that a source gives.
fn codes_in(source: &str) -> BTreeSet<String> {
    let source: String = source.split_whitespace().collect();
    let literal =
        |text: &str| text.strip_prefix('"').and_then(|text| text.split('"').next()).map(str::to_owned);
    let after = |mark: &'static str| source.split(mark).skip(1);
    let mut codes: BTreeSet<String> = ["Error::conflict(", "Error::rejected(", "code:"]
        .into_iter()
        .flat_map(after)
        .filter_map(literal)
        .collect();
    codes.extend(after("with_code(").filter_map(|call| literal(call.split_once(',')?.1)));
    // the arms of `fn code`
    for body in after("fncode(self)") {
        let body = body.split("fn").next().unwrap_or_default();
        codes.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    codes
}

fn codes_below(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // made before anything is served
        if path.file_stem().unwrap() == "demo" {
            continue;
        }
        if path.is_dir() {
            codes_below(&path, codes);
        } else {
            codes.extend(codes_in(&fs::read_to_string(path).unwrap()));
        }
    }
}

#[test]
fn every_code_has_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut codes = BTreeSet::new();
    for folder in ["crates/wallet-rules/src", "crates/app/src", "bins/api/src"] {
        codes_below(&root.join(folder), &mut codes);
    }
    assert!(codes.len() > 20, "{codes:?}");
    for code in NO_REFUSALS {
        assert!(codes.remove(code), "{code} is none any more");
    }
    let is_missing = |code: &&String| !CASES.iter().any(|cases| cases.contains(&format!("\"{code}\"")));
    let missing: Vec<&String> = codes.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "no case is refused with {missing:?}");
}

#[test]
fn codes_are_found_wherever_they_stand() {
    let source = r#"
        Err(Error::conflict(
            "one", "text"))
        Error::rejected(refusal.code(), detail)
        Error::Conflict { code: "two", detail }
        with_code(StatusCode::BAD_REQUEST, "three", text)
        pub const fn code(self) -> &'static str {
            match self { Self::A => "four", Self::B { .. } => Some("five") }
        }
        pub fn other() -> &'static str { "none" }
    "#;
    let found: Vec<String> = codes_in(source).into_iter().collect();
    assert_eq!(found, ["five", "four", "one", "three", "two"]);
}
