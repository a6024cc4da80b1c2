//! The accounts of the ledger.

use core::fmt;

use crate::{booking::PaymentMethod, text_enum::text_enum};

text_enum! {
    /// Where money comes from or goes to beyond the platform.
    OutsideKind, "outside account" {
        /// The payment gateway.
        Online = "online",
        /// Bank transfers that come in.
        BankTransfer = "bank_transfer",
        /// Cash.
        Cash = "cash",
        /// The bank that pays members out.
        Bank = "bank",
    }
}

impl OutsideKind {
    /// Where the money of a payment comes from; `None` when it is inside the platform already.
    pub const fn of_method(method: PaymentMethod) -> Option<Self> {
        match method {
            PaymentMethod::Online => Some(Self::Online),
            PaymentMethod::BankTransfer => Some(Self::BankTransfer),
            PaymentMethod::Cash => Some(Self::Cash),
            PaymentMethod::Wallet | PaymentMethod::EmiAutoFill | PaymentMethod::EmiDeduction => None,
        }
    }
}

text_enum! {
    /// A kind of account; the members' kinds have one account for each owner, the house's just one.
    AccountKind, "account kind" {
        /// A member's money.
        Wallet = "wallet",
        /// What is paid on a booking.
        Booking = "booking",
        /// A payout that isn't decided.
        Hold = "hold",
        /// Deductions that wait for a booking of the member.
        EmiReserve = "emi_reserve",
        /// A member's reserve.
        Reserve = "reserve",
        /// What the platform pays for sales.
        Commission = "commission",
        /// Tax withheld and owed.
        TdsPayable = "tds_payable",
        /// The payment gateway.
        OutsideOnline = "outside:online",
        /// Bank transfers that come in.
        OutsideBankTransfer = "outside:bank_transfer",
        /// Cash.
        OutsideCash = "outside:cash",
        /// The bank that pays members out.
        OutsideBank = "outside:bank",
    }
}

impl AccountKind {
    /// True for the house's accounts, which have no owner and no cached balance, and may be below zero.
    pub const fn is_house(self) -> bool {
        match self {
            Self::Wallet | Self::Booking | Self::Hold | Self::EmiReserve | Self::Reserve => false,
            Self::Commission
            | Self::TdsPayable
            | Self::OutsideOnline
            | Self::OutsideBankTransfer
            | Self::OutsideCash
            | Self::OutsideBank => true,
        }
    }

    /// The account of this kind, with an owner exactly where the kind has one; else `None`.
    pub const fn account(self, owner: Option<i64>) -> Option<Account> {
        match (self, owner) {
            (Self::Wallet, Some(user)) => Some(Account::Wallet(user)),
            (Self::Booking, Some(booking)) => Some(Account::Booking(booking)),
            (Self::Hold, Some(payout)) => Some(Account::Hold(payout)),
            (Self::EmiReserve, Some(user)) => Some(Account::EmiReserve(user)),
            (Self::Reserve, Some(user)) => Some(Account::Reserve(user)),
            (Self::Commission, None) => Some(Account::Commission),
            (Self::TdsPayable, None) => Some(Account::TdsPayable),
            (Self::OutsideOnline, None) => Some(Account::Outside(OutsideKind::Online)),
            (Self::OutsideBankTransfer, None) => Some(Account::Outside(OutsideKind::BankTransfer)),
            (Self::OutsideCash, None) => Some(Account::Outside(OutsideKind::Cash)),
            (Self::OutsideBank, None) => Some(Account::Outside(OutsideKind::Bank)),
            (Self::Wallet | Self::Booking | Self::Hold | Self::EmiReserve | Self::Reserve, None)
            | (
                Self::Commission
                | Self::TdsPayable
                | Self::OutsideOnline
                | Self::OutsideBankTransfer
                | Self::OutsideCash
                | Self::OutsideBank,
                Some(_),
            ) => None,
        }
    }
}

/// An account of the ledger, with its owner's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// A user's wallet.
    Wallet(i64),
    /// What is paid on a booking.
    Booking(i64),
    /// What a payout holds.
    Hold(i64),
    /// A user's EMI reserve.
    EmiReserve(i64),
    /// A user's reserve.
    Reserve(i64),
    /// What the platform pays for sales.
    Commission,
    /// Tax withheld and owed.
    TdsPayable,
    /// Beyond the platform.
    Outside(OutsideKind),
}

impl Account {
    /// Its kind.
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::Wallet(_) => AccountKind::Wallet,
            Self::Booking(_) => AccountKind::Booking,
            Self::Hold(_) => AccountKind::Hold,
            Self::EmiReserve(_) => AccountKind::EmiReserve,
            Self::Reserve(_) => AccountKind::Reserve,
            Self::Commission => AccountKind::Commission,
            Self::TdsPayable => AccountKind::TdsPayable,
            Self::Outside(OutsideKind::Online) => AccountKind::OutsideOnline,
            Self::Outside(OutsideKind::BankTransfer) => AccountKind::OutsideBankTransfer,
            Self::Outside(OutsideKind::Cash) => AccountKind::OutsideCash,
            Self::Outside(OutsideKind::Bank) => AccountKind::OutsideBank,
        }
    }

    /// The id of its user, booking or payout; `None` for the house's.
    pub const fn owner(self) -> Option<i64> {
        match self {
            Self::Wallet(owner)
            | Self::Booking(owner)
            | Self::Hold(owner)
            | Self::EmiReserve(owner)
            | Self::Reserve(owner) => Some(owner),
            Self::Commission | Self::TdsPayable | Self::Outside(_) => None,
        }
    }

    /// True for the house's accounts.
    pub const fn is_house(self) -> bool {
        self.kind().is_house()
    }
}

/// Prints `wallet:7`, `commission`, `outside:bank`.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())?;
        match self.owner() {
            Some(owner) => write!(f, ":{owner}"),
            None => Ok(()),
        }
    }
}
