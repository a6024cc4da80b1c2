//! Who asks, and how the request is known.

use infra::idempotency::RequestKey;
use wallet_rules::{calendar::Instant, people::Role};

use crate::{Error, Result};

/// A person who has shown who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Their account.
    pub id: i64,
    /// What they may do.
    pub role: Role,
    /// Made by `manage createsuperuser`.
    pub is_superuser: bool,
    /// Their session, where the token names one.
    pub session: Option<i64>,
    /// They have shown a second factor in it.
    pub second_factor: bool,
    /// Their token, where it has no session of ours.
    pub foreign_token: Option<ForeignToken>,
}

/// A token that another service signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignToken {
    /// The keyed hash of its id.
    pub jti_hash: String,
    /// When it ends by itself.
    pub expires_at: Instant,
}

impl Actor {
    /// True for those who may do what the permission table calls `admin`.
    pub fn is_admin(&self) -> bool {
        self.is_superuser || self.role == Role::Admin
    }

    /// True for those who may do what the permission table calls `staff`.
    pub fn is_staff(&self) -> bool {
        self.is_admin() || self.role == Role::Staff
    }

    /// Whose rows the actor's lists show: everyone's for an admin, else their own.
    pub fn sees_only(&self) -> Option<i64> {
        (!self.is_admin()).then_some(self.id)
    }

    /// True when a row of `owner` is the actor's to see.
    pub fn may_see(&self, owner: i64) -> bool {
        self.is_admin() || self.id == owner
    }

    /// Says no to everyone but the owner of a row.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn check_own(&self, owner: i64) -> Result<()> {
        if self.id == owner { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Says no to the owner of a row: nobody decides about their own.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn check_anothers(&self, owner: i64) -> Result<()> {
        if self.id == owner { Err(Error::Forbidden) } else { Ok(()) }
    }
}

/// A request of somebody known.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who asks.
    pub actor: Actor,
    /// How the request is known in logs and in what it causes.
    pub request_id: String,
    /// The address that it came from.
    pub client_address: String,
    /// The caller's `Idempotency-Key`, where it sent one.
    pub idempotency: Option<RequestKey>,
}

impl Call {
    /// What is written beside everything that this request causes.
    pub fn cause(&self) -> String {
        format!("request {} by user {}", self.request_id, self.actor.id)
    }
}
