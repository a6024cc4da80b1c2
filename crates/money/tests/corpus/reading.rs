//! Amounts and rates read from any bytes, against rules on the digits as they are written: nothing here calculates in the
//! numbers of the crate.

use money::{MoneyError, Paise, ParseMoneyError, ParseRateError, Rate, Rounding, parse_indian};
use rust_decimal::Decimal;

/// Reads each line as everything that a line may be, and takes the rate of the last line of the amount of the first.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for line in text.split('\n') {
        plain_amount(line);
        grouped_amount(line);
        rate(line);
    }
    let (first, last) = text.split_once('\n').unwrap_or((text, text));
    if let (Ok(amount), Ok(rate)) = (first.parse(), last.parse()) {
        share(amount, rate);
    }
}

/// The sign, the digits before the point and those behind it, of a text `-?digits(.digits)?`.
fn parts(text: &str) -> Option<(bool, &str, &str)> {
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit());
    (is_digits(whole) && is_digits(fraction)).then_some((number.len() < text.len(), whole, fraction))
}

fn without_leading_zeros(digits: &str) -> &str {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }
}

fn with_sign(negative: bool, number: &str) -> String {
    let is_zero = number.chars().all(|digit| matches!(digit, '0' | '.'));
    if negative && !is_zero { format!("-{number}") } else { number.to_owned() }
}

/// How an amount prints that is read from a plain text.
fn printed(text: &str) -> Result<String, ParseMoneyError> {
    let (negative, whole, fraction) = parts(text).ok_or(ParseMoneyError::NotANumber)?;
    if fraction.len() > 2 {
        return Err(ParseMoneyError::TooManyDecimals);
    }
    let whole = without_leading_zeros(whole);
    let most = if negative { "9223372036854775808" } else { "9223372036854775807" };
    let paise = format!("{whole}{fraction:0<2}");
    if paise.len() > most.len() || (paise.len() == most.len() && *paise > *most) {
        return Err(ParseMoneyError::TooLarge);
    }
    Ok(with_sign(negative, &format!("{whole}.{fraction:0<2}")))
}

fn plain_amount(text: &str) {
    let read = text.parse::<Paise>();
    assert_eq!(read.map(|amount| amount.to_string()), printed(text), "{text:?}");
    let Ok(amount) = read else { return };
    assert_eq!(amount.to_string().parse(), Ok(amount));
    if let Ok(number) = Decimal::from_str_exact(text) {
        assert_eq!(number * Decimal::ONE_HUNDRED, Decimal::from(amount.get()), "{text:?}");
    }
}

/// The digits with the commas that Indian grouping puts between them.
fn with_commas(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.chars().count() - index;
        if index > 0 && left >= 3 && left % 2 == 1 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn grouped_amount(text: &str) {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let number = unsigned.strip_prefix('₹').unwrap_or(unsigned);
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let digits = whole.replace(',', "");
    let is_grouped = !whole.contains(',') || whole == with_commas(&digits);
    let expected = if number.starts_with('-') || !is_grouped {
        Err(ParseMoneyError::NotANumber)
    } else {
        printed(&format!("{}{digits}{rest}", if unsigned.len() < text.len() { "-" } else { "" }))
    };

    let read = parse_indian(text);
    assert_eq!(read.map(|amount| amount.to_string()), expected, "{text:?}");
    let Ok(amount) = read else { return };
    let plain = amount.to_string();
    let (negative, whole, fraction) = parts(&plain).unwrap();
    let grouped = format!("{}₹{}.{fraction}", if negative { "-" } else { "" }, with_commas(whole));
    assert_eq!(amount.indian().to_string(), grouped);
    assert_eq!(parse_indian(&grouped), Ok(amount));
}

fn rate(text: &str) {
    let expected = match parts(text) {
        None => Err(ParseRateError::NotANumber),
        Some((negative, whole, fraction)) => {
            let fraction = if text.contains('.') { fraction } else { "" };
            printed_rate(negative, whole, fraction)
        }
    };
    let read = text.parse::<Rate>();
    assert_eq!(read.map(|rate| rate.to_string()), expected, "{text:?}");
    let Ok(rate) = read else { return };
    assert_eq!(rate.to_string().parse(), Ok(rate));
    assert!(rate >= Rate::ZERO);
}

fn printed_rate(negative: bool, whole: &str, fraction: &str) -> Result<String, ParseRateError> {
    let most = "79228162514264337593543950335";
    let all = format!("{whole}{fraction}");
    let digits = without_leading_zeros(&all);
    if fraction.len() > 28 || digits.len() > most.len() || (digits.len() == most.len() && *digits > *most) {
        return Err(ParseRateError::NotANumber);
    }
    if negative && digits != "0" {
        return Err(ParseRateError::Negative);
    }
    let (whole, fraction) = (without_leading_zeros(whole), fraction.trim_end_matches('0'));
    Ok(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// A rate of an amount by long multiplication, rounded by a look at the digits behind the paisa.
fn share(amount: Paise, rate: Rate) {
    let percent = rate.percent();
    let mut product = vec![0_u32; 60];
    for (one, low) in digits_from_the_right(amount.get().unsigned_abs().into()) {
        for (other, high) in digits_from_the_right(percent.mantissa().unsigned_abs()) {
            product[one + other] += low * high;
        }
    }
    for place in 1..product.len() {
        product[place] += product[place - 1] / 10;
        product[place - 1] %= 10;
    }
    let behind = usize::try_from(percent.scale()).unwrap() + 2;
    let (rest, whole) = product.split_at(behind);
    let size =
        whole.iter().rev().try_fold(0_u128, |sum, &digit| sum.checked_mul(10)?.checked_add(digit.into()));
    let first = *rest.last().unwrap();
    let is_exact = rest.iter().all(|&digit| digit == 0);
    let is_half = first == 5 && rest[..behind - 1].iter().all(|&digit| digit == 0);
    for (rounding, grows) in [
        (Rounding::Down, false),
        (Rounding::Up, !is_exact),
        (Rounding::HalfAwayFromZero, first >= 5),
        (Rounding::HalfEven, first >= 5 && !(is_half && whole[0] % 2 == 0)),
    ] {
        let size = size.and_then(|size| i128::try_from(size + u128::from(grows)).ok());
        let signed = size.map(|size| if amount.is_negative() { -size } else { size });
        let expected = signed.and_then(|paise| i64::try_from(paise).ok()).map(Paise::new);
        let given = amount.percent(rate, rounding);
        assert_eq!(given, expected.ok_or(MoneyError::Overflow), "{rounding:?} {rate} % of {amount}");
    }
}

fn digits_from_the_right(number: u128) -> impl Iterator<Item = (usize, u32)> {
    let digits: Vec<u32> = number.to_string().chars().rev().filter_map(|digit| digit.to_digit(10)).collect();
    digits.into_iter().enumerate()
}
