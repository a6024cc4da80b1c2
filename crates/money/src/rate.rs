//! Rates in percent.

use core::{fmt, str::FromStr};
use rust_decimal::Decimal;

/// A decimal percentage, zero or more: `5` is five percent, `2.5` two and a half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

/// Why a text is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseRateError {
    /// Not a plain decimal number, or one with more than 28 digits behind the point, or whose digits without it make a
    /// number of 2⁹⁶ or more.
    #[error("not a decimal number")]
    NotANumber,
    /// Below zero.
    #[error("a rate is zero or more")]
    Negative,
}

impl Rate {
    /// Zero percent.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// A hundred percent.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// A whole number of percent.
    pub fn whole(percent: u32) -> Self {
        Self(Decimal::from(percent))
    }

    /// So many basis points, which are hundredths of a percent.
    ///
    /// ```
    /// # use money::{Paise, Rate, Rounding};
    /// let rate = Rate::basis_points(375);
    /// assert_eq!(rate.to_string(), "3.75");
    /// // 3.75 % of ₹20,000.00
    /// assert_eq!(Paise::rupees(20_000).percent(rate, Rounding::HalfAwayFromZero), Ok(Paise::rupees(750)));
    /// ```
    pub fn basis_points(hundredths: u32) -> Self {
        Self(Decimal::new(i64::from(hundredths), 2).normalize())
    }

    /// A rate of `percent` percent.
    ///
    /// # Errors
    /// [`ParseRateError::Negative`] below zero.
    pub fn try_new(percent: Decimal) -> Result<Self, ParseRateError> {
        if percent.is_sign_negative() && !percent.is_zero() {
            return Err(ParseRateError::Negative);
        }
        Ok(Self(percent.normalize()))
    }

    /// The percentage as a decimal number.
    pub const fn percent(self) -> Decimal {
        self.0
    }
}

/// Reads `-?digits(.digits)?`, so that a negative rate is told apart from a text that is no number.
impl FromStr for Rate {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // the same form as an amount: a digit on both sides of a point, no sign but `-`
        let number = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) {
            return Err(ParseRateError::NotANumber);
        }
        Self::try_new(Decimal::from_str_exact(text).map_err(|_| ParseRateError::NotANumber)?)
    }
}

/// Prints the bare number: `2.5`; a width aligns, as with numbers.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(true, "", &self.0.to_string())
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::Rate;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    impl Serialize for Rate {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for Rate {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(D::Error::custom)
        }
    }
}
