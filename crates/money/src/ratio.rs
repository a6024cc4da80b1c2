//! Exact `amount × multiplier / divisor` on sizes, rounded once.

use crate::Rounding;

/// `amount × multiplier / divisor`; `None` for a zero divisor or a result beyond 128 bits.
pub(crate) fn mul_div(amount: u64, multiplier: u128, divisor: u128, rounding: Rounding) -> Option<u128> {
    let (quotient, remainder) = match u128::from(amount).checked_mul(multiplier) {
        Some(product) => (product.checked_div(divisor)?, product.checked_rem(divisor)?),
        None => long_mul_div(amount, multiplier, divisor)?,
    };
    let growth = u128::from(rounding.grows(quotient, remainder, divisor));
    quotient.checked_add(growth)
}

/// Quotient and remainder by bytes of the amount, for products wider than 128 bits (a rate with very many digits).
fn long_mul_div(amount: u64, multiplier: u128, divisor: u128) -> Option<(u128, u128)> {
    let whole = multiplier.checked_div(divisor)?;
    let part = multiplier.checked_rem(divisor)?;
    amount.to_be_bytes().into_iter().try_fold((0u128, 0u128), |(quotient, remainder), byte| {
        let byte = u128::from(byte);
        let rest = remainder.checked_mul(256)?.checked_add(part.checked_mul(byte)?)?;
        let quotient = quotient
            .checked_mul(256)?
            .checked_add(whole.checked_mul(byte)?)?
            .checked_add(rest.checked_div(divisor)?)?;
        Some((quotient, rest.checked_rem(divisor)?))
    })
}
