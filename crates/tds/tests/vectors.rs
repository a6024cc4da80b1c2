//! Every case of `vectors/tds.csv` and `vectors/tds_financial_year.csv`.

use chrono::NaiveDate;
use money::{Paise, Rate};
use tds::{CeilingPeriod, FinancialYear, Posting, Register, Rule};

fn default_rule(period: CeilingPeriod) -> Rule {
    Rule { rate: Rate::whole(5), ceiling: Paise::rupees(10_000), period }
}

#[test]
fn tax_with_a_ceiling_for_each_payout() {
    let rule = default_rule(CeilingPeriod::Payout);
    let mut cases = 0;
    for line in include_str!("vectors/tds.csv").lines().skip(1) {
        let amounts: Vec<Paise> = line.split(',').map(|amount| amount.parse().unwrap()).collect();
        let [amount, tds, after_tax] = amounts.try_into().unwrap();
        // what was posted before is ignored here
        assert_eq!(rule.tax(amount, Paise::rupees(9_999)), Ok(tds), "{line}");
        assert_eq!(amount.checked_sub(tds), Ok(after_tax), "{line}");
        cases += 1;
    }
    assert_eq!(cases, 68);
}

#[test]
fn tax_with_a_ceiling_for_each_financial_year() {
    let rule = default_rule(CeilingPeriod::FinancialYear);
    let mut register = Register::new();
    let mut payable = Paise::ZERO;
    let (mut completed, mut returned) = (0, 0);
    for line in include_str!("vectors/tds_financial_year.csv").lines().skip(1) {
        let [date, amount, tds, outcome] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let (date, payout_total): (NaiveDate, Paise) = (date.parse().unwrap(), amount.parse().unwrap());
        let posted = register.posted_in(&1, FinancialYear::of(date)).unwrap();
        let tax = rule.tax(payout_total, posted).unwrap();
        assert_eq!(tax.to_string(), tds, "{line}");
        let posting = Posting { member: 1, date, payout_total, tax };
        register.post(posting).unwrap();
        match outcome {
            "completed" => {
                payable = payable.checked_add(tax).unwrap();
                completed += 1;
            }
            "returned" => {
                register.post(posting.returned_on(date).unwrap()).unwrap();
                returned += 1;
            }
            _ => panic!("an outcome that is not known: {line}"),
        }
        assert_eq!(register.prove(payable), Ok(()), "{line}");
    }
    assert_eq!((completed + returned, register.rows().len()), (80, 80 + returned));
    assert!(returned > 10);
}
