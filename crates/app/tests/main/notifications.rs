//! Members are told of what happens to them, once, in the transaction in which it happens.

use app::{
    App, Call, Page,
    notifications::{self, objects::Notification},
    tree::TreeMatcher,
    users,
};
use infra::{on_both, testing::TestDb};
use wallet_rules::{
    booking::PaymentMethod,
    occasion::{NotificationType, Subject},
};

use crate::{
    fixture::{
        admin, approve_kyc, assert_proven, book, code_of, earn, member, pay, platform, platform_with,
        run_tasks,
    },
    kyc::{input, staff},
    payout::asking,
    tree::settle,
};

on_both!(
    a_buyer_and_their_sponsor_are_told,
    a_pair_is_told_with_where_it_went,
    every_step_of_a_payout_is_told,
    every_review_of_a_kyc_is_told,
    what_was_refused_is_not_told,
    notifications_are_read_by_their_member,
);

const FIRST_PAGE: Page = Page { number: 1, size: 100 };

async fn told(app: &App, who: &Call) -> Vec<Notification> {
    notifications::list_notifications(app, who, None, FIRST_PAGE).await.expect("a list").results
}

/// What somebody was told, the newest first.
async fn titles(app: &App, who: &Call) -> Vec<String> {
    told(app, who).await.into_iter().map(|one| one.title).collect()
}

async fn a_buyer_and_their_sponsor_are_told(test: &TestDb) {
    let app = platform(test).await;
    let sponsor = member(test, &app, None);
    let buyer = member(test, &app, Some(sponsor.actor.id));
    let boss = admin(test, &app);
    let made = book(&app, &buyer, "250000.00").await;
    pay(&app, &buyer, made.id, "100.00", PaymentMethod::Online).await.unwrap();
    pay(&app, &buyer, made.id, "150000.00", PaymentMethod::Online).await.unwrap();
    let cash = pay(&app, &buyer, made.id, "99900.00", PaymentMethod::Cash).await.unwrap();
    assert_eq!(told(&app, &buyer).await.len(), 2, "cash is not there yet");
    app::booking::confirm_payment(&app, &boss, cash.id, app::booking::Settlement::default()).await.unwrap();
    run_tasks(&app).await;

    let number = &made.booking_number;
    let messages: Vec<String> = told(&app, &buyer).await.into_iter().map(|one| one.message).collect();
    assert_eq!(
        messages,
        [
            format!("₹99,900.00 was paid on booking {number}. Nothing remains to be paid."),
            format!(
                "₹1,50,000.00 was paid on booking {number}. The booking is confirmed. ₹99,900.00 remains to be paid."
            ),
            format!("₹100.00 was paid on booking {number}. ₹2,49,900.00 remains to be paid."),
        ]
    );
    let newest = &told(&app, &buyer).await[0];
    assert_eq!(
        (newest.notification_type, newest.reference_type),
        (NotificationType::Booking, Subject::Booking)
    );
    assert_eq!((newest.reference_id, newest.user, newest.is_read), (made.id, buyer.actor.id, false));
    assert_eq!(titles(&app, &sponsor).await, ["Referral bonus of ₹4,995.00", "Referral bonus of ₹7,500.00"]);
    let bonus = &told(&app, &sponsor).await[0];
    assert_eq!((bonus.notification_type, bonus.reference_id), (NotificationType::Wallet, cash.id));
    assert!(titles(&app, &boss).await.is_empty());
    assert_proven(&app).await;
}

async fn a_pair_is_told_with_where_it_went(test: &TestDb) {
    let app = platform_with(test, |plan| plan.max_earnings_before_active_buyer = 0).await;
    let owner = member(test, &app, None);
    for _ in 0..2 {
        earn(test, &app, &owner, "25.00").await;
    }
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    run_tasks(&app).await;
    let pair = &told(&app, &owner).await[0];
    assert_eq!((pair.notification_type, pair.reference_type), (NotificationType::Binary, Subject::Pair));
    assert_eq!(
        pair.message,
        "Pair 1 earned you ₹500.00. ₹100.00 of it went to EMI. ₹400.00 is in your wallet."
    );
    // the EMI reserve waits for a booking, and what it pays there is told as that
    book(&app, &owner, "10000.00").await;
    run_tasks(&app).await;
    let paid = &told(&app, &owner).await[0];
    assert_eq!(paid.notification_type, NotificationType::Payment);
    assert!(paid.message.contains("₹100.00 was paid") && paid.message.contains("EMI deductions"), "{paid:?}");
    assert_proven(&app).await;
}

async fn every_step_of_a_payout_is_told(test: &TestDb) {
    let app = platform(test).await;
    let (owner, boss) = (member(test, &app, None), admin(test, &app));
    earn(test, &app, &owner, "5000.00").await;
    approve_kyc(test, &app, &owner, &boss);
    let before = told(&app, &owner).await.len();
    let ask = async |amount: &str| {
        app::payout::request_payout(&app, &owner, asking(amount)).await.expect("a payout").value.id
    };
    let done = ask("1000.00").await;
    app::payout::process_payout(&app, &boss, done).await.unwrap();
    app::payout::complete_payout(&app, &boss, done, "UTR1".to_owned()).await.unwrap();
    let failed = ask("500.00").await;
    app::payout::process_payout(&app, &boss, failed).await.unwrap();
    app::payout::fail_payout(&app, &boss, failed, "no such account".to_owned()).await.unwrap();
    let rejected = ask("200.00").await;
    app::payout::reject_payout(&app, &boss, rejected, "later".to_owned()).await.unwrap();
    let cancelled = ask("100.00").await;
    app::payout::cancel_payout(&app, &owner, cancelled).await.unwrap();
    let mut said = titles(&app, &owner).await;
    said.truncate(said.len() - before);
    said.reverse();
    assert_eq!(
        said,
        [
            "Payout of ₹1,000.00 requested",
            "Payout of ₹1,000.00 is being paid",
            "Payout of ₹1,000.00 is complete",
            "Payout of ₹500.00 requested",
            "Payout of ₹500.00 is being paid",
            "Payout of ₹500.00 failed",
            "Payout of ₹200.00 requested",
            "Payout of ₹200.00 was rejected",
            "Payout of ₹100.00 requested",
            "Payout of ₹100.00 was cancelled",
        ]
    );
    assert_proven(&app).await;
}

async fn every_review_of_a_kyc_is_told(test: &TestDb) {
    let app = platform(test).await;
    let (asha, reviewer) = (member(test, &app, None), staff(test, &app));
    let kyc = users::submit_kyc(&app, &asha, input()).await.expect("it is taken").id;
    users::reject_kyc(&app, &reviewer, kyc, "the photo is dark").await.expect("rejected");
    users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    // at the same moment, by a clock that stands still
    users::reject_kyc(&app, &reviewer, kyc, "the photo is dark").await.expect("rejected");
    users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    users::approve_kyc(&app, &reviewer, kyc).await.expect("approved");
    assert_eq!(titles(&app, &asha).await, ["KYC approved", "KYC rejected", "KYC rejected"]);
    let oldest = &told(&app, &asha).await[2];
    assert!(oldest.message.contains("the photo is dark"), "{oldest:?}");
    assert_eq!((oldest.reference_type, oldest.reference_id), (Subject::Kyc, kyc));
}

async fn what_was_refused_is_not_told(test: &TestDb) {
    let app = platform(test).await;
    let (buyer, boss) = (member(test, &app, None), admin(test, &app));
    let made = book(&app, &buyer, "1000.00").await;
    assert_eq!(
        code_of(pay(&app, &buyer, made.id, "500.00", PaymentMethod::Wallet).await),
        "insufficient_balance"
    );
    let cash = pay(&app, &buyer, made.id, "600.00", PaymentMethod::Cash).await.unwrap();
    pay(&app, &buyer, made.id, "500.00", PaymentMethod::Online).await.unwrap();
    let late = app::booking::confirm_payment(&app, &boss, cash.id, app::booking::Settlement::default()).await;
    assert_eq!(code_of(late), "exceeds_remaining");
    assert_eq!(titles(&app, &buyer).await.len(), 1);
}

async fn notifications_are_read_by_their_member(test: &TestDb) {
    let app = platform(test).await;
    let (asha, ravi, boss) = (member(test, &app, None), member(test, &app, None), admin(test, &app));
    for buyer in [&asha, &ravi] {
        let made = book(&app, buyer, "5000.00").await;
        for _ in 0..3 {
            pay(&app, buyer, made.id, "500.00", PaymentMethod::Online).await.unwrap();
        }
    }
    let unread =
        async |who: &Call| notifications::count_unread(&app, who).await.expect("a count").unread_count;
    let listed = async |who: &Call, is_read: bool| {
        notifications::list_notifications(&app, who, Some(is_read), FIRST_PAGE).await.expect("a list").count
    };
    assert_eq!((unread(&asha).await, listed(&asha, true).await, listed(&asha, false).await), (3, 0, 3));
    let first = told(&app, &asha).await.pop().expect("one").id;
    for other in [&ravi, &boss] {
        assert_eq!(code_of(notifications::view_notification(&app, other, first).await), "not found");
        assert_eq!(code_of(notifications::mark_read(&app, other, first).await), "not found");
    }
    assert!(!notifications::view_notification(&app, &asha, first).await.expect("it is there").is_read);
    let read = notifications::mark_read(&app, &asha, first).await.expect("it is read");
    assert_eq!((read.is_read, read.read_at), (true, Some(app.clock.now())));
    app.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(notifications::mark_read(&app, &asha, first).await.expect("it stays").read_at, read.read_at);
    assert_eq!((unread(&asha).await, listed(&asha, true).await, listed(&asha, false).await), (2, 1, 2));
    assert_eq!(notifications::mark_all_read(&app, &asha).await.expect("all").unread_count, 0);
    assert_eq!((unread(&asha).await, listed(&asha, true).await, unread(&ravi).await), (0, 3, 3));
    assert_eq!(
        notifications::view_notification(&app, &asha, first).await.expect("it stays").read_at,
        read.read_at
    );
}
