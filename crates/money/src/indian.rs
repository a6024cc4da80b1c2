//! Amounts as people in India write them: `₹1,23,456.70`.

use core::fmt;

use crate::{Paise, ParseMoneyError, paise::PAISE_PER_RUPEE};

/// Prints an amount with the rupee sign and Indian grouping; made by [`Paise::indian`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indian(Paise);

impl Paise {
    /// The amount as a person reads it: `₹1,23,456.70`, `-₹0.05`.
    ///
    /// ```
    /// # use money::Paise;
    /// assert_eq!(Paise::new(12_345_670).indian().to_string(), "₹1,23,456.70");
    /// assert_eq!(format!("{:>12}", Paise::rupees(5_000).indian()), "   ₹5,000.00");
    /// ```
    pub const fn indian(self) -> Indian {
        Indian(self)
    }
}

/// A width aligns to the right like a number's, unless the format says otherwise; a precision changes nothing.
impl fmt::Display for Indian {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(width) = f.width() else { return write_grouped(f, self.0) };
        let mut text = String::new();
        write_grouped(&mut text, self.0)?;
        // `pad` would cut the text at a precision, `pad_integral` counts the bytes of ₹
        match f.align() {
            Some(fmt::Alignment::Left) => write!(f, "{text:<width$}"),
            Some(fmt::Alignment::Center) => write!(f, "{text:^width$}"),
            Some(fmt::Alignment::Right) | None => write!(f, "{text:>width$}"),
        }
    }
}

fn write_grouped(out: &mut impl fmt::Write, amount: Paise) -> fmt::Result {
    if amount.is_negative() {
        out.write_str("-")?;
    }
    out.write_str("₹")?;
    let (rupees, rest) = halves(amount.get().unsigned_abs(), PAISE_PER_RUPEE);
    let (thousands, last) = halves(rupees, 1000);
    if thousands == 0 {
        write!(out, "{last}")?;
    } else {
        write_pairs(out, thousands)?;
        write!(out, ",{last:03}")?;
    }
    write!(out, ".{rest:02}")
}

/// Digits in groups of two from the right; at most nine groups, so the recursion is shallow.
fn write_pairs(out: &mut impl fmt::Write, number: u64) -> fmt::Result {
    let (head, pair) = halves(number, 100);
    if head == 0 {
        return write!(out, "{pair}");
    }
    write_pairs(out, head)?;
    write!(out, ",{pair:02}")
}

fn halves(number: u64, unit: u64) -> (u64, u64) {
    (number.checked_div(unit).unwrap_or_default(), number.checked_rem(unit).unwrap_or_default())
}

/// Reads an amount written by a person: `₹1,23,456.70`, `1,23,456.7`, `-₹500`, `123456`.
///
/// The sign and the grouping may be left out; where there are commas they must be the Indian ones (three digits at
/// the end, pairs before), so `123,456` is refused rather than guessed at.
///
/// ```
/// # use money::{Paise, ParseMoneyError, parse_indian};
/// assert_eq!(parse_indian("₹1,23,456.70"), Ok(Paise::new(12_345_670)));
/// assert_eq!(parse_indian("123,456.70"), Err(ParseMoneyError::NotANumber));
/// ```
///
/// # Errors
/// [`ParseMoneyError`].
pub fn parse_indian(text: &str) -> Result<Paise, ParseMoneyError> {
    let (sign, number) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let number = number.strip_prefix('₹').unwrap_or(number);
    // a second sign would otherwise join the first one's place
    if number.starts_with('-') {
        return Err(ParseMoneyError::NotANumber);
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains(',') || !well_grouped(whole) {
        return Err(ParseMoneyError::NotANumber);
    }
    let plain: String = sign.chars().chain(number.chars().filter(|letter| *letter != ',')).collect();
    plain.parse()
}

fn well_grouped(whole: &str) -> bool {
    let Some((head, last)) = whole.rsplit_once(',') else { return true };
    let mut pairs = head.split(',');
    let first = pairs.next().is_some_and(|group| matches!(group.len(), 1 | 2));
    first && last.len() == 3 && pairs.all(|group| group.len() == 2)
}
