//! Edges: the ends of the range, odd texts, halves.

use money::{MoneyError, Paise, ParseMoneyError, ParseRateError, Rate, Rounding, parse_indian};

#[test]
fn texts_that_are_amounts() {
    for (text, paise) in [
        ("0", 0),
        ("-0", 0),
        ("-0.0", 0),
        ("0.01", 1),
        ("-0.05", -5),
        ("500", 50_000),
        ("500.5", 50_050),
        ("500.50", 50_050),
        ("007", 700),
        ("92233720368547758.07", i64::MAX),
        ("-92233720368547758.08", i64::MIN),
    ] {
        assert_eq!(text.parse(), Ok(Paise::new(paise)), "{text}");
    }
}

#[test]
fn texts_that_are_not() {
    for text in [
        "", " ", " 1", "1 ", "1\n", "1e3", "1E3", "+1", "--1", "-", ".", "-.5", ".5", "1.", "1..2", "1.2.3",
        "1,000", "₹1", "0x10", "NaN", "inf", "१२", "1_000", "1.-5",
    ] {
        assert_eq!(text.parse::<Paise>(), Err(ParseMoneyError::NotANumber), "{text:?}");
    }
    assert_eq!("1.000".parse::<Paise>(), Err(ParseMoneyError::TooManyDecimals));
    let long = "9".repeat(400);
    for text in ["92233720368547758.08", "-92233720368547758.09", &long, &format!("-{long}.5")] {
        assert_eq!(text.parse::<Paise>(), Err(ParseMoneyError::TooLarge), "{text}");
    }
    let zeros = "0".repeat(400);
    assert_eq!(zeros.parse(), Ok(Paise::ZERO));
    assert_eq!(format!("1.{zeros}").parse::<Paise>(), Err(ParseMoneyError::TooManyDecimals));
}

#[test]
fn indian_grouping() {
    for (paise, text) in [
        (0, "₹0.00"),
        (-5, "-₹0.05"),
        (99_999, "₹999.99"),
        (100_000, "₹1,000.00"),
        (-1_234_500, "-₹12,345.00"),
        (12_345_670, "₹1,23,456.70"),
        (1_000_000_000, "₹1,00,00,000.00"),
        (i64::MIN, "-₹92,23,37,20,36,85,47,758.08"),
    ] {
        assert_eq!(Paise::new(paise).indian().to_string(), text);
        assert_eq!(parse_indian(text), Ok(Paise::new(paise)));
    }
    assert_eq!(parse_indian("₹92,23,37,20,36,85,47,758.08"), Err(ParseMoneyError::TooLarge));
}

#[test]
fn grouping_that_is_not_indian() {
    for text in [
        "",
        "₹",
        "-",
        "₹-5",
        "--5",
        "₹₹5",
        "123,456",
        "1,2,345",
        "1,23,45",
        ",123",
        "1,,234",
        "1,234,",
        "1,23,4567",
        "1.2,3",
        "1,23,456.",
        "1,23,456.7,0",
        " ₹5",
        "₹ 5",
        "5₹",
        "1,23,456.7.0",
    ] {
        assert_eq!(parse_indian(text), Err(ParseMoneyError::NotANumber), "{text:?}");
    }
    assert_eq!(parse_indian("1,000.001"), Err(ParseMoneyError::TooManyDecimals));
    assert_eq!(parse_indian("1,23,456"), Ok(Paise::rupees(123_456)));
    assert_eq!(parse_indian("123456.7"), Ok(Paise::new(12_345_670)));
    assert_eq!(parse_indian("-500"), Ok(Paise::rupees(-500)));
}

#[test]
fn the_ends_overflow_as_errors() {
    let one = Paise::new(1);
    assert_eq!(Paise::MAX.checked_add(one), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.checked_sub(one), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.checked_neg(), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.checked_mul(-1), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.checked_div(-1, Rounding::Down), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.checked_div(1, Rounding::Down), Ok(Paise::MIN));
    assert_eq!(Paise::new(5).checked_div(0, Rounding::Up), Err(MoneyError::NoParts));
    assert_eq!(Paise::MAX.round_to_rupee(Rounding::Up), Err(MoneyError::Overflow));
    assert_eq!(Paise::checked_sum([Paise::MAX, one]), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.percent(Rate::HUNDRED, Rounding::Up), Ok(Paise::MIN));
    assert_eq!(Paise::MAX.percent(Rate::whole(101), Rounding::Up), Err(MoneyError::Overflow));
    assert_eq!(Paise::MIN.to_string(), "-92233720368547758.08");
}

#[test]
fn signs() {
    for (paise, is_negative, is_zero, is_positive) in [
        (i64::MIN, true, false, false),
        (-1, true, false, false),
        (0, false, true, false),
        (1, false, false, true),
    ] {
        let amount = Paise::new(paise);
        let signs = (amount.is_negative(), amount.is_zero(), amount.is_positive());
        assert_eq!(signs, (is_negative, is_zero, is_positive), "{paise}");
    }
}

#[test]
fn halves() {
    let rounded = |paise: i64, rounding| Paise::new(paise).checked_div(2, rounding).unwrap().get();
    for (paise, away, even, up, down) in
        [(1, 1, 0, 1, 0), (3, 2, 2, 2, 1), (-1, -1, 0, -1, 0), (-5, -3, -2, -3, -2)]
    {
        assert_eq!(rounded(paise, Rounding::HalfAwayFromZero), away);
        assert_eq!(rounded(paise, Rounding::HalfEven), even);
        assert_eq!(rounded(paise, Rounding::Up), up);
        assert_eq!(rounded(paise, Rounding::Down), down);
    }
}

#[test]
fn a_rate_with_every_digit_is_rounded_once() {
    // 50.000…001 % of one paisa is just above the half; Decimal arithmetic alone would lose the last digit
    let just_above: Rate = format!("50.{}1", "0".repeat(25)).parse().unwrap();
    assert_eq!(Paise::new(1).percent(just_above, Rounding::HalfEven), Ok(Paise::new(1)));
    assert_eq!(Paise::new(1).percent(Rate::whole(50), Rounding::HalfEven), Ok(Paise::ZERO));
    let just_below: Rate = format!("99.{}", "9".repeat(26)).parse().unwrap();
    assert_eq!(Paise::MAX.percent(just_below, Rounding::Down), Ok(Paise::new(i64::MAX - 1)));
    assert_eq!(Paise::MAX.percent(just_below, Rounding::Up), Ok(Paise::MAX));
}

#[test]
fn rates() {
    for text in ["", ".5", "5.", "5%", "+5", "1e1", " 5", "-", "5-", "--5", &"9".repeat(400)] {
        assert_eq!(text.parse::<Rate>(), Err(ParseRateError::NotANumber), "{text:?}");
    }
    assert_eq!("-0.1".parse::<Rate>(), Err(ParseRateError::Negative));
    assert_eq!("-0".parse::<Rate>().unwrap().to_string(), "0");
    assert_eq!("2.50".parse::<Rate>().unwrap().to_string(), "2.5");
    assert_eq!("100.0".parse::<Rate>(), Ok(Rate::HUNDRED));
    for (hundredths, text) in [(0, "0"), (1, "0.01"), (500, "5"), (10_000, "100"), (u32::MAX, "42949672.95")]
    {
        let rate = Rate::basis_points(hundredths);
        assert_eq!((rate.to_string().as_str(), text.parse()), (text, Ok(rate)));
    }
}

#[test]
fn splits_into_nothing_are_refused() {
    assert!(matches!(Paise::rupees(1).split_evenly(0).map(Iterator::count), Err(MoneyError::NoParts)));
    assert_eq!(Paise::rupees(1).split_by(&[]), Err(MoneyError::NoParts));
    assert_eq!(Paise::rupees(1).split_by(&[0, 0]), Err(MoneyError::NoParts));
    assert_eq!(Paise::MIN.split_by(&[u64::MAX, 0]), Ok(vec![Paise::MIN, Paise::ZERO]));
}

#[test]
fn a_width_aligns_like_a_number() {
    assert_eq!(
        format!("{:>10}|{:<8}|{:08}", Paise::new(-5), Paise::new(100), Paise::new(-5)),
        "     -0.05|1.00    |-0000.05"
    );
    assert_eq!(format!("{:+}|{:+}|{:+}", Paise::new(5), Paise::ZERO, Paise::new(-5)), "+0.05|+0.00|-0.05");
    let lakh = Paise::rupees(-100_000).indian();
    assert_eq!(
        format!("{lakh:15}|{lakh:>15}|{lakh:<15}|{lakh:^15}|{lakh:3}|{lakh:.2}"),
        "  -₹1,00,000.00|  -₹1,00,000.00|-₹1,00,000.00  | -₹1,00,000.00 |-₹1,00,000.00|-₹1,00,000.00"
    );
    assert_eq!(
        format!("{:6}|{:<6}|{:.1}", Rate::whole(5), Rate::basis_points(250), Rate::basis_points(333)),
        "     5|2.5   |3.33"
    );
}

#[cfg(feature = "serde")]
#[test]
fn strings_in_json() {
    assert_eq!(serde_json::to_string(&Paise::new(-5)).unwrap(), r#""-0.05""#);
    assert_eq!(serde_json::from_str::<Paise>(r#""500.00""#).unwrap(), Paise::rupees(500));
    assert!(serde_json::from_str::<Paise>("500").is_err());
    assert!(serde_json::from_str::<Paise>(r#""1e3""#).is_err());
    assert_eq!(serde_json::to_string(&"2.50".parse::<Rate>().unwrap()).unwrap(), r#""2.5""#);
    assert!(serde_json::from_str::<Rate>(r#""-1""#).is_err());
}
