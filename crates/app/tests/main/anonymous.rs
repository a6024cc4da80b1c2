//! A member takes their data along, and a person is made anonymous.

use app::{auth, users};
use infra::{on_both, testing::TestDb};
use wallet_rules::{booking::PaymentMethod, people::Role};

use crate::{
    fixture::{admin, approve_kyc, assert_proven, book, call, code_of, earn, member, pay, platform},
    people::{call_with, login},
};

on_both!(
    an_export_has_everything_and_no_whole_number,
    an_export_that_is_not_whole_says_so,
    nobody_is_made_anonymous_while_money_is_under_way,
    a_person_is_gone_and_the_books_stand,
    what_comes_after_a_person_is_gone_stays_in_the_wallet,
);

async fn an_export_has_everything_and_no_whole_number(test: &TestDb) {
    let app = platform(test).await;
    let (one, other, reviewer) = (member(test, &app, None), member(test, &app, None), admin(test, &app));
    approve_kyc(test, &app, &one, &reviewer);
    earn(test, &app, &one, "500.00").await;
    let booking = book(&app, &one, "1000.00").await;
    pay(&app, &one, booking.id, "100.00", PaymentMethod::Wallet).await.expect("a payment");
    book(&app, &other, "2000.00").await;
    let export = users::export_user(&app, &one).await.expect("the data");
    assert_eq!((export.profile.id, export.wallet.user), (one.actor.id, one.actor.id));
    assert_eq!((export.bookings.len(), export.payments.len(), export.wallet_transactions.len()), (1, 1, 2));
    let kyc = export.kyc.clone().expect("a KYC");
    assert_eq!((kyc.pan_number.as_str(), kyc.aadhaar_number.as_str()), ("XXXXXX234F", "XXXXXXXX2346"));
    assert_eq!(kyc.account_number, "XXXXXXX3445");
    let text = serde_json::to_string(&export).expect("JSON");
    for secret in ["ABCPE1234F", "30112233445", &format!("member{}@", other.actor.id)] {
        assert!(!text.contains(secret), "{secret}");
    }
}

async fn an_export_that_is_not_whole_says_so(test: &TestDb) {
    let app = platform(test).await;
    let (one, other) = (member(test, &app, None), member(test, &app, None));
    let told = |who: &app::Call, digits: u32| {
        let tens = (1..10).fold("SELECT 0 AS d".to_owned(), |all, d| format!("{all} UNION ALL SELECT {d}"));
        let from: Vec<String> = (0..digits).map(|place| format!("({tens}) t{place}")).collect();
        let key: Vec<String> = (0..digits).map(|place| format!("t{place}.d")).collect();
        test.sql(&format!(
            "INSERT INTO notifications (user_id, occasion, notification_type, title, message, reference_type,
               reference_id, created_at)
             SELECT {id}, CONCAT('{id}-{digits}-', {key}), 'system', 'Title', 'Text', 'booking', 1,
               '2026-11-22 10:00:00' FROM {from}",
            id = who.actor.id,
            key = key.join(", "),
            from = from.join(", "),
        ))
        .expect("notifications");
    };
    told(&one, 5);
    let whole = users::export_user(&app, &one).await.expect("the data");
    assert_eq!((whole.notifications.len(), whole.cut_off.len()), (100_000, 0));
    told(&one, 1);
    told(&other, 2);
    let cut = users::export_user(&app, &one).await.expect("the data");
    assert_eq!((cut.notifications.len(), cut.cut_off), (100_000, vec!["notifications".to_owned()]));
    let newest = test.number("SELECT MAX(id) AS value FROM notifications WHERE occasion LIKE '%-1-%'");
    assert_eq!(cut.notifications.first().map(|first| first.id), Some(newest));
    assert!(users::export_user(&app, &other).await.expect("the data").cut_off.is_empty());
}

async fn what_comes_after_a_person_is_gone_stays_in_the_wallet(test: &TestDb) {
    let app = platform(test).await;
    let root = admin(test, &app);
    let sponsor = login(test, &app, "meera@example.in").await;
    let (id, token) = (sponsor.user.id, sponsor.tokens.access);
    approve_kyc(test, &app, &call(id, Role::User), &root);
    let buyer = member(test, &app, Some(id));
    users::anonymise_user(&app, &root, id).await.expect("gone");
    let booking = book(&app, &buyer, "1000.00").await;
    pay(&app, &buyer, booking.id, "500.00", PaymentMethod::Online).await.expect("a payment");
    crate::fixture::run_tasks(&app).await;
    // the bonus is what the rules say, and it is nobody else's
    let wallet = app::wallet::view_my_wallet(&app, &call(id, Role::User)).await.expect("a wallet");
    assert_eq!((wallet.balance.to_string().as_str(), wallet.user), ("25.00", id));
    // there is no way to it: nobody is let in, and nothing says where it should go
    call_with(&app, &token).await.expect_err("it is nobody's");
    assert_eq!(code_of(crate::payout::request(&app, &call(id, Role::User), "25.00").await), "kyc_required");
    users::anonymise_user(&app, &root, id).await.expect("gone already");
    assert_proven(&app).await;
}

async fn nobody_is_made_anonymous_while_money_is_under_way(test: &TestDb) {
    let app = platform(test).await;
    let (one, root) = (member(test, &app, None), admin(test, &app));
    let gone = async || users::anonymise_user(&app, &root, one.actor.id).await;
    earn(test, &app, &one, "100.00").await;
    assert_eq!(code_of(gone().await), "wallet_not_empty");
    let booking = book(&app, &one, "1000.00").await;
    pay(&app, &one, booking.id, "100.00", PaymentMethod::Wallet).await.expect("a payment");
    let pending = pay(&app, &one, booking.id, "10.00", PaymentMethod::Cash).await.expect("a payment").id;
    assert_eq!(code_of(gone().await), "payment_pending");
    let settled = app::booking::Settlement::default();
    app::booking::fail_payment(&app, &root, pending, settled).await.expect("failed");
    approve_kyc(test, &app, &one, &root);
    earn(test, &app, &one, "50.00").await;
    let asked = crate::payout::request(&app, &one, "50.00").await.expect("a payout").id;
    assert_eq!(code_of(gone().await), "payout_open");
    app::payout::process_payout(&app, &root, asked).await.expect("processed");
    assert_eq!(code_of(gone().await), "payout_open");
    app::payout::complete_payout(&app, &root, asked, "UTR1".to_owned()).await.expect("completed");
    let shown = gone().await.expect("at rest now");
    assert_eq!((shown.id, shown.email.as_str(), shown.mobile.as_str()), (one.actor.id, "", ""));
    // not oneself, not by a member, and staff by a superuser alone
    let other = member(test, &app, None);
    for (who, whom) in [(&other, one.actor.id), (&root, root.actor.id), (&root, admin(test, &app).actor.id)] {
        assert!(matches!(users::anonymise_user(&app, who, whom).await, Err(app::Error::Forbidden)));
    }
    assert!(matches!(users::anonymise_user(&app, &root, 999).await, Err(app::Error::NotFound)));
    assert_proven(&app).await;
}

async fn a_person_is_gone_and_the_books_stand(test: &TestDb) {
    let app = platform(test).await;
    let root = admin(test, &app);
    let made = login(test, &app, "meera@example.in").await;
    let id = made.user.id;
    let one = call(id, Role::User);
    test.sql(&format!(
        "UPDATE users SET first_name = 'Meera', last_name = 'Nair', mobile = '9000000555', city = 'Kochi',
           date_of_birth = '1990-01-31', gender = 'female' WHERE id = {id}"
    ))
    .expect("a person");
    approve_kyc(test, &app, &one, &root);
    let document = app.files.store(b"%PDF-1.7 mine".to_vec()).await.expect("a document").name;
    let at = "2026-11-22 10:00:00";
    test.sql(&format!(
        "INSERT INTO files (id, user_id, storage_name, content_type, bytes, created_at)
           VALUES (77, {id}, '{document}', 'application/pdf', 13, '{at}');
         UPDATE kycs SET pan_file_id = 77 WHERE user_id = {id}"
    ))
    .expect("a document");
    let booking = book(&app, &one, "1000.00").await;
    pay(&app, &one, booking.id, "500.00", PaymentMethod::Online).await.expect("a payment");
    crate::people::code_for(test, &app, "meera@example.in").await;
    let books = || {
        ["bookings", "payments", "ledger_entries", "tree_events"]
            .map(|table| test.number(&format!("SELECT COUNT(*) AS value FROM {table}")))
    };
    let before = books();
    users::anonymise_user(&app, &root, id).await.expect("gone");
    assert_eq!(books(), before);
    for (table, text) in [
        ("users", "CONCAT(username, COALESCE(email, ''), COALESCE(mobile, ''), first_name, last_name, city)"),
        (
            "kycs",
            "CONCAT(pan_sealed, account_sealed, account_holder_name, address_line1, city, aadhaar_last4)",
        ),
        ("otps", "identifier"),
    ] {
        for row in test.texts(&format!("SELECT {text} AS value FROM {table}")) {
            for known in ["eera", "Nair", "9000000555", "Kochi", "Asha Member", "MG Road", "2346"] {
                assert!(!row.contains(known), "{table} still says {known}: {row}");
            }
        }
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM files"), 0);
    assert_eq!(app.files.read(&document).await.expect("the folder"), None, "the document is gone");
    call_with(&app, &made.tokens.access).await.expect_err("it is nobody's");
    auth::refresh(&app, &made.tokens.refresh).await.expect_err("it is nobody's");
    // once more changes nothing
    let lines = test.number("SELECT COUNT(*) AS value FROM audit");
    users::anonymise_user(&app, &root, id).await.expect("gone already");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM audit"), lines);
    assert!(matches!(users::enable_user(&app, id).await, Err(app::Error::NotFound)), "nobody comes back");
    // the address is free for whoever has it
    assert_ne!(login(test, &app, "meera@example.in").await.user.id, id);
    assert_proven(&app).await;
}
