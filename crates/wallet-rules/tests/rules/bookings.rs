//! Bookings and payments: rules 1 to 5 and the sponsor's "from then on" of rule 8.

use money::Paise;
use proptest::prelude::*;
use wallet_rules::{
    active_buyer::is_active_buyer,
    booking::{
        Applied, BookingEvent, BookingState, BookingStatus, CancelRefusal, NewBookingError, PaymentEvent,
        PaymentMethod, PaymentRefusal, PaymentStatus, check_new_booking, check_wallet_covers,
    },
    plan::Plan,
};

fn rupees(text: &str) -> Paise {
    text.parse().unwrap()
}

fn state(status: BookingStatus, booking: &str, total: &str, paid: &str) -> BookingState {
    BookingState {
        status,
        booking_amount: rupees(booking),
        total_amount: rupees(total),
        total_paid: rupees(paid),
    }
}

#[test]
fn the_arrows_of_a_booking_are_these_and_no_others() {
    use BookingEvent as E;
    use BookingStatus as S;
    let table = [
        (S::PreBooked, [Some(S::Confirmed), None, Some(S::Cancelled)]),
        (S::Confirmed, [None, Some(S::Completed), None]),
        (S::Completed, [None, None, None]),
        (S::Cancelled, [None, None, None]),
    ];
    assert_eq!(table.map(|(from, _)| from).as_slice(), S::ALL);
    for (from, to) in table {
        assert_eq!([E::Confirm, E::Complete, E::Cancel].map(|event| from.next(event)), to, "{from}");
    }
}

#[test]
fn the_arrows_of_a_payment_are_these_and_no_others() {
    use PaymentEvent as E;
    use PaymentStatus as S;
    let table = [
        (S::Pending, [Some(S::Completed), Some(S::Failed)]),
        (S::Completed, [None, None]),
        (S::Failed, [None, None]),
        (S::Refunded, [None, None]),
    ];
    assert_eq!(table.map(|(from, _)| from).as_slice(), S::ALL);
    for (from, to) in table {
        assert_eq!([E::Complete, E::Fail].map(|event| from.next(event)), to, "{from}");
    }
}

#[test]
fn who_asks_for_a_method_and_who_confirms_it() {
    use PaymentMethod as M;
    let chosen = |wanted: fn(M) -> bool| M::ALL.iter().copied().filter(|&m| wanted(m)).collect::<Vec<_>>();
    assert_eq!(chosen(M::is_made_by_platform), [M::EmiAutoFill, M::EmiDeduction]);
    assert_eq!(chosen(M::is_confirmed_by_admin), [M::BankTransfer, M::Cash]);
}

#[test]
fn amounts_of_a_new_booking() {
    let plan = Plan::default_plan();
    let check = |booking, total| check_new_booking(&plan, rupees(booking), rupees(total));
    let below = Err(NewBookingError::BookingAmountBelowMinimum { least: rupees("500.00") });
    assert_eq!(check("500.00", "100000.00"), Ok(()));
    assert_eq!(check("500.00", "500.00"), Ok(()));
    assert_eq!(check("499.99", "100000.00"), below);
    assert_eq!(check("-500.00", "100000.00"), below);
    assert_eq!(
        check("500.01", "500.00"),
        Err(NewBookingError::BookingAmountAboveTotal { total_amount: rupees("500.00") })
    );
}

#[test]
fn a_payment_is_a_rupee_or_what_remains_and_never_more() {
    use BookingStatus as S;
    let open = state(S::PreBooked, "500.00", "1000.00", "0.00");
    let nearly = state(S::Confirmed, "500.00", "1000.00", "999.40");
    let below = |least| Err(PaymentRefusal::BelowMinimum { least: rupees(least) });
    let exceeds = |remaining| Err(PaymentRefusal::ExceedsRemaining { remaining: rupees(remaining) });
    let cases = [
        (open, "1.00", Ok(())),
        (open, "1000.00", Ok(())),
        (open, "0.99", below("1.00")),
        (open, "0.00", below("1.00")),
        (open, "-5.00", below("1.00")),
        (open, "1000.01", exceeds("1000.00")),
        (nearly, "0.60", Ok(())),
        (nearly, "0.59", below("0.60")),
        (nearly, "0.61", exceeds("0.60")),
        (state(S::Completed, "500.00", "1000.00", "1000.00"), "1.00", Err(PaymentRefusal::BookingClosed)),
        (state(S::Cancelled, "500.00", "1000.00", "0.00"), "1.00", Err(PaymentRefusal::BookingClosed)),
    ];
    for (booking, amount, expect) in cases {
        assert_eq!(booking.check_payment(rupees(amount)), expect, "{amount} on {booking:?}");
    }
    assert_eq!(below("1.00").map_err(PaymentRefusal::code), Err::<(), _>(None));
    assert_eq!(exceeds("1.00").map_err(PaymentRefusal::code), Err::<(), _>(Some("exceeds_remaining")));
    assert_eq!(PaymentRefusal::BookingClosed.code(), Some("booking_closed"));
}

#[test]
fn a_wallet_pays_no_more_than_it_holds() {
    assert_eq!(check_wallet_covers(rupees("5.00"), rupees("5.00")), Ok(()));
    let refusal = check_wallet_covers(rupees("5.00"), rupees("5.01")).unwrap_err();
    assert_eq!(refusal, PaymentRefusal::InsufficientBalance { balance: rupees("5.00") });
    assert_eq!(refusal.code(), Some("insufficient_balance"));
}

#[test]
fn payments_confirm_complete_and_earn_the_sponsor() {
    use BookingStatus as S;
    // status, paid before, amount => paid, status, confirmed now, completed now, earns
    let cases = [
        (S::PreBooked, "0.00", "499.99", "499.99", S::PreBooked, false, false, false),
        (S::PreBooked, "0.00", "500.00", "500.00", S::Confirmed, true, false, true),
        (S::PreBooked, "499.99", "0.01", "500.00", S::Confirmed, true, false, true),
        (S::PreBooked, "0.00", "1000.00", "1000.00", S::Completed, true, true, true),
        (S::Confirmed, "500.00", "100.00", "600.00", S::Confirmed, false, false, true),
        (S::Confirmed, "600.00", "400.00", "1000.00", S::Completed, false, true, true),
    ];
    for (status, paid, amount, total_paid, after, confirmed_now, completed_now, earns_bonus) in cases {
        let applied = state(status, "500.00", "1000.00", paid).apply(rupees(amount));
        let total_paid = rupees(total_paid);
        let expect = Applied { total_paid, status: after, confirmed_now, completed_now, earns_bonus };
        assert_eq!(applied, Ok(expect), "{amount} after {paid}");
    }
}

#[test]
fn a_confirmation_that_no_longer_fits_is_refused() {
    let booking = state(BookingStatus::Confirmed, "500.00", "1000.00", "900.00");
    assert_eq!(
        booking.apply(rupees("100.01")),
        Err(PaymentRefusal::ExceedsRemaining { remaining: rupees("100.00") })
    );
    assert!(booking.apply(Paise::ZERO).is_err());
    assert!(booking.apply(rupees("-1.00")).is_err());
}

#[test]
fn only_an_unpaid_pre_booking_is_cancelled() {
    use BookingStatus as S;
    let paid = |text| Err(CancelRefusal::HasPayments { total_paid: rupees(text) });
    let cases = [
        (state(S::PreBooked, "500.00", "1000.00", "0.00"), Ok(())),
        (state(S::PreBooked, "500.00", "1000.00", "0.01"), paid("0.01")),
        (state(S::Confirmed, "500.00", "1000.00", "500.00"), paid("500.00")),
        (state(S::Completed, "500.00", "1000.00", "1000.00"), paid("1000.00")),
        (
            state(S::Cancelled, "500.00", "1000.00", "0.00"),
            Err(CancelRefusal::NotOpen { status: S::Cancelled }),
        ),
    ];
    for (booking, expect) in cases {
        assert_eq!(booking.check_cancel(), expect, "{booking:?}");
    }
    assert_eq!(paid("1.00").map_err(CancelRefusal::code), Err::<(), _>("has_payments"));
}

#[test]
fn an_active_buyer_has_paid_five_thousand() {
    let plan = Plan::default_plan();
    assert!(!is_active_buyer(&plan, rupees("4999.99")));
    assert!(is_active_buyer(&plan, rupees("5000.00")));
}

proptest! {
    /// Whatever is asked for, in any order, a booking ends paid exactly or still open, each flag once.
    #[test]
    fn a_booking_is_never_overpaid(
        total in 50_000i64..500_000,
        share in 0i64..=100,
        asked in prop::collection::vec(-100i64..200_000, 1..40),
    ) {
        let booking_amount = Paise::new(50_000 + (total - 50_000) * share / 100);
        let mut booking = BookingState {
            status: BookingStatus::PreBooked,
            booking_amount,
            total_amount: Paise::new(total),
            total_paid: Paise::ZERO,
        };
        let (mut paid, mut confirmed, mut completed) = (0i64, 0, 0);
        for amount in asked {
            let remaining = total - paid;
            let fits = remaining > 0 && amount <= remaining && amount >= remaining.min(100);
            prop_assert_eq!(booking.check_payment(Paise::new(amount)).is_ok(), fits);
            if !fits {
                continue;
            }
            let applied = booking.apply(Paise::new(amount)).unwrap();
            paid += amount;
            confirmed += i32::from(applied.confirmed_now);
            completed += i32::from(applied.completed_now);
            prop_assert_eq!(applied.total_paid.get(), paid);
            prop_assert_eq!(applied.earns_bonus, paid >= booking_amount.get());
            prop_assert_eq!(applied.status == BookingStatus::Completed, paid == total);
            booking.total_paid = applied.total_paid;
            booking.status = applied.status;
            prop_assert_eq!(booking.is_open(), paid < total);
        }
        prop_assert_eq!(confirmed, i32::from(paid >= booking_amount.get()));
        prop_assert_eq!(completed, i32::from(paid == total));
    }
}
