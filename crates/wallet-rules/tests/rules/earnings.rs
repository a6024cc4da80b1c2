//! Earnings: the worked examples, the vectors, and sums that hold for any plan.

use money::{Paise, Rate};
use proptest::prelude::*;
use rust_decimal::Decimal;
use wallet_rules::{
    earning::{PairSplit, Spread, referral_bonus, split_pair, spread_emi},
    plan::{Plan, PlanKey},
};

fn rupees(text: &str) -> Paise {
    text.parse().unwrap()
}

fn split(texts: [&str; 4]) -> PairSplit {
    let [gross, emi, reserve, net] = texts.map(rupees);
    PairSplit { gross, emi, reserve, net }
}

#[test]
fn worked_examples() {
    let plan = Plan::default_plan();
    let whole = split(["500.00", "0.00", "0.00", "500.00"]);
    let deducted = split(["500.00", "100.00", "0.00", "400.00"]);
    let cases = [
        (1, false, whole),
        (5, false, whole),
        (6, false, deducted),
        (6, true, whole),
        (1_000_000_000_000, false, deducted),
    ];
    for (number, active_buyer, expect) in cases {
        assert_eq!(split_pair(&plan, number, active_buyer), Ok(expect), "pair {number}");
    }
}

/// Each distinct outcome of the shared matching vectors, all eight files of them.
#[test]
fn the_vectors() {
    let vectors = include_str!("../vectors/pair_splits.csv");
    let mut lines = vectors.lines();
    assert_eq!(lines.next(), Some("reserve_percentage,status,pair,active_buyer,gross,emi,reserve,net"));
    let (mut formed, mut flushed) = (0, 0);
    for line in lines {
        let fields: Vec<_> = line.split(',').collect();
        let [reserve, status, number, active_buyer, amounts @ ..] = fields.as_slice() else {
            panic!("a short line: {line}");
        };
        let expect = split(amounts.try_into().unwrap());
        let plan = Plan::try_new([(PlanKey::ReserveDeductionPercentage, *reserve)]).unwrap();
        let worked_out = match *status {
            "flushed" => {
                flushed += 1;
                assert_eq!(*number, "", "a flushed pair has no number");
                PairSplit::FLUSHED
            }
            "formed" => {
                formed += 1;
                split_pair(&plan, number.parse().unwrap(), active_buyer.parse().unwrap()).unwrap()
            }
            other => panic!("unknown status {other}"),
        };
        assert_eq!(worked_out, expect, "{line}");
    }
    assert_eq!((formed, flushed), (308, 2));
}

#[test]
fn the_bonus_is_rounded_once_and_may_be_nothing() {
    let plan = Plan::default_plan();
    for (amount, bonus) in [("500.00", "25.00"), ("33.33", "1.67"), ("0.10", "0.01"), ("0.09", "0.00")] {
        assert_eq!(referral_bonus(&plan, rupees(amount)), Ok(rupees(bonus)), "{amount}");
    }
}

#[test]
fn the_reserve_gives_way_where_both_round_up() {
    let plan = Plan {
        binary_pair_earning: rupees("500.01"),
        emi_deduction_percentage: Rate::whole(50),
        reserve_deduction_percentage: Rate::whole(50),
        ..Plan::default_plan()
    };
    assert_eq!(split_pair(&plan, 6, false), Ok(split(["500.01", "250.01", "250.00", "0.00"])));
    assert_eq!(split_pair(&plan, 6, true), Ok(split(["500.01", "0.00", "250.01", "250.00"])));
}

#[test]
fn a_deduction_goes_to_the_oldest_booking_first() {
    let spread = |emi, open: &[(char, &str)]| {
        let Spread { parts, to_reserve } =
            spread_emi(rupees(emi), open.iter().map(|&(id, remaining)| (id, rupees(remaining))));
        let parts: Vec<_> = parts.into_iter().map(|(id, part)| format!("{id}:{part}")).collect();
        format!("{} reserve:{to_reserve}", parts.join(" "))
    };
    assert_eq!(spread("100.00", &[('a', "400.00"), ('b', "400.00")]), "a:100.00 reserve:0.00");
    assert_eq!(spread("100.00", &[('a', "30.00"), ('b', "400.00")]), "a:30.00 b:70.00 reserve:0.00");
    assert_eq!(spread("100.00", &[('a', "30.00"), ('b', "0.50")]), "a:30.00 b:0.50 reserve:69.50");
    assert_eq!(spread("100.00", &[('a', "0.00"), ('b', "100.00")]), "b:100.00 reserve:0.00");
    assert_eq!(spread("100.00", &[]), " reserve:100.00");
    assert_eq!(spread("0.00", &[('a', "30.00")]), " reserve:0.00");
}

/// A share in `Decimal`, rounded by looking at the half.
fn naive_share(amount: i64, percent: Decimal) -> i64 {
    let exact = Decimal::from(amount) * percent / Decimal::ONE_HUNDRED;
    let low = exact.floor();
    let up = exact - low >= Decimal::new(5, 1);
    i64::try_from(low).unwrap() + i64::from(up)
}

proptest! {
    #[test]
    fn the_parts_of_any_plan_sum_to_the_earning(
        gross in 0i64..=999_999_999_999,
        emi_millionths in 0i64..=100_000_000,
        reserve_share in 0i64..=1_000,
        free in 0u32..12,
        number in 1u64..20,
        active_buyer: bool,
    ) {
        let emi_percent = Decimal::new(emi_millionths, 6);
        let reserve_percent = Decimal::new((100_000_000 - emi_millionths) / 1_000 * reserve_share, 6);
        let plan = Plan {
            binary_pair_earning: Paise::new(gross),
            max_earnings_before_active_buyer: free,
            emi_deduction_percentage: Rate::try_new(emi_percent).unwrap(),
            reserve_deduction_percentage: Rate::try_new(reserve_percent).unwrap(),
            ..Plan::default_plan()
        };
        prop_assert_eq!(plan.validate(), Ok(()));
        let split = split_pair(&plan, number, active_buyer).unwrap();
        let emi = if active_buyer || number <= u64::from(free) { 0 } else { naive_share(gross, emi_percent) };
        let reserve = naive_share(gross, reserve_percent).min(gross - emi);
        prop_assert_eq!(split, PairSplit {
            gross: Paise::new(gross),
            emi: Paise::new(emi),
            reserve: Paise::new(reserve),
            net: Paise::new(gross - emi - reserve),
        });
        prop_assert!(!split.net.is_negative());
    }

    /// One paisa at a time to the first booking with room.
    #[test]
    fn a_spread_is_what_paisa_by_paisa_gives(
        emi in 0i64..400,
        open in prop::collection::vec(0i64..150, 0..6),
    ) {
        let mut taken = vec![0i64; open.len()];
        let mut rest = 0;
        for _ in 0..emi {
            match (0..open.len()).find(|&place| taken[place] < open[place]) {
                Some(place) => taken[place] += 1,
                None => rest += 1,
            }
        }
        let naive: Vec<_> = taken.into_iter().enumerate().filter(|&(_, part)| part > 0).collect();
        let remaining = open.into_iter().map(Paise::new).enumerate();
        let spread = spread_emi(Paise::new(emi), remaining);
        let parts: Vec<_> = spread.parts.iter().map(|&(id, part)| (id, part.get())).collect();
        prop_assert_eq!(parts, naive);
        prop_assert_eq!(spread.to_reserve.get(), rest);
    }
}
