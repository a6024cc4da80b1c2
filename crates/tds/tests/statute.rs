//! The statute's rule: hand-worked years, refusals, and a property against a model that starts anew at each credit.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::{Datelike, Days, NaiveDate};
use money::{MoneyError, Paise, Rate};
use proptest::prelude::*;
use tds::{
    Credit, CreditError, Deduction, FinancialYear, Pan, Posting, Quarter, Register, Statute, StatuteError,
    Terms, YearToDate, deposit_due,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn credit(date: &str, amount: &str) -> Credit {
    Credit { date: day(date), amount: amount.parse().unwrap() }
}

/// Runs a year and gives `tax own earlier owing` of each credit.
fn run(year: &str, credits: &[(&str, &str, Pan)]) -> Vec<String> {
    let mut to_date = YearToDate::new(year.parse().unwrap());
    let statute = Statute::commission();
    let each = credits.iter().map(|(date, amount, pan)| {
        let Deduction { tax, own, earlier, owing } =
            to_date.credit(&statute, credit(date, amount), *pan).unwrap();
        format!("{tax} {own} {earlier} {owing}")
    });
    each.collect()
}

const HAS: Pan = Pan::Furnished;
const NONE: Pan = Pan::Missing;

#[test]
fn the_years_of_commission() {
    let on = |date: &str| {
        let statute = Statute::commission();
        statute
            .on(day(date))
            .map(|terms| format!("{} {} {}", terms.rate, terms.rate_without_pan, terms.threshold))
    };
    for (first, last, terms) in [
        ("2016-06-01", "2020-05-13", "5 20 15000.00"),
        ("2020-05-14", "2021-03-31", "3.75 20 15000.00"),
        ("2021-04-01", "2024-09-30", "5 20 15000.00"),
        ("2024-10-01", "2025-03-31", "2 20 15000.00"),
        ("2025-04-01", "2026-03-31", "2 20 20000.00"),
        ("2026-04-01", "2099-12-31", "2 20 20000.00"),
    ] {
        assert_eq!((on(first), on(last)), (Some(terms.into()), Some(terms.into())), "{first}");
    }
    assert_eq!(on("2016-05-31"), None);
    let statute = Statute::commission();
    assert!(statute.terms().iter().all(|terms| terms.source.contains("section")));
    assert!(statute.on(day("2026-04-01")).unwrap().source.contains("393(1)"));
    assert_eq!(Statute::try_new(statute.terms().to_vec()), Ok(statute));
}

#[test]
fn the_credit_that_passes_the_threshold_bears_the_whole_year() {
    let year = [
        ("2025-05-10", "12000", HAS),
        ("2025-08-01", "8000", HAS), // exactly 20,000.00 is free
        ("2025-08-02", "0.01", HAS), // 240.00 + 160.00, of which it bears its paisa
        ("2025-11-20", "300", HAS),  // 6.00 of its own: still 105.99 owing
        ("2026-03-31", "5000", HAS),
    ];
    assert_eq!(
        run("2025-26", &year),
        [
            "0.00 0.00 0.00 0.00",
            "0.00 0.00 0.00 0.00",
            "0.01 0.00 400.00 399.99",
            "300.00 6.00 0.00 105.99",
            "205.99 100.00 0.00 0.00",
        ]
    );
    // one credit that passes it alone
    assert_eq!(run("2025-26", &[("2025-05-10", "20000.01", HAS)]), ["400.00 400.00 0.00 0.00"]);
}

#[test]
fn each_credit_is_taxed_at_the_rate_of_its_own_day() {
    let year = [("2024-09-30", "10000", HAS), ("2024-10-01", "10000", HAS), ("2024-10-02", "100", HAS)];
    assert_eq!(
        run("2024-25", &year),
        ["0.00 0.00 0.00 0.00", "700.00 200.00 500.00 0.00", "2.00 2.00 0.00 0.00"]
    );
}

#[test]
fn without_a_pan_the_higher_rate_is_that_of_the_day_of_deduction() {
    let year = [
        ("2026-05-01", "15000", NONE), // below the threshold nothing is due, PAN or not
        ("2026-06-01", "10000", NONE), // 20 % of 25,000.00
        ("2026-07-01", "10000", HAS),  // furnished: 2 % from now on, what was taken stays taken
        ("2026-08-01", "33.33", NONE),
    ];
    assert_eq!(
        run("2026-27", &year),
        [
            "0.00 0.00 0.00 0.00",
            "5000.00 2000.00 3000.00 0.00",
            "200.00 200.00 0.00 0.00",
            "6.67 6.67 0.00 0.00"
        ]
    );
}

#[test]
fn a_refused_credit_leaves_the_year_as_it_was() {
    let statute = Statute::commission();
    let year: FinancialYear = "2025-26".parse().unwrap();
    let mut to_date = YearToDate::new(year);
    to_date.credit(&statute, credit("2025-05-10", "19000"), HAS).unwrap();
    let before = to_date.clone();
    let date = day("2026-04-01");
    for (refused, error) in [
        (credit("2026-04-01", "5"), CreditError::OtherYear { date, year }),
        (credit("2025-06-01", "0"), CreditError::Amount { amount: Paise::ZERO }),
        (credit("2025-06-01", "-5"), CreditError::Amount { amount: Paise::rupees(-5) }),
        (Credit { date: day("2025-06-01"), amount: Paise::MAX }, CreditError::Money(MoneyError::Overflow)),
    ] {
        assert_eq!(to_date.credit(&statute, refused, HAS), Err(error));
        assert_eq!(to_date, before);
    }
    let mut early = YearToDate::new("2016-17".parse().unwrap());
    let date = day("2016-05-31");
    assert_eq!(early.credit(&statute, credit("2016-05-31", "5"), HAS), Err(CreditError::NoTerms { date }));
    assert_eq!(
        (to_date.year(), to_date.credited(), to_date.owing()),
        (year, Paise::rupees(19_000), Paise::ZERO)
    );
    to_date.credit(&statute, credit("2025-06-01", "1000.01"), NONE).unwrap();
    assert_eq!(
        (to_date.credited().to_string().as_str(), to_date.owing()),
        ("20000.01", "2999.99".parse().unwrap())
    );
}

fn terms(from: &str, rate: u32, without: u32, threshold: i32) -> Terms {
    let threshold = Paise::rupees(threshold);
    Terms {
        from: day(from),
        rate: Rate::whole(rate),
        rate_without_pan: Rate::whole(without),
        threshold,
        source: String::new(),
    }
}

#[test]
fn terms_that_make_no_statute() {
    let first = terms("2026-04-01", 2, 20, 20_000);
    let from = first.from;
    assert_eq!(Statute::try_new(vec![]), Err(StatuteError::Empty));
    for later in ["2026-04-01", "2025-04-01"] {
        let order = StatuteError::Order { from: day(later) };
        assert_eq!(Statute::try_new(vec![first.clone(), terms(later, 2, 20, 0)]), Err(order));
    }
    for (rate, without) in [(21, 20), (2, 101)] {
        let refused = Statute::try_new(vec![terms("2026-04-01", rate, without, 0)]);
        assert_eq!(refused, Err(StatuteError::Rates { from }));
    }
    let threshold = Statute::try_new(vec![terms("2026-04-01", 2, 20, -1)]);
    assert_eq!(threshold, Err(StatuteError::Threshold { from }));
    for (rate, without) in [(20, 20), (100, 100), (0, 0)] {
        assert!(Statute::try_new(vec![terms("2026-04-01", rate, without, 0)]).is_ok());
    }
}

#[test]
fn an_operator_can_bring_terms_of_their_own() {
    let statute = Statute::try_new(vec![terms("2026-04-01", 10, 30, 0)]).unwrap();
    let mut year = YearToDate::new("2026-27".parse().unwrap());
    let first = year.credit(&statute, credit("2026-04-01", "100"), HAS).unwrap();
    let second = year.credit(&statute, credit("2026-04-02", "100"), NONE).unwrap();
    assert_eq!((first.tax, second.tax), (Paise::rupees(10), Paise::rupees(30)));
}

#[test]
fn last_days() {
    for (deducted, due) in [
        ("2026-04-01", "2026-05-07"),
        ("2026-11-30", "2026-12-07"),
        ("2026-12-01", "2027-01-07"),
        ("2027-01-31", "2027-02-07"),
        ("2028-02-29", "2028-03-07"),
        ("2027-03-31", "2027-04-30"),
    ] {
        assert_eq!(deposit_due(day(deducted)), day(due), "{deducted}");
    }
    assert_eq!(deposit_due(NaiveDate::MAX), NaiveDate::MAX);
    let last = FinancialYear::of(NaiveDate::MAX);
    assert_eq!(
        (Quarter::Q3.return_due(last), Quarter::Q4.return_due(last)),
        (NaiveDate::MAX, NaiveDate::MAX)
    );
    assert_eq!(Quarter::Q1.return_due(last).month(), 7);
}

#[cfg(feature = "serde")]
#[test]
fn json_is_checked() {
    let statute = Statute::commission();
    let text = serde_json::to_string(&statute).unwrap();
    assert!(
        text.starts_with(
            r#"[{"from":"2016-06-01","rate":"5","rate_without_pan":"20","threshold":"15000.00","#
        )
    );
    assert_eq!(serde_json::from_str::<Statute>(&text).unwrap(), statute);
    assert!(serde_json::from_str::<Statute>("[]").is_err());

    let mut year = YearToDate::new("2025-26".parse().unwrap());
    year.credit(&statute, credit("2025-05-10", "12000"), HAS).unwrap();
    let text = serde_json::to_string(&year).unwrap();
    let whole = r#"{"year":"2025-26","credited":"12000.00","owing":"0.00","free":[{"date":"2025-05-10","amount":"12000.00"}]}"#;
    assert_eq!(text, whole);
    assert_eq!(serde_json::from_str::<YearToDate>(&text).unwrap(), year);
    for (from, to) in [
        (r#""owing":"0.00""#, r#""owing":"-1""#),
        (r#""credited":"12000.00""#, r#""credited":"11999.99""#),
        (r#""date":"2025-05-10""#, r#""date":"2026-05-10""#),
        (r#""amount":"12000.00""#, r#""amount":"0""#),
    ] {
        assert!(serde_json::from_str::<YearToDate>(&text.replace(from, to)).is_err(), "{to}");
    }
    let max = r#"{"date":"2025-05-10","amount":"92233720368547758.07"}"#;
    let overflow = text.replace(r#"{"date":"2025-05-10","amount":"12000.00"}"#, &format!("{max},{max}"));
    assert!(serde_json::from_str::<YearToDate>(&overflow).is_err());
}

/// Rates in basis points of the day, in the two years of the property below.
fn naive_rate(date: NaiveDate, has_pan: bool) -> i128 {
    match (has_pan, date < day("2024-10-01")) {
        (false, _) => 2_000,
        (true, true) => 500,
        (true, false) => 200,
    }
}

proptest! {
    #[test]
    fn tax_is_what_a_model_that_starts_anew_finds(
        credits in prop::collection::vec((0u64..365, 1i64..800_000, any::<bool>()), 1..20), second_year in any::<bool>(),
    ) {
        let (first_day, threshold) =
            if second_year { (day("2025-04-01"), 2_000_000) } else { (day("2024-04-01"), 1_500_000) };
        let year = FinancialYear::of(first_day);
        let mut credits: Vec<_> = credits
            .into_iter()
            .map(|(days, amount, has_pan)| (first_day.checked_add_days(Days::new(days)).unwrap(), amount, has_pan))
            .collect();
        credits.sort_by_key(|(date, ..)| *date);
        let mut to_date = YearToDate::new(year);
        let (mut taken, mut found) = (0, 0);
        let mut register = Register::new();
        for (index, (date, amount, has_pan)) in credits.iter().enumerate() {
            let pan = if *has_pan { HAS } else { NONE };
            let credit = Credit { date: *date, amount: Paise::new(*amount) };
            let deduction = to_date.credit(&Statute::commission(), credit, pan).unwrap();
            found += deduction.tax.get();
            register.post(Posting { member: (), date: *date, payout_total: credit.amount, tax: deduction.tax }).unwrap();

            // all tax that the year asks for so far: free credits at the PAN of the credit that passed the threshold
            let (mut sum, mut asked, mut free) = (0i128, 0i128, Vec::new());
            for (date, amount, has_pan) in &credits[..=index] {
                sum += i128::from(*amount);
                free.push((*date, i128::from(*amount)));
                if sum > threshold {
                    for (date, amount) in free.drain(..) {
                        asked += (2 * amount * naive_rate(date, *has_pan) + 10_000) / 20_000;
                    }
                }
            }
            // a credit bears what is asked and not yet taken, as far as it goes
            taken += (asked - taken).min(i128::from(*amount));
            prop_assert_eq!(i128::from(found), taken);
            prop_assert_eq!(i128::from(deduction.owing.get()), asked - taken);
            prop_assert_eq!(to_date.owing(), deduction.owing);
        }
        prop_assert_eq!(register.prove(Paise::new(found)), Ok(()));
    }
}
