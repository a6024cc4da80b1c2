//! Statement lines as they are shown.

use std::collections::HashMap;

use infra::{
    bookings, buyers,
    db::Reader,
    statements::{self, Line},
    wallets,
};
use wallet_rules::ledger::{Account, PostingKind, ReferenceType, StatementType};

use crate::{Result, wallet::objects::WalletTransaction};

/// What the words of a description are made of, by key.
struct Names {
    bookings: HashMap<i64, String>,
    pairs: HashMap<i64, i64>,
}

/// Lines with their wallets, members and descriptions.
///
/// # Errors
/// What the database says.
pub(crate) fn show_lines(reader: &mut Reader, lines: Vec<Line>) -> Result<Vec<WalletTransaction>> {
    let users: Vec<i64> = lines.iter().map(|line| line.user_id).collect();
    let wallets = wallets::ids_of_users(reader, &users)?;
    let contacts = buyers::contacts(reader, &users)?;
    let booking_of = |line: &Line| match line.counter {
        Account::Booking(id) => Some(id),
        _ => None,
    };
    let pair_of = |line: &Line| (line.reference_type == ReferenceType::Pair).then_some(line.reference_id);
    let names = Names {
        bookings: bookings::numbers(reader, &lines.iter().filter_map(booking_of).collect::<Vec<_>>())?,
        pairs: statements::pair_numbers(reader, &lines.iter().filter_map(pair_of).collect::<Vec<_>>())?,
    };
    let shown = |line: Line| {
        Ok(WalletTransaction {
            id: line.id,
            wallet: wallets.get(&line.user_id).copied().unwrap_or_default(),
            user: line.user_id,
            user_email: contacts
                .get(&line.user_id)
                .and_then(|contact| contact.email.clone())
                .unwrap_or_default(),
            transaction_type: line.statement_type,
            amount: line.amount,
            balance_before: line.balance_after.checked_sub(line.amount)?,
            balance_after: line.balance_after,
            description: names.describe(&line),
            reference_id: line.reference_id,
            reference_type: line.reference_type,
            created_at: line.created_at,
        })
    };
    lines.into_iter().map(shown).collect()
}

impl Names {
    fn describe(&self, line: &Line) -> String {
        let reference = line.reference_id;
        let pair = self.pairs.get(&reference).copied().unwrap_or_default();
        let booking = match line.counter {
            Account::Booking(id) => self.bookings.get(&id).map_or("", String::as_str),
            _ => "",
        };
        match line.statement_type {
            StatementType::ReferralBonus => format!("Referral bonus on payment {reference}"),
            StatementType::BinaryPair => format!("Earning of pair {pair}"),
            StatementType::EmiDeduction if booking.is_empty() => {
                format!("EMI part of pair {pair}, kept for your next booking")
            }
            StatementType::EmiDeduction => format!("EMI part of pair {pair}, paid on booking {booking}"),
            StatementType::ReserveDeduction => format!("Reserve part of pair {pair}"),
            StatementType::Payout => format!("Payout {reference} requested"),
            StatementType::Deposit => "Deposit".to_owned(),
            StatementType::BookingPayment => format!("Payment {reference} on booking {booking}"),
            StatementType::Refund => match (line.event, line.counter) {
                (PostingKind::PayoutFailed, Account::TdsPayable) => {
                    format!("Tax of payout {reference}, which failed")
                }
                (PostingKind::PayoutFailed, _) => format!("Payout {reference}, which failed"),
                _ => format!("Payout {reference}, rejected or cancelled"),
            },
        }
    }
}
