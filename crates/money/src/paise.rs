//! Amounts.

use core::{fmt, str::FromStr};

use crate::{Rate, Rounding, ratio::mul_div};

/// Paise in a rupee.
pub(crate) const PAISE_PER_RUPEE: u64 = 100;

/// An amount of Indian rupees, held as whole paise; negative amounts are debits.
///
/// ```
/// # use money::{MoneyError, Paise};
/// let wallet = Paise::rupees(500).checked_add("0.05".parse()?)?;
/// assert_eq!(wallet.to_string(), "500.05");
/// assert_eq!(Paise::MAX.checked_add(wallet), Err(MoneyError::Overflow)); // never wraps, never panics
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// No operator works on it, so no sum goes unchecked:
///
/// ```compile_fail
/// # use money::Paise;
/// let sum = Paise::rupees(500) + Paise::rupees(1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paise(i64);

/// Why an amount can't be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The result doesn't fit 64 bits of paise (about ₹92,000 lakh crore).
    #[error("the amount is too large")]
    Overflow,
    /// A division into no parts, or by weights that are all zero.
    #[error("an amount can't be split into zero parts")]
    NoParts,
}

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseMoneyError {
    /// Not of the form `-?digits(.digits)?`.
    #[error("not a plain decimal number")]
    NotANumber,
    /// More than two digits after the point.
    #[error("more than two decimals")]
    TooManyDecimals,
    /// Doesn't fit 64 bits of paise.
    #[error("the amount is too large")]
    TooLarge,
}

impl Paise {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The smallest amount; it has no [`Paise::checked_neg`].
    pub const MIN: Self = Self(i64::MIN);
    /// The largest amount.
    pub const MAX: Self = Self(i64::MAX);

    /// An amount from whole paise: `Paise::new(50_000)` is ₹500.00.
    pub const fn new(paise: i64) -> Self {
        Self(paise)
    }

    /// An amount from whole rupees: `Paise::rupees(500)` is ₹500.00.
    pub const fn rupees(rupees: i32) -> Self {
        // an i32 times 100 always fits an i64
        #[expect(clippy::arithmetic_side_effects, clippy::as_conversions)]
        Self(rupees as i64 * 100)
    }

    /// The amount in paise.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// True for 0.00.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// True below 0.00.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// True above 0.00.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub const fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        match self.0.checked_add(other.0) {
            Some(sum) => Ok(Self(sum)),
            None => Err(MoneyError::Overflow),
        }
    }

    /// `self - other`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub const fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Ok(Self(difference)),
            None => Err(MoneyError::Overflow),
        }
    }

    /// `-self`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for the most negative amount.
    pub const fn checked_neg(self) -> Result<Self, MoneyError> {
        match self.0.checked_neg() {
            Some(negative) => Ok(Self(negative)),
            None => Err(MoneyError::Overflow),
        }
    }

    /// `self × times`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub const fn checked_mul(self, times: i64) -> Result<Self, MoneyError> {
        match self.0.checked_mul(times) {
            Some(product) => Ok(Self(product)),
            None => Err(MoneyError::Overflow),
        }
    }

    /// The sum of `amounts`.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// `self / divisor`, rounded once to the paisa.
    ///
    /// ```
    /// # use money::{MoneyError, Paise, Rounding};
    /// // an eighth of ₹1.00 is 12.5 paise
    /// let rupee = Paise::rupees(1);
    /// assert_eq!(rupee.checked_div(8, Rounding::HalfAwayFromZero)?, Paise::new(13));
    /// assert_eq!(rupee.checked_div(8, Rounding::HalfEven)?, Paise::new(12));
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::NoParts`] for a divisor of zero, [`MoneyError::Overflow`].
    pub fn checked_div(self, divisor: i64, rounding: Rounding) -> Result<Self, MoneyError> {
        if divisor == 0 {
            return Err(MoneyError::NoParts);
        }
        let size = mul_div(self.0.unsigned_abs(), 1, u128::from(divisor.unsigned_abs()), rounding);
        Self::from_size(size.ok_or(MoneyError::Overflow)?, self.is_negative() != divisor.is_negative())
    }

    /// The amount in whole rupees.
    ///
    /// ```
    /// # use money::{MoneyError, Paise, Rounding};
    /// // ₹99,500.00 over 12 months
    /// let month = Paise::rupees(99_500).checked_div(12, Rounding::Up)?;
    /// assert_eq!(month.to_string(), "8291.67");
    /// assert_eq!(month.round_to_rupee(Rounding::Up)?, Paise::rupees(8_292));
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn round_to_rupee(self, rounding: Rounding) -> Result<Self, MoneyError> {
        self.checked_div(100, rounding)?.checked_mul(100)
    }

    /// `rate` percent of the amount, rounded once to the paisa.
    ///
    /// ```
    /// # use money::{MoneyError, Paise, Rate, Rounding};
    /// // tax of 5 % on ₹33.33 is ₹1.6665, which is ₹1.67
    /// let tax = Paise::new(3333).percent(Rate::whole(5), Rounding::HalfAwayFromZero)?;
    /// assert_eq!(tax, Paise::new(167));
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn percent(self, rate: Rate, rounding: Rounding) -> Result<Self, MoneyError> {
        self.percent_over(rate, 1, rounding)
    }

    /// One of `periods` equal shares of `rate` percent of the amount, rounded once to the paisa: a month's interest
    /// on a balance is `balance.percent_over(annual_rate, 12, …)`.
    ///
    /// ```
    /// # use money::{MoneyError, Paise, Rate, Rounding};
    /// // a month of 9.5 % a year on ₹99,500.00 is ₹787.7083…
    /// let interest = Paise::rupees(99_500).percent_over(Rate::basis_points(950), 12, Rounding::HalfAwayFromZero)?;
    /// assert_eq!(interest.to_string(), "787.71");
    /// # Ok::<(), MoneyError>(())
    /// ```
    ///
    /// # Errors
    /// [`MoneyError::NoParts`] for zero periods, [`MoneyError::Overflow`].
    pub fn percent_over(self, rate: Rate, periods: u32, rounding: Rounding) -> Result<Self, MoneyError> {
        if periods == 0 {
            return Err(MoneyError::NoParts);
        }
        // whole numbers throughout: a Decimal product of many digits would be rounded before we round it
        let percent = rate.percent();
        let size = percent.scale().checked_add(2).and_then(|scale| {
            let divisor = 10u128.checked_pow(scale)?.checked_mul(u128::from(periods))?;
            mul_div(self.0.unsigned_abs(), percent.mantissa().unsigned_abs(), divisor, rounding)
        });
        Self::from_size(size.ok_or(MoneyError::Overflow)?, self.is_negative())
    }

    /// The amount of `size` paise, below zero when `negative`.
    pub(crate) fn from_size(size: u128, negative: bool) -> Result<Self, MoneyError> {
        let size = i128::try_from(size).map_err(|_| MoneyError::Overflow)?;
        let signed = if negative { size.checked_neg().ok_or(MoneyError::Overflow)? } else { size };
        i64::try_from(signed).map(Self).map_err(|_| MoneyError::Overflow)
    }
}

/// Reads `-?digits(.d{1,2})?`: no sign but `-`, no blanks, no exponent, no grouping.
impl FromStr for Paise {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, number) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return Err(ParseMoneyError::NotANumber),
            Some(parts) => parts,
            None => (number, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(ParseMoneyError::NotANumber);
        }
        if fraction.len() > 2 {
            return Err(ParseMoneyError::TooManyDecimals);
        }
        let signed = |digit: u8| {
            let value = i64::from(digit.wrapping_sub(b'0'));
            if negative { value.checked_neg() } else { Some(value) }
        };
        // digits are added with their sign, so that the most negative amount can be read too
        let padding = 2usize.saturating_sub(fraction.len());
        whole
            .bytes()
            .chain(fraction.bytes())
            .chain(core::iter::repeat_n(b'0', padding))
            .try_fold(0i64, |sum, digit| sum.checked_mul(10)?.checked_add(signed(digit)?))
            .map(Self)
            .ok_or(ParseMoneyError::TooLarge)
    }
}

/// Prints rupees with two decimals: `500.00`, `-0.05`; a width aligns, as with numbers.
impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paise = self.0.unsigned_abs();
        let rupees = paise.checked_div(PAISE_PER_RUPEE).unwrap_or_default();
        let rest = paise.checked_rem(PAISE_PER_RUPEE).unwrap_or_default();
        if f.width().is_some() || f.sign_plus() {
            return f.pad_integral(!self.is_negative(), "", &format!("{rupees}.{rest:02}"));
        }
        let sign = if self.is_negative() { "-" } else { "" };
        write!(f, "{sign}{rupees}.{rest:02}")
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::Paise;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    impl Serialize for Paise {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for Paise {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(D::Error::custom)
        }
    }
}
