//! Bookings and payments: amounts, states, who may do what, races.

use app::booking::{self, NewBooking, Settlement};
use infra::{on_both, testing::TestDb};
use wallet_rules::{
    booking::{BookingStatus, PaymentMethod, PaymentStatus},
    people::Role,
};

use crate::fixture::{
    admin, balances, book, call, code_of, fund, keyed, member, pay, platform, run_tasks, rupees,
};

on_both!(
    a_payment_confirms_and_completes,
    a_bonus_goes_to_the_sponsor_once,
    another_members_booking_is_not_found,
    a_wallet_pays_once_when_32_ask_at_once,
    one_payment_is_confirmed_once_when_16_ask_at_once,
    nobody_confirms_their_own_payment,
    a_confirmation_that_no_longer_fits_leaves_the_payment_pending,
    an_idempotency_key_takes_effect_once_when_sent_16_times,
    different_requests_of_one_member_all_take_effect_when_sent_at_once,
    an_instalment_plan_is_checked,
    cancelling_needs_that_nothing_is_paid,
);

async fn a_payment_confirms_and_completes(test: &TestDb) {
    let app = platform(test).await;
    let buyer = member(test, &app, None);
    let made = book(&app, &buyer, "1000.00").await;
    assert_eq!((made.status, made.total_paid), (BookingStatus::PreBooked, rupees("0.00")));

    let part = pay(&app, &buyer, made.id, "499.99", PaymentMethod::Online).await.unwrap();
    assert_eq!(part.status, PaymentStatus::Completed);
    let seen = booking::view_booking(&app, &buyer, made.id).await.unwrap();
    assert_eq!((seen.status, seen.remaining_amount), (BookingStatus::PreBooked, rupees("500.01")));

    pay(&app, &buyer, made.id, "499.99", PaymentMethod::Online).await.unwrap();
    let seen = booking::view_booking(&app, &buyer, made.id).await.unwrap();
    assert_eq!(seen.status, BookingStatus::Confirmed);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tree_events WHERE kind = 'qualify'"), 1);

    // all that remains may be less than a rupee
    assert_eq!(code_of(pay(&app, &buyer, made.id, "0.01", PaymentMethod::Online).await), "amount");
    pay(&app, &buyer, made.id, "0.02", PaymentMethod::Online).await.unwrap();
    let seen = booking::view_booking(&app, &buyer, made.id).await.unwrap();
    assert_eq!((seen.status, seen.remaining_amount), (BookingStatus::Completed, rupees("0.00")));
    assert_eq!(code_of(pay(&app, &buyer, made.id, "1.00", PaymentMethod::Online).await), "booking_closed");
}

async fn a_bonus_goes_to_the_sponsor_once(test: &TestDb) {
    let app = platform(test).await;
    let sponsor = member(test, &app, None);
    let buyer = member(test, &app, Some(sponsor.actor.id));
    let made = book(&app, &buyer, "100000.00").await;
    // before it confirms, a payment earns nothing; the confirming one does (rule 8)
    pay(&app, &buyer, made.id, "100.00", PaymentMethod::Online).await.unwrap();
    pay(&app, &buyer, made.id, "433.33", PaymentMethod::Online).await.unwrap();
    run_tasks(&app).await;
    assert_eq!(balances(&app, &sponsor).await.wallet, rupees("21.67"));
    let task = test.number("SELECT id AS value FROM outbox WHERE kind = 'payment_completed'");
    test.sql("UPDATE outbox SET done_at = NULL, next_at = '2026-01-01 00:00:00'").unwrap();
    app::tasks::run(&app, task).await.unwrap();
    assert_eq!(balances(&app, &sponsor).await.wallet, rupees("21.67"));
    assert_eq!(test.number("SELECT total_earned AS value FROM wallets WHERE user_id = 1"), 2167);
}

async fn another_members_booking_is_not_found(test: &TestDb) {
    let app = platform(test).await;
    let (owner, other) = (member(test, &app, None), member(test, &app, None));
    let made = book(&app, &owner, "1000.00").await;
    assert_eq!(code_of(booking::view_booking(&app, &other, made.id).await), "not found");
    assert_eq!(code_of(pay(&app, &other, made.id, "500.00", PaymentMethod::Online).await), "not found");
    assert_eq!(code_of(booking::cancel_booking(&app, &other, made.id).await), "not found");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payments"), 0);
}

async fn a_wallet_pays_once_when_32_ask_at_once(test: &TestDb) {
    let app = platform(test).await;
    let buyer = member(test, &app, None);
    fund(&app, &buyer, "700.00").await;
    let made = book(&app, &buyer, "100000.00").await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (app, buyer) = (app.clone(), buyer.clone());
        tries.spawn(async move { pay(&app, &buyer, made.id, "700.00", PaymentMethod::Wallet).await });
    }
    let outcomes = tries.join_all().await;
    let paid = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(paid, 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code_of(refused), "insufficient_balance");
    }
    assert_eq!(balances(&app, &buyer).await.wallet, rupees("0.00"));
    assert_eq!(test.number("SELECT total_paid AS value FROM bookings"), 70_000);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payments"), 1);
}

async fn one_payment_is_confirmed_once_when_16_ask_at_once(test: &TestDb) {
    let app = platform(test).await;
    let (buyer, admin) = (member(test, &app, None), admin(test, &app));
    let made = book(&app, &buyer, "100000.00").await;
    let pending = pay(&app, &buyer, made.id, "600.00", PaymentMethod::BankTransfer).await.unwrap();
    assert_eq!(pending.status, PaymentStatus::Pending);
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..16 {
        let (app, admin) = (app.clone(), admin.clone());
        tries.spawn(async move {
            if n % 4 == 3 {
                booking::fail_payment(&app, &admin, pending.id, Settlement::default()).await
            } else {
                booking::confirm_payment(&app, &admin, pending.id, Settlement::default()).await
            }
        });
    }
    let outcomes = tries.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code_of(refused), "invalid_state");
    }
    let completed = test.number("SELECT COUNT(*) AS value FROM payments WHERE status = 'completed'");
    assert_eq!(test.number("SELECT total_paid AS value FROM bookings"), completed * 60_000);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM ledger_transactions"), completed);
}

async fn nobody_confirms_their_own_payment(test: &TestDb) {
    let app = platform(test).await;
    let admin = admin(test, &app);
    let made = book(&app, &admin, "1000.00").await;
    let pending = pay(&app, &admin, made.id, "600.00", PaymentMethod::Cash).await.unwrap();
    let confirmed = booking::confirm_payment(&app, &admin, pending.id, Settlement::default()).await;
    assert_eq!(code_of(confirmed), "forbidden");
    let someone = call(member(test, &app, None).actor.id, Role::Staff);
    let confirmed = booking::confirm_payment(&app, &someone, pending.id, Settlement::default()).await;
    assert_eq!(code_of(confirmed), "forbidden");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payments WHERE status = 'pending'"), 1);
}

async fn a_confirmation_that_no_longer_fits_leaves_the_payment_pending(test: &TestDb) {
    let app = platform(test).await;
    let (buyer, admin) = (member(test, &app, None), admin(test, &app));
    let made = book(&app, &buyer, "1000.00").await;
    let pending = pay(&app, &buyer, made.id, "600.00", PaymentMethod::Cash).await.unwrap();
    pay(&app, &buyer, made.id, "500.00", PaymentMethod::Online).await.unwrap();
    let confirmed = booking::confirm_payment(&app, &admin, pending.id, Settlement::default()).await;
    assert_eq!(code_of(confirmed), "exceeds_remaining");
    let seen = booking::view_payment(&app, &buyer, pending.id).await.unwrap();
    assert_eq!(seen.status, PaymentStatus::Pending);
    assert_eq!(test.number("SELECT total_paid AS value FROM bookings"), 50_000);
}

async fn an_idempotency_key_takes_effect_once_when_sent_16_times(test: &TestDb) {
    let app = platform(test).await;
    let buyer = member(test, &app, None);
    let made = book(&app, &buyer, "100000.00").await;
    let again = keyed(&buyer, "/api/booking/bookings/1/make_payment/", "key-1", "body");
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (app, again) = (app.clone(), again.clone());
        let new = booking::NewPayment { amount: rupees("600.00"), method: PaymentMethod::Online };
        tries.spawn(async move { booking::make_payment(&app, &again, made.id, new).await.unwrap() });
    }
    let outcomes = tries.join_all().await;
    assert_eq!(outcomes.iter().filter(|done| !done.replayed).count(), 1);
    assert!(outcomes.iter().all(|done| done.value == outcomes[0].value));
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payments"), 1);
    let other = keyed(&buyer, "/api/booking/bookings/1/make_payment/", "key-1", "another body");
    let new = booking::NewPayment { amount: rupees("700.00"), method: PaymentMethod::Online };
    assert_eq!(code_of(booking::make_payment(&app, &other, made.id, new).await), "idempotency_conflict");
    // a refusal is not kept: it can be tried again
    let retry = keyed(&buyer, "/api/booking/bookings/1/make_payment/", "key-2", "body");
    let short = booking::NewPayment { amount: rupees("1.00"), method: PaymentMethod::Wallet };
    assert_eq!(code_of(booking::make_payment(&app, &retry, made.id, short).await), "insufficient_balance");
    fund(&app, &buyer, "1.00").await;
    assert!(!booking::make_payment(&app, &retry, made.id, short).await.unwrap().replayed);
}

/// Each takes its key before the member's row: a key that shared that row's lock made them wait for each other.
async fn different_requests_of_one_member_all_take_effect_when_sent_at_once(test: &TestDb) {
    let app = platform(test).await;
    let buyer = member(test, &app, None);
    let made = book(&app, &buyer, "100000.00").await;
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..32 {
        let path = "/api/booking/bookings/1/make_payment/";
        let (app, call) = (app.clone(), keyed(&buyer, path, &format!("key-{number}"), "body"));
        let new = booking::NewPayment { amount: rupees("600.00"), method: PaymentMethod::Online };
        tries.spawn(async move { booking::make_payment(&app, &call, made.id, new).await.unwrap() });
    }
    assert!(tries.join_all().await.iter().all(|done| !done.replayed));
    assert_eq!(test.number("SELECT total_paid AS value FROM bookings"), 32 * 60_000);
}

async fn an_instalment_plan_is_checked(test: &TestDb) {
    let app = platform(test).await;
    let buyer = member(test, &app, None);
    let plain = NewBooking {
        vehicle_model: "E-Rick 1".to_owned(),
        vehicle_variant: "Red".to_owned(),
        booking_amount: rupees("500.00"),
        total_amount: rupees("100000.00"),
        emi_amount: None,
        emi_duration_months: Some(12),
        emi_start_date: None,
    };
    let made = booking::create_booking(&app, &buyer, plain.clone()).await.unwrap().value;
    assert_eq!((made.emi_amount, made.emi_total_count), (Some(rupees("8292.00")), 12));
    assert_eq!(made.emi_start_date.map(|day| day.to_string()).as_deref(), Some("2026-12-22"));
    let schedule = booking::view_emi_schedule(&app, &buyer, made.id).await.unwrap();
    assert_eq!(schedule.last().map(|last| last.amount), Some(rupees("8288.00")));

    let wrong = [
        (
            NewBooking { total_amount: rupees("1500.00"), emi_duration_months: Some(60), ..plain.clone() },
            "emi_duration_months",
        ),
        (NewBooking { emi_duration_months: Some(121), ..plain.clone() }, "emi_duration_months"),
        (NewBooking { emi_duration_months: Some(0), ..plain.clone() }, "emi_duration_months"),
        (NewBooking { emi_amount: Some(rupees("1.00")), ..plain.clone() }, "emi_amount"),
        (NewBooking { emi_start_date: "2026-11-21".parse().ok(), ..plain.clone() }, "emi_start_date"),
        (NewBooking { booking_amount: rupees("499.99"), ..plain.clone() }, "booking_amount"),
        (NewBooking { booking_amount: rupees("100000.01"), ..plain }, "booking_amount"),
    ];
    for (new, field) in wrong {
        assert_eq!(code_of(booking::create_booking(&app, &buyer, new).await), field);
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM bookings"), 1);
}

async fn cancelling_needs_that_nothing_is_paid(test: &TestDb) {
    let app = platform(test).await;
    let buyer = member(test, &app, None);
    let (paid, unpaid) = (book(&app, &buyer, "1000.00").await, book(&app, &buyer, "1000.00").await);
    pay(&app, &buyer, paid.id, "1.00", PaymentMethod::Online).await.unwrap();
    assert_eq!(code_of(booking::cancel_booking(&app, &buyer, paid.id).await), "has_payments");
    let cancelled = booking::cancel_booking(&app, &buyer, unpaid.id).await.unwrap().value;
    assert_eq!(cancelled.status, BookingStatus::Cancelled);
    assert_eq!(code_of(booking::cancel_booking(&app, &buyer, unpaid.id).await), "booking_closed");
    assert_eq!(code_of(pay(&app, &buyer, unpaid.id, "1.00", PaymentMethod::Online).await), "booking_closed");
}
