//! The dashboard and the reports count what the rules say they count.

use app::{
    App, Call,
    reports::{
        Days,
        objects::{Dashboard, MemberDashboard, PlatformDashboard, SalesReport, WalletReport},
        view_dashboard, view_sales_report, view_user_report, view_wallet_report,
    },
};
use chrono::TimeDelta;
use infra::{on_both, testing::TestDb};
use wallet_rules::booking::PaymentMethod;

use crate::{
    fixture::{
        admin, approve_kyc, assert_proven, book, code_of, fund, member, pay, platform, run_tasks, rupees,
    },
    payout::asking,
    wallet::with_seven_pairs,
};

on_both!(
    dashboards_count,
    sales_count_on_their_indian_day,
    a_member_s_figures_are_theirs_and_an_admin_s_to_see,
    wallets_are_summed_by_type,
);

async fn dashboards_count(test: &TestDb) {
    let app = platform(test).await;
    let (owner, _) = with_seven_pairs(test, &app).await;
    let boss = admin(test, &app);
    approve_kyc(test, &app, &owner, &boss);
    let paid = book(&app, &owner, "5000.00").await;
    pay(&app, &owner, paid.id, "5000.00", PaymentMethod::Online).await.unwrap();
    book(&app, &owner, "5000.00").await;
    app::payout::request_payout(&app, &owner, asking("650.00")).await.unwrap();
    let done = app::payout::request_payout(&app, &owner, asking("100.00")).await.unwrap().value;
    app::payout::process_payout(&app, &boss, done.id).await.unwrap();
    app::payout::complete_payout(&app, &boss, done.id, "UTR1".to_owned()).await.unwrap();

    let mine = MemberDashboard {
        wallet_balance: rupees("2900.00"),
        total_earnings: rupees("3850.00"),
        total_withdrawn: rupees("100.00"),
        active_bookings: 1,
        total_bookings: 2,
        binary_pairs: 7,
        pending_payouts: 1,
    };
    assert_eq!(view_dashboard(&app, &owner).await.unwrap(), Dashboard::Member(mine));
    let Dashboard::Platform(all) = view_dashboard(&app, &boss).await.unwrap() else {
        panic!("an admin sees the platform's")
    };
    let wallets =
        test.number("SELECT CAST(SUM(balance) AS SIGNED) AS value FROM accounts WHERE kind = 'wallet'");
    let expected = PlatformDashboard {
        total_users: 16,
        active_buyers: 1,
        total_bookings: 16,
        total_revenue: rupees("12000.00"),
        total_wallet_balance: money::Paise::new(wallets),
        pending_payouts: 1,
    };
    assert_eq!(all, expected);
    let json = serde_json::to_value(Dashboard::Platform(all)).unwrap();
    assert_eq!((&json["total_revenue"], &json["total_users"]), (&"12000.00".into(), &16.into()));
    let newcomer = member(test, &app, None);
    let Dashboard::Member(none) = view_dashboard(&app, &newcomer).await.unwrap() else {
        panic!("a member sees their own")
    };
    assert_eq!((none.wallet_balance, none.total_bookings), (rupees("0.00"), 0));
}

fn days(first: &str, last: &str) -> Days {
    let day = |text: &str| (!text.is_empty()).then(|| text.parse().expect("a day"));
    Days { first: day(first), last: day(last) }
}

async fn sold(app: &App, boss: &Call, first: &str, last: &str) -> SalesReport {
    view_sales_report(app, boss, days(first, last)).await.expect("a report")
}

async fn sales_count_on_their_indian_day(test: &TestDb) {
    let app = platform(test).await;
    let (buyer, boss) = (member(test, &app, None), admin(test, &app));
    let none = sold(&app, &boss, "", "").await;
    assert_eq!((none.total_sales, none.bookings, none.by_day.len()), (rupees("0.00"), 0, 0));
    // 10:00 on the 22nd in India
    let first = book(&app, &buyer, "5000.00").await;
    pay(&app, &buyer, first.id, "500.00", PaymentMethod::Online).await.unwrap();
    let waiting = pay(&app, &buyer, first.id, "700.00", PaymentMethod::Cash).await.unwrap();
    pay(&app, &buyer, first.id, "900.00", PaymentMethod::Cash).await.unwrap();
    // 23:59:59.999999 on the 22nd, which is another day in UTC than the first moment of the 23rd is not
    app.clock.advance(TimeDelta::hours(14) - TimeDelta::microseconds(1));
    pay(&app, &buyer, first.id, "100.00", PaymentMethod::Online).await.unwrap();
    app.clock.advance(TimeDelta::microseconds(1));
    let second = book(&app, &buyer, "5000.00").await;
    pay(&app, &buyer, second.id, "30.00", PaymentMethod::Online).await.unwrap();
    app::booking::confirm_payment(&app, &boss, waiting.id, app::booking::Settlement::default())
        .await
        .unwrap();
    // a day on which something was booked and nothing paid
    app.clock.advance(TimeDelta::days(2));
    let dropped = book(&app, &buyer, "5000.00").await;
    app::booking::cancel_booking(&app, &buyer, dropped.id).await.unwrap();

    let all = sold(&app, &boss, "", "").await;
    assert_eq!((all.total_sales, all.total_transactions, all.bookings), (rupees("1330.00"), 4, 3));
    let shown: Vec<String> = all
        .by_day
        .iter()
        .map(|day| format!("{} {} {} {}", day.date, day.total_sales, day.total_transactions, day.bookings))
        .collect();
    assert_eq!(shown, ["2026-11-22 600.00 2 1", "2026-11-23 730.00 2 1", "2026-11-25 0.00 0 1"]);
    for (first, last, amount, payments, bookings) in [
        ("2026-11-22", "2026-11-22", "600.00", 2, 1),
        ("2026-11-23", "2026-11-23", "730.00", 2, 1),
        ("2026-11-23", "", "730.00", 2, 2),
        ("", "2026-11-22", "600.00", 2, 1),
        ("2026-11-22", "2026-11-25", "1330.00", 4, 3),
        ("2026-11-24", "2026-11-24", "0.00", 0, 0),
        ("2026-11-25", "2026-11-22", "0.00", 0, 0),
        ("1000-01-01", "9999-12-31", "1330.00", 4, 3),
    ] {
        let report = sold(&app, &boss, first, last).await;
        let figures = (report.total_sales, report.total_transactions, report.bookings);
        assert_eq!(figures, (rupees(amount), payments, bookings), "{first} to {last}");
    }
    let Dashboard::Platform(platform) = view_dashboard(&app, &boss).await.unwrap() else {
        panic!("an admin")
    };
    assert_eq!((platform.total_revenue, platform.total_bookings), (all.total_sales, all.bookings));
    assert_eq!(code_of(view_sales_report(&app, &buyer, Days::default()).await), "forbidden");
}

async fn a_member_s_figures_are_theirs_and_an_admin_s_to_see(test: &TestDb) {
    let app = platform(test).await;
    let (owner, below) = with_seven_pairs(test, &app).await;
    let boss = admin(test, &app);
    approve_kyc(test, &app, &owner, &boss);
    let paid = book(&app, &owner, "5000.00").await;
    pay(&app, &owner, paid.id, "5000.00", PaymentMethod::Online).await.unwrap();
    book(&app, &owner, "5000.00").await;
    app::payout::request_payout(&app, &owner, asking("650.00")).await.unwrap();
    let gone = app::payout::request_payout(&app, &owner, asking("100.00")).await.unwrap().value;
    app::payout::cancel_payout(&app, &owner, gone.id).await.unwrap();

    let mine = view_user_report(&app, &owner, None).await.unwrap();
    assert_eq!((mine.user.id, mine.user.is_active_buyer), (owner.actor.id, true));
    assert_eq!(mine.user.email, "member1@example.in");
    assert_eq!((mine.bookings, mine.total_paid), (2, rupees("5000.00")));
    assert_eq!((mine.wallet_balance, mine.binary_pairs, mine.payouts), (rupees("3000.00"), 7, 2));
    // the parameter is an admin's
    let other = view_user_report(&app, &below[0], Some(owner.actor.id)).await.unwrap();
    assert_eq!(other.user.id, below[0].actor.id);
    assert_eq!(view_user_report(&app, &boss, Some(owner.actor.id)).await.unwrap(), mine);
    assert_eq!(view_user_report(&app, &boss, None).await.unwrap().user.id, boss.actor.id);
    assert_eq!(code_of(view_user_report(&app, &boss, Some(4_711)).await), "not found");
}

async fn wallets_are_summed_by_type(test: &TestDb) {
    let app = platform(test).await;
    let (owner, below) = with_seven_pairs(test, &app).await;
    let boss = admin(test, &app);
    approve_kyc(test, &app, &owner, &boss);
    let made = book(&app, &owner, "10000.00").await;
    run_tasks(&app).await;
    pay(&app, &owner, made.id, "650.00", PaymentMethod::Wallet).await.unwrap();
    app.clock.advance(TimeDelta::days(1));
    let asked = app::payout::request_payout(&app, &owner, asking("1000.00")).await.unwrap().value;
    app::payout::cancel_payout(&app, &owner, asked.id).await.unwrap();
    assert_proven(&app).await;

    let told = |report: &WalletReport| -> Vec<String> {
        let mut rows: Vec<String> = report
            .by_type
            .iter()
            .map(|sum| format!("{} {} {}", sum.transaction_type, sum.count, sum.total))
            .collect();
        rows.sort();
        rows
    };
    let report = async |call: &Call, user, first: &str, last: &str| {
        view_wallet_report(&app, call, user, days(first, last)).await.expect("a report")
    };
    let mine = report(&owner, None, "", "").await;
    assert_eq!(
        told(&mine),
        [
            "BINARY_PAIR 7 3500.00",
            "BOOKING_PAYMENT 1 -650.00",
            "EMI_DEDUCTION 2 -200.00",
            "PAYOUT 1 -1000.00",
            "REFERRAL_BONUS 14 350.00",
            "REFUND 1 1000.00",
        ]
    );
    assert_eq!(
        (mine.total_transactions, mine.total_credit, mine.total_debit),
        (26, rupees("4850.00"), rupees("1850.00"))
    );
    let wallet = app::wallet::view_my_wallet(&app, &owner).await.unwrap();
    assert_eq!(mine.total_credit.checked_sub(mine.total_debit).unwrap(), wallet.balance);
    let first_day = report(&owner, None, "2026-11-22", "2026-11-22").await;
    assert_eq!((first_day.total_transactions, first_day.total_debit), (24, rupees("850.00")));
    assert_eq!(
        told(&report(&owner, None, "2026-11-23", "").await),
        ["PAYOUT 1 -1000.00", "REFUND 1 1000.00"]
    );
    assert_eq!(report(&owner, None, "", "2026-11-21").await.total_transactions, 0);

    // who is no admin sees their own, whoever they name; an admin sees everyone's, or one's
    assert_eq!(report(&boss, Some(owner.actor.id), "", "").await, mine);
    let theirs = report(&below[0], Some(owner.actor.id), "", "").await;
    assert_ne!(theirs, mine);
    assert_eq!(theirs, report(&boss, Some(below[0].actor.id), "", "").await);
    let all = report(&boss, None, "", "").await;
    let rows = test.number("SELECT COUNT(*) AS value FROM ledger_entries JOIN accounts ON accounts.id = account_id WHERE kind = 'wallet'");
    let held =
        test.number("SELECT CAST(SUM(balance) AS SIGNED) AS value FROM accounts WHERE kind = 'wallet'");
    assert_eq!(all.total_transactions, rows);
    assert_eq!(all.total_credit.checked_sub(all.total_debit).unwrap(), money::Paise::new(held));
    assert_eq!(report(&boss, Some(4_711), "", "").await.by_type, []);
    fund(&app, &owner, "1.00").await;
    assert_eq!(report(&owner, None, "", "").await.total_credit, rupees("4851.00"));
}
