//! The ledger's moves: the table of design.md as text, and sums that hold for any amounts.

use std::collections::BTreeMap;

use money::Paise;
use proptest::prelude::*;
use wallet_rules::{
    booking::PaymentMethod,
    earning::{PairSplit, Spread, split_pair, spread_emi},
    ledger::{Account, AccountKind, OutsideKind, Posting, PostingError},
    payout::{EmiPart, Quote},
    plan::Plan,
};

fn rupees(text: &str) -> Paise {
    text.parse().unwrap()
}

/// A posting as text: its head, then a line for each move.
fn text(posting: Result<Posting, PostingError>) -> String {
    let posting = posting.unwrap();
    let mut lines =
        vec![format!("{} {} {}#{}", posting.kind, posting.key, posting.reference_type, posting.reference_id)];
    for part in &posting.moves {
        let statement = part.statement.map_or("-", |statement| statement.as_str());
        lines.push(format!("{} -> {} {} {statement}", part.source, part.destination, part.amount));
    }
    lines.join("\n")
}

#[test]
fn payments() {
    assert_eq!(
        text(Posting::payment_from_outside(3, OutsideKind::Online, 8, rupees("500.00"))),
        "payment_from_outside payment:3 payment#3\noutside:online -> booking:8 500.00 -"
    );
    assert_eq!(
        text(Posting::payment_from_wallet(4, 7, 8, rupees("1.00"))),
        "payment_from_wallet payment:4 payment#4\nwallet:7 -> booking:8 1.00 BOOKING_PAYMENT"
    );
    assert_eq!(
        text(Posting::emi_reserve_applied(5, 7, 8, rupees("0.40"))),
        "emi_reserve_applied payment:5 payment#5\nemi_reserve:7 -> booking:8 0.40 -"
    );
    assert_eq!(
        text(Posting::referral_bonus(3, 2, rupees("25.00"))),
        "referral_bonus referral:3 payment#3\ncommission -> wallet:2 25.00 REFERRAL_BONUS"
    );
}

#[test]
fn a_bonus_of_nothing_posts_nothing() {
    let posting = Posting::referral_bonus(3, 2, Paise::ZERO).unwrap();
    assert!(posting.is_empty());
    assert_eq!(posting.entries().count(), 0);
}

#[test]
fn a_pair_with_every_deduction() {
    let split = PairSplit {
        gross: rupees("500.00"),
        emi: rupees("100.00"),
        reserve: rupees("12.50"),
        net: rupees("387.50"),
    };
    let spread = spread_emi(split.emi, [(8, rupees("30.00")), (9, rupees("20.00"))]);
    assert_eq!(
        text(Posting::pair_earning(6, 7, &split, &spread)),
        "pair_earning pair:6 pair#6
commission -> wallet:7 500.00 BINARY_PAIR
wallet:7 -> booking:8 30.00 EMI_DEDUCTION
wallet:7 -> booking:9 20.00 EMI_DEDUCTION
wallet:7 -> emi_reserve:7 50.00 EMI_DEDUCTION
wallet:7 -> reserve:7 12.50 RESERVE_DEDUCTION"
    );
    let posting = Posting::pair_earning(6, 7, &split, &spread).unwrap();
    assert!(!posting.is_empty());
    let entries: Vec<_> = posting.entries().collect();
    let of_moves: Vec<_> = posting.moves.iter().flat_map(|part| part.entries()).collect();
    assert_eq!((entries.len(), &entries), (10, &of_moves));
    assert_eq!(Paise::checked_sum(entries.iter().map(|entry| entry.amount)), Ok(Paise::ZERO));
}

#[test]
fn a_payout_from_request_to_end() {
    let part = |booking, number, amount| EmiPart { booking, number, amount: rupees(amount) };
    let unpaid = [part(8, 1, "4000.00"), part(8, 2, "4000.00"), part(9, 1, "4000.00")];
    let quote = Quote::work_out(rupees("10000.00"), rupees("500.00"), unpaid).unwrap();
    assert_eq!(
        text(Posting::payout_requested(5, 7, quote.requested)),
        "payout_requested payout:5:hold payout#5\nwallet:7 -> hold:5 10000.00 PAYOUT"
    );
    assert_eq!(
        text(Posting::payout_processed(5, &quote)),
        "payout_processed payout:5:process payout#5
hold:5 -> tds_payable 500.00 -
hold:5 -> booking:8 4000.00 -
hold:5 -> booking:8 4000.00 -"
    );
    assert_eq!(
        text(Posting::payout_completed(5, quote.net)),
        "payout_completed payout:5:end payout#5\nhold:5 -> outside:bank 1500.00 -"
    );
    assert_eq!(
        text(Posting::payout_returned(5, 7, quote.requested)),
        "payout_returned payout:5:end payout#5\nhold:5 -> wallet:7 10000.00 REFUND"
    );
    assert_eq!(
        text(Posting::payout_failed(5, 7, quote.net, quote.tds)),
        "payout_failed payout:5:end payout#5
hold:5 -> wallet:7 1500.00 REFUND
tds_payable -> wallet:7 500.00 REFUND"
    );
}

#[test]
fn parts_of_nothing_make_no_move() {
    let quote = Quote::<i64>::work_out(rupees("1.00"), Paise::ZERO, []).unwrap();
    assert!(Posting::payout_processed(5, &quote).unwrap().is_empty());
    assert!(Posting::payout_completed(5, Paise::ZERO).unwrap().is_empty());
    let failed = Posting::payout_failed(5, 7, rupees("1.00"), Paise::ZERO).unwrap();
    assert_eq!(failed.moves.len(), 1);
}

#[test]
fn parts_that_do_not_sum_up_are_refused() {
    let plan = Plan::default_plan();
    let split = split_pair(&plan, 6, false).unwrap();
    let nowhere = Spread { parts: vec![], to_reserve: Paise::ZERO };
    assert_eq!(Posting::pair_earning(6, 7, &split, &nowhere), Err(PostingError::Unbalanced));
    let lost = PairSplit { net: rupees("399.99"), ..split };
    let spread = spread_emi(split.emi, []);
    assert_eq!(Posting::pair_earning(6, 7, &lost, &spread), Err(PostingError::Unbalanced));
    let negative = PairSplit { reserve: rupees("500.00"), net: rupees("-100.00"), ..split };
    assert_eq!(Posting::pair_earning(6, 7, &negative, &spread), Err(PostingError::Negative));

    let quote = Quote::<i64>::work_out(rupees("10.00"), rupees("0.50"), []).unwrap();
    let wrong = Quote { emi: rupees("1.00"), net: rupees("8.50"), ..quote.clone() };
    assert_eq!(Posting::payout_processed(5, &wrong), Err(PostingError::Unbalanced));
    let wrong = Quote { tds: rupees("0.49"), ..quote };
    assert_eq!(Posting::payout_processed(5, &wrong), Err(PostingError::Unbalanced));

    let below = rupees("-0.01");
    assert_eq!(Posting::payment_from_wallet(1, 2, 3, below), Err(PostingError::Negative));
    assert_eq!(Posting::payout_failed(1, 2, rupees("1.00"), below), Err(PostingError::Negative));
}

#[test]
fn every_account_is_its_kind_and_owner() {
    for &kind in AccountKind::ALL {
        let owner = (!kind.is_house()).then_some(42);
        let account = kind.account(owner).unwrap();
        assert_eq!((account.kind(), account.owner(), account.is_house()), (kind, owner, kind.is_house()));
        let wrong = if kind.is_house() { Some(42) } else { None };
        assert_eq!(kind.account(wrong), None, "{kind}");
    }
    assert_eq!(Account::Outside(OutsideKind::Bank).to_string(), "outside:bank");
    let from_outside: Vec<_> = PaymentMethod::ALL.iter().filter_map(|&m| OutsideKind::of_method(m)).collect();
    assert_eq!(from_outside, [OutsideKind::Online, OutsideKind::BankTransfer, OutsideKind::Cash]);
}

/// Adds a posting's entries to the balances, one move at a time; no member's account may go below zero.
fn post(balances: &mut BTreeMap<Account, i64>, posting: &Posting) -> Result<(), TestCaseError> {
    for part in &posting.moves {
        prop_assert!(part.amount.is_positive());
        let [out, into] = part.entries();
        prop_assert_eq!(out.amount.get() + into.amount.get(), 0);
        for entry in [out, into] {
            let is_wallet = matches!(entry.account, Account::Wallet(_));
            prop_assert_eq!(
                entry.statement.is_some(),
                is_wallet,
                "a wallet's entries have a name, no others"
            );
            let balance = balances.entry(entry.account).or_default();
            *balance += entry.amount.get();
            prop_assert!(entry.account.is_house() || *balance >= 0, "{} is below zero", entry.account);
        }
    }
    Ok(())
}

proptest! {
    /// A member's pairs, then one payout of everything, whichever way it ends: nothing is lost on the way.
    #[test]
    fn a_life_of_a_wallet_sums_to_zero(
        pairs in prop::collection::vec((1u64..20, any::<bool>(), 0i64..15_000, 0i64..15_000), 1..8),
        reserve in 0u32..=80,
        tax in 0i64..=100,
        unpaid in prop::collection::vec(1i64..90_000, 0..4),
        end in 0u8..3,
    ) {
        let plan = Plan {
            reserve_deduction_percentage: money::Rate::whole(reserve),
            ..Plan::default_plan()
        };
        let mut balances = BTreeMap::new();
        let (mut gross, mut net, mut emi) = (0, 0, 0);
        for (id, (number, active_buyer, first, second)) in (1i64..).zip(pairs) {
            let split = split_pair(&plan, number, active_buyer).unwrap();
            let spread = spread_emi(split.emi, [(1, Paise::new(first)), (2, Paise::new(second))]);
            post(&mut balances, &Posting::pair_earning(id, 7, &split, &spread).unwrap())?;
            gross += split.gross.get();
            net += split.net.get();
            emi += split.emi.get();
        }
        prop_assert_eq!(balances.get(&Account::Commission), Some(&-gross));
        prop_assert_eq!(balances.get(&Account::Wallet(7)), Some(&net));
        let taken: i64 = [Account::Booking(1), Account::Booking(2), Account::EmiReserve(7)]
            .iter()
            .filter_map(|account| balances.get(account))
            .sum();
        prop_assert_eq!(taken, emi);

        if net == 0 {
            return Ok(());
        }
        let parts = (1u32..).zip(unpaid).map(|(number, amount)| EmiPart {
            booking: 3,
            number,
            amount: Paise::new(amount),
        });
        let quote = Quote::work_out(Paise::new(net), Paise::new(net * tax / 100), parts).unwrap();
        post(&mut balances, &Posting::payout_requested(5, 7, quote.requested).unwrap())?;
        prop_assert_eq!(balances.get(&Account::Wallet(7)), Some(&0));
        let back = match end {
            0 => {
                post(&mut balances, &Posting::payout_returned(5, 7, quote.requested).unwrap())?;
                quote.requested.get()
            }
            1 => {
                post(&mut balances, &Posting::payout_processed(5, &quote).unwrap())?;
                post(&mut balances, &Posting::payout_completed(5, quote.net).unwrap())?;
                0
            }
            _ => {
                post(&mut balances, &Posting::payout_processed(5, &quote).unwrap())?;
                post(&mut balances, &Posting::payout_failed(5, 7, quote.net, quote.tds).unwrap())?;
                quote.net.get() + quote.tds.get()
            }
        };
        prop_assert_eq!(balances.get(&Account::Wallet(7)), Some(&back));
        prop_assert_eq!(balances.get(&Account::Hold(5)), Some(&0));
        prop_assert_eq!(balances.values().sum::<i64>(), 0);
    }
}
