//! The dashboard counts what the rules say it counts.

use app::reports::{
    objects::{Dashboard, MemberDashboard, PlatformDashboard},
    view_dashboard,
};
use infra::{on_both, testing::TestDb};
use wallet_rules::booking::PaymentMethod;

use crate::{
    fixture::{admin, approve_kyc, book, member, pay, platform, rupees},
    payout::asking,
    wallet::with_seven_pairs,
};

on_both!(dashboards_count);

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
