//! Every case of `vectors/emi.csv`.

use chrono::NaiveDate;
use emi::{InstalmentPlan, Terms};
use money::Paise;

#[test]
fn instalments_are_those_of_the_vectors() {
    let first_due = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
    let (mut planned, mut rejected) = (0, 0);
    for line in include_str!("vectors/emi.csv").lines().skip(1) {
        let [balance, months, amount, expected] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let terms = match (months.parse(), amount.parse()) {
            (Ok(months), Ok(amount)) => Terms::Both { months, amount },
            (Ok(months), Err(_)) => Terms::Months(months),
            (Err(_), Ok(amount)) => Terms::Amount(amount),
            (Err(_), Err(_)) => panic!("neither months nor amount: {line}"),
        };
        let plan = InstalmentPlan::try_new(balance.parse().unwrap(), terms, first_due);
        if expected == "rejected" {
            assert!(plan.is_err(), "{line}");
            rejected += 1;
            continue;
        }
        let instalments: Vec<String> =
            plan.unwrap().schedule(Paise::ZERO).map(|instalment| instalment.amount.to_string()).collect();
        assert_eq!(instalments.join(" "), expected);
        planned += 1;
    }
    assert_eq!((planned, rejected), (61, 5));
}
