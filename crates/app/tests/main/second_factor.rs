//! The second factor of staff and admins.

use app::auth;
use chrono::TimeDelta;
use infra::{
    on_both,
    secrets::{totp_code, totp_step},
    testing::TestDb,
};
use wallet_rules::people::Role;

use crate::{
    fixture::{code_of, platform},
    people::{call_with, caller, login, not},
};

on_both!(
    a_secret_is_confirmed_with_its_code_and_a_code_works_once,
    a_confirmed_factor_is_changed_by_an_operator_alone,
);

fn code_at(app: &app::App, secret: &str, later: i64) -> String {
    totp_code(secret, totp_step(app.clock.now()) + later).expect("a code")
}

async fn staff(test: &TestDb, app: &app::App) -> (auth::objects::Login, app::Call) {
    let login = login(test, app, "staff@example.in").await;
    app::users::change_role(app, login.user.id, Role::Staff).await.expect("staff now");
    let call = call_with(app, &login.tokens.access).await.expect("a caller");
    (login, call)
}

async fn a_secret_is_confirmed_with_its_code_and_a_code_works_once(test: &TestDb) {
    let app = platform(test).await;
    let member = caller(test, &app, "member@example.in").await;
    assert!(matches!(auth::enroll_totp(&app, &member).await, Err(app::Error::Forbidden)));
    let (login, call) = staff(test, &app).await;
    assert_eq!(code_of(auth::verify_totp(&app, &call, "123456").await), "totp_not_enrolled");
    let first = auth::enroll_totp(&app, &call).await.expect("a secret");
    // before it is confirmed, another may take its place
    let made = auth::enroll_totp(&app, &call).await.expect("a secret");
    assert_ne!(made.secret, first.secret);
    let address = format!("otpauth://totp/EV%20Platform:staff%40example.in?secret={}", made.secret);
    assert!(made.otpauth_url.starts_with(&address), "{}", made.otpauth_url);
    let clear =
        format!("SELECT COUNT(*) AS value FROM second_factors WHERE secret_sealed LIKE '%{}%'", made.secret);
    assert_eq!(test.number(&clear), 0, "it is sealed");
    let stands = async || call_with(&app, &login.tokens.access).await.expect("a caller").actor.second_factor;
    let code = code_at(&app, &made.secret, 0);
    for wrong in [not(&code), "", "12", &code_at(&app, &first.secret, 0), &code_at(&app, &made.secret, 3)] {
        assert_eq!(code_of(auth::verify_totp(&app, &call, wrong).await), "otp_code", "{wrong}");
    }
    assert!(!stands().await);
    auth::verify_totp(&app, &call, &code).await.expect("it is right");
    assert!(stands().await);
    // the same code again, by whoever looked over a shoulder, and the one before it
    assert_eq!(code_of(auth::verify_totp(&app, &call, &code).await), "otp_code");
    assert_eq!(code_of(auth::verify_totp(&app, &call, &code_at(&app, &made.secret, -1)).await), "otp_code");
    app.clock.advance(TimeDelta::seconds(30));
    // a new session begins without it; a clock half a minute ahead is no hindrance
    let again = crate::people::login(test, &app, "staff@example.in").await;
    let call = call_with(&app, &again.tokens.access).await.expect("a caller");
    assert!(!call.actor.second_factor);
    auth::verify_totp(&app, &call, &code_at(&app, &made.secret, 1)).await.expect("it is right");
    let tokens = auth::refresh(&app, &again.tokens.refresh).await.expect("the next pair");
    assert!(
        call_with(&app, &tokens.access).await.expect("a caller").actor.second_factor,
        "the session has it"
    );
}

async fn a_confirmed_factor_is_changed_by_an_operator_alone(test: &TestDb) {
    let app = platform(test).await;
    let (login, call) = staff(test, &app).await;
    let made = auth::enroll_totp(&app, &call).await.expect("a secret");
    auth::verify_totp(&app, &call, &code_at(&app, &made.secret, 0)).await.expect("confirmed");
    // whoever has the mailbox alone can't put a secret of their own in its place
    let elsewhere = crate::people::login(test, &app, "staff@example.in").await;
    let thief = call_with(&app, &elsewhere.tokens.access).await.expect("a caller");
    assert_eq!(code_of(auth::enroll_totp(&app, &thief).await), "totp_enrolled");
    assert_eq!(code_of(auth::enroll_totp(&app, &call).await), "totp_enrolled");
    app::users::forget_totp(&app, login.user.id).await.expect("it is taken away");
    call_with(&app, &login.tokens.access).await.expect_err("its sessions are over");
    let call = caller(test, &app, "staff@example.in").await;
    auth::enroll_totp(&app, &call).await.expect("another secret");
    let nobody = app::users::forget_totp(&app, 999).await;
    assert!(matches!(nobody, Err(app::Error::NotFound)));
}
