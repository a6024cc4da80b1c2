//! What a member is told of when it happens to them, and in which words.
//!
//! ```
//! use money::Paise;
//! use wallet_rules::occasion::Occasion;
//!
//! let paid = Occasion::Bonus { payment: 7, paid: Paise::rupees(250_000), bonus: Paise::rupees(12_500) };
//! assert_eq!(paid.title(), "Referral bonus of ₹12,500.00");
//! assert_eq!(
//!     paid.message(),
//!     "Someone whom you brought in paid ₹2,50,000.00. Your bonus of ₹12,500.00 is in your wallet."
//! );
//! ```

use money::Paise;

use crate::{
    booking::{BookingStatus, PaymentMethod},
    earning::PairSplit,
    payout::PayoutStatus,
    people::KycStatus,
    text_enum::text_enum,
};

text_enum! {
    /// What a notification is about, broadly.
    NotificationType, "notification type" {
        /// A booking has moved on.
        Booking = "booking",
        /// A payment was completed.
        Payment = "payment",
        /// Money came into the wallet.
        Wallet = "wallet",
        /// A pair earned something.
        Binary = "binary",
        /// A payout has moved on.
        Payout = "payout",
        /// A KYC was reviewed.
        Kyc = "kyc",
        /// Anything else that the platform has to say; nothing does today.
        System = "system",
    }
}

text_enum! {
    /// Which row a notification refers to.
    Subject, "subject of a notification" {
        /// A booking.
        Booking = "booking",
        /// A payment.
        Payment = "payment",
        /// A pair.
        Pair = "pair",
        /// A payout.
        Payout = "payout",
        /// A KYC.
        Kyc = "kyc",
    }
}

/// Something that happened to a member, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// A payment of a booking was completed.
    Payment {
        /// Its key.
        payment: i64,
        /// How much.
        amount: Paise,
        /// Where the money came from.
        method: PaymentMethod,
        /// The booking's key.
        booking: i64,
        /// The number by which the member knows it.
        booking_number: &'a str,
        /// What of it remains to be paid.
        remaining: Paise,
        /// Where this payment took the booking; none where it stayed what it was.
        moved_to: Option<BookingStatus>,
    },
    /// The bonus on a payment of somebody whom the member brought in was posted.
    Bonus {
        /// That payment's key.
        payment: i64,
        /// How much was paid.
        paid: Paise,
        /// The bonus.
        bonus: Paise,
    },
    /// A pair's earning was posted.
    Pair {
        /// Its key.
        pair: i64,
        /// Its number over the member's lifetime.
        number: u64,
        /// What it earned, and where that went.
        split: PairSplit,
    },
    /// A payout came to a state.
    Payout {
        /// Its key.
        payout: i64,
        /// The state.
        status: PayoutStatus,
        /// What was asked for.
        requested: Paise,
        /// Its tax.
        tax: Paise,
        /// What of it pays instalments.
        emi: Paise,
        /// What the bank pays.
        net: Paise,
        /// Why it was rejected or failed.
        reason: &'a str,
    },
    /// A KYC was reviewed.
    Kyc {
        /// Its key.
        kyc: i64,
        /// Which of its reviews this is, from 1.
        review: i64,
        /// What it came to.
        status: KycStatus,
        /// Why it was rejected.
        reason: &'a str,
    },
}

impl Occasion<'_> {
    /// What makes it one and the same occasion; at most 64 characters.
    pub fn key(&self) -> String {
        match self {
            Self::Payment { payment, .. } => format!("payment:{payment}"),
            Self::Bonus { payment, .. } => format!("referral:{payment}"),
            Self::Pair { pair, .. } => format!("pair:{pair}"),
            Self::Payout { payout, status, .. } => format!("payout:{payout}:{status}"),
            Self::Kyc { kyc, review, .. } => format!("kyc:{kyc}:{review}"),
        }
    }

    /// What it is about, broadly.
    pub const fn notification_type(&self) -> NotificationType {
        match self {
            Self::Payment { moved_to: Some(_), .. } => NotificationType::Booking,
            Self::Payment { moved_to: None, .. } => NotificationType::Payment,
            Self::Bonus { .. } => NotificationType::Wallet,
            Self::Pair { .. } => NotificationType::Binary,
            Self::Payout { .. } => NotificationType::Payout,
            Self::Kyc { .. } => NotificationType::Kyc,
        }
    }

    /// The row to look at.
    pub const fn subject(&self) -> (Subject, i64) {
        match *self {
            Self::Payment { moved_to: Some(_), booking, .. } => (Subject::Booking, booking),
            Self::Payment { payment, .. } | Self::Bonus { payment, .. } => (Subject::Payment, payment),
            Self::Pair { pair, .. } => (Subject::Pair, pair),
            Self::Payout { payout, .. } => (Subject::Payout, payout),
            Self::Kyc { kyc, .. } => (Subject::Kyc, kyc),
        }
    }

    /// A line of at most 100 characters.
    pub fn title(&self) -> String {
        match *self {
            Self::Payment { moved_to: Some(BookingStatus::Completed), booking_number, .. } => {
                format!("Booking {booking_number} is paid in full")
            }
            Self::Payment { moved_to: Some(_), booking_number, .. } => {
                format!("Booking {booking_number} is confirmed")
            }
            Self::Payment { amount, .. } => format!("Payment of {} received", amount.indian()),
            Self::Bonus { bonus, .. } => format!("Referral bonus of {}", bonus.indian()),
            Self::Pair { number, split, .. } => format!("Pair {number} earned {}", split.gross.indian()),
            Self::Payout { status, requested, .. } => {
                let became = match status {
                    PayoutStatus::Pending => "requested",
                    PayoutStatus::Processing => "is being paid",
                    PayoutStatus::Completed => "is complete",
                    PayoutStatus::Rejected => "was rejected",
                    PayoutStatus::Cancelled => "was cancelled",
                    PayoutStatus::Failed => "failed",
                };
                format!("Payout of {} {became}", requested.indian())
            }
            Self::Kyc { status: KycStatus::Approved, .. } => "KYC approved".to_owned(),
            Self::Kyc { .. } => "KYC rejected".to_owned(),
        }
    }

    /// What happened, in sentences.
    pub fn message(&self) -> String {
        match *self {
            Self::Payment { amount, method, booking_number, remaining, moved_to, .. } => {
                let source = match method {
                    PaymentMethod::Wallet => " out of your wallet",
                    PaymentMethod::EmiDeduction => " out of your EMI deductions",
                    PaymentMethod::EmiAutoFill => " out of your payout",
                    PaymentMethod::Online | PaymentMethod::BankTransfer | PaymentMethod::Cash => "",
                };
                let paid = format!("{} was paid on booking {booking_number}{source}.", amount.indian());
                let left = format!("{} remains to be paid.", remaining.indian());
                match moved_to {
                    Some(BookingStatus::Completed) => format!("{paid} Nothing remains to be paid."),
                    Some(_) => format!("{paid} The booking is confirmed. {left}"),
                    None => format!("{paid} {left}"),
                }
            }
            Self::Bonus { paid, bonus, .. } => format!(
                "Someone whom you brought in paid {}. Your bonus of {} is in your wallet.",
                paid.indian(),
                bonus.indian()
            ),
            Self::Pair { number, split, .. } => pair_message(number, &split),
            Self::Payout { .. } => self.payout_message(),
            Self::Kyc { status: KycStatus::Approved, .. } => {
                "Your KYC is approved. You can ask for payouts now.".to_owned()
            }
            Self::Kyc { reason, .. } => {
                format!("Your KYC was rejected: {}. Please correct it and send it again.", ended(reason))
            }
        }
    }

    fn payout_message(&self) -> String {
        let &Self::Payout { status, requested, tax, emi, net, reason, .. } = self else {
            return String::new();
        };
        let whole = requested.indian();
        let returns = || format!("The whole {whole} is back in your wallet.");
        match status {
            PayoutStatus::Pending => {
                format!("You asked for a payout of {whole}.{}", parts(tax, emi, net))
            }
            PayoutStatus::Processing => {
                format!("Your payout of {whole} is with the bank.{}", parts(tax, emi, net))
            }
            PayoutStatus::Completed if net.is_zero() => {
                format!("Your payout of {whole} is complete.{}", parts(tax, emi, net))
            }
            PayoutStatus::Completed => {
                format!("{} of your payout of {whole} was paid to your bank.", net.indian())
            }
            PayoutStatus::Rejected => {
                format!("Your payout of {whole} was rejected: {}. {}", ended(reason), returns())
            }
            PayoutStatus::Cancelled => format!("You cancelled your payout of {whole}. {}", returns()),
            PayoutStatus::Failed => {
                let back = Paise::new(tax.get().saturating_add(net.get())).indian();
                let stays = if emi.is_positive() {
                    format!(" The {} that paid your instalments stay paid.", emi.indian())
                } else {
                    String::new()
                };
                let reason = ended(reason);
                format!(
                    "The bank could not pay your payout of {whole}: {reason}. {back} is back in your wallet.{stays}"
                )
            }
        }
    }
}

/// A reason that a sentence goes on after.
fn ended(reason: &str) -> &str {
    reason.trim_end_matches(['.', '!', ' '])
}

fn pair_message(number: u64, split: &PairSplit) -> String {
    let mut text = format!("Pair {number} earned you {}.", split.gross.indian());
    if split.emi.is_positive() {
        text.push_str(&format!(" {} of it went to EMI.", split.emi.indian()));
    }
    if split.reserve.is_positive() {
        text.push_str(&format!(" {} of it went to your reserve.", split.reserve.indian()));
    }
    if split.net != split.gross {
        text.push_str(&format!(" {} is in your wallet.", split.net.indian()));
    }
    text
}

/// Where the amount of a payout goes.
fn parts(tax: Paise, emi: Paise, net: Paise) -> String {
    let mut text = String::new();
    if tax.is_positive() {
        text.push_str(&format!(" {} of it is tax.", tax.indian()));
    }
    if emi.is_positive() {
        text.push_str(&format!(" {} of it pays instalments.", emi.indian()));
    }
    if net.is_positive() {
        text.push_str(&format!(" {} of it goes to your bank.", net.indian()));
    }
    text
}
