//! Whether a reply is one that the OpenAPI document has. Every reply of a [`super::stage::Stage`] is asked.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use actix_web::http::Method;
use api::{endpoints::ID_PATTERN, openapi, routes};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::stage::Reply;

/// The document, in which an object has no field but those that it names.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(openapi::document(&routes::all())).unwrap();
    let open = document["components"]["schemas"].clone();
    close(&mut document["components"]["schemas"], &open);
    close(&mut document["paths"], &open);
    document
});

/// A schema in the document, by the pointer to it.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Panics where the document has no such reply to this request: another status, type of content, field or type of field.
/// `route` is the pattern that the router has found, or none.
pub fn check(method: &Method, route: Option<&str>, reply: &Reply) {
    let Some(template) = route.map(|route| route.replace(ID_PATTERN, "{id}")) else {
        // nobody's path, or a request that was cut off
        let is_refusal = matches!(reply.status, 204 | 400 | 404 | 408 | 500);
        assert!(is_refusal, "{method} of no route: {reply:?}");
        return;
    };
    let item = &DOCUMENT["paths"][&template];
    assert!(item.is_object(), "{template} is not in the document");
    let name = if method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
    // "get" is another method than "GET"
    let is_known = method.as_str().bytes().all(|letter| letter.is_ascii_uppercase());
    let Some(operation) = item.get(&name).filter(|_| is_known) else {
        // a preflight, a host that is not ours, or another method
        let is_refusal = matches!(reply.status, 204 | 400 | 405);
        assert!(is_refusal, "{method} {template} is not in the document: {reply:?}");
        return;
    };
    let status = reply.status.to_string();
    let response = operation["responses"].get(&status);
    let response =
        response.unwrap_or_else(|| panic!("{method} {template} has no {status} in the document: {reply:?}"));
    if method == Method::HEAD {
        return;
    }
    let Some(content) = response["content"].as_object() else {
        assert!(reply.text.is_empty(), "{method} {template}, {status} has no body: {reply:?}");
        return;
    };
    let kind = reply.header("content-type").split(';').next().unwrap_or_default();
    assert!(content.contains_key(kind), "{method} {template}, {status} is no {kind:?}: {reply:?}");
    if kind == "application/json" {
        let pointer = format!(
            "/paths/{}/{name}/responses/{status}/content/application~1json/schema",
            escape(&template)
        );
        let wrong: Vec<String> = validator(&pointer)
            .iter_errors(&reply.json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{method} {template}, {status}: {}\n{reply:?}", wrong.join("\n"));
    }
}

fn validator(pointer: &str) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let make = || {
        let mut schema = DOCUMENT.pointer(pointer).unwrap().clone();
        schema["components"] = DOCUMENT["components"].clone();
        Arc::new(jsonschema::options().should_validate_formats(true).build(&schema).unwrap())
    };
    Arc::clone(validators.entry(pointer.to_owned()).or_insert_with(make))
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Objects that name their fields have no others; where one is put together, that is said of the whole and not of its parts.
fn close(schema: &mut Value, open: &Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Array(parts)) = fields.get_mut("allOf") {
                for part in parts {
                    if let Some(name) = part["$ref"].as_str().and_then(|whole| whole.rsplit('/').next()) {
                        *part = open[name].clone();
                    }
                }
                fields.insert("unevaluatedProperties".to_owned(), json!(false));
                return;
            }
            if fields.get("type") == Some(&json!("object")) && fields.contains_key("properties") {
                fields.insert("unevaluatedProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(|value| close(value, open));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| close(item, open)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn a_reply_that_the_document_does_not_have_is_seen() {
    let check = |status: u16, json: Value| {
        let mut headers = actix_web::http::header::HeaderMap::new();
        let kind = actix_web::http::header::HeaderValue::from_static("application/json");
        headers.insert(actix_web::http::header::CONTENT_TYPE, kind);
        let reply = Reply { status, headers, text: json.to_string(), json };
        std::panic::catch_unwind(|| check(&Method::POST, Some("/api/auth/refresh/"), &reply)).is_ok()
    };
    assert!(check(200, json!({ "access": "a", "refresh": "b" })));
    assert!(check(400, json!({ "refresh": ["This field is required."] })));
    assert!(check(503, json!({ "detail": "Later.", "code": "unavailable" })));
    for (status, body) in [
        (200, json!({ "access": "a" })),
        (200, json!({ "access": "a", "refresh": 1 })),
        (200, json!({ "access": "a", "refresh": "b", "user": 1 })),
        (202, json!({ "access": "a", "refresh": "b" })),
        (400, json!({ "refresh": "no list" , "code": "c" })),
        (503, json!({ "detail": "Later.", "code": "unavailable", "cause": "of the inside" })),
    ] {
        assert!(!check(status, body.clone()), "{status} {body}");
    }
}
