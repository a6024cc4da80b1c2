//! Every route, with what the OpenAPI document says of its body and parameters.

use std::net::{Ipv4Addr, SocketAddr};

use actix_web::{http::Method, test::TestRequest};
use api::{openapi, permissions::Who, routes};
use serde_json::{Map, Value, json};

use super::world::World;
use crate::stage::{Person, Stage};

/// A route, ready to be called.
pub struct Target {
    pub method: Method,
    /// As the document writes it.
    pub path: String,
    /// With a row of the caller's.
    pub address: String,
    pub who: Who,
    /// A body with nothing wrong in it; none where the route reads no fields.
    pub body: Map<String, Value>,
    pub fields: Vec<Field>,
    /// The names of the parameters in the address.
    pub parameters: Vec<String>,
    pub has_key: bool,
}

/// A field of a body.
pub struct Field {
    pub name: String,
    pub is_money: bool,
    pub is_file: bool,
    pub is_required: bool,
}

/// Fields whose right value the document doesn't tell.
const RIGHT: &[(&str, &str, &str)] = &[
    ("/api/booking/bookings/", "booking_amount", "\"500.00\""),
    ("/api/booking/bookings/", "total_amount", "\"100000.00\""),
    ("/api/booking/bookings/", "emi_amount", "null"),
    ("/api/booking/bookings/", "emi_start_date", "\"2099-01-31\""),
    ("/api/booking/bookings/{id}/make_payment/", "amount", "\"1.00\""),
    ("/api/booking/bookings/{id}/make_payment/", "payment_method", "\"cash\""),
    ("/api/payout/", "requested_amount", "\"1.00\""),
    ("/api/payout/", "bank_name", "null"),
    ("/api/payout/", "account_number", "null"),
    ("/api/payout/", "ifsc_code", "null"),
    ("/api/payout/", "account_holder_name", "null"),
    ("/api/users/kyc/", "account_number", "\"30112233445\""),
    ("/api/users/kyc/{id}/", "account_number", "\"30112233445\""),
    ("/api/users/update_profile/", "date_of_birth", "\"1990-01-31\""),
    ("/api/users/update_profile/", "email", "null"),
    ("/api/users/update_profile/", "email_otp", "null"),
    ("/api/users/update_profile/", "mobile", "null"),
    ("/api/users/update_profile/", "mobile_otp", "null"),
    ("/api/auth/verify-otp/", "referral_code", "null"),
    ("/api/users/nominee/", "date_of_birth", "\"1990-01-31\""),
    ("/api/users/nominee/{id}/", "date_of_birth", "\"1990-01-31\""),
    ("/api/auth/signup/", "referral_code", "null"),
    ("/api/auth/create-admin/", "referral_code", "null"),
    ("/api/auth/create-staff/", "referral_code", "null"),
    ("/api/auth/create-staff/", "email", "\"staff@example.in\""),
    ("/api/auth/create-staff/", "mobile", "\"9000000098\""),
];

impl Target {
    /// Whose row it is called on, and who may call it.
    pub fn caller<'a>(&self, world: &'a World) -> Option<&'a Person> {
        if self.ends_sessions() {
            return Some(&world.leaver);
        }
        match self.who {
            Who::Anyone | Who::Monitor => None,
            Who::Member => Some(&world.owner),
            Who::Staff => Some(&world.staff),
            Who::Admin | Who::Superuser => Some(&world.admin),
        }
    }

    /// A call by whoever may.
    pub fn request(&self, world: &World) -> TestRequest {
        if self.ends_sessions() {
            return self.request_at(&self.address, Some(&world.leaving()));
        }
        self.request_at(&self.address, self.caller(world))
    }

    /// True where each call needs a token of its own.
    fn ends_sessions(&self) -> bool {
        self.path.starts_with("/api/auth/logout")
    }

    /// A call of another address by somebody else.
    pub fn request_at(&self, address: &str, who: Option<&Person>) -> TestRequest {
        match who {
            Some(person) => person.on(self.method.clone(), address),
            // from where figures may be read
            None => TestRequest::with_uri(address)
                .method(self.method.clone())
                .peer_addr(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))),
        }
    }

    /// The right body with this JSON for one field, written as it is; nothing for it where there is none.
    pub fn body_with(&self, field: &str, json: Option<&str>) -> String {
        let others = self.body.iter().filter(|(name, _)| *name != field);
        let mut parts: Vec<String> = others.map(|(name, value)| format!("\"{name}\":{value}")).collect();
        parts.extend(json.map(|json| format!("\"{field}\":{json}")));
        format!("{{{}}}", parts.join(","))
    }

    /// True where a body is read.
    pub fn reads_a_body(&self) -> bool {
        self.method != Method::GET && self.method != Method::DELETE
    }
}

/// Every route that there is. A new one is here by itself; where its right body or its row can't be guessed, the
/// walk fails and says so.
pub async fn all(stage: &Stage, world: &World) -> Vec<Target> {
    let document = serde_json::to_value(openapi::document(&routes::all())).unwrap();
    let mut targets = Vec::new();
    for endpoint in routes::all() {
        let method = endpoint.http_method();
        let operation = &document["paths"][&endpoint.path][method.as_str().to_lowercase()];
        let mut target = Target {
            address: String::new(),
            who: endpoint.who(),
            body: Map::new(),
            fields: Vec::new(),
            parameters: parameters(operation, "query"),
            has_key: parameters(operation, "header").contains(&"Idempotency-Key".to_owned()),
            path: endpoint.path,
            method,
        };
        target.address = address(stage, world, &target).await;
        read_body(&mut target, &document, operation);
        targets.push(target);
    }
    targets
}

fn parameters(operation: &Value, place: &str) -> Vec<String> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(|parameter| parameter["in"] == place)
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The path with a row that the caller may see: the first of the list in which it stands.
async fn address(stage: &Stage, world: &World, target: &Target) -> String {
    let path = target.path.replace("{file}", "page.js");
    if path == "/media/{token}" {
        return world.media.clone();
    }
    let Some((list, rest)) = path.split_once("{id}") else { return path };
    let caller = target.caller(world).expect("a row is somebody's");
    let rows = stage.get(list, caller).await;
    assert_eq!(rows.status, 200, "{list}: {rows:?}");
    let id = &rows.json["results"][0]["id"];
    assert!(id.is_i64(), "the world needs a row for {} {}: {rows:?}", target.method, target.path);
    format!("{list}{id}{rest}")
}

fn read_body(target: &mut Target, document: &Value, operation: &Value) {
    let content = operation["requestBody"]["content"].as_object();
    let Some(schema) = content.and_then(|content| content.values().next()).map(|kind| &kind["schema"]) else {
        return;
    };
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    let schema = &document["components"]["schemas"][name];
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, shape) in schema["properties"].as_object().unwrap() {
        let field = Field {
            name: name.clone(),
            is_money: shape["example"].as_str().is_some_and(|text| text.ends_with(".00")),
            is_file: shape["format"] == "binary" || shape["contentMediaType"].is_string(),
            is_required: required.contains(&json!(name)) && target.method != Method::PATCH,
        };
        let right = RIGHT.iter().find(|(path, field, _)| *path == target.path && field == name);
        let value = match right {
            Some((_, _, json)) => serde_json::from_str(json).unwrap(),
            None if field.is_file => Value::Null,
            None => guess(shape),
        };
        if !value.is_null() {
            target.body.insert(name.clone(), value);
        }
        target.fields.push(field);
    }
}

/// What a field is given that takes any text.
pub const ANY_TEXT: &str = "Some text";

/// A value that the field's shape allows.
fn guess(shape: &Value) -> Value {
    if !shape["example"].is_null() {
        return shape["example"].clone();
    }
    if let Some(values) = shape["enum"].as_array() {
        return values[0].clone();
    }
    let is = |wanted: &str| {
        shape["type"] == wanted
            || shape["type"].as_array().is_some_and(|types| types.contains(&json!(wanted)))
    };
    if is("integer") {
        json!(12)
    } else if shape["format"] == "date" {
        json!("2027-01-31")
    } else {
        json!(ANY_TEXT)
    }
}
