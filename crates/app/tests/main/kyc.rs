//! Profiles and KYC, and what members try with each other's.

use app::{
    Call, Error, Page,
    users::{self, KycInput, ProfileChange},
};
use chrono::{NaiveDate, TimeDelta};
use infra::{
    on_both, on_both_and_redis,
    testing::{PNG, TestDb},
};
use wallet_rules::people::{Gender, KycStatus, Role};

use crate::{
    codes::tries,
    fixture::{admin, call, code_of, member, platform},
    people::{caller, code_for, login, not},
};

on_both_and_redis!(an_address_changes_only_with_its_code, two_codes_are_used_up_together_or_not_at_all);

on_both!(
    a_profile_changes_in_part,
    a_kyc_is_stored_sealed_and_shown_masked,
    a_kyc_needs_its_fields,
    only_staff_review_and_nobody_their_own,
    anothers_kyc_is_not_found,
    a_change_after_a_review_is_pending_again,
    a_pan_and_an_aadhaar_belong_to_one_member,
    a_document_opens_by_its_link_for_a_while,
    a_refused_kyc_leaves_no_document_behind,
    ten_submissions_at_once_are_one_record,
);

const FIRST_PAGE: Page = Page { number: 1, size: 20 };

/// A whole KYC.
pub fn input() -> KycInput {
    let text = |text: &str| Some(text.to_owned());
    KycInput {
        pan_number: text("abcpe1234f"),
        aadhaar_number: text("234123412346"),
        address_line1: text("1 MG Road"),
        city: text("Kochi"),
        state: text("Kerala"),
        pincode: text("682001"),
        bank_name: text("State Bank of India"),
        account_number: text("30112233445"),
        ifsc_code: text("sbin0001234"),
        account_holder_name: text("A Sponsor"),
        pan_document: Some(PNG.to_vec()),
        ..KycInput::default()
    }
}

/// Somebody who reviews.
pub fn staff(test: &TestDb, app: &app::App) -> Call {
    let id = admin(test, app).actor.id;
    test.sql(&format!("UPDATE users SET role = 'staff' WHERE id = {id}")).expect("they are staff");
    call(id, Role::Staff)
}

/// How many private files there are.
pub fn media(test: &TestDb) -> usize {
    std::fs::read_dir(test.folder().join("media")).map_or(0, Iterator::count)
}

async fn a_profile_changes_in_part(test: &TestDb) {
    let app = platform(test).await;
    let asha = caller(test, &app, "asha@example.in").await;
    let before = users::view_profile(&app, &asha).await.expect("a profile");
    assert_eq!((before.country.as_str(), before.kyc_status, before.nominee_exists), ("India", None, false));
    let change = ProfileChange {
        first_name: Some("  Ashá 🚲 ".to_owned()),
        gender: Some(Gender::Female),
        date_of_birth: NaiveDate::from_ymd_opt(1990, 2, 28),
        pincode: Some("682001".to_owned()),
        // as it is stored: no change, so no code is asked for
        email: Some("ASHA@example.in".to_owned()),
        mobile: Some(String::new()),
        ..ProfileChange::default()
    };
    let after = users::update_profile(&app, &asha, change).await.expect("it changes");
    assert_eq!((after.first_name.as_str(), after.gender), ("Ashá 🚲", Some(Gender::Female)));
    assert_eq!((after.email.as_str(), after.pincode.as_str()), ("asha@example.in", "682001"));
    assert_eq!(users::view_profile(&app, &asha).await.expect("a profile"), after);
    let nothing =
        users::update_profile(&app, &asha, ProfileChange::default()).await.expect("nothing changes");
    assert_eq!(nothing, after);
    let long = Some("x".repeat(101));
    let wrong = ProfileChange {
        first_name: long,
        pincode: Some("012345".to_owned()),
        date_of_birth: NaiveDate::from_ymd_opt(2026, 11, 23),
        ..ProfileChange::default()
    };
    match users::update_profile(&app, &asha, wrong).await.expect_err("three fields are wrong") {
        Error::Invalid(fields) => {
            assert_eq!(fields.keys().collect::<Vec<_>>(), ["date_of_birth", "first_name", "pincode"]);
        }
        other => panic!("{other}"),
    }
}

async fn an_address_changes_only_with_its_code(test: &TestDb) {
    let app = platform(test).await;
    let asha = caller(test, &app, "asha@example.in").await;
    let ravi = caller(test, &app, "ravi@example.in").await;
    let to = |code: Option<&str>| ProfileChange {
        email: Some("new@example.in".to_owned()),
        email_otp: code.map(str::to_owned),
        ..ProfileChange::default()
    };
    assert_eq!(code_of(users::update_profile(&app, &asha, to(None)).await), "email_otp");
    assert_eq!(code_of(users::update_profile(&app, &asha, to(Some("123456"))).await), "email_otp");
    let code = code_for(test, &app, "new@example.in").await;
    for _ in 0..4 {
        assert_eq!(code_of(users::update_profile(&app, &asha, to(Some(not(&code)))).await), "email_otp");
    }
    assert_eq!(
        users::update_profile(&app, &asha, to(Some(&code))).await.expect("it is theirs").email,
        "new@example.in"
    );
    // the code is used up, and the old address logs in no more into this account
    assert_eq!(code_of(users::update_profile(&app, &ravi, to(Some(&code))).await), "email_otp");
    assert_ne!(login(test, &app, "asha@example.in").await.user.id, asha.actor.id);
    // an address of another's stays theirs, whoever reads its mail today
    let code = code_for(test, &app, "new@example.in").await;
    assert_eq!(code_of(users::update_profile(&app, &ravi, to(Some(&code))).await), "email");
    assert_eq!(login(test, &app, "new@example.in").await.user.id, asha.actor.id);
}

async fn two_codes_are_used_up_together_or_not_at_all(test: &TestDb) {
    let app = platform(test).await;
    let asha = caller(test, &app, "asha@example.in").await;
    let email = code_for(test, &app, "new@example.in").await;
    let mobile = code_for(test, &app, "9000000401").await;
    let both = |email_otp: &str, mobile_otp: &str| ProfileChange {
        email: Some("new@example.in".to_owned()),
        email_otp: Some(email_otp.to_owned()),
        mobile: Some("9000000401".to_owned()),
        mobile_otp: Some(mobile_otp.to_owned()),
        ..ProfileChange::default()
    };
    for _ in 0..3 {
        assert_eq!(
            code_of(users::update_profile(&app, &asha, both(&email, not(&mobile))).await),
            "mobile_otp"
        );
    }
    assert_eq!(tries(test).await, [0, 3]);
    assert_eq!(users::view_profile(&app, &asha).await.expect("a profile").email, "asha@example.in");
    let after = users::update_profile(&app, &asha, both(&email, &mobile)).await.expect("both are right");
    assert_eq!((after.email.as_str(), after.mobile.as_str()), ("new@example.in", "9000000401"));
    assert!(tries(test).await.is_empty());
}

async fn a_kyc_is_stored_sealed_and_shown_masked(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    let kyc = users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    assert_eq!((kyc.status, kyc.user), (KycStatus::Pending, asha.actor.id));
    assert_eq!((kyc.pan_number.as_str(), kyc.aadhaar_number.as_str()), ("ABCPE1234F", "XXXXXXXX2346"));
    assert_eq!((kyc.account_number.as_str(), kyc.ifsc_code.as_str()), ("30112233445", "SBIN0001234"));
    assert_eq!((kyc.country.as_str(), kyc.aadhaar_front.as_str()), ("India", ""));
    let clear =
        "SELECT COUNT(*) AS value FROM kycs WHERE pan_sealed LIKE '%ABCPE%' OR pan_hash LIKE '%ABCPE%'
        OR aadhaar_hash LIKE '%2341%2346%' OR aadhaar_last4 <> '2346' OR account_sealed LIKE '%30112233445%'";
    assert_eq!(test.number(clear), 0);
    assert_eq!(users::view_kyc(&app, &asha, kyc.id).await.expect("it is there").pan_number, "ABCPE1234F");
    assert!(!format!("{kyc:?} {:?}", input()).contains("ABCPE"));
    let profile = users::view_profile(&app, &asha).await.expect("a profile");
    assert_eq!(profile.kyc_status, Some(KycStatus::Pending));
    // a second one replaces the first, documents and all
    let second = KycInput { pan_document: None, account_number: None, city: Some("Pune".into()), ..input() };
    let replaced = users::submit_kyc(&app, &asha, second).await.expect("it is taken");
    assert_eq!((replaced.id, replaced.city.as_str()), (kyc.id, "Pune"));
    assert_eq!((replaced.pan_document.as_str(), replaced.account_number.as_str()), ("", ""));
}

async fn a_kyc_needs_its_fields(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    match users::submit_kyc(&app, &asha, KycInput::default()).await.expect_err("nothing was sent") {
        Error::Invalid(fields) => assert_eq!(
            fields.keys().collect::<Vec<_>>(),
            ["aadhaar_number", "address_line1", "city", "pan_number", "pincode", "state"]
        ),
        other => panic!("{other}"),
    }
    let wrong = KycInput {
        pan_number: Some("ABC".into()),
        aadhaar_number: Some("234123412345".into()),
        pincode: Some("0".into()),
        ifsc_code: Some("SBIN".into()),
        account_number: Some("12 34".into()),
        bank_name: Some("x".repeat(101)),
        pan_document: Some(b"<html>".to_vec()),
        aadhaar_front: Some(Vec::new()),
        ..input()
    };
    match users::submit_kyc(&app, &asha, wrong).await.expect_err("much is wrong") {
        Error::Invalid(fields) => assert_eq!(
            fields.keys().collect::<Vec<_>>(),
            [
                "aadhaar_front",
                "aadhaar_number",
                "account_number",
                "bank_name",
                "ifsc_code",
                "pan_document",
                "pan_number",
                "pincode"
            ]
        ),
        other => panic!("{other}"),
    }
    assert_eq!(media(test), 0);
}

async fn only_staff_review_and_nobody_their_own(test: &TestDb) {
    let app = platform(test).await;
    let (asha, ravi, reviewer) = (member(test, &app, None), member(test, &app, None), staff(test, &app));
    let kyc = users::submit_kyc(&app, &asha, input()).await.expect("it is taken").id;
    for who in [&asha, &ravi] {
        assert!(matches!(users::approve_kyc(&app, who, kyc).await, Err(Error::Forbidden)));
        assert!(matches!(users::reject_kyc(&app, who, kyc, "no").await, Err(Error::Forbidden)));
    }
    assert!(matches!(users::approve_kyc(&app, &reviewer, kyc + 1).await, Err(Error::NotFound)));
    assert_eq!(code_of(users::reject_kyc(&app, &reviewer, kyc, "  ").await), "reason");
    let done = users::approve_kyc(&app, &reviewer, kyc).await.expect("it is approved");
    assert_eq!(done.status, KycStatus::Approved);
    assert_eq!(code_of(users::approve_kyc(&app, &reviewer, kyc).await), "already_reviewed");
    assert_eq!(code_of(users::reject_kyc(&app, &reviewer, kyc, "late").await), "already_reviewed");
    let seen = users::view_kyc(&app, &asha, kyc).await.expect("it is there");
    assert_eq!((seen.status, seen.reviewed_by), (KycStatus::Approved, Some(reviewer.actor.id)));
    assert_eq!(seen.reviewed_at, Some(app.clock.now()));
    // staff's own waits for somebody else
    let own = KycInput {
        pan_number: Some("AAAPA1111A".into()),
        aadhaar_number: Some("999941057058".into()),
        ..input()
    };
    let own = users::submit_kyc(&app, &reviewer, own).await.expect("it is taken").id;
    assert!(matches!(users::approve_kyc(&app, &reviewer, own).await, Err(Error::Forbidden)));
    let rejected =
        users::reject_kyc(&app, &admin(test, &app), own, "the photo\nis dark").await.expect("rejected");
    assert_eq!(rejected.status, KycStatus::Rejected);
    let seen = users::view_kyc(&app, &reviewer, own).await.expect("it is there");
    assert_eq!(seen.rejection_reason, "the photo is dark");
}

async fn anothers_kyc_is_not_found(test: &TestDb) {
    let app = platform(test).await;
    let (asha, ravi, reviewer) = (member(test, &app, None), member(test, &app, None), staff(test, &app));
    let kyc = users::submit_kyc(&app, &asha, input()).await.expect("it is taken").id;
    assert!(matches!(users::view_kyc(&app, &ravi, kyc).await, Err(Error::NotFound)));
    assert!(matches!(users::update_kyc(&app, &ravi, kyc, input()).await, Err(Error::NotFound)));
    assert!(matches!(users::update_kyc(&app, &reviewer, kyc, input()).await, Err(Error::Forbidden)));
    assert_eq!(users::list_kycs(&app, &ravi, FIRST_PAGE).await.expect("a list").count, 0);
    assert_eq!(users::list_kycs(&app, &asha, FIRST_PAGE).await.expect("a list").count, 1);
    assert_eq!(users::list_kycs(&app, &reviewer, FIRST_PAGE).await.expect("a list").count, 1);
    users::view_kyc(&app, &reviewer, kyc).await.expect("staff read all");
    assert_eq!(media(test), 1);
}

async fn a_change_after_a_review_is_pending_again(test: &TestDb) {
    let app = platform(test).await;
    let (asha, reviewer) = (member(test, &app, None), staff(test, &app));
    let kyc = users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    users::approve_kyc(&app, &reviewer, kyc.id).await.expect("it is approved");
    app.clock.advance(TimeDelta::days(1));
    // what is sent as it is stored and shown is no change
    let same = KycInput {
        pan_number: Some("ABCPE1234F".into()),
        aadhaar_number: Some("XXXXXXXX2346".into()),
        account_number: Some("30112233445".into()),
        city: Some(" Kochi ".into()),
        ..KycInput::default()
    };
    let after = users::update_kyc(&app, &asha, kyc.id, same).await.expect("nothing changes");
    assert_eq!((after.status, after.submitted_at), (KycStatus::Approved, kyc.submitted_at));
    let change = KycInput { account_number: Some("999999999".into()), ..KycInput::default() };
    let after = users::update_kyc(&app, &asha, kyc.id, change).await.expect("it changes");
    assert_eq!((after.status, after.reviewed_by, after.reviewed_at), (KycStatus::Pending, None, None));
    assert_eq!((after.account_number.as_str(), after.submitted_at), ("999999999", app.clock.now()));
    assert_ne!(after.pan_document, "", "what was not sent stays");
    // the same file again is a change too: nobody has looked at it yet
    users::approve_kyc(&app, &reviewer, kyc.id).await.expect("it is approved");
    let change = KycInput { pan_document: Some(PNG.to_vec()), ..KycInput::default() };
    assert_eq!(
        users::update_kyc(&app, &asha, kyc.id, change).await.expect("it changes").status,
        KycStatus::Pending
    );
    users::reject_kyc(&app, &reviewer, kyc.id, "dark").await.expect("it is rejected");
    let again = users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    assert_eq!((again.status, again.rejection_reason.as_str()), (KycStatus::Pending, ""));
}

async fn a_pan_and_an_aadhaar_belong_to_one_member(test: &TestDb) {
    let app = platform(test).await;
    let (asha, ravi) = (member(test, &app, None), member(test, &app, None));
    users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    let other_aadhaar = KycInput { aadhaar_number: Some("999941057058".into()), ..input() };
    assert_eq!(code_of(users::submit_kyc(&app, &ravi, other_aadhaar).await), "pan_number");
    let other_pan = KycInput { pan_number: Some("AAAPA1111A".into()), ..input() };
    assert_eq!(code_of(users::submit_kyc(&app, &ravi, other_pan).await), "aadhaar_number");
    assert_eq!(media(test), 1, "the documents of what was refused are gone");
}

async fn a_document_opens_by_its_link_for_a_while(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    let kyc = users::submit_kyc(&app, &asha, input()).await.expect("it is taken");
    let token = kyc.pan_document.strip_prefix("/media/").expect("a link").to_owned();
    let opened = users::open_file(&app, &token).await.expect("it opens");
    assert_eq!(opened.content_type.as_str(), "image/png");
    assert!(opened.content.starts_with(&PNG[..8]), "a PNG, written anew");
    let mut parts = token.splitn(2, '.');
    let (file, rest) = (parts.next().expect("a key"), parts.next().expect("the rest"));
    let next: i64 = file.parse::<i64>().expect("a number") + 1;
    for hostile in [
        format!("{next}.{rest}"),
        format!("{file}.9{rest}"),
        token[..token.len() - 1].to_owned(),
        format!("../{token}"),
        String::new(),
        "1.2.3".to_owned(),
    ] {
        assert!(matches!(users::open_file(&app, &hostile).await, Err(Error::NotFound)), "{hostile}");
    }
    app.clock.advance(TimeDelta::seconds(300));
    assert!(matches!(users::open_file(&app, &token).await, Err(Error::NotFound)));
    let fresh = users::view_kyc(&app, &asha, kyc.id).await.expect("it is there").pan_document;
    users::open_file(&app, fresh.trim_start_matches("/media/")).await.expect("a new link opens");
}

async fn a_refused_kyc_leaves_no_document_behind(test: &TestDb) {
    let app = platform(test).await;
    let gone = call(999, Role::User);
    assert!(matches!(users::submit_kyc(&app, &gone, input()).await, Err(Error::NotFound)));
    assert_eq!(media(test), 0);
}

async fn ten_submissions_at_once_are_one_record(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    let running: Vec<_> = (0..10)
        .map(|_| {
            let (app, asha) = (app.clone(), asha.clone());
            tokio::spawn(async move { users::submit_kyc(&app, &asha, input()).await })
        })
        .collect();
    for task in running {
        task.await.expect("it does not panic").expect("it is taken");
    }
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM kycs"), 1);
}
