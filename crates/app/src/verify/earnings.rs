//! Bonuses and splits by the rules.

use infra::{
    db::Reader,
    pairs::{self, Pair},
    proof::{self, BonusRow},
};
use money::Paise;
use wallet_rules::{
    earning::{PairSplit, PairStatus, split_pair},
    plan::PlanBook,
    why::BonusWhy,
};

use super::{Findings, each, version};
use crate::Result;

/// Every completed payment earns its payer's sponsor what rule 8 says, from the one that confirms the booking
/// onwards.
pub(super) fn check_bonuses(reader: &mut Reader, book: &PlanBook, found: &mut Findings) -> Result<()> {
    each(
        reader,
        proof::bonuses_after,
        |row| row.id,
        |row| {
            let expected = bonus_of(book, &row)?;
            if expected.map(Paise::get) != Some(row.referral_bonus) {
                let stored = Paise::new(row.referral_bonus);
                let text = match expected {
                    Some(bonus) => format!("payment {}: its bonus is {stored}, by the rules {bonus}", row.id),
                    None => format!("payment {}: it is not posted, or its plan version is missing", row.id),
                };
                found.add("bonus_rule", text);
            }
            Ok(())
        },
    )
}

fn bonus_of(book: &PlanBook, row: &BonusRow) -> Result<Option<Paise>> {
    let (Some(version), Some(paid)) = (version(book, row.plan_version), row.paid_with_it) else {
        return Ok(None);
    };
    let (confirmed, has_sponsor) = (paid >= row.booking_amount, row.sponsor_id.is_some());
    let why = BonusWhy::decide(&version.plan, Paise::new(row.amount), confirmed, has_sponsor)?;
    Ok(Some(why.bonus()))
}

/// Every pair is split as rule 14 says for its number, its owner's state then, and its plan version.
pub(super) fn check_splits(reader: &mut Reader, book: &PlanBook, found: &mut Findings) -> Result<()> {
    each(
        reader,
        pairs::after,
        |pair| pair.id,
        |pair| {
            let stored = pair.split();
            match split_of(book, &pair)? {
                Some(split) if split == stored => {}
                Some(split) => {
                    let parts = |split: PairSplit| {
                        format!("{} = {} + {} + {}", split.gross, split.emi, split.reserve, split.net)
                    };
                    let text =
                        format!("pair {}: it is {}, by the rules {}", pair.id, parts(stored), parts(split));
                    found.add("split_rule", text);
                }
                None => found.add("split_rule", format!("pair {}: its plan version is missing", pair.id)),
            }
            Ok(())
        },
    )
}

fn split_of(book: &PlanBook, pair: &Pair) -> Result<Option<PairSplit>> {
    let Some(version) = version(book, pair.plan_version) else { return Ok(None) };
    match (pair.status, pair.pair_number) {
        (PairStatus::Flushed, _) | (_, None) => Ok(Some(PairSplit::FLUSHED)),
        (PairStatus::Matched | PairStatus::Processed, Some(number)) => {
            Ok(Some(split_pair(&version.plan, number, pair.active_buyer)?))
        }
    }
}
