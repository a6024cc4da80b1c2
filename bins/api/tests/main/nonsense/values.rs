//! What a field may be given.

use serde_json::json;

/// Texts outside the basic plane, one after another, with what joins and turns them.
pub const FOUR_BYTES: &str = "😀𝄞𠀋👩\u{200d}👩\u{200d}👧\u{1f3fd}";

/// What is sent for a field.
pub struct Sent {
    /// How the failure calls it.
    pub name: String,
    /// The JSON as it is written.
    pub json: String,
    /// What it has to be.
    pub wanted: Wanted,
}

impl Sent {
    /// False where no field of any kind takes it.
    pub fn may_be_stored(&self) -> bool {
        self.wanted == Wanted::Any || self.name == "4-byte characters"
    }
}

/// How the field has to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// In any form of the contract.
    Any,
    /// Refused by name, in every field.
    Refused,
    /// Refused by name, in a field of money.
    RefusedAsMoney,
    /// The whole body is no JSON.
    Malformed,
}

/// Amounts that are none, as they stand in JSON.
const NO_AMOUNTS: [&str; 10] = [
    "1e400",
    "1e3",
    "-1",
    "-0.0",
    "-0.00",
    "0.001",
    "99999999999999.99",
    "1E+2",
    "123456789012345678901234567890",
    "1.0000000000000000000001",
];
/// Amounts that are none, as texts.
const NO_AMOUNT_TEXTS: [&str; 16] = [
    "NaN",
    "nan",
    "Infinity",
    "-inf",
    "1e400",
    "-1",
    "-0.0",
    "0.001",
    "1,000",
    "1,00,000.00",
    "₹500",
    "99999999999999.99",
    "१००",
    "0x1F",
    "1 000",
    "५00",
];
/// Texts that have been somebody's undoing.
const ODD_TEXTS: [&str; 22] = [
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "'; DROP TABLE users; --",
    "\" OR 1=1 --",
    "%s%n%x",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "a\r\nX-Injected: 1",
    "\u{feff}a",
    "\u{ffff}",
    "\u{10ffff}",
    "\u{202e}gnitset",
    "\u{200b}",
    "null",
    "true",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "+99999-01-01",
    "-2147483649",
];

/// Everything.
pub fn all() -> Vec<Sent> {
    let mut all = Vec::new();
    let mut add = |name: &str, json: String, wanted: Wanted| {
        all.push(Sent { name: name.chars().take(60).collect(), json, wanted });
    };
    // first, while the row is still in a state that takes it
    add("4-byte characters", json!(FOUR_BYTES).to_string(), Wanted::RefusedAsMoney);
    for json in ["[]", "{}", "[null]", "[[1]]", r#"{"a":{"b":"c"}}"#] {
        add(json, json.to_owned(), Wanted::Refused);
    }
    for json in ["true", "false", "0", "9223372036854775808", "-9223372036854775809"] {
        add(json, json.to_owned(), Wanted::Any);
    }
    // how the JSON reader passes numbers on inside itself
    for text in ["NaN", "1e400", "-1", "", "1 "] {
        let json = json!({"$serde_json::private::Number": text}).to_string();
        add(&json, json.clone(), Wanted::Any);
    }
    for json in NO_AMOUNTS {
        add(json, json.to_owned(), Wanted::RefusedAsMoney);
    }
    add("400 digits", "9".repeat(400), Wanted::RefusedAsMoney);
    add("400 decimals", format!("0.{}", "1".repeat(400)), Wanted::RefusedAsMoney);
    for text in NO_AMOUNT_TEXTS {
        add(text, json!(text).to_string(), Wanted::RefusedAsMoney);
    }
    add("400 digits of text", json!("9".repeat(400)).to_string(), Wanted::RefusedAsMoney);
    for text in ODD_TEXTS {
        add(&format!("{text:?}"), json!(text).to_string(), Wanted::Any);
    }
    add("100 kB", json!("a".repeat(100_000)).to_string(), Wanted::Any);
    add("100 kB of 4-byte characters", json!("😀".repeat(25_000)).to_string(), Wanted::Any);
    add("100 kB of blanks", json!(" ".repeat(100_000)).to_string(), Wanted::Any);
    for json in ["NaN", "Infinity", "-", "01", "+1", ".5", "1.", "0x1", "'a'", "undefined"] {
        add(json, json.to_owned(), Wanted::Malformed);
    }
    for (name, json) in [
        ("a lone high surrogate", r#""\ud800""#),
        ("a lone low surrogate", r#""a\udc00""#),
        ("surrogates in the wrong order", r#""\udc00\ud800""#),
        ("a raw NUL", "\"a\u{0}b\""),
        ("a raw line end", "\"a\nb\""),
        ("an unknown escape", r#""\x41""#),
    ] {
        add(name, json.to_owned(), Wanted::Malformed);
    }
    all
}

/// What a parameter of an address may be given, as it stands there.
pub const PARAMETERS: [&str; 24] = [
    "",
    "0",
    "-1",
    "1.5",
    "1e3",
    "abc",
    "NaN",
    "99999999999999999999999999",
    "9223372036854775807",
    "%00",
    "%ff",
    "%ed%a0%80",
    "%F0%9F%98%80",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "[]",
    "'%20OR%201=1%20--",
    "%25%5F",
    "\\",
    "+1",
    "%0a",
    "pending&pending",
    "a;b",
];

/// What may stand for a part of a path.
pub const PATH_PARTS: [&str; 15] = [
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "abc",
    "%00",
    "%ff",
    "%31",
    "..%2f..%2fetc%2fpasswd",
    "%F0%9F%98%80",
    "1%3B",
];
