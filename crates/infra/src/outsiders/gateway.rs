//! Online payments and bank transfers.

use crate::{
    Result,
    config::{BankTransferConfig, GatewayConfig},
    secrets::random_token,
};

/// Who takes online payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gateway {
    /// Nobody: every payment is captured at once, for development.
    Simulated,
    /// Nobody: online payments are not offered.
    None,
}

/// A payment that the gateway has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The gateway's own name for it, unique.
    pub reference: String,
}

impl Gateway {
    /// The configured one.
    pub const fn of(config: GatewayConfig) -> Self {
        match config {
            GatewayConfig::Simulated => Self::Simulated,
            GatewayConfig::None => Self::None,
        }
    }

    /// True where online payments are offered.
    pub const fn offers_online(self) -> bool {
        match self {
            Self::Simulated => true,
            Self::None => false,
        }
    }

    /// What the gateway says at once about a payment: captured, or nothing yet. To be asked before the
    /// transaction that stores it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the machine gives no random bytes.
    pub fn capture_at_once(self) -> Result<Option<Capture>> {
        match self {
            Self::Simulated => Ok(Some(Capture { reference: format!("SIM-{}", random_token(20)?) })),
            Self::None => Ok(None),
        }
    }
}

/// Who pays payouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankTransfer {
    /// An admin, by hand, who then gives the bank's reference.
    Manual,
}

impl BankTransfer {
    /// The configured one.
    pub const fn of(config: BankTransferConfig) -> Self {
        match config {
            BankTransferConfig::Manual => Self::Manual,
        }
    }
}
