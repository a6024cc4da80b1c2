//! Properties against naive models in `i128` and decimal text.

use money::{MoneyError, Paise, Rate, Rounding, parse_indian};
use proptest::{prelude::*, sample::select};

/// Rounds `numerator / denominator` by looking at the neighbours, one rule at a time.
fn naive_ratio(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    let sign = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
    let (top, bottom) = (numerator.abs(), denominator.abs());
    let (low, twice) = (top / bottom, 2 * (top % bottom));
    let high = if top % bottom == 0 { low } else { low + 1 };
    let size = match rounding {
        Rounding::Down => low,
        Rounding::Up => high,
        Rounding::HalfAwayFromZero => {
            if twice >= bottom {
                high
            } else {
                low
            }
        }
        Rounding::HalfEven if twice == bottom => {
            if low % 2 == 0 {
                low
            } else {
                high
            }
        }
        Rounding::HalfEven => {
            if twice > bottom {
                high
            } else {
                low
            }
        }
    };
    sign * size
}

fn fits(value: i128) -> Result<Paise, MoneyError> {
    i64::try_from(value).map(Paise::new).map_err(|_| MoneyError::Overflow)
}

fn any_paise() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        -1_000_000i64..1_000_000,
        select(vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX])
    ]
}

fn any_rounding() -> impl Strategy<Value = Rounding> {
    select(vec![Rounding::HalfAwayFromZero, Rounding::HalfEven, Rounding::Up, Rounding::Down])
}

proptest! {
    #[test]
    fn arithmetic_is_exact_or_refused(one in any_paise(), other in any_paise()) {
        let (wide, also) = (i128::from(one), i128::from(other));
        prop_assert_eq!(Paise::new(one).checked_add(Paise::new(other)), fits(wide + also));
        prop_assert_eq!(Paise::new(one).checked_sub(Paise::new(other)), fits(wide - also));
        prop_assert_eq!(Paise::new(one).checked_mul(other), fits(wide * also));
        prop_assert_eq!(Paise::new(one).checked_neg(), fits(-wide));
    }

    #[test]
    fn a_quotient_is_rounded_once(paise in any_paise(), divisor in any_paise(), rounding in any_rounding()) {
        prop_assume!(divisor != 0);
        let expected = fits(naive_ratio(i128::from(paise), i128::from(divisor), rounding));
        prop_assert_eq!(Paise::new(paise).checked_div(divisor, rounding), expected);
    }

    #[test]
    fn a_percentage_is_rounded_once(
        paise in any_paise(), units in 0u32..2_000_000, scale in 0u32..7, periods in 1u32..400, rounding in any_rounding(),
    ) {
        let whole = 10u32.pow(scale);
        let width = usize::try_from(scale).unwrap();
        let text = match width {
            0 => units.to_string(),
            _ => format!("{}.{:0width$}", units / whole, units % whole),
        };
        let rate: Rate = text.parse().unwrap();
        let share = naive_ratio(i128::from(paise) * i128::from(units), i128::from(whole) * 100, rounding);
        prop_assert_eq!(Paise::new(paise).percent(rate, rounding), fits(share));
        let parts = i128::from(whole) * 100 * i128::from(periods);
        let share = naive_ratio(i128::from(paise) * i128::from(units), parts, rounding);
        prop_assert_eq!(Paise::new(paise).percent_over(rate, periods, rounding), fits(share));
    }

    #[test]
    fn printing_is_read_back(paise in any_paise()) {
        let amount = Paise::new(paise);
        let size = i128::from(paise).abs();
        let sign = if paise < 0 { "-" } else { "" };
        prop_assert_eq!(amount.to_string(), format!("{sign}{}.{:02}", size / 100, size % 100));
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        prop_assert_eq!(parse_indian(&amount.to_string()), Ok(amount));
        let indian = amount.indian().to_string();
        prop_assert_eq!(indian.replace([',', '₹'], ""), amount.to_string());
        prop_assert_eq!(parse_indian(&indian), Ok(amount));
    }

    #[test]
    fn no_text_panics_and_what_is_read_prints_as_the_same_number(text in prop_oneof!["[-₹0-9., e]{0,24}", any::<String>()]) {
        for read in [text.parse::<Paise>(), parse_indian(&text)].into_iter().flatten() {
            prop_assert_eq!(read.to_string().parse(), Ok(read));
        }
        if let Ok(rate) = text.parse::<Rate>() {
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }

    #[test]
    fn even_parts_sum_to_the_whole(paise in any_paise(), parts in 1u32..500) {
        let shares: Vec<Paise> = Paise::new(paise).split_evenly(parts).unwrap().collect();
        prop_assert_eq!(shares.len(), usize::try_from(parts).unwrap());
        prop_assert_eq!(shares.iter().map(|share| i128::from(share.get())).sum::<i128>(), i128::from(paise));
        let (most, least) = (shares.iter().max().unwrap(), shares.iter().min().unwrap());
        prop_assert!(i128::from(most.get()) - i128::from(least.get()) <= 1);
        prop_assert!(shares.is_sorted_by(|one, next| one.get().unsigned_abs() >= next.get().unsigned_abs()));
    }

    #[test]
    fn weighted_parts_are_those_of_largest_remainder(
        paise in any_paise(), weights in prop::collection::vec(prop_oneof![0u64..50, any::<u64>()], 1..9),
    ) {
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        prop_assume!(total > 0);
        let shares = Paise::new(paise).split_by(&weights).unwrap();
        // naive: hand out one paisa at a time to whoever lags furthest behind the exact share
        let size = u128::from(paise.unsigned_abs());
        let mut naive: Vec<u128> = weights.iter().map(|weight| size * u128::from(*weight) / total).collect();
        let mut lags: Vec<u128> = weights.iter().map(|weight| size * u128::from(*weight) % total).collect();
        while naive.iter().sum::<u128>() < size {
            let most = *lags.iter().max().unwrap();
            let first = lags.iter().position(|lag| *lag == most).unwrap();
            naive[first] += 1;
            lags[first] = 0;
        }
        let sign = if paise < 0 { -1 } else { 1 };
        let naive: Vec<i128> = naive.into_iter().map(|share| sign * i128::try_from(share).unwrap()).collect();
        let shares: Vec<i128> = shares.into_iter().map(|share| i128::from(share.get())).collect();
        prop_assert_eq!(shares, naive);
    }
}
