//! The form of a reply: what is the same whenever it is given.

use chrono::{DateTime, NaiveDate};
use serde_json::{Map, Value, json};

use crate::stage::Reply;

/// Headers that every reply has.
const EVERYWHERE: [&str; 6] =
    ["cache-control", "referrer-policy", "vary", "x-content-type-options", "x-frame-options", "x-request-id"];
/// Headers whose values say something of the form.
const SHOWN: [&str; 2] = ["content-type", "www-authenticate"];

/// Status aside, what a reply is.
pub fn of(reply: &Reply) -> Value {
    for name in EVERYWHERE {
        assert!(reply.headers.contains_key(name), "no {name}: {reply:?}");
    }
    let mut headers: Map<String, Value> = Map::new();
    for name in reply.headers.keys().map(|name| name.as_str()).filter(|name| !EVERYWHERE.contains(name)) {
        let value = if SHOWN.contains(&name) { reply.header(name) } else { "" };
        headers.insert(name.to_owned(), json!(value));
    }
    let body = match &reply.json {
        Value::Null => Value::Null,
        refusal if reply.status >= 400 => said(refusal),
        document if document["openapi"].is_string() => json!("docs/openapi.json"),
        other => kinds(other),
    };
    json!({ "headers": headers, "body": body })
}

/// A refusal word for word, but for the request's id.
fn said(refusal: &Value) -> Value {
    let mut refusal = refusal.clone();
    if let Some(id) = refusal.get_mut("request_id") {
        *id = json!("text");
    }
    refusal
}

/// Names of fields with the kinds of their values; the first row stands for all.
fn kinds(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), kinds(value))).collect(),
        Value::Array(rows) => rows.iter().take(1).map(kinds).collect(),
        Value::String(text) => json!(kind(text)),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("boolean"),
        Value::Null => Value::Null,
    }
}

fn kind(text: &str) -> &'static str {
    let is_money = text.strip_prefix('-').unwrap_or(text).split_once('.').is_some_and(|(rupees, paise)| {
        paise.len() == 2 && [rupees, paise].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    });
    if text.is_empty() {
        "blank"
    } else if is_money {
        "money"
    } else if DateTime::parse_from_rfc3339(text).is_ok() {
        "time"
    } else if text.parse::<NaiveDate>().is_ok() {
        "day"
    } else {
        "text"
    }
}
