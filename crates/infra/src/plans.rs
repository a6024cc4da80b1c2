//! The plan's versions.

use diesel::prelude::*;
use wallet_rules::{
    calendar::Instant,
    plan::{Plan, PlanBook, PlanKey, PlanVersion},
};

use crate::{
    Error, Result,
    db::{Reader, Tx},
    schema::plans,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = plans)]
struct Row {
    version: i32,
    effective_from: chrono::NaiveDateTime,
    pre_booking_min_amount: i64,
    active_buyer_threshold: i64,
    referral_bonus_percentage: String,
    binary_pair_amount: i64,
    binary_pair_earning: i64,
    max_earnings_before_active_buyer: i32,
    emi_deduction_percentage: String,
    reserve_deduction_percentage: String,
    max_binary_pairs_per_month: i32,
    pairs_beyond_cap: String,
    tds_percentage: String,
    tds_ceiling: i64,
    tds_ceiling_period: String,
    payout_min_amount: i64,
    payout_requires_kyc: bool,
}

impl Row {
    fn version(self) -> Result<PlanVersion> {
        let rupees = |paise: i64| money::Paise::new(paise).to_string();
        let values = [
            (PlanKey::PreBookingMinAmount, rupees(self.pre_booking_min_amount)),
            (PlanKey::ActiveBuyerThreshold, rupees(self.active_buyer_threshold)),
            (PlanKey::ReferralBonusPercentage, self.referral_bonus_percentage),
            (PlanKey::BinaryPairAmount, rupees(self.binary_pair_amount)),
            (PlanKey::BinaryPairEarning, rupees(self.binary_pair_earning)),
            (PlanKey::MaxEarningsBeforeActiveBuyer, self.max_earnings_before_active_buyer.to_string()),
            (PlanKey::EmiDeductionPercentage, self.emi_deduction_percentage),
            (PlanKey::ReserveDeductionPercentage, self.reserve_deduction_percentage),
            (PlanKey::MaxBinaryPairsPerMonth, self.max_binary_pairs_per_month.to_string()),
            (PlanKey::PairsBeyondCap, self.pairs_beyond_cap),
            (PlanKey::TdsPercentage, self.tds_percentage),
            (PlanKey::TdsCeiling, rupees(self.tds_ceiling)),
            (PlanKey::TdsCeilingPeriod, self.tds_ceiling_period),
            (PlanKey::PayoutMinAmount, rupees(self.payout_min_amount)),
            (PlanKey::PayoutRequiresKyc, self.payout_requires_kyc.to_string()),
        ];
        let plan =
            Plan::try_new(values.iter().map(|(key, text)| (*key, text.as_str()))).map_err(Error::corrupt)?;
        Ok(PlanVersion {
            version: u32::try_from(self.version).map_err(Error::corrupt)?,
            effective_from: Instant::from_utc(self.effective_from),
            plan,
        })
    }
}

/// Every version. Blank until `app` has seeded the first one.
///
/// # Errors
/// [`Error::Corrupt`] when the versions make no book; what the database says.
pub fn book(reader: &mut Reader) -> Result<Option<PlanBook>> {
    let rows: Vec<Row> =
        plans::table.order(plans::version.asc()).select(Row::as_select()).load(reader.connection())?;
    if rows.is_empty() {
        return Ok(None);
    }
    let versions = rows.into_iter().map(Row::version).collect::<Result<Vec<_>>>()?;
    PlanBook::try_new(versions).map(Some).map_err(Error::corrupt)
}

/// The version that decides at `now`.
///
/// # Errors
/// [`Error::Corrupt`] before the first version is stored; what the database says.
pub fn at(reader: &mut Reader, now: Instant) -> Result<PlanVersion> {
    let row: Option<Row> = plans::table
        .filter(plans::effective_from.le(now.utc()))
        .order(plans::effective_from.desc())
        .select(Row::as_select())
        .first(reader.connection())
        .optional()?;
    row.ok_or_else(|| Error::corrupt("no plan version is in force"))?.version()
}

/// Stores a version; it is never changed afterwards.
///
/// # Errors
/// [`Error::Duplicate`] or [`Error::Database`] when it is there already.
pub fn insert(tx: &mut Tx, version: &PlanVersion, now: Instant) -> Result<()> {
    let plan = &version.plan;
    let count = |value: u32| i32::try_from(value).map_err(Error::corrupt);
    diesel::insert_into(plans::table)
        .values((
            (
                plans::version.eq(count(version.version)?),
                plans::effective_from.eq(version.effective_from.utc()),
                plans::pre_booking_min_amount.eq(plan.pre_booking_min_amount.get()),
                plans::active_buyer_threshold.eq(plan.active_buyer_threshold.get()),
                plans::referral_bonus_percentage.eq(plan.referral_bonus_percentage.to_string()),
                plans::binary_pair_amount.eq(plan.binary_pair_amount.get()),
                plans::binary_pair_earning.eq(plan.binary_pair_earning.get()),
                plans::max_earnings_before_active_buyer.eq(count(plan.max_earnings_before_active_buyer)?),
                plans::emi_deduction_percentage.eq(plan.emi_deduction_percentage.to_string()),
            ),
            (
                plans::reserve_deduction_percentage.eq(plan.reserve_deduction_percentage.to_string()),
                plans::max_binary_pairs_per_month.eq(count(plan.max_binary_pairs_per_month)?),
                plans::pairs_beyond_cap.eq(plan.pairs_beyond_cap.as_str()),
                plans::tds_percentage.eq(plan.tds_percentage.to_string()),
                plans::tds_ceiling.eq(plan.tds_ceiling.get()),
                plans::tds_ceiling_period.eq(plan.tds_ceiling_period.as_str()),
                plans::payout_min_amount.eq(plan.payout_min_amount.get()),
                plans::payout_requires_kyc.eq(plan.payout_requires_kyc),
                plans::created_at.eq(now.utc()),
            ),
        ))
        .execute(tx.connection())?;
    Ok(())
}
