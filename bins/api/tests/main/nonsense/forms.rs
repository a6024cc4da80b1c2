//! Whether a reply has one of the forms of the contract.

use serde_json::Value;

use crate::stage::Reply;

/// What of the inside must not stand in a reply.
const INSIDE: [&str; 9] = [
    "panicked",
    "diesel",
    "SQLITE",
    "sqlite",
    "UNIQUE constraint",
    "SELECT ",
    ".rs:",
    "stack backtrace",
    "serde",
];

/// What is wrong with the form of a reply; nothing of it depends on the route.
pub fn faults(reply: &Reply) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |is_fine: bool, fault: &str| {
        if !is_fine {
            faults.push(fault.to_owned());
        }
    };
    check(!reply.header("x-request-id").is_empty(), "no X-Request-Id");
    check(reply.header("x-content-type-options") == "nosniff", "no nosniff");
    if reply.status < 400 {
        check(matches!(reply.status, 200 | 201 | 204), "an odd status");
        return faults;
    }
    check(reply.header("content-type") == "application/json", "a refusal that is no JSON");
    check(INSIDE.iter().all(|word| !reply.text.contains(word)), "the inside shows");
    let is_form = match reply.status {
        400 => is_plain(&reply.json, true) || is_fields(&reply.json),
        401 => {
            check(reply.header("www-authenticate") == "Bearer realm=\"api\"", "no challenge");
            is_unauthorized(&reply.json)
        }
        404 => is_plain(&reply.json, false) || (reply.json["message"].is_string() && size(&reply.json) == 1),
        405 => {
            check(!reply.header("allow").is_empty(), "no Allow");
            is_plain(&reply.json, false)
        }
        403 | 408 | 409 | 413 | 415 => is_plain(&reply.json, false),
        429 => {
            check(!reply.header("retry-after").is_empty(), "no Retry-After");
            is_plain(&reply.json, false)
        }
        _ => false,
    };
    check(is_form, "not a form of the contract");
    faults
}

fn size(body: &Value) -> usize {
    body.as_object().map_or(0, serde_json::Map::len)
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// `{"detail","code"}`, or `{"detail"}` where the code may be left out.
fn is_plain(body: &Value, without_code: bool) -> bool {
    is_text(&body["detail"])
        && ((size(body) == 2 && is_text(&body["code"])) || (without_code && size(body) == 1))
}

/// `{"field":["…"], …}`.
fn is_fields(body: &Value) -> bool {
    let texts =
        |value: &Value| value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(is_text));
    let names = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    size(body) > 0
        && body
            .as_object()
            .is_some_and(|fields| fields.iter().all(|(name, value)| names(name) && texts(value)))
}

fn is_unauthorized(body: &Value) -> bool {
    if !is_text(&body["detail"]) {
        return false;
    }
    match body["code"].as_str() {
        None => size(body) == 1,
        Some("token_not_valid") => {
            let messages = body["messages"].as_array();
            size(body) == 3
                && messages.is_some_and(|messages| {
                    messages.len() == 1
                        && messages.iter().all(|message| {
                            size(message) == 3
                                && ["token_class", "token_type", "message"]
                                    .iter()
                                    .all(|name| is_text(&message[name]))
                        })
                })
        }
        Some("user_not_found" | "user_inactive") => size(body) == 2,
        Some(_) => false,
    }
}
