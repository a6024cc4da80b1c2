//! Payouts that pay instalments: whole ones only, as payments of their bookings.

use app::{
    App, Call,
    booking::{self, NewBooking, objects::Booking},
    payout::{self, NewPayout},
};
use infra::{on_both, testing::TestDb};
use wallet_rules::{
    booking::{BookingStatus, PaymentMethod},
    payout::PayoutStatus,
};

use crate::{
    fixture::{assert_proven, balances, code_of, pay, platform, run_tasks, rupees},
    payout::{asking, payee},
};

on_both!(
    whole_instalments_are_paid,
    nothing_left_for_the_bank_completes_at_once,
    an_instalment_that_no_longer_fits_makes_it_stale,
    a_failed_payout_keeps_its_instalments,
    bookings_without_a_plan_take_none,
);

/// A confirmed booking of `count` instalments of `amount` rupees.
async fn confirmed(app: &App, buyer: &Call, amount: &str, count: i64) -> Booking {
    let total = rupees(amount).checked_mul(count).unwrap().checked_add(rupees("500.00")).unwrap();
    let new = NewBooking {
        vehicle_model: "E-Rick 1".to_owned(),
        vehicle_variant: String::new(),
        booking_amount: rupees("500.00"),
        total_amount: total,
        emi_amount: Some(rupees(amount)),
        emi_duration_months: None,
        emi_start_date: None,
    };
    let made = booking::create_booking(app, buyer, new).await.unwrap().value;
    pay(app, buyer, made.id, "500.00", PaymentMethod::Online).await.unwrap();
    made
}

fn filling(amount: &str) -> NewPayout {
    NewPayout { emi_auto_filled: true, ..asking(amount) }
}

async fn whole_instalments_are_paid(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "10000.00").await;
    let made = confirmed(&app, &payee, "4000.00", 5).await;
    let asked = payout::request_payout(&app, &payee, filling("10000.00")).await.unwrap().value;
    let amounts = [asked.tds_amount, asked.emi_amount, asked.net_amount];
    assert_eq!(amounts, ["500.00", "8000.00", "1500.00"].map(rupees));
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payout_parts"), 2);
    let seen = booking::view_booking(&app, &payee, made.id).await.unwrap();
    assert_eq!(seen.total_paid, rupees("500.00"), "nothing is paid before it is processed");

    payout::process_payout(&app, &admin, asked.id).await.unwrap();
    let seen = booking::view_booking(&app, &payee, made.id).await.unwrap();
    assert_eq!((seen.total_paid, seen.emi_paid_count), (rupees("8500.00"), 2));
    let auto = "SELECT COUNT(*) AS value FROM payments WHERE payment_method = 'emi_auto_fill'
        AND status = 'completed' AND amount = 400000";
    assert_eq!(test.number(auto), 2);
    assert_eq!(balances(&app, &payee).await.on_hold, rupees("1500.00"));
    // ₹8,500.00 paid: the instalments count towards the Active Buyer
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM users WHERE id = 1 AND is_active_buyer"), 1);
    assert_proven(&app).await;
    run_tasks(&app).await;
    payout::complete_payout(&app, &admin, asked.id, "UTR1".to_owned()).await.unwrap();
    assert_proven(&app).await;

    // a part-paid instalment counts by what remains of it, and the first that does not fit ends it
    pay(&app, &payee, made.id, "3000.00", PaymentMethod::Online).await.unwrap();
    crate::fixture::earn(test, &app, &payee, "2000.00").await;
    let asked = payout::request_payout(&app, &payee, filling("2000.00")).await.unwrap().value;
    let amounts = [asked.tds_amount, asked.emi_amount, asked.net_amount];
    assert_eq!(amounts, ["100.00", "1000.00", "900.00"].map(rupees));
    assert_proven(&app).await;
}

async fn nothing_left_for_the_bank_completes_at_once(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "1000.00").await;
    let made = confirmed(&app, &payee, "475.00", 2).await;
    let asked = payout::request_payout(&app, &payee, filling("1000.00")).await.unwrap().value;
    assert_eq!((asked.tds_amount, asked.net_amount), (rupees("50.00"), rupees("0.00")));
    let done = payout::process_payout(&app, &admin, asked.id).await.unwrap().value;
    assert_eq!(done.status, PayoutStatus::Completed);
    assert!(done.completed_at.is_some());
    let seen = booking::view_booking(&app, &payee, made.id).await.unwrap();
    assert_eq!(seen.status, BookingStatus::Completed);
    assert_eq!(balances(&app, &payee).await.on_hold, rupees("0.00"));
    assert_eq!(test.number("SELECT total_withdrawn AS value FROM wallets WHERE user_id = 1"), 100_000);
    let completed = payout::complete_payout(&app, &admin, asked.id, "UTR1".to_owned()).await;
    assert_eq!(code_of(completed), "invalid_state");
    assert_proven(&app).await;
}

async fn an_instalment_that_no_longer_fits_makes_it_stale(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "10000.00").await;
    let made = confirmed(&app, &payee, "4000.00", 2).await;
    let asked = payout::request_payout(&app, &payee, filling("9000.00")).await.unwrap().value;
    assert_eq!(asked.emi_amount, rupees("8000.00"));
    // in the meantime the member pays a part of it, so the second instalment is too much
    pay(&app, &payee, made.id, "1.00", PaymentMethod::Online).await.unwrap();
    let payments = test.number("SELECT COUNT(*) AS value FROM payments");
    let postings = test.number("SELECT COUNT(*) AS value FROM ledger_transactions");
    assert_eq!(code_of(payout::process_payout(&app, &admin, asked.id).await), "payout_stale");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payments"), payments);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM ledger_transactions"), postings);
    let seen = booking::view_booking(&app, &payee, made.id).await.unwrap();
    assert_eq!(seen.total_paid, rupees("501.00"));
    assert_proven(&app).await;
    let rejected = payout::reject_payout(&app, &admin, asked.id, "stale".to_owned()).await.unwrap().value;
    assert_eq!(rejected.wallet_balance, rupees("10000.00"));
    assert_proven(&app).await;
}

async fn a_failed_payout_keeps_its_instalments(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "10000.00").await;
    let made = confirmed(&app, &payee, "4000.00", 5).await;
    let asked = payout::request_payout(&app, &payee, filling("10000.00")).await.unwrap().value;
    payout::process_payout(&app, &admin, asked.id).await.unwrap();
    payout::fail_payout(&app, &admin, asked.id, "account closed".to_owned()).await.unwrap();
    assert_eq!(balances(&app, &payee).await.wallet, rupees("2000.00"), "net and tax");
    let seen = booking::view_booking(&app, &payee, made.id).await.unwrap();
    assert_eq!(seen.total_paid, rupees("8500.00"));
    assert_eq!(test.number("SELECT total_withdrawn AS value FROM wallets WHERE user_id = 1"), 0);
    assert_proven(&app).await;
}

async fn bookings_without_a_plan_take_none(test: &TestDb) {
    let app = platform(test).await;
    let (payee, _) = payee(test, &app, "1000.00").await;
    let made = crate::fixture::book(&app, &payee, "100000.00").await;
    pay(&app, &payee, made.id, "500.00", PaymentMethod::Online).await.unwrap();
    let asked = payout::request_payout(&app, &payee, filling("1000.00")).await.unwrap().value;
    assert_eq!((asked.emi_amount, asked.net_amount), (rupees("0.00"), rupees("950.00")));
}
