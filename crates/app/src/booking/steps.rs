//! What several use-cases of this area share; each takes `&mut Tx` and never begins.

mod apply_payment;
mod complete_payment;

pub(crate) use apply_payment::{PaymentToApply, apply_payment};
pub(crate) use complete_payment::{Funding, complete_payment, refused_payment};

use infra::{
    buyers::{self, Contact},
    db::Reader,
};

use crate::Result;

/// A member's contacts.
pub(crate) fn contact_of(reader: &mut Reader, user: i64) -> Result<Contact> {
    Ok(buyers::contact(reader, user)?.unwrap_or_default())
}
