//! Ledger transactions, one constructor for each event.

use money::{MoneyError, Paise};

use super::{Account, OutsideKind, StatementType};
use crate::{
    earning::{PairSplit, Spread},
    payout::Quote,
    text_enum::text_enum,
};

text_enum! {
    /// The event behind a ledger transaction.
    PostingKind, "posting kind" {
        /// A payment with money from outside.
        PaymentFromOutside = "payment_from_outside",
        /// A payment from the payer's wallet.
        PaymentFromWallet = "payment_from_wallet",
        /// The EMI reserve, applied to a booking.
        EmiReserveApplied = "emi_reserve_applied",
        /// The sponsor's bonus on a payment.
        ReferralBonus = "referral_bonus",
        /// A pair's earning with its deductions.
        PairEarning = "pair_earning",
        /// A payout asked for.
        PayoutRequested = "payout_requested",
        /// A payout processed: tax and instalments.
        PayoutProcessed = "payout_processed",
        /// A payout that the bank has paid.
        PayoutCompleted = "payout_completed",
        /// A payout rejected or cancelled, back in the wallet.
        PayoutReturned = "payout_returned",
        /// A payout that the bank could not pay, net and tax back in the wallet.
        PayoutFailed = "payout_failed",
    }
}

text_enum! {
    /// What a ledger transaction refers to.
    ReferenceType, "reference type" {
        /// A payment.
        Payment = "payment",
        /// A pair.
        Pair = "pair",
        /// A payout.
        Payout = "payout",
    }
}

/// Why moves make no ledger transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    /// A part is below 0.00.
    #[error("a move can't be below 0.00")]
    Negative,
    /// The parts don't sum to their whole.
    #[error("the parts don't sum to their whole")]
    Unbalanced,
    /// The amounts don't fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Money that goes from one account to another; made by [`Posting`]'s constructors only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// Where it comes from.
    pub source: Account,
    /// Where it goes.
    pub destination: Account,
    /// How much, in paise; above 0.00.
    pub amount: Paise,
    /// What the wallet's statement calls it, where one side is a wallet.
    pub statement: Option<StatementType>,
}

/// One side of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account it is in.
    pub account: Account,
    /// What it adds to the account, in paise; negative for the source.
    pub amount: Paise,
    /// What the statement calls it, in a wallet.
    pub statement: Option<StatementType>,
}

impl Move {
    /// The move's two entries, the source's first; they sum to 0.00.
    pub fn entries(&self) -> [Entry; 2] {
        let entry = |account: Account, amount| Entry {
            account,
            amount,
            statement: self.statement.filter(|_| matches!(account, Account::Wallet(_))),
        };
        // exact: the amount is above 0.00
        let out = Paise::new(self.amount.get().saturating_neg());
        [entry(self.source, out), entry(self.destination, self.amount)]
    }
}

/// A ledger transaction; made by its constructors only, one for each event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Posting {
    /// The event.
    pub kind: PostingKind,
    /// The key that makes doing it twice a no-op.
    pub key: String,
    /// What it refers to.
    pub reference_type: ReferenceType,
    /// The id of what it refers to.
    pub reference_id: i64,
    /// The moves, in order. A move of 0.00 is left out, so there may be none: then nothing is posted.
    pub moves: Vec<Move>,
}

impl Posting {
    /// Money from outside on a booking; on no statement.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn payment_from_outside(
        payment: i64,
        outside: OutsideKind,
        booking: i64,
        amount: Paise,
    ) -> Result<Self, PostingError> {
        Self::of_payment(PostingKind::PaymentFromOutside, payment).moving(
            Account::Outside(outside),
            Account::Booking(booking),
            amount,
            None,
        )
    }

    /// Money from the payer's wallet on a booking.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn payment_from_wallet(
        payment: i64,
        user: i64,
        booking: i64,
        amount: Paise,
    ) -> Result<Self, PostingError> {
        Self::of_payment(PostingKind::PaymentFromWallet, payment).moving(
            Account::Wallet(user),
            Account::Booking(booking),
            amount,
            Some(StatementType::BookingPayment),
        )
    }

    /// Money from a member's EMI reserve on a booking of theirs; on no statement.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn emi_reserve_applied(
        payment: i64,
        user: i64,
        booking: i64,
        amount: Paise,
    ) -> Result<Self, PostingError> {
        Self::of_payment(PostingKind::EmiReserveApplied, payment).moving(
            Account::EmiReserve(user),
            Account::Booking(booking),
            amount,
            None,
        )
    }

    /// The sponsor's bonus on a payment; without moves when it rounds to 0.00.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn referral_bonus(payment: i64, sponsor: i64, bonus: Paise) -> Result<Self, PostingError> {
        let key = format!("referral:{payment}");
        Self::empty(PostingKind::ReferralBonus, key, ReferenceType::Payment, payment).moving(
            Account::Commission,
            Account::Wallet(sponsor),
            bonus,
            Some(StatementType::ReferralBonus),
        )
    }

    /// A pair's earning: the gross to its owner's wallet, then each deduction out of it. `spread` says where the
    /// EMI part goes.
    ///
    /// # Errors
    /// [`PostingError::Unbalanced`] when the split doesn't sum to its gross or the spread to the split's EMI
    /// part; [`PostingError::Negative`].
    pub fn pair_earning(
        pair: i64,
        user: i64,
        split: &PairSplit,
        spread: &Spread<i64>,
    ) -> Result<Self, PostingError> {
        check_sum(split.gross, [split.emi, split.reserve, split.net])?;
        check_sum(split.emi, spread.parts.iter().map(|(_, part)| *part).chain([spread.to_reserve]))?;
        if split.net.is_negative() {
            return Err(PostingError::Negative);
        }
        let wallet = Account::Wallet(user);
        let key = format!("pair:{pair}");
        let mut posting = Self::empty(PostingKind::PairEarning, key, ReferenceType::Pair, pair).moving(
            Account::Commission,
            wallet,
            split.gross,
            Some(StatementType::BinaryPair),
        )?;
        let emi = Some(StatementType::EmiDeduction);
        for &(booking, part) in &spread.parts {
            posting = posting.moving(wallet, Account::Booking(booking), part, emi)?;
        }
        posting = posting.moving(wallet, Account::EmiReserve(user), spread.to_reserve, emi)?;
        let reserve = Some(StatementType::ReserveDeduction);
        posting.moving(wallet, Account::Reserve(user), split.reserve, reserve)
    }

    /// A payout asked for: the whole amount on hold.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn payout_requested(payout: i64, user: i64, requested: Paise) -> Result<Self, PostingError> {
        Self::of_payout(PostingKind::PayoutRequested, payout, "hold").moving(
            Account::Wallet(user),
            Account::Hold(payout),
            requested,
            Some(StatementType::Payout),
        )
    }

    /// A payout processed: the tax, then each instalment it pays; without moves when there is neither.
    ///
    /// # Errors
    /// [`PostingError::Unbalanced`] when the quote's parts don't sum up; [`PostingError::Negative`].
    pub fn payout_processed(payout: i64, quote: &Quote<i64>) -> Result<Self, PostingError> {
        check_sum(quote.requested, [quote.tds, quote.emi, quote.net])?;
        check_sum(quote.emi, quote.parts.iter().map(|part| part.amount))?;
        if quote.net.is_negative() {
            return Err(PostingError::Negative);
        }
        let hold = Account::Hold(payout);
        let mut posting = Self::of_payout(PostingKind::PayoutProcessed, payout, "process").moving(
            hold,
            Account::TdsPayable,
            quote.tds,
            None,
        )?;
        for part in &quote.parts {
            posting = posting.moving(hold, Account::Booking(part.booking), part.amount, None)?;
        }
        Ok(posting)
    }

    /// A payout that the bank has paid; without moves when the net is 0.00.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn payout_completed(payout: i64, net: Paise) -> Result<Self, PostingError> {
        Self::of_payout(PostingKind::PayoutCompleted, payout, "end").moving(
            Account::Hold(payout),
            Account::Outside(OutsideKind::Bank),
            net,
            None,
        )
    }

    /// A payout rejected or cancelled: the whole amount back in the wallet.
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn payout_returned(payout: i64, user: i64, requested: Paise) -> Result<Self, PostingError> {
        Self::of_payout(PostingKind::PayoutReturned, payout, "end").moving(
            Account::Hold(payout),
            Account::Wallet(user),
            requested,
            Some(StatementType::Refund),
        )
    }

    /// A payout that the bank could not pay: net and tax back in the wallet, the instalments stay paid.
    ///
    /// ```
    /// use money::Paise;
    /// use wallet_rules::ledger::Posting;
    ///
    /// let posting = Posting::payout_failed(5, 7, Paise::rupees(1_500), Paise::rupees(500))?;
    /// let refunds: Vec<_> = posting.moves.iter().map(|part| format!("{} {}", part.source, part.amount)).collect();
    /// assert_eq!(refunds, ["hold:5 1500.00", "tds_payable 500.00"]);
    /// # Ok::<(), wallet_rules::ledger::PostingError>(())
    /// ```
    ///
    /// # Errors
    /// [`PostingError::Negative`].
    pub fn payout_failed(payout: i64, user: i64, net: Paise, tds: Paise) -> Result<Self, PostingError> {
        let wallet = Account::Wallet(user);
        let refund = Some(StatementType::Refund);
        Self::of_payout(PostingKind::PayoutFailed, payout, "end")
            .moving(Account::Hold(payout), wallet, net, refund)?
            .moving(Account::TdsPayable, wallet, tds, refund)
    }

    /// True when nothing moves, so that nothing is posted.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty()
    }

    /// The entries of all moves, in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.moves.iter().flat_map(Move::entries)
    }

    const fn empty(kind: PostingKind, key: String, reference_type: ReferenceType, reference_id: i64) -> Self {
        Self { kind, key, reference_type, reference_id, moves: Vec::new() }
    }

    fn of_payment(kind: PostingKind, payment: i64) -> Self {
        Self::empty(kind, format!("payment:{payment}"), ReferenceType::Payment, payment)
    }

    fn of_payout(kind: PostingKind, payout: i64, step: &str) -> Self {
        Self::empty(kind, format!("payout:{payout}:{step}"), ReferenceType::Payout, payout)
    }

    /// Adds a move; one of 0.00 is left out.
    fn moving(
        mut self,
        source: Account,
        destination: Account,
        amount: Paise,
        statement: Option<StatementType>,
    ) -> Result<Self, PostingError> {
        if amount.is_negative() {
            return Err(PostingError::Negative);
        }
        if !amount.is_zero() {
            self.moves.push(Move { source, destination, amount, statement });
        }
        Ok(self)
    }
}

/// Checks that `parts` sum to `whole`.
fn check_sum(whole: Paise, parts: impl IntoIterator<Item = Paise>) -> Result<(), PostingError> {
    if Paise::checked_sum(parts)? == whole { Ok(()) } else { Err(PostingError::Unbalanced) }
}
