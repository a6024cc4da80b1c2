//! Bookings and the payments on them.

use money::{MoneyError, Paise};

use crate::{plan::Plan, text_enum::text_enum};

/// The least payment, unless less remains (rule 2).
pub const LEAST_PAYMENT: Paise = Paise::rupees(1);

text_enum! {
    /// Where a booking stands.
    BookingStatus, "booking status" {
        /// Made; less than the booking amount is paid.
        PreBooked = "pre_booked",
        /// The booking amount is paid.
        Confirmed = "confirmed",
        /// Everything is paid.
        Completed = "completed",
        /// Given up before anything was paid.
        Cancelled = "cancelled",
    }
}

/// What moves a booking on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BookingEvent {
    /// The booking amount is reached.
    Confirm,
    /// Nothing remains.
    Complete,
    /// Its owner or an admin gives it up.
    Cancel,
}

impl BookingStatus {
    /// The status after `event`, or `None` where there is no such arrow.
    pub const fn next(self, event: BookingEvent) -> Option<Self> {
        match (self, event) {
            (Self::PreBooked, BookingEvent::Confirm) => Some(Self::Confirmed),
            (Self::PreBooked, BookingEvent::Cancel) => Some(Self::Cancelled),
            (Self::Confirmed, BookingEvent::Complete) => Some(Self::Completed),
            (Self::PreBooked, BookingEvent::Complete)
            | (Self::Confirmed, BookingEvent::Confirm | BookingEvent::Cancel)
            | (
                Self::Completed | Self::Cancelled,
                BookingEvent::Confirm | BookingEvent::Complete | BookingEvent::Cancel,
            ) => None,
        }
    }
}

text_enum! {
    /// How a payment is made.
    PaymentMethod, "payment method" {
        /// Through the payment gateway.
        Online = "online",
        /// By bank transfer, confirmed by an admin.
        BankTransfer = "bank_transfer",
        /// In cash, confirmed by an admin.
        Cash = "cash",
        /// Out of the payer's wallet.
        Wallet = "wallet",
        /// Made by the platform from a payout.
        EmiAutoFill = "emi_auto_fill",
        /// Made by the platform from a pair's earning or the EMI reserve.
        EmiDeduction = "emi_deduction",
    }
}

impl PaymentMethod {
    /// True for the methods only the platform itself uses; a client can't ask for them.
    pub const fn is_made_by_platform(self) -> bool {
        match self {
            Self::EmiAutoFill | Self::EmiDeduction => true,
            Self::Online | Self::BankTransfer | Self::Cash | Self::Wallet => false,
        }
    }

    /// True where an admin says that the money has come.
    pub const fn is_confirmed_by_admin(self) -> bool {
        match self {
            Self::BankTransfer | Self::Cash => true,
            Self::Online | Self::Wallet | Self::EmiAutoFill | Self::EmiDeduction => false,
        }
    }
}

text_enum! {
    /// Where a payment stands.
    PaymentStatus, "payment status" {
        /// Waiting for the gateway or an admin.
        Pending = "pending",
        /// The money is here.
        Completed = "completed",
        /// It won't come.
        Failed = "failed",
        /// Given back; nothing reaches this today.
        Refunded = "refunded",
    }
}

/// What moves a payment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentEvent {
    /// The gateway, an admin or the wallet has paid.
    Complete,
    /// The gateway or an admin says it won't come.
    Fail,
}

impl PaymentStatus {
    /// The status after `event`, or `None` where there is no such arrow.
    pub const fn next(self, event: PaymentEvent) -> Option<Self> {
        match (self, event) {
            (Self::Pending, PaymentEvent::Complete) => Some(Self::Completed),
            (Self::Pending, PaymentEvent::Fail) => Some(Self::Failed),
            (
                Self::Completed | Self::Failed | Self::Refunded,
                PaymentEvent::Complete | PaymentEvent::Fail,
            ) => None,
        }
    }
}

/// Why a booking can't be made with these amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NewBookingError {
    /// The booking amount is below the plan's least.
    #[error("the booking amount is below {}", .least.indian())]
    BookingAmountBelowMinimum {
        /// The plan's least booking amount.
        least: Paise,
    },
    /// The booking amount is above the total.
    #[error("the booking amount is above the total of {}", .total_amount.indian())]
    BookingAmountAboveTotal {
        /// The total asked for.
        total_amount: Paise,
    },
}

/// Checks the amounts of a new booking (rule 1).
///
/// # Errors
/// [`NewBookingError`] names what is wrong with the booking amount.
pub fn check_new_booking(
    plan: &Plan,
    booking_amount: Paise,
    total_amount: Paise,
) -> Result<(), NewBookingError> {
    if booking_amount < plan.pre_booking_min_amount {
        return Err(NewBookingError::BookingAmountBelowMinimum { least: plan.pre_booking_min_amount });
    }
    if booking_amount > total_amount {
        return Err(NewBookingError::BookingAmountAboveTotal { total_amount });
    }
    Ok(())
}

/// Why a payment is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// Less than the least payment.
    #[error("the least payment is {}", .least.indian())]
    BelowMinimum {
        /// ₹1.00, or all that remains if that is less.
        least: Paise,
    },
    /// More than remains to be paid.
    #[error("only {} remains to be paid", .remaining.indian())]
    ExceedsRemaining {
        /// What remains to be paid.
        remaining: Paise,
    },
    /// The booking is completed or cancelled.
    #[error("the booking takes no more payments")]
    BookingClosed,
    /// The payer's wallet holds less than the payment.
    #[error("the wallet holds only {}", .balance.indian())]
    InsufficientBalance {
        /// What the wallet holds.
        balance: Paise,
    },
    /// The amounts don't fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PaymentRefusal {
    /// The refusal's code on the wire; `None` for what is an error of the field `amount`.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::ExceedsRemaining { .. } => Some("exceeds_remaining"),
            Self::BookingClosed => Some("booking_closed"),
            Self::InsufficientBalance { .. } => Some("insufficient_balance"),
            Self::BelowMinimum { .. } | Self::Money(_) => None,
        }
    }
}

/// Checks that a wallet can pay `amount`.
///
/// # Errors
/// [`PaymentRefusal::InsufficientBalance`].
pub fn check_wallet_covers(balance: Paise, amount: Paise) -> Result<(), PaymentRefusal> {
    if amount > balance { Err(PaymentRefusal::InsufficientBalance { balance }) } else { Ok(()) }
}

/// Why a booking can't be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CancelRefusal {
    /// Something has been paid.
    #[error("{} has been paid on the booking", .total_paid.indian())]
    HasPayments {
        /// What has been paid.
        total_paid: Paise,
    },
    /// The booking isn't pre-booked any more.
    #[error("a booking that is {status} can't be cancelled")]
    NotOpen {
        /// Where it stands.
        status: BookingStatus,
    },
}

impl CancelRefusal {
    /// The refusal's code on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HasPayments { .. } => "has_payments",
            Self::NotOpen { .. } => "booking_closed",
        }
    }
}

/// A booking's amounts and status, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookingState {
    /// Where it stands.
    pub status: BookingStatus,
    /// What confirms it, in paise.
    pub booking_amount: Paise,
    /// Its whole price.
    pub total_amount: Paise,
    /// The sum of its completed payments.
    pub total_paid: Paise,
}

/// A booking after one more completed payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The sum of its completed payments, this one included.
    pub total_paid: Paise,
    /// Where it stands now.
    pub status: BookingStatus,
    /// This payment confirmed it.
    pub confirmed_now: bool,
    /// This payment completed it.
    pub completed_now: bool,
    /// The payer's sponsor earns a bonus on this payment (rule 8: from the one that confirms it onwards).
    pub earns_bonus: bool,
}

impl BookingState {
    /// What remains to be paid.
    pub const fn remaining(&self) -> Paise {
        Paise::new(self.total_amount.get().saturating_sub(self.total_paid.get()))
    }

    /// True while payments can be made: pre-booked or confirmed, with something remaining.
    pub const fn is_open(&self) -> bool {
        match self.status {
            BookingStatus::PreBooked | BookingStatus::Confirmed => self.remaining().is_positive(),
            BookingStatus::Completed | BookingStatus::Cancelled => false,
        }
    }

    /// Checks a payment that someone wants to make (rule 2).
    ///
    /// ```
    /// use money::Paise;
    /// use wallet_rules::booking::{BookingState, BookingStatus, PaymentRefusal};
    ///
    /// let booking = BookingState {
    ///     status: BookingStatus::Confirmed,
    ///     booking_amount: Paise::rupees(500),
    ///     total_amount: Paise::rupees(1_000),
    ///     total_paid: "999.40".parse()?,
    /// };
    /// let remaining: Paise = "0.60".parse()?;
    /// assert_eq!(booking.check_payment(remaining), Ok(()));
    /// assert_eq!(
    ///     booking.check_payment(Paise::rupees(1)),
    ///     Err(PaymentRefusal::ExceedsRemaining { remaining })
    /// );
    /// # Ok::<(), money::ParseMoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`PaymentRefusal`] says why not.
    pub fn check_payment(&self, amount: Paise) -> Result<(), PaymentRefusal> {
        self.check_fits(amount)?;
        let least = LEAST_PAYMENT.min(self.remaining());
        if amount < least { Err(PaymentRefusal::BelowMinimum { least }) } else { Ok(()) }
    }

    /// The booking after a completed payment of `amount` (rule 3). What remains is checked again, the least
    /// payment is not: the platform's own payments (rule 14) may be smaller.
    ///
    /// # Errors
    /// [`PaymentRefusal`] when the payment no longer fits.
    pub fn apply(&self, amount: Paise) -> Result<Applied, PaymentRefusal> {
        self.check_fits(amount)?;
        let total_paid = self.total_paid.checked_add(amount)?;
        let mut status = self.status;
        let mut advance = |reached: bool, event| match status.next(event) {
            Some(next) if reached => {
                status = next;
                true
            }
            Some(_) | None => false,
        };
        let confirmed_now = advance(total_paid >= self.booking_amount, BookingEvent::Confirm);
        let completed_now = advance(total_paid >= self.total_amount, BookingEvent::Complete);
        let earns_bonus = match status {
            BookingStatus::Confirmed | BookingStatus::Completed => true,
            BookingStatus::PreBooked | BookingStatus::Cancelled => false,
        };
        Ok(Applied { total_paid, status, confirmed_now, completed_now, earns_bonus })
    }

    /// Checks that the booking can be cancelled.
    ///
    /// # Errors
    /// [`CancelRefusal`] says why not.
    pub fn check_cancel(&self) -> Result<(), CancelRefusal> {
        if self.total_paid.is_positive() {
            return Err(CancelRefusal::HasPayments { total_paid: self.total_paid });
        }
        match self.status.next(BookingEvent::Cancel) {
            Some(_) => Ok(()),
            None => Err(CancelRefusal::NotOpen { status: self.status }),
        }
    }

    /// Checks that `amount` is positive and at most what remains of an open booking.
    fn check_fits(&self, amount: Paise) -> Result<(), PaymentRefusal> {
        if !self.is_open() {
            return Err(PaymentRefusal::BookingClosed);
        }
        let remaining = self.remaining();
        if amount > remaining {
            return Err(PaymentRefusal::ExceedsRemaining { remaining });
        }
        if amount.is_positive() {
            Ok(())
        } else {
            Err(PaymentRefusal::BelowMinimum { least: LEAST_PAYMENT.min(remaining) })
        }
    }
}
