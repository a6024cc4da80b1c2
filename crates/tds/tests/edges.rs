//! Worked examples, ends of years and of the range, texts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use chrono::NaiveDate;
use money::{MoneyError, Paise, Rate};
use tds::{
    CeilingPeriod, FinancialYear, ParseCeilingPeriodError, ParseFinancialYearError, ParseQuarterError,
    Posting, PostingError, Quarter, Register, Rule, Unproven,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const YEARLY: CeilingPeriod = CeilingPeriod::FinancialYear;

fn rule(period: CeilingPeriod) -> Rule {
    Rule { rate: Rate::whole(5), ceiling: Paise::rupees(10_000), period }
}

#[test]
fn tax_is_never_below_zero_nor_above_what_the_ceiling_leaves() {
    let ten_lakh = Paise::rupees(1_000_000);
    assert_eq!(rule(YEARLY).tax(ten_lakh, Paise::rupees(10_000)), Ok(Paise::ZERO));
    assert_eq!(rule(YEARLY).tax(ten_lakh, Paise::rupees(12_000)), Ok(Paise::ZERO));
    assert_eq!(rule(YEARLY).tax(ten_lakh, Paise::rupees(-500)), Ok(Paise::rupees(10_500)));
    assert_eq!(rule(YEARLY).tax(ten_lakh, Paise::MAX), Ok(Paise::ZERO));
    assert_eq!(rule(YEARLY).tax(ten_lakh, Paise::MIN), Ok(Paise::rupees(50_000)));
    assert_eq!(rule(CeilingPeriod::Payout).tax(ten_lakh, Paise::MIN), Ok(Paise::rupees(10_000)));
    assert_eq!(rule(CeilingPeriod::Payout).tax(Paise::rupees(-100), Paise::ZERO), Ok(Paise::ZERO));
    assert_eq!(rule(CeilingPeriod::Payout).tax(Paise::MAX, Paise::ZERO), Ok(Paise::rupees(10_000)));
    let below = Rule { ceiling: Paise::new(-1), ..rule(CeilingPeriod::Payout) };
    assert_eq!(below.tax(ten_lakh, Paise::ZERO), Ok(Paise::ZERO));
    let steep = Rule { rate: Rate::whole(200), ..rule(CeilingPeriod::Payout) };
    assert_eq!(steep.tax(Paise::MAX, Paise::ZERO), Err(MoneyError::Overflow));
}

#[test]
fn years_turn_on_the_first_of_april() {
    let year = FinancialYear::of(day("2027-03-31"));
    assert_eq!((year.to_string().as_str(), year.start_year()), ("2026-27", 2026));
    assert_eq!((year.first_day(), year.last_day()), (day("2026-04-01"), day("2027-03-31")));
    assert!(year.contains(day("2026-04-01")) && !year.contains(day("2027-04-01")));
    assert!(year < FinancialYear::from(day("2027-04-01")));
    assert_eq!(FinancialYear::of(day("1999-12-31")).to_string(), "1999-00");
    assert_eq!("1999-00".parse(), Ok(FinancialYear::of(day("1999-12-31"))));
    assert_eq!("2008-09".parse(), Ok(FinancialYear::of(day("2008-04-01"))));
    for text in [
        "",
        "2026",
        "2026-7",
        "2026-027",
        "26-27",
        "2026-2027",
        "+026-27",
        "2026/27",
        " 2026-27",
        "2026-+7",
        "२०२६-27",
    ] {
        assert_eq!(text.parse::<FinancialYear>(), Err(ParseFinancialYearError::Form), "{text:?}");
    }
    for text in ["2026-26", "2026-28", "1999-01"] {
        assert_eq!(text.parse::<FinancialYear>(), Err(ParseFinancialYearError::NotConsecutive), "{text}");
    }
    assert_eq!(FinancialYear::of(NaiveDate::MIN).first_day(), NaiveDate::MIN);
    assert_eq!(FinancialYear::of(NaiveDate::MAX).last_day(), NaiveDate::MAX);
    assert_eq!(Quarter::Q4.last_day(FinancialYear::of(NaiveDate::MAX)), NaiveDate::MAX);
}

#[test]
fn quarters() {
    for (date, quarter, text, first, last) in [
        ("2026-04-01", Quarter::Q1, "Q1", "2026-04-01", "2026-06-30"),
        ("2026-09-30", Quarter::Q2, "Q2", "2026-07-01", "2026-09-30"),
        ("2026-10-01", Quarter::Q3, "Q3", "2026-10-01", "2026-12-31"),
        ("2027-03-31", Quarter::Q4, "Q4", "2027-01-01", "2027-03-31"),
    ] {
        assert_eq!(Quarter::of(day(date)), quarter);
        assert_eq!((quarter.as_str(), text.parse()), (text, Ok(quarter)));
        let year = FinancialYear::of(day(date));
        assert_eq!((quarter.first_day(year), quarter.last_day(year)), (day(first), day(last)));
    }
    assert_eq!(Quarter::ALL.map(Quarter::number), [1, 2, 3, 4]);
    assert_eq!("q1".parse::<Quarter>(), Err(ParseQuarterError));
    assert_eq!("payout".parse(), Ok(CeilingPeriod::Payout));
    assert_eq!("financial_year".parse(), Ok(YEARLY));
    assert_eq!("FINANCIAL_YEAR".parse::<CeilingPeriod>(), Err(ParseCeilingPeriodError));
    assert_eq!(YEARLY.to_string(), "financial_year");
}

fn posting(member: &'static str, date: &str, payout_total: Paise, tax: Paise) -> Posting<&'static str> {
    Posting { member, date: day(date), payout_total, tax }
}

#[test]
fn the_register_proves_itself_against_the_account() {
    let mut register = Register::default();
    let first = posting("A", "2026-04-01", Paise::rupees(10_000), Paise::rupees(500));
    register.post(first).unwrap();
    register.post(posting("B", "2027-03-31", Paise::rupees(4_000), Paise::rupees(200))).unwrap();
    register.post(first.returned_on(day("2027-04-02")).unwrap()).unwrap();
    assert_eq!(register.prove(Paise::rupees(200)), Ok(()));
    let (register_tax, payable) = (Paise::rupees(200), Paise::rupees(201));
    assert_eq!(register.prove(payable), Err(Unproven::Payable { register: register_tax, payable }));
    let rows: Vec<String> = register
        .all_totals()
        .map(|(member, year, quarter, totals)| {
            format!("{member} {year} {quarter} {} {}", totals.payout_total, totals.tax)
        })
        .collect();
    assert_eq!(
        rows,
        ["A 2026-27 Q1 10000.00 500.00", "A 2027-28 Q1 -10000.00 -500.00", "B 2026-27 Q4 4000.00 200.00"]
    );
    assert_eq!(register.posted_in(&"A", "2027-28".parse().unwrap()), Ok(Paise::rupees(-500)));
    assert_eq!(register.posted_in(&"C", "2027-28".parse().unwrap()), Ok(Paise::ZERO));
}

#[test]
fn a_refused_posting_leaves_no_trace() {
    let mut register = Register::new();
    for (payout, tax) in [(100, -1), (-100, 1), (100, 101), (-100, -101), (0, 1)] {
        let (payout_total, tax) = (Paise::new(payout), Paise::new(tax));
        let refused = Err(PostingError::NotPartOfPayout { payout_total, tax });
        assert_eq!(register.post(posting("A", "2026-04-01", payout_total, tax)), refused);
    }
    register.post(posting("A", "2026-04-01", Paise::MAX, Paise::ZERO)).unwrap();
    let before = register.clone();
    let overflow = posting("B", "2026-04-01", Paise::new(1), Paise::ZERO);
    assert_eq!(register.post(overflow), Err(PostingError::Money(MoneyError::Overflow)));
    assert_eq!(register, before);
    assert_eq!(
        posting("A", "2026-04-01", Paise::MIN, Paise::ZERO).returned_on(day("2026-04-01")),
        Err(MoneyError::Overflow)
    );
}

#[cfg(feature = "serde")]
#[test]
fn json() {
    let rule = rule(YEARLY);
    let text = serde_json::to_string(&rule).unwrap();
    assert_eq!(text, r#"{"rate":"5","ceiling":"10000.00","period":"financial_year"}"#);
    assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule);
    let year: FinancialYear = serde_json::from_str(r#""2026-27""#).unwrap();
    assert_eq!(serde_json::to_string(&(year, Quarter::Q4)).unwrap(), r#"["2026-27","Q4"]"#);
    assert!(serde_json::from_str::<FinancialYear>(r#""2026-28""#).is_err());
}
