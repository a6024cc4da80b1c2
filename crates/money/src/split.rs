//! Dividing an amount without losing a paisa.

use crate::{MoneyError, Paise};

impl Paise {
    /// The amount in `parts` parts that differ by at most one paisa, the larger ones first; they sum to the whole.
    ///
    /// ```
    /// # use money::{MoneyError, Paise};
    /// let parts: Vec<String> = Paise::rupees(100).split_evenly(3)?.map(|part| part.to_string()).collect();
    /// assert_eq!(parts, ["33.34", "33.33", "33.33"]);
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::NoParts`] for zero parts.
    pub fn split_evenly(self, parts: u32) -> Result<impl Iterator<Item = Self> + Clone, MoneyError> {
        let count = i64::from(parts);
        let share = self.get().checked_div(count).ok_or(MoneyError::NoParts)?;
        let rest = self.get().checked_rem(count).ok_or(MoneyError::NoParts)?;
        let larger = rest.unsigned_abs();
        Ok((0..parts).map(move |part| {
            let growth = if u64::from(part) < larger { rest.signum() } else { 0 };
            // never saturates: a share with a rest is at least one paisa away from the ends
            Self::new(share.saturating_add(growth))
        }))
    }

    /// The amount divided in proportion to `weights`, one part for each, by largest remainder (the earlier part on
    /// a tie); the parts sum to the whole and a weight of zero gets 0.00.
    ///
    /// ```
    /// # use money::{MoneyError, Paise};
    /// // ₹1,000.00 over bookings of ₹30,000, ₹20,000 and ₹20,000
    /// let parts = Paise::rupees(1000).split_by(&[30_000, 20_000, 20_000])?;
    /// let parts: Vec<String> = parts.iter().map(Paise::to_string).collect();
    /// assert_eq!(parts, ["428.57", "285.72", "285.71"]);
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::NoParts`] when no weight is above zero; [`MoneyError::Overflow`].
    pub fn split_by(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let size = self.get().unsigned_abs();
        let total = weights
            .iter()
            .try_fold(0u128, |sum, weight| sum.checked_add(u128::from(*weight)))
            .ok_or(MoneyError::Overflow)?;
        let mut left = size;
        let mut shares = Vec::with_capacity(weights.len());
        for (part, weight) in weights.iter().enumerate() {
            let product = u128::from(size).checked_mul(u128::from(*weight)).ok_or(MoneyError::Overflow)?;
            let share = product.checked_div(total).ok_or(MoneyError::NoParts)?;
            let remainder = product.checked_rem(total).ok_or(MoneyError::NoParts)?;
            let share = u64::try_from(share).map_err(|_| MoneyError::Overflow)?;
            left = left.checked_sub(share).ok_or(MoneyError::Overflow)?;
            shares.push((part, share, remainder));
        }
        if shares.is_empty() {
            return Err(MoneyError::NoParts);
        }
        // what is left over is less than one paisa for each part that has a remainder
        shares.sort_by(|one, other| other.2.cmp(&one.2).then(one.0.cmp(&other.0)));
        for (_, share, _) in &mut shares {
            let growth = left.min(1);
            *share = share.saturating_add(growth);
            left = left.saturating_sub(growth);
        }
        shares.sort_by_key(|(part, _, _)| *part);
        shares
            .into_iter()
            .map(|(_, share, _)| Self::from_size(u128::from(share), self.is_negative()))
            .collect()
    }
}
