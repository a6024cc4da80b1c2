//! A chunked body that nobody reads to its end.
//!
//! Where a reply comes before its request's body is whole, the server beneath sends the reply, takes in the rest
//! for a while, so that the sender hears the reply before the connection is closed, and closes it. A chunked body
//! whose reader is gone it treats otherwise: it waits for the last chunk for ever, and may stop taking in what
//! comes before it. So such a body is kept until its reply is sent.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage as _,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    web::Bytes,
};
use futures_util::Stream;

/// A chunked body, which its handler may drop.
#[derive(Clone)]
pub struct Chunked(Rc<RefCell<Payload>>);

impl Chunked {
    /// Stands between a request and whoever reads its body; none where that is not chunked.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.chunked().unwrap_or(false) {
            return None;
        }
        let chunked = Self(Rc::new(RefCell::new(request.take_payload())));
        let payload: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(chunked.clone());
        request.set_payload(Payload::Stream { payload });
        Some(chunked)
    }

    /// The reply, with which the body is kept.
    pub fn kept_with(self, reply: BoxBody) -> BoxBody {
        BoxBody::new(Reply { body: reply, _request: self })
    }
}

impl Stream for Chunked {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

struct Reply {
    body: BoxBody,
    _request: Chunked,
}

impl MessageBody for Reply {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}
