//! The OpenAPI document, made from the same list as the router.

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Response,
        ResponseBuilder, Schema,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::{endpoints::Endpoint, permissions::Who};

const BEARER: &str = "bearer";

/// A refusal.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
struct Refusal {
    /// For people.
    detail: String,
    /// For programs; left out where the status says it all.
    code: Option<String>,
}

/// What is wrong with which field; `non_field_errors` across fields.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldErrors)]
struct FieldErrors(std::collections::BTreeMap<String, Vec<String>>);

/// The document of these endpoints.
pub fn document(endpoints: &[Endpoint]) -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: Vec<(String, RefOr<Schema>)> =
        vec![("Error".to_owned(), Refusal::schema()), ("FieldErrors".to_owned(), FieldErrors::schema())];
    for endpoint in endpoints {
        (endpoint.schemas)(&mut schemas);
        let operation = described((endpoint.operation)(), endpoint);
        paths.add_path_operation(&endpoint.path, vec![endpoint.method.clone()], operation);
    }
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components =
        ComponentsBuilder::new().schemas_from_iter(schemas).security_scheme(BEARER, bearer).build();
    let info = InfoBuilder::new()
        .title("EV distribution platform")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Money is a string of rupees with two decimals; times are Indian."))
        .build();
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components)).build()
}

/// Adds what follows from the route itself: its group, credentials and refusals.
fn described(mut operation: Operation, endpoint: &Endpoint) -> Operation {
    operation.tags = Some((endpoint.tags)().into_iter().map(str::to_owned).collect());
    let mut refuse = |status: &str, text: &str, schema: &str| {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| refusal(text, schema).into());
    };
    if operation.request_body.is_some() || operation.parameters.as_ref().is_some_and(|list| !list.is_empty())
    {
        refuse("400", "Fields or parameters are wrong, or a rule refuses it.", "FieldErrors");
    }
    let wants_token = endpoint.who().wants_token();
    if wants_token {
        refuse("401", "No credentials, or bad ones.", "Error");
    }
    match endpoint.who() {
        Who::Staff | Who::Admin | Who::Superuser => refuse("403", "The role does not allow it.", "Error"),
        Who::Monitor => refuse("403", "The address does not allow it.", "Error"),
        Who::Anyone | Who::Member => {}
    }
    if endpoint.path.contains('{') {
        refuse("404", "There is no such row, or it is another's.", "Error");
    }
    refuse("503", "A part of the platform does not answer; Retry-After says when to try again.", "Error");
    if wants_token {
        operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
    }
    operation
}

fn refusal(text: &str, schema: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    ResponseBuilder::new().description(text).content("application/json", content).build()
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
