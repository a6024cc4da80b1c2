//! The OpenAPI document, made from the same list as the router.

mod bodies;
mod parameters;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, Header, HeaderBuilder, HttpMethod, InfoBuilder, ObjectBuilder,
        OneOfBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Response, ResponseBuilder, Schema, Type,
        path::Operation,
        schema::ArrayItems,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::{
    endpoints::Endpoint,
    input::shape::list_choices,
    permissions::{WITHOUT_SECOND_FACTOR, Who},
    routes,
};

pub use bodies::BodySchema;

const BEARER: &str = "bearer";

/// Routes that need no other part of the platform.
const WITHOUT_PARTS: &[&str] =
    &["/api/", "/api/docs/", "/api/docs/{file}/", "/api/schema/", "/health/", "/metrics"];

/// A refusal.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
struct Refusal {
    /// For people.
    detail: String,
    /// For programs; left out where the status says it all.
    #[schema(nullable = false)]
    code: Option<String>,
}

/// What is wrong with which field; `non_field_errors` across fields.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldErrors)]
struct FieldErrors(BTreeMap<String, Vec<String>>);

/// Why the bearer is not let in.
#[derive(Serialize, ToSchema)]
struct Unauthorized {
    /// For people.
    detail: String,
    /// `token_not_valid`, `user_not_found` or `user_inactive`; left out without credentials.
    #[schema(nullable = false)]
    code: Option<String>,
    /// What is wrong with the token.
    #[schema(nullable = false)]
    messages: Option<Vec<TokenMessage>>,
}

/// What is wrong with a token.
#[derive(Serialize, ToSchema)]
struct TokenMessage {
    /// `AccessToken` or `RefreshToken`.
    token_class: String,
    /// `access` or `refresh`.
    token_type: String,
    /// For people.
    message: String,
}

/// A fault of ours, which tells nothing of the inside.
#[derive(Serialize, ToSchema)]
struct Internal {
    /// For people.
    detail: String,
    /// `internal`.
    code: String,
    /// What to tell us.
    request_id: String,
}

/// The document of these endpoints.
pub fn document(endpoints: &[Endpoint]) -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: Vec<(String, RefOr<Schema>)> =
        vec![("Error".to_owned(), Refusal::schema()), ("FieldErrors".to_owned(), FieldErrors::schema())];
    schemas.extend([
        ("BadRequest".to_owned(), bad_request()),
        ("Unauthorized".to_owned(), Unauthorized::schema()),
        ("TokenMessage".to_owned(), TokenMessage::schema()),
        ("Internal".to_owned(), Internal::schema()),
    ]);
    let (known, mut bodies) = (routes::bodies(), BTreeMap::new());
    for endpoint in endpoints {
        (endpoint.schemas)(&mut schemas);
        let mut operation = described((endpoint.operation)(), endpoint);
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            bodies::describe(body, &endpoint.method, &known, &mut bodies);
        }
        paths.add_path_operation(&endpoint.path, vec![endpoint.method.clone()], operation);
    }
    schemas.extend(bodies.into_iter().map(|(name, body)| (name, body.into())));
    schemas.iter_mut().for_each(|(_, schema)| list_all_choices(schema));
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components =
        ComponentsBuilder::new().schemas_from_iter(schemas).security_scheme(BEARER, bearer).build();
    let info = InfoBuilder::new()
        .title("EV distribution platform")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Money is a string of rupees with two decimals; times are Indian. Where requests are limited, every reply \
             of a route that may refuse with 429 has the headers X-RateLimit-Limit, -Remaining and -Reset.",
        ))
        .build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

/// Fields that are wrong, or a rule that refuses what is asked.
fn bad_request() -> RefOr<Schema> {
    let of = Ref::from_schema_name;
    OneOfBuilder::new().item(of("FieldErrors")).item(of("Error")).into()
}

/// Adds what follows from the route itself: its group, credentials, the bounds of its parameters, and refusals.
fn described(mut operation: Operation, endpoint: &Endpoint) -> Operation {
    operation.tags = Some((endpoint.tags)().into_iter().map(str::to_owned).collect());
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            parameters::bound(parameter);
        }
    }
    for status in refusals(&operation, endpoint) {
        let refusal = refusal(status);
        let known = operation.responses.responses.entry(status.to_string());
        match known.or_insert_with(|| refusal.clone().into()) {
            // what a route says of it stays, in the form that it always has
            RefOr::T(response) if response.content.is_empty() => {
                response.content = refusal.content;
                response.headers.extend(refusal.headers);
            }
            RefOr::T(_) | RefOr::Ref(_) => {}
        }
    }
    if endpoint.who().wants_token() {
        operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
    }
    operation
}

/// Lists the values of every field that has some, as deep as it stands.
fn list_all_choices(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            list_choices(object);
            object.properties.values_mut().for_each(list_all_choices);
        }
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                list_all_choices(items);
            }
        }
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(list_all_choices),
        _ => {}
    }
}

/// The statuses of refusals that this route may give: those that all have, those of what it reads, and its own.
fn refusals(operation: &Operation, endpoint: &Endpoint) -> Vec<u16> {
    let has = |name: &str| {
        let mut parameters = operation.parameters.iter().flatten();
        parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == name))
    };
    let reads_body = matches!(endpoint.method, HttpMethod::Post | HttpMethod::Put | HttpMethod::Patch);
    let own = operation.responses.responses.keys().filter_map(|status| status.parse().ok());
    let mut statuses: Vec<u16> = own.filter(|status| *status >= 400).collect();
    statuses.push(500);
    // which answer to every name
    if !endpoint.path.starts_with("/health/") {
        statuses.push(400);
    }
    if !WITHOUT_PARTS.contains(&endpoint.path.as_str()) {
        statuses.push(503);
    }
    if endpoint.group().limit().is_some() {
        statuses.push(429);
    }
    if endpoint.who().wants_token() {
        statuses.push(401);
    }
    let second_factor =
        endpoint.who().wants_token() && !WITHOUT_SECOND_FACTOR.contains(&endpoint.path.as_str());
    if second_factor || !matches!(endpoint.who(), Who::Anyone | Who::Member) {
        statuses.push(403);
    }
    if endpoint.path.contains('{') || has("page") {
        statuses.push(404);
    }
    if has("Idempotency-Key") {
        statuses.push(409);
    }
    if reads_body {
        statuses.extend([408, 413, 415]);
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// What every route says with this status, with an example.
fn refusal(status: u16) -> Response {
    let coded = |code: &str, detail: &str| json!({ "detail": detail, "code": code });
    let (text, schema, example): (&str, &str, Value) = match status {
        400 => (
            "Fields or parameters are wrong, a rule refuses it, or it can't be read.",
            "BadRequest",
            json!({ "amount": ["Must be an amount with at most two decimals."] }),
        ),
        401 => (
            "No credentials, or bad ones.",
            "Unauthorized",
            json!({ "detail": "Authentication credentials were not provided." }),
        ),
        403 => (
            "The role, or the person, may not do it.",
            "Error",
            coded("forbidden", "Your role does not allow this."),
        ),
        404 => {
            ("There is no such row or page, or it is another's.", "Error", coded("not_found", "Not found."))
        }
        408 => (
            "The body took too long to arrive.",
            "Error",
            coded("timeout", "The body took too long to arrive."),
        ),
        409 => (
            "The state forbids it, or the Idempotency-Key came with another body.",
            "Error",
            coded("idempotency_conflict", "This Idempotency-Key was used for another request."),
        ),
        413 => ("The body or a file is too large.", "Error", coded("too_large", "The body is too large.")),
        415 => (
            "The body is of a type that is not read.",
            "Error",
            coded("unsupported_media_type", "The body is neither JSON nor a form."),
        ),
        429 => (
            "Too many requests; Retry-After says how long to wait.",
            "Error",
            coded("throttled", "Too many requests; wait a little."),
        ),
        503 => (
            "A part of the platform does not answer; Retry-After says when to try again.",
            "Error",
            coded(
                "unavailable",
                "The platform can't answer at the moment; nothing was done. Try again shortly.",
            ),
        ),
        _ => (
            "A fault of ours.",
            "Internal",
            json!({ "detail": "Something went wrong on our side. Tell us the request id.", "code": "internal",
                    "request_id": "0191f0a4-7c7e-7b5e-9a53-0d5e4b1f6a10" }),
        ),
    };
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).example(Some(example)).build();
    let mut response = ResponseBuilder::new().description(text).content("application/json", content);
    if matches!(status, 429 | 503) {
        response = response.header("Retry-After", count(1, "Seconds to wait."));
    }
    if status == 429 {
        for (name, text) in LIMIT_HEADERS {
            response = response.header(name, count(0, text));
        }
    }
    response.build()
}

/// What a reply says of the limit that it was counted in.
const LIMIT_HEADERS: [(&str, &str); 3] = [
    ("X-RateLimit-Limit", "Requests at once."),
    ("X-RateLimit-Remaining", "Requests left of them."),
    ("X-RateLimit-Reset", "Seconds until all are free again."),
];

/// A header that counts.
fn count(least: i32, text: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(least));
    HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build()
}

#[cfg(test)]
mod tests {
    use crate::routes;

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = super::document(&routes::all()).to_json().unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&document).unwrap();
        let known = parsed["components"]["schemas"].as_object().unwrap();
        for reference in document.split("\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(known.contains_key(name), "{name}");
        }
        let operations: usize =
            parsed["paths"].as_object().unwrap().values().map(|item| item.as_object().unwrap().len()).sum();
        assert_eq!(operations, routes::all().len());
    }

    #[test]
    fn every_call_has_a_group_and_a_name_of_its_own() {
        let document = serde_json::to_value(super::document(&routes::all())).unwrap();
        let mut names = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["tags"][0].is_string(), "{method} {path} has no group");
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{method} {path}: {name} is another's name");
            }
        }
    }
}
