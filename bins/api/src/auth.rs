//! Who calls: the bearer of an access token, checked before anything of the request is read.

use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, ResponseError as _,
    body::BoxBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
    web::Data,
};
use app::{Actor, Call};
use infra::idempotency::RequestKey;

use crate::{
    envelope::RequestId,
    errors::{Error, Result},
    input::{Body, Input},
    limits::{self, Group},
    permissions::Who,
    service::State,
};

/// Characters of an `Idempotency-Key`, at most.
const KEY_LENGTH: usize = 128;

/// What an `Idempotency-Key` is, as a regular expression.
pub const KEY_PATTERN: &str = "^[!-~]([ -~]{0,126}[!-~])?$";

/// What the tables of permissions and of limits say of a route.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Who may call it.
    pub who: Who,
    /// Which of a client's shares it is counted in.
    pub group: Group,
    /// Staff may before they have shown their second factor.
    pub without_second_factor: bool,
}

/// Lets the request through to a handler when the permission table does.
///
/// # Errors
/// What the handler gives; refusals are replies.
pub async fn guard(
    gate: Gate,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Err(refusal) = limits::count_client(gate.group, &request).await {
        return Ok(request.into_response(refusal.error_response()));
    }
    match gate.who {
        Who::Anyone => return next.call(request).await,
        Who::Monitor if is_monitor(&request) => return next.call(request).await,
        Who::Monitor => {
            let refusal = Error::App(app::Error::Forbidden);
            return Ok(request.into_response(refusal.error_response()));
        }
        Who::Member | Who::Staff | Who::Admin | Who::Superuser => {}
    }
    match admitted(gate, &request).await {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            next.call(request).await
        }
        Err(refusal) => Ok(request.into_response(refusal.error_response())),
    }
}

/// The address of the connection itself: what a header says of it, anybody can write.
fn is_monitor(request: &ServiceRequest) -> bool {
    let state = request.app_data::<Data<State>>();
    let from = request.peer_addr().map(|peer| peer.ip().to_canonical());
    from.is_some_and(|from| {
        state.is_some_and(|state| state.metrics_allowed.iter().any(|net| net.contains(&from)))
    })
}

async fn admitted(gate: Gate, request: &ServiceRequest) -> Result<Actor> {
    let state = request.app_data::<Data<State>>().ok_or(Error::NoCredentials)?;
    let token = bearer(request).ok_or(Error::NoCredentials)?;
    let actor = app::auth::authenticate(&state.app, token).await?;
    if !gate.who.admits(&actor) {
        return Err(Error::App(app::Error::Forbidden));
    }
    let waits = state.staff_totp && actor.is_staff() && !actor.second_factor;
    if waits && !gate.without_second_factor {
        return Err(Error::SecondFactor);
    }
    limits::count_member(gate.group, request, actor.id).await?;
    Ok(actor)
}

/// The token of `Authorization: Bearer …`.
fn bearer(request: &ServiceRequest) -> Option<&str> {
    let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// A request of somebody known.
#[derive(Clone, Debug)]
pub struct Caller {
    actor: Actor,
    request_id: String,
    client_address: String,
    path: String,
    key: Result<Option<String>, BadKey>,
}

#[derive(Clone, Copy, Debug)]
struct BadKey;

impl Caller {
    /// The account's key.
    pub fn id(&self) -> i64 {
        self.actor.id
    }

    /// The call of a request that moves no money.
    pub fn call(&self) -> Call {
        Call {
            actor: self.actor.clone(),
            request_id: self.request_id.clone(),
            client_address: self.client_address.clone(),
            idempotency: None,
        }
    }

    /// The call and the body of a request that takes effect once for each `Idempotency-Key`.
    ///
    /// # Errors
    /// 400 for a key that is none; what is wrong with the body.
    pub fn once<B: Body>(&self, input: Input) -> Result<(Call, B)> {
        let key = self.key.as_ref().map_err(|BadKey| {
            Error::Malformed(format!("Idempotency-Key: at most {KEY_LENGTH} printable characters of ASCII."))
        })?;
        let idempotency = key.as_ref().map(|key| RequestKey {
            user_id: self.actor.id,
            path: self.path.clone(),
            key: key.clone(),
            body_hash: input.hash().to_owned(),
        });
        let body = input.read()?;
        Ok((Call { idempotency, ..self.call() }, body))
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        let (Some(actor), Some(id)) = (extensions.get::<Actor>(), extensions.get::<RequestId>()) else {
            return ready(Err(Error::NoCredentials));
        };
        ready(Ok(Self {
            actor: actor.clone(),
            request_id: id.0.clone(),
            client_address: client_ip(request).map_or_else(String::new, |ip| ip.to_string()),
            path: request.path().to_owned(),
            key: key(request),
        }))
    }
}

/// Where the request came from: what a proxy that we trust says of it, else the address of the connection.
pub fn client_ip(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let trusted = request
        .app_data::<Data<State>>()
        .is_some_and(|state| state.trusted_proxies.iter().any(|net| net.contains(&peer)));
    // the last one, which the proxy itself has added
    let said = request.headers().get_all("X-Forwarded-For").last().filter(|_| trusted);
    let said = said.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    Some(said.unwrap_or(peer).to_canonical())
}

fn key(request: &HttpRequest) -> Result<Option<String>, BadKey> {
    let Some(value) = request.headers().get("Idempotency-Key") else { return Ok(None) };
    let text = value.to_str().map_err(|_| BadKey)?.trim();
    let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if (1..=KEY_LENGTH).contains(&text.len()) && is_printable {
        Ok(Some(text.to_owned()))
    } else {
        Err(BadKey)
    }
}
