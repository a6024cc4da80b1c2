//! The ledger's moves: which money goes where at each event.

mod account;
mod posting;

use crate::text_enum::text_enum;

pub use account::{Account, AccountKind, OutsideKind};
pub use posting::{Entry, Move, Posting, PostingError, PostingKind, ReferenceType};

text_enum! {
    /// What an entry is called on a wallet's statement.
    StatementType, "statement type" {
        /// The sponsor's bonus on a payment.
        ReferralBonus = "REFERRAL_BONUS",
        /// A pair's earning, gross.
        BinaryPair = "BINARY_PAIR",
        /// What of it goes on to a booking or the EMI reserve.
        EmiDeduction = "EMI_DEDUCTION",
        /// What of it goes on to the reserve.
        ReserveDeduction = "RESERVE_DEDUCTION",
        /// A payout's whole amount, put on hold.
        Payout = "PAYOUT",
        /// Money put in; nothing does this today.
        Deposit = "DEPOSIT",
        /// What comes back from a payout.
        Refund = "REFUND",
        /// A payment on a booking.
        BookingPayment = "BOOKING_PAYMENT",
    }
}
