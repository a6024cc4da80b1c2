//! Bodies of requests: read whole, within their limits, into the fields of a [`Form`].

use std::{future::Future, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, dev,
    http::header,
    web::{Bytes, BytesMut, Data, Payload, Query},
};
use futures_util::{StreamExt as _, future::LocalBoxFuture};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub mod form;
mod multipart;
pub mod shape;

use crate::{
    errors::{Error, Result},
    service::{Patience, State},
};
pub use form::{Form, Upload};

/// Bytes of a body of JSON or of a form without files, at most.
pub const BODY_BYTES: usize = 1 << 20;

/// What the body of a route holds. Its schema's properties are the fields that `read` asks for, by test.
pub trait Body: utoipa::ToSchema + Sized {
    /// Reads every field; what is wrong is noted in the form.
    fn read(form: &mut Form) -> Self;
}

/// The body of a route that reads none; it must still be one that can be read.
#[derive(utoipa::ToSchema)]
pub struct Nothing {}

impl Body for Nothing {
    fn read(_: &mut Form) -> Self {
        Self {}
    }
}

/// The body of a request. That it can't be read is told when it is asked for, since 403 and 404 come first.
pub struct Input {
    form: Result<Form>,
    hash: String,
}

impl Input {
    /// The body's fields as a `B`.
    ///
    /// # Errors
    /// [`Error`] when the body can't be read, or with every field that is wrong.
    pub fn read<B: Body>(self) -> Result<B> {
        let mut form = self.form?;
        let body = B::read(&mut form);
        form.check()?;
        Ok(body)
    }

    /// SHA-256 of the raw body, in hex.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// The body, or what is wrong with it; where the caller may not do this to the row at all, that comes first.
///
/// # Errors
/// What `allowed` says when the body is wrong; else what is wrong with the body.
pub async fn behind_ownership<B, T>(
    body: Result<B>,
    allowed: impl Future<Output = app::Result<T>>,
) -> Result<B> {
    if body.is_err() {
        allowed.await?;
    }
    body
}

impl FromRequest for Input {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        let state = request.app_data::<Data<State>>();
        let patience = state.map_or_else(Patience::default, |state| state.patience);
        Box::pin(async move {
            let kind = request.content_type().to_ascii_lowercase();
            if kind == "multipart/form-data" {
                let read = in_time(patience.files, multipart::read(&request, payload)).await;
                return Ok(match read {
                    Ok((form, hash)) => Self { form: Ok(form), hash },
                    Err(error) => Self { form: Err(error), hash: String::new() },
                });
            }
            let body = match Payload::from_request(&request, &mut payload).await {
                Ok(payload) => in_time(patience.body, collect(declared_length(&request), payload)).await,
                Err(_) => Err(Error::Malformed("The body can't be read.".to_owned())),
            };
            let hash = body.as_ref().map(|body| hex(&Sha256::digest(body))).unwrap_or_default();
            Ok(Self { form: body.and_then(|body| parse(&kind, &body)), hash })
        })
    }
}

async fn in_time<T>(time: Duration, reading: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(time, reading).await.unwrap_or(Err(Error::TooSlow))
}

fn declared_length(request: &HttpRequest) -> usize {
    let header = request.headers().get(header::CONTENT_LENGTH);
    header.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The whole body, within [`BODY_BYTES`].
async fn collect(declared: usize, mut payload: Payload) -> Result<Bytes> {
    let mut body = BytesMut::with_capacity(declared.min(BODY_BYTES));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::Malformed("The body was cut off.".to_owned()))?;
        if body.len().saturating_add(chunk.len()) > BODY_BYTES {
            return Err(Error::TooLarge("A body may have at most 1 MiB."));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The fields of a body of this type; an empty body has none, whatever its type.
fn parse(kind: &str, body: &[u8]) -> Result<Form> {
    if body.is_empty() {
        return Ok(Form::default());
    }
    match kind {
        "application/json" => match serde_json::from_slice::<Map<String, Value>>(body) {
            Ok(fields) => Ok(Form::of(fields)),
            Err(error) => Err(Error::Malformed(json_fault(&error))),
        },
        "application/x-www-form-urlencoded" => {
            let text = std::str::from_utf8(body)
                .map_err(|_| Error::Malformed("The body is not UTF-8.".to_owned()))?;
            let pairs = Query::<Vec<(String, String)>>::from_query(text)
                .map_err(|_| Error::Malformed("The body is no form.".to_owned()))?;
            Ok(Form::of(pairs.into_inner().into_iter().map(|(name, text)| (name, Value::String(text)))))
        }
        _ => Err(Error::MediaType),
    }
}

/// Says where JSON breaks, without repeating any of it.
fn json_fault(error: &serde_json::Error) -> String {
    if error.is_data() {
        "The body must be a JSON object.".to_owned()
    } else {
        format!("JSON parse error at line {} column {}.", error.line(), error.column())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}
