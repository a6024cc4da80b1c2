//! One list of every route, from which the router and the OpenAPI document are both made.

use std::collections::BTreeMap;

use actix_web::{
    FromRequest, Handler, Responder, Route,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use utoipa::{
    __dev::{SchemaReferences, Tags},
    openapi::{HttpMethod, RefOr, Schema, path::Operation},
};

use crate::{
    auth::{self, Gate},
    errors::Error,
    limits::{self, Group},
    permissions::{self, Who},
};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// A handler with what `#[utoipa::path]` says of it.
pub struct Endpoint {
    /// Its method.
    pub method: HttpMethod,
    /// Its path, such as `/api/payout/{id}/`.
    pub path: String,
    /// What the document says of it.
    pub operation: fn() -> Operation,
    /// The groups that the document shows it in.
    pub tags: fn() -> Vec<&'static str>,
    /// The schemas it names.
    pub schemas: fn(&mut Schemas),
    route: Box<dyn Fn() -> Route>,
}

impl Endpoint {
    /// The endpoint of a handler and the description that `#[utoipa::path]` made beside it.
    pub fn of<H, Args, P>(handler: H, _description: P) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + 'static,
        H::Output: Responder + 'static,
        P: utoipa::Path + SchemaReferences + Tags<'static>,
    {
        Self {
            method: P::methods().pop().unwrap_or(HttpMethod::Get),
            path: P::path(),
            operation: P::operation,
            tags: P::tags,
            schemas: P::schemas,
            route: Box::new(move || web::to(handler.clone())),
        }
    }

    /// The method as the server knows it.
    pub fn http_method(&self) -> Method {
        match self.method {
            HttpMethod::Get => Method::GET,
            HttpMethod::Post => Method::POST,
            HttpMethod::Put => Method::PUT,
            HttpMethod::Delete => Method::DELETE,
            HttpMethod::Options => Method::OPTIONS,
            HttpMethod::Head => Method::HEAD,
            HttpMethod::Patch => Method::PATCH,
            HttpMethod::Trace => Method::TRACE,
        }
    }

    /// Who may call it. A route that the table of permissions does not know is closed to all but admins.
    pub fn who(&self) -> Who {
        permissions::who(&self.http_method(), &self.path).unwrap_or(Who::Admin)
    }

    /// Which of a client's shares it is counted in.
    pub fn group(&self) -> Group {
        limits::group(&self.http_method(), &self.path)
    }

    fn route(&self) -> Route {
        let gate = Gate {
            who: self.who(),
            group: self.group(),
            without_second_factor: permissions::WITHOUT_SECOND_FACTOR.contains(&self.path.as_str()),
        };
        let route = (self.route)().method(self.http_method());
        route.wrap(from_fn(move |request, next| auth::guard(gate, request, next)))
    }
}

/// Registers every endpoint; a path that is known under another method answers 405.
pub fn register(server: &mut ServiceConfig, endpoints: &[Endpoint]) {
    // the router asks one path after the other: those without a parameter come first, as each is one comparison
    let mut by_path: BTreeMap<(bool, &str), Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in endpoints {
        let has_parameter = endpoint.path.contains('{');
        by_path.entry((has_parameter, &endpoint.path)).or_default().push(endpoint);
    }
    for ((_, path), endpoints) in by_path {
        let methods: Vec<&str> =
            endpoints.iter().flat_map(|endpoint| allowed(&endpoint.method)).copied().collect();
        let allow = methods.join(", ");
        let resource = web::resource(pattern(path)).default_service(web::to(move || {
            let refusal = Error::NotAllowed(allow.clone());
            async move { Err::<actix_web::HttpResponse, _>(refusal) }
        }));
        let routes = endpoints.iter().map(|endpoint| endpoint.route());
        server.service(routes.fold(resource, actix_web::Resource::route));
    }
}

/// A GET answers HEAD as well.
fn allowed(method: &HttpMethod) -> &'static [&'static str] {
    match method {
        HttpMethod::Get => &["GET", "HEAD"],
        HttpMethod::Post => &["POST"],
        HttpMethod::Put => &["PUT"],
        HttpMethod::Patch => &["PATCH"],
        HttpMethod::Delete => &["DELETE"],
        _ => &[],
    }
}

/// An `{id}` in the router's patterns: digits only, so `wallet/{id}/` and `wallet/my_wallet/` don't overlap.
pub const ID_PATTERN: &str = "{id:[0-9]+}";

fn pattern(path: &str) -> String {
    path.replace("{id}", ID_PATTERN)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::routes;

    #[test]
    fn the_table_of_permissions_and_the_routes_are_the_same() {
        let routes: BTreeSet<(String, String)> = routes::all()
            .iter()
            .map(|endpoint| (endpoint.http_method().to_string(), endpoint.path.clone()))
            .collect();
        let table: BTreeSet<(String, String)> =
            permissions::TABLE.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
        assert_eq!(routes, table);
        assert_eq!(routes.len(), routes::all().len(), "no route is registered twice");
        assert_eq!(table.len(), permissions::TABLE.len(), "no row stands twice");
    }

    #[test]
    fn no_two_routes_overlap() {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let may_both_match = |a: &str, b: &str| {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            a == b
                || (a == "{id}" && (b.starts_with('{') || digits(b)))
                || (b == "{id}" && (a.starts_with('{') || digits(a)))
        };
        let paths: BTreeSet<String> = routes::all().into_iter().map(|endpoint| endpoint.path).collect();
        for a in &paths {
            for b in paths.iter().filter(|b| a < *b) {
                let (a_parts, b_parts) = (segments(a), segments(b));
                let overlap = a_parts.len() == b_parts.len()
                    && a_parts.iter().zip(&b_parts).all(|(a, b)| may_both_match(a, b));
                assert!(!overlap, "{a} and {b}");
            }
        }
    }
}
