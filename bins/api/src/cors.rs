//! Which pages may call the API from a browser.

use actix_web::{
    HttpResponse,
    dev::ServiceRequest,
    http::{
        Method,
        header::{self, HeaderMap, HeaderValue},
    },
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
const HEADERS: HeaderValue =
    HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, X-Request-Id");
const EXPOSED: HeaderValue = HeaderValue::from_static("X-Request-Id, Retry-After, Idempotency-Replayed");
const MAX_AGE_S: HeaderValue = HeaderValue::from_static("3600");

/// What a request's `Origin` asks of its reply.
pub struct Cors {
    /// The origin, if it is one of ours.
    origin: Option<HeaderValue>,
    is_preflight: bool,
}

impl Cors {
    /// What this request asks, given the origins that may.
    pub fn of(request: &ServiceRequest, allowed: &[String]) -> Self {
        let headers = request.headers();
        let sent = headers.get(header::ORIGIN);
        let is_allowed =
            |origin: &&HeaderValue| allowed.iter().any(|known| origin.as_bytes() == known.as_bytes());
        Self {
            origin: sent.filter(is_allowed).cloned(),
            is_preflight: request.method() == Method::OPTIONS
                && sent.is_some()
                && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD),
        }
    }

    /// The reply to a preflight request, if it is one; to an origin that may not, it allows nothing.
    pub fn preflight(&self) -> Option<HttpResponse> {
        self.is_preflight.then(|| HttpResponse::NoContent().finish())
    }

    /// Adds what the origin may do with the reply.
    pub fn decorate(&self, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        let Some(origin) = &self.origin else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        if self.is_preflight {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
        } else {
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}
