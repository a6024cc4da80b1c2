//! Signing up with two codes, in the database and in Redis alike.

use app::{
    App, Error, Result,
    auth::{self, VerifySignupOtp, objects::Login},
    users::NewPerson,
};
use chrono::{NaiveDate, TimeDelta};
use infra::{on_both_and_redis, testing::TestDb};
use wallet_rules::people::{Gender, Role};

use crate::{
    codes::tries,
    fixture::{code_of, platform, run_tasks},
    people::{at_once, call_with, caller, code_for, login, messages, not},
};

on_both_and_redis!(
    both_codes_make_an_account_and_log_in,
    the_codes_are_used_up_together_or_not_at_all,
    nobody_learns_whether_an_account_exists_without_both_codes,
    who_has_an_account_is_told_of_a_sign_up_with_it_and_nobody_else_is,
    a_sign_up_is_over_after_ten_minutes,
    two_that_sign_up_at_once_are_one_account,
);

const EMAIL: &str = "new@example.in";
const MOBILE: &str = "9000000777";

/// Somebody who is not there yet.
pub fn person() -> NewPerson {
    NewPerson {
        first_name: "Asha".to_owned(),
        last_name: String::new(),
        email: " New@Example.in ".to_owned(),
        mobile: "+919000000777".to_owned(),
        gender: Gender::Female,
        date_of_birth: NaiveDate::from_ymd_opt(1990, 1, 31).expect("a day"),
        address_line1: "1 MG Road".to_owned(),
        address_line2: String::new(),
        city: "Kochi".to_owned(),
        state: "Kerala".to_owned(),
        pincode: "682001".to_owned(),
        country: String::new(),
        referral_code: String::new(),
        side: None,
    }
}

/// The last code that was sent to somebody.
fn last_code(test: &TestDb, to: &str) -> String {
    let body = messages(test).into_iter().rev().find(|message| message.0 == to).expect("a message").1;
    body.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect()
}

/// Signs up; gives what brings both codes back.
async fn begun(test: &TestDb, app: &App, person: NewPerson) -> VerifySignupOtp {
    let started = auth::sign_up(app, "test", person).await.expect("both codes are sent");
    run_tasks(app).await;
    VerifySignupOtp {
        signup_token: started.signup_token,
        email_otp: last_code(test, EMAIL),
        mobile_otp: last_code(test, MOBILE),
    }
}

async fn verify(app: &App, codes: &VerifySignupOtp) -> Result<Login> {
    auth::verify_signup_otp(app, "test", codes.clone()).await
}

fn wrong_fields<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<String> {
    match outcome.expect_err("a refusal") {
        Error::Invalid(fields) => fields.into_keys().collect(),
        other => panic!("{other}"),
    }
}

fn accounts(test: &TestDb) -> i64 {
    test.number("SELECT COUNT(*) AS value FROM users")
}

async fn both_codes_make_an_account_and_log_in(test: &TestDb) {
    let app = platform(test).await;
    let sponsor = caller(test, &app, "sponsor@example.in").await;
    let referral_code = app::users::view_profile(&app, &sponsor).await.expect("a profile").referral_code;
    let said = NewPerson { referral_code: referral_code.to_lowercase(), ..person() };
    let codes = begun(test, &app, said).await;
    let stored = format!(
        "SELECT COUNT(*) AS value FROM outbox WHERE payload LIKE '%{MOBILE}%' OR payload LIKE '%{EMAIL}%'"
    );
    assert_eq!((accounts(test), test.number(&stored)), (1, 0), "nothing of it is stored in clear");
    assert!(!codes.signup_token.contains("9000000777") && !codes.signup_token.contains("Asha"));
    let login = verify(&app, &codes).await.expect("an account");
    assert_eq!((login.user.email.as_str(), login.user.mobile.as_str()), (EMAIL, MOBILE));
    assert_eq!((login.user.username.as_str(), login.user.role), (EMAIL, Role::User));
    let call = call_with(&app, &login.tokens.access).await.expect("a caller");
    let profile = app::users::view_profile(&app, &call).await.expect("a profile");
    assert_eq!(
        (profile.first_name.as_str(), profile.city.as_str(), profile.country.as_str()),
        ("Asha", "Kochi", "India")
    );
    assert_eq!((profile.gender, profile.referred_by), (Some(Gender::Female), Some(sponsor.actor.id)));
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tree_events WHERE kind = 'join'"), 2);
    // used up: neither of them works again, here or elsewhere
    assert_eq!(wrong_fields(verify(&app, &codes).await), ["email_otp", "mobile_otp"]);
    assert_eq!(code_of(crate::people::verify(&app, EMAIL, &codes.email_otp).await), "otp_code");
    // both identifiers are this account's
    assert_eq!(crate::people::login(test, &app, MOBILE).await.user.id, login.user.id);
}

async fn the_codes_are_used_up_together_or_not_at_all(test: &TestDb) {
    let app = platform(test).await;
    let codes = begun(test, &app, NewPerson { referral_code: "NOBODYS1".to_owned(), ..person() }).await;
    let one_wrong = VerifySignupOtp { mobile_otp: not(&codes.mobile_otp).to_owned(), ..codes.clone() };
    assert_eq!(wrong_fields(verify(&app, &one_wrong).await), ["mobile_otp"]);
    assert_eq!(tries(test).await, [0, 1]);
    let swapped = VerifySignupOtp {
        email_otp: codes.mobile_otp.clone(),
        mobile_otp: codes.email_otp.clone(),
        ..codes.clone()
    };
    if codes.email_otp != codes.mobile_otp {
        assert_eq!(wrong_fields(verify(&app, &swapped).await), ["email_otp", "mobile_otp"]);
    }
    let before = tries(test).await;
    // a refusal behind both codes gives both back
    for _ in 0..6 {
        assert_eq!(wrong_fields(verify(&app, &codes).await), ["referral_code"]);
    }
    assert_eq!((tries(test).await, accounts(test)), (before, 0));
    // five wrong ones end the code of the mobile, and the e-mail's alone is worth nothing
    for _ in 0..5 {
        verify(&app, &one_wrong).await.expect_err("a wrong code");
    }
    assert_eq!(wrong_fields(verify(&app, &codes).await), ["mobile_otp"]);
    login(test, &app, EMAIL).await;
}

async fn nobody_learns_whether_an_account_exists_without_both_codes(test: &TestDb) {
    let app = platform(test).await;
    let free = auth::sign_up(&app, "test", person()).await.expect("sent");
    let owner = login(test, &app, EMAIL).await;
    let other = login(test, &app, MOBILE).await;
    let codes = begun(test, &app, person()).await;
    let taken = auth::sign_up(&app, "test", person()).await.expect("sent");
    assert_eq!((free.message, free.signup_token.len()), (taken.message, taken.signup_token.len()));
    let codes = VerifySignupOtp { signup_token: taken.signup_token, ..codes };
    run_tasks(&app).await;
    let fresh = VerifySignupOtp {
        email_otp: last_code(test, EMAIL),
        mobile_otp: last_code(test, MOBILE),
        ..codes.clone()
    };
    for (email_otp, mobile_otp) in [
        (not(&fresh.email_otp), not(&fresh.mobile_otp)),
        (fresh.email_otp.as_str(), not(&fresh.mobile_otp)),
        (not(&fresh.email_otp), fresh.mobile_otp.as_str()),
    ] {
        let guess = VerifySignupOtp {
            email_otp: email_otp.to_owned(),
            mobile_otp: mobile_otp.to_owned(),
            ..fresh.clone()
        };
        let told = wrong_fields(verify(&app, &guess).await);
        assert!(told.iter().all(|field| field.ends_with("_otp")), "{told:?}");
    }
    assert_eq!(wrong_fields(verify(&app, &fresh).await), ["email", "mobile"]);
    assert_eq!(accounts(test), 2);
    // the codes are still good for their holders
    let again = crate::people::verify(&app, EMAIL, &fresh.email_otp).await.expect("a login");
    assert_eq!((again.user.id, other.user.id == owner.user.id), (owner.user.id, false));
}

async fn who_has_an_account_is_told_of_a_sign_up_with_it_and_nobody_else_is(test: &TestDb) {
    let app = platform(test).await;
    let owner = login(test, &app, EMAIL).await;
    let told = |to: &str| {
        let body = messages(test).into_iter().rev().find(|message| message.0 == to).expect("a message").1;
        body.contains("Somebody has tried to sign up with")
    };
    assert!(!told(EMAIL), "a login is none");
    let codes = begun(test, &app, person()).await;
    assert_eq!((told(EMAIL), told(MOBILE)), (true, false));
    // what came with it is their way in
    let again = crate::people::verify(&app, EMAIL, &codes.email_otp).await.expect("a login");
    assert_eq!(again.user.id, owner.user.id);
    login(test, &app, MOBILE).await;
    begun(test, &app, person()).await;
    assert_eq!((told(EMAIL), told(MOBILE)), (true, true));
}

async fn a_sign_up_is_over_after_ten_minutes(test: &TestDb) {
    let app = platform(test).await;
    let codes = begun(test, &app, person()).await;
    let changed = codes.signup_token.replace(['0', '1'], "2");
    for token in ["", "1.", "garbage", changed.as_str()] {
        let forged = VerifySignupOtp { signup_token: token.to_owned(), ..codes.clone() };
        assert_eq!(wrong_fields(verify(&app, &forged).await), ["signup_token"], "{token:.20}");
    }
    app.clock.advance(TimeDelta::minutes(10));
    let (email_otp, mobile_otp) = (code_for(test, &app, EMAIL).await, code_for(test, &app, MOBILE).await);
    let late = VerifySignupOtp { email_otp, mobile_otp, ..codes };
    assert_eq!(wrong_fields(verify(&app, &late).await), ["signup_token"]);
    assert_eq!(accounts(test), 0);
    let mut wrong = person();
    wrong.pincode = "1".to_owned();
    wrong.date_of_birth = NaiveDate::from_ymd_opt(2099, 1, 1).expect("a day");
    wrong.mobile = "12".to_owned();
    let refused = auth::sign_up(&app, "test", wrong).await;
    assert_eq!(wrong_fields(refused), ["date_of_birth", "mobile", "pincode"]);
}

async fn two_that_sign_up_at_once_are_one_account(test: &TestDb) {
    let app = platform(test).await;
    let codes = begun(test, &app, person()).await;
    let outcomes = at_once(4, |_| {
        let (app, codes) = (app.clone(), codes.clone());
        async move { auth::verify_signup_otp(&app, "test", codes).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(accounts(test), 1);
}
