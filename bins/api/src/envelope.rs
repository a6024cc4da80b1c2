//! What surrounds every request: its id, its path's slash, the headers of every reply, the access log, and a
//! reply in our form even when a handler panics.

use std::{
    future::{Ready, ready},
    panic::AssertUnwindSafe,
    time::Instant,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode, Uri,
        header::{self, HeaderMap, HeaderName, HeaderValue},
        uri::PathAndQuery,
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt as _;
use infra::{limits::Standing, telemetry};
use tracing::{Instrument as _, Span};

use crate::{
    cors::Cors,
    endpoints::ID_PATTERN,
    errors::{self, Error},
    limits,
    service::State,
    unread::Chunked,
};

/// Characters of a caller's request id, at most.
const ID_LENGTH: usize = 64;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How the request is known in logs and in what it causes.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl FromRequest for RequestId {
    type Error = Error;
    type Future = Ready<errors::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().cloned();
        ready(known.ok_or_else(|| Error::App(app::Error::internal("a request without an id"))))
    }
}

/// Surrounds every request.
///
/// # Errors
/// With a whole reply inside, where there is no request any more to attach one to.
pub async fn envelope(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let chunked = Chunked::of(&mut request);
    let response = answered(request, next).await?;
    Ok(match chunked {
        Some(chunked) => response.map_body(|_, body| chunked.kept_with(body)),
        None => response,
    })
}

async fn answered(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let began = Instant::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let state = request.app_data::<Data<State>>().cloned();
    let path = loggable(request.path()).to_owned();
    let log = Logged { state, method: request.method().clone(), path, began };
    let span = tracing::info_span!(
        "request",
        id = %id,
        // for whoever collects traces
        otel.kind = "server",
    );
    put_slash(&mut request);
    if request.method() == Method::HEAD {
        // the connection leaves the body out by itself
        request.head_mut().method = Method::GET;
    }
    let state = log.state.as_ref();
    let cors = Cors::of(&request, state.map_or(&[], |state| &state.origins));
    if let Some(preflight) = cors.preflight() {
        return Ok(span.in_scope(|| finish(request.into_response(preflight), &id, &cors, &log)));
    }
    if state.is_some_and(|state| !state.answers_to(&request)) {
        let detail = "This server does not answer to that name.";
        let refusal = errors::with_code(StatusCode::BAD_REQUEST, "host_not_allowed", detail);
        return Ok(span.in_scope(|| finish(request.into_response(refusal), &id, &cors, &log)));
    }
    let outcome = AssertUnwindSafe(next.call(request).instrument(span.clone())).catch_unwind().await;
    let _entered = span.enter();
    match outcome {
        Ok(Ok(response)) => Ok(finish(response.map_into_boxed_body(), &id, &cors, &log)),
        Ok(Err(error)) => Err(wrapped(error.error_response(), &id, &cors, &log)),
        Err(_) => {
            tracing::error!("a handler panicked");
            Err(wrapped(errors::internal(&id), &id, &cors, &log))
        }
    }
}

/// The caller's id if it is a sane one, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let is_sane = |text: &&str| {
        (1..=ID_LENGTH).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(is_sane);
    sent.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// Serves a path without its last slash as if it had it, without a redirect.
fn put_slash(request: &mut ServiceRequest) {
    let path = request.path();
    let is_ours = ["/api", "/health"]
        .iter()
        .any(|group| path.strip_prefix(group).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if path.ends_with('/') || !is_ours {
        return;
    }
    let with_slash = match request.query_string() {
        "" => format!("{path}/"),
        query => format!("{path}/?{query}"),
    };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(with_slash).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// A link to a private file is a secret.
fn loggable(path: &str) -> &str {
    if path.starts_with("/media/") { "/media/…" } else { path }
}

struct Logged {
    state: Option<Data<State>>,
    method: Method,
    path: String,
    began: Instant,
}

fn finish(
    mut response: ServiceResponse<BoxBody>,
    id: &str,
    cors: &Cors,
    log: &Logged,
) -> ServiceResponse<BoxBody> {
    let user = response.request().extensions().get::<app::Actor>().map(|actor| actor.id);
    let error = response.response().error().map(ToString::to_string);
    let fault = error.filter(|_| response.status().is_server_error());
    if let Some(better) = in_our_form(response.status(), response.headers(), id) {
        response = response.into_response(better);
    }
    let standing = response.request().extensions().get::<Standing>().copied();
    if let Some(standing) = standing {
        limits::describe(standing, response.headers_mut());
    }
    decorate(response.headers_mut(), id, cors);
    measure(log, response.request().match_pattern(), response.status());
    write_log(log, response.status(), user, fault);
    response
}

fn wrapped(response: HttpResponse, id: &str, cors: &Cors, log: &Logged) -> actix_web::Error {
    let mut response = in_our_form(response.status(), response.headers(), id).unwrap_or(response);
    decorate(response.headers_mut(), id, cors);
    measure(log, None, response.status());
    write_log(log, response.status(), None, None);
    InternalError::from_response("the request was cut off", response).into()
}

/// A body of ours for an error that has none: faults of ours tell the request's id and nothing else.
fn in_our_form(status: StatusCode, headers: &HeaderMap, id: &str) -> Option<HttpResponse> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        Some(errors::internal(id))
    } else if (status.is_client_error() || status.is_server_error()) && !is_json {
        Some(errors::plain(status))
    } else {
        None
    }
}

fn decorate(headers: &mut HeaderMap, id: &str, cors: &Cors) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    cors.decorate(headers);
}

/// Counts the request and names it in its trace, by its route: paths hold the keys of rows and are without number.
fn measure(log: &Logged, route: Option<String>, status: StatusCode) {
    let route = route.map_or_else(|| "unknown".to_owned(), |route| route.replace(ID_PATTERN, "{id}"));
    let (method, status) = (known(&log.method), status.as_u16());
    if let Some(state) = &log.state {
        state.app.metrics.served(method, &route, status, log.began.elapsed());
    }
    telemetry::describe_request(&Span::current(), method, &route, status);
}

/// Anybody can make up a method.
fn known(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

/// No query strings, bodies or headers: secrets stand there.
fn write_log(log: &Logged, status: StatusCode, user: Option<i64>, fault: Option<String>) {
    let ms = log.began.elapsed().as_micros() as f64 / 1000.0;
    let (method, path, status) = (&log.method, &log.path, status.as_u16());
    match fault {
        Some(fault) => tracing::error!(%method, path, status, ms, user, fault, "served"),
        None => tracing::info!(%method, path, status, ms, user, "served"),
    }
}

/// The default service: no such path.
pub async fn unknown_path() -> Result<HttpResponse, Error> {
    Err(Error::App(app::Error::NotFound))
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        dev::Service as _,
        middleware::from_fn,
        test::{self, TestRequest},
        web,
    };

    use super::*;

    #[test]
    fn only_sane_ids_are_the_callers() {
        let id = |sent: &str| {
            let request = TestRequest::default().insert_header(("X-Request-Id", sent)).to_http_request();
            request_id(request.headers())
        };
        assert_eq!(id("abc-1.2_Z"), "abc-1.2_Z");
        let longest = "a".repeat(64);
        assert_eq!(id(&longest), longest);
        for odd in ["", " a", "a b", "a\tb", "é", "<script>", &"a".repeat(65)] {
            let given = id(odd);
            assert_ne!(given, odd);
            assert_eq!(given.len(), 36, "{odd}");
        }
    }

    #[actix_web::test]
    async fn a_panic_is_our_fault_and_tells_nothing() {
        async fn boom() -> HttpResponse {
            panic!("a secret")
        }
        let app = App::new().route("/boom", web::to(boom)).wrap(from_fn(envelope));
        let service = test::init_service(app).await;
        let request = TestRequest::with_uri("/boom").insert_header(("X-Request-Id", "r-1")).to_request();
        let error = service.call(request).await.err().unwrap();
        let reply = error.error_response();
        assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(reply.headers().get("x-request-id").unwrap(), "r-1");
        let body = reply.into_body().try_into_bytes().unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["code"], &body["request_id"]), (&"internal".into(), &"r-1".into()));
        assert!(!body.to_string().contains("secret"));
    }
}
